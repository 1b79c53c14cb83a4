//! What is part of the project, against the rules of `deny.toml`: licenses, second versions of crates, and where
//! they are from. `cargo deny check` knows more, but needs to be installed; this asks cargo itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The packages that are compiled on this machine, this project's own and tests included.
fn packages() -> Vec<Value> {
    let host = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV").output();
    let host = String::from_utf8(host.expect("tests were compiled by it").stdout).expect("it prints text");
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("it names the host");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]);
    let output = cargo.current_dir(workspace()).output().expect("cargo runs tests, so it is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let packages = metadata["packages"].as_array_mut().map(std::mem::take);
    packages.expect("there are packages")
}

fn rules() -> toml::Table {
    let text = fs::read_to_string(workspace().join("deny.toml")).expect("it is there");
    text.parse().expect("it is TOML")
}

fn strings(list: &toml::Value) -> BTreeSet<&str> {
    list.as_array().expect("it is a list").iter().map(|item| item.as_str().expect("it is text")).collect()
}

fn text<'v>(package: &'v Value, field: &str) -> &'v str {
    package[field].as_str().unwrap_or_default()
}

/// Whether an expression of SPDX, or an older one with `/` for "or", can be met with what is allowed.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let met = any_of(&mut words, allowed);
    met && words.next().is_none()
}

type Words<'w> = std::iter::Peekable<std::str::SplitWhitespace<'w>>;

fn any_of(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all_of(words, allowed);
    }
    met
}

fn all_of(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = any_of(words, allowed);
        return words.next_if_eq(&")").is_some() && met;
    }
    let Some(license) = words.next() else { return false };
    match words.next_if_eq(&"WITH").and_then(|_| words.next()) {
        Some(exception) => allowed.contains(format!("{license} WITH {exception}").as_str()),
        None => allowed.contains(license),
    }
}

#[test]
fn expressions_of_licenses() {
    let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0/MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("ISC AND MIT", true),
        ("GPL-3.0 OR ISC AND MIT", true),
        ("(GPL-3.0 OR ISC) AND MIT", true),
        ("(GPL-3.0 OR ISC) AND BSD-2-Clause", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("MIT ISC", false),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}

#[test]
fn licenses_and_sources() {
    let rules = rules();
    let allowed = strings(&rules["licenses"]["allow"]);
    let registries = strings(&rules["sources"]["allow-registry"]);
    let mut wrong = Vec::new();
    for package in packages() {
        let (name, license) = (text(&package, "name"), text(&package, "license"));
        if !is_allowed(license, &allowed) {
            wrong.push(format!("{name}: license `{license}`"));
        }
        // This project's own have none.
        let source = text(&package, "source");
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        if !source.is_empty() && !registries.contains(registry) {
            wrong.push(format!("{name}: from `{source}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn second_versions_have_a_reason() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        let version = text(&package, "version").to_owned();
        versions.entry(text(&package, "name").to_owned()).or_default().insert(version);
    }
    let rules = rules();
    let skipped = rules["bans"]["skip"].as_array().expect("it is a list");
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let without_reason: Vec<&String> = versions
            .iter()
            .filter(|version| {
                let found = skipped.iter().filter_map(|skip| skip["crate"].as_str()).find(|skip| {
                    let (skip, start) = skip.split_once('@').expect("versions are named");
                    skip == name && format!("{version}.").starts_with(&format!("{start}."))
                });
                used.extend(found);
                found.is_none()
            })
            .collect();
        if without_reason.len() != 1 {
            wrong.push(format!("{name}: versions {without_reason:?} are there without a reason"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let names: BTreeSet<&str> = skipped.iter().filter_map(|skip| skip["crate"].as_str()).collect();
    assert_eq!(used, names, "reasons for what is not there");
    for skip in skipped {
        assert!(skip["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{skip:?}");
    }
}
