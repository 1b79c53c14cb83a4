//! Generated modules with fixed seeds, in our executables and in an interpreter.
//!
//! `cargo xtask fuzz` runs the same with fresh seeds for as long as it is told to.

use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::default_options;
use wasiaot_tests::differential::{compare, module};

#[test]
fn fixed_seeds() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential");
    let seeds: Vec<u64> = (0..40).collect();
    let modules: Vec<Vec<u8>> = seeds.iter().map(|&seed| module(seed)).collect();
    let options = Options { memory_mode: MemoryMode::Guard, ..default_options("generated.wasm") };
    let report = compare(&modules, &seeds, &options, &path).expect("the script runs");
    println!("{}", report.compared);
    for difference in &report.differences {
        println!("{difference:#?}");
    }
    assert!(report.differences.is_empty());
}
