//! Changes of where a branch goes, and of what it passes there.

use cranelift_codegen::ir::{Block, BlockCall, Function, Inst, Value, ValueListPool};

/// Changes each way of a branch to a block.
pub(super) fn change(
    func: &mut Function,
    branch: Inst,
    to: Block,
    mut change: impl FnMut(&mut BlockCall, &mut ValueListPool),
) {
    let dfg = &mut func.dfg;
    let calls = dfg.insts[branch].branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
    for call in calls {
        if call.block(&dfg.value_lists) == to {
            change(call, &mut dfg.value_lists);
        }
    }
}

/// Has a branch that goes to a block go to another one, and pass the same.
pub(super) fn redirect(func: &mut Function, branch: Inst, from: Block, to: Block) {
    change(func, branch, from, |call, pool| call.set_block(to, pool));
}

/// Has a branch pass one more value to a block.
pub(super) fn pass(func: &mut Function, branch: Inst, to: Block, value: Value) {
    change(func, branch, to, |call, pool| call.append_argument(value, pool));
}

/// Has a branch that goes to a block go to another one, which gets nothing.
pub(super) fn redirect_without(func: &mut Function, branch: Inst, from: Block, to: Block) {
    change(func, branch, from, |call, pool| {
        call.clear(pool);
        call.set_block(to, pool);
    });
}

/// Makes a destination of a branch one that gets nothing.
pub(super) fn enter(func: &mut Function, branch: Inst, number: usize, block: Block) {
    let dfg = &mut func.dfg;
    let calls = dfg.insts[branch].branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
    calls[number].clear(&mut dfg.value_lists);
    calls[number].set_block(block, &mut dfg.value_lists);
}
