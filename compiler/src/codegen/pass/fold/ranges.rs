//! Bounds of 32-bit values, from the operations that make them.
//!
//! A value's bounds are those of a number without a sign. They come from constants, masks, shifts, narrow loads
//! and comparisons, from sums and multiples that cannot wrap, and from loops that count: a parameter of a
//! loop's first block that starts as a constant, grows by a constant, and is compared with a constant
//! before it goes around.

use cranelift_codegen::FxHashMap;
use cranelift_codegen::dominator_tree::DominatorTree;
use cranelift_codegen::flowgraph::ControlFlowGraph;
use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef, types};

use super::{MODULUS, constant, definition};
use crate::codegen::pass::branches::ways;

/// How deep operands of operands are looked at.
const DEEPEST: u32 = 8;

/// Bounds of a number, both of them possible values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) low: i64,
    pub(super) high: i64,
}

impl Range {
    /// Those of all 32-bit numbers.
    pub(super) const ALL: Self = Self { low: 0, high: MODULUS - 1 };

    fn up_to(high: i64) -> Self {
        Self { low: 0, high }
    }

    fn only(value: i64) -> Self {
        Self { low: value, high: value }
    }

    /// Those of a number that has both bounds. (There is none if code cannot be reached.)
    pub(super) fn and(self, other: Self) -> Self {
        let both = Self { low: self.low.max(other.low), high: self.high.min(other.high) };
        if both.low <= both.high { both } else { self }
    }

    /// Those of a number that has the one or the other.
    fn or(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Those of a sum modulo 2³².
    pub(super) fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }.if_unwrapped()
    }

    fn times(self, factor: i64) -> Self {
        let product = self.low.checked_mul(factor).zip(self.high.checked_mul(factor));
        product.map_or(Self::ALL, |(low, high)| Self { low, high }.if_unwrapped())
    }

    fn if_unwrapped(self) -> Self {
        if self.high < MODULUS { self } else { Self::ALL }
    }
}

/// The bounds that are known.
pub(super) struct Ranges {
    known: FxHashMap<Value, Range>,
    /// The two ways into the first blocks of loops: the branch from outside, and the one back.
    loops: FxHashMap<Block, (Inst, Inst)>,
}

impl Ranges {
    pub(super) fn new(func: &Function, cfg: &ControlFlowGraph, domtree: &DominatorTree) -> Self {
        let mut loops = FxHashMap::default();
        for block in func.layout.blocks() {
            let mut ways = cfg.pred_iter(block);
            let (Some(one), Some(other), None) = (ways.next(), ways.next(), ways.next()) else { continue };
            match (domtree.block_dominates(block, one.block), domtree.block_dominates(block, other.block)) {
                (false, true) => loops.insert(block, (one.inst, other.inst)),
                (true, false) => loops.insert(block, (other.inst, one.inst)),
                _ => None,
            };
        }
        Self { known: FxHashMap::default(), loops }
    }

    /// Bounds of a value of 32 bits.
    pub(super) fn of(&mut self, func: &Function, value: Value) -> Range {
        self.of_nested(func, value, 0)
    }

    fn of_nested(&mut self, func: &Function, value: Value, depth: u32) -> Range {
        if let Some(&range) = self.known.get(&value) {
            return range;
        }
        if depth == DEEPEST {
            return Range::ALL;
        }
        let range = match func.dfg.value_def(value) {
            ValueDef::Result(inst, _) => self.of_operation(func, inst, depth + 1),
            ValueDef::Param(block, position) => self.of_counter(func, block, position),
            ValueDef::Union(..) => Range::ALL,
        };
        self.known.insert(value, range);
        range
    }

    fn of_operation(&mut self, func: &Function, inst: Inst, depth: u32) -> Range {
        let mut of = |value| self.of_nested(func, value, depth);
        match func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => {
                Range::only(imm.bits() & (MODULUS - 1))
            }
            InstructionData::Load { opcode: Opcode::Uload8, .. } => Range::up_to(0xff),
            InstructionData::Load { opcode: Opcode::Uload16, .. } => Range::up_to(0xffff),
            InstructionData::Unary { opcode: Opcode::Uextend, arg } => match func.dfg.value_type(arg) {
                // What comparisons make is 0 or 1.
                types::I8 if is_comparison(func, arg) => Range::up_to(1),
                types::I8 => Range::up_to(0xff),
                _ => Range::up_to(0xffff),
            },
            InstructionData::Unary { opcode: Opcode::Clz | Opcode::Ctz | Opcode::Popcnt, .. } => {
                Range::up_to(32)
            }
            InstructionData::Binary { opcode, args: [left, right] } => {
                let by = constant(func, right).map(|constant| constant & (MODULUS - 1));
                match (opcode, by) {
                    (Opcode::Iadd, _) => of(left).plus(of(right)),
                    // A mask clears bits, whichever side it is on.
                    (Opcode::Band, _) => Range::up_to(of(left).high.min(of(right).high)),
                    (Opcode::Ishl, Some(by)) => of(left).times(1 << (by & 31)),
                    (Opcode::Imul, Some(by)) => of(left).times(by),
                    (Opcode::Ushr, Some(by)) => Range::up_to(of(left).high >> (by & 31)),
                    (Opcode::Urem, Some(by)) if by != 0 => Range::up_to(by - 1),
                    (Opcode::Udiv, Some(by)) if by != 0 => Range::up_to(of(left).high / by),
                    _ => Range::ALL,
                }
            }
            InstructionData::Ternary { opcode: Opcode::Select, args: [_, left, right] } => {
                of(left).or(of(right))
            }
            _ => Range::ALL,
        }
    }

    fn of_counter(&self, func: &Function, block: Block, position: usize) -> Range {
        let bounds = self.counter(func, block, position).and_then(|counter| counter.bounds());
        bounds.unwrap_or(Range::ALL)
    }

    /// The counter that a block's parameter is.
    fn counter(&self, func: &Function, block: Block, position: usize) -> Option<Counter> {
        let &(from_outside, back) = self.loops.get(&block)?;
        let param = func.dfg.block_params(block)[position];
        if func.dfg.value_type(param) != types::I32 {
            return None;
        }
        let first = constant(func, passed(func, from_outside, block, position)?)? & (MODULUS - 1);
        let next = passed(func, back, block, position)?;
        let InstructionData::Binary { opcode: Opcode::Iadd, args: [counter, step] } = definition(func, next)?
        else {
            return None;
        };
        let step = constant(func, step)? & (MODULUS - 1);
        if counter != param || step == 0 || step >= MODULUS / 2 {
            return None;
        }
        let (condition, compared, limit) = repeats_if(func, back, block)?;
        if compared != next {
            return None;
        }
        Some(Counter { block, position, from_outside, back, first, step, condition, limit })
    }

    /// All counters of loops, in the order of their blocks.
    pub(super) fn counters(&self, func: &Function) -> Vec<Counter> {
        let in_loop = |block: Block| {
            let count = func.dfg.block_params(block).len();
            (0..count).filter_map(move |position| self.counter(func, block, position))
        };
        func.layout.blocks().filter(|block| self.loops.contains_key(block)).flat_map(in_loop).collect()
    }
}

/// A parameter of a loop's first block that starts as the constant `first` and becomes `next`, which is
/// `param + step`, if a comparison of that with `limit` holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counter {
    pub(super) block: Block,
    pub(super) position: usize,
    /// The branch into the loop.
    pub(super) from_outside: Inst,
    /// The branch that repeats it.
    pub(super) back: Inst,
    pub(super) first: i64,
    /// Not 0, and less than 2³¹.
    pub(super) step: i64,
    pub(super) condition: IntCC,
    pub(super) limit: i64,
}

impl Counter {
    /// Bounds of the parameter.
    ///
    /// - `next < limit`, without signs: what goes around is less than `limit`, whatever was added.
    /// - `next ≠ limit`, where `limit` is one of `first + step`, `first + 2 × step`, …: it goes through these
    ///   numbers until it is there, so that none is larger. A limit of 0 is 2³² here, where it would wrap.
    /// - `next < limit`, with signs, where `first` is not negative: what goes around is less than
    ///   `limit` and was not negative before `step` was added, so it has not wrapped if
    ///   `limit + step < 2³¹`.
    fn bounds(&self) -> Option<Range> {
        let &Self { first, step, limit, .. } = self;
        match self.condition {
            IntCC::UnsignedLessThan if limit > 0 => Some(Range::up_to(first.max(limit - 1))),
            IntCC::SignedLessThan if limit > 0 && first.max(limit) + step < MODULUS / 2 => {
                Some(Range { low: first, high: first.max(limit - 1) })
            }
            IntCC::NotEqual => self.end().map(|end| Range { low: first, high: end - step }),
            _ => None,
        }
    }

    /// What a loop that repeats unless `next` is `limit` gets to without wrapping before: `limit`, or 2³².
    pub(super) fn end(&self) -> Option<i64> {
        let end = if self.limit == 0 { MODULUS } else { self.limit };
        let is_reached = end > self.first && (end - self.first) % self.step == 0;
        (self.condition == IntCC::NotEqual && is_reached).then_some(end)
    }
}

/// What a branch passes to a parameter of a block, if it goes there in one way only.
fn passed(func: &Function, branch: Inst, block: Block, position: usize) -> Option<Value> {
    let pool = &func.dfg.value_lists;
    let mut there = ways(func, branch).iter().filter(|way| way.block(pool) == block);
    let (Some(way), None) = (there.next(), there.next()) else { return None };
    way.args(pool).nth(position)?.as_value()
}

/// The comparison of a value with a constant under which a branch goes to a block.
fn repeats_if(func: &Function, branch: Inst, block: Block) -> Option<(IntCC, Value, i64)> {
    let InstructionData::Brif { arg, blocks, .. } = func.dfg.insts[branch] else { return None };
    let if_true = blocks[0].block(&func.dfg.value_lists) == block;
    let mut condition = arg;
    while let Some(InstructionData::Unary { opcode: Opcode::Uextend, arg }) = definition(func, condition) {
        condition = arg;
    }
    match definition(func, condition) {
        Some(InstructionData::IntCompare { cond, args: [left, right], .. }) => {
            let limit = constant(func, right)? & (MODULUS - 1);
            let is_narrow = func.dfg.value_type(left) == types::I32;
            let cond = if if_true { cond } else { cond.complement() };
            is_narrow.then_some((cond, left, limit))
        }
        // A number counts as true if it is not 0.
        _ => (if_true && condition == arg && func.dfg.value_type(arg) == types::I32).then_some((
            IntCC::NotEqual,
            condition,
            0,
        )),
    }
}

fn is_comparison(func: &Function, value: Value) -> bool {
    matches!(
        definition(func, value),
        Some(InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. })
    )
}
