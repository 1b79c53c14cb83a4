//! What tests build executables for, and how those run.
//!
//! That is this machine, unless `cargo xtask test` names another target and an emulator of it in the
//! environment. Tests build with [`target_options`] (or with `default_options`), and run executables by
//! [`command`] or, in a shell, with [`prefix`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, ffi::OsString};

use wasiaot_targets::Target;

/// The target that executables are built for.
///
/// # Panics
/// If there is none of the name in `WASIAOT_TEST_TARGET`.
#[must_use]
pub fn target() -> &'static Target {
    let name = env::var("WASIAOT_TEST_TARGET").unwrap_or_else(|_| "host".to_owned());
    wasiaot_targets::find(&name).unwrap_or_else(|| panic!("there is no target {name}"))
}

/// What runs executables of the target, if it is not this machine.
#[must_use]
pub fn emulator() -> Option<PathBuf> {
    env::var_os("WASIAOT_TEST_EMULATOR").map(PathBuf::from)
}

/// How many times as long as on this machine programs may take.
#[must_use]
pub fn patience() -> u32 {
    if emulator().is_some() { 5 } else { 1 }
}

/// Most bytes that memories may have in tests, if there is such a limit.
///
/// QEMU notes something of each page of an executable's addresses, and what a memory with 64-bit addresses
/// may grow to by default would be gigabytes of notes.
#[must_use]
pub fn max_memory_bytes() -> Option<u64> {
    emulator().map(|_| 8 << 30)
}

/// The options of the command line tool that choose the target.
#[must_use]
pub fn target_options() -> [&'static str; 2] {
    ["--target", target().name]
}

/// A command that runs an executable.
#[must_use]
pub fn command(executable: &Path) -> Command {
    match emulator() {
        Some(emulator) => {
            let mut command = Command::new(emulator);
            command.arg(executable);
            command
        }
        None => Command::new(executable),
    }
}

/// What comes before the path of an executable in a shell: nothing, or the emulator's and a space.
#[must_use]
pub fn prefix() -> String {
    let emulator = emulator().map(PathBuf::into_os_string).map(OsString::into_string);
    emulator.map_or(String::new(), |path| format!("{} ", path.expect("paths of tests are UTF-8")))
}
