//! Stack overflow: the same trap at any depth, with frames of any size, in guest code and in host code.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::{default_options, platform, process, tool, wast};

const LIMIT: Duration = Duration::from_secs(60);

fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A function `name` that calls `callee` while `count` loaded values are live, and adds them up.
fn frame_of(name: &str, count: usize, callee: &str) -> String {
    let (mut sets, mut sum) = (String::new(), "(i64.const 0)".to_owned());
    for local in 0..count {
        let _ = write!(sets, "(local.set {local} (i64.load offset={} (i32.const 0)))", local % 1000);
    }
    for local in 0..count {
        let _ = write!(sum, "(i64.add (local.get {local}))");
    }
    let locals = "i64 ".repeat(count);
    format!("(func ${name} (export \"{name}\") (result i64) (local {locals}) {sets} {callee} {sum} i64.add)")
}

/// Frames from one word to hundreds of kilobytes, and calls of every kind.
fn recursions() -> (String, Vec<String>) {
    let mut functions = String::new();
    let mut names = Vec::new();
    for count in [1, 3, 10, 100, 511, 512, 513, 1000, 5000, 40_000] {
        let name = format!("values_{count}");
        functions += &frame_of(&name, count, &format!("(call ${name})"));
        names.push(name);
    }
    functions += r#"
        (func $tiny (export "tiny") (result i64) (call $tiny))
        (func $ping (export "mutual") (result i64) (i64.add (call $pong) (i64.const 1)))
        (func $pong (result i64) (i64.sub (call $ping) (i64.const 1)))
        (type $result (func (result i64)))
        (table 2 funcref)
        (elem (i32.const 1) $indirect)
        (func $indirect (export "indirect") (result i64)
          (i64.add (call_indirect (type $result) (i32.const 1)) (i64.const 1)))
    "#;
    names.extend(["tiny", "mutual", "indirect"].map(str::to_owned));
    // Arguments and results that are passed on the stack.
    let (types, consts) = ("i64 ".repeat(900), "(i64.const 7)".repeat(900));
    let _ = write!(functions, "(func $params (param {types}) (call $params {consts}))");
    functions += &format!("(func (export \"params\") (result i64) (call $params {consts}) (i64.const 0))");
    let _ = write!(functions, "(func $results (result {types}) (call $results))");
    functions += &format!("(func (export \"results\") (result i64) (call $results) {})", "drop ".repeat(899));
    names.extend(["params", "results"].map(str::to_owned));
    (functions, names)
}

#[test]
fn guest_recursion() {
    let (functions, names) = recursions();
    let finite = r#"(func $finite (export "finite") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $finite (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0))))"#;
    let module = format!("(module (memory 1) {finite} {functions})").replace('\n', " ");
    let mut script = module + "\n";
    for name in &names {
        let _ = writeln!(script, "(assert_exhaustion (invoke \"{name}\") \"call stack exhausted\")");
        // Afterwards, the whole stack is there again.
        script += "(assert_return (invoke \"finite\" (i32.const 50000)) (i32.const 50000))\n";
    }
    for memory_mode in [MemoryMode::Guard, MemoryMode::Checked] {
        for stack_bytes in [2 << 20, 8 << 20, 64 << 20] {
            let options = Options { memory_mode, stack_bytes, ..default_options("stack") };
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let outcome = wast::run(&script, "stack-guest", &options, folder).expect("the script is fine");
            let failed: Vec<String> = outcome
                .failures
                .iter()
                .map(|(&line, message)| {
                    format!("{}: {message}", script.lines().nth(line as usize - 1).unwrap_or(""))
                })
                .collect();
            assert!(failed.is_empty(), "{memory_mode:?}, {stack_bytes}: {failed:#?}");
        }
    }
}

/// Builds a guest; returns the path of the executable.
fn build(source: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let executable = temporary(name);
    let mut command = Command::new(tool());
    command
        .arg("build")
        .arg(source)
        .arg("-o")
        .arg(&executable)
        .args(platform::target_options())
        .args(arguments);
    let built = process::run(&mut command, LIMIT);
    assert!(built.status.success(), "{}", built.stderr_text());
    executable
}

#[test]
fn the_size_is_chosen_at_build() {
    let source = r#"(module
        (func $down (param i32) (result i32)
          (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0))))
        (func (export "_start") (drop (call $down (i32.const 100000)))))"#;
    let input = temporary("stack-size.wat");
    fs::write(&input, source).expect("the folder is writable");
    for (size, status) in [("64K", 134), ("256K", 134), ("2M", 0), ("1G", 0)] {
        let executable = build(&input, &format!("stack-{size}"), &["--stack-size", size]);
        // The limit of the host does not matter.
        let script = format!("ulimit -s 256; exec {}{}", platform::prefix(), executable.display());
        let finished = process::run(Command::new("sh").args(["-c", &script]), LIMIT);
        assert_eq!(finished.status.code(), Some(status), "{size}: {}", finished.stderr_text());
    }
}

/// How one call of a host function ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Returned,
    /// There was no room for the host function, or what it calls.
    TrappedInHost,
    /// There was no room for the guest itself.
    TrappedInGuest,
}

/// Calls host function `function` of the guest after `levels` of recursion.
#[track_caller]
fn call_host(executable: &Path, function: usize, levels: usize) -> End {
    let mut command = platform::command(executable);
    command.arg("x".repeat(levels)).args(vec!["y"; function]);
    let finished = process::run(&mut command, LIMIT);
    let stderr = finished.stderr_text();
    let mut lines = stderr.lines();
    match (finished.status.code(), lines.next(), lines.next()) {
        (Some(0), None, None) => End::Returned,
        (Some(134), Some("wasm trap: call stack exhausted"), Some(frame)) if frame.contains(" 0: call ") => {
            End::TrappedInHost
        }
        (Some(134), Some("wasm trap: call stack exhausted"), Some(_)) => End::TrappedInGuest,
        _ => panic!("function {function} after {levels} levels: {}, {stderr}", finished.status),
    }
}

/// The stack ends at every place inside the frames of host functions: it is always the same trap.
#[test]
fn host_calls_at_the_end_of_the_stack() {
    const FUNCTIONS: usize = 8;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/boundary/host_overflow.wat");
    // Without inlining, a level is a frame that does nothing else, and the end of the trap's report tells
    // whether the host was called.
    let options = ["--stack-size", "64K", "--dir", ".", "--argv0", "z", "--pass=-inline"];
    let executable = build(&source, "stack-host", &options);
    for function in 0..FUNCTIONS {
        // The fewest levels that trap.
        let (mut low, mut high) = (0, 8192);
        while low < high {
            let middle = (low + high) / 2;
            match call_host(&executable, function, middle) {
                End::Returned => low = middle + 1,
                End::TrappedInHost | End::TrappedInGuest => high = middle,
            }
        }
        let (mut levels, mut in_host) = (low, 0);
        loop {
            match call_host(&executable, function, levels) {
                End::Returned => panic!("function {function} returns after {levels} levels, but not {low}"),
                End::TrappedInHost => in_host += 1,
                End::TrappedInGuest => break,
            }
            // A level is 16 bytes. What needs kilobytes is tried at fewer places, and so is everything that
            // takes long to start.
            levels += match (platform::emulator(), in_host < 200) {
                (Some(_), _) => 31,
                (None, true) => 1,
                (None, false) => 7,
            };
        }
        assert!(in_host > 0, "function {function} is never what has no room");
    }
}
