//! What each optimization does for the workloads: alone, and to all the others.
//!
//! Every workload is built by default, without one pass each, with none of the project's own passes and with one
//! of them each. Cranelift's own optimizations and its better register allocator stay on where a pass is
//! alone: without them the code is so slow that what a pass does would be lost in it. Most passes change few of the
//! workloads: executables that are the same are measured once, so that their ratio is 1 and not noise.

use std::fs;
use std::process::Command;

use crate::Plan;
use crate::peers::{Made, Peers};
use crate::process;
use crate::report::{Report, geometric_mean, median};
use crate::workloads;

const ROUNDS: usize = 3;

/// The passes that are Cranelift's.
const CRANELIFT: &[&str] = &["simplify", "allocate"];

/// A set of passes, as an option, and what it is compared with: the position of another set.
struct Variant {
    option: String,
    base: usize,
}

/// By workload: CPU time, relative to that of another set.
type Ratios = Vec<(&'static str, f64)>;

/// Columns of the table.
const COLUMNS: usize = 5;

/// Positions of the sets that others are compared with.
const DEFAULT: usize = 0;
const NONE: usize = 1;

/// Measures, and prints a table of CPU times.
///
/// # Errors
/// If the tool fails, or something that it built does.
pub(crate) fn measure(plan: &Plan, peers: &Peers, report: &mut Report) -> Result<(), String> {
    let passes = names(plan)?;
    let own: Vec<&String> = passes.iter().filter(|pass| !CRANELIFT.contains(&pass.as_str())).collect();
    let none: Vec<String> = own.iter().map(|pass| format!("-{pass}")).collect();
    let mut variants = vec![
        Variant { option: String::new(), base: DEFAULT },
        Variant { option: none.join(","), base: DEFAULT },
    ];
    variants.extend(passes.iter().map(|pass| Variant { option: format!("-{pass}"), base: DEFAULT }));
    variants
        .extend(own.iter().map(|pass| Variant { option: format!("{},{pass}", none.join(",")), base: NONE }));
    let ratios = ratios(plan, peers, &variants)?;
    let mut rows = vec![row("none of ours", &[&ratios[NONE]])];
    for (position, pass) in passes.iter().enumerate() {
        let without = &ratios[NONE + 1 + position];
        let alone = own.iter().position(|other| *other == pass);
        let alone = alone.map(|alone| &ratios[NONE + 1 + passes.len() + alone]);
        rows.push(row(pass, &std::iter::once(without).chain(alone).collect::<Vec<_>>()));
    }
    let header: [&str; COLUMNS] = [
        "pass",
        "all but this one, relative to all",
        "most for",
        "only this one, relative to none",
        "most for",
    ];
    report.table("CPU time with and without each pass (geometric mean of medians)", &header, &rows);
    Ok(())
}

/// The passes that are on by default, in the order of the tool's list.
fn names(plan: &Plan) -> Result<Vec<String>, String> {
    let output = Command::new(&plan.tool).arg("passes").output();
    let output = output.map_err(|error| format!("cannot run {}: {error}", plan.tool.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let on = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        let level = words.find(|word| word.starts_with("-O"))?;
        (level < "-O2").then(|| name.to_owned())
    };
    Ok(text.lines().filter_map(on).collect())
}

/// For each variant, the name of each workload and its CPU time relative to that of the variant's base.
fn ratios(plan: &Plan, peers: &Peers, variants: &[Variant]) -> Result<Vec<Vec<(&'static str, f64)>>, String> {
    let mut ratios: Vec<Vec<(&str, f64)>> = variants.iter().map(|_| Vec::new()).collect();
    for workload in workloads::timed(plan) {
        let mut made: Vec<(Vec<u8>, Made)> = Vec::new();
        // By variant: the executable that it is.
        let mut chosen = Vec::new();
        for (position, variant) in variants.iter().enumerate() {
            let output = peers.file(&format!("{}.{position}", workload.name));
            let mut build = Command::new(&plan.tool);
            build.arg("build").arg(&workload.wasm).arg("-o").arg(&output);
            if !variant.option.is_empty() {
                build.arg(format!("--pass={}", variant.option));
            }
            if !build.status().is_ok_and(|status| status.success()) {
                return Err(format!("cannot build {} with `{}`", workload.name, variant.option));
            }
            let bytes =
                fs::read(&output).map_err(|error| format!("cannot read {}: {error}", output.display()))?;
            let same = made.iter().position(|(other, _)| *other == bytes);
            chosen.push(same.unwrap_or(made.len()));
            if same.is_none() {
                made.push((bytes, Made::executable(output)));
            }
        }
        let mut times: Vec<Vec<f64>> = made.iter().map(|_| Vec::new()).collect();
        for _ in 0..plan.rounds.unwrap_or(ROUNDS) {
            for ((_, made), times) in made.iter().zip(&mut times) {
                let run = process::run(&made.command)
                    .map_err(|error| format!("cannot run {}: {error}", workload.name))?;
                if !run.status.success() {
                    return Err(format!("{} failed ({})", workload.name, run.status));
                }
                times.push(run.cpu_ms);
            }
        }
        let medians: Vec<f64> = times.into_iter().map(median).collect();
        let time = |variant: usize| medians[chosen[variant]];
        for (position, (variant, ratios)) in variants.iter().zip(&mut ratios).enumerate() {
            ratios.push((workload.name, time(position) / time(variant.base)));
        }
    }
    Ok(ratios)
}

/// The mean of each column's ratios and the one that is farthest from 1; columns that are not there are empty.
fn row(pass: &str, columns: &[&Ratios]) -> Vec<String> {
    let mut row = vec![pass.to_owned()];
    for ratios in columns {
        let mean = geometric_mean(&ratios.iter().map(|(_, ratio)| *ratio).collect::<Vec<_>>());
        row.push(mean.map_or("-".to_owned(), |mean| format!("{mean:.3}")));
        let distance = |ratio: f64| ratio.ln().abs();
        let farthest =
            ratios.iter().max_by(|(_, one), (_, other)| distance(*one).total_cmp(&distance(*other)));
        row.push(farthest.map_or("-".to_owned(), |(name, ratio)| format!("{name} {ratio:.2}")));
    }
    row.resize(COLUMNS, "-".to_owned());
    row
}
