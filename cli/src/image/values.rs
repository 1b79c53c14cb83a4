//! Values of options that are about images: how they are read, and which are right.

use std::net::Ipv6Addr;

use wasiaot_abi::grants::Grant;
use wasiaot_compiler::package::MAX_CREATED_SECONDS;
use wasiaot_compiler::package::reference::{Reference, ReferenceError};

use super::ImageError;
use super::files::FileArg;

/// Why a value is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum ValueError {
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    #[error("a registry is needed in front of the name, for example `ghcr.io/{0}` or `docker.io/{0}`")]
    NoRegistry(String),
    #[error("a repository's name alone is needed, without registry and tag")]
    NotRepository,
    #[error("a name and a value are needed: `KEY=VALUE`")]
    NoPair,
    #[error("a user is a number up to 4294967294, or two with `:` between; an image has no names for them")]
    User,
    #[error("an absolute path is needed, without `.` and `..`")]
    Path,
    #[error("a port is a number from 1 to 65535, perhaps with `/tcp`, `/udp` or `/sctp`")]
    Port,
    #[error("a signal is a name like `SIGTERM`, or a number from 1 to 64")]
    Signal,
    #[error("what to take and where to put it are needed: `HOST::/PATH`")]
    File,
}

/// The name of an image in a registry.
pub(super) fn push(text: &str) -> Result<Reference, ValueError> {
    let reference = Reference::parse(text)?;
    match reference.registry {
        Some(_) => Ok(reference),
        None => Err(ValueError::NoRegistry(text.into())),
    }
}

/// The name of a repository.
pub(super) fn repository(text: &str) -> Result<String, ValueError> {
    let reference = Reference::parse(text)?;
    let is_plain = reference.registry.is_none() && reference.tag.is_none();
    if is_plain { Ok(reference.repository) } else { Err(ValueError::NotRepository) }
}

/// `KEY=VALUE`.
pub(super) fn pair(text: &str) -> Result<(String, String), ValueError> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.into(), value.into())),
        _ => Err(ValueError::NoPair),
    }
}

/// `UID:GID`. Without a group it is the one of the same number: engines would take root's.
pub(super) fn user(text: &str) -> Result<String, ValueError> {
    // The largest number means "no change" to the system.
    let is_id = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok_and(|id| id != u32::MAX)
    };
    let (user, group) = text.split_once(':').unwrap_or((text, text));
    if is_id(user) && is_id(group) { Ok(format!("{user}:{group}")) } else { Err(ValueError::User) }
}

/// An absolute path in its only form: `/a/b`.
pub(super) fn absolute_path(text: &str) -> Result<String, ValueError> {
    let inner = text.strip_prefix('/').ok_or(ValueError::Path)?;
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let is_part = |part: &str| !matches!(part, "" | "." | "..");
    if inner.is_empty() || inner.split('/').all(is_part) {
        Ok(format!("/{inner}"))
    } else {
        Err(ValueError::Path)
    }
}

/// `PORT/PROTOCOL`, with `tcp` if it is missing.
pub(super) fn port(text: &str) -> Result<String, ValueError> {
    let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    match number.parse::<u16>() {
        Ok(1..) if digits && matches!(protocol, "tcp" | "udp" | "sctp") => {
            Ok(format!("{}/{protocol}", number.trim_start_matches('0')))
        }
        _ => Err(ValueError::Port),
    }
}

/// The names of signals that engines know, but for those of real time.
const SIGNALS: &[&str] = &[
    "ABRT", "ALRM", "BUS", "CHLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "KILL", "PIPE", "PROF", "PWR",
    "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2",
    "VTALRM", "WINCH", "XCPU", "XFSZ",
];

/// `SIGTERM`, `TERM` or `15`.
pub(super) fn signal(text: &str) -> Result<String, ValueError> {
    let name = text.strip_prefix("SIG").unwrap_or(text);
    if SIGNALS.contains(&name) {
        return Ok(format!("SIG{name}"));
    }
    match text.parse::<u8>() {
        Ok(number @ 1..=64) => Ok(number.to_string()),
        _ => Err(ValueError::Signal),
    }
}

/// `HOST::/PATH`.
pub(super) fn file(text: &str) -> Result<FileArg, ValueError> {
    let (host, path) = text.rsplit_once("::").ok_or(ValueError::File)?;
    if host.is_empty() {
        return Err(ValueError::File);
    }
    let path = absolute_path(path)?.trim_start_matches('/').to_owned();
    Ok(FileArg { host: host.into(), path })
}

/// Refuses variables that the program would never see.
pub(super) fn check_env(env: &[(String, String)], grants: &[Grant]) -> Result<(), ImageError> {
    for (key, _) in env {
        let passes = |grant: &Grant| match grant {
            Grant::EnvInherit => true,
            Grant::EnvPass(passed) => passed == key,
            _ => false,
        };
        if !grants.iter().any(passes) {
            return Err(ImageError::EnvNotPassed { key: key.clone() });
        }
    }
    Ok(())
}

/// Whether a registry, as `host` or `host:port`, is this machine.
pub(super) fn is_loopback(registry: &str) -> bool {
    let host = match registry.strip_prefix('[') {
        Some(rest) => return rest.split(']').next().is_some_and(|ip| ip.parse() == Ok(Ipv6Addr::LOCALHOST)),
        None => registry.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

/// The time of what is built, as <https://reproducible-builds.org/specs/source-date-epoch/> has it.
pub(super) fn source_date_epoch() -> Result<Option<u64>, ImageError> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let seconds = text.to_str().and_then(|text| text.parse::<u64>().ok());
    match seconds.filter(|&seconds| seconds <= MAX_CREATED_SECONDS) {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(ImageError::Epoch(text.to_string_lossy().into_owned())),
    }
}
