//! The first stage: wasm bytes → [`Program`].
//!
//! Decodes every section, validates everything with wasmparser (function bodies in parallel), and
//! notes for each body what later stages must know without reading it again. Decides nothing: what
//! an import resolves to, what is compiled and where things are placed is `plan`'s business.

mod const_expr;
mod display;
mod error;
mod facts;
mod features;
mod metadata;
mod module;
mod sites;
mod types;

pub use error::ParseError;
pub use features::required_proposals;
pub use metadata::{DESCRIPTIONS, Metadata, metadata};
pub(crate) use sites::{CallOperator, CallSite, Source, read_calls};
pub use types::*;

use crate::options::Options;

/// Parses and validates a module in the binary format.
///
/// # Errors
/// If the input is not a wasm module, is invalid, or needs a proposal that is not implemented.
pub fn parse<'a>(wasm: &'a [u8], options: &Options) -> Result<Program<'a>, ParseError> {
    check_kind(wasm)?;
    module::read_module(wasm, options.jobs).map_err(|error| features::explain(wasm, error))
}

/// Tells inputs that are no core module apart before the validator does, for the sake of the message.
fn check_kind(wasm: &[u8]) -> Result<(), ParseError> {
    if !wasm.starts_with(b"\0asm") {
        return Err(ParseError::NotWasm);
    }
    match wasm.get(4..8) {
        Some([1, 0, 0, 0]) => Ok(()),
        Some([_, _, 1, 0]) => Err(ParseError::Component),
        Some(version) => Err(ParseError::Version(
            version.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte)),
        )),
        None => Err(ParseError::Truncated(wasm.len() as u64)),
    }
}
