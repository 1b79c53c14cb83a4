//! `cargo xtask toolchain`: fetches what builds the runtime.
//!
//! The runtime is built on the standard library for musl, from source, by a compiler that has that
//! source: Debian's `rustc-web`, with `musl-dev` of each target. The packages are downloaded by
//! `apt-get` and unpacked by `dpkg` into a folder of the user's cache. Nothing is installed and no
//! rights are needed: `apt-get` works on a state of its own, which is thrown away. The folder is
//! made beside its place and renamed, so that it is there whole or not at all. Using it is left to
//! `targets/build.rs`.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{output, run};

#[path = "../../targets/build/toolchain.rs"]
mod place;

/// The compiler, and the source of the standard library.
const RUST_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

/// Architectures that runtimes are built for: the name in the target triple, and Debian's.
const ARCHITECTURES: &[(&str, &str)] = &[("x86_64", "amd64"), ("aarch64", "arm64")];

/// What differs from the system's configuration, beside the folders.
///
/// The hooks and the locks are about folders of the system. Root downloads as root: the user whom
/// `apt-get` would change to may not write to the folder.
const APT_CONFIGURATION: &str = r#"
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architectures { "amd64"; "arm64"; };
APT::Sandbox::User "root";
Debug::NoLocking "1";
"#;

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
    let parent = folder.parent().ok_or("the folder of the toolchain cannot be the root folder")?;
    fs::create_dir_all(parent).map_err(context("cannot create", parent))?;
    // One process fetches, the others wait for it. The lock ends with the process.
    let lock_path = folder.with_extension("lock");
    let lock = File::create(&lock_path).map_err(context("cannot create", &lock_path))?;
    lock.lock().map_err(context("cannot lock", &lock_path))?;
    if check(&sysroot).is_ok() {
        return Ok(());
    }
    let partial = folder.with_extension("partial");
    remove(&partial)?;
    fetch(&partial)?;
    remove(&folder)?;
    fs::rename(&partial, &folder).map_err(context("cannot rename", &partial))?;
    check(&sysroot)?;
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
    for program in ["apt-get", "dpkg"] {
        output(Command::new(program).arg("--version")).map_err(|error| {
            format!("{error}\nhint: the toolchain is made of Debian's packages: run this on Debian or a derivative")
        })?;
    }
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

/// Makes the private folder of `apt-get`, in place of `/var/lib` and `/var/cache`: as if the packages
/// that are left out were not installed, because it downloads only what is missing.
pub(crate) fn create_apt_state(folder: &Path, is_left_out: fn(&str) -> bool) -> Result<(), String> {
    for subfolder in ["lists/partial", "cache/archives/partial"] {
        let path = folder.join(subfolder);
        fs::create_dir_all(&path).map_err(context("cannot create", &path))?;
    }
    let system = Path::new("/var/lib/dpkg/status");
    let status = fs::read(system).map_err(context("cannot read", system))?;
    let status = String::from_utf8_lossy(&status);
    let others: String = status.split_inclusive("\n\n").filter(|paragraph| !is_left_out(paragraph)).collect();
    for (name, contents) in [("status", others.as_str()), ("apt.conf", APT_CONFIGURATION)] {
        let path = folder.join(name);
        fs::write(&path, contents).map_err(context("cannot write", &path))?;
    }
    Ok(())
}

pub(crate) fn apt_get(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.arg("-qq").arg("--config-file").arg(folder.join("apt.conf"));
    for (name, path) in
        [("State", ""), ("State::lists", "lists"), ("State::status", "status"), ("Cache", "cache")]
    {
        let mut option = OsString::from(format!("Dir::{name}="));
        option.push(folder.join(path));
        command.arg("-o").arg(option);
    }
    command.args(arguments).stdout(std::io::stderr());
    command
}

/// Whether a paragraph of the package database is about a package that is built from `rustc-web`.
fn is_of_compiler(paragraph: &str) -> bool {
    paragraph.lines().any(|line| line == "Package: rustc-web" || line.starts_with("Source: rustc-web"))
}

/// Where `apt-get` puts packages.
pub(crate) fn archives(apt: &Path) -> PathBuf {
    apt.join("cache/archives")
}

/// Unpacks all packages that were downloaded; returns their paths.
pub(crate) fn unpack_all(archives: &Path, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(archives).map_err(context("cannot read", archives))? {
        let path = entry.map_err(context("cannot read", archives))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // The system's loader works with the system's C library only.
        if name.ends_with(".deb") && !name.starts_with("libc6_") {
            packages.push(path);
        }
    }
    packages.sort();
    for package in &packages {
        unpack(package, folder)?;
    }
    Ok(packages)
}

fn unpack(package: &Path, folder: &Path) -> Result<(), String> {
    run(Command::new("dpkg").arg("--extract").arg(package).arg(folder))
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

/// Removes a file or folder, if it exists.
pub(crate) fn remove(path: &Path) -> Result<(), String> {
    if !path.exists() {
        return Ok(());
    }
    let result = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    result.map_err(context("cannot remove", path))
}

/// Writes the names of the packages, which hold their versions.
fn write_package_list(packages: &[PathBuf], folder: &Path) -> Result<(), String> {
    let names = packages.iter().filter_map(|package| package.file_name());
    let lines: String = names.map(|name| format!("{}\n", name.display())).collect();
    let list = place::package_list(&folder.join("usr"));
    fs::write(&list, lines).map_err(context("cannot write", &list))
}

/// Words an error: what could not be done, to which file, and why.
pub(crate) fn context<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(std::io::Error) -> String {
    move |error| format!("{what} {}: {error}", path.display())
}
