//! Why a module cannot become a program.

use crate::error::Place;
use crate::plan::origin::origin_hint;

const TRAP_HINT: &str = "build with `--unknown-imports trap` if the program does not call it";

/// A valid module that cannot become a program with these options on this target.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A module name that nobody provides.
    #[error("import of `{name}` from the unknown module `{module}`")]
    UnknownModule {
        /// The module name.
        module: String,
        /// The field name.
        name: String,
        /// The import's number.
        import: usize,
        /// Its byte offset.
        offset: u64,
        /// The module name that was probably meant.
        nearest: Option<String>,
        /// Whether a function is asked for: only those can be left to trap.
        is_function: bool,
    },
    /// A name that the module does not have.
    #[error("module `{module}` has no `{name}`")]
    UnknownImport {
        /// The module name.
        module: String,
        /// The field name.
        name: String,
        /// The import's number.
        import: usize,
        /// Its byte offset.
        offset: u64,
        /// The name that was probably meant.
        nearest: Option<String>,
        /// Whether a function is asked for: only those can be left to trap.
        is_function: bool,
    },
    /// An import with another type than what is provided.
    #[error("import `{module}` `{name}` has type {found}, but what is provided has type {expected}")]
    ImportType {
        /// The module name.
        module: String,
        /// The field name.
        name: String,
        /// The import's number.
        import: usize,
        /// Its byte offset.
        offset: u64,
        /// The type that the module asks for.
        found: String,
        /// The type that is provided.
        expected: String,
        /// Whether it can be left to trap: a function that the host would provide.
        can_trap: bool,
    },
    /// What programs import to start threads, or to share their memory with them.
    #[error("import `{module}` `{name}` is for programs that start threads, which is not implemented")]
    Threads {
        /// The module name.
        module: String,
        /// The field name.
        name: String,
        /// The import's number.
        import: usize,
        /// Its byte offset.
        offset: u64,
    },
    /// The export to call does not exist.
    #[error("the module has no export `{name}` to call")]
    NoEntry {
        /// The export's name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<String>,
        /// Whether the user chose the name.
        chosen: bool,
    },
    /// The export to call is not a function that can be called.
    #[error(
        "export `{name}` cannot be called: it is {found}, not a function of type [] -> [] or [] -> [i32]"
    )]
    EntryType {
        /// The export's name.
        name: String,
        /// What it is.
        found: String,
    },
    /// A memory whose initial size exceeds what is allowed.
    #[error("the memory starts with {min_bytes} bytes, more than the allowed {max_bytes}")]
    MemoryTooLarge {
        /// Initial size in bytes.
        min_bytes: u64,
        /// Limit in bytes.
        max_bytes: u64,
        /// Whether the user chose the limit.
        chosen: bool,
    },
    /// A table whose initial size exceeds what is supported.
    #[error("a table starts with {min} entries, more than the supported {max}")]
    TableTooLarge {
        /// Initial size in entries.
        min: u64,
        /// Limit in entries.
        max: u64,
    },
    /// The mutable state does not fit its address range.
    #[error("{what} of the program take {len} bytes, more than the target's {max}")]
    StateTooLarge {
        /// What is too large.
        what: &'static str,
        /// Length in bytes.
        len: u64,
        /// Limit in bytes.
        max: u64,
    },
}

impl PlanError {
    /// The error's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoEntry { .. } => "W0201",
            Self::EntryType { .. } => "W0202",
            Self::MemoryTooLarge { .. } => "W0203",
            Self::TableTooLarge { .. } => "W0204",
            Self::StateTooLarge { .. } => "W0205",
            Self::UnknownModule { .. } => "W0301",
            Self::UnknownImport { .. } => "W0302",
            Self::ImportType { .. } => "W0303",
            Self::Threads { .. } => "W0304",
        }
    }

    /// Where in the input the error is.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::UnknownModule { import, offset, .. }
            | Self::UnknownImport { import, offset, .. }
            | Self::ImportType { import, offset, .. }
            | Self::Threads { import, offset, .. } => {
                Place { item: Some(format!("import {import}")), byte: Some(*offset) }
            }
            _ => Place::default(),
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownModule { nearest: Some(name), .. } => format!("did you mean module `{name}`?"),
            Self::UnknownModule { module, name, is_function, .. } => {
                return origin_hint(module, name, *is_function)
                    .or(is_function.then_some(TRAP_HINT))
                    .map(str::to_owned);
            }
            Self::UnknownImport { nearest: Some(name), is_function: true, .. } => {
                format!("did you mean `{name}`? else `--unknown-imports trap` builds what does not call it")
            }
            Self::UnknownImport { nearest: Some(name), .. } => format!("did you mean `{name}`?"),
            Self::UnknownImport { is_function: true, .. } | Self::ImportType { can_trap: true, .. } => {
                TRAP_HINT.into()
            }
            Self::Threads { .. } => "build the program for `wasm32-wasip1`, without threads".into(),
            Self::NoEntry { nearest: Some(name), chosen: true, .. } => format!("did you mean `{name}`?"),
            Self::NoEntry { chosen: true, .. } => "`wasiaot inspect` lists the exports".into(),
            Self::NoEntry { .. } => "this is not a command: choose an export with `--invoke`".into(),
            Self::MemoryTooLarge { chosen: true, .. } => "raise `--max-memory`".into(),
            _ => return None,
        })
    }
}
