//! Why a module cannot be parsed.

use crate::error::Place;

/// An input that is not a module which can be compiled.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The magic number is missing.
    #[error("the input is not WebAssembly: it does not start with `\\0asm`")]
    NotWasm,
    /// A component instead of a core module.
    #[error("the input is a component, and only core modules can be compiled")]
    Component,
    /// An unknown binary format version.
    #[error("the input has version {0} of the binary format, and only version 1 is known")]
    Version(u32),
    /// The input ends inside the header.
    #[error("the input ends inside the header, after {0} bytes")]
    Truncated(u64),
    /// The module does not follow the specification.
    #[error("invalid module: {message}")]
    Invalid {
        /// What the validator says.
        message: String,
        /// Where, in bytes.
        offset: u64,
    },
    /// The module needs proposals that are not implemented.
    #[error("the module needs {}, which is not implemented", .proposals.iter().map(|name| format!("the {name} proposal")).collect::<Vec<_>>().join(" and "))]
    Unsupported {
        /// The names of the proposals.
        proposals: Vec<&'static str>,
        /// Where the first use is, in bytes.
        offset: u64,
    },
}

impl ParseError {
    /// The error's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotWasm => "W0101",
            Self::Component => "W0102",
            Self::Version(_) => "W0103",
            Self::Truncated(_) => "W0104",
            Self::Invalid { .. } => "W0105",
            Self::Unsupported { .. } => "W0106",
        }
    }

    /// Where in the input the error is.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Invalid { offset, .. } | Self::Unsupported { offset, .. } => {
                Place { item: None, byte: Some(*offset) }
            }
            Self::Truncated(len) => Place { item: None, byte: Some(*len) },
            _ => Place::default(),
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotWasm => "give a `.wasm` file, or a `.wat` file in the text format".into(),
            Self::Component => {
                "compile for `wasm32-wasip1` (a core module that imports `wasi_snapshot_preview1`)".into()
            }
            Self::Truncated(_) => "the file seems to be cut off: make it again".into(),
            Self::Unsupported { proposals, .. } if proposals.contains(&"gc") => {
                "use a compiler that brings its own garbage collector, if the language has one".into()
            }
            Self::Unsupported { .. } => "turn the feature off in the compiler that made the module".into(),
            Self::Version(_) | Self::Invalid { .. } => return None,
        })
    }
}

impl From<wasmparser::BinaryReaderError> for ParseError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Invalid { message: error.message().to_owned(), offset: error.offset() as u64 }
    }
}
