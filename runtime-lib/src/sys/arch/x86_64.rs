//! 64-bit x86: system calls, the change of stacks, and the registers of an interrupted thread.
#![allow(unsafe_code, reason = "enters the kernel, changes the stack pointer, reads what the kernel saved")]

use std::arch::{asm, naked_asm};
use std::ffi::{c_long, c_void};

/// Makes a system call, and returns what the kernel does: -4095 to -1 are errors.
///
/// # Safety
/// The call does with memory only what the caller may do.
#[inline]
pub unsafe fn system_call(number: c_long, arguments: [usize; 4]) -> isize {
    let [first, second, third, fourth] = arguments;
    let result;
    // SAFETY: the kernel keeps every register but the three that are written; the rest is the caller's
    // promise.
    unsafe {
        asm!(
            "syscall", // Enter the kernel.
            inlateout("rax") number as isize => result,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            lateout("rcx") _,
            lateout("r11") _,
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
        "push rbp", // Keep the registers that calls preserve.
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",     // Align the stack: with the return address there are 7 words on it.
        "mov [rdi], rsp", // Tell where everything is kept.
        "xor ebp, ebp",   // End the chain of frame pointers.
        "mov rdi, rdx",   // Pass the data.
        "call rsi",       // Run.
        "mov eax, 1",     // It has returned.
        "jmp {leave}",    // Restore the registers, return.
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
        "mov rsp, rdi", // Forget the frames.
        "jmp {resume}", // Continue there.
        resume = sym resume_at_saved_sp,
    )
}

/// Does the same as [`resume`], when the signal handler that was called with `context` returns.
pub fn resume_after_signal(context: &mut libc::ucontext_t, saved_sp: usize) {
    let registers = &mut context.uc_mcontext.gregs;
    registers[libc::REG_RIP as usize] = (resume_at_saved_sp as *const ()).expose_provenance() as i64;
    registers[libc::REG_RSP as usize] = saved_sp as i64;
}

/// Continues with the stack pointer that [`call_saving_sp`] stored. Not a function to call.
#[unsafe(naked)]
unsafe extern "C" fn resume_at_saved_sp() {
    naked_asm!(
        "xor eax, eax", // It has not returned.
        "jmp {leave}",  // Restore the registers, return.
        leave = sym leave_saved_sp,
    )
}

/// The end of [`call_saving_sp`]. Not a function to call.
#[unsafe(naked)]
unsafe extern "C" fn leave_saved_sp() {
    naked_asm!(
        "add rsp, 8", // Undo the alignment.
        "pop r15",    // Restore what was kept, in reverse order.
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret", // Return from `call_saving_sp`.
    )
}

/// The registers that functions preserve, but for the frame pointer: `rbx`, then `r12` to `r15`.
pub type PreservedRegisters = [u64; 5];

/// Where the register with this number is among the preserved ones.
#[must_use]
pub const fn preserved_position(number: u8) -> Option<usize> {
    match number {
        3 => Some(0), // `rbx`.
        12..=15 => Some(number as usize - 11),
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
        "mov rbx, [rcx]", // What the frame has in registers, as it had at its call.
        "mov r12, [rcx + 8]",
        "mov r13, [rcx + 16]",
        "mov r14, [rcx + 24]",
        "mov r15, [rcx + 32]",
        "mov rbp, rdx", // The frame's own frame pointer.
        "mov rsp, rsi", // Forget the frames below, the registers that were read above among them.
        "jmp rdi",      // Continue there.
    )
}

/// What a signal handler returns to: it makes the kernel restore the interrupted thread.
///
/// Debuggers recognize signal frames by exactly these bytes.
///
/// # Safety
/// Not a function to call.
#[unsafe(naked)]
pub unsafe extern "C" fn return_from_signal() {
    naked_asm!(
        ".byte 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0", // `mov rax, 15`, in its long form: `rt_sigreturn`.
        "syscall",                               // Does not return here.
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

    /// Whether an illegal instruction is one that newer CPUs may know. `ud2` is for what cannot happen.
    #[must_use]
    pub fn is_at_unknown_instruction(&self) -> bool {
        // SAFETY: the CPU has just read the instruction.
        let instruction = unsafe { std::ptr::with_exposed_provenance::<[u8; 2]>(self.pc as usize).read() };
        instruction != [0x0f, 0x0b]
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
