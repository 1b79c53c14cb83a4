//! Pass `products`: 128-bit products of 64-bit numbers that are put together from halves.
//!
//! WebAssembly has no such product, so that compilers call a function (`__multi3`), and libraries have code of
//! their own: four products of 32-bit halves, and sums that carry. Processors have an instruction. Where
//! calls have become bodies, this pass finds the high half of the product, and the low half that goes with it.
//!
//! **Why it is sound.** Let `h` = 2³², and `a = a₁h + a₀`, `b = b₁h + b₀` with all parts less than `h`. Then
//! `ab = p₃h² + (p₁ + p₂)h + p₀` with `p₀ = a₀b₀`, `p₃ = a₁b₁`, and with `p₁` and `p₂` as `a₀b₁` and `a₁b₀`
//! or the other way round. Each `p` is at most `(h − 1)²`, so that the sum of one and two numbers less than `h`
//! is at most `h² − 1` and does not wrap at 2⁶⁴ = `h²`. With `⌊x⌋` for `x >> 32` and `{x}` for `x mod h`,
//! so that `x = ⌊x⌋h + {x}`, the high half, `⌊ab / h²⌋`, is each of the following:
//!
//! 1. `p₃ + ⌊m⌋ + ⌊n⌋` with `m = ⌊p₀⌋ + p₁` and `n = {m} + p₂`:
//!    `ab = p₃h² + (p₁ + p₂ + ⌊p₀⌋)h + {p₀}`, and the sum in brackets is `m + p₂ = ⌊m⌋h + n`, with `n = ⌊n⌋h + {n}`.
//!    What is left, `{n}h + {p₀}`, is less than `h²`.
//! 2. `p₃ + ⌊p₁⌋ + ⌊n⌋` with `n = ⌊p₀⌋ + {p₁} + p₂`: the sum in brackets is `⌊p₁⌋h + n`.
//! 3. `p₃ + ⌊p₁⌋ + ⌊p₂⌋ + ⌊n⌋` with `n = ⌊p₀⌋ + {p₁} + {p₂}`: it is `(⌊p₁⌋ + ⌊p₂⌋)h + n`.
//!
//! All sums within are matched whole. The outer one is a sum modulo 2⁶⁴ and may have more terms, which are kept, and
//! added to the high half. If two of these are `a·(b >> 63)` and `(a >> 63)·b` with shifts that copy the
//! sign, the sum of the three is the high half of the product of `a` and `b` as numbers with signs: that one is less
//! by `b` if `a` is negative, and by `a` if `b` is, and these shifts are −1 then and otherwise 0.
//!
//! The low half is `(x << 32) | {p₀}` or `(x << 32) + {p₀}`, where the low 32 bits of `x` are those of
//! `⌊p₀⌋ + p₁ + p₂`: modulo `h²`, that is `(p₁ + p₂)h + p₀`.
//!
//! It comes before Cranelift's optimizations, which drop what is no longer used, and could rewrite the sums in
//! other ways. A function without a product of two high halves is left at once; otherwise each sum is taken
//! apart into at most [`MOST_TERMS`] terms.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{Block, Function, Inst, InstBuilder, InstructionData, Opcode, Value, types};

use crate::codegen::pass::values::{become_value, constant, definition};

/// Terms of a sum that are looked at.
const MOST_TERMS: usize = 8;

/// The low half of a number.
const LOW: i64 = 0xffff_ffff;

/// Makes the products of a function.
pub(crate) fn find(func: &mut Function) {
    let blocks: Vec<Block> = func.layout.blocks().collect();
    let mut insts = blocks.iter().flat_map(|&block| func.layout.block_insts(block));
    if !insts.any(|inst| high_factors(func, inst).is_some()) {
        return;
    }
    func.dfg.resolve_all_aliases();
    for block in blocks {
        let mut halves: BTreeMap<Factors, Vec<Half>> = BTreeMap::new();
        let mut found = BTreeSet::new();
        for inst in func.layout.block_insts(block) {
            if let Some((factors, half)) = half(func, inst, &found) {
                found.insert(func.dfg.first_result(inst));
                halves.entry(factors).or_default().push(half);
            }
        }
        for (factors, halves) in halves {
            replace(func, factors, &halves);
        }
    }
}

/// The two numbers of a product, the one that was made first in front.
type Factors = (Value, Value);

/// An instruction whose result has half of a product in it.
struct Half {
    inst: Inst,
    is: Is,
}

enum Is {
    Low,
    /// With the other terms of the sum.
    High(Signs, Vec<Value>),
}

impl Is {
    /// Whether a high half is one with signs; the low one has none.
    fn signs(&self) -> Option<Signs> {
        match *self {
            Self::Low => None,
            Self::High(signs, _) => Some(signs),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signs {
    Without,
    With,
}

/// What an instruction has of which product. Sums that were found stay terms of others.
fn half(func: &Function, inst: Inst, found: &BTreeSet<Value>) -> Option<(Factors, Half)> {
    let InstructionData::Binary { opcode, args: [left, right] } = func.dfg.insts[inst] else { return None };
    let result = func.dfg.first_result(inst);
    if !matches!(opcode, Opcode::Iadd | Opcode::Bor) || !is_whole(func, result) {
        return None;
    }
    if let Some(factors) = low_half(func, left, right).or_else(|| low_half(func, right, left)) {
        let (a, b) = factors;
        return Some(((a.min(b), a.max(b)), Half { inst, is: Is::Low }));
    }
    if opcode != Opcode::Iadd {
        return None;
    }
    let terms = terms(func, result, found);
    let product_of = |&term: &Value| {
        let (a, b) = high_factors(func, func.dfg.value_def(term).inst()?)?;
        let factors = Factored { func, a, b };
        let mut rest = without(&terms, term)?;
        factors.take_carries(&mut rest).then_some((factors, rest))
    };
    let (factors, mut rest) = terms.iter().find_map(product_of)?;
    let signs = if factors.take(&mut rest, SIGNS) { Signs::With } else { Signs::Without };
    Some(((factors.a.min(factors.b), factors.a.max(factors.b)), Half { inst, is: Is::High(signs, rest) }))
}

/// The terms of a sum, or the value itself. What is in `whole` is a term, unless it is the sum.
fn terms(func: &Function, sum: Value, whole: &BTreeSet<Value>) -> Vec<Value> {
    let mut terms = vec![sum];
    let mut at = 0;
    while let Some(&term) = terms.get(at) {
        match definition(func, term) {
            Some(InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] })
                if terms.len() < MOST_TERMS && !whole.contains(&term) =>
            {
                terms[at] = left;
                terms.insert(at + 1, right);
            }
            _ => at += 1,
        }
    }
    terms
}

/// All but one of the terms.
fn without(terms: &[Value], term: Value) -> Option<Vec<Value>> {
    let at = terms.iter().position(|&other| other == term)?;
    let mut rest = terms.to_vec();
    rest.remove(at);
    Some(rest)
}

/// `x` of `x >> 32`.
fn high(func: &Function, value: Value) -> Option<Value> {
    shifted(func, value, Opcode::Ushr, 32)
}

/// `x` of `x >> 63`, with the sign.
fn sign(func: &Function, value: Value) -> Option<Value> {
    shifted(func, value, Opcode::Sshr, 63)
}

/// `x` of a shift by a constant.
fn shifted(func: &Function, value: Value, shift: Opcode, by: i64) -> Option<Value> {
    match definition(func, value)? {
        InstructionData::Binary { opcode, args: [shifted, amount] } => {
            let is_it = opcode == shift && is_whole(func, value);
            (is_it && constant(func, amount) == Some(by)).then_some(shifted)
        }
        _ => None,
    }
}

/// `x` of `x mod 2³²`.
fn low(func: &Function, value: Value) -> Option<Value> {
    match definition(func, value)? {
        InstructionData::Binary { opcode: Opcode::Band, args: [left, right] } if is_whole(func, value) => {
            match (constant(func, left), constant(func, right)) {
                (_, Some(LOW)) => Some(left),
                (Some(LOW), _) => Some(right),
                _ => None,
            }
        }
        InstructionData::Unary { opcode: Opcode::Uextend, arg } => match definition(func, arg)? {
            InstructionData::Unary { opcode: Opcode::Ireduce, arg: whole } => {
                let is_half = func.dfg.value_type(arg) == types::I32;
                (is_half && is_whole(func, whole) && is_whole(func, value)).then_some(whole)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether a number has 64 bits.
fn is_whole(func: &Function, value: Value) -> bool {
    func.dfg.value_type(value) == types::I64
}

/// `x` and `y` of `x · y`.
fn product(func: &Function, value: Value) -> Option<Factors> {
    match definition(func, value)? {
        InstructionData::Binary { opcode: Opcode::Imul, args: [left, right] } => Some((left, right)),
        _ => None,
    }
}

/// `a` and `b` of an instruction that is `(a >> 32) · (b >> 32)`.
fn high_factors(func: &Function, inst: Inst) -> Option<Factors> {
    match func.dfg.insts[inst] {
        InstructionData::Binary { opcode: Opcode::Imul, args: [left, right] } => {
            Some((high(func, left)?, high(func, right)?))
        }
        _ => None,
    }
}

/// `a` and `b` if the low half of their product is the sum of `x << 32` and `{p₀}`, as these two values.
fn low_half(func: &Function, above: Value, below: Value) -> Option<Factors> {
    let (left, right) = product(func, low(func, below)?)?;
    let factors = Factored { func, a: low(func, left)?, b: low(func, right)? };
    let mut terms = terms(func, shifted(func, above, Opcode::Ishl, 32)?, &BTreeSet::new());
    // Below 2³², a term is what it is the remainder of.
    while let Some(at) = terms.iter().position(|&term| low(func, term).is_some()) {
        let whole = self::terms(func, low(func, terms[at])?, &BTreeSet::new());
        terms.splice(at..=at, whole);
        if terms.len() > MOST_TERMS {
            return None;
        }
    }
    (factors.take(&mut terms, MIDDLE) && terms.is_empty()).then_some((factors.a, factors.b))
}

/// What a value is made of. The letters are those of the argument at the top.
enum Shape {
    /// `a₀b₀`
    P0,
    /// `a₀b₁`
    P1,
    /// `a₁b₀`
    P2,
    /// `⌊x⌋`
    High(&'static Shape),
    /// `{x}`
    Low(&'static Shape),
    /// A sum of all these.
    Sum(&'static [Shape]),
    /// `a·(b >> 63)`, with the sign
    AIfB,
    /// `(a >> 63)·b`, with the sign
    BIfA,
}

use Shape::{AIfB, BIfA, High, Low, P0, P1, P2, Sum};

/// `m`.
const M: Shape = Sum(&[High(&P0), P1]);

/// What makes the high half with `p₃`, for one order of the factors.
const CARRIES: [&[Shape]; 3] = [
    &[High(&M), High(&Sum(&[Low(&M), P2]))],
    &[High(&P1), High(&Sum(&[High(&P0), Low(&P1), P2]))],
    &[High(&P1), High(&P2), High(&Sum(&[High(&P0), Low(&P1), Low(&P2)]))],
];

/// What the low half has above `{p₀}`.
const MIDDLE: &[Shape] = &[High(&P0), P1, P2];

/// What makes signs of the high half.
const SIGNS: &[Shape] = &[AIfB, BIfA];

/// A function and two factors in it.
#[derive(Clone, Copy)]
struct Factored<'f> {
    func: &'f Function,
    a: Value,
    b: Value,
}

impl Factored<'_> {
    /// Takes the terms out that make the high half with `p₃`; false, and nothing done, if they are not all there.
    fn take_carries(self, terms: &mut Vec<Value>) -> bool {
        let swapped = Self { a: self.b, b: self.a, ..self };
        CARRIES.iter().any(|carries| self.take(terms, carries) || swapped.take(terms, carries))
    }

    /// Takes one term of each shape out; false, and nothing done, if they are not all there.
    fn take(self, terms: &mut Vec<Value>, shapes: &[Shape]) -> bool {
        let mut rest = terms.clone();
        let all = shapes.iter().all(|shape| {
            let at = rest.iter().position(|&term| self.is(term, shape));
            at.map(|at| rest.remove(at)).is_some()
        });
        if all {
            *terms = rest;
        }
        all
    }

    fn is(self, value: Value, shape: &Shape) -> bool {
        let Self { func, a, b } = self;
        match shape {
            P0 => self.is_product(value, |x| self.is_part(low, x, a), |y| self.is_part(low, y, b)),
            P1 => self.is_product(value, |x| self.is_part(low, x, a), |y| self.is_part(high, y, b)),
            P2 => self.is_product(value, |x| self.is_part(high, x, a), |y| self.is_part(low, y, b)),
            AIfB => self.is_product(value, |x| self.is_same(x, a), |y| self.is_part(sign, y, b)),
            BIfA => self.is_product(value, |x| self.is_part(sign, x, a), |y| self.is_same(y, b)),
            High(shape) => high(func, value).is_some_and(|value| self.is(value, shape)),
            Low(shape) => low(func, value).is_some_and(|value| self.is(value, shape)),
            Sum(shapes) => {
                let mut terms = terms(func, value, &BTreeSet::new());
                self.take(&mut terms, shapes) && terms.is_empty()
            }
        }
    }

    /// Whether a value is a product of one thing and another, whichever comes first.
    fn is_product(self, value: Value, one: impl Fn(Value) -> bool, other: impl Fn(Value) -> bool) -> bool {
        product(self.func, value)
            .is_some_and(|(left, right)| one(left) && other(right) || one(right) && other(left))
    }

    fn is_part(self, part: impl Fn(&Function, Value) -> Option<Value>, value: Value, of: Value) -> bool {
        part(self.func, value).is_some_and(|whole| self.is_same(whole, of))
    }

    fn is_same(self, left: Value, right: Value) -> bool {
        let constants = constant(self.func, left).zip(constant(self.func, right));
        self.func.dfg.resolve_aliases(left) == self.func.dfg.resolve_aliases(right)
            || constants.is_some_and(|(left, right)| left == right)
    }
}

/// Makes one product of which these are halves, in the order of their block.
fn replace(func: &mut Function, (a, b): Factors, halves: &[Half]) {
    let Some(first) = halves.first() else { return };
    let has = |wanted: Option<Signs>| halves.iter().any(|half| half.is.signs() == wanted);
    let mut cursor = FuncCursor::new(func).at_inst(first.inst);
    // Both halves are one instruction where there is one, and one half takes fewer registers.
    let whole = match (has(None), has(Some(Signs::Without)), has(Some(Signs::With))) {
        (true, true, _) => Some(Signs::Without),
        (true, false, true) => Some(Signs::With),
        _ => None,
    };
    let whole = whole.map(|signs| {
        let mut extend = |value| match signs {
            Signs::Without => cursor.ins().uextend(types::I128, value),
            Signs::With => cursor.ins().sextend(types::I128, value),
        };
        let (a, b) = (extend(a), extend(b));
        let product = cursor.ins().imul(a, b);
        (cursor.ins().isplit(product), signs)
    });
    for half in halves {
        let mut cursor = FuncCursor::new(func).at_inst(half.inst);
        let mut value = match (half.is.signs(), whole) {
            (None, Some(((low, _), _))) => low,
            (None, None) => cursor.ins().imul(a, b),
            (Some(signs), Some(((_, high), of_whole))) if signs == of_whole => high,
            (Some(Signs::Without), _) => cursor.ins().umulhi(a, b),
            (Some(Signs::With), _) => cursor.ins().smulhi(a, b),
        };
        if let Is::High(_, terms) = &half.is {
            for &term in terms {
                value = cursor.ins().iadd(value, term);
            }
        }
        become_value(func, half.inst, value);
    }
}
