//! Files that hold their own expectation: a header, a source, and what comes of it as comments.
//!
//! ```wat
//! ;;! key = "value"
//! ;; What the file proves.
//! (module)
//!
//! ;; the expected text
//! ```
//!
//! `BLESS=1` writes what came out into the files.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

/// Runs all files of a folder, given their path and their source (with the header); what `make` returns
/// is compared with the expectation, its errors fail the file.
///
/// # Panics
/// If a file fails. The differences are printed.
pub fn check_files(folder: &Path, make: impl Fn(&Path, &str) -> Result<String, String>) {
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let entries = fs::read_dir(folder).expect("the folder is readable");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder is readable").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let failed: Vec<_> = files.iter().filter(|file| !check(file, bless, &make)).collect();
    assert!(failed.is_empty(), "these files came out differently (BLESS=1 accepts it): {failed:#?}");
}

/// Runs one file. Shows the first difference, or accepts what came out.
fn check(file: &Path, bless: bool, make: impl Fn(&Path, &str) -> Result<String, String>) -> bool {
    let text = fs::read_to_string(file).expect("files are text");
    let (source, expected) = split(&text);
    let made = match make(file, source) {
        Ok(made) => as_comments(&made),
        Err(message) => {
            eprintln!("{}: {message}", file.display());
            return false;
        }
    };
    if bless {
        fs::write(file, format!("{}\n\n{made}", source.trim_end())).expect("the file is writable");
        return true;
    }
    if made == expected {
        return true;
    }
    let line = made.lines().zip(expected.lines()).take_while(|(made, expected)| made == expected).count();
    let show = |text: &str| text.lines().skip(line.saturating_sub(3)).take(8).collect::<Vec<_>>().join("\n");
    eprintln!("{}: expected:\n{}\nfound:\n{}\n", file.display(), show(expected), show(&made));
    false
}

/// The source with its header, and the comments after it.
fn split(text: &str) -> (&str, &str) {
    let mut end = 0;
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        position += line.len();
        if !line.starts_with(";;") && !line.trim().is_empty() {
            end = position;
        }
    }
    let (source, expected) = text.split_at(end);
    (source, expected.trim_start())
}

/// The keys and values of the header.
///
/// # Panics
/// If it is malformed.
#[must_use]
pub fn header(source: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = source.lines().filter_map(|line| line.strip_prefix(";;!")).collect();
    let text = lines.join("\n");
    let table = DeTable::parse(&text).expect("headers are TOML").into_inner();
    let text_of =
        |value: toml::de::DeValue<'_>| value.as_str().expect("headers have texts as values").to_owned();
    table
        .into_iter()
        .map(|(key, value)| (key.into_inner().into_owned(), text_of(value.into_inner())))
        .collect()
}

fn as_comments(text: &str) -> String {
    text.trim_end().lines().fold(String::new(), |mut comments, line| {
        let _ = writeln!(comments, "{}", format!(";; {line}").trim_end());
        comments
    })
}
