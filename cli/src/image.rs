//! The options of `wasiaot build` that are about container images, and what they ask for.
//!
//! [`ImageArgs`] is the command line, [`Request`] what it means once it is checked. Making the image is
//! left to the compiler's `package`, what is done with it to `deliver.rs`.

mod deliver;
mod error;
mod files;
mod values;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, ValueEnum};
use wasiaot_abi::grants::Grant;
use wasiaot_compiler::package::layer::Compression;
use wasiaot_compiler::package::layout::Artifacts;
use wasiaot_compiler::package::reference::Reference;
use wasiaot_compiler::package::{ImageOptions, Program};

pub(crate) use error::ImageError;
use files::FileArg;

use crate::input::Source;
use crate::output::Destination;

/// The command line.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new(DESTINATION).args(["image", "push"]).multiple(true)))]
pub(crate) struct ImageArgs {
    /// Writes an image instead of an executable: a folder in OCI's layout, an archive if it ends in
    /// `.tar`, or an archive to standard output (`-`)
    #[arg(long, value_name = "PATH", help_heading = IMAGE, conflicts_with_all = ["output", "emit"])]
    image: Option<OsString>,
    /// Format of the image
    #[arg(long, value_name = "FORMAT", help_heading = IMAGE, requires = "image", default_value = "oci")]
    image_format: Format,
    /// Pushes the image to a registry, and prints its digest
    #[arg(long, value_name = "REGISTRY/NAME[:TAG]", help_heading = IMAGE, conflicts_with_all = ["output", "emit"])]
    #[arg(value_parser = values::push)]
    push: Option<Reference>,
    /// Speaks plain HTTP to a registry on this machine
    #[arg(long, help_heading = IMAGE, requires = "push")]
    insecure: bool,
    /// Repository of the same registry that may hold parts of the image already
    #[arg(long, value_name = "NAME", help_heading = IMAGE, requires = "push", value_parser = values::repository)]
    mount_from: Option<String>,
    /// Names the image; may be repeated
    #[arg(long, value_name = "NAME[:TAG]", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = Reference::parse)]
    tag: Vec<Reference>,
    /// Argument for the program if the user gives none; may be repeated
    #[arg(long, value_name = "ARG", help_heading = IMAGE, requires = DESTINATION, allow_hyphen_values = true)]
    arg: Vec<String>,
    /// Value, unless the user gives another, of a variable that `--env KEY` passes through
    #[arg(long, value_name = "KEY=VALUE", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::pair)]
    image_env: Vec<(String, String)>,
    /// User and group that the program runs as, by number
    #[arg(long, value_name = "UID[:GID]", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::user, default_value = "65532")]
    user: String,
    /// Folder that the program starts in
    #[arg(long, value_name = "PATH", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::absolute_path, default_value = "/")]
    workdir: String,
    /// Port that the program listens on, for whoever runs it
    #[arg(long, value_name = "PORT[/PROTOCOL]", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::port)]
    expose: Vec<String>,
    /// Label of the image
    #[arg(long, value_name = "KEY=VALUE", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::pair)]
    label: Vec<(String, String)>,
    /// Annotation of the image
    #[arg(long, value_name = "KEY=VALUE", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::pair)]
    annotation: Vec<(String, String)>,
    /// Signal that asks the program to end
    #[arg(long, value_name = "SIGNAL", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::signal)]
    stop_signal: Option<String>,
    /// Puts a file, or a folder with all that is in it, into the image
    #[arg(long, value_name = "HOST::/PATH", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(value_parser = values::file)]
    file: Vec<FileArg>,
    /// Puts certificates into the image, at `/etc/ssl/certs/ca-certificates.crt`: FILE, or those of
    /// this machine
    #[arg(long, value_name = "FILE", help_heading = IMAGE, requires = DESTINATION)]
    #[arg(num_args = 0..=1, require_equals = true)]
    ca_certificates: Option<Option<PathBuf>>,
    /// How layers are compressed; engines before 2021 need gzip
    #[arg(long, value_name = "METHOD", help_heading = IMAGE, requires = DESTINATION, default_value = "zstd")]
    compress: Method,
    /// Which images carry their bill of materials
    #[arg(long, value_name = "WHICH", help_heading = IMAGE, requires = DESTINATION, default_value = "pushed")]
    attach_sbom: AttachSbom,
    /// Writes a bill of materials in CycloneDX
    #[arg(long, value_name = "FILE", help_heading = IMAGE)]
    sbom: Option<OsString>,
}

const IMAGE: &str = "Images";
/// The group of options of which an image needs at least one.
const DESTINATION: &str = "destination";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// OCI's
    Oci,
    /// An archive for `docker load`
    Docker,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Method {
    /// Smaller, faster to unpack
    Zstd,
    /// For older engines
    Gzip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AttachSbom {
    /// Those that are pushed
    Pushed,
    /// Layouts and archives too, which then need a tag to be read
    All,
    /// None
    None,
}

/// What is asked for, checked.
#[derive(Debug)]
pub(crate) struct Request {
    /// Where the image is written.
    pub(crate) output: Option<Output>,
    /// Where it is pushed.
    pub(crate) push: Option<Push>,
    /// Where the bill of materials is written.
    pub(crate) sbom: Option<Destination>,
    /// What is in it.
    pub(crate) options: ImageOptions,
    /// Its names.
    pub(crate) tags: Vec<Reference>,
    /// Whether layouts carry the bill of materials.
    pub(crate) artifacts: Artifacts,
}

/// A written image.
#[derive(Debug)]
pub(crate) enum Output {
    /// A folder in OCI's layout.
    Folder(PathBuf),
    /// OCI's layout as an archive.
    Archive(Destination),
    /// An archive for `docker load`.
    Docker(Destination),
}

/// A pushed image.
#[derive(Debug)]
pub(crate) struct Push {
    /// Where to.
    pub(crate) reference: Reference,
    /// How to get there.
    pub(crate) transport: Transport,
    /// A repository that may hold parts of the image already.
    pub(crate) mount_from: Option<String>,
    /// Whether the bill of materials is pushed too.
    pub(crate) artifacts: Artifacts,
}

/// How a registry is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Encrypted.
    Https,
    /// In the open, to this machine.
    PlainLoopback,
}

impl ImageArgs {
    /// Whether an image is asked for, rather than an executable.
    pub(crate) fn is_image(&self) -> bool {
        self.image.is_some() || self.push.is_some()
    }

    /// Where a bill of materials is written.
    pub(crate) fn sbom(&self) -> Option<Destination> {
        self.sbom.clone().map(Destination::from_arg)
    }

    /// What is asked for, for an image of a program with these grants on so many platforms.
    ///
    /// # Errors
    /// If options contradict each other, or files for the image cannot be read.
    pub(crate) fn request(
        &self,
        program: &str,
        grants: &[Grant],
        platforms: usize,
    ) -> Result<Request, ImageError> {
        values::check_env(&self.image_env, grants)?;
        let output = self.output(platforms)?;
        let sbom = self.sbom();
        let to_stdout = [
            matches!(
                &output,
                Some(Output::Archive(Destination::Stdout) | Output::Docker(Destination::Stdout))
            ),
            matches!(&sbom, Some(Destination::Stdout)),
            self.push.is_some(),
        ];
        if to_stdout.into_iter().filter(|&it| it).count() > 1 {
            return Err(ImageError::StdoutTwice);
        }
        let sbom_is_in = |written| if written { Artifacts::Include } else { Artifacts::Omit };
        Ok(Request {
            output,
            push: self.push(sbom_is_in(self.attach_sbom != AttachSbom::None))?,
            sbom,
            options: self.options(program)?,
            tags: self.tag.clone(),
            artifacts: sbom_is_in(self.attach_sbom == AttachSbom::All),
        })
    }

    fn output(&self, platforms: usize) -> Result<Option<Output>, ImageError> {
        let Some(path) = &self.image else { return Ok(None) };
        let is_archive = path == "-" || path.as_encoded_bytes().ends_with(b".tar");
        if self.image_format == Format::Docker {
            if !is_archive {
                return Err(ImageError::DockerFolder { path: path.into() });
            }
            if platforms > 1 {
                return Err(ImageError::DockerPlatforms);
            }
            return Ok(Some(Output::Docker(Destination::from_arg(path.clone()))));
        }
        Ok(Some(if is_archive {
            Output::Archive(Destination::from_arg(path.clone()))
        } else {
            Output::Folder(path.into())
        }))
    }

    fn push(&self, artifacts: Artifacts) -> Result<Option<Push>, ImageError> {
        let Some(reference) = &self.push else { return Ok(None) };
        let transport = if self.insecure {
            let host = reference.registry.as_deref().unwrap_or_default();
            if !values::is_loopback(host) {
                return Err(ImageError::InsecureElsewhere { host: host.into() });
            }
            Transport::PlainLoopback
        } else {
            Transport::Https
        };
        let mount_from = self.mount_from.clone();
        Ok(Some(Push { reference: reference.clone(), transport, mount_from, artifacts }))
    }

    fn options(&self, program: &str) -> Result<ImageOptions, ImageError> {
        let version = self.tag.iter().chain(&self.push).find_map(|reference| reference.tag.clone());
        Ok(ImageOptions {
            args: self.arg.clone(),
            env: self.image_env.iter().map(|(key, value)| format!("{key}={value}")).collect(),
            user: self.user.clone(),
            working_dir: self.workdir.clone(),
            exposed_ports: self.expose.iter().cloned().collect::<BTreeSet<_>>(),
            labels: self.label.iter().cloned().collect(),
            annotations: self.annotation.iter().cloned().collect(),
            stop_signal: self.stop_signal.clone(),
            created_seconds: values::source_date_epoch()?,
            files: files::read(&self.file, self.ca_certificates.as_ref(), program)?,
            compression: match self.compress {
                Method::Zstd => Compression::Zstd,
                Method::Gzip => Compression::Gzip,
            },
            version: version.filter(|tag| tag != "latest"),
        })
    }
}

/// The time that `SOURCE_DATE_EPOCH` gives to what is built.
///
/// # Errors
/// If it is no time.
pub(crate) fn created_seconds() -> Result<Option<u64>, ImageError> {
    values::source_date_epoch()
}

/// The program as images and bills of materials name it.
pub(crate) fn program(source: &Source, wasm: &[u8]) -> Program {
    Program {
        name: program_name(source),
        input_name: source.file_name(),
        input_digest: wasiaot_compiler::package::digest::Digest::of(wasm),
        metadata: wasiaot_compiler::parse::metadata(wasm),
    }
}

/// The name of the executable in the image: that of the input, if it has one that text can hold.
pub(crate) fn program_name(source: &Source) -> String {
    let stem = match source {
        Source::Stdin => None,
        Source::File(path) => path.file_stem().and_then(|stem| stem.to_str()),
    };
    stem.filter(|stem| !stem.is_empty() && *stem != ".." && *stem != ".").unwrap_or("app").to_owned()
}
