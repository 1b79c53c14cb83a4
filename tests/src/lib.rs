//! What the test suites share: compiling in this process, running executables, and scripts of
//! assertions that become executables.
#![forbid(unsafe_code)]

pub mod code_check;
pub mod containers;
pub mod differential;
pub mod expect;
pub mod inputs;
pub mod lacking;
pub mod machine_code;
pub mod mutate;
pub mod platform;
pub mod process;
pub mod random;
pub mod registry;
pub mod script;
pub mod skip;
pub mod targets;
pub mod wast;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::OnceLock;

use wasiaot_compiler::options::DEFAULT_STACK_BYTES;
use wasiaot_compiler::passes::PassSet;
use wasiaot_compiler::plan::StaticPlan;
use wasiaot_compiler::{
    BuildError, Harden, Limits, MemoryMode, Options, Symbols, UnknownImports, codegen, link, parse, plan,
};
use wasiaot_targets::CpuLevel;

/// What the command line tool chooses if nothing but the target is asked of it, for an input of this
/// name, on one thread.
#[must_use]
pub fn default_options(input_name: &str) -> Options {
    let target = platform::target();
    Options {
        input_name: input_name.to_owned(),
        target,
        cpu: target.default_cpu(),
        grants: Vec::new(),
        invoke: None,
        stack_bytes: DEFAULT_STACK_BYTES,
        limits: Limits::default(),
        harden: Harden::Default,
        max_memory_bytes: platform::max_memory_bytes(),
        memory_mode: MemoryMode::Guard,
        unknown_imports: UnknownImports::Error,
        symbols: Symbols::Keep,
        passes: PassSet::default(),
        jobs: NonZeroUsize::MIN,
    }
}

/// Compiles a module: as [`wasiaot_compiler::build`], but the runtime object is unpacked once.
///
/// # Errors
/// As [`wasiaot_compiler::build`].
pub fn build(wasm: &[u8], options: &Options) -> Result<Vec<u8>, BuildError> {
    let program = parse::parse(wasm, options)?;
    finish(&plan::plan(&program, options)?, options)
}

/// The stages after the plan.
pub(crate) fn finish(plan: &StaticPlan<'_>, options: &Options) -> Result<Vec<u8>, BuildError> {
    Ok(linked(plan, options)?.bytes)
}

/// As [`finish`], with what is where.
pub(crate) fn linked(plan: &StaticPlan<'_>, options: &Options) -> Result<link::Linked, BuildError> {
    /// By the target's number in [`wasiaot_targets::ALL`].
    static RUNTIMES: [OnceLock<Vec<u8>>; wasiaot_targets::ALL.len()] =
        [const { OnceLock::new() }; wasiaot_targets::ALL.len()];
    let object = codegen::codegen(plan, options)?;
    let mut targets = RUNTIMES.iter().zip(wasiaot_targets::ALL);
    let (runtime, _) =
        targets.find(|(_, target)| target.name == options.target.name).expect("every target is listed");
    let runtime = runtime
        .get_or_init(|| link::runtime_object(options.target).expect("the embedded object is complete"));
    Ok(link::link(&object, runtime, options)?)
}

/// The highest CPU level that this machine, or the emulator, can run.
///
/// # Panics
/// If the system does not tell what the CPU can do.
#[must_use]
pub fn native_cpu() -> &'static CpuLevel {
    let target = platform::target();
    if platform::emulator().is_some() {
        return target.cpu_levels.last().expect("emulators have everything");
    }
    let info = std::fs::read_to_string("/proc/cpuinfo").expect("Linux describes the CPU");
    let flags = info.lines().find_map(|line| line.strip_prefix("flags")).unwrap_or_default();
    let has = |feature: &&str| {
        let flag = match *feature {
            "has_sse3" => "pni",
            "has_cmpxchg16b" => "cx16",
            "has_sse41" => "sse4_1",
            "has_sse42" => "sse4_2",
            "has_lzcnt" => "abm",
            "has_avx512bitalg" => "avx512_bitalg",
            other => other.trim_start_matches("has_"),
        };
        flags.split_whitespace().any(|found| found == flag)
    };
    let runs = |level: &&CpuLevel| level.features.iter().all(has);
    target.cpu_levels.iter().rev().find(runs).expect("every CPU has the lowest level")
}

/// A CPU level that this machine can run, beside the default: its highest, or the one below the default.
#[must_use]
pub fn other_cpu() -> &'static CpuLevel {
    let target = platform::target();
    let native = native_cpu();
    let below = target.cpu_levels.iter().take_while(|level| level.name != target.default_cpu).last();
    if native.name == target.default_cpu { below.unwrap_or(native) } else { native }
}

/// The command line tool: what `WASIAOT_BIN` names (`cargo xtask test` sets it), or what was built
/// into the folder of the running test.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn tool() -> PathBuf {
    if let Some(path) = std::env::var_os("WASIAOT_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("the system knows the path of this program");
    let path = test.ancestors().nth(2).expect("tests are in the folder `deps` of a profile").join("wasiaot");
    assert!(path.exists(), "{} is missing: run `cargo xtask test`", path.display());
    path
}
