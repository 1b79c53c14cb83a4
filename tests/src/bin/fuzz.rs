//! `cargo xtask fuzz`: generated modules with fresh seeds, in our executables and in an interpreter.
//!
//! ```text
//! fuzz [--minutes N] [--seed FIRST]
//! ```
//!
//! Runs on every processor until the time is over, prints what differs with the seed that repeats it, and
//! writes the module beside the builds.
#![allow(clippy::print_stdout, reason = "a command line tool")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs};

use wasiaot_tests::differential::{Report, Way, compare, explain, module};

/// Modules of one executable.
const BATCH: u64 = 100;

/// What the command line says.
struct Arguments {
    minutes: u64,
    seed: u64,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("error: {message}\nusage: cargo xtask fuzz [--minutes N] [--seed FIRST]");
            return ExitCode::from(2);
        }
    };
    let folder = env::current_exe().expect("the system knows the path of this program");
    let folder = folder.with_file_name("fuzz-cases");
    fs::create_dir_all(&folder).expect("the folder of builds is writable");
    println!("seeds from {}, cases in {}", arguments.seed, folder.display());
    let next = AtomicU64::new(arguments.seed);
    let (modules, compared, differing) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let end = Instant::now() + Duration::from_secs(60 * arguments.minutes);
    let work = || {
        while Instant::now() < end {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            let way = Way::ALL[(first / BATCH) as usize % Way::ALL.len()];
            let report = run_batch(first, way, &folder);
            modules.fetch_add(BATCH as usize, Ordering::Relaxed);
            compared.fetch_add(report.compared, Ordering::Relaxed);
            differing.fetch_add(report.differences.len(), Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let [modules, compared, differing] = [modules, compared, differing].map(AtomicUsize::into_inner);
    println!("{modules} modules, {compared} comparisons, {differing} modules that differ");
    if differing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments() -> Result<Arguments, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    // Seeds of runs on different days do not meet: a second has more numbers than modules can be run in.
    let mut arguments = Arguments { minutes: 5, seed: now << 20 };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().and_then(|value| value.parse().ok());
        let value = value.ok_or_else(|| format!("`{word}` needs a number"))?;
        match word.as_str() {
            "--minutes" => arguments.minutes = value,
            "--seed" => arguments.seed = value,
            _ => return Err(format!("`{word}` is not known")),
        }
    }
    Ok(arguments)
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
