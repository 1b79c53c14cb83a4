//! Requests to one repository of a registry, with authentication.
//!
//! The first answer that asks for it (401) makes the client look for credentials and, where the
//! registry wants one, fetch a token. Credentials and tokens go to the registry and to the token
//! server that it names, never to a host that it redirects to. Trying again is left to the caller.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use ureq::http::{Request, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, http};

use super::credentials::{self, Credentials, Secret};
use super::error::{Failure, FailureKind, RegistryError, RequestError};
use super::token;
use crate::image::{Push, Transport};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<'a> {
    pub(super) media_type: &'a str,
    pub(super) bytes: &'a [u8],
    /// The first and last byte of it in the blob, for a part of one.
    pub(super) range: Option<(u64, u64)>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    headers: http::HeaderMap,
    pub(super) body: Vec<u8>,
}

/// A repository of a registry.
pub(super) struct Client {
    agent: Agent,
    /// Host, and perhaps port, as the user wrote it.
    registry: String,
    repository: String,
    /// Scheme and host of the registry.
    base: String,
    /// What tokens have to allow.
    scopes: Vec<String>,
    /// Those that were found, once they were looked for.
    credentials: Option<Option<Credentials>>,
    /// The header that is sent, once it is known.
    authorization: Option<String>,
}

/// Docker's registry has another host than its name.
const DOCKER: (&str, &str) = ("docker.io", "registry-1.docker.io");

/// An answer is a document or an error message, never a blob.
const MAX_ANSWER_BYTES: u64 = 4 << 20;

impl Client {
    /// A client that has not spoken yet.
    ///
    /// # Errors
    /// If this machine has no certificates to know the registry by.
    pub(super) fn new(push: &Push) -> Result<Self, RegistryError> {
        let registry = push.reference.registry.clone().expect("the command line asks for one");
        let mut repository = push.reference.repository.clone();
        let host = if registry == DOCKER.0 { DOCKER.1 } else { &registry };
        if registry == DOCKER.0 && !repository.contains('/') {
            repository = format!("library/{repository}");
        }
        let mut scopes = vec![format!("repository:{repository}:pull,push")];
        scopes.extend(push.mount_from.iter().map(|from| format!("repository:{from}:pull")));
        let scheme = match push.transport {
            Transport::Https => "https",
            Transport::PlainLoopback => "http",
        };
        Ok(Self {
            agent: agent(push.transport)?,
            base: format!("{scheme}://{host}"),
            registry,
            repository,
            scopes,
            credentials: None,
            authorization: None,
        })
    }

    /// The address of something in the repository.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/v2/{}/{path}", self.base, self.repository)
    }

    /// Where an upload goes on: the address that the registry gave, which may lack the host.
    pub(super) fn absolute(&self, location: &str) -> String {
        if location.starts_with('/') { format!("{}{location}", self.base) } else { location.to_owned() }
    }

    /// The error that a failed request becomes.
    pub(super) fn error(&self, failure: Failure) -> RegistryError {
        RegistryError::Request(Box::new(RequestError {
            registry: self.registry.clone(),
            repository: self.repository.clone(),
            kind: failure.kind,
            credentials: self.credentials.iter().flatten().map(|found| found.source.clone()).next(),
            is_artifact: false,
        }))
    }

    /// Makes a request, and authenticates if the registry asks for it. Answers that are errors of the
    /// moment become failures; others are left to the caller.
    pub(super) fn send(
        &mut self,
        method: Method,
        url: &str,
        body: Option<Body<'_>>,
    ) -> Result<Response, Failure> {
        let response = self.send_once(method, url, body)?;
        if response.status != 401 {
            return checked(response);
        }
        // The token may have expired, or there is none yet.
        self.authenticate(&response)?;
        let response = self.send_once(method, url, body)?;
        if response.status == 401 {
            return Err(Failure::lasting(FailureKind::Credentials));
        }
        checked(response)
    }

    fn send_once(&self, method: Method, url: &str, body: Option<Body<'_>>) -> Result<Response, Failure> {
        let method = match method {
            Method::Get => http::Method::GET,
            Method::Head => http::Method::HEAD,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
        };
        let takes_body = method != http::Method::GET && method != http::Method::HEAD;
        let mut request = Request::builder().method(method).uri(url);
        if let Some(authorization) = self.authorization.as_ref().filter(|_| self.is_ours(url)) {
            request = request.header(http::header::AUTHORIZATION, authorization);
        }
        if let Some(body) = body {
            request = request.header(http::header::CONTENT_TYPE, body.media_type);
            if let Some((first, last)) = body.range {
                request = request.header(http::header::CONTENT_RANGE, format!("{first}-{last}"));
            }
        }
        if !takes_body {
            request = request.header(http::header::ACCEPT, ACCEPTED);
            return perform(&self.agent, request.body(()));
        }
        perform(&self.agent, request.body(body.map_or(&[][..], |body| body.bytes)))
    }

    /// Whether an address is on the registry itself.
    fn is_ours(&self, url: &str) -> bool {
        url.strip_prefix(&self.base).is_some_and(|rest| rest.starts_with(['/', '?']))
    }

    /// Finds out what to send as authorization, from an answer that asks for it.
    fn authenticate(&mut self, response: &Response) -> Result<(), Failure> {
        let credentials = match &self.credentials {
            Some(found) => found.clone(),
            None => {
                let found = credentials::find(&self.registry, &self.repository);
                let found = found.map_err(|error| Failure::lasting(FailureKind::Lookup(Box::new(error))))?;
                self.credentials.insert(found).clone()
            }
        };
        let challenges: Vec<token::Challenge> =
            response.headers("www-authenticate").filter_map(token::Challenge::parse).collect();
        let bearer = challenges.iter().find(|challenge| challenge.scheme == "bearer");
        let authorization = match (bearer, &credentials) {
            (_, Some(Credentials { secret: Secret::RegistryToken(token), .. })) => format!("Bearer {token}"),
            (Some(challenge), _) => {
                let is_plain = self.base.starts_with("http:");
                let fetched =
                    token::fetch(&self.agent, challenge, &self.scopes, credentials.as_ref(), is_plain)?;
                format!("Bearer {fetched}")
            }
            (None, Some(Credentials { secret: Secret::Password { user, password }, .. })) => {
                token::basic(user, password)
            }
            (None, _) => return Err(Failure::lasting(FailureKind::Credentials)),
        };
        self.authorization = Some(authorization);
        Ok(())
    }
}

/// What documents are asked for: of the kinds that exist without OCI too, as registries may convert.
const ACCEPTED: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json";

fn agent(transport: Transport) -> Result<Agent, RegistryError> {
    /// A registry stores what it has got before it answers; large blobs take time.
    const ANSWER: Duration = Duration::from_secs(300);
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .user_agent(concat!("wasiaot/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(Some(Duration::from_secs(30)))
        .timeout_connect(Some(Duration::from_secs(30)))
        .timeout_recv_response(Some(ANSWER))
        .timeout_recv_body(Some(ANSWER));
    let config = match transport {
        // A proxy would be on another machine.
        Transport::PlainLoopback => config.proxy(None),
        Transport::Https => {
            let roots = rustls_native_certs::load_native_certs().certs;
            if roots.is_empty() {
                return Err(RegistryError::NoCertificates);
            }
            let roots: Vec<_> = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
            let tls = TlsConfig::builder()
                .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
                .root_certs(RootCerts::new_with_certs(&roots));
            config.https_only(true).tls_config(tls.build())
        }
    };
    Ok(config.build().new_agent())
}

/// Sends a request and reads the whole answer.
pub(super) fn perform(
    agent: &Agent,
    request: Result<Request<impl ureq::AsSendBody>, http::Error>,
) -> Result<Response, Failure> {
    let request = request.map_err(|_| Failure::lasting(FailureKind::Malformed("a valid address")))?;
    let response = agent.run(request).map_err(failure)?;
    let (parts, mut body) = response.into_parts();
    let body = body.with_config().limit(MAX_ANSWER_BYTES).read_to_vec().map_err(failure)?;
    Ok(Response { status: parts.status.as_u16(), headers: parts.headers, body })
}

/// Turns answers that are errors of the moment into failures.
fn checked(response: Response) -> Result<Response, Failure> {
    match response.status {
        403 => Err(Failure::lasting(FailureKind::Denied(response.message()))),
        408 | 425 | 429 | 500 | 502..=504 => {
            let failure = response.failure("the request");
            Err(Failure { temporary: true, retry_after: response.retry_after(), ..failure })
        }
        _ => Ok(response),
    }
}

/// Sorts errors of the connection.
fn failure(error: ureq::Error) -> Failure {
    use ureq::Error;
    match error {
        Error::HostNotFound => Failure::lasting(FailureKind::HostNotFound),
        Error::Rustls(error) => Failure::lasting(FailureKind::Tls(error.to_string())),
        Error::Tls(reason) => Failure::lasting(FailureKind::Tls(reason.into())),
        // The standard library has no kind for it.
        Error::Io(error) if error.to_string().starts_with("failed to lookup address") => {
            Failure::lasting(FailureKind::HostNotFound)
        }
        Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => Failure::lasting(FailureKind::Tls(error.to_string())),
            None => Failure::temporary(FailureKind::Connection(plain(&error))),
        },
        Error::Timeout(ureq::Timeout::Resolve) => {
            Failure::lasting(FailureKind::Connection("nobody says which address it has".into()))
        }
        Error::Timeout(_) => Failure::temporary(FailureKind::Connection("it does not answer in time".into())),
        Error::ConnectionFailed | Error::Protocol(_) => {
            Failure::temporary(FailureKind::Connection(plain(&error)))
        }
        other => Failure::lasting(FailureKind::Connection(plain(&other))),
    }
}

fn plain(error: &impl std::fmt::Display) -> String {
    crate::diagnostics::Reason(error).to_string()
}

impl Response {
    /// A header that is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after")?.trim().parse().ok().map(Duration::from_secs)
    }

    /// The failure that an answer is which was not expected.
    pub(super) fn failure(&self, what: &str) -> Failure {
        Failure::lasting(FailureKind::Status {
            what: what.into(),
            status: self.status,
            message: self.message(),
        })
    }

    /// What the registry says, in its own form of errors.
    pub(super) fn message(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Errors {
            errors: Vec<Message>,
        }
        #[derive(serde::Deserialize)]
        struct Message {
            #[serde(default)]
            code: String,
            #[serde(default)]
            message: String,
        }
        let errors = serde_json::from_slice(&self.body).map_or_else(|_| Vec::new(), |it: Errors| it.errors);
        let texts = errors
            .iter()
            .map(|error| if error.message.is_empty() { error.code.clone() } else { error.message.clone() });
        /// What is longer is not meant for a line.
        const MAX_CHARS: usize = 300;
        texts.collect::<Vec<_>>().join("; ").chars().take(MAX_CHARS).collect()
    }
}

/// Whether an address is encrypted.
pub(super) fn is_https(address: &str) -> bool {
    address.parse::<Uri>().is_ok_and(|uri| uri.scheme_str() == Some("https"))
}
