//! Writing the vector loop: the checks before it, and the way around it.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::{Cursor, CursorPosition, FuncCursor};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, BlockArg, Function, InstBuilder, Value, types};

use super::MemoryPlace;
use super::access::Access;
use super::conflict::Limits;
use super::lanes::Lanes;
use super::region::{Lasts, Regions};
use super::scalar::{Num, Scalars};
use super::shape::{SelfLoop, Trip};
use super::vector::{Addresses, Vectors};
use crate::codegen::pass::branches;

/// What is done in each iteration of a loop that can be vectorized.
pub(super) struct LoopBody {
    pub(super) looped: SelfLoop,
    /// What an iteration adds to each parameter, if that is constant.
    pub(super) steps: Vec<Option<u32>>,
    pub(super) accesses: Vec<Access>,
    pub(super) lanes: Lanes,
    pub(super) regions: Regions,
}

/// Everything that is known about such a loop.
pub(super) struct VectorLoop {
    pub(super) body: LoopBody,
    /// The blocks that do what is left: the loop itself, the first block first, or what it was made of.
    pub(super) scalar: Vec<Block>,
    pub(super) trip: Trip,
    pub(super) limits: Limits,
}

/// The blocks in front of the loop.
struct Blocks {
    /// Is it long enough?
    check: Block,
    /// Does all that it reaches fit?
    reach: Block,
    setup: Block,
    vector: Block,
    finish: Block,
}

impl LoopBody {
    /// Lanes of a vector.
    pub(super) fn width(&self) -> u32 {
        128 / self.lanes.bits
    }

    /// The fewest iterations of the scalar loop that fill whole vectors.
    pub(super) fn fewest_iterations(&self) -> u32 {
        let width = self.width();
        // Widths are powers of two.
        width / width.min(1 << self.lanes.copies.trailing_zeros())
    }

    /// Iterations of the scalar loop that one of the vector loop replaces: the fewest that fill whole
    /// vectors, and more where that leaves little work for the overhead of a loop.
    fn iterations(&self) -> u32 {
        let width = self.width();
        let fewest = self.fewest_iterations();
        let vectors = self.lanes.copies * fewest / width;
        let operations = self.lanes.nodes.iter().filter(|node| !node.op.is_fixed()).count();
        if vectors == 1 && width <= 4 && operations <= 12 { fewest * 2 } else { fewest }
    }
}

/// Puts the vector loop in front of the scalar one; `None`, with nothing changed, if its checks could
/// never succeed.
pub(super) fn emit(func: &mut Function, mut plan: VectorLoop, places: &[MemoryPlace]) -> Option<()> {
    let header = plan.scalar[0];
    let blocks = Blocks::new(func, header);
    let mut entry = BTreeMap::new();
    for &param in &plan.body.looped.params {
        let ty = func.dfg.value_type(param);
        entry.insert(param, func.dfg.append_block_param(blocks.check, ty));
    }
    let srcloc = func.layout.first_inst(header).map(|inst| func.srcloc(inst)).unwrap_or_default();
    let cursor = FuncCursor::new(func).with_srcloc(srcloc).at_position(CursorPosition::After(blocks.check));
    let mut scalars = Scalars::new(cursor, &entry);
    let arguments: Vec<BlockArg> =
        plan.body.looped.params.iter().map(|param| BlockArg::Value(entry[param])).collect();
    let last = require_length(&plan, &mut scalars).and_then(|last| {
        scalars.go_on(blocks.reach, header, &arguments);
        require_reach(&mut plan, &mut scalars, places, last)?;
        scalars.go_on(blocks.setup, header, &arguments);
        Some(last)
    });
    let Some(last) = last else {
        blocks.remove(func);
        return None;
    };
    let again = write_loop(&plan, &mut scalars, &blocks, last, places);
    let mut own = plan.scalar;
    own.extend([blocks.check, blocks.reach, blocks.setup, blocks.vector, blocks.finish]);
    own.extend(again);
    redirect(func, header, blocks.check, &own);
    Some(())
}

/// Loops with fewer elements than this are done before all is checked and set up.
pub(super) const FEW_ELEMENTS: u32 = 12;

/// What has to hold of the number of iterations for the vector loop to run, at least once; the number of the last one
/// that the scalar loop is known to have.
fn require_length(plan: &VectorLoop, scalars: &mut Scalars<'_, '_>) -> Option<Num> {
    let least = u64::from(plan.body.iterations().max(FEW_ELEMENTS / plan.body.lanes.copies));
    if plan.limits.max_iterations <= least {
        return None;
    }
    require_small(&plan.body, scalars)?;
    let count = plan.trip.at_least(scalars);
    scalars.require(IntCC::UnsignedGreaterThan, count, Num::Const(least))?;
    if plan.limits.max_iterations != u64::MAX {
        scalars.require(IntCC::UnsignedLessThanOrEqual, count, Num::Const(plan.limits.max_iterations))?;
    }
    Some(scalars.sub(count, Num::Const(1)))
}

/// Requires that numbers are small that are taken to be.
pub(super) fn require_small(body: &LoopBody, scalars: &mut Scalars<'_, '_>) -> Option<()> {
    for &number in &body.lanes.small {
        let number = scalars.entry.get(&number).copied().unwrap_or(number);
        let above = scalars.cursor.ins().iadd_imm_s(number, 1 << 30);
        let above = Num::Value(scalars.cursor.ins().uextend(types::I64, above));
        scalars.require(IntCC::UnsignedLessThanOrEqual, above, Num::Const(1 << 31))?;
    }
    Some(())
}

/// What has to hold of the memory that the loop reaches.
fn require_reach(
    plan: &mut VectorLoop,
    scalars: &mut Scalars<'_, '_>,
    places: &[MemoryPlace],
    last: Num,
) -> Option<()> {
    let lasts = Lasts { own: last, inner: BTreeMap::new() };
    plan.body.regions.require_bounds(scalars, places, &lasts)?;
    let copies = plan.body.lanes.copies;
    let accesses = &plan.body.accesses;
    plan.body.regions.require_apart(scalars, accesses, &plan.limits.apart, copies, &lasts)?;
    plan.body.regions.require_in_order(scalars, accesses, &plan.limits.in_order, copies, &lasts)
}

/// Writes the blocks that run if all checks succeed; the one of them that starts again, if that may be.
fn write_loop(
    plan: &VectorLoop,
    scalars: &mut Scalars<'_, '_>,
    blocks: &Blocks,
    last: Num,
    places: &[MemoryPlace],
) -> Option<Block> {
    let iterations = plan.body.iterations();
    // At least one iteration is left to the scalar loop.
    let rounds = scalars.div(last, u64::from(iterations));
    let addresses =
        Addresses::new(&plan.body, scalars, places).falling_to_last(&plan.body, scalars, iterations);
    let stride = u64::from(iterations) * addresses.unit();
    let end = scalars.mul(rounds, stride);
    let end = scalars.value(end);
    let zero = scalars.cursor.ins().iconst(types::I64, 0);
    let vectors = plan.body.lanes.copies * iterations / plan.body.width();
    let mut vectors = Vectors::new(&plan.body, scalars, addresses, vectors);
    let mut arguments = vec![BlockArg::Value(zero)];
    arguments.extend(vectors.initial(scalars).into_iter().map(BlockArg::Value));
    scalars.cursor.ins().jump(blocks.vector, &arguments);

    scalars.cursor.goto_bottom(blocks.vector);
    let types: Vec<_> = arguments.iter().filter_map(BlockArg::as_value).collect();
    let params: Vec<Value> = types
        .iter()
        .map(|&value| {
            let ty = scalars.cursor.func.dfg.value_type(value);
            scalars.cursor.func.dfg.append_block_param(blocks.vector, ty)
        })
        .collect();
    let state = vectors.body(scalars, params[0], &params[1..]);
    let stride = scalars.cursor.ins().iconst(types::I64, stride.cast_signed());
    let done = scalars.cursor.ins().iadd(params[0], stride);
    let more = scalars.cursor.ins().icmp(IntCC::UnsignedLessThan, done, end);
    let mut arguments = vec![BlockArg::Value(done)];
    arguments.extend(state.iter().copied().map(BlockArg::Value));
    scalars.cursor.ins().brif(more, blocks.vector, &arguments, blocks.finish, &[]);

    scalars.cursor.goto_bottom(blocks.finish);
    let rounds = scalars.value(rounds);
    let rounds = scalars.cursor.ins().ireduce(types::I32, rounds);
    let mut arguments = Vec::new();
    for (&param, &step) in plan.body.looped.params.iter().zip(&plan.body.steps) {
        let value = match step {
            Some(step) => {
                let moved = step.wrapping_mul(iterations);
                let moved = scalars.cursor.ins().iconst(types::I32, i64::from(moved));
                let moved = scalars.cursor.ins().imul(rounds, moved);
                scalars.cursor.ins().iadd(scalars.entry[&param], moved)
            }
            None if plan.body.looped.keeps(param) => scalars.entry[&param],
            None => vectors.finished(scalars, param, &state),
        };
        arguments.push(BlockArg::Value(value));
    }
    let Some(again) = start_again(plan, scalars, &arguments) else {
        scalars.cursor.ins().jump(plan.scalar[0], &arguments);
        return None;
    };
    let params = plan.body.looped.params.iter();
    let first: Vec<BlockArg> = params.map(|param| BlockArg::Value(scalars.entry[param])).collect();
    let block = scalars.cursor.func.dfg.make_block();
    scalars.cursor.func.layout.insert_block(block, plan.scalar[0]);
    scalars.cursor.ins().brif(again, block, &[], plan.scalar[0], &arguments);
    scalars.cursor.goto_bottom(block);
    scalars.cursor.ins().jump(plan.scalar[0], &first);
    Some(block)
}

/// Whether the loop has to be done again, given what its parameters are behind the vector loop; `None` if that is never so.
/// Which zero was collected is not known.
fn start_again(plan: &VectorLoop, scalars: &mut Scalars<'_, '_>, arguments: &[BlockArg]) -> Option<Value> {
    let mut any = None;
    for reduction in plan.body.lanes.reductions.iter().filter(|reduction| reduction.is_of_floats()) {
        let position = plan.body.looped.params.iter().position(|&param| param == reduction.param)?;
        let collected = arguments[position].as_value()?;
        let zero = match scalars.cursor.func.dfg.value_type(collected) {
            types::F32 => scalars.cursor.ins().f32const(0.0),
            _ => scalars.cursor.ins().f64const(0.0),
        };
        let is_zero = scalars.cursor.ins().fcmp(FloatCC::Equal, collected, zero);
        any = Some(any.map_or(is_zero, |any| scalars.cursor.ins().bor(any, is_zero)));
    }
    any
}

/// Sends everything that enters the loop to the checks instead, but for what other blocks of it and of its
/// new version do.
pub(super) fn redirect(func: &mut Function, from: Block, to: Block, own: &[Block]) {
    let others: Vec<Block> = func.layout.blocks().filter(|block| !own.contains(block)).collect();
    for block in others {
        if let Some(branch) = func.layout.last_inst(block) {
            branches::redirect(func, branch, from, to);
        }
    }
}

impl Blocks {
    fn new(func: &mut Function, before: Block) -> Self {
        let mut insert = || {
            let block = func.dfg.make_block();
            func.layout.insert_block(block, before);
            block
        };
        Self { check: insert(), reach: insert(), setup: insert(), vector: insert(), finish: insert() }
    }

    fn remove(&self, func: &mut Function) {
        for block in [self.check, self.reach, self.setup, self.vector, self.finish] {
            func.layout.remove_block_and_insts(block);
        }
    }
}
