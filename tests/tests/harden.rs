//! The restrictions that executables put on themselves: the lists of system calls against the code that is
//! linked, programs that make other calls, and systems that lack a part.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use object::read::elf::ElfFile64;
use object::{Endianness, Object, ObjectSection};
use wasiaot_abi::grants::Grant;
use wasiaot_abi::host;
use wasiaot_abi::symbols::INSPECT_SECTION;
use wasiaot_compiler::inspect::{Manifest, decode};
use wasiaot_compiler::{Harden, Options, codegen, link, parse, plan};
use wasiaot_targets::{Arch, Target};
use wasiaot_tests::lacking::{LANDLOCK_CREATE_RULESET, OPENAT2, SECCOMP, run_without};
use wasiaot_tests::machine_code::{self, Numbers};
use wasiaot_tests::process::{self, Finished};
use wasiaot_tests::script::write_executable;
use wasiaot_tests::{default_options, tool};

const LIMIT: Duration = Duration::from_secs(60);

/// A module that imports functions of preview 1, calls them all, and grows its memory and its table.
fn module(functions: &[&host::HostFunction], grows: bool) -> Vec<u8> {
    let ty = |ty: host::HostType| match ty {
        host::HostType::I32 => "i32",
        host::HostType::I64 => "i64",
    };
    let (mut imports, mut calls) = (String::new(), String::new());
    for function in functions {
        let name = function.name;
        let params: Vec<&str> = function.params.iter().map(|&param| ty(param)).collect();
        let result = function.result.map_or(String::new(), |result| format!("(result {})", ty(result)));
        imports += &format!(
            "(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {}) {result}))",
            params.join(" ")
        );
        let arguments: String = params.iter().map(|ty| format!("({ty}.const 0)")).collect();
        let call = format!("(call ${name} {arguments})");
        calls += &if function.result.is_some() { format!("(drop {call})") } else { call };
    }
    if grows {
        calls += "(drop (memory.grow (i32.const 1))) (drop (table.grow $t (ref.null func) (i32.const 1)))";
    }
    let text = format!(
        "(module {imports} (memory (export \"memory\") 1) (table $t (export \"t\") 0 funcref)
           (func (export \"_start\") {calls}))"
    );
    wat::parse_str(text).expect("the module is well formed")
}

/// Builds a module: the description that the executable carries, and the numbers of calls in its code.
fn build(wasm: &[u8], grants: Vec<Grant>, target: &'static Target) -> (Manifest, Numbers) {
    let mut options = Options { target, cpu: target.default_cpu(), ..default_options("module.wasm") };
    options.grants = grants;
    let program = parse::parse(wasm, &options).expect("the module is valid");
    let plan = plan::plan(&program, &options).expect("all imports exist");
    let object = codegen::codegen(&plan, &options).expect("the module is small");
    let runtime = link::runtime_object(options.target).expect("the object is complete");
    let linked = link::link(&object, &runtime, &options).expect("the objects fit");
    let functions = machine_code::runtime_functions(&linked.bytes, &linked.map);
    let file = ElfFile64::<Endianness>::parse(&*linked.bytes).expect("the executable is one");
    let section = file.section_by_name(INSPECT_SECTION).expect("it is described");
    let manifest = decode(section.data().expect("the section is in the file")).expect("it is complete");
    (manifest, machine_code::system_calls(&functions, target.arch))
}

/// What is in the code, and made before the filter is there: by the runtime and the C library at start.
const ONLY_AT_START: &[&str] = &[
    "arch_prctl",
    "bind",
    "epoll_create1",
    "landlock",
    "listen",
    "mmap",
    "mprotect",
    "open",
    "prctl",
    "rt_sigaction",
    "rt_sigprocmask",
    "seccomp",
    "set_tid_address",
    "setitimer",
    "setsockopt",
    "sigaltstack",
    "socket",
];

/// What is in the code and is never made by these functions, or not by these modules once they run.
const NEVER: &[(&str, &[&str], &str)] = &[
    ("gettimeofday", &["clock_gettime", "__clock_gettime"], "all kernels have `clock_gettime`"),
    ("munmap", &["6memory6vacate", "6memory11reserve_all"], "at start, before a memory is mapped"),
    ("openat", &["__init_libc", "6rustix2fs3abs4open"], "at start: `open` where there is no such call"),
    ("poll", &["__init_libc", "static_init_tls"], "at start, where a standard stream is closed"),
    (UNKNOWN, &["clock_nanosleep", "__clock_nanosleep"], "`nanosleep`, for times that are not absolute"),
    (UNKNOWN, &["__lock", "__unlock"], "`futex`, where there are several threads"),
];

/// Modules that close a descriptor only if a grant finds no room, at start.
const CLOSE_AT_START: &[&str] = &["fd_prestat_get", "fd_prestat_dir_name", "fd_readdir"];

/// A call whose number is not found out.
const UNKNOWN: &str = "a call that is not known";

/// Calls that no program of ours may make after its start, with their numbers on x86-64 and aarch64.
const OTHER_NUMBERS: &[(u32, Option<u32>, &str)] = &[
    (2, None, "open"),
    (7, None, "poll"),
    (14, Some(135), "rt_sigprocmask"),
    (41, Some(198), "socket"),
    (49, Some(200), "bind"),
    (50, Some(201), "listen"),
    (54, Some(208), "setsockopt"),
    (38, Some(103), "setitimer"),
    (96, Some(169), "gettimeofday"),
    (131, Some(132), "sigaltstack"),
    (157, Some(167), "prctl"),
    (158, None, "arch_prctl"),
    (218, Some(96), "set_tid_address"),
    (291, Some(20), "epoll_create1"),
    (317, Some(277), "seccomp"),
    (444, Some(444), "landlock"),
    (445, Some(445), "landlock"),
    (446, Some(446), "landlock"),
];

/// The lists say what the code does: nothing that is linked is missing, and nothing is there to spare.
#[test]
fn the_lists_are_those_of_the_code() {
    wasiaot_targets::ALL.iter().for_each(|target| check_lists(target));
}

fn check_lists(target: &'static Target) {
    let functions = host::PREVIEW1.functions;
    let mut modules: Vec<(String, Vec<u8>)> =
        functions.iter().map(|function| (function.name.into(), module(&[function], false))).collect();
    modules.push(("all".into(), module(&functions.iter().collect::<Vec<_>>(), true)));
    modules.push(("growth".into(), module(&[], true)));
    modules.push(("nothing".into(), module(&[], false)));
    let known = known_numbers(target.arch);
    let mut wrong = Vec::new();
    for (name, wasm) in &modules {
        let dir = Grant::Dir { host: ".".into(), guest: ".".into(), read_only: false };
        let (manifest, found) = build(wasm, vec![dir, Grant::TcpListen("127.0.0.1:80".into())], target);
        let allowed: BTreeSet<&str> = manifest.calls.iter().map(String::as_str).collect();
        let names: BTreeMap<&str, &BTreeSet<String>> = found
            .iter()
            .map(|(number, places)| (known.get(number).copied().unwrap_or(UNKNOWN), places))
            .collect();
        for spare in allowed.iter().filter(|call| !names.contains_key(*call)) {
            wrong.push(format!("{name}: `{spare}` is allowed, and nothing makes it"));
        }
        for (call, places) in names.iter().filter(|(call, _)| !allowed.contains(*call)) {
            let is_never = NEVER.iter().any(|(never, functions, _)| {
                let is_listed = |place: &String| functions.iter().any(|name| is_called(place, name));
                never == call && places.iter().all(is_listed)
            });
            let is_closed_at_start = *call == "close" && CLOSE_AT_START.contains(&name.as_str());
            if !ONLY_AT_START.contains(call) && !is_never && !is_closed_at_start {
                wrong.push(format!("{name}: `{call}` is not allowed, and is made in {places:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", target.name, wrong.join("\n"));
}

/// Whether a function has this name, or, in Rust, this path: that begins with a digit.
fn is_called(symbol: &str, name: &str) -> bool {
    symbol == name || (name.starts_with(|first: char| first.is_ascii_digit()) && symbol.contains(name))
}

/// The names of all numbers that may be in the code.
fn known_numbers(arch: Arch) -> BTreeMap<u32, &'static str> {
    let mut lists: Vec<wasiaot_abi::calls::Calls> = vec![wasiaot_abi::calls::ALWAYS];
    for function in host::MODULES.iter().flat_map(|module| module.functions) {
        lists.extend(function.calls);
    }
    for helper in host::HELPERS {
        lists.extend(host::helper_calls(helper));
    }
    let declared = lists.into_iter().flatten().filter_map(|allowed| {
        let number = match arch {
            Arch::X86_64 => Some(allowed.call.x86_64()),
            Arch::Aarch64 => allowed.call.aarch64(),
        };
        Some((number?, allowed.call.name()))
    });
    let others = OTHER_NUMBERS.iter().filter_map(|&(x86_64, aarch64, name)| {
        let number = match arch {
            Arch::X86_64 => Some(x86_64),
            Arch::Aarch64 => aarch64,
        };
        Some((number?, name))
    });
    declared.chain(others).collect()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("harden").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Builds a program of `guests/` as `app` in a folder.
#[track_caller]
fn build_guest(guest: &str, folder: &Path, arguments: &str) {
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests").join(guest);
    let script = format!("{:?} build {guest:?} -o app {arguments}", tool());
    let built = shell(&script, folder);
    assert!(built.status.success(), "{}", built.stderr_text());
}

fn shell(script: &str, folder: &Path) -> Finished {
    process::run(Command::new("sh").args(["-c", script]).current_dir(folder), LIMIT)
}

/// Runs a command of the shell on a system without these calls.
fn shell_without(calls: &[i64], script: &str, folder: &Path) -> Option<Finished> {
    let finished = run_without(calls, Command::new("sh").args(["-c", script]).current_dir(folder), LIMIT);
    if finished.is_none() {
        eprintln!("this system has no system call filters");
    }
    finished
}

/// What a strict program says where the system lacks something.
fn is_refused(finished: &Finished) -> bool {
    finished.status.code() == Some(125) && finished.stderr_text().contains("does not run without")
}

/// Programs do the same whatever the restrictions are and whatever the kernel has.
#[test]
fn restrictions_change_nothing_for_programs() {
    for (guest, options) in [
        ("paths", "--dir scratch::/"),
        ("dirs", "--dir scratch::/"),
        ("files", "--dir scratch::/"),
        ("readonly", "--dir-ro scratch::/ --dir other::/other"),
    ] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/p1").join(guest);
        let text = fs::read_to_string(source.with_extension("c")).expect("the guest has a source");
        let setup = text.lines().find_map(|line| line.strip_prefix("// setup: ")).unwrap_or("true");
        let expected = fs::read_to_string(source.with_extension("stdout")).expect("it has an expectation");
        let folder = folder(guest);
        let run = format!("rm -rf scratch other; mkdir scratch other; {setup}; true | ./app 2>&1");
        for mode in ["off", "default", "strict"] {
            build_guest(&format!("p1/{guest}.wasm"), &folder, &format!("{options} --harden {mode}"));
            for missing in [&[][..], &[OPENAT2], &[LANDLOCK_CREATE_RULESET], &[SECCOMP]] {
                let Some(ran) = shell_without(missing, &run, &folder) else { continue };
                if mode == "strict" && ran.stdout_text().contains("does not run without") {
                    assert_eq!(ran.status.code(), Some(125));
                    if !missing.contains(&SECCOMP) && !missing.contains(&LANDLOCK_CREATE_RULESET) {
                        eprintln!("this system lacks a restriction: {}", ran.stdout_text());
                    }
                    continue;
                }
                assert_eq!(ran.stdout_text(), expected, "{guest}, {mode}, without {missing:?}");
                let needed = mode == "strict" && !missing.is_empty() && missing != [OPENAT2];
                assert!(!needed, "{guest} ran although it is strict and {missing:?} is missing");
            }
        }
    }
}

/// A program that needs no paths needs no rules for them, and one that is not strict no filter.
#[test]
fn what_is_missing_matters_only_to_strict_programs() {
    let folder = folder("missing");
    build_guest("hello.wasm", &folder, "--harden strict");
    let Some(without_rules) = shell_without(&[LANDLOCK_CREATE_RULESET], "./app", &folder) else { return };
    if !is_refused(&without_rules) {
        assert_eq!(without_rules.stdout_text(), "hello, world\n");
    }
    let Some(without_filter) = shell_without(&[SECCOMP], "./app", &folder) else { return };
    assert!(is_refused(&without_filter), "{}", without_filter.stderr_text());
    assert_eq!(without_filter.stdout_text(), "");
    for mode in ["default", "off"] {
        build_guest("hello.wasm", &folder, &format!("--harden {mode}"));
        let missing = [SECCOMP, LANDLOCK_CREATE_RULESET];
        let Some(ran) = shell_without(&missing, "./app", &folder) else { return };
        assert_eq!(ran.stdout_text(), "hello, world\n", "{}", ran.stderr_text());
    }
}

/// Machine code in the place of a constant: what an attacker could make of a hole.
#[cfg(target_arch = "x86_64")]
fn program_with_injected_call(number: u32, third_argument: u32, harden: Harden) -> Vec<u8> {
    const FIRST: u64 = 0x1122_3344_5566_7701;
    const SECOND: u64 = 0x1122_3344_5566_7702;
    let text = format!(
        "(module (memory (export \"memory\") 1) (func (export \"_start\")
           (i64.store (i32.const 0) (i64.const {FIRST:#x}))
           (i64.store (i32.const 8) (i64.const {SECOND:#x}))))"
    );
    let mut options = default_options("injected.wasm");
    options.harden = harden;
    let wasm = wat::parse_str(text).expect("the module is well formed");
    let mut executable = wasiaot_tests::build(&wasm, &options).expect("the module is valid");
    let mut replace = |constant: u64, mut code: Vec<u8>| {
        let bytes = constant.to_le_bytes();
        let at = executable.windows(8).position(|window| window == bytes).expect("the constant is in code");
        code.resize(10, 0x90); // `nop`.
        executable[at - 2..at + 8].copy_from_slice(&code); // The instruction begins two bytes before.
    };
    replace(FIRST, [&[0xba][..], &third_argument.to_le_bytes()].concat()); // mov edx, …
    replace(SECOND, [&[0xb8][..], &number.to_le_bytes(), &[0x0f, 0x05]].concat()); // mov eax, …; syscall
    executable
}

/// A program with other machine code in the place of a host function that it calls: as if the runtime had a bug.
#[cfg(target_arch = "x86_64")]
fn program_with_faulty_host_call(code: &[u8]) -> Vec<u8> {
    let options = default_options("faulty.wasm");
    let text = "(module (import \"wasi_snapshot_preview1\" \"sched_yield\" (func $yield (result i32)))
        (memory (export \"memory\") 1) (func (export \"_start\") (drop (call $yield))))";
    let wasm = wat::parse_str(text).expect("the module is well formed");
    let program = parse::parse(&wasm, &options).expect("the module is valid");
    let plan = plan::plan(&program, &options).expect("all imports exist");
    let object = codegen::codegen(&plan, &options).expect("the module is small");
    let runtime = link::runtime_object(options.target).expect("the object is complete");
    let linked = link::link(&object, &runtime, &options).expect("the objects fit");
    let functions = machine_code::runtime_functions(&linked.bytes, &linked.map);
    let function = functions.iter().find(|function| function.name == "wasiaot_p1_sched_yield");
    let start = function.expect("the host function is linked").file_offset;
    let mut executable = linked.bytes;
    executable[start..start + code.len()].copy_from_slice(code);
    executable
}

/// A fault of the runtime is never shown as a trap of the guest, wherever it is.
#[test]
#[cfg(target_arch = "x86_64")]
fn faults_of_the_runtime_are_not_the_guests() {
    const STORE: [u8; 2] = [0x89, 0x00]; // mov [rax], eax
    let store_at = |address: u32| [&[0xb8][..], &address.to_le_bytes(), &STORE].concat(); // mov eax, …
    let path = folder("faulty").join("app");
    for (code, expected) in [
        (store_at(0), "signal 11 at address 0x0 "),
        // Behind the end of the guest's memory, and in its code: a guest's own access there is a trap.
        (store_at(0x7001_0000), "signal 11 at address 0x70010000 "),
        (store_at(0x0e00_0000), "signal 11 at address 0xe000000 "),
        (vec![0x31, 0xc9, 0xf7, 0xf9], "signal 8 at address "), // xor ecx, ecx; idiv ecx
        (vec![0x0f, 0x0b], "signal 4 at address "),             // ud2: what a trap of the guest is made of
    ] {
        write_executable(&program_with_faulty_host_call(&code), &path);
        let ended = process::run(&mut Command::new(&path), LIMIT);
        let said = ended.stderr_text();
        assert_eq!(ended.status.code(), Some(125), "{expected}: {}, {said}", ended.status);
        assert!(said.starts_with(&format!("wasiaot: internal error: {expected}")), "{said}");
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn other_system_calls_end_the_process() {
    const PROT_EXEC: u32 = 4;
    // fork, execve, socket, open, mprotect (not needed by this program), ptrace, and one of the future.
    let forbidden = [(57, 0), (59, 0), (41, 0), (2, 0), (10, PROT_EXEC), (101, 0), (999, 0)];
    let path = folder("injected").join("app");
    for (number, argument) in forbidden {
        let run = |harden| {
            write_executable(&program_with_injected_call(number, argument, harden), &path);
            process::run(&mut Command::new(&path), LIMIT)
        };
        let ended = run(Harden::Default);
        let said = ended.stderr_text();
        if ended.status.code() != Some(125) {
            assert!(!filters_are_known(), "call {number} was made: {}, {said}", ended.status);
            eprintln!("this system has no system call filters");
            return;
        }
        assert!(
            said.starts_with(&format!("wasiaot: internal error: forbidden system call {number} ")),
            "{said}"
        );
        let killed = run(Harden::Strict);
        assert_eq!(killed.status.signal(), Some(31), "{}", killed.stderr_text());
    }
}

/// Whether the kernel says that it has filters.
#[cfg(target_arch = "x86_64")]
fn filters_are_known() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| status.contains("Seccomp_filters:"))
}
