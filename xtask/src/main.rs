//! Tasks of this repository, as `cargo xtask <task>`.
//!
//! Depends on nothing but the standard library, so that it builds in a moment, before the toolchain
//! exists that the other crates need. Each task is in the file of its name.
#![allow(clippy::print_stdout, reason = "a command line tool")]

mod process;
mod toolchain;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

tasks:
  toolchain   fetch what builds the runtime into a folder of the user's cache, once";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match *arguments {
        ["toolchain"] => toolchain::ensure(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
