//! Writes the output: whole or not at all.
//!
//! A file is written without a name (`O_TMPFILE`) and gets its name when it is complete, so that an
//! error, a signal or a full disk leaves nothing behind and an older file untouched. A name that is taken cannot
//! be given to it: where there is an older file, the new one has a hidden name for a moment before the rename.
//! Where the file system has no unnamed files, it has that from the start. Only a signal can leave it there.
//! Devices and pipes are written to directly.

pub(crate) mod folder;

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};

use crate::diagnostics::{EscapedText, Quoted, Reason};
use crate::input::Source;

/// Where an output goes.
#[derive(Clone, Debug)]
pub(crate) enum Destination {
    /// Standard output: `-o -`.
    Stdout,
    /// A file.
    File(PathBuf),
}

/// What is written.
#[derive(Debug)]
pub(crate) enum Contents {
    /// A file that can be executed.
    Executable(Vec<u8>),
    /// Other binary data.
    Data(Vec<u8>),
    /// Text. Names from the input in it are escaped when it is written.
    Text(String),
}

/// Why an output cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The system refused.
    #[error("cannot write {}: {}", Quoted(path), Reason(error))]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The system refused, for standard output.
    #[error("cannot write to standard output: {}", Reason(error))]
    Stdout {
        /// What the system said.
        error: io::Error,
    },
    /// A folder is in the way.
    #[error("cannot write {}: it is a directory", Quoted(path))]
    Directory {
        /// What was to be written.
        path: PathBuf,
    },
    /// The folder is missing.
    #[error("cannot write {}: directory {} does not exist", Quoted(path), Quoted(folder))]
    NoFolder {
        /// What was to be written.
        path: PathBuf,
        /// What is missing.
        folder: PathBuf,
    },
    /// A file is where a folder has to be.
    #[error("cannot write {}: it is not a directory", Quoted(path))]
    NotFolder {
        /// What was to be written.
        path: PathBuf,
    },
    /// A folder without a name of its own.
    #[error("cannot replace the directory {}", Quoted(path))]
    NoName {
        /// What was to be written.
        path: PathBuf,
    },
    /// A folder holds what was not written by this tool.
    #[error(
        "cannot replace {}: it is not empty, and holds more than images that wasiaot wrote",
        Quoted(path)
    )]
    Foreign {
        /// What was to be written.
        path: PathBuf,
    },
    /// The output would replace the input.
    #[error("the output {} is the input itself", Quoted(path))]
    IsInput {
        /// What was to be written.
        path: PathBuf,
    },
    /// Binary data for a terminal.
    #[error("standard output is a terminal, and the output is binary")]
    Terminal,
}

impl Destination {
    /// The destination that a command line argument names.
    pub(crate) fn from_arg(arg: OsString) -> Self {
        // Opened by name, a redirected file would be written from its start again.
        if arg == "-" || arg == "/dev/stdout" { Self::Stdout } else { Self::File(arg.into()) }
    }

    /// Finds what would make [`write`] fail later, before any time is spent.
    ///
    /// # Errors
    /// If the destination is a directory, in a missing one, or the input itself.
    pub(crate) fn check(&self, source: &Source) -> Result<(), OutputError> {
        let Self::File(path) = self else { return Ok(()) };
        let path = path.clone();
        if let Ok(existing) = fs::metadata(&path) {
            if existing.is_dir() {
                return Err(OutputError::Directory { path });
            }
            if let Source::File(input) = source
                && fs::metadata(input).is_ok_and(|input| same_file(&input, &existing))
                && existing.is_file()
            {
                return Err(OutputError::IsInput { path });
            }
        } else if path.as_os_str().as_bytes().ends_with(b"/") {
            return Err(OutputError::NoFolder { folder: path.clone(), path });
        }
        let folder = folder_of(&path);
        if !folder.exists() {
            return Err(OutputError::NoFolder { folder: folder.into(), path });
        }
        Ok(())
    }

    /// Refuses to fill a screen with binary data.
    ///
    /// # Errors
    /// If the destination is a terminal.
    pub(crate) fn refuse_terminal(&self) -> Result<(), OutputError> {
        match self {
            Self::Stdout if io::stdout().is_terminal() => Err(OutputError::Terminal),
            Self::Stdout | Self::File(_) => Ok(()),
        }
    }
}

/// Writes the contents to where they belong.
///
/// # Errors
/// If the system refuses. A reader of text that has seen enough (a closed pipe) is no error.
pub(crate) fn write(destination: &Destination, contents: Contents) -> Result<(), OutputError> {
    let text;
    let (bytes, mode) = match &contents {
        Contents::Executable(bytes) => (bytes.as_slice(), 0o755),
        Contents::Data(bytes) => (bytes.as_slice(), 0o644),
        Contents::Text(raw) => {
            text = EscapedText(raw).to_string();
            (text.as_bytes(), 0o644)
        }
    };
    match destination {
        Destination::Stdout => match contents {
            Contents::Text(_) => write_text_to_stdout(bytes),
            Contents::Executable(_) | Contents::Data(_) => write_binary_to_stdout(bytes),
        },
        Destination::File(path) => {
            let written = if is_stream(path) {
                OpenOptions::new().append(true).open(path).and_then(|mut file| file.write_all(bytes))
            } else {
                replace(path, bytes, mode)
            };
            written.map_err(|error| OutputError::Write { path: path.clone(), error })
        }
    }
}

/// Writes text to standard output.
///
/// # Errors
/// If the system refuses, except that the reader may leave early.
pub(crate) fn write_text_to_stdout(text: &[u8]) -> Result<(), OutputError> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(OutputError::Stdout { error }),
        _ => Ok(()),
    }
}

fn write_binary_to_stdout(bytes: &[u8]) -> Result<(), OutputError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| OutputError::Stdout { error })
}

/// Whether a path names something to write into, rather than a file to replace.
fn is_stream(path: &Path) -> bool {
    // What these name may be a regular file, but one that someone else holds open.
    let names_descriptor =
        ["/dev/stderr", "/dev/fd", "/proc/self/fd"].iter().any(|name| path.starts_with(name));
    names_descriptor || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// How hidden names start that files have until they are complete.
pub(crate) const TEMPORARY_PREFIX: &str = ".wasiaot-";

/// Puts a new file at `path`, in place of the one that is there.
///
/// # Errors
/// If the system refuses.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    // A symbolic link stays; what it points to is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.into());
    match write_unnamed(folder_of(path), bytes, mode)? {
        Some(file) => match link(&file, path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                with_temporary_name(path, |temporary| link(&file, temporary))
            }
            // No `/proc`: the unnamed file cannot be reached.
            Err(_) => with_temporary_name(path, |temporary| write_new(temporary, bytes, mode)),
        },
        None => with_temporary_name(path, |temporary| write_new(temporary, bytes, mode)),
    }
}

/// A complete file without a name, or `None` where that does not exist.
fn write_unnamed(folder: &Path, bytes: &[u8], mode: u32) -> io::Result<Option<File>> {
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let Ok(descriptor) = rustix::fs::open(folder, flags, Mode::from_raw_mode(mode)) else {
        return Ok(None); // If the folder itself is at fault, the next way will say so.
    };
    let mut file = File::from(descriptor);
    file.write_all(bytes)?;
    Ok(Some(file))
}

/// Gives an unnamed file a name that is free.
fn link(file: &File, name: &Path) -> io::Result<()> {
    let itself = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(CWD, itself, CWD, name, AtFlags::SYMLINK_FOLLOW)?)
}

fn write_new(name: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(name)?;
    file.write_all(bytes)
}

/// Makes a file under a hidden name that is free, then renames it to `path`.
fn with_temporary_name(path: &Path, make: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    /// Names of earlier processes with our number may be in the way.
    const ATTEMPTS: u32 = 100;
    for attempt in 0..ATTEMPTS {
        let temporary = folder_of(path).join(format!("{TEMPORARY_PREFIX}{}-{attempt}", std::process::id()));
        match make(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                let renamed = made.and_then(|()| fs::rename(&temporary, path));
                if renamed.is_err() {
                    let _ = fs::remove_file(&temporary);
                }
                return renamed;
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn same_file(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

impl OutputError {
    /// The error's code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Write { .. } | Self::Stdout { .. } => "W0011",
            Self::Directory { .. } => "W0012",
            Self::NoFolder { .. } => "W0013",
            Self::IsInput { .. } => "W0014",
            Self::Terminal => "W0015",
            Self::NotFolder { .. } => "W0016",
            Self::NoName { .. } => "W0017",
            Self::Foreign { .. } => "W0018",
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Directory { path } => {
                Some(format!("name the file with `-o {}`", path.join("NAME").display()))
            }
            Self::NoFolder { folder, .. } => Some(format!("create it with `mkdir -p {}`", folder.display())),
            Self::IsInput { .. } => Some("choose another name with `-o FILE`".into()),
            Self::Terminal => Some("redirect it, or name a file with `-o FILE`".into()),
            Self::NotFolder { .. } => Some("for an archive, choose a name that ends in `.tar`".into()),
            Self::NoName { path } => {
                Some(format!("name one inside it, like {}", Quoted(&path.join("image"))))
            }
            Self::Foreign { .. } => Some("choose another name, or remove it first".into()),
            Self::Write { .. } | Self::Stdout { .. } => None,
        }
    }
}
