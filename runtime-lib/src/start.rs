//! From the process's entry to the program, and what the process was started with.
//!
//! There are two entries: the C library's, which sets that up and calls `main`, and one without it. The
//! linker takes the second if it keeps nothing that could need the first, so nothing here uses the C
//! library, and other code should use it only where there is no other way.
//!
//! Rust's own start-up code does not run: it would do more system calls than ours. What the program
//! needs opened is opened by the initializers that it calls itself.
#![allow(unsafe_code, reason = "keeps the vectors that the kernel passes")]

use std::ffi::{CStr, c_char, c_int};
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::sys::signal;
use crate::{memory, program, stack, sys, trap};

/// Zero-terminated vectors of C strings that live as long as the process.
static ARGUMENTS: AtomicPtr<*const c_char> = AtomicPtr::new(std::ptr::null_mut());
static ENVIRONMENT: AtomicPtr<*const c_char> = AtomicPtr::new(std::ptr::null_mut());

/// The arguments that the process was started with, its own name first.
#[must_use]
pub fn arguments() -> Strings {
    Strings { next: ARGUMENTS.load(Ordering::Relaxed) }
}

/// The process's environment: `KEY=VALUE`, usually.
#[must_use]
pub fn environment() -> Strings {
    Strings { next: ENVIRONMENT.load(Ordering::Relaxed) }
}

/// Iterator of [`arguments`] and [`environment`].
#[derive(Clone, Debug)]
pub struct Strings {
    next: *const *const c_char,
}

impl Iterator for Strings {
    type Item = &'static CStr;

    fn next(&mut self) -> Option<&'static CStr> {
        if self.next.is_null() {
            return None;
        }
        // SAFETY: `run`'s caller guarantees vectors that end with a null pointer, where this stays.
        let string = unsafe { self.next.read() };
        if string.is_null() {
            return None;
        }
        // SAFETY: `next` was not the last element.
        self.next = unsafe { self.next.add(1) };
        // SAFETY: `run`'s caller guarantees C strings that live as long as the process.
        Some(unsafe { CStr::from_ptr(string) })
    }
}

/// Runs the program, whose entry is `program_main`, as this process, in which the C library is not set up.
///
/// # Safety
/// `stack` is what the kernel made: the number of arguments, then the vectors for [`run`]. No other
/// thread exists.
pub unsafe fn run_bare(stack: *mut *const c_char, program_main: extern "C" fn()) -> ! {
    // SAFETY: the kernel has put it there.
    let count = unsafe { stack.cast::<usize>().read() };
    // SAFETY: the vector follows.
    let arguments = unsafe { stack.add(1) };
    // SAFETY: the vector of arguments ends with a null pointer; the other one follows.
    let environment = unsafe { arguments.add(count + 1) };
    // SAFETY: these are the kernel's vectors; the rest is passed on to the caller.
    unsafe { run(arguments, environment, program_main) }
}

/// Runs the program, whose entry is `program_main`, as this process.
///
/// # Safety
/// `arguments` and `environment` are vectors of C strings, ended by a null pointer, that live
/// unchanged as long as the process. No other thread exists.
pub unsafe fn run(
    arguments: *mut *const c_char,
    environment: *mut *const c_char,
    program_main: extern "C" fn(),
) -> ! {
    ARGUMENTS.store(arguments, Ordering::Relaxed);
    ENVIRONMENT.store(environment, Ordering::Relaxed);
    memory::reserve_all();
    trap::install_handlers();
    set_signal_dispositions();
    stack::call_on_new_stack(program::header().stack_bytes, program_main);
    sys::exit(0)
}

/// Makes the process react to signals as one would expect of it.
fn set_signal_dispositions() {
    // Guests have no signals: they see the error of the write instead.
    signal::ignore(libc::SIGPIPE);
    // Process 1, for example of a container, does not end by a signal that it does not handle.
    if rustix::process::getpid().is_init() {
        for &number in &[libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM] {
            signal::handle(number, end_by_signal);
        }
    }
}

/// Ends the process with the status that a shell shows for one that a signal ended.
extern "C" fn end_by_signal(signal: c_int) {
    sys::exit(128 + signal)
}
