//! `clock_*`: the time.

use super::errno::Errno;
use crate::guest::GuestMemory;
use crate::host::clock::{self, Clock};

/// The clock that the guest calls `id`.
///
/// # Errors
/// [`Errno::Inval`] if there is none.
pub fn clock(id: u32) -> Result<Clock, Errno> {
    match id {
        0 => Ok(Clock::Realtime),
        1 => Ok(Clock::Monotonic),
        2 => Ok(Clock::ProcessCpu),
        3 => Ok(Clock::ThreadCpu),
        _ => Err(Errno::Inval),
    }
}

/// `clock_res_get`: the resolution of a clock, in nanoseconds.
///
/// # Errors
/// [`Errno::Inval`], [`Errno::Fault`].
pub fn clock_res_get(guest: &mut GuestMemory<'_>, id: u32, resolution: u32) -> Result<(), Errno> {
    let nanoseconds = clock::resolution_ns(clock(id)?)?;
    Ok(guest.write_u64(resolution, nanoseconds)?)
}

/// `clock_time_get`: the time of a clock, in nanoseconds. It is always as precise as possible.
///
/// # Errors
/// [`Errno::Inval`], [`Errno::Overflow`], [`Errno::Fault`].
pub fn clock_time_get(guest: &mut GuestMemory<'_>, id: u32, _precision: u64, time: u32) -> Result<(), Errno> {
    let nanoseconds = clock::now_ns(clock(id)?)?;
    Ok(guest.write_u64(time, nanoseconds)?)
}
