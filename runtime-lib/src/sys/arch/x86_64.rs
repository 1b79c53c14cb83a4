//! 64-bit x86: the change of stacks, and the registers of an interrupted thread.
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
        "push rbp",     // Keep the caller's frame pointer: `entry` gets none.
        "push rbx",     // Keep the caller's rbx, which calls preserve: it will hold the old stack.
        "mov rbx, rsp", // Remember the old stack where `entry` must leave it alone.
        "mov rsp, rdi", // Change to the new stack: 16-byte aligned, as the ABI wants it at a call.
        "xor ebp, ebp", // End the chain of frame pointers.
        "call rsi",     // Run.
        "mov rsp, rbx", // Change back.
        "pop rbx",      // Restore what was kept, in reverse order.
        "pop rbp",
        "ret",
    )
}

/// The registers of an interrupted thread that a stack walk needs.
#[derive(Clone, Copy, Debug)]
pub struct Registers {
    /// Address of the instruction that was interrupted.
    pub pc: u64,
    /// The stack pointer, `rsp`.
    pub sp: u64,
    /// The frame pointer, `rbp`.
    pub fp: u64,
}

impl Registers {
    /// The registers that the kernel saved when it called a signal handler.
    #[must_use]
    pub fn of(context: &libc::ucontext_t) -> Self {
        let saved = |index: libc::c_int| context.uc_mcontext.gregs[index as usize].cast_unsigned();
        Self { pc: saved(libc::REG_RIP), sp: saved(libc::REG_RSP), fp: saved(libc::REG_RBP) }
    }

    /// Lets the thread continue elsewhere, with an aligned stack, when the signal handler returns.
    pub fn resume_at(context: &mut libc::ucontext_t, pc: u64, sp: u64) {
        let registers = &mut context.uc_mcontext.gregs;
        registers[libc::REG_RIP as usize] = pc.cast_signed();
        registers[libc::REG_RSP as usize] = sp.cast_signed();
    }

    /// Where a function that was interrupted before it had a frame returns to: the address, or where
    /// on the stack it is. `code_offset` is the distance of `pc` from the start of the function.
    ///
    /// Functions of guest code begin with `push rbp` (one byte), then `mov rbp, rsp`; `fp` is still
    /// the caller's until after both.
    #[must_use]
    pub fn unfinished_prologue(&self, code_offset: u64) -> Option<ReturnAddress> {
        match code_offset {
            0 => Some(ReturnAddress::OnStack(self.sp)),
            1 => Some(ReturnAddress::OnStack(self.sp + 8)),
            _ => None,
        }
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
