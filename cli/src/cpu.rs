//! `--cpu`: which of the target's CPU levels to build for; `native` is the highest that this machine
//! can run.

use wasiaot_targets::{CpuLevel, Target};

/// Why a CPU level cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CpuError {
    /// The target has no such level.
    #[error("target `{target}` has no CPU level `{level}`", target = target.name)]
    Unknown {
        /// What was asked for.
        level: String,
        /// What is built for.
        target: &'static Target,
    },
    /// `native` for another architecture.
    #[error("`--cpu native` cannot be used: this machine is not a target `{target}`", target = target.name)]
    NotNative {
        /// What is built for.
        target: &'static Target,
    },
}

/// Finds the level of this name.
///
/// # Errors
/// If the target has none.
pub(crate) fn find(level: &str, target: &'static Target) -> Result<&'static CpuLevel, CpuError> {
    if level == "native" {
        return native(target);
    }
    let found = target.cpu_levels.iter().find(|known| known.name == level);
    found.ok_or_else(|| CpuError::Unknown { level: level.into(), target })
}

fn native(target: &'static Target) -> Result<&'static CpuLevel, CpuError> {
    let not_native = CpuError::NotNative { target };
    if !target.triple.starts_with(std::env::consts::ARCH) {
        return Err(not_native);
    }
    let runs = |level: &&CpuLevel| level.features.iter().all(|feature| machine_has(feature));
    target.cpu_levels.iter().rev().find(runs).ok_or(not_native)
}

/// Whether this machine has the feature that a Cranelift setting names.
#[cfg(target_arch = "x86_64")]
fn machine_has(feature: &str) -> bool {
    match feature {
        "has_sse3" => is_x86_feature_detected!("sse3"),
        "has_ssse3" => is_x86_feature_detected!("ssse3"),
        "has_cmpxchg16b" => is_x86_feature_detected!("cmpxchg16b"),
        "has_sse41" => is_x86_feature_detected!("sse4.1"),
        "has_sse42" => is_x86_feature_detected!("sse4.2"),
        "has_popcnt" => is_x86_feature_detected!("popcnt"),
        "has_avx" => is_x86_feature_detected!("avx"),
        "has_avx2" => is_x86_feature_detected!("avx2"),
        "has_fma" => is_x86_feature_detected!("fma"),
        "has_bmi1" => is_x86_feature_detected!("bmi1"),
        "has_bmi2" => is_x86_feature_detected!("bmi2"),
        "has_lzcnt" => is_x86_feature_detected!("lzcnt"),
        "has_avx512bitalg" => is_x86_feature_detected!("avx512bitalg"),
        "has_avx512dq" => is_x86_feature_detected!("avx512dq"),
        "has_avx512f" => is_x86_feature_detected!("avx512f"),
        "has_avx512vl" => is_x86_feature_detected!("avx512vl"),
        "has_avx512vbmi" => is_x86_feature_detected!("avx512vbmi"),
        _ => false,
    }
}

/// Whether this machine has the feature that a Cranelift setting names.
#[cfg(target_arch = "aarch64")]
fn machine_has(feature: &str) -> bool {
    use std::arch::is_aarch64_feature_detected as has;
    match feature {
        "has_lse" => has!("lse"),
        "has_dotprod" => has!("dotprod"),
        "has_i8mm" => has!("i8mm"),
        _ => false,
    }
}

/// Other machines offer their first level only.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn machine_has(_feature: &str) -> bool {
    false
}

impl CpuError {
    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        let (Self::Unknown { target, .. } | Self::NotNative { target }) = self;
        let names: Vec<_> = target.cpu_levels.iter().map(|level| format!("`{}`", level.name)).collect();
        let native = matches!(self, Self::Unknown { .. }).then_some(" and `native`");
        Some(format!("its levels are {}{}", names.join(", "), native.unwrap_or_default()))
    }
}
