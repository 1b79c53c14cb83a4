//! Reads files that go into an image as they are: one, or a folder with all that is in it.
//!
//! Of what the file system knows, contents and whether a file is a program are kept. Links are
//! followed to files; links to folders are refused, because they may lead in circles.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use wasiaot_compiler::package::layer::Entry;

use super::{InputError, Source};

/// Reads a file, or a folder and all below it. Paths are relative to `path`; its own is empty.
///
/// # Errors
/// If something cannot be read, or is neither file nor folder.
pub(crate) fn read(path: &Path) -> Result<Vec<(String, Entry)>, InputError> {
    let mut found = Vec::new();
    let metadata = fs::metadata(path).map_err(|error| failed(path, error))?;
    collect(path, "", &metadata, &mut found)?;
    Ok(found)
}

/// Reads one file.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, InputError> {
    let metadata = fs::metadata(path).map_err(|error| failed(path, error))?;
    if metadata.is_dir() {
        return Err(InputError::Directory { path: path.into() });
    }
    if !metadata.is_file() {
        return Err(InputError::Special { path: path.into() });
    }
    fs::read(path).map_err(|error| failed(path, error))
}

fn collect(
    path: &Path,
    below: &str,
    metadata: &Metadata,
    found: &mut Vec<(String, Entry)>,
) -> Result<(), InputError> {
    if metadata.is_file() {
        let executable = metadata.permissions().mode() & 0o111 != 0;
        found.push((below.into(), Entry::File { contents: read_file(path)?, executable }));
        return Ok(());
    }
    if !metadata.is_dir() {
        return Err(InputError::Special { path: path.into() });
    }
    found.push((below.into(), Entry::Folder));
    for entry in path.read_dir().map_err(|error| failed(path, error))? {
        let path = entry.map_err(|error| failed(path, error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            let error = io::Error::new(io::ErrorKind::InvalidFilename, "the name is not UTF-8");
            return Err(failed(&path, error));
        };
        let below = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        let metadata = fs::metadata(&path).map_err(|error| failed(&path, error))?;
        if metadata.is_dir() && path.is_symlink() {
            return Err(InputError::Special { path });
        }
        collect(&path, &below, &metadata, found)?;
    }
    Ok(())
}

fn failed(path: &Path, error: io::Error) -> InputError {
    InputError::Read { source_file: Source::File(path.into()), error, similar: None }
}

/// Reads at most `limit_bytes` of a file whose size is not trusted.
///
/// # Errors
/// If it cannot be read or is larger.
pub(crate) fn read_limited(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, InputError> {
    let file = fs::File::open(path).map_err(|error| failed(path, error))?;
    let mut bytes = Vec::new();
    file.take(limit_bytes + 1).read_to_end(&mut bytes).map_err(|error| failed(path, error))?;
    if bytes.len() as u64 > limit_bytes {
        return Err(failed(path, io::ErrorKind::FileTooLarge.into()));
    }
    Ok(bytes)
}
