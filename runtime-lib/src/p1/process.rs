//! `proc_*`, `sched_yield` and `random_get`: what concerns the process as a whole.

use wasiaot_abi::trap::TrapCode;

use super::errno::Errno;
use crate::guest::GuestMemory;
use crate::host::random;
use crate::{sys, trap};

/// `proc_exit`: ends the process. As everywhere, it is the low 8 bits that a parent process sees.
pub fn proc_exit(status: u32) -> ! {
    sys::exit(status.cast_signed())
}

/// The number of signals that preview 1 has; 0 is "none".
const SIGNALS: u32 = 31;

/// `proc_raise`: ends the process abnormally, as a trap.
///
/// The standard C library implements `raise` on its own, so this is only called by programs that mean
/// to end. Signal 0 only asks whether signals can be raised.
///
/// # Errors
/// [`Errno::Inval`] if there is no such signal.
pub fn proc_raise(_guest: &mut GuestMemory<'_>, signal: u32) -> Result<(), Errno> {
    match signal {
        0 => Ok(()),
        1..SIGNALS => trap::raise(TrapCode::Raised),
        _ => Err(Errno::Inval),
    }
}

/// `sched_yield`: lets other processes run.
///
/// # Errors
/// None.
pub fn sched_yield(_guest: &mut GuestMemory<'_>) -> Result<(), Errno> {
    rustix::thread::sched_yield();
    Ok(())
}

/// `random_get`: fills a buffer with random bytes.
///
/// # Errors
/// [`Errno::Fault`].
pub fn random_get(guest: &mut GuestMemory<'_>, buffer: u32, len: u32) -> Result<(), Errno> {
    Ok(random::fill(guest.slice_mut(buffer, len)?)?)
}
