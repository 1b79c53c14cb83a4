//! Arithmetic that passes recognize, and everything that looks nearly like it: what an error in recognizing it
//! would get wrong. What is expected is computed here, operation by operation.
//!
//! - Products of 128 bits that are put together from products of halves: each form that there is, compared with
//!   128-bit arithmetic as well, and each that differs from one in an operand, constant or operation.
//! - Chains of additions, products and bitwise operations, put together in all ways, around loops as well.
//! - Masks and extensions of what operations make of masked numbers, in one block and carried around by a loop.

use std::fmt::Write;
use std::path::Path;

use wasiaot_tests::{default_options, wast};

use Expr::{A, B, Const};

/// A number that is computed from two others.
#[derive(Clone, Debug)]
enum Expr {
    A,
    B,
    Const(u64),
    Op(&'static str, Box<Expr>, Box<Expr>),
}

fn op(name: &'static str, left: &Expr, right: &Expr) -> Expr {
    Expr::Op(name, Box::new(left.clone()), Box::new(right.clone()))
}

fn add(left: &Expr, right: &Expr) -> Expr {
    op("add", left, right)
}

fn mul(left: &Expr, right: &Expr) -> Expr {
    op("mul", left, right)
}

fn low(whole: &Expr) -> Expr {
    op("and", whole, &Const(0xffff_ffff))
}

fn high(whole: &Expr) -> Expr {
    op("shr_u", whole, &Const(32))
}

impl Expr {
    fn text(&self) -> String {
        match self {
            A => "(local.get $a)".to_owned(),
            B => "(local.get $b)".to_owned(),
            Const(value) => format!("(i64.const {value:#x})"),
            Self::Op(name, left, right) => format!("(i64.{name} {} {})", left.text(), right.text()),
        }
    }

    fn value(&self, a: u64, b: u64) -> u64 {
        let (name, left, right) = match self {
            A => return a,
            B => return b,
            Const(value) => return *value,
            Self::Op(name, left, right) => (*name, left.value(a, b), right.value(a, b)),
        };
        match name {
            "add" => left.wrapping_add(right),
            "sub" => left.wrapping_sub(right),
            "mul" => left.wrapping_mul(right),
            "and" => left & right,
            "or" => left | right,
            "xor" => left ^ right,
            "shl" => left << (right & 63),
            "shr_u" => left >> (right & 63),
            "shr_s" => (left.cast_signed() >> (right & 63)).cast_unsigned(),
            _ => unreachable!("there is no {name}"),
        }
    }

    /// Everything that differs from this in one place.
    fn mutants(&self) -> Vec<Self> {
        match self {
            A => vec![B],
            B => vec![A],
            Const(value) => vec![Const(value - 1), Const(value + 1)],
            Self::Op(name, left, right) => {
                let other = match *name {
                    "add" => "sub",
                    "mul" | "or" => "add",
                    "and" => "or",
                    "shr_u" => "shr_s",
                    _ => "shr_u",
                };
                let mut all = vec![op(other, left, right), op(name, right, left), left.as_ref().clone()];
                all.extend(left.mutants().iter().map(|left| op(name, left, right)));
                all.extend(right.mutants().iter().map(|right| op(name, left, right)));
                all
            }
        }
    }
}

/// The forms of the high half.
fn high_halves(a: &Expr, b: &Expr) -> Vec<Expr> {
    let mut forms = Vec::new();
    for (one, other) in [(a, b), (b, a)] {
        let lowest = mul(&low(one), &low(other));
        let first = mul(&low(one), &high(other));
        let second = mul(&high(one), &low(other));
        let highest = mul(&high(one), &high(other));
        let middle = add(&high(&lowest), &first);
        let sum = add(&low(&middle), &second);
        forms.push(add(&add(&highest, &high(&middle)), &high(&sum)));
        let sum = add(&add(&high(&lowest), &low(&first)), &second);
        forms.push(add(&add(&high(&first), &high(&sum)), &highest));
        let sum = add(&add(&low(&second), &low(&first)), &high(&lowest));
        forms.push(add(&highest, &add(&high(&first), &add(&high(&sum), &high(&second)))));
    }
    forms
}

/// The high half with signs: what is added to one without.
fn signed(high: &Expr) -> Expr {
    let sign = |of| op("shr_s", &of, &Const(63));
    add(&add(&mul(&A, &sign(B)), &mul(&sign(A), &B)), high)
}

/// The forms of the low half.
fn low_halves() -> Vec<Expr> {
    let lowest = mul(&low(&A), &low(&B));
    let first = mul(&low(&A), &high(&B));
    let second = mul(&high(&A), &low(&B));
    let sums = [
        add(&low(&add(&high(&lowest), &first)), &second),
        add(&add(&high(&lowest), &low(&first)), &low(&second)),
        add(&add(&high(&lowest), &first), &second),
    ];
    let above = sums.map(|sum| op("shl", &sum, &Const(32)));
    above.iter().flat_map(|above| [op("or", above, &low(&lowest)), add(&low(&lowest), above)]).collect()
}

/// Numbers around the limits of halves and signs.
const NUMBERS: &[u64] = &[
    0,
    1,
    0xffff_fffe,
    0xffff_ffff,
    0x1_0000_0000,
    0x1_0000_0001,
    0x1234_5678_9abc_def0,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0x8000_0000_ffff_ffff,
    0xffff_ffff_0000_0000,
    0xffff_ffff_ffff_ffff,
];

/// Functions and calls of them.
#[derive(Default)]
struct Script {
    functions: String,
    commands: String,
    count: usize,
}

impl Script {
    /// Adds a function, and calls it with all pairs of numbers, or every few of them.
    fn add(&mut self, expr: &Expr, step: usize) {
        self.add_body(&expr.text(), step, |a, b| expr.value(a, b));
    }

    /// Adds a function with this body, and calls it with every few pairs of numbers.
    fn add_body(&mut self, body: &str, step: usize, model: impl Fn(u64, u64) -> u64) {
        let name = self.count;
        self.count += 1;
        let _ = write!(
            self.functions,
            "(func (export \"{name}\") (param $a i64) (param $b i64) (result i64) \
             (local $x i64) (local $n i32) {body})"
        );
        let pairs = NUMBERS.iter().flat_map(|&a| NUMBERS.iter().map(move |&b| (a, b)));
        for (a, b) in pairs.skip(name % step).step_by(step) {
            let expected = model(a, b);
            let _ = writeln!(
                self.commands,
                "(assert_return (invoke \"{name}\" (i64.const {a:#x}) (i64.const {b:#x})) \
                 (i64.const {expected:#x}))"
            );
        }
    }

    #[track_caller]
    fn check(&self, name: &str) {
        let text = format!("(module {})\n{}", self.functions, self.commands);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        wast::check(&text, &format!("products-{name}"), &default_options("products"), folder);
        assert!(self.count > 20);
    }
}

#[test]
fn halves_of_products() {
    let mut script = Script::default();
    for form in high_halves(&A, &B) {
        for (a, b) in NUMBERS.iter().flat_map(|&a| NUMBERS.iter().map(move |&b| (a, b))) {
            assert_eq!(form.value(a, b), ((u128::from(a) * u128::from(b)) >> 64) as u64);
            let product = i128::from(a.cast_signed()) * i128::from(b.cast_signed());
            assert_eq!(signed(&form).value(a, b), (product >> 64) as u64);
        }
        script.add(&form, 1);
        script.add(&signed(&form), 1);
        // Both halves at once.
        script.add(&op("sub", &low_halves()[0], &form), 1);
        script.add(&op("sub", &low_halves()[1], &signed(&form)), 1);
    }
    for form in low_halves() {
        for (a, b) in NUMBERS.iter().flat_map(|&a| NUMBERS.iter().map(move |&b| (a, b))) {
            assert_eq!(form.value(a, b), a.wrapping_mul(b));
        }
        script.add(&form, 1);
    }
    // Squares, and products with a constant.
    for form in high_halves(&A, &A).iter().chain(&high_halves(&A, &Const(38))) {
        script.add(form, 1);
    }
    script.check("halves");
}

#[test]
fn what_differs_in_one_place() {
    let mut script = Script::default();
    for form in high_halves(&A, &B).iter().chain(&low_halves()) {
        for mutant in form.mutants() {
            script.add(&mutant, 5);
        }
    }
    for mutant in signed(&high_halves(&A, &B)[0]).mutants() {
        script.add(&mutant, 5);
    }
    script.check("mutants");
}

/// Masks of what operations get, and of their results.
const MASKS: &[u64] = &[1, 0x7f, 0xff, 0xff00, 0x7fff_ffff, 0xffff_ffff, 0x8000_0000_0000_0000, u64::MAX];

/// Operations on `x` and `y`.
type Operation = (&'static str, fn(u64, u64) -> u64);

const OPERATIONS: &[Operation] = &[
    ("(i64.add X Y)", u64::wrapping_add),
    ("(i64.sub X Y)", u64::wrapping_sub),
    ("(i64.mul X Y)", u64::wrapping_mul),
    ("(i64.or X Y)", |x, y| x | y),
    ("(i64.xor X Y)", |x, y| x ^ y),
    ("(i64.and X Y)", |x, y| x & y),
    ("(i64.shl X (i64.const 7))", |x, _| x << 7),
    ("(i64.shr_u X (i64.const 65))", |x, _| x >> 1),
    ("(i64.shr_s X (i64.const 56))", |x, _| (x.cast_signed() >> 56).cast_unsigned()),
    ("(i64.shr_u X Y)", |x, y| x >> (y & 63)),
    ("(i64.rem_u X (i64.add Y (i64.const 3)))", |x, y| x % y.wrapping_add(3)),
    ("(i64.popcnt X)", |x, _| u64::from(x.count_ones())),
    ("(i64.extend_i32_u (i64.eqz X))", |x, _| u64::from(x == 0)),
    ("(i64.extend_i32_s (i32.wrap_i64 X))", |x, _| i64::from(x as i32).cast_unsigned()),
    ("(i64.extend8_s X)", |x, _| i64::from(x as i8).cast_unsigned()),
    ("(select X Y (i64.gt_u X Y))", |x, y| if x > y { x } else { y }),
];

/// All masks and extensions of `$x`, added up so that none can make up for another.
fn masked() -> String {
    let extensions =
        ["extend8_s", "extend16_s", "extend32_s"].map(|name| format!("(i64.{name} (local.get $x))"));
    let masks = MASKS.iter().map(|mask| format!("(i64.and (local.get $x) (i64.const {mask:#x}))"));
    masks.chain(extensions).fold("(i64.const 0)".to_owned(), |sum, part| {
        format!("(i64.add (i64.mul {sum} (i64.const 0x1fffffffffffff)) {part})")
    })
}

/// What [`masked`] computes.
fn masked_value(x: u64) -> u64 {
    let extensions = [i64::from(x as i8), i64::from(x as i16), i64::from(x as i32)];
    let masks = MASKS.iter().map(|mask| x & mask);
    masks
        .chain(extensions.map(i64::cast_unsigned))
        .fold(0, |sum: u64, part| sum.wrapping_mul(0x1f_ffff_ffff_ffff).wrapping_add(part))
}

#[test]
fn masks_of_masked() {
    let mut script = Script::default();
    for &(text, operation) in OPERATIONS {
        for (number, &of_a) in MASKS.iter().enumerate() {
            let of_b = MASKS[(number * 3 + 1) % MASKS.len()];
            let x = format!("(i64.and (local.get $a) (i64.const {of_a:#x}))");
            let y = format!("(i64.and (local.get $b) (i64.const {of_b:#x}))");
            let code = text.replace('X', &x).replace('Y', &y);
            script.add_body(&format!("(local.set $x {code}) {}", masked()), 7, |a, b| {
                masked_value(operation(a & of_a, b & of_b))
            });
            // Five times around a loop, which begins with a masked number.
            let code = text.replace('X', "(local.get $x)").replace('Y', &y);
            let body = format!(
                "(local.set $x {x}) (loop $next (local.set $x {code}) (br_if $next (i32.lt_u \
                 (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 5)))) {}",
                masked()
            );
            script.add_body(&body, 7, |a, b| {
                masked_value((0..5).fold(a & of_a, |x, _| operation(x, b & of_b)))
            });
        }
    }
    script.check("masks");
}

/// A chain of these terms with one operation, put together as the bits of `shape` say.
fn chain(name: &'static str, terms: &[Expr], shape: usize) -> Expr {
    match terms {
        [one] => one.clone(),
        _ => {
            let left = 1 + shape % (terms.len() - 1);
            op(name, &chain(name, &terms[..left], shape / 3), &chain(name, &terms[left..], shape / 5))
        }
    }
}

#[test]
fn chains() {
    let mut script = Script::default();
    let shifted = op("shr_u", &A, &Const(7));
    let product = op("mul", &B, &Const(0x1_0001));
    let terms = [A, shifted, Const(0x1234_5678_9abc_def1), B, product, op("xor", &A, &B), Const(3)];
    for name in ["add", "mul", "and", "or", "xor"] {
        for shape in 0..60 {
            let count = 3 + shape % (terms.len() - 2);
            let chain = chain(name, &terms[shape % (terms.len() - count + 1)..][..count], shape);
            script.add(&chain, 11);
            // Four rounds, of which each begins with the result of the one before, in 64 bits and in 32.
            let code = chain.text().replace("$a", "$x");
            let body = |code: &str| {
                format!(
                    "(local.set $x (local.get $a)) (loop $next (local.set $x {code}) (br_if $next (i32.lt_u \
                     (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 4)))) (local.get $x)"
                )
            };
            script.add_body(&body(&code), 11, |a, b| (0..4).fold(a, |x, _| chain.value(x, b)));
            let narrow = narrow(&chain).replace("$a", "$x");
            script.add_body(&body(&format!("(i64.extend_i32_u {narrow})")), 11, |a, b| {
                (0..4).fold(a, |x, _| narrow_value(&chain, x, b).into())
            });
        }
    }
    script.check("chains");
}

/// The same operations of 32 bits.
fn narrow(expr: &Expr) -> String {
    match expr {
        A | B => format!("(i32.wrap_i64 {})", expr.text()),
        Const(value) => format!("(i32.const {:#x})", *value as u32),
        Expr::Op(name, left, right) => format!("(i32.{name} {} {})", narrow(left), narrow(right)),
    }
}

/// What [`narrow`] computes.
fn narrow_value(expr: &Expr, a: u64, b: u64) -> u32 {
    match expr {
        A => a as u32,
        B => b as u32,
        Const(value) => *value as u32,
        Expr::Op("shr_u", left, right) => narrow_value(left, a, b) >> (narrow_value(right, a, b) & 31),
        // The low half of the result only depends on the low halves.
        Expr::Op(name, left, right) => {
            let of = |side: &Expr| Const(narrow_value(side, a, b).into());
            op(name, &of(left), &of(right)).value(0, 0) as u32
        }
    }
}
