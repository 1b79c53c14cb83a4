//! Relocations: what each kind needs, and how its value is computed and stored.
//!
//! The kinds of each instruction set are in a file of their own; this one holds what they share.

mod aarch64;
mod x86_64;

use wasiaot_targets::Arch;

use super::error::RelocationKind;

/// What a slot of the global offset table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SlotContent {
    /// The address of a symbol.
    Address,
    /// The offset of a thread-local symbol from the thread pointer.
    ThreadOffset,
}

/// What a relocation asks of the rest of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    /// The slot that it needs.
    pub(super) slot: Option<SlotContent>,
    /// The storage that its symbol must be in; `None` if any will do.
    pub(super) storage: Option<Storage>,
}

/// Where a symbol lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    /// At one address.
    Process,
    /// At an offset from each thread's pointer.
    Thread,
}

/// Why a relocation cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The kind is not implemented.
    Unknown,
    /// It reaches beyond its section.
    OutOfSection,
}

/// One relocation in the contents of a section.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    /// The kind's number.
    pub(super) kind: u32,
    /// Offset in the section's contents.
    pub(super) offset: u64,
    /// What is added to the symbol's value.
    pub(super) addend: i64,
    /// Whether the section holds instructions, so that it may be rewritten as such.
    pub(super) section: Contents,
}

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    Code,
    Data,
}

/// The addresses that a relocation's value is computed from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values {
    /// Of the relocated field.
    pub(super) place: u64,
    /// Of the symbol.
    pub(super) symbol: u64,
    /// Of the symbol's slot; only meaningful if the relocation demanded one.
    pub(super) slot: u64,
    /// Where the thread pointer would be if the initial thread-local data were a thread's own.
    pub(super) thread_pointer: u64,
}

/// A value that does not fit its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overflow(pub(super) i64);

/// Names a kind, for messages.
pub(super) fn kind(arch: Arch, number: u32) -> RelocationKind {
    match arch {
        Arch::X86_64 => RelocationKind { number, name: x86_64::name(number) },
        Arch::Aarch64 => RelocationKind { number, name: aarch64::name(number) },
    }
}

/// Says what a relocation needs. `contents` is the section it is in.
pub(super) fn demand(arch: Arch, contents: &[u8], site: &Site) -> Result<Demand, Refusal> {
    match arch {
        Arch::X86_64 => x86_64::demand(contents, site),
        Arch::Aarch64 => aarch64::demand(contents, site),
    }
}

/// The slot that relocations of this kind refer to, unless the instruction can be rewritten.
pub(super) fn slot(arch: Arch, kind: u32) -> Option<SlotContent> {
    match arch {
        Arch::X86_64 => x86_64::slot(kind),
        Arch::Aarch64 => aarch64::slot(kind),
    }
}

/// Stores a relocation's value in `contents`, which `demand` has seen and nothing has changed since.
pub(super) fn apply(arch: Arch, contents: &mut [u8], site: &Site, values: &Values) -> Result<(), Overflow> {
    match arch {
        Arch::X86_64 => x86_64::apply(contents, site, values),
        Arch::Aarch64 => aarch64::apply(contents, site, values),
    }
}

/// The offset of a thread-local symbol from the thread pointer.
pub(super) fn thread_offset(values: &Values) -> i64 {
    values.symbol.wrapping_sub(values.thread_pointer).cast_signed()
}

/// Where the thread pointer is relative to thread-local data at `start..end` with this alignment.
pub(super) fn thread_pointer(arch: Arch, start: u64, end: u64, align: u64) -> u64 {
    match arch {
        Arch::X86_64 => x86_64::thread_pointer(end, align),
        Arch::Aarch64 => aarch64::thread_pointer(start, align),
    }
}

/// The byte between functions: stops a program that runs into it.
pub(super) fn code_fill(arch: Arch) -> u8 {
    match arch {
        Arch::X86_64 => x86_64::CODE_FILL,
        Arch::Aarch64 => aarch64::CODE_FILL,
    }
}
