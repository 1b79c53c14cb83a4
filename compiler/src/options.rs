//! What the user chose: the same for all stages, finished before the first one.

use std::num::NonZeroUsize;

use wasiaot_abi::grants::Grant;
use wasiaot_targets::{CpuLevel, Target};

use crate::passes::PassSet;

/// Everything but the input that an executable depends on ([`Options::jobs`] excepted: it changes
/// only how long the build takes).
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the input in messages and backtraces: a file name without folders.
    pub input_name: String,
    /// What to build for.
    pub target: &'static Target,
    /// The CPU features that code may use: one of the target's levels.
    pub cpu: &'static CpuLevel,
    /// What the executable may touch.
    pub grants: Vec<Grant>,
    /// The export to call; `_start` if absent.
    pub invoke: Option<String>,
    /// Size of the guest's stack in bytes.
    pub stack_bytes: u64,
    /// Most bytes a linear memory may grow to, if less than what it declares.
    pub max_memory_bytes: Option<u64>,
    /// What else is limited.
    pub limits: Limits,
    /// How accesses are kept inside a linear memory.
    pub memory_mode: MemoryMode,
    /// How the process restricts itself.
    pub harden: Harden,
    /// What happens to imports that do not exist.
    pub unknown_imports: UnknownImports,
    /// Whether the executable carries function names.
    pub symbols: Symbols,
    /// The optimizations that are applied.
    pub passes: PassSet,
    /// Number of threads that compile.
    pub jobs: NonZeroUsize,
}

/// Limits that a user may set, beside those that there are in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Most entries a table may grow to, if less than what it declares.
    pub max_table_entries: Option<u64>,
    /// Most descriptors that are open at once, the standard streams included.
    pub max_open_files: Option<u32>,
    /// How long the program may run, in microseconds of the wall clock.
    pub timeout_us: Option<u64>,
}

/// How the process of an executable restricts itself before the guest runs, in case the sandbox has a
/// hole: by a system call filter, and by rules for paths (Landlock) if directories were granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harden {
    /// As far as the kernel can. A call that is refused ends the process with a message.
    Default,
    /// A kernel that cannot do it all is refused. A call that is refused kills the process.
    Strict,
    /// Not at all.
    Off,
}

/// How accesses are kept inside a linear memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryMode {
    /// Address space for the whole memory and a guard is reserved; the hardware checks.
    Guard,
    /// Each access is checked by code; nothing is reserved ahead.
    Checked,
}

/// What happens to imports that do not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownImports {
    /// They are an error of the build.
    Error,
    /// Calling one is a trap.
    Trap,
}

/// Whether an executable carries function names: the symbol table, and names in backtraces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    /// It does.
    Keep,
    /// It does not; backtraces show function numbers.
    Strip,
}

/// The default of [`Options::stack_bytes`].
pub const DEFAULT_STACK_BYTES: u64 = 8 << 20;
