//! Where the toolchain that builds the runtime is.
//!
//! Shared by `xtask`, which puts it there, and by the build script of `wasiaot-targets`, which uses
//! it: included by path in both, so that neither depends on the other. Only names places; does no I/O.

use std::env;
use std::path::{Path, PathBuf};

/// Changes when the contents of the folder do: another recipe never meets the folder of this one.
const RECIPE: &str = "toolchain-1";

/// Names the sysroot of a toolchain to use instead: one that has the source of the standard library
/// and musl's C library, as `rustup` installs them with `rust-src` and the musl targets.
pub(crate) const SYSROOT_VARIABLE: &str = "WASIAOT_TOOLCHAIN";

/// Names the linker that merges the runtime, where the compiler of the build comes without one.
pub(crate) const LLD_VARIABLE: &str = "WASIAOT_LLD";

/// The linker that comes with a compiler: its sysroot, and the triple of its machine.
pub(crate) fn lld(sysroot: &Path, host: &str) -> PathBuf {
    sysroot.join("lib/rustlib").join(host).join("bin/rust-lld")
}

/// The sysroot of the toolchain that builds the runtime, whether it exists or not.
///
/// `None` without a home folder.
pub(crate) fn sysroot() -> Option<PathBuf> {
    match env::var_os(SYSROOT_VARIABLE) {
        Some(sysroot) => Some(PathBuf::from(sysroot)),
        None => Some(fetched_folder()?.join("usr")),
    }
}

/// The folder that `cargo xtask toolchain` makes: per user, shared by all clones.
///
/// `None` without a home folder.
pub(crate) fn fetched_folder() -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .and_then(absolute)
        .or_else(|| env::home_dir().and_then(absolute).map(|home| home.join(".cache")))?;
    Some(cache.join("wasiaot").join(RECIPE))
}

/// The names of the packages that were fetched, one a line. Written last, and anew by every fetch.
pub(crate) fn package_list(sysroot: &Path) -> PathBuf {
    sysroot.join("packages")
}

/// A program of the toolchain, `rustc` or `cargo`.
pub(crate) fn program(sysroot: &Path, name: &str) -> PathBuf {
    sysroot.join("bin").join(name)
}

/// The shared libraries of the programs: what `LD_LIBRARY_PATH` has to be for them.
pub(crate) fn libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib").join(format!("{}-linux-gnu", env::consts::ARCH))
}

/// The C library of a musl target, `crt1.o` and `libc.a`: where `rustc` looks for it by itself.
pub(crate) fn c_library(sysroot: &Path, arch: &str) -> PathBuf {
    sysroot.join("lib/rustlib").join(format!("{arch}-unknown-linux-musl")).join("lib/self-contained")
}
