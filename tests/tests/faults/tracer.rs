//! Runs a program whose system calls are counted, one of which fails or is the last.
//!
//! The program is stopped before and after each of its calls (`ptrace`). In the place of the one that is to
//! fail it makes a call without effect, and finds the error number where the result would be. It needs no
//! preparation for that: what runs is what users run.
#![allow(unsafe_code, reason = "the standard library has no interface to `ptrace`")]

use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr::null_mut;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use libc::{c_int, c_long, pid_t, user_regs_struct};
use rustix::process::{Pid, Signal, kill_process};

/// A program that runs longer hangs, and is killed.
const LIMIT: Duration = Duration::from_secs(120);

/// Which call something happens to, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The number of the call.
    pub(crate) call: i64,
    /// How many calls of this number the program makes before.
    pub(crate) before: usize,
    pub(crate) event: Event,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// It is not made, and the program finds this error number.
    Error(c_int),
    /// It is made, and then the program is sent this signal.
    Signal(Signal),
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Code(c_int),
    Signal(c_int),
}

/// What was seen of a program.
#[derive(Debug)]
pub(crate) struct Traced {
    pub(crate) ended: Ended,
    /// The numbers of its first thread's calls.
    pub(crate) calls: Vec<u64>,
}

/// Runs a program. The result is `None` where processes may not trace each other.
///
/// # Panics
/// If the program cannot be started, or the system behaves in another way than its manual says.
pub(crate) fn run(command: &mut Command, fault: Option<Fault>) -> Option<Traced> {
    let prepare = || {
        // What was started in the background of a script ignores interrupts, and so would its children.
        // SAFETY: the default of a signal is no function of this process.
        unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
        match request(libc::PTRACE_TRACEME, 0, null_mut()) {
            0.. => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    };
    // SAFETY: between `fork` and `exec` this makes two system calls and allocates nothing.
    let traced = unsafe { command.pre_exec(prepare) };
    let child = match traced.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return None,
        Err(error) => panic!("{command:?} cannot be started: {error}"),
    };
    let pid = Pid::from_child(&child);
    let (done, watched) = channel::<()>();
    let watchdog = thread::spawn(move || {
        if watched.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
            let _ = kill_process(pid, Signal::KILL);
        }
    });
    let traced = follow(pid.as_raw_nonzero().get(), fault);
    drop(done);
    watchdog.join().expect("it does not panic");
    Some(traced)
}

/// Lets a process that has stopped at its first instruction run to its end.
fn follow(pid: pid_t, fault: Option<Fault>) -> Traced {
    let mut calls = Vec::new();
    let mut is_inside = false;
    let mut is_fault = false;
    let mut before = 0;
    let mut status = wait(pid);
    let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL;
    assert_eq!(request(libc::PTRACE_SETOPTIONS, pid, options as usize as *mut _), 0);
    let mut signal = 0;
    while libc::WIFSTOPPED(status) {
        assert!(request(libc::PTRACE_SYSCALL, pid, signal as usize as *mut _) == 0, "the process is gone");
        status = wait(pid);
        signal = 0;
        if !libc::WIFSTOPPED(status) {
            break;
        }
        if libc::WSTOPSIG(status) != libc::SIGTRAP | 0x80 {
            signal = libc::WSTOPSIG(status);
            continue;
        }
        is_inside = !is_inside;
        if is_inside {
            let mut registers = registers(pid);
            let call = registers.orig_rax;
            calls.push(call);
            let is_of_number = fault.is_some_and(|fault| fault.call == call.cast_signed());
            is_fault = is_of_number && fault.is_some_and(|fault| fault.before == before);
            before += usize::from(is_of_number);
            if is_fault && fault.is_some_and(|fault| matches!(fault.event, Event::Error(_))) {
                // Allowed by every program's own filter.
                registers.orig_rax = libc::SYS_getpid as u64;
                set_registers(pid, &mut registers);
            }
        } else if is_fault {
            match fault.expect("it is there").event {
                Event::Error(errno) => {
                    let mut registers = registers(pid);
                    registers.rax = i64::from(-errno).cast_unsigned();
                    set_registers(pid, &mut registers);
                }
                // It comes before the next instruction of the program.
                Event::Signal(signal) => {
                    let pid = Pid::from_raw(pid).expect("processes have numbers");
                    kill_process(pid, signal).expect("it is a child, and stopped");
                }
            }
        }
    }
    let ended = if libc::WIFEXITED(status) {
        Ended::Code(libc::WEXITSTATUS(status))
    } else {
        Ended::Signal(libc::WTERMSIG(status))
    };
    Traced { ended, calls }
}

fn wait(pid: pid_t) -> c_int {
    let mut status = 0;
    // SAFETY: the status is written to a variable of ours.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid, "{}", io::Error::last_os_error());
    status
}

fn registers(pid: pid_t) -> user_regs_struct {
    let mut registers = MaybeUninit::<user_regs_struct>::zeroed();
    assert_eq!(request(libc::PTRACE_GETREGS, pid, registers.as_mut_ptr().cast()), 0);
    // SAFETY: all bits are valid in a structure of numbers, and the kernel has written it.
    unsafe { registers.assume_init() }
}

fn set_registers(pid: pid_t, registers: &mut user_regs_struct) {
    assert_eq!(request(libc::PTRACE_SETREGS, pid, (&raw mut *registers).cast()), 0);
}

/// Makes a request without an address. `data` is a number, or points to what the request is about.
fn request(request: libc::c_uint, pid: pid_t, data: *mut libc::c_void) -> c_long {
    // SAFETY: the kernel reads or writes the structure that the callers pass for this request, or none.
    unsafe { libc::ptrace(request, pid, null_mut::<libc::c_void>(), data) }
}
