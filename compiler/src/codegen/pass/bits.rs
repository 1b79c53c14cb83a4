//! Pass `bits`: masks and extensions that change nothing go away.
//!
//! Compilers for WebAssembly keep bytes in numbers of 32 bits, and clear the upper bits again where they do not
//! know that they are clear: behind a loop that carries the byte on, or in another function, which is now
//! inlined. This pass finds out which bits of each number of a function can be set. A mask of a number whose
//! other bits are all clear is that number; so is the sign extension of a low part whose sign is clear, as is what
//! is above it; and a number without a sign is extended by zeros, which costs nothing in an address.
//!
//! **Why it is sound.** For each value there is a set of bits, and all others are 0 whenever the value is computed.
//! The sets follow from the operations: see [`Bits::of_operation`]; what is not known there has all bits. A
//! parameter of a block has the bits of all that branches pass to it, those of the function all bits. The sets of
//! all that the masked numbers are made of start empty, and grow until no operation and no branch asks for more.
//! Then by induction over the steps of any execution no value has a bit that is not in its set: the first one that
//! had would be computed from values that have only theirs. If the sets still grow after [`MOST_ROUNDS`], nothing
//! is changed.
//!
//! A value that goes is replaced by one that is the same number. No access changes, and the sandbox does not
//! rest on it. Time is that of sorting the function's branches and what they pass, and without a mask or an extension
//! nothing is done.

use std::ops::Range;

use cranelift_codegen::entity::{EntitySet, SecondaryMap};
use cranelift_codegen::ir::{Function, Inst, InstBuilder, InstructionData, Opcode, Type, Value, ValueDef};

use crate::codegen::pass::branches::Incoming;
use crate::codegen::pass::values::{become_value, constant, definition};

/// How often all operations of a function are looked at.
const MOST_ROUNDS: u32 = 12;

/// How often a set may grow before it becomes the set of all bits: counters grow bit by bit.
const MOST_GROWTHS: u8 = 3;

/// Removes what does nothing from a function.
pub(crate) fn clear(func: &mut Function) {
    let insts = func.layout.blocks().flat_map(|block| func.layout.block_insts(block));
    let candidates: Vec<Inst> = insts.filter(|&inst| is_candidate(func, inst)).collect();
    if candidates.is_empty() {
        return;
    }
    let operands = candidates.iter().flat_map(|&inst| func.dfg.inst_args(inst)).copied();
    let wholes = candidates.iter().filter_map(|&inst| reduced(func, func.dfg.inst_args(inst)[0]));
    let Some(bits) = Bits::of(func, operands.chain(wholes)) else { return };
    for inst in candidates {
        match func.dfg.insts[inst] {
            InstructionData::Binary { args: [left, right], .. } => {
                let kept = |value: Value, mask: Value| {
                    constant(func, mask)
                        .is_some_and(|mask| bits.get(func, value) & !mask.cast_unsigned() == 0)
                };
                if kept(left, right) {
                    become_value(func, inst, left);
                } else if kept(right, left) {
                    become_value(func, inst, right);
                }
            }
            InstructionData::Unary { arg, .. } => {
                let narrow = func.dfg.value_type(arg);
                let whole = reduced(func, arg).filter(|&whole| is_same_type(func, whole, inst));
                if let Some(whole) = whole
                    && bits.get(func, whole) & !(all_bits(narrow) >> 1) == 0
                {
                    become_value(func, inst, whole);
                } else if bits.get(func, arg) & !(all_bits(narrow) >> 1) == 0 {
                    let ty = func.dfg.value_type(func.dfg.first_result(inst));
                    func.replace(inst).uextend(ty, arg);
                }
            }
            _ => {}
        }
    }
}

/// Whether an instruction is a mask or a sign extension.
fn is_candidate(func: &Function, inst: Inst) -> bool {
    match func.dfg.insts[inst] {
        InstructionData::Binary { opcode: Opcode::Band, args: [left, right] } => {
            constant(func, left).is_some() != constant(func, right).is_some()
        }
        InstructionData::Unary { opcode: Opcode::Sextend, arg } => {
            is_tracked(func.dfg.value_type(arg))
                && is_tracked(func.dfg.value_type(func.dfg.first_result(inst)))
        }
        _ => false,
    }
}

fn is_same_type(func: &Function, value: Value, inst: Inst) -> bool {
    func.dfg.value_type(value) == func.dfg.value_type(func.dfg.first_result(inst))
}

/// What a value is the low part of.
fn reduced(func: &Function, value: Value) -> Option<Value> {
    match definition(func, value)? {
        InstructionData::Unary { opcode: Opcode::Ireduce, arg } => Some(arg),
        _ => None,
    }
}

/// Whether a type is that of integers of at most 64 bits.
fn is_tracked(ty: Type) -> bool {
    ty.is_int() && ty.bits() <= 64
}

/// All bits of a type of integers.
fn all_bits(ty: Type) -> u64 {
    u64::MAX >> (64 - ty.bits())
}

/// All bits up to the highest of a number.
fn up_to(number: u64) -> u64 {
    u64::MAX.checked_shr(number.leading_zeros()).unwrap_or(0)
}

/// The bits of values that can be set; only those of tracked types count.
struct Bits(SecondaryMap<Value, u64>);

impl Bits {
    /// Those of some values of a function, or `None` if it takes too long.
    fn of(func: &Function, wanted: impl Iterator<Item = Value>) -> Option<Self> {
        let made_of = MadeOf::new(func, wanted);
        let mut bits = Self(SecondaryMap::with_default(u64::MAX));
        bits.0.resize(func.dfg.num_values());
        for &(value, _) in &made_of.values {
            bits.0[value] = 0;
        }
        let mut growths: SecondaryMap<Value, u8> = SecondaryMap::new();
        for _ in 0..MOST_ROUNDS {
            let mut grew = false;
            // Operands were found after what they are used in.
            for (value, passed) in made_of.values.iter().rev() {
                let (value, all) = (*value, all_bits(func.dfg.value_type(*value)));
                if bits.0[value] & all == all {
                    continue;
                }
                let more = bits.of_value(func, value, &made_of.passed[passed.clone()]) & !bits.0[value];
                if more == 0 {
                    continue;
                }
                grew = true;
                growths[value] += 1;
                bits.0[value] = if growths[value] > MOST_GROWTHS { u64::MAX } else { bits.0[value] | more };
            }
            if !grew {
                return Some(bits);
            }
        }
        None
    }

    fn get(&self, func: &Function, value: Value) -> u64 {
        let value = func.dfg.resolve_aliases(value);
        let ty = func.dfg.value_type(value);
        if is_tracked(ty) { self.0[value] & all_bits(ty) } else { u64::MAX }
    }

    /// The bits that a value of a tracked type may have, after those of what it is made of. That is what is `passed`
    /// for a parameter.
    fn of_value(&self, func: &Function, value: Value, passed: &[Option<Value>]) -> u64 {
        let ty = func.dfg.value_type(value);
        match func.dfg.value_def(value) {
            ValueDef::Result(inst, _) => self.of_operation(func, inst, ty) & all_bits(ty),
            ValueDef::Param(block, _) if func.layout.entry_block() != Some(block) => passed
                .iter()
                .fold(0, |sum, passed| sum | passed.map_or(u64::MAX, |value| self.get(func, value))),
            ValueDef::Param(..) | ValueDef::Union(..) => u64::MAX,
        }
    }

    /// The bits that a result of this type may have.
    fn of_operation(&self, func: &Function, inst: Inst, ty: Type) -> u64 {
        let of = |value| self.get(func, value);
        match func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => imm.bits().cast_unsigned(),
            InstructionData::Load { opcode: Opcode::Uload8, .. } => 0xff,
            InstructionData::Load { opcode: Opcode::Uload16, .. } => 0xffff,
            InstructionData::Load { opcode: Opcode::Uload32, .. } => 0xffff_ffff,
            // What comparisons make is 0 or 1.
            InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. } if !ty.is_vector() => 1,
            InstructionData::Unary { opcode, arg } => match opcode {
                Opcode::Uextend | Opcode::Ireduce => of(arg),
                Opcode::Sextend => extend_sign(of(arg), func.dfg.value_type(arg)),
                // At most as many as the type has.
                Opcode::Clz | Opcode::Ctz | Opcode::Popcnt => up_to(u64::from(ty.bits())),
                _ => u64::MAX,
            },
            InstructionData::Ternary { opcode: Opcode::Select, args: [_, left, right] } => {
                of(left) | of(right)
            }
            InstructionData::Binary { opcode, args: [left, right] } => {
                let by = constant(func, right).map(i64::cast_unsigned);
                let shift = by.map(|by| (by & u64::from(ty.bits() - 1)) as u32);
                // A set of bits, as a number, is the largest that has no others.
                let sum = |sum: Option<u64>| sum.filter(|&sum| sum <= all_bits(ty)).map_or(u64::MAX, up_to);
                match (opcode, shift) {
                    (Opcode::Band, _) => of(left) & of(right),
                    (Opcode::Bor | Opcode::Bxor, _) => of(left) | of(right),
                    (Opcode::Iadd, _) => sum(of(left).checked_add(of(right))),
                    (Opcode::Imul, _) => sum(of(left).checked_mul(of(right))),
                    (Opcode::Ishl, Some(shift)) => of(left) << shift,
                    (Opcode::Ushr, Some(shift)) => of(left) >> shift,
                    (Opcode::Sshr, Some(shift)) => {
                        (extend_sign(of(left), ty).cast_signed() >> shift).cast_unsigned()
                    }
                    (Opcode::Ushr | Opcode::Udiv, _) => up_to(of(left)),
                    (Opcode::Urem, _) => up_to(of(left)),
                    _ => u64::MAX,
                }
            }
            _ => u64::MAX,
        }
    }
}

/// What values are made of.
#[derive(Default)]
struct MadeOf {
    /// The values of tracked types that others are made of, and these themselves, each once. With parameters, where in
    /// `passed` is what branches pass to them.
    values: Vec<(Value, Range<usize>)>,
    /// Nothing for what is there only after the branch, as a call's result.
    passed: Vec<Option<Value>>,
}

impl MadeOf {
    fn new(func: &Function, wanted: impl Iterator<Item = Value>) -> Self {
        let mut incoming = None;
        let mut seen: EntitySet<Value> = EntitySet::new();
        let mut made_of = Self::default();
        let mut open: Vec<Value> = wanted.collect();
        while let Some(value) = open.pop() {
            let value = func.dfg.resolve_aliases(value);
            if !is_tracked(func.dfg.value_type(value)) || !seen.insert(value) {
                continue;
            }
            let start = made_of.passed.len();
            match func.dfg.value_def(value) {
                ValueDef::Result(inst, _) => match func.dfg.insts[inst] {
                    InstructionData::Unary { .. }
                    | InstructionData::Binary { .. }
                    | InstructionData::Ternary { .. } => open.extend(func.dfg.inst_args(inst)),
                    _ => {}
                },
                ValueDef::Param(..) => {
                    let incoming = incoming.get_or_insert_with(|| Incoming::new(func));
                    let passed = incoming.of(func, value);
                    open.extend(passed.iter().flatten());
                    made_of.passed.extend(passed);
                }
                ValueDef::Union(..) => {}
            }
            made_of.values.push((value, start..made_of.passed.len()));
        }
        made_of
    }
}

/// The bits of a number of this type after its sign is extended.
fn extend_sign(bits: u64, ty: Type) -> u64 {
    let sign = all_bits(ty) ^ (all_bits(ty) >> 1);
    if bits & sign == 0 { bits } else { bits | !all_bits(ty) }
}
