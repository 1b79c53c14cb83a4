//! CPU time of the workloads.

use crate::Plan;
use crate::chart::Chart;
use crate::peers::{Made, Peer, Peers};
use crate::process::{self, Run};
use crate::report::{Report, geometric_mean, median};
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
pub(crate) fn measure(plan: &Plan, peers: &Peers, report: &mut Report) -> Result<(), String> {
    let workloads = workloads::timed(plan);
    let mut rows: Vec<Vec<Option<Cell>>> = workloads.iter().map(|workload| cells(peers, workload)).collect();
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
        .map(|(workload, cells)| row(workload, cells, ours, &mut ratios))
        .collect();
    let means =
        ratios.iter().map(|ratios| geometric_mean(ratios).map_or("-".into(), |mean| format!("{mean:.2}")));
    table.push(["geometric mean".to_owned(), String::new()].into_iter().chain(means).collect());
    let base = peers.all.first().map_or("", |peer| peer.name());
    let milliseconds = format!("{base}, ms");
    let header: Vec<&str> =
        ["workload", &milliseconds].into_iter().chain(peers.all.iter().map(|peer| peer.name())).collect();
    let title = format!("CPU time, relative to {base}");
    report.table(&format!("{title} (median; * the output differs)"), &header, &table);
    let names: Vec<&str> = workloads.iter().map(|workload| workload.name).collect();
    let others = peers.all.iter().enumerate().skip(1);
    let series: Vec<(&str, Vec<f64>)> = others
        .map(|(peer, others)| (others.name(), rows.iter().map(|cells| ratio(cells, peer)).collect()))
        .collect();
    let chart = Chart { title: &title, unit: "less is better", rows: &names, series: &series };
    report.chart("speed.svg", &chart)
}

fn cells(peers: &Peers, workload: &Workload) -> Vec<Option<Cell>> {
    let make = |peer| peers.make(peer, workload).map(|made| Cell { made, runs: Vec::new() });
    peers.all.iter().map(make).collect()
}

/// A row of the table. What can be compared is added to the ratios of its peer, unless the cell at `ours`
/// is missing: the means of all peers are over the same programs.
fn row(workload: &Workload, cells: &[Option<Cell>], ours: usize, ratios: &mut [Vec<f64>]) -> Vec<String> {
    let counts = cells.get(ours).is_some_and(Option::is_some);
    let base = cells.first().and_then(Option::as_ref);
    let mut row = vec![workload.name.to_owned()];
    row.push(base.map_or("-".into(), |base| format!("{:.0}", cpu_ms(base))));
    for (cell, ratios) in cells.iter().zip(ratios) {
        row.push(match (cell, base) {
            (Some(cell), Some(base)) => {
                let ratio = cpu_ms(cell) / cpu_ms(base);
                let same = is_same(cell, base);
                if same && counts {
                    ratios.push(ratio);
                }
                format!("{ratio:.2}{}", if same { "" } else { " *" })
            }
            (Some(cell), None) => format!("{:.0} ms", cpu_ms(cell)),
            (None, _) => "-".to_owned(),
        });
    }
    row
}

/// The time of a cell relative to the first one's; not a number if there is nothing to compare.
fn ratio(cells: &[Option<Cell>], peer: usize) -> f64 {
    let (Some(Some(base)), Some(Some(cell))) = (cells.first(), cells.get(peer)) else { return f64::NAN };
    if is_same(cell, base) { cpu_ms(cell) / cpu_ms(base) } else { f64::NAN }
}

/// The CPU time of a cell.
fn cpu_ms(cell: &Cell) -> f64 {
    median(cell.runs.iter().map(|run| run.cpu_ms))
}

/// Whether all runs ended well with the same output.
fn is_same(cell: &Cell, base: &Cell) -> bool {
    let expected = base.runs.first().map(|run| &run.stdout);
    cell.runs.iter().all(|run| run.status.success() && Some(&run.stdout) == expected)
}
