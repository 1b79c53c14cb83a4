//! The program's time limit: the kernel's alarm clock, whose signal ends the process.
#![allow(unsafe_code, reason = "sets a timer")]

use std::ffi::{c_int, c_long, c_void};

use wasiaot_abi::trap::TIMEOUT_EXIT_STATUS;

use crate::fatal::Message;
use crate::sys::signal;
use crate::{fatal, program, sys};

/// The kernel's `struct itimerval`.
#[repr(C)]
struct Timer {
    interval: [c_long; 2],
    left: [c_long; 2],
}

/// The timer that counts the time of the wall clock.
const ITIMER_REAL: usize = 0;

/// Starts the clock, or ends the process.
pub fn start() {
    signal::handle_on_own_stack(libc::SIGALRM, on_alarm);
    signal::unblock(libc::SIGALRM);
    let limit_us = program::header().timeout_us;
    let left = [(limit_us / 1_000_000).cast_signed(), (limit_us % 1_000_000).cast_signed()];
    let timer = Timer { interval: [0; 2], left };
    let timer = (&raw const timer).expose_provenance();
    // SAFETY: the kernel reads the record.
    if let Err(errno) = unsafe { sys::call(libc::SYS_setitimer, [ITIMER_REAL, timer, 0, 0]) } {
        fatal::fail(&|message| {
            message.text("cannot set a timer for the program's time limit (").errno(errno).text(")");
        });
    }
}

extern "C" fn on_alarm(signal: c_int, info: *mut libc::siginfo_t, _context: *mut c_void) {
    // SAFETY: the kernel passes a valid record.
    if unsafe { (*info).si_code } <= 0 {
        sys::exit(128 + signal); // Another process has sent it.
    }
    let mut message = Message::new();
    let limit_us = program::header().timeout_us;
    let (limit, unit) = match limit_us {
        _ if limit_us.is_multiple_of(1_000_000) => (limit_us / 1_000_000, " s"),
        _ if limit_us.is_multiple_of(1000) => (limit_us / 1000, " ms"),
        _ => (limit_us, " us"),
    };
    message.text("wasiaot: stopped: the time limit of ").decimal(limit).text(unit).text(" is over\n").flush();
    sys::exit(TIMEOUT_EXIT_STATUS.into())
}
