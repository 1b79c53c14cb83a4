//! Pass `merge`: blocks that only ever follow one other block become part of that one.
//!
//! Translation ends a block at every label, and the inliner at every call that it replaces, so that code
//! without branches comes as a chain of blocks. Cranelift's optimizations look up values scope by scope, one
//! scope for each block of such a chain, and loops of several blocks are not vectorized.
//!
//! **Why it is sound.** Where a block ends in an unconditional jump, and its destination is entered from
//! nowhere else, the two are always executed one after the other. The destination's parameters are the
//! jump's operands. Instructions stay in order, and keep their source locations; the jump has no effect that
//! could be missed, neither as a trap nor as a call. Blocks that are marked as cold stay apart from others.
//!
//! Takes time linear in the function: chains are joined from their first block on, so that every
//! instruction moves once.

use cranelift_codegen::entity::packed_option::PackedOption;
use cranelift_codegen::entity::{EntitySet, SecondaryMap};
use cranelift_codegen::ir::{Block, Function, Opcode};

use crate::codegen::pass::branches::ways;

/// Joins the chains of a function's blocks.
pub(crate) fn merge_blocks(func: &mut Function) {
    let entries = count_entries(func);
    let follower = |func: &Function, block: Block| {
        only_destination(func, block)
            .filter(|&next| entries[next] == 1 && func.layout.is_cold(next) == func.layout.is_cold(block))
    };
    let mut followers: SecondaryMap<Block, PackedOption<Block>> = SecondaryMap::new();
    let mut follows: EntitySet<Block> = EntitySet::new();
    for block in func.layout.blocks() {
        if let Some(next) = follower(func, block) {
            followers[block] = next.into();
            follows.insert(next);
        }
    }
    // A cycle of followers cannot be reached, and has no first block.
    let is_first = |&block: &Block| followers[block].is_some() && !follows.contains(block);
    let firsts: Vec<Block> = func.layout.blocks().filter(is_first).collect();
    for first in firsts {
        let mut last = first;
        while let Some(next) = followers[last].expand() {
            append(func, first, next);
            last = next;
        }
    }
}

/// How many branches enter each block. The first one is entered once, from outside, and by no branch.
fn count_entries(func: &Function) -> SecondaryMap<Block, u32> {
    let mut entries: SecondaryMap<Block, u32> = SecondaryMap::new();
    entries.resize(func.dfg.num_blocks());
    for block in func.layout.blocks() {
        let Some(last) = func.layout.last_inst(block) else { continue };
        for call in ways(func, last) {
            entries[call.block(&func.dfg.value_lists)] += 1;
        }
    }
    entries
}

/// Where a block jumps to if it ends in a jump.
fn only_destination(func: &Function, block: Block) -> Option<Block> {
    let last = func.layout.last_inst(block)?;
    if func.dfg.insts[last].opcode() != Opcode::Jump {
        return None;
    }
    Some(ways(func, last)[0].block(&func.dfg.value_lists))
}

/// Moves the contents of a block to the end of the block that jumps to it.
fn append(func: &mut Function, block: Block, next: Block) {
    let jump = func.layout.last_inst(block).expect("the block ends in a jump");
    let call = ways(func, jump)[0];
    let operands: Vec<_> = call.args(&func.dfg.value_lists).collect();
    let params = func.dfg.detach_block_params(next);
    for (number, operand) in operands.into_iter().enumerate() {
        let param = params.get(number, &func.dfg.value_lists).expect("a jump has an operand for each");
        func.dfg.change_to_alias(param, operand.as_value().expect("operands of jumps are values"));
    }
    func.layout.remove_inst(jump);
    while let Some(inst) = func.layout.first_inst(next) {
        func.layout.remove_inst(inst);
        func.layout.append_inst(inst, block);
    }
    func.layout.remove_block(next);
}
