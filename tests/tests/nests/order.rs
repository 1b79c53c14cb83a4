//! Nests like those of `jam.rs`, each with something in it for which the order of the outer loop's iterations matters, or
//! how often a loop runs: mostly they have to be refused, or to find out before that this call is harmless.

use wasiaot_tests::random::Random;

use super::{Element, pick};

/// What a nest has besides its products.
#[derive(Default)]
struct Parts {
    /// In an iteration of the outer loop, before the inner one.
    before: String,
    /// In the inner loop.
    inside: String,
    /// Behind it.
    behind: String,
    /// What the inner loop multiplies with, if not with what the outer one has loaded.
    factor: Option<String>,
    /// Where the rows of the second array begin, if not where the caller says.
    rows: Option<String>,
}

/// What becomes of an element: products that come in another order make another number.
fn collected(element: Element, at: &str, left: &str, right: &str) -> String {
    let (ty, ..) = element;
    match ty.starts_with('f') {
        true => format!(
            "({ty}.store {at} ({ty}.add ({ty}.mul ({ty}.load {at}) ({ty}.const 0.5)) ({ty}.mul {left} {right})))"
        ),
        false => format!(
            "({ty}.store {at} ({ty}.add ({ty}.shl ({ty}.load {at}) ({ty}.const 1)) ({ty}.xor {left} {right})))"
        ),
    }
}

/// One thing that is in the way.
fn hazard(random: &mut Random, element: Element) -> Parts {
    let (ty, bytes, _) = element;
    let none = Parts::default();
    let load = |at: &str| format!("({ty}.load {at})");
    let twice = |at: &str| format!("({ty}.store {at} ({ty}.add {} (local.get $x)))", load(at));
    let cell = pick(random, &["(local.get $b)", "(i32.const 256)"]);
    let last = collected(element, "(local.get $p)", "(local.get $x)", &load("(local.get $q)"));
    match random.below(10) {
        // Elements ahead of those that are stored.
        0 => {
            let ahead = bytes * pick(random, &[1, 4, 16]);
            Parts { factor: Some(format!("({ty}.load offset={ahead} (local.get $p))")), ..none }
        }
        // A place that the inner loop reads and other blocks change.
        1 => Parts { factor: Some(load(cell)), behind: twice(cell), ..none },
        2 => Parts { factor: Some(load(cell)), before: twice(cell), ..none },
        // The last element, which is behind the inner loop, is also where rows begin.
        3 | 8 => Parts {
            rows: Some(format!("(i32.add (local.get $o) (i32.mul (local.get $n) (i32.const {bytes})))")),
            behind: last,
            ..none
        },
        // The same, but for many it is the first element.
        4 => Parts {
            behind: format!("(if (i32.gt_u (local.get $n) (i32.const 20)) (then (local.set $p (local.get $o)))) {last}"),
            ..none
        },
        // A place that is read before the inner loop and changed behind it.
        5 => Parts {
            before: format!("(local.set $x ({ty}.add (local.get $x) {}))", load(cell)),
            behind: twice(cell),
            ..none
        },
        // The same with one of those that the outer loop goes through.
        6 => {
            let number = bytes * random.below(8) as u32;
            Parts { behind: twice(&format!("(i32.add (local.get $a) (i32.const {number}))")), ..none }
        }
        // Another array, of which vectors are loaded and stored in another way.
        7 if ty == "i32" => Parts {
            inside: "(i32.store16 offset=640 (local.get $r) (i32.add (i32.load16_u offset=640 (local.get $r)) (local.get $x)))\n\
                (local.set $r (i32.add (local.get $r) (i32.const 2)))\n"
                .to_owned(),
            ..none
        },
        _ => none,
    }
}

/// What a counter begins with, and the end of its loop. It may not meet its limit, and then goes on until it does, or
/// the loop leaves the memory.
fn count(random: &mut Random, name: &str, most: &str) -> [String; 2] {
    let counter = format!("(local.get ${name})");
    let (start, op, limit) = match random.below(16) {
        0 | 1 => ("(i32.const 0)".to_owned(), "ne", most.to_owned()),
        2 => (format!("(i32.sub (i32.const -1) {most})"), "le_u", "(i32.const -1)".to_owned()),
        3 => {
            (format!("(i32.sub (i32.const 0x7fffffff) {most})"), "le_s", "(i32.const 0x7fffffff)".to_owned())
        }
        _ => ("(i32.const 0)".to_owned(), "lt_u", most.to_owned()),
    };
    let step = match op {
        "ne" => pick(random, &[1, 2, 3]),
        _ => 1,
    };
    [
        format!("(local.set ${name} {start})\n"),
        format!(
            "(local.set ${name} (i32.add {counter} (i32.const {step})))\n(br_if ${name} (i32.{op} {counter} {limit}))"
        ),
    ]
}

/// A nest as a function.
pub(crate) fn nest(random: &mut Random, number: usize, element: Element) -> String {
    let (ty, bytes, _) = element;
    let Parts { before, inside, behind, factor, rows } = hazard(random, element);
    let scale = pick(random, &[bytes, bytes, 0]);
    // Where rows begin at an element that is stored, it is mostly one for all.
    let row = pick(random, if rows.is_some() { &[0, 0, 0, 4] } else { &[0, 4, 64, 320] });
    let rows = rows.unwrap_or("(local.get $b)".to_owned());
    let [start, again] = count(random, "k", "(local.get $n)");
    let [outer_start, outer_again] = match random.below(6) {
        // It leaves the memory at some time.
        0 if scale > 0 => count(random, "j", "(local.get $m)"),
        _ => [
            String::new(),
            "(local.set $j (i32.add (local.get $j) (i32.const 1)))\n\
             (br_if $j (i32.ne (local.get $j) (local.get $m)))"
                .to_owned(),
        ],
    };
    let factor = factor.unwrap_or("(local.get $x)".to_owned());
    let product = collected(element, "(local.get $p)", &factor, &format!("({ty}.load (local.get $q))"));
    let inner = format!(
        "(loop $k\n{product}\n{inside}\
         (local.set $p (i32.add (local.get $p) (i32.const {bytes})))\n\
         (local.set $q (i32.add (local.get $q) (i32.const {bytes})))\n{again})\n"
    );
    let inner = match random.below(3) {
        0 => format!("(if (i32.gt_u (local.get $n) (i32.const 2)) (then {inner}))\n"),
        _ => inner,
    };
    format!(
        "(func $nest{number} (param $o i32) (param $a i32) (param $b i32) (param $m i32) (param $n i32) (result {ty})\n\
         (local $j i32) (local $k i32) (local $p i32) (local $q i32) (local $r i32) (local $x {ty})\n\
         {outer_start}\n\
         (loop $j\n\
         (local.set $x ({ty}.load (i32.add (local.get $a) (i32.mul (local.get $j) (i32.const {scale})))))\n\
         {before}\n\
         (local.set $q (i32.add {rows} (i32.mul (local.get $j) (i32.const {row}))))\n\
         (local.set $p (local.get $o)) (local.set $r (local.get $o))\n\
         {start}{inner}{behind}\n{outer_again})\n(local.get $x))\n"
    )
}
