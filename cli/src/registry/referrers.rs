//! Tells a registry without the referrers API what refers to a manifest: an index under a tag that is
//! made from the manifest's digest. Source: OCI distribution specification 1.1, "Referrers tag schema".

use wasiaot_compiler::package::spec::{Annotations, Descriptor, Index, Manifest, media_type, to_json};

use super::client::{Body, Client, Method};
use super::error::{Failure, FailureKind, RegistryError};
use super::retry::retry;

/// Adds an artifact, whose manifest is given, to the index of its subject.
///
/// # Errors
/// If the registry does not take the index.
pub(super) fn add(client: &mut Client, artifact: &Descriptor, manifest: &[u8]) -> Result<(), RegistryError> {
    let manifest: Manifest = serde_json::from_slice(manifest).expect("it is ours");
    let subject = manifest.subject.expect("artifacts have a subject").digest;
    let url = client.url(&format!("manifests/sha256-{}", subject.hex()));
    retry(|| {
        let mut index = current(client, &url)?;
        if index.manifests.iter().any(|entry| entry.digest == artifact.digest) {
            return Ok(());
        }
        index.manifests.push(artifact.clone());
        let bytes = to_json(&index);
        let body = Body { media_type: media_type::INDEX, bytes: &bytes, range: None };
        let response = client.send(Method::Put, &url, Some(body))?;
        if matches!(response.status, 200..=204) {
            return Ok(());
        }
        Err(response.failure("the list of what refers to the image"))
    })
    .map_err(|failure| client.error(failure).of_artifact())
}

/// The index as it is, or an empty one.
fn current(client: &mut Client, url: &str) -> Result<Index, Failure> {
    let response = client.send(Method::Get, url, None)?;
    match response.status {
        200 => serde_json::from_slice(&response.body).map_err(|_| {
            Failure::lasting(FailureKind::Malformed("a valid list of what refers to the image"))
        }),
        404 => Ok(Index {
            schema_version: 2,
            media_type: media_type::INDEX.into(),
            manifests: Vec::new(),
            annotations: Annotations::new(),
        }),
        _ => Err(response.failure("a question for what refers to the image")),
    }
}
