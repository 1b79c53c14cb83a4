//! Where the programs are that tests of container images use.
//!
//! Shared by `xtask`, which puts them there, and by the tests, which use them: included by path in both.
//! Only names places and looks whether something is there.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Changes when the contents of the folder do.
const RECIPE: &str = "container-tools-1";

/// The programs.
pub(crate) const PROGRAMS: &[&str] = &["docker-registry", "runc", "skopeo", "umoci"];

/// The folder of the programs, whether it exists or not: per user, shared by all clones.
///
/// `None` without a home folder.
pub(crate) fn folder() -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .and_then(absolute)
        .or_else(|| env::home_dir().and_then(absolute).map(|home| home.join(".cache")))?;
    Some(cache.join("wasiaot").join(RECIPE))
}

/// A program of the folder, if it is there.
pub(crate) fn program(folder: &Path, name: &str) -> Option<PathBuf> {
    ["usr/bin", "usr/sbin"].iter().map(|bin| folder.join(bin).join(name)).find(|path| path.is_file())
}

/// The shared libraries of the programs: what `LD_LIBRARY_PATH` has to be for them.
pub(crate) fn libraries(folder: &Path) -> OsString {
    let triple = format!("{}-linux-gnu", env::consts::ARCH);
    let folders = ["usr/lib", "lib"].map(|lib| folder.join(lib).join(&triple));
    env::join_paths(folders).expect("the folder's path holds no colon")
}
