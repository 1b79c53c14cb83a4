//! Listing a directory.
//!
//! A listing keeps no state but the kernel's own positions, which stay valid while entries come and
//! go. Nothing is allocated.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ops::ControlFlow;

use rustix::fd::BorrowedFd;
use rustix::fs::{self, AtFlags, FileType, RawDir, SeekFrom};
use rustix::io::Errno;

use super::file::FileKind;

/// One name in a directory.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The name, which need not be UTF-8.
    pub name: &'a CStr,
    /// The inode that it names.
    pub inode: u64,
    /// What it names.
    pub kind: FileKind,
    /// Where the listing continues after it.
    pub next: u64,
}

/// Room for some entries at a time: 14 of the longest.
const BUFFER_BYTES: usize = 4096;

/// Passes the entries from `position` on to `visit`, until there are no more or it breaks. 0 is the
/// start, other positions come from [`Entry::next`]. The entries `.` and `..` are left out: their
/// place differs between file systems, and the inode of `..` is outside.
///
/// # Errors
/// What the kernel reports: [`Errno::INVAL`] if `position` is none.
pub fn list(
    dir: BorrowedFd<'_>,
    position: u64,
    visit: &mut dyn FnMut(Entry<'_>) -> ControlFlow<()>,
) -> Result<(), Errno> {
    fs::seek(dir, SeekFrom::Start(position))?;
    let mut buffer = [const { MaybeUninit::uninit() }; BUFFER_BYTES];
    let mut entries = RawDir::new(dir, &mut buffer);
    while let Some(entry) = entries.next() {
        let entry = entry?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let kind = kind(dir, name, entry.file_type());
        if visit(Entry { name, inode: entry.ino(), kind, next: entry.next_entry_cookie() }).is_break() {
            break;
        }
    }
    Ok(())
}

/// What `name` is, asked for where the file system does not tell in a listing.
fn kind(dir: BorrowedFd<'_>, name: &CStr, ty: FileType) -> FileKind {
    if ty != FileType::Unknown {
        return FileKind::of_type(ty);
    }
    match fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => FileKind::of_type(FileType::from_raw_mode(stat.st_mode)),
        Err(_) => FileKind::Other, // It was removed meanwhile.
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn lists_everything_from_any_position() {
        let dir = std::env::temp_dir().join(format!("wasiaot-list-{}", std::process::id()));
        std::fs::create_dir(&dir).expect("the name is free");
        let mut expected: Vec<_> = (0..500).map(|n| format!("file-{n:0100}")).collect();
        for name in &expected {
            File::create(dir.join(name)).expect("the directory exists");
        }
        let opened = File::open(&dir).expect("the directory exists");
        let (mut position, mut names) = (0, Vec::new());
        loop {
            let (before, from) = (names.len(), position);
            let mut visit = |entry: Entry<'_>| {
                assert_eq!(entry.kind, FileKind::RegularFile);
                names.push(entry.name.to_str().expect("the name is ASCII").to_owned());
                position = entry.next;
                if names.len() % 7 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            assert_eq!(list(opened.as_fd(), from, &mut visit), Ok(()));
            if names.len() == before {
                break;
            }
        }
        std::fs::remove_dir_all(&dir).expect("the directory exists");
        names.sort();
        expected.sort();
        assert_eq!(names, expected);
    }
}
