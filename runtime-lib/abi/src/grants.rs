//! What an executable may touch: decided at build, encoded into the executable, read at start.
//!
//! The encoding is a sequence of records: a tag byte, then the record's strings, each as a
//! little-endian `u32` length, the bytes, and a zero byte (so that the runtime can hand them to the
//! kernel as they are). Strings hold no zero byte themselves; [`encode`] asserts it, the command
//! line rejects it.

use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::CStr;

/// One thing that was granted or set at build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A host directory, under a guest path.
    Dir {
        /// The host path. A relative one is resolved against the working directory of the running
        /// executable.
        host: String,
        /// The path by which the guest knows it.
        guest: String,
        /// Whether it is granted for reading only.
        read_only: bool,
    },
    /// An environment variable with a value fixed at build: `KEY=VALUE`.
    EnvSet(String),
    /// An environment variable passed through at run time, if it is set.
    EnvPass(String),
    /// All environment variables are passed through at run time.
    EnvInherit,
    /// Argument 0, instead of what the executable was started as.
    Argv0(String),
    /// A listening TCP socket, as `ADDRESS:PORT` (`[ADDRESS]:PORT` for IPv6).
    TcpListen(String),
}

/// A [`Grant`] as the runtime reads it: borrowed, and zero-terminated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are those of `Grant`")]
pub enum GrantRef<'a> {
    /// See [`Grant::Dir`].
    Dir { host: &'a CStr, guest: &'a CStr, read_only: bool },
    /// See [`Grant::EnvSet`].
    EnvSet(&'a CStr),
    /// See [`Grant::EnvPass`].
    EnvPass(&'a CStr),
    /// See [`Grant::EnvInherit`].
    EnvInherit,
    /// See [`Grant::Argv0`].
    Argv0(&'a CStr),
    /// See [`Grant::TcpListen`].
    TcpListen(&'a CStr),
}

const TAG_DIR: u8 = 1;
const TAG_DIR_READ_ONLY: u8 = 2;
const TAG_ENV_SET: u8 = 3;
const TAG_ENV_PASS: u8 = 4;
const TAG_ENV_INHERIT: u8 = 5;
const TAG_ARGV0: u8 = 6;
const TAG_TCP_LISTEN: u8 = 7;

/// Encodes grants in their order.
///
/// # Panics
/// If a string holds a zero byte or is 4 GiB long.
#[must_use]
pub fn encode(grants: &[Grant]) -> Vec<u8> {
    let mut out = Vec::new();
    for grant in grants {
        let (tag, strings): (u8, &[&String]) = match grant {
            Grant::Dir { host, guest, read_only: false } => (TAG_DIR, &[host, guest]),
            Grant::Dir { host, guest, read_only: true } => (TAG_DIR_READ_ONLY, &[host, guest]),
            Grant::EnvSet(pair) => (TAG_ENV_SET, &[pair]),
            Grant::EnvPass(key) => (TAG_ENV_PASS, &[key]),
            Grant::EnvInherit => (TAG_ENV_INHERIT, &[]),
            Grant::Argv0(name) => (TAG_ARGV0, &[name]),
            Grant::TcpListen(address) => (TAG_TCP_LISTEN, &[address]),
        };
        out.push(tag);
        for string in strings {
            assert!(!string.contains('\0'), "a granted name holds a zero byte");
            let len = u32::try_from(string.len()).expect("a granted name is shorter than 4 GiB");
            out.extend(len.to_le_bytes());
            out.extend(string.as_bytes());
            out.push(0);
        }
    }
    out
}

/// The grants in `bytes`. Stops at malformed input.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decode<'_> {
    Decode { bytes }
}

/// Iterator of [`decode`]. Does not allocate.
#[derive(Clone, Debug)]
pub struct Decode<'a> {
    bytes: &'a [u8],
}

impl<'a> Decode<'a> {
    fn string(&mut self) -> Option<&'a CStr> {
        let (len, rest) = self.bytes.split_first_chunk()?;
        let (string, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize + 1)?;
        self.bytes = rest;
        CStr::from_bytes_with_nul(string).ok()
    }
}

impl<'a> Iterator for Decode<'a> {
    type Item = GrantRef<'a>;

    fn next(&mut self) -> Option<GrantRef<'a>> {
        let (&tag, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(match tag {
            TAG_DIR | TAG_DIR_READ_ONLY => GrantRef::Dir {
                host: self.string()?,
                guest: self.string()?,
                read_only: tag == TAG_DIR_READ_ONLY,
            },
            TAG_ENV_SET => GrantRef::EnvSet(self.string()?),
            TAG_ENV_PASS => GrantRef::EnvPass(self.string()?),
            TAG_ENV_INHERIT => GrantRef::EnvInherit,
            TAG_ARGV0 => GrantRef::Argv0(self.string()?),
            TAG_TCP_LISTEN => GrantRef::TcpListen(self.string()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let grants = [
            Grant::Dir { host: "data".into(), guest: "/".into(), read_only: false },
            Grant::Dir { host: "".into(), guest: "é".into(), read_only: true },
            Grant::EnvSet("A=1".into()),
            Grant::EnvPass("HOME".into()),
            Grant::EnvInherit,
            Grant::Argv0("app".into()),
            Grant::TcpListen("[::1]:80".into()),
        ];
        let bytes = encode(&grants);
        let decoded: Vec<_> = decode(&bytes).collect();
        assert_eq!(
            decoded,
            [
                GrantRef::Dir { host: c"data", guest: c"/", read_only: false },
                GrantRef::Dir { host: c"", guest: c"é", read_only: true },
                GrantRef::EnvSet(c"A=1"),
                GrantRef::EnvPass(c"HOME"),
                GrantRef::EnvInherit,
                GrantRef::Argv0(c"app"),
                GrantRef::TcpListen(c"[::1]:80"),
            ]
        );
        for len in 0..bytes.len() {
            // Truncated input ends early and does not panic.
            assert!(decode(&bytes[..len]).count() < grants.len());
        }
    }
}
