//! What is known at one point of a function: which value is where, and facts about values.

use std::collections::{BTreeMap, BTreeSet};

use wasiaot_compiler::plan::TableId;

use crate::code_check::value::{Id, Interval, Kind, MAX_32, Origin, Place, Values};

/// The comparison that set the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) left: Id,
    pub(crate) right: Id,
    /// Whether it was an addition, of which `left` is the sum and `right` what was added: then the carry says
    /// whether the sum is less, and the other flags are not those of a comparison.
    pub(crate) is_addition: bool,
}

/// What is known at one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// The general registers, by number.
    pub(crate) registers: [Id; 16],
    /// Eight bytes of the frame each, by their distance from the stack pointer at the start.
    pub(crate) slots: BTreeMap<i64, Id>,
    /// Bounds that comparisons on the way here have shown.
    pub(crate) bounds: BTreeMap<Id, Bounds>,
    /// Values that are less than the length of a table.
    pub(crate) below_len: BTreeSet<(Id, TableId)>,
    /// Values that are less than another one: what `below_len` was told from.
    pub(crate) less: BTreeSet<(Id, Id)>,
    /// Values that are at most the length of a memory, after a constant is added (without wrapping).
    pub(crate) within: BTreeSet<(Id, u64, usize)>,
    /// Addresses of table entries whose signature is the expected one.
    pub(crate) signed: BTreeSet<Id>,
    /// What the flags say.
    pub(crate) comparison: Option<Comparison>,
    /// Whether a comparison on the way here came out as it cannot.
    pub(crate) impossible: bool,
}

/// An interval that can be compared as a whole.
pub(crate) type Bounds = Interval;

/// The number of the stack pointer.
pub(crate) const RSP: usize = 4;

/// How often bounds may change where paths meet before they are given up.
const PATIENCE: u32 = 3;

impl State {
    /// The state at the start of a function.
    pub(crate) fn entry(values: &mut Values) -> Self {
        let mut registers = [values.stack(0); 16];
        for (number, register) in (0..).zip(&mut registers) {
            if usize::from(number) != RSP {
                *register = values.opaque(Origin::Entry(number), Interval::ALL);
            }
        }
        Self {
            registers,
            slots: BTreeMap::new(),
            bounds: BTreeMap::new(),
            below_len: BTreeSet::new(),
            less: BTreeSet::new(),
            within: BTreeSet::new(),
            signed: BTreeSet::new(),
            comparison: None,
            impossible: false,
        }
    }

    /// The bounds of a value here.
    pub(crate) fn interval(&self, values: &Values, id: Id) -> Interval {
        let derived = match values.kind(id) {
            Kind::Plus(inner, constant) => self.interval(values, inner).plus(constant),
            Kind::Sum(a, b) => self.interval(values, a).sum(self.interval(values, b)),
            Kind::Shl(inner, bits) => self.interval(values, inner).shl(bits),
            Kind::Low32(inner) => {
                let inner = self.interval(values, inner);
                if inner.high <= MAX_32 { inner } else { Interval::up_to(MAX_32) }
            }
            _ => Interval::ALL,
        };
        let known = derived.intersect(values.always(id));
        self.bounds.get(&id).map_or(known, |&bounds| known.intersect(bounds))
    }

    /// Notes bounds of a value, and what they say of the values that it was computed from.
    pub(crate) fn narrow(&mut self, values: &Values, id: Id, bounds: Interval) {
        let Some(narrowed) = self.interval(values, id).common(bounds) else {
            self.impossible = true;
            return;
        };
        self.bounds.insert(id, narrowed);
        match values.kind(id) {
            // Exact only where the sum does not wrap.
            Kind::Plus(inner, constant) if self.interval(values, inner).plus(constant) != Interval::ALL => {
                let minus = constant.checked_neg().map_or(Interval::ALL, |minus| narrowed.plus(minus));
                self.narrow(values, inner, minus);
            }
            Kind::Low32(inner) if self.interval(values, inner).high <= MAX_32 => {
                self.narrow(values, inner, narrowed);
            }
            _ => {}
        }
    }

    /// Gives a place a value that this instruction has computed anew. Whatever holds what the same
    /// instruction computed before, or something made of that, gets another number.
    pub(crate) fn define(&mut self, values: &mut Values, at: u64, fresh: Id) {
        self.rename(values, fresh, |place| Origin::Old(at, place));
    }

    fn rename(&mut self, values: &mut Values, gone: Id, origin: impl Fn(Place) -> Origin) {
        let places: Vec<Place> = self.places().collect();
        for place in places {
            let Some(id) = self.get(place) else { continue };
            if values.depends(id, gone) {
                let bounds = self.interval(values, id);
                let renamed = values.opaque(origin(place), Interval::ALL);
                self.forget(values, renamed);
                self.put(place, renamed);
                self.bounds.insert(renamed, bounds);
            }
        }
        self.forget(values, gone);
    }

    /// Drops all facts about a value and what is computed from it.
    fn forget(&mut self, values: &Values, gone: Id) {
        self.bounds.retain(|&id, _| !values.depends(id, gone));
        self.below_len.retain(|&(id, _)| !values.depends(id, gone));
        self.less.retain(|&(id, other)| !values.depends(id, gone) && !values.depends(other, gone));
        self.within.retain(|&(id, ..)| !values.depends(id, gone));
        self.signed.retain(|&id| !values.depends(id, gone));
        if self.comparison.is_some_and(|comparison| {
            values.depends(comparison.left, gone) || values.depends(comparison.right, gone)
        }) {
            self.comparison = None;
        }
    }

    fn places(&self) -> impl Iterator<Item = Place> + use<> {
        let slots: Vec<i64> = self.slots.keys().copied().collect();
        (0..16).map(Place::Register).chain(slots.into_iter().map(Place::Slot))
    }

    pub(crate) fn get(&self, place: Place) -> Option<Id> {
        match place {
            Place::Register(number) => Some(self.registers[usize::from(number)]),
            Place::Slot(offset) => self.slots.get(&offset).copied(),
            Place::Operand => None,
        }
    }

    pub(crate) fn put(&mut self, place: Place, id: Id) {
        match place {
            Place::Register(number) => self.registers[usize::from(number)] = id,
            Place::Slot(offset) => drop(self.slots.insert(offset, id)),
            Place::Operand => {}
        }
    }

    /// Forgets what was stored in a part of the frame.
    pub(crate) fn clobber(&mut self, offset: i64, width: i64) {
        self.slots.retain(|&slot, _| slot + 8 <= offset || slot >= offset + width);
    }

    /// Adds a path that leads to the same address; returns whether anything has changed.
    pub(crate) fn meet(&mut self, values: &mut Values, other: &Self, address: u64, visits: u32) -> bool {
        let before = self.clone();
        let mut joined = Self {
            registers: self.registers,
            slots: BTreeMap::new(),
            bounds: BTreeMap::new(),
            below_len: self.below_len.intersection(&other.below_len).copied().collect(),
            less: self.less.intersection(&other.less).copied().collect(),
            within: self.within.intersection(&other.within).copied().collect(),
            signed: self.signed.intersection(&other.signed).copied().collect(),
            comparison: self.comparison.filter(|_| self.comparison == other.comparison),
            impossible: false,
        };
        let places: Vec<Place> = self.places().collect();
        let mut met: Vec<(Place, Id, Interval)> = Vec::new();
        let mut met_within = Vec::new();
        // Places whose values differ by the same constant on both paths differ by it where they meet: by what
        // they are without it, and the difference of the constants, the first place and its constant.
        let mut related = BTreeMap::<_, (Id, i64)>::new();
        for place in places {
            let (Some(mine), Some(theirs)) = (self.get(place), other.get(place)) else { continue };
            let own = values.opaque(Origin::Meet(address, place), Interval::ALL);
            let ((inner, constant), (other_inner, other_constant)) =
                (values.parts(mine), values.parts(theirs));
            let key = (inner, other_inner, constant.wrapping_sub(other_constant));
            let (first, first_constant) = *related.entry(key).or_insert((own, constant));
            let merged = values.plus(first, constant.wrapping_sub(first_constant));
            if mine == theirs && mine != merged {
                joined.put(place, mine);
                continue;
            }
            let old = self.interval(values, mine);
            let mut bounds = old.union(other.interval(values, theirs));
            if mine == merged && bounds != old && visits > PATIENCE {
                let high = if bounds.high <= MAX_32 { MAX_32 } else { u64::MAX };
                bounds = Interval { low: if bounds.low < old.low { 0 } else { bounds.low }, high };
            }
            if merged == own {
                let common = self.common_within(values, mine, other, theirs);
                let facts = common
                    .into_iter()
                    .map(|(constant, extra, memory)| (values.plus(own, constant), extra, memory));
                met_within.extend(facts);
            }
            met.push((place, merged, bounds));
        }
        // Facts about values that are the same on both paths.
        for (&id, &bounds) in &self.bounds {
            if other.bounds.contains_key(&id) {
                joined.bounds.insert(id, bounds.union(other.interval(values, id)));
            }
        }
        // What meets here is new on each arrival: nothing known of it before holds.
        for &(_, merged, _) in &met {
            joined.rename_stale(values, merged, address);
        }
        for (place, merged, bounds) in met {
            joined.put(place, merged);
            joined.bounds.insert(merged, bounds);
        }
        joined.within.extend(met_within);
        *self = joined;
        *self != before
    }

    /// What holds of either of two values, one on each path: that it is at most a memory's length after two
    /// constants are added, of which the second does not make it wrap. (The memory may have grown since.)
    fn common_within(&self, values: &Values, mine: Id, other: &Self, theirs: Id) -> Vec<(i64, u64, usize)> {
        let facts_about = |state: &Self, id: Id| -> BTreeMap<(i64, usize), u64> {
            let facts = state
                .within
                .iter()
                .filter_map(|&(value, extra, memory)| Some(((values.difference(value, id)?, memory), extra)));
            facts.collect() // Of two about the same value the one with more.
        };
        let theirs = facts_about(other, theirs);
        let mine = facts_about(self, mine).into_iter();
        mine.filter_map(|((constant, memory), extra)| {
            Some((constant, extra.min(*theirs.get(&(constant, memory))?), memory))
        })
        .collect()
    }

    /// As [`State::rename`], where places that meet get their own number. Those that get `merged` are given it
    /// afterwards.
    fn rename_stale(&mut self, values: &mut Values, merged: Id, address: u64) {
        let places: Vec<Place> = self.places().collect();
        for place in places {
            let Some(id) = self.get(place) else { continue };
            if values.depends(id, merged) {
                let bounds = self.interval(values, id);
                let renamed = values.opaque(Origin::Meet(address, place), Interval::ALL);
                self.put(place, renamed);
                self.bounds.insert(renamed, bounds);
            }
        }
        self.bounds.retain(|&id, _| id == merged || !values.depends(id, merged));
        self.below_len.retain(|&(id, _)| !values.depends(id, merged));
        self.less.retain(|&(id, other)| !values.depends(id, merged) && !values.depends(other, merged));
        self.within.retain(|&(id, ..)| !values.depends(id, merged));
        self.signed.retain(|&id| !values.depends(id, merged));
        self.comparison = None;
    }
}
