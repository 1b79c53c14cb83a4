//! Everything that can end a command, and how it is told.

use std::error::Error;

use wasiaot_compiler::passes::UnknownPass;
use wasiaot_compiler::{BuildError, Place};

use crate::cpu::CpuError;
use crate::diagnostics::Diagnostic;
use crate::grants::GuestTwice;
use crate::image::ImageError;
use crate::input::{Form, InputError, Source};
use crate::inspect::InspectError;
use crate::output::OutputError;
use crate::registry::RegistryError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The input cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// `--cpu` does not fit the target.
    #[error(transparent)]
    Cpu(#[from] CpuError),
    /// `--pass` names none.
    #[error(transparent)]
    Pass(#[from] UnknownPass),
    /// Two directories have one guest path.
    #[error(transparent)]
    Grants(#[from] GuestTwice),
    /// `--max-open-files` leaves no room for what is granted.
    #[error("`--max-open-files {max}` is too few: standard streams and grants are {needed}")]
    OpenFiles {
        /// The limit.
        max: u32,
        /// What is open from the start.
        needed: u32,
    },
    /// Standard input has no name that the output could take.
    #[error("standard input has no name to take the output's from")]
    OutputUnnamed,
    /// The program cannot be compiled.
    #[error("{error}")]
    Build {
        /// What was compiled.
        source_file: Source,
        /// How it was written.
        form: Form,
        /// Why not.
        error: Box<BuildError>,
    },
    /// An image cannot be made as it is asked for.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// An image cannot be pushed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The file cannot be described.
    #[error(transparent)]
    Inspect(#[from] InspectError),
}

impl CliError {
    /// 2 if the command line is at fault, else 1.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            Self::Image(error) => error.exit_status(),
            Self::Cpu(_) | Self::Pass(_) | Self::Grants(_) | Self::OpenFiles { .. } | Self::OutputUnnamed => {
                2
            }
            _ => 1,
        }
    }

    /// The message, with the causes that it does not tell itself.
    fn message(&self) -> String {
        let mut text = self.to_string();
        let mut cause = match self {
            Self::Build { error, .. } => error.source(),
            _ => None,
        };
        while let Some(error) = cause {
            text += &format!(": {error}");
            cause = error.source();
        }
        text
    }

    /// The error as it is shown.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let (code, place, hint) = match self {
            Self::Input(error) => (Some(error.code()), error.place(), error.hint()),
            Self::Output(error) => (Some(error.code()), None, error.hint()),
            Self::Cpu(error) => (None, None, error.hint()),
            Self::Pass(_) => (None, None, Some("`wasiaot passes` lists them".into())),
            Self::Grants(_) => (None, None, Some("give each directory its own with `HOST::GUEST`".into())),
            Self::OpenFiles { .. } => (None, None, Some("raise the limit, or grant less".into())),
            Self::OutputUnnamed => {
                (None, None, Some("name it with `-o FILE`, or `-o -` for standard output".into()))
            }
            Self::Build { source_file, form, error } => {
                (Some(error.code()), Some(place(source_file, *form, &error.place())), error.hint())
            }
            Self::Image(error) => (error.code(), None, error.hint()),
            Self::Registry(error) => (Some(error.code()), None, error.hint()),
            Self::Inspect(error) => (Some(error.code()), None, error.hint()),
        };
        Diagnostic { code, message: self.message(), place, hint }
    }
}

/// `app.wasm, import 4 (byte 0x1a2c)`; offsets are those of the binary, also if the input is text.
fn place(source_file: &Source, form: Form, place: &Place) -> String {
    let mut text = source_file.name();
    if let Some(item) = &place.item {
        text += &format!(", {item}");
    }
    let of_binary = if form == Form::Text { " of its binary form" } else { "" };
    match (place.byte, &place.item) {
        (Some(byte), Some(_)) => text += &format!(" (byte {byte:#x}{of_binary})"),
        (Some(byte), None) => text += &format!(", byte {byte:#x}{of_binary}"),
        (None, _) => {}
    }
    text
}
