//! `--cpu`: which of the target's CPU levels to build for; `native` is the highest that this machine
//! can run.

use wasiaot_targets::{CpuLevel, Target};

#[cfg(target_arch = "aarch64")]
use aarch64::machine_has;
#[cfg(target_arch = "x86_64")]
use x86_64::machine_has;

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

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

impl CpuError {
    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        let (Self::Unknown { target, .. } | Self::NotNative { target }) = self;
        let names: Vec<_> = target.cpu_levels.iter().map(|level| format!("`{}`", level.name)).collect();
        let native = matches!(self, Self::Unknown { .. }).then_some(" and `native`");
        Some(format!("its levels are {}{}", names.join(", "), native.unwrap_or_default()))
    }
}

/// Other machines offer their first level only.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn machine_has(_feature: &str) -> bool {
    false
}
