//! Whether iterations of the outer loop may be done together: the order of accesses to the same bytes.
//!
//! Let an access be done for iteration `u` of a group at a place in the copy: a block and, in the inner loop's, a
//! group of its iterations. Accesses at one place are done in the order of `u`. So two accesses of different
//! iterations change their order only if the one of the earlier iteration is at a later place. That must
//! not be if they are to the same bytes and one of them is a store. For two accesses
//!
//! - in one block other than the inner loop's, it is not so: there is one place;
//! - in the inner loop's, it is not so if they are to the same bytes only in the same iteration of it: both are at the same
//!   elements, which the outer loop does not move;
//! - otherwise, they are never to the same bytes, which is known, or checked before.
//!
//! What is behind the inner loop is often at the elements that this leaves: their number may be odd. Such an access has
//! an index that is made of what the inner loop's last iteration has left ([`Finder::is_of_last`]). If the inner loop is
//! left out, it may be somewhere else, but then there is no access of the inner loop. So where it is in the other case
//! is all that has to be apart from where the inner loop's accesses are.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::ir::{Block, Function, Inst, Value, ValueDef};

use super::super::access::Access;
use super::super::affine::{Affines, Dim, Mover};
use super::super::emit::LoopBody;
use super::super::lanes::{NodeOp, distance};
use super::super::nest::shape::Nest;
use super::super::shape::destinations;

/// Pairs of accesses that must not overlap.
#[derive(Default)]
pub(super) struct Apart {
    pub(super) pairs: Vec<[usize; 2]>,
    /// The second of these are behind the inner loop: they count as far as they depend on its last iteration.
    pub(super) behind: Vec<[usize; 2]>,
}

/// What has to be in different parts of memory; `None` if accesses would be done in the wrong order.
pub(super) fn find(
    func: &Function,
    nest: &Nest,
    inner: &LoopBody,
    accesses: &[Access],
    affines: &mut Affines<'_>,
) -> Option<Apart> {
    let mut finder = Finder { func, nest, inner, firsts: firsts(inner), affines };
    let mut apart = Apart::default();
    for (position, store) in accesses.iter().enumerate().filter(|(_, access)| access.stored.is_some()) {
        finder.check_store(store)?;
        for (other_position, other) in accesses.iter().enumerate() {
            let known = other.stored.is_some() && other_position <= position;
            if known || other.memory != store.memory {
                continue;
            }
            match finder.pair(store, other)? {
                Order::Kept => {}
                Order::IfApart => apart.pairs.push([position, other_position]),
                Order::IfBehind if finder.is_inner(store) => apart.behind.push([position, other_position]),
                Order::IfBehind => apart.behind.push([other_position, position]),
            }
        }
    }
    Some(apart)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Kept,
    /// Kept if they do not overlap.
    IfApart,
    /// Kept if what the last iteration of the inner loop leads to does not overlap what is in it.
    IfBehind,
}

struct Finder<'a, 'f> {
    func: &'a Function,
    nest: &'a Nest,
    inner: &'a LoopBody,
    /// The first access of the pack that an access belongs to.
    firsts: BTreeMap<Inst, &'a Access>,
    affines: &'a mut Affines<'f>,
}

impl Finder<'_, '_> {
    fn block_of(&self, access: &Access) -> Option<Block> {
        self.func.layout.inst_block(access.inst)
    }

    fn is_inner(&self, access: &Access) -> bool {
        self.block_of(access) == Some(self.inner.looped.block)
    }

    /// What stores have to be like: the outer loop does not move them.
    fn check_store(&self, store: &Access) -> Option<()> {
        let own = self.inner.accesses.iter().find(|own| own.inst == store.inst);
        let is_simple = match own {
            Some(own) => {
                let mover = Mover { dim: Dim::Loop(self.inner.looped.block), by: None };
                store.index.inner == [(mover, own.index.step)]
            }
            None => store.index.inner.iter().all(|(mover, _)| mover.dim != Dim::Own),
        };
        (is_simple && store.index.step == 0).then_some(())
    }

    /// Whether the accesses of different iterations keep their order; `None` if they do not.
    fn pair(&mut self, store: &Access, other: &Access) -> Option<Order> {
        let ahead = distance(store, other);
        match (self.is_inner(store), self.is_inner(other)) {
            (true, true) => match ahead {
                Some(_) => self.are_of_one_element(store, other).then_some(Order::Kept),
                None => Some(Order::IfApart),
            },
            (false, false) => match ahead {
                _ if self.block_of(store) == self.block_of(other) => Some(Order::Kept),
                Some(ahead) => are_apart(store, other, ahead).then_some(Order::Kept),
                None => Some(Order::IfApart),
            },
            (true, false) => self.inside_and_out(other, ahead),
            (false, true) => self.inside_and_out(store, ahead),
        }
    }

    fn inside_and_out(&mut self, outside: &Access, ahead: Option<i64>) -> Option<Order> {
        match ahead {
            _ if self.is_of_last(outside).is_some() => Some(Order::IfBehind),
            Some(_) => None,
            None => Some(Order::IfApart),
        }
    }

    /// Whether both are at the same elements in each iteration of the inner loop.
    fn are_of_one_element(&self, store: &Access, other: &Access) -> bool {
        let [Some(store), Some(other)] = [store, other].map(|access| self.firsts.get(&access.inst)) else {
            return false;
        };
        distance(store, other) == Some(0) && store.ty.bytes() == other.ty.bytes()
    }

    /// Whether an access of another block has an index that depends on the inner loop's last iteration, and nothing
    /// else that moves within an iteration of the outer one, unless the inner loop is left out.
    fn is_of_last(&mut self, access: &Access) -> Option<()> {
        let block = self.inner.looped.block;
        match access.index.inner[..] {
            // It is used behind the loop.
            [(Mover { dim: Dim::Loop(of), by: None }, _)] if of == block => Some(()),
            [(Mover { dim: Dim::Join(param), by: None }, _)] => {
                let of = self.affines.joined.get(&param)?.looped;
                (of == block).then(|| self.is_loops_last(param))?
            }
            _ => None,
        }
    }

    /// Whether a parameter that is a number if the inner loop is left out is never that number if it is not.
    fn is_loops_last(&mut self, param: Value) -> Option<()> {
        let ValueDef::Param(block, position) = self.func.dfg.value_def(param) else { return None };
        let mut behind = BTreeSet::from([self.inner.looped.block]);
        for &from in &self.nest.blocks {
            for (to, arguments) in destinations(self.func, self.func.layout.last_inst(from)?)? {
                if !behind.contains(&from) {
                    continue;
                }
                if to == block && self.affines.get(arguments[position])?.inner.is_empty() {
                    return None;
                }
                if to != self.nest.header {
                    behind.insert(to);
                }
            }
        }
        Some(())
    }
}

/// Whether accesses at places that no loop moves do not overlap, the other being this far ahead of the store.
fn are_apart(store: &Access, other: &Access, ahead: i64) -> bool {
    let width = if ahead < 0 { other.ty.bytes() } else { store.ty.bytes() };
    ahead.unsigned_abs() >= u64::from(width)
}

fn firsts(inner: &LoopBody) -> BTreeMap<Inst, &Access> {
    let loads = inner.lanes.nodes.iter().filter_map(|node| match &node.op {
        NodeOp::Load(pack) => Some(&pack.accesses),
        _ => None,
    });
    let packs = inner.lanes.stores.iter().map(|root| &root.accesses).chain(loads);
    let access = |position: &usize| &inner.accesses[*position];
    packs.flat_map(|pack| pack.iter().map(move |member| (access(member).inst, access(&pack[0])))).collect()
}
