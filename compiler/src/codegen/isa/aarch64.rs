//! What code generation has to know of 64-bit Arm.

use super::{Has, Traits};

pub(super) const TRAITS: Traits = Traits {
    fast_vectors: Has::Always,
    // Without the instruction, Cranelift 0.135 makes a loop that compares whole registers.
    narrow_compare_exchange: Has::With("has_lse"),
    // Calls reach ±128 MiB. With islands of at most 32 MiB, of which each jump takes 12 bytes, the start of
    // one group is less than that before the end of the next.
    call_group_bytes: Some(32 << 20),
    faster: &[],
};
