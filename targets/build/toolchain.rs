//! Where the toolchain that builds the runtime is.
//!
//! Shared by `xtask`, which puts it there, and by the build script of `wasiaot-targets`, which uses
//! it: included by path in both, so that neither depends on the other. Only names places; does no
//! more I/O than asking whether a file exists.

use std::env;
use std::path::{Path, PathBuf};

/// Changes when the contents of the folder do: another recipe never meets the folder of this one.
const RECIPE: &str = "toolchain-1";

/// The folder of the toolchain, whether it exists or not: per user, shared by all clones.
///
/// `WASIAOT_TOOLCHAIN` names another one, for example for packagers. `None` without a home folder.
pub(crate) fn folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("WASIAOT_TOOLCHAIN") {
        return Some(PathBuf::from(folder));
    }
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .and_then(absolute)
        .or_else(|| env::home_dir().and_then(absolute).map(|home| home.join(".cache")))?;
    Some(cache.join("wasiaot").join(RECIPE))
}

/// The file that says that the folder is complete: the names of the packages in it, one a line.
pub(crate) fn stamp(folder: &Path) -> PathBuf {
    folder.join("packages")
}

/// A program of the toolchain, `rustc` or `cargo`.
pub(crate) fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join("usr/bin").join(name)
}

/// The shared libraries of the toolchain's programs: what `LD_LIBRARY_PATH` has to be for them.
pub(crate) fn libraries(folder: &Path) -> PathBuf {
    folder.join("usr/lib").join(format!("{}-linux-gnu", env::consts::ARCH))
}

/// The C library of a musl target: `crt1.o` and `libc.a`, where `rustc` looks for them by itself.
pub(crate) fn c_library(folder: &Path, arch: &str) -> PathBuf {
    folder.join("usr/lib/rustlib").join(format!("{arch}-unknown-linux-musl")).join("lib/self-contained")
}
