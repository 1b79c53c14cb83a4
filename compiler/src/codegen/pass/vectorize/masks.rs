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

/// The most rows of neighbours that a set has whose members are found by comparisons.
const MAX_RUNS: usize = 4;

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
        if adds && (low, high) == (Some(0), Some(most - 1)) {
            let (numbers, fixed) =
                if left.fits_unsigned(bits) { (&lefts, &rights) } else { (&rights, &lefts) };
            if self.interval(numbers).fits_unsigned(bits)
                && !self.interval(fixed).fits_unsigned(bits)
                && let Some(NodeOp::Splat(fixed)) = self.splat(fixed)
                && self.constant_bits(fixed).is_none()
            {
                // So that the sum does not wrap.
                self.lanes.small.push(fixed);
                return self.moved_in_bounds(numbers, fixed, most - 1, lane);
            }
        }
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

    /// Numbers without a sign that fit lanes, plus one that the loop does not change, between 0 and what lanes can be.
    ///
    /// One of the two is 0: how far up the numbers are moved, and how far down. More than `most` is not needed of either.
    fn moved_in_bounds(&mut self, numbers: &[Value], fixed: Value, most: i64, lane: Type) -> Option<NodeOp> {
        let number = self.pack(numbers, lane)?;
        let kind = Extension::Signed;
        let up = self.add(NodeOp::Clamped { value: fixed, bounds: [0, most], kind }, lane);
        let down = self.add(NodeOp::Clamped { value: fixed, bounds: [-most, 0], kind }, lane);
        let zero = self.number(0, lane);
        let down = self.add(NodeOp::Binary(Opcode::Isub, zero, down), lane);
        let moved = self.add(NodeOp::Binary(Opcode::UaddSat, number, up), lane);
        Some(NodeOp::Binary(Opcode::UsubSat, moved, down))
    }

    /// The numbers and the constant of which each of these is the smaller or the larger one, with signs.
    fn bounded(&mut self, values: &[Value]) -> Option<(Opcode, Vec<Value>, i64)> {
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
        match opcode {
            Opcode::Smin | Opcode::Smax => Some((opcode, numbers, bound)),
            // Without a sign, which is the same where there is none.
            Opcode::Umin if bound >= 0 && self.interval(&numbers).fits_unsigned(31) => {
                Some((Opcode::Smin, numbers, bound))
            }
            _ => None,
        }
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
        if self.lanes.bits == 64
            && let Some(from) = self.compared_bits(values)
            && from != lane.bits()
        {
            return self.converted_mask(values, from, lane);
        }
        if !self.are_truths(values) {
            if let Some(mask) = self.membership(values, lane) {
                return Some(mask);
            }
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
                    IntCC::Equal | IntCC::NotEqual
                        if rights.iter().all(|&right| is_zero(self.func, right)) =>
                    {
                        let Some(mask) = self.membership(&lefts, lane) else {
                            return self.int_mask(cond, &lefts, Some(&rights), lane);
                        };
                        Some(if cond == IntCC::Equal { self.opposite(mask, lane) } else { mask })
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

    /// Which numbers are in a set, where `1 << number` and the bits of the set have one in common: the lowest five bits of
    /// the number count.
    fn membership(&mut self, values: &[Value], lane: Type) -> Option<NodeId> {
        let lane = int(lane.bits());
        let mut set = None;
        let mut numbers = Vec::new();
        for &value in values {
            let (number, bits) = self.member(value)?;
            numbers.push(number);
            if *set.get_or_insert(bits) != bits {
                return None;
            }
        }
        let runs = runs(set?);
        if runs.len() > MAX_RUNS {
            return None;
        }
        let numbers = self.pack(&numbers, lane)?;
        let low = self.number(31, lane);
        let number = self.add(NodeOp::Binary(Opcode::Band, numbers, low), lane);
        let mut any = None;
        for (first, more) in runs {
            let first = self.number(first, lane);
            let is_in = if more == 0 {
                self.add(NodeOp::IntCompare(IntCC::Equal, number, first), lane)
            } else {
                let above = self.add(NodeOp::Binary(Opcode::Isub, number, first), lane);
                let more = self.number(more, lane);
                self.add(NodeOp::IntCompare(IntCC::UnsignedLessThanOrEqual, above, more), lane)
            };
            any = Some(match any {
                Some(any) => self.add(NodeOp::Binary(Opcode::Bor, any, is_in), lane),
                None => is_in,
            });
        }
        any
    }

    /// The number and the bits that `(1 << number) & bits` is made of.
    fn member(&self, value: Value) -> Option<(Value, u32)> {
        if self.func.dfg.value_type(value) != types::I32 {
            return None;
        }
        let InstructionData::Binary { opcode: Opcode::Band, args: [left, right] } =
            definition(self.func, value)?
        else {
            return None;
        };
        let (one, bits) = match (self.constant_bits(left), self.constant_bits(right)) {
            (None, Some(bits)) => (left, bits),
            (Some(bits), None) => (right, bits),
            _ => return None,
        };
        match definition(self.func, one)? {
            InstructionData::Binary { opcode: Opcode::Ishl, args: [one, number] }
                if self.constant_bits(one) == Some(1) && self.func.dfg.value_type(number) == types::I32 =>
            {
                Some((number, bits as u32))
            }
            _ => None,
        }
    }

    /// A constant.
    pub(super) fn number(&mut self, constant: u32, lane: Type) -> NodeId {
        let first = Affine { constant, ..Affine::default() };
        self.add(NodeOp::Counter { first, step: 0 }, lane)
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
            None => self.number(0, lane),
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

/// The first one of each row of bits that are set, and how many follow it.
fn runs(mut bits: u32) -> Vec<(u32, u32)> {
    let mut runs = Vec::new();
    let mut below = 0;
    while bits != 0 {
        let first = bits.trailing_zeros();
        let count = (bits >> first).trailing_ones();
        runs.push((below + first, count - 1));
        below += first + count;
        bits = bits.checked_shr(first + count).unwrap_or(0);
    }
    runs
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
    roots::chosen_by(cond)
}
