//! Elements that are not side by side in the order of the iterations: backwards, or with others between them.
//!
//! The vector loop loads all bytes from the first of several elements up to where the next one begins, which the
//! loop also accesses, and takes those that it needs. Packs that share these bytes share the loads: real and
//! imaginary parts, the channels of a picture. Such elements are stored only together with all that is
//! between them. Elements that follow each other backwards are loaded and stored from the last one on.

use cranelift_codegen::ir::Type;

use super::access::{Access, Extension};
use super::lanes::{LoadPack, NodeOp, Packer, StoreRoot, distance, is_loadable};

/// Elements are at most this many times as far apart as they are wide.
pub(super) const MAX_APART: u32 = 4;

/// Where the elements of a pack are that are not side by side.
#[derive(Clone, Debug)]
pub(super) struct SpacedPack {
    pub(super) pack: LoadPack,
    /// From one element to the next, in bytes.
    pub(super) stride: i32,
    /// The access of the first copy whose elements are the first ones of what is loaded.
    pub(super) base: usize,
    /// How many bytes this pack's elements are behind those.
    pub(super) behind: u32,
}

/// How many bytes each copy's access is behind the one before, where that is also so from an iteration to the next.
pub(super) fn spacing(accesses: &[Access], pack: &[usize]) -> Option<i32> {
    let first = &accesses[pack[0]];
    let copies = i32::try_from(pack.len()).ok()?;
    let step = first.index.step.cast_signed();
    let stride = step / copies;
    let is_next = |(&position, copy): (&usize, i64)| {
        let access = &accesses[position];
        access.ty == first.ty
            && access.extension == first.extension
            && distance(first, access) == Some(i64::from(stride) * copy)
    };
    (stride * copies == step && pack.iter().zip(0..).all(is_next)).then_some(stride)
}

impl Packer<'_, '_> {
    /// Elements that are loaded from places that are not side by side.
    pub(super) fn spaced(&self, accesses: &[usize], lane: Type) -> Option<NodeOp> {
        let first = &self.accesses[accesses[0]];
        let bytes = first.ty.bytes();
        let stride = spacing(self.accesses, accesses)?;
        let is_wider = lane.is_int() && first.ty.bits() < lane.bits();
        // There is no shift that copies signs in lanes of 64 bits.
        let extends =
            is_wider && first.extension.is_some_and(|by| lane.bits() < 64 || by == Extension::Unsigned);
        if first.stored.is_some() || first.ty != lane && !extends {
            return None;
        }
        let pack = LoadPack { accesses: accesses.to_vec() };
        if i64::from(stride) == -i64::from(bytes) {
            let spaced = SpacedPack { pack, stride, base: accesses[0], behind: 0 };
            return is_loadable(first, lane).then_some(NodeOp::Spaced(spaced));
        }
        let stride_bytes = u32::try_from(stride).ok()?;
        let all = stride_bytes * (128 / lane.bits());
        // The last bytes are loaded as a number of 4 or 8.
        if stride_bytes <= bytes || stride_bytes > MAX_APART * bytes || !all.is_multiple_of(4) {
            return None;
        }
        let behind = |position: usize| {
            let other = &self.accesses[position];
            let behind = u32::try_from(distance(other, first)?).ok()?;
            (other.stored.is_none() && behind + bytes <= stride_bytes).then_some((behind, position))
        };
        let (behind, base) = (0..self.accesses.len()).filter_map(behind).max_by_key(|&(behind, _)| behind)?;
        Some(NodeOp::Spaced(SpacedPack { pack, stride, base, behind }))
    }

    /// Elements that are loaded one by one.
    pub(super) fn gather(&self, accesses: Vec<usize>) -> Option<NodeOp> {
        let stride = u32::try_from(spacing(self.accesses, &accesses)?).ok()?;
        (stride > 0).then_some(NodeOp::Gathered(LoadPack { accesses }, stride))
    }

    /// How many elements that are stored side by side belong to different packs; `None` if that is not possible.
    pub(super) fn stored_together(&self, access: &Access) -> Option<u32> {
        let step = access.index.step.cast_signed().unsigned_abs();
        let bytes = access.ty.bytes() * self.lanes.copies;
        let together = step / bytes;
        (step == together * bytes && (1..=MAX_APART).contains(&together)).then_some(together)
    }

    /// Whether the accesses of a pack are as far apart as they have to be to be stored.
    pub(super) fn can_store(&self, pack: &[usize], together: u32) -> bool {
        let bytes = i64::from(self.accesses[pack[0]].ty.bytes() * together);
        spacing(self.accesses, pack)
            .is_some_and(|stride| i64::from(stride) == bytes || together == 1 && i64::from(stride) == -bytes)
    }

    /// Whether the last element of each vector may as well be in its first lane: all elements that are loaded or
    /// stored follow each other backwards, and nothing else depends on the order.
    pub(super) fn all_backwards(&self) -> bool {
        let falls = |root: &StoreRoot| self.accesses[root.accesses[0]].index.falls();
        let is_free = |op: &NodeOp| match op {
            NodeOp::Spaced(spaced) => spaced.stride < 0,
            NodeOp::Counter { step, .. } => *step == 0,
            op if op.is_fixed() => true,
            NodeOp::Unary(..) | NodeOp::Binary(..) | NodeOp::HighProduct(..) | NodeOp::Shift(..) => true,
            NodeOp::IntCompare(..) | NodeOp::FloatCompare(..) | NodeOp::Select(..) => true,
            _ => false,
        };
        self.lanes.carried.is_empty()
            && self.lanes.stores.iter().all(falls)
            && self.lanes.nodes.iter().all(|node| is_free(&node.op))
    }
}
