//! What code generation has to know of x86-64.

use wasiaot_abi::host;

use super::{Faster, Has, Traits};

pub(super) const TRAITS: Traits = Traits {
    // Without it, selections, products of 32 bits and shuffles are sequences.
    fast_vectors: Has::With("has_sse41"),
    narrow_compare_exchange: Has::Always,
    // ±2 GiB; there is less than that for code.
    call_group_bytes: None,
    faster: &[
        Faster { function: host::MEMMOVE, on: Has::With("has_avx2"), by: host::MEMMOVE_AVX2 },
        Faster { function: host::MEMSET, on: Has::With("has_avx2"), by: host::MEMSET_AVX2 },
    ],
};
