//! What code generation has to know of x86-64.

use super::{Has, Traits};

pub(super) const TRAITS: Traits = Traits {
    // Without it, selections, products of 32 bits and shuffles are sequences.
    fast_vectors: Has::With("has_sse41"),
    narrow_compare_exchange: Has::Always,
    // ±2 GiB; there is less than that for code.
    call_group_bytes: None,
};
