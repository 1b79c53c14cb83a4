//! Writing the copy of a nest: the checks before it, its blocks, and the way on from it.

use std::collections::{BTreeMap, HashMap};

use cranelift_codegen::cursor::{Cursor, CursorPosition, FuncCursor};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, Function, Inst, InstBuilder, InstructionData, SourceLoc, Value, types,
};

use super::super::MemoryPlace;
use super::super::affine::{Affine, Dim};
use super::super::emit::{FEW_ELEMENTS, redirect};
use super::super::instructions::copy_inst;
use super::super::nest::emit::insert_block;
use super::super::nest::lasts;
use super::super::scalar::{Num, Scalars};
use super::super::shape::destinations;
use super::super::vector::{Addresses, Vectors};
use super::{Forwarded, Jam, is_varying};

/// Puts the copy in front of the nest; `None`, with nothing changed, if its checks could never succeed.
pub(super) fn emit(func: &mut Function, mut jam: Jam<'_>, places: &[MemoryPlace]) -> Option<()> {
    let header = jam.nest.header;
    let check = insert_block(func, header);
    let params = func.dfg.block_params(header).to_vec();
    let mut entry = BTreeMap::new();
    for &param in &params {
        let ty = func.dfg.value_type(param);
        entry.insert(param, func.dfg.append_block_param(check, ty));
    }
    let arguments: Vec<BlockArg> = params.iter().map(|param| BlockArg::Value(entry[param])).collect();
    let srcloc = func.layout.first_inst(header).map(|inst| func.srcloc(inst)).unwrap_or_default();
    let cursor = FuncCursor::new(func).with_srcloc(srcloc).at_position(CursorPosition::After(check));
    let mut scalars = Scalars::new(cursor, &entry);
    let Some(counts) = require(&mut jam, &mut scalars, places) else {
        func.layout.remove_block_and_insts(check);
        return None;
    };
    let setup = insert_block(scalars.cursor.func, header);
    scalars.go_on(setup, header, &arguments);
    let counts = Counts::new(&jam, &mut scalars, counts);
    let steps: BTreeMap<Value, Value> =
        jam.varying_params(&params).map(|(param, step)| (param, scalars.affine_i32(step))).collect();
    let moved = scalars.mul(Num::Value(counts.groups), u64::from(jam.factor));
    let moved = scalars.value(moved);
    let moved = scalars.cursor.ins().ireduce(types::I32, moved);

    let func = &mut *scalars.cursor.func;
    let blocks = Blocks::new(func, &jam);
    let mut first = vec![BlockArg::Value(counts.groups)];
    first.extend(&arguments);
    let mut writer = Writer {
        jam: &jam,
        places,
        blocks: &blocks,
        counts,
        steps,
        twins: vec![BTreeMap::new(); jam.factor as usize],
        srcloc,
    };
    writer.cursor(func, setup).ins().jump(blocks.copies[&header], &first);
    writer.write(func);

    let mut cursor = writer.cursor(func, blocks.finish);
    let mut left = Vec::new();
    for param in params {
        left.push(BlockArg::Value(match writer.steps.get(&param) {
            None => entry[&param],
            Some(&step) => {
                let moved = cursor.ins().imul(moved, step);
                cursor.ins().iadd(entry[&param], moved)
            }
        }));
    }
    cursor.ins().jump(header, &left);
    let mut own = jam.nest.blocks.clone();
    own.extend(blocks.all());
    own.extend([check, setup]);
    redirect(func, header, check, &own);
    Some(())
}

/// Everything that has to hold for the copy to run, at least once; how many iterations the outer loop has at least, and the
/// number of those of the inner one.
fn require(jam: &mut Jam<'_>, scalars: &mut Scalars<'_, '_>, places: &[MemoryPlace]) -> Option<[Num; 2]> {
    let count = jam.trip.at_least(scalars);
    scalars.require(IntCC::UnsignedGreaterThan, count, Num::Const(u64::from(jam.factor)))?;
    let lasts = lasts(scalars, count, &jam.inner_trips, &jam.joined)?;
    let last = lasts.inner[&Dim::Loop(jam.block())].num;
    let least = jam.inner.fewest_iterations().max(FEW_ELEMENTS / jam.inner.lanes.copies);
    let inner = scalars.add(last, Num::Const(1));
    scalars.require(IntCC::UnsignedGreaterThan, inner, Num::Const(u64::from(least)))?;
    jam.regions.require_bounds(scalars, places, &lasts)?;
    jam.regions.require_apart(scalars, &jam.accesses, &jam.apart.pairs, 1, &lasts)?;
    jam.regions.require_behind(scalars, &jam.accesses, &jam.apart.behind, &lasts)?;
    Some([count, inner])
}

/// Numbers of iterations, all of them 64 bits.
#[derive(Clone, Copy)]
struct Counts {
    /// Groups of the outer loop's iterations.
    groups: Value,
    /// Iterations of the inner loop, those of them that vectors do, and what is left.
    inner: Value,
    in_vectors: Value,
    rest: Num,
}

impl Counts {
    fn new(jam: &Jam<'_>, scalars: &mut Scalars<'_, '_>, [count, inner]: [Num; 2]) -> Self {
        // At least one iteration is left to the loop itself.
        let last = scalars.sub(count, Num::Const(1));
        let groups = scalars.div(last, u64::from(jam.factor));
        let rest = scalars.rem(inner, u64::from(jam.inner.fewest_iterations()));
        let in_vectors = scalars.sub(inner, rest);
        let [groups, inner, in_vectors] = [groups, inner, in_vectors].map(|num| scalars.value(num));
        Self { groups, inner, in_vectors, rest }
    }
}

impl Jam<'_> {
    /// The parameters of the outer loop's first block that it changes, and by how much.
    fn varying_params<'j>(&'j self, params: &'j [Value]) -> impl Iterator<Item = (Value, &'j Affine)> {
        let varying = params.iter().filter(|param| self.varying.contains(*param));
        varying.map(|&param| (param, &self.steps[&param]))
    }
}

/// The blocks of the copy.
struct Blocks {
    /// By what they are copies of. The inner loop's is what is done before it.
    copies: HashMap<Block, Block>,
    vector: Block,
    /// What is left of the inner loop.
    rest: Block,
    /// Behind it.
    behind: Block,
    finish: Block,
}

impl Blocks {
    fn new(func: &mut Function, jam: &Jam<'_>) -> Self {
        let header = jam.nest.header;
        let mut copies = HashMap::new();
        let mut inner = [header; 3];
        for &block in &jam.nest.blocks {
            copies.insert(block, insert_block(func, header));
            if block == jam.block() {
                inner = inner.map(|_| insert_block(func, header));
            }
        }
        let [vector, rest, behind] = inner;
        Self { copies, vector, rest, behind, finish: insert_block(func, header) }
    }

    fn all(&self) -> impl Iterator<Item = Block> {
        self.copies.values().copied().chain([self.vector, self.rest, self.behind, self.finish])
    }
}

/// What is known while the copy is written.
struct Writer<'a> {
    jam: &'a Jam<'a>,
    places: &'a [MemoryPlace],
    blocks: &'a Blocks,
    counts: Counts,
    /// What an iteration of the outer loop adds to those parameters of its first block that it changes.
    steps: BTreeMap<Value, Value>,
    /// For each iteration of a group: what stands for a value of the nest.
    twins: Vec<BTreeMap<Value, Value>>,
    srcloc: SourceLoc,
}

impl Writer<'_> {
    fn cursor<'f>(&self, func: &'f mut Function, block: Block) -> FuncCursor<'f> {
        FuncCursor::new(func).with_srcloc(self.srcloc).at_position(CursorPosition::After(block))
    }

    /// Writes all blocks. The first one's first parameter is how many groups are left.
    fn write(&mut self, func: &mut Function) {
        let jam = self.jam;
        for &block in &jam.nest.blocks {
            self.params(func, block);
        }
        for &block in &jam.nest.blocks {
            if block == jam.block() {
                self.inner_loop(func);
                continue;
            }
            let copy = self.blocks.copies[&block];
            for iteration in 0..self.twins.len() {
                self.instructions(func, block, copy, iteration);
            }
            match block == jam.nest.latch {
                true => self.end(func, copy),
                false => self.branch(func, block, copy),
            }
        }
    }

    fn params(&mut self, func: &mut Function, block: Block) {
        let jam = self.jam;
        let copy = self.blocks.copies[&block];
        let params = func.dfg.block_params(block).to_vec();
        if block == jam.nest.header {
            func.dfg.append_block_param(copy, types::I64);
        }
        for param in params {
            let ty = func.dfg.value_type(param);
            let first = func.dfg.append_block_param(copy, ty);
            for (iteration, number) in (0..jam.factor).enumerate() {
                let twin = if iteration == 0 || jam.twins(param) == 1 {
                    first
                } else if block == jam.nest.header {
                    let mut cursor = self.cursor(func, copy);
                    let number = cursor.ins().iconst(types::I32, i64::from(number));
                    let moved = cursor.ins().imul(self.steps[&param], number);
                    cursor.ins().iadd(first, moved)
                } else {
                    func.dfg.append_block_param(copy, ty)
                };
                self.twins[iteration].insert(param, twin);
            }
        }
    }

    /// Copies a block's instructions but the last for an iteration of the group.
    fn instructions(&mut self, func: &mut Function, block: Block, copy: Block, iteration: usize) {
        let all: Vec<Inst> = func.layout.block_insts(block).collect();
        let (_, others) = all.split_last().expect("blocks have an end");
        for &inst in others {
            let results = func.dfg.inst_results(inst).to_vec();
            if iteration == 0 || is_varying(func, inst, &self.jam.varying) {
                let twins = copy_inst(func, copy, inst, &self.twins[iteration]);
                self.twins[iteration].extend(results.into_iter().zip(twins));
            } else {
                for result in results {
                    let twin = self.twins[0][&result];
                    self.twins[iteration].insert(result, twin);
                }
            }
        }
    }

    fn twin(&self, iteration: usize, value: Value) -> Value {
        self.twins[iteration].get(&value).copied().unwrap_or(value)
    }

    /// What is passed to the copy of a block.
    fn passed(&self, func: &Function, to: Block, arguments: &[Value]) -> Vec<BlockArg> {
        let mut passed = Vec::new();
        for (&param, &argument) in func.dfg.block_params(to).iter().zip(arguments) {
            let twins = 0..self.jam.twins(param) as usize;
            passed.extend(twins.map(|iteration| BlockArg::Value(self.twin(iteration, argument))));
        }
        passed
    }

    /// A branch inside the nest.
    fn branch(&self, func: &mut Function, block: Block, copy: Block) {
        let branch = func.layout.last_inst(block).expect("blocks have an end");
        let destination = |func: &Function, call: BlockCall| {
            let to = call.block(&func.dfg.value_lists);
            let arguments: Vec<Value> =
                call.args(&func.dfg.value_lists).filter_map(|arg| arg.as_value()).collect();
            (self.blocks.copies[&to], self.passed(func, to, &arguments))
        };
        match func.dfg.insts[branch] {
            InstructionData::Jump { destination: call, .. } => {
                let (to, passed) = destination(func, call);
                self.cursor(func, copy).ins().jump(to, &passed);
            }
            InstructionData::Brif { arg, blocks, .. } => {
                let [yes, no] = blocks.map(|call| destination(func, call));
                let condition = self.twin(0, arg);
                self.cursor(func, copy).ins().brif(condition, yes.0, &yes.1, no.0, &no.1);
            }
            other => unreachable!("{other:?} ends no block of a nest"),
        }
    }

    /// The branch at the end: to the next group, if there is one.
    fn end(&self, func: &mut Function, latch: Block) {
        let header = self.jam.nest.header;
        let copy = self.blocks.copies[&header];
        let params = func.dfg.block_params(header).to_vec();
        let groups = func.dfg.block_params(copy)[0];
        let mut cursor = self.cursor(func, latch);
        let left = cursor.ins().iadd_imm_s(groups, -1);
        let mut next = vec![BlockArg::Value(left)];
        for param in params {
            let twin = self.twins[0][&param];
            next.push(BlockArg::Value(match self.steps.get(&param) {
                None => twin,
                Some(&step) => {
                    let factor = cursor.ins().iconst(types::I32, i64::from(self.jam.factor));
                    let moved = cursor.ins().imul(step, factor);
                    cursor.ins().iadd(twin, moved)
                }
            }));
        }
        let more = cursor.ins().icmp_imm_u(IntCC::NotEqual, left, 0);
        cursor.ins().brif(more, copy, &next, self.blocks.finish, &[]);
    }

    fn inner_loop(&mut self, func: &mut Function) {
        self.vectors(func);
        match self.counts.rest {
            Num::Const(0) => func.layout.remove_block(self.blocks.rest),
            _ => self.rest(func),
        }
        self.escaping(func);
        let block = self.jam.block();
        let branch = func.layout.last_inst(block).expect("blocks have an end");
        let out = destinations(func, branch).into_iter().flatten().find(|&(to, _)| to != block);
        let (to, arguments) = out.expect("it was left once");
        let passed = self.passed(func, to, &arguments);
        self.cursor(func, self.blocks.behind).ins().jump(self.blocks.copies[&to], &passed);
    }

    /// Writes the vector loop and what is done before it.
    fn vectors(&self, func: &mut Function) {
        let jam = self.jam;
        let before = self.blocks.copies[&jam.block()];
        let count = jam.inner.lanes.copies * jam.inner.fewest_iterations() / jam.inner.width();
        let mut all: Vec<Vectors<'_>> = Vec::new();
        let mut scalars = Scalars::new(self.cursor(func, before), &self.twins[0]);
        let addresses = Addresses::new(jam.inner, &mut scalars, self.places);
        let unit = addresses.unit();
        for (number, twins) in (0..u64::from(jam.factor)).zip(&self.twins) {
            let far = |(&region, &step): (&usize, &u32)| (region, u64::from(step) * number);
            let mut scalars = Scalars::new(self.cursor(func, before), twins);
            let own = Addresses::new(jam.inner, &mut scalars, self.places);
            let addresses = own.behind(&addresses, jam.moved.iter().map(far).collect());
            all.push(Vectors::new(jam.inner, &mut scalars, addresses, count));
        }
        let vector = self.blocks.vector;
        let counter = func.dfg.append_block_param(vector, types::I64);
        let mut scalars = Scalars::new(self.cursor(func, before), &self.twins[0]);
        let end = scalars.mul(Num::Value(self.counts.in_vectors), unit);
        let end = scalars.value(end);
        let zero = scalars.cursor.ins().iconst(types::I64, 0);
        scalars.cursor.ins().jump(vector, &[BlockArg::Value(zero)]);
        for number in 0..count {
            let mut stored: Vec<Value> = Vec::new();
            for (iteration, vectors) in all.iter_mut().enumerate() {
                vectors.begin(counter);
                if iteration > 0 {
                    for &Forwarded { load, store } in &jam.forwarded {
                        vectors.know(load, number, stored[store]);
                    }
                }
                let mut scalars = Scalars::new(self.cursor(func, vector), &self.twins[iteration]);
                stored = vectors.stored(&mut scalars, number, &[]);
            }
            let mut scalars = Scalars::new(self.cursor(func, vector), &self.twins[0]);
            all[0].store(&mut scalars, number, stored);
        }
        let stride = unit * u64::from(jam.inner.fewest_iterations());
        let mut cursor = self.cursor(func, vector);
        let done = cursor.ins().iadd_imm_s(counter, stride.cast_signed());
        let more = cursor.ins().icmp(IntCC::UnsignedLessThan, done, end);
        let Blocks { rest, behind, .. } = *self.blocks;
        let again = [BlockArg::Value(done)];
        let (to, passed) = match self.counts.rest {
            Num::Const(0) => (behind, vec![]),
            Num::Const(_) => (rest, vec![BlockArg::Value(self.counts.in_vectors)]),
            Num::Value(_) => {
                // A block that decides whether there is a rest.
                let left = cursor.func.dfg.make_block();
                cursor.func.layout.insert_block(left, rest);
                (left, vec![])
            }
        };
        cursor.ins().brif(more, vector, &again, to, &passed);
        if let Num::Value(left) = self.counts.rest {
            let from = BlockArg::Value(self.counts.in_vectors);
            self.cursor(func, to).ins().brif(left, rest, &[from], behind, &[]);
        }
    }

    /// Writes a loop that does the inner loop's last iterations, one after the other, for the whole group.
    fn rest(&self, func: &mut Function) {
        let Blocks { rest, behind, .. } = *self.blocks;
        let done = func.dfg.append_block_param(rest, types::I64);
        let number = self.cursor(func, rest).ins().ireduce(types::I32, done);
        let all: Vec<Inst> = func.layout.block_insts(self.jam.block()).collect();
        let (_, others) = all.split_last().expect("blocks have an end");
        for twins in &self.twins {
            let mut twins = twins.clone();
            for (&param, &step) in self.jam.inner.looped.params.iter().zip(&self.jam.inner.steps) {
                // Nothing is carried: all others stay what they are.
                let Some(step) = step else { continue };
                let mut cursor = self.cursor(func, rest);
                let step = cursor.ins().iconst(types::I32, i64::from(step));
                let moved = cursor.ins().imul(number, step);
                let twin = cursor.ins().iadd(twins[&param], moved);
                twins.insert(param, twin);
            }
            for &inst in others {
                let results = func.dfg.inst_results(inst).to_vec();
                let copies = copy_inst(func, rest, inst, &twins);
                twins.extend(results.into_iter().zip(copies));
            }
        }
        let mut cursor = self.cursor(func, rest);
        let next = cursor.ins().iadd_imm_s(done, 1);
        let more = cursor.ins().icmp(IntCC::UnsignedLessThan, next, self.counts.inner);
        cursor.ins().brif(more, rest, &[BlockArg::Value(next)], behind, &[]);
    }

    /// Computes what other blocks use of the inner loop.
    fn escaping(&mut self, func: &mut Function) {
        let behind = self.blocks.behind;
        let mut found = Vec::new();
        for (value, affine) in &self.jam.escaping {
            let mut twin = None;
            for (iteration, twins) in self.twins.iter().enumerate() {
                let same = twin.filter(|_| self.jam.twins(*value) == 1);
                let last = same.unwrap_or_else(|| {
                    let mut scalars = Scalars::new(self.cursor(func, behind), twins);
                    let first = scalars.affine_i32(affine);
                    let last = scalars.cursor.ins().iadd_imm_s(self.counts.inner, -1);
                    let last = scalars.cursor.ins().ireduce(types::I32, last);
                    let step = scalars.cursor.ins().iconst(types::I32, i64::from(affine.step));
                    let moved = scalars.cursor.ins().imul(last, step);
                    scalars.cursor.ins().iadd(first, moved)
                });
                twin = Some(last);
                found.push((iteration, *value, last));
            }
        }
        for (iteration, value, twin) in found {
            self.twins[iteration].insert(value, twin);
        }
    }
}
