//! Traps as a user sees them: what a program that is stopped writes, and its exit status.
//!
//! Each guest in `guests/traps` is built with the command line tool and run: as it is, with explicit checks
//! (`--memory checked`), and with the fewest and the most optimizations. All must do the same, except that
//! only the hardware tells the address of an access, and that stacks end elsewhere. The expectation, at the end of each file, has `| ` before lines of standard
//! output, `! ` before lines of standard error, and `= N` for the exit status.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use wasiaot_tests::{expect, native_cpu, platform, process, tool};

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn traps() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/traps");
    expect::check_files(&folder, |file, source| {
        let usual = run(file, source, "-O1")?;
        for option in ["--memory=checked", "-O0", "-O2"] {
            let other = run(file, source, option)?;
            if comparable(&other) != comparable(&usual) {
                return Err(format!("with default options:\n{usual}with `{option}`:\n{other}"));
            }
        }
        Ok(usual)
    });
}

/// Builds and runs a guest; the result is all that it did.
fn run(file: &Path, source: &str, option: &str) -> Result<String, String> {
    let name = file.file_stem().expect("files have names").to_string_lossy();
    let executable = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("trap-{name}{option}"));
    let mut build = Command::new(tool());
    build.arg("build").arg(file).arg("-o").arg(&executable).arg(option).args(platform::target_options());
    for (key, value) in expect::header(source) {
        assert_eq!(key, "build", "{name}: the only key is `build`");
        build.args(value.split_whitespace());
    }
    let built = process::run(&mut build, LIMIT);
    if !built.status.success() {
        return Err(built.stderr_text());
    }
    let finished = process::run(&mut platform::command(&executable), LIMIT);
    let mut text = String::new();
    for (mark, bytes) in [('|', finished.stdout_text()), ('!', finished.stderr_text())] {
        for line in bytes.lines() {
            let _ = writeln!(text, "{mark} {}", without_depth(line));
        }
    }
    match finished.status.code() {
        Some(code) => {
            let _ = writeln!(text, "= {code}");
        }
        None => return Err(format!("ended by {}", finished.status)),
    }
    Ok(text)
}

/// The line without the number of frames, if they are many: that depends on their size.
fn without_depth(line: &str) -> String {
    let (start, rest) = line.split_at(line.find(": ").unwrap_or(0));
    match start.trim().parse() {
        Ok(1000..=u32::MAX) => format!("   N{rest}"),
        _ if line.contains('…') => line.replace(|character: char| character.is_ascii_digit(), ""),
        _ => line.to_owned(),
    }
}

/// The text without what the hardware tells of an access, and without where a stack was exhausted: that
/// depends on the size of frames.
fn comparable(text: &str) -> String {
    let exhausted = text.contains("call stack exhausted");
    let lines = text.lines().filter(|line| !exhausted || !line.starts_with("!  "));
    let lines = lines.map(|line| line.split_once(" (address ").map_or(line, |(start, _)| start));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

/// A CPU that lacks instructions of a level that is checked is told so before the program has done anything.
#[test]
fn cpu_levels() {
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/hello.wasm");
    let native = native_cpu();
    let mut is_too_new = false;
    for level in platform::target().cpu_levels {
        let executable = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cpu-{}", level.name));
        let mut build = Command::new(tool());
        build.arg("build").arg(&guest).arg("-o").arg(&executable).args(["--cpu", level.name]);
        let built = process::run(build.args(platform::target_options()), LIMIT);
        assert!(built.status.success(), "{}", built.stderr_text());
        let finished = process::run(&mut platform::command(&executable), LIMIT);
        if is_too_new && level.check.is_some() {
            let message = format!("wasiaot: this executable needs a CPU with {}: ", level.needs);
            assert!(finished.stderr_text().starts_with(&message), "{}", finished.stderr_text());
            assert_eq!((finished.status.code(), finished.stdout_text()), (Some(125), String::new()));
        } else if !is_too_new {
            assert_eq!(finished.stderr_text(), "", "{}", level.name);
            assert_eq!(finished.status.code(), Some(0), "{}", level.name);
        }
        is_too_new |= level.name == native.name;
    }
}
