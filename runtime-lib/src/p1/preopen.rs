//! What is open from the start: granted listening sockets and directories, and `fd_prestat_*`.
//!
//! After the standard streams come the listening sockets, then the directories, each in the order of
//! their grants. The compiler calls only the initializers that a program's imports need, in any
//! order; what is not needed gets no number.

use std::ffi::CStr;

use rustix::io::Errno as HostErrno;
use wasiaot_abi::grants::GrantRef;

use super::errno::Errno;
use super::table::{self, Descriptor, Preopen};
use crate::guest::GuestMemory;
use crate::host::file::FileKind;
use crate::host::landlock::{Access, Rules};
use crate::host::preopen;
use crate::{fatal, program, restrict, sys};

/// The first number after the standard streams.
const FIRST: u32 = 3;

/// The granted directories: host path, guest path, and whether it is for reading only.
fn directories() -> impl Iterator<Item = (&'static CStr, &'static CStr, bool)> {
    program::grants().filter_map(|grant| match grant {
        GrantRef::Dir { host, guest, read_only } => Some((host, guest, read_only)),
        _ => None,
    })
}

/// Opens the granted directories, or ends the process.
pub fn open_directories() {
    sys::claim_standard_descriptors();
    for (index, (host, _, is_read_only)) in directories().enumerate() {
        let owned = preopen::open_directory(host);
        let result = Preopen::directory(index).and_then(|preopen| {
            let directory = Descriptor::new(0, FileKind::Directory);
            table::insert(owned, Descriptor { is_read_only, preopen, ..directory })
        });
        check_room(result);
    }
}

/// Lets the kernel refuse all paths but those below the granted directories, which are open. Where it
/// cannot, the program runs without.
pub fn restrict_paths() {
    let _ = rustix::thread::set_no_new_privs(true).and_then(|()| enforce_rules());
}

/// As [`restrict_paths`], but where the kernel cannot, the process ends.
pub fn require_restricted_paths() {
    if let Err(errno) = rustix::thread::set_no_new_privs(true).and_then(|()| enforce_rules()) {
        restrict::fail("Landlock (version 2 or later)", errno);
    }
}

fn enforce_rules() -> Result<(), HostErrno> {
    let rules = Rules::new()?;
    let mut fd = FIRST;
    while let Ok(descriptor) = table::get(fd) {
        if descriptor.preopen.directory_index().is_some() {
            let access = if descriptor.is_read_only { Access::Read } else { Access::Change };
            rules.allow(descriptor.fd(), access)?;
        }
        fd += 1;
    }
    rules.enforce()
}

/// Listens on the granted addresses, or ends the process.
pub fn open_listeners() {
    sys::claim_standard_descriptors();
    let mut fd = FIRST;
    for grant in program::grants() {
        let GrantRef::TcpListen(address) = grant else { continue };
        let owned = preopen::listen(address);
        let socket = Descriptor::new(0, FileKind::SocketStream);
        let listener = Descriptor { preopen: Preopen::LISTENER, ..socket };
        // The number before the directories, if those are open already.
        check_room(table::open_gap(fd).and_then(|()| table::insert(owned, listener)));
        fd += 1;
    }
}

fn check_room<T>(result: Result<T, Errno>) {
    if result.is_err() {
        fatal::fail(&|message| {
            message.text("too many directories and addresses were granted; build with fewer");
        });
    }
}

/// The number that says that a preopened descriptor is a directory, the only kind that is specified.
const PRESTAT_DIR: u32 = 0;

/// The number for a listening socket. The specification has none; see [`fd_prestat_get`].
const PRESTAT_OTHER: u32 = 1;

/// `fd_prestat_get`: what a preopened descriptor is, and for a directory the length of its path.
///
/// Guests look for directories from 3 on until there is no preopened descriptor. A listening socket
/// has to be one, lest the directories behind it are not found; C libraries and Go go on when they
/// see a kind that they do not know.
///
/// # Errors
/// [`Errno::Badf`] if it is not preopened, [`Errno::Fault`].
pub fn fd_prestat_get(guest: &mut GuestMemory<'_>, fd: u32, prestat: u32) -> Result<(), Errno> {
    let descriptor = table::get(fd)?;
    let (kind, len) = match guest_path(&descriptor) {
        Some(path) => (PRESTAT_DIR, path.count_bytes() as u32),
        None if descriptor.preopen == Preopen::LISTENER => (PRESTAT_OTHER, 0),
        None => return Err(Errno::Badf),
    };
    let both = u64::from(len) << 32 | u64::from(kind);
    Ok(guest.write_u64(prestat, both)?)
}

/// `fd_prestat_dir_name`: the path of a preopened directory, without a zero byte.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`] if it is not a preopened directory, [`Errno::Nametoolong`] if
/// there is no room for it, [`Errno::Fault`].
pub fn fd_prestat_dir_name(guest: &mut GuestMemory<'_>, fd: u32, path: u32, len: u32) -> Result<(), Errno> {
    let name = guest_path(&table::get(fd)?).ok_or(Errno::Notdir)?.to_bytes();
    if name.len() > len as usize {
        return Err(Errno::Nametoolong);
    }
    Ok(guest.write_slice(path, name)?)
}

/// The path by which the guest knows a preopened directory.
fn guest_path(descriptor: &Descriptor) -> Option<&'static CStr> {
    directories().nth(descriptor.preopen.directory_index()?).map(|(_, guest, _)| guest)
}
