//! Names of images: `REGISTRY/NAME:TAG`, where registry and tag may be missing.
//!
//! The grammar is that of the OCI distribution specification for repositories and tags, and Docker's
//! rule for telling a registry from the first part of a name: it holds a dot or a colon, or is
//! `localhost`.

use std::fmt;

/// The name of an image.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Host and perhaps port of a registry.
    pub registry: Option<String>,
    /// The name in the registry, for example `team/app`.
    pub repository: String,
    /// The tag.
    pub tag: Option<String>,
}

/// Why a name is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Nothing at all, or nothing in front of the tag.
    #[error("the name is empty")]
    Empty,
    /// A digest is a result, not a name to give.
    #[error("a digest cannot be chosen; it follows from the contents")]
    Digest,
    /// Capital letters.
    #[error("the name `{0}` has capital letters, which registries do not accept")]
    Capital(String),
    /// Something else in the name.
    #[error(
        "`{part}` cannot be part of a name: it may have lowercase letters and digits, and `.`, `_` or `-` between them"
    )]
    Part {
        /// What is wrong.
        part: String,
    },
    /// Something in the tag.
    #[error(
        "the tag `{0}` is malformed: it may have letters, digits, `_`, `.` and `-`, does not start with `.` or `-`, and has at most 128 of them"
    )]
    Tag(String),
    /// Something in the registry's host.
    #[error("`{0}` is not the host, or host and port, of a registry")]
    Registry(String),
    /// Longer than a registry stores.
    #[error("the name is longer than 255 characters")]
    Long,
}

const MAX_TAG_CHARS: usize = 128;
const MAX_NAME_CHARS: usize = 255;

impl Reference {
    /// Reads a name.
    ///
    /// # Errors
    /// If it is malformed.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.contains('@') {
            return Err(ReferenceError::Digest);
        }
        let (registry, rest) = match text.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => {
                (Some(parse_registry(first)?), rest)
            }
            _ => (None, text),
        };
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(parse_tag(tag)?)),
            None => (rest, None),
        };
        check_repository(repository)?;
        if registry.as_ref().map_or(0, |host| host.len() + 1) + repository.len() > MAX_NAME_CHARS {
            return Err(ReferenceError::Long);
        }
        Ok(Self { registry, repository: repository.into(), tag })
    }

    /// The tag, or `latest`.
    #[must_use]
    pub fn tag_or_latest(&self) -> &str {
        self.tag.as_deref().unwrap_or("latest")
    }

    /// The name with all parts, as engines store it: without a registry, it is one of Docker's.
    #[must_use]
    pub fn full_name(&self) -> String {
        let registry = self.registry.as_deref().unwrap_or("docker.io");
        let library = if registry == "docker.io" && !self.repository.contains('/') { "library/" } else { "" };
        format!("{registry}/{library}{}:{}", self.repository, self.tag_or_latest())
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(registry) = &self.registry {
            write!(f, "{registry}/")?;
        }
        write!(f, "{}:{}", self.repository, self.tag_or_latest())
    }
}

fn parse_tag(tag: &str) -> Result<String, ReferenceError> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let starts = tag.bytes().next().is_some_and(is_word);
    let fits = tag.len() <= MAX_TAG_CHARS && tag.bytes().all(|byte| is_word(byte) || b".-".contains(&byte));
    if starts && fits { Ok(tag.into()) } else { Err(ReferenceError::Tag(tag.into())) }
}

fn parse_registry(text: &str) -> Result<String, ReferenceError> {
    let malformed = || ReferenceError::Registry(text.into());
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or_else(malformed)?;
            address.parse::<core::net::Ipv6Addr>().map_err(|_| malformed())?;
            (None, port.strip_prefix(':').or(if port.is_empty() { None } else { Some("") }))
        }
        None => match text.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(text), None),
        },
    };
    let is_label = |label: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(is_inner)
    };
    let host_is_right = host.is_none_or(|host| host.split('.').all(is_label));
    let is_port = |port: &str| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port != 0)
    };
    if host_is_right && port.is_none_or(is_port) { Ok(text.to_ascii_lowercase()) } else { Err(malformed()) }
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`, with slashes between such parts.
fn check_repository(repository: &str) -> Result<(), ReferenceError> {
    if repository.is_empty() {
        return Err(ReferenceError::Empty);
    }
    if repository.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(ReferenceError::Capital(repository.into()));
    }
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |text: &str| matches!(text, "." | "_" | "__") || text.bytes().all(|byte| byte == b'-');
    for part in repository.split('/') {
        let ends_right = part.starts_with(is_alphanumeric) && part.ends_with(is_alphanumeric);
        let mut separators = part.split(is_alphanumeric);
        if !ends_right || !separators.all(is_separator) {
            return Err(ReferenceError::Part { part: part.into() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, registry: Option<&str>, repository: &str, tag: Option<&str>) {
        let expected = Reference {
            registry: registry.map(Into::into),
            repository: repository.into(),
            tag: tag.map(Into::into),
        };
        assert_eq!(Reference::parse(text), Ok(expected));
    }

    #[test]
    fn names() {
        check("app", None, "app", None);
        check("app:1.0", None, "app", Some("1.0"));
        check("team/a__b-c.d:v1", None, "team/a__b-c.d", Some("v1"));
        check("ghcr.io/team/app", Some("ghcr.io"), "team/app", None);
        check("localhost/app:_", Some("localhost"), "app", Some("_"));
        check("localhost:5000/app:1", Some("localhost:5000"), "app", Some("1"));
        check("[::1]:5000/app", Some("[::1]:5000"), "app", None);
        check("EXAMPLE.com/app", Some("example.com"), "app", None);
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = Reference::parse(text).expect_err(text).to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }

    #[test]
    fn what_is_no_name() {
        check_error("", "empty");
        check_error(":1", "empty");
        check_error("App", "capital");
        check_error("a/b//c", "part of a name");
        check_error("a..b", "part of a name");
        check_error("a___b", "part of a name");
        check_error("-a", "part of a name");
        check_error("a/", "part of a name");
        check_error("a b", "part of a name");
        check_error("app:", "tag");
        check_error("app:.1", "tag");
        check_error("app:ä", "tag");
        check_error(&format!("app:{}", "x".repeat(129)), "tag");
        check_error("app@sha256:00", "digest");
        check_error("a..b:80/app", "registry");
        check_error("host:0/app", "registry");
        check_error("host:x/app", "registry");
        check_error("[::1]5/app", "registry");
        check_error("[::g]/app", "registry");
        check_error(&"a".repeat(256), "255");
    }

    #[test]
    fn full_names() {
        let full = |text: &str| Reference::parse(text).expect("a name").full_name();
        assert_eq!(full("app"), "docker.io/library/app:latest");
        assert_eq!(full("team/app:1"), "docker.io/team/app:1");
        assert_eq!(full("ghcr.io/app:1"), "ghcr.io/app:1");
    }
}
