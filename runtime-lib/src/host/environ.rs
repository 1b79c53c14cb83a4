//! The program's arguments and environment variables, as far as they were granted.
//!
//! Both are recomputed each time that they are asked for: nothing is allocated or kept.

use std::ffi::CStr;
use std::ops::ControlFlow;

use wasiaot_abi::grants::{Decode, GrantRef};

use crate::{program, start};

/// The arguments: those that the process was started with, the first one replaced by the name that
/// was granted, if any.
pub fn arguments() -> impl Iterator<Item = &'static CStr> {
    let granted = program::grants().filter_map(|grant| match grant {
        GrantRef::Argv0(name) => Some(name),
        _ => None,
    });
    let mut given = start::arguments();
    let given_name = given.next();
    granted.last().or(given_name).into_iter().chain(given)
}

/// Passes each variable that was granted to `visit`, as `KEY=VALUE`, until it breaks.
pub fn variables(visit: &mut dyn FnMut(&'static CStr) -> ControlFlow<()>) {
    let _ = merge(program::grants(), &start::environment, visit);
}

/// A way to go through the process's variables.
type Variables<I> = dyn Fn() -> I;

/// Merges what `grants` say with the process's variables. For each key the last grant that has a
/// value for it wins; of several variables of the process the first, as for `getenv`.
fn merge<'a, I: Iterator<Item = &'a CStr>>(
    mut grants: Decode<'a>,
    inherited: &Variables<I>,
    visit: &mut dyn FnMut(&'a CStr) -> ControlFlow<()>,
) -> ControlFlow<()> {
    while let Some(grant) = grants.next() {
        let is_overridden = |key: &[u8]| {
            grants.clone().any(|later| match later {
                GrantRef::EnvSet(pair) => key_of(pair) == Some(key),
                GrantRef::EnvPass(name) => name.to_bytes() == key && find(inherited, key).is_some(),
                GrantRef::EnvInherit => find(inherited, key).is_some(),
                _ => false,
            })
        };
        match grant {
            GrantRef::EnvSet(pair) if key_of(pair).is_some_and(|key| !is_overridden(key)) => visit(pair)?,
            GrantRef::EnvPass(name) => {
                if let Some(pair) =
                    find(inherited, name.to_bytes()).filter(|_| !is_overridden(name.to_bytes()))
                {
                    visit(pair)?;
                }
            }
            GrantRef::EnvInherit => {
                for pair in inherited() {
                    let Some(key) = key_of(pair) else { continue };
                    // Duplicates are elsewhere in memory than the first.
                    let is_first = find(inherited, key).is_some_and(|first| std::ptr::eq(first, pair));
                    if is_first && !is_overridden(key) {
                        visit(pair)?;
                    }
                }
            }
            _ => {}
        }
    }
    ControlFlow::Continue(())
}

/// The process's variable with this key.
fn find<'a, I: Iterator<Item = &'a CStr>>(inherited: &Variables<I>, key: &[u8]) -> Option<&'a CStr> {
    inherited().find(|pair| key_of(pair) == Some(key))
}

/// The part before the equals sign. What has no key is no variable.
fn key_of(pair: &CStr) -> Option<&[u8]> {
    let bytes = pair.to_bytes();
    let len = bytes.iter().position(|&byte| byte == b'=')?;
    bytes.get(..len).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use wasiaot_abi::grants::{Grant, decode, encode};

    use super::*;

    const PROCESS: &[&CStr] = &[c"HOME=/root", c"A=1", c"A=2", c"B=", c"junk", c"=x", c"X=\xff=y"];

    #[track_caller]
    fn check(grants: &[Grant], expected: &[&CStr]) {
        let encoded = encode(grants);
        let mut variables = Vec::new();
        let done = merge(decode(&encoded), &|| PROCESS.iter().copied(), &mut |pair| {
            variables.push(pair.to_owned());
            ControlFlow::Continue(())
        });
        assert!(done.is_continue());
        assert_eq!(variables.iter().map(AsRef::as_ref).collect::<Vec<&CStr>>(), expected);
    }

    #[test]
    fn nothing_is_granted_by_default() {
        check(&[], &[]);
        check(&[Grant::Argv0("A=1".into())], &[]);
    }

    #[test]
    fn inherits_each_key_once() {
        check(&[Grant::EnvInherit], &[c"HOME=/root", c"A=1", c"B=", c"X=\xff=y"]);
        check(&[Grant::EnvInherit, Grant::EnvInherit], &[c"HOME=/root", c"A=1", c"B=", c"X=\xff=y"]);
    }

    #[test]
    fn the_last_grant_of_a_key_wins() {
        let set = |pair: &str| Grant::EnvSet(pair.into());
        let pass = |key: &str| Grant::EnvPass(key.into());
        check(&[set("A=x"), set("C=3"), set("A=y")], &[c"C=3", c"A=y"]);
        check(&[set("A=x"), pass("A")], &[c"A=1"]);
        check(&[pass("A"), set("A=x")], &[c"A=x"]);
        check(&[set("C=default"), pass("C")], &[c"C=default"]); // The process has no `C`.
        check(
            &[set("HOME=/"), pass("B"), Grant::EnvInherit, set("X=")],
            &[c"HOME=/root", c"A=1", c"B=", c"X="],
        );
    }
}
