//! Where a branch goes, and what it passes there: as it is, and changes of it.

use cranelift_codegen::ir::{Block, BlockCall, Function, Inst, Value, ValueDef, ValueListPool};

/// The ways that an instruction can go on, in the order of their numbers: none if it ends no block.
pub(super) fn ways(func: &Function, branch: Inst) -> &[BlockCall] {
    func.dfg.insts[branch].branch_destination(&func.dfg.jump_tables, &func.dfg.exception_tables)
}

/// One of them, to be changed.
pub(super) fn way_mut(
    func: &mut Function,
    branch: Inst,
    number: usize,
) -> (&mut BlockCall, &mut ValueListPool) {
    let dfg = &mut func.dfg;
    let ways = dfg.insts[branch].branch_destination_mut(&mut dfg.jump_tables, &mut dfg.exception_tables);
    (&mut ways[number], &mut dfg.value_lists)
}

/// What branches pass to the parameters of blocks. Functions pass much, as what goes around in a loop is passed to its first
/// block, and passes ask about little of it: what is collected are the ways, and not all that is passed on them.
pub(super) struct Incoming(Vec<(Block, BlockCall)>);

impl Incoming {
    /// What is passed in a function.
    pub(super) fn new(func: &Function) -> Self {
        let pool = &func.dfg.value_lists;
        let branches = func.layout.blocks().filter_map(|block| func.layout.last_inst(block));
        let passing = branches.flat_map(|branch| ways(func, branch)).filter(|way| way.args(pool).len() > 0);
        let mut passing: Vec<_> = passing.map(|&way| (way.block(pool), way)).collect();
        passing.sort_by_key(|&(to, _)| to);
        Self(passing)
    }

    /// What is passed to a parameter, sorted, each once: nothing for what is there only after the branch, as a call's
    /// result.
    pub(super) fn of(&self, func: &Function, param: Value) -> Vec<Option<Value>> {
        let ValueDef::Param(block, position) = func.dfg.value_def(param) else { return Vec::new() };
        let start = self.0.partition_point(|&(to, _)| to < block);
        let ways = self.0[start..].iter().take_while(|&&(to, _)| to == block);
        let passed = ways.map(|(_, way)| {
            let passed = way.args(&func.dfg.value_lists).nth(position);
            passed.expect("something is passed to each parameter").as_value()
        });
        let mut passed: Vec<Option<Value>> = passed.collect();
        passed.sort_unstable();
        passed.dedup();
        passed
    }
}

/// Changes each way of a branch to a block.
pub(super) fn change(
    func: &mut Function,
    branch: Inst,
    to: Block,
    mut change: impl FnMut(&mut BlockCall, &mut ValueListPool),
) {
    for number in 0..ways(func, branch).len() {
        let (way, pool) = way_mut(func, branch, number);
        if way.block(pool) == to {
            change(way, pool);
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
    let (way, pool) = way_mut(func, branch, number);
    way.clear(pool);
    way.set_block(block, pool);
}
