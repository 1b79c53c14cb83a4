//! The operators that access memory, and what they do: a model that shares nothing with the compiler.

use std::collections::BTreeMap;

/// What a read-modify-write operator makes of memory and operand.
type Combine = fn(u128, u128) -> u128;

/// What an operator does with the bytes in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// Gives them, filled up with zeros.
    Load,
    /// Gives them, filled up with the sign to the width of the type.
    LoadSigned,
    /// Gives them in every lane.
    LoadSplat,
    /// Gives lanes of this many bytes, each extended to twice its width; with its sign if true.
    LoadExtend(u64, bool),
    /// Gives a vector in which one lane is replaced.
    LoadLane(u64),
    /// Replaces them.
    Store,
    /// Replaces them by one lane of a vector.
    StoreLane(u64),
    /// Gives them, and replaces them by what this makes of them and of the operand.
    Modify(Combine),
    /// Gives them, and replaces them by the second operand: the first is made to be what they are.
    CompareExchange,
}

/// An operator.
#[derive(Clone, Debug)]
pub(crate) struct Operator {
    /// Its name.
    pub name: String,
    /// The type of its result and operands.
    pub ty: &'static str,
    /// How many bytes it accesses.
    pub width: u64,
    /// What it does.
    pub action: Action,
    /// Whether the address has to be a multiple of the width.
    pub aligned: bool,
}

impl Operator {
    /// What comes after the constant offset in the text.
    pub(crate) fn immediate(&self) -> String {
        match self.action {
            Action::LoadLane(lane) | Action::StoreLane(lane) => lane.to_string(),
            _ => String::new(),
        }
    }

    /// How many operands there are besides the index.
    pub(crate) fn operands(&self) -> usize {
        match self.action {
            Action::Load | Action::LoadSigned | Action::LoadSplat | Action::LoadExtend(..) => 0,
            Action::LoadLane(_) | Action::Store | Action::StoreLane(_) | Action::Modify(_) => 1,
            Action::CompareExchange => 2,
        }
    }

    /// Whether there is a result.
    pub(crate) fn gives(&self) -> bool {
        !matches!(self.action, Action::Store | Action::StoreLane(_))
    }

    /// Whether it changes memory.
    pub(crate) fn writes(&self) -> bool {
        !self.gives() || matches!(self.action, Action::Modify(_) | Action::CompareExchange)
    }
}

/// Every operator. Of atomic read-modify-write operators all widths of those that are made in different
/// ways, and with `all` the others too.
pub(crate) fn operators(all: bool) -> Vec<Operator> {
    let mut operators = Vec::new();
    let mut add = |name: &str, ty, width, action, aligned| {
        operators.push(Operator { name: name.to_owned(), ty, width, action, aligned });
    };
    for ty in ["i32", "i64"] {
        let whole = type_bytes(ty);
        for width in [1, 2, 4, 8] {
            if width == whole {
                add(&format!("{ty}.load"), ty, width, Action::Load, false);
                add(&format!("{ty}.store"), ty, width, Action::Store, false);
            } else if width < whole {
                let bits = 8 * width;
                add(&format!("{ty}.load{bits}_u"), ty, width, Action::Load, false);
                add(&format!("{ty}.load{bits}_s"), ty, width, Action::LoadSigned, false);
                add(&format!("{ty}.store{bits}"), ty, width, Action::Store, false);
            }
        }
    }
    for ty in ["f32", "f64", "v128"] {
        add(&format!("{ty}.load"), ty, type_bytes(ty), Action::Load, false);
        add(&format!("{ty}.store"), ty, type_bytes(ty), Action::Store, false);
    }
    for width in [1, 2, 4, 8] {
        let bits = 8 * width;
        let last = 16 / width - 1;
        add(&format!("v128.load{bits}_splat"), "v128", width, Action::LoadSplat, false);
        add(&format!("v128.load{bits}_lane"), "v128", width, Action::LoadLane(last), false);
        add(&format!("v128.load{bits}_lane"), "v128", width, Action::LoadLane(0), false);
        add(&format!("v128.store{bits}_lane"), "v128", width, Action::StoreLane(last), false);
        add(&format!("v128.store{bits}_lane"), "v128", width, Action::StoreLane(0), false);
        if width >= 4 {
            add(&format!("v128.load{bits}_zero"), "v128", width, Action::Load, false);
        } else {
            let lanes = 8 / width;
            add(&format!("v128.load{bits}x{lanes}_s"), "v128", 8, Action::LoadExtend(width, true), false);
            add(&format!("v128.load{bits}x{lanes}_u"), "v128", 8, Action::LoadExtend(width, false), false);
        }
    }
    add("v128.load32x2_s", "v128", 8, Action::LoadExtend(4, true), false);
    add("v128.load32x2_u", "v128", 8, Action::LoadExtend(4, false), false);
    operators.extend(atomics(all));
    operators
}

fn atomics(all: bool) -> Vec<Operator> {
    let modify: &[(&str, Combine)] = &[
        ("add", u128::wrapping_add),
        ("xor", |memory, operand| memory ^ operand),
        ("sub", u128::wrapping_sub),
        ("and", |memory, operand| memory & operand),
        ("or", |memory, operand| memory | operand),
        ("xchg", |_, operand| operand),
    ];
    let modify = if all { modify } else { &modify[..2] };
    let mut operators = Vec::new();
    for ty in ["i32", "i64"] {
        for width in [1, 2, 4, 8].into_iter().filter(|&width| width <= type_bytes(ty)) {
            let narrow = width < type_bytes(ty);
            let bits = if narrow { (8 * width).to_string() } else { String::new() };
            let suffix = if narrow { "_u" } else { "" };
            let mut add = |name: String, action| {
                operators.push(Operator { name, ty, width, action, aligned: true });
            };
            add(format!("{ty}.atomic.load{bits}{suffix}"), Action::Load);
            add(format!("{ty}.atomic.store{bits}"), Action::Store);
            add(format!("{ty}.atomic.rmw{bits}.cmpxchg{suffix}"), Action::CompareExchange);
            for &(name, function) in modify {
                add(format!("{ty}.atomic.rmw{bits}.{name}{suffix}"), Action::Modify(function));
            }
        }
    }
    operators
}

/// Bytes of a value of this type.
pub(crate) fn type_bytes(ty: &str) -> u64 {
    match ty {
        "i32" | "f32" => 4,
        "i64" | "f64" => 8,
        _ => 16,
    }
}

/// A linear memory that is zero except for what was written.
pub(crate) struct Model {
    /// Its length in bytes.
    pub len: u64,
    /// What was written.
    pub bytes: BTreeMap<u64, u8>,
}

/// What an access comes to: its result if it has one, or the trap.
pub(crate) type Outcome = Result<Option<u128>, &'static str>;

impl Model {
    /// The address, if the bytes from there on are inside the memory.
    pub(crate) fn inside(&self, address: u128, width: u64) -> Option<u64> {
        (address + u128::from(width) <= u128::from(self.len)).then_some(address as u64)
    }

    /// Bytes inside the memory, as a little-endian number.
    pub(crate) fn load(&self, address: u64, width: u64) -> u128 {
        let byte = |index: u64| u128::from(self.bytes.get(&(address + index)).copied().unwrap_or(0));
        (0..width).map(|index| byte(index) << (8 * index)).sum()
    }

    fn store(&mut self, address: u64, width: u64, value: u128) {
        for index in 0..width {
            self.bytes.insert(address + index, (value >> (8 * index)) as u8);
        }
    }

    /// Does what an operator does, with its only or last operand. The address is the exact sum of index and
    /// offset, which may have more than 64 bits.
    pub(crate) fn run(&mut self, operator: &Operator, address: u128, operand: u128) -> Outcome {
        let Operator { ty, width, action, aligned, .. } = *operator;
        if aligned && !address.is_multiple_of(width.into()) {
            return Err("unaligned atomic");
        }
        let Some(address) = self.inside(address, width) else {
            return Err("out of bounds memory access");
        };
        let found = self.load(address, width);
        let result = match action {
            Action::Load => found,
            Action::LoadSigned => sign_extend(found, width) & ones(type_bytes(ty)),
            Action::LoadSplat => (0..16 / width).map(|lane| found << (8 * width * lane)).sum(),
            Action::LoadExtend(lane_bytes, signed) => {
                let lanes = 8 / lane_bytes;
                let extended = (0..lanes).map(|lane| {
                    let narrow = found >> (8 * lane_bytes * lane) & ones(lane_bytes);
                    let wide = if signed { sign_extend(narrow, lane_bytes) } else { narrow };
                    (wide & ones(2 * lane_bytes)) << (16 * lane_bytes * lane)
                });
                extended.sum()
            }
            Action::LoadLane(lane) => {
                let shift = 8 * width * lane;
                operand & !(ones(width) << shift) | found << shift
            }
            Action::Store | Action::CompareExchange => {
                self.store(address, width, operand);
                found
            }
            Action::StoreLane(lane) => {
                self.store(address, width, operand >> (8 * width * lane));
                found
            }
            Action::Modify(function) => {
                self.store(address, width, function(found, operand));
                found
            }
        };
        Ok(operator.gives().then_some(result))
    }
}

/// A number of this many bytes whose bits are all set.
pub(crate) fn ones(bytes: u64) -> u128 {
    u128::MAX >> (128 - 8 * bytes)
}

fn sign_extend(value: u128, width: u64) -> u128 {
    let unused = 128 - 8 * width;
    ((value << unused).cast_signed() >> unused).cast_unsigned()
}
