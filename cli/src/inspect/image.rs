//! Describes images: layouts in OCI's form, as folders and archives, and archives of Docker's form.
//!
//! What an image holds is not trusted: digests are checked, sizes are limited, and nothing is written.
//! If the program in an image is one of ours, it is described as executables are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasiaot_compiler::package::digest::Digest;
use wasiaot_compiler::package::layer;
use wasiaot_compiler::package::layout;
use wasiaot_compiler::package::spec::{Config, Descriptor, Index, Manifest, annotation, media_type};

use super::{InspectError, executable};
use crate::diagnostics::Escaped;
use crate::input::{InputError, Source, extra};
use crate::table::write_columns;

/// Documents are small.
const MAX_DOCUMENT_BYTES: u64 = 4 << 20;
/// A layer, packed or not.
const MAX_LAYER_BYTES: u64 = 1 << 30;
/// Indexes may list indexes, but not without end.
const MAX_DEPTH: usize = 4;

/// Why an image cannot be described.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImageFault {
    /// A file of the layout cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A file is missing.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A document has another form than it should.
    #[error("`{path}` is malformed: {error}")]
    Document {
        /// The document.
        path: String,
        /// What the reader says.
        error: serde_json::Error,
    },
    /// The contents do not have the digest that they are named after.
    #[error("the contents of `{path}` have digest {digest}")]
    Digest {
        /// The file.
        path: String,
        /// The digest of its contents.
        digest: Digest,
    },
    /// A layer or the archive itself cannot be unpacked.
    #[error("`{path}` cannot be unpacked: {error}")]
    Unpack {
        /// The file.
        path: String,
        /// Why not.
        error: std::io::Error,
    },
    /// Indexes in indexes.
    #[error("it holds an index in an index in an index, and so on")]
    Depth,
    /// Neither form.
    #[error("it holds neither `index.json` nor `manifest.json`")]
    NoImage,
}

/// The files of an image.
pub(super) enum Files {
    /// A folder.
    Folder(PathBuf),
    /// An archive, and where each file is in it.
    Archive(Vec<u8>, BTreeMap<String, Range<usize>>),
}

impl Files {
    /// The files of an archive.
    ///
    /// # Errors
    /// If it is damaged.
    pub(super) fn of_archive(source: &Source, bytes: Vec<u8>) -> Result<Self, InspectError> {
        let files = layer::files(&bytes).map_err(|error| InspectError::Image {
            source_file: source.clone(),
            fault: Box::new(ImageFault::Unpack { path: source.name(), error }),
        })?;
        Ok(Self::Archive(bytes, files))
    }

    fn contains(&self, path: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.join(path).is_file(),
            Self::Archive(_, files) => files.contains_key(path),
        }
    }

    fn read(&self, path: &str, limit_bytes: u64) -> Result<Vec<u8>, ImageFault> {
        let missing = || ImageFault::Missing(path.into());
        match self {
            // A path from a document must not lead out of the folder: only digests and fixed names get here.
            Self::Folder(folder) if folder.join(path).exists() => {
                Ok(extra::read_limited(&folder.join(path), limit_bytes)?)
            }
            Self::Folder(_) => Err(missing()),
            Self::Archive(bytes, files) => {
                files.get(path).map(|range| bytes[range.clone()].to_vec()).ok_or_else(missing)
            }
        }
    }

    fn document<T: DeserializeOwned>(&self, path: &str) -> Result<T, ImageFault> {
        parse(path, &self.read(path, MAX_DOCUMENT_BYTES)?)
    }

    /// The contents of a blob, checked.
    fn blob(&self, digest: &Digest, limit_bytes: u64) -> Result<Vec<u8>, ImageFault> {
        let path = layout::blob_path(digest);
        let bytes = self.read(&path, limit_bytes)?;
        match Digest::of(&bytes) {
            found if found == *digest => Ok(bytes),
            found => Err(ImageFault::Digest { path, digest: found }),
        }
    }

    fn blob_document<T: DeserializeOwned>(&self, digest: &Digest) -> Result<T, ImageFault> {
        parse(&layout::blob_path(digest), &self.blob(digest, MAX_DOCUMENT_BYTES)?)
    }
}

fn parse<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, ImageFault> {
    serde_json::from_slice(bytes).map_err(|error| ImageFault::Document { path: path.into(), error })
}

/// An image of one platform, whatever it was stored in.
struct Platform {
    /// What it is called by: digest and size, or a file.
    heading: String,
    config: Config,
    /// Annotations; where there are none, the labels.
    about: BTreeMap<String, String>,
    /// Layers, packed, from the lowest.
    layers: Vec<(String, Vec<u8>)>,
}

/// The description of an image.
///
/// # Errors
/// If it is damaged.
pub(super) fn describe(source: &Source, files: &Files) -> Result<String, InspectError> {
    describe_files(source, files)
        .map_err(|fault| InspectError::Image { source_file: source.clone(), fault: Box::new(fault) })
}

fn describe_files(source: &Source, files: &Files) -> Result<String, ImageFault> {
    let mut out = String::new();
    let name = source.name();
    if files.contains(layout::INDEX) {
        let _ = writeln!(out, "{}: image in OCI's layout", Escaped(&name));
        let index: Index = files.document(layout::INDEX)?;
        let mut seen: Vec<&Digest> = Vec::new();
        for entry in &index.manifests {
            write_tag(&mut out, entry);
            // Tags may name one image.
            if !seen.contains(&&entry.digest) {
                seen.push(&entry.digest);
                describe_entry(&mut out, files, entry, 0)?;
            }
        }
    } else if files.contains(DOCKER_MANIFEST) {
        let _ = writeln!(out, "{}: image in Docker's format", Escaped(&name));
        let images: Vec<DockerImage> = files.document(DOCKER_MANIFEST)?;
        for image in images {
            for tag in image.repo_tags.iter().flatten() {
                let _ = writeln!(out, "  tag {}", Escaped(tag));
            }
            write_platform(&mut out, &docker_platform(files, &image)?)?;
        }
    } else {
        return Err(ImageFault::NoImage);
    }
    Ok(out)
}

fn write_tag(out: &mut String, entry: &Descriptor) {
    let full = entry.annotations.get(annotation::CONTAINERD_NAME);
    if let Some(tag) = full.or_else(|| entry.annotations.get(annotation::REF_NAME)) {
        let _ = writeln!(out, "  tag {}: {}", Escaped(tag), entry.digest);
    }
}

fn describe_entry(
    out: &mut String,
    files: &Files,
    entry: &Descriptor,
    depth: usize,
) -> Result<(), ImageFault> {
    if depth == MAX_DEPTH {
        return Err(ImageFault::Depth);
    }
    if entry.media_type == media_type::INDEX {
        let index: Index = files.blob_document(&entry.digest)?;
        let _ = writeln!(out, "  index {} of {} manifests", entry.digest, index.manifests.len());
        return index.manifests.iter().try_for_each(|entry| describe_entry(out, files, entry, depth + 1));
    }
    let manifest: Manifest = files.blob_document(&entry.digest)?;
    if let Some(kind) = &manifest.artifact_type {
        let subject = manifest.subject.as_ref().map_or("nothing", |subject| subject.digest.as_str());
        let _ = writeln!(out, "\nartifact {}\n  {} about {subject}", entry.digest, Escaped(kind));
        return Ok(());
    }
    let config: Config = files.blob_document(&manifest.config.digest)?;
    let mut layers = Vec::new();
    let mut size = entry.size + manifest.config.size;
    for layer in &manifest.layers {
        size += layer.size;
        layers.push((layout::blob_path(&layer.digest), files.blob(&layer.digest, MAX_LAYER_BYTES)?));
    }
    let heading = format!("{}, {size} bytes in all", entry.digest);
    let about = if manifest.annotations.is_empty() { labels(&config) } else { manifest.annotations };
    write_platform(out, &Platform { heading, config, about, layers })
}

fn labels(config: &Config) -> BTreeMap<String, String> {
    config.config.labels.clone().unwrap_or_default()
}

fn write_platform(out: &mut String, platform: &Platform) -> Result<(), ImageFault> {
    let Config { architecture, os, config, created, .. } = &platform.config;
    let _ = writeln!(out, "\n{}/{}: {}", Escaped(os), Escaped(architecture), platform.heading);
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |key: &str, value: &str| {
        if !value.is_empty() {
            rows.push([key.into(), Escaped(value).to_string()]);
        }
    };
    let list = |list: &Option<Vec<String>>| list.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    row("entry", &list(&config.entrypoint));
    row("arguments", &list(&config.cmd));
    for variable in config.env.iter().flatten() {
        row("variable", variable);
    }
    row("user", &config.user);
    row("starts in", &config.working_dir);
    for port in config.exposed_ports.iter().flatten() {
        row("port", port.0);
    }
    row("stop signal", config.stop_signal.as_deref().unwrap_or_default());
    row("created", created.as_deref().unwrap_or_default());
    write_columns(out, 2, &rows);
    if !platform.about.is_empty() {
        out.push_str("\nannotations\n");
        let rows = platform.about.iter();
        let rows = rows.map(|(key, value)| [Escaped(key).to_string(), Escaped(value).to_string()]);
        write_columns(out, 2, &rows.collect::<Vec<_>>());
    }
    write_program(out, platform)
}

/// Describes the program, if it is one of ours: from the uppermost layer that has it.
fn write_program(out: &mut String, platform: &Platform) -> Result<(), ImageFault> {
    let entry = platform.config.config.entrypoint.iter().flatten().next();
    let Some(path) = entry else { return Ok(()) };
    for (name, packed) in platform.layers.iter().rev() {
        let unpack = |error| ImageFault::Unpack { path: name.clone(), error };
        let archive = layer::decompress(packed, MAX_LAYER_BYTES).map_err(unpack)?;
        if let Some(program) = layer::file(&archive, path).map_err(unpack)? {
            if let Ok(text) = executable::describe(&Source::File(path.into()), &program) {
                let _ = write!(out, "\n{text}");
            }
            return Ok(());
        }
    }
    Ok(())
}

/// What makes an archive one of Docker's.
const DOCKER_MANIFEST: &str = "manifest.json";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerImage {
    config: String,
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

fn docker_platform(files: &Files, image: &DockerImage) -> Result<Platform, ImageFault> {
    // The paths are names in the archive, not in the file system.
    if let Files::Folder(_) = files {
        return Err(ImageFault::NoImage);
    }
    let config: Config = files.document(&image.config)?;
    let read = |path: &String| Ok((path.clone(), files.read(path, MAX_LAYER_BYTES)?));
    let layers: Result<Vec<_>, ImageFault> = image.layers.iter().map(read).collect();
    let id = Digest::of(&files.read(&image.config, MAX_DOCUMENT_BYTES)?);
    Ok(Platform { heading: format!("image id {id}"), about: labels(&config), config, layers: layers? })
}
