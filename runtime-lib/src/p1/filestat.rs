//! `fd_filestat_*`, and what `path_filestat_*` shares with them: attributes of files.

use rustix::fs::{FileType, Stat};

use super::Snapshot;
use super::errno::Errno;
use super::fdstat::file_type;
use super::rights::Rights;
use super::table;
use crate::guest::GuestMemory;
use crate::host::file::{self, FileKind, NewTime};

/// `fd_filestat_get`: the attributes of an open file.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notcapable`], [`Errno::Fault`].
pub fn fd_filestat_get(
    guest: &mut GuestMemory<'_>,
    fd: u32,
    stat: u32,
    snapshot: Snapshot,
) -> Result<(), Errno> {
    let descriptor = table::get(fd)?;
    descriptor.require(Rights::FD_FILESTAT_GET)?;
    store(guest, stat, &file::stat(descriptor.fd())?, descriptor.kind, snapshot)
}

/// Stores attributes at `address`, for a file that is known to be of `kind`.
///
/// # Errors
/// [`Errno::Fault`].
pub fn store(
    guest: &mut GuestMemory<'_>,
    address: u32,
    stat: &Stat,
    kind: FileKind,
    snapshot: Snapshot,
) -> Result<(), Errno> {
    #[allow(clippy::useless_conversion, reason = "it is a `u32` on aarch64")]
    let links = u64::from(stat.st_nlink);
    let rest = [
        stat.st_size.cast_unsigned(),
        timestamp_ns(stat.st_atime, stat.st_atime_nsec),
        timestamp_ns(stat.st_mtime, stat.st_mtime_nsec),
        timestamp_ns(stat.st_ctime, stat.st_ctime_nsec),
    ];
    // Both layouts are words of 8 bytes; the type shares one with the number of links in the older.
    let kind = u64::from(file_type(kind));
    match snapshot {
        Snapshot::Preview1 => store_words(guest, address, [stat.st_dev, stat.st_ino, kind, links], rest),
        Snapshot::Unstable => {
            let links = links.min(u32::MAX.into());
            store_words(guest, address, [stat.st_dev, stat.st_ino, links << 32 | kind], rest)
        }
    }
}

fn store_words<const N: usize>(
    guest: &mut GuestMemory<'_>,
    address: u32,
    first: [u64; N],
    rest: [u64; 4],
) -> Result<(), Errno> {
    // Nothing is stored unless all of it can be.
    let room = guest.slice_mut(address, (N as u32 + 4) * 8)?;
    for (place, word) in room.chunks_exact_mut(8).zip(first.into_iter().chain(rest)) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    Ok(())
}

/// Nanoseconds since 1970. What is before 1970 or after 2554 cannot be told, and becomes the nearest
/// time that can.
fn timestamp_ns(seconds: i64, nanoseconds: u64) -> u64 {
    let Ok(seconds) = u64::try_from(seconds) else { return 0 };
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

/// The kind of a file that has not been opened, from its attributes.
#[must_use]
pub fn kind_of(stat: &Stat) -> FileKind {
    FileKind::of_type(FileType::from_raw_mode(stat.st_mode))
}

/// `fd_filestat_set_size`: makes a file longer or shorter.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn fd_filestat_set_size(_guest: &mut GuestMemory<'_>, fd: u32, len_bytes: u64) -> Result<(), Errno> {
    let file = table::get_file(fd)?;
    file.require_writable()?;
    file.require(Rights::FD_FILESTAT_SET_SIZE)?;
    Ok(file::set_size(file.fd(), len_bytes)?)
}

/// `fd_filestat_set_times`: sets when a file was last read and last changed.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Inval`], [`Errno::Notcapable`], [`Errno::Perm`], and those of the kernel.
pub fn fd_filestat_set_times(
    _guest: &mut GuestMemory<'_>,
    fd: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let (accessed, modified) = new_times(accessed, modified, flags)?;
    let file = table::get(fd)?;
    file.require_writable()?;
    file.require(Rights::FD_FILESTAT_SET_TIMES)?;
    Ok(file::set_times(file.fd(), accessed, modified)?)
}

/// What `fstflags` say about two times.
///
/// # Errors
/// [`Errno::Inval`] if there are others, or if a time is to be set to two values.
pub fn new_times(accessed: u64, modified: u64, flags: u32) -> Result<(NewTime, NewTime), Errno> {
    if flags & !0b1111 != 0 {
        return Err(Errno::Inval);
    }
    Ok((new_time(accessed, flags & 0b11)?, new_time(modified, flags >> 2)?))
}

fn new_time(time: u64, flags: u32) -> Result<NewTime, Errno> {
    match flags {
        0b00 => Ok(NewTime::Keep),
        0b01 => Ok(NewTime::At(time)),
        0b10 => Ok(NewTime::Now),
        _ => Err(Errno::Inval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_outside_the_range_become_the_nearest() {
        assert_eq!(timestamp_ns(-1, 999_999_999), 0);
        assert_eq!(timestamp_ns(1, 5), 1_000_000_005);
        assert_eq!(timestamp_ns(i64::MAX, 0), u64::MAX);
    }

    #[test]
    fn a_time_is_set_once() {
        assert_eq!(new_times(7, 8, 0b1001), Ok((NewTime::At(7), NewTime::Now)));
        assert_eq!(new_times(7, 8, 0b0100), Ok((NewTime::Keep, NewTime::At(8))));
        assert_eq!(new_times(7, 8, 0b0011), Err(Errno::Inval));
        assert_eq!(new_times(7, 8, 0b1100), Err(Errno::Inval));
        assert_eq!(new_times(7, 8, 0b10000), Err(Errno::Inval));
    }
}
