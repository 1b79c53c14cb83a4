//! Signal dispositions, set by the system call itself.
//!
//! The C library's `sigaction` would do a system call more, and keep locks and tables for what no
//! executable does: asynchronous signals in several threads.
#![allow(unsafe_code, reason = "installs signal handlers")]

use std::ffi::{c_int, c_ulong, c_void};

use super::arch;

/// A handler that gets the kernel's records of the signal and of the interrupted thread.
pub type FaultHandler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// The kernel's `struct sigaction`, the same on all our targets.
#[repr(C)]
struct KernelAction {
    handler: usize,
    flags: c_ulong,
    restorer: usize,
    mask: u64,
}

/// In [`KernelAction::flags`]: `restorer` is set.
const SA_RESTORER: c_ulong = 0x0400_0000;

/// A null pointer, for the kernel: what was set before is not wanted.
const NO_OLD: usize = 0;

/// Makes a fault come to a handler, once, on the stack that [`set_handler_stack`] has set. The signal is
/// blocked while the handler runs: a fault of the handler itself ends the process.
pub fn handle_fault(signal: c_int, handler: FaultHandler) {
    let flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESETHAND;
    set(signal, (handler as *const ()).expose_provenance(), flags as c_ulong);
}

/// Makes a signal that may come at any time come to a handler, on the stack that [`set_handler_stack`] has
/// set.
pub fn handle_on_own_stack(signal: c_int, handler: FaultHandler) {
    set(signal, (handler as *const ()).expose_provenance(), (libc::SA_SIGINFO | libc::SA_ONSTACK) as c_ulong);
}

/// Makes a signal from outside come to a handler.
pub fn handle(signal: c_int, handler: extern "C" fn(c_int)) {
    set(signal, (handler as *const ()).expose_provenance(), libc::SA_RESTART as c_ulong);
}

/// Makes the process ignore a signal.
pub fn ignore(signal: c_int) {
    set(signal, libc::SIG_IGN, 0);
}

/// Lets a signal come that whoever started the process may have blocked.
pub fn unblock(signal: c_int) {
    let set = 1u64 << (signal - 1);
    let set = (&raw const set).expose_provenance();
    // SAFETY: the kernel reads the set. It cannot fail for signals that exist.
    let _ = unsafe {
        arch::system_call(
            libc::SYS_rt_sigprocmask,
            [libc::SIG_UNBLOCK as usize, set, NO_OLD, size_of::<u64>()],
        )
    };
}

fn set(signal: c_int, handler: usize, flags: c_ulong) {
    let restorer = (arch::return_from_signal as *const ()).expose_provenance();
    let action = KernelAction { handler, flags: flags | SA_RESTORER, restorer, mask: 0 };
    let action = (&raw const action).expose_provenance();
    // SAFETY: the record is the kernel's. Handlers are functions of the right signature, by the types of
    // the functions above. It cannot fail for signals that exist and may be handled.
    let _ = unsafe {
        arch::system_call(libc::SYS_rt_sigaction, [signal as usize, action, NO_OLD, size_of::<u64>()])
    };
}

/// Sets the stack that handlers of faults run on.
///
/// # Safety
/// `len` bytes at `stack` are writable, and nothing else ever uses them.
pub unsafe fn set_handler_stack(stack: *mut c_void, len: usize) {
    let stack = libc::stack_t { ss_sp: stack, ss_flags: 0, ss_size: len };
    let stack = (&raw const stack).expose_provenance();
    // SAFETY: passed on to the caller. It cannot fail for a stack of that size.
    let _ = unsafe { arch::system_call(libc::SYS_sigaltstack, [stack, NO_OLD, 0, 0]) };
}
