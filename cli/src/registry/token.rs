//! Tokens: what registries that authenticate by the Docker token protocol want to see.
//!
//! A registry answers 401 with the address of a token server, and the server gives a token for the
//! user's credentials, or for nobody if anyone may push. Source: the distribution project,
//! `docs/spec/auth/token.md` and `oauth.md`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::Agent;
use ureq::http::{Request, header};

use super::client::{is_https, perform};
use super::credentials::{Credentials, Secret};
use super::error::{Failure, FailureKind};

/// How a registry wants to be authenticated to: one `WWW-Authenticate` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    /// In small letters: `basic` or `bearer`.
    pub(super) scheme: String,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// Reads the header; `None` if it is malformed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, mut rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let mut parameters = Vec::new();
        while !rest.trim().is_empty() {
            let (name, after) = rest.split_once('=')?;
            let name = name.trim_start_matches([' ', ',', '\t']).trim_end().to_ascii_lowercase();
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => unquote(quoted)?,
                None => {
                    let end = after.find(',').unwrap_or(after.len());
                    (after[..end].trim().to_owned(), &after[end..])
                }
            };
            parameters.push((name, value));
            rest = after.trim_start_matches([' ', ',', '\t']);
        }
        Some(Self { scheme: scheme.to_ascii_lowercase(), parameters })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The text up to the closing quote, and what comes after it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
}

/// The answer of a token server; it uses one name or the other.
#[derive(serde::Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
}

/// Fetches a token. A registry in the open may have a token server in the open; others may not.
///
/// # Errors
/// If the server cannot be reached, or does not accept the credentials.
pub(super) fn fetch(
    agent: &Agent,
    challenge: &Challenge,
    scopes: &[String],
    credentials: Option<&Credentials>,
    registry_is_plain: bool,
) -> Result<String, Failure> {
    let realm = challenge.parameter("realm").filter(|realm| registry_is_plain || is_https(realm));
    let realm = realm.ok_or(Failure::lasting(FailureKind::Malformed("the address of its token server")))?;
    let mut query: Vec<(&str, &str)> = scopes.iter().map(|scope| ("scope", scope.as_str())).collect();
    query.extend(challenge.parameter("service").map(|service| ("service", service)));
    let response = match credentials.map(|credentials| &credentials.secret) {
        Some(Secret::IdentityToken(token)) => {
            let scope = scopes.join(" ");
            query.retain(|(name, _)| *name != "scope");
            query.extend([("scope", scope.as_str()), ("grant_type", "refresh_token")]);
            query.extend([("refresh_token", token.as_str()), ("client_id", "wasiaot")]);
            let request =
                Request::post(realm).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            perform(agent, request.body(encode(&query).into_bytes().as_slice()))
        }
        secret => {
            let separator = if realm.contains('?') { '&' } else { '?' };
            let mut request = Request::get(format!("{realm}{separator}{}", encode(&query)));
            if let Some(Secret::Password { user, password }) = secret {
                request = request.header(header::AUTHORIZATION, basic(user, password));
            }
            perform(agent, request.body(()))
        }
    }?;
    match response.status {
        200..=299 => {}
        400 | 401 | 403 => return Err(Failure::lasting(FailureKind::Credentials)),
        429 | 500..=599 => {
            return Err(Failure { temporary: true, ..response.failure("a request for a token") });
        }
        _ => return Err(response.failure("a request for a token")),
    }
    let answer: Option<Answer> = serde_json::from_slice(&response.body).ok();
    let token = answer.and_then(|answer| answer.token.or(answer.access_token));
    token.filter(|token| !token.is_empty()).ok_or(Failure::lasting(FailureKind::Malformed("a token")))
}

/// The authorization header for a user name and password.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The form of names and values in addresses and forms.
fn encode(pairs: &[(&str, &str)]) -> String {
    let encoded = pairs.iter().map(|(name, value)| format!("{name}={}", percent(value)));
    encoded.collect::<Vec<_>>().join("&")
}

/// Text as a value in an address.
pub(super) fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, scheme: &str, parameters: &[(&str, &str)]) {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        let parameters = parameters.iter().map(owned).collect();
        assert_eq!(Challenge::parse(text), Some(Challenge { scheme: scheme.into(), parameters }));
    }

    #[test]
    fn challenges() {
        check("Basic", "basic", &[]);
        check(r#"Basic realm="a b""#, "basic", &[("realm", "a b")]);
        check(
            r#"Bearer realm="https://x/t?a=b",service=y , scope="repository:a:pull,push""#,
            "bearer",
            &[("realm", "https://x/t?a=b"), ("service", "y"), ("scope", "repository:a:pull,push")],
        );
        check(r#"BEARER Realm="a\"b""#, "bearer", &[("realm", "a\"b")]);
        assert_eq!(Challenge::parse(r#"Bearer realm="x"#), None);
        assert_eq!(Challenge::parse("Bearer realm"), None);
    }

    #[test]
    fn addresses() {
        assert_eq!(encode(&[("scope", "a:b,c/d e"), ("x", "é")]), "scope=a%3Ab%2Cc%2Fd%20e&x=%C3%A9");
    }
}
