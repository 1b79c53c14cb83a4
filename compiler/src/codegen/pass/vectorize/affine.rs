//! Numbers that change by the same amount in each iteration of a loop.
//!
//! An [`Affine`] stands for `terms + constant + step × k` in iteration `k`, counted from 0. All of it is
//! `i32` arithmetic, which wraps: sums and products with constants are exact modulo 2³², whatever the
//! values. Whether the number wraps within the loop is not decided here.

use std::collections::{BTreeMap, HashMap};

use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef, types};

/// How far values from before the loop are taken apart, and how many terms a sum may have.
const MAX_DEPTH: u32 = 6;
const MAX_TERMS: usize = 4;

/// A linear function of the iteration, modulo 2³².
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Affine {
    /// Values that the loop does not change, with factors, by value. A parameter of the loop stands for
    /// what it is in iteration 0.
    pub(super) terms: Vec<(Value, u32)>,
    pub(super) constant: u32,
    /// What an iteration adds.
    pub(super) step: u32,
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
        (self.terms.is_empty() && self.step == 0).then_some(self.constant)
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let mut terms: BTreeMap<Value, u32> = self.terms.iter().copied().collect();
        for &(value, factor) in &other.terms {
            let sum = terms.entry(value).or_default();
            *sum = sum.wrapping_add(factor);
        }
        let terms: Vec<_> = terms.into_iter().filter(|&(_, factor)| factor != 0).collect();
        (terms.len() <= MAX_TERMS).then(|| Self {
            terms,
            constant: self.constant.wrapping_add(other.constant),
            step: self.step.wrapping_add(other.step),
        })
    }

    fn times(&self, factor: u32) -> Self {
        let terms = self.terms.iter().map(|&(value, old)| (value, old.wrapping_mul(factor)));
        Self {
            terms: terms.filter(|&(_, factor)| factor != 0).collect(),
            constant: self.constant.wrapping_mul(factor),
            step: self.step.wrapping_mul(factor),
        }
    }
}

/// The affine numbers of one loop, which is a single block.
pub(super) struct Affines<'f> {
    func: &'f Function,
    block: Block,
    /// The block's parameters that grow by a constant.
    steps: BTreeMap<Value, u32>,
    /// What is known about the loop's values, so that a value is looked at once.
    known: HashMap<Value, Option<Affine>>,
}

impl<'f> Affines<'f> {
    /// Finds the loop's counters: parameters that the next iteration gets with a constant added.
    pub(super) fn new(func: &'f Function, block: Block, params: &[Value], next: &[Value]) -> Self {
        let mut affines = Self { func, block, steps: BTreeMap::new(), known: HashMap::new() };
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
        affines.steps = steps;
        // From here on, a parameter that is not a counter is not affine.
        for &param in params {
            if !affines.steps.contains_key(&param) {
                affines.known.insert(param, None);
            }
        }
        affines
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
            ValueDef::Param(block, _) if block == self.block => {
                let step = self.steps.get(&value).copied().unwrap_or(0);
                return Some(Affine { step, ..opaque });
            }
            _ => return Some(opaque),
        };
        // The loop is short, so only what is before it needs a limit.
        if self.func.layout.inst_block(inst) == Some(self.block) {
            self.compute_inst(inst, depth)
        } else if depth == MAX_DEPTH {
            Some(opaque)
        } else {
            self.compute_inst(inst, depth + 1).or(Some(opaque))
        }
    }

    fn compute_inst(&mut self, inst: Inst, depth: u32) -> Option<Affine> {
        match self.func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => {
                Some(Affine::constant(imm.bits() as u32))
            }
            InstructionData::Binary { opcode, args: [left, right] } => {
                let (left, right) = match opcode {
                    Opcode::Iadd | Opcode::Isub | Opcode::Imul | Opcode::Ishl => {
                        (self.find(left, depth)?, self.find(right, depth)?)
                    }
                    _ => return None,
                };
                match opcode {
                    Opcode::Iadd => left.plus(&right),
                    Opcode::Isub => left.plus(&right.times(u32::MAX)),
                    Opcode::Imul => match (left.as_constant(), right.as_constant()) {
                        (_, Some(factor)) => Some(left.times(factor)),
                        (Some(factor), _) => Some(right.times(factor)),
                        _ => None,
                    },
                    // The amount counts modulo the width.
                    _ => right.as_constant().map(|amount| left.times(1 << (amount % 32))),
                }
            }
            _ => None,
        }
    }
}
