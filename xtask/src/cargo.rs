//! The tasks that are a few calls of cargo: `test`, `check` and `bench`.
//!
//! What cargo and the test runners print is passed on as it is.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::containers;
use crate::process::run;
use crate::{emulator, toolchain};

/// Where tests find the command line tool.
const TOOL_VARIABLE: &str = "WASIAOT_BIN";

/// The target that tests build for, if it is not this machine's.
const TARGET_VARIABLE: &str = "WASIAOT_TEST_TARGET";

/// What runs the executables of that target.
const EMULATOR_VARIABLE: &str = "WASIAOT_TEST_EMULATOR";

/// The target that is emulated, where it is not the machine's own.
const EMULATED_TARGET: (&str, &str) = ("aarch64", "aarch64-linux");

/// The tests that run once more for that target: what depends on the instruction set, and programs that use
/// the whole runtime.
const TARGET_TESTS: &[&str] = &[
    "spec",
    "address_matrix",
    "folded_loads",
    "far_calls",
    "preview1",
    "traps",
    "stack",
    "bulk",
    "loops",
    "nests",
];

/// Runs all tests, or those that `arguments` (of `cargo test`) select.
///
/// # Errors
/// If something cannot be built, or a test fails.
pub(crate) fn test(arguments: &[&str]) -> Result<(), String> {
    toolchain::ensure()?;
    if let Err(error) = containers::ensure() {
        eprintln!("tests with programs for containers are skipped: {error}");
    }
    let mut command = cargo("test");
    command.env(TOOL_VARIABLE, target_folder()?.join("debug/wasiaot"));
    if arguments.is_empty() {
        // Tests with the tool in one go: features are resolved once, so nothing is built twice.
        run(cargo("build").args(["--workspace", "--bins", "--tests"]))?;
        run(command.args(["--workspace", "--no-fail-fast"]))?;
        return test_emulated();
    }
    run(cargo("build").args(["--workspace", "--bin", "wasiaot"]))?;
    run(command.args(arguments))
}

/// Runs the tests of executables once more, for a target that is emulated.
fn test_emulated() -> Result<(), String> {
    let (arch, target) = EMULATED_TARGET;
    if env::consts::ARCH == arch {
        return Ok(());
    }
    let emulator = match emulator::ensure() {
        Ok(emulator) => emulator,
        Err(error) => {
            eprintln!("tests of {target} are skipped: {error}");
            return Ok(());
        }
    };
    let mut command = cargo("test");
    command
        .env(TOOL_VARIABLE, target_folder()?.join("debug/wasiaot"))
        .env(TARGET_VARIABLE, target)
        .env(EMULATOR_VARIABLE, emulator);
    // As above, of the whole workspace: nothing is built twice.
    command.args(["--workspace", "--no-fail-fast"]);
    run(command.args(TARGET_TESTS.iter().flat_map(|name| ["--test", name])))
}

/// Checks what a machine can: formatting, lints, the rules of the source tree.
///
/// # Errors
/// If one of them is broken.
pub(crate) fn check() -> Result<(), String> {
    toolchain::ensure()?;
    run(cargo("fmt").args(["--all", "--check"]))?;
    run(cargo("clippy").args(["--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    run(cargo("test").args(["--package", "wasiaot-tests", "--test", "tidy"]))
}

/// Compares generated modules with an interpreter, or compiles inputs, for as long as `arguments` say.
///
/// The build is that of the tests: the compiler checks itself as it goes.
///
/// # Errors
/// If something cannot be built, or a module differs.
pub(crate) fn fuzz(arguments: &[&str]) -> Result<(), String> {
    toolchain::ensure()?;
    run(cargo("run").args(["--package", "wasiaot-tests", "--bin", "fuzz", "--"]).args(arguments))
}

/// Runs the benchmarks: the path of the optimized tool, then `arguments`.
///
/// # Errors
/// If something cannot be built, or the benchmarks fail.
pub(crate) fn bench(arguments: &[&str]) -> Result<(), String> {
    let tool = build_tool()?;
    run(cargo("run").args(["--release", "--package", "wasiaot-benches", "--"]).arg(tool).args(arguments))
}

/// Builds the command line tool, optimized; returns its path.
///
/// # Errors
/// If it cannot be built.
pub(crate) fn build_tool() -> Result<PathBuf, String> {
    toolchain::ensure()?;
    run(cargo("build").args(["--release", "--package", "wasiaot"]))?;
    Ok(target_folder()?.join("release/wasiaot"))
}

/// The folder that cargo builds into: this program is in its subfolder of a profile.
///
/// # Errors
/// If the system does not know the path of this program.
pub(crate) fn target_folder() -> Result<PathBuf, String> {
    let program = env::current_exe().map_err(|error| format!("cannot find the folder of builds: {error}"))?;
    let folder = program.ancestors().nth(2).ok_or("this program is not in a folder of builds")?;
    Ok(folder.to_owned())
}

fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(subcommand);
    command
}
