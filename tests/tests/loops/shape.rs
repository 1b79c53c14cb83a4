//! Random loops: which ones there are.

use wasiaot_tests::random::Random;

use crate::element::Element;
use crate::expression::{self, Expr, Load, Operands, comparison, contribution, expression, load};

/// What loops are mainly about. Lanes of each width are as likely.
const ELEMENTS: [Element; 13] = [
    Element::I8,
    Element::I8,
    Element::I16,
    Element::I16,
    Element::I32,
    Element::F32,
    Element::I64,
    Element::I64,
    Element::F64,
    Element::F64,
    Element::Low8,
    Element::Low16,
    Element::Low32,
];

/// Under which condition something is done.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) first: (&'static str, Box<[Expr; 2]>),
    /// Both, or one of them, or the second one only if the first one holds.
    pub(crate) second: Option<(&'static str, &'static str, Box<[Expr; 2]>)>,
    /// What is stored instead, and taken from what is collected, if the first is all there is and does not hold.
    pub(crate) other: Option<Box<Expr>>,
}

/// Something that is stored for an element.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) array: usize,
    /// Bytes from where the array's element begins.
    pub(crate) behind: u32,
    pub(crate) element: Element,
    pub(crate) value: Expr,
}

/// What is collected, how, and what becomes part of it for an element, one behind the other.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    pub(crate) op: &'static str,
    pub(crate) element: Element,
    pub(crate) values: Vec<Expr>,
}

/// How elements are addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addressing {
    /// Pointers that grow.
    Pointers,
    /// A common counter of elements, scaled.
    Index,
    /// A common counter of bytes that grows up to 0.
    ToZero,
}

/// How iterations are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    Down,
    NotEqual,
    Less(&'static str),
    Greater(&'static str),
}

/// A loop.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    /// What it is mainly about.
    pub(crate) element: Element,
    /// Elements in an iteration.
    pub(crate) copies: u32,
    pub(crate) addressing: Addressing,
    /// Bytes from one element of each array to the next: of what is written, two that are read, and another one that is
    /// written.
    pub(crate) strides: [i32; 4],
    pub(crate) counting: Counting,
    pub(crate) stored: Vec<Store>,
    pub(crate) sum: Option<Sum>,
    /// Whether all copies compute before the first stores.
    pub(crate) grouped: bool,
    /// How the distance of an element is combined with a common counter, in bytes.
    pub(crate) combine: &'static str,
    /// Whether distances of elements are added to the address, or constant offsets.
    pub(crate) added: bool,
    /// How far everything is behind the addresses, as a constant offset.
    pub(crate) far: u32,
    /// Whether every other copy has its operands in another order, where that does not matter.
    pub(crate) turned: bool,
    /// What is loaded for the next element.
    pub(crate) carried: Option<Load>,
    /// Under which condition an element is stored and collected.
    pub(crate) guard: Option<Guard>,
    /// If the loop is left in the middle: how many of an iteration's elements come before that, in the iteration before.
    pub(crate) early: Option<u32>,
}

pub(crate) fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len())]
}

impl Loop {
    pub(crate) fn random(random: &mut Random) -> Self {
        let element = pick(random, &ELEMENTS);
        let copies = pick(random, &[1, 1, 1, 2, 3, 4, 5]);
        let addressing = pick(
            random,
            &[
                Addressing::Pointers,
                Addressing::Index,
                Addressing::Pointers,
                Addressing::Index,
                Addressing::ToZero,
            ],
        );
        let counting = match addressing {
            Addressing::ToZero => Counting::NotEqual,
            _ => counting(random),
        };
        let layout = match addressing {
            Addressing::ToZero => Layout::beside(element),
            _ => Layout::random(random, element),
        };
        let Layout { strides, widths, mixed, together, second } = layout;
        let fixed = element.ty();
        let operands = Operands { element, fixed, strides, widths, mixed, carries: None };
        let is_carrying = copies == 1 && random.below(5) == 0;
        let carried = match is_carrying {
            true if mixed => load(random, operands),
            true => {
                let bytes = element.bytes().min(widths[1]);
                Some(Load { array: 1, ahead: 0, behind: 0, bytes, signed: random.below(2) == 0 })
            }
            false => None,
        };
        let operands = Operands { carries: carried.map(|_| element.ty()), ..operands };
        let sum = (random.below(3) == 0).then(|| Sum::random(random, operands));
        let mut stored = Vec::new();
        if sum.is_none() || random.below(3) == 0 {
            stored = (0..together).map(|member| Store::member(random, operands, member)).collect();
        }
        if element == Element::F32 && strides[..3] == [4; 3] && random.below(3) == 0 {
            let value = Expr::Wide(Box::new([0, 1].map(|_| expression(random, operands, 3))));
            stored = vec![Store { array: 0, behind: 0, element, value }];
        }
        if let Some(element) = second {
            let depth = pick(random, &[0, 1, 1, 2]);
            let value = expression(random, Operands { element, ..operands }, depth);
            let second = Store { array: 3, behind: 0, element, value };
            stored.insert(random.below(stored.len() + 1), second);
        }
        let guard = (random.below(5) == 0).then(|| Guard::random(random, operands));
        let grouped = random.below(3) == 0;
        let added = random.below(2) == 0;
        let far = pick(random, &[0, 0, 0, 0, 0, 0, 0, 40_000, 40_000, 0xffff_0000]);
        let turned = random.below(3) == 0;
        let early = match random.below(4) {
            0 if grouped => Some(pick(random, &[0, copies])),
            0 => Some(random.below(copies as usize + 1) as u32),
            _ => None,
        };
        Self {
            element,
            copies,
            addressing,
            strides,
            counting,
            stored,
            sum,
            grouped,
            combine: pick(random, &["add", "add", "or", "xor"]),
            added,
            far,
            turned,
            carried,
            guard,
            early,
        }
    }

    /// A loop that does next to nothing, of numbers of two kinds in the same array.
    pub(crate) fn of_two(random: &mut Random) -> Self {
        let element = pick(random, &ELEMENTS);
        let second = pick(random, element.companions());
        let apart: u32 = pick(random, &[1, 2, 4, 4, 4, 4, 8, 8, 8, 12, 16]);
        let mut widths = [element.bytes(), apart, apart, second.bytes()];
        let mut strides = widths.map(u32::cast_signed);
        if random.below(4) == 0 {
            // Backwards, side by side.
            let bytes = pick(random, element.loadable());
            widths[1..3].fill(bytes);
            strides = widths.map(|width| -width.cast_signed());
        }
        let operands = Operands { element, fixed: element.ty(), strides, widths, mixed: true, carries: None };
        let value = |random: &mut Random, element| expression::part(random, Operands { element, ..operands });
        let mut stored = vec![Store { array: 0, behind: 0, element, value: value(random, element) }];
        let mut sum = None;
        match random.below(8) {
            0 => sum = Some(Sum::random(random, operands)),
            1 | 2 if !element.is_float() => {
                stored.clear();
                sum = Some(Sum { op: "add", element, values: vec![value(random, element)] });
            }
            _ => {
                let other = Store { array: 3, behind: 0, element: second, value: value(random, second) };
                stored.insert(random.below(2), other);
            }
        }
        Self {
            element,
            copies: pick(random, &[1, 1, 2, 4]),
            addressing: pick(random, &[Addressing::Pointers, Addressing::Index]),
            strides,
            counting: counting(random),
            stored,
            sum,
            grouped: random.below(2) == 0,
            combine: "add",
            added: random.below(2) == 0,
            far: 0,
            turned: random.below(3) == 0,
            carried: None,
            guard: None,
            early: None,
        }
    }

    /// What is a constant offset of an access whose element is this far from the iteration's first one; `None` if the
    /// distance is added to the address instead.
    pub(crate) fn offset(&self, distance: i32) -> Option<u32> {
        self.far.checked_add_signed(distance).filter(|_| !self.added)
    }

    /// How a distance that is no constant offset becomes part of the address of an array's element.
    pub(crate) fn combination(&self, array: usize, distance: i32) -> &'static str {
        // Otherwise it could be anywhere.
        let is_near = (0..self.strides[array]).contains(&distance);
        if self.addressing == Addressing::Index && is_near { self.combine } else { "add" }
    }

    /// Whether what is carried on is returned, and not what is collected.
    pub(crate) fn returns_carried(&self) -> bool {
        self.sum.is_none() && self.carried.is_some()
    }

    /// The type of what is returned.
    pub(crate) fn collected(&self) -> Element {
        self.sum.as_ref().map_or(self.element, |sum| sum.element)
    }

    /// What the sum is before the loop.
    pub(crate) fn first_sum(&self) -> u64 {
        match self.collected() {
            element if element.is_float() => {
                let is_max = self.sum.as_ref().is_some_and(|sum| sum.op == "max");
                let first = if is_max { -77f64 } else { 77f64 };
                if element == Element::F32 { u64::from((first as f32).to_bits()) } else { first.to_bits() }
            }
            _ => 77,
        }
    }

    /// The element whose values fill the memory.
    pub(crate) fn filled_with(&self) -> Element {
        let stored = self.stored.iter().map(|store| store.element);
        let all: Vec<Element> = stored.chain([self.element, self.collected()]).collect();
        // Halves of doubles could be NaNs, but two floats make a double that is none.
        let is_narrow = |array: &i32| array.unsigned_abs() < 8;
        [Element::F32, Element::F64].into_iter().find(|float| all.contains(float)).map_or(
            Element::I32,
            |float| {
                if self.strides[..3].iter().any(is_narrow) { Element::F32 } else { float }
            },
        )
    }
}

/// How arrays are laid out.
struct Layout {
    strides: [i32; 4],
    /// The most bytes of what is accessed of an element.
    widths: [u32; 4],
    mixed: bool,
    /// How many things are stored for an element of the first array.
    together: u32,
    /// What is stored to the second array, if anything.
    second: Option<Element>,
}

impl Layout {
    /// Elements side by side.
    fn beside(element: Element) -> Self {
        let bytes = element.bytes();
        let strides = [bytes.cast_signed(), bytes.cast_signed(), bytes.cast_signed(), 0];
        Self { strides, widths: [bytes; 4], mixed: false, together: 1, second: None }
    }

    fn random(random: &mut Random, element: Element) -> Self {
        let mut widths = [element.bytes(); 4];
        for width in &mut widths[1..3] {
            if element.is_float() {
                let narrow = if element == Element::F64 { 4 } else { pick(random, &[1, 2]) };
                *width = pick(random, &[element.bytes(), element.bytes(), narrow]);
                continue;
            }
            let widest = pick(random, &[element.bits() / 8, element.bytes(), element.bytes()]);
            *width = pick(random, &[1, 2, widest, element.bytes(), element.bytes()]);
        }
        let second = (random.below(3) == 0).then(|| pick(random, element.companions()));
        widths[3] = second.map_or(0, Element::bytes);
        let mut strides = widths.map(u32::cast_signed);
        let (mut mixed, mut together) = (false, 1u32);
        match random.below(8) {
            // Loads of all widths.
            0..=2 => {
                mixed = true;
                for stride in &mut strides[1..3] {
                    *stride = pick(random, &[1, 2, 3, 4, 4, 6, 8, 8, 8, 12, 16, 24, 40]);
                }
            }
            // Backwards.
            3 | 4 => strides = strides.map(i32::wrapping_neg),
            // With gaps, which are filled for what is stored, and in all directions.
            5 => {
                mixed = random.below(2) == 0;
                together = pick(random, &[1, 2, 3, 4]);
                let directions: &[i32] = pick(random, &[&[1], &[1], &[-1, 1]]);
                let apart: &[i32] = pick(random, &[&[1], &[1, 2, 3, 4], &[2, 3, 4, 5], &[1, 1, 7, 9]]);
                strides[0] *= together.cast_signed();
                for stride in &mut strides[1..] {
                    *stride *= pick(random, apart);
                }
                strides = strides.map(|stride| stride * pick(random, directions));
            }
            // One element for all.
            6 => strides[2] = 0,
            _ => {}
        }
        Self { strides, widths, mixed, together, second }
    }
}

fn counting(random: &mut Random) -> Counting {
    pick(
        random,
        &[
            Counting::Down,
            Counting::NotEqual,
            Counting::Less("lt_u"),
            Counting::Less("lt_s"),
            Counting::Greater("gt_s"),
            Counting::Greater("gt_u"),
        ],
    )
}

impl Store {
    /// One of what is stored side by side to the first array: of the loop's type, or of another one that is as wide.
    fn member(random: &mut Random, operands: Operands, member: u32) -> Self {
        let main = operands.element;
        let element = match main {
            Element::I32 | Element::Low32 if random.below(8) == 0 => Element::F32,
            Element::F32 if random.below(8) == 0 => Element::I32,
            _ => main,
        };
        let depth = pick(random, &[1, 2, 2, 3]);
        let value = expression(random, Operands { element, ..operands }, depth);
        Self { array: 0, behind: member * main.bytes(), element, value }
    }
}

impl Sum {
    fn random(random: &mut Random, operands: Operands) -> Self {
        let element = match operands.element {
            element if element.is_float() && random.below(3) != 0 => element,
            element if element.is_float() => Element::I32,
            element => pick(
                random,
                &[Element::I32, Element::I64, if element.bits() == 64 { Element::I64 } else { Element::I32 }],
            ),
        };
        let narrow = Operands { element: Element::I32, ..operands };
        let count = pick(random, &[1, 1, 2, 3]);
        if element == Element::I32 && operands.element.bits() == 64 && random.below(2) == 0 {
            let value = expression::counted(random, narrow, operands.element);
            return Self { op: pick(random, &["add", "sub"]), element, values: vec![value] };
        }
        if element == Element::I32 && random.below(2) == 0 {
            let values = (0..count).map(|_| contribution(random, narrow)).collect();
            return Self { op: pick(random, &["add", "add", "sub"]), element, values };
        }
        if element == Element::I64 && random.below(3) == 0 {
            let extended = |random: &mut Random| {
                let number = Box::new(contribution(random, narrow));
                Expr::Widened(pick(random, &["s", "u"]), number)
            };
            return Self { op: "add", element, values: (0..count).map(|_| extended(random)).collect() };
        }
        // What is found to be so, if there is a condition.
        if !element.is_float() && random.below(8) == 0 {
            return Self { op: "set", element, values: vec![Expr::Const(pick(random, &[0, 1, 100]))] };
        }
        let ops: &[&str] = match element {
            _ if element.is_float() => &["min", "max"],
            Element::I64 if random.below(4) != 0 => &["add", "add", "xor", "and", "or"],
            _ => &["add", "sub", "xor", "and", "or", "min", "max"],
        };
        let op = pick(random, ops);
        let depth = pick(random, &[1, 2, 3]);
        Self { op, element, values: vec![expression(random, Operands { element, ..operands }, depth)] }
    }
}

impl Guard {
    fn random(random: &mut Random, operands: Operands) -> Self {
        let comparison = |random: &mut Random| {
            let op = comparison(random, operands.element);
            // Mostly what narrow lanes can compare.
            let depth = u32::from(operands.element.bytes() >= 4);
            (op, Box::new([0, 1].map(|_| expression(random, operands, depth))))
        };
        let first = comparison(random);
        let second = (random.below(2) == 0).then(|| {
            let both = pick(random, &["and", "or", "if"]);
            let (op, args) = comparison(random);
            (both, op, args)
        });
        let other = (random.below(2) == 0).then(|| Box::new(expression(random, operands, 1)));
        Self { first, second, other }
    }
}
