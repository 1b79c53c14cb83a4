//! Pass `thread`: each handler of an interpreter looks up the next one itself.
//!
//! **What it does.** An interpreter is a loop around a table of jumps: `for (;;) switch (*pc++) { … }`. All handlers
//! go back to where the next instruction is looked up, so that there is a jump more for each, and one place at which
//! the processor has to predict all that there is to predict. This pass gives each handler a copy of the lookup:
//!
//! ```text
//!       ┌──► lookup ◄──┐                  lookup ◄───────────┐
//!       │    │    │    │                  │    │             │
//!       │    ▼    ▼    │                  ▼    ▼             │
//!      add ──┘    └── mul           lookup, after add       mul
//!                                      │    └─► mul           (either goes to add or mul)
//! ```
//!
//! The lookup is a trail of blocks from the loop's first one to the table. Where handlers meet to go back, what they
//! have in common is copied too. Ways out of a lookup, such as one to what counts instructions and then goes on, or one
//! for the end of the program, are the same for a copy.
//!
//! **Why it is sound.** A copy has the instructions of the lookup in their order and with their source locations, and
//! goes to the same blocks with the same values. A branch to the lookup goes to a copy instead and passes what
//! it passed. What the lookup has computed is then defined in several places, and what uses it gets what was
//! computed on the way that was taken (`repair.rs`), or computes it itself (`recompute.rs`).
//!
//! One way back stays as it was, so that the loop is one in the eyes of the code generator, which knows loops by a first
//! block that is on every way. It also costs nothing: the lookup is a copy for that one. What copies cost are entries of
//! tables, each with the moves that bring values to where the handler wants them. Interpreters with too many
//! of them would be slower: they get copies of the block where handlers meet only, whose parameters go away.
//!
//! The pass comes last. A copy's parameters stay, as there is nothing more that finds out that each has but one source:
//! so values are brought to their places before the table, once, and not behind it for each entry.
//! Functions without a table cost a look at the end of each block.

mod recompute;
mod repair;

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::Context;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, Function, Inst, InstBuilder, InstructionData, JumpTableData, Opcode, Value,
};

use self::repair::Definitions;
use crate::codegen::pass::branches::{enter, redirect, redirect_without, ways};

/// Lookups of more instructions than this are left alone.
const MAX_INSTRUCTIONS: usize = 16;

/// Tables with fewer entries than this are left alone, and loops with fewer handlers.
const MIN_ENTRIES: usize = 4;

/// New entries of tables in a function.
const MAX_NEW_ENTRIES: usize = 8192;

/// Copies the lookups of a function's interpreters. Aliases have to be resolved, and all blocks have to be reached. If the
/// dominator tree was up to date, it is so afterwards.
pub(crate) fn thread(context: &mut Context) {
    let func = &context.func;
    let is_large = |&block: &Block| entries(func, block) >= MIN_ENTRIES;
    let tables: Vec<Block> = func.layout.blocks().filter(is_large).collect();
    if tables.is_empty() {
        return;
    }
    analyze(context);
    let mut entries_left = MAX_NEW_ENTRIES;
    for table in tables {
        let Some(lookup) = Lookup::find(context, table) else { continue };
        let handlers = lookup.handlers(context).len();
        let entries = entries(&context.func, table);
        // A switch that is in a loop only by the way has few handlers that go back, or few of its own.
        if handlers < MIN_ENTRIES || handlers * 2 < entries {
            continue;
        }
        let new_entries = handlers * entries;
        if new_entries <= entries_left {
            entries_left -= new_entries;
            lookup.copy_for_handlers(context);
        } else {
            lookup.copy_meetings(context);
        }
    }
}

/// Finds out what there is to know about the function's blocks.
fn analyze(context: &mut Context) {
    context.compute_cfg();
    context.compute_domtree();
}

/// The blocks that can go to a block.
fn preds(context: &Context, block: Block) -> impl Iterator<Item = Block> {
    context.cfg.pred_iter(block).map(|pred| pred.block)
}

/// The entries of the table of jumps that a block ends with.
fn entries(func: &Function, block: Block) -> usize {
    let last = func.layout.last_inst(block).expect("blocks have an end");
    match func.dfg.insts[last] {
        InstructionData::BranchTable { table, .. } => func.dfg.jump_tables[table].all_branches().len(),
        _ => 0,
    }
}

/// The trail of blocks that leads to a table of jumps. The first one is where a loop begins, each can go to the next, and
/// the last one has the table.
struct Lookup(Vec<Block>);

/// A block that goes back to the lookup.
struct Handler {
    block: Block,
    /// By way of a short block, where it meets others.
    meeting: Option<Block>,
}

impl Lookup {
    /// What leads to a table, if the table is in a loop and it is short.
    fn find(context: &Context, table: Block) -> Option<Self> {
        let mut blocks = vec![table];
        loop {
            if !is_short(&context.func, &blocks) {
                return None;
            }
            let first = blocks[blocks.len() - 1];
            if preds(context, first).any(|pred| context.domtree.block_dominates(first, pred)) {
                blocks.reverse();
                return Some(Self(blocks));
            }
            // Other ways here begin in that block too, and stay as they are. A table's handlers are no lookup.
            let before = context.domtree.idom(first)?;
            if !preds(context, first).any(|pred| pred == before) || entries(&context.func, before) > 0 {
                return None;
            }
            blocks.push(before);
        }
    }

    /// The blocks that go back to the lookup.
    fn handlers(&self, context: &Context) -> Vec<Handler> {
        let first = self.0[0];
        let mut handlers = Vec::new();
        for back in preds(context, first) {
            if !context.domtree.block_dominates(first, back) {
                continue;
            }
            if self.is_meeting(context, back) {
                handlers.extend(preds(context, back).map(|block| Handler { block, meeting: Some(back) }));
            } else {
                handlers.push(Handler { block: back, meeting: None });
            }
        }
        handlers
    }

    /// Whether a block that goes back is one where several meet, and does little but go on.
    fn is_meeting(&self, context: &Context, block: Block) -> bool {
        entries(&context.func, block) == 0
            && preds(context, block).count() > 1
            && !preds(context, block).any(|before| context.domtree.block_dominates(block, before))
            && !self.0.contains(&block)
            && is_short(&context.func, &[&[block], &self.0[..]].concat())
    }

    /// Makes a copy for each handler but one.
    fn copy_for_handlers(&self, context: &mut Context) {
        let nothing = self.separate_ways_back(context);
        analyze(context);
        let mut handlers = self.handlers(context);
        recompute::recompute(&mut context.func, &self.0);
        let size = |block: Block| context.func.layout.block_insts(block).count();
        // The one that stays may be any: what does nothing does not matter, and the longest has the least to gain.
        handlers.sort_by_key(|handler| (nothing.contains(&handler.block), size(handler.block)));
        handlers.pop();

        let meetings: BTreeSet<Block> = handlers.iter().filter_map(|handler| handler.meeting).collect();
        let mut definitions: Definitions = BTreeMap::new();
        for &block in self.0.iter().chain(&meetings) {
            for value in defined(&context.func, block) {
                definitions.insert(value, vec![(block, value)]);
            }
        }
        for handler in handlers {
            let blocks: Vec<Block> = handler.meeting.iter().chain(&self.0).copied().collect();
            let copy = copy(&mut context.func, handler.block, &blocks, &mut definitions);
            let branch = context.func.layout.last_inst(handler.block).expect("blocks have an end");
            redirect(&mut context.func, branch, blocks[0], copy);
        }
        remove_left(context, &meetings);
        repair::repair(context, &definitions);
    }

    /// Makes a copy of each block where handlers meet for each of them.
    fn copy_meetings(&self, context: &mut Context) {
        let meetings: BTreeSet<Block> =
            self.handlers(context).iter().filter_map(|handler| handler.meeting).collect();
        for meeting in meetings {
            let mut definitions: Definitions = BTreeMap::new();
            for value in defined(&context.func, meeting) {
                definitions.insert(value, vec![(meeting, value)]);
            }
            for handler in preds(context, meeting).collect::<Vec<_>>() {
                append(&mut context.func, handler, meeting, &mut definitions);
            }
            remove_left(context, &BTreeSet::from([meeting]));
            repair::repair(context, &definitions);
        }
    }

    /// Puts blocks on the ways from the lookup back to itself, which are then handlers that do nothing.
    fn separate_ways_back(&self, context: &mut Context) -> Vec<Block> {
        let mut back = vec![self.0[0]];
        back.extend(self.handlers(context).iter().filter_map(|handler| handler.meeting));
        let func = &mut context.func;
        let mut separate: BTreeMap<(Block, Vec<BlockArg>), Block> = BTreeMap::new();
        for &block in &self.0 {
            let branch = func.layout.last_inst(block).expect("blocks have an end");
            for number in 0..ways(func, branch).len() {
                let call = ways(func, branch)[number];
                let to = call.block(&func.dfg.value_lists);
                if !back.contains(&to) {
                    continue;
                }
                let args: Vec<BlockArg> = call.args(&func.dfg.value_lists).collect();
                let between = *separate.entry((to, args)).or_insert_with_key(|(to, args)| {
                    let between = func.dfg.make_block();
                    func.layout.insert_block_after(between, block);
                    FuncCursor::new(func).at_bottom(between).ins().jump(*to, args);
                    between
                });
                enter(func, branch, number, between);
            }
        }
        separate.into_values().collect()
    }
}

/// Copies blocks that can go to each other in this order, behind a block. The first copy is the result.
fn copy(func: &mut Function, after: Block, blocks: &[Block], definitions: &mut Definitions) -> Block {
    let mut copies: Vec<Block> = Vec::new();
    // What is copied already. In a block where handlers meet, the lookup's values are still those of the one before.
    let mut twins: BTreeMap<Value, Value> = BTreeMap::new();
    for &block in blocks {
        let copy = func.dfg.make_block();
        func.layout.insert_block_after(copy, copies.last().copied().unwrap_or(after));
        if let Some(&before) = copies.last() {
            let branch = func.layout.last_inst(before).expect("blocks have an end");
            redirect(func, branch, block, copy);
        }
        copies.push(copy);
        for param in func.dfg.block_params(block).to_vec() {
            let ty = func.dfg.value_type(param);
            twins.insert(param, func.dfg.append_block_param(copy, ty));
        }
        copy_insts(func, block, copy, &mut twins);
        for value in defined(func, block) {
            definitions.entry(value).or_default().push((copy, twins[&value]));
        }
    }
    copies[0]
}

/// Copies a block's instructions to the end of another one.
fn copy_insts(func: &mut Function, from: Block, to: Block, twins: &mut BTreeMap<Value, Value>) {
    for inst in func.layout.block_insts(from).collect::<Vec<_>>() {
        let twin = copy_inst(func, inst);
        func.dfg.map_inst_values(twin, |value| twins.get(&value).copied().unwrap_or(value));
        func.layout.append_inst(twin, to);
        let results = func.dfg.inst_results(inst).iter().zip(func.dfg.inst_results(twin));
        twins.extend(results.map(|(&result, &own)| (result, own)));
    }
}

/// Copies a block behind one that goes to it in one way only: what it passes takes the place of the parameters.
fn append(func: &mut Function, handler: Block, meeting: Block, definitions: &mut Definitions) {
    let branch = func.layout.last_inst(handler).expect("blocks have an end");
    let goes_there = |call: &&BlockCall| call.block(&func.dfg.value_lists) == meeting;
    let calls: Vec<BlockCall> = ways(func, branch).iter().filter(goes_there).copied().collect();
    let [call] = calls[..] else { return };
    let args: Option<Vec<Value>> = call.args(&func.dfg.value_lists).map(|arg| arg.as_value()).collect();
    let Some(args) = args else { return };
    let copy = func.dfg.make_block();
    func.layout.insert_block_after(copy, handler);
    let params = func.dfg.block_params(meeting).iter().copied();
    let mut twins: BTreeMap<Value, Value> = params.zip(args).collect();
    copy_insts(func, meeting, copy, &mut twins);
    for value in defined(func, meeting) {
        definitions.entry(value).or_default().push((copy, twins[&value]));
    }
    redirect_without(func, branch, meeting, copy);
}

/// Finds out what there is to know about blocks after some were copied, and removes those of these that nothing
/// goes to any more.
fn remove_left(context: &mut Context, blocks: &BTreeSet<Block>) {
    analyze(context);
    let left: Vec<Block> =
        blocks.iter().copied().filter(|&block| !context.domtree.is_reachable(block)).collect();
    for &block in &left {
        context.func.layout.remove_block_and_insts(block);
    }
    if !left.is_empty() {
        context.compute_cfg();
    }
}

/// Whether these blocks may be copied.
fn is_short(func: &Function, blocks: &[Block]) -> bool {
    let insts = blocks.iter().flat_map(|&block| func.layout.block_insts(block));
    let opcodes = insts.map(|inst| func.dfg.insts[inst].opcode());
    let costs = |opcode: &Opcode| !matches!(opcode, Opcode::Iconst | Opcode::Ireduce | Opcode::Jump);
    let opcodes: Vec<Opcode> = opcodes.filter(costs).collect();
    opcodes.len() <= MAX_INSTRUCTIONS && opcodes.iter().all(|opcode| !opcode.is_call())
}

/// The values that a block defines.
fn defined(func: &Function, block: Block) -> Vec<Value> {
    let results = func.layout.block_insts(block).flat_map(|inst| func.dfg.inst_results(inst));
    func.dfg.block_params(block).iter().chain(results).copied().collect()
}

/// A copy of an instruction, with its location and with a table of its own, if it has one.
fn copy_inst(func: &mut Function, inst: Inst) -> Inst {
    let copy = func.dfg.clone_inst(inst);
    if let InstructionData::BranchTable { table, .. } = func.dfg.insts[inst] {
        let calls = func.dfg.jump_tables[table].all_branches().to_vec();
        let calls: Vec<BlockCall> =
            calls.iter().map(|call| call.deep_clone(&mut func.dfg.value_lists)).collect();
        let own = func.dfg.jump_tables.push(JumpTableData::new(calls[0], &calls[1..]));
        let InstructionData::BranchTable { table, .. } = &mut func.dfg.insts[copy] else {
            unreachable!("it is a copy")
        };
        *table = own;
    }
    func.set_srcloc(copy, func.srcloc(inst));
    copy
}
