//! Builds with functions of earlier builds: the result is that of a build without them, to the byte.
//!
//! Modules are changed in the ways that an edit changes them and at random, options are, and the cache is
//! damaged. Where it matters whether a function came from the cache, the cache is a forged one, in which every
//! function has another first byte: what came from it can be seen in the executable.
//!
//! The compiler that runs here has debug assertions: it also compares the intermediate code of every function
//! that it finds by its body with what it would make of it.

mod file;

use std::num::NonZeroUsize;

use wasiaot_compiler::codegen::FunctionCache;
use wasiaot_compiler::passes::{Level, PassSet};
use wasiaot_compiler::{MemoryMode, Options, build_cached};
use wasiaot_tests::default_options;
use wasiaot_tests::inputs::{file_tests, guests};
use wasiaot_tests::mutate::mutate;

use crate::file::{body_keys, forge};

/// The digest of the tool.
const TOOL: [u8; 32] = [7; 32];

/// What can be different in a module.
struct Module {
    /// A constant in `$one`.
    one: u32,
    /// A constant in `$inlined`, which `$two` and `$caught` inline.
    inlined: u32,
    pages: u32,
    /// Functions before all others.
    before: &'static str,
    /// The first entry of the table.
    entry: &'static str,
    globals: &'static str,
}

const MODULE: Module = Module { one: 1, inlined: 1, pages: 1, before: "", entry: "$one", globals: "" };

/// Functions that call each other directly, through a table, in place, and in blocks that catch.
fn module(module: &Module) -> Vec<u8> {
    let Module { one, inlined, pages, before, entry, globals } = module;
    let text = format!(
        r#"(module
            (type $unary (func (param i32) (result i32)))
            (tag $e (param i32))
            {before}
            (memory {pages})
            {globals}
            (global $count (mut i32) (i32.const 0))
            (table (export "table") 3 3 funcref)
            (elem (i32.const 0) func {entry} $two $thrower)
            (func $one (type $unary)
                (loop $again
                    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const {one})))
                    (br_if $again (i32.lt_u (i32.load (i32.const 8)) (local.get 0))))
                (i32.div_u (i32.load offset=4 (local.get 0)) (local.get 0)))
            (func $inlined (type $unary)
                (i32.div_u (i32.const {inlined}) (local.get 0)))
            (func $two (type $unary)
                (i32.add (call $inlined (local.get 0)) (call $one (i32.add (local.get 0) (i32.const 4)))))
            (func $thrower (type $unary)
                (if (local.get 0) (then (throw $e (local.get 0))))
                (global.set $count (i32.add (global.get $count) (i32.const 1)))
                (global.get $count))
            (func $caught (type $unary)
                (block $h (result i32)
                    (try_table (catch $e $h)
                        (return (call $inlined (call_indirect (type $unary)
                            (call $thrower (local.get 0)) (local.get 0)))))
                    (unreachable)))
            (func (export "_start")
                (drop (call $caught (call $two (i32.const 5))))
                (drop (call $caught (i32.const 0)))))"#
    );
    wat::parse_str(text).expect("the module is well-formed")
}

/// The variants of the module, each an edit of the one before.
fn variants() -> Vec<Vec<u8>> {
    let all = [
        MODULE,
        Module { one: 2, ..MODULE },
        Module { inlined: 2, ..MODULE },
        Module { pages: 2, ..MODULE },
        Module { before: "(func $zero (type $unary) (i32.const 7))", entry: "$zero", ..MODULE },
        Module { entry: "$two", ..MODULE },
        Module { globals: "(global $more (mut i64) (i64.const 1))", ..MODULE },
        MODULE,
    ];
    all.iter().map(module).collect()
}

fn options() -> Options {
    default_options("cached.wasm")
}

/// Builds with a cache, and checks that the result is that of a build without; returns the next cache.
#[track_caller]
fn check(wasm: &[u8], options: &Options, cache: Vec<u8>) -> Vec<u8> {
    let (executable, next) =
        build_cached(wasm, options, &FunctionCache::new(TOOL, cache)).expect("the module can be built");
    let fresh = wasiaot_compiler::build(wasm, options).expect("the module can be built");
    assert!(executable == fresh, "the cache changed the executable");
    next
}

#[test]
fn edits_give_what_they_give_without_a_cache() {
    for jobs in [1, 3] {
        let options = Options { jobs: NonZeroUsize::new(jobs).expect("not zero"), ..options() };
        let mut cache = Vec::new();
        for wasm in variants() {
            cache = check(&wasm, &options, cache);
            let again = check(&wasm, &options, cache.clone());
            assert!(again == cache, "the same functions make the same cache");
        }
    }
}

#[test]
fn functions_come_from_the_cache() {
    let forged = forge(&check(&module(&MODULE), &options(), Vec::new()));
    let edited = module(&Module { before: "(func $zero (type $unary) (i32.const 7))", ..MODULE });
    for wasm in [module(&MODULE), edited] {
        let cache = FunctionCache::new(TOOL, forged.clone());
        let (executable, _) = build_cached(&wasm, &options(), &cache).expect("the module can be built");
        let fresh = wasiaot_compiler::build(&wasm, &options()).expect("the module can be built");
        assert!(executable != fresh, "the forged functions are in it");
    }
}

#[test]
fn nothing_comes_from_a_cache_of_other_settings() {
    let wasm = module(&MODULE);
    let forged = forge(&check(&wasm, &options(), Vec::new()));
    let mut unmerged = PassSet::default();
    unmerged.change("-merge").expect("the pass exists");
    let others = wasiaot_targets::ALL.iter().filter(|target| target.name != options().target.name);
    let other_target = others.map(|target| Options { target, cpu: target.default_cpu(), ..options() });
    let different = [
        Options { passes: PassSet::of_level(Level::O0), ..options() },
        Options { passes: PassSet::of_level(Level::O2), ..options() },
        Options { passes: unmerged, ..options() },
        Options { cpu: options().target.cpu_levels.last().expect("there are levels"), ..options() },
    ];
    for options in different.into_iter().chain(other_target) {
        check(&wasm, &options, forged.clone());
    }
    let other_tool = FunctionCache::new([8; 32], forged);
    let (executable, _) = build_cached(&wasm, &options(), &other_tool).expect("the module can be built");
    assert!(executable == wasiaot_compiler::build(&wasm, &options()).expect("the module can be built"));
}

#[test]
fn bounds_checks_do_not_come_from_a_cache_without() {
    // Where all accesses are checked, functions that access memory have other code.
    let wasm = module(&MODULE);
    let cache = check(&wasm, &options(), Vec::new());
    check(&wasm, &Options { memory_mode: MemoryMode::Checked, ..options() }, cache);
}

#[test]
fn damage_is_as_good_as_no_cache() {
    let wasm = module(&MODULE);
    let forged = forge(&check(&wasm, &options(), Vec::new()));
    for eighth in 0..8 {
        let place = forged.len() * eighth / 8;
        check(&wasm, &options(), forged[..place].to_vec());
        let mut flipped = forged.clone();
        flipped[place] ^= 0x40;
        check(&wasm, &options(), flipped);
    }
    check(&wasm, &options(), [&forged[..], &[0]].concat());
}

/// How many of the functions that a cache keeps by their bodies another has as well, and how many it has not.
#[track_caller]
fn check_kept(edited: &Module, kept: usize, lost: usize) {
    let before = body_keys(&check(&module(&MODULE), &options(), Vec::new()));
    let after = body_keys(&check(&module(edited), &options(), Vec::new()));
    let common = before.intersection(&after).count();
    assert_eq!((common, before.len() - common), (kept, lost));
}

#[test]
fn an_edit_concerns_the_functions_that_it_is_in() {
    check_kept(&MODULE, 4, 0);
    // `$one`, `$two` and `_start`, which inline it, but not `$thrower`.
    check_kept(&Module { one: 2, ..MODULE }, 1, 3);
    // `$two`, and `_start`, into which `$caught` went.
    check_kept(&Module { inlined: 2, ..MODULE }, 2, 2);
    // Memories and globals concern all.
    check_kept(&Module { pages: 2, ..MODULE }, 0, 4);
    check_kept(&Module { globals: "(global $more (mut i64) (i64.const 1))", ..MODULE }, 0, 4);
}

/// Builds changed forms of a module with the functions of the module itself; returns how many there were.
#[track_caller]
fn check_changed(wasm: &[u8], seeds: u64) -> usize {
    let options = options();
    let Ok((_, cache)) = build_cached(wasm, &options, &FunctionCache::new(TOOL, Vec::new())) else {
        return 0;
    };
    let cache = FunctionCache::new(TOOL, cache);
    let is_built = |&seed: &u64| {
        let changed = mutate(wasm, seed);
        let Ok(fresh) = wasiaot_compiler::build(&changed, &options) else { return false };
        let (executable, _) = build_cached(&changed, &options, &cache).expect("the module can be built");
        assert!(executable == fresh, "the cache changed the executable with seed {seed}");
        true
    };
    (0..seeds).filter(is_built).count()
}

#[test]
fn random_changes_of_small_modules_give_what_they_give_without_a_cache() {
    let built: usize = file_tests().iter().map(|wasm| check_changed(wasm, 20)).sum();
    assert!(built > 200, "{built} changed modules are valid");
}

#[test]
fn random_changes_of_programs_give_what_they_give_without_a_cache() {
    let small = guests().into_iter().filter(|wasm| wasm.len() < 50_000);
    let built: usize = small.map(|wasm| check_changed(&wasm, 25)).sum();
    assert!(built > 15, "{built} changed programs are valid");
}
