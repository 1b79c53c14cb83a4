//! Divisions by constants, and averages, on lanes.
//!
//! There is no instruction that divides integers in lanes. Let `d` be the divisor and `n` what is divided, at least 0 and
//! at most `most`. With `m = ⌈2ˢ / d⌉` and `e = m × d − 2ˢ`, `⌊n × m / 2ˢ⌋` is the quotient if `most × e < 2ˢ`: what `m` is too
//! large by adds less than `1 / d`. If `most × m` fits the lane, that is a product and a shift, and if only `m` does, the
//! upper half of a product and a shift. For all 32-bit numbers, `m` has a bit more than a lane, and may be negative: see
//! figures 4.1 and 5.2 of "Division by Invariant Integers using Multiplication" (Granlund and Montgomery, 1994).

use cranelift_codegen::ir::{InstBuilder, InstructionData, Opcode, Type, Value, types};

use super::access::Extension;
use super::instructions::{halves, lane_constant, shuffle, splat};
use super::lanes::{Amount, NodeId, NodeOp, Packer, arguments};
use super::scalar::Scalars;

/// What has to be done to numbers to divide them.
enum Way {
    Shift(u32),
    /// Multiply by this, and shift.
    Product(u64, u32),
    /// Take the upper half of the product with this, and shift.
    HighProduct(u64, u32),
}

/// The way to divide numbers from 0 to `most` in lanes of this many bits; the divisor is at least 2.
fn way(divisor: u64, most: u64, bits: u32) -> Option<Way> {
    if divisor.is_power_of_two() {
        let shift = divisor.trailing_zeros();
        // The amount counts modulo the width.
        return (shift < bits).then_some(Way::Shift(shift));
    }
    let factor = |power: u32| {
        let factor = (1u64 << power).div_ceil(divisor);
        let error = factor * divisor - (1u64 << power);
        (u128::from(most) * u128::from(error) < 1u128 << power).then_some(factor)
    };
    let is_whole = |&(factor, _): &(u64, u32)| u128::from(factor) * u128::from(most) < 1u128 << bits;
    let product = (0..bits).filter_map(|shift| Some((factor(shift)?, shift))).find(is_whole);
    if let Some((factor, shift)) = product {
        return Some(Way::Product(factor, shift));
    }
    let is_lane = |&(factor, _): &(u64, u32)| factor < 1 << bits;
    let (factor, shift) =
        (0..bits - 1).filter_map(|shift| Some((factor(bits + shift)?, shift))).find(is_lane)?;
    Some(Way::HighProduct(factor, shift))
}

impl Packer<'_, '_> {
    /// Quotients or remainders by a constant.
    pub(super) fn division(
        &mut self,
        data: &[InstructionData],
        opcode: Opcode,
        ty: Type,
        lane: Type,
    ) -> Option<NodeOp> {
        let NodeOp::Splat(by) = self.splat(&arguments(data, 1)?)? else { return None };
        let divisor = self.constant_bits(by)? as u32;
        let signed = matches!(opcode, Opcode::Sdiv | Opcode::Srem);
        if ty != types::I32 || lane.bits() < 16 || divisor < 2 || signed && divisor.cast_signed() < 0 {
            return None;
        }
        let numbers = arguments(data, 0)?;
        let bounds = self.interval(&numbers);
        let unsigned_bits = if signed { 31 } else { 32 };
        if lane.bits() == 16 && !bounds.fits_unsigned(16) {
            return None;
        }
        let most = if bounds.fits_unsigned(unsigned_bits) {
            bounds.most()
        } else {
            u64::from(u32::MAX) >> (32 - unsigned_bits)
        };
        let is_positive = !signed || bounds.fits_unsigned(31);
        let way = if is_positive { way(u64::from(divisor), most, lane.bits()) } else { None };
        if way.is_none() && lane.bits() < 32 {
            return None;
        }
        let number = self.pack(&numbers, lane)?;
        let quotient = match way {
            Some(Way::Shift(bits)) => NodeOp::Shift(Opcode::Ushr, number, Amount::Bits(bits)),
            Some(Way::Product(factor, bits)) => {
                let factor = self.number(factor as u32, lane);
                let product = self.add(NodeOp::Binary(Opcode::Imul, number, factor), lane);
                NodeOp::Shift(Opcode::Ushr, product, Amount::Bits(bits))
            }
            Some(Way::HighProduct(factor, bits)) => {
                let high = NodeOp::HighProduct(number, factor as u32, Extension::Unsigned);
                let product = self.add(high, lane);
                NodeOp::Shift(Opcode::Ushr, product, Amount::Bits(bits))
            }
            None if divisor.is_power_of_two() => self.shifted_towards_zero(number, divisor, lane),
            None if signed => self.signed_quotient(number, divisor, lane),
            None => self.unsigned_quotient(number, divisor, lane),
        };
        if matches!(opcode, Opcode::Sdiv | Opcode::Udiv) {
            return Some(quotient);
        }
        let quotient = self.add(quotient, lane);
        let by = self.number(divisor, lane);
        let whole = self.add(NodeOp::Binary(Opcode::Imul, quotient, by), lane);
        Some(NodeOp::Binary(Opcode::Isub, number, whole))
    }

    /// A division by a power of two. Shifts round down; what is added to negative numbers makes it towards zero.
    fn shifted_towards_zero(&mut self, number: NodeId, divisor: u32, lane: Type) -> NodeOp {
        let bits = divisor.trailing_zeros();
        let mut shift = |opcode, of, bits| self.add(NodeOp::Shift(opcode, of, Amount::Bits(bits)), lane);
        let sign = shift(Opcode::Sshr, number, 31);
        let rest = shift(Opcode::Ushr, sign, 32 - bits);
        let number = self.add(NodeOp::Binary(Opcode::Iadd, number, rest), lane);
        NodeOp::Shift(Opcode::Sshr, number, Amount::Bits(bits))
    }

    /// Figure 5.2: `l = ⌈log₂ d⌉`, `m' = ⌊2³¹⁺ˡ / d⌋ + 1 − 2³²`, and the quotient is
    /// `SRA(n + MULSH(m', n), l − 1) − XSIGN(n)`.
    fn signed_quotient(&mut self, number: NodeId, divisor: u32, lane: Type) -> NodeOp {
        let log = divisor.next_power_of_two().ilog2();
        let factor = ((1u64 << (31 + log)) / u64::from(divisor) + 1) as u32;
        let high = self.add(NodeOp::HighProduct(number, factor, Extension::Signed), lane);
        let sum = self.add(NodeOp::Binary(Opcode::Iadd, number, high), lane);
        let quotient = self.add(NodeOp::Shift(Opcode::Sshr, sum, Amount::Bits(log - 1)), lane);
        let sign = self.add(NodeOp::Shift(Opcode::Sshr, number, Amount::Bits(31)), lane);
        NodeOp::Binary(Opcode::Isub, quotient, sign)
    }

    /// Figure 4.1: `m' = ⌊2³² × (2ˡ − d) / d⌋ + 1`, `t = MULUH(m', n)`, and the quotient is
    /// `SRL(t + SRL(n − t, 1), l − 1)`.
    fn unsigned_quotient(&mut self, number: NodeId, divisor: u32, lane: Type) -> NodeOp {
        let log = 32 - (divisor - 1).leading_zeros();
        let over = (1u64 << log) - u64::from(divisor);
        let factor = ((over << 32) / u64::from(divisor) + 1) as u32;
        let high = self.add(NodeOp::HighProduct(number, factor, Extension::Unsigned), lane);
        let rest = self.add(NodeOp::Binary(Opcode::Isub, number, high), lane);
        let rest = self.add(NodeOp::Shift(Opcode::Ushr, rest, Amount::Bits(1)), lane);
        let sum = self.add(NodeOp::Binary(Opcode::Iadd, high, rest), lane);
        NodeOp::Shift(Opcode::Ushr, sum, Amount::Bits(log - 1))
    }

    /// Half of the sum of two numbers and 1, without what the sum does not fit.
    pub(super) fn average(&mut self, data: &[InstructionData], lane: Type) -> Option<NodeOp> {
        let NodeOp::Splat(amount) = self.splat(&arguments(data, 1)?)? else { return None };
        if lane.bits() > 16 || self.constant_bits(amount)? & 31 != 1 {
            return None;
        }
        let (first, second) = self.summands(&arguments(data, 0)?)?;
        // One of the two is a sum, and one of all three is 1.
        let is_one =
            |this: &Self, values: &[Value]| values.iter().all(|&value| this.constant_bits(value) == Some(1));
        let (left, right) = if is_one(self, &second) {
            self.summands(&first)?
        } else {
            let plus_one = |this: &Self, sum: &[Value]| {
                this.summands(sum).filter(|(_, one)| is_one(this, one)).map(|(number, _)| number)
            };
            match (plus_one(self, &first), plus_one(self, &second)) {
                (Some(first), _) => (first, second),
                (_, Some(second)) => (first, second),
                _ => return None,
            }
        };
        if !self.interval(&left).or(self.interval(&right)).fits_unsigned(lane.bits()) {
            return None;
        }
        let left = self.pack(&left, lane)?;
        Some(NodeOp::Binary(Opcode::AvgRound, left, self.pack(&right, lane)?))
    }

    /// What a pack of sums is made of; constants come second.
    fn summands(&self, sums: &[Value]) -> Option<(Vec<Value>, Vec<Value>)> {
        let data = self.definitions(sums)?;
        let (left, right) = (arguments(&data, 0)?, arguments(&data, 1)?);
        let swap = self.constant_bits(left[0]).is_some();
        let sum = if swap { (right, left) } else { (left, right) };
        (data[0].opcode() == Opcode::Iadd).then_some(sum)
    }
}

/// The upper halves of the products of all lanes with a constant.
pub(super) fn high_product(
    scalars: &mut Scalars<'_, '_>,
    vector: Value,
    factor: u32,
    extension: Extension,
) -> Value {
    let ty = scalars.cursor.func.dfg.value_type(vector);
    let factor = lane_constant(scalars, u64::from(factor), ty.lane_type());
    let factor = splat(scalars, factor, ty.lane_type());
    let [numbers, factors] = [vector, factor].map(|vector| halves(scalars, vector, extension));
    let products = [0, 1].map(|half| scalars.cursor.ins().imul(numbers[half], factors[half]));
    let bytes = ty.lane_type().bytes() as u8;
    let order = std::array::from_fn(|byte| {
        let byte = byte as u8;
        byte / bytes * 2 * bytes + bytes + byte % bytes
    });
    shuffle(scalars, products, order, ty)
}
