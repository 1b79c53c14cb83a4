//! Packages executables as a container image `FROM scratch`: bytes in, bytes out.
//!
//! [`package`] makes an [`Image`]: a manifest, a configuration and one layer for each platform, an
//! index if there are several, and a bill of materials as an artifact that refers to them. [`layout`]
//! arranges it as files or archives. Neither writes files nor talks to registries, and there is no
//! clock: the same input gives the same digests.

pub mod digest;
pub mod layer;
pub mod layout;
pub mod reference;
pub mod sbom;
pub mod spec;
mod time;

use std::collections::{BTreeMap, BTreeSet};

use wasiaot_targets::Target;

use crate::parse::Metadata;
use digest::Digest;
use layer::{Compression, Entries, Entry};
use spec::{Annotations, Config, Descriptor, Empty, History, Index, Manifest, Platform, RunConfig};
use spec::{annotation, media_type, to_json};

pub use time::MAX_SECONDS as MAX_CREATED_SECONDS;

/// Version of the tool, as images name it.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// A program, whatever it is built for.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name: that of its file in the image.
    pub name: String,
    /// File name of the module.
    pub input_name: String,
    /// Digest of the module, in the binary format.
    pub input_digest: Digest,
    /// What the module says about itself.
    pub metadata: Metadata,
}

/// An executable and what it runs on.
#[derive(Clone, Copy, Debug)]
pub struct Executable<'a> {
    /// What it was built for.
    pub target: &'static Target,
    /// The file.
    pub bytes: &'a [u8],
}

/// What an image holds beside the program.
#[derive(Clone, Debug)]
pub struct ImageOptions {
    /// Arguments that are given if the user gives none.
    pub args: Vec<String>,
    /// Environment variables, `KEY=VALUE`.
    pub env: Vec<String>,
    /// User and group.
    pub user: String,
    /// Where the program starts: an absolute path.
    pub working_dir: String,
    /// Ports, for example `80/tcp`.
    pub exposed_ports: BTreeSet<String>,
    /// Labels, beside those that say what the image was built from.
    pub labels: Annotations,
    /// Annotations of manifests and index, beside those that say what the image was built from.
    pub annotations: Annotations,
    /// The signal that asks the program to end.
    pub stop_signal: Option<String>,
    /// When the image was made, in seconds since 1970; at most [`MAX_CREATED_SECONDS`].
    pub created_seconds: Option<u64>,
    /// More files. Their paths differ from the program's.
    pub files: Entries,
    /// How layers are compressed.
    pub compression: Compression,
    /// The tag that becomes the version, if the module does not have one.
    pub version: Option<String>,
}

/// An image: documents and blobs that refer to each other by digest.
#[derive(Clone, Debug)]
pub struct Image {
    /// What the image is: the manifest, or the index of several.
    pub root: Descriptor,
    /// The manifests, one for each platform.
    pub manifests: Vec<Descriptor>,
    /// The bytes of documents and blobs.
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    /// The manifests of artifacts that refer to the image: its bill of materials.
    pub artifacts: Vec<Descriptor>,
    /// The bytes that only the artifacts need.
    pub artifact_blobs: BTreeMap<Digest, Vec<u8>>,
}

/// Makes an image of executables for different platforms.
///
/// # Panics
/// If there is no executable.
#[must_use]
pub fn package(program: &Program, executables: &[Executable<'_>], options: &ImageOptions) -> Image {
    let about = annotations(program, options);
    let mut blobs = Blobs::default();
    let manifests: Vec<Descriptor> = executables
        .iter()
        .map(|executable| add_platform(&mut blobs, program, executable, &about, options))
        .collect();
    let root = match manifests.as_slice() {
        [] => panic!("an image has at least one platform"),
        [manifest] => manifest.clone(),
        _ => {
            let mut annotations = about;
            annotations.extend(options.annotations.clone());
            let index = Index {
                schema_version: 2,
                media_type: media_type::INDEX.into(),
                manifests: manifests.clone(),
                annotations,
            };
            blobs.add(media_type::INDEX, to_json(&index))
        }
    };
    let mut subjects = manifests.clone();
    subjects.extend((manifests.len() > 1).then(|| root.clone()));
    let mut artifact_blobs = Blobs::default();
    let artifacts = add_sbom(&mut artifact_blobs, program, &subjects, options.created_seconds);
    Image { root, manifests, blobs: blobs.0, artifacts, artifact_blobs: artifact_blobs.0 }
}

/// Bytes by their digests.
#[derive(Default)]
struct Blobs(BTreeMap<Digest, Vec<u8>>);

impl Blobs {
    fn add(&mut self, media_type: &str, bytes: Vec<u8>) -> Descriptor {
        let descriptor = Descriptor::of(media_type, &bytes);
        self.0.insert(descriptor.digest.clone(), bytes);
        descriptor
    }
}

/// What the image was built from. The user's own annotations come on top.
fn annotations(program: &Program, options: &ImageOptions) -> Annotations {
    let mut about = Annotations::new();
    about.insert(annotation::TITLE.into(), program.name.clone());
    if let Some(version) = &options.version {
        about.insert(annotation::VERSION.into(), version.clone());
    }
    for (name, text) in &program.metadata.descriptions {
        about.insert(format!("org.opencontainers.image.{name}"), text.clone());
    }
    if let Some(seconds) = options.created_seconds {
        about.insert(annotation::CREATED.into(), time::rfc3339(seconds));
    }
    about.insert(annotation::TOOL.into(), TOOL_VERSION.into());
    about.insert(annotation::INPUT.into(), program.input_name.clone());
    about.insert(annotation::INPUT_DIGEST.into(), program.input_digest.to_string());
    about
}

/// Adds what one platform needs; returns its manifest.
fn add_platform(
    blobs: &mut Blobs,
    program: &Program,
    executable: &Executable<'_>,
    about: &Annotations,
    options: &ImageOptions,
) -> Descriptor {
    let archive = layer::archive(&entries(program, executable, options));
    let diff_id = Digest::of(&archive);
    let compressed = layer::compress(&archive, options.compression);
    let layer = blobs.add(options.compression.media_type(), compressed);
    let platform = Platform { architecture: executable.target.arch.image_name().into(), os: "linux".into() };
    let config = config(program, &platform, diff_id, about, options);
    let config = blobs.add(media_type::CONFIG, to_json(&config));
    let mut annotations = about.clone();
    annotations.extend(options.annotations.clone());
    let manifest = Manifest {
        schema_version: 2,
        media_type: media_type::MANIFEST.into(),
        artifact_type: None,
        config,
        layers: vec![layer],
        subject: None,
        annotations,
    };
    let manifest = blobs.add(media_type::MANIFEST, to_json(&manifest));
    Descriptor { platform: Some(platform), ..manifest }
}

/// The files of the image.
fn entries(program: &Program, executable: &Executable<'_>, options: &ImageOptions) -> Entries {
    let mut entries = options.files.clone();
    for path in options.files.keys() {
        layer::add_parents(&mut entries, path);
    }
    // An engine that has to make it does so while the image is unpacked, as it likes.
    let working_dir = options.working_dir.trim_matches('/');
    if !working_dir.is_empty() {
        layer::add_parents(&mut entries, working_dir);
        entries.entry(working_dir.into()).or_insert(Entry::Folder);
    }
    let file = Entry::File { contents: executable.bytes.to_vec(), executable: true };
    entries.insert(program.name.clone(), file);
    entries
}

fn config(
    program: &Program,
    platform: &Platform,
    diff_id: Digest,
    about: &Annotations,
    options: &ImageOptions,
) -> Config {
    // Engines show labels, not annotations; and images in Docker's format have no others.
    let mut labels = about.clone();
    labels.extend(options.labels.clone());
    let created = options.created_seconds.map(time::rfc3339);
    let ports = options.exposed_ports.iter().map(|port| (port.clone(), Empty {}));
    let some = |list: &Vec<String>| Some(list.clone()).filter(|list| !list.is_empty());
    Config {
        created: created.clone(),
        architecture: platform.architecture.clone(),
        os: platform.os.clone(),
        config: RunConfig {
            user: options.user.clone(),
            exposed_ports: Some(ports.collect()).filter(|ports: &BTreeMap<_, _>| !ports.is_empty()),
            env: some(&options.env),
            entrypoint: Some(vec![format!("/{}", program.name)]),
            cmd: some(&options.args),
            working_dir: options.working_dir.clone(),
            labels: Some(labels),
            stop_signal: options.stop_signal.clone(),
        },
        rootfs: spec::RootFs { kind: "layers".into(), diff_ids: vec![diff_id] },
        history: vec![History { created, created_by: Some(format!("wasiaot {TOOL_VERSION}")) }],
    }
}

/// Adds the bill of materials, as an artifact about each of the subjects.
fn add_sbom(
    blobs: &mut Blobs,
    program: &Program,
    subjects: &[Descriptor],
    created_seconds: Option<u64>,
) -> Vec<Descriptor> {
    let layer = blobs.add(media_type::CYCLONEDX, sbom::sbom(program, created_seconds));
    let config = blobs.add(media_type::EMPTY, b"{}".to_vec());
    let mut artifacts = Vec::new();
    for subject in subjects {
        let mut annotations = Annotations::new();
        annotations.insert(annotation::TITLE.into(), format!("{}.cdx.json", program.name));
        annotations.insert(annotation::TOOL.into(), TOOL_VERSION.into());
        let manifest = Manifest {
            schema_version: 2,
            media_type: media_type::MANIFEST.into(),
            artifact_type: Some(media_type::CYCLONEDX.into()),
            config: config.clone(),
            layers: vec![layer.clone()],
            subject: Some(Descriptor { platform: None, ..subject.clone() }),
            annotations: annotations.clone(),
        };
        let descriptor = blobs.add(media_type::MANIFEST, to_json(&manifest));
        let artifact_type = Some(media_type::CYCLONEDX.into());
        artifacts.push(Descriptor { artifact_type, annotations, ..descriptor });
    }
    artifacts
}
