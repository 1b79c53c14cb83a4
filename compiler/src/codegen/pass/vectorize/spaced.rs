//! Loads and stores of elements that are not side by side in order (`spacing.rs`): whole vectors of memory, of which
//! bytes are chosen, or elements one by one.

use cranelift_codegen::ir::{InstBuilder, Type, Value, types};

use super::access::{Access, Extension};
use super::instructions::{cast, lane_constant, load, load_scalar, shuffle, splat, store};
use super::lanes::{Node, StoreRoot};
use super::scalar::Scalars;
use super::spacing::SpacedPack;
use super::vector::Vectors;

/// Bytes of memory, at most 16, that are loaded or stored at once: how many there are before them, and how many.
type Part = (u32, u32);

/// Where a byte of a vector comes from: one of several others, and a byte of it.
type Source = (usize, u8);

impl Vectors<'_> {
    /// The elements of a pack with this number of a vector.
    pub(super) fn load_spaced(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        spaced: &SpacedPack,
        node: &Node,
        vector: u32,
    ) -> Value {
        let accesses = &self.plan.accesses;
        let access = &accesses[spaced.pack.accesses[0]];
        let width = 128 / node.lane.bits();
        if spaced.stride < 0 {
            let lowest = spaced.pack.accesses.last().map_or(access, |&last| &accesses[last]);
            let bytes = width * access.ty.bytes();
            let before = (self.count - 1 - vector) * bytes;
            let (address, offset) = self.place(scalars, lowest, [before, bytes]);
            let loaded = load(scalars, access, node.lane, address, offset);
            return if self.plan.lanes.backwards { loaded } else { reversed(scalars, loaded) };
        }
        let stride = spaced.stride.unsigned_abs();
        let all = width * stride;
        let mut parts = Vec::new();
        for part in parts_of(all) {
            parts.push((part, self.load_part(scalars, spaced.base, vector * all, part)));
        }
        let (lane, bytes) = (node.lane.bytes(), access.ty.bytes());
        // Narrow numbers with a sign are the upper bytes of a lane at first, others the lower ones.
        let signed = access.extension == Some(Extension::Signed);
        let low = if signed { lane - bytes } else { 0 };
        let source = |byte: u32| {
            let of_element = (byte % lane).checked_sub(low).filter(|&byte| byte < bytes)?;
            let at = byte / lane * stride + spaced.behind + of_element;
            let part = parts.iter().position(|&((before, size), _)| (before..before + size).contains(&at))?;
            Some((part, (at - parts[part].0.0) as u8))
        };
        let wanted = std::array::from_fn(|byte| source(byte as u32));
        let values: Vec<Value> = parts.iter().map(|&(_, value)| value).collect();
        let chosen = permuted(scalars, &values, wanted);
        let chosen = cast(scalars, chosen, self.plan.vector_type(node.lane));
        if bytes == lane {
            return chosen;
        }
        if signed {
            let unused = scalars.cursor.ins().iconst(types::I32, i64::from(8 * low));
            return scalars.cursor.ins().sshr(chosen, unused);
        }
        let mask = lane_constant(scalars, u64::MAX >> (64 - access.ty.bits()), node.lane);
        let mask = splat(scalars, mask, node.lane);
        scalars.cursor.ins().band(chosen, mask)
    }

    /// The elements with this number of a vector, this many bytes apart, loaded one by one.
    pub(super) fn gather(
        &self,
        scalars: &mut Scalars<'_, '_>,
        (access, stride): (&Access, u32),
        lane: Type,
        vector: u32,
    ) -> Value {
        let mut all = None;
        let (width, ty) = (self.plan.width(), self.plan.vector_type(lane));
        for element in 0..width {
            let before = (vector * width + element) * stride;
            let (address, offset) = self.place(scalars, access, [before, access.ty.bytes()]);
            let value = load_scalar(scalars, access, address, offset);
            let number = u8::try_from(element).expect("at most 15");
            all = Some(match all {
                Some(all) => {
                    let value = reduced(scalars, value, lane);
                    scalars.cursor.ins().insertlane(all, value, number)
                }
                // There are no such instructions for narrower ones.
                None if lane.bits() < 32 => {
                    let value = reduced(scalars, value, types::I32);
                    scalars.cursor.ins().scalar_to_vector(types::I32X4, value)
                }
                None => {
                    let value = reduced(scalars, value, lane);
                    scalars.cursor.ins().scalar_to_vector(ty, value)
                }
            });
            all = all.map(|all| cast(scalars, all, ty));
        }
        all.expect("vectors have lanes")
    }

    /// Whether what two vectors are made of can be loaded at once: the second one's elements are loaded before the first
    /// one's are stored, so that the loop may store none that it loads.
    pub(super) fn loads_pairs(&self, access: usize) -> bool {
        let accesses = &self.plan.accesses;
        let bytes = accesses[access].ty.bytes();
        // If they have not the same width, they are apart in all iterations: see `conflict.rs`.
        let is_other = |root: &StoreRoot| accesses[root.accesses[0]].ty.bytes() != bytes;
        self.count.is_multiple_of(2) && self.plan.lanes.stores.iter().all(is_other)
    }

    /// Two of four floats that are loaded, made as wide as lanes.
    pub(super) fn promoted_half(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        access: usize,
        vector: u32,
    ) -> Value {
        let all = self.load_part(scalars, access, vector / 2 * 16, (0, 16));
        let half = match vector % 2 {
            0 => cast(scalars, all, types::F32X4),
            _ => shuffle(scalars, [all, all], order_of([2, 3, 2, 3]), types::F32X4),
        };
        scalars.cursor.ins().fvpromote_low(half)
    }

    /// Bytes behind where an access begins in this iteration, loaded once for all packs that they are in.
    fn load_part(&mut self, scalars: &mut Scalars<'_, '_>, base: usize, before: u32, part: Part) -> Value {
        let key = (base, before + part.0, part.1);
        if let Some(&known) = self.parts_loaded.get(&key) {
            return known;
        }
        let access = &self.plan.accesses[base];
        let (address, offset) = self.place(scalars, access, [before + part.0, part.1]);
        let (ty, vector) = match part.1 {
            4 => (types::I32, types::I32X4),
            8 => (types::I64, types::I64X2),
            _ => (types::I8X16, types::I8X16),
        };
        let mut value = scalars.cursor.ins().load(ty, access.flags, address, offset);
        if ty != vector {
            value = scalars.cursor.ins().scalar_to_vector(vector, value);
        }
        let value = cast(scalars, value, types::I8X16);
        self.parts_loaded.insert(key, value);
        value
    }

    /// Stores the vectors of packs whose elements alternate in memory, the first one given.
    pub(super) fn store_together(
        &self,
        scalars: &mut Scalars<'_, '_>,
        first: &StoreRoot,
        vector: u32,
        values: &[Value],
    ) {
        let access = &self.plan.accesses[first.accesses[0]];
        let (lane, bytes) = (self.plan.lanes.bits / 8, access.ty.bytes());
        let all = self.plan.width() * bytes * first.together;
        // Four are two pairs, whose pairs are two.
        if let ([a, b, c, d], true) = (values, lane == bytes) {
            let [even, odd] = [[*a, *c], [*b, *d]]
                .map(|pair| [0, 16].map(|from| permuted(scalars, &pair, alternating(2, lane, bytes, from))));
            for half in 0..2 {
                for quarter in 0..2 {
                    let wanted = alternating(2, lane, bytes, quarter * 16);
                    let value = permuted(scalars, &[even[half], odd[half]], wanted);
                    let before = vector * all + (half as u32 * 2 + quarter) * 16;
                    self.store_part(scalars, access, value, (before, 16));
                }
            }
            return;
        }
        for (before, size) in parts_of(all) {
            let wanted = alternating(first.together, lane, bytes, before);
            let value = permuted(scalars, values, wanted);
            self.store_part(scalars, access, value, (vector * all + before, size));
        }
    }

    fn store_part(&self, scalars: &mut Scalars<'_, '_>, access: &Access, value: Value, part: Part) {
        let (address, offset) = self.place(scalars, access, [part.0, part.1]);
        // As a float it is stored without a detour.
        let part = match part.1 {
            4 => types::F32X4,
            8 => types::F64X2,
            _ => types::I8X16,
        };
        let mut value = cast(scalars, value, part);
        if part != types::I8X16 {
            value = scalars.cursor.ins().extractlane(value, 0);
        }
        scalars.cursor.ins().store(access.flags, value, address, offset);
    }

    /// Stores a vector whose elements follow each other backwards.
    pub(super) fn store_backwards(
        &self,
        scalars: &mut Scalars<'_, '_>,
        root: &StoreRoot,
        vector: u32,
        value: Value,
    ) {
        let accesses = &self.plan.accesses;
        let access = &accesses[*root.accesses.last().unwrap_or(&root.accesses[0])];
        let bytes = self.plan.width() * access.ty.bytes();
        let (address, offset) = self.place(scalars, access, [(self.count - 1 - vector) * bytes, bytes]);
        let value = if self.plan.lanes.backwards { value } else { reversed(scalars, value) };
        store(scalars, access, value, address, offset);
    }
}

/// The low bits of an integer, or a value of this type.
fn reduced(scalars: &mut Scalars<'_, '_>, value: Value, ty: Type) -> Value {
    if scalars.cursor.func.dfg.value_type(value) == ty {
        value
    } else {
        scalars.cursor.ins().ireduce(ty, value)
    }
}

/// A number of bytes, a multiple of 4, as parts.
fn parts_of(all: u32) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut before = 0;
    while before < all {
        let size = [16, 8, 4].into_iter().find(|&size| before + size <= all).unwrap_or(4);
        parts.push((before, size));
        before += size;
    }
    parts
}

/// The lanes of a vector from the last to the first.
fn reversed(scalars: &mut Scalars<'_, '_>, vector: Value) -> Value {
    let ty = scalars.cursor.func.dfg.value_type(vector);
    let lane = ty.lane_type().bytes() as u8;
    let order = std::array::from_fn(|byte| {
        let byte = byte as u8;
        16 - lane - byte / lane * lane + byte % lane
    });
    shuffle(scalars, [vector, vector], order, ty)
}

/// The lowest `bytes` of the lanes of several vectors in turn, from this byte on.
fn alternating(members: u32, lane: u32, bytes: u32, before: u32) -> [Option<Source>; 16] {
    std::array::from_fn(|byte| {
        let at = before + byte as u32;
        let element = at / bytes / members;
        let from = element * lane + at % bytes;
        (from < 16).then_some(((at / bytes % members) as usize, from as u8))
    })
}

/// A vector made of bytes of others; where nothing is wanted, anything may be.
fn permuted(scalars: &mut Scalars<'_, '_>, sources: &[Value], wanted: [Option<Source>; 16]) -> Value {
    if let Some(quarters) = quarters(&wanted) {
        return permuted_quarters(scalars, sources, quarters);
    }
    let mut used: Vec<usize> = wanted.iter().flatten().map(|&(source, _)| source).collect();
    used.sort_unstable();
    used.dedup();
    // Bytes of the first two, then of what is there already and the next one.
    let mut order = [0; 16];
    let mut all: Option<Value> = None;
    let (first, others) = used.split_first().map_or((0, &[][..]), |(&first, others)| (first, others));
    for (byte, source) in wanted.iter().enumerate() {
        order[byte] = source.filter(|&(source, _)| source == first).map_or(0, |(_, from)| from);
    }
    for &next in others {
        for (byte, source) in wanted.iter().enumerate() {
            if let Some((source, from)) = *source
                && source == next
            {
                order[byte] = 16 + from;
            }
        }
        let before = all.unwrap_or(sources[first]);
        all = Some(shuffle(scalars, [before, sources[next]], order, types::I8X16));
        // What is there stays.
        order = std::array::from_fn(|byte| byte as u8);
    }
    all.unwrap_or_else(|| shuffle(scalars, [sources[first]; 2], order, types::I8X16))
}

/// The same in units of four bytes, where all are whole: a source, and a number of four bytes in it.
fn quarters(wanted: &[Option<Source>; 16]) -> Option<[(usize, u8); 4]> {
    let mut quarters = [(0, 0); 4];
    for (quarter, bytes) in quarters.iter_mut().zip(wanted.chunks(4)) {
        let (source, from) = bytes[0]?;
        let is_whole = bytes.iter().zip(from..).all(|(&byte, from)| byte == Some((source, from)));
        if from % 4 != 0 || !is_whole {
            return None;
        }
        *quarter = (source, from / 4);
    }
    Some(quarters)
}

/// There is an instruction that takes two quarters from one vector and two from another one.
fn permuted_quarters(scalars: &mut Scalars<'_, '_>, sources: &[Value], wanted: [(usize, u8); 4]) -> Value {
    let mut half = |[left, right]: [(usize, u8); 2]| {
        if left.0 == right.0 {
            return (sources[left.0], [left.1, right.1]);
        }
        let order = [left.1, left.1, 4 + right.1, 4 + right.1];
        (shuffle(scalars, [sources[left.0], sources[right.0]], order_of(order), types::I8X16), [0, 2])
    };
    let [a, b, c, d] = wanted;
    // One instruction if two vectors alternate.
    if (a.0, a.1 + 1, b.0, b.1 + 1) == (c.0, c.1, d.0, d.1) && a.0 != b.0 && a.1 == b.1 && a.1 % 2 == 0 {
        let order = order_of([a.1, 4 + b.1, c.1, 4 + d.1]);
        return shuffle(scalars, [sources[a.0], sources[b.0]], order, types::I8X16);
    }
    let (low, [first, second]) = half([a, b]);
    let (high, [third, fourth]) = half([c, d]);
    let order = order_of([first, second, 4 + third, 4 + fourth]);
    shuffle(scalars, [low, high], order, types::I8X16)
}

/// The bytes of these quarters.
fn order_of(quarters: [u8; 4]) -> [u8; 16] {
    std::array::from_fn(|byte| 4 * quarters[byte / 4] + byte as u8 % 4)
}
