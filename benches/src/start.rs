//! How long a program that prints one line takes, and how much memory.

use crate::Plan;
use crate::minimal;
use crate::peers::{Made, Peers};
use crate::process;
use crate::report::{grouped, median, print_table};
use crate::workloads::HELLO;

const ROUNDS: usize = 200;

/// Measures, and prints a table: a program without a C library first, which nothing can be faster than.
///
/// # Errors
/// If something that was built cannot be started.
pub(crate) fn measure(plan: &Plan, peers: &Peers) -> Result<(), String> {
    let mut made: Vec<(&str, Made)> = Vec::new();
    let minimal = peers.file("minimal");
    if minimal::write(&minimal).map_err(|error| format!("cannot write {}: {error}", minimal.display()))? {
        made.push(("a static program without libc", Made::executable(minimal)));
    }
    made.extend(peers.all.iter().filter_map(|peer| Some((peer.name(), peers.make(peer, HELLO)?))));
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
    let mut rows = Vec::new();
    for ((name, made), walls) in made.iter().zip(walls) {
        let resident = process::resident_at_end(&made.command)
            .map_err(|error| format!("cannot trace {name}: {error}"))?;
        rows.push(vec![
            (*name).to_owned(),
            format!("{:.3}", median(walls.iter().copied())),
            format!("{:.3}", walls.iter().copied().fold(f64::INFINITY, f64::min)),
            grouped(resident.total_kib),
            grouped(resident.private_dirty_kib),
            grouped(made.bytes()),
        ]);
    }
    let header = ["`hello`", "wall, ms", "least", "resident at exit, KiB", "of it private", "files, bytes"];
    print_table("Start (median of the whole process's time)", &header, &rows);
    Ok(())
}
