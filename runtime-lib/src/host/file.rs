//! Operations on an open file, whatever it is.

use rustix::fd::BorrowedFd;
use rustix::fs::{self, Advice, FileType, OFlags, SeekFrom, Stat};
use rustix::io::Errno;

/// What a descriptor refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FileKind {
    /// A disk or similar.
    BlockDevice,
    /// A device that is not a terminal.
    CharacterDevice,
    /// A terminal.
    Terminal,
    /// A directory.
    Directory,
    /// An ordinary file.
    RegularFile,
    /// A datagram socket.
    SocketDatagram,
    /// A stream socket.
    SocketStream,
    /// A symbolic link; no open file is one.
    SymbolicLink,
    /// A pipe, or something that WASI has no word for.
    Other,
}

impl FileKind {
    /// All kinds, in the order of their numbers.
    const ALL: [FileKind; 9] = [
        FileKind::BlockDevice,
        FileKind::CharacterDevice,
        FileKind::Terminal,
        FileKind::Directory,
        FileKind::RegularFile,
        FileKind::SocketDatagram,
        FileKind::SocketStream,
        FileKind::SymbolicLink,
        FileKind::Other,
    ];

    /// The kind with a number that `as u8` gave.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(FileKind::Other)
    }

    /// What a file type of the kernel is. Terminals and kinds of sockets cannot be told by it.
    #[must_use]
    pub fn of_type(ty: FileType) -> Self {
        match ty {
            FileType::BlockDevice => FileKind::BlockDevice,
            FileType::CharacterDevice => FileKind::CharacterDevice,
            FileType::Directory => FileKind::Directory,
            FileType::RegularFile => FileKind::RegularFile,
            FileType::Socket => FileKind::SocketStream,
            FileType::Symlink => FileKind::SymbolicLink,
            FileType::Fifo | FileType::Unknown => FileKind::Other,
        }
    }
}

/// What `fd` refers to.
///
/// # Errors
/// [`Errno::BADF`] if it is not open.
pub fn kind(fd: BorrowedFd<'_>) -> Result<FileKind, Errno> {
    let kind = FileKind::of_type(FileType::from_raw_mode(fs::fstat(fd)?.st_mode));
    Ok(match kind {
        FileKind::CharacterDevice if rustix::termios::isatty(fd) => FileKind::Terminal,
        FileKind::SocketStream => socket_kind(fd),
        kind => kind,
    })
}

fn socket_kind(fd: BorrowedFd<'_>) -> FileKind {
    match rustix::net::sockopt::socket_type(fd) {
        Ok(rustix::net::SocketType::DGRAM) => FileKind::SocketDatagram,
        _ => FileKind::SocketStream,
    }
}

/// The flags of the open file: access mode and status.
///
/// # Errors
/// [`Errno::BADF`] if it is not open.
pub fn flags(fd: BorrowedFd<'_>) -> Result<OFlags, Errno> {
    fs::fcntl_getfl(fd)
}

/// Sets the status flags that can change: appending and not blocking.
///
/// # Errors
/// What the kernel reports.
pub fn set_flags(fd: BorrowedFd<'_>, flags: OFlags) -> Result<(), Errno> {
    let settable = OFlags::APPEND | OFlags::NONBLOCK;
    let kept = fs::fcntl_getfl(fd)? - settable;
    fs::fcntl_setfl(fd, kept | (flags & settable))
}

/// The attributes of the open file.
///
/// # Errors
/// What the kernel reports.
pub fn stat(fd: BorrowedFd<'_>) -> Result<Stat, Errno> {
    fs::fstat(fd)
}

/// Moves the current position. Returns the new one, in bytes from the start.
///
/// # Errors
/// [`Errno::SPIPE`] if there is no such thing, [`Errno::INVAL`] if it would be negative.
pub fn seek(fd: BorrowedFd<'_>, to: SeekFrom) -> Result<u64, Errno> {
    fs::seek(fd, to)
}

/// Makes the file this long.
///
/// # Errors
/// What the kernel reports.
pub fn set_size(fd: BorrowedFd<'_>, len_bytes: u64) -> Result<(), Errno> {
    repeat(|| fs::ftruncate(fd, len_bytes))
}

/// Makes sure that `len` bytes from `offset` on can be written without running out of space; the
/// file becomes longer if necessary.
///
/// # Errors
/// [`Errno::OPNOTSUPP`] if the file system cannot do it.
pub fn allocate(fd: BorrowedFd<'_>, offset: u64, len: u64) -> Result<(), Errno> {
    repeat(|| fs::fallocate(fd, fs::FallocateFlags::empty(), offset, len))
}

/// Tells the kernel how a part of the file will be used; `len` 0 means all of it.
///
/// # Errors
/// [`Errno::SPIPE`] if `fd` is a pipe.
pub fn advise(fd: BorrowedFd<'_>, offset: u64, len: u64, advice: Advice) -> Result<(), Errno> {
    fs::fadvise(fd, offset, std::num::NonZeroU64::new(len), advice)
}

/// Writes the data of the file to its device.
///
/// # Errors
/// What the kernel reports.
pub fn sync_data(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    repeat(|| fs::fdatasync(fd))
}

/// Writes the data and attributes of the file to its device.
///
/// # Errors
/// What the kernel reports.
pub fn sync(fd: BorrowedFd<'_>) -> Result<(), Errno> {
    repeat(|| fs::fsync(fd))
}

/// A time to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewTime {
    /// It stays as it is.
    Keep,
    /// The current time.
    Now,
    /// A time in nanoseconds since 1970.
    At(u64),
}

impl NewTime {
    fn timespec(self) -> fs::Timespec {
        match self {
            NewTime::Keep => fs::Timespec { tv_sec: 0, tv_nsec: fs::UTIME_OMIT },
            NewTime::Now => fs::Timespec { tv_sec: 0, tv_nsec: fs::UTIME_NOW },
            NewTime::At(ns) => fs::Timespec {
                tv_sec: (ns / 1_000_000_000).cast_signed(),
                tv_nsec: (ns % 1_000_000_000).cast_signed(),
            },
        }
    }
}

/// Sets when the file was last read and last changed.
///
/// # Errors
/// What the kernel reports.
pub fn set_times(fd: BorrowedFd<'_>, accessed: NewTime, modified: NewTime) -> Result<(), Errno> {
    fs::futimens(fd, &timestamps(accessed, modified))
}

/// Two times, as the kernel takes them.
pub(super) fn timestamps(accessed: NewTime, modified: NewTime) -> fs::Timestamps {
    fs::Timestamps { last_access: accessed.timespec(), last_modification: modified.timespec() }
}

fn repeat(mut call: impl FnMut() -> Result<(), Errno>) -> Result<(), Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_their_numbers() {
        for (number, kind) in FileKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
            assert_eq!(FileKind::from_number(kind as u8), kind);
        }
    }
}
