//! Where a branch goes, and what it passes there: as it is, and changes of it.

use cranelift_codegen::ir::{Block, BlockCall, Function, Inst, Type, Value, ValueListPool};

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

/// What branches pass to the parameters of blocks: nothing for what is there only after the branch, as a call's result.
#[derive(Default)]
pub(super) struct Incoming(Vec<(Value, Option<Value>)>);

impl Incoming {
    /// What is passed to parameters of these types, once each.
    pub(super) fn new(func: &Function, is_wanted: impl Fn(Type) -> bool) -> Self {
        let dfg = &func.dfg;
        let mut passed = Vec::new();
        for branch in func.layout.blocks().filter_map(|block| func.layout.last_inst(block)) {
            for way in ways(func, branch) {
                let params = dfg.block_params(way.block(&dfg.value_lists)).iter().copied();
                let pairs = params.zip(way.args(&dfg.value_lists).map(|arg| arg.as_value()));
                passed.extend(pairs.filter(|&(param, _)| is_wanted(dfg.value_type(param))));
            }
        }
        passed.sort_unstable();
        passed.dedup();
        Self(passed)
    }

    /// What is passed to a parameter.
    pub(super) fn of(&self, param: Value) -> impl Iterator<Item = Option<Value>> {
        let start = self.0.partition_point(|&(value, _)| value < param);
        self.0[start..].iter().take_while(move |&&(value, _)| value == param).map(|&(_, passed)| passed)
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
