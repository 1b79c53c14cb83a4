//! Writes a folder of files: whole or not at all.
//!
//! It is made under a hidden name beside its place and then renamed, so that readers see the old one
//! or the new one. An older folder is replaced only if nothing is lost with it: if it is empty, or an
//! image layout in which everything was written by this tool.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags};
use wasiaot_compiler::package::layout;

use super::{OutputError, folder_of};

/// Finds what would make [`write`] fail later, before any time is spent.
///
/// # Errors
/// If something else is at the place, or the folder around it is missing.
pub(crate) fn check(path: &Path) -> Result<(), OutputError> {
    let path = path.to_owned();
    match fs::metadata(&path) {
        Ok(metadata) if !metadata.is_dir() => return Err(OutputError::NotFolder { path }),
        Ok(_) if path.file_name().is_none() => return Err(OutputError::NoName { path }),
        Ok(_) if !is_replaceable(&path) => return Err(OutputError::Foreign { path }),
        Ok(_) => return Ok(()),
        Err(_) => {}
    }
    let folder = folder_of(&path);
    if !folder.exists() {
        return Err(OutputError::NoFolder { folder: folder.into(), path });
    }
    Ok(())
}

/// Writes a folder with these files, by their paths in it.
///
/// # Errors
/// If the system refuses, or the place holds something of others.
pub(crate) fn write(path: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), OutputError> {
    check(path)?;
    // A symbolic link stays; what it points to is replaced.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let failed = |error| OutputError::Write { path: path.into(), error };
    let temporary = make_temporary(&place).map_err(failed)?;
    let written = fill(&temporary, files).and_then(|()| replace(&temporary, &place));
    if let Err(error) = written {
        let _ = fs::remove_dir_all(&temporary);
        return Err(failed(error));
    }
    Ok(())
}

/// Whether the folder is empty or holds nothing but images of ours.
fn is_replaceable(path: &Path) -> bool {
    let Ok(mut entries) = path.read_dir() else { return false };
    entries.next().is_none()
        || (path.join(layout::MARKER).is_file()
            && fs::read(path.join(layout::INDEX)).is_ok_and(|index| layout::is_ours(&index)))
}

/// Makes an empty folder with a hidden name beside `path`.
fn make_temporary(path: &Path) -> io::Result<PathBuf> {
    /// Names of earlier processes with our number may be in the way.
    const ATTEMPTS: u32 = 100;
    for attempt in 0..ATTEMPTS {
        let temporary = folder_of(path).join(format!(".wasiaot-{}-{attempt}", std::process::id()));
        match fs::create_dir(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| temporary),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn fill(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for (path, contents) in files {
        let path = folder.join(path);
        fs::create_dir_all(folder_of(&path))?;
        fs::write(&path, contents)?;
    }
    Ok(())
}

/// Puts the folder `new` at `path`, and removes the one that was there.
fn replace(new: &Path, path: &Path) -> io::Result<()> {
    if !path.exists() {
        return fs::rename(new, path);
    }
    match rustix::fs::renameat_with(CWD, new, CWD, path, RenameFlags::EXCHANGE) {
        Ok(()) => {
            // What is left of the old one does no harm.
            let _ = fs::remove_dir_all(new);
            Ok(())
        }
        // The file system cannot exchange names: for a moment there is no folder.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
            let old = make_temporary(path)?;
            fs::rename(path, &old)?; // Over an empty folder.
            fs::rename(new, path)?;
            let _ = fs::remove_dir_all(&old);
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
