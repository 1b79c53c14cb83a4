//! What a loop is there for: its stores, and the parameters that collect something.
//!
//! Everything else follows from them. The number of copies in the block is found from how far a store
//! moves with each iteration, or from how many contributions a sum gets in one.

use std::collections::BTreeSet;

use cranelift_codegen::ir::condcodes::{CondCode, FloatCC, IntCC};
use cranelift_codegen::ir::{Function, InstructionData, Opcode, Type, Value};

use super::access::{Access, Extension};
use super::affine::Affines;
use super::halves::has_wide;
use super::interval::int;
use super::lanes::{Carried, Lanes, NodeId, NodeOp, Packer, Reduction, StoreRoot, distance};
use super::shape::SelfLoop;
use super::spacing::MAX_APART;
use crate::codegen::pass::values::{constant, definition};

/// More copies than this are not looked for.
const MAX_COPIES: u32 = 32;

/// Finds what the loop computes; `None` if something in it is not understood.
pub(super) fn find<'a, 'f>(
    func: &'a Function,
    looped: &'a SelfLoop,
    accesses: &'a [Access],
    affines: &'a mut Affines<'f>,
) -> Option<Lanes> {
    let changes = |&param: &Value| affines.step(param).is_none() && !looped.keeps(param);
    let params: Vec<Value> = looped.params.iter().copied().filter(changes).collect();
    let sums: Vec<(Value, Sum)> =
        params.iter().filter_map(|&param| Some((param, Sum::new(func, looped, param)?))).collect();
    for (copies, bits) in candidates(func, looped, accesses, &sums) {
        let mut packer = Packer::new(func, looped, accesses, affines, [copies, bits]);
        let is_whole =
            packer.sums(&sums).is_some() && packer.stores().is_some() && packer.carried(&params).is_some();
        if is_whole && packer.lanes.pays() {
            let backwards = packer.all_backwards();
            return Some(Lanes { backwards, ..packer.lanes });
        }
    }
    None
}

/// The numbers of copies and of bits that may be right.
fn candidates(
    func: &Function,
    looped: &SelfLoop,
    accesses: &[Access],
    sums: &[(Value, Sum)],
) -> Vec<(u32, u32)> {
    let wide: &[u32] = if has_wide(func, looped) { &[64] } else { &[] };
    if let Some(store) = accesses.iter().find(|access| access.stored.is_some()) {
        // None if each iteration stores over what the one before has stored.
        let all = store.index.step.cast_signed().unsigned_abs() / store.ty.bytes();
        let stored = accesses.iter().filter(|access| access.stored.is_some());
        let widest = stored.map(|access| access.ty.bits()).max().unwrap_or(store.ty.bits());
        // The narrowest lanes that will do are the fastest ones.
        let wider: &[u32] = if store.ty.is_int() { &[8, 16, 32] } else { &[] };
        let widths = wider.iter().chain(wide).copied().filter(|&bits| bits > widest);
        let widths: Vec<u32> = std::iter::once(widest).chain(widths).collect();
        // What is stored side by side may as well be different things that alternate.
        let copies =
            (1..=MAX_APART.min(all)).filter(|together| all % together == 0).map(|together| all / together);
        return copies.flat_map(|copies| widths.iter().map(move |&bits| (copies, bits))).collect();
    }
    let Some((param, sum)) = sums.first() else { return Vec::new() };
    let bits = func.dfg.value_type(*param).bits();
    let leaves = u32::try_from(sum.leaves.len()).expect("blocks are short");
    // The narrowest lanes that will do are the fastest ones.
    let narrow: &[u32] = if sum.op == Opcode::Iadd { &[8, 16, 32] } else { &[] };
    let narrow = narrow.iter().copied().filter(|&narrow| narrow < bits);
    let wide = wide.iter().copied().filter(|&wide| wide > bits);
    let widths: Vec<u32> = narrow.chain([bits]).chain(wide).collect();
    let copies: &[u32] = if leaves == 1 { &[1] } else { &[leaves, 1] };
    copies.iter().flat_map(|&copies| widths.iter().map(move |&bits| (copies, bits))).collect()
}

/// A parameter to which the loop applies one operation again and again.
struct Sum {
    op: Opcode,
    /// The other operands, in order.
    leaves: Vec<Value>,
}

impl Sum {
    fn new(func: &Function, looped: &SelfLoop, param: Value) -> Option<Self> {
        let next = looped.next_of(param)?;
        let op = combination(func, next)?.op;
        let mut dead_ends = BTreeSet::new();
        let leaves = chain(func, looped, op, next, param, &mut dead_ends)?;
        Some(Self { op, leaves })
    }
}

/// The operands that are combined with `param` on the way to `value`.
fn chain(
    func: &Function,
    looped: &SelfLoop,
    op: Opcode,
    value: Value,
    param: Value,
    dead_ends: &mut BTreeSet<Value>,
) -> Option<Vec<Value>> {
    if value == param {
        return Some(Vec::new());
    }
    let inst = func.dfg.value_def(value).inst()?;
    if func.layout.inst_block(inst) != Some(looped.block) || dead_ends.contains(&value) {
        return None;
    }
    if let Some(Combination { op: same, args, commutes }) = combination(func, value)
        && same == op
    {
        let orders = [(args[0], args[1]), (args[1], args[0])];
        for (onward, leaf) in orders.into_iter().take(if commutes { 2 } else { 1 }) {
            if let Some(mut leaves) = chain(func, looped, op, onward, param, dead_ends) {
                leaves.push(leaf);
                return Some(leaves);
            }
        }
    }
    dead_ends.insert(value);
    None
}

/// How two values become one.
struct Combination {
    op: Opcode,
    /// If it matters, what is collected first.
    args: [Value; 2],
    commutes: bool,
}

/// The operation that combines two integers into a value, if neither their order nor grouping matters, or chooses the
/// smaller or the larger one of two floats.
fn combination(func: &Function, value: Value) -> Option<Combination> {
    let inst = func.dfg.value_def(value).inst()?;
    let is_int = func.dfg.value_type(value).is_int();
    match func.dfg.insts[inst] {
        InstructionData::Binary { opcode, args } if is_int => {
            let fits = matches!(opcode, Opcode::Iadd | Opcode::Band | Opcode::Bor | Opcode::Bxor);
            fits.then_some(Combination { op: opcode, args, commutes: true })
        }
        InstructionData::Ternary { opcode: Opcode::Select, args: [condition, yes, no] } if is_int => {
            let op = extremum(func, condition, yes, no)?;
            Some(Combination { op, args: [yes, no], commutes: true })
        }
        InstructionData::Ternary { opcode: Opcode::Select, args: [condition, yes, no] } => {
            let InstructionData::FloatCompare { cond, args: [left, right], .. } = compared(func, condition)?
            else {
                return None;
            };
            float_extremum(cond, [left, right], [yes, no])
        }
        _ => None,
    }
}

/// The comparison that a condition is.
fn compared(func: &Function, condition: Value) -> Option<InstructionData> {
    let mut data = definition(func, condition)?;
    while let InstructionData::Unary { opcode: Opcode::Uextend, arg } = data {
        data = definition(func, arg)?;
    }
    Some(data)
}

/// Which of two integers a selection takes, if it is the smaller or the larger one.
pub(super) fn extremum(func: &Function, condition: Value, yes: Value, no: Value) -> Option<Opcode> {
    let InstructionData::IntCompare { cond, args, .. } = compared(func, condition)? else { return None };
    // There is no instruction for 64 bits.
    if func.dfg.value_type(yes).bits() > 32 {
        return None;
    }
    let are_same = |[left, right]: [Value; 2]| is_same(func, left, yes) && is_same(func, right, no);
    let cond = match args {
        [left, right] if are_same([left, right]) => cond,
        [left, right] if are_same([right, left]) => cond.swap_args(),
        _ => return None,
    };
    chosen_by(cond)
}

/// Which of two integers is taken if this is how it compares to the other one.
pub(super) fn chosen_by(cond: IntCC) -> Option<Opcode> {
    Some(match cond {
        IntCC::SignedLessThan | IntCC::SignedLessThanOrEqual => Opcode::Smin,
        IntCC::UnsignedLessThan | IntCC::UnsignedLessThanOrEqual => Opcode::Umin,
        IntCC::SignedGreaterThan | IntCC::SignedGreaterThanOrEqual => Opcode::Smax,
        IntCC::UnsignedGreaterThan | IntCC::UnsignedGreaterThanOrEqual => Opcode::Umax,
        _ => return None,
    })
}

/// Whether two values are one, or the same constant.
fn is_same(func: &Function, left: Value, right: Value) -> bool {
    let same_type = func.dfg.value_type(left) == func.dfg.value_type(right);
    left == right || same_type && constant(func, left).is_some_and(|bits| constant(func, right) == Some(bits))
}

/// Whether a selection takes a float only if it is less, or greater, than the other one, which stays where they are not
/// ordered. It does not matter which of two equal ones is taken, but for zeros: see [`Reduction`].
fn float_extremum(cond: FloatCC, compared: [Value; 2], [yes, no]: [Value; 2]) -> Option<Combination> {
    let cond = match compared {
        _ if compared == [yes, no] => cond,
        _ if compared == [no, yes] => cond.swap_args(),
        _ => return None,
    };
    let (op, args) = match cond {
        FloatCC::LessThan | FloatCC::LessThanOrEqual => (Opcode::Fmin, [no, yes]),
        FloatCC::GreaterThan | FloatCC::GreaterThanOrEqual => (Opcode::Fmax, [no, yes]),
        // `yes` stays, unless it is the smaller one.
        FloatCC::UnorderedOrGreaterThanOrEqual | FloatCC::UnorderedOrGreaterThan => (Opcode::Fmax, [yes, no]),
        FloatCC::UnorderedOrLessThanOrEqual | FloatCC::UnorderedOrLessThan => (Opcode::Fmin, [yes, no]),
        _ => return None,
    };
    Some(Combination { op, args, commutes: false })
}

impl Packer<'_, '_> {
    /// Packs what the sums collect.
    fn sums(&mut self, sums: &[(Value, Sum)]) -> Option<()> {
        // All are known before the first is looked into: none may depend on another one's progress.
        for (param, sum) in sums {
            self.lanes.reductions.push(Reduction { param: *param, op: sum.op, terms: Vec::new() });
        }
        let copies = self.lanes.copies as usize;
        for (position, (param, sum)) in sums.iter().enumerate() {
            let lane = self.func.dfg.value_type(*param);
            if copies == 0 || sum.leaves.len() % copies != 0 {
                return None;
            }
            let of_a_copy = sum.leaves.len() / copies;
            for first in 0..of_a_copy {
                let pack: Vec<Value> = sum.leaves.iter().skip(first).step_by(of_a_copy).copied().collect();
                let term = self.term(sum.op, &pack, lane)?;
                self.lanes.reductions[position].terms.push(term);
            }
        }
        Some(())
    }

    /// Packs what is stored.
    pub(super) fn stores(&mut self) -> Option<()> {
        let mut left: Vec<usize> =
            (0..self.accesses.len()).filter(|&position| self.accesses[position].stored.is_some()).collect();
        while let Some(&first) = left.first() {
            let packs = self.store_packs(first, &left)?;
            left.retain(|position| packs.iter().all(|pack| !pack.contains(position)));
            let together = u32::try_from(packs.len()).ok()?;
            for (member, pack) in packs.into_iter().enumerate() {
                let node = self.stored(&pack, together)?;
                let together = if member == 0 { together } else { 0 };
                self.lanes.stores.push(StoreRoot { accesses: pack, node, together });
            }
        }
        let copies = self.lanes.copies;
        let anything = !self.lanes.stores.is_empty() || !self.lanes.reductions.is_empty();
        if self.lanes.may_start_again() && !self.lanes.stores.is_empty() {
            return None;
        }
        (anything && (1..=MAX_COPIES).contains(&copies)).then_some(())
    }

    /// The node of what a pack stores.
    fn stored(&mut self, pack: &[usize], together: u32) -> Option<NodeId> {
        let first = &self.accesses[pack[0]];
        let (ty, bits) = (first.ty, self.lanes.bits);
        let stored = pack.iter().map(|&position| self.accesses[position].stored);
        let values: Vec<Value> = stored.collect::<Option<_>>()?;
        let value = self.func.dfg.value_type(values[0]);
        let is_half = bits == 64 && value.bits() == 32;
        let narrows = ty.is_int() && ty.bits() < bits && ty.bits() * 4 >= bits;
        if ty.bits() != bits && !narrows && !is_half || !self.can_store(pack, together) {
            return None;
        }
        match is_half {
            true if together > 1 || first.index.falls() => None,
            true => self.pack(&values, value),
            false => self.pack(&values, if narrows { int(bits) } else { ty }),
        }
    }

    /// The stores of all copies that belong to one of them, by their order in an iteration; a list for each of the
    /// packs that alternate.
    fn store_packs(&self, of: usize, left: &[usize]) -> Option<Vec<Vec<usize>>> {
        let access = &self.accesses[of];
        let bytes = i64::from(access.ty.bytes());
        let at = |wanted: i64| {
            left.iter().copied().find(|&position| distance(access, &self.accesses[position]) == Some(wanted))
        };
        let mut lowest = 0;
        while lowest > -bytes * i64::from(MAX_COPIES) && at(lowest - bytes).is_some() {
            lowest -= bytes;
        }
        let together = self.stored_together(access)?;
        let (copies, members) = (i64::from(self.lanes.copies), i64::from(together));
        let pack = |member: i64| -> Option<Vec<usize>> {
            (0..copies).map(|copy| at(lowest + (copy * members + member) * bytes)).collect()
        };
        let mut packs: Vec<Vec<usize>> = (0..members).map(pack).collect::<Option<_>>()?;
        if access.index.falls() {
            packs.iter_mut().for_each(|pack| pack.reverse());
        }
        Some(packs)
    }

    /// Finds what the remaining parameters carry from one iteration to the next.
    pub(super) fn carried(&mut self, params: &[Value]) -> Option<()> {
        for &param in params {
            if self.lanes.reductions.iter().any(|reduction| reduction.param == param) {
                continue;
            }
            let used = self.lanes.nodes.iter().find_map(|node| match node.op {
                NodeOp::Previous(of, node) if of == param => Some(node),
                _ => None,
            });
            let next = self.looped.next_of(param)?;
            let ty = self.func.dfg.value_type(param);
            let bits = self.lanes.bits;
            let node = match used {
                Some(node) => node,
                None if self.lanes.copies == 1 && (ty.bits() == bits || ty.is_int() && ty.bits() > bits) => {
                    self.pack(&[next], if ty.is_int() { int(bits) } else { ty })?
                }
                None => return None,
            };
            let extension = self.carried_extension(next, ty)?;
            self.lanes.carried.push(Carried { param, node, extension });
        }
        Some(())
    }
    /// How what a loop carries on is made of the last of several lanes of it.
    ///
    /// What one parameter gets from another one was computed some iterations before. The vector loop has done more
    /// than that, so what the parameters are at first is not meant.
    fn carried_extension(&mut self, mut carried: Value, ty: Type) -> Option<Extension> {
        if ty.bits() == self.lanes.bits {
            return Some(Extension::Signed);
        }
        let mut depth = 0;
        while let Some(next) = self.looped.next_of(carried) {
            depth += 1;
            carried = next;
            if (depth + 1) * self.lanes.copies > 128 / self.lanes.bits {
                return None;
            }
        }
        let bounds = self.interval(&[carried]);
        if bounds.fits_unsigned(self.lanes.bits) {
            return Some(Extension::Unsigned);
        }
        bounds.fits_signed(self.lanes.bits).then_some(Extension::Signed)
    }
}
