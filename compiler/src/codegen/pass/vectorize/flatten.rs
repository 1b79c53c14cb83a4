//! Loops with branches in them, as loops of one block.
//!
//! **What it does.** The body of a counted loop that takes one way or another is copied to a block of its own, in which
//! all ways are taken, and what each leads to is chosen by its condition:
//!
//! ```text
//!        ┌──► header ──┐              ┌──► header, side, latch ──┐
//!        │      ▼      │              └──────────────────────────┘
//!        │     side    │
//!        │      ▼      │
//!        └─── latch ◄──┘
//! ```
//!
//! The loop itself stays as it is. The copy is only looked at: if it can be vectorized, the vector loop gets in front of
//! the loop itself, which does what is left. Then the copy goes away.
//!
//! **Why it is sound.** The copy computes what an iteration computes, and stores what it stores: that has to be so for
//! iterations in which nothing traps, as others are not left to vectors.
//!
//! - A block is executed under a condition: that one of the branches to it is taken. Where two ways meet again, each
//!   parameter is what the branch passes whose condition holds. Values of blocks that are not executed are used
//!   nowhere else, as each value's block comes first on all ways to its uses.
//! - What the copy computes in addition has no effects. Its loads and checks do not trap: the vector loop runs only if
//!   all accesses of all iterations are inside the memory, also of those that the loop would have left out.
//! - A store that would not be executed stores what is in its place. Nobody else sees the memory meanwhile: it
//!   is of one thread, and the loop calls nothing.
//!
//! Time is linear in the loop's size, and at most cubic in the number of its blocks, which is limited.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, Function, Inst, InstBuilder, InstructionData, JumpTable, Opcode, Type, Value,
    types,
};

use super::graph::{self, Edges};
use super::instructions::copy_inst;
use super::shape::{constants, destinations, is_zero};
use crate::codegen::pass::values::{constant, definition};

/// Loops with more instructions than this are left alone.
const MAX_INSTRUCTIONS: usize = 250;

/// Loops with more blocks than this are left alone.
const MAX_BLOCKS: usize = 26;

/// Tables with more cases than this are left alone.
const MAX_CASES: usize = 8;

/// A loop of several blocks that contains no other one, and is left from its last block only.
pub(super) struct Branching {
    /// The first block comes first, and each one before all that it branches to; the last one goes back to the first.
    pub(super) blocks: Vec<Block>,
    /// Blocks outside that enter it.
    pub(super) entries: Vec<Block>,
}

impl Branching {
    /// The loops of this kind in a function.
    pub(super) fn all(func: &Function) -> Vec<Self> {
        let mut latches: BTreeMap<Block, Vec<Block>> = BTreeMap::new();
        for (header, latch) in graph::back_edges(func).into_iter().filter(|(header, latch)| header != latch) {
            latches.entry(header).or_default().push(latch);
        }
        latches.retain(|&header, latches| {
            latches.len() == 1 && func.block_successors(latches[0]).any(|to| to != header)
        });
        if latches.is_empty() {
            return Vec::new();
        }
        let edges = Edges::new(func);
        latches.iter().filter_map(|(&header, latches)| Self::new(func, header, latches[0], &edges)).collect()
    }

    fn new(func: &Function, header: Block, latch: Block, edges: &Edges) -> Option<Self> {
        let mut inside = vec![latch];
        let mut next = 0;
        while let Some(&block) = inside.get(next) {
            next += 1;
            if block == header {
                continue;
            }
            // Where the function begins, the loop would be entered in the middle.
            edges.before(block).next()?;
            for from in edges.before(block) {
                if !inside.contains(&from) {
                    inside.push(from);
                }
            }
            if inside.len() > MAX_BLOCKS {
                return None;
            }
        }
        if inside.len() < 2 || !inside.contains(&header) {
            return None;
        }
        // Each block after all that enter it.
        let mut blocks = vec![header];
        while blocks.len() < inside.len() {
            let is_next = |block: &&Block| {
                !blocks.contains(block) && edges.before(**block).all(|from| blocks.contains(&from))
            };
            blocks.push(*inside.iter().find(is_next)?);
        }
        let leaves = |&block: &Block| {
            let mut out = func.block_successors(block).filter(|to| !inside.contains(to) || *to == header);
            block != latch && out.next().is_some()
        };
        if blocks.last() != Some(&latch) || blocks.iter().any(leaves) {
            return None;
        }
        let size: usize = blocks.iter().map(|&block| func.layout.block_insts(block).count()).sum();
        let insts = || blocks.iter().flat_map(|&block| func.layout.block_insts(block));
        let accesses = insts().any(|inst| func.dfg.insts[inst].opcode().can_load());
        if size > MAX_INSTRUCTIONS || !accesses || !insts().all(|inst| can_copy(func, inst)) {
            return None;
        }
        let entries = edges.before(header).filter(|&from| from != latch).collect();
        Some(Self { blocks, entries })
    }

    /// The loop of one block that chooses between values, or takes something away from what it collects.
    pub(super) fn of_block(func: &Function, block: Block, entries: &[Block]) -> Option<Self> {
        let mut insts = func.layout.block_insts(block);
        let chooses =
            insts.any(|inst| matches!(func.dfg.insts[inst].opcode(), Opcode::Select | Opcode::Isub));
        let size = func.layout.block_insts(block).count();
        let can_copy = func.layout.block_insts(block).all(|inst| can_copy(func, inst));
        let looped = Self { blocks: vec![block], entries: entries.to_vec() };
        (chooses && can_copy && size <= MAX_INSTRUCTIONS).then_some(looped)
    }

    /// Appends the copy of the loop to the function.
    pub(super) fn flatten(&self, func: &mut Function) -> Option<Flat> {
        let block = func.dfg.make_block();
        func.layout.append_block(block);
        let work = Flattening::new(func, self, block).all();
        if work.is_none() {
            func.layout.remove_block_and_insts(block);
        }
        work.map(|work| Flat { block, work })
    }
}

/// The copy of a loop.
pub(super) struct Flat {
    pub(super) block: Block,
    work: Work,
}

/// How much an iteration does, in simple instructions.
#[derive(Default)]
struct Work {
    always: usize,
    /// Under some condition.
    sometimes: usize,
}

impl Flat {
    /// Whether vectors with lanes of this width are faster than branches, also where those mostly avoid something.
    pub(super) fn pays(&self, bits: u32) -> bool {
        // A quarter of the iterations do it: with four lanes, one of each vector.
        bits < 64 || self.work.sometimes <= 2 * self.work.always
    }
}

fn work(opcode: Opcode) -> usize {
    match opcode {
        Opcode::Iconst | Opcode::F32const | Opcode::F64const => 0,
        Opcode::Fdiv | Opcode::Sqrt => 8,
        _ => 1,
    }
}

/// Whether an instruction may be in a loop that is copied; what it does to memory is looked at in the copy.
fn can_copy(func: &Function, inst: Inst) -> bool {
    let data = &func.dfg.insts[inst];
    let opcode = data.opcode();
    let is_known = match data {
        InstructionData::Brif { .. } | InstructionData::Jump { .. } => true,
        InstructionData::BranchTable { table, .. } => {
            func.dfg.jump_tables[*table].as_slice().len() <= MAX_CASES
        }
        InstructionData::Load { .. } => true,
        InstructionData::Store { opcode, .. } => {
            matches!(opcode, Opcode::Store | Opcode::Istore8 | Opcode::Istore16 | Opcode::Istore32)
        }
        InstructionData::CondTrap { opcode, .. } => *opcode == Opcode::Trapnz,
        _ => {
            !opcode.can_load()
                && !opcode.can_store()
                && !opcode.is_call()
                && !opcode.is_terminator()
                && !opcode.other_side_effects()
        }
    };
    let is_scalar = |value: &Value| !func.dfg.value_type(*value).is_vector();
    is_known && func.dfg.inst_args(inst).iter().chain(func.dfg.inst_results(inst)).all(is_scalar)
}

/// Where the cases of a table go, and what they pass; that of all other numbers comes last.
fn cases(func: &Function, table: JumpTable) -> Option<Vec<(Block, Vec<Value>)>> {
    let table = &func.dfg.jump_tables[table];
    let pool = &func.dfg.value_lists;
    let calls = table.as_slice().iter().copied().chain([table.default_block()]);
    let passed = |call: BlockCall| {
        let arguments = call.args(pool).map(|arg| Some(func.dfg.resolve_aliases(arg.as_value()?)));
        Some((call.block(pool), arguments.collect::<Option<_>>()?))
    };
    calls.map(passed).collect()
}

/// A condition: always, or where an `i8` of the copy is 1.
pub(super) type Condition = Option<Value>;

/// A way from one block to another.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) condition: Condition,
    pub(super) arguments: Vec<Value>,
}

/// What is known while the copy is written.
pub(super) struct Flattening<'a> {
    /// At the copy's end.
    pub(super) cursor: FuncCursor<'a>,
    looped: &'a Branching,
    pub(super) flat: Block,
    /// Values of the loop and what they are in the copy.
    twins: BTreeMap<Value, Value>,
    /// By position of the block: the positions that it branches to, but for the first, all of which come later.
    onward: Vec<Vec<usize>>,
    /// By position of the block: under which condition it is executed.
    executed: Vec<Condition>,
    /// By position of the block that they go to.
    edges: Vec<Vec<Edge>>,
    /// Conditions and their opposites.
    opposites: BTreeMap<Value, Value>,
    /// A store that is not written yet.
    pending: Option<Pending>,
}

/// A store of the copy, in front of the next access to another place.
struct Pending {
    place: Place,
    store: Inst,
}

/// Where an access is: an index and what is added to it, and how it accesses that.
type Place = (Value, i64, Opcode, Type);

impl<'a> Flattening<'a> {
    fn new(func: &'a mut Function, looped: &'a Branching, flat: Block) -> Self {
        let edges = looped.blocks.iter().map(|_| Vec::new()).collect();
        let mut twins = BTreeMap::new();
        for param in func.dfg.block_params(looped.blocks[0]).to_vec() {
            let ty = func.dfg.value_type(param);
            twins.insert(param, func.dfg.append_block_param(flat, ty));
        }
        let position = |block: Block| looped.blocks[1..].iter().position(|&other| other == block);
        let onward = |&block: &Block| {
            let to = func.block_successors(block).filter_map(position);
            to.map(|after_first| after_first + 1).collect()
        };
        let onward = looped.blocks.iter().map(onward).collect();
        let cursor = FuncCursor::new(func).at_bottom(flat);
        Self {
            cursor,
            looped,
            flat,
            twins,
            onward,
            executed: Vec::new(),
            edges,
            opposites: BTreeMap::new(),
            pending: None,
        }
    }

    fn all(mut self) -> Option<Work> {
        let mut work = Work::default();
        for (position, &block) in self.looped.blocks.iter().enumerate() {
            let condition = self.enter(position)?;
            self.executed.push(condition);
            let insts: Vec<Inst> = self.cursor.func.layout.block_insts(block).collect();
            let (&last, others) = insts.split_last()?;
            let cost: usize =
                insts.iter().map(|&inst| self::work(self.cursor.func.dfg.insts[inst].opcode())).sum();
            match condition {
                None => work.always += cost,
                Some(_) => work.sometimes += cost,
            }
            for &inst in others {
                self.copy(inst, condition);
            }
            if position + 1 < self.looped.blocks.len() {
                self.leave(position, last)?;
            } else {
                self.copy_end(last)?;
            }
        }
        Some(work)
    }

    /// Finds a block's parameters and the condition under which it is executed.
    fn enter(&mut self, position: usize) -> Option<Condition> {
        if position == 0 {
            return Some(None);
        }
        let edges = std::mem::take(&mut self.edges[position]);
        let params = self.cursor.func.dfg.block_params(self.looped.blocks[position]).to_vec();
        for (number, &param) in params.iter().enumerate() {
            let value = self.choose(&edges, number)?;
            self.twins.insert(param, value);
        }
        if let Some(condition) = self.condition_before(position) {
            return Some(condition);
        }
        Some(Some(self.any(&edges)?))
    }

    /// The condition of the last block before this one after which it is always executed, and before which it is not.
    fn condition_before(&self, position: usize) -> Option<Condition> {
        let last = self.onward.len() - 1;
        let reaches = |from: usize, to: usize, without: usize| {
            let mut seen = vec![false; self.onward.len()];
            seen[from] = true;
            for at in (from..to).filter(|&at| at != without) {
                if seen[at] {
                    self.onward[at].iter().for_each(|&way| seen[way] = true);
                }
            }
            seen[to]
        };
        let is_whole = |&before: &usize| {
            !(before > 0 && reaches(0, position, before))
                && (position == last || !reaches(before, last, position))
        };
        (0..position).rev().find(is_whole).map(|before| self.executed[before])
    }

    /// Copies an instruction that is executed under a condition.
    fn copy(&mut self, inst: Inst, condition: Condition) {
        let data = self.cursor.func.dfg.insts[inst];
        if let InstructionData::Ternary { opcode: Opcode::Select, args } = data
            && self.cursor.func.dfg.value_type(args[0]).is_int()
        {
            let [chosen_by, yes, no] = args.map(|arg| self.twin(arg));
            let chosen_by = self.truth(chosen_by);
            let value = self.select(chosen_by, yes, no);
            self.twins.insert(self.cursor.func.dfg.first_result(inst), value);
            return;
        }
        if let Some(loaded) = self.load_both(inst) {
            self.twins.insert(self.cursor.func.dfg.first_result(inst), loaded);
            return;
        }
        if data.opcode().can_load() || data.opcode().can_store() {
            let place = self.place(inst);
            let known = self.pending.take_if(|pending| Some(pending.place) == place);
            self.write_pending();
            if let Some(pending) = known {
                self.access_again(inst, pending, condition);
                return;
            }
        }
        let results = self.cursor.func.dfg.inst_results(inst).to_vec();
        let copies = copy_inst(self.cursor.func, self.flat, inst, &self.twins);
        self.twins.extend(results.into_iter().zip(copies));
        let Some(copy) = self.cursor.func.layout.last_inst(self.flat) else { return };
        if let (InstructionData::Store { opcode, args: [value, address], flags, offset }, Some(condition)) =
            (self.cursor.func.dfg.insts[copy], condition)
        {
            // What is there stays if the store would not be executed.
            let flags = self.cursor.func.dfg.mem_flags[flags];
            let ty = self.cursor.func.dfg.value_type(value);
            let srcloc = self.cursor.func.srcloc(copy);
            let mut cursor = FuncCursor::new(self.cursor.func).with_srcloc(srcloc).at_inst(copy);
            let there = match opcode {
                Opcode::Istore8 => cursor.ins().uload8(ty, flags, address, offset),
                Opcode::Istore16 => cursor.ins().uload16(ty, flags, address, offset),
                Opcode::Istore32 => cursor.ins().uload32(flags, address, offset),
                _ => cursor.ins().load(ty, flags, address, offset),
            };
            let stored = cursor.ins().select(condition, value, there);
            self.cursor.func.dfg.inst_args_mut(copy)[0] = stored;
            if let Some(place) = self.place(inst) {
                self.cursor.func.layout.remove_inst(copy);
                self.pending = Some(Pending { place, store: copy });
            }
        }
    }

    /// Accesses what a store that is not written yet is to, with a load or a store of the same kind.
    fn access_again(&mut self, inst: Inst, pending: Pending, condition: Condition) {
        let stored = self.cursor.func.dfg.inst_args(pending.store)[0];
        match self.cursor.func.dfg.insts[inst] {
            InstructionData::Store { args: [value, _], .. } => {
                let value = self.twin(value);
                let value = match condition {
                    Some(condition) => self.select(condition, value, stored),
                    None => value,
                };
                self.cursor.func.dfg.inst_args_mut(pending.store)[0] = value;
            }
            _ => {
                self.twins.insert(self.cursor.func.dfg.first_result(inst), stored);
            }
        }
        self.pending = Some(pending);
    }

    /// Where an access is, if another one there may take its place.
    fn place(&self, inst: Inst) -> Option<Place> {
        let dfg = &self.cursor.func.dfg;
        let (address, offset, opcode, ty) = match dfg.insts[inst] {
            InstructionData::Store { opcode, args: [value, address], offset, .. } => {
                (address, offset, opcode, dfg.value_type(value))
            }
            // It loads all that is stored.
            InstructionData::Load { opcode: Opcode::Load, arg, offset, .. } => {
                (arg, offset, Opcode::Store, dfg.value_type(dfg.first_result(inst)))
            }
            _ => return None,
        };
        let (index, host) = self.indexed(self.twin(address))?;
        Some((index, host + i64::from(i32::from(offset)), opcode, ty))
    }

    /// The index and the constant that an address is the sum of.
    pub(super) fn indexed(&self, address: Value) -> Option<(Value, i64)> {
        let InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] } =
            definition(self.cursor.func, address)?
        else {
            return None;
        };
        let (index, host) = match (constant(self.cursor.func, left), constant(self.cursor.func, right)) {
            (None, Some(host)) => (left, host),
            (Some(host), None) => (right, host),
            _ => return None,
        };
        match definition(self.cursor.func, index)? {
            InstructionData::Unary { opcode: Opcode::Uextend, arg } => Some((arg, host)),
            _ => None,
        }
    }

    /// Writes the store that is not written yet.
    pub(super) fn write_pending(&mut self) {
        if let Some(Pending { store, .. }) = self.pending.take() {
            self.cursor.func.layout.append_inst(store, self.flat);
        }
    }

    /// Notes where a block's last instruction goes, and when.
    fn leave(&mut self, position: usize, branch: Inst) -> Option<()> {
        let executed = self.executed[position];
        let (ways, conditions) = match self.cursor.func.dfg.insts[branch] {
            InstructionData::Brif { arg, .. } => {
                let arg = self.twin(arg);
                let taken = self.truth(arg);
                let not_taken = self.opposite(taken);
                let conditions = vec![self.both(executed, taken), self.both(executed, not_taken)];
                (destinations(self.cursor.func, branch)?, conditions)
            }
            InstructionData::BranchTable { arg, table, .. } => {
                let arg = self.twin(arg);
                let ways = cases(self.cursor.func, table)?;
                let mut conditions = Vec::new();
                let last = ways.len() - 1;
                for case in 0..last {
                    let is_case = self.cursor.ins().icmp_imm_u(IntCC::Equal, arg, case as i64);
                    conditions.push(self.both(executed, is_case));
                }
                let others =
                    self.cursor.ins().icmp_imm_u(IntCC::UnsignedGreaterThanOrEqual, arg, last as i64);
                conditions.push(self.both(executed, others));
                (ways, conditions)
            }
            _ => (destinations(self.cursor.func, branch)?, vec![executed]),
        };
        for ((to, arguments), condition) in ways.into_iter().zip(conditions) {
            let to = self.looped.blocks.iter().position(|&block| block == to)?;
            let arguments = arguments.into_iter().map(|argument| self.twin(argument)).collect();
            self.edges[to].push(Edge { from: position, condition, arguments });
        }
        Some(())
    }

    /// The loop's end becomes that of the copy.
    fn copy_end(&mut self, branch: Inst) -> Option<()> {
        self.write_pending();
        let InstructionData::Brif { arg, .. } = self.cursor.func.dfg.insts[branch] else { return None };
        let arg = self.twin(arg);
        let params = self.cursor.func.dfg.block_params(self.flat).to_vec();
        let header = self.looped.blocks[0];
        let entered = constants(self.cursor.func, header, self.looped.entries.iter().copied());
        let mut ways = Vec::new();
        for (to, arguments) in destinations(self.cursor.func, branch)? {
            let mut arguments: Vec<Value> =
                arguments.into_iter().map(|argument| self.twin(argument)).collect();
            let goes_back = to == header;
            for (position, argument) in arguments.iter_mut().enumerate().filter(|_| goes_back) {
                *argument = self.collected(*argument, params[position], entered[position]);
            }
            let to = if goes_back { self.flat } else { to };
            ways.push((to, arguments.into_iter().map(BlockArg::Value).collect::<Vec<_>>()));
        }
        let [(yes, yes_arguments), (no, no_arguments)] = &ways[..] else { return None };
        self.cursor.ins().brif(arg, *yes, yes_arguments, *no, no_arguments);
        Some(())
    }

    /// Copies a load with another address.
    pub(super) fn load_from(&mut self, load: Inst, address: Value) -> Value {
        let twins = BTreeMap::from([(self.cursor.func.dfg.inst_args(load)[0], address)]);
        copy_inst(self.cursor.func, self.flat, load, &twins)[0]
    }

    pub(super) fn twin(&self, value: Value) -> Value {
        self.twins.get(&value).copied().unwrap_or(value)
    }

    /// That a number is not 0, as 0 or 1.
    pub(super) fn truth(&mut self, value: Value) -> Value {
        match definition(self.cursor.func, value) {
            Some(InstructionData::Unary { opcode: Opcode::Uextend, arg })
                if self.cursor.func.dfg.value_type(arg) == types::I8 && self.is_comparison(arg) =>
            {
                self.truth(arg)
            }
            Some(InstructionData::IntCompare { cond: IntCC::NotEqual, args: [left, right], .. })
                if is_zero(self.cursor.func, right) && self.is_truth(left) =>
            {
                self.truth(left)
            }
            Some(InstructionData::IntCompare { cond: IntCC::Equal, args: [left, right], .. })
                if is_zero(self.cursor.func, right) && self.is_truth(left) =>
            {
                let truth = self.truth(left);
                self.opposite(truth)
            }
            Some(InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. }) => value,
            _ => {
                let zero = self.cursor.func.dfg.value_type(value);
                let zero = self.cursor.ins().iconst(zero, 0);
                self.cursor.ins().icmp(IntCC::NotEqual, value, zero)
            }
        }
    }

    /// Whether a value is what a comparison makes, possibly extended.
    fn is_truth(&self, value: Value) -> bool {
        match definition(self.cursor.func, value) {
            Some(InstructionData::Unary { opcode: Opcode::Uextend, arg }) => self.is_comparison(arg),
            _ => self.is_comparison(value),
        }
    }

    fn is_comparison(&self, value: Value) -> bool {
        let definition = definition(self.cursor.func, value);
        matches!(definition, Some(InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. }))
    }

    /// That a condition does not hold.
    pub(super) fn opposite(&mut self, condition: Value) -> Value {
        if let Some(&known) = self.opposites.get(&condition) {
            return known;
        }
        let opposite = match definition(self.cursor.func, condition) {
            Some(InstructionData::IntCompare { cond, args: [left, right], .. }) => {
                self.cursor.ins().icmp(cond.complement(), left, right)
            }
            Some(InstructionData::FloatCompare { cond, args: [left, right], .. }) => {
                self.cursor.ins().fcmp(cond.complement(), left, right)
            }
            _ => {
                let one = self.cursor.ins().iconst(types::I8, 1);
                self.cursor.ins().bxor(condition, one)
            }
        };
        self.opposites.extend([(condition, opposite), (opposite, condition)]);
        opposite
    }

    fn both(&mut self, executed: Condition, taken: Value) -> Condition {
        Some(match executed {
            Some(executed) => self.cursor.ins().band(executed, taken),
            None => taken,
        })
    }
}
