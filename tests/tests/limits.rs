//! Limits that are set when a program is built: of time, tables and open files. That of memory is in
//! `guests/traps/grow_max_memory.wat`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use wasiaot_tests::process::{self, Finished};
use wasiaot_tests::tool;

const LIMIT: Duration = Duration::from_secs(120);

/// A folder with a guest built as `app`.
#[track_caller]
fn build(name: &str, guest: &str, options: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("limits").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests").join(guest);
    let built = shell(&format!("{:?} build {guest:?} -o app {options}", tool()), &folder);
    assert!(built.status.success(), "{}", built.stderr_text());
    folder
}

fn shell(script: &str, folder: &Path) -> Finished {
    process::run(Command::new("sh").args(["-c", script]).current_dir(folder), LIMIT)
}

#[track_caller]
fn check(script: &str, folder: &Path, status: i32, stderr: &str) {
    let ran = shell(script, folder);
    assert_eq!(ran.status.code(), Some(status), "`{script}`: {}, {}", ran.status, ran.stderr_text());
    assert_eq!(ran.stderr_text(), stderr, "`{script}`");
}

#[test]
fn time_is_over() {
    const MESSAGE: &str = "wasiaot: stopped: the time limit of 300 ms is over\n";
    for harden in ["default", "off"] {
        let options = format!("--timeout 300ms --harden {harden}");
        let folder = build("loop", "boundary/loop.wat", &options);
        check("./app", &folder, 124, MESSAGE);
        // Whatever the process was started with.
        check("trap '' ALRM; ./app", &folder, 124, MESSAGE);
        check("env --block-signal=ALRM ./app", &folder, 124, MESSAGE);
        let folder = build("read", "boundary/read.wat", &options);
        // A pipe that nobody writes to.
        check("mkfifo pipe; ./app <> pipe", &folder, 124, MESSAGE);
        // A pipe in a granted folder that nobody opens for writing.
        let folder = build("open", "sandbox/ops.wasm", &format!("--dir .::/ {options}"));
        check("mkfifo pipe; echo open 3 0 pipe 0 2 0 | ./app", &folder, 124, MESSAGE);
        let folder = build("sleep", "boundary/sleep.wat", "--timeout 100s");
        check("sleep 1 | ./app", &folder, 0, "");
    }
}

/// A process that was stopped for a while goes on waiting.
#[test]
fn stopping_and_continuing() {
    let folder = build("stop", "boundary/sleep.wat", "--harden default");
    let mut command = Command::new(folder.join("app"));
    let mut child = process::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()));
    let mut line = String::new();
    let stdout = child.stdout.take().expect("it is a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("the guest writes");
    assert_eq!(line, "running\n");
    for _ in 0..5 {
        for signal in [Signal::STOP, Signal::CONT] {
            kill_process(Pid::from_child(&child), signal).expect("nobody has waited for it");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let status = process::wait(&mut child, LIMIT).expect("it ends");
    assert_eq!(status.code(), Some(0), "{status}");
}

#[test]
fn tables() {
    for (options, size) in
        [("", 100), ("--max-table 50", 50), ("--max-table 2", 2), ("--max-table 1000", 100)]
    {
        check("./app", &build("table", "boundary/table.wat", options), size, "");
    }
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/boundary/table.wat");
    let folder = build("small", "boundary/exit.wat", "");
    let refused = shell(&format!("{:?} build {guest:?} --max-table 1", tool()), &folder);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr_text().starts_with("error[W0204]"), "{}", refused.stderr_text());
}

#[test]
fn open_files() {
    const TOO_MANY: &str = "33";
    let folder = build("files", "sandbox/ops.wasm", "--dir .::/ --max-open-files 6");
    let ops = "open 3 0 app 0 2 0\nopen 3 0 app 0 2 0\nopen 3 0 app 0 2 0\nopen 3 0 new 1 64 0\nclose 4\n\
               open 3 0 app 0 2 0\nopen 3 0 app 0 2 0\nrenumber 4 5\nopen 3 0 app 0 2 0\n";
    fs::write(folder.join("ops"), ops).expect("the folder is writable");
    let ran = shell("./app < ops", &folder);
    let lines: Vec<String> = ran.stdout_text().lines().map(str::to_owned).collect();
    assert_eq!(lines, ["0 4", "0 5", TOO_MANY, TOO_MANY, "0", "0 4", TOO_MANY, "0", "0 4"]);
    assert!(!folder.join("new").exists(), "a file was made that could not be opened");
}
