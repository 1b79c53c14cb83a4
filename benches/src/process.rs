//! Runs a command and tells what it used, by the kernel's own accounting.
#![allow(unsafe_code, reason = "asks the kernel what a process used: the standard library does not")]

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;

/// What one run of a command used.
#[derive(Debug)]
pub(crate) struct Run {
    /// From before it was started until it was gone.
    pub(crate) wall_ms: f64,
    /// User and system time of all its threads.
    pub(crate) cpu_ms: f64,
    /// Most memory that was resident at a time. Never less than what this process has.
    pub(crate) peak_kib: u64,
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// What it wrote to standard output.
    pub(crate) stdout: Vec<u8>,
}

/// Resident memory of a process at its end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Resident {
    /// All of it.
    pub(crate) total_kib: u64,
    /// What no other process shares and no file holds.
    pub(crate) private_dirty_kib: u64,
}

/// Runs a command to its end.
///
/// # Errors
/// If it cannot be started.
pub(crate) fn run(command: &[OsString]) -> io::Result<Run> {
    let started = Instant::now();
    let mut child = prepare(command).stdout(Stdio::piped()).spawn()?;
    let mut stdout = Vec::new();
    if let Some(pipe) = child.stdout.as_mut() {
        pipe.read_to_end(&mut stdout)?;
    }
    let (status, usage) = wait(&child)?;
    Ok(Run {
        wall_ms: started.elapsed().as_secs_f64() * 1e3,
        cpu_ms: milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
        peak_kib: usage.ru_maxrss.unsigned_abs(),
        status,
        stdout,
    })
}

/// Runs a command and looks at its memory when it is about to end.
///
/// # Errors
/// If it cannot be started, or may not be traced.
pub(crate) fn resident_at_end(command: &[OsString]) -> io::Result<Resident> {
    let mut prepared = prepare(command);
    prepared.stdout(Stdio::null());
    // SAFETY: the function makes one system call and touches nothing of the parent's.
    unsafe { prepared.pre_exec(|| ptrace(libc::PTRACE_TRACEME, 0, 0)) };
    let child = prepared.spawn()?;
    let pid = pid(&child);
    let mut resident = Resident::default();
    let (mut status, _) = wait(&child)?;
    let options = libc::PTRACE_O_TRACEEXIT | libc::PTRACE_O_EXITKILL;
    ptrace(libc::PTRACE_SETOPTIONS, pid, i64::from(options))?;
    while let Some(signal) = status.stopped_signal() {
        let at_end = status.into_raw() >> 16 == libc::PTRACE_EVENT_EXIT;
        if at_end {
            resident = read_resident(pid)?;
        }
        let passed_on = if signal == libc::SIGTRAP { 0 } else { signal };
        ptrace(libc::PTRACE_CONT, pid, i64::from(passed_on))?;
        (status, _) = wait(&child)?;
    }
    Ok(resident)
}

fn prepare(command: &[OsString]) -> Command {
    let (program, arguments) = command.split_first().expect("commands have a program");
    let mut prepared = Command::new(program);
    prepared.args(arguments).stdin(Stdio::null());
    prepared
}

fn pid(child: &Child) -> libc::pid_t {
    libc::pid_t::try_from(child.id()).expect("process numbers are small")
}

/// Waits until a child ends or, if it is traced, stops.
fn wait(child: &Child) -> io::Result<(ExitStatus, libc::rusage)> {
    // SAFETY: the type is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let mut status = 0;
    // SAFETY: both pointers are to variables of the types that the call writes.
    let waited = unsafe { libc::wait4(pid(child), &raw mut status, 0, &raw mut usage) };
    if waited < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok((ExitStatus::from_raw(status), usage))
}

/// A request to trace that takes a number and no memory.
fn ptrace(request: libc::c_uint, pid: libc::pid_t, data: i64) -> io::Result<()> {
    // SAFETY: the requests that this file makes read and write no memory of this process.
    let result = unsafe { libc::ptrace(request, pid, 0i64, data) };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn read_resident(pid: libc::pid_t) -> io::Result<Resident> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    };
    Ok(Resident { total_kib: field("Rss:"), private_dirty_kib: field("Private_Dirty:") })
}

fn milliseconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 * 1e3 + time.tv_usec as f64 / 1e3
}
