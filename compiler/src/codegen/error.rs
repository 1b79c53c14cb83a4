//! Why a function cannot be compiled.

use crate::error::Place;

/// A valid function that the code generator cannot compile.
#[derive(Debug, thiserror::Error)]
pub enum CodegenError {
    /// The function exceeds a limit of the code generator.
    #[error("function {index}{} is too large to compile", .name.as_ref().map(|name| format!(" (`{name}`)")).unwrap_or_default())]
    FunctionTooLarge {
        /// The function's index in its module.
        index: u32,
        /// Its name.
        name: Option<String>,
        /// Byte offset of its body.
        offset: u64,
    },
    /// All code together exceeds what the target can address.
    #[error("the compiled code takes {len} bytes, more than 4 GiB")]
    TextTooLarge {
        /// Length in bytes.
        len: u64,
    },
}

impl CodegenError {
    /// The error's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FunctionTooLarge { .. } => "W0401",
            Self::TextTooLarge { .. } => "W0402",
        }
    }

    /// Where in the input the error is.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::FunctionTooLarge { index, offset, .. } => {
                Place { item: Some(format!("function {index}")), byte: Some(*offset) }
            }
            Self::TextTooLarge { .. } => Place::default(),
        }
    }
}
