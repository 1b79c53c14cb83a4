//! Loops around loops that can be vectorized: some iterations of the outer one together.
//!
//! **What it does.** In a product of matrices whose innermost loop is `c[j] += a[k] × b[k][j]` over `j`, that
//! loop can be vectorized itself, but all of `c` is loaded and stored again for each `k`. A copy of the loop
//! around it does some of its iterations at once: each vector of `c` is loaded, gets what those iterations add to it,
//! one after the other, and is stored. The loop itself does the iterations that are left, at least one.
//!
//! ```text
//! check:   may it?  ──no──────────────────────────┐
//!            │yes                                 │
//! setup                                           │
//! blocks before the inner loop, ◄─┐               │
//!   for each iteration of a group │               │
//! vector: for all of them at once │               │
//! rest: the same, not in vectors  │               │
//! blocks behind the inner loop ───┘               ▼
//! finish: parameters after that ─────────────► the loop
//! ```
//!
//! **Why it is sound.** The copy does what the first `m` iterations of the outer loop do, in groups, for some `m`
//! below `n`. That holds because
//!
//! - the outer loop has at least `n` iterations, and how many the inner one has is known before the outer one starts;
//! - no access of any of these traps, as for other nests (`nest/`);
//! - all iterations of a group take the same way through the blocks: the conditions of branches do not depend on
//!   what an iteration changes ([`varying`]);
//! - each block of the copy does what the block does for the first iteration of the group, then for the second
//!   one, and so on; the inner loop's vectors do so for a number of its iterations. No value of an iteration
//!   depends on another one, but for what is in memory;
//! - if two accesses of different iterations are to the same bytes, one of them a store, their order is kept: they
//!   are in one block, or at the same element of the inner loop. Everything else is apart, which `check` verifies
//!   where it is not known (`conflict.rs`);
//! - a vector that is loaded from where the iteration before has stored is not loaded, but what was
//!   stored is taken. Only what the last iteration of a group stores is stored: nothing else reads it before
//!   (`conflict.rs`), and no store traps;
//! - inside the inner loop, the order is that of the parent module.
//!
//! Addresses are made, and checked, as everywhere: see [`super::instructions::host_address`].

mod conflict;
mod emit;

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Value, ValueDef};

use super::MemoryPlace;
use super::access::{self, Access};
use super::affine::{Affine, Affines, Dim, Join, Steps};
use super::emit::{LoopBody, VectorLoop};
use super::lanes::{NodeId, NodeOp, distance};
use super::nest::{self, shape::Nest};
use super::region::Regions;
use super::shape::Trip;
use crate::codegen::pass::branches::ways;
use conflict::Apart;

/// Nests with more instructions than this are left alone.
const MAX_INSTRUCTIONS: usize = 120;

/// The most iterations of a group.
const MAX_FACTOR: u32 = 4;

/// Vectors that a group keeps in registers. Some more are needed to compute.
const MAX_FIXED: usize = 8;

/// A vector that is not loaded, but taken from what the iteration before has stored.
#[derive(Clone, Copy)]
struct Forwarded {
    load: NodeId,
    /// A position in the list of stores.
    store: usize,
}

/// Everything that is known about a nest that can be done in this way.
struct Jam<'p> {
    nest: Nest,
    /// The inner loop.
    inner: &'p LoopBody,
    trip: Trip,
    inner_trips: BTreeMap<Block, Trip>,
    /// Parameters behind the inner loop.
    joined: BTreeMap<Value, Join>,
    accesses: Vec<Access>,
    regions: Regions,
    apart: Apart,
    /// What an iteration of the outer loop adds to its first block's parameters, if it changes them.
    steps: BTreeMap<Value, Affine>,
    /// What differs between the iterations of a group.
    varying: BTreeSet<Value>,
    /// What the inner loop computes and other blocks use: what it is in its last iteration is what it is in the
    /// first one, and `step` times the number of that.
    escaping: Vec<(Value, Affine)>,
    forwarded: Vec<Forwarded>,
    /// How far an iteration of the outer loop moves the inner loop's regions, where that is constant.
    moved: BTreeMap<usize, u32>,
    /// Iterations of a group.
    factor: u32,
}

/// Whether something is gained where a loop like this is inside another one, if that can be jammed.
pub(super) fn is_candidate(plan: &VectorLoop) -> bool {
    let lanes = &plan.body.lanes;
    let is_simple = lanes.nodes.iter().all(|node| match node.op {
        NodeOp::Counter { step, .. } => step == 0,
        NodeOp::Previous(..) | NodeOp::Spaced(_) | NodeOp::Gathered(..) => false,
        _ => true,
    });
    let in_order = lanes.stores.iter().all(|root| root.together == 1)
        && plan.body.accesses.iter().all(|access| !access.index.falls());
    let collects = !lanes.reductions.is_empty() || !lanes.carried.is_empty();
    let is_bounded = plan.limits.max_iterations != u64::MAX || !lanes.small.is_empty();
    is_simple
        && in_order
        && !collects
        && !is_bounded
        && forwarded(&plan.body).is_some_and(|all| !all.is_empty())
}

/// Jams iterations of the loops around these vectorizable ones, where that is possible.
pub(super) fn vectorize(context: &mut Context, loops: &BTreeMap<Block, &VectorLoop>, places: &[MemoryPlace]) {
    let blocks: Vec<Block> = loops.keys().copied().collect();
    for candidate in nest::candidates(context, &blocks) {
        let func = &mut context.func;
        let nest = Nest::new(func, candidate).filter(|nest| nest.size(func) <= MAX_INSTRUCTIONS);
        if let Some(nest) = nest
            && let [only] = &nest.inner[..]
            && let Some(plan) = loops.get(&only.block)
            && let Some(jam) = Jam::new(func, nest, plan, places)
        {
            emit::emit(func, jam, places);
        }
    }
}

impl<'p> Jam<'p> {
    fn new(func: &Function, nest: Nest, plan: &'p VectorLoop, places: &[MemoryPlace]) -> Option<Self> {
        let inner = &plan.body;
        let mut affines = Affines::of_nest(func, &nest, Steps::Fixed);
        let trip = Trip::of_branch(func, nest.branch(func), nest.header, &mut affines)?;
        let inner_trips = nest::inner_trips(func, &nest, &mut affines)?;
        let accesses = access::find(func, &nest.blocks, places, &mut affines)?.rising()?;
        let steps = affines.moves.clone();
        let varying = varying(func, &nest, &steps)?;
        let apart = conflict::find(func, &nest, inner, &accesses.all, &mut affines)?;
        let regions = Regions::new(&accesses.reaches)?;
        let escaping = escaping(func, &nest, inner)?;
        let moved = moved(inner, &accesses.all)?;
        let forwarded = forwarded(inner)?;
        let factor = factor(inner, &varying)?;
        let joined = affines.joined;
        let accesses = accesses.all;
        Some(Self {
            nest,
            inner,
            trip,
            inner_trips,
            joined,
            accesses,
            regions,
            apart,
            steps,
            varying,
            escaping,
            forwarded,
            moved,
            factor,
        })
    }

    /// The inner loop's block.
    fn block(&self) -> Block {
        self.inner.looped.block
    }

    /// Iterations of a group that need a value of their own for this one.
    fn twins(&self, value: Value) -> u32 {
        if self.varying.contains(&value) { self.factor } else { 1 }
    }
}

/// The loads from where a store of the same element is; `None` if there is one that is not of the same kind.
fn forwarded(inner: &LoopBody) -> Option<Vec<Forwarded>> {
    let mut all = Vec::new();
    for (position, node) in inner.lanes.nodes.iter().enumerate() {
        let (NodeOp::Load(pack) | NodeOp::Promoted(pack)) = &node.op else { continue };
        let load = &inner.accesses[pack.accesses[0]];
        for (store, root) in inner.lanes.stores.iter().enumerate() {
            let to = &inner.accesses[root.accesses[0]];
            if distance(to, load) != Some(0) {
                continue;
            }
            let stored = inner.lanes.nodes[root.node.0].lane;
            if [load.ty, to.ty, stored].iter().any(|&ty| ty != node.lane) {
                return None;
            }
            all.push(Forwarded { load: NodeId(position), store });
        }
    }
    Some(all)
}

/// The nest's values that differ between iterations of the outer loop, given what those add to parameters; `None` if a
/// branch depends on one, or one on an iteration before.
fn varying(func: &Function, nest: &Nest, steps: &BTreeMap<Value, Affine>) -> Option<BTreeSet<Value>> {
    let mut varying = BTreeSet::new();
    for (&param, &next) in func.dfg.block_params(nest.header).iter().zip(&nest.next) {
        if param != next && *steps.get(&param)? != Affine::default() {
            varying.insert(param);
        }
    }
    // Values of the inner loop depend on those of its last iteration.
    loop {
        let before = varying.len();
        for &block in &nest.blocks {
            if block != nest.header {
                for (position, &param) in func.dfg.block_params(block).iter().enumerate() {
                    if nest.incoming(block, position).iter().any(|value| varying.contains(value)) {
                        varying.insert(param);
                    }
                }
            }
            for inst in func.layout.block_insts(block) {
                if is_varying(func, inst, &varying) {
                    varying.extend(func.dfg.inst_results(inst));
                }
            }
        }
        if varying.len() == before {
            break;
        }
    }
    let decides_for_all = nest.blocks.iter().filter(|&&block| block != nest.latch).all(|&block| {
        let is_inner = nest.inner.iter().any(|inner| inner.block == block);
        let branch = func.layout.last_inst(block);
        is_inner
            || branch.is_some_and(|branch| match func.dfg.insts[branch] {
                InstructionData::Brif { arg, .. } => !varying.contains(&arg),
                _ => true,
            })
    });
    decides_for_all.then_some(varying)
}

/// Whether an instruction has to be done for each iteration of the outer loop.
fn is_varying(func: &Function, inst: Inst, varying: &BTreeSet<Value>) -> bool {
    let opcode = func.dfg.insts[inst].opcode();
    opcode.can_load()
        || opcode.can_store()
        || func.dfg.inst_args(inst).iter().any(|arg| varying.contains(arg))
}

/// What the inner loop computes and other blocks use; `None` if some of it is not known.
fn escaping(func: &Function, nest: &Nest, inner: &LoopBody) -> Option<Vec<(Value, Affine)>> {
    let block = inner.looped.block;
    let is_own = |value: Value| {
        let of = match func.dfg.value_def(value) {
            ValueDef::Result(inst, _) => func.layout.inst_block(inst),
            ValueDef::Param(of, _) => Some(of),
            ValueDef::Union(..) => None,
        };
        of == Some(block)
    };
    let mut used = BTreeSet::new();
    for &other in &nest.blocks {
        for inst in func.layout.block_insts(other) {
            let is_branch = func.layout.last_inst(other) == Some(inst);
            if other != block {
                used.extend(func.dfg.inst_values(inst).filter(|&value| is_own(value)));
            } else if is_branch {
                let out = ways(func, inst).iter().filter(|call| call.block(&func.dfg.value_lists) != block);
                let passed = out.flat_map(|call| call.args(&func.dfg.value_lists));
                used.extend(passed.filter_map(|arg| arg.as_value()).filter(|&value| is_own(value)));
            }
        }
    }
    let mut affines = Affines::new(func, &inner.looped, &vec![None; inner.looped.params.len()]);
    used.into_iter().map(|value| Some((value, affines.get(value)?))).collect()
}

/// How far an iteration of the outer loop moves each region of the inner one that has accesses, where that is constant.
fn moved(inner: &LoopBody, accesses: &[Access]) -> Option<BTreeMap<usize, u32>> {
    let mut moved = BTreeMap::new();
    for access in &inner.accesses {
        let own = accesses.iter().find(|own| own.inst == access.inst)?;
        if own.index.inner.iter().all(|(mover, _)| mover.dim != Dim::Own) {
            moved.insert(inner.regions.position(access), own.index.step);
        }
    }
    Some(moved)
}

/// How many iterations are done at once: as many as keep what they add in registers; `None` if that is only one.
fn factor(inner: &LoopBody, varying: &BTreeSet<Value>) -> Option<u32> {
    let (mut of_each, mut of_all) = (0, 0);
    for node in &inner.lanes.nodes {
        match &node.op {
            NodeOp::Splat(value) | NodeOp::Clamped { value, .. } | NodeOp::Whether { value, .. }
                if varying.contains(value) =>
            {
                of_each += 1;
            }
            NodeOp::SplatLoad(_) => of_each += 1,
            NodeOp::Splat(_) | NodeOp::Clamped { .. } | NodeOp::Whether { .. } | NodeOp::Counter { .. } => {
                of_all += 1
            }
            _ => {}
        }
    }
    [MAX_FACTOR, MAX_FACTOR / 2].into_iter().find(|&factor| of_each * factor as usize + of_all <= MAX_FIXED)
}
