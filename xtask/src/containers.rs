//! Fetches the programs that the tests of container images use: those that others use images with.
//!
//! Debian's packages, downloaded and unpacked as those of the toolchain are, into a folder of their own
//! beside it. The tests find it by themselves, and are skipped with a message without it.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use crate::process::{output, run};
use crate::toolchain::{apt_get, archives, context, create_apt_state, remove, unpack_all};

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
    if check(&folder).is_ok() {
        return Ok(());
    }
    let parent = folder.parent().ok_or("the folder of the programs cannot be the root folder")?;
    fs::create_dir_all(parent).map_err(context("cannot create", parent))?;
    // One process fetches, the others wait for it. The lock ends with the process.
    let lock_path = folder.with_extension("lock");
    let lock = File::create(&lock_path).map_err(context("cannot create", &lock_path))?;
    lock.lock().map_err(context("cannot lock", &lock_path))?;
    if check(&folder).is_ok() {
        return Ok(());
    }
    let partial = folder.with_extension("partial");
    remove(&partial)?;
    fetch(&partial)?;
    remove(&folder)?;
    fs::rename(&partial, &folder).map_err(context("cannot rename", &partial))?;
    check(&folder)
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
