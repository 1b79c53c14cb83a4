//! Runs the command lines in `cases/*.md` and compares everything that comes out.
//!
//! A case is a Markdown file. A block ```` ```file NAME ```` is written to a fresh folder. Each line
//! `$ COMMAND` of a block ```` ```console ```` is run there by `sh`, with `wasiaot` on the path; the
//! lines after it are what must come out: `| ` before lines of standard output, `! ` before lines of
//! standard error, and `= N` if the exit status is not 0. Lines without a line end are marked with
//! `\` at their end. `BLESS=1` writes what came out into the files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn messages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the cases exist")
        .map(|entry| entry.expect("readable").path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let failed: Vec<_> = cases.iter().filter(|case| !check(case, bless)).collect();
    assert!(failed.is_empty(), "these cases came out differently (BLESS=1 accepts it): {failed:#?}");
}

/// Runs one case. Shows the first difference, or accepts what came out.
fn check(case: &Path, bless: bool) -> bool {
    let expected = fs::read_to_string(case).expect("the case is readable");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(case.file_stem().expect("cases have names"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the test folder can be made");
    let actual = run_case(&expected, &folder);
    if bless {
        fs::write(case, &actual).expect("the case is writable");
        return true;
    }
    let difference = expected.lines().zip(actual.lines()).position(|(expected, actual)| expected != actual);
    if let Some(line) = difference {
        let show =
            |text: &str| text.lines().skip(line.saturating_sub(1)).take(6).collect::<Vec<_>>().join("\n");
        eprintln!(
            "{}:{}\nexpected:\n{}\nactual:\n{}\n",
            case.display(),
            line + 1,
            show(&expected),
            show(&actual)
        );
    }
    expected == actual
}

/// The text of the case with what came out.
fn run_case(text: &str, folder: &Path) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        let block = lines.by_ref();
        if let Some(name) = line.strip_prefix("```file ") {
            let content: String =
                block.take_while(|&line| line != "```").map(|line| format!("{line}\n")).collect();
            fs::write(folder.join(name), &content).expect("the test folder is writable");
            out += &content;
            out += "```\n";
        } else if line == "```console" {
            for line in block.take_while(|&line| line != "```") {
                if let Some(command) = line.strip_prefix("$ ") {
                    let _ = writeln!(out, "{line}");
                    out += &run_command(command, folder);
                }
            }
            out += "```\n";
        }
    }
    out
}

fn run_command(command: &str, folder: &Path) -> String {
    let tool = Path::new(env!("CARGO_BIN_EXE_wasiaot")).parent().expect("the tool is in a folder");
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("umask 022; {command}"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", tool.display()))
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .expect("`sh` can be run");
    let mut text = marked_lines("| ", &output.stdout) + &marked_lines("! ", &output.stderr);
    match output.status.code() {
        Some(0) => {}
        Some(code) => text += &format!("= {code}\n"),
        None => text += &format!("= {}\n", output.status),
    }
    text
}

fn marked_lines(mark: &str, bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut marked = String::new();
    for line in text.split_inclusive('\n') {
        let _ = match line.strip_suffix('\n') {
            Some(line) => writeln!(marked, "{}", format!("{mark}{line}").trim_end()),
            None => writeln!(marked, "{mark}{line}\\"),
        };
    }
    marked
}
