//! CPU time of the workloads.

use crate::Plan;
use crate::peers::{Made, Peer, Peers};
use crate::process::{self, Run};
use crate::report::{geometric_mean, median, print_table};
use crate::workloads::{self, Workload};

const ROUNDS: usize = 5;

/// One workload by way of one peer, and what was measured of it.
struct Cell {
    made: Made,
    runs: Vec<Run>,
}

/// Measures, and prints a table: milliseconds of the first peer, and the others relative to that.
///
/// # Errors
/// If something that was built cannot be started.
pub(crate) fn measure(plan: &Plan, peers: &Peers) -> Result<(), String> {
    let workloads = workloads::timed(plan);
    let mut rows: Vec<Vec<Option<Cell>>> = workloads.iter().map(|&workload| cells(peers, workload)).collect();
    for _ in 0..plan.rounds.unwrap_or(ROUNDS) {
        for cell in rows.iter_mut().flatten().flatten() {
            let run = process::run(&cell.made.command);
            cell.runs.push(run.map_err(|error| format!("cannot run {:?}: {error}", cell.made.command))?);
        }
    }
    let mut ratios: Vec<Vec<f64>> = peers.all.iter().map(|_| Vec::new()).collect();
    let ours = peers.all.iter().position(|peer| matches!(peer, Peer::Wasiaot(_))).unwrap_or(0);
    let mut table: Vec<Vec<String>> = workloads
        .iter()
        .zip(&rows)
        .map(|(workload, cells)| row(*workload, cells, ours, &mut ratios))
        .collect();
    let means =
        ratios.iter().map(|ratios| geometric_mean(ratios).map_or("-".into(), |mean| format!("{mean:.2}")));
    table.push(["geometric mean".to_owned(), String::new()].into_iter().chain(means).collect());
    let base = peers.all.first().map_or("", |peer| peer.name());
    let milliseconds = format!("{base}, ms");
    let header: Vec<&str> =
        ["workload", &milliseconds].into_iter().chain(peers.all.iter().map(|peer| peer.name())).collect();
    print_table(&format!("CPU time, relative to {base} (median; * the output differs)"), &header, &table);
    Ok(())
}

fn cells(peers: &Peers, workload: Workload) -> Vec<Option<Cell>> {
    let make = |peer| peers.make(peer, workload).map(|made| Cell { made, runs: Vec::new() });
    peers.all.iter().map(make).collect()
}

/// A row of the table. What can be compared is added to the ratios of its peer, unless the cell at `ours`
/// is missing: the means of all peers are over the same programs.
fn row(workload: Workload, cells: &[Option<Cell>], ours: usize, ratios: &mut [Vec<f64>]) -> Vec<String> {
    let counts = cells.get(ours).is_some_and(Option::is_some);
    let cpu = |cell: &Cell| median(cell.runs.iter().map(|run| run.cpu_ms));
    let base = cells.first().and_then(Option::as_ref);
    let mut row = vec![workload.name.to_owned()];
    row.push(base.map_or("-".into(), |base| format!("{:.0}", cpu(base))));
    for (cell, ratios) in cells.iter().zip(ratios) {
        row.push(match (cell, base) {
            (Some(cell), Some(base)) => {
                let ratio = cpu(cell) / cpu(base);
                let same = is_same(cell, base);
                if same && counts {
                    ratios.push(ratio);
                }
                format!("{ratio:.2}{}", if same { "" } else { " *" })
            }
            (Some(cell), None) => format!("{:.0} ms", cpu(cell)),
            (None, _) => "-".to_owned(),
        });
    }
    row
}

/// Whether all runs ended well with the same output.
fn is_same(cell: &Cell, base: &Cell) -> bool {
    let expected = base.runs.first().map(|run| &run.stdout);
    cell.runs.iter().all(|run| run.status.success() && Some(&run.stdout) == expected)
}
