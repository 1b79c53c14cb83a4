//! Random expressions.

use wasiaot_tests::random::Random;

use crate::shape::{Element, Expr, pick};

/// The name of a comparison.
pub(crate) fn comparison(random: &mut Random, element: Element) -> &'static str {
    match element.is_float() {
        true => pick(random, &["lt", "gt", "le", "ge", "eq", "ne"]),
        false => pick(random, &["lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u", "eq", "ne"]),
    }
}

/// What expressions are made of.
#[derive(Clone, Copy)]
pub(crate) struct Operands {
    pub(crate) element: Element,
    pub(crate) strides: [i32; 3],
    pub(crate) widths: [u32; 3],
    pub(crate) carries: bool,
}

pub(crate) fn expression(random: &mut Random, operands: Operands, depth: u32) -> Expr {
    let element = operands.element;
    let sub = |random: &mut Random| Box::new(expression(random, operands, depth.saturating_sub(1)));
    if depth == 0 || random.below(5) == 0 {
        return leaf(random, operands);
    }
    if element.is_float() {
        return match random.below(8) {
            0 => Expr::Unary(pick(random, &["neg", "abs"]), sub(random)),
            1 => Expr::Unary("sqrt", Box::new(Expr::Unary("abs", sub(random)))),
            2 => {
                let divisor =
                    if random.below(2) == 0 { Expr::Fixed } else { Expr::Const(element.random(random)) };
                Expr::Binary("div", sub(random), Box::new(divisor))
            }
            3 => chosen(random, operands, depth),
            _ => Expr::Binary(pick(random, &["add", "sub", "mul"]), sub(random), sub(random)),
        };
    }
    match random.below(12) {
        0 | 1 => {
            // Mostly what can be done in narrow lanes.
            let op = pick(random, &["shl", "shl", "shr_u", "shr_s", "rotl", "rotr"]);
            Expr::Shift(op, sub(random), random.below(element.bits() as usize + 2) as u32)
        }
        2 if element.bits() == 32 && random.below(2) == 0 => Expr::Absolute(sub(random)),
        2 => chosen(random, operands, depth),
        11 if random.below(3) == 0 => Expr::Extended(pick(random, &[8, 16]), sub(random)),
        11 if element.bits() == 32 && random.below(3) == 0 => {
            let set = pick(random, &[1, 0x8000_0001, 0x0080_0013, 0xff00_00f0, 0x5555_5555]);
            Expr::Member(set, Box::new(std::array::from_fn(|_| *sub(random))))
        }
        11 if element.bits() == 32 => {
            let bits = pick(random, &[8, 16]);
            let signed = random.below(2) == 0;
            let load = |random: &mut Random| {
                let array = random.below(3);
                let bytes = operands.widths[array].min(bits / 8);
                Expr::Load { array, ahead: 0, behind: 0, bytes, signed }
            };
            let mut args = Box::new([load(random), load(random)]);
            if random.below(3) == 0 {
                args[random.below(2)] = Expr::Fixed;
            }
            Expr::Saturated(pick(random, &["add", "sub"]), bits, signed, args)
        }
        3 => Expr::Binary("mul", sub(random), sub(random)),
        // What is known to be small may be shifted and compared in narrow lanes.
        4 => Expr::Binary("and", sub(random), Box::new(Expr::Const(pick(random, &[1, 0x7f, 0xff, 0xfff])))),
        10 if element.bits() == 32 => Expr::Scaled(pick(random, &["s", "u"]), sub(random)),
        5 => {
            let power = 2 << random.below(8);
            let divisor = pick(random, &[power, 3, 5, 7, 10, 100, 255, 641, 1000, 65537]);
            let op = pick(random, &["div_s", "div_s", "div_u", "rem_s", "rem_u"]);
            Expr::Binary(op, sub(random), Box::new(Expr::Const(divisor)))
        }
        6 if random.below(2) == 0 => {
            let sum = Box::new(Expr::Binary("add", sub(random), sub(random)));
            let sum = Expr::Binary("add", sum, Box::new(Expr::Const(1)));
            Expr::Shift(pick(random, &["shr_u", "shr_s"]), Box::new(sum), 1)
        }
        _ => Expr::Binary(pick(random, &["add", "sub", "and", "or", "xor"]), sub(random), sub(random)),
    }
}

/// One of two expressions.
fn chosen(random: &mut Random, operands: Operands, depth: u32) -> Expr {
    let op = comparison(random, operands.element);
    let args = std::array::from_fn(|_| expression(random, operands, depth.saturating_sub(1)));
    let with = pick(random, &[Expr::Select, Expr::Branch]);
    with(op, Box::new(args))
}

fn leaf(random: &mut Random, Operands { element, strides, widths, carries }: Operands) -> Expr {
    let bits = element.bits();
    match random.below(10) {
        0 => Expr::Const(element.random(random)),
        1 => Expr::Fixed,
        2 if bits == 32 && !element.is_float() => Expr::Counter,
        3 | 4 if carries => Expr::Previous,
        _ => {
            let ahead = pick(random, &[0, 0, 0, 0, 1, 2, -1, -2]);
            let signed = random.below(2) == 0;
            let array = pick(random, &[0, 1, 1, 2, 2]);
            let widest = widths[array].min(bits / 8);
            // One of those that alternate.
            let parts = strides[array].unsigned_abs() / widths[array];
            let behind = random.below(parts as usize) as u32 * widths[array];
            // Where elements are as wide as they are apart, most of the time.
            let bytes =
                if element.is_float() { widest } else { pick(random, &[1, 2, 4, 8, 8, 8]).min(widest) };
            Expr::Load { array, ahead, behind, bytes, signed }
        }
    }
}

/// What is mostly narrower than a sum: of narrow numbers, products and distances, or 0 and 1.
pub(crate) fn contribution(random: &mut Random, operands: Operands) -> Expr {
    let load = |random: &mut Random| {
        let array = pick(random, &[1, 2]);
        let bytes = pick(random, &[1, 2]).min(operands.widths[array]);
        let signed = random.below(2) == 0;
        Box::new(Expr::Load { array, ahead: 0, behind: 0, bytes, signed })
    };
    let (left, right) = (load(random), load(random));
    match random.below(5) {
        0 => *left,
        1 => Expr::Binary("mul", left, right),
        2 => Expr::Absolute(Box::new(Expr::Binary("sub", left, right))),
        3 => Expr::Binary("sub", left, right),
        _ => {
            let [yes, no] = [1, 0].map(Expr::Const);
            Expr::Select(comparison(random, operands.element), Box::new([yes, no, *left, *right]))
        }
    }
}
