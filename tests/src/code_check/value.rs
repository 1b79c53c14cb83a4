//! What is known of values: numbers for them, how they were computed, and between which bounds they are.
//!
//! A value has a number ([`Id`]). Two registers with the same number hold the same bits. A number knows how
//! it was computed from others, so that a comparison of `x + 8` tells something of `x` as well.

use std::collections::HashMap;

use wasiaot_compiler::plan::TableId;

/// The number of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(u32);

/// Bounds of an unsigned 64-bit value, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) low: u64,
    pub(crate) high: u64,
}

/// The largest 32-bit number.
pub(crate) const MAX_32: u64 = u32::MAX as u64;

impl Interval {
    pub(crate) const ALL: Self = Self { low: 0, high: u64::MAX };

    pub(crate) fn up_to(high: u64) -> Self {
        Self { low: 0, high }
    }

    pub(crate) fn only(value: u64) -> Self {
        Self { low: value, high: value }
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The common part; `None` if there is none: then no path leads here.
    pub(crate) fn common(self, other: Self) -> Option<Self> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (low <= high).then_some(Self { low, high })
    }

    /// The common part; of two that have none (code that is never reached) the first.
    pub(crate) fn intersect(self, other: Self) -> Self {
        self.common(other).unwrap_or(self)
    }

    /// `self + constant`, unless some of the sums wrap.
    pub(crate) fn plus(self, constant: i64) -> Self {
        match (self.low.checked_add_signed(constant), self.high.checked_add_signed(constant)) {
            (Some(low), Some(high)) => Self { low, high },
            // All of them wrap downwards: `-1` of 0 to 7 is not one interval; anything is.
            _ => Self::ALL,
        }
    }

    pub(crate) fn sum(self, other: Self) -> Self {
        match self.high.checked_add(other.high) {
            Some(high) => Self { low: self.low + other.low, high },
            None => Self::ALL,
        }
    }

    pub(crate) fn shl(self, bits: u32) -> Self {
        if self.high.leading_zeros() >= bits {
            Self { low: self.low << bits, high: self.high << bits }
        } else {
            Self::ALL
        }
    }
}

/// Where a value of which nothing is known comes from: the same place makes the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// A register at the start of the function.
    Entry(u8),
    /// The instruction at this address, into this place.
    At(u64, Place),
    /// The paths that meet at this address, in this place.
    Meet(u64, Place),
    /// What a place held before the instruction at this address computed its value anew.
    Old(u64, Place),
}

/// Where a value is: a register, or eight bytes of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    Register(u8),
    /// The distance from the stack pointer at the start of the function.
    Slot(i64),
    /// An operand that is no place.
    Operand,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Nothing is known but its bounds.
    Opaque(Origin),
    Constant(u64),
    /// The sum of a value and a constant, modulo 2⁶⁴.
    Plus(Id, i64),
    /// The sum of two values, modulo 2⁶⁴.
    Sum(Id, Id),
    /// The low 32 bits of a value.
    Low32(Id),
    /// A value shifted left, modulo 2⁶⁴.
    Shl(Id, u32),
    /// The stack pointer at the start of the function, and a constant.
    Stack(i64),
    /// The address of a changeable table's entries, read at this address of the code.
    TableBase(TableId, u64),
    /// The number of a changeable table's entries, read at this address of the code.
    TableLen(TableId, u64),
    /// The length in bytes of the memory with this number, read at this address of the code.
    MemoryLen(usize, u64),
    /// An offset in a table of jumps: the table's address, and the number of its last entry.
    JumpOffset(u64, u64),
    /// The code address in the entry at this address.
    EntryCode(Id),
    /// The signature number in the entry at this address.
    EntrySignature(Id),
}

struct Node {
    kind: Kind,
    /// Bounds that do not depend on where the program is.
    always: Interval,
    /// The opaque values that it is computed from.
    from: Vec<Id>,
}

/// All values of one function.
#[derive(Default)]
pub(crate) struct Values {
    nodes: Vec<Node>,
    ids: HashMap<Kind, Id>,
}

impl Values {
    pub(crate) fn kind(&self, id: Id) -> Kind {
        self.node(id).kind
    }

    pub(crate) fn always(&self, id: Id) -> Interval {
        self.node(id).always
    }

    /// Whether a value is `other`, or computed from it.
    pub(crate) fn depends(&self, id: Id, other: Id) -> bool {
        id == other || self.node(id).from.binary_search(&other).is_ok()
    }

    fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn opaque(&mut self, origin: Origin, always: Interval) -> Id {
        self.add(Kind::Opaque(origin), always)
    }

    pub(crate) fn constant(&mut self, value: u64) -> Id {
        self.add(Kind::Constant(value), Interval::only(value))
    }

    pub(crate) fn stack(&mut self, offset: i64) -> Id {
        self.add(Kind::Stack(offset), Interval::ALL)
    }

    /// A value that has no bounds of its own kind.
    pub(crate) fn special(&mut self, kind: Kind, always: Interval) -> Id {
        self.add(kind, always)
    }

    pub(crate) fn plus(&mut self, id: Id, constant: i64) -> Id {
        if constant == 0 {
            return id;
        }
        match self.kind(id) {
            Kind::Constant(value) => self.constant(value.wrapping_add_signed(constant)),
            Kind::Plus(inner, first) => self.plus(inner, first.wrapping_add(constant)),
            Kind::Stack(offset) => self.stack(offset.wrapping_add(constant)),
            _ => {
                let always = self.always(id).plus(constant);
                self.add(Kind::Plus(id, constant), always)
            }
        }
    }

    pub(crate) fn sum(&mut self, a: Id, b: Id) -> Id {
        match (self.kind(a), self.kind(b)) {
            (_, Kind::Constant(value)) => self.plus(a, value.cast_signed()),
            (Kind::Constant(value), _) => self.plus(b, value.cast_signed()),
            (Kind::Plus(inner, constant), _) => {
                let sum = self.sum(inner, b);
                self.plus(sum, constant)
            }
            (_, Kind::Plus(inner, constant)) => {
                let sum = self.sum(a, inner);
                self.plus(sum, constant)
            }
            _ => {
                let always = self.always(a).sum(self.always(b));
                self.add(Kind::Sum(a.min(b), a.max(b)), always)
            }
        }
    }

    pub(crate) fn low32(&mut self, id: Id) -> Id {
        let always = self.always(id);
        match self.kind(id) {
            _ if always.high <= MAX_32 => id,
            Kind::Constant(value) => self.constant(value & MAX_32),
            _ => self.add(Kind::Low32(id), Interval::up_to(MAX_32)),
        }
    }

    pub(crate) fn shl(&mut self, id: Id, bits: u32) -> Id {
        match self.kind(id) {
            _ if bits == 0 => id,
            Kind::Constant(value) => self.constant(value << bits),
            _ => {
                let always = self.always(id).shl(bits);
                self.add(Kind::Shl(id, bits), always)
            }
        }
    }

    /// A value as the sum of another one, if it is not constant, and a constant.
    pub(crate) fn parts(&self, id: Id) -> (Option<Id>, i64) {
        match self.kind(id) {
            Kind::Constant(value) => (None, value.cast_signed()),
            Kind::Plus(inner, constant) => (Some(inner), constant),
            _ => (Some(id), 0),
        }
    }

    /// The constant by which `id` is more than `other`, modulo 2⁶⁴, if it is a constant.
    pub(crate) fn difference(&self, id: Id, other: Id) -> Option<i64> {
        let ((inner, constant), (other_inner, other_constant)) = (self.parts(id), self.parts(other));
        (inner == other_inner).then(|| constant.wrapping_sub(other_constant))
    }

    fn add(&mut self, kind: Kind, always: Interval) -> Id {
        if let Some(&id) = self.ids.get(&kind) {
            return id;
        }
        let id = Id(u32::try_from(self.nodes.len()).expect("functions have few values"));
        let mut from = match kind {
            Kind::Opaque(_) | Kind::TableBase(..) | Kind::TableLen(..) | Kind::MemoryLen(..) => vec![id],
            Kind::Constant(_) | Kind::Stack(_) | Kind::JumpOffset(..) => Vec::new(),
            Kind::Plus(a, _)
            | Kind::Low32(a)
            | Kind::Shl(a, _)
            | Kind::EntryCode(a)
            | Kind::EntrySignature(a) => self.node(a).from.clone(),
            Kind::Sum(a, b) => [self.node(a).from.as_slice(), self.node(b).from.as_slice()].concat(),
        };
        from.sort_unstable();
        from.dedup();
        self.nodes.push(Node { kind, always, from });
        self.ids.insert(kind, id);
        id
    }
}
