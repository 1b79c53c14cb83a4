//! Inputs that nobody means well: cut off, changed at random, or made to cost much.
//!
//! The compiler answers each of them with an executable or an error, in reasonable time: it never panics
//! and never hangs. Whether what it says is right is the matter of other tests.

use std::fmt::Write;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use wasiaot_compiler::{BuildError, MemoryMode, Options};
use wasiaot_tests::inputs::file_tests;
use wasiaot_tests::mutate::mutate;
use wasiaot_tests::script::write_executable;
use wasiaot_tests::{build, default_options, process};

/// The time that one input may take of the processor, whatever else the machine does.
const LIMIT: Duration = Duration::from_secs(20);

/// If no input was done with for this time of the clock, there is one that never ends.
const HANG: Duration = Duration::from_secs(900);

fn tests_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> Vec<u8> {
    fs::read(tests_folder().join("guests").join(name)).expect("the guest is there")
}

/// Compiles `count` inputs on all processors; `make` tells what each is, and describes it.
fn check_all(count: usize, make: impl Fn(usize) -> (Vec<u8>, String) + Sync) {
    let next = AtomicUsize::new(0);
    let failed: Mutex<Vec<String>> = Mutex::default();
    let options = default_options("bad.wasm");
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            let (wasm, description) = make(index);
            let start = thread_time();
            let result = catch_unwind(AssertUnwindSafe(|| build(&wasm, &options)));
            if result.is_err() {
                failed.lock().expect("no thread panicked").push(format!("{description}: panicked"));
            } else if thread_time() - start > LIMIT {
                failed.lock().expect("no thread panicked").push(format!("{description}: took too long"));
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut last = (0, Instant::now());
        while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            let started = next.load(Ordering::Relaxed);
            if started != last.0 {
                last = (started, Instant::now());
            }
            if last.1.elapsed() > HANG {
                eprintln!("no end in sight after input {started}");
                std::process::abort();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let failed = failed.into_inner().expect("no thread panicked");
    assert!(failed.is_empty(), "{} inputs failed: {:#?}", failed.len(), &failed[..failed.len().min(10)]);
}

#[test]
fn every_prefix() {
    let mut modules = file_tests();
    modules.push(read("hello.wasm"));
    let prefixes: Vec<(usize, usize)> = (0..modules.len())
        .flat_map(|module| (0..modules[module].len()).map(move |len| (module, len)))
        .collect();
    check_all(prefixes.len(), |index| {
        let (module, len) = prefixes[index];
        (modules[module][..len].to_vec(), format!("the first {len} bytes of module {module}"))
    });
}

/// Every byte of every small module, changed to a few other values.
#[test]
fn changed_bytes_of_file_tests() {
    const VALUES: [u8; 4] = [0, 0x7f, 0xff, 0x0b];
    let modules = file_tests();
    let positions: Vec<(usize, usize)> = (0..modules.len())
        .flat_map(|module| (8..modules[module].len()).map(move |position| (module, position)))
        .collect();
    check_all(positions.len() * VALUES.len(), |index| {
        let (module, position) = positions[index / VALUES.len()];
        let value = VALUES[index % VALUES.len()];
        let mut wasm = modules[module].clone();
        // The last value stands for a change of the lowest bit: neighbours of a valid value.
        wasm[position] = if value == 0x0b { wasm[position] ^ 1 } else { value };
        (wasm, format!("small module {module} with byte {position} changed to {value}"))
    });
}

/// Real programs, changed at random: their bytes, their sections, and the bodies of their functions.
/// `cargo xtask fuzz inputs` does the same with more.
#[test]
fn mutations_of_real_programs() {
    let programs = ["hello.wasm", "fib.wasm", "assemblyscript-hello.wasm"].map(|name| (name, read(name)));
    check_all(3000, |index| {
        let (name, program) = &programs[index % programs.len()];
        (mutate(program, index as u64), format!("mutation {index} of {name}"))
    });
}

/// Programs that were changed at random and are still valid: whatever they do, they end by themselves or
/// go on, but they never get at what is outside of them.
#[test]
fn mutated_programs_stay_inside() {
    const WANTED: usize = 100;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = read("assemblyscript-hello.wasm");
    let mut started = 0;
    for seed in 10_000.. {
        let options = Options {
            max_memory_bytes: Some(64 << 20),
            memory_mode: if seed % 2 == 0 { MemoryMode::Guard } else { MemoryMode::Checked },
            ..default_options("mutated.wasm")
        };
        let Ok(executable) = build(&mutate(&program, seed), &options) else { continue };
        let path = folder.join("mutated");
        write_executable(&executable, &path);
        let mut command = Command::new(&path);
        let mut child =
            process::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()));
        if let Some(status) = process::wait(&mut child, Duration::from_secs(1)) {
            // 125 would be a failure of the runtime, and no status the end by a signal.
            assert!(status.code().is_some_and(|code| code != 125), "mutation {seed}: {status}");
        }
        started += 1;
        if started == WANTED {
            break;
        }
    }
}

/// What a module that is made to cost much has to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Executable,
    /// An error with this code.
    Error(&'static str),
}

#[track_caller]
fn check_bomb(text: &str, expected: Expected) {
    for memory_mode in [MemoryMode::Guard, MemoryMode::Checked] {
        let options = Options { memory_mode, ..default_options("bomb.wasm") };
        let wasm = wat::parse_str(text).expect("the text is a module");
        let start = thread_time();
        let result = build(&wasm, &options);
        let found = match &result {
            Ok(_) => Expected::Executable,
            Err(error) => Expected::Error(error.code()),
        };
        assert_eq!(
            found,
            expected,
            "{}",
            result.err().map_or(String::new(), |error: BuildError| error.to_string())
        );
        let time = thread_time() - start;
        assert!(time < LIMIT, "took {time:?}");
    }
}

/// A module whose `_start` has this body.
fn start_with(body: &str) -> String {
    format!("(module (memory 1) (func (export \"_start\") {body}))")
}

#[test]
fn many_locals() {
    // The validator's limit.
    check_bomb(&start_with(&format!("(local {})", "i64 ".repeat(50_000))), Expected::Executable);
    check_bomb(&start_with(&format!("(local {})", "i64 ".repeat(50_001))), Expected::Error("W0105"));
    let functions = format!("(func (local {}))", "i64 ".repeat(50_000)).repeat(20);
    check_bomb(&format!("(module {functions} (func (export \"_start\")))"), Expected::Executable);
}

#[test]
fn deep_nesting() {
    // With debug assertions, the code generator needs time in the square of the depth.
    const DEPTH: usize = 5000;
    for (open, close) in [
        ("block ", "end "),
        ("loop ", "end "),
        ("i32.const 1 if ", "end "),
        ("i32.const 1 if else ", "end "),
        ("block i32.const 1 br_if 0 ", "end "),
    ] {
        check_bomb(&start_with(&(open.repeat(DEPTH) + &close.repeat(DEPTH))), Expected::Executable);
    }
    // Branches from everywhere to everywhere.
    let branches: String = (0..2000).rev().map(|depth| format!("i32.const 1 br_if {depth} end ")).collect();
    check_bomb(&start_with(&("block ".repeat(2000) + &branches)), Expected::Executable);
    // Operands as deep.
    let operands = format!("{}{}drop", "i32.const 1 ".repeat(DEPTH + 1), "i32.add ".repeat(DEPTH));
    check_bomb(&start_with(&operands), Expected::Executable);
}

/// Where the register allocator is not near-linear, at sizes that no compiler makes.
#[test]
fn hard_for_the_register_allocator() {
    let loops = "(loop (br_if 0 (i32.load (local.tee 0 (i32.add (local.get 0) (i32.const 1))))))";
    check_bomb(&start_with(&format!("(local i32) {}", loops.repeat(2000))), Expected::Executable);
    let (mut sets, mut gets) = (String::new(), String::new());
    for local in 0..2000 {
        let _ = write!(sets, "(local.set {local} (i32.load (i32.const {local})))");
        let _ = write!(gets, "(i32.store (i32.const {local}) (local.get {local}))");
    }
    let locals = "i32 ".repeat(2000);
    let calls = "(call 0)".repeat(8);
    let body = format!("(local {locals}) {sets} {calls} {gets}");
    check_bomb(
        &format!("(module (memory 1) (func) (func (export \"_start\") {body}))"),
        Expected::Executable,
    );
}

#[test]
fn large_branch_tables() {
    let entries = "0 1 ".repeat(100_000);
    check_bomb(
        &start_with(&format!("block block i32.const 1 br_table {entries} 0 end end")),
        Expected::Executable,
    );
    let with_operand =
        format!("block (result i32) i32.const 2 i32.const 1 br_table {} 0 end drop", "0 ".repeat(100_000));
    check_bomb(&start_with(&with_operand), Expected::Executable);
    let many = "block i32.const 1 br_table 0 0 0 0 0 0 0 0 0 0 end ".repeat(5000);
    check_bomb(&start_with(&many), Expected::Executable);
}

#[test]
fn sizes_at_the_limits() {
    let module = |fields: &str| format!("(module {fields} (func $f (export \"_start\")))");
    check_bomb(&module("(memory 65536)"), Expected::Executable);
    check_bomb(&module("(memory 65536) (data (i32.const 0xffffffff) \"x\")"), Expected::Executable);
    check_bomb(&module("(memory 1) (data (i32.const 0xffffffff) \"x\")"), Expected::Executable);
    check_bomb(&module("(table 10000000 funcref)"), Expected::Executable);
    check_bomb(&module("(table 10000001 funcref)"), Expected::Error("W0204"));
    check_bomb(&module("(table 0 0xffffffff funcref)"), Expected::Executable);
    check_bomb(&module("(table 10000000 funcref) (elem (i32.const 9999999) $f)"), Expected::Executable);
    check_bomb(&module("(table 10000000 funcref) (elem (i32.const 0xffffffff) $f)"), Expected::Executable);
    check_bomb(
        &module(&format!("(memory 1) {}", "(data (i32.const 0) \"x\")".repeat(100_000))),
        Expected::Executable,
    );
    check_bomb(
        &module(&format!("(table 1 funcref) {}", "(elem (i32.const 0) $f)".repeat(100_000))),
        Expected::Executable,
    );
    check_bomb(&module(&"(global (mut i64) (i64.const 1))".repeat(100_000)), Expected::Executable);
    let spread: String = (0..3000).map(|page| format!("(data (i32.const {}) \"x\")", page << 16)).collect();
    check_bomb(&module(&format!("(memory 65536) {spread}")), Expected::Executable);
}

/// The time that this thread has had on the processor.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).expect("less than a second"))
}

/// The time on the processor that building takes on one thread.
fn build_time(text: &str) -> Duration {
    let wasm = wat::parse_str(text).expect("the text is a module");
    let start = thread_time();
    build(&wasm, &default_options("large.wasm")).expect("the module can be built");
    thread_time() - start
}

/// Checks that four times the size takes not much more than four times the time.
///
/// Time on the processor depends on what else runs there: on a busy machine the same work may take twice as
/// long. So the best of a few rounds counts. What grows with the square of the size takes 16 times the
/// time in every one of them.
#[track_caller]
fn check_near_linear(size: usize, module: impl Fn(usize) -> String) {
    const ROUNDS: usize = 5;
    let (mut small, mut large) = (Duration::MAX, Duration::MAX);
    build_time(&module(size / 4));
    for _ in 0..ROUNDS {
        small = small.min(build_time(&module(size)));
        large = large.min(build_time(&module(size * 4)));
        if large < small * 8 {
            return;
        }
    }
    panic!("{small:?} for {size}, {large:?} for {}", size * 4);
}

#[test]
fn time_grows_with_the_number_of_functions() {
    check_near_linear(2000, |count| {
        let functions: String =
            (0..count).map(|index| format!("(func (result i32) (i32.const {index}))")).collect();
        let calls: String = (0..count).map(|index| format!("(drop (call {index}))")).collect();
        format!("(module {functions} (func (export \"_start\") {calls}))")
    });
}

#[test]
fn time_grows_with_the_size_of_a_function() {
    let straight = "(local.set 0 (i32.add (local.get 1) (i32.load (local.get 0)))) \
                    (local.set 1 (i32.xor (local.get 0) (i32.const 77)))";
    check_near_linear(1000, |count| start_with(&format!("(local i32 i32) {}", straight.repeat(count))));
    let branches = "(if (local.get 0) (then (local.set 1 (i32.load (local.get 1)))) \
                    (else (local.set 0 (i32.add (local.get 1) (i32.const 1)))))";
    check_near_linear(500, |count| start_with(&format!("(local i32 i32) {}", branches.repeat(count))));
}
