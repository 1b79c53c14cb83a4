//! `cargo xtask toolchain`: fetches what builds the runtime.
//!
//! The runtime is built on the standard library for musl, from source, by a compiler that has that
//! source: Debian's `rustc-web`, with `musl-dev` of each target. The packages are downloaded by
//! `apt-get` and unpacked by `dpkg` into a folder of the user's cache. Nothing is installed and no
//! rights are needed: see `debian`. Using it is left to `targets/build.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::debian::{self, apt_get, archives, context, create_apt_state, remove, unpack_all};
use crate::process::{output, run};

#[path = "../../targets/build/toolchain.rs"]
pub(crate) mod place;

/// The compiler, and the source of the standard library.
const RUST_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

/// Architectures that runtimes are built for: the name in the target triple, and Debian's.
const ARCHITECTURES: &[(&str, &str)] = &[("x86_64", "amd64"), ("aarch64", "arm64")];

/// Fetches the toolchain if it is not there.
///
/// # Errors
/// If something is missing on this machine, or a download fails.
pub(crate) fn ensure() -> Result<(), String> {
    let no_home = "there is no home folder for the cache: set `HOME`";
    let sysroot = place::sysroot().ok_or(no_home)?;
    let Err(error) = check(&sysroot) else { return Ok(()) };
    if std::env::var_os(place::SYSROOT_VARIABLE).is_some() {
        // Somebody else's folder: not ours to repair.
        return Err(format!("{error}\nhint: unset `{}`", place::SYSROOT_VARIABLE));
    }
    let folder = place::fetched_folder().ok_or(no_home)?;
    debian::fetch_once(&folder, |_| check(&sysroot), fetch)?;
    eprintln!("the toolchain is in {}", folder.display());
    Ok(())
}

/// The project's folder in the user's cache.
///
/// # Errors
/// If there is no home folder.
pub(crate) fn cache_folder() -> Result<PathBuf, String> {
    let folder = place::fetched_folder().ok_or("there is no home folder for the cache: set `HOME`")?;
    Ok(folder.parent().ok_or("the folder of the toolchain cannot be the root folder")?.to_owned())
}

/// Whether the toolchain is complete and its programs run: they use shared libraries of the system.
fn check(sysroot: &Path) -> Result<(), String> {
    for name in ["rustc", "cargo"] {
        let mut command = Command::new(place::program(sysroot, name));
        output(command.arg("--version").env("LD_LIBRARY_PATH", place::libraries(sysroot)))?;
    }
    let mut files = vec![sysroot.join("lib/rustlib/src/rust/library/Cargo.lock")];
    files.extend(ARCHITECTURES.iter().map(|(arch, _)| place::c_library(sysroot, arch).join("libc.a")));
    match files.iter().find(|file| !file.exists()) {
        Some(missing) => Err(format!("{} is missing", missing.display())),
        None => Ok(()),
    }
}

/// Fetches everything into `folder`, which does not exist yet.
fn fetch(folder: &Path) -> Result<(), String> {
    eprintln!("fetching the toolchain that builds the runtime (about 120 MB)");
    let apt = folder.join("apt");
    create_apt_state(&apt, is_of_compiler)?;
    run(&mut apt_get(&apt, &["update"]))?;
    run(apt_get(&apt, &["install", "--download-only", "--no-install-recommends"]).args(RUST_PACKAGES))?;
    let archives = archives(&apt);
    let musl = ARCHITECTURES.iter().map(|(_, debian)| format!("musl-dev:{debian}"));
    run(apt_get(&apt, &["download"]).args(musl).current_dir(&archives))?;
    let packages = unpack_all(&archives, folder)?;
    place_c_libraries(folder)?;
    remove_unused(folder)?;
    write_package_list(&packages, folder)
}

/// Whether a paragraph of the package database is about a package that is built from `rustc-web`.
fn is_of_compiler(paragraph: &str) -> bool {
    paragraph.lines().any(|line| line == "Package: rustc-web" || line.starts_with("Source: rustc-web"))
}

/// Moves each musl to where the compiler looks for the C library of a target.
fn place_c_libraries(folder: &Path) -> Result<(), String> {
    for (arch, _) in ARCHITECTURES {
        let unpacked = folder.join("usr/lib").join(format!("{arch}-linux-musl"));
        let placed = place::c_library(&folder.join("usr"), arch);
        if let Some(parent) = placed.parent() {
            fs::create_dir_all(parent).map_err(context("cannot create", parent))?;
        }
        fs::rename(&unpacked, &placed).map_err(context("cannot move", &unpacked))?;
    }
    Ok(())
}

/// Removes the larger part of what was unpacked: everything but programs and the library's source.
fn remove_unused(folder: &Path) -> Result<(), String> {
    let source = folder.join("usr/lib/rustlib/src/rust");
    let source = source.canonicalize().map_err(context("cannot find", &source))?;
    for unused in ["compiler", "src"] {
        remove(&source.join(unused))?;
    }
    for unused in ["apt", "usr/share", "usr/include", "usr/bin/rustdoc"] {
        remove(&folder.join(unused))?;
    }
    Ok(())
}

/// Writes the names of the packages, which hold their versions.
fn write_package_list(packages: &[PathBuf], folder: &Path) -> Result<(), String> {
    let names = packages.iter().filter_map(|package| package.file_name());
    let lines: String = names.map(|name| format!("{}\n", name.display())).collect();
    let list = place::package_list(&folder.join("usr"));
    fs::write(&list, lines).map_err(context("cannot write", &list))
}
