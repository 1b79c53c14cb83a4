//! Time and memory that compiling takes.

use std::ffi::OsString;

use crate::Plan;
use crate::peers::Peers;
use crate::process::{self, Run};
use crate::report::{Report, median};
use crate::workloads;

const ROUNDS: usize = 5;

/// Measures, and prints a table.
///
/// # Errors
/// If a compiler fails.
pub(crate) fn measure(plan: &Plan, peers: &Peers, report: &mut Report) -> Result<(), String> {
    let largest = workloads::largest();
    let output = peers.file("compiled");
    let compilers: Vec<(&str, Vec<OsString>)> = peers
        .all
        .iter()
        .filter_map(|peer| Some((peer.name(), peer.compile(&largest.wasm, &output)?)))
        .collect();
    let mut runs: Vec<Vec<Run>> = compilers.iter().map(|_| Vec::new()).collect();
    for _ in 0..plan.rounds.unwrap_or(ROUNDS) {
        for ((name, command), runs) in compilers.iter().zip(&mut runs) {
            let run = process::run(command).map_err(|error| format!("cannot run {name}: {error}"))?;
            if !run.status.success() {
                return Err(format!("{name} cannot compile {} ({})", largest.name, run.status));
            }
            runs.push(run);
        }
    }
    let row = |(name, runs): (&str, Vec<Run>)| {
        vec![
            name.to_owned(),
            format!("{:.2}", median(runs.iter().map(|run| run.wall_ms / 1e3))),
            format!("{:.2}", median(runs.iter().map(|run| run.cpu_ms / 1e3))),
            format!("{:.0}", median(runs.iter().map(|run| run.peak_kib as f64 / 1024.0))),
        ]
    };
    let rows: Vec<Vec<String>> = compilers.iter().map(|(name, _)| *name).zip(runs).map(row).collect();
    let title = format!("Compiling `{}.wasm`", largest.name);
    report.table(&title, &["", "wall, s", "CPU, s", "peak memory, MiB"], &rows);
    Ok(())
}
