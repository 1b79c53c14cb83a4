//! Why a build failed: one enum per stage, and what a message needs of each.
//!
//! These are errors of the input, the options or the target's limits. Our own bugs panic.

use crate::codegen::CodegenError;
use crate::link::LinkError;
use crate::parse::ParseError;
use crate::plan::PlanError;

/// An error of any stage.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The input is not a module that can be compiled.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The module cannot become a program.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A function cannot be compiled.
    #[error(transparent)]
    Codegen(#[from] CodegenError),
    /// The objects cannot become an executable.
    #[error(transparent)]
    Link(#[from] LinkError),
}

/// Where in the input an error is. Both parts can be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// What is at fault, for example `import 4` or `function 12 (parse_header)`.
    pub item: Option<String>,
    /// Byte offset in the input.
    pub byte: Option<u64>,
}

impl BuildError {
    /// The error's code, for example `W0301`: `W01` parse, `W02` plan, `W03` imports, `W04` codegen,
    /// `W05` link.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parse(error) => error.code(),
            Self::Plan(error) => error.code(),
            Self::Codegen(error) => error.code(),
            Self::Link(error) => error.code(),
        }
    }

    /// Where in the input the error is.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Parse(error) => error.place(),
            Self::Plan(error) => error.place(),
            Self::Codegen(error) => error.place(),
            Self::Link(_) => Place::default(),
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Parse(error) => error.hint(),
            Self::Plan(error) => error.hint(),
            Self::Codegen(_) => None,
            Self::Link(error) => error.hint(),
        }
    }
}
