//! Values that copies of their blocks define as well: every use gets the one that reaches it.
//!
//! What a value is at the beginning of a block is what it is at the end of the blocks before; where these differ, the
//! block gets a parameter for it, and the branches to it pass what it is where they are. Only blocks on a way to a use
//! are looked at. They are gone through in an order in which those before come first, but for ways back, and
//! again until nothing changes: a block starts without a parameter, and once it has one it keeps it.
//!
//! **Why it is sound.** When nothing changes any more, all branches to a block without a parameter for the value
//! come with the same definition, and those to a block with one pass theirs: that is what the value is, on each way.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::Context;
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, Inst, Value};

use crate::codegen::pass::branches::pass;

/// Values, with the blocks that define them and what they are called there.
pub(super) type Definitions = BTreeMap<Value, Vec<(Block, Value)>>;

/// Repairs the uses of values, each of which is given with the blocks that define it and what it is called there. A block uses
/// none of the values that it defines, but for the block of the value itself, behind its definition.
/// The control flow graph and the order of the blocks have to be up to date.
pub(super) fn repair(context: &mut Context, values: &Definitions) {
    let mut uses: BTreeMap<Value, Vec<(Block, Inst)>> = BTreeMap::new();
    let func = &context.func;
    for block in func.layout.blocks() {
        for inst in func.layout.block_insts(block) {
            for value in func.dfg.inst_values(inst) {
                let Some(definitions) = values.get(&value) else { continue };
                if definitions.iter().all(|&(defining, _)| defining != block) {
                    uses.entry(value).or_default().push((block, inst));
                }
            }
        }
    }
    let mut place: SecondaryMap<Block, Option<u32>> = SecondaryMap::with_capacity(func.dfg.num_blocks());
    for (number, &block) in (0..).zip(context.domtree.cfg_rpo()) {
        place[block] = Some(number);
    }
    for (&value, uses) in &uses {
        repair_value(context, &place, value, &values[&value], uses);
    }
}

/// Repairs the uses of one value.
fn repair_value(
    context: &mut Context,
    place: &SecondaryMap<Block, Option<u32>>,
    value: Value,
    definitions: &[(Block, Value)],
    uses: &[(Block, Inst)],
) {
    let mut at_end: SecondaryMap<Block, Option<Value>> = SecondaryMap::new();
    for &(block, definition) in definitions {
        at_end[block] = Some(definition);
    }
    // Blocks that the value is alive at the beginning of. What cannot be reached is left as it is.
    let mut alive: BTreeSet<(u32, Block)> = BTreeSet::new();
    let mut open: Vec<Block> = uses.iter().map(|&(block, _)| block).collect();
    while let Some(block) = open.pop() {
        if let Some(place) = place[block]
            && at_end[block].is_none()
            && alive.insert((place, block))
        {
            open.extend(context.cfg.pred_iter(block).map(|pred| pred.block));
        }
    }
    let mut params: BTreeSet<Block> = BTreeSet::new();
    let mut changes = true;
    while changes {
        changes = false;
        for &(_, block) in &alive {
            if params.contains(&block) {
                continue;
            }
            let mut incoming = context.cfg.pred_iter(block).filter_map(|pred| at_end[pred.block]);
            let Some(first) = incoming.next() else { continue };
            let now = if incoming.all(|other| other == first) {
                first
            } else {
                params.insert(block);
                let ty = context.func.dfg.value_type(value);
                context.func.dfg.append_block_param(block, ty)
            };
            changes |= at_end[block] != Some(now);
            at_end[block] = Some(now);
        }
    }
    for block in params {
        let branches: Vec<(Block, Inst)> =
            context.cfg.pred_iter(block).map(|pred| (pred.block, pred.inst)).collect();
        for (from, branch) in branches {
            // A block that is not reached passes anything.
            pass(&mut context.func, branch, block, at_end[from].unwrap_or(value));
        }
    }
    for &(block, inst) in uses {
        if let Some(reaching) = at_end[block] {
            context.func.dfg.map_inst_values(inst, |used| if used == value { reaching } else { used });
        }
    }
}
