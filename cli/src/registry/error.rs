//! Why a push failed.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::diagnostics::Quoted;

/// Why a push failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    /// A request failed.
    #[error("{0}")]
    Request(Box<RequestError>),
    /// A file of credentials is malformed.
    #[error("{} is not a file of credentials: {reason}", Quoted(path))]
    CredentialFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A credential helper failed.
    #[error("`{program}`, which {} names, gives no credentials: {reason}", Quoted(path))]
    Helper {
        /// The helper.
        program: String,
        /// The file of credentials that names it.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// This machine trusts nobody.
    #[error("this machine has no CA certificates to know registries by")]
    NoCertificates,
}

/// A request that failed, and to whom.
#[derive(Debug)]
pub(crate) struct RequestError {
    /// Host, and perhaps port.
    pub(super) registry: String,
    /// The repository in it.
    pub(super) repository: String,
    /// Why.
    pub(super) kind: FailureKind,
    /// Where the credentials came from, if there were any.
    pub(super) credentials: Option<String>,
    /// Whether the bill of materials is what the registry refused.
    pub(super) is_artifact: bool,
}

/// Why a request failed.
#[derive(Debug)]
pub(crate) enum FailureKind {
    /// There is no such host.
    HostNotFound,
    /// It does not answer, or breaks off.
    Connection(String),
    /// It is not who it should be.
    Tls(String),
    /// It wants to know who we are.
    Credentials,
    /// We may not.
    Denied(String),
    /// It answered with an error.
    Status {
        /// What was asked for.
        what: String,
        /// The status code of HTTP.
        status: u16,
        /// What it says, if anything.
        message: String,
    },
    /// It answered with something that it may not.
    Malformed(&'static str),
    /// It stored something else than it was sent.
    OtherDigest {
        /// The digest of that.
        stored: String,
    },
    /// Looking for credentials failed.
    Lookup(Box<RegistryError>),
}

/// A failed request.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: FailureKind,
    /// Whether it may go better next time.
    pub(super) temporary: bool,
    /// How long the registry asks to wait.
    pub(super) retry_after: Option<Duration>,
}

impl Failure {
    /// A failure that would come again.
    pub(super) fn lasting(kind: FailureKind) -> Self {
        Self { kind, temporary: false, retry_after: None }
    }

    /// A failure that may not come again.
    pub(super) fn temporary(kind: FailureKind) -> Self {
        Self { kind, temporary: true, retry_after: None }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registry = &self.registry;
        match &self.kind {
            FailureKind::HostNotFound => write!(f, "cannot push to `{registry}`: there is no such host"),
            FailureKind::Connection(reason) => write!(f, "cannot push to `{registry}`: {reason}"),
            FailureKind::Tls(reason) => write!(f, "cannot trust registry `{registry}`: {reason}"),
            FailureKind::Credentials => write!(f, "registry `{registry}` asks for credentials"),
            FailureKind::Denied(message) => {
                write!(f, "registry `{registry}` does not allow the push{}", after_colon(message))
            }
            FailureKind::Status { what, status, message } => {
                let status = format!("status {status}{}", after_colon(message));
                write!(f, "registry `{registry}` does not take {what}: {status}")
            }
            FailureKind::Malformed(what) => write!(f, "registry `{registry}` answers without {what}"),
            FailureKind::OtherDigest { stored } => {
                write!(
                    f,
                    "registry `{registry}` stored something else than it was sent, with digest {stored}"
                )
            }
            FailureKind::Lookup(error) => error.fmt(f),
        }
    }
}

fn after_colon(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

impl RegistryError {
    /// The same, if it was the bill of materials that was refused.
    pub(super) fn of_artifact(self) -> Self {
        match self {
            Self::Request(error) => Self::Request(Box::new(RequestError { is_artifact: true, ..*error })),
            other => other,
        }
    }

    /// The error's code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => match &error.kind {
                FailureKind::HostNotFound => "W0701",
                FailureKind::Connection(_) => "W0702",
                FailureKind::Tls(_) => "W0703",
                FailureKind::Credentials => "W0704",
                FailureKind::Denied(_) => "W0705",
                FailureKind::Status { .. } => "W0706",
                FailureKind::Malformed(_) => "W0707",
                FailureKind::OtherDigest { .. } => "W0708",
                FailureKind::Lookup(error) => error.code(),
            },
            Self::CredentialFile { .. } => "W0709",
            Self::Helper { .. } => "W0710",
            Self::NoCertificates => "W0711",
        }
    }

    /// What the user can do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Request(error) => error.hint(),
            Self::NoCertificates => {
                Some("install `ca-certificates`, or name a file with `SSL_CERT_FILE`".into())
            }
            Self::CredentialFile { .. } | Self::Helper { .. } => None,
        }
    }
}

impl RequestError {
    fn hint(&self) -> Option<String> {
        let registry = &self.registry;
        match &self.kind {
            FailureKind::Credentials => {
                let login = format!("log in with `docker login {registry}` or `podman login {registry}`");
                Some(match &self.credentials {
                    Some(source) => format!("those from {source} are not accepted; {login}"),
                    None => format!("{login}, which wasiaot reads too"),
                })
            }
            FailureKind::Denied(_) => {
                let who = self.credentials.as_ref();
                let who =
                    who.map(|source| format!(" with the credentials from {source}")).unwrap_or_default();
                Some(format!("check that you may write to `{}`{who}", self.repository))
            }
            FailureKind::Connection(_) => Some("the tag is what it was before".into()),
            FailureKind::Tls(_) => Some(
                "for a certificate of your own, name its issuer's with `SSL_CERT_FILE`; for a registry on \
                 this machine without any, use `--insecure`"
                    .into(),
            ),
            FailureKind::Status { status: 400 | 404 | 405 | 415 | 422, .. } if self.is_artifact => {
                Some("if it stores images only, leave the bill of materials out: `--attach-sbom none`".into())
            }
            FailureKind::Lookup(error) => error.hint(),
            _ => None,
        }
    }
}
