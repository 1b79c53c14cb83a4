//! System calls that fail: each call that a program makes, at start and for its own calls, and each call of
//! the tool, fails once. Nothing may be lost without a word or reported as something else.
//!
//! Where processes may not trace each other, or executables run in an emulator, the tests say so and end.
#![cfg(target_arch = "x86_64")]
#![allow(clippy::print_stdout, reason = "tells the totals")]

mod tracer;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tracer::{Ended, Event, Fault, Traced};
use wasiaot_abi::{calls, host};
use wasiaot_tests::{platform, process, tool};

const LIMIT: Duration = Duration::from_secs(120);

/// A disk's error, memory that is not there, and what is not permitted: the numbers of Linux and of preview 1.
const ERRORS: [(i32, i32); 3] = [(libc::EIO, 29), (libc::ENOMEM, 48), (libc::EPERM, 63)];

/// Calls that the kernel never lets fail, and that the C library makes before anything else.
const NEVER_FAIL: &[i64] = &[libc::SYS_arch_prctl, libc::SYS_set_tid_address, libc::SYS_exit_group];

/// A folder, and what a program in it did.
struct Place(tempfile::TempDir);

struct Run {
    traced: Traced,
    stdout: String,
    stderr: String,
}

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    #[track_caller]
    fn build(&self, wasm: &Path, options: &[&str]) {
        let mut command = Command::new(tool());
        command.arg("build").arg(wasm).args(["-o", "app"]).args(options).current_dir(self.0.path());
        let built = process::run(&mut command, LIMIT);
        assert!(built.status.success(), "{}", built.stderr_text());
    }

    /// Runs a program with one fault. Standard input is the file `input`.
    fn run(&self, program: &Path, arguments: &[&str], fault: Option<Fault>) -> Option<Run> {
        if platform::emulator().is_some() {
            return None;
        }
        let file = |name| File::create(self.path(name)).expect("the folder is writable");
        let input = File::open(self.path("input")).map_or_else(|_| Stdio::null(), Stdio::from);
        let mut command = Command::new(program);
        command.args(arguments).env_clear().current_dir(self.0.path());
        command.stdin(input).stdout(file("stdout")).stderr(file("stderr"));
        let traced = tracer::run(&mut command, fault)?;
        let text = |name| {
            let bytes = fs::read(self.path(name)).expect("the file was made");
            String::from_utf8_lossy(&bytes).into_owned()
        };
        Some(Run { traced, stdout: text("stdout"), stderr: text("stderr") })
    }

    fn run_app(&self, fault: Option<Fault>) -> Option<Run> {
        self.run(&self.path("app"), &[], fault)
    }
}

/// Says that there is no tracing here.
fn not_traced() {
    println!("executables cannot be traced here");
}

/// The calls that can fail: how many of the same number come before, and the number.
fn fallible(calls: &[u64]) -> impl Iterator<Item = (usize, i64)> {
    let mut counts = BTreeMap::<i64, usize>::new();
    let calls = calls.iter().map(move |call| {
        let count = counts.entry(call.cast_signed()).or_default();
        *count += 1;
        (*count - 1, call.cast_signed())
    });
    calls.filter(|(_, call)| !NEVER_FAIL.contains(call))
}

// Statuses of the program below; the others are error numbers of preview 1.
const GROW_MEMORY: i32 = 3;
const GROW_TABLE: i32 = 4;
/// And the error.
const WRITE: i32 = 150;

/// Every host call and every growth that fails ends it with a status that tells which and how.
const CHECKING_PROGRAM: &str = r#"
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 8) (table $t 1 1000000 funcref)
  (data (i32.const 0) "\10\00\00\00\09\00\00\00") (data (i32.const 16) "complete\nnew")
  (func (export "_start") (local $error i32)
    (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (call $exit (i32.const 3))))
    (if (i32.eq (table.grow $t (ref.null func) (i32.const 100000)) (i32.const -1)) (then (call $exit (i32.const 4))))
    (if (local.tee $error (call $random (i32.const 100) (i32.const 8))) (then (call $exit (local.get $error))))
    (if (call $prestat (i32.const 3) (i32.const 200)) (then (call $exit (i32.const 5))))
    (if (local.tee $error (call $mkdir (i32.const 3) (i32.const 25) (i32.const 3)))
      (then (if (i32.ne (local.get $error) (i32.const 20)) (then (call $exit (local.get $error))))))
    (if (local.tee $error (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (then (call $exit (i32.add (i32.const 150) (local.get $error)))))))
"#;

/// Calls without which a program runs as well: handlers of faults and signals, which no kernel refuses,
/// whether standard streams are open, the process's own number, and the restrictions of `--harden default`.
const NOT_NEEDED: &[i64] = &[
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_ioctl,
    libc::SYS_getpid,
    libc::SYS_prctl,
    libc::SYS_seccomp,
    libc::SYS_landlock_create_ruleset,
    libc::SYS_landlock_add_rule,
    libc::SYS_landlock_restrict_self,
    libc::SYS_close,
];

/// The restrictions among them: what `--harden strict` does not do without.
const RESTRICTIONS: &[i64] = &[
    libc::SYS_prctl,
    libc::SYS_seccomp,
    libc::SYS_landlock_create_ruleset,
    libc::SYS_landlock_add_rule,
    libc::SYS_landlock_restrict_self,
];

/// Lets every call of [`CHECKING_PROGRAM`] fail: the program sees that, or does not start and says why, or has
/// not needed the call.
fn check_every_call(harden: &str) {
    let place = Place::new();
    let source = place.path("check.wat");
    fs::write(&source, CHECKING_PROGRAM).expect("the folder is writable");
    fs::create_dir(place.path("granted")).expect("the name is free");
    place.build(&source, &["--dir", "granted", "--harden", harden]);
    let Some(whole) = place.run_app(None) else { return not_traced() };
    if whole.traced.ended == Ended::Code(125) && whole.stderr.contains("does not run without") {
        return println!("this system lacks a restriction: {}", whole.stderr);
    }
    assert_eq!(
        (whole.traced.ended, whole.stdout.as_str()),
        (Ended::Code(0), "complete\n"),
        "{}",
        whole.stderr
    );
    let mut counts = BTreeMap::<i32, usize>::new();
    for (before, call) in fallible(&whole.traced.calls) {
        for (errno, wasi) in ERRORS {
            let Some(run) = place.run_app(Some(Fault { call, before, event: Event::Error(errno) })) else {
                return not_traced();
            };
            let about = format!(
                "number {call} after {before}, error {errno}: {:?}, {}",
                run.traced.ended, run.stderr
            );
            let Ended::Code(code) = run.traced.ended else { panic!("{about}") };
            *counts.entry(code).or_default() += 1;
            match code {
                0 => {
                    assert_eq!(run.stdout, "complete\n", "{about}");
                    assert!(NOT_NEEDED.contains(&call), "{about}");
                    assert!(harden != "strict" || !RESTRICTIONS.contains(&call), "{about}");
                }
                125 => {
                    assert!(run.stderr.starts_with("wasiaot: ") && run.stdout.is_empty(), "{about}");
                    assert!(!run.stderr.contains("internal error"), "{about}");
                }
                GROW_MEMORY => assert!([libc::SYS_mmap, libc::SYS_mprotect].contains(&call), "{about}"),
                GROW_TABLE => assert_eq!(call, libc::SYS_mmap, "{about}"),
                _ if code == wasi => {
                    assert!([libc::SYS_getrandom, libc::SYS_mkdirat].contains(&call), "{about}");
                }
                _ => {
                    assert_eq!(code, WRITE + wasi, "{about}");
                    assert!([libc::SYS_write, libc::SYS_writev].contains(&call), "{about}");
                }
            }
        }
    }
    println!("--harden {harden}: {} calls, statuses {counts:?}", whole.traced.calls.len());
    // Each kind of end was seen.
    for code in [0, 125, GROW_MEMORY, GROW_TABLE, 29, WRITE + 29] {
        assert!(counts.contains_key(&code), "nothing ended with {code}");
    }
}

#[test]
fn every_call_of_a_start() {
    for harden in ["off", "default", "strict"] {
        check_every_call(harden);
    }
}

/// Calls of a program, see `guests/sandbox/ops.c`: what preview 1 can do with files.
const OPS: &str = "\
open 3 0 made 9 66 0
write 4 hello
sync 4
datasync 4
seek 4 1 0
tell 4
read 4 3
pread 4 4 0
pwrite 4 2 XY
filestat 4
fdstat 4
setflags 4 1
setsize 4 100
allocate 4 0 200
advise 4
settimes 4
close 4
stat 3 0 made
stat 3 1 link
times 3 1 made
readlink 3 link
readdir 3
mkdir 3 folder
open 3 0 folder 2 16384 0
readdir 4
renumber 4 3
mkdir 3 below
";

#[test]
fn every_call_of_preview_1() {
    let place = Place::new();
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/sandbox/ops.wasm");
    place.build(&guest, &["--dir", "root"]);
    fs::write(place.path("input"), OPS).expect("the folder is writable");
    let prepare = || {
        let _ = fs::remove_dir_all(place.path("root"));
        fs::create_dir(place.path("root")).expect("the name is free");
        std::os::unix::fs::symlink("made", place.path("root/link")).expect("the name is free");
    };
    prepare();
    let Some(whole) = place.run_app(None) else { return not_traced() };
    assert_eq!(whole.traced.ended, Ended::Code(0), "{}", whole.stderr);
    let expected: Vec<&str> = whole.stdout.lines().collect();
    let ops: Vec<&str> = OPS.lines().collect();
    assert_eq!(expected.len(), ops.len());
    let mut seen = BTreeSet::new();
    for (before, call) in fallible(&whole.traced.calls) {
        for (errno, wasi) in ERRORS {
            prepare();
            let Some(run) = place.run_app(Some(Fault { call, before, event: Event::Error(errno) })) else {
                return not_traced();
            };
            let about = format!(
                "number {call} after {before}, error {errno}: {:?}, {}",
                run.traced.ended, run.stderr
            );
            match run.traced.ended {
                Ended::Code(0) => {}
                // The program cannot read what it is to do, or write what it has done.
                Ended::Code(1) => assert_eq!(call, libc::SYS_readv, "{about}"),
                Ended::Code(134) => assert_eq!(call, libc::SYS_writev, "{about}"),
                Ended::Code(125) => {
                    assert!(run.stderr.starts_with("wasiaot: ") && run.stdout.is_empty(), "{about}");
                    assert!(!run.stderr.contains("internal error"), "{about}");
                }
                _ => panic!("{about}"),
            }
            if run.traced.ended != Ended::Code(0) {
                continue;
            }
            let lines: Vec<&str> = run.stdout.lines().collect();
            assert_eq!(lines.len(), expected.len(), "{about}");
            // The first line that differs is the call's own, and has the error.
            let Some(first) = (0..lines.len()).find(|&index| lines[index] != expected[index]) else {
                let is_not_needed = NOT_NEEDED.contains(&call) || FALLBACKS.contains(&(call, errno));
                assert!(is_not_needed, "{about}: nothing was different");
                continue;
            };
            let words: Vec<&str> = lines[first].split(' ').collect();
            assert_eq!(words[0], wasi.to_string(), "{about}: `{}` gave `{}`", ops[first], lines[first]);
            seen.insert(ops[first]);
        }
    }
    let unseen: Vec<&&str> = ops.iter().filter(|op| !seen.contains(*op)).collect();
    // `renumber` needs the system for the descriptor that goes only, whose errors are lost as with `dup2`.
    assert_eq!(unseen, [&"renumber 4 3"], "calls of which no fault was seen");
}

/// Calls in whose place others are made: what containers refuse with `EPERM`, and how the C library gets memory.
const FALLBACKS: &[(i64, i32)] = &[
    (libc::SYS_openat2, libc::EPERM),
    (libc::SYS_brk, libc::EIO),
    (libc::SYS_brk, libc::ENOMEM),
    (libc::SYS_brk, libc::EPERM),
    (libc::SYS_mmap, libc::EIO),
    (libc::SYS_mmap, libc::ENOMEM),
    (libc::SYS_mmap, libc::EPERM),
    (libc::SYS_munmap, libc::EIO),
    (libc::SYS_munmap, libc::ENOMEM),
    (libc::SYS_munmap, libc::EPERM),
];

/// Calls of the tool on files.
const ON_FILES: &[i64] = &[
    libc::SYS_openat,
    libc::SYS_read,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_statx,
    libc::SYS_newfstatat,
    libc::SYS_readlink,
    libc::SYS_fchmod,
    libc::SYS_chmod,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_linkat,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_unlink,
    libc::SYS_close,
];

/// A folder with a program to build, and with a file where the executable goes.
fn place_with_older_output() -> Place {
    let place = Place::new();
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/hello.wasm");
    fs::copy(guest, place.path("hello.wasm")).expect("the folder is writable");
    fs::create_dir(place.path("out")).expect("the name is free");
    place
}

const OLD: &[u8] = b"what was there before";

/// Builds the program of that folder, with a fault.
fn build_over_older_output(place: &Place, fault: Option<Fault>) -> Option<Run> {
    fs::write(place.path("out/app"), OLD).expect("the folder is writable");
    place.run(&tool(), &["build", "hello.wasm", "-o", "out/app", "--jobs", "1"], fault)
}

/// The tool's calls on files: a full disk, a disk's error, or what a file system does not have.
#[test]
fn every_call_of_the_tool_on_files() {
    let place = place_with_older_output();
    let run = |fault| build_over_older_output(&place, fault);
    let Some(whole) = run(None) else { return not_traced() };
    assert_eq!(whole.traced.ended, Ended::Code(0), "{}", whole.stderr);
    let complete = fs::read(place.path("out/app")).expect("it was built");
    let (mut passed, mut failed) = (0, 0);
    for (before, call) in fallible(&whole.traced.calls).filter(|(_, call)| ON_FILES.contains(call)) {
        for errno in [libc::ENOSPC, libc::EIO, libc::EOPNOTSUPP] {
            let Some(run) = run(Some(Fault { call, before, event: Event::Error(errno) })) else {
                return not_traced();
            };
            let about = format!(
                "number {call} after {before}, error {errno}: {:?}, {}",
                run.traced.ended, run.stderr
            );
            let written = fs::read(place.path("out/app")).expect("there is a file in any case");
            match run.traced.ended {
                Ended::Code(0) => {
                    assert!(written == complete, "{about}");
                    passed += 1;
                }
                Ended::Code(1) => {
                    assert!(run.stderr.starts_with("error") && run.stdout.is_empty(), "{about}");
                    assert!(written == OLD, "{about}");
                    failed += 1;
                }
                // The loader and the C library, before there is a program that could say something.
                Ended::Code(127) => {}
                _ => panic!("{about}"),
            }
            let names = fs::read_dir(place.path("out")).expect("the folder is there").count();
            assert_eq!(names, 1, "{about}: something was left behind");
        }
    }
    println!("{passed} builds in spite of a fault, {failed} errors");
    assert!(failed > 5, "too little has failed");
}

/// Somebody interrupts the tool after any of its calls on files: the older file is there, or the new one, and
/// nothing else.
#[test]
fn interrupts_of_the_tool() {
    let place = place_with_older_output();
    let Some(whole) = build_over_older_output(&place, None) else { return not_traced() };
    assert_eq!(whole.traced.ended, Ended::Code(0), "{}", whole.stderr);
    let complete = fs::read(place.path("out/app")).expect("it was built");
    let is_unnamed_first = whole.traced.calls.contains(&(libc::SYS_linkat as u64));
    let (mut older, mut newer, mut hidden) = (0, 0, 0);
    for (before, call) in fallible(&whole.traced.calls).filter(|(_, call)| ON_FILES.contains(call)) {
        let fault = Fault { call, before, event: Event::Signal(Signal::INT) };
        let Some(run) = build_over_older_output(&place, Some(fault)) else { return not_traced() };
        let about = format!("number {call} after {before}: {:?}, {}", run.traced.ended, run.stderr);
        assert_eq!(run.traced.ended, Ended::Signal(libc::SIGINT), "{about}");
        let found = fs::read(place.path("out/app")).expect("there is a file in any case");
        assert!(found == OLD || found == complete, "{about}");
        *if found == OLD { &mut older } else { &mut newer } += 1;
        for entry in fs::read_dir(place.path("out")).expect("the folder is there") {
            let path = entry.expect("it is readable").path();
            if path.file_name().is_some_and(|name| name != "app") {
                // The one moment in which the complete file has a hidden name: see `output.rs`.
                assert!(call == libc::SYS_linkat || !is_unnamed_first, "{about}");
                fs::remove_file(path).expect("the folder is writable");
                hidden += 1;
            }
        }
    }
    println!("interrupted before the new file was there {older} times, {newer} times after it");
    assert!(older > 5, "too little was interrupted");
    assert!(hidden <= 1 || !is_unnamed_first, "{hidden} times something was left behind");
}

/// Files that may not grow, and a device that is full.
#[test]
fn no_room_for_the_output_of_the_tool() {
    let place = Place::new();
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/hello.wasm");
    fs::copy(guest, place.path("hello.wasm")).expect("the folder is writable");
    let tool = tool();
    let check = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("WASIAOT", &tool).current_dir(place.0.path());
        let finished = process::run(&mut command, LIMIT);
        let said = finished.stderr_text();
        assert_eq!(finished.status.code(), Some(1), "{script}: {} {said}", finished.status);
        assert!(said.starts_with("error"), "{script}: {said}");
        assert!(!place.path("app").exists(), "{script}");
    };
    // Blocks of 512 bytes. The signal that comes with the limit would end the process without a word.
    check("trap '' XFSZ; ulimit -f 8; \"$WASIAOT\" build hello.wasm -o app");
    check("trap '' XFSZ; ulimit -f 8; \"$WASIAOT\" build hello.wasm --image app");
    assert_eq!(fs::read_dir(place.0.path()).expect("the folder is there").count(), 1);
    if !Path::new("/dev/full").exists() {
        return println!("there is no device that is full");
    }
    check("\"$WASIAOT\" build hello.wasm -o /dev/full");
    check("\"$WASIAOT\" build hello.wasm -o - > /dev/full");
    check("\"$WASIAOT\" build hello.wasm --emit asm -o - > /dev/full");
    check("\"$WASIAOT\" inspect hello.wasm > /dev/full");
    check("\"$WASIAOT\" passes > /dev/full");
    check("\"$WASIAOT\" targets > /dev/full");
}

/// Programs make no calls but those that their filters allow; others would end them, where the kernel has filters.
/// (That nothing is allowed to spare is a matter of the code: see `harden.rs`.)
#[test]
fn programs_make_the_calls_on_their_lists() {
    let lists = host::PREVIEW1.functions.iter().flat_map(|function| function.calls);
    let lists = lists.chain(host::HELPERS.iter().flat_map(|helper| host::helper_calls(helper)));
    let numbers: BTreeMap<&str, u64> = lists
        .chain([&calls::ALWAYS])
        .flat_map(|list| list.iter())
        .map(|allowed| (allowed.call.name(), allowed.call.x86_64().into()))
        .collect();
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests");
    for (guest, options) in [
        ("hello.wasm", &[][..]),
        ("p1/stdio.wasm", &[]),
        ("p1/process.wasm", &[]),
        ("p1/files.wasm", &["--dir", "scratch::/"]),
        ("p1/dirs.wasm", &["--dir", "scratch::/"]),
        ("p1/paths.wasm", &["--dir", "scratch::/"]),
        ("sandbox/ops.wasm", &["--dir", "scratch"]),
    ] {
        let place = Place::new();
        fs::create_dir(place.path("scratch")).expect("the name is free");
        fs::write(place.path("input"), OPS).expect("the folder is writable");
        place.build(&guests.join(guest), options);
        let mut inspect = Command::new(tool());
        let inspected = process::run(inspect.args(["inspect", "app"]).current_dir(place.0.path()), LIMIT);
        let text = inspected.stdout_text();
        let names = text.lines().skip_while(|line| !line.starts_with("system calls")).skip(1);
        let names = names.take_while(|line| !line.is_empty()).flat_map(str::split_whitespace);
        let allowed: BTreeSet<u64> = names.map(|name| numbers[name]).collect();
        assert!(allowed.len() > 5, "{guest}: {text}");
        let Some(run) = place.run_app(None) else { return not_traced() };
        let calls = &run.traced.calls;
        let filter = calls.iter().position(|&call| call.cast_signed() == libc::SYS_seccomp);
        let after = filter.map_or(&[][..], |filter| &calls[filter + 1..]);
        assert!(!after.is_empty(), "{guest}: no filter was installed");
        let other: BTreeSet<u64> = after.iter().copied().filter(|call| !allowed.contains(call)).collect();
        assert!(other.is_empty(), "{guest}: calls {other:?} are not on the list: {:?}", run.traced.ended);
    }
}
