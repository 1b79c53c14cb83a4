//! Calls over more code than a call instruction of aarch64 spans, which is 128 MiB.
//!
//! On x86-64 calls reach everything, so there is nothing to see.
#![allow(clippy::print_stdout, reason = "says what is skipped")]

use std::path::Path;
use std::time::Duration;

use wasiaot_compiler::Options;
use wasiaot_compiler::passes::{Level, PassSet};
use wasiaot_tests::{build, default_options, platform, process, script};

const LIMIT: Duration = Duration::from_secs(120);

/// Of the functions that fill the space: 4 bytes of code for each entry of a table.
const ENTRIES: usize = 65_000;
const TABLES: usize = 30;
const FILLERS: u8 = 18;

/// Numbers of the functions that call each other.
const FIRST: u8 = 1;
const BACK: u8 = 2;
const FILLER: u8 = 3;
const LAST: u8 = FILLER + FILLERS;

/// An unsigned number in the encoding of the format.
fn leb(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        bytes.push(if value > 0 { low | 0x80 } else { low });
        if value == 0 {
            return bytes;
        }
    }
}

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    [&[id][..], &leb(contents.len()), contents].concat()
}

/// The body of a function without locals.
fn body(code: &[u8]) -> Vec<u8> {
    [&leb(code.len() + 2)[..], &[0], code, &[0x0b]].concat()
}

/// A function that chooses between two blocks by a long table, again and again, and returns its argument.
fn filler() -> Vec<u8> {
    let entries: Vec<u8> = (0..ENTRIES).map(|entry| (entry % 2) as u8).collect();
    // block block (br_table (local.get 0)) end end
    let table =
        [&[0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0e][..], &leb(ENTRIES), &entries, &[0, 0x0b, 0x0b]].concat();
    body(&[table.repeat(TABLES), vec![0x20, 0]].concat())
}

/// `_start` calls every function; `first` calls `last` behind the fillers, which calls `back` before them.
fn module() -> Vec<u8> {
    let mut start = Vec::new();
    for number in FILLER..LAST {
        start.extend([0x41, 0, 0x10, number, 0x1a]); // (drop (call $filler (i32.const 0)))
    }
    // Trap unless (call $first (i32.const 5)) is 5 + 1 + 10 + 20.
    start.extend([0x41, 5, 0x10, FIRST, 0x41, 36, 0x47, 0x04, 0x40, 0x00, 0x0b]);
    let add = |number: u8| [0x20, 0, 0x41, number, 0x6a];
    let call_and_add = |callee: u8, number: u8| [0x20, 0, 0x10, callee, 0x41, number, 0x6a];
    let count = usize::from(LAST) + 1;
    let mut code = leb(count);
    code.extend(body(&start));
    code.extend(body(&call_and_add(LAST, 1)));
    code.extend(body(&add(20)));
    (FILLER..LAST).for_each(|_| code.extend(filler()));
    code.extend(body(&call_and_add(BACK, 10)));
    let mut functions = leb(count);
    functions.push(0);
    functions.resize(functions.len() + count - 1, 1);
    [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, &[2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f]),
        section(3, &functions),
        section(7, b"\x01\x06_start\0\0"),
        section(10, &code),
    ]
    .concat()
}

#[test]
fn calls_over_more_code_than_an_instruction_spans() {
    if platform::target().name != "aarch64-linux" {
        println!("skipped: calls reach all code on {}", platform::target().name);
        return;
    }
    // Nothing is inlined.
    let options = Options { passes: PassSet::of_level(Level::O0), ..default_options("far.wasm") };
    let executable = build(&module(), &options).expect("the module is valid");
    assert!(executable.len() > 130 << 20, "{} bytes are not more than a call spans", executable.len());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("far-calls");
    script::write_executable(&executable, &path);
    let finished = process::run(&mut platform::command(&path), LIMIT);
    std::fs::remove_file(&path).expect("the executable was written");
    assert!(finished.status.success(), "{}: {}", finished.status, finished.stderr_text());
}
