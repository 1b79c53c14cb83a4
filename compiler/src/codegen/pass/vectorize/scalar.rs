//! 64-bit arithmetic and conditions before a loop: computed now if the operands are known, else by code.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value, types};

use super::affine::Affine;

/// An unsigned 64-bit number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Num {
    Const(u64),
    /// An `i64`.
    Value(Value),
}

/// Writes code before a loop.
pub(super) struct Scalars<'c, 'f> {
    pub(super) cursor: FuncCursor<'f>,
    /// What the loop's parameters are when it is entered.
    pub(super) entry: &'c BTreeMap<Value, Value>,
    /// What [`Scalars::require`] could not decide, as `i8`s.
    conditions: Vec<Value>,
}

impl<'c, 'f> Scalars<'c, 'f> {
    pub(super) fn new(cursor: FuncCursor<'f>, entry: &'c BTreeMap<Value, Value>) -> Self {
        Self { cursor, entry, conditions: Vec::new() }
    }

    /// Whether everything that was required holds; `None` if that is known.
    fn all_conditions(&mut self) -> Option<Value> {
        let conditions = std::mem::take(&mut self.conditions);
        conditions.into_iter().reduce(|left, right| self.cursor.ins().band(left, right))
    }

    /// Goes on in `next` if everything that was required holds, which is forgotten then, and in `otherwise`
    /// with these arguments if not.
    pub(super) fn go_on(&mut self, next: Block, otherwise: Block, arguments: &[BlockArg]) {
        let condition = self.all_conditions();
        let ins = self.cursor.ins();
        match condition {
            Some(condition) => ins.brif(condition, next, &[], otherwise, arguments),
            None => ins.jump(next, &[]),
        };
        self.cursor.goto_bottom(next);
    }

    /// The number as an `i64`.
    pub(super) fn value(&mut self, num: Num) -> Value {
        match num {
            Num::Const(bits) => self.cursor.ins().iconst(types::I64, bits.cast_signed()),
            Num::Value(value) => value,
        }
    }

    /// What an affine number is in the first iteration, as an `i32`.
    pub(super) fn affine_i32(&mut self, affine: &Affine) -> Value {
        let mut sum = None;
        for &(value, factor) in &affine.terms {
            let value = self.entry.get(&value).copied().unwrap_or(value);
            let value = match factor {
                1 => value,
                _ => {
                    let factor = self.cursor.ins().iconst(types::I32, i64::from(factor));
                    self.cursor.ins().imul(value, factor)
                }
            };
            sum = Some(sum.map_or(value, |sum| self.cursor.ins().iadd(sum, value)));
        }
        let constant = i64::from(affine.constant);
        match sum {
            Some(sum) if constant == 0 => sum,
            Some(sum) => {
                let constant = self.cursor.ins().iconst(types::I32, constant);
                self.cursor.ins().iadd(sum, constant)
            }
            None => self.cursor.ins().iconst(types::I32, constant),
        }
    }

    /// What an affine number is in the first iteration, zero-extended.
    pub(super) fn affine(&mut self, affine: &Affine) -> Num {
        if affine.terms.is_empty() {
            return Num::Const(u64::from(affine.constant));
        }
        let sum = self.affine_i32(affine);
        Num::Value(self.cursor.ins().uextend(types::I64, sum))
    }

    /// Loads 64 bits of the context block.
    pub(super) fn load_context(&mut self, from: u64) -> Num {
        let from = self.cursor.ins().iconst(types::I64, from.cast_signed());
        Num::Value(self.cursor.ins().load(types::I64, MemFlagsData::trusted(), from, 0))
    }

    pub(super) fn add(&mut self, left: Num, right: Num) -> Num {
        match (left, right) {
            (Num::Const(left), Num::Const(right)) => Num::Const(left.wrapping_add(right)),
            (num, Num::Const(0)) | (Num::Const(0), num) => num,
            _ => {
                let (left, right) = (self.value(left), self.value(right));
                Num::Value(self.cursor.ins().iadd(left, right))
            }
        }
    }

    pub(super) fn sub(&mut self, left: Num, right: Num) -> Num {
        match (left, right) {
            (Num::Const(left), Num::Const(right)) => Num::Const(left.wrapping_sub(right)),
            (num, Num::Const(0)) => num,
            _ => {
                let (left, right) = (self.value(left), self.value(right));
                Num::Value(self.cursor.ins().isub(left, right))
            }
        }
    }

    pub(super) fn mul(&mut self, num: Num, factor: u64) -> Num {
        match (num, factor) {
            (Num::Const(num), _) => Num::Const(num.wrapping_mul(factor)),
            (num, 1) => num,
            (Num::Value(value), _) => {
                let factor = self.cursor.ins().iconst(types::I64, factor.cast_signed());
                Num::Value(self.cursor.ins().imul(value, factor))
            }
        }
    }

    pub(super) fn product(&mut self, left: Num, right: Num) -> Num {
        match (left, right) {
            (num, Num::Const(factor)) | (Num::Const(factor), num) => self.mul(num, factor),
            (Num::Value(left), Num::Value(right)) => Num::Value(self.cursor.ins().imul(left, right)),
        }
    }

    pub(super) fn div(&mut self, num: Num, divisor: u64) -> Num {
        match (num, divisor) {
            (Num::Const(num), _) => Num::Const(num / divisor),
            (num, 1) => num,
            (Num::Value(value), _) => {
                let divisor = self.cursor.ins().iconst(types::I64, divisor.cast_signed());
                Num::Value(self.cursor.ins().udiv(value, divisor))
            }
        }
    }

    pub(super) fn rem(&mut self, num: Num, divisor: u64) -> Num {
        match (num, divisor) {
            (Num::Const(num), _) => Num::Const(num % divisor),
            (_, 1) => Num::Const(0),
            (Num::Value(value), _) => {
                let divisor = self.cursor.ins().iconst(types::I64, divisor.cast_signed());
                Num::Value(self.cursor.ins().urem(value, divisor))
            }
        }
    }

    /// The number modulo 2³².
    pub(super) fn low_32(&mut self, num: Num) -> Num {
        match num {
            Num::Const(num) => Num::Const(num & 0xffff_ffff),
            Num::Value(value) => {
                let low = self.cursor.ins().ireduce(types::I32, value);
                Num::Value(self.cursor.ins().uextend(types::I64, low))
            }
        }
    }

    /// Inverts the bits that are set in the mask.
    pub(super) fn flip(&mut self, num: Num, mask: u32) -> Num {
        match (num, mask) {
            (Num::Const(num), _) => Num::Const(num ^ u64::from(mask)),
            (num, 0) => num,
            (Num::Value(value), _) => {
                let mask = self.cursor.ins().iconst(types::I64, i64::from(mask));
                Num::Value(self.cursor.ins().bxor(value, mask))
            }
        }
    }

    /// `yes` if `left < right`, else `no`.
    pub(super) fn if_less(&mut self, left: Num, right: Num, yes: Num, no: Num) -> Num {
        if let (Num::Const(left), Num::Const(right)) = (left, right) {
            return if left < right { yes } else { no };
        }
        let (left, right) = (self.value(left), self.value(right));
        let (yes, no) = (self.value(yes), self.value(no));
        let less = self.cursor.ins().icmp(IntCC::UnsignedLessThan, left, right);
        Num::Value(self.cursor.ins().select(less, yes, no))
    }

    /// Makes a comparison a condition; `None` if it is known not to hold.
    pub(super) fn require(&mut self, condition: IntCC, left: Num, right: Num) -> Option<()> {
        if matches!((condition, left), (IntCC::UnsignedLessThanOrEqual, Num::Const(0))) {
            return Some(());
        }
        match self.compare(condition, left, right) {
            Ok(holds) => holds.then_some(()),
            Err(unknown) => {
                self.conditions.push(unknown);
                Some(())
            }
        }
    }

    /// Makes it a condition that one of two numbers is at most another; `None` if none can be.
    pub(super) fn require_one(&mut self, first: [Num; 2], second: [Num; 2]) -> Option<()> {
        let condition = IntCC::UnsignedLessThanOrEqual;
        let first = self.compare(condition, first[0], first[1]);
        let second = self.compare(condition, second[0], second[1]);
        match (first, second) {
            (Ok(true), _) | (_, Ok(true)) => return Some(()),
            (Ok(false), Ok(false)) => return None,
            (Ok(false), Err(unknown)) | (Err(unknown), Ok(false)) => self.conditions.push(unknown),
            (Err(first), Err(second)) => {
                let either = self.cursor.ins().bor(first, second);
                self.conditions.push(either);
            }
        }
        Some(())
    }

    /// An unsigned comparison or one for equality: its result, or a value that will hold it.
    fn compare(&mut self, condition: IntCC, left: Num, right: Num) -> Result<bool, Value> {
        if let (Num::Const(left), Num::Const(right)) = (left, right) {
            return Ok(match condition {
                IntCC::Equal => left == right,
                IntCC::UnsignedLessThanOrEqual => left <= right,
                IntCC::UnsignedGreaterThan => left > right,
                _ => unreachable!("no other condition is required"),
            });
        }
        let (left, right) = (self.value(left), self.value(right));
        Err(self.cursor.ins().icmp(condition, left, right))
    }
}
