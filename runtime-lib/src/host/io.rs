//! Reading and writing guest buffers.
//!
//! Transfers go straight between the kernel and the guest's memory. Interrupted calls are repeated.
//! A descriptor that the guest takes for blocking blocks, even if someone else who has the same open
//! file has switched that off: standard streams are often shared with other processes. For the same
//! reason a standard stream is never switched to non-blocking; see [`Wait::Simulated`].

#![allow(unsafe_code, reason = "hands checked guest buffers to the kernel")]

use std::ffi::c_long;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::io::Errno;

use crate::guest::IoVecs;
use crate::sys;

/// What happens when there is nothing to read, or no room to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The call waits.
    Blocking,
    /// The call fails with [`Errno::AGAIN`]; the descriptor is set so.
    NonBlocking,
    /// The call fails with [`Errno::AGAIN`], which is found out by asking first, since the open file
    /// is shared and has to stay as it is.
    Simulated,
}

/// What a write may transfer at once when the descriptor is only simulated to be non-blocking: a
/// pipe that is ready has room for as much (`PIPE_BUF`).
const SIMULATED_WRITE_BYTES: usize = 4096;

/// Reads at the current position. Returns the number of bytes, 0 at the end.
///
/// # Errors
/// What the kernel reports.
pub fn read(fd: BorrowedFd<'_>, buffers: &IoVecs<'_>, wait: Wait) -> Result<usize, Errno> {
    repeat(fd, PollFlags::IN, wait, || {
        // SAFETY: `buffers` describe memory that the kernel may write.
        unsafe { transfer_vectors(libc::SYS_readv, fd, buffers, 0) }
    })
}

/// Writes at the current position. Returns the number of bytes, which may be less than there are.
///
/// # Errors
/// What the kernel reports.
pub fn write(fd: BorrowedFd<'_>, buffers: &IoVecs<'_>, wait: Wait) -> Result<usize, Errno> {
    if wait == Wait::Simulated {
        return write_some(fd, buffers);
    }
    repeat(fd, PollFlags::OUT, wait, || {
        // SAFETY: `buffers` describe memory that the kernel may read.
        unsafe { transfer_vectors(libc::SYS_writev, fd, buffers, 0) }
    })
}

/// Writes as much of the first buffer as does not block.
fn write_some(fd: BorrowedFd<'_>, buffers: &IoVecs<'_>) -> Result<usize, Errno> {
    let (start, len) = buffers.first();
    let len = len.min(SIMULATED_WRITE_BYTES);
    let start = start.expose_provenance();
    repeat(fd, PollFlags::OUT, Wait::Simulated, || {
        // SAFETY: `start` and `len` describe memory that the kernel may read.
        unsafe { sys::call(libc::SYS_write, [fd.as_raw_fd() as usize, start, len, 0]) }
    })
}

/// Reads at `offset`, without moving the current position. Returns the number of bytes.
///
/// # Errors
/// What the kernel reports: [`Errno::INVAL`] if `offset` is 2⁶³ or more.
pub fn read_at(fd: BorrowedFd<'_>, buffers: &IoVecs<'_>, offset: u64) -> Result<usize, Errno> {
    repeat(fd, PollFlags::IN, Wait::NonBlocking, || {
        // SAFETY: `buffers` describe memory that the kernel may write.
        unsafe { transfer_vectors(libc::SYS_preadv, fd, buffers, offset) }
    })
}

/// Writes at `offset`, without moving the current position. Returns the number of bytes.
///
/// # Errors
/// What the kernel reports: [`Errno::INVAL`] if `offset` is 2⁶³ or more.
pub fn write_at(fd: BorrowedFd<'_>, buffers: &IoVecs<'_>, offset: u64) -> Result<usize, Errno> {
    repeat(fd, PollFlags::OUT, Wait::NonBlocking, || {
        // SAFETY: `buffers` describe memory that the kernel may read.
        unsafe { transfer_vectors(libc::SYS_pwritev, fd, buffers, offset) }
    })
}

/// Makes a system call that transfers between a descriptor and buffers. Those that take no offset
/// ignore it.
///
/// # Safety
/// The kernel may do with the memory that `buffers` describe what it does in this call.
unsafe fn transfer_vectors(
    number: c_long,
    fd: BorrowedFd<'_>,
    buffers: &IoVecs<'_>,
    offset: u64,
) -> Result<usize, Errno> {
    let start = buffers.as_ptr().expose_provenance();
    // SAFETY: passed on to the caller. On 64-bit targets the offset is in one register.
    unsafe { sys::call(number, [fd.as_raw_fd() as usize, start, buffers.len(), offset as usize]) }
}

/// Repeats `call`, a function of the C library, until it is done or has failed for good.
pub(super) fn transfer(
    fd: BorrowedFd<'_>,
    readiness: PollFlags,
    wait: Wait,
    mut call: impl FnMut() -> isize,
) -> Result<usize, Errno> {
    repeat(fd, readiness, wait, || usize::try_from(call()).map_err(|_| last_errno()))
}

/// Repeats `call` until it is done or has failed for good.
pub(super) fn repeat(
    fd: BorrowedFd<'_>,
    readiness: PollFlags,
    wait: Wait,
    mut call: impl FnMut() -> Result<usize, Errno>,
) -> Result<usize, Errno> {
    if wait == Wait::Simulated && !is_ready(fd, readiness)? {
        return Err(Errno::AGAIN);
    }
    loop {
        match call() {
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if wait == Wait::Blocking => wait_until_ready(fd, readiness)?,
            result => return result,
        }
    }
}

/// The error number of the C library's last call that failed.
fn last_errno() -> Errno {
    // SAFETY: the C library has one for each thread, which lives as long.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above, and it is initialized.
    Errno::from_raw_os_error(unsafe { errno.read() })
}

fn is_ready(fd: BorrowedFd<'_>, readiness: PollFlags) -> Result<bool, Errno> {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    rustix::event::poll(&mut [PollFd::from_borrowed_fd(fd, readiness)], Some(&now)).map(|count| count != 0)
}

fn wait_until_ready(fd: BorrowedFd<'_>, readiness: PollFlags) -> Result<(), Errno> {
    match rustix::event::poll(&mut [PollFd::from_borrowed_fd(fd, readiness)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}
