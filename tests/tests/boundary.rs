//! Executables and the command line tool as processes among others: exit statuses, streams, signals,
//! limits, and the same bytes wherever and however they are built.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use wasiaot_tests::process::{self, Finished};
use wasiaot_tests::tool;

const LIMIT: Duration = Duration::from_secs(60);

fn guest(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/boundary").join(name).with_extension("wat")
}

/// A folder of a test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("boundary").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Builds a guest as `app` in a folder.
#[track_caller]
fn build(name: &str, folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(tool());
    command.arg("build").arg(guest(name)).args(["-o", "app"]).args(arguments).current_dir(folder);
    let built = process::run(&mut command, LIMIT);
    assert!(built.status.success(), "{}", built.stderr_text());
}

/// Runs a command of the shell in a folder.
fn shell(script: &str, folder: &Path) -> Finished {
    process::run(Command::new("sh").args(["-c", script]).current_dir(folder), LIMIT)
}

/// Runs a command of the shell, which has to end with this status.
#[track_caller]
fn check(script: &str, folder: &Path, status: i32) -> Finished {
    let finished = shell(script, folder);
    let found = finished.status.code();
    assert_eq!(found, Some(status), "`{script}`: {}, {}", finished.status, finished.stderr_text());
    finished
}

#[test]
fn exit_statuses_are_passed_on() {
    let folder = folder("exit");
    build("exit", &folder, &[]);
    for status in 0..=255 {
        let finished = process::run(Command::new(folder.join("app")).args(vec!["x"; status]), LIMIT);
        assert_eq!(finished.status.code(), i32::try_from(status).ok());
        assert!(finished.stdout.is_empty() && finished.stderr.is_empty());
    }
}

#[test]
fn errors_of_output_reach_the_program() {
    const PIPE: i32 = 64;
    const NO_SPACE: i32 = 51;
    const BAD_DESCRIPTOR: i32 = 8;
    let folder = folder("output");
    build("write", &folder, &[]);
    check("./app > /dev/null", &folder, 0);
    check("./app > /dev/full", &folder, NO_SPACE);
    check("./app >&-", &folder, BAD_DESCRIPTOR);
    check("./app > /dev/null < /dev/null 1< app", &folder, BAD_DESCRIPTOR);
    // The reader is gone: no signal, but the error.
    check("(./app; echo $? > status) | true; exit $(cat status)", &folder, PIPE);
}

/// Files that are opened must not take the place of a closed stream: what is written there would go
/// into them.
#[test]
fn closed_streams_stay_closed() {
    let folder = folder("closed");
    build("streams", &folder, &["--dir", "."]);
    fs::write(folder.join("input"), "12345678").expect("the folder is writable");
    let out = check("./app < input", &folder, 0);
    assert_eq!((out.stdout_text(), out.stderr_text()), ("message\n".into(), "message\n".into()));
    check("./app <&-", &folder, 1);
    check("./app < input >&-", &folder, 2);
    check("./app < input 2>&-", &folder, 4);
    check("./app <&- >&- 2>&-", &folder, 7);
    assert_eq!(fs::read(folder.join("file")).expect("the guest made it"), b"");
    build("trap", &folder, &[]);
    check("./app 2>&-", &folder, 134);
    check("./app <&- >&- 2>&-", &folder, 134);
    check("./app 2> /dev/full", &folder, 134);
}

/// Starts a guest that runs forever, and waits until it does.
#[track_caller]
fn end_by(signal: Signal, command: &mut Command) -> Finished {
    let mut child =
        process::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()));
    let mut line = String::new();
    let stdout = child.stdout.take().expect("it is a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("the guest writes");
    assert_eq!(line, "running\n");
    kill_process(Pid::from_child(&child), signal).expect("the process runs");
    let status = process::wait(&mut child, LIMIT).expect("the signal ends the process");
    let output = child.wait_with_output().expect("the process has ended");
    Finished { status, stdout: Vec::new(), stderr: output.stderr }
}

#[test]
fn signals_end_the_process() {
    let folder = folder("signals");
    build("loop", &folder, &[]);
    let signals = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT, Signal::KILL, Signal::USR1];
    // Those of faults as well, if somebody sends them: that is no trap.
    for signal in signals.into_iter().chain([Signal::SEGV, Signal::BUS, Signal::FPE, Signal::ILL]) {
        // Whoever runs the tests in the background may have them ignore signals, and so their children.
        let mut command = Command::new("env");
        let finished = end_by(signal, command.arg("--default-signal").arg(folder.join("app")));
        assert_eq!(finished.status.signal(), Some(signal.as_raw()), "{signal:?}: {}", finished.status);
        assert_eq!(finished.stderr_text(), "");
    }
}

/// The first process of a container ends as well: it has no default handling of signals.
#[test]
fn signals_end_the_first_process_of_a_container() {
    let folder = folder("container");
    build("loop", &folder, &[]);
    let unshare = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"];
    let possible = Command::new(unshare[0]).args(&unshare[1..]).arg("true").status();
    if !possible.is_ok_and(|status| status.success()) {
        eprintln!("containers cannot be made here");
        return;
    }
    for (signal, number) in [("TERM", 15), ("INT", 2), ("HUP", 1), ("QUIT", 3)] {
        // From outside, the process has another number: that of the only child of `unshare`.
        let script = format!(
            "{} ./app > out & while ! grep -q running out 2> /dev/null; do sleep 0.02; done; \
             kill -{signal} $(cat /proc/$!/task/$!/children); wait $!",
            unshare.join(" ")
        );
        let _ = fs::remove_file(folder.join("out"));
        check(&script, &folder, 128 + number);
    }
}

#[test]
fn little_address_space() {
    let folder = folder("limit");
    build("grow", &folder, &["--dir", "."]);
    let refused = check("ulimit -v 4000000; exec ./app", &folder, 125).stderr_text();
    assert!(refused.starts_with("wasiaot: cannot reserve 6291456 KiB"), "{refused}");
    assert!(refused.contains("--memory checked") && refused.contains("ulimit -v"), "{refused}");
    build("grow", &folder, &["--dir", ".", "--memory", "checked"]);
    check("ulimit -v 4000000; exec ./app", &folder, 0);
    check("ulimit -v 100000; exec ./app", &folder, 0);
    // Not enough for the memory that the program asks for: an answer that it can deal with.
    check("ulimit -v 40000; exec ./app", &folder, 1);
    // Not even enough for the stack.
    let refused = check("ulimit -v 4000; exec ./app", &folder, 125).stderr_text();
    assert!(refused.starts_with("wasiaot: cannot map 8192 KiB for the program's stack"), "{refused}");
}

/// Wherever the kernel puts things: nothing of it is in the way of the memories.
#[test]
fn address_space_layouts() {
    let folder = folder("layouts");
    for mode in ["guard", "checked"] {
        build("grow", &folder, &["--dir", ".", "--memory", mode]);
        for _ in 0..50 {
            check("exec ./app", &folder, 0);
        }
        check("ulimit -s unlimited; exec ./app", &folder, 0);
        check("ulimit -s 64; exec ./app", &folder, 0);
        check("exec setarch -R ./app", &folder, 0);
        check("exec setarch --addr-compat-layout ./app", &folder, 0);
        check("exec env -i ./app", &folder, 0);
    }
}

/// The executable depends on what is compiled and on the options, and on nothing else.
#[test]
fn the_same_bytes_everywhere() {
    let folder = folder("same");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/assemblyscript-hello.wasm");
    let other = folder.join("other/deeper");
    fs::create_dir_all(&other).expect("the folder can be made");
    fs::copy(&program, folder.join("program.wasm")).expect("the guest is there");
    fs::copy(&program, other.join("program.wasm")).expect("the guest is there");
    let tool = tool();
    let tool = tool.display();
    let build = |script: &str, output: &str| {
        check(&script.replace("wasiaot", &tool.to_string()), &folder, 0);
        fs::read(folder.join(output)).expect("it was built")
    };
    let expected = build("wasiaot build program.wasm -o app --jobs 1", "app");
    let same = [
        ("wasiaot build program.wasm -o app --jobs 4", "app"),
        ("wasiaot build program.wasm -o app --jobs 64", "app"),
        ("wasiaot build other/deeper/program.wasm -o app", "app"),
        ("cd other/deeper; wasiaot build program.wasm -o app", "other/deeper/app"),
        ("cd other/deeper; wasiaot build ./program.wasm -o ../another-name", "other/another-name"),
        ("wasiaot build program.wasm -o - > app2", "app2"),
        (
            "LC_ALL=C TZ=Asia/Tokyo SOURCE_DATE_EPOCH=1 HOME=/nonexistent wasiaot build program.wasm -o app",
            "app",
        ),
        // Nothing is needed of the system: no compiler, no linker, no environment.
        ("env -i PATH=/nonexistent wasiaot build program.wasm -o app", "app"),
    ];
    for (script, output) in same {
        assert!(build(script, output) == expected, "`{script}` builds other bytes");
    }
    assert_ne!(build("wasiaot build program.wasm -o app --memory checked", "app"), expected);
}

/// An executable needs nothing but itself: it runs in an empty root folder, as another user.
#[test]
fn nothing_else_is_needed() {
    let folder = folder("alone");
    build("exit", &folder, &[]);
    let mut header = [0; 4];
    std::io::Read::read_exact(&mut File::open(folder.join("app")).expect("it was built"), &mut header)
        .expect("it has a header");
    assert_eq!(&header, b"\x7fELF");
    let script = "unshare --user --map-root-user chroot . /app a b c";
    let possible = shell("unshare --user --map-root-user true", &folder);
    if possible.status.success() {
        check(script, &folder, 3);
    } else {
        eprintln!("another root folder cannot be used here");
    }
}
