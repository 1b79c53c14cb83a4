//! `path_*`: operations on paths below a directory.

use rustix::fs::OFlags;

use super::Snapshot;
use super::errno::Errno;
use super::fdstat::FdFlags;
use super::filestat;
use super::rights::Rights;
use super::table::{self, Descriptor};
use crate::guest::GuestMemory;
use crate::host::file::{self, FileKind};
use crate::host::path::{self, Access, Links};

/// Longest path, as in the kernel, which counts a zero at the end as well.
const PATH_MAX: u32 = 4095;

/// A path or the content of a symbolic link, from the guest.
fn text<'a>(guest: &'a GuestMemory<'_>, address: u32, len: u32) -> Result<&'a str, Errno> {
    if len > PATH_MAX {
        // Nothing is read of what is too long, but it has to be there.
        guest.slice(address, len)?;
        return Err(Errno::Nametoolong);
    }
    let text = std::str::from_utf8(guest.slice(address, len)?).map_err(|_| Errno::Ilseq)?;
    if text.contains('\0') { Err(Errno::Inval) } else { Ok(text) }
}

fn lookup_flags(bits: u32) -> Result<Links, Errno> {
    match bits {
        0 => Ok(Links::Keep),
        1 => Ok(Links::Follow),
        _ => Err(Errno::Inval),
    }
}

/// A directory in which something will change.
fn get_writable_dir(fd: u32, rights: Rights) -> Result<Descriptor, Errno> {
    let dir = table::get_dir(fd, rights)?;
    dir.require_writable()?;
    Ok(dir)
}

// The flags of `path_open`.
const CREAT: u32 = 1 << 0;
const DIRECTORY: u32 = 1 << 1;
const EXCL: u32 = 1 << 2;
const TRUNC: u32 = 1 << 3;

/// `path_open`: opens or creates a file, or opens a directory.
///
/// The rights that are asked for decide whether it is opened for reading or writing; apart from that
/// the new descriptor gets all rights that the directory passes on (see [`super::rights`]).
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Perm`], and
/// those of the kernel.
#[allow(clippy::too_many_arguments, reason = "the specification has as many")]
pub fn path_open(
    guest: &mut GuestMemory<'_>,
    dir_fd: u32,
    lookup: u32,
    path: u32,
    path_len: u32,
    open_flags: u32,
    rights: u64,
    _inheriting: u64,
    fd_flags: u32,
    opened: u32,
) -> Result<(), Errno> {
    let fd_flags = FdFlags::from_guest(fd_flags)?;
    let links = lookup_flags(lookup)?;
    let rights = Rights::from_guest(rights);
    let dir = dir_for_open(dir_fd, open_flags, rights)?;
    table::check_room()?;
    let access = access(open_flags, rights);
    let flags = host_open_flags(open_flags) | fd_flags.to_host();
    let owned = path::open(dir.fd(), text(guest, path, path_len)?, links, access, flags)?;

    let kind = file::kind(rustix::fd::AsFd::as_fd(&owned))?;
    let mut descriptor = Descriptor::new(0, kind);
    descriptor.is_read_only = dir.is_read_only;
    descriptor.is_nonblocking = fd_flags.is_nonblocking();
    descriptor.rights = descriptor.rights & dir.inheriting;
    if !access.read {
        descriptor.rights = descriptor.rights & !Rights::FD_READ;
    }
    // Creating and truncating do not give a right to write that was not asked for.
    descriptor.rights = descriptor.rights & (!Rights::FD_WRITE | rights);
    descriptor.inheriting = if kind == FileKind::Directory { dir.inheriting } else { descriptor.rights };
    let fd = table::insert(owned, descriptor)?;
    if let Err(fault) = guest.write_u32(opened, fd) {
        // The guest would never learn the number.
        let _ = table::close(fd);
        return Err(fault.into());
    }
    Ok(())
}

/// The directory of a `path_open`, if it allows that.
fn dir_for_open(dir_fd: u32, open_flags: u32, rights: Rights) -> Result<Descriptor, Errno> {
    if open_flags & !(CREAT | DIRECTORY | EXCL | TRUNC) != 0 {
        return Err(Errno::Inval);
    }
    if open_flags & DIRECTORY != 0 && open_flags & (CREAT | EXCL | TRUNC) != 0 {
        return Err(Errno::Inval);
    }
    let dir = table::get_dir(dir_fd, Rights::PATH_OPEN)?;
    if open_flags & (CREAT | TRUNC) != 0 || rights.contains(Rights::FD_WRITE) {
        dir.require_writable()?;
    }
    if open_flags & CREAT != 0 {
        dir.require(Rights::PATH_CREATE_FILE)?;
    }
    if open_flags & TRUNC != 0 {
        dir.require(Rights::PATH_FILESTAT_SET_SIZE)?;
    }
    if !dir.inheriting.contains(rights & (Rights::FD_READ | Rights::FD_WRITE)) {
        return Err(Errno::Notcapable);
    }
    Ok(dir)
}

/// What a file is opened for. Creating and truncating need writing. One that is asked to be neither
/// read nor written, which the kernel does not know, is opened for reading.
fn access(open_flags: u32, rights: Rights) -> Access {
    let write = rights.contains(Rights::FD_WRITE);
    Access {
        read: rights.contains(Rights::FD_READ) || !write,
        write: write || open_flags & (CREAT | TRUNC) != 0,
    }
}

fn host_open_flags(open_flags: u32) -> OFlags {
    let mut host = OFlags::empty();
    host.set(OFlags::CREATE, open_flags & CREAT != 0);
    host.set(OFlags::DIRECTORY, open_flags & DIRECTORY != 0);
    // Without creating, the kernel does not define it.
    host.set(OFlags::EXCL, open_flags & (CREAT | EXCL) == CREAT | EXCL);
    host.set(OFlags::TRUNC, open_flags & TRUNC != 0);
    host
}

/// `path_filestat_get`: the attributes of a file.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn path_filestat_get(
    guest: &mut GuestMemory<'_>,
    dir_fd: u32,
    lookup: u32,
    path: u32,
    path_len: u32,
    stat: u32,
    snapshot: Snapshot,
) -> Result<(), Errno> {
    let links = lookup_flags(lookup)?;
    let dir = table::get_dir(dir_fd, Rights::PATH_FILESTAT_GET)?;
    let found = path::stat(dir.fd(), text(guest, path, path_len)?, links)?;
    filestat::store(guest, stat, &found, filestat::kind_of(&found), snapshot)
}

/// `path_filestat_set_times`: sets when a file was last read and last changed.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Perm`], and
/// those of the kernel.
#[allow(clippy::too_many_arguments, reason = "the specification has as many")]
pub fn path_filestat_set_times(
    guest: &mut GuestMemory<'_>,
    dir_fd: u32,
    lookup: u32,
    path: u32,
    path_len: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let links = lookup_flags(lookup)?;
    let (accessed, modified) = filestat::new_times(accessed, modified, flags)?;
    let dir = get_writable_dir(dir_fd, Rights::PATH_FILESTAT_SET_TIMES)?;
    Ok(path::set_times(dir.fd(), text(guest, path, path_len)?, links, accessed, modified)?)
}

/// `path_create_directory`: makes a directory.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn path_create_directory(
    guest: &mut GuestMemory<'_>,
    dir_fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let dir = get_writable_dir(dir_fd, Rights::PATH_CREATE_DIRECTORY)?;
    Ok(path::create_dir(dir.fd(), text(guest, path, path_len)?)?)
}

/// `path_remove_directory`: removes an empty directory.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn path_remove_directory(
    guest: &mut GuestMemory<'_>,
    dir_fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let dir = get_writable_dir(dir_fd, Rights::PATH_REMOVE_DIRECTORY)?;
    Ok(path::remove_dir(dir.fd(), text(guest, path, path_len)?)?)
}

/// `path_unlink_file`: removes a name that is not a directory's.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn path_unlink_file(
    guest: &mut GuestMemory<'_>,
    dir_fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let dir = get_writable_dir(dir_fd, Rights::PATH_UNLINK_FILE)?;
    Ok(path::unlink(dir.fd(), text(guest, path, path_len)?)?)
}

/// `path_link`: gives a file another name. Following a symbolic link at the end of the old path is
/// not supported, by any engine.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Perm`], and
/// those of the kernel.
#[allow(clippy::too_many_arguments, reason = "the specification has as many")]
pub fn path_link(
    guest: &mut GuestMemory<'_>,
    old_fd: u32,
    old_lookup: u32,
    old_path: u32,
    old_path_len: u32,
    new_fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<(), Errno> {
    // A writable name for a file that was granted for reading would get around the grant, so both
    // ends have to be writable.
    let old_dir = get_writable_dir(old_fd, Rights::PATH_LINK_SOURCE)?;
    let new_dir = get_writable_dir(new_fd, Rights::PATH_LINK_TARGET)?;
    if lookup_flags(old_lookup)? == Links::Follow {
        return Err(Errno::Inval);
    }
    let (old_path, new_path) = (text(guest, old_path, old_path_len)?, text(guest, new_path, new_path_len)?);
    Ok(path::hard_link(old_dir.fd(), old_path, new_dir.fd(), new_path)?)
}

/// `path_rename`: moves a file or directory.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn path_rename(
    guest: &mut GuestMemory<'_>,
    old_fd: u32,
    old_path: u32,
    old_path_len: u32,
    new_fd: u32,
    new_path: u32,
    new_path_len: u32,
) -> Result<(), Errno> {
    let old_dir = get_writable_dir(old_fd, Rights::PATH_RENAME_SOURCE)?;
    let new_dir = get_writable_dir(new_fd, Rights::PATH_RENAME_TARGET)?;
    let (old_path, new_path) = (text(guest, old_path, old_path_len)?, text(guest, new_path, new_path_len)?);
    Ok(path::rename(old_dir.fd(), old_path, new_dir.fd(), new_path)?)
}

/// `path_symlink`: makes a symbolic link. Its content may lead nowhere, but not be absolute.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn path_symlink(
    guest: &mut GuestMemory<'_>,
    content: u32,
    content_len: u32,
    dir_fd: u32,
    path: u32,
    path_len: u32,
) -> Result<(), Errno> {
    let dir = get_writable_dir(dir_fd, Rights::PATH_SYMLINK)?;
    let (content, path) = (text(guest, content, content_len)?, text(guest, path, path_len)?);
    Ok(path::symlink(content, dir.fd(), path)?)
}

/// `path_readlink`: the content of a symbolic link, as much of it as there is room for.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Perm`],
/// [`Errno::Fault`], and those of the kernel.
pub fn path_readlink(
    guest: &mut GuestMemory<'_>,
    dir_fd: u32,
    path: u32,
    path_len: u32,
    buffer: u32,
    buffer_len: u32,
    used: u32,
) -> Result<(), Errno> {
    let dir = table::get_dir(dir_fd, Rights::PATH_READLINK)?;
    let content = path::read_link(dir.fd(), text(guest, path, path_len)?)?;
    let stored = content.get(..buffer_len as usize).unwrap_or(&content);
    guest.write_slice(buffer, stored)?;
    Ok(guest.write_u32(used, stored.len() as u32)?)
}
