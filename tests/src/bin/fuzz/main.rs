//! `cargo xtask fuzz`: what nobody has written, for as long as the command line says.
//!
//! ```text
//! fuzz [modules] [--minutes N] [--count N] [--seed FIRST]
//! fuzz inputs [--minutes N] [--count N] [--seed FIRST] [--folder PATH]
//! ```
//!
//! Both run on every processor until the time is over or the count is reached, print what fails with the seed
//! that repeats it, and write it beside the builds.
#![allow(clippy::print_stdout, reason = "a command line tool")]

mod inputs;
mod modules;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const USAGE: &str = "\
usage: cargo xtask fuzz [modules] [--minutes N] [--count N] [--seed FIRST]
       cargo xtask fuzz inputs [--minutes N] [--count N] [--seed FIRST] [--folder PATH]";

/// What the command line says.
struct Arguments {
    minutes: Option<u64>,
    count: Option<u64>,
    seed: u64,
    folder: Option<PathBuf>,
}

/// How far to go.
struct Range {
    /// The first seed.
    first: u64,
    /// The seed after the last.
    end: u64,
    deadline: Instant,
}

impl Arguments {
    /// Five minutes, if neither time nor count is given.
    fn range(&self) -> Range {
        let minutes = self.minutes.unwrap_or(if self.count.is_some() { 60 * 24 * 365 } else { 5 });
        Range {
            first: self.seed,
            end: self.count.map_or(u64::MAX, |count| self.seed.saturating_add(count)),
            deadline: Instant::now() + Duration::from_secs(60 * minutes),
        }
    }
}

fn main() -> ExitCode {
    let mut words: Vec<String> = env::args().skip(1).collect();
    let task = match words.first().map(String::as_str) {
        Some("modules" | "inputs" | inputs::WORKER) => words.remove(0),
        _ => "modules".to_owned(),
    };
    if task == inputs::WORKER {
        return inputs::work(&words);
    }
    let arguments = match arguments(words) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("error: {message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let passed = match task.as_str() {
        "inputs" => inputs::run(&arguments.range(), arguments.folder.as_deref()),
        _ => modules::run(&arguments.range()),
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments(words: Vec<String>) -> Result<Arguments, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    // Seeds of runs on different days do not meet: a second has more numbers than modules can be run in.
    let mut arguments = Arguments { minutes: None, count: None, seed: now << 20, folder: None };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("`{word}` needs a value"))?;
        let number = value.parse().map_err(|_| format!("`{word}` needs a number"));
        match word.as_str() {
            "--minutes" => arguments.minutes = Some(number?),
            "--count" => arguments.count = Some(number?),
            "--seed" => arguments.seed = number?,
            "--folder" => arguments.folder = Some(value.into()),
            _ => return Err(format!("`{word}` is not known")),
        }
    }
    Ok(arguments)
}

/// The folder for cases, made if it is missing.
fn cases_folder() -> PathBuf {
    let program = env::current_exe().expect("the system knows the path of this program");
    let folder = program.with_file_name("fuzz-cases");
    std::fs::create_dir_all(&folder).expect("the folder of builds is writable");
    folder
}
