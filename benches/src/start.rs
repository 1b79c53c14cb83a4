//! How long small programs take from start to end, and how much memory.

use crate::Plan;
use crate::chart::Chart;
use crate::minimal;
use crate::peers::{Made, Peer, Peers};
use crate::process;
use crate::report::{Report, grouped, median};
use crate::workloads::{self, Workload};

const ROUNDS: usize = 200;

/// Measures a program that prints one line.
///
/// # Errors
/// If something that was built cannot be started.
pub(crate) fn hello(plan: &Plan, peers: &Peers, report: &mut Report) -> Result<(), String> {
    measure(plan, peers, &workloads::hello(), "Start: a program that prints one line", report)
}

/// Measures a program with an initial memory of 30 MB, of which it reads a hundredth.
///
/// # Errors
/// If it cannot be made or started.
pub(crate) fn image(plan: &Plan, peers: &Peers, report: &mut Report) -> Result<(), String> {
    let workload = workloads::image(&peers.file("image.wasm"))?;
    measure(plan, peers, &workload, "Start: 30 MB of initial memory, of which 1 % is read", report)
}

/// Prints a table: first a program without a C library, which nothing can be faster than, and one that
/// takes the same precautions as ours, which nothing that takes them can be.
fn measure(
    plan: &Plan,
    peers: &Peers,
    workload: &Workload,
    title: &str,
    report: &mut Report,
) -> Result<(), String> {
    let mut made: Vec<(&str, Made)> = Vec::new();
    let minimal = peers.file("minimal");
    if minimal::write(&minimal).map_err(|error| format!("cannot write {}: {error}", minimal.display()))? {
        made.push(("static, without libc", Made::executable(minimal)));
    }
    made.extend(peers.careful().map(|made| ("that with our precautions", made)));
    for peer in &peers.all {
        // C with megabytes of data takes minutes to compile.
        if workload.source.is_some() || !matches!(peer, Peer::Wasm2c { .. }) {
            made.extend(peers.make(peer, workload).map(|made| (peer.name(), made)));
        }
    }
    let mut walls: Vec<Vec<f64>> = made.iter().map(|_| Vec::new()).collect();
    for _ in 0..plan.rounds.unwrap_or(ROUNDS) {
        for ((name, made), walls) in made.iter().zip(&mut walls) {
            let run = process::run(&made.command).map_err(|error| format!("cannot run {name}: {error}"))?;
            if !run.status.success() {
                return Err(format!("{name} failed ({})", run.status));
            }
            walls.push(run.wall_ms);
        }
    }
    let medians: Vec<f64> = walls.iter().map(|walls| median(walls.iter().copied())).collect();
    let names: Vec<&str> = made.iter().map(|(name, _)| *name).collect();
    let mut rows = Vec::new();
    for (((name, made), walls), wall) in made.iter().zip(&walls).zip(&medians) {
        let resident = process::resident_at_end(&made.command)
            .map_err(|error| format!("cannot trace {name}: {error}"))?;
        rows.push(vec![
            (*name).to_owned(),
            format!("{wall:.3}"),
            format!("{:.3}", walls.iter().copied().fold(f64::INFINITY, f64::min)),
            grouped(resident.total_kib),
            grouped(resident.private_dirty_kib),
            grouped(made.bytes()),
        ]);
    }
    let header = ["", "wall, ms", "least", "resident at exit, KiB", "of it private", "files, bytes"];
    report.table(title, &header, &rows);
    let chart = Chart { title, unit: "median, ms", rows: &names, series: &[("", medians)] };
    report.chart(&format!("start-{}.svg", workload.name), &chart)
}
