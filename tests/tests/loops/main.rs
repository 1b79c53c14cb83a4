//! Loops over arrays, as compilers write them: what the vectorizer looks for, and what it must refuse.
//!
//! Loops are generated at random from fixed seeds: element types (`element.rs`), operations (`expression.rs`), unrolled
//! copies, how elements are addressed and iterations counted (`shape.rs`); `text.rs` writes them. Each is run with many
//! numbers of iterations, alignments, overlaps of its arrays, and with arrays across both ends of the memory, where it
//! traps in the middle. What it has to return, and what has to be in memory afterwards, trap or not, is computed by
//! a model (`run.rs`, with the memory of `model.rs`) that runs them element by element and shares nothing with the
//! compiler. Loops that look for something are in `search.rs`.

mod arithmetic;
mod element;
mod expression;
mod model;
mod run;
mod search;
mod shape;
mod text;
mod trips;

use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options, codegen, parse, plan};
use wasiaot_tests::random::Random;
use wasiaot_tests::{default_options, other_cpu, wast};

use crate::element::Element;
use crate::model::{Call, Memory, Stop};
use crate::shape::Loop;

/// Bytes at each end of the memory that loops may reach; calls keep away from what is between.
const WINDOW: u32 = 8192;

const HELPERS: &str = include_str!("helpers.wat");

/// Loops and the calls of them.
struct Suite {
    pages: u64,
    loops: Vec<Loop>,
    /// By number of the loop, with the commands for it, each a line.
    calls: Vec<(usize, Call, String)>,
}

/// Lines of a script for each call.
const LINES: u32 = 3;

impl Suite {
    fn new(seed: u64, pages: u64, loops: usize, calls: usize) -> Self {
        Self::with(seed, pages, (loops, Loop::random), calls)
    }

    /// A number of loops that are made in this way.
    fn with(seed: u64, pages: u64, (loops, new): (usize, fn(&mut Random) -> Loop), calls: usize) -> Self {
        let mut random = Random::new(seed);
        let loops: Vec<Loop> = (0..loops).map(|_| new(&mut random)).collect();
        let mut suite = Self { pages, loops, calls: Vec::new() };
        for number in 0..suite.loops.len() {
            for _ in 0..calls {
                let call = Call::random(&mut random, &suite.loops[number], suite.len());
                if let Some(commands) = suite.commands(number, &call, random.next() as u32) {
                    suite.calls.push((number, call, commands));
                }
            }
        }
        suite
    }

    fn len(&self) -> u64 {
        self.pages << 16
    }

    fn module(&self) -> String {
        let functions: String =
            self.loops.iter().enumerate().map(|(number, looped)| looped.function(number)).collect();
        let high = (self.len() - u64::from(WINDOW)) as u32;
        let helpers = HELPERS.replace("$high", &high.to_string()).replace("$window", &WINDOW.to_string());
        let pages = self.pages;
        format!("(module (memory {pages} {pages}) {helpers} {functions})").replace('\n', " ")
    }

    /// What a call has to return and leave behind, if that is specified.
    fn commands(&self, number: usize, call: &Call, seed: u32) -> Option<String> {
        let looped = &self.loops[number];
        let fill = match looped.filled_with() {
            Element::F32 => 1,
            Element::F64 => 2,
            _ => 0,
        };
        // Half of the time without negative ones, but with both zeros.
        let fill = if fill > 0 && seed & 256 == 0 { fill + 2 } else { fill };
        let mut memory = Memory::new(self.len(), seed, fill);
        let result = looped.run(call, &mut memory);
        let invoke = format!("(invoke \"loop{number}\" {})", call.arguments(looped.element));
        let assertion = match result {
            Ok(sum) => format!("(assert_return {invoke} {})", looped.collected().constant(sum)),
            Err(Stop::Trap) => format!("(assert_trap {invoke} \"out of bounds memory access\")"),
            Err(Stop::Nan) => return None,
        };
        let hash = memory.hash();
        Some(format!(
            "(invoke \"fill\" (i32.const {seed}) (i32.const {fill}))\n{assertion}\n\
             (assert_return (invoke \"hash\") (i64.const {hash}))\n"
        ))
    }

    /// The script: the module in the first line, then the calls.
    fn script(&self) -> String {
        let commands: String = self.calls.iter().map(|(.., commands)| commands.as_str()).collect();
        format!("{}\n{commands}", self.module())
    }

    #[track_caller]
    fn check(&self, name: &str, modes: &[Options]) {
        let text = self.script();
        for (number, options) in modes.iter().enumerate() {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let outcome = wast::run(&text, &format!("loops-{name}-{number}"), options, folder)
                .expect("the script itself is fine");
            let describe = |(&line, message): (&u32, &String)| {
                let command = text.lines().nth(line as usize - 1).unwrap_or_default();
                let call = &self.calls[((line - 2) / LINES) as usize];
                let function = self.loops[call.0].function(call.0);
                format!("{command}: {message}\n{:?}\n{function}", call.1)
            };
            let failed: Vec<String> = outcome.failures.iter().take(3).map(describe).collect();
            let count = outcome.failures.len();
            assert!(count == 0, "{}: {count} failed:\n{}", options.cpu.name, failed.join("\n"));
        }
    }

    /// The module with a start function that calls all loops.
    fn called(&self) -> Vec<u8> {
        // What is not called is not compiled.
        let call = |(number, looped): (usize, &Loop)| {
            let fixed = looped.element.constant(0);
            let zero = "(i32.const 0)";
            format!("(drop (call $loop{number} {zero} {zero} {zero} {zero} {zero} {fixed}))")
        };
        let calls: String = self.loops.iter().enumerate().map(call).collect();
        let start = format!("(func (export \"_start\") {calls}) (memory");
        let module = self.module().replacen("(memory", &start, 1);
        wat::parse_str(module).expect("the module is valid text")
    }

    /// How many of the loops have a version with vectors.
    fn vectorized(&self, options: &Options) -> usize {
        count_vectorized(&self.called(), options)
    }
}

/// How many of a module's functions have a loop with vectors.
pub(crate) fn count_vectorized(wasm: &[u8], options: &Options) -> usize {
    let program = parse::parse(wasm, options).expect("the module is valid");
    let plan = plan::plan(&program, options).expect("the module can be built");
    let text = codegen::optimized_clif(&plan, options).expect("the functions are small");
    text.split(";; ")
        .filter(|function| ["x16", "x8", "x4", "x2"].iter().any(|lanes| has_lanes(function, lanes)))
        .count()
}

/// Whether a type with this number of lanes occurs.
pub(crate) fn has_lanes(function: &str, lanes: &str) -> bool {
    function
        .split(lanes)
        .any(|before| ["i8", "i16", "i32", "i64", "f32", "f64"].iter().any(|ty| before.ends_with(ty)))
}

pub(crate) fn options(name: &str) -> Vec<Options> {
    let default = default_options(name);
    let checked = Options { memory_mode: MemoryMode::Checked, ..default.clone() };
    let other = Options { cpu: other_cpu(), ..default.clone() };
    vec![default, checked, other]
}

pub(crate) fn is_slow() -> bool {
    std::env::var_os("SLOW").is_some_and(|value| value == "1")
}

#[test]
fn random_loops() {
    for seed in 0..if is_slow() { 50 } else { 2 } {
        let suite = Suite::new(seed, 1, 80, 12);
        suite.check(&format!("random{seed}"), &options("loops.wat"));
    }
}

/// Numbers of two kinds, side by side, between each other, or in the same bytes.
#[test]
fn two_kinds() {
    for seed in 0..if is_slow() { 100 } else { 4 } {
        let suite = Suite::with(seed, 1, (200, Loop::of_two), 4);
        let options = options("loops.wat");
        suite.check(&format!("two{seed}"), if seed == 0 { &options } else { &options[..1] });
    }
}

/// The tests above mean something only if the vectorizer takes many of their loops.
#[test]
fn many_are_vectorized() {
    let mut options = default_options("loops.wat");
    options.passes.change("-inline").expect("the pass exists");
    for new in [Loop::random, Loop::of_two] {
        let count = Suite::with(0, 1, (200, new), 0).vectorized(&options);
        assert!(count >= 70, "only {count} of 200 loops are vectorized");
    }
}

/// All targets have instructions for what becomes of loops.
#[test]
fn all_targets() {
    for new in [Loop::random, Loop::of_two] {
        compile_for_all_targets(&Suite::with(1, 1, (120, new), 0).called());
    }
}

fn compile_for_all_targets(wasm: &[u8]) {
    for &target in wasiaot_targets::ALL {
        for cpu in target.cpu_levels {
            let options = Options { target, cpu, ..default_options("loops.wat") };
            let program = parse::parse(wasm, &options).expect("the module is valid");
            let plan = plan::plan(&program, &options).expect("the module can be built");
            codegen::codegen(&plan, &options).expect("the functions are small");
        }
    }
}

/// Without vectors, to tell an error of the model from one of the vectorizer.
#[test]
fn scalar_loops() {
    let mut options = default_options("loops.wat");
    options.passes.change("-vectorize").expect("the pass exists");
    Suite::new(0, 1, 80, 12).check("scalar", std::slice::from_ref(&options));
    Suite::with(0, 1, (80, Loop::of_two), 4).check("scalar-two", &[options]);
}

/// Where addresses wrap: the largest memory ends at 2³².
#[test]
fn four_gigabytes() {
    Suite::new(100, 65536, 60, 12).check("large", &[default_options("loops.wat")]);
    Suite::with(101, 65536, (60, Loop::of_two), 6).check("large-two", &[default_options("loops.wat")]);
}

/// What loops carry on is a constant, or what it was.
#[test]
fn carried_constants() {
    check_script("carried", include_str!("carried.wast"));
}

/// Conditions, in loops over floats that are zeros or no numbers, over what is not in memory, and over bytes and numbers
/// that are no bytes.
#[test]
fn conditions() {
    check_script("branches", include_str!("branches.wast"));
}

/// Elements that are much narrower than lanes, and divisors that lanes do not hold.
#[test]
fn widths() {
    check_script("widths", include_str!("widths.wast"));
}

/// Numbers of 32 bits beside numbers of 64.
#[test]
fn halves() {
    check_script("halves", include_str!("halves.wast"));
}

#[track_caller]
fn check_script(name: &str, text: &str) {
    for options in options(&format!("{name}.wast")) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let outcome =
            wast::run(text, &format!("loops-{name}"), &options, folder).expect("the script itself is fine");
        assert!(outcome.failures.is_empty(), "{}: {:?}", options.cpu.name, outcome.failures);
    }
}
