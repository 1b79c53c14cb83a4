//! How errors and our own bugs are shown on standard error.
//!
//! An error is one [`Diagnostic`]: a code, a message, a place, a hint. Its texts may hold names from
//! the input and are escaped here, in one place, so that no input can write to the terminal what it
//! likes. Color is decided by `anstream`: only on a terminal, never with `NO_COLOR`.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::panic::PanicHookInfo;
use std::path::Path;

/// An error, ready to be shown.
#[derive(Debug)]
pub(crate) struct Diagnostic {
    /// For example `W0301`; usage errors have none.
    pub(crate) code: Option<&'static str>,
    /// What is wrong.
    pub(crate) message: String,
    /// Where in the input it is.
    pub(crate) place: Option<String>,
    /// What the user can do about it.
    pub(crate) hint: Option<String>,
}

const ERROR: &str = "\u{1b}[1;31merror";
const WARNING: &str = "\u{1b}[1;33mwarning";
const HINT: &str = "\u{1b}[1mhint";
const PLAIN: &str = "\u{1b}[0m";

/// Writes what ended the command to standard error. A closed standard error is nothing to report.
pub(crate) fn show(diagnostic: &Diagnostic) {
    write_to_stderr(ERROR, diagnostic);
}

/// Writes what the user should know, though the command goes on, to standard error.
pub(crate) fn show_warning(diagnostic: &Diagnostic) {
    write_to_stderr(WARNING, diagnostic);
}

fn write_to_stderr(kind: &str, diagnostic: &Diagnostic) {
    let mut text = String::from(kind);
    if let Some(code) = diagnostic.code {
        let _ = write!(text, "[{code}]");
    }
    let _ = writeln!(text, "{PLAIN}: {}", Escaped(&diagnostic.message));
    if let Some(place) = &diagnostic.place {
        let _ = writeln!(text, "  --> {}", Escaped(place));
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = writeln!(text, "{HINT}{PLAIN}: {}", Escaped(hint));
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Makes every panic an exit with status 101 and a request to report it.
///
/// The process ends at once: a panicking compile thread does not leave the others running, and
/// nothing is written after it.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let _ = io::stderr().write_all(bug_report(panic).as_bytes());
        std::process::exit(101);
    }));
}

fn bug_report(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("panicked without a message");
    let mut text = format!("error: this is a bug in wasiaot, please report it\n  {}\n", Escaped(message));
    if let Some(location) = panic.location() {
        let _ = writeln!(text, "  at {location}, wasiaot {}", env!("CARGO_PKG_VERSION"));
    }
    let _ = writeln!(text, "hint: the input file helps most");
    let backtrace = std::backtrace::Backtrace::capture();
    if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
        let _ = writeln!(text, "{backtrace}");
    }
    text
}

/// Shows text with everything escaped that a terminal would obey instead of show: control
/// characters (line ends included), and invisible characters that reorder or hide text.
#[derive(Debug)]
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0, is_hostile)
    }
}

/// As [`Escaped`], but lines and tabs stay: for whole texts.
#[derive(Debug)]
pub(crate) struct EscapedText<'a>(pub(crate) &'a str);

impl fmt::Display for EscapedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0, |c| is_hostile(c) && !matches!(c, '\n' | '\t'))
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str, escaped: impl Fn(char) -> bool) -> fmt::Result {
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|&(_, c)| escaped(c)) {
        f.write_str(&rest[..at])?;
        write!(f, "{}", c.escape_unicode())?;
        rest = &rest[at + c.len_utf8()..];
    }
    f.write_str(rest)
}

fn is_hostile(c: char) -> bool {
    // Zero-width and direction marks; line and paragraph separators and direction overrides;
    // invisible operators and direction isolates; byte order mark.
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A path in backticks.
#[derive(Debug)]
pub(crate) struct Quoted<'a>(pub(crate) &'a Path);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.display())
    }
}

/// What the system or a library said, worded for the middle of a sentence.
#[derive(Debug)]
pub(crate) struct Reason<'a, E>(pub(crate) &'a E);

impl<E: fmt::Display> fmt::Display for Reason<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let text = text.split_once(" (os error").map_or(text.as_str(), |(text, _)| text);
        let mut chars = text.chars();
        if let Some(first) = chars.next() {
            write!(f, "{}{}", first.to_lowercase(), chars.as_str())?;
        }
        Ok(())
    }
}
