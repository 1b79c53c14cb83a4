//! `wasiaot inspect`: what a wasm file needs, or what an executable or image was built from.
//!
//! Only reads and prints. [`module`] describes wasm files, [`executable`] and [`image`] what `build`
//! wrote.

mod executable;
mod image;
mod module;

use std::ffi::OsString;

use wasiaot_compiler::BuildError;
use wasiaot_compiler::inspect::ManifestError;
use wasiaot_compiler::package::layout;

use image::{Files, ImageFault};

use crate::diagnostics::Reason;
use crate::error::CliError;
use crate::input::{self, Content, Source};
use crate::output::{self, Contents, Destination};

/// The command line of `wasiaot inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A wasm file, in binary or text, or an executable or image that wasiaot built; `-` for standard
    /// input
    #[arg(value_name = "FILE")]
    file: OsString,
}

/// Why an executable cannot be described.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InspectError {
    /// Some other executable.
    #[error("{source_file} was not built by wasiaot")]
    NotOurs {
        /// What was read.
        source_file: Source,
    },
    /// Not even a complete ELF file.
    #[error("{source_file} is a damaged ELF file: {}", Reason(error))]
    Elf {
        /// What was read.
        source_file: Source,
        /// What the reader says.
        error: object::read::Error,
    },
    /// An image is damaged, or none.
    #[error("{source_file} is not an image that can be read: {fault}")]
    Image {
        /// What was read.
        source_file: Source,
        /// What is wrong with it.
        fault: Box<ImageFault>,
    },
    /// Its description is damaged.
    #[error("the description that {source_file} carries is damaged: {error}")]
    Manifest {
        /// What was read.
        source_file: Source,
        /// What is wrong with it.
        error: ManifestError,
    },
}

/// Runs the command.
///
/// # Errors
/// If the file cannot be read or is neither a module nor an executable of ours.
pub(crate) fn run(args: &Args) -> Result<(), CliError> {
    let source = Source::from_arg(args.file.clone());
    if let Source::File(path) = &source
        && path.join(layout::MARKER).is_file()
    {
        let text = image::describe(&source, &Files::Folder(path.clone()))?;
        return Ok(output::write(&Destination::Stdout, Contents::Text(text))?);
    }
    let (content, bytes) = input::read(&source)?;
    let text = if content == Content::Elf {
        executable::describe(&source, &bytes)?
    } else if content == Content::Tar {
        image::describe(&source, &Files::of_archive(&source, bytes)?)?
    } else {
        let (form, wasm) = input::to_binary(&source, content, bytes)?;
        module::describe(&source, form, &wasm).map_err(|error| CliError::Build {
            source_file: source,
            form,
            error: Box::new(BuildError::Parse(error)),
        })?
    };
    Ok(output::write(&Destination::Stdout, Contents::Text(text))?)
}

impl InspectError {
    /// The error's code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotOurs { .. } => "W0021",
            Self::Elf { .. } => "W0022",
            Self::Manifest { .. } => "W0023",
            Self::Image { .. } => "W0024",
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NotOurs { .. } => Some(
                "if it was, `strip` removed its description: use `wasiaot build --symbols strip` instead"
                    .into(),
            ),
            Self::Elf { .. } | Self::Manifest { .. } | Self::Image { .. } => None,
        }
    }
}
