//! The rules of the source tree that a machine can check, held by ordinary tests.
//!
//! Which crate may know what, where `unsafe` may be, how large files may be, what must not be left
//! behind. Reads the `.rs` files of the workspace as text, line by line; a rule that needs to know
//! Rust's grammar is clippy's. Patterns that this file itself must not contain are put together from
//! halves.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders that hold the project's sources.
const FOLDERS: &[&str] = &["benches", "cli", "compiler", "fuzz", "runtime-lib", "targets", "tests", "xtask"];

/// Files longer than this are named in the output.
const LINES_AIM: usize = 500;

/// No file may be longer.
const LINES_MAX: usize = 800;

/// A source file.
struct Source {
    /// Relative to the workspace, with `/`.
    path: String,
    text: String,
}

/// A line of code and its number, from 1.
type Line<'a> = (usize, &'a str);

impl Source {
    /// The lines that are not comments.
    fn code(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines().filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// As [`Self::code`], up to the unit tests: none if the whole file is a test.
    fn code_before_tests(&self) -> impl Iterator<Item = Line<'_>> {
        let is_test = self.path.split('/').any(|part| part == "tests");
        self.code().take_while(move |(_, line)| !is_test && line.trim() != "#[cfg(test)]")
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        (1..).zip(self.text.lines())
    }

    fn is_in(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file of the project's folders whose name ends in `extension`.
fn sources(extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        collect(&workspace().join(folder), folder, extension, &mut found);
    }
    found
}

fn collect(folder: &Path, path: &str, extension: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("the folders of the workspace are readable") {
        let entry = entry.expect("the folders of the workspace are readable");
        let name = entry.file_name().into_string().expect("names are UTF-8");
        let path = format!("{path}/{name}");
        if entry.file_type().expect("files have types").is_dir() {
            if path == "fuzz/target" {
                continue; // What `cargo fuzz` builds.
            }
            collect(&entry.path(), &path, extension, found);
        } else if name.ends_with(extension) {
            let text = fs::read_to_string(entry.path()).expect("sources are UTF-8");
            found.push(Source { path, text });
        }
    }
}

/// Fails with all that is wrong, one a line.
#[track_caller]
fn check(rule: &str, wrong: impl IntoIterator<Item = String>) {
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

/// Every line of code, outside the folders or files given, that contains the pattern.
fn named_elsewhere(sources: &[Source], pattern: &str, allowed: &[&str]) -> Vec<String> {
    let others = sources.iter().filter(|source| !source.is_in(allowed));
    others.flat_map(|source| places(source, source.code(), |line| line.contains(pattern))).collect()
}

/// `path:line: text` of every line that matches.
fn places<'a>(
    source: &Source,
    lines: impl Iterator<Item = Line<'a>>,
    matches: impl Fn(&str) -> bool,
) -> Vec<String> {
    lines
        .filter(|(_, line)| matches(line))
        .map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim()))
        .collect()
}

#[test]
fn layers() {
    let sources = sources(".rs");
    let only = |pattern: &str, allowed: &[&str]| {
        check(
            &format!("`{pattern}` may be named in {allowed:?} only"),
            named_elsewhere(&sources, pattern, allowed),
        );
    };
    only(concat!("wasm", "parser"), &["compiler/src/parse/", "compiler/src/codegen/func/"]);
    only(concat!("crane", "lift_"), &["compiler/src/codegen/"]);
    // Executable files are made by the linker, relocatable ones by `codegen`.
    only(concat!("File", "Header64"), &["compiler/src/link/"]);
    only(concat!("object::", "write::"), &["compiler/src/codegen/object.rs", "compiler/src/link/tests/"]);
    only(concat!("wasiaot_", "runtime::"), &["fuzz/", "runtime-lib/"]);
    only(concat!("wasiaot_", "targets"), &["compiler/src/", "cli/src/", "targets/", "tests/"]);
    only(concat!("wasiaot_", "compiler"), &["cli/src/", "tests/"]);
}

/// The compiler does no I/O: it can be used where there is none, and gives the same bytes everywhere.
#[test]
fn compiler_does_no_input_or_output() {
    let patterns = ["std::fs", "std::env", "std::net", "std::process", "std::time", "println!", "eprintln!"];
    let sources = sources(".rs");
    let compiler = sources.iter().filter(|source| source.is_in(&["compiler/src/"]));
    let wrong = compiler.flat_map(|source| {
        places(source, source.code_before_tests(), |line| patterns.iter().any(|name| line.contains(name)))
    });
    check("the compiler uses no file system, clock, environment, network or process", wrong);
}

/// Compiler and runtime meet in `abi` and nowhere else.
#[test]
fn compiler_and_runtime_share_only_abi() {
    for (manifest, expected) in [
        ("compiler/Cargo.toml", &["wasiaot-abi", "wasiaot-targets"][..]),
        ("runtime-lib/Cargo.toml", &["wasiaot-abi"]),
        ("runtime-lib/abi/Cargo.toml", &[]),
        ("targets/Cargo.toml", &["wasiaot-abi"]),
    ] {
        let text = fs::read_to_string(workspace().join(manifest)).expect("the crate has a manifest");
        // Dependencies start their line; the crate's own name does not.
        let names = text.lines().filter(|line| line.starts_with("wasiaot-"));
        let names: BTreeSet<&str> = names.filter_map(|line| line.split(['.', ' ', '=']).next()).collect();
        assert_eq!(names, BTreeSet::from_iter(expected.iter().copied()), "{manifest}");
    }
}

/// The crates whose whole text is safe Rust.
const SAFE_CRATES: &[&str] =
    &["cli/src/main.rs", "compiler/src/lib.rs", "runtime-lib/abi/src/lib.rs", "targets/src/lib.rs"];

/// The files that may hold `unsafe`: the list to read in an audit. Everything else is refused by the
/// workspace's lint.
const UNSAFE_FILES: &[&str] = &[
    "benches/src/process.rs",
    "runtime-lib/src/exception/references.rs",
    "runtime-lib/src/exception/tables.rs",
    "runtime-lib/src/exception/unwind.rs",
    "runtime-lib/src/export.rs",
    "runtime-lib/src/export/aarch64.rs",
    "runtime-lib/src/export/x86_64.rs",
    "runtime-lib/src/frames.rs",
    "runtime-lib/src/guest.rs",
    "runtime-lib/src/guest/model.rs",
    "runtime-lib/src/heap.rs",
    "runtime-lib/src/host/clock.rs",
    "runtime-lib/src/host/io.rs",
    "runtime-lib/src/host/landlock.rs",
    "runtime-lib/src/host/path.rs",
    "runtime-lib/src/host/poll.rs",
    "runtime-lib/src/host/socket.rs",
    "runtime-lib/src/memory.rs",
    "runtime-lib/src/p1/export.rs",
    "runtime-lib/src/p1/table.rs",
    "runtime-lib/src/program.rs",
    "runtime-lib/src/restrict.rs",
    "runtime-lib/src/script.rs",
    "runtime-lib/src/stack.rs",
    "runtime-lib/src/start.rs",
    "runtime-lib/src/sys/arch/aarch64.rs",
    "runtime-lib/src/sys/arch/x86_64.rs",
    "runtime-lib/src/sys/bytes/avx2.rs",
    "runtime-lib/src/sys/bytes/export.rs",
    "runtime-lib/src/sys/bytes/mod.rs",
    "runtime-lib/src/sys/mod.rs",
    "runtime-lib/src/sys/signal.rs",
    "runtime-lib/src/table.rs",
    "runtime-lib/src/timeout.rs",
    "runtime-lib/src/trap/handler.rs",
    "runtime-lib/src/trap/recovery.rs",
    "tests/tests/faults/tracer.rs",
];

#[test]
fn unsafe_code_is_listed() {
    let sources = sources(".rs");
    for path in SAFE_CRATES {
        let source = sources.iter().find(|source| source.path == *path).expect("the crate has a root");
        assert!(source.text.contains("#![forbid(unsafe_code)]"), "{path} must forbid unsafe code");
    }
    let opens = concat!("#![allow(", "unsafe_code");
    let opted_in: BTreeSet<&str> = sources
        .iter()
        .filter(|source| source.text.contains(opens))
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(opted_in, BTreeSet::from_iter(UNSAFE_FILES.iter().copied()), "files with unsafe code");
}

/// Lines above an `unsafe` block in which its comment is looked for: the statement may begin before it.
const SAFETY_DISTANCE_LINES: usize = 8;

#[test]
fn unsafe_blocks_say_why_they_are_sound() {
    let block = concat!("unsafe", " {");
    let mut wrong = Vec::new();
    for source in sources(".rs").iter().filter(|source| source.path != "tests/tests/tidy.rs") {
        let lines: Vec<&str> = source.text.lines().collect();
        for (number, line) in source.code().filter(|(_, line)| line.contains(block)) {
            let above = &lines[number.saturating_sub(SAFETY_DISTANCE_LINES + 1)..number];
            if !above.iter().any(|line| line.contains("// SAFETY:")) {
                wrong.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    check("every unsafe block has a `// SAFETY:` comment", wrong);
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for source in sources(".rs") {
        let lines = source.text.lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("{}: {lines} lines", source.path));
        } else if lines > LINES_AIM {
            eprintln!("{}: {lines} lines", source.path);
        }
    }
    check(&format!("files have at most {LINES_MAX} lines"), wrong);
}

#[test]
fn files_say_what_they_are() {
    let sources = sources(".rs");
    let wrong = sources.iter().filter(|source| !source.text.starts_with("//!"));
    check("every file opens with a `//!` comment", wrong.map(|source| source.path.clone()));
}

/// `dbg!` and its like are found in comments too: none of this belongs there either.
#[test]
fn nothing_is_left_behind() {
    const MARKS: &[&str] = &[
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("db", "g!("),
        concat!("#[ig", "nore"),
        concat!("#[should_", "panic"),
    ];
    let sources = sources(".rs");
    let wrong = sources.iter().flat_map(|source| {
        places(source, source.lines(), |line| MARKS.iter().any(|mark| line.contains(mark)))
    });
    check("nothing is left to do, switched off or for debugging", wrong);
}

#[test]
fn errors_are_handled() {
    let unwrap = concat!(".un", "wrap()");
    let sources = sources(".rs");
    let wrong = sources
        .iter()
        .flat_map(|source| places(source, source.code_before_tests(), |line| line.contains(unwrap)));
    check("outside tests, a failure is an error or `expect` says why there is none", wrong);
}

/// Nothing names a folder of one machine.
#[test]
fn no_paths_of_machines() {
    const ROOTS: &[&str] =
        &[concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];
    let mut wrong = Vec::new();
    for extension in [".rs", ".toml", ".md", ".c", ".wat", ".wast", ".sh", ".json"] {
        let mut sources = sources(extension);
        if extension == ".md" {
            sources.extend(documents());
        }
        for source in &sources {
            let named = |line: &str| ROOTS.iter().any(|root| names_root(line, root));
            wrong.extend(places(source, source.lines(), named));
        }
    }
    check("no path of a machine is named", wrong);
}

/// Whether an absolute path of this folder is in the line: not a folder of this name inside another.
fn names_root(line: &str, root: &str) -> bool {
    line.match_indices(root).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-}*".contains(before))
    })
}

/// The documents beside the folders.
fn documents() -> Vec<Source> {
    const DOCUMENTS: &[&str] =
        &["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "RATIONALE.md", "README.md", "SECURITY.md"];
    let read = |path: &&str| Source {
        path: (*path).to_owned(),
        text: fs::read_to_string(workspace().join(path)).expect("the project has its documents"),
    };
    DOCUMENTS.iter().map(read).collect()
}

/// What ARCHITECTURE.md promises of itself: it can be read in one go.
#[test]
fn the_architecture_fits_in_its_limit() {
    let document = documents().into_iter().find(|source| source.path == "ARCHITECTURE.md");
    let lines = document.expect("it is one of the documents").text.lines().count();
    assert!(lines <= 200, "ARCHITECTURE.md has {lines} lines, 200 are the most");
}

/// Every relative link of the documents leads to a file.
#[test]
fn links_of_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    for source in documents() {
        for (number, line) in source.lines() {
            for rest in line.split("](").skip(1) {
                let link = rest.split(')').next().unwrap_or_default();
                let path = link.split('#').next().unwrap_or_default();
                if !path.is_empty() && !path.contains("://") && !workspace().join(path).exists() {
                    wrong.push(format!("{}:{number}: {link}", source.path));
                }
            }
        }
    }
    check("links lead to files", wrong);
}
