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
mod emit;
mod kinds;
pub(super) mod shape;

use std::collections::BTreeMap;

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Block, Function, Value};

use super::MemoryPlace;
use super::access::{self, Access};
use super::affine::{Affines, Join};
use super::lanes::distance;
use super::region::Regions;
use super::shape::Trip;
use kinds::Kinds;
use shape::Nest;

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

/// Vectorizes the loops around these loops, where that is possible.
pub(super) fn vectorize(context: &mut Context, self_loops: &[Block], places: &[MemoryPlace]) {
    context.compute_cfg();
    context.compute_domtree();
    context.compute_loop_analysis();
    let nests = shape::find(context, self_loops);
    // They do not stay true.
    context.cfg.clear();
    context.domtree.clear();
    context.loop_analysis.clear();
    for candidate in nests {
        let func = &mut context.func;
        let size: usize = candidate.blocks.iter().map(|&block| func.layout.block_insts(block).count()).sum();
        if size <= MAX_INSTRUCTIONS
            && let Some(plan) = Nest::new(func, candidate).and_then(|nest| Plan::new(func, nest, places))
        {
            emit::emit(func, plan, places);
        }
    }
}

impl Plan {
    fn new(func: &Function, nest: Nest, places: &[MemoryPlace]) -> Option<Self> {
        let mut affines = Affines::of_nest(func, &nest);
        let trip = Trip::of_branch(func, nest.branch(func), nest.header, &mut affines)?;
        let mut inner_trips = BTreeMap::new();
        for contained in &nest.inner {
            let trip = Trip::of_contained(func, &contained.looped, &mut affines)?;
            inner_trips.insert(contained.block, trip);
        }
        let accesses = access::find(func, &nest.blocks, places, &mut affines)?;
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
