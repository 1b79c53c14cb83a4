//! Why two objects cannot become an executable.
//!
//! The objects are made by this project, so most of these need a program that is out of the
//! ordinary (too large, for example) or a mismatch between compiler and runtime.

use std::fmt;

/// An error of the link stage.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The runtime object cannot be decompressed.
    #[error("the embedded runtime of target `{target}` is damaged")]
    Runtime {
        /// The target's name.
        target: &'static str,
        /// What the decompressor says.
        source: std::io::Error,
    },
    /// An input is not a relocatable ELF file of the target.
    #[error("the {origin} object is malformed")]
    Malformed {
        /// Which input.
        origin: Origin,
        /// What is wrong with it.
        source: Malformed,
    },
    /// Loaded code or data refers to a symbol that neither object defines.
    #[error("undefined symbol `{symbol}`, used in section `{section}` of the {origin} object")]
    Undefined {
        /// The symbol's name.
        symbol: String,
        /// The section that refers to it.
        section: String,
        /// The object that refers to it.
        origin: Origin,
    },
    /// No object defines the symbol where execution starts.
    #[error("no entry point: symbol `{symbol}` is not defined")]
    NoEntry {
        /// The symbol's name.
        symbol: &'static str,
    },
    /// Two definitions of a symbol, and neither is weak.
    #[error("symbol `{symbol}` is defined in the {first} object and again in the {second} object")]
    Duplicate {
        /// The symbol's name.
        symbol: String,
        /// Where it was defined first.
        first: Origin,
        /// Where it was defined again.
        second: Origin,
    },
    /// The address of the symbol is chosen at run time (`STT_GNU_IFUNC`): not implemented.
    #[error("symbol `{symbol}` is an indirect function")]
    IndirectFunction {
        /// The symbol's name.
        symbol: String,
    },
    /// A section that is loaded refers to one that is not.
    #[error("section `{section}` refers to symbol `{symbol}` in section `{discarded}`, which is not loaded")]
    Discarded {
        /// The section that refers.
        section: String,
        /// The symbol it refers to.
        symbol: String,
        /// The section of the symbol.
        discarded: String,
    },
    /// A relocation kind that is not implemented.
    #[error("relocation {kind} in section `{section}` is not implemented (symbol `{symbol}`)")]
    UnknownRelocation {
        /// The kind.
        kind: RelocationKind,
        /// The section that holds it.
        section: String,
        /// The symbol it refers to.
        symbol: String,
    },
    /// A relocation whose value does not fit its field.
    #[error("relocation {kind} at `{section}`+{offset:#x} overflows: value {value:#x} of symbol `{symbol}`")]
    RelocationOverflow {
        /// The kind.
        kind: RelocationKind,
        /// The section that holds it.
        section: String,
        /// Its offset in the section.
        offset: u64,
        /// The symbol it refers to.
        symbol: String,
        /// The value that does not fit.
        value: i64,
    },
    /// A thread-local relocation of a symbol that is not thread-local, or the opposite.
    #[error(
        "relocation {kind} in section `{section}` does not fit symbol `{symbol}`: one of them is thread-local"
    )]
    ThreadLocalMismatch {
        /// The kind.
        kind: RelocationKind,
        /// The section that holds it.
        section: String,
        /// The symbol it refers to.
        symbol: String,
    },
    /// A part of the executable does not fit where the target wants it.
    #[error("{part} does not fit: it would span {start:#x} to {end:#x}, but the limit is {limit:#x}")]
    NoRoom {
        /// What does not fit.
        part: Part,
        /// Its first address.
        start: u64,
        /// One past its last address.
        end: u64,
        /// The address that it crosses.
        limit: u64,
    },
    /// A section whose name says where it is to be, and that place is not usable.
    #[error("section `{section}` cannot be placed: {problem}")]
    Place {
        /// The section's name.
        section: String,
        /// What is wrong with its place.
        problem: PlaceProblem,
    },
    /// A section that asks to be writable and executable.
    #[error("section `{section}` is writable and executable")]
    WritableCode {
        /// The section's name.
        section: String,
    },
    /// More segments than kernels accept.
    #[error("the executable needs {count} segments, and {limit} are possible")]
    TooManySegments {
        /// How many are needed.
        count: usize,
        /// How many kernels accept.
        limit: usize,
    },
}

impl LinkError {
    /// The error's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Runtime { .. } => "W0501",
            Self::Malformed { .. } => "W0502",
            Self::Undefined { .. } | Self::NoEntry { .. } => "W0503",
            Self::Duplicate { .. } => "W0504",
            Self::UnknownRelocation { .. } | Self::IndirectFunction { .. } => "W0505",
            Self::RelocationOverflow { .. } => "W0506",
            Self::ThreadLocalMismatch { .. } => "W0507",
            Self::NoRoom { .. } => "W0508",
            Self::Place { .. } => "W0509",
            Self::WritableCode { .. } => "W0510",
            Self::TooManySegments { .. } => "W0511",
            Self::Discarded { .. } => "W0512",
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoRoom { part: Part::Constants, .. } => {
                "the program's tables and constants are too large for this target: split the program"
            }
            Self::NoRoom { part: Part::Text, .. } => {
                "the program's code is too large for this target: build it for size, or split it"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// What is wrong with an input object.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    /// The ELF structure is broken.
    #[error(transparent)]
    Elf(#[from] object::read::Error),
    /// A valid ELF file, but not a relocatable one for the target's instruction set.
    #[error("type {file_type} and machine {machine} are not a relocatable object of the target")]
    WrongKind {
        /// `e_type`.
        file_type: u16,
        /// `e_machine`.
        machine: u16,
    },
    /// A relocation section that names no section, or one that has relocations already.
    #[error("relocation section {index} applies to section {info}")]
    RelocationSection {
        /// The relocation section's index.
        index: usize,
        /// The index of the section it applies to.
        info: usize,
    },
    /// Relocations in a form without explicit addends.
    #[error("relocation section {index} has no explicit addends")]
    NoAddends {
        /// The relocation section's index.
        index: usize,
    },
    /// A relocation that reaches beyond its section.
    #[error("a relocation at offset {offset:#x} is outside its section")]
    RelocationOffset {
        /// Its offset in the section.
        offset: u64,
    },
    /// A relocation or symbol that refers to a symbol or section that does not exist.
    #[error("index {index} of a {what} is out of range")]
    Index {
        /// What the index is of.
        what: &'static str,
        /// The index.
        index: usize,
    },
    /// An alignment that is not a power of two, or is larger than a page.
    #[error("section {index} has alignment {align}")]
    Alignment {
        /// The section's index.
        index: usize,
        /// Its alignment in bytes.
        align: u64,
    },
    /// Sections whose sizes exceed the address space.
    #[error("the sections are larger than the address space")]
    Size,
    /// Two sections of a name that can occur once.
    #[error("two sections claim the same place: `{name}`")]
    Repeated {
        /// The name.
        name: String,
    },
}

/// One of the two inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The compiled program.
    Application,
    /// The runtime.
    Runtime,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Application => "application",
            Self::Runtime => "runtime",
        })
    }
}

/// A part of the executable that has a limited place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Headers, read-only and writable data below the context block.
    LowData,
    /// The context block, and zeroed data behind it.
    Context,
    /// Constant tables.
    Constants,
    /// Code, and read-only data that is too large to be low.
    Text,
    /// The initial contents of a memory.
    Memory,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LowData => "data",
            Self::Context => "the context block",
            Self::Constants => "the constants",
            Self::Text => "the code",
            Self::Memory => "a memory image",
        })
    }
}

/// What is wrong with the place that a section's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceProblem {
    /// The name does not end in a hexadecimal address.
    NoAddress,
    /// The address is not a multiple of what the section needs: for a memory image, a page.
    Unaligned {
        /// What it needs, in bytes.
        align: u64,
    },
    /// It lies where other parts are, or outside the address space.
    OutOfRange,
    /// It shares a page with another one.
    Overlap,
}

impl fmt::Display for PlaceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("its name does not end in a hexadecimal address"),
            Self::Unaligned { align } => write!(f, "its address is not a multiple of {align}"),
            Self::OutOfRange => f.write_str("its address is outside the range of such sections"),
            Self::Overlap => f.write_str("it shares a page with another one"),
        }
    }
}

/// A relocation kind: its number, and its name if it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelocationKind {
    /// The number in the object file.
    pub number: u32,
    /// The name in the processor supplement of the ELF specification.
    pub name: Option<&'static str>,
}

impl fmt::Display for RelocationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "kind {}", self.number),
        }
    }
}
