//! Generated modules, in our executables and in an interpreter.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use wasiaot_tests::differential::{Report, Way, compare, explain, module};

use crate::{Range, cases_folder};

/// Modules of one executable.
const BATCH: u64 = 100;

/// Runs the modules of a range; returns whether none differs.
pub(crate) fn run(range: &Range) -> bool {
    let folder = cases_folder();
    println!("seeds from {}, cases in {}", range.first, folder.display());
    let start = Instant::now();
    let next = AtomicU64::new(range.first);
    let counters: [AtomicUsize; 4] = Default::default();
    let work = || {
        while Instant::now() < range.deadline {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= range.end {
                break;
            }
            let way = Way::ALL[(first / BATCH) as usize % Way::ALL.len()];
            let report = run_batch(first, way, &folder);
            let counts =
                [BATCH as usize, report.compared, report.without_interpreter, report.differences.len()];
            for (counter, count) in counters.iter().zip(counts) {
                counter.fetch_add(count, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let [modules, compared, own, differing] = counters.map(AtomicUsize::into_inner);
    println!(
        "{modules} modules in {} minutes, {compared} comparisons, {own} modules without the interpreter, \
         {differing} modules that differ",
        start.elapsed().as_secs() / 60
    );
    differing == 0
}

/// Runs a batch; if its executable as a whole fails, its modules one by one.
fn run_batch(first: u64, way: Way, folder: &Path) -> Report {
    let modules: Vec<Vec<u8>> = (first..first + BATCH).map(module).collect();
    let report = match compare_at(&modules, first, way, folder) {
        Ok(report) => report,
        Err(error) => {
            println!("{way:?}: a batch from seed {first} failed: {error}");
            let mut sum = Report::default();
            for (index, wasm) in modules.iter().enumerate() {
                let seed = first + index as u64;
                match compare_at(std::slice::from_ref(wasm), seed, way, folder) {
                    Ok(one) => {
                        sum.compared += one.compared;
                        sum.differences.extend(one.differences.into_iter().map(|mut difference| {
                            difference.module = index;
                            difference
                        }));
                    }
                    Err(error) => sum.add_failure(index, error),
                }
            }
            sum
        }
    };
    for difference in &report.differences {
        let seed = first + difference.module as u64;
        let path = folder.join(format!("{seed}.wasm"));
        fs::write(&path, &modules[difference.module]).expect("the folder of builds is writable");
    }
    if !report.differences.is_empty() {
        print!("{way:?}:\n{}", explain(&report, first));
    }
    report
}

fn compare_at(modules: &[Vec<u8>], first: u64, way: Way, folder: &Path) -> Result<Report, String> {
    let seeds: Vec<u64> = (first..).take(modules.len()).collect();
    let path: PathBuf = folder.join(format!("{first}-{}", modules.len()));
    compare(modules, &seeds, &way.options(), &path)
}
