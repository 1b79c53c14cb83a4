//! 64-bit Arm: system calls, the change of stacks, and the registers of an interrupted thread.
#![allow(unsafe_code, reason = "enters the kernel, changes the stack pointer, reads what the kernel saved")]

use std::arch::{asm, naked_asm};
use std::ffi::{c_long, c_void};

use wasiaot_abi::exception::FIRST_FLOAT_REGISTER;

/// Makes a system call, and returns what the kernel does: -4095 to -1 are errors.
///
/// # Safety
/// The call does with memory only what the caller may do.
#[inline]
pub unsafe fn system_call(number: c_long, arguments: [usize; 4]) -> isize {
    let [first, second, third, fourth] = arguments;
    let result;
    // SAFETY: the kernel keeps every register but the one that is written; the rest is the caller's
    // promise.
    unsafe {
        asm!(
            "svc 0", // Enter the kernel.
            in("x8") number,
            inlateout("x0") first => result,
            in("x1") second,
            in("x2") third,
            in("x3") fourth,
            options(nostack, preserves_flags),
        );
    }
    result
}

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
        "str x19, [sp, #16]", // Keep the caller's x19, which calls preserve: it will hold the old stack.
        "mov x19, sp",        // Remember the old stack where `entry` must leave it alone.
        "mov sp, x0",         // Change to the new stack: 16-byte aligned, as the hardware wants it.
        "mov x29, xzr",       // End the chain of frame pointers.
        "blr x1",             // Run.
        "mov sp, x19",        // Change back.
        "ldr x19, [sp, #16]", // Restore what was kept, in reverse order.
        "ldp x29, x30, [sp], #32",
        "ret",
    )
}

/// Calls `entry` with `data` after storing the stack pointer at `saved_sp`, and returns true when it
/// returns. A [`resume`] or [`resume_after_signal`] with the stored value returns false from here.
///
/// # Safety
/// `saved_sp` can be written, and `entry` may be called with `data`.
#[unsafe(naked)]
pub unsafe extern "C" fn call_saving_sp(
    saved_sp: *mut usize,
    entry: extern "C" fn(*mut c_void),
    data: *mut c_void,
) -> bool {
    naked_asm!(
        "stp x29, x30, [sp, #-160]!", // Keep the registers that calls preserve.
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mov x9, sp",   // The stack pointer cannot be stored directly.
        "str x9, [x0]", // Tell where everything is kept.
        "mov x29, xzr", // End the chain of frame pointers.
        "mov x0, x2",   // Pass the data.
        "blr x1",       // Run.
        "mov w0, #1",   // It has returned.
        "b {leave}",    // Restore the registers, return.
        leave = sym leave_saved_sp,
    )
}

/// Returns from the [`call_saving_sp`] that stored `saved_sp`, with false.
///
/// # Safety
/// That call has not returned, and the frames after it may be forgotten.
#[unsafe(naked)]
pub unsafe extern "C" fn resume(saved_sp: usize) {
    naked_asm!(
        "mov sp, x0", // Forget the frames.
        "b {resume}", // Continue there.
        resume = sym resume_at_saved_sp,
    )
}

/// Does the same as [`resume`], when the signal handler that was called with `context` returns.
pub fn resume_after_signal(context: &mut libc::ucontext_t, saved_sp: usize) {
    context.uc_mcontext.pc = (resume_at_saved_sp as *const ()).expose_provenance() as u64;
    context.uc_mcontext.sp = saved_sp as u64;
}

/// Continues with the stack pointer that [`call_saving_sp`] stored. Not a function to call.
#[unsafe(naked)]
unsafe extern "C" fn resume_at_saved_sp() {
    naked_asm!(
        "mov w0, wzr", // It has not returned.
        "b {leave}",   // Restore the registers, return.
        leave = sym leave_saved_sp,
    )
}

/// The end of [`call_saving_sp`]. Not a function to call.
#[unsafe(naked)]
unsafe extern "C" fn leave_saved_sp() {
    naked_asm!(
        "ldp d14, d15, [sp, #144]", // Restore what was kept, in reverse order.
        "ldp d12, d13, [sp, #128]",
        "ldp d10, d11, [sp, #112]",
        "ldp d8, d9, [sp, #96]",
        "ldp x27, x28, [sp, #80]",
        "ldp x25, x26, [sp, #64]",
        "ldp x23, x24, [sp, #48]",
        "ldp x21, x22, [sp, #32]",
        "ldp x19, x20, [sp, #16]",
        "ldp x29, x30, [sp], #160",
        "ret", // Return from `call_saving_sp`.
    )
}

/// The registers that functions preserve, but for the frame pointer: `x19` to `x28`, then `d8` to `d15`.
pub type PreservedRegisters = [u64; 18];

/// Where the register with this number is among the preserved ones.
#[must_use]
pub const fn preserved_position(number: u8) -> Option<usize> {
    const FIRST: u8 = FIRST_FLOAT_REGISTER + 8;
    const LAST: u8 = FIRST_FLOAT_REGISTER + 15;
    match number {
        19..=28 => Some(number as usize - 19),
        FIRST..=LAST => Some((number - FIRST) as usize + 10),
        _ => None,
    }
}

/// Continues in a frame further up the stack: at `address`, with these stack and frame pointers, and with
/// these values of the registers that functions preserve. All other registers may hold anything.
///
/// # Safety
/// Compiled code expects to be entered there in this way, and the frames below may be forgotten.
#[unsafe(naked)]
pub unsafe extern "C" fn continue_at(
    address: usize,
    stack_pointer: usize,
    frame_pointer: usize,
    preserved: &PreservedRegisters,
) -> ! {
    naked_asm!(
        "ldp x19, x20, [x3]", // What the frame has in registers, as it had at its call.
        "ldp x21, x22, [x3, #16]",
        "ldp x23, x24, [x3, #32]",
        "ldp x25, x26, [x3, #48]",
        "ldp x27, x28, [x3, #64]",
        "ldp d8, d9, [x3, #80]",
        "ldp d10, d11, [x3, #96]",
        "ldp d12, d13, [x3, #112]",
        "ldp d14, d15, [x3, #128]",
        "mov x29, x2", // The frame's own frame pointer.
        "mov sp, x1",  // Forget the frames below, the registers that were read above among them.
        "br x0",       // Continue there.
    )
}

/// What a signal handler returns to: it makes the kernel restore the interrupted thread.
///
/// Debuggers recognize signal frames by exactly these instructions.
///
/// # Safety
/// Not a function to call.
#[unsafe(naked)]
pub unsafe extern "C" fn return_from_signal() {
    naked_asm!(
        "mov x8, #139", // `rt_sigreturn`.
        "svc #0",       // Does not return here.
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

    /// Whether an illegal instruction is one that newer CPUs may know. What cannot happen is a breakpoint
    /// (`brk`) here, which is another signal.
    #[must_use]
    pub fn is_at_unknown_instruction(&self) -> bool {
        true
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
