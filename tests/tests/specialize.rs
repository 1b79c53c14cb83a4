//! Functions that call what they are given, and copies of them for constants.
//!
//! Programs are generated at random from fixed seeds: functions call parameters through a table that has holes and
//! functions of other types, pass them on, write them, and call themselves. An interpreter that shares nothing
//! with the compiler says what each call has to return, whether it traps, and what is in memory afterwards.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{parse, plan};
use wasiaot_tests::differential::{Way, compare, explain};
use wasiaot_tests::random::Random;
use wasiaot_tests::{default_options, wast};

/// Functions that call what they are given, and entries of the table.
const CALLERS: usize = 6;
const ENTRIES: usize = 10;

/// Exported functions of one module.
const EXPORTS: usize = 8;

fn pick<'s>(random: &mut Random, from: &[&'s str]) -> &'s str {
    from[random.below(from.len())]
}

/// An index of the table: mostly one that has an entry.
fn entry(random: &mut Random) -> String {
    match random.below(12) {
        0 => "(i32.const -1)".to_owned(),
        1 => format!("(i32.const {ENTRIES})"),
        _ => format!("(i32.const {})", random.below(ENTRIES)),
    }
}

/// A number for a function to work with, in one of the callers.
fn number(random: &mut Random) -> String {
    match random.below(5) {
        0 => format!("(i32.const {})", random.below(5)),
        1 => "(local.get $f)".to_owned(),
        2 => "(i32.add (local.get $x) (local.get $g))".to_owned(),
        3 => "(local.tee $sum (i32.mul (local.get $sum) (i32.const 31)))".to_owned(),
        _ => "(local.get $x)".to_owned(),
    }
}

/// What is called, or passed on as such, in one of the callers.
fn callee(random: &mut Random) -> String {
    match random.below(10) {
        0 => entry(random),
        1 => "(i32.load (i32.const 0))".to_owned(),
        2..=5 => "(local.get $f)".to_owned(),
        6 => "(local.tee $kept (local.get $f))".to_owned(),
        _ => "(local.get $g)".to_owned(),
    }
}

/// A call in one of the callers, which takes one of the turns that are left.
fn call(random: &mut Random) -> String {
    let ty = pick(random, &["$unary", "$unary", "$binary"]);
    let (target, first, second) = (callee(random), number(random), number(random));
    match random.below(3) {
        0 => {
            let (caller, other) = (random.below(CALLERS), callee(random));
            format!("(call $caller{caller} {target} {other} {first} (local.get $turns))")
        }
        1 if ty == "$unary" => format!("(call_indirect (type $unary) {first} {target})"),
        _ => format!("(call_indirect (type $binary) {first} {second} (local.get $turns) {target})"),
    }
}

/// A function that calls what it is given.
fn caller(random: &mut Random, number: usize) -> String {
    let mut text = format!(
        "(func $caller{number} (param $f i32) (param $g i32) (param $x i32) (param $turns i32) (result i32)
        (local $sum i32) (local $kept i32)
        (if (i32.le_s (local.get $turns) (i32.const 0)) (then (return (local.get $x))))
        (local.set $turns (i32.sub (local.get $turns) (i32.const 1)))\n"
    );
    for _ in 0..1 + random.below(3) {
        let call = call(random);
        let statement = match random.below(8) {
            0 => format!("(local.set {} {})", pick(random, &["$f", "$g", "$kept"]), callee(random)),
            1 => format!("(local.set $sum (i32.add (local.get $sum) {call}))"),
            2 => format!("(if (i32.and (local.get $x) (i32.const 3)) (then (local.set $sum {call})))"),
            3 => format!("(loop $again (local.set $sum (i32.add (local.get $sum) {call}))
                (br_if $again (i32.and (local.tee $x (i32.sub (local.get $x) (i32.const 1))) (i32.const 1))))"),
            4 => format!("(local.set $x (select {call} (local.get $x) (local.get $sum)))"),
            5 => format!("(i32.store (i32.const 4) (i32.xor {call} (i32.load (i32.const 4))))"),
            _ => format!("(local.set $sum (i32.xor (local.get $sum) {call}))"),
        };
        text += &statement;
        text.push('\n');
    }
    match random.below(4) {
        0 => {
            let (f, g) = (callee(random), callee(random));
            let other = random.below(CALLERS);
            write!(text, "(return_call $caller{other} {f} {g} (local.get $sum) (local.get $turns)))")
        }
        _ => write!(text, "(i32.add (local.get $sum) (local.get $x)))"),
    }
    .expect("strings can be written");
    text
}

/// A module with functions to call, those that call them, and those that say what is to be called.
fn module(seed: u64) -> Vec<u8> {
    let random = &mut Random::new(seed);
    let mut text = String::from(
        "(module (type $unary (func (param i32) (result i32)))
        (type $binary (func (param i32 i32 i32) (result i32)))
        (memory (export \"memory\") 1 1)
        (func $plus (type $unary) (i32.add (local.get 0) (i32.const 7)))
        (func $over (type $unary) (i32.div_s (i32.const 1000) (local.get 0)))
        (func $count (type $unary)
            (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0))) (local.get 0))
        (func $less (type $binary) (i32.lt_s (local.get 0) (local.get 1)))
        (func $mix (type $binary) (i32.sub (i32.mul (local.get 0) (i32.const 5)) (local.get 1)))
        (func $back (type $binary)
            (call $caller0 (i32.const 1) (local.get 0) (local.get 1) (i32.sub (local.get 2) (i32.const 1))))
        (func $other (param f32))\n",
    );
    writeln!(text, "(table {ENTRIES} funcref)").expect("strings can be written");
    for entry in 0..ENTRIES {
        let names = ["$plus", "$over", "$count", "$less", "$mix", "$less", "$back", "$other"];
        if random.below(8) > 0 {
            let name = pick(random, &names);
            writeln!(text, "(elem (i32.const {entry}) func {name})").expect("strings can be written");
        }
    }
    for number in 0..CALLERS {
        text += &caller(random, number);
    }
    for export in 0..EXPORTS {
        let called = random.below(CALLERS);
        let [f, g] =
            [(); 2].map(|()| if random.below(5) == 0 { "(local.get 0)".into() } else { entry(random) });
        let turns = 2 + random.below(3);
        writeln!(
            text,
            "(func $run{export} (export \"run{export}\") (param i32) (result i32)
            (call $caller{called} {f} {g} (i32.and (local.get 0) (i32.const 1023)) (i32.const {turns})))"
        )
        .expect("strings can be written");
    }
    text += "(func (export \"start\")";
    for export in 0..EXPORTS {
        write!(text, "(drop (call $run{export} (i32.const {export})))").expect("strings can be written");
    }
    text += "))";
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn random_programs() {
    let is_slow = std::env::var_os("SLOW").is_some_and(|value| value == "1");
    let seeds: Vec<u64> = (0..if is_slow { 3000 } else { 100 }).collect();
    for (number, seeds) in seeds.chunks(100).enumerate() {
        let modules: Vec<Vec<u8>> = seeds.iter().map(|&seed| module(seed)).collect();
        for way in [Way::Default, Way::Checked, Way::Optimized] {
            let options = way.options();
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("specialize-{number}-{way:?}"));
            let report =
                compare(&modules, seeds, &options, &path).unwrap_or_else(|error| panic!("{way:?}: {error}"));
            assert!(report.differences.is_empty(), "{way:?}: {}", explain(&report, seeds[0]));
            assert!(report.compared >= modules.len() * EXPORTS, "too little was compared");
        }
    }
}

/// The test above means something only if many functions are copied.
#[test]
fn many_are_copied() {
    let mut options = default_options("specialize");
    options.invoke = Some("start".to_owned());
    let (mut copies, mut known) = (0, 0);
    for seed in 0..100 {
        let wasm = module(seed);
        let program = parse::parse(&wasm, &options).expect("the module is valid");
        let plan = plan::plan(&program, &options).expect("the module can be built");
        copies += plan.functions.values().filter(|function| function.copy_of.is_some()).count();
        known += plan.functions.values().map(|function| function.known_calls.len()).sum::<usize>();
    }
    assert!(copies > 300 && known > 500, "{copies} copies, {known} calls");
}

/// Exceptions leave copies, what only copies call, and callers that have their originals' names in the code.
#[test]
fn exceptions_leave_copies() {
    let script = r#"
        (module
          (type $number (func (param i32) (result i32)))
          (tag $odd (param i32))
          (table 4 funcref)
          (elem (i32.const 1) func $check $double)
          (func $check (type $number)
            (if (i32.and (local.get 0) (i32.const 1)) (then (throw $odd (local.get 0))))
            (local.get 0))
          (func $double (type $number) (i32.shl (local.get 0) (i32.const 1)))
          (func $sum (param $f i32) (param $n i32) (result i32) (local $sum i32)
            (loop $again
              (local.set $sum (i32.add (local.get $sum) (call_indirect (type $number) (local.get $n) (local.get $f))))
              (if (i32.eqz (local.get $n)) (then (return (local.get $sum))))
              (call $end (local.get $n) (local.get $f))
              (local.set $n (i32.sub (local.get $n) (i32.const 2)))
              (br $again))
            (unreachable))
          (func $end (param $n i32) (param $f i32)
            (if (i32.gt_u (local.get $n) (i32.const 1000)) (then (throw $odd (local.get $f)))))
          (func $between (param $n i32) (result i32)
            (i32.add (i32.const 5) (call $sum (i32.const 1) (local.get $n))))
          (func $all (param $n i32) (result i32)
            (i32.add (call $between (local.get $n)) (call $sum (i32.const 2) (local.get $n))))
          (func (export "caught") (param $n i32) (result i32)
            (block $odd (result i32)
              (return (try_table (result i32) (catch $odd $odd) (call $all (local.get $n))))
            )
            (i32.add (i32.const 10000))))
        (assert_return (invoke "caught" (i32.const 4)) (i32.const 23))
        (assert_return (invoke "caught" (i32.const 7)) (i32.const 10007))
        (assert_return (invoke "caught" (i32.const 2000)) (i32.const 10001))"#;
    for change in ["specialize", "-inline", "-specialize"] {
        let mut options = default_options("copies");
        options.passes.change(change).expect("the pass exists");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let outcome =
            wast::run(script, &format!("copies{change}"), &options, folder).expect("the script is fine");
        assert!(outcome.failures.is_empty(), "{change}: {:?}", outcome.failures);
    }
}
