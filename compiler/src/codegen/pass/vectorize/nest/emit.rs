//! Writing the copy of a nest: the checks before it, and the way on from it.

use std::collections::{BTreeMap, HashMap};

use cranelift_codegen::cursor::{Cursor, CursorPosition, FuncCursor};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, Function, InstBuilder, InstructionData, Value, types};

use super::super::MemoryPlace;
use super::super::emit::redirect;
use super::super::scalar::{Num, Scalars};
use super::body::{Body, Group};
use super::kinds::Kind;
use super::{Plan, lasts};
use crate::codegen::pass::branches;

/// Accumulators and what is needed beside them have to fit the registers.
const MAX_VECTORS: u32 = 5;
const REGISTERS: u32 = 10;

/// Iterations that are done at once if it is not known how many there are.
const FEW_ITERATIONS: u32 = 8;

/// Puts the copy in front of the nest; `None`, with nothing changed, if its checks could never succeed or
/// something that is used behind the nest is not known there.
pub(super) fn emit(func: &mut Function, mut plan: Plan, places: &[MemoryPlace]) -> Option<()> {
    let header = plan.nest.header;
    let used = used_behind(func, &plan)?;
    let check = insert_block(func, header);
    let mut entry = BTreeMap::new();
    for param in func.dfg.block_params(header).to_vec() {
        let ty = func.dfg.value_type(param);
        entry.insert(param, func.dfg.append_block_param(check, ty));
    }
    let srcloc = func.layout.first_inst(header).map(|inst| func.srcloc(inst)).unwrap_or_default();
    let cursor = FuncCursor::new(func).with_srcloc(srcloc).at_position(CursorPosition::After(check));
    let mut scalars = Scalars::new(cursor, &entry);
    let Some((count, group)) = require(&mut plan, &mut scalars, places) else {
        func.layout.remove_block_and_insts(check);
        return None;
    };
    let mut new_block = || insert_block(scalars.cursor.func, header);
    let setup = new_block();
    let copies: HashMap<Block, Block> = plan.nest.blocks.iter().map(|&block| (block, new_block())).collect();
    let [finish, exit] = [new_block(), new_block()];
    let params = scalars.cursor.func.dfg.block_params(header).to_vec();
    let arguments: Vec<BlockArg> = params.iter().map(|param| BlockArg::Value(entry[param])).collect();
    scalars.cursor.goto_bottom(check);
    scalars.go_on(setup, header, &arguments);
    let rounds = scalars.div(count, u64::from(group.iterations()));
    let rounds = scalars.value(rounds);
    let mut initial = vec![BlockArg::Value(rounds)];
    initial.extend(arguments);
    scalars.cursor.ins().jump(copies[&header], &initial);
    let mut body = Body::new(&plan, places, group, &copies);
    body.write(&mut scalars, finish);

    scalars.cursor.goto_bottom(finish);
    let behind: Vec<BlockArg> =
        used.iter().map(|&value| BlockArg::Value(body.last(&mut scalars, value))).collect();
    let rest = scalars.rem(count, u64::from(group.iterations()));
    let done = scalars.sub(count, rest);
    let left: Vec<BlockArg> = params
        .iter()
        .map(|&param| {
            let Kind::Step(step) = plan.kinds.get(param) else { return BlockArg::Value(entry[&param]) };
            let moved = scalars.mul(done, u64::from(step));
            let moved = scalars.value(moved);
            let moved = scalars.cursor.ins().ireduce(types::I32, moved);
            BlockArg::Value(scalars.cursor.ins().iadd(entry[&param], moved))
        })
        .collect();
    match rest {
        Num::Const(0) => scalars.cursor.ins().jump(exit, &behind),
        Num::Const(_) => scalars.cursor.ins().jump(header, &left),
        Num::Value(rest) => scalars.cursor.ins().brif(rest, header, &left, exit, &behind),
    };
    let mut own: Vec<Block> = plan.nest.blocks.iter().chain(copies.values()).copied().collect();
    own.extend([check, setup, finish, exit]);
    redirect(func, header, check, &own);
    join_exits(func, &plan, exit, &used, &own);
    Some(())
}

/// Everything that has to hold for the copy to run, at least once; the number of iterations and how many of
/// them are done at once.
fn require(plan: &mut Plan, scalars: &mut Scalars<'_, '_>, places: &[MemoryPlace]) -> Option<(Num, Group)> {
    let count = plan.trip.count(scalars)?;
    let group = Group { bits: plan.kinds.bits, vectors: vectors(plan, scalars.cursor.func, count) };
    scalars.require(IntCC::UnsignedGreaterThan, count, Num::Const(u64::from(group.iterations() - 1)))?;
    let lasts = lasts(scalars, count, &plan.inner_trips, &plan.joined)?;
    plan.regions.require_bounds(scalars, places, &lasts)?;
    plan.regions.require_apart(scalars, &plan.accesses, &plan.apart, 1, &lasts)?;
    Some((count, group))
}

/// How many vectors make a group: as many as fit the registers, and leave few iterations to the loop itself.
fn vectors(plan: &Plan, func: &Function, count: Num) -> u32 {
    let loops = plan.nest.inner.iter().map(|contained| contained.block);
    let carried = loops
        .map(|block| {
            let params = func.dfg.block_params(block).iter();
            params.filter(|&&param| plan.kinds.get(param) == Kind::Lanes).count()
        })
        .max()
        .unwrap_or(0);
    let carried = u32::try_from(carried).expect("blocks are short");
    let most = (REGISTERS / (carried + 1)).clamp(1, MAX_VECTORS);
    match count {
        Num::Const(count) => {
            let left = |vectors: &u32| count % u64::from(vectors * (128 / plan.kinds.bits));
            (1..=most).rev().min_by_key(left).expect("there is at least one")
        }
        // A power of two, to divide by.
        Num::Value(_) => 1 << most.min(FEW_ITERATIONS * plan.kinds.bits / 128).ilog2(),
    }
}

/// The nest's values that are used behind it; `None` if there is one whose last value is not known.
fn used_behind(func: &Function, plan: &Plan) -> Option<Vec<Value>> {
    let mut used = Vec::new();
    let mut add = |value: Value| {
        let value = func.dfg.resolve_aliases(value);
        if plan.kinds.is_inside(value) && !used.contains(&value) {
            used.push(value);
        }
    };
    let InstructionData::Brif { blocks, .. } = &func.dfg.insts[plan.nest.branch(func)] else { return None };
    for call in blocks.iter().filter(|call| call.block(&func.dfg.value_lists) == plan.nest.exit) {
        call.args(&func.dfg.value_lists).filter_map(|arg| arg.as_value()).for_each(&mut add);
    }
    for block in func.layout.blocks().filter(|block| !plan.nest.blocks.contains(block)) {
        for inst in func.layout.block_insts(block) {
            func.dfg.inst_values(inst).for_each(&mut add);
        }
    }
    // What is used behind the nest is computed in every iteration: it dominates the nest's end.
    let is_known = |value: &Value| matches!(plan.kinds.get(*value), Kind::Same | Kind::Step(_) | Kind::Lanes);
    used.iter().all(is_known).then_some(used)
}

/// Lets the way out of the loop and that out of its copy meet: what comes behind uses what `exit` is passed.
fn join_exits(func: &mut Function, plan: &Plan, exit: Block, used: &[Value], own: &[Block]) {
    let mut joined: HashMap<Value, Value> = HashMap::new();
    for &value in used {
        let ty = func.dfg.value_type(value);
        joined.insert(value, func.dfg.append_block_param(exit, ty));
    }
    let branch = plan.nest.branch(func);
    let old = plan.nest.exit;
    let mut arguments = Vec::new();
    branches::change(func, branch, old, |call, pool| {
        arguments.extend(call.args(pool));
        call.clear(pool);
        call.set_block(exit, pool);
        for &value in used {
            call.append_argument(value, pool);
        }
    });
    let replaced = |value: Value| joined.get(&value).copied().unwrap_or(value);
    for argument in &mut arguments {
        if let BlockArg::Value(value) = argument {
            *value = replaced(*value);
        }
    }
    let mut cursor = FuncCursor::new(func).at_bottom(exit);
    cursor.ins().jump(old, &arguments);
    for block in func.layout.blocks().filter(|block| !own.contains(block)).collect::<Vec<_>>() {
        let mut next = func.layout.first_inst(block);
        while let Some(inst) = next {
            func.dfg.map_inst_values(inst, replaced);
            next = func.layout.next_inst(inst);
        }
    }
}

pub(in super::super) fn insert_block(func: &mut Function, before: Block) -> Block {
    let block = func.dfg.make_block();
    func.layout.insert_block(block, before);
    block
}
