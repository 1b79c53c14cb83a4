//! Lists what runtime objects are made of: the crates, the standard library, and musl.
//!
//! One part on each line: kind, name, version and license, with tabs between. The list depends on
//! `Cargo.lock` and the toolchain only. It is what an image's bill of materials is made from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The lines for what `cargo tree` printed, `NAME vVERSION …|LICENSE` on each line.
pub(crate) fn crates(tree: &str) -> Result<BTreeSet<String>, String> {
    let mut lines = BTreeSet::new();
    for line in tree.lines().filter(|line| !line.trim().is_empty()) {
        let malformed = || format!("`cargo tree` printed a line that is not understood: {line}");
        let (package, license) = line.split_once('|').ok_or_else(malformed)?;
        let mut words = package.split(' ');
        let name = words.next().ok_or_else(malformed)?;
        let version = words.next().and_then(|word| word.strip_prefix('v')).ok_or_else(malformed)?;
        // A dependency that was printed before is marked. The older form of expressions has slashes.
        let license = license.trim_end_matches(" (*)").replace('/', " OR ");
        lines.insert(format!("crate\t{name}\t{version}\t{license}"));
    }
    Ok(lines)
}

/// The line for the standard library, from what `rustc --version` printed.
pub(crate) fn standard_library(version: &str) -> Result<String, String> {
    let number = version.split(' ').nth(1);
    let number = number.ok_or_else(|| format!("`rustc --version` printed `{}`", version.trim()))?;
    Ok(format!("toolchain\trust-std\t{number}\tMIT OR Apache-2.0"))
}

/// The line for musl. Its version is that of the package it was fetched with; without one, unknown.
pub(crate) fn musl(package_list: &Path) -> String {
    let packages = fs::read_to_string(package_list).unwrap_or_default();
    let version = packages.lines().find_map(|name| name.strip_prefix("musl-dev_")?.split(['-', '_']).next());
    format!("toolchain\tmusl\t{}\tMIT", version.unwrap_or_default())
}
