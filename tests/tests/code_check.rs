//! Compiled functions, read instruction by instruction: see `wasiaot_tests::code_check`.
#![allow(clippy::print_stdout, reason = "tells the totals")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use object::{Object, ObjectSegment, ObjectSymbol};
use wasiaot_compiler::link::Linked;
use wasiaot_compiler::passes::{Level, PassSet};
use wasiaot_compiler::plan::StaticPlan;
use wasiaot_compiler::{MemoryMode, Options, UnknownImports, codegen, link, parse, plan};
use wasiaot_tests::code_check::{Findings, Reason, check, check_linked};
use wasiaot_tests::default_options;
use wasiaot_tests::differential::module;
use wasiaot_tests::script::{self, Member};

/// Ways of compiling. With explicit checks, code has to show that each access ends below the memory's length.
const WAYS: [(Level, MemoryMode); 5] = [
    (Level::O0, MemoryMode::Guard),
    (Level::O1, MemoryMode::Guard),
    (Level::O2, MemoryMode::Guard),
    (Level::O0, MemoryMode::Checked),
    (Level::O2, MemoryMode::Checked),
];

fn options(name: &str, (level, memory_mode): (Level, MemoryMode)) -> Options {
    Options { passes: PassSet::of_level(level), memory_mode, ..default_options(name) }
}

fn guest(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests");
    fs::read(folder.join(name)).expect("the guest is there")
}

#[track_caller]
fn check_plan(name: &str, plan: &StaticPlan<'_>, options: &Options) -> Findings {
    let findings = check(plan, options).expect("the plan can be compiled");
    let problems = &findings.problems;
    let some = &problems[..problems.len().min(20)];
    assert!(problems.is_empty(), "{name}: {} problems: {some:#?}", problems.len());
    findings
}

#[test]
fn programs() {
    for name in [
        "hello.wasm",
        "assemblyscript-hello.wasm",
        "programs/rust-hello.wasm",
        "programs/zig-cc-cpp.wasm",
        "programs/exceptions.wasm",
        "programs/exceptions-legacy.wasm",
    ] {
        let wasm = guest(name);
        for way in WAYS {
            let options = options(name, way);
            let program = parse::parse(&wasm, &options).expect("the module is valid");
            let plan = plan::plan(&program, &options).expect("the module can be planned");
            let findings = check_plan(&format!("{name}, {way:?}"), &plan, &options);
            println!("{name}, {way:?}: {findings:?}");
            assert!(findings.operands[&Reason::Memory] > 50, "{name}: too little was read");
            assert!(findings.landings > 0 || !name.contains("exceptions"), "{name}: no handlers were read");
        }
    }
}

/// Programs of a folder, `PROGRAMS=path`: those that are no programs of ours are left out.
#[test]
fn programs_of_a_folder() {
    let Some(folder) = std::env::var_os("PROGRAMS") else { return println!("no folder is named") };
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the folder is readable").path();
        let (name, wasm) = (path.display(), fs::read(&path).expect("its files are readable"));
        for way in [(Level::O1, MemoryMode::Guard), (Level::O2, MemoryMode::Checked)] {
            let options = Options { unknown_imports: UnknownImports::Trap, ..options("program.wasm", way) };
            let Ok(program) = parse::parse(&wasm, &options) else { continue };
            let Ok(plan) = plan::plan(&program, &options) else { continue };
            println!("{name}, {way:?}: {:?}", check_plan(&format!("{name}, {way:?}"), &plan, &options));
        }
    }
}

/// Modules without a sense: every operator, on operands of every kind.
#[test]
fn generated_modules() {
    const BATCH: u64 = 50;
    for (first, way) in (1_000_000..).step_by(BATCH as usize).zip(WAYS) {
        let modules: Vec<Vec<u8>> = (first..first + BATCH).map(module).collect();
        let options = options("generated.wasm", way);
        let programs: Vec<_> =
            modules.iter().map(|wasm| parse::parse(wasm, &options).expect("the module is valid")).collect();
        let members: Vec<Member<'_>> = programs
            .iter()
            .map(|program| Member { program, name: String::new(), namespace: BTreeMap::new() })
            .collect();
        let plan = script::plan(&members, Vec::new(), &options).expect("the modules can be planned");
        let findings = check_plan(&format!("seeds from {first}"), &plan, &options);
        println!("seeds from {first}, {way:?}: {findings:?}");
    }
}

/// Links a module in text form, for changes of the executable.
fn with_linked(text: &str, look: impl FnOnce(&mut Linked, &StaticPlan<'_>)) {
    let wasm = wat::parse_str(text).expect("the text is a module");
    let options = options("test.wasm", (Level::O1, MemoryMode::Guard));
    let program = parse::parse(&wasm, &options).expect("the module is valid");
    let plan = plan::plan(&program, &options).expect("the module can be planned");
    let object = codegen::codegen(&plan, &options).expect("the plan can be compiled");
    let runtime = link::runtime_object(options.target).expect("the embedded object is complete");
    let mut linked = link::link(&object, &runtime, &options).expect("the objects fit together");
    let findings = check_linked(&linked, &plan);
    assert!(findings.problems.is_empty(), "{:#?}", findings.problems);
    look(&mut linked, &plan);
}

/// That the check sees something: one changed byte of an instruction that it depends on is a problem.
#[test]
fn sees_what_is_wrong() {
    let text = "(module
           (memory 1) (table 8 funcref) (elem (i32.const 0) $double)
           (func $double (param i32) (result i32) (i32.add (local.get 0) (local.get 0)))
           (func (export \"_start\") (local i32)
             (local.set 0 (i32.load (i32.load (i32.const 0))))
             (table.set (i32.const 7) (ref.func $double))
             (i32.store (i32.const 4)
               (call_indirect (param i32) (result i32) (i32.const 1) (local.get 0)))))";
    with_linked(text, |linked, plan| {
        assert!(check_linked(linked, plan).table_calls > 0);
        // The displacement of a load: the memory is at 0x7000_0000. The comparison with the table's length: from
        // "jump if not below" to "jump if not less". The signature's comparison: from "if not equal" to "if less".
        for (what, from, to) in [
            ("displacement", &[0x00, 0x00, 0x00, 0x70][..], &[0x00, 0x00, 0x00, 0x50][..]),
            ("index", &[0x0f, 0x83], &[0x0f, 0x8d]),
            ("signature", &[0x0f, 0x85], &[0x0f, 0x8c]),
        ] {
            let original = linked.bytes.clone();
            let found = replace_in_guest_code(&mut linked.bytes, from, to);
            assert!(found > 0, "the code has no {what} of the expected form");
            let findings = check_linked(linked, plan);
            assert!(!findings.problems.is_empty(), "a wrong {what} is not seen");
            linked.bytes = original;
        }
    });
}

/// A wrong place of a register that a function saves would be found by the unwinder only.
#[test]
fn sees_wrong_places_of_registers() {
    let text = "(module
           (memory 1) (tag $e (param i32))
           (func $throws (param i32) (result i32)
             (if (i32.load (local.get 0)) (then (throw $e (local.get 0))))
             (call $catches (i32.load offset=4 (local.get 0))))
           (func $catches (param i32) (result i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32)
             (local.set $a (i32.load offset=8 (local.get 0)))
             (local.set $b (i32.load offset=16 (local.get 0)))
             (local.set $c (i32.load offset=24 (local.get 0)))
             (local.set $d (i32.load offset=32 (local.get 0)))
             (block $h (result i32)
               (try_table (result i32) (catch $e $h) (call $throws (local.get $a))))
             (i32.add (i32.mul (i32.xor (local.get $a) (local.get $b)) (local.get $c)) (local.get $d))
             (i32.xor (local.get 0))
             (i32.add))
           (func (export \"_start\") (drop (call $catches (i32.const 0)))))";
    with_linked(text, |linked, plan| {
        assert!(check_linked(linked, plan).landings > 0);
        // All five: `rbx` 6 words below the frame pointer, `r12` 5 words, `r13` 4 words and so on.
        let list = [5, 0, 0, 0, 3, 6, 0, 0, 12, 5, 0, 0, 13, 4, 0, 0, 14, 3, 0, 0, 15, 2, 0, 0];
        let bytes = &mut linked.bytes;
        let start = bytes.windows(list.len()).position(|window| *window == list);
        let start = start.expect("a function saves all registers");
        // `r13` where `r12` is.
        bytes[start + 13] = 5;
        assert!(!check_linked(linked, plan).problems.is_empty(), "the wrong place is not seen");
        // All but the last.
        linked.bytes[start + 13] = 4;
        linked.bytes[start] = 4;
        assert!(!check_linked(linked, plan).problems.is_empty(), "the missing register is not seen");
    });
}

/// Replaces bytes wherever they are in functions from wasm; returns how often.
fn replace_in_guest_code(executable: &mut [u8], from: &[u8], to: &[u8]) -> usize {
    let file = object::File::parse(&*executable).expect("the compiler writes ELF files");
    let mut ranges = Vec::new();
    for symbol in file.symbols().filter(|symbol| symbol.name().is_ok_and(|name| name.starts_with("wasm["))) {
        let segment = file.segments().find(|segment| {
            (segment.address()..segment.address() + segment.size()).contains(&symbol.address())
        });
        let segment = segment.expect("functions are in segments");
        let start = segment.file_range().0 + symbol.address() - segment.address();
        ranges.push(start as usize..(start + symbol.size()) as usize);
    }
    let mut found = 0;
    for range in ranges {
        for start in range.start..range.end - from.len() {
            if executable[start..].starts_with(from) {
                executable[start..start + to.len()].copy_from_slice(to);
                found += 1;
            }
        }
    }
    found
}
