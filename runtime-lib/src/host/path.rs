//! Operations on paths below a directory.
//!
//! Resolution is cap-std's: `openat2(RESOLVE_BENEATH)` where the kernel has it, a walk that opens
//! one component at a time where not. No path leads outside the directory that it starts from:
//! `..`, absolute paths and symbolic links that try to fail with [`Errno::PERM`]. The functions of
//! cap-primitives are used instead of cap-std's `Dir`, which are the same but own the directory and
//! have no word for following symbolic links.

#![allow(unsafe_code, reason = "lends a directory descriptor to cap-primitives as a `File`")]

use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use cap_primitives::fs::{self as cap, DirOptions, FollowSymlinks, OpenOptions, OpenOptionsExt};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use rustix::fs::{AtFlags, FileType, OFlags, Stat};
use rustix::io::Errno;

use super::file::NewTime;

/// What happens if the last component of a path is a symbolic link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// The operation is on what the link leads to.
    Follow,
    /// The operation is on the link.
    Keep,
}

/// What a new descriptor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// It is read from.
    pub read: bool,
    /// It is written to.
    pub write: bool,
}

/// Opens a file or directory. `flags` may hold `CREATE`, `EXCL`, `TRUNC`, `DIRECTORY`, and status
/// flags.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if the path leads outside.
pub fn open(
    dir: BorrowedFd<'_>,
    path: &str,
    links: Links,
    access: Access,
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let mut options = OpenOptions::new();
    options.read(access.read).write(access.write);
    options._cap_fs_ext_follow(match links {
        Links::Follow => FollowSymlinks::Yes,
        Links::Keep => FollowSymlinks::No,
    });
    options.create(flags.contains(OFlags::CREATE));
    options.create_new(flags.contains(OFlags::CREATE | OFlags::EXCL));
    options.truncate(flags.contains(OFlags::TRUNC));
    let mut passed_on = flags - (OFlags::CREATE | OFlags::EXCL | OFlags::TRUNC);
    if !flags.contains(OFlags::PATH) {
        // A terminal below the directory must not become the process's controlling terminal.
        passed_on |= OFlags::NOCTTY;
    }
    options.custom_flags(passed_on.bits().cast_signed());
    cap::open(&lend(dir), Path::new(path), &options).map(OwnedFd::from).map_err(errno)
}

/// The attributes of what `path` names.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if the path leads outside.
pub fn stat(dir: BorrowedFd<'_>, path: &str, links: Links) -> Result<Stat, Errno> {
    let is_name = !matches!(path, "" | "..") && !path.contains('/');
    if is_name && links == Links::Keep {
        // One system call instead of three; a name that is not followed leads nowhere else.
        return rustix::fs::statat(dir, path, AtFlags::SYMLINK_NOFOLLOW);
    }
    rustix::fs::fstat(open_only_naming(dir, path, links)?)
}

/// Opens a descriptor that only names a file. That needs no permission for the file itself, does not
/// wait for the other end of a pipe, and has no effect on a device.
fn open_only_naming(dir: BorrowedFd<'_>, path: &str, links: Links) -> Result<OwnedFd, Errno> {
    open(dir, path, links, Access { read: true, write: false }, OFlags::PATH)
}

/// Sets when the file that `path` names was last read and last changed.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if the path leads outside.
pub fn set_times(
    dir: BorrowedFd<'_>,
    path: &str,
    links: Links,
    accessed: NewTime,
    modified: NewTime,
) -> Result<(), Errno> {
    let target = open_only_naming(dir, path, links)?;
    let times = super::file::timestamps(accessed, modified);
    match rustix::fs::utimensat(&target, c"", &times, AtFlags::EMPTY_PATH) {
        // Before Linux 5.8.
        Err(Errno::INVAL) => set_times_by_opening(dir, path, links, accessed, modified),
        result => result,
    }
}

/// Sets times by means of older kernels. They need permission to open what the path leads to.
#[cold]
fn set_times_by_opening(
    dir: BorrowedFd<'_>,
    path: &str,
    links: Links,
    accessed: NewTime,
    modified: NewTime,
) -> Result<(), Errno> {
    if links == Links::Keep {
        let (accessed, modified) = (time_spec(accessed)?, time_spec(modified)?);
        return cap::set_times_nofollow(&lend(dir), Path::new(path), accessed, modified).map_err(errno);
    }
    let open_for = |read| open(dir, path, links, Access { read, write: !read }, OFlags::NONBLOCK);
    let target = match open_for(true) {
        Err(Errno::ACCESS) => open_for(false)?,
        target => target?,
    };
    super::file::set_times(target.as_fd(), accessed, modified)
}

fn time_spec(time: NewTime) -> Result<Option<cap::SystemTimeSpec>, Errno> {
    Ok(match time {
        NewTime::Keep => None,
        NewTime::Now => Some(cap::SystemTimeSpec::SymbolicNow),
        NewTime::At(ns) => {
            let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(ns)).ok_or(Errno::OVERFLOW)?;
            Some(cap::SystemTimeSpec::Absolute(cap_primitives::time::SystemTime::from_std(time)))
        }
    })
}

/// Makes a directory.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if the path leads outside.
pub fn create_dir(dir: BorrowedFd<'_>, path: &str) -> Result<(), Errno> {
    cap::create_dir(&lend(dir), Path::new(path), &DirOptions::new()).map_err(errno)
}

/// Removes an empty directory.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if the path leads outside.
pub fn remove_dir(dir: BorrowedFd<'_>, path: &str) -> Result<(), Errno> {
    cap::remove_dir(&lend(dir), Path::new(path)).map_err(errno)
}

/// Removes a name that is not a directory's.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if the path leads outside.
pub fn unlink(dir: BorrowedFd<'_>, path: &str) -> Result<(), Errno> {
    cap::remove_file(&lend(dir), Path::new(path)).map_err(errno)
}

/// Gives a file another name, which may not exist yet. A symbolic link is not followed.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if a path leads outside.
pub fn hard_link(
    old_dir: BorrowedFd<'_>,
    old_path: &str,
    new_dir: BorrowedFd<'_>,
    new_path: &str,
) -> Result<(), Errno> {
    cap::hard_link(&lend(old_dir), Path::new(old_path), &lend(new_dir), Path::new(new_path)).map_err(errno)
}

/// Moves a file or directory, over what has the new name if that is possible.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if a path leads outside.
pub fn rename(
    old_dir: BorrowedFd<'_>,
    old_path: &str,
    new_dir: BorrowedFd<'_>,
    new_path: &str,
) -> Result<(), Errno> {
    if new_path.ends_with('/') {
        // The name is for a directory. cap-std would drop the slash.
        let old = stat(old_dir, old_path, Links::Keep)?;
        if FileType::from_raw_mode(old.st_mode) != FileType::Directory {
            return Err(Errno::NOTDIR);
        }
    }
    cap::rename(&lend(old_dir), Path::new(old_path), &lend(new_dir), Path::new(new_path)).map_err(errno)
}

/// Makes a symbolic link whose content is `target`.
///
/// # Errors
/// What the kernel reports, and [`Errno::PERM`] if `path` leads outside or `target` is absolute.
pub fn symlink(target: &str, dir: BorrowedFd<'_>, path: &str) -> Result<(), Errno> {
    cap::symlink(Path::new(target), &lend(dir), Path::new(path)).map_err(errno)
}

/// The content of a symbolic link.
///
/// # Errors
/// [`Errno::INVAL`] if it is none, what the kernel reports, and [`Errno::PERM`] if the path leads
/// outside or the content is absolute.
pub fn read_link(dir: BorrowedFd<'_>, path: &str) -> Result<Vec<u8>, Errno> {
    let content = cap::read_link(&lend(dir), Path::new(path)).map_err(errno)?;
    Ok(content.into_os_string().into_vec())
}

/// `dir` as cap-primitives takes it.
fn lend(dir: BorrowedFd<'_>) -> ManuallyDrop<File> {
    // SAFETY: `dir` is open while it is borrowed, which is longer than any use of the result here,
    // and the result does not close it.
    ManuallyDrop::new(unsafe { File::from_raw_fd(dir.as_raw_fd()) })
}

/// The kernel's error number of an error; those that cap-std makes itself have none.
fn errno(error: std::io::Error) -> Errno {
    use std::io::ErrorKind;
    if let Some(errno) = Errno::from_io_error(&error) {
        return errno;
    }
    match error.kind() {
        // A path that leads outside.
        ErrorKind::PermissionDenied => Errno::PERM,
        ErrorKind::NotFound => Errno::NOENT,
        ErrorKind::AlreadyExists => Errno::EXIST,
        ErrorKind::InvalidInput | ErrorKind::InvalidData => Errno::INVAL,
        ErrorKind::Unsupported => Errno::OPNOTSUPP,
        _ => Errno::IO,
    }
}
