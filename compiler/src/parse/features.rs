//! Which WebAssembly proposals are accepted, and which of the others a rejected module needs.

use wasmparser::{Validator, WasmFeatures};

use crate::parse::ParseError;

/// What is implemented: version 2.0 of the core specification, extended constant expressions, tail calls,
/// typed function references, several memories, 64-bit memories and tables, custom page sizes, relaxed SIMD,
/// the threads proposal, wide arithmetic, and exceptions with their legacy instructions.
pub(crate) const ACCEPTED: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::FUNCTION_REFERENCES)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES)
    .union(WasmFeatures::RELAXED_SIMD)
    .union(WasmFeatures::THREADS)
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::LEGACY_EXCEPTIONS);

/// Every proposal of core modules that has a name, the accepted ones included.
const PROPOSALS: &[(WasmFeatures, &str)] = &[
    (WasmFeatures::MUTABLE_GLOBAL, "mutable-global"),
    (WasmFeatures::SATURATING_FLOAT_TO_INT, "nontrapping-float-to-int-conversions"),
    (WasmFeatures::SIGN_EXTENSION, "sign-extension-ops"),
    (WasmFeatures::MULTI_VALUE, "multi-value"),
    (WasmFeatures::BULK_MEMORY, "bulk-memory-operations"),
    (WasmFeatures::REFERENCE_TYPES, "reference-types"),
    (WasmFeatures::EXTENDED_CONST, "extended-const"),
    (WasmFeatures::SIMD, "simd"),
    (WasmFeatures::RELAXED_SIMD, "relaxed-simd"),
    (WasmFeatures::TAIL_CALL, "tail-call"),
    (WasmFeatures::EXCEPTIONS, "exception-handling"),
    (WasmFeatures::LEGACY_EXCEPTIONS, "legacy exception-handling"),
    (WasmFeatures::THREADS, "threads"),
    (WasmFeatures::MULTI_MEMORY, "multi-memory"),
    (WasmFeatures::MEMORY64, "memory64"),
    (WasmFeatures::FUNCTION_REFERENCES, "function-references"),
    (WasmFeatures::GC, "gc"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom-page-sizes"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide-arithmetic"),
    (WasmFeatures::STACK_SWITCHING, "stack-switching"),
    (WasmFeatures::SHARED_EVERYTHING_THREADS, "shared-everything-threads"),
    (WasmFeatures::MEMORY_CONTROL, "memory-control"),
    (WasmFeatures::CUSTOM_DESCRIPTORS, "custom-descriptors"),
    (WasmFeatures::COMPACT_IMPORTS, "compact-import-section"),
];

/// Turns "invalid" into "needs a proposal" where the module is valid with more proposals.
pub(crate) fn explain(wasm: &[u8], error: ParseError) -> ParseError {
    match error {
        ParseError::Invalid { message, offset } => match missing_proposals(wasm, ACCEPTED) {
            Some(proposals) if !proposals.is_empty() => ParseError::Unsupported { proposals, offset },
            _ => ParseError::Invalid { message, offset },
        },
        other => other,
    }
}

/// The names of the proposals beyond WebAssembly 1.0 that a module cannot do without, or `None` if it
/// is not valid with any.
#[must_use]
pub fn required_proposals(wasm: &[u8]) -> Option<Vec<&'static str>> {
    missing_proposals(wasm, WasmFeatures::FLOATS.union(WasmFeatures::GC_TYPES))
}

/// Adds proposals to `features` until the module is valid: each time the one that moves the first error
/// furthest. The cost is a few validations up to an error, not one of the whole module per proposal.
fn missing_proposals(wasm: &[u8], mut features: WasmFeatures) -> Option<Vec<&'static str>> {
    let mut missing = Vec::new();
    let mut first_error = error_offset(wasm, features);
    while let Some(offset) = first_error {
        // `None` is further than any offset. Of equals the first in the list wins.
        let (flags, name, next) = PROPOSALS
            .iter()
            .filter(|&&(flags, _)| !features.contains(flags))
            .map(|&(flags, name)| (flags, name, error_offset(wasm, features.union(flags))))
            .reduce(|best, candidate| {
                if candidate.2.unwrap_or(usize::MAX) > best.2.unwrap_or(usize::MAX) {
                    candidate
                } else {
                    best
                }
            })?;
        if next.is_some_and(|next| next <= offset) {
            return None;
        }
        features = features.union(flags);
        missing.push(name);
        first_error = next;
    }
    Some(missing)
}

/// Where the validator finds the first error.
fn error_offset(wasm: &[u8], features: WasmFeatures) -> Option<usize> {
    Validator::new_with_features(features).validate_all(wasm).err().map(|error| error.offset())
}
