//! Tasks of this repository, as `cargo xtask <task>`.
//!
//! Depends on nothing but the standard library, so that it builds in a moment, before the toolchain
//! exists that the other crates need. All tasks but `toolchain` fetch that first if it is missing.
#![allow(clippy::print_stdout, reason = "a command line tool")]

mod cargo;
mod containers;
mod cross;
mod debian;
mod demo;
mod emulator;
mod process;
mod toolchain;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

tasks:
  demo                 build the tool, compile a sample program with it, and run that
  test [ARGUMENT...]   run all tests, or those that the arguments of `cargo test` select
  check                formatting, lints and the rules of the source tree
  fuzz [ARGUMENT...]   compare generated modules with an interpreter, or compile changed `inputs`
                       (`--minutes N`, `--count N`, `--seed FIRST`; for inputs `--folder PATH`)
  bench [ARGUMENT...]  run the benchmarks with the optimized tool
  cross-tool           build the tool for aarch64 on x86-64, and compare what it makes, emulated
  toolchain            fetch what builds the runtime into a folder of the user's cache, once
  containers           fetch what the tests of container images use, likewise";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["demo"] => demo::demo(),
        ["test", rest @ ..] => cargo::test(rest),
        ["check"] => cargo::check(),
        ["fuzz", rest @ ..] => cargo::fuzz(rest),
        ["bench", rest @ ..] => cargo::bench(rest),
        ["cross-tool"] => cross::cross_tool(),
        ["toolchain"] => toolchain::ensure(),
        ["containers"] => containers::ensure(),
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
