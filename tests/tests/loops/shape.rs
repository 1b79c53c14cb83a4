//! Random loops: their text, and what they do.

use std::fmt::Write;
use std::ops::Range;

use wasiaot_tests::random::Random;

use crate::arithmetic::{binary, bounds, compare, unary};
use crate::expression::{Operands, comparison, contribution, expression};
use crate::model::{Call, Memory, Stop};

/// What an array consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
}

const ELEMENTS: [Element; 6] =
    [Element::I8, Element::I16, Element::I32, Element::I64, Element::F32, Element::F64];

impl Element {
    pub(crate) fn bytes(self) -> u32 {
        [1, 2, 4, 8, 4, 8][self as usize]
    }

    /// The wasm type that holds one.
    fn ty(self) -> &'static str {
        ["i32", "i32", "i32", "i64", "f32", "f64"][self as usize]
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Bits of the wasm type.
    pub(crate) fn bits(self) -> u32 {
        if self.ty().ends_with("64") { 64 } else { 32 }
    }

    fn store(self) -> &'static str {
        ["i32.store8", "i32.store16", "i32.store", "i64.store", "f32.store", "f64.store"][self as usize]
    }

    /// Bits of a value of the wasm type. Floats are small whole numbers, not 0: nothing computed of them
    /// is a NaN, whose bits are not specified.
    pub(crate) fn random(self, random: &mut Random) -> u64 {
        let bits = random.next();
        let small = (bits % 99) as u32 + 1;
        match self {
            Self::F32 => u64::from((small as f32).to_bits()),
            Self::F64 => f64::from(small).to_bits(),
            _ if bits.is_multiple_of(3) => u64::from(small),
            Self::I64 => bits,
            _ => bits & 0xffff_ffff,
        }
    }

    pub(crate) fn constant(self, bits: u64) -> String {
        match self {
            Self::F32 => format!("(f32.const {})", f32::from_bits(bits as u32)),
            Self::F64 => format!("(f64.const {})", f64::from_bits(bits)),
            _ => format!("({}.const {bits})", self.ty()),
        }
    }
}

/// What is computed for an element.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// An array's element, some elements on, and some bytes behind that; the bytes in memory, and for integers, whether
    /// signed. Narrow floats are converted, from integers to 32 bits, and from 32 bits to 64.
    Load {
        array: usize,
        ahead: i32,
        behind: u32,
        bytes: u32,
        signed: bool,
    },
    Const(u64),
    Fixed,
    /// The element's number, for 32-bit integers.
    Counter,
    /// What `array`'s element one before was when it was loaded.
    Previous,
    Unary(&'static str, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Shift(&'static str, Box<Expr>, u32),
    /// The absolute value of a 32-bit number.
    Absolute(Box<Expr>),
    /// Three quarters of an integer, computed with floats of 32 bits.
    Scaled(&'static str, Box<Expr>),
    /// The product of floats of 32 bits, computed with 64.
    Wide(Box<[Expr; 2]>),
    /// The first if the third is less than the fourth, else the second.
    Select(&'static str, Box<[Expr; 4]>),
    /// The same, with a branch: only one of the two is computed.
    Branch(&'static str, Box<[Expr; 4]>),
    /// A sum or a difference between bounds, as a number with this many bits, with a sign or without one.
    Saturated(&'static str, u32, bool, Box<[Expr; 2]>),
    /// The lowest bits of a number, with a sign.
    Extended(u32, Box<Expr>),
    /// The first if a set of numbers up to 31 has the third, or the lowest bits of it, else the second.
    Member(u32, Box<[Expr; 3]>),
}

/// Under which condition something is done.
#[derive(Clone, Debug)]
struct Guard {
    first: (&'static str, Box<[Expr; 2]>),
    /// Both, or one of them, or the second one only if the first one holds.
    second: Option<(&'static str, &'static str, Box<[Expr; 2]>)>,
    /// What is stored instead, and taken from what is collected, if the first is all there is and does not hold.
    other: Option<Box<Expr>>,
}

/// How elements are addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Addressing {
    /// Pointers that grow.
    Pointers,
    /// A common counter of elements, scaled.
    Index,
    /// A common counter of bytes that grows up to 0.
    ToZero,
}

/// How iterations are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counting {
    Down,
    NotEqual,
    Less(&'static str),
    Greater(&'static str),
}

/// A loop.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    pub(crate) element: Element,
    /// Elements in an iteration.
    pub(crate) copies: u32,
    addressing: Addressing,
    /// Bytes from one element of each array to the next, and the most bytes of what is accessed there.
    pub(crate) strides: [i32; 3],
    widths: [u32; 3],
    counting: Counting,
    /// What is stored for an element, side by side.
    stored: Vec<Expr>,
    /// What is collected, if anything, and how.
    sum: Option<(&'static str, Expr)>,
    /// Whether all copies compute before the first stores.
    grouped: bool,
    /// Whether distances of elements are added to the address, or constant offsets.
    added: bool,
    carries: bool,
    /// Under which condition an element is stored and collected.
    guard: Option<Guard>,
    /// If the loop is left in the middle: how many of an iteration's elements come before that, in the iteration before.
    early: Option<u32>,
}

pub(crate) fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len())]
}

impl Loop {
    pub(crate) fn random(random: &mut Random) -> Self {
        let element = pick(random, &ELEMENTS);
        let copies = pick(random, &[1, 1, 1, 2, 3, 4, 5]);
        let addressing = pick(random, &[Addressing::Pointers, Addressing::Index, Addressing::ToZero]);
        let mut counting = pick(
            random,
            &[
                Counting::Down,
                Counting::NotEqual,
                Counting::Less("lt_u"),
                Counting::Less("lt_s"),
                Counting::Greater("gt_s"),
                Counting::Greater("gt_u"),
            ],
        );
        if addressing == Addressing::ToZero {
            counting = Counting::NotEqual;
        }
        let carries = copies == 1 && random.below(5) == 0;
        let mut widths = [element.bytes(); 3];
        if addressing != Addressing::ToZero {
            for width in &mut widths[1..] {
                if element.is_float() {
                    let narrow = if element == Element::F64 { 4 } else { pick(random, &[1, 2]) };
                    *width = pick(random, &[element.bytes(), element.bytes(), narrow]);
                    continue;
                }
                let widest = pick(random, &[element.bits() / 8, element.bytes()]);
                *width = pick(random, &[1, 2, widest, element.bytes(), element.bytes()]);
            }
        }
        let mut together = 1;
        let mut strides = widths.map(u32::cast_signed);
        if addressing != Addressing::ToZero && random.below(4) == 0 {
            together = pick(random, &[1, 1, 1, 1, 2, 3, 4]);
            let directions: &[i32] = pick(random, &[&[1], &[1], &[-1], &[-1, 1]]);
            let apart: &[i32] = pick(random, &[&[1], &[1, 2, 3, 4], &[2, 3, 4, 5]]);
            strides[0] *= together;
            for stride in &mut strides[1..] {
                *stride *= pick(random, apart);
            }
            strides = strides.map(|stride| stride * pick(random, directions));
        }
        let operands = Operands { element, strides, widths, carries };
        let generate = |random: &mut Random| expression(random, operands, 3);
        let sums = !matches!(element, Element::I8 | Element::I16) && random.below(3) == 0;
        let members = if !sums || random.below(3) == 0 { together } else { 0 };
        let mut stored: Vec<Expr> = (0..members).map(|_| generate(random)).collect();
        if element == Element::F32 && strides == [4; 3] && random.below(3) == 0 {
            stored = vec![Expr::Wide(Box::new([generate(random), generate(random)]))];
        }
        let ops: &[&str] = match element {
            _ if element.is_float() => &["min", "max"],
            _ => &["add", "add", "xor", "and", "or", "min", "max"],
        };
        let sum = sums.then(|| match element {
            Element::I32 if random.below(2) == 0 => ("add", contribution(random, operands)),
            _ => (pick(random, ops), generate(random)),
        });
        let guard = (random.below(4) == 0).then(|| Guard::random(random, operands));
        let grouped = random.below(3) == 0;
        let added = random.below(2) == 0;
        let early = match random.below(4) {
            0 if grouped => Some(pick(random, &[0, copies])),
            0 => Some(random.below(copies as usize + 1) as u32),
            _ => None,
        };
        Self {
            element,
            copies,
            addressing,
            strides,
            widths,
            counting,
            stored,
            sum,
            grouped,
            added,
            carries,
            guard,
            early,
        }
    }

    pub(crate) fn sum_type(&self) -> &'static str {
        self.element.ty()
    }

    /// A constant of what is collected.
    pub(crate) fn sum_constant(&self, bits: u64) -> String {
        self.element.constant(bits)
    }

    /// What the sum is before the loop.
    fn first_sum(&self) -> u64 {
        match self.element {
            Element::F32 => u64::from(77f32.to_bits()),
            Element::F64 => 77f64.to_bits(),
            _ => 77,
        }
    }

    /// The loop as a function with export `loopN`.
    pub(crate) fn function(&self, number: usize) -> String {
        let ty = self.element.ty();
        let sum_ty = self.sum_type();
        let mut body = String::new();
        if self.addressing == Addressing::Pointers {
            for (array, stride) in ["$out", "$a", "$b"].into_iter().zip(self.strides) {
                let step = self.copies as i32 * stride;
                let _ =
                    writeln!(body, "(local.set {array} (i32.add (local.get {array}) (i32.const {step})))");
            }
        }
        let _ = writeln!(body, "(local.set $i (i32.add (local.get $i) (i32.const {})))", self.counter_step());
        let first = self.elements(0..self.early.unwrap_or(0));
        let others = self.elements(self.early.unwrap_or(0)..self.copies);
        let again = match self.early {
            Some(_) => format!("(br_if $done (i32.eqz {})) {first} (br $next)", self.condition()),
            None => format!("(br_if $next {})", self.condition()),
        };
        let first_sum = self.sum_constant(self.first_sum());
        let values = 0..self.copies * self.stored.len() as u32;
        let values: String = values.map(|value| format!("(local $v{value} {ty}) ")).collect();
        format!(
            "(func $loop{number} (export \"loop{number}\") (param $out i32) (param $a i32) (param $b i32) (param $n i32) \
             (param $fixed {ty}) (result {sum_ty}) (local $i i32) (local $end i32) (local $sum {sum_ty}) (local $number i32) (local $sign i32) \
             (local $previous {ty}) (local $collected {ty}) {values}\n\
             (local.set $sum {first_sum}) (local.set $previous (local.get $fixed))\n\
             (block $done (br_if $done (i32.eqz (local.get $n)))\n{}{first}(loop $next\n{others}{body}{again}))\n\
             (local.get $sum))\n",
            self.preparation()
        )
    }

    /// What an iteration does with some of its elements.
    fn elements(&self, copies: Range<u32>) -> String {
        let sum_ty = self.sum_type();
        let mut body = String::new();
        for copy in copies.clone() {
            let (open, close) = match &self.guard {
                Some(guard) if !self.grouped => self.guard(guard, copy),
                _ => Default::default(),
            };
            body.push_str(&open);
            for (member, stored) in (0..).zip(&self.stored) {
                let value = self.text(stored, copy);
                let _ = match self.grouped {
                    true => writeln!(body, "(local.set {} {value})", self.local(copy, member)),
                    false => writeln!(body, "{}", self.store(copy, member, &value)),
                };
            }
            if let Some((op, expr)) = &self.sum {
                let value = self.text(expr, copy);
                let _ = match *op {
                    "min" | "max" => {
                        let less = if *op == "min" { "lt" } else { "gt" };
                        let sign = if self.element.is_float() { "" } else { "_s" };
                        let is_less =
                            format!("({sum_ty}.{less}{sign} (local.get $collected) (local.get $sum))");
                        let take = match self.grouped {
                            true => format!("(if {is_less} (then (local.set $sum (local.get $collected))))"),
                            false => format!(
                                "(local.set $sum (select (local.get $collected) (local.get $sum) {is_less}))"
                            ),
                        };
                        writeln!(body, "(local.set $collected {value}) {take}")
                    }
                    _ => writeln!(body, "(local.set $sum ({sum_ty}.{op} {value} (local.get $sum)))"),
                };
            }
            body.push_str(&close);
            if self.carries {
                let _ = writeln!(body, "(local.set $previous {})", self.text(&self.carried(), copy));
            }
        }
        for copy in copies.filter(|_| self.grouped) {
            for member in 0..self.stored.len() as u32 {
                let value = format!("(local.get {})", self.local(copy, member));
                let _ = writeln!(body, "{}", self.store(copy, member, &value));
            }
        }
        body
    }

    /// What is done if a condition does not hold.
    fn otherwise(&self, guard: &Guard, copy: u32) -> String {
        let Some(other) = &guard.other else { return String::new() };
        let (value, ty) = (self.text(other, copy), self.element.ty());
        let members = 0..self.stored.len() as u32;
        let store: String = members.map(|member| self.store(copy, member, &value)).collect();
        let collect = match self.sum {
            Some(("add", _)) => format!("(local.set $sum ({ty}.sub (local.get $sum) {value}))"),
            _ => String::new(),
        };
        format!("(else {store} {collect})")
    }

    /// What is before and behind what is done under a condition.
    fn guard(&self, guard: &Guard, copy: u32) -> (String, String) {
        let ty = self.element.ty();
        let compare = |op: &str, args: &[Expr; 2]| {
            let [left, right] = [0, 1].map(|arg| self.text(&args[arg], copy));
            format!("({ty}.{op} {left} {right})")
        };
        let first = compare(guard.first.0, &guard.first.1);
        match &guard.second {
            None => (format!("(if {first} (then\n"), format!(") {})", self.otherwise(guard, copy))),
            Some(("if", op, args)) => {
                (format!("(if {first} (then (if {} (then\n", compare(op, args)), "))))".to_owned())
            }
            Some((both, op, args)) => {
                (format!("(if (i32.{both} {first} {}) (then\n", compare(op, args)), "))".to_owned())
            }
        }
    }

    /// The variable for what is stored later.
    fn local(&self, copy: u32, member: u32) -> String {
        format!("$v{}", copy * self.stored.len() as u32 + member)
    }

    fn store(&self, copy: u32, member: u32, value: &str) -> String {
        let address = self.address(0, copy as i32, member * self.element.bytes());
        format!("({} {address} {value})", self.element.store())
    }

    /// What is carried from one element to the next.
    fn carried(&self) -> Expr {
        Expr::Load { array: 1, ahead: 0, behind: 0, bytes: self.carried_bytes(), signed: false }
    }

    /// Bytes of what is carried from one element to the next.
    fn carried_bytes(&self) -> u32 {
        self.element.bytes().min(self.widths[1])
    }

    fn counter_step(&self) -> u32 {
        match self.addressing {
            Addressing::ToZero => self.copies * self.element.bytes(),
            _ => self.copies,
        }
    }

    /// What is computed before the loop.
    fn preparation(&self) -> String {
        let elements = format!("(i32.mul (local.get $n) (i32.const {}))", self.copies);
        let mut text = format!("(local.set $end {elements})\n");
        if self.addressing == Addressing::ToZero {
            let bytes = format!("(i32.mul {elements} (i32.const {}))", self.element.bytes());
            for array in ["$out", "$a", "$b"] {
                let _ = writeln!(text, "(local.set {array} (i32.add (local.get {array}) {bytes}))");
            }
            let _ = writeln!(text, "(local.set $i (i32.sub (i32.const 0) {bytes}))");
        }
        text
    }

    fn condition(&self) -> String {
        match self.counting {
            _ if self.addressing == Addressing::ToZero => "(local.get $i)".to_owned(),
            Counting::Down => "(local.tee $n (i32.sub (local.get $n) (i32.const 1)))".to_owned(),
            Counting::NotEqual => "(i32.ne (local.get $i) (local.get $end))".to_owned(),
            Counting::Less(op) => format!("(i32.{op} (local.get $i) (local.get $end))"),
            Counting::Greater(op) => {
                format!("(i32.{op} (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (i32.const 0))")
            }
        }
    }

    /// The address operand of an access and its offset.
    fn address(&self, array: usize, elements: i32, behind: u32) -> String {
        let name = ["$out", "$a", "$b"][array];
        let stride = self.strides[array];
        let distance = elements * stride + behind as i32;
        let base = match self.addressing {
            Addressing::Pointers => format!("(local.get {name})"),
            Addressing::Index if stride.count_ones() == 1 => format!(
                "(i32.add (local.get {name}) (i32.shl (local.get $i) (i32.const {})))",
                stride.trailing_zeros()
            ),
            Addressing::Index => {
                format!("(i32.add (local.get {name}) (i32.mul (local.get $i) (i32.const {stride})))")
            }
            Addressing::ToZero => format!("(i32.add (local.get $i) (local.get {name}))"),
        };
        if self.added || distance < 0 {
            format!("(i32.add {base} (i32.const {distance}))")
        } else {
            format!("offset={distance} {base}")
        }
    }

    fn text(&self, expr: &Expr, copy: u32) -> String {
        let ty = self.element.ty();
        match expr {
            Expr::Load { array, ahead, behind, bytes, signed } => {
                let address = self.address(*array, copy as i32 + ahead, *behind);
                let sign = if *signed { "s" } else { "u" };
                match (self.element, *bytes) {
                    (Element::F64, 4) => format!("(f64.promote_f32 (f32.load {address}))"),
                    (Element::F32, 1 | 2) => {
                        format!("(f32.convert_i32_{sign} (i32.load{}_{sign} {address}))", bytes * 8)
                    }
                    _ if *bytes * 8 == self.element.bits() => format!("({ty}.load {address})"),
                    _ => format!("({ty}.load{}_{sign} {address})", bytes * 8),
                }
            }
            Expr::Scaled(sign, arg) => format!(
                "(i32.trunc_sat_f32_{sign} (f32.mul (f32.convert_i32_{sign} {}) (f32.const 0.75)))",
                self.text(arg, copy)
            ),
            Expr::Wide(args) => {
                let [left, right] = [0, 1].map(|arg| self.text(&args[arg], copy));
                format!("(f32.demote_f64 (f64.mul (f64.promote_f32 {left}) (f64.promote_f32 {right})))")
            }
            Expr::Const(bits) => self.element.constant(*bits),
            Expr::Fixed => "(local.get $fixed)".to_owned(),
            // In bytes where the loop counts them.
            Expr::Counter => {
                let ahead = match self.addressing {
                    Addressing::ToZero => copy * self.element.bytes(),
                    _ => copy,
                };
                format!("(i32.add (local.get $i) (i32.const {ahead}))")
            }
            Expr::Previous => "(local.get $previous)".to_owned(),
            Expr::Unary(op, arg) => format!("({ty}.{op} {})", self.text(arg, copy)),
            Expr::Binary(op, left, right) => {
                format!("({ty}.{op} {} {})", self.text(left, copy), self.text(right, copy))
            }
            Expr::Shift(op, arg, amount) => {
                format!("({ty}.{op} {} ({ty}.const {amount}))", self.text(arg, copy))
            }
            Expr::Absolute(arg) => {
                let sign = "(local.tee $sign (i32.shr_s (local.get $number) (i32.const 31)))";
                let number = format!("(local.tee $number {})", self.text(arg, copy));
                format!("(i32.sub (i32.xor {number} {sign}) (local.get $sign))")
            }
            Expr::Select(op, args) => {
                let [yes, no, left, right] = [0, 1, 2, 3].map(|arg| self.text(&args[arg], copy));
                format!("(select {yes} {no} ({ty}.{op} {left} {right}))")
            }
            Expr::Branch(op, args) => {
                let [yes, no, left, right] = [0, 1, 2, 3].map(|arg| self.text(&args[arg], copy));
                format!("(if (result {ty}) ({ty}.{op} {left} {right}) (then {yes}) (else {no}))")
            }
            Expr::Extended(bits, arg) => format!("({ty}.extend{bits}_s {})", self.text(arg, copy)),
            Expr::Member(set, args) => {
                let [yes, no, number] = [0, 1, 2].map(|arg| self.text(&args[arg], copy));
                format!("(select {yes} {no} (i32.and (i32.shl (i32.const 1) {number}) (i32.const {set})))")
            }
            Expr::Saturated(op, bits, signed, args) => {
                let [left, right] = [0, 1].map(|arg| self.text(&args[arg], copy));
                let [low, high] = bounds(*bits, *signed);
                let number = format!("(i32.{op} {left} {right})");
                // What is computed twice is one value.
                let low =
                    format!("(select {number} (i32.const {low}) (i32.gt_s {number} (i32.const {low})))");
                format!("(select {low} (i32.const {high}) (i32.lt_s {low} (i32.const {high})))")
            }
        }
    }

    /// What a call returns, and does to the memory.
    pub(crate) fn run(&self, call: &Call, memory: &mut Memory) -> Result<u64, Stop> {
        let mut sum = self.first_sum();
        let mut previous = call.fixed;
        let bytes = self.element.bytes();
        let mask = |bits: u64| if self.element.bits() == 64 { bits } else { bits & 0xffff_ffff };
        for iteration in 0..call.iterations {
            let mut values = Vec::new();
            for copy in 0..self.copies {
                let mut at = At { looped: self, call, memory: &mut *memory, iteration, copy, previous };
                let is_done = match &self.guard {
                    Some(guard) if !self.grouped => at.holds(guard)?,
                    _ => true,
                };
                let other = self.guard.as_ref().filter(|guard| !is_done && guard.second.is_none());
                if let Some(other) = other.and_then(|guard| guard.other.as_deref()) {
                    for member in 0..self.stored.len() as u32 {
                        let value = at.value(other)?;
                        let address = at.address(0, 0, member * bytes);
                        at.memory.store(address, bytes, value)?;
                    }
                    if let Some(("add", _)) = self.sum {
                        sum = mask(sum.wrapping_sub(at.value(other)?));
                    }
                }
                for (member, stored) in (0..).zip(&self.stored).filter(|_| is_done) {
                    let value = at.value(stored)?;
                    if self.grouped {
                        values.push((copy, member, value));
                    } else {
                        let address = at.address(0, 0, member * bytes);
                        at.memory.store(address, bytes, value)?;
                    }
                }
                if let Some((op, expr)) = self.sum.as_ref().filter(|_| is_done) {
                    let value = at.value(expr)?;
                    sum = match *op {
                        "add" => mask(value.wrapping_add(sum)),
                        "xor" => value ^ sum,
                        "and" => value & sum,
                        "min" if compare(self.element, "lt_s", value, sum) => value,
                        "max" if compare(self.element, "gt_s", value, sum) => value,
                        "min" | "max" => sum,
                        _ => value | sum,
                    };
                }
                if self.carries {
                    previous = at.compute(&self.carried())?;
                }
            }
            for (copy, member, value) in values {
                let at = At { looped: self, call, memory: &mut *memory, iteration, copy, previous };
                let address = at.address(0, 0, member * bytes);
                memory.store(address, bytes, value)?;
            }
        }
        Ok(sum)
    }
}

/// One element of a call.
struct At<'a> {
    looped: &'a Loop,
    call: &'a Call,
    memory: &'a mut Memory,
    iteration: u32,
    copy: u32,
    previous: u64,
}

impl At<'_> {
    /// Where an array's element is, some elements on from this one, and some bytes behind it.
    fn address(&self, array: usize, ahead: i32, behind: u32) -> u64 {
        let stride = self.looped.strides[array];
        let distance = (self.copy as i32 + ahead) * stride + behind as i32;
        let moved = (self.iteration * self.looped.copies) as i32 * stride;
        let base = self.call.arrays[array].wrapping_add_signed(moved);
        // Constant offsets are not subject to wrapping.
        if self.looped.added || distance < 0 {
            u64::from(base.wrapping_add_signed(distance))
        } else {
            u64::from(base) + u64::from(distance.unsigned_abs())
        }
    }

    fn compares(&mut self, op: &str, args: &[Expr; 2]) -> Result<bool, Stop> {
        let left = self.value(&args[0])?;
        Ok(compare(self.looped.element, op, left, self.value(&args[1])?))
    }

    fn holds(&mut self, guard: &Guard) -> Result<bool, Stop> {
        let first = self.compares(guard.first.0, &guard.first.1)?;
        match &guard.second {
            None => Ok(first),
            Some(("if", ..)) if !first => Ok(false),
            Some((both, op, args)) => {
                let second = self.compares(op, args)?;
                Ok(if *both == "or" { first | second } else { first & second })
            }
        }
    }

    fn value(&mut self, expr: &Expr) -> Result<u64, Stop> {
        let bits = self.compute(expr)?;
        let is_nan = match self.looped.element {
            Element::F32 => f32::from_bits(bits as u32).is_nan(),
            Element::F64 => f64::from_bits(bits).is_nan(),
            _ => false,
        };
        if is_nan { Err(Stop::Nan) } else { Ok(bits) }
    }

    fn compute(&mut self, expr: &Expr) -> Result<u64, Stop> {
        let element = self.looped.element;
        let all = if element.bits() == 64 { u64::MAX } else { 0xffff_ffff };
        Ok(match expr {
            Expr::Load { array, ahead, behind, bytes, signed } => {
                let address = self.address(*array, *ahead, *behind);
                let bits = self.memory.load(address, *bytes)?;
                let unused = 64 - 8 * bytes;
                let number =
                    if *signed { (bits << unused).cast_signed() >> unused } else { bits.cast_signed() };
                match (element, *bytes) {
                    (Element::F64, 4) => f64::from(f32::from_bits(bits as u32)).to_bits(),
                    (Element::F32, 1 | 2) => u64::from((number as f32).to_bits()),
                    _ => number.cast_unsigned() & all,
                }
            }
            Expr::Scaled(sign, arg) => {
                let number = self.value(arg)? as u32;
                u64::from(match *sign {
                    "s" => ((number.cast_signed() as f32 * 0.75) as i32).cast_unsigned(),
                    _ => (number as f32 * 0.75) as u32,
                })
            }
            Expr::Wide(args) => {
                let mut product = 1.0;
                for arg in args.iter() {
                    product *= f64::from(f32::from_bits(self.value(arg)? as u32));
                }
                u64::from((product as f32).to_bits())
            }
            Expr::Const(bits) => *bits,
            Expr::Fixed => self.call.fixed,
            Expr::Counter => {
                let number = self.iteration * self.looped.copies + self.copy;
                let total = self.call.iterations * self.looped.copies;
                u64::from(match self.looped.addressing {
                    Addressing::ToZero => number.wrapping_sub(total).wrapping_mul(element.bytes()),
                    _ => number,
                })
            }
            Expr::Previous => self.previous,
            Expr::Unary(op, arg) => unary(element, op, self.value(arg)?),
            Expr::Binary(op, left, right) => {
                let left = self.value(left)?;
                binary(element, op, left, self.value(right)?)
            }
            Expr::Absolute(arg) => {
                u64::from((self.value(arg)? as u32).cast_signed().wrapping_abs().cast_unsigned())
            }
            Expr::Shift(op, arg, amount) => binary(element, op, self.value(arg)?, u64::from(*amount)),
            Expr::Select(op, args) => {
                let mut values = [0; 4];
                for (value, arg) in values.iter_mut().zip(args.iter()) {
                    *value = self.value(arg)?;
                }
                let [yes, no, left, right] = values;
                if compare(element, op, left, right) { yes } else { no }
            }
            Expr::Branch(op, args) => {
                let left = self.value(&args[2])?;
                let right = self.value(&args[3])?;
                self.value(&args[usize::from(!compare(element, op, left, right))])?
            }
            Expr::Extended(bits, arg) => {
                let unused = 64 - bits;
                ((self.value(arg)? << unused).cast_signed() >> unused).cast_unsigned() & all
            }
            Expr::Member(set, args) => {
                let mut values = [0; 3];
                for (value, arg) in values.iter_mut().zip(args.iter()) {
                    *value = self.value(arg)?;
                }
                values[usize::from(set >> (values[2] % 32) & 1 == 0)]
            }
            Expr::Saturated(op, bits, signed, args) => {
                let left = self.value(&args[0])?;
                let number = binary(element, op, left, self.value(&args[1])?);
                let [low, high] = bounds(*bits, *signed);
                u64::from((number as i32).max(low).min(high).cast_unsigned())
            }
        })
    }
}

impl Guard {
    fn random(random: &mut Random, operands: Operands) -> Self {
        let comparison = |random: &mut Random| {
            let op = comparison(random, operands.element);
            // Mostly what narrow lanes can compare.
            let depth = u32::from(operands.element.bytes() >= 4);
            (op, Box::new([0, 1].map(|_| expression(random, operands, depth))))
        };
        let first = comparison(random);
        let second = (random.below(2) == 0).then(|| {
            let both = pick(random, &["and", "or", "if"]);
            let (op, args) = comparison(random);
            (both, op, args)
        });
        let other = (random.below(2) == 0).then(|| Box::new(expression(random, operands, 1)));
        Self { first, second, other }
    }
}
