//! Debian's packages, in folders of the user's cache.
//!
//! `apt-get` downloads them and `dpkg` unpacks them; nothing is installed and no rights are needed:
//! `apt-get` works on a state of its own, which is thrown away. A folder is made beside its place and
//! renamed, so that it is there whole or not at all. What is in it is up to the callers.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{output, run};

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

/// Makes a folder, unless `check` finds it complete; `fetch` makes it at the path that it is given, which
/// does not exist yet.
///
/// # Errors
/// If something is missing on this machine, or a download fails.
pub(crate) fn fetch_once(
    folder: &Path,
    check: impl Fn(&Path) -> Result<(), String>,
    fetch: impl Fn(&Path) -> Result<(), String>,
) -> Result<(), String> {
    if check(folder).is_ok() {
        return Ok(());
    }
    let parent = folder.parent().ok_or("a folder of the cache cannot be the root folder")?;
    fs::create_dir_all(parent).map_err(context("cannot create", parent))?;
    // One process fetches, the others wait for it. The lock ends with the process.
    let lock_path = folder.with_extension("lock");
    let lock = File::create(&lock_path).map_err(context("cannot create", &lock_path))?;
    lock.lock().map_err(context("cannot lock", &lock_path))?;
    if check(folder).is_ok() {
        return Ok(());
    }
    for program in ["apt-get", "dpkg"] {
        output(Command::new(program).arg("--version")).map_err(|error| {
            format!("{error}\nhint: what is missing is fetched as Debian's packages: run this on Debian or a derivative")
        })?;
    }
    let partial = folder.with_extension("partial");
    remove(&partial)?;
    fetch(&partial)?;
    remove(folder)?;
    fs::rename(&partial, folder).map_err(context("cannot rename", &partial))?;
    check(folder)
}

/// Makes the private folder of `apt-get`, in place of `/var/lib` and `/var/cache`: as if the packages
/// that are left out were not installed, because it downloads only what is missing.
pub(crate) fn create_apt_state(folder: &Path, is_left_out: impl Fn(&str) -> bool) -> Result<(), String> {
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

/// Removes a file or folder, if it exists.
pub(crate) fn remove(path: &Path) -> Result<(), String> {
    if !path.exists() {
        return Ok(());
    }
    let result = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    result.map_err(context("cannot remove", path))
}

/// Words an error: what could not be done, to which file, and why.
pub(crate) fn context<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(std::io::Error) -> String {
    move |error| format!("{what} {}: {error}", path.display())
}
