//! Fetches the programs that the tests of container images use: those that others use images with.
//!
//! Debian's packages, downloaded and unpacked as those of the toolchain are, into a folder of their own
//! beside it. The tests find it by themselves, and are skipped with a message without it.

use std::path::Path;
use std::process::Command;

use crate::debian::{apt_get, archives, create_apt_state, fetch_once, remove, unpack_all};
use crate::process::{output, run};

#[path = "../../tests/src/containers/place.rs"]
mod place;

/// The packages of the programs.
const PACKAGES: &[&str] = &["docker-registry", "runc", "skopeo", "umoci"];

/// Fetches the programs if they are not there.
///
/// # Errors
/// If something is missing on this machine, or a download fails.
pub(crate) fn ensure() -> Result<(), String> {
    let folder = place::folder().ok_or("there is no home folder for the cache: set `HOME`")?;
    fetch_once(&folder, check, fetch)
}

/// Whether the programs are there and run: they use shared libraries of the system.
fn check(folder: &Path) -> Result<(), String> {
    for name in place::PROGRAMS {
        let program = place::program(folder, name).ok_or_else(|| format!("{name} is missing"))?;
        output(Command::new(program).arg("--version").env("LD_LIBRARY_PATH", place::libraries(folder)))?;
    }
    Ok(())
}

fn fetch(folder: &Path) -> Result<(), String> {
    eprintln!("fetching programs that use container images, for tests (about 20 MB)");
    let apt = folder.join("apt");
    create_apt_state(&apt, is_of_program)?;
    run(&mut apt_get(&apt, &["update"]))?;
    run(apt_get(&apt, &["install", "--download-only", "--no-install-recommends"]).args(PACKAGES))?;
    unpack_all(&archives(&apt), folder)?;
    remove(&apt)
}

/// Whether a paragraph of the package database is about one of the programs.
fn is_of_program(paragraph: &str) -> bool {
    paragraph
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("Package: "))
        .is_some_and(|name| PACKAGES.contains(&name))
}
