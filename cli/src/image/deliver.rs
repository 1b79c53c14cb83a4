//! Makes the image that was asked for and brings it to where it belongs.

use wasiaot_compiler::package::layer::Compression;
use wasiaot_compiler::package::layout::{archive, docker_archive, layout};
use wasiaot_compiler::package::{Executable, Image, ImageOptions, Program, package, sbom};

use super::{Output, Request};
use crate::error::CliError;
use crate::input::Source;
use crate::output::{self, Contents, Destination, OutputError};
use crate::registry;

impl Request {
    /// Finds what would make [`Self::deliver`] fail later, before any time is spent.
    ///
    /// # Errors
    /// If something cannot be written to where it should go.
    pub(crate) fn check(&self, source: &Source) -> Result<(), OutputError> {
        let check_binary = |destination: &Destination| {
            destination.refuse_terminal()?;
            destination.check(source)
        };
        match &self.output {
            Some(Output::Folder(path)) => output::folder::check(path)?,
            Some(Output::Archive(destination) | Output::Docker(destination)) => check_binary(destination)?,
            None => {}
        }
        self.sbom.as_ref().map_or(Ok(()), |destination| destination.check(source))
    }

    /// Packages the executables, then writes and pushes what was asked for.
    ///
    /// # Errors
    /// If the system or the registry refuses.
    pub(crate) fn deliver(&self, program: &Program, executables: &[Executable<'_>]) -> Result<(), CliError> {
        let image = package(program, executables, &self.options);
        match &self.output {
            Some(Output::Folder(path)) => {
                output::folder::write(path, &layout(&image, &self.tags, self.artifacts))?;
            }
            Some(Output::Archive(destination)) => {
                let bytes = archive(&layout(&image, &self.tags, self.artifacts));
                output::write(destination, Contents::Data(bytes))?;
            }
            Some(Output::Docker(destination)) => {
                let bytes = docker_archive(&self.uncompressed(program, executables), &self.tags);
                output::write(destination, Contents::Data(bytes))?;
            }
            None => {}
        }
        if let Some(destination) = &self.sbom {
            let bytes = sbom::sbom(program, self.options.created_seconds);
            output::write(destination, Contents::Data(bytes))?;
        }
        if let Some(push) = &self.push {
            let digest = registry::push(&image, push)?;
            output::write_text_to_stdout(format!("{digest}\n").as_bytes())?;
        }
        Ok(())
    }

    /// The image with plain layers: its configuration, and with it Docker's image id, stays the same.
    fn uncompressed(&self, program: &Program, executables: &[Executable<'_>]) -> Image {
        let options = ImageOptions { compression: Compression::None, ..self.options.clone() };
        package(program, executables, &options)
    }
}
