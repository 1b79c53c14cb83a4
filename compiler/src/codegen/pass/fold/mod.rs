//! Pass `fold`: constants that are added to an index become part of the access.
//!
//! An access is at `base + zext(index) + offset`, and its instruction holds `base + offset`. Where the
//! index is `x + c`, the addition is an instruction of its own, because it wraps at 2³² and the sum of
//! addresses does not. Where it is known not to wrap, `zext(x + c)` is `zext(x) + c`, and `c` joins
//! the offset. Constants are also found in the parts of a sum: `(p + c) + q` is `(p + q) + c`. Where nothing is known
//! of `x`, but `x + b` was accessed before in the same block, `x + c` is `(x + b) + (c - b)`. Counters of loops
//! that go up to zero are made to start there before (`rebase.rs`): the sums with them do wrap.
//!
//! **Why it is sound.** All of the following is about integers, with `M` = 2³², `0 ≤ x < M`, an access of
//! `n` bytes at `o ≥ 0`, and a memory of `len ≤ max` bytes. The program means the address
//! `w + o` with `w = (x + c) mod M`, and traps if `w + o + n > len`. The folded access is at `x + c + o`, for
//! the number `c` that is nearest to 0 of those that are the same modulo `M`. Allowed are:
//!
//! 1. *It does not wrap*: bounds of `x` show that `0 ≤ x + c < M`. Then `w = x + c`, and nothing changes.
//!    The bounds are what the value is made of (`ranges.rs`), and what earlier accesses tell:
//!    one at `w + o` that comes first on every way to here has not trapped, so `w ≤ max − o − n`. If that
//!    is less than `M + c`, for a negative `c`, then `w` did not wrap, as a wrapped one is at least
//!    `M + c`, and so `x ≥ −c`. Values are never assigned twice, so what was true of one stays true.
//! 2. *If it wraps, both trap*: `c < 0`, `o = 0`, no byte from `M + c` on can ever be in the memory
//!    (`max ≤ M + c`), and none of the `−c` addresses below the memory can be accessed
//!    ([`MemoryPlan::guard_below_bytes`](crate::plan::MemoryPlan)). If `x < −c`, then `w ≥ M + c ≥ max`, so the
//!    program wants a trap; and the folded access begins at one of those addresses, which the hardware
//!    refuses. The runtime reports the address as `w`.
//!
//! The sandbox does not rest on any of these bounds: the displacement of the instruction is held to
//! at least `−guard_below_bytes` and with the width to at most `unchecked_bytes`, so that whatever the
//! index is, the access is stopped by the hardware if it is outside the memory (see `bounds.rs`, case 1).
//! Memories that are checked by code are left alone.
//!
//! It runs before Cranelift's optimizations, which drop what is no longer used. A function without an
//! index of this form is left at once; otherwise the time is linear in its size.

mod ranges;
mod rebase;
mod worthwhile;

use cranelift_codegen::Context;
use cranelift_codegen::FxHashMap;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    Block, Function, Inst, InstBuilder, InstructionData, Opcode, SourceLoc, Value, types,
};

use crate::codegen::pass::fold::ranges::{Range, Ranges};
use crate::codegen::pass::fold::worthwhile::Worthwhile;
use crate::codegen::pass::values::{constant, definition};

/// One more than the largest index.
const MODULUS: i64 = 1 << 32;

/// Additions that are looked through.
const DEEPEST: usize = 6;

/// What matters of a memory whose accesses have no checks.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct FoldPlace {
    /// Address of byte 0.
    pub(crate) base: u64,
    /// The length that it never exceeds.
    pub(crate) max_bytes: u64,
    /// As in [`crate::plan::MemoryPlan`].
    pub(crate) unchecked_bytes: u64,
    /// As in [`crate::plan::MemoryPlan`].
    pub(crate) guard_below_bytes: u64,
}

/// Folds constants into the accesses of a function.
pub(crate) fn fold(context: &mut Context, places: &[FoldPlace]) {
    if places.is_empty() || !has_candidate(&context.func, places) {
        return;
    }
    context.compute_cfg();
    context.compute_domtree();
    let ranges = Ranges::new(&context.func, &context.cfg, &context.domtree);
    rebase::rebase(&mut context.func, &ranges, places);
    let worthwhile = Worthwhile::new(&context.func);
    let mut folding = Folding { places, ranges, facts: Facts::default(), worthwhile };
    let Some(entry) = context.func.layout.entry_block() else { return };
    // Blocks after those that dominate them; what is learned in a block is forgotten after all that it
    // dominates.
    let mut path = vec![Visit::Enter(entry)];
    while let Some(visit) = path.pop() {
        match visit {
            Visit::Enter(block) => {
                path.push(Visit::Leave(folding.facts.learned.len()));
                path.extend(context.domtree.children(block).map(Visit::Enter));
                folding.block(&mut context.func, block);
            }
            Visit::Leave(known) => folding.facts.forget(known),
        }
    }
}

/// A step of the walk over the tree of dominators.
enum Visit {
    Enter(Block),
    /// With how many facts the block was entered.
    Leave(usize),
}

/// Whether any access has an index with a constant in it.
fn has_candidate(func: &Function, places: &[FoldPlace]) -> bool {
    let insts = func.layout.blocks().flat_map(|block| func.layout.block_insts(block));
    insts.into_iter().any(|inst| {
        Access::new(func, inst, places).is_some_and(|access| Terms::of(func, access.index).constant != 0)
    })
}

/// A load or store at `base + zext(index) + offset`.
#[derive(Clone, Copy, Debug)]
struct Access {
    inst: Inst,
    index: Value,
    /// The constant with the base.
    base: Value,
    offset: i64,
    width: i64,
    place: FoldPlace,
}

impl Access {
    /// The access that an instruction is, if it is one to a memory without checks.
    fn new(func: &Function, inst: Inst, places: &[FoldPlace]) -> Option<Self> {
        let (address, flags, offset) = match func.dfg.insts[inst] {
            InstructionData::Load { arg, flags, offset, .. } => (arg, flags, offset),
            InstructionData::Store { args, flags, offset, .. } => (args[1], flags, offset),
            _ => return None,
        };
        func.dfg.mem_flags[flags].trap_code()?;
        let InstructionData::Binary { opcode: Opcode::Iadd, args: [index, base] } =
            definition(func, address)?
        else {
            return None;
        };
        let base_address = constant(func, base)?.cast_unsigned();
        let &place = places.iter().find(|place| place.base == base_address)?;
        let InstructionData::Unary { opcode: Opcode::Uextend, arg: index } = definition(func, index)? else {
            return None;
        };
        let offset = i64::from(i32::from(offset));
        let width = i64::from(width_bytes(func, inst)?);
        (func.dfg.value_type(index) == types::I32 && offset >= 0).then_some(Self {
            inst,
            index: func.dfg.resolve_aliases(index),
            base,
            offset,
            width,
            place,
        })
    }
}

/// How many bytes a load or store accesses.
fn width_bytes(func: &Function, inst: Inst) -> Option<u32> {
    let opcode = func.dfg.insts[inst].opcode();
    Some(match opcode {
        Opcode::Load => func.dfg.value_type(func.dfg.first_result(inst)).bytes(),
        Opcode::Store => func.dfg.value_type(func.dfg.inst_args(inst)[0]).bytes(),
        Opcode::Uload8 | Opcode::Sload8 | Opcode::Istore8 => 1,
        Opcode::Uload16 | Opcode::Sload16 | Opcode::Istore16 => 2,
        Opcode::Uload32 | Opcode::Sload32 | Opcode::Istore32 => 4,
        Opcode::Uload8x8 | Opcode::Sload8x8 => 8,
        Opcode::Uload16x4 | Opcode::Sload16x4 | Opcode::Uload32x2 | Opcode::Sload32x2 => 8,
        _ => return None,
    })
}

/// One value, or the sum of two modulo 2³².
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Rest {
    One(Value),
    Sum(Value, Value),
}

/// An index taken apart: the rest plus a constant, modulo 2³².
#[derive(Clone, Copy, Debug)]
struct Terms {
    rest: Rest,
    /// As a number with a sign.
    constant: i32,
}

impl Terms {
    fn of(func: &Function, index: Value) -> Self {
        let (value, constant) = strip(func, index);
        if let Some(InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] }) =
            definition(func, value)
        {
            let (left, of_left) = strip(func, left);
            let (right, of_right) = strip(func, right);
            if of_left != 0 || of_right != 0 {
                let constant = constant.wrapping_add(of_left).wrapping_add(of_right);
                return Self { rest: Rest::Sum(left, right), constant };
            }
        }
        Self { rest: Rest::One(value), constant }
    }
}

/// Takes constants off that are added to a value.
fn strip(func: &Function, value: Value) -> (Value, i32) {
    let mut value = func.dfg.resolve_aliases(value);
    let mut sum = 0_i32;
    for _ in 0..DEEPEST {
        let Some(InstructionData::Binary { opcode, args: [left, right] }) = definition(func, value) else {
            break;
        };
        // The constants are of 32 bits.
        let (rest, added) = match (opcode, constant(func, left), constant(func, right)) {
            (Opcode::Iadd, None, Some(right)) => (left, right as i32),
            (Opcode::Iadd, Some(left), None) => (right, left as i32),
            (Opcode::Isub, None, Some(right)) => (left, (right as i32).wrapping_neg()),
            _ => break,
        };
        sum = sum.wrapping_add(added);
        value = func.dfg.resolve_aliases(rest);
    }
    (value, sum)
}

/// What accesses have told about values.
#[derive(Default)]
struct Facts {
    known: FxHashMap<Rest, Range>,
    /// What was learned in order, with what was known before.
    learned: Vec<(Rest, Option<Range>)>,
}

impl Facts {
    fn learn(&mut self, rest: Rest, range: Range) {
        let before = self.known.get(&rest).copied();
        let after = before.unwrap_or(Range::ALL).and(range);
        if before != Some(after) {
            self.known.insert(rest, after);
            self.learned.push((rest, before));
        }
    }

    /// Forgets all but the first facts.
    fn forget(&mut self, first: usize) {
        while self.learned.len() > first {
            match self.learned.pop() {
                Some((rest, Some(before))) => self.known.insert(rest, before),
                Some((rest, None)) => self.known.remove(&rest),
                None => None,
            };
        }
    }
}

/// The walk over a function.
struct Folding<'p> {
    places: &'p [FoldPlace],
    ranges: Ranges,
    facts: Facts,
    worthwhile: Worthwhile,
}

impl Folding<'_> {
    fn block(&mut self, func: &mut Function, block: Block) {
        let mut folds = Vec::new();
        // The first index in the block of those that differ by constants, if it stays, and its constant.
        let mut neighbours: FxHashMap<Rest, (Value, i32)> = FxHashMap::default();
        for inst in func.layout.block_insts(block) {
            if let Some(access) = Access::new(func, inst, self.places) {
                let terms = Terms::of(func, access.index);
                if terms.constant != 0 && self.may_fold(func, &access, &terms) {
                    folds.push((access, terms));
                } else if terms.constant != 0 {
                    let &mut (first, constant) =
                        neighbours.entry(terms.rest).or_insert((access.index, terms.constant));
                    let terms =
                        Terms { rest: Rest::One(first), constant: terms.constant.wrapping_sub(constant) };
                    if terms.constant != 0 && self.may_fold(func, &access, &terms) {
                        folds.push((access, terms));
                    }
                }
                self.learn(func, &access, &terms);
            }
        }
        self.worthwhile.select(func, block, &mut folds);
        for (access, terms) in folds {
            rewrite(func, &access, &terms);
        }
    }

    /// The bounds of an unwrapped value.
    fn range(&mut self, func: &Function, rest: Rest) -> Range {
        let made_of = match rest {
            Rest::One(value) => self.ranges.of(func, value),
            Rest::Sum(left, right) => self.ranges.of(func, left).plus(self.ranges.of(func, right)),
        };
        self.facts.known.get(&rest).map_or(made_of, |&known| made_of.and(known))
    }

    fn may_fold(&mut self, func: &Function, access: &Access, terms: &Terms) -> bool {
        let &Access { offset, width, place, .. } = access;
        let constant = i64::from(terms.constant);
        let displacement = offset + constant;
        let (lowest, highest) = (place.guard_below_bytes as i64, place.unchecked_bytes as i64);
        let address = place.base.checked_add_signed(displacement);
        let fits_instruction = address.is_some_and(|address| i32::try_from(address).is_ok());
        if displacement < -lowest || displacement + width > highest || !fits_instruction {
            return false;
        }
        let range = self.range(func, terms.rest);
        let never_wraps = range.low + constant >= 0 && range.high + constant < MODULUS;
        let traps_if_wrapped = constant < 0
            && offset == 0
            && place.max_bytes as i64 <= MODULUS + constant
            && constant >= -lowest;
        never_wraps || traps_if_wrapped
    }

    /// Notes what is true after an access.
    fn learn(&mut self, func: &Function, access: &Access, terms: &Terms) {
        let constant = i64::from(terms.constant);
        let last = access.place.max_bytes as i64 - access.offset - access.width;
        if last < 0 {
            return; // It always traps.
        }
        self.facts.learn(Rest::One(access.index), Range { low: 0, high: last });
        if constant == 0 {
            return self.facts.learn(terms.rest, Range { low: 0, high: last });
        }
        let range = self.range(func, terms.rest);
        let never_wraps = range.low + constant >= 0 && range.high + constant < MODULUS;
        if never_wraps || constant < 0 && last < MODULUS + constant {
            let high = (last - constant).min(MODULUS - 1);
            self.facts.learn(terms.rest, Range { low: (-constant).max(0), high });
        }
    }
}

/// Makes the access one at the rest of its index, and the constant a part of its offset.
fn rewrite(func: &mut Function, access: &Access, terms: &Terms) {
    let mut cursor = FuncCursor::new(func).at_inst(access.inst);
    cursor.set_srcloc(SourceLoc::default());
    let rest = match terms.rest {
        Rest::One(value) => value,
        Rest::Sum(left, right) => cursor.ins().iadd(left, right),
    };
    let rest = cursor.ins().uextend(types::I64, rest);
    let address = cursor.ins().iadd(rest, access.base);
    let folded = i32::try_from(access.offset + i64::from(terms.constant)).expect("it fits the instruction");
    match &mut func.dfg.insts[access.inst] {
        InstructionData::Load { arg, offset, .. } => {
            *arg = address;
            *offset = folded.into();
        }
        InstructionData::Store { args, offset, .. } => {
            args[1] = address;
            *offset = folded.into();
        }
        other => unreachable!("{other:?} is no access"),
    }
}
