//! Loops around loops: several iterations of the outer one side by side.
//!
//! **What it does.** The product of matrices is the example: the innermost loop walks down a column of one
//! of them, and collects a sum whose order matters, so that it cannot be vectorized itself. But the loop
//! around it does the same for neighbouring columns. A copy of that whole loop, with what it contains, does
//! it for as many columns at once as fit some vectors; the loop itself does those that are left. Where neighbours
//! load from places that are not side by side, as for a product of a matrix and a vector, vectors are loaded
//! element by element.
//!
//! ```text
//! check:   may it?  ──no──────────────────────────┐
//!            │yes                                 │
//! setup                                           │
//! copy of all blocks ◄─┐                          │
//!            │     └───┘                          ▼
//! finish:  iterations left? ──yes──────────► the loop
//!            │no                                  │
//! exit:    what is used behind the loop ◄─────────┘
//! ```
//!
//! **Why it is sound.** The copy does what the first `m` iterations of the outer loop do, in groups of
//! neighbours. That holds because
//!
//! - all loops' numbers of iterations are known before the outer one starts, under conditions that `check`
//!   verifies (`shape.rs` of this and the parent module);
//! - no access of any iteration traps, also verified by `check` for all of them, whether the loop gets to them
//!   or not (`region.rs`); other instructions that can trap, call, or write anything are not accepted;
//! - all iterations of a group take the same way through the blocks, and each lane computes what its
//!   iteration does (`kinds.rs`), with its own loads and stores in their order;
//! - iterations of a group do not see each other's stores ([`conflicts`]): stores of neighbours are side by
//!   side, and another access is either at the same place in each iteration, or too far away for the group, or
//!   in another part of memory, which `check` verifies. Groups are done in order;
//! - what is used behind the loop is what the last iteration makes of it (`emit.rs`).
//!
//! Addresses are made, and checked, as everywhere: see [`super::instructions::host_address`].

mod body;
pub(super) mod emit;
mod kinds;
pub(super) mod shape;

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Block, Function, Value};

use super::MemoryPlace;
use super::access::{self, Access};
use super::affine::{Affines, Dim, Join, Steps};
use super::lanes::distance;
use super::region::{Largest, Lasts, Regions};
use super::scalar::{Num, Scalars};
use super::shape::Trip;
use kinds::Kinds;
use shape::{Candidate, Contained, Nest};

/// Nests with more instructions than this are left alone.
const MAX_INSTRUCTIONS: usize = 400;

/// Stores and loads that are at least this many bytes apart are never in one group.
const MAX_GROUP_BYTES: u64 = 256;

/// Everything that is known about a nest that can be vectorized.
struct Plan {
    nest: Nest,
    kinds: Kinds,
    trip: Trip,
    /// Those of contained loops.
    inner_trips: BTreeMap<Block, Trip>,
    /// Parameters behind contained loops.
    joined: BTreeMap<Value, Join>,
    accesses: Vec<Access>,
    regions: Regions,
    /// Pairs of accesses that must not overlap.
    apart: Vec<[usize; 2]>,
}

/// Vectorizes the loops around these loops, where that is possible; the loops that those contain.
pub(super) fn vectorize(
    context: &mut Context,
    self_loops: &[Block],
    places: &[MemoryPlace],
) -> BTreeSet<Block> {
    let mut done = BTreeSet::new();
    for candidate in candidates(context, self_loops) {
        let func = &mut context.func;
        let nest = Nest::new(func, candidate).filter(|nest| nest.size(func) <= MAX_INSTRUCTIONS);
        if let Some(plan) = nest.and_then(|nest| Plan::new(func, nest, places)) {
            let inner: Vec<Block> = plan.nest.inner.iter().map(|inner| inner.block).collect();
            if emit::emit(func, plan, places).is_some() {
                done.extend(inner);
            }
        }
    }
    done
}

/// The loops around these loops that may be nests.
pub(super) fn candidates(context: &mut Context, self_loops: &[Block]) -> Vec<Candidate> {
    context.compute_cfg();
    context.compute_domtree();
    context.compute_loop_analysis();
    let candidates = shape::find(context, self_loops);
    // They do not stay true.
    context.cfg.clear();
    context.domtree.clear();
    context.loop_analysis.clear();
    candidates
}

/// How often the contained loops run; `None` if that is not the same in all iterations of the outer one.
pub(super) fn inner_trips(
    func: &Function,
    nest: &Nest,
    affines: &mut Affines<'_>,
) -> Option<BTreeMap<Block, Trip>> {
    let trip = |contained: &Contained| {
        Some((contained.block, Trip::of_contained(func, &contained.looped, affines)?))
    };
    nest.inner.iter().map(trip).collect()
}

/// The last iterations of all loops of a nest, given the number of the outer one's iterations, under conditions that are
/// required; `None` if those cannot hold.
pub(super) fn lasts(
    scalars: &mut Scalars<'_, '_>,
    count: Num,
    inner_trips: &BTreeMap<Block, Trip>,
    joined: &BTreeMap<Value, Join>,
) -> Option<Lasts> {
    let own = scalars.sub(count, Num::Const(1));
    let mut inner = BTreeMap::from([(Dim::Own, Largest { num: own, bits: 32 })]);
    for (&block, trip) in inner_trips {
        let count = trip.count(scalars)?;
        inner.insert(Dim::Loop(block), Largest { num: scalars.sub(count, Num::Const(1)), bits: 32 });
    }
    for (&param, join) in joined {
        let Largest { num, bits } = inner[&Dim::Loop(join.looped)].times(scalars, join.step, join.by)?;
        let num = scalars.add(num, Num::Const(u64::from(join.constant)));
        // The constant is at most 2³², as the product can be.
        inner.insert(Dim::Join(param), Largest { num, bits: bits + 1 });
    }
    Some(Lasts { own, inner })
}

impl Plan {
    fn new(func: &Function, nest: Nest, places: &[MemoryPlace]) -> Option<Self> {
        let mut affines = Affines::of_nest(func, &nest, Steps::Constant);
        let trip = Trip::of_branch(func, nest.branch(func), nest.header, &mut affines)?;
        let inner_trips = inner_trips(func, &nest, &mut affines)?;
        let accesses = access::find(func, &nest.blocks, places, &mut affines)?.rising()?;
        let kinds = Kinds::new(func, &nest, &accesses, &mut affines)?;
        let apart = conflicts(&accesses.all)?;
        let regions = Regions::new(&accesses.reaches)?;
        let joined = affines.joined;
        Some(Self { nest, kinds, trip, inner_trips, joined, accesses: accesses.all, regions, apart })
    }
}

/// The pairs of accesses that have to be in different parts of memory, the first of each a store; `None` if
/// iterations of one group might see each other's stores.
///
/// A store that contained loops do not move is at `start + step × j` in iteration `j`, and as wide as `step`
/// (`kinds.rs`): iterations store side by side. An access at the same place is in its own iteration, too,
/// and one that is at a fixed distance of at least a group's bytes is in none of the group.
fn conflicts(accesses: &[Access]) -> Option<Vec<[usize; 2]>> {
    let mut apart = Vec::new();
    for (position, store) in accesses.iter().enumerate().filter(|(_, access)| access.stored.is_some()) {
        if !store.index.inner.is_empty() {
            return None;
        }
        for (other_position, other) in accesses.iter().enumerate() {
            let known = other.stored.is_some() && other_position <= position;
            if known || other.memory != store.memory {
                continue;
            }
            match distance(store, other) {
                Some(0) if store.ty.bytes() == other.ty.bytes() => {}
                Some(distance) if distance.unsigned_abs() >= MAX_GROUP_BYTES => {}
                Some(_) => return None,
                None => apart.push([position, other_position]),
            }
        }
    }
    Some(apart)
}
