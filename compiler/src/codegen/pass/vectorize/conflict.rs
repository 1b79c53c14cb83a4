//! Whether loads and stores may be done for many elements at once.
//!
//! The vector loop does, for each group of `width` consecutive elements in turn, first all loads and then
//! all stores. That is another order than the scalar loop's, in which it must not matter. Let `d` be how
//! many elements a load is ahead of a store of the same width, both at consecutive elements:
//!
//! - `d ≥ 0`: the load for element `e` reads what the store for `e + d` writes. The scalar loop has to
//!   load first, which is so unless both are in one iteration and the store comes first in the block. The
//!   vector loop loads first.
//! - `d ≤ −width`: it reads what the store for an earlier element wrote, which has to come first in the
//!   scalar loop. In the vector loop that element is in an earlier group.
//! - Otherwise a group would load what it stores itself: the loop stays as it is.
//!
//! A load that is at the same place in all iterations is done before the loop: no store may be there.
//!
//! Elements that are further apart, or follow each other backwards, are counted in the same way: by how far each
//! is behind the one before. Where those of the one are in the gaps between those of the other, they never meet.
//!
//! Where the distance is not a multiple of the width, the two have to be apart for all iterations, which
//! bounds their number. If the distance is not known, that is checked before the loop; what is loaded first may then also be
//! where something is stored, or behind it: functions are often given the same array to read and to write.

use super::access::Access;
use super::lanes::{Lanes, NodeOp, distance};

/// What has to be checked before the loop.
#[derive(Debug)]
pub(super) struct Limits {
    /// Most iterations for which accesses of known distance stay apart.
    pub(super) max_iterations: u64,
    /// Pairs of packs that must not overlap: the first is a store.
    pub(super) apart: Vec<[usize; 2]>,
    /// Pairs of which the first, a store, may also begin at or before the second, a load.
    pub(super) in_order: Vec<[usize; 2]>,
}

/// The accesses that the copies of an operation make.
struct Pack<'a> {
    /// Positions in the list of accesses.
    members: &'a [usize],
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Store,
    Load,
    /// Of elements that are not side by side.
    Strided,
}

/// What bounds the vector loop; `None` if it would be wrong in any case.
pub(super) fn find(accesses: &[Access], lanes: &Lanes) -> Option<Limits> {
    let stores = lanes.stores.iter().map(|root| Pack { members: &root.accesses, kind: Kind::Store });
    let loads = lanes.nodes.iter().filter_map(|node| match &node.op {
        NodeOp::Load(pack) | NodeOp::Promoted(pack) | NodeOp::Gathered(pack, _) => {
            Some(Pack { members: &pack.accesses, kind: Kind::Load })
        }
        NodeOp::Strided(pack) => Some(Pack { members: &pack.accesses, kind: Kind::Strided }),
        NodeOp::Spaced(spaced) => Some(Pack { members: &spaced.pack.accesses, kind: Kind::Load }),
        // All copies load the same, and so do all iterations if no store is there.
        NodeOp::SplatLoad(pack) => Some(Pack { members: &pack.accesses[..1], kind: Kind::Load }),
        _ => None,
    });
    let packs: Vec<Pack<'_>> = stores.chain(loads).collect();
    let mut limits = Limits { max_iterations: u64::MAX, apart: Vec::new(), in_order: Vec::new() };
    for (position, store) in packs.iter().enumerate() {
        for other in packs.iter().skip(position + 1).filter(|_| store.kind == Kind::Store) {
            limits.pair(accesses, lanes, store, other)?;
        }
    }
    Some(limits)
}

impl Limits {
    fn pair(&mut self, accesses: &[Access], lanes: &Lanes, store: &Pack<'_>, other: &Pack<'_>) -> Option<()> {
        let (to, from) = (&accesses[store.members[0]], &accesses[other.members[0]]);
        if to.memory != from.memory {
            return Some(());
        }
        let Some(ahead) = distance(to, from) else {
            let pairs =
                if loads_first(accesses, lanes, store, other) { &mut self.in_order } else { &mut self.apart };
            pairs.push([store.members[0], other.members[0]]);
            return Some(());
        };
        let step = to.index.step.cast_signed();
        let stride = i64::from(step) / i64::from(lanes.copies);
        let between = stride.unsigned_abs();
        if between == 0 {
            return None;
        }
        // The other's elements may all be where this one has a gap.
        let behind = ahead.rem_euclid(stride).unsigned_abs();
        if u64::from(to.ty.bytes()) <= behind && behind + u64::from(from.ty.bytes()) <= between {
            return Some(());
        }
        if other.kind != Kind::Strided
            && to.ty.bytes() == from.ty.bytes()
            && ahead % stride == 0
            && order_is_kept(accesses, lanes, store, other, ahead / stride)
        {
            return Some(());
        }
        // The lower one ends before the other begins: an iteration moves both by `step`, up or down.
        let lower = if ahead > 0 { to } else { from };
        let bytes = u64::from(lower.ty.bytes()) + between * u64::from(lanes.copies - 1);
        let room = ahead.unsigned_abs().checked_sub(bytes)?;
        let iterations = room / u64::from(step.unsigned_abs()) + 1;
        self.max_iterations = self.max_iterations.min(iterations);
        Some(())
    }
}

/// Whether elements are loaded before they are stored over wherever the store's elements do not begin behind those of the
/// load: both are side by side and as wide, so that what is loaded for an element is stored over for that element or later
/// ones only, and the block loads first.
fn loads_first(accesses: &[Access], lanes: &Lanes, store: &Pack<'_>, other: &Pack<'_>) -> bool {
    let (to, from) = (&accesses[store.members[0]], &accesses[other.members[0]]);
    let is_beside = |access: &Access| {
        access.index.step == access.ty.bytes() * lanes.copies && access.index.inner.is_empty()
    };
    let is_first = |(copy, &load): (usize, &usize)| {
        let later = &store.members[copy..];
        later.iter().all(|&store| accesses[load].position < accesses[store].position)
    };
    other.kind == Kind::Load
        && other.members.len() == store.members.len()
        && to.ty.bytes() == from.ty.bytes()
        && is_beside(to)
        && is_beside(from)
        && other.members.iter().enumerate().all(is_first)
}

/// Whether groups of elements keep the order of accesses to the same element, the other access being
/// `ahead` elements ahead of the store.
fn order_is_kept(accesses: &[Access], lanes: &Lanes, store: &Pack<'_>, other: &Pack<'_>, ahead: i64) -> bool {
    let width = i64::from(128 / lanes.bits);
    let far = ahead.abs() >= width;
    // Among stores, also the order within a group matters: they have to be in different ones.
    if !far && (other.kind == Kind::Store || ahead < 0) {
        return false;
    }
    let position = |pack: &Pack<'_>, copy: i64| {
        let copy = usize::try_from(copy).ok()?;
        pack.members.get(copy).map(|&access| accesses[access].position)
    };
    // Where both are in one iteration, the block has to have them in the order of the elements.
    (0..i64::from(lanes.copies)).all(|copy| match (position(other, copy), position(store, copy + ahead)) {
        (Some(other), Some(store)) if ahead >= 0 => other < store,
        (Some(other), Some(store)) => store < other,
        _ => true,
    })
}
