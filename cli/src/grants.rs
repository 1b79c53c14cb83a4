//! What an executable may touch, from the command line: `--dir`, `--env` and their like.
//!
//! Grants keep the order in which they were given, across options, because that is the order of the
//! guest's preopened descriptors. The derive of `clap` cannot express it, so this file implements its
//! traits. Strings need no check for zero bytes: an argument cannot hold one.

use std::net::SocketAddr;

use clap::{Arg, ArgAction, ArgMatches, Command};
use wasiaot_abi::grants::Grant;

/// All grants, in the order given.
#[derive(Debug)]
pub(crate) struct Grants(Vec<Grant>);

/// Why a grant is refused.
#[derive(Debug, thiserror::Error)]
enum GrantError {
    #[error("the host directory is empty")]
    HostEmpty,
    #[error("the guest path after `::` is empty")]
    GuestEmpty,
    #[error("a variable needs a name")]
    KeyEmpty,
    #[error("an address is needed too: `0.0.0.0:{port}` listens on all IPv4 addresses, `[::]:{port}` on all")]
    AddressMissing { port: u16 },
    #[error("names are not looked up: `127.0.0.1:{port}` or `[::1]:{port}` listens on this machine only")]
    AddressIsName { port: u16 },
    #[error("an address is an IP address and a port, for example `127.0.0.1:8080` or `[::1]:8080`")]
    Address,
}

/// Two directories under one guest path: the guest could reach only one of them.
#[derive(Debug, thiserror::Error)]
#[error("guest path `{guest}` is granted twice")]
pub(crate) struct GuestTwice {
    guest: String,
}

impl Grants {
    /// The grants as the executable carries them.
    ///
    /// # Errors
    /// If two of them contradict each other.
    pub(crate) fn check(&self) -> Result<Vec<Grant>, GuestTwice> {
        check_guests_differ(&self.0)?;
        Ok(last_of_each_variable(&self.0))
    }
}

const DIR: &str = "dir";
const DIR_READ_ONLY: &str = "dir-ro";
const ENV: &str = "env";
const ENV_INHERIT: &str = "inherit-env";
const ARGV0: &str = "argv0";
const TCP_LISTEN: &str = "tcp-listen";

impl clap::Args for Grants {
    fn augment_args(command: Command) -> Command {
        let option = |id: &'static str, value: &'static str| {
            Arg::new(id).long(id).value_name(value).help_heading("Grants: what the executable may touch")
        };
        command.args([
            option(DIR, "HOST[::GUEST]")
                .help("Grants a directory; a relative HOST starts where the executable is started")
                .action(ArgAction::Append)
                .value_parser(parse_dir),
            option(DIR_READ_ONLY, "HOST[::GUEST]")
                .help("Grants a directory for reading only")
                .action(ArgAction::Append)
                .value_parser(parse_dir_read_only),
            option(ENV, "KEY[=VALUE]")
                .help("Sets an environment variable, or passes one through")
                .action(ArgAction::Append)
                .value_parser(parse_env),
            option(ENV_INHERIT, "")
                .help("Passes all environment variables through")
                .action(ArgAction::SetTrue),
            option(TCP_LISTEN, "ADDRESS:PORT")
                .help("Listens on a TCP address and hands the socket over")
                .action(ArgAction::Append)
                .value_parser(parse_tcp_listen),
            option(ARGV0, "NAME")
                .help("Sets argument 0, instead of what the executable was started as")
                .value_parser(parse_argv0),
        ])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Grants {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut indexed = Vec::new();
        for id in [DIR, DIR_READ_ONLY, ENV, TCP_LISTEN, ARGV0] {
            let indices = matches.indices_of(id).into_iter().flatten();
            indexed.extend(indices.zip(matches.get_many::<Grant>(id).into_iter().flatten().cloned()));
        }
        if matches.get_flag(ENV_INHERIT) {
            indexed.extend(matches.index_of(ENV_INHERIT).map(|index| (index, Grant::EnvInherit)));
        }
        indexed.sort_by_key(|&(index, _)| index);
        let grants: Vec<_> = indexed.into_iter().map(|(_, grant)| grant).collect();
        Ok(Self(grants))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn parse_dir(text: &str) -> Result<Grant, GrantError> {
    let (host, guest) = split_dir(text)?;
    Ok(Grant::Dir { host, guest, read_only: false })
}

fn parse_dir_read_only(text: &str) -> Result<Grant, GrantError> {
    let (host, guest) = split_dir(text)?;
    Ok(Grant::Dir { host, guest, read_only: true })
}

fn split_dir(text: &str) -> Result<(String, String), GrantError> {
    let (host, guest) = text.split_once("::").unwrap_or((text, text));
    if host.is_empty() {
        return Err(GrantError::HostEmpty);
    }
    if guest.is_empty() {
        return Err(GrantError::GuestEmpty);
    }
    Ok((host.into(), guest.into()))
}

fn parse_env(text: &str) -> Result<Grant, GrantError> {
    match text.split_once('=') {
        Some(("", _)) => Err(GrantError::KeyEmpty),
        None if text.is_empty() => Err(GrantError::KeyEmpty),
        Some(_) => Ok(Grant::EnvSet(text.into())),
        None => Ok(Grant::EnvPass(text.into())),
    }
}

fn parse_argv0(text: &str) -> Result<Grant, std::convert::Infallible> {
    Ok(Grant::Argv0(text.into()))
}

fn parse_tcp_listen(text: &str) -> Result<Grant, GrantError> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(Grant::TcpListen(address.to_string()));
    }
    let (name, port) = text.rsplit_once(':').unwrap_or(("", text));
    Err(match port.parse() {
        Ok(port) if name.is_empty() => GrantError::AddressMissing { port },
        Ok(port) if name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains(':') => {
            GrantError::AddressIsName { port }
        }
        _ => GrantError::Address,
    })
}

fn check_guests_differ(grants: &[Grant]) -> Result<(), GuestTwice> {
    let mut seen = std::collections::BTreeSet::new();
    for grant in grants {
        if let Grant::Dir { guest, .. } = grant
            && !seen.insert(guest)
        {
            return Err(GuestTwice { guest: guest.clone() });
        }
    }
    Ok(())
}

/// Of several grants of one environment variable the last counts.
fn last_of_each_variable(grants: &[Grant]) -> Vec<Grant> {
    let key = |grant: &Grant| match grant {
        Grant::EnvSet(pair) => pair.split_once('=').map(|(key, _)| key.to_owned()),
        Grant::EnvPass(key) => Some(key.clone()),
        _ => None,
    };
    let keys: Vec<_> = grants.iter().map(key).collect();
    let is_last = |index: usize| keys[index].is_none() || !keys[index + 1..].contains(&keys[index]);
    grants.iter().enumerate().filter(|&(index, _)| is_last(index)).map(|(_, grant)| grant.clone()).collect()
}
