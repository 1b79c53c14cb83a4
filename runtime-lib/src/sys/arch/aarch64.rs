//! 64-bit Arm: the change of stacks, and the registers of an interrupted thread.
#![allow(unsafe_code, reason = "changes the stack pointer, reads what the kernel saved")]

use std::arch::naked_asm;

/// Calls `entry` on another stack, and returns when it returns.
///
/// `entry` starts with a zero frame pointer, so that a walk over its frames has an end.
///
/// # Safety
/// `stack_top` is the end of mapped, writable memory that nothing else uses, aligned to 16 bytes.
#[unsafe(naked)]
pub unsafe extern "C" fn call_on_stack(stack_top: usize, entry: extern "C" fn()) {
    naked_asm!(
        "stp x29, x30, [sp, #-32]!", // Keep the caller's frame pointer and our return address.
        "str x19, [sp, #16]",        // Keep the caller's x19, which calls preserve: it will hold the old stack.
        "mov x19, sp",               // Remember the old stack where `entry` must leave it alone.
        "mov sp, x0",                // Change to the new stack: 16-byte aligned, as the hardware wants it.
        "mov x29, xzr",              // End the chain of frame pointers.
        "blr x1",                    // Run.
        "mov sp, x19",               // Change back.
        "ldr x19, [sp, #16]",        // Restore what was kept, in reverse order.
        "ldp x29, x30, [sp], #32",
        "ret",
    )
}

/// The registers of an interrupted thread that a stack walk needs.
#[derive(Clone, Copy, Debug)]
pub struct Registers {
    /// Address of the instruction that was interrupted.
    pub pc: u64,
    /// The stack pointer, `sp`.
    pub sp: u64,
    /// The frame pointer, `x29`.
    pub fp: u64,
    /// The link register, `x30`.
    link: u64,
}

impl Registers {
    /// The registers that the kernel saved when it called a signal handler.
    #[must_use]
    pub fn of(context: &libc::ucontext_t) -> Self {
        let saved = &context.uc_mcontext;
        Self { pc: saved.pc, sp: saved.sp, fp: saved.regs[29], link: saved.regs[30] }
    }

    /// Lets the thread continue elsewhere, with an aligned stack, when the signal handler returns.
    pub fn resume_at(context: &mut libc::ucontext_t, pc: u64, sp: u64) {
        context.uc_mcontext.pc = pc;
        context.uc_mcontext.sp = sp;
    }

    /// Where a function that was interrupted before it had a frame returns to: the address, or where
    /// on the stack it is. `code_offset` is the distance of `pc` from the start of the function.
    ///
    /// Functions of guest code begin with `stp x29, x30, [sp, #-16]!`, then `mov x29, sp`; `fp` is
    /// still the caller's until after both, and the link register holds the return address.
    #[must_use]
    pub fn unfinished_prologue(&self, code_offset: u64) -> Option<ReturnAddress> {
        (code_offset <= 4).then_some(ReturnAddress::InRegister(self.link))
    }
}

/// Where a return address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnAddress {
    /// In memory, at this address.
    OnStack(u64),
    /// In a register, with this value.
    InRegister(u64),
}
