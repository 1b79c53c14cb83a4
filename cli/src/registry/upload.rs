//! Brings blobs to a registry.
//!
//! A blob that is there already is left alone, or mounted from another repository of the registry.
//! Small ones go over in one request, larger ones in chunks, so that a connection that breaks costs one
//! chunk. Source: OCI distribution specification 1.1, "Pushing blobs".

use wasiaot_compiler::package::digest::Digest;

use super::client::{Body, Client, Method, Response};
use super::error::{Failure, FailureKind, RegistryError};
use super::progress::Progress;
use super::retry::retry;
use super::token::percent;

/// Blobs up to this length go in one request.
const CHUNK_BYTES: usize = 8 << 20;

const BYTES: &str = "application/octet-stream";

/// Makes sure that the registry has a blob.
///
/// # Errors
/// If it does not take it.
pub(super) fn blob(
    client: &mut Client,
    digest: &Digest,
    bytes: &[u8],
    mount_from: Option<&str>,
    progress: &mut Progress,
) -> Result<(), RegistryError> {
    let length = bytes.len() as u64;
    let there = retry(|| exists(client, digest)).map_err(|failure| client.error(failure))?;
    if there {
        progress.add(length);
        return Ok(());
    }
    let mut upload = Upload { digest, bytes, place: None, sent: 0, shown: 0 };
    retry(|| upload.go_on(client, mount_from, progress)).map_err(|failure| client.error(failure))?;
    progress.add(length - upload.shown);
    Ok(())
}

fn exists(client: &mut Client, digest: &Digest) -> Result<bool, Failure> {
    let url = client.url(&format!("blobs/{digest}"));
    let response = client.send(Method::Head, &url, None)?;
    match response.status {
        200..=299 => Ok(true),
        404 => Ok(false),
        _ => Err(response.failure(&format!("a question for blob {digest}"))),
    }
}

/// A blob on its way.
struct Upload<'a> {
    digest: &'a Digest,
    bytes: &'a [u8],
    /// Where the rest of it goes; `None` if it has to start anew.
    place: Option<String>,
    /// How much of it the registry has.
    sent: usize,
    /// How much of it was shown as progress.
    shown: u64,
}

impl Upload<'_> {
    /// Sends what is missing. Called again after a failure, it goes on where the registry is.
    fn go_on(
        &mut self,
        client: &mut Client,
        mount_from: Option<&str>,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        match self.place.take() {
            Some(place) if self.bytes.len() > CHUNK_BYTES => self.find_place(client, &place)?,
            // A single request is not worth asking how far it came.
            _ => {
                if self.start(client, mount_from)? == Start::Mounted {
                    return Ok(());
                }
            }
        }
        if self.bytes.len() > CHUNK_BYTES {
            while self.sent < self.bytes.len() {
                self.send_chunk(client)?;
                progress.add(self.sent as u64 - self.shown.min(self.sent as u64));
                self.shown = self.shown.max(self.sent as u64);
            }
            return self.finish(client, &[]);
        }
        self.finish(client, self.bytes)
    }

    /// Opens an upload, unless the registry has the blob elsewhere.
    fn start(&mut self, client: &mut Client, mount_from: Option<&str>) -> Result<Start, Failure> {
        self.sent = 0;
        let url = match mount_from {
            Some(from) => client.url(&format!(
                "blobs/uploads/?mount={}&from={}",
                percent(self.digest.as_str()),
                percent(from)
            )),
            None => client.url("blobs/uploads/"),
        };
        let response = client.send(Method::Post, &url, None)?;
        match response.status {
            201 => Ok(Start::Mounted),
            202 => {
                self.place = Some(location(client, &response)?);
                Ok(Start::Open)
            }
            _ => Err(self.refused(&response)),
        }
    }

    /// Asks how much of an upload has arrived. If the registry has forgotten it, it starts anew.
    fn find_place(&mut self, client: &mut Client, place: &str) -> Result<(), Failure> {
        let response = client.send(Method::Get, place, None)?;
        // `0-LAST`; an upload that holds nothing says `0-0` too, which costs one byte's worth of doubt.
        let last = response.header("range").and_then(|range| range.split_once('-')?.1.parse::<usize>().ok());
        match (response.status, last) {
            (204, Some(last)) if last > 0 && last < self.bytes.len() => {
                self.sent = last + 1;
                self.place = Some(match response.header("location") {
                    Some(location) => client.absolute(location),
                    None => place.to_owned(),
                });
                Ok(())
            }
            _ => self.start(client, None).map(drop),
        }
    }

    fn send_chunk(&mut self, client: &mut Client) -> Result<(), Failure> {
        let place = self.place.clone().expect("an upload is open");
        let end = self.bytes.len().min(self.sent + CHUNK_BYTES);
        let range = Some((self.sent as u64, end as u64 - 1));
        let body = Body { media_type: BYTES, bytes: &self.bytes[self.sent..end], range };
        let response = client.send(Method::Patch, &place, Some(body))?;
        if response.status != 202 {
            return Err(self.refused(&response));
        }
        self.sent = end;
        self.place = Some(location(client, &response)?);
        Ok(())
    }

    /// Sends the rest and says what all of it is.
    fn finish(&mut self, client: &mut Client, rest: &[u8]) -> Result<(), Failure> {
        let place = self.place.clone().expect("an upload is open");
        let separator = if place.contains('?') { '&' } else { '?' };
        let url = format!("{place}{separator}digest={}", percent(self.digest.as_str()));
        let body = Body { media_type: BYTES, bytes: rest, range: None };
        let response = client.send(Method::Put, &url, Some(body))?;
        if response.status == 201 { Ok(()) } else { Err(self.refused(&response)) }
    }

    fn refused(&mut self, response: &Response) -> Failure {
        let failure = response.failure(&format!("blob {}", self.digest));
        // The registry has lost the upload, or has another idea of how far it is: anew.
        let temporary = matches!(response.status, 404 | 416);
        if temporary {
            self.place = None;
        }
        Failure { temporary, ..failure }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Start {
    Mounted,
    Open,
}

fn location(client: &Client, response: &Response) -> Result<String, Failure> {
    let location = response.header("location").map(|location| client.absolute(location));
    location.ok_or(Failure::lasting(FailureKind::Malformed("the address of an upload")))
}
