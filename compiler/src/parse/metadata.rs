//! What a module says about itself: the tools that made it, and its description.
//!
//! Reads custom sections only, and ignores what is malformed, as the specification asks. Descriptions
//! are the sections that tools write under the names of OCI annotations: `version`, `source` and so on,
//! each one string.

use std::collections::BTreeMap;

use wasmparser::{KnownCustom, Parser, Payload};

/// What a module says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The producers section: field, name, version.
    pub producers: Vec<(String, String, String)>,
    /// Descriptions by the names of their sections, which are some of [`DESCRIPTIONS`].
    pub descriptions: BTreeMap<&'static str, String>,
}

/// The sections that describe a module.
pub const DESCRIPTIONS: &[&str] =
    &["authors", "description", "licenses", "revision", "source", "url", "version"];

/// A longer text is not a description that someone wrote.
const MAX_DESCRIPTION_BYTES: usize = 4096;

/// Reads what a valid module says about itself. Stops at what it cannot read.
#[must_use]
pub fn metadata(wasm: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    for payload in Parser::new(0).parse_all(wasm).map_while(Result::ok) {
        let Payload::CustomSection(reader) = payload else { continue };
        if let KnownCustom::Producers(fields) = reader.as_known() {
            for field in fields.into_iter().flatten() {
                let values = field.values.into_iter().flatten();
                let named = values.map(|value| (field.name.into(), value.name.into(), value.version.into()));
                metadata.producers.extend(named);
            }
        } else if let Some(name) = DESCRIPTIONS.iter().find(|&&name| name == reader.name())
            && let Ok(text) = std::str::from_utf8(reader.data())
            && (1..=MAX_DESCRIPTION_BYTES).contains(&text.len())
        {
            metadata.descriptions.entry(name).or_insert_with(|| text.into());
        }
    }
    metadata
}
