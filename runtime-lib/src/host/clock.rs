//! Clocks: their time, their resolution, and sleeping.
//!
//! Time is in nanoseconds, as the guest has it. The C library is asked rather than the kernel: it
//! finds the system call that needs no kernel entry.

#![allow(unsafe_code, reason = "calls the C library's clock functions")]

use std::mem::MaybeUninit;

use rustix::io::Errno;

/// A clock of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The time of day, since 1970.
    Realtime,
    /// Never set and never going back.
    Monotonic,
    /// CPU time of the process.
    ProcessCpu,
    /// CPU time of the thread.
    ThreadCpu,
}

impl Clock {
    fn id(self) -> libc::clockid_t {
        match self {
            Clock::Realtime => libc::CLOCK_REALTIME,
            Clock::Monotonic => libc::CLOCK_MONOTONIC,
            Clock::ProcessCpu => libc::CLOCK_PROCESS_CPUTIME_ID,
            Clock::ThreadCpu => libc::CLOCK_THREAD_CPUTIME_ID,
        }
    }
}

/// The time that `clock` shows.
///
/// # Errors
/// [`Errno::OVERFLOW`] if it does not fit: before 1970 or after 2554.
pub fn now_ns(clock: Clock) -> Result<u64, Errno> {
    let mut time = MaybeUninit::uninit();
    // SAFETY: the kernel fills `time`; all clocks of `Clock` exist.
    let status = unsafe { libc::clock_gettime(clock.id(), time.as_mut_ptr()) };
    if status != 0 {
        return Err(Errno::INVAL);
    }
    // SAFETY: the call succeeded.
    nanoseconds(unsafe { time.assume_init() })
}

/// The resolution of `clock`.
///
/// # Errors
/// None in practice.
pub fn resolution_ns(clock: Clock) -> Result<u64, Errno> {
    let mut time = MaybeUninit::uninit();
    // SAFETY: the kernel fills `time`; all clocks of `Clock` exist.
    let status = unsafe { libc::clock_getres(clock.id(), time.as_mut_ptr()) };
    if status != 0 {
        return Err(Errno::INVAL);
    }
    // SAFETY: the call succeeded.
    nanoseconds(unsafe { time.assume_init() })
}

/// Sleeps until `clock` shows `deadline_ns` or later, even if the clock is set meanwhile.
///
/// # Errors
/// [`Errno::INVAL`] or [`Errno::OPNOTSUPP`] if `clock` cannot be slept on.
pub fn sleep_until(clock: Clock, deadline_ns: u64) -> Result<(), Errno> {
    let deadline = timespec(deadline_ns);
    loop {
        // SAFETY: `deadline` is valid; with an absolute time nothing is written back.
        let status = unsafe {
            libc::clock_nanosleep(clock.id(), libc::TIMER_ABSTIME, &raw const deadline, std::ptr::null_mut())
        };
        match status {
            0 => return Ok(()),
            libc::EINTR => {}
            errno => return Err(Errno::from_raw_os_error(errno)),
        }
    }
}

fn nanoseconds(time: libc::timespec) -> Result<u64, Errno> {
    let seconds = u64::try_from(time.tv_sec).map_err(|_| Errno::OVERFLOW)?;
    let whole = seconds.checked_mul(1_000_000_000).ok_or(Errno::OVERFLOW)?;
    whole.checked_add(time.tv_nsec.cast_unsigned()).ok_or(Errno::OVERFLOW)
}

/// The seconds of a `u64` of nanoseconds always fit: they are at most 18,446,744,073.
fn timespec(time_ns: u64) -> libc::timespec {
    // SAFETY: all of a `timespec` is numbers and padding.
    let mut time: libc::timespec = unsafe { std::mem::zeroed() };
    time.tv_sec = (time_ns / 1_000_000_000).cast_signed();
    time.tv_nsec = (time_ns % 1_000_000_000).cast_signed();
    time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_go_forward() {
        for clock in [Clock::Realtime, Clock::Monotonic, Clock::ProcessCpu, Clock::ThreadCpu] {
            let first = now_ns(clock).expect("the clock exists");
            assert!(now_ns(clock).expect("the clock exists") >= first);
            assert!(resolution_ns(clock).expect("the clock exists") > 0);
        }
    }

    #[test]
    fn sleeps_at_least_until_the_deadline() {
        for clock in [Clock::Realtime, Clock::Monotonic] {
            let deadline = now_ns(clock).expect("the clock exists") + 2_000_000;
            assert_eq!(sleep_until(clock, deadline), Ok(()));
            assert!(now_ns(clock).expect("the clock exists") >= deadline);
            assert_eq!(sleep_until(clock, 0), Ok(())); // Long past.
        }
    }
}
