//! The loop vectorizer: simple loops on scalars, several elements at a time.
//!
//! **What it does.** A loop that is one block, with a number of iterations that is known before it starts,
//! gets a second version in front of it that handles as many elements at once as fit 128 bits. The loop
//! itself stays as it is and does what is left, at least one iteration, with its parameters as they are
//! then. What runs before the two decides at run time whether the second version may run:
//!
//! ```text
//! check:   may it?  ──no──────────────────────────┐
//! reach:     │yes   ──no──────────────────────────┤
//!            │yes                                 │
//! setup:   constants, invariants in all lanes     │
//! vector:  loads, operations, stores ◄─┐          │
//!            │     └───────────────────┘          ▼
//! finish:  parameters after that ───────────► the loop
//! ```
//!
//! **Why it is sound.** The vector loop does what the first `m` iterations of the scalar loop do, for some
//! `m` below `n`, and the scalar loop goes on from there. That holds because
//!
//! - there are at least `n` iterations (`shape.rs`);
//! - none of the `n` iterations traps: every access and every check of bounds is inside the memory's
//!   current length, verified by `reach`, without any 32-bit wrapping of an address (`region.rs`);
//!   other instructions that can trap, call, or write anything are not accepted (`access.rs`). A memory
//!   never shrinks. So a trap in any of them sends the whole loop the scalar way, which stops at the
//!   right place with everything stored before it;
//! - loads and stores see the same values in the changed order (`conflict.rs`), verified by `reach` where
//!   the distance of two is not known;
//! - elements that are not side by side are loaded with what is between them, up to the next element, which
//!   the loop also loads (`spacing.rs`), or one by one;
//! - each lane is computed as the scalar is (`lanes.rs`), and what is collected is collected by an
//!   operation on integers whose order does not matter, or is the smallest or largest of floats (`roots.rs`): if
//!   that is a zero, whose sign depends on the order, the loop begins again, which then has stored nothing.
//!
//! None of this is needed for the sandbox: addresses are made, and checked, as everywhere (`vector.rs`).
//!
//! If a check says no for whatever reason, nothing is different from before. Where a loop can be vectorized
//! in this way and is inside another one, `jam/` looks whether iterations of that can share loads and stores; where it
//! cannot, `nest/` has a try at both. Loops that are left in the middle are turned before all that (`rotate.rs`), and those
//! that look for something are done in their own way (`search.rs`). Branches inside a loop become selections in a copy
//! of it, of which only the vectors are kept (`flatten.rs`). The pass runs before Cranelift's
//! optimizations, which clean up after it. Functions without loops are left
//! at once; the rest takes time linear in the function and its loops' sizes.

mod access;
mod affine;
mod choice;
mod conflict;
mod division;
mod emit;
mod flatten;
mod graph;
mod halves;
mod instructions;
mod interval;
mod jam;
mod lanes;
mod masks;
mod nest;
mod region;
mod roots;
mod rotate;
mod scalar;
mod search;
mod shape;
mod spaced;
mod spacing;
mod sums;
mod vector;

use std::collections::BTreeMap;

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Block, Function};

use crate::codegen::pass::vectorize::affine::Affines;
use crate::codegen::pass::vectorize::emit::{LoopBody, VectorLoop};
use crate::codegen::pass::vectorize::flatten::Branching;
use crate::codegen::pass::vectorize::graph::Edges;
use crate::codegen::pass::vectorize::region::Regions;
use crate::codegen::pass::vectorize::shape::{SelfLoop, Trip};

/// Where a linear memory of at most 2³² bytes is.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct MemoryPlace {
    /// Address of byte 0.
    pub(crate) base: u64,
    /// Address of its current length in bytes, an `i64` that never falls and is at most 2³².
    pub(crate) len_at: u64,
    /// As in [`crate::plan::MemoryPlan`].
    pub(crate) unchecked_bytes: Option<u64>,
}

/// Loops with more instructions than this are left alone.
const MAX_INSTRUCTIONS: usize = 400;

/// Loops of more blocks in a row than this are left alone.
const MAX_ROW: usize = 4;

/// Vectorizes the loops of a function where that is possible.
pub(crate) fn vectorize(context: &mut Context, places: &[MemoryPlace]) {
    let func = &mut context.func;
    if places.is_empty() {
        return;
    }
    let back = graph::back_edges(func);
    if back.is_empty() {
        return;
    }
    let mut rows = rows(func, back);
    if rotate::rotate(func, &rows, places) {
        rows = self::rows(func, graph::back_edges(func));
    }
    search::vectorize(func, rows, places);
    vectorize_simple(context, places);
    vectorize_branching(&mut context.func, places);
}

/// Vectorizes loops of one block, and those around them.
fn vectorize_simple(context: &mut Context, places: &[MemoryPlace]) {
    let func = &mut context.func;
    let loops: Vec<Block> =
        func.layout.blocks().filter(|&block| SelfLoop::new(func, block).is_some()).collect();
    if loops.is_empty() {
        return;
    }
    let entries = entries(func, &loops);
    let mut counted = Vec::new();
    let mut plans = BTreeMap::new();
    for block in loops {
        match examine(func, block, (block, &entries[&block]), places) {
            Examined::Vectorizable(plan) => {
                plans.insert(block, plan);
            }
            Examined::Counted => counted.push(block),
            Examined::Unknown => {}
        }
    }
    // As a choice is made in another way, something may be collected that was not seen to be.
    counted.retain(|&block| {
        let looped = Branching::of_block(func, block, &entries[&block]);
        !looped.is_some_and(|looped| vectorize_flat(func, looped, places))
    });
    let jammed: BTreeMap<Block, &VectorLoop> = plans
        .iter()
        .filter(|(_, plan)| jam::is_candidate(plan))
        .map(|(&block, plan)| (block, &**plan))
        .collect();
    if !jammed.is_empty() {
        jam::vectorize(context, &jammed, places);
    }
    // The loop around one that loads element by element may do better.
    let (gathering, plans): (BTreeMap<_, _>, BTreeMap<_, _>) =
        plans.into_iter().partition(|(_, plan)| plan.body.lanes.gathered() > 0);
    let gathering: Vec<Block> = gathering.into_keys().collect();
    counted.extend(&gathering);
    for (block, plan) in plans {
        // Checks that never succeed leave it as it was.
        if emit::emit(&mut context.func, *plan, places).is_none() {
            counted.push(block);
        }
    }
    if counted.is_empty() {
        return;
    }
    let done = nest::vectorize(context, &counted, places);
    let left: Vec<Block> = gathering.into_iter().filter(|block| !done.contains(block)).collect();
    // What comes behind a nest uses other values now.
    let entries = self::entries(&context.func, &left);
    for block in left {
        let func = &mut context.func;
        if let Examined::Vectorizable(plan) = examine(func, block, (block, &entries[&block]), places) {
            emit::emit(func, *plan, places);
        }
    }
}

/// Vectorizes loops with branches in them.
fn vectorize_branching(func: &mut Function, places: &[MemoryPlace]) {
    for looped in Branching::all(func) {
        vectorize_flat(func, looped, places);
    }
}

/// Vectorizes a loop by way of a copy of it; whether that is possible.
fn vectorize_flat(func: &mut Function, looped: Branching, places: &[MemoryPlace]) -> bool {
    let Some(flat) = looped.flatten(func) else { return false };
    let entered = (looped.blocks[0], &looped.entries[..]);
    let mut is_vectorized = false;
    if let Examined::Vectorizable(mut plan) = examine(func, flat.block, entered, places)
        && flat.pays(plan.body.lanes.bits)
    {
        plan.scalar = looped.blocks;
        // If its checks never succeed, nothing is changed.
        is_vectorized = emit::emit(func, *plan, places).is_some();
    }
    func.layout.remove_block_and_insts(flat.block);
    is_vectorized
}

/// Blocks in a row that are entered from the one before only, and of which the last one goes back to the first, given all
/// edges that go back.
fn rows(func: &Function, mut latches: Vec<(Block, Block)>) -> Vec<Vec<Block>> {
    latches.dedup_by_key(|&mut (_, latch)| latch);
    let edges = Edges::new(func);
    let row = |(header, latch): (Block, Block)| {
        let mut row = vec![latch];
        while row.last() != Some(&header) {
            let mut before = edges.before(*row.last()?);
            let only = before.next()?;
            if before.next().is_some() || row.len() == MAX_ROW || row.contains(&only) {
                return None;
            }
            row.push(only);
        }
        row.reverse();
        Some(row)
    };
    latches.into_iter().filter_map(row).collect()
}

/// What is found out about a loop.
enum Examined {
    Vectorizable(Box<VectorLoop>),
    /// It is known how often it runs.
    Counted,
    Unknown,
}

/// The blocks that loops of one block are entered from.
fn entries(func: &Function, loops: &[Block]) -> BTreeMap<Block, Vec<Block>> {
    let mut entries: BTreeMap<Block, Vec<Block>> = loops.iter().map(|&block| (block, Vec::new())).collect();
    for block in func.layout.blocks() {
        for to in func.block_successors(block).filter(|&to| to != block) {
            if let Some(from) = entries.get_mut(&to) {
                from.push(block);
            }
        }
    }
    entries
}

/// The loop is entered at a block that has the same parameters, from those before that one.
fn examine(
    func: &Function,
    block: Block,
    (header, before): (Block, &[Block]),
    places: &[MemoryPlace],
) -> Examined {
    let short = func.layout.block_insts(block).nth(MAX_INSTRUCTIONS).is_none();
    let Some(looped) = SelfLoop::new(func, block).filter(|_| short) else { return Examined::Unknown };
    let constants = shape::constants(func, header, before.iter().copied());
    let mut affines = Affines::new(func, &looped, &constants);
    let Some(trip) = Trip::new(func, &looped, &mut affines) else { return Examined::Unknown };
    if let Some(plan) = plan(func, &looped, trip, &mut affines, places) {
        return Examined::Vectorizable(Box::new(plan));
    }
    // How what it is entered with was computed may tell which accesses are beside each other.
    let entered = shape::entry(func, header, before).and_then(|entry| {
        let mut affines = Affines::of_entered(func, &looped, &entry);
        let trip = Trip::new(func, &looped, &mut affines)?;
        plan(func, &looped, trip, &mut affines, places)
    });
    entered.map_or(Examined::Counted, |plan| Examined::Vectorizable(Box::new(plan)))
}

fn plan(
    func: &Function,
    looped: &SelfLoop,
    trip: Trip,
    affines: &mut Affines<'_>,
    places: &[MemoryPlace],
) -> Option<VectorLoop> {
    let accesses = access::find(func, &[looped.block], places, affines)?;
    let lanes = roots::find(func, looped, &accesses.all, affines)?;
    let limits = conflict::find(&accesses.all, &lanes)?;
    let regions = Regions::new(&accesses.reaches)?;
    let steps = looped.params.iter().map(|&param| affines.step(param)).collect();
    let scalar = looped.blocks.clone();
    let looped = looped.clone();
    let body = LoopBody { looped, steps, accesses: accesses.all, lanes, regions };
    Some(VectorLoop { body, scalar, trip, limits })
}
