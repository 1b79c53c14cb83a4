//! The command line tool: reads files, calls the compiler, writes files.
//!
//! One file per subcommand. What all of them share: [`input`] and [`output`] (with [`cache`] the only places
//! that touch files), [`diagnostics`] (how errors are shown). The compiler itself does no I/O.
#![forbid(unsafe_code)]

mod build;
mod cache;
mod cpu;
mod diagnostics;
mod duration;
mod error;
mod grants;
mod image;
mod input;
mod inspect;
mod output;
mod passes;
mod registry;
mod size;
mod table;
mod targets;

use std::process::ExitCode;

use clap::Parser;

/// Turns a WASI program into one small static Linux executable.
///
/// The executable holds the program's native code, its initial memory, and those parts of a small
/// WASI runtime that the program imports. It can touch only what is granted when it is built.
#[derive(Debug, Parser)]
#[command(
    name = "wasiaot",
    version,
    after_help = "Exit status: 0 done, 1 bad input or failure, 2 bad usage, 101 a bug in wasiaot."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Compiles a program into an executable or a container image
    Build(Box<build::Args>),
    /// Shows what a wasm file needs, or what an executable or image was built from
    Inspect(inspect::Args),
    /// Lists the targets and their CPU levels
    Targets,
    /// Lists the optimizations and the levels from which they are on
    Passes,
}

fn main() -> ExitCode {
    diagnostics::report_panics();
    let outcome = match Cli::parse().command {
        Command::Build(args) => build::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Targets => targets::run(),
        Command::Passes => passes::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            diagnostics::show(&error.diagnostic());
            ExitCode::from(error.exit_status())
        }
    }
}
