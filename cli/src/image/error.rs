//! Why an image cannot be made as it is asked for.

use std::path::PathBuf;

use crate::diagnostics::Quoted;
use crate::input::InputError;

/// Why an image cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImageError {
    /// A file for the image cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The variable would not get through to the program.
    #[error("`--image-env {key}=…` would not reach the program: its environment is decided when it is built")]
    EnvNotPassed {
        /// The variable.
        key: String,
    },
    /// Two files at one place.
    #[error("two files are to be at `/{path}` in the image")]
    FileTwice {
        /// Where.
        path: String,
    },
    /// A file where another has to be a folder.
    #[error("`/{path}` in the image is to be a file, and a folder with others in it")]
    FileIsFolder {
        /// Where.
        path: String,
    },
    /// Docker's format has no folders.
    #[error("Docker's format is an archive, and {} does not end in `.tar`", Quoted(path))]
    DockerFolder {
        /// What was to be written.
        path: PathBuf,
    },
    /// Docker's format has one platform.
    #[error("an image in Docker's format is for one target")]
    DockerPlatforms,
    /// `SOURCE_DATE_EPOCH` is malformed.
    #[error("`SOURCE_DATE_EPOCH` is `{0}`, which is not a number of seconds up to the year 9999")]
    Epoch(String),
    /// Passwords must not go over a network in the open.
    #[error("`--insecure` is for registries on this machine, and `{host}` is not one")]
    InsecureElsewhere {
        /// The registry.
        host: String,
    },
    /// More than one thing goes to standard output.
    #[error("an image, a bill of materials and the digest of a push cannot share standard output")]
    StdoutTwice,
    /// This machine has no certificates.
    #[error("this machine has no file of CA certificates in any of the usual places")]
    NoCertificates,
    /// The file holds something else.
    #[error("{} holds no certificate in PEM", Quoted(path))]
    NotCertificates {
        /// The file.
        path: PathBuf,
    },
    /// An executable is for one target.
    #[error("an executable is for one target, and {0} are given")]
    Targets(usize),
}

impl ImageError {
    /// 2 if the command line is at fault, else 1.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            Self::Input(_) | Self::NoCertificates | Self::NotCertificates { .. } => 1,
            _ => 2,
        }
    }

    /// The error's code; usage errors have none.
    pub(crate) fn code(&self) -> Option<&'static str> {
        match self {
            Self::Input(error) => Some(error.code()),
            Self::NoCertificates => Some("W0601"),
            Self::NotCertificates { .. } => Some("W0602"),
            _ => None,
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Input(error) => error.hint(),
            Self::EnvNotPassed { key } => {
                Some(format!("pass it through with `--env {key}`, or set it for good with `--env {key}=…`"))
            }
            Self::DockerFolder { path } => Some(format!("name it `{}.tar`", path.display())),
            Self::DockerPlatforms => {
                Some("choose one with `--target`, or leave `--image-format docker` out".into())
            }
            Self::NoCertificates => Some("name one with `--ca-certificates=FILE`".into()),
            Self::Targets(_) => Some("make an image with `--image PATH`, or choose one target".into()),
            Self::InsecureElsewhere { .. } => {
                Some("give the registry a certificate, or reach it through a tunnel to this machine".into())
            }
            _ => None,
        }
    }
}
