//! Reads the input: a file or standard input, in the binary or the text format.
//!
//! The format is told by the content, never by the name. Text is translated to the binary here, so
//! that the compiler knows only one format.

pub(crate) mod extra;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use wasiaot_compiler::nearest::nearest;
use wast::parser::ParseBuffer;

use crate::diagnostics::{Quoted, Reason};

/// Where an input comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Standard input: `-` on the command line.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// How a program was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The binary format.
    Binary,
    /// The text format.
    Text,
}

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A WebAssembly binary: a module or a component.
    Wasm,
    /// WebAssembly text, or something that looks like it.
    Text,
    /// An ELF file: perhaps an executable of ours.
    Elf,
    /// An archive: perhaps an image.
    Tar,
    /// Something else that has a name.
    Other(&'static str),
    /// Something else.
    Unknown,
}

/// Offsets in the input are stored as `u32`.
const MAX_INPUT_BYTES: u64 = u32::MAX as u64;

/// So much is read before the rest: endless devices are not read to the limit.
const PREFIX_BYTES: u64 = 64 << 10;

const OTHER_FORMATS: &[(&[u8], &str)] = &[
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\xfd7zXZ\0", "compressed with xz"),
    (b"BZh", "compressed with bzip2"),
    (b"PK\x03\x04", "a zip archive"),
    (b"!<arch>\n", "an archive of object files"),
    (b"BC\xc0\xde", "LLVM bitcode"),
];

/// Why an input cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// The system refused.
    #[error("cannot read {source_file}: {reason}", reason = Reason(error))]
    Read {
        /// What was read.
        source_file: Source,
        /// What the system said.
        error: io::Error,
        /// A file that exists and may be meant.
        similar: Option<PathBuf>,
    },
    /// A folder was named.
    #[error("{} is a directory", Quoted(path))]
    Directory {
        /// What was named.
        path: PathBuf,
    },
    /// Something for an image that is neither file nor folder.
    #[error("{} cannot be put into an image: it is neither a file nor a directory", Quoted(path))]
    Special {
        /// What was named or found.
        path: PathBuf,
    },
    /// Longer than offsets can say.
    #[error("{source_file} is larger than 4 GiB")]
    TooLarge {
        /// What was read.
        source_file: Source,
    },
    /// Nothing in it.
    #[error("{source_file} is empty")]
    Empty {
        /// What was read.
        source_file: Source,
    },
    /// An executable or native object file.
    #[error("{source_file} is an ELF file, not a WebAssembly program")]
    Elf {
        /// What was read.
        source_file: Source,
    },
    /// Another known format.
    #[error("{source_file} is {format}, not a WebAssembly program")]
    OtherFormat {
        /// What was read.
        source_file: Source,
        /// What it is.
        format: &'static str,
    },
    /// An unknown format.
    #[error("{source_file} is not a WebAssembly program")]
    NotWasm {
        /// What was read.
        source_file: Source,
    },
    /// An error in the text format.
    #[error("{error}", error = error.message())]
    Text {
        /// What was read.
        source_file: Source,
        /// What is wrong.
        error: wast::Error,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is there; empty at the end of a line.
        token: String,
    },
}

impl Source {
    /// The source that a command line argument names.
    pub(crate) fn from_arg(arg: OsString) -> Self {
        if arg == "-" { Self::Stdin } else { Self::File(arg.into()) }
    }

    /// The name in messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".into(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The name without folders, for the executable: it must not depend on where the input lies.
    pub(crate) fn file_name(&self) -> String {
        match self {
            Self::Stdin => self.name(),
            Self::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => write!(f, "{}", Quoted(path)),
        }
    }
}

/// Reads a whole input and tells what it is.
///
/// # Errors
/// If it cannot be read, is empty or larger than 4 GiB.
pub(crate) fn read(source: &Source) -> Result<(Content, Vec<u8>), InputError> {
    match source {
        Source::Stdin => read_from(io::stdin().lock(), source),
        Source::File(path) => read_from(open(path)?, source),
    }
}

/// Translates a program to the binary format if it is text.
///
/// # Errors
/// If it is no program, or the text has an error.
pub(crate) fn to_binary(
    source: &Source,
    content: Content,
    bytes: Vec<u8>,
) -> Result<(Form, Vec<u8>), InputError> {
    let source_file = || source.clone();
    match content {
        Content::Wasm => Ok((Form::Binary, bytes)),
        Content::Text => Ok((Form::Text, assemble(source, &bytes)?)),
        Content::Elf => Err(InputError::Elf { source_file: source_file() }),
        Content::Tar => Err(InputError::OtherFormat { source_file: source_file(), format: "an archive" }),
        Content::Other(format) => Err(InputError::OtherFormat { source_file: source_file(), format }),
        Content::Unknown => Err(InputError::NotWasm { source_file: source_file() }),
    }
}

fn open(path: &Path) -> Result<File, InputError> {
    let failed = |error| InputError::Read {
        source_file: Source::File(path.into()),
        similar: similar_file(path, &error),
        error,
    };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(InputError::Directory { path: path.into() });
    }
    if metadata.len() > MAX_INPUT_BYTES {
        return Err(InputError::TooLarge { source_file: Source::File(path.into()) });
    }
    Ok(file)
}

fn read_from(mut reader: impl Read, source: &Source) -> Result<(Content, Vec<u8>), InputError> {
    let failed = |error| InputError::Read { source_file: source.clone(), error, similar: None };
    let mut bytes = Vec::new();
    (&mut reader).take(PREFIX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.is_empty() {
        return Err(InputError::Empty { source_file: source.clone() });
    }
    let content = recognize(&bytes);
    if matches!(content, Content::Wasm | Content::Text | Content::Elf | Content::Tar) {
        let rest = MAX_INPUT_BYTES + 1 - bytes.len() as u64;
        reader.take(rest).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(InputError::TooLarge { source_file: source.clone() });
    }
    Ok((content, bytes))
}

fn recognize(prefix: &[u8]) -> Content {
    if prefix.starts_with(b"\0asm") {
        return Content::Wasm;
    }
    if prefix.starts_with(b"\x7fELF") {
        return Content::Elf;
    }
    if let Some((_, format)) = OTHER_FORMATS.iter().find(|(magic, _)| prefix.starts_with(magic)) {
        return Content::Other(format);
    }
    /// Where the format has its mark, behind the name and attributes of the first file.
    const TAR_MARK: usize = 257;
    if prefix.get(TAR_MARK..).is_some_and(|rest| rest.starts_with(b"ustar")) {
        return Content::Tar;
    }
    // Text starts with an expression or a comment: `(`, `(;` or `;;`.
    match prefix.trim_ascii_start().first() {
        Some(b'(' | b';') => Content::Text,
        _ => Content::Unknown,
    }
}

fn assemble(source: &Source, bytes: &[u8]) -> Result<Vec<u8>, InputError> {
    let text = std::str::from_utf8(bytes).map_err(|_| InputError::NotWasm { source_file: source.clone() })?;
    let failed = |error: wast::Error| {
        let (line, column) = error.span().linecol_in(text);
        let token = token_at(text, error.span().offset());
        InputError::Text { source_file: source.clone(), error, line: line + 1, column: column + 1, token }
    };
    let buffer = ParseBuffer::new(text).map_err(failed)?;
    let mut program = wast::parser::parse::<wast::Wat<'_>>(&buffer).map_err(failed)?;
    program.encode().map_err(failed)
}

/// The word or parenthesis at an offset, cut off where it is too long to be read.
fn token_at(text: &str, offset: usize) -> String {
    const MAX_CHARS: usize = 40;
    let rest = text.get(offset..).unwrap_or_default();
    let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';');
    match rest.chars().next() {
        Some(paren @ ('(' | ')')) => paren.to_string(),
        _ => rest.chars().take_while(|&c| !is_end(c)).take(MAX_CHARS).collect(),
    }
}

/// The file that was probably meant: the same name with `.wasm` or `.wat`, else the nearest name in
/// the same folder.
fn similar_file(path: &Path, error: &io::Error) -> Option<PathBuf> {
    if error.kind() != io::ErrorKind::NotFound {
        return None;
    }
    for extension in ["wasm", "wat"] {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(extension);
        if Path::new(&name).is_file() {
            return Some(name.into());
        }
    }
    /// A folder with more entries is not searched to its end.
    const MAX_ENTRIES: usize = 10_000;
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = folder.read_dir().ok()?.take(MAX_ENTRIES).flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let names: Vec<_> = names.filter(|name| name.ends_with(".wasm") || name.ends_with(".wat")).collect();
    let nearest = nearest(wanted, names.iter().map(String::as_str))?;
    Some(path.with_file_name(nearest)).filter(|path| path.is_file())
}

impl InputError {
    /// The error's code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "W0001",
            Self::Directory { .. } => "W0002",
            Self::TooLarge { .. } => "W0003",
            Self::Empty { .. } => "W0004",
            Self::Elf { .. } => "W0005",
            Self::OtherFormat { .. } => "W0006",
            Self::NotWasm { .. } => "W0007",
            Self::Text { .. } => "W0008",
            Self::Special { .. } => "W0009",
        }
    }

    /// Where in the input it is.
    pub(crate) fn place(&self) -> Option<String> {
        match self {
            Self::Text { source_file, line, column, token, .. } => {
                let token = if token.is_empty() { "the end" } else { &format!("`{token}`") };
                Some(format!("{}, line {line}, column {column}, at {token}", source_file.name()))
            }
            _ => None,
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Read { similar: Some(path), .. } => Some(format!("did you mean {}?", Quoted(path))),
            Self::Directory { .. } => Some("name the wasm file inside it".into()),
            Self::Elf { source_file } => {
                Some(format!("if wasiaot built it, `wasiaot inspect {}` describes it", source_file.name()))
            }
            Self::OtherFormat { .. } => Some("unpack it first".into()),
            Self::NotWasm { .. } => {
                Some("a binary starts with the bytes `\\0asm`, a text with `(module`".into())
            }
            Self::Special { path } if path.is_symlink() => Some("links are followed to files only".into()),
            Self::Read { .. }
            | Self::Special { .. }
            | Self::TooLarge { .. }
            | Self::Empty { .. }
            | Self::Text { .. } => None,
        }
    }
}
