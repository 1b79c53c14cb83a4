//! Nests of which the inner loop can be vectorized, and stores to the same places in each iteration of the outer one.

use std::fmt::Write;

use wasiaot_tests::random::Random;

use super::{Element, counter, pick};

/// An operand of what is stored: the element itself, what an iteration of the outer loop has found out, what the inner
/// loop loads.
fn operand(random: &mut Random, element: Element) -> String {
    let (ty, ..) = element;
    match random.below(6) {
        0 => "(local.get $x)".to_owned(),
        1 => "(local.get $y)".to_owned(),
        2 if ty.starts_with('f') => format!("({ty}.convert_i32_s (local.get $n))"),
        _ => format!("({ty}.load (local.get $q))"),
    }
}

/// What is done with one element.
fn element_of(random: &mut Random, element: Element) -> String {
    let (ty, bytes, loads) = element;
    let (load, width) = pick(random, loads);
    // Mostly what is stored in the same place, and of the same width.
    let before = match random.below(12) {
        0 => format!("({ty}.load offset={} (local.get $p))", pick(random, &[bytes, 64, 256])),
        1 => format!("({ty}.{load} (local.get $q))"),
        _ => format!("({ty}.load (local.get $p))"),
    };
    let (left, right) = (operand(random, element), operand(random, element));
    let product = match ty {
        "i64" => format!("(i64.xor {left} {right})"),
        _ => format!("({ty}.mul {left} {right})"),
    };
    let op = pick(random, &["add", "add", "sub"]);
    let mut value = format!("({ty}.{op} {before} {product})");
    if random.below(5) == 0 {
        let less = if ty.starts_with('f') { "lt" } else { "lt_s" };
        value = format!("(select {value} {before} ({ty}.{less} {before} {left}))");
    }
    let store =
        if ty == "i32" && width < 4 { pick(random, &["store", "store8", "store16"]) } else { "store" };
    format!("({ty}.{store} (local.get $p) {value})\n")
}

/// A nest as a function.
pub(crate) fn nest(random: &mut Random, number: usize, element: Element) -> String {
    let (ty, bytes, _) = element;
    let scale = pick(random, &[bytes, bytes, bytes, 0, 64]);
    let row = pick(random, &[64, 64, 128, 320, bytes, 0]);
    // How long a row is may be known only when the program runs.
    let by_length = format!("(i32.mul (local.get $n) (i32.const {bytes}))");
    let (row, moves_row) = match random.below(4) {
        0 => (format!("(i32.mul (local.get $j) {by_length})"), String::new()),
        1 => (
            "(local.get $row)".to_owned(),
            format!("(local.set $row (i32.add (local.get $row) {by_length}))"),
        ),
        _ => (format!("(i32.mul (local.get $j) (i32.const {row}))"), String::new()),
    };
    let mut body = format!(
        "(local.set $x ({ty}.load (i32.add (local.get $a) (i32.mul (local.get $j) (i32.const {scale})))))\n\
         (local.set $q (i32.add (local.get $b) {row}))\n\
         (local.set $p (local.get $o))\n"
    );
    if random.below(3) == 0 {
        let _ = writeln!(body, "(local.set $y ({ty}.add (local.get $x) ({ty}.load (local.get $b))))");
    }
    // What other blocks store and load, before the inner loop.
    let place =
        pick(random, &["(i32.const 256)", "(local.get $o)", "(i32.add (local.get $a) (i32.const 4))"]);
    if random.below(10) == 0 {
        let _ = writeln!(body, "({ty}.store {place} ({ty}.add ({ty}.load {place}) (local.get $x)))");
    }
    let copies = pick(random, &[1, 1, 2, 4]);
    let text = element_of(random, element);
    let step = format!(
        "(local.set $p (i32.add (local.get $p) (i32.const {bytes})))\n\
         (local.set $q (i32.add (local.get $q) (i32.const {bytes})))\n"
    );
    let [start, again] = counter(random, "(local.get $n)", "inner");
    let all = format!("{text}{step}").repeat(copies);
    let inner = format!("(loop $inner\n{all}{again})\n");
    body += &start;
    let _ = match random.below(4) {
        0 => writeln!(body, "(if (i32.gt_u (local.get $n) (i32.const 2)) (then {inner}))"),
        1 => writeln!(body, "(if (i32.gt_u (local.get $j) (i32.const 2)) (then {inner}))"),
        _ => writeln!(body, "{inner}"),
    };
    match random.below(6) {
        // One more for odd numbers, from where the loop has left off.
        0 | 1 => {
            let _ = writeln!(body, "(if (i32.and (local.get $n) (i32.const 1)) (then {text}))");
        }
        // The same, or what is not quite the same, counted from the beginning.
        2 => {
            let moved = pick(random, &[bytes, bytes, bytes, 4]) * copies as u32;
            let _ = writeln!(
                body,
                "(if (i32.and (local.get $n) (i32.const 1)) (then\n\
                 (local.set $p (i32.add (local.get $o) (i32.mul (local.get $n) (i32.const {moved}))))\n\
                 (local.set $q (i32.add (i32.add (local.get $b) {row}) (i32.mul (local.get $k) (i32.const {moved}))))\n\
                 {text}))"
            );
        }
        3 => {
            let _ = writeln!(body, "({ty}.store {place} (local.get $x))");
        }
        _ => {}
    }
    let moves = pick(random, &[0, 0, 0, 0, 0, 0, bytes]);
    let again = match random.below(3) {
        0 => "(local.tee $m (i32.sub (local.get $m) (i32.const 1)))",
        1 => "(i32.ne (local.get $j) (local.get $m))",
        _ => "(i32.lt_s (local.get $j) (local.get $m))",
    };
    let result = match random.below(3) {
        0 => "(local.get $x)".to_owned(),
        1 => format!("({ty}.load (i32.and (local.get $p) (i32.const 4092)))"),
        _ => format!("({ty}.add (local.get $x) ({ty}.load (i32.and (local.get $q) (i32.const 4092))))"),
    };
    format!(
        "(func $nest{number} (param $o i32) (param $a i32) (param $b i32) (param $m i32) (param $n i32) (result {ty})\n\
         (local $j i32) (local $k i32) (local $p i32) (local $q i32) (local $row i32) (local $x {ty}) (local $y {ty})\n\
         (loop $outer\n{body}{moves_row}\n\
         (local.set $o (i32.add (local.get $o) (i32.const {moves})))\n\
         (local.set $j (i32.add (local.get $j) (i32.const 1)))\n\
         (br_if $outer {again}))\n{result})\n"
    )
}
