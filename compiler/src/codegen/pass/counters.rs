//! One register for what a loop carries from iteration to iteration, instead of two.
//!
//! **Counters.** A counted loop ends with `next = i + c; if next != k { repeat with next }`. Cranelift's
//! optimizations make `i != k − c` of the comparison, which is shorter as an expression, but keeps `i` alive
//! beside `next`: two registers for one counter, a move in each iteration, and a second jump around the move.
//! This pass compares `next` again, and makes it as late as possible, so that `i` is no longer needed by then.
//!
//! **Sums.** Most instructions of x86-64 leave their result in the register of their first operand. Where a
//! sum of integers, or another operation whose operands may change places, goes to the next iteration, the
//! old sum becomes the first operand.
//!
//! **Why it is sound.** Adding `c` is a bijection of the numbers modulo 2ⁿ, so `i = k'` if and only if
//! `i + c = k' + c`: the new comparison always has the old one's result. It stands in front of the branch,
//! and `next` is computed in the same block. An addition has no effect, so it may be moved down to the end of
//! its block if nothing in between uses it. The old comparison is left to be dropped if nothing else
//! uses it. Operands change places only for operations that are the same both ways for all bits; floats are
//! left alone, because which of two NaNs goes on depends on their order.
//!
//! It looks at each branch once, and at a block's other instructions only if the branch has such a counter.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Block, BlockCall, Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef,
};

use crate::codegen::pass::values::{constant, definition};

/// Repairs all loops of a function. Aliases have to be resolved.
pub(crate) fn repair(func: &mut Function) {
    let blocks: Vec<Block> = func.layout.blocks().collect();
    for block in blocks {
        let Some(branch) = func.layout.last_inst(block) else { continue };
        let carried = carried(func, block, branch);
        for &(param, next) in &carried {
            put_first(func, block, param, next, MAX_DEPTH);
        }
        let counters = counters(func, block, &carried);
        if counters.is_empty() {
            continue;
        }
        for counter in &counters {
            sink(func, counter.addition, branch);
        }
        compare_next(func, branch, &counters);
    }
}

/// A parameter of a loop's first block that the branch back changes by a constant.
struct Counter {
    param: Value,
    /// What makes `next` of the parameter, in the branch's block.
    addition: Inst,
    step: i64,
}

/// The counters that a branch which ends this block advances.
fn counters(func: &Function, block: Block, carried: &[(Value, Value)]) -> Vec<Counter> {
    let counter = |&(param, next): &(Value, Value)| {
        let ValueDef::Result(addition, _) = func.dfg.value_def(next) else { return None };
        let InstructionData::Binary { opcode: Opcode::Iadd, args } = func.dfg.insts[addition] else {
            return None;
        };
        let is_here = func.layout.inst_block(addition) == Some(block) && args[0] == param;
        let step = constant(func, args[1]).filter(|_| is_here)?;
        Some(Counter { param, addition, step })
    };
    carried.iter().filter_map(counter).collect()
}

/// What a block's branch passes of the results of its operations, behind the parameters that it passes them for.
fn carried(func: &Function, block: Block, branch: Inst) -> Vec<(Value, Value)> {
    let InstructionData::Brif { blocks, .. } = &func.dfg.insts[branch] else { return Vec::new() };
    let pool = &func.dfg.value_lists;
    let is_made_here = |value: Value| match func.dfg.value_def(value) {
        ValueDef::Result(inst, _) => {
            matches!(func.dfg.insts[inst], InstructionData::Binary { .. })
                && func.layout.inst_block(inst) == Some(block)
        }
        _ => false,
    };
    let of_call = |call: &BlockCall| {
        let params = func.dfg.block_params(call.block(pool)).iter().copied();
        let pairs = params.zip(call.args(pool)).filter_map(|(param, arg)| Some((param, arg.as_value()?)));
        pairs.filter(|&(_, next)| is_made_here(next))
    };
    blocks.iter().flat_map(of_call).collect()
}

/// Operations between a parameter and what it becomes.
const MAX_DEPTH: u32 = 6;

/// Makes a loop's parameter the first operand of the first operation on the way to a value, that one's result
/// of the next, and so on; false if the value is not made in this way.
fn put_first(func: &mut Function, block: Block, param: Value, value: Value, depth: u32) -> bool {
    if value == param {
        return true;
    }
    let Some(inst) = func.dfg.value_def(value).inst() else { return false };
    let InstructionData::Binary { opcode, args } = func.dfg.insts[inst] else { return false };
    let commutes = matches!(opcode, Opcode::Iadd | Opcode::Imul | Opcode::Band | Opcode::Bor | Opcode::Bxor);
    if depth == 0 || !commutes || func.layout.inst_block(inst) != Some(block) {
        return false;
    }
    if put_first(func, block, param, args[0], depth - 1) {
        return true;
    }
    if !put_first(func, block, param, args[1], depth - 1) {
        return false;
    }
    func.dfg.inst_args_mut(inst).swap(0, 1);
    true
}

/// Moves an addition down to the branch, if nothing on the way needs its result.
fn sink(func: &mut Function, addition: Inst, branch: Inst) {
    let next = func.dfg.first_result(addition);
    let mut on_the_way = func.layout.next_inst(addition);
    while let Some(inst) = on_the_way.filter(|&inst| inst != branch) {
        if func.dfg.inst_values(inst).any(|value| value == next) {
            return;
        }
        on_the_way = func.layout.next_inst(inst);
    }
    func.layout.remove_inst(addition);
    func.layout.insert_inst(addition, branch);
}

/// Compares what the counter becomes instead of what it is.
fn compare_next(func: &mut Function, branch: Inst, counters: &[Counter]) {
    let condition = func.dfg.inst_args(branch)[0];
    let Some(InstructionData::IntCompare { cond, args: [compared, limit], .. }) = definition(func, condition)
    else {
        return;
    };
    let Some(counter) = counters.iter().find(|counter| counter.param == compared) else { return };
    let (IntCC::Equal | IntCC::NotEqual, Some(limit)) = (cond, constant(func, limit)) else { return };
    let next = func.dfg.first_result(counter.addition);
    let mut cursor = FuncCursor::new(func).at_inst(branch);
    cursor.use_srcloc(branch);
    let ty = cursor.func.dfg.value_type(next);
    // The code generator wants the bits above a constant's type cleared.
    let unused = 64 - ty.bits();
    let limit = (limit.wrapping_add(counter.step).cast_unsigned() << unused >> unused).cast_signed();
    let limit = cursor.ins().iconst(ty, limit);
    let condition = cursor.ins().icmp(cond, next, limit);
    cursor.func.dfg.inst_args_mut(branch)[0] = condition;
}
