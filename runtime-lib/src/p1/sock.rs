//! `sock_*`: stream sockets. `fd_read`, `fd_write` and `poll_oneoff` work on them as well.

use rustix::net::{Shutdown, SocketFlags};

use super::errno::Errno;
use super::fdstat::FdFlags;
use super::rights::Rights;
use super::table::{self, Descriptor};
use crate::guest::{GuestMemory, IoVecStorage};
use crate::host::file::FileKind;
use crate::host::socket::{self, Receive};

/// `sock_accept`: takes the next connection of a listening socket.
///
/// Of the flags only the one for not waiting means something to a socket; it is for the new one.
/// Whether this call waits depends on the listening socket, which waits unless the guest says
/// otherwise.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notsock`], [`Errno::Again`], [`Errno::Inval`], [`Errno::Notcapable`],
/// [`Errno::Fault`], and those of the kernel.
pub fn sock_accept(guest: &mut GuestMemory<'_>, fd: u32, flags: u32, accepted: u32) -> Result<(), Errno> {
    let flags = FdFlags::from_guest(flags)?;
    let listener = get_socket(fd)?;
    listener.require(Rights::SOCK_ACCEPT)?;
    guest.slice(accepted, 4)?; // A connection that the guest would not learn of is not taken.
    table::check_room()?;
    let host_flags = if flags.is_nonblocking() { SocketFlags::NONBLOCK } else { SocketFlags::empty() };
    let owned = socket::accept(listener.fd(), listener.wait(), host_flags)?;
    let socket = Descriptor::new(0, FileKind::SocketStream);
    let rights = socket.rights & listener.inheriting;
    let is_nonblocking = flags.is_nonblocking();
    let fd = table::insert(owned, Descriptor { is_nonblocking, rights, inheriting: rights, ..socket })?;
    Ok(guest.write_u32(accepted, fd)?)
}

// The flags of `sock_recv`, to and from the host.
const RECV_PEEK: u32 = 1 << 0;
const RECV_WAITALL: u32 = 1 << 1;
const RECV_DATA_TRUNCATED: u16 = 1 << 0;

/// `sock_recv`: receives data.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notsock`], [`Errno::Again`], [`Errno::Inval`], [`Errno::Fault`], and
/// those of the kernel.
#[allow(clippy::too_many_arguments, reason = "the specification has as many")]
pub fn sock_recv(
    guest: &mut GuestMemory<'_>,
    fd: u32,
    iovs: u32,
    len: u32,
    flags: u32,
    count: u32,
    out_flags: u32,
) -> Result<(), Errno> {
    if flags & !(RECV_PEEK | RECV_WAITALL) != 0 {
        return Err(Errno::Inval);
    }
    let how = Receive { peek: flags & RECV_PEEK != 0, wait_all: flags & RECV_WAITALL != 0 };
    let socket = get_socket(fd)?;
    socket.require(Rights::FD_READ)?;
    let mut storage = IoVecStorage::new();
    let buffers = guest.io_vecs(iovs, len, &mut storage)?;
    let received = socket::receive(socket.fd(), &buffers, how, socket.wait())?;
    guest.write_u32(count, received.len as u32)?;
    let truncated = if received.truncated { RECV_DATA_TRUNCATED } else { 0 };
    Ok(guest.write(out_flags, truncated.to_le_bytes())?)
}

/// `sock_send`: sends data. There are no flags.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notsock`], [`Errno::Again`], [`Errno::Pipe`], [`Errno::Inval`],
/// [`Errno::Fault`], and those of the kernel.
pub fn sock_send(
    guest: &mut GuestMemory<'_>,
    fd: u32,
    iovs: u32,
    len: u32,
    flags: u32,
    count: u32,
) -> Result<(), Errno> {
    if flags != 0 {
        return Err(Errno::Inval);
    }
    let socket = get_socket(fd)?;
    socket.require(Rights::FD_WRITE)?;
    let mut storage = IoVecStorage::new();
    let sent = socket::send(socket.fd(), &guest.io_vecs(iovs, len, &mut storage)?, socket.wait())?;
    Ok(guest.write_u32(count, sent as u32)?)
}

/// `sock_shutdown`: ends receiving, sending or both.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notsock`], [`Errno::Notconn`], [`Errno::Inval`], [`Errno::Notcapable`].
pub fn sock_shutdown(_guest: &mut GuestMemory<'_>, fd: u32, how: u32) -> Result<(), Errno> {
    let how = match how {
        1 => Shutdown::Read,
        2 => Shutdown::Write,
        3 => Shutdown::Both,
        _ => return Err(Errno::Inval),
    };
    let socket = get_socket(fd)?;
    socket.require(Rights::SOCK_SHUTDOWN)?;
    Ok(socket::shutdown(socket.fd(), how)?)
}

fn get_socket(fd: u32) -> Result<Descriptor, Errno> {
    let socket = table::get(fd)?;
    match socket.kind {
        FileKind::SocketStream | FileKind::SocketDatagram => Ok(socket),
        _ => Err(Errno::Notsock),
    }
}
