//! Traps handed to a caller instead of ending the process: for drivers of tests, which go on.
//!
//! Ordinary programs carry one word of this: the hook that nobody sets.
#![allow(unsafe_code, reason = "continues at a saved stack pointer")]

use std::ffi::c_void;
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering};

use wasiaot_abi::trap::TrapCode;

use crate::sys::arch;

/// What takes over when a trap happens: in a signal handler with the interrupted thread's state, or
/// called by host code, with nothing; then it does not return.
type Hook = fn(TrapCode, Option<&mut libc::ucontext_t>);

/// A [`Hook`], or null.
static HOOK: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// The stack pointer that the innermost [`call`] saved.
static SAVED_SP: AtomicUsize = AtomicUsize::new(0);

/// The trap that ended the innermost [`call`].
static TRAP: AtomicU8 = AtomicU8::new(0);

/// Calls `entry` with `data`, and returns when it returns or the guest traps.
///
/// # Errors
/// The trap, if there was one. Frames of `entry` and of all that it called are then forgotten without
/// being unwound.
///
/// # Safety
/// `entry` may be called with `data`, and no frame that a trap makes forgotten holds anything that
/// must be released for the program to go on.
pub unsafe fn call(entry: extern "C" fn(*mut c_void), data: *mut c_void) -> Result<(), TrapCode> {
    let outer = SAVED_SP.load(Ordering::Relaxed);
    HOOK.store(recover as Hook as *mut c_void, Ordering::Relaxed);
    // SAFETY: the word is static; `entry` is the caller's promise.
    let returned = unsafe { arch::call_saving_sp(SAVED_SP.as_ptr(), entry, data) };
    SAVED_SP.store(outer, Ordering::Relaxed);
    if outer == 0 {
        HOOK.store(std::ptr::null_mut(), Ordering::Relaxed);
    }
    if returned {
        return Ok(());
    }
    Err(TrapCode::from_u8(TRAP.load(Ordering::Relaxed)).expect("`recover` stores the code of a trap"))
}

/// Gives a trap to who waits for it, if anybody does. With a signal handler's `context` it returns
/// whether the handler is to return; without, it returns only if nobody waits.
pub(super) fn hand_over(code: TrapCode, context: Option<&mut libc::ucontext_t>) -> bool {
    let hook = HOOK.load(Ordering::Relaxed);
    if hook.is_null() {
        return false;
    }
    // SAFETY: only `call` stores a value, and that is a `Hook`.
    let hook = unsafe { std::mem::transmute::<*mut c_void, Hook>(hook) };
    hook(code, context);
    true
}

fn recover(code: TrapCode, context: Option<&mut libc::ucontext_t>) {
    TRAP.store(code as u8, Ordering::Relaxed);
    let saved_sp = SAVED_SP.load(Ordering::Relaxed);
    match context {
        Some(context) => arch::resume_after_signal(context, saved_sp),
        // SAFETY: the hook is set only while `call_saving_sp` has a frame there.
        None => unsafe { arch::resume(saved_sp) },
    }
}

/// Taken by the tests that trap: [`call`] is for executables, which have one thread.
#[cfg(test)]
pub(crate) static TEST_LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trap;

    extern "C" fn nothing(_: *mut c_void) {}

    extern "C" fn trapping(depth: *mut c_void) {
        if !depth.is_null() {
            trapping(depth.wrapping_byte_sub(1));
        }
        trap::raise(TrapCode::Raised);
    }

    extern "C" fn calls_inner(_: *mut c_void) {
        check(trapping, 0, Err(TrapCode::Raised));
        trap::raise_unknown_import(b"env.missing");
    }

    #[track_caller]
    fn check(entry: extern "C" fn(*mut c_void), data: usize, expected: Result<(), TrapCode>) {
        // SAFETY: the functions above hold nothing.
        assert_eq!(unsafe { call(entry, std::ptr::without_provenance_mut(data)) }, expected);
    }

    #[test]
    fn goes_on_after_a_trap() {
        let _one_at_a_time = TEST_LOCK.lock().expect("no test panics with it");
        for depth in 0..100 {
            check(nothing, 0, Ok(()));
            check(trapping, depth, Err(TrapCode::Raised));
            check(calls_inner, 0, Err(TrapCode::UnknownImport));
        }
        assert!(HOOK.load(Ordering::Relaxed).is_null());
    }
}
