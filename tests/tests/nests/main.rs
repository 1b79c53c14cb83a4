//! Loops around loops: what the vectorizer does side by side for neighbours, and what it must refuse.
//!
//! Nests are generated at random from fixed seeds, and called with few and many iterations, with arrays that
//! overlap, and with arrays across the ends of the memory. An interpreter that shares nothing with the
//! compiler says what each call has to return, whether it traps, and what is in memory afterwards.

mod jam;
mod order;

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{codegen, parse, plan};
use wasiaot_tests::default_options;
use wasiaot_tests::differential::{Way, compare, explain};
use wasiaot_tests::random::Random;

const HELPERS: &str = include_str!("helpers.wat");

/// Nests of one module, and calls of each.
const NESTS: usize = 12;
const CALLS: usize = 10;

/// What makes a nest as a function, given its number and an element.
type Generator = fn(&mut Random, usize, Element) -> String;

fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len())]
}

/// An element's type, its bytes, and what it may be loaded by.
type Element = (&'static str, u32, &'static [(&'static str, u32)]);

const ELEMENTS: [Element; 5] = [
    ("i32", 4, &[("load", 4)]),
    ("i32", 4, &[("load", 4), ("load", 4), ("load16_s", 2), ("load16_u", 2), ("load8_s", 1), ("load8_u", 1)]),
    ("i64", 8, &[("load", 8), ("load32_s", 4), ("load16_u", 2)]),
    ("f32", 4, &[("load", 4)]),
    ("f64", 8, &[("load", 8)]),
];

/// The end of a loop over `$k`, with what it starts from.
fn counter(random: &mut Random, count: &str, name: &str) -> [String; 2] {
    let (start, again) = match random.below(3) {
        0 => (count.to_owned(), "(local.tee $k (i32.sub (local.get $k) (i32.const 1)))".to_owned()),
        1 => (
            "(i32.const 0)".to_owned(),
            format!("(i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) {count})"),
        ),
        _ => (
            format!("(i32.sub (i32.const 0) {count})"),
            "(i32.ne (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 0))".to_owned(),
        ),
    };
    [format!("(local.set $k {start})\n"), format!("(br_if ${name} {again})")]
}

/// A loop in the outer one: collects something, and may store it each time.
///
/// What it starts with comes apart: it may be skipped.
fn inner_loop(random: &mut Random, element: Element, name: &str) -> [String; 2] {
    let (ty, bytes, loads) = element;
    let (left, right) = (pick(random, loads), pick(random, loads));
    // Mostly down a column: the same for all neighbours, and side by side.
    let left_scale = pick(random, &[0, 0, 0, 0, left.1]);
    let right_scale = pick(random, &[right.1, right.1, right.1, right.1, right.1, right.1, 0, 8]);
    let [left_step, right_step] = [0, 1].map(|_| {
        let far: i32 = pick(random, &[64, 80, 128, 8]);
        pick(random, &[bytes as i32, far, far, -(bytes as i32), 0])
    });
    // A step may be known only when the program runs.
    let [left_step, right_step] = [left_step, right_step].map(|step| match random.below(3) {
        0 => format!("(i32.mul (local.get $n) (i32.const {}))", pick(random, &[8, 16, -8, 24])),
        _ => format!("(i32.const {step})"),
    });
    let offset = pick(random, &[0, 0, 4, 16]);
    let load =
        |(op, _): (&str, u32), pointer: &str| format!("({ty}.{op} offset={offset} (local.get {pointer}))");
    let (left_value, right_value) = (load(left, "$p"), load(right, "$q"));
    let product = match random.below(5) {
        0 => format!("({ty}.sub {left_value} {right_value})"),
        1 if ty == "i32" => format!(
            "(i32.and (i32.shr_u (i32.mul {left_value} {right_value}) (i32.const {})) (i32.const 127))",
            random.below(32)
        ),
        2 => {
            let condition = match ty.starts_with('f') {
                true => format!("({ty}.lt (local.get $sum) {right_value})"),
                false => format!("({ty}.lt_s (local.get $sum) {right_value})"),
            };
            format!("(select {left_value} {right_value} {condition})")
        }
        _ if ty == "i64" => format!("(i64.xor {left_value} {right_value})"),
        _ => format!("({ty}.mul {left_value} {right_value})"),
    };
    let sum = pick(random, &["add", "add", "sub"]);
    let store = match random.below(8) {
        0 => format!("({ty}.store (local.get $o) (local.get $sum))"),
        1 => format!("({ty}.store (local.get $o) ({ty}.add ({ty}.load (local.get $o)) (local.get $sum)))"),
        _ => String::new(),
    };
    let count = match random.below(3) {
        0 => format!("(i32.const {})", 1 + random.below(9)),
        _ => "(local.get $n)".to_owned(),
    };
    let [start, end] = counter(random, &count, name);
    let copy = format!(
        "(local.set $sum ({ty}.{sum} (local.get $sum) {product})) {store}\n\
         (local.set $p (i32.add (local.get $p) {left_step}))\n\
         (local.set $q (i32.add (local.get $q) {right_step}))\n"
    );
    let copies = copy.repeat(pick(random, &[1, 1, 2]));
    let start = format!(
        "(local.set $p (i32.add (local.get $a) (i32.mul (local.get $j) (i32.const {left_scale}))))\n\
         (local.set $q (i32.add (local.get $b) (i32.mul (local.get $j) (i32.const {right_scale}))))\n\
         {start}"
    );
    [start, format!("(loop ${name}\n{copies}{end})\n")]
}

/// A nest as a function.
fn nest(random: &mut Random, number: usize, element: Element) -> String {
    let (ty, bytes, _) = element;
    let first = pick(random, &["const 0", "const 3"]);
    let mut body = match random.below(4) {
        0 => format!("(local.set $sum ({ty}.load offset=8 (local.get $o)))\n"),
        _ => format!("(local.set $sum ({ty}.{first}))\n"),
    };
    let [start, first] = inner_loop(random, element, "first");
    body += &start;
    let _ = match random.below(6) {
        0 => writeln!(body, "(if (i32.gt_u (local.get $n) (i32.const 2)) (then {first}))"),
        _ => writeln!(body, "{first}"),
    };
    match random.below(10) {
        0 => body += &inner_loop(random, element, "second").concat(),
        // One more for odd numbers, from where a loop that may be skipped has left off.
        1 | 2 => {
            let loads = ["p", "q"].map(|pointer| format!("({ty}.load (local.get ${pointer}))"));
            let [left, right] = loads;
            let _ = writeln!(
                body,
                "(if (i32.and (local.get $n) (i32.const 1)) (then\n\
                 (local.set $sum ({ty}.add (local.get $sum) ({ty}.sub {left} {right})))))"
            );
        }
        3 => {
            let [start, second] = inner_loop(random, element, "second");
            let _ = writeln!(body, "{start}(if (i32.gt_u (local.get $n) (i32.const 3)) (then {second}))");
        }
        _ => {}
    }
    if random.below(8) != 0 {
        let before = pick(random, &[0, 0, 0, 0, 0, 0, 0, 8, 512]);
        let _ = writeln!(body, "({ty}.store offset={before} (local.get $o) (local.get $sum))");
    }
    let counter = match ty {
        "i32" | "i64" if random.below(6) == 0 => "(i32.store (i32.const 64) (local.get $k))\n",
        _ => "",
    };
    let step = pick(random, &[bytes, bytes, bytes, bytes, bytes, bytes, bytes, 2 * bytes, 0]);
    let again = match random.below(3) {
        0 => "(local.tee $m (i32.sub (local.get $m) (i32.const 1)))",
        1 => "(i32.ne (local.get $j) (local.get $m))",
        _ => "(i32.lt_s (local.get $j) (local.get $m))",
    };
    // What is used behind the loop, and so has to be known there.
    let result = match random.below(3) {
        0 => "(local.get $sum)".to_owned(),
        1 => format!("({ty}.load (i32.and (local.get $o) (i32.const 4092)))"),
        _ => format!(
            "({ty}.add (local.get $sum) ({ty}.load (i32.and (i32.add (local.get $j) (local.get $p)) (i32.const 4092))))"
        ),
    };
    format!(
        "(func $nest{number} (param $o i32) (param $a i32) (param $b i32) (param $m i32) (param $n i32) (result {ty})\n\
         (local $j i32) (local $k i32) (local $p i32) (local $q i32) (local $sum {ty})\n\
         (loop $outer\n{body}{counter}\
         (local.set $o (i32.add (local.get $o) (i32.const {step})))\n\
         (local.set $j (i32.add (local.get $j) (i32.const 1)))\n\
         (br_if $outer {again}))\n{result})\n"
    )
}

/// Calls of a nest, each followed by a look at the memory.
fn calls(random: &mut Random, number: usize, element: Element, most: usize) -> String {
    let (ty, bytes, _) = element;
    let mut text = String::new();
    for call in 0..CALLS {
        let outer = match random.below(4) {
            0 => 1 + random.below(9),
            _ => 1 + random.below(60),
        };
        let inner = 1 + random.below(most);
        let mut arrays = [512, 1536, 3072].map(|array| array + bytes as i32 * random.below(9) as i32);
        match random.below(8) {
            0 => arrays[1] = arrays[0] + bytes as i32 * (random.below(80) as i32 - 40),
            1 => arrays[2] = arrays[0] + bytes as i32 * (random.below(80) as i32 - 40),
            2 => {
                // A third of them end where the memory does, or almost there.
                let array = random.below(3);
                let elements = random.below(60);
                let elements = if elements < 20 { inner + elements % 3 } else { elements };
                arrays[array] = 65536 - (bytes * elements as u32) as i32;
            }
            3 => arrays[random.below(3)] = -(bytes as i32 * random.below(20) as i32),
            _ => {}
        }
        let [out, a, b] = arrays;
        let kind = match ty {
            "f32" => 1,
            "f64" => 2,
            _ => 0,
        };
        let _ = write!(
            text,
            "(func (export \"{number:02}.{call:02}a\") (result {ty}) (call $fill (i32.const {number}) (i32.const {kind}))\n\
             (call $plain_{ty} (call $nest{number} (i32.const {out}) (i32.const {a}) (i32.const {b}) (i32.const {outer})\n\
             (i32.const {inner}))))\n\
             (func (export \"{number:02}.{call:02}b\") (result i64) (call $hash (i32.const {kind})))\n"
        );
    }
    text
}

/// A module of nests whose inner loops run at most this often.
fn module(seed: u64, generator: Generator, most: usize) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut text = format!("(module (memory 1 1) {HELPERS}\n");
    let mut start = String::new();
    for number in 0..NESTS {
        let element = pick(&mut random, &ELEMENTS);
        text += &generator(&mut random, number, element);
        text += &calls(&mut random, number, element, most);
        let zeros = "(i32.const 0)".repeat(3);
        let _ = writeln!(start, "(drop (call $nest{number} {zeros} (i32.const 1) (i32.const 1)))");
    }
    // What is not called is not compiled.
    let _ = write!(text, "(func (export \"_start\") {start}))");
    wat::parse_str(&text).expect("the module is valid text")
}

/// Compares nests with the interpreter.
fn check(name: &str, generator: Generator, most: usize) {
    let is_slow = std::env::var_os("SLOW").is_some_and(|value| value == "1");
    let seeds: Vec<u64> = (0..if is_slow { 200 } else { 6 }).collect();
    let modules: Vec<Vec<u8>> = seeds.iter().map(|&seed| module(seed, generator, most)).collect();
    for way in [Way::Default, Way::Checked, Way::Optimized] {
        let mut options = way.options();
        // Calls of constants would be another program.
        options.passes.change("-inline,-inline-more").expect("the passes exist");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{way:?}"));
        let report =
            compare(&modules, &seeds, &options, &path).unwrap_or_else(|error| panic!("{way:?}: {error}"));
        assert!(report.differences.is_empty(), "{way:?}: {}", explain(&report, 0));
        assert!(report.compared >= modules.len() * NESTS * CALLS, "too little was compared");
    }
}

#[test]
fn random_nests() {
    check("nests", nest, 8);
}

#[test]
fn random_jammed_nests() {
    check("jammed", jam::nest, 40);
}

#[test]
fn random_orders() {
    check("orders", order::nest, 40);
}

/// How many of some nests become functions of which this is true.
fn count_optimized(generator: Generator, is_meant: fn(&str) -> bool) -> usize {
    let mut options = default_options("nests.wat");
    options.passes.change("-inline").expect("the pass exists");
    let mut count = 0;
    for seed in 0..6 {
        let wasm = module(seed, generator, 8);
        let program = parse::parse(&wasm, &options).expect("the module is valid");
        let plan = plan::plan(&program, &options).expect("the module can be built");
        let text = codegen::optimized_clif(&plan, &options).expect("the functions are small");
        let nests = text.split(";; ").filter(|function| function.contains("\"nest"));
        count += nests.filter(|function| is_meant(function)).count();
    }
    count
}

/// The tests above mean something only if the vectorizer takes many of their nests.
#[test]
fn many_are_vectorized() {
    let count = count_optimized(nest, |function| ["x4", "x2"].iter().any(|lanes| function.contains(lanes)));
    assert!(count >= 20, "only {count} of {} nests are vectorized", 6 * NESTS);
}

/// In a jammed nest, each vector goes through several operations before it is stored.
fn is_jammed(function: &str) -> bool {
    let blocks = function.split("\n\n");
    let vectors =
        blocks.map(|block| block.matches("load.i8x16").count() / (1 + block.matches("store ").count()));
    vectors.max() >= Some(2)
}

#[test]
fn many_are_jammed() {
    for (generator, least) in [(jam::nest as Generator, 15), (order::nest, 15)] {
        let count = count_optimized(generator, is_jammed);
        assert!(count >= least, "only {count} of {} nests are jammed", 6 * NESTS);
    }
}
