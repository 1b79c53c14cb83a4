//! `fd_readdir`: the entries of a directory.
//!
//! The guest gets as many entries as fit. The last one may be cut off anywhere, so that the buffer is
//! full; the guest then asks again from there. A buffer that is not full means that there are no
//! more.
//!
//! Cookies are the kernel's positions plus 2. Cookie 0 is `.`, 1 is `..`, which come first whatever
//! the file system does, and 2 is the start of the rest.

use std::ops::ControlFlow;

use super::errno::Errno;
use super::fdstat::file_type;
use super::rights::Rights;
use super::table;
use crate::guest::GuestMemory;
use crate::host::file::FileKind;
use crate::host::{dir, file};

/// The cookie of the kernel's position 0.
const FIRST_COOKIE: u64 = 2;

/// `fd_readdir`: as many entries as fit, from a cookie on.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notdir`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Fault`].
pub fn fd_readdir(
    guest: &mut GuestMemory<'_>,
    fd: u32,
    buffer: u32,
    buffer_len: u32,
    cookie: u64,
    used: u32,
) -> Result<(), Errno> {
    let directory = table::get_dir(fd, Rights::FD_READDIR)?;
    let mut room = guest.slice_mut(buffer, buffer_len)?;
    fill(&directory, cookie, &mut room)?;
    let left = room.len() as u32;
    Ok(guest.write_u32(used, buffer_len - left)?)
}

/// Stores entries from `cookie` on in `room`, which shrinks to what is left.
fn fill(directory: &table::Descriptor, cookie: u64, room: &mut &mut [u8]) -> Result<(), Errno> {
    if cookie < FIRST_COOKIE {
        // The parent directory may be outside, so nothing is told of it: both are this one.
        let inode = file::stat(directory.fd())?.st_ino;
        for (next, name) in [(1, c"."), (2, c"..")] {
            let entry = dir::Entry { name, inode, kind: FileKind::Directory, next };
            if cookie < next && store(&entry, next, room).is_break() {
                return Ok(());
            }
        }
    }
    let position = cookie.saturating_sub(FIRST_COOKIE);
    dir::list(directory.fd(), position, &mut |entry| {
        store(&entry, entry.next.wrapping_add(FIRST_COOKIE), room)
    })?;
    Ok(())
}

/// Stores one entry, or as much of it as fits. Breaks if `room` is full.
fn store(entry: &dir::Entry<'_>, next: u64, room: &mut &mut [u8]) -> ControlFlow<()> {
    let name = entry.name.to_bytes();
    let mut header = [0; 24];
    header[0..8].copy_from_slice(&next.to_le_bytes());
    header[8..16].copy_from_slice(&entry.inode.to_le_bytes());
    header[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
    header[20] = file_type(entry.kind);
    append(&header, room);
    append(name, room);
    if room.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Stores as much of `bytes` as fits.
fn append(bytes: &[u8], room: &mut &mut [u8]) {
    let len = bytes.len().min(room.len());
    if let (Some(place), Some(bytes)) = (room.split_off_mut(..len), bytes.get(..len)) {
        place.copy_from_slice(bytes);
    }
}
