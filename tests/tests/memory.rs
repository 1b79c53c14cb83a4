//! The memory of executables: what may be written is never executed, and guards are where they should be.
//! The files are checked by their program headers, running processes by what the kernel says of them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use wasiaot_tests::machine_code::segments;
use wasiaot_tests::{process, tool};

const LIMIT: Duration = Duration::from_secs(60);

/// Programs with and without a C library, an image, paths and tables.
const GUESTS: &[&str] =
    &["boundary/loop.wat", "boundary/exit.wat", "hello.wasm", "p1/paths.wasm", "programs/rust-hello.wasm"];

const EXECUTE: u32 = 1;
const WRITE: u32 = 2;
const STACK: u32 = 0x6474_e551;

fn build(guest: &str, arguments: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory");
    fs::create_dir_all(&folder).expect("the folder can be made");
    let executable = folder.join(guest.replace('/', "-")).with_extension(arguments.join("-"));
    let mut command = Command::new(tool());
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests").join(guest);
    command.arg("build").arg(guest).arg("-o").arg(&executable).args(arguments);
    let built = process::run(&mut command, LIMIT);
    assert!(built.status.success(), "{}", built.stderr_text());
    executable
}

#[test]
fn no_segment_is_writable_and_executable() {
    for guest in GUESTS {
        for mode in ["guard", "checked"] {
            let executable = build(guest, &["--memory", mode]);
            let segments = segments(&fs::read(&executable).expect("it was built"));
            assert!(segments.iter().any(|segment| segment.access & EXECUTE != 0));
            for segment in &segments {
                assert_ne!(segment.access & (WRITE | EXECUTE), WRITE | EXECUTE, "{guest}: {segment:?}");
            }
            // Without this header the kernel makes stacks executable.
            let stack = segments.iter().find(|segment| segment.kind == STACK).expect("there is one");
            assert_eq!(stack.access & EXECUTE, 0, "{guest}");
        }
    }
}

/// A line of `/proc/PID/maps`.
#[derive(Debug)]
struct Mapping {
    start: u64,
    end: u64,
    access: String,
    name: String,
}

fn mappings(pid: u32) -> Vec<Mapping> {
    let text = fs::read_to_string(format!("/proc/{pid}/maps")).expect("the process runs");
    let parse = |line: &str| {
        let mut words = line.split_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        Some(Mapping {
            start: u64::from_str_radix(start, 16).ok()?,
            end: u64::from_str_radix(end, 16).ok()?,
            access: words.next()?.to_owned(),
            name: words.nth(3).unwrap_or_default().to_owned(),
        })
    };
    text.lines().map(|line| parse(line).expect("lines have this form")).collect()
}

/// The access to an address.
fn access(mappings: &[Mapping], address: u64) -> &str {
    let mapping = mappings.iter().find(|mapping| (mapping.start..mapping.end).contains(&address));
    mapping.map_or("nothing", |mapping| &mapping.access)
}

#[test]
fn running_processes_keep_to_it() {
    const MEMORY: u64 = 0x7000_0000;
    const GIB: u64 = 1 << 30;
    for mode in ["guard", "checked"] {
        let executable = build("boundary/loop.wat", &["--memory", mode]);
        let mut child = process::start(Command::new(executable).stdin(Stdio::null()).stdout(Stdio::piped()));
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("the guest writes");
        assert_eq!(line, "running\n");
        let mappings = mappings(child.id());
        child.kill().expect("the process runs");
        child.wait().expect("the process ends");

        for mapping in &mappings {
            let both = mapping.access.contains('w') && mapping.access.contains('x');
            assert!(!both, "{mode}: {mapping:?}");
        }
        let stack = mappings.iter().find(|mapping| mapping.name == "[stack]").expect("there is one");
        assert!(stack.access.starts_with("rw-"), "{mode}: {stack:?}");
        // The memory has one page of 64 KiB. Behind it is the rest of the reservation: no access up to the end
        // of the guard. Before it is a guard of 64 KiB where there is one behind it, and then nothing.
        assert_eq!(access(&mappings, MEMORY - 0x1_0001), "nothing", "{mode}");
        for inside in [MEMORY, MEMORY + 0xffff] {
            assert!(access(&mappings, inside).starts_with("rw-"), "{mode}");
        }
        let expected = if mode == "guard" { "---p" } else { "nothing" };
        for before in [MEMORY - 0x1_0000, MEMORY - 1] {
            assert_eq!(access(&mappings, before), expected, "{mode}: {before:#x}");
        }
        for behind in [MEMORY + 0x1_0000, MEMORY + 4 * GIB - 1, MEMORY + 4 * GIB, MEMORY + 6 * GIB - 1] {
            assert_eq!(access(&mappings, behind), expected, "{mode}: {behind:#x}");
        }
        // The guest's stack, of 8 MiB, is above a guard of 1 MiB. The kernel may have joined it with others.
        let is_guard = |mapping: &&Mapping| {
            let above = access(&mappings, mapping.end);
            mapping.access == "---p" && above.starts_with("rw-") && mapping.end - mapping.start >= 1 << 20
        };
        let guard = mappings.iter().filter(|mapping| mapping.start > MEMORY + 6 * GIB).find(is_guard);
        let guard = guard.unwrap_or_else(|| panic!("{mode}: no guard below a stack in {mappings:#?}"));
        assert!(access(&mappings, guard.end + (8 << 20) - 1).starts_with("rw-"), "{mode}");
    }
}

/// What a guest passes to the runtime makes the process no larger: lengths of billions, in every call that
/// takes one.
#[test]
fn lengths_allocate_nothing() {
    let executable = build("boundary/lengths.wat", &["--dir", "."]);
    // All memory that the process may map beside its reservations, which are without access: 48 MiB. Kernels
    // count only what can be written.
    let script = format!("ulimit -d 49152; exec {executable:?}");
    let ran = process::run(Command::new("sh").args(["-c", &script]).stdin(Stdio::null()), LIMIT);
    assert_eq!(ran.status.code(), Some(0), "{}", ran.stderr_text());
}
