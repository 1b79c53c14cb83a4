//! Conditions of lanes: masks, and what is chosen by them.
//!
//! What is 0 or 1 as a number is a lane of which no bit or every bit is set. Comparisons make such lanes, and `and`, `or`
//! and `xor` make such lanes of others. Another number is a condition too: that it is not 0.
//!
//! Of two values the smaller or the larger one is chosen by an instruction of its own, for integers of up to 32 bits.
//! Floats are left to comparisons, which tell zeros and NaNs as the scalar instruction does.

use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{InstructionData, Opcode, Type, Value, types};

use super::access::Extension;
use super::affine::Affine;
use super::interval::{Interval, int};
use super::lanes::{NodeId, NodeOp, Packer, arguments};
use super::roots;
use super::shape::is_zero;
use crate::codegen::pass::values::definition;

/// How deep conditions are made of others.
const DEEPEST: u32 = 6;

impl Packer<'_, '_> {
    /// What a pack of selections chooses.
    pub(super) fn selection(&mut self, data: &[InstructionData], lane: Type) -> Option<NodeOp> {
        let mask = self.mask(&arguments(data, 0)?, lane)?;
        let yes = self.pack(&arguments(data, 1)?, lane)?;
        let no = self.pack(&arguments(data, 2)?, lane)?;
        let NodeOp::IntCompare(cond, left, right) = self.lanes.nodes[mask.0].op else {
            return Some(NodeOp::Select(mask, yes, no));
        };
        if let Some(opcode) =
            extremum(cond, [left, right], [yes, no]).filter(|_| lane.is_int() && lane.bits() < 64)
        {
            return Some(NodeOp::Binary(opcode, yes, no));
        }
        // The opposites of these have more instructions.
        if matches!(cond, IntCC::Equal | IntCC::SignedGreaterThan | IntCC::SignedLessThan)
            || matches!(cond, IntCC::UnsignedGreaterThanOrEqual | IntCC::UnsignedLessThanOrEqual)
        {
            return Some(NodeOp::Select(mask, yes, no));
        }
        let mask = self.add(NodeOp::IntCompare(cond.complement(), left, right), int(lane.bits()));
        Some(NodeOp::Select(mask, no, yes))
    }

    /// A sum or a difference that ends at the bounds of the lane, which is narrower than the numbers.
    pub(super) fn saturation(&mut self, values: &[Value], lane: Type) -> Option<NodeOp> {
        if lane != types::I8 && lane != types::I16 {
            return None;
        }
        let (mut low, mut high) = (None, None);
        let mut values = values.to_vec();
        while let Some((opcode, of, bound)) = self.bounded(&values) {
            let side = if opcode == Opcode::Smin { &mut high } else { &mut low };
            if side.replace(bound).is_some() {
                return None;
            }
            values = of;
        }
        let data = self.definitions(&values)?;
        let (lefts, rights) = (arguments(&data, 0)?, arguments(&data, 1)?);
        let (left, right) = (self.interval(&lefts), self.interval(&rights));
        let adds = match data[0] {
            InstructionData::Binary { opcode: Opcode::Iadd, .. } => true,
            InstructionData::Binary { opcode: Opcode::Isub, .. } => false,
            _ => return None,
        };
        let bits = lane.bits();
        let most = 1i64 << bits;
        let opcode = if left.fits_unsigned(bits) && right.fits_unsigned(bits) {
            // Only one end can be reached.
            match adds {
                true if high == Some(most - 1) && low.is_none_or(|low| low <= 0) => Opcode::UaddSat,
                false if low == Some(0) && high.is_none_or(|high| high >= most - 1) => Opcode::UsubSat,
                _ => return None,
            }
        } else {
            let all = (low, high) == (Some(-most / 2), Some(most / 2 - 1));
            let fits = left.fits_signed(bits) && right.fits_signed(bits);
            match adds {
                _ if !all || !fits => return None,
                true => Opcode::SaddSat,
                false => Opcode::SsubSat,
            }
        };
        let left = self.pack(&lefts, lane)?;
        Some(NodeOp::Binary(opcode, left, self.pack(&rights, lane)?))
    }

    /// The numbers and the constant of which each of these is the smaller or the larger one, with signs.
    fn bounded(&self, values: &[Value]) -> Option<(Opcode, Vec<Value>, i64)> {
        let of = |value: Value| {
            let InstructionData::Ternary { opcode: Opcode::Select, args: [condition, yes, no] } =
                definition(self.func, value)?
            else {
                return None;
            };
            let opcode = roots::extremum(self.func, condition, yes, no)?;
            let (of, bound) = match (self.constant_bits(yes), self.constant_bits(no)) {
                (None, Some(bound)) => (yes, bound),
                (Some(bound), None) => (no, bound),
                _ => return None,
            };
            Some((opcode, of, i64::from(bound as u32 as i32)))
        };
        let (opcode, _, bound) = of(values[0])?;
        let mut numbers = Vec::new();
        for &value in values {
            let (same, number, bounded) = of(value)?;
            if (same, bounded) != (opcode, bound) {
                return None;
            }
            numbers.push(number);
        }
        matches!(opcode, Opcode::Smin | Opcode::Smax).then_some((opcode, numbers, bound))
    }

    /// The mask for lanes of this width that a pack of conditions makes.
    pub(super) fn mask(&mut self, values: &[Value], lane: Type) -> Option<NodeId> {
        let key = (values.to_vec(), lane.bits());
        if let Some(&known) = self.masks.get(&key) {
            return known;
        }
        self.masks.insert(key.clone(), None);
        let mask = self.new_mask(values, lane)?;
        self.masks.insert(key, Some(mask));
        Some(mask)
    }

    fn new_mask(&mut self, values: &[Value], lane: Type) -> Option<NodeId> {
        if !self.are_truths(values) {
            return self.int_mask(IntCC::NotEqual, values, None, lane);
        }
        let data = self.definitions(values)?;
        let condition = |data: &InstructionData| (data.cond_code(), data.fp_cond_code());
        if data.iter().any(|other| condition(other) != condition(&data[0])) {
            return None;
        }
        let lefts = arguments(&data, 0)?;
        match data[0] {
            InstructionData::Unary { opcode: Opcode::Uextend, .. } => self.mask(&lefts, lane),
            InstructionData::IntCompare { cond, .. } => {
                let rights = arguments(&data, 1)?;
                let is_test = matches!(cond, IntCC::Equal | IntCC::NotEqual)
                    && rights.iter().all(|&right| is_zero(self.func, right))
                    && self.are_truths(&lefts);
                match cond {
                    IntCC::NotEqual if is_test => self.mask(&lefts, lane),
                    _ if is_test => {
                        let mask = self.mask(&lefts, lane)?;
                        Some(self.opposite(mask, lane))
                    }
                    _ => self.int_mask(cond, &lefts, Some(&rights), lane),
                }
            }
            InstructionData::FloatCompare { cond, .. } => {
                let compared = self.func.dfg.value_type(lefts[0]);
                if compared.bits() != lane.bits() {
                    return None;
                }
                let left = self.pack(&lefts, compared)?;
                let right = self.pack(&arguments(&data, 1)?, compared)?;
                Some(self.add(NodeOp::FloatCompare(cond, left, right), int(lane.bits())))
            }
            InstructionData::Binary { opcode, .. } => {
                let rights = arguments(&data, 1)?;
                if opcode == Opcode::Bxor && rights.iter().all(|&right| self.constant_bits(right) == Some(1))
                {
                    let mask = self.mask(&lefts, lane)?;
                    return Some(self.opposite(mask, lane));
                }
                let left = self.mask(&lefts, lane)?;
                let right = self.mask(&rights, lane)?;
                Some(self.add(NodeOp::Binary(opcode, left, right), int(lane.bits())))
            }
            _ => None,
        }
    }

    /// The mask of the other lanes.
    fn opposite(&mut self, mask: NodeId, lane: Type) -> NodeId {
        let op = match self.lanes.nodes[mask.0].op {
            NodeOp::IntCompare(cond, left, right) => NodeOp::IntCompare(cond.complement(), left, right),
            NodeOp::FloatCompare(cond, left, right) => NodeOp::FloatCompare(cond.complement(), left, right),
            _ => NodeOp::Unary(Opcode::Bnot, mask),
        };
        self.add(op, int(lane.bits()))
    }

    /// The mask for lanes of this width that comparisons make, with 0 if there is no right side.
    pub(super) fn int_mask(
        &mut self,
        cond: IntCC,
        lefts: &[Value],
        rights: Option<&[Value]>,
        lane: Type,
    ) -> Option<NodeId> {
        let lane = int(lane.bits());
        let from = self.func.dfg.value_type(lefts[0]);
        // There are no instructions for 64 bits without a sign.
        let exists = from.bits() == 32 || lane.bits() == 64 && !is_unsigned(cond);
        if !exists || from.bits() < lane.bits() {
            return None;
        }
        let cond = if from.bits() == lane.bits() {
            cond
        } else {
            let right = rights.map_or(Interval::ZERO, |rights| self.interval(rights));
            match (narrow_condition(cond, self.interval(lefts).or(right), lane), rights) {
                (Some(cond), _) => cond,
                (None, Some(rights)) => return self.mask_by_fixed(cond, lefts, rights, lane),
                (None, None) => return None,
            }
        };
        let left = self.pack(lefts, lane)?;
        let right = match rights {
            Some(rights) => self.pack(rights, lane)?,
            None => self.add(NodeOp::Counter { first: Affine::default(), step: 0 }, lane),
        };
        Some(self.add(NodeOp::IntCompare(cond, left, right), lane))
    }

    /// The mask that comparisons of numbers that fit lanes make with one that the loop does not change, which may not.
    ///
    /// If that one does not fit, the nearest one that does is on the same side of each number, or is that number. For
    /// comparisons that this makes wrong, it is found out before the loop what they all are then.
    fn mask_by_fixed(
        &mut self,
        cond: IntCC,
        lefts: &[Value],
        rights: &[Value],
        lane: Type,
    ) -> Option<NodeId> {
        let (cond, numbers, fixed) = match (self.splat(lefts), self.splat(rights)) {
            (_, Some(NodeOp::Splat(fixed))) => (cond, lefts, fixed),
            (Some(NodeOp::Splat(fixed)), _) => (cond.swap_args(), rights, fixed),
            _ => return None,
        };
        let (interval, bits) = (self.interval(numbers), lane.bits());
        let (bounds, narrow) = if interval.fits_unsigned(bits) {
            ([0, (1i64 << bits) - 1], cond.unsigned())
        } else if interval.fits_signed(bits) && !is_unsigned(cond) {
            ([-1i64 << (bits - 1), (1i64 << (bits - 1)) - 1], cond)
        } else {
            return None;
        };
        if self.func.dfg.value_type(fixed) != types::I32 {
            return None;
        }
        let kind = if is_unsigned(cond) { Extension::Unsigned } else { Extension::Signed };
        let clamped = self.add(NodeOp::Clamped { value: fixed, bounds, kind }, lane);
        let number = self.pack(numbers, lane)?;
        let mask = self.add(NodeOp::IntCompare(narrow, number, clamped), lane);
        // Where the number itself would say something else.
        let [low, high] = bounds;
        let (less, outside, with) = match cond {
            IntCC::Equal | IntCC::NotEqual => (low, IntCC::UnsignedGreaterThan, high - low),
            IntCC::SignedGreaterThan | IntCC::SignedLessThanOrEqual => (0, IntCC::SignedLessThan, low),
            IntCC::SignedLessThan | IntCC::SignedGreaterThanOrEqual => (0, IntCC::SignedGreaterThan, high),
            IntCC::UnsignedLessThan | IntCC::UnsignedGreaterThanOrEqual => {
                (0, IntCC::UnsignedGreaterThan, high)
            }
            IntCC::UnsignedGreaterThan | IntCC::UnsignedLessThanOrEqual => return Some(mask),
        };
        let is_more = matches!(
            cond,
            IntCC::NotEqual | IntCC::SignedGreaterThan | IntCC::SignedLessThan | IntCC::UnsignedLessThan
        );
        let (opcode, cond) =
            if is_more { (Opcode::Bor, outside) } else { (Opcode::Band, outside.complement()) };
        let all = self.add(NodeOp::Whether { value: fixed, less, cond, with }, lane);
        Some(self.add(NodeOp::Binary(opcode, mask, all), lane))
    }

    /// Whether all of these are 0 or 1 as conditions are.
    pub(super) fn are_truths(&self, values: &[Value]) -> bool {
        values.iter().all(|&value| self.is_truth(value, 0))
    }

    fn is_truth(&self, value: Value, depth: u32) -> bool {
        if depth == DEEPEST {
            return false;
        }
        match definition(self.func, value) {
            Some(InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. }) => true,
            Some(InstructionData::Unary { opcode: Opcode::Uextend, arg }) => self.is_truth(arg, depth + 1),
            Some(InstructionData::Binary { opcode: Opcode::Bxor, args: [left, right] })
                if self.constant_bits(right) == Some(1) =>
            {
                self.is_truth(left, depth + 1)
            }
            Some(InstructionData::Binary { opcode: Opcode::Band | Opcode::Bor | Opcode::Bxor, args }) => {
                args.into_iter().all(|arg| self.is_truth(arg, depth + 1))
            }
            _ => false,
        }
    }
}

/// The comparison of lanes that does what one of wider values with these bounds does.
fn narrow_condition(cond: IntCC, bounds: Interval, lane: Type) -> Option<IntCC> {
    if bounds.fits_unsigned(lane.bits()) {
        return Some(cond.unsigned());
    }
    // Sign extension keeps both orders.
    bounds.fits_signed(lane.bits()).then_some(cond)
}

fn is_unsigned(cond: IntCC) -> bool {
    !matches!(cond, IntCC::Equal | IntCC::NotEqual) && cond == cond.unsigned()
}

/// Which of two values is chosen by comparing them, if it is the smaller or the larger one.
fn extremum(cond: IntCC, compared: [NodeId; 2], chosen: [NodeId; 2]) -> Option<Opcode> {
    let cond = match chosen {
        [yes, no] if [yes, no] == compared => cond,
        [yes, no] if [no, yes] == compared => cond.swap_args(),
        _ => return None,
    };
    Some(match cond {
        IntCC::SignedLessThan | IntCC::SignedLessThanOrEqual => Opcode::Smin,
        IntCC::UnsignedLessThan | IntCC::UnsignedLessThanOrEqual => Opcode::Umin,
        IntCC::SignedGreaterThan | IntCC::SignedGreaterThanOrEqual => Opcode::Smax,
        IntCC::UnsignedGreaterThan | IntCC::UnsignedGreaterThanOrEqual => Opcode::Umax,
        _ => return None,
    })
}
