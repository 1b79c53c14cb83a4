//! Loops that look for something: they read memory, and end when they have found it.
//!
//! **What it does.** The blocks of such a loop follow one another, each may leave it, and the last one goes back
//! to the first. Most are of the kind of `strlen`, `memchr` or `memcmp`. Behind the first iterations, a
//! vector loop takes over: it evaluates the conditions of a vector's worth of iterations at once, goes on as
//! long as none of them leaves, and then hands over to the loop itself, at the iteration that does.
//!
//! ```text
//! the loop  ──► what it did before
//!   │    ▲
//!   ▼    │
//! again: patience? ──yes──► the loop
//!   │no  │
//! check: may it? ──no──► finish
//!   │yes │
//! reach:  ──no──► finish
//!   │yes │
//! setup  │
//!   │    │
//! vector: does any leave? ──yes──► found ──┐
//!   │no  ▲                                 ▼
//! next: ─┘ ── no more ──► last vector ──► finish ──► the loop
//! ```
//!
//! **Why it is sound.** The vector loop does what some further iterations do that do not leave the loop, and
//! the loop goes on from there. That holds because
//!
//! - the loop calls nothing, so that its iterations do nothing but compute its parameters, which
//!   change by constants, or are what the iteration before has computed, and store what they have copied;
//! - only vectors none of whose iterations leaves are stored, at the end, and nothing that is loaded for a vector depends on
//!   what is stored by it ([`Search::apart`]). Where one leaves, the loop goes on from the vector's first iteration;
//! - all that vectors read is in the memory's current length, verified by `check`: no iteration that is done
//!   traps, and what is read for later ones does not trap, nor does anyone see that it was (`region.rs`);
//! - conditions that count are not evaluated: `check` finds how often they hold at least, and no more iterations
//!   are done (`shape.rs`). Those that depend on what is read are computed lane for lane (`lanes.rs`), and no
//!   iteration is done for which one of them leaves.
//!
//! The first [`PATIENCE`] iterations are done without all that, because most searches end there: words differ in their
//! first letters. A counter that is passed around tells when it is time to try, which may be at any time.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::cursor::{Cursor, CursorPosition, FuncCursor};
use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{
    Block, BlockArg, Function, InstBuilder, InstructionData, Opcode, Type, Value, types,
};

use super::MemoryPlace;
use super::access::{self, Access};
use super::affine::Affines;
use super::emit::{LoopBody, require_small};
use super::entries;
use super::instructions::cast;
use super::interval::int;
use super::lanes::{Carried, NodeId, NodeOp, Packer, distance};
use super::region::Regions;
use super::scalar::{Num, Scalars};
use super::shape::{SelfLoop, Trip, constants, continue_condition, destinations, is_zero};
use super::vector::{Addresses, Vectors};
use crate::codegen::pass::branches;
use crate::codegen::pass::values::{constant, definition};

/// Loops with more instructions than this are left alone.
const MAX_INSTRUCTIONS: usize = 60;

/// Loops that are known to end after fewer iterations are left alone.
const FEW_ITERATIONS: u32 = 32;

/// Iterations that the loop itself does first.
const PATIENCE: i64 = 4;

/// What the loop is given where vectors cannot, or need not, try again: its counter is back at 0 after 2³² iterations.
const GIVEN_UP: i64 = 0;

/// Everything that is known about a loop that looks for something.
struct Search {
    body: LoopBody,
    /// How often conditions that count are evaluated.
    trips: Vec<Trip>,
    leaving: Vec<Leaving>,
    /// Pairs of a store and another access whose distance has to be looked at.
    apart: Vec<[usize; 2]>,
}

/// A mask of the iterations that leave, or that do not: where there is no instruction for the comparison, the one for
/// its opposite is cheaper.
struct Leaving {
    node: NodeId,
    unless: bool,
}

/// Speeds up the loops of a function that look for something, given its loops of blocks in a row. Aliases have to be resolved.
pub(super) fn vectorize(func: &mut Function, rows: Vec<Vec<Block>>, places: &[MemoryPlace]) {
    if rows.is_empty() {
        return;
    }
    let headers: Vec<Block> = rows.iter().map(|blocks| blocks[0]).collect();
    let mut entries = entries(func, &headers);
    for blocks in rows {
        if let Some(looped) = SelfLoop::of_row(func, blocks)
            && let header = looped.block
            && let Some(before) = entries.get(&header)
            && let Some(search) = Search::new(func, looped, before, places)
        {
            emit(func, search, before, places);
            // It is entered from other blocks now.
            entries.remove(&header);
        }
    }
}

impl Search {
    /// `before` are the blocks that enter the loop, or go back to its first block.
    fn new(func: &Function, looped: SelfLoop, before: &[Block], places: &[MemoryPlace]) -> Option<Self> {
        let size: usize = looped.blocks.iter().map(|&block| func.layout.block_insts(block).count()).sum();
        let has_params = |&block: &Block| !func.dfg.block_params(block).is_empty();
        if size > MAX_INSTRUCTIONS || looped.blocks[1..].iter().any(has_params) {
            return None;
        }
        let mut affines = Affines::new(func, &looped, &vec![None; looped.params.len()]);
        let (trips, conditions) = conditions(func, &looped, &mut affines)?;
        if conditions.is_empty() || is_short(func, &looped, before) {
            return None;
        }
        let accesses = access::find(func, &looped.blocks, places, &mut affines)?.rising()?;
        if accesses.all.is_empty() {
            return None;
        }
        let stores = accesses.all.iter().any(|access| access.stored.is_some());
        let narrowest = accesses.all.iter().map(|access| access.ty.bits()).min()?;
        let mut found = None;
        for bits in [8, 16, 32].into_iter().filter(|&bits| bits >= narrowest) {
            let mut packer = Packer::new(func, &looped, &accesses.all, &mut affines, [1, bits]);
            if let Some(leaving) = packer.search(&conditions, int(bits))
                && (!stores || packer.stores().is_some())
                && packer.lanes.gathered() == 0
            {
                found = Some((packer.lanes, leaving));
                break;
            }
        }
        let (lanes, leaving) = found?;
        let regions = Regions::new(&accesses.reaches)?;
        let steps = looped.params.iter().map(|&param| affines.step(param)).collect();
        let apart = apart(&accesses.all, u64::from(128 / lanes.bits))?;
        let body = LoopBody { looped, steps, accesses: accesses.all, lanes, regions };
        Some(Self { body, trips, leaving, apart })
    }
}

/// Pairs of a store and another access that have to be looked at before the loop; `None` if one is known to be too close.
///
/// All of them move by `s` bytes in an iteration. The vector loop loads for `w` iterations, then stores for them. Let
/// `d` be how many bytes a store, of `n` bytes, is ahead of a load of `m` bytes that comes first in an iteration. What
/// iteration `j` stores is loaded in iteration `i > j` if `k = i − j` has `k × s − n < d < k × s + m`, and has to be in
/// another vector then. So no `k < w` may have that, which is so if `d ≤ s − n` or `d ≥ (w − 1) × s + m`. What is loaded
/// before it is stored over, by the same iteration or a later one, is so in vectors. Of two stores, neither may be close
/// to the other on either side.
fn apart(accesses: &[Access], width: u64) -> Option<Vec<[usize; 2]>> {
    let mut unknown = Vec::new();
    let stores = (0..accesses.len()).filter(|&position| accesses[position].stored.is_some());
    for store in stores {
        for (position, other) in accesses.iter().enumerate() {
            let to = &accesses[store];
            if position == store || other.memory != to.memory {
                continue;
            }
            if other.index.step != to.index.step || other.stored.is_none() && position > store {
                return None;
            }
            match distance(other, to) {
                Some(ahead) => {
                    let [most_behind, least_ahead] = allowed(to, other, width);
                    let fits = ahead <= most_behind || ahead >= least_ahead;
                    fits.then_some(())?;
                }
                None => unknown.push([store, position]),
            }
        }
    }
    Some(unknown)
}

/// How far a store has to be ahead of another access: at most the first, or at least the second.
fn allowed(store: &Access, other: &Access, width: u64) -> [i64; 2] {
    let step = i64::from(store.index.step);
    let [stored, loaded] = [store, other].map(|access| i64::from(access.ty.bytes()));
    let least_ahead = (width as i64 - 1) * step + loaded;
    match other.stored {
        None => [step - stored, least_ahead],
        Some(_) => [-((width as i64 - 1) * step + stored), least_ahead],
    }
}

/// A condition under which a loop is left: a comparison, with 0 if there is no right side.
type Condition = (IntCC, Value, Option<Value>);

/// Under which conditions a loop is left: how often those that count are evaluated, and the others.
fn conditions(
    func: &Function,
    looped: &SelfLoop,
    affines: &mut Affines<'_>,
) -> Option<(Vec<Trip>, Vec<Condition>)> {
    let (mut trips, mut conditions) = (Vec::new(), Vec::new());
    for (position, &block) in looped.blocks.iter().enumerate() {
        let branch = func.layout.last_inst(block)?;
        let to = looped.blocks.get(position + 1).copied().unwrap_or(looped.block);
        let ways = destinations(func, branch)?;
        let inside = ways.iter().filter(|(way, _)| looped.blocks.contains(way)).count();
        if inside != 1 {
            return None;
        }
        if func.dfg.insts[branch].opcode() == Opcode::Jump {
            continue;
        }
        match Trip::of_branch(func, branch, to, affines) {
            Some(trip) => trips.push(trip),
            None => {
                let (cond, left, right) = continue_condition(func, branch, to)?;
                conditions.push((cond.complement(), left, right));
            }
        }
    }
    Some((trips, conditions))
}

/// Whether a loop is known not to run long.
fn is_short(func: &Function, looped: &SelfLoop, before: &[Block]) -> bool {
    let entries = before.iter().copied().filter(|block| !looped.blocks.contains(block));
    let constants = constants(func, looped.block, entries);
    let mut affines = Affines::new(func, looped, &constants);
    let trips = conditions(func, looped, &mut affines);
    trips.is_some_and(|(trips, _)| trips.iter().any(|trip| trip.is_below(FEW_ITERATIONS)))
}

impl Packer<'_, '_> {
    /// Packs the conditions and what is carried on; the masks of iterations that leave.
    fn search(&mut self, conditions: &[Condition], lane: Type) -> Option<Vec<Leaving>> {
        let mut leaving = Vec::new();
        for &(cond, left, right) in conditions {
            let is_test = right.is_none_or(|right| is_zero(self.func, right));
            if cond == IntCC::NotEqual
                && lane == types::I32
                && is_test
                && let Some(words) = zero_byte(self.func, left)
            {
                let words = self.pack(&[words], lane)?;
                let node = self.add(NodeOp::ZeroBytes(words), types::I8);
                leaving.push(Leaving { node, unless: false });
                continue;
            }
            let unless = cond == IntCC::NotEqual;
            let cond = if unless { IntCC::Equal } else { cond };
            let right = right.as_ref().map(std::slice::from_ref);
            leaving.push(Leaving { node: self.int_mask(cond, &[left], right, lane)?, unless });
        }
        let changes = |&param: &Value| self.affines.step(param).is_none() && !self.looped.keeps(param);
        let carried: Vec<Value> = self.looped.params.iter().copied().filter(changes).collect();
        self.carried(&carried)?;
        // One iteration is done before, which computes what fits a lane, and maybe no further one.
        let is_computed = |param: &Value| {
            let is_whole = self.func.dfg.value_type(*param).bits() == lane.bits();
            is_whole || self.looped.next_of(*param).is_some_and(|next| !self.looped.params.contains(&next))
        };
        carried.iter().all(is_computed).then_some(leaving)
    }
}

/// The number that has a byte of 0 if this one is not 0, which is what C libraries make of it: `x − 0x01…01`, without
/// the bits of `x`, has the top bit of the lowest such byte, and none if there is no such byte.
fn zero_byte(func: &Function, value: Value) -> Option<Value> {
    let mut masked = vec![value];
    let mut terms = Vec::new();
    while let Some(value) = masked.pop() {
        match definition(func, value)? {
            InstructionData::Binary { opcode: Opcode::Band, args } if terms.len() + masked.len() < 3 => {
                masked.extend(args);
            }
            _ => terms.push(value),
        }
    }
    if terms.len() != 3 || func.dfg.value_type(value) != types::I32 {
        return None;
    }
    // An operand, if the other one is this constant.
    let beside = |value: Value, wanted: Opcode, bits: u32| match definition(func, value)? {
        InstructionData::Binary { opcode, args: [left, right] } if opcode == wanted => {
            let is_it = |value| constant(func, value).is_some_and(|constant| constant as u32 == bits);
            is_it(right).then_some(left).or_else(|| is_it(left).then_some(right))
        }
        _ => None,
    };
    let is_top = |&value: &Value| constant(func, value).is_some_and(|bits| bits as u32 == 0x8080_8080);
    let less = terms.iter().find_map(|&value| beside(value, Opcode::Iadd, 0xfefe_feff))?;
    let others = terms.iter().find_map(|&value| beside(value, Opcode::Bxor, u32::MAX))?;
    (terms.iter().any(is_top) && less == others).then_some(less)
}

/// The blocks of the vector loop and around it.
struct Blocks {
    again: Block,
    /// Does it go on for long?
    check: Block,
    /// How far may it read?
    reach: Block,
    setup: Block,
    vector: Block,
    found: Block,
    next: Block,
    finish: Block,
}

impl Blocks {
    fn new(func: &mut Function, before: Block) -> Self {
        let mut insert = || {
            let block = func.dfg.make_block();
            func.layout.insert_block(block, before);
            block
        };
        Self {
            again: insert(),
            check: insert(),
            reach: insert(),
            setup: insert(),
            vector: insert(),
            found: insert(),
            next: insert(),
            finish: insert(),
        }
    }

    fn remove(&self, func: &mut Function) {
        let Self { again, check, reach, setup, vector, found, next, finish } = *self;
        for block in [again, check, reach, setup, vector, found, next, finish] {
            func.layout.remove_block_and_insts(block);
        }
    }
}

/// Puts the vector loop behind the first iterations; nothing is changed if its checks could never succeed.
fn emit(func: &mut Function, mut search: Search, before: &[Block], places: &[MemoryPlace]) {
    let header = search.body.looped.block;
    let blocks = Blocks::new(func, header);
    let mut entry = BTreeMap::new();
    for &param in &search.body.looped.params {
        let ty = func.dfg.value_type(param);
        entry.insert(param, func.dfg.append_block_param(blocks.again, ty));
    }
    let srcloc = func.layout.first_inst(header).map(|inst| func.srcloc(inst)).unwrap_or_default();
    let cursor = FuncCursor::new(func).with_srcloc(srcloc).at_position(CursorPosition::After(blocks.check));
    let mut scalars = Scalars::new(cursor, &entry);
    // No iteration is done if it may not.
    let mut nothing = vec![BlockArg::Value(scalars.cursor.ins().iconst(types::I64, 0))];
    let carried = search.body.lanes.carried.iter();
    nothing.extend(carried.map(|carried| BlockArg::Value(entry[&carried.param])));
    let most = require_length(&search, &mut scalars).and_then(|most| {
        scalars.go_on(blocks.reach, blocks.finish, &nothing);
        let most = require_reach(&mut search, &mut scalars, most, places)?;
        scalars.go_on(blocks.setup, blocks.finish, &nothing);
        Some(most)
    });
    let Some(most) = most else {
        blocks.remove(func);
        return;
    };
    let patience = scalars.cursor.func.dfg.append_block_param(header, types::I32);
    enter_patiently(scalars.cursor.func, &search.body.looped, before, &blocks);
    scalars.cursor.goto_bottom(blocks.again);
    let left = scalars.cursor.ins().iadd_imm_s(patience, -1);
    let params = search.body.looped.params.iter().map(|param| entry[param]);
    let arguments: Vec<BlockArg> = params.chain([left]).map(BlockArg::Value).collect();
    scalars.cursor.ins().brif(left, header, &arguments, blocks.check, &[]);
    write_loop(&search, &mut scalars, &blocks, most, places);
}

/// Has everything that enters the loop say after how many iterations to try, and its last block go to `again`.
fn enter_patiently(func: &mut Function, looped: &SelfLoop, before: &[Block], own: &Blocks) {
    let last = looped.blocks.last().copied();
    let blocks: BTreeSet<Block> = before.iter().copied().chain(last).collect();
    for block in blocks {
        let branch = func.layout.last_inst(block).expect("blocks have an end");
        let is_last = last == Some(block);
        let patience = (!is_last).then(|| {
            let mut cursor = FuncCursor::new(func).at_inst(branch);
            cursor.ins().iconst(types::I32, PATIENCE)
        });
        match patience {
            Some(patience) => branches::pass(func, branch, looped.block, patience),
            None => branches::redirect(func, branch, looped.block, own.again),
        }
    }
}

/// What has to hold of the conditions that count for the vector loop to run, at least once; for how many iterations
/// they hold at least, if there are any.
fn require_length(search: &Search, scalars: &mut Scalars<'_, '_>) -> Option<Option<Num>> {
    require_small(&search.body, scalars)?;
    let mut most: Option<Num> = None;
    for trip in &search.trips {
        let evaluated = trip.at_least(scalars);
        // The last time, it leaves.
        let count = scalars.sub(evaluated, Num::Const(1));
        most = Some(most.map_or(count, |most| scalars.if_less(count, most, count, most)));
    }
    if let Some(most) = most {
        let width = u64::from(search.body.width());
        scalars.require(IntCC::UnsignedGreaterThan, most, Num::Const(width - 1))?;
    }
    Some(most)
}

/// What has to hold of the memory for that; how many iterations vectors may do, at least a vector's.
fn require_reach(
    search: &mut Search,
    scalars: &mut Scalars<'_, '_>,
    most: Option<Num>,
    places: &[MemoryPlace],
) -> Option<Num> {
    // What is loaded with gaps ends where the next element begins, which has to be inside too.
    let next = u32::from(search.body.lanes.loads_gaps());
    let inside = search.body.regions.count_inside(scalars, places, search.body.width() + next)?;
    let inside = scalars.sub(inside, Num::Const(u64::from(next)));
    for &[store, other] in &search.apart {
        let accesses = &search.body.accesses;
        let [store, other] = [&accesses[store], &accesses[other]];
        let [at, from] = [store, other].map(|access| search.body.regions.first(scalars, access));
        // Nothing wraps: the most behind is at least −2³², and both are below 2³⁴.
        let [most_behind, least_ahead] = allowed(store, other, u64::from(search.body.width()));
        let behind = [scalars.add(at, Num::Const(most_behind.unsigned_abs())), from];
        let ahead = [scalars.add(from, Num::Const(least_ahead.unsigned_abs())), at];
        scalars.require_one(behind, ahead)?;
    }
    Some(most.map_or(inside, |most| scalars.if_less(inside, most, inside, most)))
}

/// Writes the blocks that run if all checks succeed, given how many iterations they may do.
fn write_loop(
    search: &Search,
    scalars: &mut Scalars<'_, '_>,
    blocks: &Blocks,
    most: Num,
    places: &[MemoryPlace],
) {
    let body = &search.body;
    scalars.cursor.goto_bottom(blocks.setup);
    let rounds = scalars.div(most, u64::from(body.width()));
    let addresses = Addresses::new(body, scalars, places);
    let unit = addresses.unit();
    let stride = u64::from(body.width()) * unit;
    let end = scalars.mul(rounds, stride);
    let end = scalars.value(end);
    let zero = scalars.cursor.ins().iconst(types::I64, 0);
    let mut vectors = Vectors::new(body, scalars, addresses, 1);
    let mut last_vectors = vectors.clone();
    let mut arguments = vec![BlockArg::Value(zero)];
    arguments.extend(vectors.initial(scalars).into_iter().map(BlockArg::Value));
    scalars.cursor.ins().jump(blocks.vector, &arguments);

    scalars.cursor.goto_bottom(blocks.vector);
    let mut params = Vec::new();
    for argument in &arguments {
        let ty = scalars.cursor.func.dfg.value_type(argument.as_value().expect("they are values"));
        params.push(scalars.cursor.func.dfg.append_block_param(blocks.vector, ty));
    }
    let (counter, state) = (params[0], &params[1..]);
    vectors.begin(counter);
    let leaving = leaving_bytes(search, scalars, &mut vectors, state);
    scalars.cursor.ins().brif(leaving, blocks.found, &[], blocks.next, &[]);

    // What a parameter carries on is known for whole vectors only, and only whole ones are stored.
    scalars.cursor.goto_bottom(blocks.found);
    let first = match body.lanes.carried.is_empty() && body.lanes.stores.is_empty() {
        true => first_leaving(search, scalars, counter, leaving, unit),
        false => scalars.div(Num::Value(counter), unit),
    };
    hand_over(search, scalars, &vectors, blocks, first, state);

    scalars.cursor.goto_bottom(blocks.next);
    let state = vectors.body(scalars, counter, state);
    let stride = scalars.cursor.ins().iconst(types::I64, stride.cast_signed());
    let done = scalars.cursor.ins().iadd(counter, stride);
    let more = scalars.cursor.ins().icmp(IntCC::UnsignedLessThan, done, end);
    let mut arguments = vec![BlockArg::Value(done)];
    arguments.extend(state.iter().copied().map(BlockArg::Value));
    // An own block: what is passed to `finish` is not needed in each iteration.
    let last = scalars.cursor.func.dfg.make_block();
    scalars.cursor.ins().brif(more, blocks.vector, &arguments, last, &[]);
    scalars.cursor.func.layout.insert_block(last, blocks.finish);
    scalars.cursor.goto_bottom(last);
    if search.trips.is_empty() || !state.is_empty() || !body.lanes.stores.is_empty() {
        let first = scalars.div(Num::Value(done), unit);
        hand_over(search, scalars, &vectors, blocks, first, &state);
    } else {
        write_last(search, scalars, &mut last_vectors, blocks, most, unit);
    }
    write_finish(search, scalars, blocks);
}

/// The number of the first iteration that leaves, given the counter of its vector's first one.
fn first_leaving(
    search: &Search,
    scalars: &mut Scalars<'_, '_>,
    counter: Value,
    leaving: Value,
    unit: u64,
) -> Num {
    let first = scalars.div(Num::Value(counter), unit);
    let byte = scalars.cursor.ins().ctz(leaving);
    let byte = Num::Value(scalars.cursor.ins().uextend(types::I64, byte));
    let lane = scalars.div(byte, u64::from(search.body.lanes.bits / 8));
    scalars.add(first, lane)
}

/// Writes what is done behind the vector loop: a last vector, which ends where vectors have to. It begins with iterations
/// that were done, and did not leave.
fn write_last(
    search: &Search,
    scalars: &mut Scalars<'_, '_>,
    vectors: &mut Vectors<'_>,
    blocks: &Blocks,
    most: Num,
    unit: u64,
) {
    let first = scalars.sub(most, Num::Const(u64::from(search.body.width())));
    let counter = scalars.mul(first, unit);
    let counter = scalars.value(counter);
    vectors.begin(counter);
    let leaving = leaving_bytes(search, scalars, vectors, &[]);
    let [found, not_found] = [0; 2].map(|_| {
        let block = scalars.cursor.func.dfg.make_block();
        scalars.cursor.func.layout.insert_block(block, blocks.finish);
        block
    });
    scalars.cursor.ins().brif(leaving, found, &[], not_found, &[]);
    scalars.cursor.goto_bottom(found);
    let first = first_leaving(search, scalars, counter, leaving, unit);
    hand_over(search, scalars, vectors, blocks, first, &[]);
    scalars.cursor.goto_bottom(not_found);
    hand_over(search, scalars, vectors, blocks, most, &[]);
}

/// Evaluates the conditions of a vector's iterations: a bit for each byte of a lane whose iteration leaves.
fn leaving_bytes(
    search: &Search,
    scalars: &mut Scalars<'_, '_>,
    vectors: &mut Vectors<'_>,
    state: &[Value],
) -> Value {
    let mut all = None;
    for &Leaving { node, unless } in &search.leaving {
        let mask = vectors.vector(scalars, node, 0, state);
        let mask = cast(scalars, mask, types::I8X16);
        let bits = scalars.cursor.ins().vhigh_bits(types::I32, mask);
        let bits = if unless { scalars.cursor.ins().bxor_imm_u(bits, 0xffff) } else { bits };
        all = Some(all.map_or(bits, |all| scalars.cursor.ins().bor(all, bits)));
    }
    all.expect("there are conditions")
}

/// Goes on with `finish`, given the number of iterations that are done and the state after them.
fn hand_over(
    search: &Search,
    scalars: &mut Scalars<'_, '_>,
    vectors: &Vectors<'_>,
    blocks: &Blocks,
    done: Num,
    state: &[Value],
) {
    let mut arguments = vec![BlockArg::Value(scalars.value(done))];
    for &Carried { param, .. } in &search.body.lanes.carried {
        arguments.push(BlockArg::Value(vectors.finished(scalars, param, state)));
    }
    scalars.cursor.ins().jump(blocks.finish, &arguments);
}

/// Writes the way back to the loop.
fn write_finish(search: &Search, scalars: &mut Scalars<'_, '_>, blocks: &Blocks) {
    let body = &search.body;
    scalars.cursor.goto_bottom(blocks.finish);
    let done = scalars.cursor.func.dfg.append_block_param(blocks.finish, types::I64);
    let mut carried = BTreeMap::new();
    for &Carried { param, .. } in &body.lanes.carried {
        let ty = scalars.cursor.func.dfg.value_type(param);
        carried.insert(param, scalars.cursor.func.dfg.append_block_param(blocks.finish, ty));
    }
    let done = scalars.cursor.ins().ireduce(types::I32, done);
    let mut arguments = Vec::new();
    for (&param, &step) in body.looped.params.iter().zip(&body.steps) {
        arguments.push(BlockArg::Value(match step {
            Some(step) => {
                let step = scalars.cursor.ins().iconst(types::I32, i64::from(step));
                let moved = scalars.cursor.ins().imul(done, step);
                scalars.cursor.ins().iadd(scalars.entry[&param], moved)
            }
            None => carried.get(&param).copied().unwrap_or(scalars.entry[&param]),
        }));
    }
    arguments.push(BlockArg::Value(scalars.cursor.ins().iconst(types::I32, GIVEN_UP)));
    scalars.cursor.ins().jump(body.looped.block, &arguments);
}
