//! A layer: a tar archive of files, with everything fixed that could differ between two builds, and
//! its compression.
//!
//! Owner 0, time 0, entries ordered by path, modes 0755 and 0644. Reading is for images of ours and
//! of others alike, and bounded.

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::spec::media_type;

/// A file or folder of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A folder.
    Folder,
    /// A file.
    File {
        /// What is in it.
        contents: Vec<u8>,
        /// Whether it is a program.
        executable: bool,
    },
}

/// Files and folders by their paths, which are relative to the root: `etc/ssl/certs`.
pub type Entries = BTreeMap<String, Entry>;

/// How layers are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, which everything can read.
    Gzip,
    /// Zstandard: smaller and faster to unpack.
    Zstd,
}

impl Compression {
    /// The media type of a layer compressed in this way.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::None => media_type::LAYER,
            Self::Gzip => media_type::LAYER_GZIP,
            Self::Zstd => media_type::LAYER_ZSTD,
        }
    }
}

/// The same on every machine: threads and time do not matter to it. Level 19 is the strongest that
/// needs no large window where it is unpacked.
const ZSTD_LEVEL: i32 = 19;

/// Larger archives are compressed less, so that it takes seconds and not minutes.
const ZSTD_LARGE_LEVEL: i32 = 9;
const ZSTD_LARGE_BYTES: usize = 32 << 20;

/// Adds the folders that `path` is in.
pub(crate) fn add_parents(entries: &mut Entries, path: &str) {
    for (at, _) in path.match_indices('/') {
        entries.entry(path[..at].into()).or_insert(Entry::Folder);
    }
}

/// The archive.
#[must_use]
pub fn archive(entries: &Entries) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, entry) in entries {
        match entry {
            Entry::Folder => append(&mut builder, &format!("{path}/"), &[], 0o755, tar::EntryType::Directory),
            Entry::File { contents, executable } => {
                let mode = if *executable { 0o755 } else { 0o644 };
                append(&mut builder, path, contents, mode, tar::EntryType::Regular);
            }
        }
    }
    builder.into_inner().expect("writing to memory cannot fail")
}

fn append(builder: &mut tar::Builder<Vec<u8>>, path: &str, contents: &[u8], mode: u32, kind: tar::EntryType) {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(contents.len() as u64);
    builder.append_data(&mut header, path, contents).expect("the path was checked, and memory does not fail");
}

/// Compresses an archive.
#[must_use]
pub fn compress(archive: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None => archive.to_vec(),
        Compression::Gzip => {
            // No name, and time 0: the header is the same for all.
            let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
            io::Write::write_all(&mut encoder, archive).expect("writing to memory cannot fail");
            encoder.finish().expect("writing to memory cannot fail")
        }
        Compression::Zstd => {
            let level = if archive.len() > ZSTD_LARGE_BYTES { ZSTD_LARGE_LEVEL } else { ZSTD_LEVEL };
            zstd::bulk::compress(archive, level).expect("compressing in memory cannot fail")
        }
    }
}

/// Undoes [`compress`], by what the bytes are and not by what they are said to be.
///
/// # Errors
/// If they are damaged, or more than `limit_bytes` come out.
pub fn decompress(bytes: &[u8], limit_bytes: u64) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let read = match bytes {
        [0x1f, 0x8b, ..] => GzDecoder::new(bytes).take(limit_bytes + 1).read_to_end(&mut out)?,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            zstd::Decoder::new(bytes)?.take(limit_bytes + 1).read_to_end(&mut out)?
        }
        _ => bytes.take(limit_bytes + 1).read_to_end(&mut out)?,
    };
    if read as u64 > limit_bytes {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large when unpacked"));
    }
    Ok(out)
}

/// The contents of one regular file of an archive; `None` if it has no such file.
///
/// # Errors
/// If the archive is damaged.
pub fn file(archive: &[u8], path: &str) -> io::Result<Option<Vec<u8>>> {
    for entry in tar::Archive::new(archive).entries()? {
        let mut entry = entry?;
        let name = entry.path_bytes();
        let name = String::from_utf8_lossy(&name);
        if entry.header().entry_type().is_file() && normal(&name) == normal(path) {
            let mut contents = Vec::new();
            entry.read_to_end(&mut contents)?;
            return Ok(Some(contents));
        }
    }
    Ok(None)
}

/// All regular files of an archive: where the contents of each are.
///
/// # Errors
/// If the archive is damaged.
pub fn files(archive: &[u8]) -> io::Result<BTreeMap<String, std::ops::Range<usize>>> {
    let mut found = BTreeMap::new();
    for entry in tar::Archive::new(archive).entries()? {
        let entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let place = |offset: u64| usize::try_from(offset).ok().filter(|&offset| offset <= archive.len());
        let start = place(entry.raw_file_position());
        let end = entry.raw_file_position().checked_add(entry.size()).and_then(place);
        let (Some(start), Some(end)) = (start, end) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        found.insert(normal(&String::from_utf8_lossy(&entry.path_bytes())).to_owned(), start..end);
    }
    Ok(found)
}

/// Archives write `name`, `./name` or `/name`.
fn normal(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path).trim_start_matches('/')
}
