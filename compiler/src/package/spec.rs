//! The data of the OCI image specification 1.1 that images of ours consist of, as JSON.
//!
//! Maps are ordered, and fields are written in the order in which they stand here: the bytes of a
//! document are its identity. Reading accepts documents of other tools and skips what it does not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::digest::Digest;

/// Media types.
pub mod media_type {
    /// An image of one platform, or an artifact.
    pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// The images of several platforms.
    pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// How an image is run.
    pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
    /// A layer, not compressed.
    pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
    /// A layer, compressed with gzip.
    pub const LAYER_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
    /// A layer, compressed with zstd.
    pub const LAYER_ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";
    /// The configuration of artifacts that have none: `{}`.
    pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";
    /// A bill of materials in CycloneDX.
    pub const CYCLONEDX: &str = "application/vnd.cyclonedx+json";
}

/// The names of annotations.
pub mod annotation {
    /// When the image was made.
    pub const CREATED: &str = "org.opencontainers.image.created";
    /// Name of the program.
    pub const TITLE: &str = "org.opencontainers.image.title";
    /// Version of the program.
    pub const VERSION: &str = "org.opencontainers.image.version";
    /// The tag, in the index of a layout.
    pub const REF_NAME: &str = "org.opencontainers.image.ref.name";
    /// The full name with its tag, in the index of a layout: where containerd and podman look for it.
    pub const CONTAINERD_NAME: &str = "io.containerd.image.name";
    /// Version of the tool that made the image. The index of a layout that holds images without it
    /// was written by others too.
    pub const TOOL: &str = "wasiaot.version";
    /// File name of the module.
    pub const INPUT: &str = "wasiaot.input";
    /// Digest of the module, in the binary format.
    pub const INPUT_DIGEST: &str = "wasiaot.input.digest";
}

/// Names and values, ordered by name.
pub type Annotations = BTreeMap<String, String>;

/// Refers to a blob or document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What it is.
    pub media_type: String,
    /// Of an artifact, what kind it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Its digest.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// More about it.
    #[serde(default, skip_serializing_if = "Annotations::is_empty")]
    pub annotations: Annotations,
    /// Of an image, what it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
}

impl Descriptor {
    /// Refers to these bytes, and says nothing more about them.
    #[must_use]
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.into(),
            artifact_type: None,
            digest: Digest::of(bytes),
            size: bytes.len() as u64,
            annotations: Annotations::new(),
            platform: None,
        }
    }
}

/// What an image runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// For example `amd64`.
    pub architecture: String,
    /// For example `linux`.
    pub os: String,
}

/// Several manifests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// Always 2.
    pub schema_version: u32,
    /// [`media_type::INDEX`]. The specification lets others leave it out.
    #[serde(default)]
    pub media_type: String,
    /// The manifests.
    pub manifests: Vec<Descriptor>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Annotations::is_empty")]
    pub annotations: Annotations,
}

/// An image of one platform, or an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    pub schema_version: u32,
    /// [`media_type::MANIFEST`]. The specification lets others leave it out.
    #[serde(default)]
    pub media_type: String,
    /// Of an artifact, what kind it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// How it is run.
    pub config: Descriptor,
    /// What it consists of.
    pub layers: Vec<Descriptor>,
    /// Of an artifact, the manifest that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Annotations::is_empty")]
    pub annotations: Annotations,
}

/// How an image is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// When it was made, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// For example `amd64`.
    pub architecture: String,
    /// For example `linux`.
    pub os: String,
    /// How it is run.
    #[serde(default)]
    pub config: RunConfig,
    /// What the layers are without compression.
    pub rootfs: RootFs,
    /// Where each layer comes from.
    #[serde(default)]
    pub history: Vec<History>,
}

/// How an image is run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RunConfig {
    /// User and group.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// Ports, for example `80/tcp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed_ports: Option<BTreeMap<String, Empty>>,
    /// Environment variables, `KEY=VALUE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<Vec<String>>,
    /// The program, and arguments that are always given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Vec<String>>,
    /// Arguments that are given if the user gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cmd: Option<Vec<String>>,
    /// Where it starts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub working_dir: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Annotations>,
    /// The signal that asks it to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<String>,
}

/// `{}`: the value in maps that are sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty {}

/// What the layers are without compression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFs {
    /// Always `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The digest of each.
    pub diff_ids: Vec<Digest>,
}

/// Where a layer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// When it was made, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// What made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}

/// The bytes of a document.
#[must_use]
pub fn to_json(document: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(document).expect("the documents have string keys and cannot fail")
}
