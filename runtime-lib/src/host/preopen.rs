//! Opening what was granted when the program was built: directories and listening sockets.
//!
//! What cannot be opened ends the process with one line that names it and the cure.

use std::ffi::CStr;
use std::net::{IpAddr, SocketAddr};

use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, sockopt};

use crate::fatal;

/// Opens a granted directory. A relative path starts at the working directory.
#[must_use]
pub fn open_directory(path: &CStr) -> OwnedFd {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).unwrap_or_else(|errno| {
        fatal::fail(&|message| {
            message.text("cannot open the granted directory `").escaped(path.to_bytes()).text("`: ");
            match errno {
                Errno::NOENT => message
                    .text("it does not exist; create it, or start the program where this path leads to it"),
                Errno::NOTDIR => message.text("it is not a directory; only directories can be granted"),
                Errno::ACCESS | Errno::PERM => message
                    .text("not permitted; let this user read it, or build the program without the grant"),
                _ => message.errno(errno),
            };
        })
    })
}

/// How many connections may wait to be accepted: what the standard library of Rust takes.
const BACKLOG: i32 = 128;

/// Binds a granted address, `ADDRESS:PORT`, and listens on it.
#[must_use]
pub fn listen(address: &CStr) -> OwnedFd {
    try_listen(address).unwrap_or_else(|errno| {
        fatal::fail(&|message| {
            message.text("cannot listen on the granted address `").escaped(address.to_bytes()).text("`: ");
            match errno {
                Errno::ADDRINUSE => message.text("another process listens there; stop that one first"),
                Errno::ADDRNOTAVAIL => {
                    message.text("this machine does not have the address; build with one that it has")
                }
                Errno::ACCESS | Errno::PERM => {
                    message.text("not permitted; ports below 1024 need a privilege, choose a higher one")
                }
                Errno::INVAL => message.text("not an IP address and a port, as in `127.0.0.1:8080`"),
                _ => message.errno(errno),
            };
        })
    })
}

fn try_listen(address: &CStr) -> Result<OwnedFd, Errno> {
    let address: SocketAddr = address.to_str().ok().and_then(|text| text.parse().ok()).ok_or(Errno::INVAL)?;
    let family = match address.ip() {
        IpAddr::V4(_) => AddressFamily::INET,
        IpAddr::V6(_) => AddressFamily::INET6,
    };
    let socket = rustix::net::socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    // A server can be restarted while connections of its predecessor still linger.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    rustix::net::bind(&socket, &address)?;
    rustix::net::listen(&socket, BACKLOG)?;
    Ok(socket)
}
