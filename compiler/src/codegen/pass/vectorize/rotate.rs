//! Counted loops that are left in the middle: turned until they are left at the end.
//!
//! **What it does.** A compiler that unrolls a loop whose number of iterations is no multiple of the copies leaves a loop
//! of two blocks: the first one has some of the copies, and leaves the loop or goes on to the second one, which has the
//! others and goes back. The first iteration's first block stays where it is; the loop becomes one block of what the
//! second does and then the first:
//!
//! ```text
//!          ▼                                ▼
//!    ┌──► first ──► exit                  first ────────┐
//!    │      ▼                               ▼           ▼
//!    └─── second                ┌──► second, first ──► left ──► exit
//!                               └────────┘
//! ```
//!
//! That can be vectorized, and otherwise has a branch less in each iteration.
//!
//! **Why it is sound.** The same instructions are executed in the same order. What the first block has computed gets to
//! the second one as a parameter, or is computed again where that is an operation on numbers without loads. What
//! follows the loop gets to know what the first block computed last from parameters of `left`, through which every way
//! out goes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    Block, BlockArg, Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef,
};

use super::MemoryPlace;
use super::access;
use super::affine::Affines;
use super::instructions::copy_inst;
use super::nest::emit::insert_block;
use super::shape::{SelfLoop, Trip};
use crate::codegen::pass::branches::ways;

/// Loops with more instructions than this are left alone.
const MAX_INSTRUCTIONS: usize = 100;

/// A loop of two blocks that is left in the middle.
struct Turn {
    first: Block,
    second: Block,
    exit: Block,
    /// What of the first block the loop's next iteration needs, and is not computed again.
    carried: Vec<Value>,
    /// What of the first block is computed again, in its order.
    again: Vec<Inst>,
    /// What of the first block is used behind the loop.
    used: Vec<Value>,
}

/// Turns the loops among these rows of blocks where that may help, each of which the last block goes back to the first;
/// whether there was any. Aliases have to be resolved.
pub(super) fn rotate(func: &mut Function, rows: &[Vec<Block>], places: &[MemoryPlace]) -> bool {
    let mut turns: Vec<Turn> = rows.iter().filter_map(|row| Turn::new(func, row, places)).collect();
    let mut firsts = BTreeSet::new();
    turns.retain(|turn| firsts.insert(turn.first));
    if turns.is_empty() {
        return false;
    }
    find_used(func, &mut turns);
    let mut replaced = HashMap::new();
    for turn in &turns {
        turn.apply(func, &mut replaced);
    }
    replace(func, &replaced);
    true
}

impl Turn {
    fn new(func: &Function, row: &[Block], places: &[MemoryPlace]) -> Option<Self> {
        let [first, second] = *row else { return None };
        let branch = func.layout.last_inst(first)?;
        let InstructionData::Brif { blocks, .. } = func.dfg.insts[branch] else { return None };
        let InstructionData::Jump { .. } = func.dfg.insts[func.layout.last_inst(second)?] else {
            return None;
        };
        let ways = blocks.map(|call| call.block(&func.dfg.value_lists));
        let exit = ways.into_iter().find(|way| !row.contains(way))?;
        let size: usize = row.iter().map(|&block| func.layout.block_insts(block).count()).sum();
        if !ways.contains(&second) || size > MAX_INSTRUCTIONS {
            return None;
        }
        let looped = SelfLoop::of_row(func, row.to_vec())?;
        let mut affines = Affines::new(func, &looped, &vec![None; looped.params.len()]);
        Trip::of_branch(func, branch, second, &mut affines)?;
        access::find(func, row, places, &mut affines)?;
        let [carried, again] = needed(func, first, second, branch);
        let again =
            func.layout.block_insts(first).filter(|&inst| is_any_result(func, inst, &again)).collect();
        let carried = carried.into_iter().collect();
        Some(Self { first, second, exit, carried, again, used: Vec::new() })
    }

    /// Makes the loop one block, and lets `replaced` know what stands for its values behind it.
    fn apply(&self, func: &mut Function, replaced: &mut HashMap<Value, (Block, Value)>) {
        let looped = insert_block(func, self.second);
        let left = insert_block(func, self.second);
        // What the first block has been passed or has computed, as it is when the second block begins.
        let mut twins = BTreeMap::new();
        for &value in &self.carried {
            let ty = func.dfg.value_type(value);
            twins.insert(value, func.dfg.append_block_param(looped, ty));
        }
        for &inst in &self.again {
            copy(func, looped, inst, &mut twins);
        }
        let branch = func.layout.last_inst(self.first).expect("blocks have an end");
        let InstructionData::Brif { blocks, .. } = func.dfg.insts[branch] else { unreachable!("it is one") };
        let on = blocks.iter().position(|call| call.block(&func.dfg.value_lists) == self.second);
        let on = on.expect("the loop goes on");
        let passed: Vec<Vec<Value>> = blocks
            .iter()
            .map(|call| call.args(&func.dfg.value_lists).filter_map(|arg| arg.as_value()).collect())
            .collect();
        // The second block, entered from the first one only.
        for (&param, &argument) in func.dfg.block_params(self.second).iter().zip(&passed[on]) {
            let twin = twins.get(&argument).copied().unwrap_or(argument);
            twins.insert(param, twin);
        }
        let jump = copy_all(func, self.second, looped, &mut twins);
        let next: Vec<Value> = ways(func, jump)
            .iter()
            .flat_map(|call| call.args(&func.dfg.value_lists).filter_map(|arg| arg.as_value()))
            .map(|value| twins.get(&value).copied().unwrap_or(value))
            .collect();
        // The first block of the next iteration.
        let mut later = BTreeMap::new();
        for (&param, &value) in func.dfg.block_params(self.first).iter().zip(&next) {
            later.insert(param, value);
        }
        copy_all(func, self.first, looped, &mut later);
        func.layout.remove_block_and_insts(self.second);

        let exit_args = &passed[1 - on];
        let mut out: Vec<Value> = self.used.clone();
        out.extend(exit_args);
        for (position, &value) in out.iter().enumerate() {
            let ty = func.dfg.value_type(value);
            let param = func.dfg.append_block_param(left, ty);
            if position < self.used.len() {
                replaced.insert(value, (self.first, param));
            }
        }
        let params = func.dfg.block_params(left)[self.used.len()..].to_vec();
        let params: Vec<BlockArg> = params.into_iter().map(BlockArg::Value).collect();
        FuncCursor::new(func).at_bottom(left).ins().jump(self.exit, &params);
        let InstructionData::Brif { arg, .. } = func.dfg.insts[branch] else { unreachable!("it is one") };
        let srcloc = func.srcloc(branch);
        func.layout.remove_inst(branch);
        for (block, values) in [(self.first, &BTreeMap::new()), (looped, &later)] {
            let value = |value: &Value| values.get(value).copied().unwrap_or(*value);
            let again: Vec<BlockArg> =
                self.carried.iter().map(|carried| BlockArg::Value(value(carried))).collect();
            let leave: Vec<BlockArg> = out.iter().map(|used| BlockArg::Value(value(used))).collect();
            let mut ways = [(looped, &again[..]), (left, &leave[..])];
            ways.rotate_left(on);
            let mut cursor = FuncCursor::new(func).at_bottom(block).with_srcloc(srcloc);
            cursor.ins().brif(value(&arg), ways[0].0, ways[0].1, ways[1].0, ways[1].1);
        }
    }
}

/// What of the first block the second one and its way there use: values to carry on, and values to compute again.
fn needed(func: &Function, first: Block, second: Block, branch: Inst) -> [BTreeSet<Value>; 2] {
    let mut left: Vec<Value> =
        func.layout.block_insts(second).flat_map(|inst| func.dfg.inst_values(inst)).collect();
    let on = ways(func, branch).iter().filter(|call| call.block(&func.dfg.value_lists) == second);
    left.extend(on.flat_map(|call| call.args(&func.dfg.value_lists)).filter_map(|arg| arg.as_value()));
    let mut loaded = BTreeMap::new();
    let [mut carried, mut again] = [BTreeSet::new(), BTreeSet::new()];
    while let Some(value) = left.pop() {
        match func.dfg.value_def(value) {
            ValueDef::Param(block, _) if block == first => {
                carried.insert(value);
            }
            ValueDef::Result(inst, _) if func.layout.inst_block(inst) == Some(first) => {
                if depends_on_load(func, first, inst, &mut loaded) {
                    carried.insert(value);
                } else if again.insert(value) {
                    left.extend(func.dfg.inst_values(inst));
                }
            }
            _ => {}
        }
    }
    [carried, again]
}

/// Whether what an instruction computes is made of something that its block has loaded, or of floats.
fn depends_on_load(func: &Function, block: Block, inst: Inst, known: &mut BTreeMap<Inst, bool>) -> bool {
    if let Some(&known) = known.get(&inst) {
        return known;
    }
    let opcode = func.dfg.insts[inst].opcode();
    let is_constant = matches!(opcode, Opcode::Iconst | Opcode::F32const | Opcode::F64const);
    let is_int = func.dfg.inst_results(inst).iter().all(|&result| func.dfg.value_type(result).is_int());
    let is_simple =
        is_constant || is_int && !opcode.can_load() && !opcode.can_trap() && !opcode.other_side_effects();
    let found = !is_simple
        || func.dfg.inst_args(inst).to_vec().into_iter().any(|arg| match func.dfg.value_def(arg) {
            ValueDef::Result(of, _) if func.layout.inst_block(of) == Some(block) => {
                depends_on_load(func, block, of, known)
            }
            _ => false,
        });
    known.insert(inst, found);
    found
}

fn is_any_result(func: &Function, inst: Inst, values: &BTreeSet<Value>) -> bool {
    func.dfg.inst_results(inst).iter().any(|result| values.contains(result))
}

/// Finds what of first blocks is used outside the loops.
fn find_used(func: &Function, turns: &mut [Turn]) {
    let firsts: HashMap<Block, usize> =
        turns.iter().enumerate().map(|(position, turn)| (turn.first, position)).collect();
    let mut all = vec![BTreeSet::new(); turns.len()];
    for block in func.layout.blocks() {
        for inst in func.layout.block_insts(block) {
            for value in func.dfg.inst_values(inst) {
                let of = match func.dfg.value_def(value) {
                    ValueDef::Result(inst, _) => func.layout.inst_block(inst),
                    ValueDef::Param(of, _) => Some(of),
                    ValueDef::Union(..) => None,
                };
                let turn = of.and_then(|of| firsts.get(&of)).copied();
                if let Some(turn) =
                    turn.filter(|&turn| ![turns[turn].first, turns[turn].second].contains(&block))
                {
                    all[turn].insert(value);
                }
            }
        }
    }
    for (turn, used) in turns.iter_mut().zip(all) {
        turn.used = used.into_iter().collect();
    }
}

/// Replaces values of loops where they are used behind those.
fn replace(func: &mut Function, replaced: &HashMap<Value, (Block, Value)>) {
    for block in func.layout.blocks().collect::<Vec<_>>() {
        let mut next = func.layout.first_inst(block);
        while let Some(inst) = next {
            func.dfg.map_inst_values(inst, |value| match replaced.get(&value) {
                Some(&(first, param)) if first != block => param,
                _ => value,
            });
            next = func.layout.next_inst(inst);
        }
    }
}

/// Copies all instructions of a block but the last to the end of another one; the last one.
fn copy_all(func: &mut Function, from: Block, to: Block, twins: &mut BTreeMap<Value, Value>) -> Inst {
    let all: Vec<Inst> = func.layout.block_insts(from).collect();
    let (&last, others) = all.split_last().expect("blocks have an end");
    for &inst in others {
        copy(func, to, inst, twins);
    }
    last
}

/// Copies an instruction to the end of a block, and notes what its results become.
fn copy(func: &mut Function, block: Block, inst: Inst, twins: &mut BTreeMap<Value, Value>) {
    let results = func.dfg.inst_results(inst).to_vec();
    let copies = copy_inst(func, block, inst, twins);
    twins.extend(results.into_iter().zip(copies));
}
