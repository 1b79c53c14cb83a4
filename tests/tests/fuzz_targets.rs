//! The targets of `cargo fuzz`, on examples that are changed at random.

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use wasiaot_tests::mutate::mutate;
use wasiaot_tests::targets::ALL;

#[test]
fn changed_examples() {
    const COUNT: u64 = 1000;
    for (name, target, example) in ALL {
        let example = example();
        target(&example);
        target(&[]);
        for seed in 0..COUNT {
            let bytes = mutate(&example, seed);
            assert!(catch_unwind(|| target(&bytes)).is_ok(), "{name}: seed {seed} panicked");
        }
    }
}

/// Each target has a program, and each program is declared.
#[test]
fn programs_are_complete() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("it is there");
    let files = fs::read_dir(folder.join("fuzz_targets")).expect("it is there").map(|entry| {
        let path = entry.expect("it is readable").path();
        path.file_stem().expect("files have names").to_string_lossy().into_owned()
    });
    let files: BTreeSet<String> = files.collect();
    let names: BTreeSet<String> =
        ALL.iter().map(|(name, ..)| *name).chain(["pointers"]).map(str::to_owned).collect();
    assert_eq!(files, names);
    for name in &names {
        let declared = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&declared), "{name} is not declared");
    }
}
