//! The targets: what differs between them, as data, and the runtime object of each.
//!
//! Code that depends on the instruction set (relocations, code generation) is in twin files where it
//! is used; this crate holds the numbers.
#![forbid(unsafe_code)]

mod aarch64_linux;
mod x86_64_linux;

/// Everything that other crates need to know of a target.
#[derive(Debug)]
pub struct Target {
    /// The name by which users know it, for example `x86_64-linux`.
    pub name: &'static str,
    /// The target triple.
    pub triple: &'static str,
    /// Other triples that mean the same, as an executable needs no C library where it runs.
    pub other_triples: &'static [&'static str],
    /// The instruction set.
    pub arch: Arch,
    /// Its number in ELF files: `e_machine`.
    pub elf_machine: u16,
    /// The number by which the kernel tells system call filters what it is: `AUDIT_ARCH_…`.
    pub audit_architecture: u32,
    /// Where things are placed.
    pub addresses: Addresses,
    /// The largest page size of the target's kernels, in bytes: segments are aligned to it.
    pub page_bytes: u64,
    /// The CPU levels that `--cpu` takes, from the oldest.
    pub cpu_levels: &'static [CpuLevel],
    /// The name of the level that is used when none is chosen.
    pub default_cpu: &'static str,
    /// The runtime object: a relocatable ELF file, compressed with zstd.
    pub runtime_object_zstd: &'static [u8],
}

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// 64-bit x86.
    X86_64,
    /// 64-bit Arm.
    Aarch64,
}

impl Arch {
    /// Its name in the platform of a container image (that of Go's `GOARCH`).
    #[must_use]
    pub const fn image_name(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Aarch64 => "arm64",
        }
    }
}

/// Fixed addresses of a target's executables. Generated code holds them as constants.
#[derive(Debug)]
pub struct Addresses {
    /// The context block: all mutable state except memories and large tables. Its distance from the start
    /// of a page is one at which it can follow the headers in the file.
    pub context: u64,
    /// Constant tables and other data that generated code addresses by number.
    pub constants: u64,
    /// The first loaded byte of code and data of application and runtime.
    pub code: u64,
    /// One past the last byte that code and data may use. From here to `memory` nothing is mapped.
    pub code_end: u64,
    /// Byte 0 of the first linear memory.
    pub memory: u64,
    /// Address space reserved for one linear memory in guard mode: what 32 bits address.
    pub memory_bytes: u64,
    /// Address space after `memory_bytes` that stays unmapped: an access whose constant offset and
    /// width fit needs no bounds check.
    pub guard_bytes: u64,
    /// Most bytes of a memory with 64-bit addresses. They are not reserved, but stay free.
    pub memory64_bytes: u64,
    /// One past the last address of a memory: from here on the kernel chooses what lies where.
    pub memory_end: u64,
    /// Which constant offsets are left to the instruction that accesses a memory. Larger ones cost least as
    /// a part of the base.
    pub displacement: Displacement,
}

/// What an instruction adds to an index by itself, beside or instead of a register with the base.
#[derive(Clone, Copy, Debug)]
pub enum Displacement {
    /// Base and offset as one number, up to this.
    WithBase(u64),
    /// An offset up to this.
    Alone(u64),
}

impl Displacement {
    /// The largest offset that it takes for a memory with this base.
    #[must_use]
    pub const fn max_offset(self, base: u64) -> u64 {
        match self {
            Self::WithBase(max) => max.saturating_sub(base),
            Self::Alone(max) => max,
        }
    }
}

/// A set of CPU features that code may use.
#[derive(Debug)]
pub struct CpuLevel {
    /// The name that `--cpu` takes.
    pub name: &'static str,
    /// What a CPU has to have, as its makers call it.
    pub needs: &'static str,
    /// The Cranelift settings it turns on.
    pub features: &'static [&'static str],
    /// The runtime function that ends the process with a message where a feature is missing. `None` if
    /// an older CPU faults on every instruction of the level: the message is made then, at no cost.
    pub check: Option<&'static str>,
}

impl Target {
    /// The CPU level that is used when none is chosen.
    ///
    /// # Panics
    /// If the target names a default that it does not have.
    #[must_use]
    pub fn default_cpu(&self) -> &'static CpuLevel {
        self.cpu_levels.iter().find(|level| level.name == self.default_cpu).expect("a target has its default")
    }
}

/// Every target.
pub const ALL: &[&Target] = &[&x86_64_linux::TARGET, &aarch64_linux::TARGET];

/// What the runtime objects are made of: on each line a part's kind (`crate` or `toolchain`), name,
/// version and license, with tabs between. A version that is not known is empty.
pub const RUNTIME_PARTS: &str = include_str!(env!("WASIAOT_RUNTIME_PARTS"));

/// Finds a target by name or triple; `host` is the machine this runs on, if it is a target.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    if name == "host" {
        return ALL.iter().copied().find(|target| target.triple.starts_with(std::env::consts::ARCH));
    }
    ALL.iter()
        .copied()
        .find(|target| target.name == name || target.triple == name || target.other_triples.contains(&name))
}
