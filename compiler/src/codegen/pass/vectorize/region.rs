//! Where the accesses of a loop are: ranges of memory, and the checks of them before the loop.
//!
//! A [`Region`] is what moves together: indices that differ by constants. In iteration `k` an index of it
//! is `terms + constant + step × k` modulo 2³². Let `start` be that of the lowest constant in iteration 0,
//! as a 32-bit number, and `rel ≥ 0` how much higher the constant of another one is. The check
//!
//! > `start + rel + step × (n − 1) + end ≤ len` for each of them,
//!
//! in 64 bits, where nothing of it wraps, with `end ≥ 1` and `len ≤ 2³²`, says two things: `start + rel +
//! step × k` is below 2³² for all `k < n`, so that it is the index itself; and no access or check of the
//! region traps.
//!
//! An index whose step is negative falls, and contained loops move an index further, up or down, by `step × k`
//! of their own, `k` below their number of iterations. Let `up` be the sum of all `step × (n − 1)` with `step > 0`,
//! and `down` that with `step < 0`. With `start ≥ down` and `start + rel + up + end ≤ len`, all that was said holds in
//! any combination of iterations.

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};

use super::MemoryPlace;
use super::access::{Access, Reach};
use super::affine::{Affine, Dim};
use super::scalar::{Num, Scalars};

/// Indices that differ by constants.
struct Region {
    /// The lowest index.
    lowest: Affine,
    memory: usize,
    /// The largest `rel + end`.
    max_end: u64,
    /// `lowest` in iteration 0, zero-extended, once it is computed.
    start: Option<Num>,
}

impl Region {
    /// Computes its start, and the length of its memory if `lengths` does not have it yet; returns both.
    fn begin(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        places: &[MemoryPlace],
        lengths: &mut BTreeMap<usize, Num>,
    ) -> (Num, Num) {
        let start = scalars.affine(&self.lowest);
        self.start = Some(start);
        let load = || scalars.load_context(places[self.memory].len_at);
        (start, *lengths.entry(self.memory).or_insert_with(load))
    }
}

/// The regions of a loop.
pub(super) struct Regions {
    all: Vec<Region>,
    by_form: BTreeMap<Form, usize>,
}

/// What indices of one region have in common: all but the constant, and the memory.
type Form = (Affine, usize);

fn form(index: &Affine, memory: usize) -> Form {
    (Affine { constant: 0, ..index.clone() }, memory)
}

/// The numbers of the last iterations, counted from 0: each at most 2³².
pub(super) struct Lasts {
    /// Of the loop.
    pub(super) own: Num,
    /// Of it and of loops that it contains, and the largest that other numbers can be.
    pub(super) inner: BTreeMap<Dim, Largest>,
}

/// How large a number can be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Largest {
    pub(super) num: Num,
    /// That is at most two to the power of this.
    pub(super) bits: u32,
}

/// Contained loops may move an index by up to this in an iteration, and this many may do so.
const MAX_INNER_STEP: u32 = 1 << 16;
const MAX_INNER: usize = 4;

/// Values that a step is multiplied with are at most this.
const MAX_FACTOR: u32 = 1 << 16;

/// Products of at most this many bits can be added without wrapping.
const MAX_BITS: u32 = 61;

impl Lasts {
    /// How far all iterations move an index, down and up; `None` if that is too far.
    fn extent(&self, scalars: &mut Scalars<'_, '_>, index: &Affine) -> Option<[Num; 2]> {
        let [down, up] = self.inner_extent(scalars, index)?;
        let own = scalars.mul(self.own, u64::from(index.step.cast_signed().unsigned_abs()));
        Some(if index.falls() { [scalars.add(own, down), up] } else { [down, scalars.add(own, up)] })
    }

    /// How far contained loops do.
    fn inner_extent(&self, scalars: &mut Scalars<'_, '_>, index: &Affine) -> Option<[Num; 2]> {
        let [mut down, mut up] = [Num::Const(0); 2];
        if index.inner.len() > MAX_INNER {
            return None;
        }
        for (mover, step) in &index.inner {
            let distance = step.cast_signed().unsigned_abs();
            let all = self.inner[&mover.dim].times(scalars, distance, mover.by)?.num;
            let sum = if step.cast_signed() < 0 { &mut down } else { &mut up };
            *sum = scalars.add(*sum, all);
        }
        Some([down, up])
    }
}

impl Largest {
    /// Times a constant, and a value that it is required to be small; `None` if that may be too large.
    pub(super) fn times(self, scalars: &mut Scalars<'_, '_>, factor: u32, by: Option<Value>) -> Option<Self> {
        let mut product = Self { num: scalars.mul(self.num, u64::from(factor)), bits: self.bits };
        product.bits += factor.next_power_of_two().ilog2();
        if let Some(by) = by {
            let by = scalars.entry.get(&by).copied().unwrap_or(by);
            let by = Num::Value(scalars.cursor.ins().uextend(types::I64, by));
            scalars.require(IntCC::UnsignedLessThanOrEqual, by, Num::Const(u64::from(MAX_FACTOR)))?;
            product.num = scalars.product(product.num, by);
            product.bits += MAX_FACTOR.ilog2();
        }
        (factor <= MAX_INNER_STEP && product.bits <= MAX_BITS).then_some(product)
    }
}

/// Constants of a region are within this distance of each other: their order is that of the addresses.
const MAX_SPREAD: u32 = 1 << 30;

/// Two regions, and the bytes of each that are meant, counted from its start.
type RangePair = ([usize; 2], [(u64, u64); 2]);

/// Bytes of a region that are this far apart are looked at one by one: there may be another array between them.
const MAX_TOGETHER: u64 = 256;

impl Regions {
    /// Groups what has to fit; `None` if indices of one form are too far apart.
    pub(super) fn new(reaches: &[Reach]) -> Option<Self> {
        let mut members: BTreeMap<Form, Vec<&Reach>> = BTreeMap::new();
        for reach in reaches {
            members.entry(form(&reach.index, reach.memory)).or_default().push(reach);
        }
        let mut regions = Self { all: Vec::new(), by_form: BTreeMap::new() };
        for (form, members) in members {
            let first = members[0].index.constant;
            let ahead = |reach: &&Reach| reach.index.constant.wrapping_sub(first).cast_signed();
            if members.iter().any(|member| ahead(member).unsigned_abs() >= MAX_SPREAD / 2) {
                return None;
            }
            let lowest = members.iter().min_by_key(|member| ahead(member)).expect("regions have members");
            let lowest = lowest.index.clone();
            let end =
                |member: &&Reach| u64::from(member.index.constant.wrapping_sub(lowest.constant)) + member.end;
            let max_end = members.iter().map(end).max().expect("regions have members");
            regions.by_form.insert(form, regions.all.len());
            regions.all.push(Region { lowest, memory: members[0].memory, max_end, start: None });
        }
        Some(regions)
    }

    /// The region of an access.
    pub(super) fn position(&self, access: &Access) -> usize {
        self.by_form[&form(&access.index, access.memory)]
    }

    /// How far an access is behind the start of its region's memory range, with its constant offset.
    pub(super) fn displacement(&self, access: &Access) -> u64 {
        let lowest = self.all[self.position(access)].lowest.constant;
        u64::from(access.index.constant.wrapping_sub(lowest)) + access.offset
    }

    /// The lowest index of a region.
    pub(super) fn lowest(&self, position: usize) -> &Affine {
        &self.all[position].lowest
    }

    /// That in iteration 0, zero-extended.
    fn start(&self, position: usize) -> Num {
        self.all[position].start.expect("bounds were checked")
    }

    /// Where an access begins in iteration 0, as a number of bytes of its memory. Bounds have to be required before.
    pub(super) fn first(&self, scalars: &mut Scalars<'_, '_>, access: &Access) -> Num {
        let displacement = self.displacement(access);
        scalars.add(self.start(self.position(access)), Num::Const(displacement))
    }

    /// Requires that everything fits its memory in all iterations; `None` if it cannot.
    pub(super) fn require_bounds(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        places: &[MemoryPlace],
        lasts: &Lasts,
    ) -> Option<()> {
        let mut lengths = BTreeMap::new();
        for region in &mut self.all {
            let (start, len) = region.begin(scalars, places, &mut lengths);
            let [down, up] = lasts.extent(scalars, &region.lowest)?;
            scalars.require(IntCC::UnsignedLessThanOrEqual, down, start)?;
            let extent = scalars.add(up, Num::Const(region.max_end));
            let end = scalars.add(start, extent);
            scalars.require(IntCC::UnsignedLessThanOrEqual, end, len)?;
        }
        Some(())
    }

    /// How many iterations, one after the other, reach only what is in memory, if the first `least` do, which is
    /// required; `None` if that cannot be, or is so for any number of them.
    ///
    /// Iteration `k` ends at `start + rel + step × k + end`. Let `past` be that for `k = least − 1`. With `past ≤ len`,
    /// it is at most `len` for `k ≤ least − 1 + (len − past) / step`. Loops that contain others are not meant.
    pub(super) fn count_inside(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        places: &[MemoryPlace],
        least: u32,
    ) -> Option<Num> {
        let mut lengths = BTreeMap::new();
        let mut fewest: Option<Num> = None;
        for region in &mut self.all {
            let (start, len) = region.begin(scalars, places, &mut lengths);
            let step = u64::from(region.lowest.step);
            let past = Num::Const(region.max_end + step * u64::from(least - 1));
            let past = scalars.add(start, past);
            scalars.require(IntCC::UnsignedLessThanOrEqual, past, len)?;
            if step > 0 {
                let room = scalars.sub(len, past);
                let more = scalars.div(room, step);
                let count = scalars.add(more, Num::Const(u64::from(least)));
                fewest = Some(fewest.map_or(count, |fewest| scalars.if_less(count, fewest, count, fewest)));
            }
        }
        fewest
    }

    /// Requires that the first of each pair of packs, given by their first accesses, does not overlap the
    /// second in any iteration. Bounds have to be required before.
    pub(super) fn require_apart(
        &self,
        scalars: &mut Scalars<'_, '_>,
        accesses: &[Access],
        pairs: &[[usize; 2]],
        copies: u32,
        lasts: &Lasts,
    ) -> Option<()> {
        for (regions, extents) in self.ranges(accesses, pairs, copies) {
            let [first, second] = self.pair_bounds(scalars, (regions, extents), lasts)?;
            scalars.require_one([first[1], second[0]], [second[1], first[0]])?;
        }
        Some(())
    }

    /// Requires that the first of each pair of packs does not begin behind the second one, or behind its end.
    pub(super) fn require_in_order(
        &self,
        scalars: &mut Scalars<'_, '_>,
        accesses: &[Access],
        pairs: &[[usize; 2]],
        copies: u32,
        lasts: &Lasts,
    ) -> Option<()> {
        let mut grouped: BTreeMap<[usize; 2], Vec<[usize; 2]>> = BTreeMap::new();
        for &pair in pairs {
            grouped.entry(pair.map(|member| self.position(&accesses[member]))).or_default().push(pair);
        }
        for pairs in grouped.into_values() {
            // One comparison for many of them would have to know which one begins last.
            if pairs.len() > 1 {
                self.require_apart(scalars, accesses, &pairs, copies, lasts)?;
                continue;
            }
            for (regions, extents) in self.ranges(accesses, &pairs, copies) {
                let [first, second] = self.pair_bounds(scalars, (regions, extents), lasts)?;
                scalars.require_one([first[0], second[0]], [second[1], first[0]])?;
            }
        }
        Some(())
    }

    /// Requires that these pairs do not overlap, where contained loops have moved the second one's index all the way.
    pub(super) fn require_behind(
        &self,
        scalars: &mut Scalars<'_, '_>,
        accesses: &[Access],
        pairs: &[[usize; 2]],
        lasts: &Lasts,
    ) -> Option<()> {
        for (regions, extents) in self.ranges(accesses, pairs, 1) {
            let [first, second] = self.pair_bounds(scalars, (regions, extents), lasts)?;
            let [down, up] = lasts.inner_extent(scalars, &self.all[regions[1]].lowest)?;
            let [begin, end] = [scalars.add(second[0], up), scalars.sub(second[1], down)];
            scalars.require_one([first[1], begin], [end, first[0]])?;
        }
        Some(())
    }

    /// For each pair of regions of these pairs of accesses, what takes part in it of both; more than one, where that is
    /// far apart.
    fn ranges(&self, accesses: &[Access], pairs: &[[usize; 2]], copies: u32) -> Vec<RangePair> {
        let mut ranges: Vec<RangePair> = Vec::new();
        for pair in pairs {
            let members = pair.map(|member| &accesses[member]);
            let extents = members.map(|access| {
                let first = self.displacement(access);
                let step = access.index.step.cast_signed();
                let all = u64::from(step.unsigned_abs() / copies * (copies - 1));
                // Each copy is below the one before where the index falls.
                let low = if step < 0 { first - all } else { first };
                (low, low + all + u64::from(access.ty.bytes()))
            });
            let regions = members.map(|access| self.position(access));
            let near = |(of, known): &&mut RangePair| {
                let is_near = |(known, extent): (&(u64, u64), &(u64, u64))| {
                    known.1.max(extent.1) - known.0.min(extent.0) <= MAX_TOGETHER
                };
                *of == regions && known.iter().zip(&extents).all(is_near)
            };
            match ranges.iter_mut().find(near) {
                Some((_, known)) => {
                    for (known, extent) in known.iter_mut().zip(extents) {
                        *known = (known.0.min(extent.0), known.1.max(extent.1));
                    }
                }
                None => ranges.push((regions, extents)),
            }
        }
        ranges
    }

    /// Where all iterations of all loops reach, of both of two regions.
    fn pair_bounds(
        &self,
        scalars: &mut Scalars<'_, '_>,
        (regions, extents): RangePair,
        lasts: &Lasts,
    ) -> Option<[[Num; 2]; 2]> {
        let [first, second] = [0, 1].map(|side| self.bounds(scalars, regions[side], extents[side], lasts));
        Some([first?, second?])
    }

    /// Where all iterations of all loops reach, of a region's bytes counted from its start.
    fn bounds(
        &self,
        scalars: &mut Scalars<'_, '_>,
        region: usize,
        extent: (u64, u64),
        lasts: &Lasts,
    ) -> Option<[Num; 2]> {
        let start = self.start(region);
        let [down, up] = lasts.extent(scalars, &self.all[region].lowest)?;
        let end = scalars.add(up, Num::Const(extent.1));
        let end = scalars.add(start, end);
        let first = scalars.sub(start, down);
        Some([scalars.add(first, Num::Const(extent.0)), end])
    }
}
