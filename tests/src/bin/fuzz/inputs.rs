//! Mutated inputs: the compiler answers each with an executable or an error, with little time and memory.
//!
//! Inputs are compiled in processes of their own, many in one, whose memory the system limits: a panic, an
//! abort, a hang or too much memory costs one input, and the next process goes on behind it. A process says on
//! its standard output what it begins and how that has ended.

use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use wasiaot_compiler::{MemoryMode, Options, UnknownImports};
use wasiaot_tests::{build, default_options, inputs, mutate};

use crate::{Range, cases_folder};

/// The task of a process that compiles.
pub(crate) const WORKER: &str = "inputs-worker";

/// Inputs of one process.
const BATCH: u64 = 500;

/// The time of the processor that an input may take.
const LIMIT: Duration = Duration::from_secs(5);

/// The memory of a process.
const MEMORY_BYTES: u64 = 1 << 30;

/// The largest files that inputs are made from. The compiler is built with all its checks, which cost several
/// times what it does; with larger files the time would tell nothing.
const MAX_FILE_BYTES: u64 = 300 << 10;

/// What became of the inputs.
#[derive(Default)]
struct Totals {
    inputs: u64,
    executables: u64,
    slowest: Duration,
    largest_kib: u64,
    failed: u64,
}

/// Compiles the inputs of a range; returns whether all have passed.
pub(crate) fn run(range: &Range, folder: Option<&Path>) -> bool {
    let cases = cases_folder();
    println!("seeds from {}, cases in {}", range.first, cases.display());
    let start = Instant::now();
    let next = AtomicU64::new(range.first);
    let totals: Mutex<Totals> = Mutex::default();
    let subjects = Subjects::find(folder);
    let work = || {
        while Instant::now() < range.deadline {
            let first = next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= range.end {
                break;
            }
            let mut seed = first;
            let end = (first + BATCH).min(range.end);
            while seed < end {
                let Some(failed) = run_process(seed, end, folder, &totals) else { break };
                fs::write(cases.join(format!("input-{failed}.wasm")), subjects.input(failed).1)
                    .expect("the folder of builds is writable");
                seed = failed + 1;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let Totals { inputs, executables, slowest, largest_kib, failed } =
        totals.into_inner().expect("no thread panicked");
    println!(
        "{inputs} inputs in {} minutes, {executables} of them compiled, slowest {} ms, most memory {} MiB, \
         {failed} failed",
        start.elapsed().as_secs() / 60,
        slowest.as_millis(),
        largest_kib >> 10
    );
    failed == 0
}

/// Lets a process compile the inputs from `first` up to `end`; returns the one that it did not survive.
fn run_process(first: u64, end: u64, folder: Option<&Path>, totals: &Mutex<Totals>) -> Option<u64> {
    let program = env::current_exe().expect("the system knows the path of this program");
    let mut command = Command::new(program);
    command.args([WORKER, &first.to_string(), &end.to_string()]).args(folder);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("this program can be run");
    let lines = BufReader::new(child.stdout.take().expect("its output is a pipe")).lines();
    let mut begun = first;
    let mut ended = true;
    for line in lines.map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        let mut totals = totals.lock().expect("no thread panicked");
        match *words.as_slice() {
            ["begin", seed] => {
                begun = seed.parse().expect("it is a seed");
                ended = false;
            }
            ["end", outcome, milliseconds] => {
                ended = true;
                let time = Duration::from_millis(milliseconds.parse().expect("it is a time"));
                totals.inputs += 1;
                totals.slowest = totals.slowest.max(time);
                totals.executables += u64::from(outcome == "executable");
                if outcome == "panic" || time > LIMIT {
                    println!("input {begun}: {outcome} after {milliseconds} ms");
                    totals.failed += 1;
                }
            }
            ["memory", kib] => {
                totals.largest_kib = totals.largest_kib.max(kib.parse().expect("it is a number"));
            }
            _ => println!("{line}"),
        }
    }
    let status = child.wait().expect("children can be waited for");
    if ended && status.success() {
        return None;
    }
    println!("input {begun}: the process ended with {status}");
    let mut totals = totals.lock().expect("no thread panicked");
    totals.inputs += 1;
    totals.failed += 1;
    Some(begun)
}

/// Compiles the inputs that the command line names.
pub(crate) fn work(words: &[String]) -> ExitCode {
    let (Some(first), Some(end)) = (number(words.first()), number(words.get(1))) else {
        eprintln!("error: `{WORKER}` is for this program itself");
        return ExitCode::from(2);
    };
    let subjects = Subjects::find(words.get(2).map(Path::new));
    set_limit(Resource::As, MEMORY_BYTES);
    let mut out = io::stdout().lock();
    let mut say = |text: String| {
        writeln!(out, "{text}").and_then(|()| out.flush()).expect("the process that asked reads on");
    };
    for seed in first..end {
        let (name, wasm) = subjects.input(seed);
        say(format!("begin {seed}"));
        let start = processor_time();
        // One that never ends is killed.
        set_limit(Resource::Cpu, start.as_secs() + 60);
        let outcome = match catch_unwind(AssertUnwindSafe(|| build(&wasm, &options(seed)))) {
            Ok(Ok(_)) => "executable",
            Ok(Err(_)) => "error",
            Err(_) => {
                eprintln!("input {seed}, made from {name}");
                "panic"
            }
        };
        say(format!("end {outcome} {}", (processor_time() - start).as_millis()));
    }
    say(format!("memory {}", largest_kib()));
    ExitCode::SUCCESS
}

fn number(word: Option<&String>) -> Option<u64> {
    word.and_then(|word| word.parse().ok())
}

/// Other options for each input.
fn options(seed: u64) -> Options {
    let memory_mode = if seed.is_multiple_of(3) { MemoryMode::Checked } else { MemoryMode::Guard };
    Options { memory_mode, unknown_imports: UnknownImports::Trap, ..default_options("mutated.wasm") }
}

/// What inputs are made from.
struct Subjects {
    known: Vec<Vec<u8>>,
    files: Vec<PathBuf>,
}

impl Subjects {
    fn find(folder: Option<&Path>) -> Self {
        let known = [inputs::guests(), inputs::file_tests(), inputs::scripts()].concat();
        let known = known.into_iter().filter(|wasm| wasm.len() as u64 <= MAX_FILE_BYTES).collect();
        let mut files = folder.map_or_else(Vec::new, |folder| inputs::files(folder, "wasm"));
        files.retain(|path| {
            path.metadata().is_ok_and(|metadata| (9..=MAX_FILE_BYTES).contains(&metadata.len()))
        });
        Self { known, files }
    }

    /// The input of a seed, and what it is made from.
    fn input(&self, seed: u64) -> (String, Vec<u8>) {
        // Every second one is from the files, where there are any.
        let number = (seed / 2) as usize;
        let (name, subject) = if seed.is_multiple_of(2) && !self.files.is_empty() {
            let path = &self.files[number % self.files.len()];
            (path.display().to_string(), fs::read(path).expect("the file is readable"))
        } else {
            let index = number % self.known.len();
            (format!("known module {index}"), self.known[index].clone())
        };
        (name, mutate::mutate(&subject, seed))
    }
}

fn set_limit(resource: Resource, limit: u64) {
    let maximum = getrlimit(resource).maximum;
    let current = Some(maximum.map_or(limit, |maximum| maximum.min(limit)));
    setrlimit(resource, Rlimit { current, maximum }).expect("limits can be lowered");
}

/// The time that this process has had on the processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).expect("less than a second"))
}

/// The most memory that this process has had.
fn largest_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).expect("it is a number")
}
