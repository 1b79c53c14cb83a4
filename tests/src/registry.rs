//! A registry for tests, in this process: the part of the OCI distribution specification that pushing
//! needs, kept in memory, with a hook to make it misbehave.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// For example `PUT`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// What was sent.
    pub body: Vec<u8>,
}

/// What the hook makes of a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// What a registry would do.
    Normal,
    /// This status, with headers and a body.
    Status(u16, Vec<(&'static str, String)>, String),
    /// The connection ends without an answer.
    HangUp,
    /// What a registry would do, but the connection ends without an answer.
    DoAndHangUp,
}

/// What a registry holds, and what was asked of it.
#[derive(Debug, Default)]
pub struct State {
    /// Blobs by their digests.
    pub blobs: BTreeMap<String, Vec<u8>>,
    /// Manifests by their tags and digests: media type and bytes.
    pub manifests: BTreeMap<String, (String, Vec<u8>)>,
    /// All requests, in order.
    pub requests: Vec<Request>,
    uploads: Vec<Vec<u8>>,
}

impl State {
    /// How many requests had this method and a path that holds this text.
    #[must_use]
    pub fn count(&self, method: &str, part: &str) -> usize {
        self.requests.iter().filter(|request| request.method == method && request.path.contains(part)).count()
    }
}

/// The registry. It lives as long as the process; connections end when it is dropped.
pub struct Registry {
    /// Host and port.
    pub address: String,
    state: Arc<Mutex<State>>,
}

type Hook = Box<dyn Fn(&Request, &State) -> Reply + Send + Sync>;

impl Registry {
    /// Starts a registry that does what a hook says.
    ///
    /// # Panics
    /// If this machine has no loopback.
    #[must_use]
    pub fn start(hook: impl Fn(&Request, &State) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback works");
        let address = listener.local_addr().expect("it is bound").to_string();
        let state = Arc::new(Mutex::new(State::default()));
        let hook: Arc<Hook> = Arc::new(Box::new(hook));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, hook) = (Arc::clone(&shared), Arc::clone(&hook));
                thread::spawn(move || serve(stream, &state, &hook));
            }
        });
        Self { address, state }
    }

    /// Looks at what it holds.
    ///
    /// # Panics
    /// If a hook has panicked.
    pub fn look<T>(&self, at: impl FnOnce(&State) -> T) -> T {
        at(&self.state.lock().expect("hooks do not panic"))
    }
}

/// Answers the requests of one connection.
fn serve(stream: TcpStream, state: &Mutex<State>, hook: &Hook) {
    // A client that hangs must not hang a test.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(120)));
    let Ok(copy) = stream.try_clone() else { return };
    let mut reader = BufReader::new(copy);
    let mut writer = stream;
    // Who speaks TLS here is told so in plain text, as web servers do.
    if reader.fill_buf().is_ok_and(|start| start.first().is_some_and(|byte| !byte.is_ascii_uppercase())) {
        let _ = writer.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    while let Some(request) = read_request(&mut reader) {
        let mut state = state.lock().expect("hooks do not panic");
        let reply = hook(&request, &state);
        state.requests.push(request.clone());
        let (status, headers, body) = match reply {
            Reply::Normal => answer(&request, &mut state),
            Reply::Status(status, headers, body) => (status, headers, body.into_bytes()),
            Reply::HangUp => return,
            Reply::DoAndHangUp => {
                answer(&request, &mut state);
                return;
            }
        };
        drop(state);
        let mut head = format!("HTTP/1.1 {status} Status\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        let body: &[u8] = if request.method == "HEAD" { &[] } else { &body };
        if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body)).is_err() {
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|&length| length > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, headers, body })
}

type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// What a registry does.
fn answer(request: &Request, state: &mut State) -> Answer {
    let none = |status| (status, Vec::new(), Vec::new());
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let parameter = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.replace("%3A", ":"))
    };
    if let Some((_, digest)) = path.split_once("/blobs/sha256:") {
        let is_there = state.blobs.contains_key(&format!("sha256:{digest}"));
        return none(if is_there { 200 } else { 404 });
    }
    if let Some((_, name)) = path.split_once("/manifests/") {
        return answer_manifest(request, name, state);
    }
    let Some((before, number)) = path.split_once("/blobs/uploads/") else { return none(404) };
    let location = |number: usize| ("Location", format!("{before}/blobs/uploads/{number}?state=x"));
    if number.is_empty() {
        state.uploads.push(Vec::new());
        return (202, vec![location(state.uploads.len() - 1)], Vec::new());
    }
    let number: usize = number.parse().expect("it is a number that was given out");
    let upload = &mut state.uploads[number];
    match request.method.as_str() {
        "GET" => {
            let range = format!("0-{}", upload.len().saturating_sub(1));
            (204, vec![location(number), ("Range", range)], Vec::new())
        }
        "PATCH" => {
            let expected = format!("{}-{}", upload.len(), upload.len() + request.body.len() - 1);
            if request.headers.get("content-range") != Some(&expected) {
                return none(416);
            }
            upload.extend(&request.body);
            (202, vec![location(number)], Vec::new())
        }
        "PUT" => {
            let mut bytes = std::mem::take(upload);
            bytes.extend(&request.body);
            state.blobs.insert(parameter("digest").expect("a digest is given"), bytes);
            none(201)
        }
        _ => none(405),
    }
}

fn answer_manifest(request: &Request, name: &str, state: &mut State) -> Answer {
    if request.method == "PUT" {
        let media_type = request.headers.get("content-type").cloned().unwrap_or_default();
        state.manifests.insert(name.to_owned(), (media_type, request.body.clone()));
        return (201, Vec::new(), Vec::new());
    }
    match state.manifests.get(name) {
        Some((media_type, bytes)) => (200, vec![("Content-Type", media_type.clone())], bytes.clone()),
        None => (404, Vec::new(), Vec::new()),
    }
}
