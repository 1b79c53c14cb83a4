//! Which WebAssembly proposals are accepted, and which of the others a rejected module needs.

use wasmparser::{Validator, WasmFeatures};

use crate::parse::ParseError;

/// What is implemented: version 2.0 of the core specification without SIMD, and extended constant
/// expressions.
pub(crate) const ACCEPTED: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::EXTENDED_CONST);

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

/// Turns "invalid" into "needs a proposal" where the module is valid with all proposals.
pub(crate) fn explain(wasm: &[u8], error: ParseError) -> ParseError {
    match error {
        ParseError::Invalid { message, offset } => match missing_proposals(wasm) {
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
    required_among(wasm, PROPOSALS)
}

fn missing_proposals(wasm: &[u8]) -> Option<Vec<&'static str>> {
    let not_accepted: Vec<_> =
        PROPOSALS.iter().copied().filter(|&(flags, _)| !ACCEPTED.contains(flags)).collect();
    required_among(wasm, &not_accepted)
}

/// Takes proposals away one after the other, and keeps those without which the module is invalid.
/// Each attempt stops at the first error, so the cost is a few validations.
fn required_among(wasm: &[u8], candidates: &[(WasmFeatures, &'static str)]) -> Option<Vec<&'static str>> {
    let valid = |features| Validator::new_with_features(features).validate_all(wasm).is_ok();
    let mut features =
        PROPOSALS.iter().fold(ACCEPTED, |all, &(flags, _)| all.union(flags)).difference(WasmFeatures::COMPONENT_MODEL);
    if !valid(features) {
        return None;
    }
    // From the newest: some proposals build on others, and only the outermost is named then.
    let mut required = Vec::new();
    for &(flags, name) in candidates.iter().rev() {
        let without = features.difference(flags);
        if valid(without) {
            features = without;
        } else {
            required.push(name);
        }
    }
    required.reverse();
    Some(required)
}
