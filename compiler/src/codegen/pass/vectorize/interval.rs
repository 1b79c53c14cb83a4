//! Bounds of 32-bit values, to tell which of them fit lanes that are narrower.
//!
//! They are those of a number with a sign, found from the operations that make a value: constants, narrow
//! loads, masks, and arithmetic that cannot wrap. Nothing is known of what a loop carries on or is entered with.

use std::collections::HashMap;

use cranelift_codegen::ir::{Function, Inst, InstructionData, Opcode, Type, Value, types};

use super::sums::absolute;
use crate::codegen::pass::values::{constant, definition};

/// How deep operands of operands are looked at.
const DEEPEST: u32 = 32;

/// Bounds of a number with a sign, both of them possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    low: i64,
    high: i64,
}

impl Interval {
    /// Those of 0.
    pub(super) const ZERO: Self = Self { low: 0, high: 0 };

    /// Those of all 32-bit numbers.
    const ALL: Self = Self::signed(32);

    /// Those of all numbers of any width.
    const UNKNOWN: Self = Self { low: i64::MIN, high: i64::MAX };

    const fn new(low: i64, high: i64) -> Self {
        Self { low, high }
    }

    const fn signed(bits: u32) -> Self {
        Self { low: -(1 << (bits - 1)), high: (1 << (bits - 1)) - 1 }
    }

    const fn unsigned(bits: u32) -> Self {
        Self { low: 0, high: (1 << bits) - 1 }
    }

    /// Those of a number that has the one or the other.
    pub(super) fn or(self, other: Self) -> Self {
        Self::new(self.low.min(other.low), self.high.max(other.high))
    }

    fn is_within(self, other: Self) -> bool {
        other.low <= self.low && self.high <= other.high
    }

    /// The largest, of numbers without a sign.
    pub(super) fn most(self) -> u64 {
        self.high.max(0).cast_unsigned()
    }

    /// Whether the sign extension of the lowest bits is the number itself.
    pub(super) fn fits_signed(self, bits: u32) -> bool {
        self.is_within(Self::signed(bits))
    }

    /// Whether the zero extension of the lowest bits is the number itself.
    pub(super) fn fits_unsigned(self, bits: u32) -> bool {
        self.is_within(Self::unsigned(bits))
    }

    /// Those of what is left of a number after 32-bit arithmetic.
    fn if_unwrapped(self) -> Self {
        if self.is_within(Self::ALL) { self } else { Self::ALL }
    }

    /// How many bits a number with a sign takes.
    fn bits(self) -> u32 {
        let of = |number: i64| 65 - (number ^ (number >> 63)).leading_zeros();
        of(self.low).max(of(self.high))
    }

    /// Those of what `and`, `or` and `xor` make of two numbers: it has no more bits than they have.
    fn bitwise(self, other: Self, opcode: Opcode) -> Self {
        if opcode == Opcode::Band && (self.low >= 0 || other.low >= 0) {
            // A mask without a sign clears all bits that it does not have.
            let masks = [self, other].into_iter().filter(|mask| mask.low >= 0);
            return Self::new(0, masks.map(|mask| mask.high).min().expect("there is one"));
        }
        let bits = self.bits().max(other.bits());
        if self.low >= 0 && other.low >= 0 { Self::unsigned(bits - 1) } else { Self::signed(bits) }
    }

    fn times(self, other: Self) -> Self {
        let products =
            [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        let low = products.into_iter().min().expect("there are four");
        Self::new(low, products.into_iter().max().expect("there are four")).if_unwrapped()
    }
}

/// The bounds that are known.
#[derive(Default)]
pub(super) struct Intervals {
    known: HashMap<Value, Interval>,
}

impl Intervals {
    /// Bounds of a value; nothing is known of one that is no `i32`.
    pub(super) fn of(&mut self, func: &Function, value: Value) -> Interval {
        self.of_nested(func, value, 0)
    }

    fn of_nested(&mut self, func: &Function, value: Value, depth: u32) -> Interval {
        if let Some(&known) = self.known.get(&value) {
            return known;
        }
        if func.dfg.value_type(value) != types::I32 {
            return Interval::UNKNOWN;
        }
        if depth == DEEPEST {
            return Interval::ALL;
        }
        let inst = func.dfg.value_def(value).inst();
        let found = inst.map_or(Interval::ALL, |inst| self.of_operation(func, inst, depth + 1));
        self.known.insert(value, found);
        found
    }

    fn of_operation(&mut self, func: &Function, inst: Inst, depth: u32) -> Interval {
        if let Some(number) = absolute(func, func.dfg.first_result(inst)) {
            let number = self.of_nested(func, number, depth);
            return Interval::new(0, number.high.max(-number.low)).if_unwrapped();
        }
        let mut of = |value| self.of_nested(func, value, depth);
        match func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => {
                let number = i64::from(imm.bits() as i32);
                Interval::new(number, number)
            }
            InstructionData::Load { opcode: Opcode::Uload8, .. } => Interval::unsigned(8),
            InstructionData::Load { opcode: Opcode::Uload16, .. } => Interval::unsigned(16),
            InstructionData::Load { opcode: Opcode::Sload8, .. } => Interval::signed(8),
            InstructionData::Load { opcode: Opcode::Sload16, .. } => Interval::signed(16),
            InstructionData::Unary { opcode: Opcode::Uextend, arg } if is_comparison(func, arg) => {
                Interval::new(0, 1)
            }
            InstructionData::Unary { opcode: Opcode::Uextend, arg } => {
                Interval::unsigned(func.dfg.value_type(arg).bits())
            }
            InstructionData::Unary { opcode: Opcode::Sextend, arg } => {
                Interval::signed(func.dfg.value_type(arg).bits())
            }
            InstructionData::Unary { opcode: Opcode::Ineg, arg } => {
                let number = of(arg);
                Interval::new(-number.high, -number.low).if_unwrapped()
            }
            InstructionData::Binary { opcode, args: [left, right] } => {
                // The amount counts modulo the width.
                let by = || constant(func, right).map(|amount| amount & 31);
                let left = of(left);
                match opcode {
                    Opcode::Iadd => {
                        let right = of(right);
                        Interval::new(left.low + right.low, left.high + right.high).if_unwrapped()
                    }
                    Opcode::Isub => {
                        let right = of(right);
                        Interval::new(left.low - right.high, left.high - right.low).if_unwrapped()
                    }
                    Opcode::Imul => left.times(of(right)),
                    Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem if left.low >= 0 => {
                        let by = constant(func, right).map_or(0, |by| i64::from(by as u32));
                        match opcode {
                            // Divisions by 0 trap, and negative divisors make negative quotients.
                            _ if !(1..1 << 31).contains(&by) => Interval::ALL,
                            Opcode::Udiv | Opcode::Sdiv => Interval::new(left.low / by, left.high / by),
                            _ => Interval::new(0, left.high.min(by - 1)),
                        }
                    }
                    Opcode::Band | Opcode::Bor | Opcode::Bxor => left.bitwise(of(right), opcode),
                    Opcode::Ishl => {
                        by().map_or(Interval::ALL, |by| left.times(Interval::new(1 << by, 1 << by)))
                    }
                    Opcode::Ushr if left.low < 0 => by()
                        .filter(|&by| by > 0)
                        .map_or(Interval::ALL, |by| Interval::unsigned(32 - by as u32)),
                    Opcode::Ushr | Opcode::Sshr => {
                        by().map_or(Interval::ALL, |by| Interval::new(left.low >> by, left.high >> by))
                    }
                    _ => Interval::ALL,
                }
            }
            InstructionData::Ternary { opcode: Opcode::Select, args: [_, yes, no] } => of(yes).or(of(no)),
            _ => Interval::ALL,
        }
    }
}

/// Whether a value is what a comparison of scalars makes: 0 or 1.
fn is_comparison(func: &Function, value: Value) -> bool {
    let compares = matches!(
        definition(func, value),
        Some(InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. })
    );
    compares && func.dfg.value_type(value) == types::I8
}

/// The type of integers with this many bits.
pub(super) fn int(bits: u32) -> Type {
    Type::int_with_byte_size(u16::try_from(bits / 8).expect("lanes are narrow"))
        .expect("widths are powers of two")
}
