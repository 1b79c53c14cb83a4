//! Numbers that change by the same amount in each iteration of a loop.
//!
//! An [`Affine`] stands for `terms + constant + step × k` in iteration `k`, counted from 0. Inside loops
//! that this loop contains, their iterations add something too. All of it is `i32` arithmetic, which wraps:
//! sums and products with constants are exact modulo 2³², whatever the values. Whether the number wraps
//! within the loop is not decided here.

use std::collections::{BTreeMap, HashMap};

use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef, types};

use super::nest::shape::Nest;
use super::shape::SelfLoop;
use crate::codegen::pass::values::{constant, definition};

/// How far values from before the loop are taken apart, and how many terms a sum may have.
const MAX_DEPTH: u32 = 6;
const MAX_TERMS: usize = 4;

/// The largest constant and step of a join: with 2³² iterations, it adds less than 2⁴⁵ times its value.
pub(super) const MAX_JOIN: u32 = 1 << 12;

/// A linear function of the iteration, modulo 2³².
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Affine {
    /// Values that the loop does not change, with factors, by value. A parameter of the loop stands for
    /// what it is in iteration 0.
    pub(super) terms: Vec<(Value, u32)>,
    pub(super) constant: u32,
    /// What an iteration adds.
    pub(super) step: u32,
    /// What else is added, times a number that depends on where the loop's iteration is.
    pub(super) inner: Vec<(Mover, u32)>,
}

/// A product that moves a number within an iteration of the outer loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mover {
    pub(super) dim: Dim,
    /// A value that no loop changes, as a further factor.
    pub(super) by: Option<Value>,
}

/// Numbers from 0 on. All but the first are the same in all iterations of the outer loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dim {
    /// The iteration of the outer loop itself, where a value that no loop changes moves a number: see [`Steps`].
    Own,
    /// The iteration of a contained loop, given by its block.
    Loop(Block),
    /// What a parameter of another block exceeds the least of what it can be by.
    Join(Value),
}

/// A parameter that is a number if a contained loop is skipped, and otherwise that number and what the loop
/// adds to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Join {
    /// The contained loop.
    pub(super) looped: Block,
    /// What its last iteration has as well, and what each one before it has added: `step`, times a value.
    pub(super) constant: u32,
    pub(super) step: u32,
    pub(super) by: Option<Value>,
}

impl Affine {
    fn constant(constant: u32) -> Self {
        Self { constant, ..Self::default() }
    }

    fn term(value: Value) -> Self {
        Self { terms: vec![(value, 1)], ..Self::default() }
    }

    /// The number, if it is the same in each run of the loop.
    pub(super) fn as_constant(&self) -> Option<u32> {
        (self.terms.is_empty() && self.is_fixed()).then_some(self.constant)
    }

    /// Whether an iteration takes something away.
    pub(super) fn falls(&self) -> bool {
        self.step.cast_signed() < 0
    }

    /// Whether the number is the same in all iterations of all loops.
    pub(super) fn is_fixed(&self) -> bool {
        self.step == 0 && self.inner.is_empty()
    }

    /// How many of the lowest bits are 0 in any case, at most 31.
    fn zeros(&self) -> u32 {
        let factors = self.terms.iter().map(|&(_, factor)| factor);
        let inner = self.inner.iter().map(|&(_, factor)| factor);
        let all = factors.chain(inner).chain([self.constant, self.step]);
        all.map(u32::trailing_zeros).min().unwrap_or(0).min(31)
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let terms = sum(&self.terms, &other.terms);
        (terms.len() <= MAX_TERMS).then(|| Self {
            terms,
            constant: self.constant.wrapping_add(other.constant),
            step: self.step.wrapping_add(other.step),
            inner: sum(&self.inner, &other.inner),
        })
    }

    /// The number that this fixed one, added in each iteration of a contained loop, comes to.
    fn in_each(&self, dim: Dim) -> Self {
        let by_value = self.terms.iter().map(|&(value, factor)| (Mover { dim, by: Some(value) }, factor));
        let constant = (self.constant != 0).then_some((Mover { dim, by: None }, self.constant));
        Self { inner: constant.into_iter().chain(by_value).collect(), ..Self::default() }
    }

    /// The product with another number, if that is one value times a constant, and this one is not made of
    /// other values.
    fn times_value(&self, other: &Self, steps: Steps) -> Option<Self> {
        let [(value, factor)] = other.terms[..] else { return None };
        let other_is_value = other.constant == 0 && other.is_fixed();
        let moves = self.step == 0 || steps == Steps::Fixed;
        let plain = self.terms.is_empty() && moves && self.inner.iter().all(|(by, _)| by.by.is_none());
        let own = (self.step != 0).then_some((Mover { dim: Dim::Own, by: None }, self.step));
        let movers = own.into_iter().chain(self.inner.iter().copied());
        let inner = movers.map(|(mover, step)| (Mover { by: Some(value), ..mover }, step));
        let own = (self.constant != 0).then_some((value, self.constant));
        (other_is_value && plain).then(|| {
            let product =
                Self { terms: own.into_iter().collect(), inner: inner.collect(), ..Self::default() };
            product.times(factor)
        })
    }

    fn times(&self, factor: u32) -> Self {
        Self {
            terms: product(&self.terms, factor),
            constant: self.constant.wrapping_mul(factor),
            step: self.step.wrapping_mul(factor),
            inner: product(&self.inner, factor),
        }
    }
}

/// The sum of two lists of factors.
fn sum<T: Copy + Ord>(left: &[(T, u32)], right: &[(T, u32)]) -> Vec<(T, u32)> {
    let mut sums: BTreeMap<T, u32> = left.iter().copied().collect();
    for &(of, factor) in right {
        let sum = sums.entry(of).or_default();
        *sum = sum.wrapping_add(factor);
    }
    sums.into_iter().filter(|&(_, factor)| factor != 0).collect()
}

fn product<T: Copy>(factors: &[(T, u32)], by: u32) -> Vec<(T, u32)> {
    let products = factors.iter().map(|&(of, factor)| (of, factor.wrapping_mul(by)));
    products.filter(|&(_, factor)| factor != 0).collect()
}

/// Which counters of a loop that contains others are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Steps {
    /// Those that grow by a constant.
    Constant,
    /// Those that grow by what does not change.
    Fixed,
}

/// The affine numbers of one loop.
pub(super) struct Affines<'f> {
    func: &'f Function,
    /// The loop's blocks.
    blocks: Vec<Block>,
    /// Which of its counters are numbers.
    kind: Steps,
    /// What parameters of other blocks than loops' first ones may be, by block: one list for each edge.
    joins: BTreeMap<Block, Vec<Vec<Value>>>,
    /// What was found out about parameters of these blocks.
    pub(super) joined: BTreeMap<Value, Join>,
    /// The first block's parameters that grow by a constant.
    steps: BTreeMap<Value, u32>,
    /// What parameters of the first block grow by that are numbers, in a loop that contains others.
    pub(super) moves: BTreeMap<Value, Affine>,
    /// What is known about the loop's values, so that a value is looked at once.
    known: HashMap<Value, Option<Affine>>,
}

impl<'f> Affines<'f> {
    /// Finds the counters of a loop that contains no other one: parameters that the next iteration gets with a constant
    /// added. `constants` are what parameters are in the first iteration, where that is constant.
    pub(super) fn new(func: &'f Function, looped: &SelfLoop, constants: &[Option<u32>]) -> Self {
        let first = |_: &mut Self, (param, position): (Value, usize)| {
            constants[position].map_or(Affine::term(param), Affine::constant)
        };
        Self::with_firsts(func, looped, first)
    }

    /// The same of a loop that is entered in one way: parameters are taken apart like what is passed there.
    pub(super) fn of_entered(func: &'f Function, looped: &SelfLoop, entry: &[Value]) -> Self {
        let first = |affines: &mut Self, (param, position): (Value, usize)| {
            affines.get(entry[position]).unwrap_or(Affine::term(param))
        };
        Self::with_firsts(func, looped, first)
    }

    /// Finds the counters, given what each parameter and its position are in iteration 0.
    fn with_firsts(
        func: &'f Function,
        looped: &SelfLoop,
        mut first: impl FnMut(&mut Self, (Value, usize)) -> Affine,
    ) -> Self {
        let (params, next) = (&looped.params, &looped.next);
        let mut affines = Self {
            func,
            blocks: looped.blocks.clone(),
            kind: Steps::Constant,
            joins: BTreeMap::new(),
            joined: BTreeMap::new(),
            steps: BTreeMap::new(),
            moves: BTreeMap::new(),
            known: HashMap::new(),
        };
        let mut steps = BTreeMap::new();
        for (&param, &next) in params.iter().zip(next) {
            // No counter is known yet: each parameter stands for itself.
            if let Some(next) = affines.get(next)
                && next.terms == [(param, 1)]
            {
                steps.insert(param, next.constant);
            }
        }
        affines.known.clear();
        let mut firsts = Vec::new();
        for (position, &param) in params.iter().enumerate() {
            firsts.push(first(&mut affines, (param, position)));
        }
        // From here on, a parameter that is not a counter is not affine.
        for (&param, first) in params.iter().zip(firsts) {
            let number = steps.get(&param).map(|&step| Affine { step, ..first });
            affines.known.insert(param, number);
        }
        affines.steps = steps;
        affines
    }

    /// Finds the counters of a loop that contains others, each of one block.
    pub(super) fn of_nest(func: &'f Function, nest: &Nest, steps: Steps) -> Self {
        let mut affines = Self {
            func,
            blocks: nest.blocks.clone(),
            kind: steps,
            joins: nest.joins(),
            joined: BTreeMap::new(),
            steps: BTreeMap::new(),
            moves: BTreeMap::new(),
            known: HashMap::new(),
        };
        let params = func.dfg.block_params(nest.header).iter();
        for ((&param, &next), first) in params.zip(&nest.next).zip(&nest.constants) {
            let step = affines.step_between(param, next);
            let step = step.filter(|step| steps == Steps::Fixed || step.as_constant().is_some());
            let first = first.map_or(Affine::term(param), Affine::constant);
            let number = step.as_ref().and_then(|step| {
                let by_values = Affine { constant: 0, ..step.clone() }.in_each(Dim::Own);
                first.plus(&Affine { step: step.constant, ..by_values })
            });
            affines.known.insert(param, number);
            let constant = step.as_ref().and_then(Affine::as_constant);
            affines.steps.extend(constant.map(|step| (param, step)));
            affines.moves.extend(step.map(|step| (param, step)));
        }
        // In the order of execution: what a loop starts with is known before what it does with it.
        for looped in &nest.inner {
            let params = func.dfg.block_params(looped.block).iter();
            for ((&param, &first), &next) in params.zip(&looped.first).zip(&looped.next) {
                let number = affines
                    .step_between(param, next)
                    .and_then(|step| affines.get(first)?.plus(&step.in_each(Dim::Loop(looped.block))));
                affines.known.insert(param, number);
            }
        }
        affines
    }

    /// What has to be added to one number to make another, if additions of what no loop changes do that.
    fn step_between(&mut self, from: Value, to: Value) -> Option<Affine> {
        let mut step = Affine::default();
        let mut at = to;
        while at != from {
            let ValueDef::Result(inst, _) = self.func.dfg.value_def(at) else { return None };
            let InstructionData::Binary { opcode, args: [left, right] } = self.func.dfg.insts[inst] else {
                return None;
            };
            let (left_fixed, right_fixed) = (self.fixed(left, 0), self.fixed(right, 0));
            let (onward, added) = match (opcode, left_fixed, right_fixed) {
                (Opcode::Iadd, None, Some(added)) => (left, added),
                (Opcode::Iadd, Some(added), None) => (right, added),
                (Opcode::Isub, None, Some(taken)) => (left, taken.times(u32::MAX)),
                _ => return None,
            };
            step = step.plus(&added)?;
            at = onward;
        }
        (self.func.dfg.value_type(from) == types::I32).then_some(step)
    }

    /// A number that is known not to change: a constant, one from outside, or what is computed of such.
    fn fixed(&mut self, value: Value, depth: u32) -> Option<Affine> {
        if let Some(constant) = self.constant(value) {
            return Some(Affine::constant(constant));
        }
        let (block, inst) = match self.func.dfg.value_def(value) {
            ValueDef::Result(inst, _) => (self.func.layout.inst_block(inst)?, Some(inst)),
            ValueDef::Param(block, _) => (block, None),
            ValueDef::Union(..) => return None,
        };
        if !self.blocks.contains(&block) {
            return self.get(value);
        }
        match inst {
            // Nothing is asked of values inside that depend on parameters that are not known yet.
            Some(inst) if depth < MAX_DEPTH => {
                let InstructionData::Binary { opcode, args: [left, right] } = self.func.dfg.insts[inst]
                else {
                    return None;
                };
                let left = self.fixed(left, depth + 1)?;
                combined(opcode, &left, &self.fixed(right, depth + 1)?, self.kind)
            }
            None if block == self.blocks[0] && self.known.contains_key(&value) => {
                self.get(value).filter(Affine::is_fixed)
            }
            _ => None,
        }
    }

    fn constant(&self, value: Value) -> Option<u32> {
        constant(self.func, value).map(|bits| bits as u32)
    }

    /// What an iteration adds to this parameter, if it is a counter.
    pub(super) fn step(&self, param: Value) -> Option<u32> {
        self.steps.get(&param).copied()
    }

    /// The number that a value is, if it is affine.
    pub(super) fn get(&mut self, value: Value) -> Option<Affine> {
        self.find(value, 0)
    }

    fn find(&mut self, value: Value, depth: u32) -> Option<Affine> {
        if self.func.dfg.value_type(value) != types::I32 {
            return None;
        }
        if let Some(known) = self.known.get(&value) {
            return known.clone();
        }
        let found = self.compute(value, depth);
        self.known.insert(value, found.clone());
        found
    }

    fn compute(&mut self, value: Value, depth: u32) -> Option<Affine> {
        let opaque = Affine::term(value);
        let inst = match self.func.dfg.value_def(value) {
            ValueDef::Result(inst, _) => inst,
            ValueDef::Param(block, position) if self.blocks.contains(&block) => {
                if let Some(edges) = self.joins.get(&block) {
                    let arguments: Vec<Value> = edges.iter().map(|arguments| arguments[position]).collect();
                    let mut numbers = Vec::new();
                    for argument in arguments {
                        numbers.push(self.find(argument, depth)?);
                    }
                    return self.join(value, &mut numbers);
                }
                let step = self.steps.get(&value).copied().unwrap_or(0);
                return Some(Affine { step, ..opaque });
            }
            _ => return Some(opaque),
        };
        // The loop is short, so only what is before it needs a limit.
        if self.func.layout.inst_block(inst).is_some_and(|block| self.blocks.contains(&block)) {
            self.compute_inst(inst, depth)
        } else if depth == MAX_DEPTH {
            Some(opaque)
        } else {
            self.compute_inst(inst, depth + 1).or(Some(opaque))
        }
    }

    /// What a parameter is that can be each of these numbers.
    fn join(&mut self, param: Value, numbers: &mut Vec<Affine>) -> Option<Affine> {
        numbers.sort();
        numbers.dedup();
        match &numbers[..] {
            [number] => Some(number.clone()),
            [first, second] => {
                let (least, more) = if first.inner.is_empty() { (first, second) } else { (second, first) };
                let constant = more.constant.wrapping_sub(least.constant);
                let same = least.terms == more.terms && least.step == more.step && least.inner.is_empty();
                let [(Mover { dim: Dim::Loop(looped), by }, step)] = more.inner[..] else { return None };
                if !same || constant.max(step) > MAX_JOIN {
                    return None;
                }
                self.joined.insert(param, Join { looped, constant, step, by });
                let mover = Mover { dim: Dim::Join(param), by: None };
                Some(Affine { inner: vec![(mover, 1)], ..least.clone() })
            }
            _ => None,
        }
    }

    fn compute_inst(&mut self, inst: Inst, depth: u32) -> Option<Affine> {
        match self.func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => {
                Some(Affine::constant(imm.bits() as u32))
            }
            InstructionData::Binary { opcode: Opcode::Ishl, args: [left, right] } => {
                // The amount counts modulo the width.
                let amount = self.find(right, depth)?.as_constant()? % 32;
                let number = self.find(left, depth).or_else(|| self.flipped(left, amount, depth));
                Some(number?.times(1 << amount))
            }
            InstructionData::Binary { opcode, args: [left, right] } => match opcode {
                Opcode::Iadd | Opcode::Isub | Opcode::Imul | Opcode::Bor | Opcode::Bxor => {
                    let left = self.find(left, depth)?;
                    combined(opcode, &left, &self.find(right, depth)?, self.kind)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What a number with flipped bits is, but for its upper bits, of which this many are not needed: compilers clear
    /// those of the mask.
    fn flipped(&mut self, value: Value, unneeded: u32, depth: u32) -> Option<Affine> {
        let InstructionData::Binary { opcode: Opcode::Bxor, args: [number, mask] } =
            definition(self.func, value)?
        else {
            return None;
        };
        let mask = (self.constant(mask)? << unneeded).cast_signed() >> unneeded;
        let mask = Affine::constant(mask.cast_unsigned());
        combined(Opcode::Bxor, &self.find(number, depth)?, &mask, self.kind)
    }
}

/// The number that an operation makes of two.
fn combined(opcode: Opcode, left: &Affine, right: &Affine, steps: Steps) -> Option<Affine> {
    match (opcode, left.as_constant(), right.as_constant()) {
        (Opcode::Iadd, ..) => left.plus(right),
        (Opcode::Isub, ..) => left.plus(&right.times(u32::MAX)),
        // Compilers write sums without carry in this way.
        (Opcode::Bor, _, Some(bits)) if bits >> left.zeros() == 0 => left.plus(right),
        (Opcode::Bor, Some(bits), _) if bits >> right.zeros() == 0 => left.plus(right),
        // The same, of the complement: `x ^ !c` is `!(x + c)`, and that is `!c - x`.
        (Opcode::Bxor, _, Some(bits)) if bits >> left.zeros() == 0 => left.plus(right),
        (Opcode::Bxor, _, Some(bits)) if !bits >> left.zeros() == 0 => right.plus(&left.times(u32::MAX)),
        (Opcode::Imul, _, Some(factor)) => Some(left.times(factor)),
        (Opcode::Imul, Some(factor), _) => Some(right.times(factor)),
        (Opcode::Imul, ..) => left.times_value(right, steps).or_else(|| right.times_value(left, steps)),
        // The amount counts modulo the width.
        (Opcode::Ishl, _, Some(amount)) => Some(left.times(1 << (amount % 32))),
        _ => None,
    }
}
