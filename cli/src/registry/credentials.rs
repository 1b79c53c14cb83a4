//! Credentials for registries, from where `docker login` and `podman login` put them.
//!
//! The first file that has some for the registry counts. A file may hold them, or name a helper: a
//! program `docker-credential-NAME` that gives them. Nothing is written, and no secret is shown.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::error::RegistryError;
use crate::diagnostics::{Quoted, Reason};

/// What a registry knows the user by.
#[derive(Clone)]
pub(super) struct Credentials {
    /// Where they came from, for messages.
    pub(super) source: String,
    pub(super) secret: Secret,
}

/// The secret part of credentials.
#[derive(Clone)]
pub(super) enum Secret {
    /// A user name and password.
    Password { user: String, password: String },
    /// What a token server takes in their place.
    IdentityToken(String),
    /// What the registry itself takes.
    RegistryToken(String),
}

/// A file of credentials, as far as it is used.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(default)]
    auths: BTreeMap<String, Entry>,
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
    #[serde(default)]
    creds_store: String,
}

/// What a file has for a registry. Docker leaves it empty where a helper has them.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
struct Entry {
    #[serde(default)]
    auth: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    identitytoken: String,
    #[serde(default)]
    registrytoken: String,
}

/// What a helper prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HelperAnswer {
    username: String,
    secret: String,
}

/// A helper's name for "the secret is an identity token".
const TOKEN_USER: &str = "<token>";
/// The name of Docker's registry in files of credentials.
const DOCKER_KEY: &str = "https://index.docker.io/v1/";

/// Looks for credentials for a repository.
///
/// # Errors
/// If a file that is there is malformed, or the helper that it names fails.
pub(super) fn find(registry: &str, repository: &str) -> Result<Option<Credentials>, RegistryError> {
    for path in files() {
        if let Some(found) = find_in(&path, registry, repository)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The files to look into: named ones, those of podman and its like, that of Docker.
fn files() -> Vec<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = variable("REGISTRY_AUTH_FILE") {
        return vec![path];
    }
    let home = env::home_dir();
    let below_home = |folder: &str| home.as_ref().map(|home| home.join(folder));
    let containers = |folder: PathBuf| folder.join("containers/auth.json");
    let docker = |folder: PathBuf| folder.join("config.json");
    let named_docker = variable("DOCKER_CONFIG").map(docker);
    let config = variable("XDG_CONFIG_HOME").or_else(|| below_home(".config"));
    let runtime = variable("XDG_RUNTIME_DIR");
    let files =
        [named_docker, runtime.map(containers), config.map(containers), below_home(".docker").map(docker)];
    files.into_iter().flatten().collect()
}

fn find_in(path: &Path, registry: &str, repository: &str) -> Result<Option<Credentials>, RegistryError> {
    match fs::read(path) {
        Ok(bytes) => find_in_bytes(&bytes, path, registry, repository),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => {
            let reason = Reason(&error).to_string();
            Err(RegistryError::CredentialFile { path: path.into(), reason })
        }
    }
}

/// Looks into the contents of the file `path`.
fn find_in_bytes(
    bytes: &[u8],
    path: &Path,
    registry: &str,
    repository: &str,
) -> Result<Option<Credentials>, RegistryError> {
    let malformed = |reason: String| RegistryError::CredentialFile { path: path.into(), reason };
    let file: File = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
    let helper = file.cred_helpers.iter().find(|(key, _)| normal(key) == registry).map(|(_, name)| name);
    if let Some(name) = helper {
        return ask_helper(name, path, registry);
    }
    if let Some(entry) = nearest(&file.auths, registry, repository) {
        let secret = entry.secret().map_err(malformed)?;
        if let Some(secret) = secret {
            return Ok(Some(Credentials { source: Quoted(path).to_string(), secret }));
        }
    }
    match file.creds_store.as_str() {
        "" => Ok(None),
        name => ask_helper(name, path, registry),
    }
}

/// The entry for a repository: that of the longest name that leads to it.
fn nearest<'a>(entries: &'a BTreeMap<String, Entry>, registry: &str, repository: &str) -> Option<&'a Entry> {
    let mut name = format!("{registry}/{repository}");
    loop {
        if let Some((_, entry)) = entries.iter().find(|(key, _)| normal(key) == name) {
            return Some(entry);
        }
        name.truncate(name.rfind('/')?);
    }
}

/// Files write `host`, `https://host` and `https://host/v1/`.
fn normal(key: &str) -> &str {
    let key = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://")).unwrap_or(key);
    let key = key.trim_end_matches('/');
    let key = key.strip_suffix("/v1").or_else(|| key.strip_suffix("/v2")).unwrap_or(key);
    if key == "index.docker.io" { "docker.io" } else { key }
}

impl Entry {
    /// What is in the entry, if anything is. The error is a reason.
    fn secret(&self) -> Result<Option<Secret>, String> {
        if !self.identitytoken.is_empty() {
            return Ok(Some(Secret::IdentityToken(self.identitytoken.clone())));
        }
        if !self.registrytoken.is_empty() {
            return Ok(Some(Secret::RegistryToken(self.registrytoken.clone())));
        }
        if !self.auth.is_empty() {
            let decoded = STANDARD.decode(self.auth.trim()).ok();
            let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
            // Docker pads with zero bytes.
            let pair = text.as_ref().and_then(|text| text.trim_end_matches('\0').split_once(':'));
            let (user, password) = pair.ok_or("an `auth` is not `USER:PASSWORD` in Base64")?;
            return Ok(Some(Secret::Password { user: user.into(), password: password.into() }));
        }
        let (user, password) = (self.username.clone(), self.password.clone());
        Ok((!user.is_empty()).then_some(Secret::Password { user, password }))
    }
}

/// Asks a helper. It has none, or it fails, or it has some.
fn ask_helper(name: &str, path: &Path, registry: &str) -> Result<Option<Credentials>, RegistryError> {
    let program = format!("docker-credential-{name}");
    let failed =
        |reason: String| RegistryError::Helper { program: program.clone(), path: path.into(), reason };
    if name.contains('/') {
        return Err(failed("its name is a path".into()));
    }
    let server = if registry == "docker.io" { DOCKER_KEY } else { registry };
    let system = |error: io::Error| failed(Reason(&error).to_string());
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(system)?;
    // A helper that does not read what it is told ends without credentials.
    let _ = child.stdin.take().expect("it is a pipe").write_all(format!("{server}\n").as_bytes());
    let output = child.wait_with_output().map_err(system)?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        // What helpers print is part of their protocol.
        if text.contains("credentials not found") {
            return Ok(None);
        }
        return Err(failed(if text.is_empty() { output.status.to_string() } else { text }));
    }
    let answer: HelperAnswer =
        serde_json::from_slice(&output.stdout).map_err(|_| failed("it prints something else".into()))?;
    let secret = if answer.username == TOKEN_USER {
        Secret::IdentityToken(answer.secret)
    } else {
        Secret::Password { user: answer.username, password: answer.secret }
    };
    Ok(Some(Credentials { source: format!("`{program}`"), secret }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, registry: &str, repository: &str, expected: Option<&str>) {
        let found = find_in_bytes(file.as_bytes(), Path::new("auth.json"), registry, repository);
        let found = found.map_err(|error| error.to_string());
        let found = found.map(|found| {
            found.map(|found| match found.secret {
                Secret::Password { user, password } => format!("{user}:{password}"),
                Secret::IdentityToken(token) => format!("identity {token}"),
                Secret::RegistryToken(token) => format!("registry {token}"),
            })
        });
        match (found, expected) {
            (Ok(found), expected) => assert_eq!(found.as_deref(), expected),
            (Err(error), Some(expected)) => assert!(error.contains(expected), "{error}"),
            (Err(error), None) => panic!("{error}"),
        }
    }

    #[test]
    fn entries_of_files() {
        // `a:b`, and `c:d` with Docker's padding.
        let file = r#"{"auths": {
            "reg.example": {"auth": "YTpi"},
            "reg.example/team/app": {"auth": "YzpkAAA="},
            "https://index.docker.io/v1/": {"username": "e", "password": "f"},
            "https://other.example/v2/": {"identitytoken": "t"},
            "third.example": {"registrytoken": "r"},
            "empty.example": {}
        }}"#;
        check(file, "reg.example", "app", Some("a:b"));
        check(file, "reg.example", "team/app", Some("c:d"));
        check(file, "reg.example", "team/app2", Some("a:b"));
        check(file, "docker.io", "library/app", Some("e:f"));
        check(file, "other.example", "app", Some("identity t"));
        check(file, "third.example", "app", Some("registry r"));
        check(file, "empty.example", "app", None);
        check(file, "example", "app", None);
    }

    #[test]
    fn damaged_files() {
        check("{", "reg.example", "app", Some("is not a file of credentials"));
        check(r#"{"auths": {"reg.example": {"auth": "!"}}}"#, "reg.example", "app", Some("Base64"));
        check(r#"{"credsStore": "../../bin/sh"}"#, "reg.example", "app", Some("its name is a path"));
        check(r#"{"credsStore": "that-nobody-has"}"#, "reg.example", "app", Some("gives no credentials"));
        check("{}", "reg.example", "app", None);
    }
}
