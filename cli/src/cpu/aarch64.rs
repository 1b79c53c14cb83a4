//! What a 64-bit Arm machine has: for `--cpu native`.

use std::arch::is_aarch64_feature_detected as has;

/// Whether this machine has the feature that a Cranelift setting names.
pub(super) fn machine_has(feature: &str) -> bool {
    match feature {
        "has_lse" => has!("lse"),
        "has_dotprod" => has!("dotprod"),
        "has_i8mm" => has!("i8mm"),
        _ => false,
    }
}
