//! Which loops are looked at: one block that jumps to itself, and how long it does.
//!
//! The loop's condition compares a counter that changes by a constant with a number that does not
//! change. [`Trip`] says how often the block is executed at least, or exactly, where a condition holds: the
//! counter must not pass its limit by wrapping. Everything is computed in 64 bits from 32-bit numbers.

use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef, types};

use super::affine::{Affine, Affines, Dim, Mover};
use super::scalar::{Num, Scalars};
use crate::codegen::pass::values;

/// A block that is its own successor, or several in a row of which the last one goes back to the first.
#[derive(Clone)]
pub(super) struct SelfLoop {
    /// The first block.
    pub(super) block: Block,
    /// All of them, in order.
    pub(super) blocks: Vec<Block>,
    pub(super) params: Vec<Value>,
    /// What the next iteration gets for each parameter.
    pub(super) next: Vec<Value>,
    /// The last instruction.
    branch: Inst,
}

impl SelfLoop {
    /// The loop that a block is, if it is one.
    pub(super) fn new(func: &Function, block: Block) -> Option<Self> {
        let branch = func.layout.last_inst(block)?;
        let InstructionData::Brif { blocks, .. } = func.dfg.insts[branch] else { return None };
        let pool = &func.dfg.value_lists;
        let repeats = blocks.iter().any(|call| call.block(pool) == block);
        repeats.then(|| Self::of_row(func, vec![block]))?
    }

    /// The loop that blocks in a row are, if the last one goes back to the first in one way.
    pub(super) fn of_row(func: &Function, blocks: Vec<Block>) -> Option<Self> {
        let (&block, &last) = (blocks.first()?, blocks.last()?);
        let branch = func.layout.last_inst(last)?;
        let mut back = destinations(func, branch)?.into_iter().filter(|&(to, _)| to == block);
        let (Some((_, next)), None) = (back.next(), back.next()) else { return None };
        Some(Self { block, blocks, params: func.dfg.block_params(block).to_vec(), next, branch })
    }

    /// What the next iteration gets for a parameter.
    pub(super) fn next_of(&self, param: Value) -> Option<Value> {
        self.params.iter().zip(&self.next).find(|&(&known, _)| known == param).map(|(_, &next)| next)
    }

    /// Whether a parameter is the same in all iterations: what is only used behind a loop may be passed through it.
    pub(super) fn keeps(&self, param: Value) -> bool {
        self.next_of(param) == Some(param)
    }
}

/// How often a loop's block is executed.
#[derive(Debug)]
pub(super) struct Trip {
    kind: TripKind,
    /// The compared counter.
    counter: Affine,
    limit: Affine,
    /// What the counter grows by; for [`TripKind::Below`] after inverting.
    step: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TripKind {
    /// As long as a growing counter is not the limit.
    UpTo,
    /// As long as a falling counter is not the limit.
    DownTo,
    /// As long as the counter's bits, changed by this mask, are below those of the limit.
    Below { flipped: u32, or_equal: bool },
}

/// The largest step of a counter: all 64-bit sums stay far from wrapping.
const MAX_STEP: u32 = 1 << 12;

impl Trip {
    /// How often the loop runs, if its condition is understood.
    pub(super) fn new(func: &Function, looped: &SelfLoop, affines: &mut Affines<'_>) -> Option<Self> {
        Self::of_branch(func, looped.branch, looped.block, affines)
    }

    /// How often a loop runs whose last block ends with this branch and whose first one is `to`.
    pub(super) fn of_branch(
        func: &Function,
        branch: Inst,
        to: Block,
        affines: &mut Affines<'_>,
    ) -> Option<Self> {
        let (condition, left, right) = continue_condition(func, branch, to)?;
        let left = affines.get(left)?;
        let right = right.map_or(Some(Affine::default()), |right| affines.get(right))?;
        Self::new_of(condition, left, right)
    }

    /// How often a loop runs that another one contains, if that is the same in all iterations of that one.
    pub(super) fn of_contained(
        func: &Function,
        looped: &SelfLoop,
        affines: &mut Affines<'_>,
    ) -> Option<Self> {
        let (condition, left, right) = continue_condition(func, looped.branch, looped.block)?;
        // As the inner loop sees them.
        let mut own = |value| {
            let number = affines.get(value)?;
            match number.inner[..] {
                _ if number.step != 0 => None,
                [] => Some(number),
                [(Mover { dim: Dim::Loop(block), by: None }, step)] if block == looped.block => {
                    Some(Affine { step, inner: Vec::new(), ..number })
                }
                _ => None,
            }
        };
        let left = own(left)?;
        let right = right.map_or(Some(Affine::default()), own)?;
        Self::new_of(condition, left, right)
    }

    /// Whether the loop is known to run less often than this.
    pub(super) fn is_below(&self, count: u32) -> bool {
        let constants = self.counter.terms.is_empty() && self.limit.terms.is_empty();
        let distance = self.limit.constant.wrapping_sub(self.counter.constant).cast_signed().unsigned_abs();
        constants && u64::from(distance) < u64::from(count) * self.step
    }

    fn new_of(condition: IntCC, left: Affine, right: Affine) -> Option<Self> {
        if right.step == 0 {
            Self::compare(condition, left, right)
        } else {
            Self::compare(condition.swap_args(), right, left)
        }
    }

    fn compare(condition: IntCC, counter: Affine, limit: Affine) -> Option<Self> {
        let up = counter.step;
        let down = up.wrapping_neg();
        let grows = (1..=MAX_STEP).contains(&up);
        if !limit.is_fixed() || !counter.inner.is_empty() || !grows && !(1..=MAX_STEP).contains(&down) {
            return None;
        }
        // `x > y` is `!x < !y`, and with the top bit flipped signed order is unsigned order.
        let below = |flipped, or_equal| TripKind::Below { flipped, or_equal };
        let kind = match (condition, grows) {
            (IntCC::NotEqual, true) => TripKind::UpTo,
            (IntCC::NotEqual, false) => TripKind::DownTo,
            (IntCC::UnsignedLessThan, true) => below(0, false),
            (IntCC::UnsignedLessThanOrEqual, true) => below(0, true),
            (IntCC::SignedLessThan, true) => below(1 << 31, false),
            (IntCC::SignedLessThanOrEqual, true) => below(1 << 31, true),
            (IntCC::UnsignedGreaterThan, false) => below(!0, false),
            (IntCC::UnsignedGreaterThanOrEqual, false) => below(!0, true),
            (IntCC::SignedGreaterThan, false) => below(!0 >> 1, false),
            (IntCC::SignedGreaterThanOrEqual, false) => below(!0 >> 1, true),
            _ => return None,
        };
        Some(Self { kind, counter, limit, step: u64::from(if grows { up } else { down }) })
    }

    /// The number of executions, at least 1 and at most 2³², under conditions that are required; `None` if they cannot
    /// hold.
    ///
    /// In execution `k` from 0 on the counter is `x + step × k`, and the loop ends with the first `k`
    /// that fails the comparison:
    ///
    /// - `x + step × k = y` modulo 2³²: if `step` divides `d = (y − x) mod 2³²`, the first such `k` is
    ///   `d / step`, because solutions are `2³² / gcd(step, 2³²) > d / step` apart.
    /// - `x + step × k ≥ y` without wrapping up to there: if `y + step ≤ 2³²`, the first such `k` is
    ///   `(y − x + step − 1) / step` for `x < y`, and 0 otherwise.
    pub(super) fn count(&self, scalars: &mut Scalars<'_, '_>) -> Option<Num> {
        let [from, to] = self.ends(scalars);
        match self.kind {
            TripKind::UpTo | TripKind::DownTo => {
                let distance = scalars.sub(to, from);
                let distance = scalars.low_32(distance);
                let rest = scalars.rem(distance, self.step);
                scalars.require(IntCC::Equal, rest, Num::Const(0))?;
            }
            TripKind::Below { .. } => {
                scalars.require(IntCC::UnsignedLessThanOrEqual, to, Num::Const((1 << 32) - self.step))?;
            }
        }
        Some(self.executions(scalars, [from, to]))
    }

    /// A number of executions, from 1 to 2³² + 1, that there are in any case: [`Self::count`] without its conditions.
    ///
    /// Where `x + step × k = y` modulo 2³², `step × k` is at least `d`, so that `k` is at least `d / step`. As long as
    /// `x + step × k < y`, nothing has wrapped, as `y ≤ 2³²`, and the loop goes on.
    pub(super) fn at_least(&self, scalars: &mut Scalars<'_, '_>) -> Num {
        let ends = self.ends(scalars);
        self.executions(scalars, ends)
    }

    /// `x` and `y`, of a counter that grows.
    fn ends(&self, scalars: &mut Scalars<'_, '_>) -> [Num; 2] {
        let [counter, limit] = [&self.counter, &self.limit].map(|end| scalars.affine(end));
        match self.kind {
            TripKind::UpTo => [counter, limit],
            // It is as far from the limit up to the counter.
            TripKind::DownTo => [limit, counter],
            TripKind::Below { flipped, or_equal } => {
                let [counter, limit] = [counter, limit].map(|end| scalars.flip(end, flipped));
                [counter, scalars.add(limit, Num::Const(u64::from(or_equal)))]
            }
        }
    }

    /// The formula of both.
    fn executions(&self, scalars: &mut Scalars<'_, '_>, [from, to]: [Num; 2]) -> Num {
        // It may wrap below zero where the answer is 0.
        let distance = scalars.sub(to, from);
        let steps = match self.kind {
            TripKind::UpTo | TripKind::DownTo => {
                let distance = scalars.low_32(distance);
                scalars.div(distance, self.step)
            }
            TripKind::Below { .. } => {
                let rounded = scalars.add(distance, Num::Const(self.step - 1));
                let steps = scalars.div(rounded, self.step);
                scalars.if_less(from, to, steps, Num::Const(0))
            }
        };
        scalars.add(steps, Num::Const(1))
    }
}

/// The comparison under which the loop goes on. Without a right side it is with 0.
pub(super) fn continue_condition(
    func: &Function,
    branch: Inst,
    to: Block,
) -> Option<(IntCC, Value, Option<Value>)> {
    let InstructionData::Brif { arg, blocks, .. } = func.dfg.insts[branch] else { return None };
    let mut goes_on_if_true = blocks[0].block(&func.dfg.value_lists) == to;
    let mut condition = func.dfg.resolve_aliases(arg);
    while let ValueDef::Result(inst, _) = func.dfg.value_def(condition) {
        match func.dfg.insts[inst] {
            InstructionData::Unary { opcode: Opcode::Uextend, arg } if is_comparison(func, arg) => {
                condition = arg;
            }
            InstructionData::IntCompare { cond, args: [left, right], .. } => {
                let is_truth = is_comparison(func, left) && is_zero(func, right);
                if is_truth && matches!(cond, IntCC::Equal | IntCC::NotEqual) {
                    goes_on_if_true ^= cond == IntCC::Equal;
                    condition = left;
                    continue;
                }
                let cond = if goes_on_if_true { cond } else { cond.complement() };
                return Some((cond, left, Some(right)));
            }
            _ => break,
        }
    }
    let is_number = func.dfg.value_type(condition) == types::I32;
    let cond = if goes_on_if_true { IntCC::NotEqual } else { IntCC::Equal };
    is_number.then_some((cond, condition, None))
}

/// Whether a value is a comparison's result, possibly extended.
fn is_comparison(func: &Function, value: Value) -> bool {
    match func.dfg.value_def(value) {
        ValueDef::Result(inst, _) => match func.dfg.insts[inst] {
            InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. } => true,
            InstructionData::Unary { opcode: Opcode::Uextend, arg } => is_comparison(func, arg),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a value is the constant 0.
pub(super) fn is_zero(func: &Function, value: Value) -> bool {
    match func.dfg.value_def(value) {
        ValueDef::Result(inst, _) => {
            matches!(func.dfg.insts[inst], InstructionData::UnaryImm { imm, .. } if imm.bits() == 0)
        }
        _ => false,
    }
}

/// Where a jump or a branch goes, and what it passes; `None` for all other ends of a block.
pub(super) fn destinations(func: &Function, branch: Inst) -> Option<Vec<(Block, Vec<Value>)>> {
    let calls = match &func.dfg.insts[branch] {
        InstructionData::Jump { destination, .. } => std::slice::from_ref(destination),
        InstructionData::Brif { blocks, .. } => &blocks[..],
        _ => return None,
    };
    let pool = &func.dfg.value_lists;
    calls
        .iter()
        .map(|call| {
            let arguments = call.args(pool).map(|arg| Some(func.dfg.resolve_aliases(arg.as_value()?)));
            Some((call.block(pool), arguments.collect::<Option<_>>()?))
        })
        .collect()
}

/// What is passed to a loop that is entered in one way.
pub(super) fn entry(func: &Function, header: Block, before: &[Block]) -> Option<Vec<Value>> {
    let &[from] = before else { return None };
    let ways = destinations(func, func.layout.last_inst(from)?)?;
    let mut entries = ways.into_iter().filter(|(to, _)| *to == header);
    let (Some((_, passed)), None) = (entries.next(), entries.next()) else { return None };
    Some(passed)
}

/// What a loop's parameters are when it is entered from these blocks, where all of them pass the same constant.
pub(super) fn constants(
    func: &Function,
    header: Block,
    entries: impl Iterator<Item = Block>,
) -> Vec<Option<u32>> {
    let unknown = vec![None; func.dfg.block_params(header).len()];
    let mut known: Option<Vec<Option<u32>>> = None;
    for from in entries {
        let branch = func.layout.last_inst(from).expect("blocks have an end");
        let Some(ways) = destinations(func, branch) else { return unknown };
        for (_, arguments) in ways.into_iter().filter(|(to, _)| *to == header) {
            let numbers = arguments.iter().map(|&argument| constant(func, argument));
            match &mut known {
                Some(known) => {
                    for (known, number) in known.iter_mut().zip(numbers) {
                        *known = known.filter(|_| *known == number);
                    }
                }
                None => known = Some(numbers.collect()),
            }
        }
    }
    known.unwrap_or(unknown)
}

/// The number that a 32-bit constant is.
fn constant(func: &Function, value: Value) -> Option<u32> {
    let bits = values::constant(func, value).filter(|_| func.dfg.value_type(value) == types::I32);
    bits.map(|bits| bits as u32)
}
