//! Generated modules with fixed seeds, in our executables and in an interpreter.
//!
//! `cargo xtask fuzz` runs the same with fresh seeds for as long as it is told to. What it finds becomes a
//! file in `differential/`, whose modules are compared here in every way.

use std::fs;
use std::path::Path;

use wasiaot_tests::differential::{Report, Way, compare, explain, module};

/// Modules of one executable.
const BATCH: u64 = 50;

/// Executables.
const BATCHES: u64 = 40;

#[track_caller]
fn check(way: Way, modules: &[Vec<u8>], first_seed: u64) -> Report {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("differential-{first_seed}"));
    let seeds: Vec<u64> = (first_seed..).take(modules.len()).collect();
    let options = way.options();
    let report = compare(modules, &seeds, &options, &path).unwrap_or_else(|error| panic!("{way:?}: {error}"));
    assert!(report.differences.is_empty(), "{way:?}: {}", explain(&report, first_seed));
    assert!(report.compared >= modules.len(), "too little was compared: {}", report.compared);
    report
}

#[test]
fn fixed_seeds() {
    let mut without_interpreter = 0;
    for (batch, &way) in (0..BATCHES).zip(Way::ALL.iter().cycle()) {
        let first = batch * BATCH;
        let modules: Vec<Vec<u8>> = (first..first + BATCH).map(module).collect();
        without_interpreter += check(way, &modules, first).without_interpreter;
    }
    // Those with exceptions: some, and not many.
    let all = (BATCHES * BATCH) as usize;
    assert!((all / 20..all / 5).contains(&without_interpreter), "{without_interpreter} of {all}");
}

#[test]
fn found_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("differential");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("it is there")
        .map(|entry| entry.expect("it is readable").path())
        .collect();
    paths.sort();
    let texts = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "wat"));
    let modules: Vec<Vec<u8>> =
        texts.map(|path| wat::parse_file(path).expect("the case is a module")).collect();
    for &way in Way::ALL {
        check(way, &modules, 1 << 40);
    }
}
