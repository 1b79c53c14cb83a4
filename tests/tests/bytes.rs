//! Numbers that are put together from bytes of other numbers or of memory, in all orders and in many forms, and numbers
//! that are nearly so: what an error in following a byte would get wrong. What is expected is computed here.
//!
//! What is loaded lies at the end of memory as well: a load that reads more than the program asks for would trap.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::random::Random;
use wasiaot_tests::{default_options, wast};

/// Bytes of the memory: one page.
const LEN: u64 = 65536;

/// Bytes that differ at its start and its end.
const EDGE: u64 = 32;

/// Where the bytes at its end begin.
const HIGH_EDGE: u64 = LEN - EDGE;

/// Widths of numbers in bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Narrow,
    Wide,
}

impl Width {
    fn bytes(self) -> u32 {
        if self == Self::Narrow { 4 } else { 8 }
    }

    fn cut(self, number: u64) -> u64 {
        if self == Self::Narrow { u64::from(number as u32) } else { number }
    }

    fn name(self) -> &'static str {
        if self == Self::Narrow { "i32" } else { "i64" }
    }
}

/// A number.
#[derive(Clone, Debug)]
enum Expr {
    /// The parameter `$a`, or its low half.
    Param,
    /// So many bytes at this distance from `$p`.
    Load(u32, u64),
    Const(u64),
    Op(&'static str, Box<Expr>, Box<Expr>),
    /// A narrow number as a wide one.
    Extended(Box<Expr>),
}

fn op(name: &'static str, left: Expr, right: Expr) -> Expr {
    Expr::Op(name, Box::new(left), Box::new(right))
}

impl Expr {
    fn text(&self, width: Width) -> String {
        let name = width.name();
        match self {
            Self::Param if width == Width::Narrow => "(i32.wrap_i64 (local.get $a))".to_owned(),
            Self::Param => "(local.get $a)".to_owned(),
            Self::Load(bytes, offset) => {
                let suffix = if *bytes == width.bytes() { String::new() } else { format!("{}_u", bytes * 8) };
                format!("({name}.load{suffix} offset={offset} (local.get $p))")
            }
            Self::Const(number) => format!("({name}.const {number:#x})"),
            Self::Op(op, left, right) => format!("({name}.{op} {} {})", left.text(width), right.text(width)),
            Self::Extended(narrow) => format!("(i64.extend_i32_u {})", narrow.text(Width::Narrow)),
        }
    }

    /// The number, or nothing if a load is not in memory.
    fn value(&self, width: Width, a: u64, p: u64) -> Option<u64> {
        let bits = width.bytes() * 8;
        Some(width.cut(match self {
            Self::Param => a,
            Self::Const(number) => *number,
            Self::Extended(narrow) => narrow.value(Width::Narrow, a, p)?,
            Self::Load(bytes, offset) => {
                let at = p + offset;
                if at + u64::from(*bytes) > LEN {
                    return None;
                }
                (0..u64::from(*bytes)).rev().fold(0, |sum, byte| sum << 8 | u64::from(byte_at(at + byte)))
            }
            Self::Op(op, left, right) => {
                let (left, right) = (left.value(width, a, p)?, right.value(width, a, p)?);
                let by = right as u32 % bits;
                match *op {
                    "and" => left & right,
                    "or" => left | right,
                    "xor" => left ^ right,
                    "add" => left.wrapping_add(right),
                    "shl" => left << by,
                    "shr_u" => left >> by,
                    "rotl" => left << by | left.checked_shr(bits - by).unwrap_or(0),
                    "rotr" => left >> by | left.checked_shl(bits - by).unwrap_or(0),
                    _ => unreachable!("there is no {op}"),
                }
            }
        }))
    }
}

/// What memory has at its start and its end; zeros are between.
fn byte_at(at: u64) -> u8 {
    let edge = match at {
        0..EDGE => at,
        EDGE..HIGH_EDGE => return 0,
        _ => at - HIGH_EDGE + EDGE,
    };
    (edge as u8).wrapping_mul(89).wrapping_add(0x93)
}

/// One byte of a number, moved to a place, in one of the forms that compilers make.
fn moved(random: &mut Random, width: Width, of: &Expr, from: u32, to: u32) -> Expr {
    let size = width.bytes();
    let mask = |at: u32| Expr::Const(0xff << (8 * at));
    // Shifts by more than a number has are by the rest.
    let turns = [0, 0, 1, 3][random.below(4)];
    let by = |bytes: u32| Expr::Const(u64::from(8 * (bytes + turns * size)));
    let of = of.clone();
    match random.below(5) {
        // The outermost bytes need no mask.
        0 if from == 0 && to == size - 1 => op("shl", of, by(to)),
        0 if to == 0 && from == size - 1 => op("shr_u", of, by(from)),
        0 | 1 if from > to => op("and", op("shr_u", of, by(from - to)), mask(to)),
        0 | 1 => op("and", op("shl", of, by(to - from)), mask(to)),
        2 if from > to => op("shr_u", op("and", mask(from), of), by(from - to)),
        2 => op("shl", op("and", of, mask(from)), by(to - from)),
        3 => op("and", mask(to), op("rotl", of, by((size + to - from) % size))),
        _ => op("rotr", op("and", of, mask(from)), by((size + from - to) % size)),
    }
}

/// All of these together, in any order.
fn together(random: &mut Random, mut parts: Vec<Expr>) -> Expr {
    while parts.len() > 1 {
        let one = parts.swap_remove(random.below(parts.len()));
        let other = parts.swap_remove(random.below(parts.len()));
        let name = ["or", "or", "or", "xor", "add"][random.below(5)];
        parts.push(op(name, one, other));
    }
    parts.pop().unwrap_or(Expr::Const(0))
}

/// Bytes of the parameter, mostly in reverse, at some place of a number, sometimes with a mistake.
fn of_param(random: &mut Random, width: Width) -> Expr {
    let size = width.bytes();
    let len = 2 + random.below(size as usize - 1) as u32;
    let first = random.below((size - len) as usize + 1) as u32;
    let low = random.below((size - len) as usize + 1) as u32;
    let mistake = random.below(len as usize * 3) as u32;
    let part = |random: &mut Random, at: u32| {
        let from = if at == mistake { random.below(size as usize) as u32 } else { first + len - 1 - at };
        moved(random, width, &Expr::Param, from, low + at)
    };
    let parts = (0..len).map(|at| part(random, at)).collect();
    together(random, parts)
}

/// As LLVM reverses 32 bits: all at once.
fn rotated(random: &mut Random, of: &Expr) -> Expr {
    let masks = [(0xff_00ff, 8), (0xff00_ff00, 8), (0xff_00ff, 16), (0xffff, 8)];
    let (mask, by) = masks[random.below(6).min(4) % 4];
    let one = op("rotr", op("and", of.clone(), Expr::Const(mask)), Expr::Const(by));
    let other = op("and", op("rotl", of.clone(), Expr::Const(8)), Expr::Const(0xff_00ff));
    together(random, vec![one, other])
}

/// Neighbouring bytes of memory, sometimes with a mistake, in either order.
fn of_memory(random: &mut Random, width: Width) -> Expr {
    let size = width.bytes();
    let len = [2, 4, 8, 3][random.below(4)].min(size);
    let offset = random.below(4) as u64;
    let is_big = random.below(2) == 0;
    let mistake = random.below(8 * len as usize) as u32;
    let mut parts = Vec::new();
    let mut at = 0;
    while at < len {
        // Numbers of more bytes are in the order of memory, or a number of their own.
        let bytes = if is_big { 1 } else { [1, 2, 4][random.below(3)] };
        let bytes = if at + bytes > len { 1 } else { bytes };
        let place = if is_big { len - at - bytes } else { at };
        let place = if at == mistake { random.below(5) as u64 } else { u64::from(place) };
        let load = Expr::Load(bytes, offset + place);
        let is_extended = width == Width::Wide && random.below(2) == 0;
        let load = if is_extended { Expr::Extended(Box::new(load)) } else { load };
        let is_unmoved = at == 0 && random.below(3) > 0;
        let by = Expr::Const(u64::from(8 * at));
        parts.push(if is_unmoved { load } else { op("shl", load, by) });
        at += bytes;
    }
    together(random, parts)
}

/// Functions and calls of them.
#[derive(Default)]
struct Script {
    functions: String,
    commands: String,
    count: usize,
}

impl Script {
    fn add(&mut self, random: &mut Random, width: Width, expr: &Expr) {
        let name = self.count;
        self.count += 1;
        let text = expr.text(width);
        let text = if width == Width::Narrow { format!("(i64.extend_i32_u {text})") } else { text };
        let _ = writeln!(
            self.functions,
            "(func (export \"{name}\") (param $a i64) (param $p i32) (result i64) {text})"
        );
        for p in [0, 3, 17, LEN - 17, LEN - 12, LEN - 10, LEN - 8, LEN - 7, LEN - 5, LEN - 4, LEN - 2] {
            let a = random.next();
            let call = format!("(invoke \"{name}\" (i64.const {a:#x}) (i32.const {p}))");
            let _ = match expr.value(width, a, p) {
                Some(value) => writeln!(self.commands, "(assert_return {call} (i64.const {value:#x}))"),
                None => writeln!(self.commands, "(assert_trap {call} \"out of bounds memory access\")"),
            };
        }
    }

    #[track_caller]
    fn check(&self, name: &str, options: &Options) {
        let edge = |start: u64| {
            let bytes = (start..start + EDGE).map(|at| format!("\\{:02x}", byte_at(at)));
            format!("(data (i32.const {start}) \"{}\")", bytes.collect::<String>())
        };
        let (low, high) = (edge(0), edge(HIGH_EDGE));
        let text = format!("(module (memory 1) {low} {high} {})\n{}", self.functions, self.commands);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        wast::check(&text, name, options, folder);
        assert!(self.count > 100);
    }
}

/// Functions of all kinds.
fn script(seed: u64) -> Script {
    let mut random = Random::new(seed);
    let mut script = Script::default();
    for _ in 0..150 {
        for width in [Width::Narrow, Width::Wide] {
            let random = &mut random;
            let expr = of_param(random, width);
            script.add(random, width, &expr);
            let expr = of_memory(random, width);
            script.add(random, width, &expr);
        }
        let expr = rotated(&mut random, &Expr::Param);
        script.add(&mut random, Width::Narrow, &expr);
        // What was put together, put together again.
        let inner = of_memory(&mut random, Width::Narrow);
        let expr = rotated(&mut random, &inner);
        script.add(&mut random, Width::Narrow, &expr);
        let halves = vec![
            op("shl", Expr::Extended(Box::new(expr)), Expr::Const(32)),
            Expr::Extended(Box::new(of_memory(&mut random, Width::Narrow))),
        ];
        let expr = together(&mut random, halves);
        script.add(&mut random, Width::Wide, &expr);
    }
    script
}

#[test]
fn random_numbers() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    script(seed).check("bytes", &default_options("bytes"));
}

#[test]
fn random_numbers_in_checked_memory() {
    let options = Options { memory_mode: MemoryMode::Checked, ..default_options("bytes-checked") };
    script(2).check("bytes-checked", &options);
}

/// What comes between loads: they are not done later than what can tell.
#[test]
fn between_loads() {
    const SCRIPT: &str = r#"
(module
  (memory $memory 1)
  (memory $other 1)
  (data (i32.const 8) "\11\22\33\44")
  (data (memory $other) (i32.const 8) "\55\66\77\88")
  (global $g (mut i32) (i32.const 0))
  (func (export "store") (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)))
    (i32.store8 (local.get $p) (i32.const 0x99))
    (i32.or (local.get $x) (i32.load8_u offset=1 (local.get $p))))
  (func (export "store behind") (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)))
    (i32.store8 offset=1 (local.get $p) (i32.const 0x99))
    (i32.or (local.get $x) (i32.load8_u offset=1 (local.get $p))))
  (func (export "divide") (param $p i32) (param $by i32) (result i32) (local $x i32) (local $y i32)
    (local.set $x (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)))
    (local.set $y (i32.div_u (i32.const 1) (local.get $by)))
    (i32.add (i32.or (local.get $x) (i32.load8_u offset=1 (local.get $p))) (local.get $y)))
  (func (export "global") (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)))
    (global.set $g (i32.const 7))
    (i32.or (local.get $x) (i32.load8_u offset=1 (local.get $p))))
  (func (export "used twice") (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.load8_u (local.get $p)))
    (i32.mul
      (i32.or (i32.shl (local.get $x) (i32.const 8)) (i32.load8_u offset=1 (local.get $p)))
      (local.get $x)))
  (func (export "part used twice") (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)))
    (i32.mul (i32.or (local.get $x) (i32.load8_u offset=1 (local.get $p))) (local.get $x)))
  (func (export "used later") (param $p i32) (param $q i32) (result i32) (local $x i32) (local $y i32)
    (local.set $x (i32.load8_u (local.get $p)))
    (local.set $y
      (i32.or (i32.shl (local.get $x) (i32.const 8)) (i32.load8_u offset=1 (local.get $p))))
    (if (local.get $q) (then (i32.store8 offset=8 (local.get $p) (local.get $x))))
    (i32.add (local.get $y) (i32.load8_u offset=8 (local.get $p))))
  (func (export "cleared") (param $p i32) (param $q i32) (result i32)
    (i32.or
      (i32.or (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)) (i32.load8_u offset=1 (local.get $p)))
      (i32.and (i32.load8_u (local.get $q)) (i32.const 0xffff00))))
  (func $write (param $p i32)
    (i32.store8 (local.get $p) (i32.const 0x99)))
  (func (export "call") (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)))
    (call $write (local.get $p))
    (i32.or (local.get $x) (i32.load8_u offset=1 (local.get $p))))
  (func (export "branch") (param $p i32) (param $q i32) (result i32) (local $x i32)
    (local.set $x (i32.shl (i32.load8_u (local.get $p)) (i32.const 8)))
    (if (local.get $q) (then (i32.store8 (local.get $p) (i32.const 0x77))))
    (i32.or (local.get $x) (i32.load8_u offset=1 (local.get $p))))
  (func (export "memories") (param $p i32) (result i32)
    (i32.or
      (i32.shl (i32.load8_u $memory (local.get $p)) (i32.const 8))
      (i32.load8_u $other offset=1 (local.get $p))))
  (func (export "addresses") (param $p i32) (param $q i32) (result i32)
    (i32.or
      (i32.shl (i32.load8_u (local.get $p)) (i32.const 8))
      (i32.load8_u offset=1 (local.get $q))))
  (func (export "overlap") (param $p i32) (result i32)
    (i32.or
      (i32.and (i32.load16_u (local.get $p)) (i32.const 0xff))
      (i32.shl (i32.load8_u offset=1 (local.get $p)) (i32.const 8))))
  (func (export "more") (param $p i32) (result i32)
    (i32.or
      (i32.load8_u (local.get $p))
      (i32.and (i32.load16_u offset=0 (local.get $p)) (i32.const 0xff00))))
  (func (export "longer") (param $p i32) (result i32)
    (i32.or
      (i32.load8_u (local.get $p))
      (i32.shl (i32.and (i32.load offset=1 (local.get $p)) (i32.const 0xff)) (i32.const 8))))
  (func (export "signed") (param $p i32) (result i32)
    (i32.or (i32.shl (i32.load8_s (local.get $p)) (i32.const 8)) (i32.load8_u offset=1 (local.get $p))))
  (func (export "wraps") (param $p i32) (result i32)
    (i32.or
      (i32.shl (i32.load8_u (local.get $p)) (i32.const 8))
      (i32.load8_u (i32.add (local.get $p) (i32.const 1)))))
  (func (export "g") (result i32) (global.get $g))
  (func (export "grow") (result i32) (memory.grow (i32.const 65535))))
(assert_return (invoke "store" (i32.const 8)) (i32.const 0x1122))
(assert_return (invoke "store behind" (i32.const 8)) (i32.const 0x9999))
(assert_return (invoke "signed" (i32.const 8)) (i32.const 0xffff9999))
(assert_return (invoke "signed" (i32.const 10)) (i32.const 0x3344))
(assert_return (invoke "used twice" (i32.const 10)) (i32.const 0xa368c))
(assert_return (invoke "part used twice" (i32.const 10)) (i32.const 0xa368c00))
(assert_return (invoke "used later" (i32.const 10) (i32.const 0)) (i32.const 0x3344))
(assert_return (invoke "used later" (i32.const 10) (i32.const 1)) (i32.const 0x3377))
(assert_return (invoke "cleared" (i32.const 10) (i32.const 65535)) (i32.const 0x3344))
(assert_trap (invoke "cleared" (i32.const 10) (i32.const 65536)) "out of bounds memory access")
(assert_return (invoke "memories" (i32.const 10)) (i32.const 0x3388))
(assert_return (invoke "addresses" (i32.const 10) (i32.const 10)) (i32.const 0x3344))
(assert_return (invoke "addresses" (i32.const 10) (i32.const 9)) (i32.const 0x3333))
(assert_return (invoke "overlap" (i32.const 10)) (i32.const 0x4433))
(assert_return (invoke "more" (i32.const 10)) (i32.const 0x4433))
(assert_return (invoke "longer" (i32.const 10)) (i32.const 0x4433))
(assert_trap (invoke "longer" (i32.const 65532)) "out of bounds memory access")
(assert_return (invoke "divide" (i32.const 10) (i32.const 1)) (i32.const 0x3345))
(assert_trap (invoke "divide" (i32.const 65535) (i32.const 0)) "integer divide by zero")
(assert_trap (invoke "divide" (i32.const 65536) (i32.const 0)) "out of bounds memory access")
(assert_trap (invoke "divide" (i32.const 65535) (i32.const 1)) "out of bounds memory access")
(assert_trap (invoke "global" (i32.const 65535)) "out of bounds memory access")
(assert_return (invoke "g") (i32.const 7))
(assert_return (invoke "call" (i32.const 10)) (i32.const 0x3344))
(assert_return (invoke "branch" (i32.const 10) (i32.const 1)) (i32.const 0x9944))
(assert_return (invoke "branch" (i32.const 10) (i32.const 0)) (i32.const 0x7744))
(assert_trap (invoke "wraps" (i32.const -1)) "out of bounds memory access")
(assert_trap (invoke "wraps" (i32.const 65535)) "out of bounds memory access")
"#;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    wast::check(SCRIPT, "bytes-between", &default_options("between"), folder);
}
