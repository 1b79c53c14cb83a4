//! Sums of numbers that are narrower than the sum.
//!
//! What the elements contribute is computed in lanes of 8 or 16 bits, if its bounds say that one of their extensions is
//! the number itself. Neighbours are then added in lanes that are twice as wide, which hold any sum of two, until
//! they are as wide as the sum. Products of numbers of 16 bits are added in pairs by the instruction that
//! computes them; that sum wraps, as the loop's own does. The order of what is added is another one than the loop's,
//! which does not matter to integers.
//!
//! The absolute value of a number, and the distance of two, are computed in the lanes that hold the number: as wasm has
//! no such operation, they are found by what compilers make of them.

use cranelift_codegen::ir::{Function, InstBuilder, InstructionData, Opcode, Type, Value, types};

use super::access::Extension;
use super::instructions::halves;
use super::interval::int;
use super::lanes::{NodeId, NodeOp, Packer, arguments};
use super::scalar::Scalars;
use crate::codegen::pass::values::{constant, definition};

/// What the elements contribute to a sum.
#[derive(Clone, Copy, Debug)]
pub(super) enum Term {
    /// Lanes as wide as the sum.
    Whole(NodeId),
    /// Lanes that are narrower.
    Narrow(NodeId, Extension),
    /// The products of lanes of 16 bits with signs.
    Products(NodeId, NodeId),
}

impl Packer<'_, '_> {
    /// What a pack of numbers contributes to a sum of this type.
    pub(super) fn term(&mut self, op: Opcode, values: &[Value], sum: Type) -> Option<Term> {
        if sum.bits() == self.lanes.bits || self.is_half(sum) {
            return self.pack(values, sum).map(Term::Whole);
        }
        if op != Opcode::Iadd || !sum.is_int() {
            return None;
        }
        let lane = int(self.lanes.bits);
        if sum == types::I64 {
            return self.extended_term(values, lane);
        }
        let bounds = self.interval(values);
        if bounds.fits_signed(lane.bits()) {
            return Some(Term::Narrow(self.pack(values, lane)?, Extension::Signed));
        }
        if bounds.fits_unsigned(lane.bits()) {
            return Some(Term::Narrow(self.pack(values, lane)?, Extension::Unsigned));
        }
        let data = self.definitions(values)?;
        if data[0].opcode() != Opcode::Imul || lane != types::I16 {
            return None;
        }
        let (lefts, rights) = (arguments(&data, 0)?, arguments(&data, 1)?);
        if !self.interval(&lefts).or(self.interval(&rights)).fits_signed(16) {
            return None;
        }
        let left = self.pack(&lefts, lane)?;
        Some(Term::Products(left, self.pack(&rights, lane)?))
    }

    /// What 32-bit numbers that are extended contribute to a sum of 64 bits.
    fn extended_term(&mut self, values: &[Value], lane: Type) -> Option<Term> {
        let data = self.definitions(values)?;
        let extension = match data[0] {
            InstructionData::Unary { opcode: Opcode::Sextend, .. } => Extension::Signed,
            InstructionData::Unary { opcode: Opcode::Uextend, .. } => Extension::Unsigned,
            _ => return None,
        };
        let numbers = arguments(&data, 0)?;
        if numbers.iter().any(|&number| self.func.dfg.value_type(number) != types::I32) {
            return None;
        }
        let bounds = self.interval(&numbers);
        let extension = match extension {
            _ if lane == types::I32 => extension,
            _ if bounds.fits_unsigned(lane.bits()) => Extension::Unsigned,
            Extension::Signed if bounds.fits_signed(lane.bits()) => extension,
            _ => return None,
        };
        Some(Term::Narrow(self.pack(&numbers, lane)?, extension))
    }

    /// Absolute values of numbers, or of differences, that are wider than lanes or as wide.
    pub(super) fn absolute(&mut self, values: &[Value], lane: Type) -> Option<NodeOp> {
        let of = values.iter().map(|&value| absolute(self.func, value));
        let numbers: Vec<Value> = of.collect::<Option<_>>()?;
        if lane.bits() <= 32 && self.interval(&numbers).fits_signed(lane.bits()) {
            return Some(NodeOp::Unary(Opcode::Iabs, self.pack(&numbers, lane)?));
        }
        let data = self.definitions(&numbers)?;
        if data[0].opcode() != Opcode::Isub || lane.bits() > 16 {
            return None;
        }
        // The smaller one taken from the larger one.
        let (lefts, rights) = (arguments(&data, 0)?, arguments(&data, 1)?);
        let bounds = self.interval(&lefts).or(self.interval(&rights));
        let [least, most] = match lane.bits() {
            bits if bounds.fits_unsigned(bits) => [Opcode::Umin, Opcode::Umax],
            bits if bounds.fits_signed(bits) => [Opcode::Smin, Opcode::Smax],
            _ => return None,
        };
        let left = self.pack(&lefts, lane)?;
        let right = self.pack(&rights, lane)?;
        let least = self.add(NodeOp::Binary(least, left, right), lane);
        let most = self.add(NodeOp::Binary(most, left, right), lane);
        Some(NodeOp::Binary(Opcode::Isub, most, least))
    }
}

/// The number whose absolute value this is: `(x ^ s) − s`, with `s` all copies of the sign of `x`.
pub(super) fn absolute(func: &Function, value: Value) -> Option<Value> {
    let binary = |value: Value, wanted: Opcode| match definition(func, value)? {
        InstructionData::Binary { opcode, args } if opcode == wanted => Some(args),
        _ => None,
    };
    let [changed, sign] = binary(value, Opcode::Isub)?;
    let [left, right] = binary(changed, Opcode::Bxor)?;
    let same = |other: Value| func.dfg.resolve_aliases(other);
    let number = match same(sign) {
        sign if same(right) == sign => left,
        sign if same(left) == sign => right,
        _ => return None,
    };
    let [of, amount] = binary(sign, Opcode::Sshr)?;
    let is_sign = same(of) == same(number) && constant(func, amount).is_some_and(|amount| amount & 31 == 31);
    (is_sign && func.dfg.value_type(number) == types::I32).then_some(number)
}

/// The lanes of a vector added up until they are as wide as this.
pub(super) fn widened(
    scalars: &mut Scalars<'_, '_>,
    mut vector: Value,
    mut extension: Extension,
    to: Type,
) -> Value {
    while scalars.cursor.func.dfg.value_type(vector).lane_bits() < to.bits() {
        let [low, high] = halves(scalars, vector, extension);
        // Which ones are added does not matter, but there are instructions for neighbours.
        vector = match scalars.cursor.func.dfg.value_type(low).lane_bits() {
            64 => scalars.cursor.ins().iadd(low, high),
            _ => scalars.cursor.ins().iadd_pairwise(low, high),
        };
        // The sum of two that have no sign is far from the lane's upper end.
        extension = Extension::Signed;
    }
    vector
}

/// The products of the lanes of two vectors, as sums of two.
pub(super) fn products(scalars: &mut Scalars<'_, '_>, left: Value, right: Value) -> Value {
    let [left, right] = [left, right].map(|vector| halves(scalars, vector, Extension::Signed));
    let [low, high] = [0, 1].map(|half| scalars.cursor.ins().imul(left[half], right[half]));
    scalars.cursor.ins().iadd_pairwise(low, high)
}
