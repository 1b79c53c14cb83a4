//! Arranges an image as files: the OCI image layout, its archive, and the archive that `docker load`
//! reads.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Image;
use super::layer::{self, Entries, Entry};
use super::reference::Reference;
use super::spec::{Annotations, Descriptor, Index, Manifest, annotation, media_type, to_json};

/// Whether a layout holds the artifacts that refer to the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Artifacts {
    /// It does: its index has more than one entry, and readers have to be told the tag.
    Include,
    /// It does not.
    Omit,
}

/// The file that makes a folder an image layout.
pub const MARKER: &str = "oci-layout";
/// The file that lists what is in a layout.
pub const INDEX: &str = "index.json";
/// Its contents.
const MARKER_CONTENTS: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;

/// The path of a blob in a layout.
#[must_use]
pub fn blob_path(digest: &super::digest::Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

/// The files of an image layout, by their paths.
#[must_use]
pub fn layout(image: &Image, tags: &[Reference], artifacts: Artifacts) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut blobs: Vec<_> = image.blobs.iter().collect();
    let mut manifests = tagged(&image.root, tags);
    if artifacts == Artifacts::Include {
        blobs.extend(&image.artifact_blobs);
        manifests.extend(image.artifacts.iter().cloned());
    }
    for (digest, bytes) in blobs {
        files.insert(blob_path(digest), bytes.clone());
    }
    let index = Index {
        schema_version: 2,
        media_type: media_type::INDEX.into(),
        manifests,
        annotations: Annotations::new(),
    };
    files.insert(INDEX.into(), to_json(&index));
    files.insert(MARKER.into(), MARKER_CONTENTS.into());
    files
}

/// Whether all that the index of a layout lists was made by this tool, of any version: then nothing of
/// others is lost with it. Anything else than an index is not.
#[must_use]
pub fn is_ours(index_json: &[u8]) -> bool {
    serde_json::from_slice::<Index>(index_json).is_ok_and(|index| {
        index.manifests.iter().all(|entry| entry.annotations.contains_key(annotation::TOOL))
    })
}

/// One entry for each tag.
fn tagged(root: &Descriptor, tags: &[Reference]) -> Vec<Descriptor> {
    let mut plain = root.clone();
    plain.annotations.insert(annotation::TOOL.into(), super::TOOL_VERSION.into());
    if tags.is_empty() {
        return vec![plain];
    }
    let with_tag = |tag: &Reference| {
        let mut descriptor = plain.clone();
        descriptor.annotations.insert(annotation::REF_NAME.into(), tag.tag_or_latest().into());
        descriptor.annotations.insert(annotation::CONTAINERD_NAME.into(), tag.full_name());
        descriptor
    };
    tags.iter().map(with_tag).collect()
}

/// An archive of files.
#[must_use]
pub fn archive(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut entries = Entries::new();
    for (path, contents) in files {
        layer::add_parents(&mut entries, path);
        entries.insert(path.clone(), Entry::File { contents: contents.clone(), executable: false });
    }
    layer::archive(&entries)
}

/// An entry of `manifest.json` in Docker's archives.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DockerImage {
    config: String,
    repo_tags: Vec<String>,
    layers: Vec<String>,
}

/// The archive that `docker load` reads, of an image that has one platform and layers that are not
/// compressed.
///
/// # Panics
/// If the image is another.
#[must_use]
pub fn docker_archive(image: &Image, tags: &[Reference]) -> Vec<u8> {
    let [manifest] = image.manifests.as_slice() else { panic!("Docker's archives have one platform") };
    let manifest: Manifest = serde_json::from_slice(&image.blobs[&manifest.digest]).expect("it is ours");
    let mut files = BTreeMap::new();
    let config = format!("{}.json", manifest.config.digest.hex());
    files.insert(config.clone(), image.blobs[&manifest.config.digest].clone());
    let mut layers = Vec::new();
    for layer in &manifest.layers {
        assert_eq!(layer.media_type, media_type::LAYER, "Docker's archives hold plain layers");
        let name = format!("{}.tar", layer.digest.hex());
        files.insert(name.clone(), image.blobs[&layer.digest].clone());
        layers.push(name);
    }
    // Without a registry, `docker load` takes the name as it is.
    let repo_tags = tags.iter().map(Reference::to_string).collect();
    files.insert("manifest.json".into(), to_json(&[DockerImage { config, repo_tags, layers }]));
    archive(&files)
}
