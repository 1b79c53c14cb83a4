//! Reading, writing, positions and the rest that works on any open file.

use rustix::fs::{Advice, SeekFrom};
use rustix::io::Errno as HostErrno;

use super::Snapshot;
use super::errno::Errno;
use super::rights::Rights;
use super::table::{self, Descriptor};
use crate::guest::{GuestMemory, IoVecStorage};
use crate::host::{file, io};

/// `fd_read`: reads at the current position.
///
/// # Errors
/// [`Errno::Badf`] if it is not open for reading, [`Errno::Fault`], and those of the kernel.
pub fn fd_read(guest: &mut GuestMemory<'_>, fd: u32, iovs: u32, len: u32, count: u32) -> Result<(), Errno> {
    let file = readable(fd)?;
    let mut storage = IoVecStorage::new();
    let read = io::read(file.fd(), &guest.io_vecs(iovs, len, &mut storage)?, file.wait())?;
    store_count(guest, count, read)
}

/// `fd_pread`: reads at an offset.
///
/// # Errors
/// As [`fd_read`], and [`Errno::Spipe`] if there is no position.
pub fn fd_pread(
    guest: &mut GuestMemory<'_>,
    fd: u32,
    iovs: u32,
    len: u32,
    offset: u64,
    count: u32,
) -> Result<(), Errno> {
    let file = readable(fd)?;
    require_position(&file, Rights::FD_SEEK)?;
    let mut storage = IoVecStorage::new();
    let read = io::read_at(file.fd(), &guest.io_vecs(iovs, len, &mut storage)?, offset)?;
    store_count(guest, count, read)
}

/// `fd_write`: writes at the current position, or at the end if the file is in append mode.
///
/// # Errors
/// [`Errno::Badf`] if it is not open for writing, [`Errno::Fault`], and those of the kernel.
pub fn fd_write(guest: &mut GuestMemory<'_>, fd: u32, iovs: u32, len: u32, count: u32) -> Result<(), Errno> {
    let file = writable(fd)?;
    let mut storage = IoVecStorage::new();
    let written = io::write(file.fd(), &guest.io_vecs(iovs, len, &mut storage)?, file.wait())?;
    store_count(guest, count, written)
}

/// `fd_pwrite`: writes at an offset. As on Linux otherwise, append mode ignores the offset.
///
/// # Errors
/// As [`fd_write`], and [`Errno::Spipe`] if there is no position.
pub fn fd_pwrite(
    guest: &mut GuestMemory<'_>,
    fd: u32,
    iovs: u32,
    len: u32,
    offset: u64,
    count: u32,
) -> Result<(), Errno> {
    let file = writable(fd)?;
    require_position(&file, Rights::FD_SEEK)?;
    let mut storage = IoVecStorage::new();
    let written = io::write_at(file.fd(), &guest.io_vecs(iovs, len, &mut storage)?, offset)?;
    store_count(guest, count, written)
}

/// The kernel transfers less than 2 GiB at once, so the count always fits.
fn store_count(guest: &mut GuestMemory<'_>, address: u32, count: usize) -> Result<(), Errno> {
    Ok(guest.write_u32(address, count as u32)?)
}

/// A missing right to read or write has the error of POSIX, which programs expect.
fn readable(fd: u32) -> Result<Descriptor, Errno> {
    table::get_file(fd).and_then(|file| file.require(Rights::FD_READ).map_err(|_| Errno::Badf).map(|()| file))
}

fn writable(fd: u32) -> Result<Descriptor, Errno> {
    table::get_file(fd)
        .and_then(|file| file.require(Rights::FD_WRITE).map_err(|_| Errno::Badf).map(|()| file))
}

/// Checks a right that has to do with the position. What has no position lacks it for that reason,
/// and the error is to say so.
fn require_position(file: &Descriptor, right: Rights) -> Result<(), Errno> {
    if file.rights.contains(right) {
        return Ok(());
    }
    file::seek(file.fd(), SeekFrom::Current(0))?;
    Err(Errno::Notcapable)
}

/// `fd_seek`: moves the position.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Spipe`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Fault`].
pub fn fd_seek(
    guest: &mut GuestMemory<'_>,
    fd: u32,
    offset: u64,
    whence: u32,
    position: u32,
    snapshot: Snapshot,
) -> Result<(), Errno> {
    let offset = offset.cast_signed();
    let to = match (snapshot, whence) {
        (Snapshot::Preview1, 0) | (Snapshot::Unstable, 2) => {
            SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::Inval)?)
        }
        (Snapshot::Preview1, 1) | (Snapshot::Unstable, 0) => SeekFrom::Current(offset),
        (Snapshot::Preview1, 2) | (Snapshot::Unstable, 1) => SeekFrom::End(offset),
        _ => return Err(Errno::Inval),
    };
    let file = table::get_file(fd)?;
    // Asking for the position needs less than moving it.
    let right = if to == SeekFrom::Current(0) { Rights::FD_TELL } else { Rights::FD_SEEK };
    require_position(&file, right)?;
    Ok(guest.write_u64(position, file::seek(file.fd(), to)?)?)
}

/// `fd_tell`: the position.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Spipe`], [`Errno::Notcapable`], [`Errno::Fault`].
pub fn fd_tell(guest: &mut GuestMemory<'_>, fd: u32, position: u32) -> Result<(), Errno> {
    let file = table::get_file(fd)?;
    require_position(&file, Rights::FD_TELL)?;
    Ok(guest.write_u64(position, file::seek(file.fd(), SeekFrom::Current(0))?)?)
}

/// `fd_close`: closes a descriptor.
///
/// # Errors
/// [`Errno::Badf`], and errors of earlier writes that the kernel only reports now.
pub fn fd_close(_guest: &mut GuestMemory<'_>, fd: u32) -> Result<(), Errno> {
    table::close(fd)
}

/// `fd_renumber`: moves a descriptor to the number of another one, which is closed. Both have to be
/// open, so that a program cannot take a number that others do not expect to be taken.
///
/// # Errors
/// [`Errno::Badf`].
pub fn fd_renumber(_guest: &mut GuestMemory<'_>, from: u32, to: u32) -> Result<(), Errno> {
    table::replace(from, to)
}

/// `fd_sync`: writes data and attributes to the device. Directories can be synchronized as well:
/// databases do, after making a file.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notcapable`], and those of the kernel.
pub fn fd_sync(_guest: &mut GuestMemory<'_>, fd: u32) -> Result<(), Errno> {
    let file = table::get(fd)?;
    file.require(Rights::FD_SYNC)?;
    Ok(file::sync(file.fd())?)
}

/// `fd_datasync`: writes data to the device.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notcapable`], and those of the kernel.
pub fn fd_datasync(_guest: &mut GuestMemory<'_>, fd: u32) -> Result<(), Errno> {
    let file = table::get(fd)?;
    file.require(Rights::FD_DATASYNC)?;
    Ok(file::sync_data(file.fd())?)
}

/// `fd_advise`: tells how a part of a file will be used.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Inval`], [`Errno::Spipe`], [`Errno::Notcapable`].
pub fn fd_advise(
    _guest: &mut GuestMemory<'_>,
    fd: u32,
    offset: u64,
    len: u64,
    advice: u32,
) -> Result<(), Errno> {
    let advice = match advice {
        0 => Advice::Normal,
        1 => Advice::Sequential,
        2 => Advice::Random,
        3 => Advice::WillNeed,
        4 => Advice::DontNeed,
        5 => Advice::NoReuse,
        _ => return Err(Errno::Inval),
    };
    let file = table::get_file(fd)?;
    file.require(Rights::FD_ADVISE)?;
    Ok(file::advise(file.fd(), offset, len, advice)?)
}

/// `fd_allocate`: makes sure that a part of a file can be written without running out of space.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Inval`], [`Errno::Notsup`], [`Errno::Nospc`], [`Errno::Notcapable`],
/// [`Errno::Perm`].
pub fn fd_allocate(_guest: &mut GuestMemory<'_>, fd: u32, offset: u64, len: u64) -> Result<(), Errno> {
    let file = table::get_file(fd)?;
    file.require_writable()?;
    file.require(Rights::FD_ALLOCATE)?;
    match file::allocate(file.fd(), offset, len) {
        // The kernel's answer for pipes; POSIX has the one that C libraries pass on.
        Err(HostErrno::NODEV) => Err(Errno::Notsup),
        result => Ok(result?),
    }
}
