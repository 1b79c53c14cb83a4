//! Pass `edges`: constants that a conditional branch passes on are made on the way to where they are needed.
//!
//! The code generator makes what a branch passes on before the branch: for an early `return 0` the zero is made
//! on the way that does not return as well, and needs a register of its own up to the branch. Behind a table
//! of jumps to blocks that differ in nothing but a constant, that is one register for each. This pass puts a
//! block of its own on such a way, which has nothing but a jump that passes the same. Constants are
//! made in the blocks that use them. Branches that pass the same to the same block share one.
//!
//! **Why it is sound.** A block with a jump is between the branch and its destination, and passes what the branch
//! passed. A shared one is entered only by branches at which all these values are there.
//!
//! Ways back, to blocks that come earlier, stay: the branches of loops are what other passes look for, and have few
//! constants. It comes before Cranelift's optimizations, after the passes that look at loops as a whole.
//! Takes time linear in the function, but for the search for what is shared.

use std::collections::BTreeMap;

use cranelift_codegen::Context;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, BlockArg, Function, Inst, InstBuilder, InstructionData};

use crate::codegen::pass::branches;
use crate::codegen::pass::values::constant;

/// Gives the ways on which constants are passed a block of their own.
pub(crate) fn split(context: &mut Context) {
    let func = &mut context.func;
    let blocks: Vec<Block> = func.layout.blocks().collect();
    let mut place: SecondaryMap<Block, usize> = SecondaryMap::with_capacity(func.dfg.num_blocks());
    for (number, &block) in blocks.iter().enumerate() {
        place[block] = number;
    }
    let mut shared: BTreeMap<(Block, Vec<BlockArg>), Block> = BTreeMap::new();
    for block in blocks {
        let Some(branch) = func.layout.last_inst(block) else { continue };
        if !matches!(
            func.dfg.insts[branch],
            InstructionData::Brif { .. } | InstructionData::BranchTable { .. }
        ) {
            continue;
        }
        for number in 0..branches::ways(func, branch).len() {
            if !passes_constant(func, branch, number) {
                continue;
            }
            let (to, args) = destination(func, branch, number);
            if place[to] <= place[block] {
                continue;
            }
            let between = *shared.entry((to, args)).or_insert_with_key(|(to, args)| {
                let between = func.dfg.make_block();
                func.layout.insert_block_after(between, block);
                FuncCursor::new(func).at_bottom(between).ins().jump(*to, args);
                between
            });
            branches::enter(func, branch, number, between);
        }
    }
    if !shared.is_empty() {
        // What was found out about blocks is no longer true.
        context.cfg.clear();
        context.domtree.clear();
    }
}

fn passes_constant(func: &Function, branch: Inst, number: usize) -> bool {
    let mut passed = branches::ways(func, branch)[number].args(&func.dfg.value_lists);
    passed.any(|arg| arg.as_value().is_some_and(|value| constant(func, value).is_some()))
}

/// Where a branch goes to, and what it passes there.
fn destination(func: &Function, branch: Inst, number: usize) -> (Block, Vec<BlockArg>) {
    let dfg = &func.dfg;
    let call = branches::ways(func, branch)[number];
    let args = call.args(&dfg.value_lists).map(|arg| arg.map_value(|value| dfg.resolve_aliases(value)));
    (call.block(&dfg.value_lists), args.collect())
}
