//! Waiting until descriptors are ready or a time has passed.

#![allow(unsafe_code, reason = "keeps a set of descriptors on the stack, filled as far as needed")]

use std::mem::MaybeUninit;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::BorrowedFd;
use rustix::io::Errno;

/// Most descriptors that can be waited for at once: 32 KiB of stack, touched as far as they are used.
pub const POLL_MAX: usize = 4096;

/// Descriptors to wait for.
#[derive(Debug)]
pub struct PollSet<'fd> {
    fds: [MaybeUninit<PollFd<'fd>>; POLL_MAX],
    /// So many are initialized.
    len: usize,
}

impl<'fd> PollSet<'fd> {
    /// No descriptors.
    #[must_use]
    pub const fn new() -> Self {
        PollSet { fds: [const { MaybeUninit::uninit() }; POLL_MAX], len: 0 }
    }

    /// Removes all descriptors.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Whether there are no descriptors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a descriptor, waiting for `readiness`.
    ///
    /// # Errors
    /// [`Errno::INVAL`] if there are [`POLL_MAX`] already.
    pub fn push(&mut self, fd: BorrowedFd<'fd>, readiness: PollFlags) -> Result<(), Errno> {
        let slot = self.fds.get_mut(self.len).ok_or(Errno::INVAL)?;
        slot.write(PollFd::from_borrowed_fd(fd, readiness));
        self.len += 1;
        Ok(())
    }

    /// Waits until a descriptor is ready, `timeout_ns` nanoseconds have passed, or there is a signal.
    /// Without a timeout it waits forever.
    ///
    /// # Errors
    /// What the kernel reports.
    pub fn wait(&mut self, timeout_ns: Option<u64>) -> Result<(), Errno> {
        let timeout = timeout_ns.map(|ns| Timespec {
            tv_sec: (ns / 1_000_000_000).cast_signed(),
            tv_nsec: (ns % 1_000_000_000).cast_signed(),
        });
        let fds = self.fds.get_mut(..self.len).unwrap_or_default();
        // SAFETY: `push` has initialized the first `len`.
        let fds = unsafe { fds.assume_init_mut() };
        match rustix::event::poll(fds, timeout.as_ref()) {
            Ok(_) => Ok(()),
            Err(Errno::INTR) => {
                // Nothing was stored: what an earlier call stored must not count.
                fds.iter_mut().for_each(PollFd::clear_revents);
                Ok(())
            }
            Err(errno) => Err(errno),
        }
    }

    /// What the last [`Self::wait`] found out about the descriptors, in the order of their adding.
    pub fn results(&self) -> impl Iterator<Item = PollFlags> {
        let fds = self.fds.get(..self.len).unwrap_or_default();
        // SAFETY: `push` has initialized the first `len`.
        unsafe { fds.assume_init_ref() }.iter().map(PollFd::revents)
    }
}

impl Default for PollSet<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// The number of bytes that can be read at once, as far as the kernel tells.
#[must_use]
pub fn readable_bytes(fd: BorrowedFd<'_>) -> Option<u64> {
    rustix::io::ioctl_fionread(fd).ok()
}
