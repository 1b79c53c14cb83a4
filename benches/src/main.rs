//! `cargo xtask bench`: measures executables that wasiaot makes, and the tool itself, beside what
//! else is installed.
//!
//! The first argument is the tool to measure. The report is Markdown on standard output; what is left
//! out, and why, is told on standard error. Everything that is compared runs in one process's turn,
//! round by round, so that a busy machine disturbs all alike; figures are medians. Nothing is
//! fetched unless `--fetch-peers` asks for it.
#![allow(clippy::print_stdout, reason = "the report is what this program is for")]

mod chart;
mod compile;
mod growth;
mod minimal;
mod passes;
mod peers;
mod process;
mod report;
mod size;
mod speed;
mod start;
mod workloads;

use std::path::PathBuf;
use std::process::ExitCode;

use peers::Peers;
use report::Report;

const USAGE: &str = "\
usage: cargo xtask bench [OPTION...] [SECTION...]

sections (default: all but growth and passes):
  speed      CPU time of workloads, relative to native code
  start      wall time and memory of a program that prints one line
  image      the same of one with 30 MB of initial memory
  size       sizes of executables
  compile    time and memory that compiling takes
  growth     the same of generated modules with up to 600,000 functions (one round; not by default)
  passes     CPU time of workloads without each pass, and with it alone (not by default)

options:
  --rounds N         number of measurements of each figure (speed and compile 5, passes 3, start 200)
  --only A,B         these workloads only
  --report DIR       write the report, with charts, into this folder too
  --wasmtime PATH    the `wasmtime` to compare with (default: `WASMTIME`, then one on the path)
  --fetch-peers      install `wasmtime` and `wasm2c` from PyPI beside the builds, and compare with them";

/// What to measure.
#[derive(Debug)]
pub(crate) struct Plan {
    tool: PathBuf,
    sections: Vec<String>,
    rounds: Option<usize>,
    only: Vec<String>,
    report: Option<PathBuf>,
    wasmtime: Option<PathBuf>,
    fetch_peers: bool,
}

fn main() -> ExitCode {
    let Some(plan) = parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&plan) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

const SECTIONS: &[&str] = &["speed", "start", "image", "size", "compile"];

/// The sections that take many minutes: they are measured where they are named.
const LONG_SECTIONS: &[&str] = &["growth", "passes"];

fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Plan> {
    let mut plan = Plan {
        tool: PathBuf::from(arguments.next()?),
        sections: Vec::new(),
        rounds: None,
        only: Vec::new(),
        report: None,
        wasmtime: None,
        fetch_peers: false,
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => plan.rounds = Some(arguments.next()?.parse().ok().filter(|&rounds| rounds > 0)?),
            "--only" => plan.only = arguments.next()?.split(',').map(str::to_owned).collect(),
            "--report" => plan.report = Some(PathBuf::from(arguments.next()?)),
            "--wasmtime" => plan.wasmtime = Some(PathBuf::from(arguments.next()?)),
            "--fetch-peers" => plan.fetch_peers = true,
            section if SECTIONS.contains(&section) || LONG_SECTIONS.contains(&section) => {
                plan.sections.push(argument)
            }
            _ => return None,
        }
    }
    if plan.sections.is_empty() {
        plan.sections = SECTIONS.iter().map(|&section| section.to_owned()).collect();
    }
    Some(plan)
}

fn run(plan: &Plan) -> Result<(), String> {
    let peers = Peers::find(plan)?;
    let mut report = Report::new(plan.report.clone())?;
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    report.paragraph(&format!("Command: `cargo xtask bench {}`", arguments.join(" ")));
    report.paragraph(&report::machine());
    report.paragraph(&format!("Versions: {}.", peers.versions().join("; ")));
    for section in &plan.sections {
        match section.as_str() {
            "speed" => speed::measure(plan, &peers, &mut report)?,
            "start" => start::hello(plan, &peers, &mut report)?,
            "image" => start::image(plan, &peers, &mut report)?,
            "size" => size::measure(plan, &peers, &mut report)?,
            "growth" => growth::measure(plan, &peers, &mut report)?,
            "passes" => passes::measure(plan, &peers, &mut report)?,
            _ => compile::measure(plan, &peers, &mut report)?,
        }
    }
    report.finish()
}
