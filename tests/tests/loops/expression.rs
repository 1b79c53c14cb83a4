//! Random expressions.

use wasiaot_tests::random::Random;

use crate::element::Element;
use crate::shape::pick;

/// What is computed for an element.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Load(Load),
    Const(u64),
    Fixed,
    /// The element's number, for 32-bit integers.
    Counter,
    /// What was loaded for the element before.
    Previous,
    /// The same of the element before that.
    Older,
    Unary(&'static str, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Shift(&'static str, Box<Expr>, u32),
    /// The absolute value of a 32-bit number.
    Absolute(Box<Expr>),
    /// Three quarters of an integer, computed with floats of 32 bits.
    Scaled(&'static str, Box<Expr>),
    /// The product of floats of 32 bits, computed with 64.
    Wide(Box<[Expr; 2]>),
    /// The first if the third is less than the fourth, else the second.
    Select(&'static str, Box<[Expr; 4]>),
    /// The same, with a branch: only one of the two is computed.
    Branch(&'static str, Box<[Expr; 4]>),
    /// What is loaded of the first array that is read, if the first compares to the second, else of the second array.
    LoadEither([Load; 2], &'static str, Box<[Expr; 2]>),
    /// A sum or a difference between bounds, as a number with this many bits, with a sign or without one.
    Saturated(&'static str, u32, bool, Box<[Expr; 2]>),
    /// The lowest bits of a number, with a sign.
    Extended(u32, Box<Expr>),
    /// The first if a set of numbers up to 31 has the third, or the lowest bits of it, else the second.
    Member(u32, Box<[Expr; 3]>),
    /// A 32-bit number as one of 64 bits, with its sign or without.
    Widened(&'static str, Box<Expr>),
    /// The low half of a 64-bit number.
    Narrowed(Box<Expr>),
    /// The conversion of a number of another type.
    Converted(&'static str, Element, Box<Expr>),
    /// The first if the third compares to the fourth, which are numbers of another type, else the second.
    ChosenBy(Element, &'static str, Box<[Expr; 4]>),
}

/// An array's element, some elements on, and some bytes behind that; the bytes in memory, and for integers, whether
/// signed. Narrow floats are converted, from integers to 32 bits, and from 32 bits to 64.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) array: usize,
    pub(crate) ahead: i32,
    pub(crate) behind: u32,
    pub(crate) bytes: u32,
    pub(crate) signed: bool,
}

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
    /// The type of what does not change.
    pub(crate) fixed: &'static str,
    pub(crate) strides: [i32; 4],
    pub(crate) widths: [u32; 4],
    /// Whether elements consist of parts of any width.
    pub(crate) mixed: bool,
    /// The type of what is carried from one element to the next.
    pub(crate) carries: Option<&'static str>,
}

pub(crate) fn expression(random: &mut Random, operands: Operands, depth: u32) -> Expr {
    let element = operands.element;
    let sub = |random: &mut Random| Box::new(expression(random, operands, depth.saturating_sub(1)));
    if depth == 0 || random.below(5) == 0 {
        return leaf(random, operands);
    }
    if element.is_float() {
        return match random.below(9) {
            8 => converted(random, operands, depth),
            0 => Expr::Unary(pick(random, &["neg", "abs"]), sub(random)),
            1 => Expr::Unary("sqrt", Box::new(Expr::Unary("abs", sub(random)))),
            2 => {
                let fixed = operands.fixed == element.ty() && random.below(2) == 0;
                let divisor = if fixed { Expr::Fixed } else { Expr::Const(element.random(random)) };
                Expr::Binary("div", sub(random), Box::new(divisor))
            }
            3 => chosen(random, operands, depth),
            _ => Expr::Binary(pick(random, &["add", "sub", "mul"]), sub(random), sub(random)),
        };
    }
    let is_wide = element.bits() == 64;
    match random.below(13) {
        // There are not many operations in lanes of 64 bits.
        2..=5 | 11 | 12 if is_wide && random.below(4) != 0 => simple(random, operands, depth),
        0 | 1 => {
            // Mostly what can be done in narrow lanes, and some that cannot.
            let ops: &[&str] = if is_wide { &["shl", "shr_u"] } else { &["shl", "shl", "shr_u", "shr_s"] };
            let ops = pick(random, &[ops, ops, &["rotl", "rotr", "shr_s"]]);
            let amount = random.below(element.bits() as usize + 2) as u32;
            Expr::Shift(pick(random, ops), sub(random), amount)
        }
        2 if !is_wide && random.below(2) == 0 => Expr::Absolute(sub(random)),
        2 => chosen(random, operands, depth),
        3 => Expr::Binary("mul", sub(random), sub(random)),
        // What is known to be small may be shifted and compared in narrow lanes.
        4 => Expr::Binary("and", sub(random), Box::new(Expr::Const(pick(random, &[1, 0x7f, 0xff, 0xfff])))),
        5 => {
            let op = pick(random, &["div_s", "div_s", "div_u", "rem_s", "rem_u"]);
            let number = if random.below(2) == 0 { sub(random) } else { Box::new(leaf(random, operands)) };
            Expr::Binary(op, number, Box::new(Expr::Const(divisor(random, element))))
        }
        6 if random.below(2) == 0 => {
            let sum = Box::new(Expr::Binary("add", sub(random), sub(random)));
            let sum = Expr::Binary("add", sum, Box::new(Expr::Const(1)));
            Expr::Shift(pick(random, &["shr_u", "shr_s"]), Box::new(sum), 1)
        }
        10 if !is_wide && random.below(2) == 0 => Expr::Scaled(pick(random, &["s", "u"]), sub(random)),
        11 if random.below(3) == 0 => Expr::Extended(pick(random, &[8, 16]), sub(random)),
        11 if !is_wide && random.below(3) == 0 => {
            let set = pick(random, &[1, 0x8000_0001, 0x0080_0013, 0xff00_00f0, 0x5555_5555]);
            Expr::Member(set, Box::new(std::array::from_fn(|_| *sub(random))))
        }
        11 if !is_wide => saturated(random, operands),
        12 if random.below(2) == 0 => converted(random, operands, depth),
        7 if random.below(2) == 0 => converted(random, operands, depth),
        _ => simple(random, operands, depth),
    }
}

/// What lanes of all widths can do.
fn simple(random: &mut Random, operands: Operands, depth: u32) -> Expr {
    let args = [0, 1].map(|_| Box::new(expression(random, operands, depth.saturating_sub(1))));
    let [left, right] = args;
    Expr::Binary(pick(random, &["add", "sub", "and", "or", "xor"]), left, right)
}

/// A part of an array, mostly of the first one that is read, and maybe one or two operations on it.
pub(crate) fn part(random: &mut Random, operands: Operands) -> Expr {
    let element = operands.element;
    let array = pick(random, &[1, 1, 1, 1, 0, 2]);
    let constant = Box::new(Expr::Const(element.random(random)));
    let Some(load) = load_of(random, operands, array).map(Expr::Load) else { return *constant };
    let mut part = load;
    for _ in 0..pick(random, &[0, 0, 1, 1, 2]) {
        part = changed(random, operands, part);
    }
    part
}

/// One operation on a number.
fn changed(random: &mut Random, operands: Operands, number: Expr) -> Expr {
    let element = operands.element;
    let number = Box::new(number);
    let other = load_of(random, operands, 1).filter(|_| random.below(3) == 0).map(Expr::Load);
    let other = Box::new(other.unwrap_or_else(|| Expr::Const(element.random(random))));
    match random.below(8) {
        0..=2 if element.ty() == "i32" => {
            let op = pick(random, &["div_s", "div_u", "rem_s", "rem_u"]);
            Expr::Binary(op, number, Box::new(Expr::Const(divisor(random, element))))
        }
        3 if !element.is_float() => {
            let op = pick(random, &["shl", "shr_u", "shr_s"]);
            Expr::Shift(op, number, random.below(element.bits() as usize) as u32)
        }
        4 => {
            let [yes, no] = [*number.clone(), Expr::Const(element.random(random))];
            Expr::Select(comparison(random, element), Box::new([yes, no, *number, *other]))
        }
        5 if !element.is_float() => Expr::Binary(pick(random, &["and", "or", "xor"]), number, other),
        _ => Expr::Binary(pick(random, &["add", "sub", "mul"]), number, other),
    }
}

/// A number to divide by, not 0 or −1: powers of two, and what is just above or below them, also where lanes end.
fn divisor(random: &mut Random, element: Element) -> u64 {
    let power = match random.below(2) {
        0 => 2 << random.below(30),
        _ => 1 << (8 * element.bytes()).min(30),
    };
    let near = pick(random, &[power, power, power + 1, (power - 1).max(2)]);
    let any = (random.next() & 0x7fff_ffff) >> random.below(29);
    let other = pick(random, &[any.max(2), 3, 5, 7, 10, 100, 641, 1000, 65537]);
    pick(random, &[near, other])
}

/// A sum or a difference of narrow numbers that ends at the bounds of their widths.
fn saturated(random: &mut Random, operands: Operands) -> Expr {
    let bits = pick(random, &[8, 16]);
    let signed = random.below(2) == 0;
    let load = |random: &mut Random| {
        let array = random.below(3);
        let bytes = operands.widths[array].min(bits / 8);
        Expr::Load(Load { array, ahead: 0, behind: 0, bytes, signed })
    };
    let mut args = Box::new([load(random), load(random)]);
    if random.below(3) == 0 && operands.fixed == operands.element.ty() {
        args[random.below(2)] = Expr::Fixed;
    }
    Expr::Saturated(pick(random, &["add", "sub"]), bits, signed, args)
}

/// What is made of a number of another type.
fn converted(random: &mut Random, operands: Operands, depth: u32) -> Expr {
    let conversions: &[_] = match operands.element {
        Element::F32 => &[("f32.demote_f64", Element::F64)],
        Element::F64 => &[
            ("f64.convert_i32_s", Element::I32),
            ("f64.convert_i32_u", Element::I32),
            ("f64.promote_f32", Element::F32),
        ],
        element if element.ty() == "i32" => &[
            ("", element),
            ("i32.trunc_sat_f64_s", Element::F64),
            ("i32.trunc_sat_f64_s", Element::F64),
            ("i32.trunc_sat_f64_u", Element::F64),
        ],
        _ => &[("", Element::I32)],
    };
    let (conversion, element) = pick(random, conversions);
    if !conversion.is_empty() {
        let operands = Operands { element, ..operands };
        let number = Box::new(expression(random, operands, depth.saturating_sub(1)));
        return Expr::Converted(conversion, element, number);
    }
    if operands.element.bits() == 64 {
        let operands = Operands { element: Element::I32, ..operands };
        let number = Box::new(expression(random, operands, depth.saturating_sub(1)));
        return Expr::Widened(pick(random, &["s", "u"]), number);
    }
    let operands = Operands { element: Element::I64, ..operands };
    Expr::Narrowed(Box::new(expression(random, operands, depth.saturating_sub(1))))
}

/// One of two expressions.
fn chosen(random: &mut Random, operands: Operands, depth: u32) -> Expr {
    if random.below(4) == 0 {
        let element = pick(random, &[Element::I32, Element::F64, Element::F32, Element::I64]);
        return chosen_by(random, operands, element, depth);
    }
    let op = comparison(random, operands.element);
    let args = std::array::from_fn(|_| expression(random, operands, depth.saturating_sub(1)));
    let with = pick(random, &[Expr::Select, Expr::Branch]);
    with(op, Box::new(args))
}

/// One of two expressions, as numbers of this type compare.
fn chosen_by(random: &mut Random, operands: Operands, element: Element, depth: u32) -> Expr {
    let op = comparison(random, element);
    let args = std::array::from_fn(|arg| {
        let operands = if arg < 2 { operands } else { Operands { element, ..operands } };
        expression(random, operands, depth.saturating_sub(1))
    });
    Expr::ChosenBy(element, op, Box::new(args))
}

/// How many elements are such that numbers of this type compare.
pub(crate) fn counted(random: &mut Random, operands: Operands, element: Element) -> Expr {
    let op = comparison(random, element);
    let [left, right] = [0, 1].map(|_| expression(random, Operands { element, ..operands }, 1));
    Expr::ChosenBy(element, op, Box::new([Expr::Const(1), Expr::Const(0), left, right]))
}

/// What is loaded of one of two arrays, as leaves compare; `None` if their elements do not have the same bytes.
fn load_either(random: &mut Random, operands: Operands) -> Option<Expr> {
    let load = load_of(random, operands, 1)?;
    if load.bytes > operands.widths[2].min(operands.strides[2].unsigned_abs()) {
        return None;
    }
    let loads = [1, 2].map(|array| Load { array, ahead: 0, behind: 0, ..load });
    let args = [0, 1].map(|_| leaf(random, operands));
    Some(Expr::LoadEither(loads, comparison(random, operands.element), Box::new(args)))
}

fn leaf(random: &mut Random, operands: Operands) -> Expr {
    let element = operands.element;
    match random.below(11) {
        10 => {
            let either = load_either(random, operands);
            either.unwrap_or_else(|| Expr::Const(element.random(random)))
        }
        1 if operands.fixed == element.ty() => Expr::Fixed,
        2 if element.ty() == "i32" => Expr::Counter,
        3 if operands.carries == Some(element.ty()) => Expr::Previous,
        4 if operands.carries == Some(element.ty()) => Expr::Older,
        0 => Expr::Const(element.random(random)),
        _ => load(random, operands).map_or_else(|| Expr::Const(element.random(random)), Expr::Load),
    }
}

/// A load of a number; `None` if the elements of the array do not have the bytes for it.
pub(crate) fn load(random: &mut Random, operands: Operands) -> Option<Load> {
    let array = pick(random, &[0, 1, 1, 2, 2]);
    load_of(random, operands, array)
}

fn load_of(random: &mut Random, operands: Operands, array: usize) -> Option<Load> {
    let Operands { element, strides, widths, .. } = operands;
    // There are no such loads to lanes of 64 bits.
    let signed = random.below(if element.bits() == 64 { 8 } else { 2 }) == 0;
    let apart = strides[array].unsigned_abs();
    let far = random.below(200 / apart.max(5) as usize) as i32;
    let ahead = pick(random, &[0, 0, 0, 0, 0, 0, 0, 0, 1, 2, -1, -2, far, -far]);
    let (bytes, parts) = if operands.mixed {
        let fitting = element.loadable().iter().copied().filter(|&bytes| bytes <= apart);
        let fitting: Vec<u32> = fitting.collect();
        let &bytes = fitting.get(random.below(fitting.len().max(1)))?;
        (bytes, bytes)
    } else {
        let widest = widths[array].min(element.bits() / 8);
        // Where elements are as wide as they are apart, most of the time.
        let narrow = if element.is_float() { widest } else { pick(random, &[1, 2, 4, 8, 8, 8]).min(widest) };
        (narrow, widths[array])
    };
    // One of those that alternate.
    let behind = random.below((apart / parts).max(1) as usize) as u32 * parts;
    element.loadable().contains(&bytes).then_some(Load { array, ahead, behind, bytes, signed })
}

/// What is mostly narrower than a sum of 32 bits: of narrow numbers, products and distances, or 0 and 1.
pub(crate) fn contribution(random: &mut Random, operands: Operands) -> Expr {
    let load = |random: &mut Random| {
        let array = pick(random, &[1, 2]);
        let bytes = pick(random, &[1, 2]).min(operands.widths[array]);
        let signed = random.below(2) == 0;
        Box::new(Expr::Load(Load { array, ahead: 0, behind: 0, bytes, signed }))
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
