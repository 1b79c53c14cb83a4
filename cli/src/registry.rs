//! Pushes images to registries, by the OCI distribution specification 1.1.
//!
//! Blobs go first, then manifests, then the bill of materials, and the tag last: whoever pulls the tag
//! finds a whole image, also if a push is interrupted. `client.rs` makes requests and authenticates,
//! `upload.rs` brings blobs over, `referrers.rs` tells registries without the referrers API what refers
//! to what, `credentials.rs` reads what `docker login` and `podman login` have stored.

mod client;
mod credentials;
mod error;
mod progress;
mod referrers;
mod retry;
mod token;
mod upload;

use std::collections::BTreeMap;

use wasiaot_compiler::package::Image;
use wasiaot_compiler::package::digest::Digest;
use wasiaot_compiler::package::layout::Artifacts;
use wasiaot_compiler::package::spec::Descriptor;

use client::{Body, Client, Method};
pub(crate) use error::RegistryError;
use error::{Failure, FailureKind};
use progress::Progress;
use retry::retry;

use crate::image::Push;

/// Pushes an image. Returns the digest of what its tag names: the manifest, or the index of several.
///
/// # Errors
/// If the registry cannot be reached, refuses, or breaks off. The tag is then what it was.
pub(crate) fn push(image: &Image, push: &Push) -> Result<Digest, RegistryError> {
    let mut client = Client::new(push)?;
    let mut manifests: Vec<&Descriptor> = image.manifests.iter().chain([&image.root]).collect();
    manifests.dedup(); // An image of one platform is its own root.
    let artifacts: &[Descriptor] = match push.artifacts {
        Artifacts::Include => &image.artifacts,
        Artifacts::Omit => &[],
    };
    let documents: Vec<&Descriptor> = manifests.iter().copied().chain(artifacts).collect();
    let is_document = |digest: &Digest| documents.iter().any(|document| document.digest == *digest);
    let mut blobs: BTreeMap<&Digest, &[u8]> =
        image.blobs.iter().map(|(digest, bytes)| (digest, bytes.as_slice())).collect();
    if !artifacts.is_empty() {
        blobs.extend(image.artifact_blobs.iter().map(|(digest, bytes)| (digest, bytes.as_slice())));
    }
    let bytes = |descriptor: &Descriptor| blobs[&descriptor.digest];

    let contents: Vec<_> = blobs.iter().filter(|(digest, _)| !is_document(digest)).collect();
    let mut progress = Progress::new(contents.iter().map(|(_, bytes)| bytes.len() as u64).sum());
    for (digest, bytes) in contents {
        upload::blob(&mut client, digest, bytes, push.mount_from.as_deref(), &mut progress)?;
    }
    for manifest in manifests.iter().filter(|manifest| ***manifest != image.root) {
        put_manifest(&mut client, manifest.digest.as_str(), manifest, bytes(manifest))?;
    }
    for artifact in artifacts {
        let put = put_manifest(&mut client, artifact.digest.as_str(), artifact, bytes(artifact));
        let put = put.map_err(RegistryError::of_artifact)?;
        if put == SubjectHeader::Absent {
            referrers::add(&mut client, artifact, bytes(artifact))?;
        }
    }
    put_manifest(&mut client, push.reference.tag_or_latest(), &image.root, bytes(&image.root))?;
    Ok(image.root.digest.clone())
}

/// Whether a registry says that it has noted what a manifest refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SubjectHeader {
    Present,
    Absent,
}

/// Stores a manifest under a tag or its digest.
fn put_manifest(
    client: &mut Client,
    name: &str,
    descriptor: &Descriptor,
    bytes: &[u8],
) -> Result<SubjectHeader, RegistryError> {
    retry(|| {
        let url = client.url(&format!("manifests/{name}"));
        let body = Body { media_type: &descriptor.media_type, bytes, range: None };
        let response = client.send(Method::Put, &url, Some(body))?;
        if !matches!(response.status, 200..=204) {
            return Err(response.failure(&format!("manifest `{name}`")));
        }
        let stored = response.header("docker-content-digest");
        if let Some(stored) = stored.filter(|&stored| stored != descriptor.digest.as_str()) {
            return Err(Failure::lasting(FailureKind::OtherDigest { stored: stored.into() }));
        }
        let subject = response.header("oci-subject");
        Ok(if subject.is_some() { SubjectHeader::Present } else { SubjectHeader::Absent })
    })
    .map_err(|failure| client.error(failure))
}
