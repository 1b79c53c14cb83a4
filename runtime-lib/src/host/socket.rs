//! Stream sockets that already exist: accepting, receiving, sending.

#![allow(unsafe_code, reason = "hands checked guest buffers to the kernel")]

use std::mem::MaybeUninit;

use rustix::event::PollFlags;
use rustix::fd::{AsRawFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{Shutdown, SocketFlags};

use super::io::{Wait, transfer};
use crate::guest::IoVecs;

/// Takes the next connection of a listening socket. `flags` are for the new socket.
///
/// # Errors
/// [`Errno::AGAIN`] if there is none and `wait` says not to wait.
pub fn accept(fd: BorrowedFd<'_>, wait: Wait, flags: SocketFlags) -> Result<OwnedFd, Errno> {
    let mut accepted = Err(Errno::AGAIN);
    // The count only says that `accepted` is there.
    super::io::repeat(fd, PollFlags::IN, wait, || {
        accepted = rustix::net::accept_with(fd, flags | SocketFlags::CLOEXEC);
        match &accepted {
            Ok(_) => Ok(0),
            Err(errno) => Err(*errno),
        }
    })?;
    accepted
}

/// How to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receive {
    /// The data stays in the socket.
    pub peek: bool,
    /// The call waits until the buffers are full, or the data ends.
    pub wait_all: bool,
}

/// What was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The number of bytes, 0 at the end.
    pub len: usize,
    /// Whether a part of the message did not fit, and is lost.
    pub truncated: bool,
}

/// Receives into `buffers`.
///
/// # Errors
/// What the kernel reports: [`Errno::NOTSOCK`] if `fd` is no socket.
pub fn receive(
    fd: BorrowedFd<'_>,
    buffers: &IoVecs<'_>,
    how: Receive,
    wait: Wait,
) -> Result<Received, Errno> {
    let mut flags = 0;
    if how.peek {
        flags |= libc::MSG_PEEK;
    }
    if how.wait_all {
        flags |= libc::MSG_WAITALL;
    }
    let mut message = message(buffers);
    let len = transfer(fd, PollFlags::IN, wait, || {
        // SAFETY: `message` refers to `buffers`, memory that the kernel may write.
        unsafe { libc::recvmsg(fd.as_raw_fd(), &raw mut message, flags) }
    })?;
    Ok(Received { len, truncated: message.msg_flags & libc::MSG_TRUNC != 0 })
}

/// Sends from `buffers`. Returns the number of bytes, which may be less than there are.
///
/// # Errors
/// What the kernel reports: [`Errno::NOTSOCK`] if `fd` is no socket.
pub fn send(fd: BorrowedFd<'_>, buffers: &IoVecs<'_>, wait: Wait) -> Result<usize, Errno> {
    let message = message(buffers);
    transfer(fd, PollFlags::OUT, wait, || {
        // SAFETY: `message` refers to `buffers`, memory that the kernel may read.
        unsafe { libc::sendmsg(fd.as_raw_fd(), &raw const message, libc::MSG_NOSIGNAL) }
    })
}

/// Ends receiving, sending or both.
///
/// # Errors
/// [`Errno::NOTCONN`] if there is no connection.
pub fn shutdown(fd: BorrowedFd<'_>, how: Shutdown) -> Result<(), Errno> {
    rustix::net::shutdown(fd, how)
}

/// A message without an address or control data.
fn message(buffers: &IoVecs<'_>) -> libc::msghdr {
    // SAFETY: all of a `msghdr` is numbers, pointers and padding, for which zero is nothing.
    let mut message: libc::msghdr = unsafe { MaybeUninit::zeroed().assume_init() };
    message.msg_iov = buffers.as_ptr();
    message.msg_iovlen = buffers.len() as _;
    message
}
