//! WASI preview 1, as a user sees it: guests are built with the command line tool, run with their
//! grants, and print the outcome of many calls. `tests/guests/p1/README.md` has the format.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wasiaot_tests::platform::{self, prefix};
use wasiaot_tests::{process, tool};

const LIMIT: Duration = Duration::from_secs(60);

/// A guest, and what the comment at the top of its source says.
struct Guest {
    source: PathBuf,
    setup: String,
    options: String,
    args: String,
    stdin: Option<String>,
    status: i32,
}

fn guest(name: &str) -> Guest {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/p1").join(name).with_extension("c");
    let text = fs::read_to_string(&source).expect("the guest has a source");
    let key = |key: &str| {
        let mut comment = text.lines().map_while(|line| line.strip_prefix("//"));
        comment.find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": ")).map(str::to_owned)
    };
    Guest {
        setup: key("setup").unwrap_or_default(),
        options: key("options").unwrap_or_default(),
        args: key("args").unwrap_or_default(),
        stdin: key("stdin"),
        status: key("status").map_or(0, |status| status.parse().expect("a status is a number")),
        source,
    }
}

/// A folder with two empty folders, in which the shell has run `setup`, and the executable.
fn prepare(guest: &Guest, options: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let script = format!("mkdir scratch other; {}", guest.setup);
    assert!(shell(&script, folder.path()).status.success(), "the setup works");
    let target = platform::target().name;
    let wasm = guest.source.with_extension("wasm");
    let build = format!("{:?} build {wasm:?} -o app --target {target} {options}", tool());
    let built = shell(&build, folder.path());
    assert!(built.status.success(), "{}", built.stderr_text());
    folder
}

fn shell(script: &str, folder: &Path) -> process::Finished {
    process::run(Command::new("sh").args(["-c", script]).current_dir(folder), LIMIT)
}

#[track_caller]
fn check_output(guest: &Guest, stdout: &str) {
    let path = guest.source.with_extension("stdout");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, stdout).expect("the expectation can be written");
    }
    let expected = fs::read_to_string(&path).expect("the guest has an expectation");
    assert_eq!(stdout, expected);
}

#[track_caller]
fn check_guest(name: &str) {
    let guest = guest(name);
    let folder = prepare(&guest, &guest.options);
    // The standard streams are pipes, whatever those of the test are.
    let stdin = guest.stdin.as_ref().map_or("true".to_owned(), |line| format!("echo '{line}'"));
    let run = format!("{stdin} | {}./app {} 2>&1", prefix(), guest.args);
    let ran = shell(&run, folder.path());
    check_output(&guest, &ran.stdout_text());
    assert_eq!(ran.status.code(), Some(guest.status), "{}", ran.stderr_text());
}

#[test]
fn arguments_environment_clocks_random_and_exit() {
    check_guest("process");
}

#[test]
fn standard_streams_and_descriptor_numbers() {
    check_guest("stdio");
}

#[test]
fn files() {
    check_guest("files");
}

#[test]
fn directories() {
    check_guest("dirs");
}

#[test]
fn paths_stay_inside_a_grant() {
    check_guest("paths");
}

#[test]
fn read_only_grants() {
    check_guest("readonly");
}

#[test]
fn waiting() {
    check_guest("poll");
}

#[test]
fn pointers_outside_the_memory() {
    check_guest("faults");
}

#[test]
fn the_older_snapshot() {
    check_guest("unstable");
}

#[test]
fn listening_sockets() {
    let guest = guest("sockets");
    // The kernel knows a port that is free, and does not give it to others soon after.
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("loopback works")
        .port();
    let folder = prepare(&guest, &guest.options.replace("PORT", &port.to_string()));
    let mut command = platform::command(&folder.path().join("app"));
    command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = process::start(&mut command);
    let mut output = BufReader::new(server.stdout.take().expect("it is a pipe"));
    // The guest tries to accept a connection while there is none, and says so.
    let mut stdout = String::new();
    while !stdout.ends_with("set_flags(LISTENER, 0): ok\n") {
        assert_ne!(output.read_line(&mut stdout).expect("the output is text"), 0, "it ends early: {stdout}");
    }

    let mut first = connect(port);
    first.write_all(b"one").expect("the server reads");
    first.shutdown(Shutdown::Write).expect("the connection is open");
    assert_eq!(read_to_end(&mut first), "echo one");
    let mut second = connect(port);
    let mut go = [0; 2];
    second.read_exact(&mut go).expect("the server says when");
    assert_eq!(&go, b"go");
    second.write_all(b"two words").expect("the server reads");
    // "go" has been read already.
    assert_eq!(read_to_end(&mut second), "twtwo words");

    let status = process::wait(&mut server, LIMIT).expect("the server ends");
    output.read_to_string(&mut stdout).expect("the output is text");
    check_output(&guest, &stdout);
    assert!(status.success());
}

/// Connects to the server as soon as it listens.
fn connect(port: u16) -> TcpStream {
    let deadline = Instant::now() + LIMIT;
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_read_timeout(Some(LIMIT)).expect("the limit is not zero");
                return stream;
            }
            Err(error) => assert!(Instant::now() < deadline, "nobody listens: {error}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn read_to_end(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the server answers");
    text
}

/// The outputs are those of a reference engine.
#[track_caller]
fn check_program(name: &str, options: &str, run: &str, expected_stdout: &str, expected_status: i32) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let wasm =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/programs").join(name).with_extension("wasm");
    let target = platform::target().name;
    let run = run.replace("./app", &format!("{}./app", prefix()));
    let script = format!("mkdir w; {:?} build {wasm:?} -o app --target {target} {options} && {run}", tool());
    let ran = shell(&script, folder.path());
    assert_eq!(ran.stdout_text(), expected_stdout, "{}", ran.stderr_text());
    assert_eq!(ran.status.code(), Some(expected_status), "{}", ran.stderr_text());
}

#[test]
fn a_rust_program() {
    check_program(
        "rust-hello",
        "--argv0 rust --dir w::/w",
        "echo some words on stdin | ./app /w",
        "args=[\"/w\"] counts={\"on\": 1, \"some\": 1, \"stdin\": 1, \"words\": 1} sqrt=1.4142135623730951\n\
         Ok(\"hi\\n\")\n",
        7,
    );
}

#[test]
fn an_assemblyscript_program() {
    check_program(
        "../assemblyscript-hello",
        "--argv0 as",
        "./app",
        "n4:16,n3:9,n2:4,n1:1,n0:0\n7 1.4142135623730952\n",
        0,
    );
}

#[test]
fn a_cpp_program() {
    check_program("zig-cc-cpp", "--argv0 zcc", "./app", "k1=1\nk2=2\nk3=3\n", 0);
}

/// Nothing but its traps tells what it does: see its source. The second half needs more than 4 GiB of addresses.
#[test]
fn a_c_program_with_a_64_bit_memory() {
    check_program("memory64", "", "./app", "", 0);
    check_program("memory64", "--max-memory 4GiB", "./app", "", 134);
}

/// Exceptions in both ways of compiling them.
#[test]
fn a_cpp_program_with_exceptions() {
    let expected = "\
+outer +middle +inner +fail nothing -fail -inner -middle -outer \n\
+outer +middle +inner +fail -fail -inner caught 0 -middle -outer \n\
+outer +middle +inner +fail -fail -inner caught 100 -middle -outer main 100 \n\
+outer +middle +inner +fail -fail -inner caught 200 +fail -fail nested 700 -middle -outer main 200 \n\
+outer +middle +inner +fail -fail -inner caught 300 -middle -outer \n\
cleaned 2001, sum -1923101258, left 0\n";
    for name in ["exceptions", "exceptions-legacy"] {
        check_program(name, "--argv0 cpp", "./app", expected, 0);
        // What comes after the last flush is lost, as in every program that is stopped.
        check_program(name, "--argv0 cpp", "./app uncaught", expected, 134);
    }
}
