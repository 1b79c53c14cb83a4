//! An emulator for executables of the other architecture: what their tests run under.
//!
//! QEMU's user mode, as it is installed, or as Debian has it, fetched into a folder of the user's cache.
//! Running executables is left to the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::debian::{apt_get, archives, context, create_apt_state, fetch_once, remove, unpack_all};
use crate::process::{output, run};
use crate::toolchain;

/// Changes when the contents of the folder do.
const RECIPE: &str = "qemu-1";

/// The names of a program that executes 64-bit Arm code.
const NAMES: [&str; 2] = ["qemu-aarch64-static", "qemu-aarch64"];

/// Finds the emulator, or fetches it if there is none; returns its path or name.
///
/// # Errors
/// If something is missing on this machine, or the download fails.
pub(crate) fn ensure() -> Result<PathBuf, String> {
    let runs = |program: &Path| output(Command::new(program).arg("--version")).is_ok();
    if let Some(installed) = NAMES.iter().map(Path::new).find(|name| runs(name)) {
        return Ok(installed.to_owned());
    }
    let folder = toolchain::cache_folder()?.join(RECIPE);
    let check = |folder: &Path| output(Command::new(folder.join(NAMES[0])).arg("--version")).map(drop);
    fetch_once(&folder, check, fetch)?;
    Ok(folder.join(NAMES[0]))
}

/// Fetches the emulator into `folder`, which does not exist yet, and nothing else of its package.
fn fetch(folder: &Path) -> Result<(), String> {
    let unpacked = folder.join("unpacked");
    let apt = unpacked.join("apt");
    create_apt_state(&apt, is_of_emulator)?;
    eprintln!("fetching the emulator that runs executables of the other architecture (about 30 MB)");
    run(&mut apt_get(&apt, &["update"]))?;
    // Newer versions of this package only depend on `qemu-user`.
    let install = ["install", "--download-only", "--no-install-recommends", "qemu-user-static"];
    run(&mut apt_get(&apt, &install))?;
    unpack_all(&archives(&apt), &unpacked)?;
    let mut programs = NAMES.iter().map(|name| unpacked.join("usr/bin").join(name));
    let found = programs
        .find(|program| program.is_file() && !program.is_symlink())
        .ok_or("the package `qemu-user-static` holds no emulator of 64-bit Arm")?;
    let place = folder.join(NAMES[0]);
    fs::rename(&found, &place).map_err(context("cannot move", &found))?;
    remove(&unpacked)
}

/// Whether a paragraph of the package database is about the emulator.
fn is_of_emulator(paragraph: &str) -> bool {
    paragraph.lines().any(|line| matches!(line, "Package: qemu-user-static" | "Package: qemu-user"))
}
