//! What random loops do, element by element.

use crate::arithmetic::{binary, bounds, compare, convert, unary};
use crate::element::Element;
use crate::expression::{Expr, Load};
use crate::model::{Call, Memory, Stop};
use crate::shape::{Addressing, Guard, Loop, Store, Sum};

impl Loop {
    /// What a call returns, and does to the memory.
    pub(crate) fn run(&self, call: &Call, memory: &mut Memory) -> Result<u64, Stop> {
        let mut sum = self.first_sum();
        let mut previous = [call.fixed; 2];
        for iteration in 0..call.iterations {
            let mut values = Vec::new();
            for copy in 0..self.copies {
                let mut at = At { looped: self, call, memory: &mut *memory, iteration, copy, previous };
                let is_done = match &self.guard {
                    Some(guard) if !self.grouped => at.holds(guard)?,
                    _ => true,
                };
                let other = self.guard.as_ref().filter(|guard| !is_done && guard.second.is_none());
                if let Some(other) = other.and_then(|guard| guard.other.as_deref()) {
                    sum = at.otherwise(other, sum)?;
                }
                for store in self.stored.iter().filter(|_| is_done) {
                    let value = at.value(&store.value, store.element)?;
                    if self.grouped {
                        values.push((copy, store, value));
                    } else {
                        at.store(store, value)?;
                    }
                }
                if let Some(collected) = self.sum.as_ref().filter(|_| is_done) {
                    sum = at.collect(collected, sum)?;
                }
                if let Some(load) = &self.carried {
                    previous = [at.load(load, self.element)?, previous[0]];
                }
            }
            for (copy, store, value) in values {
                let mut at = At { looped: self, call, memory: &mut *memory, iteration, copy, previous };
                at.store(store, value)?;
            }
        }
        match self.returns_carried() {
            true if self.element.is_nan(previous[1]) => Err(Stop::Nan),
            true => Ok(previous[1]),
            false => Ok(sum),
        }
    }
}

/// One element of a call.
struct At<'a> {
    looped: &'a Loop,
    call: &'a Call,
    memory: &'a mut Memory,
    iteration: u32,
    copy: u32,
    previous: [u64; 2],
}

impl At<'_> {
    /// Where an array's element is, some elements on from this one, and some bytes behind it.
    fn address(&self, array: usize, ahead: i32, behind: u32) -> u64 {
        let stride = self.looped.strides[array];
        let distance = (self.copy as i32 + ahead) * stride + behind as i32;
        let moved = (self.iteration * self.looped.copies) as i32 * stride;
        let start = self.call.arrays[array];
        let base = start.wrapping_add_signed(moved);
        // Constant offsets are not subject to wrapping.
        match self.looped.offset(distance) {
            Some(offset) => u64::from(base) + u64::from(offset),
            None => {
                let moved = match self.looped.combination(array, distance) {
                    "or" => moved | distance,
                    "xor" => moved ^ distance,
                    _ => moved + distance,
                };
                u64::from(start.wrapping_add_signed(moved)) + u64::from(self.looped.far)
            }
        }
    }

    fn load(&mut self, load: &Load, element: Element) -> Result<u64, Stop> {
        let address = self.address(load.array, load.ahead, load.behind);
        Ok(element.loaded(self.memory.load(address, load.bytes)?, load.bytes, load.signed))
    }

    fn store(&mut self, store: &Store, value: u64) -> Result<(), Stop> {
        let address = self.address(store.array, 0, store.behind);
        self.memory.store(address, store.element.bytes(), value)
    }

    /// What is done if the loop's condition does not hold, given the sum before; that after it.
    fn otherwise(&mut self, other: &Expr, sum: u64) -> Result<u64, Stop> {
        let main = self.looped.element;
        for store in self.looped.stored.iter().filter(|store| store.element.ty() == main.ty()) {
            let value = self.value(other, main)?;
            self.store(store, value)?;
        }
        match &self.looped.sum {
            Some(Sum { op: "add", element, .. }) if element.ty() == main.ty() => {
                Ok(binary(main, "sub", sum, self.value(other, main)?))
            }
            _ => Ok(sum),
        }
    }

    /// The sum with what is collected of an element.
    fn collect(&mut self, collected: &Sum, mut sum: u64) -> Result<u64, Stop> {
        let element = collected.element;
        let [less, more] = if element.is_float() { ["lt", "gt"] } else { ["lt_s", "gt_s"] };
        for value in &collected.values {
            let value = self.value(value, element)?;
            sum = match collected.op {
                "min" if !compare(element, less, value, sum) => sum,
                "max" if !compare(element, more, value, sum) => sum,
                "min" | "max" | "set" => value,
                "sub" => binary(element, "sub", sum, value),
                op => binary(element, op, value, sum),
            };
        }
        Ok(sum)
    }

    fn compares(&mut self, op: &str, args: &[Expr; 2]) -> Result<bool, Stop> {
        let element = self.looped.element;
        let left = self.value(&args[0], element)?;
        Ok(compare(element, op, left, self.value(&args[1], element)?))
    }

    fn holds(&mut self, guard: &Guard) -> Result<bool, Stop> {
        let first = self.compares(guard.first.0, &guard.first.1)?;
        match &guard.second {
            None => Ok(first),
            Some(("if", ..)) if !first => Ok(false),
            Some((both, op, args)) => {
                let second = self.compares(op, args)?;
                Ok(if *both == "or" { first | second } else { first & second })
            }
        }
    }

    fn value(&mut self, expr: &Expr, element: Element) -> Result<u64, Stop> {
        let bits = self.compute(expr, element)?;
        if element.is_nan(bits) { Err(Stop::Nan) } else { Ok(bits) }
    }

    fn compute(&mut self, expr: &Expr, element: Element) -> Result<u64, Stop> {
        Ok(match expr {
            Expr::Load(load) => self.load(load, element)?,
            Expr::Scaled(sign, arg) => {
                let number = self.value(arg, element)? as u32;
                u64::from(match *sign {
                    "s" => ((number.cast_signed() as f32 * 0.75) as i32).cast_unsigned(),
                    _ => (number as f32 * 0.75) as u32,
                })
            }
            Expr::Wide(args) => {
                let mut product = 1.0;
                for arg in args.iter() {
                    product *= f64::from(f32::from_bits(self.value(arg, element)? as u32));
                }
                u64::from((product as f32).to_bits())
            }
            Expr::Const(bits) => *bits,
            Expr::Fixed => self.call.fixed,
            Expr::Counter => {
                let number = self.iteration * self.looped.copies + self.copy;
                let total = self.call.iterations * self.looped.copies;
                u64::from(match self.looped.addressing {
                    Addressing::ToZero => {
                        number.wrapping_sub(total).wrapping_mul(self.looped.element.bytes())
                    }
                    _ => number,
                })
            }
            Expr::Previous => self.previous[0],
            Expr::Older => self.previous[1],
            Expr::Unary(op, arg) => unary(element, op, self.value(arg, element)?),
            Expr::Binary(op, left, right) => {
                let left = self.value(left, element)?;
                binary(element, op, left, self.value(right, element)?)
            }
            Expr::Absolute(arg) => {
                u64::from((self.value(arg, element)? as u32).cast_signed().wrapping_abs().cast_unsigned())
            }
            Expr::Shift(op, arg, amount) => {
                binary(element, op, self.value(arg, element)?, u64::from(*amount))
            }
            Expr::Select(op, args) => {
                let mut values = [0; 4];
                for (value, arg) in values.iter_mut().zip(args.iter()) {
                    *value = self.value(arg, element)?;
                }
                let [yes, no, left, right] = values;
                if compare(element, op, left, right) { yes } else { no }
            }
            Expr::Branch(op, args) => {
                let left = self.value(&args[2], element)?;
                let right = self.value(&args[3], element)?;
                self.value(&args[usize::from(!compare(element, op, left, right))], element)?
            }
            Expr::Extended(bits, arg) => {
                let unused = 64 - bits;
                ((self.value(arg, element)? << unused).cast_signed() >> unused).cast_unsigned()
                    & element.mask()
            }
            Expr::Member(set, args) => {
                let mut values = [0; 3];
                for (value, arg) in values.iter_mut().zip(args.iter()) {
                    *value = self.value(arg, element)?;
                }
                values[usize::from(set >> (values[2] % 32) & 1 == 0)]
            }
            Expr::Widened(sign, arg) => {
                let number = self.value(arg, Element::I32)? as u32;
                match *sign {
                    "s" => i64::from(number.cast_signed()).cast_unsigned(),
                    _ => u64::from(number),
                }
            }
            Expr::Narrowed(arg) => self.value(arg, Element::I64)? & Element::I32.mask(),
            Expr::Converted(conversion, from, arg) => convert(conversion, self.value(arg, *from)?),
            Expr::ChosenBy(compared, op, args) => {
                let [yes, no] = [self.value(&args[0], element)?, self.value(&args[1], element)?];
                let left = self.value(&args[2], *compared)?;
                if compare(*compared, op, left, self.value(&args[3], *compared)?) { yes } else { no }
            }
            Expr::LoadEither(loads, op, args) => {
                let left = self.value(&args[0], element)?;
                let is_first = compare(element, op, left, self.value(&args[1], element)?);
                self.load(&loads[usize::from(!is_first)], element)?
            }
            Expr::Saturated(op, bits, signed, args) => {
                let left = self.value(&args[0], element)?;
                let number = binary(element, op, left, self.value(&args[1], element)?);
                let [low, high] = bounds(*bits, *signed);
                u64::from((number as i32).max(low).min(high).cast_unsigned())
            }
        })
    }
}
