//! Pass `bytes`: numbers that are put together from bytes are loaded, or turned around, at once.
//!
//! WebAssembly has no instruction that reverses the bytes of a number, so that compilers make one of shifts, masks
//! and unions, in an order of their own; and what is read in another byte order than the machine's is often read
//! byte by byte. File formats, network protocols, hashes and databases are full of both. This pass does not look
//! for forms: it follows each byte to where it comes from, and looks at the order in which they are.
//!
//! **Why it is sound.** [`Bytes`] says of each byte of a number that it is 0, or a certain byte of another
//! number. It says so by induction over the operations: shifts and rotations by whole bytes move bytes, masks
//! of whole bytes keep or clear them, and in a union, a sum or an exclusive or of two numbers, one of which has a 0 in
//! each place, each byte is the other one's (a sum has no carries then). What a load of few bits extends by zeros is
//! 0. What replaces the number is described in the same way and compared, byte by byte, before anything is changed.
//!
//! Loads are joined if the bytes of all of them are the bytes from one address on, each of them part of the number,
//! and if nothing else uses what they load. The new load is in the place of the last one, and reads what they read
//! together, not a byte more. Between the first and the last nothing is written and nothing else can trap, so that
//! it traps where one of them would: the address that the report names is the first one that is not in memory. What
//! they checked by code before is checked by then as well.
//!
//! Time is linear in the size of the function, but for the operations of a number, the sums in an address, and the
//! distance of joined loads, which have limits.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{
    Block, Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode, Type, Value, types,
};

use crate::codegen::pass::values::{self, become_value, constant, definition};

/// How far apart the loads of a number may be, in instructions.
const MOST_BETWEEN: usize = 64;

/// How many operations a number is put together by.
const MOST_PARTS: usize = 128;

/// Constants in an address that are looked through.
const DEEPEST: usize = 8;

/// The bytes of the largest number.
const MOST_BYTES: usize = 8;

/// Joins and reverses the numbers of a function.
pub(crate) fn join(func: &mut Function) {
    let blocks: Vec<Block> = func.layout.blocks().collect();
    let mut uses = None;
    for block in blocks {
        let mut numbers = Numbers::default();
        let insts = func.layout.block_insts(block);
        let moving: Vec<Inst> = insts.filter(|&inst| numbers.see(func, inst)).collect();
        // The last ones first: what they are put together from need not be looked at.
        let mut done: BTreeSet<Value> = BTreeSet::new();
        for inst in moving.into_iter().rev() {
            let number = func.dfg.first_result(inst);
            let Some(bytes) = numbers.0.get(&number).filter(|_| !done.contains(&number)) else { continue };
            if let Some(reversal) = Reversal::of(func, number, bytes) {
                let Some(parts) = numbers.parts(func, number) else { continue };
                done.extend(parts);
                reversal.replace(func, inst);
            } else if let Some(run) = Run::of(func, number, bytes) {
                let Some(parts) = numbers.parts(func, number) else { continue };
                let uses = uses.get_or_insert_with(|| {
                    func.dfg.resolve_all_aliases();
                    values::uses(func)
                });
                if let Some(last) = run.last_load(func, inst, &parts, uses) {
                    run.replace(func, last, inst, &parts);
                    done.extend(parts);
                }
            }
        }
    }
}

/// Where a byte comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Byte {
    /// It is 0.
    Zero,
    /// It is this byte of a number; 0 is the lowest.
    Of(Value, u8),
}

/// The bytes of a number, the lowest one first. Those that its type does not have are 0.
type Bytes = [Byte; MOST_BYTES];

/// A number moved up by bytes, or down if there are fewer than none of them.
fn moved(bytes: &Bytes, up: isize) -> Bytes {
    let from = |at: usize| at.checked_add_signed(-up).and_then(|from| bytes.get(from).copied());
    std::array::from_fn(|at| from(at).unwrap_or(Byte::Zero))
}

/// The lowest bytes of a number.
fn cut(mut bytes: Bytes, size: usize) -> Bytes {
    bytes[size..].fill(Byte::Zero);
    bytes
}

/// The size of a number in bytes, if it is one of 32 or 64 bits.
fn size_of(func: &Function, value: Value) -> Option<usize> {
    match func.dfg.value_type(value) {
        types::I32 => Some(4),
        types::I64 => Some(8),
        _ => None,
    }
}

/// The numbers of a block whose bytes are moved, and what they are.
#[derive(Default)]
struct Numbers(BTreeMap<Value, Bytes>);

impl Numbers {
    /// Takes note of an instruction, and says whether it moves bytes. Those in front of it were seen.
    fn see(&mut self, func: &Function, inst: Inst) -> bool {
        let InstructionData::Binary { opcode, args: [left, right] } = func.dfg.insts[inst] else {
            return false;
        };
        let number = func.dfg.first_result(inst);
        let Some(size) = size_of(func, number) else { return false };
        let bytes = match opcode {
            Opcode::Ishl | Opcode::Ushr | Opcode::Rotl | Opcode::Rotr => {
                self.shifted(func, opcode, left, right)
            }
            Opcode::Band => self.masked(func, left, right).or_else(|| self.masked(func, right, left)),
            Opcode::Bor | Opcode::Bxor | Opcode::Iadd
                if self.is_moved(func, left) || self.is_moved(func, right) =>
            {
                self.of(func, left).zip(self.of(func, right)).and_then(|(left, right)| union(&left, &right))
            }
            _ => None,
        };
        let bytes = bytes.map(|bytes| cut(bytes, size));
        bytes.is_some_and(|bytes| self.0.insert(number, bytes).is_none())
    }

    /// The bytes of a number that is shifted or rotated by whole bytes. Above its type, they mean nothing.
    fn shifted(&self, func: &Function, opcode: Opcode, number: Value, by: Value) -> Option<Bytes> {
        let size = size_of(func, number)?;
        let bits = constant(func, by)?.cast_unsigned() % (8 * size as u64);
        if !bits.is_multiple_of(8) {
            return None;
        }
        let (up, size) = ((bits / 8).cast_signed() as isize, size.cast_signed());
        let bytes = self.of(func, number)?;
        match opcode {
            Opcode::Ishl => Some(moved(&bytes, up)),
            Opcode::Ushr => Some(moved(&bytes, -up)),
            Opcode::Rotl => union(&moved(&bytes, up), &moved(&bytes, up - size)),
            Opcode::Rotr => union(&moved(&bytes, -up), &moved(&bytes, size - up)),
            _ => None,
        }
    }

    /// The bytes of a number under a mask of whole bytes.
    fn masked(&self, func: &Function, number: Value, mask: Value) -> Option<Bytes> {
        let mask = constant(func, mask)?.to_le_bytes();
        let is_whole = mask.iter().all(|&byte| byte == 0 || byte == 0xff);
        let bytes = self.of(func, number).filter(|_| is_whole)?;
        Some(std::array::from_fn(|at| if mask[at] == 0 { Byte::Zero } else { bytes[at] }))
    }

    /// Whether a number has bytes that were moved.
    fn is_moved(&self, func: &Function, value: Value) -> bool {
        let value = func.dfg.resolve_aliases(value);
        self.0.contains_key(&value) || self.0.contains_key(&resized(func, value))
    }

    /// The bytes of an operand, if it is a number of 32 or 64 bits that is no constant, or 0.
    fn of(&self, func: &Function, value: Value) -> Option<Bytes> {
        let value = func.dfg.resolve_aliases(value);
        if let Some(bytes) = self.0.get(&value) {
            return Some(*bytes);
        }
        let size = size_of(func, value)?;
        let whole = resized(func, value);
        if whole != value {
            let own = || own(func, whole);
            return Some(cut(self.0.get(&whole).copied().unwrap_or_else(own), size));
        }
        match constant(func, value) {
            Some(0) => Some([Byte::Zero; MOST_BYTES]),
            Some(_) => None,
            None => Some(own(func, value)),
        }
    }

    /// A number and what is between it and the numbers that its bytes are of, if that is not too much.
    fn parts(&self, func: &Function, number: Value) -> Option<BTreeSet<Value>> {
        let mut parts = BTreeSet::new();
        let mut open = vec![number];
        while let Some(value) = open.pop() {
            let value = func.dfg.resolve_aliases(value);
            let is_between = self.0.contains_key(&value) || resized(func, value) != value;
            if is_between
                && parts.insert(value)
                && let Some(inst) = func.dfg.value_def(value).inst()
            {
                if parts.len() > MOST_PARTS {
                    return None;
                }
                open.extend(func.dfg.inst_args(inst));
            }
        }
        Some(parts)
    }
}

/// What a value is an extension by zeros, or the low part, of, or the value: both move no bytes.
fn resized(func: &Function, value: Value) -> Value {
    match definition(func, value) {
        Some(InstructionData::Unary { opcode: Opcode::Uextend | Opcode::Ireduce, arg })
            if size_of(func, value).is_some() && size_of(func, arg).is_some() =>
        {
            func.dfg.resolve_aliases(arg)
        }
        _ => value,
    }
}

/// The bytes of a number that is not put together: its own ones.
fn own(func: &Function, value: Value) -> Bytes {
    let size = loaded_bytes(func, value).or(size_of(func, value)).unwrap_or(0);
    cut(std::array::from_fn(|at| Byte::Of(value, at as u8)), size)
}

/// How many bytes a value is loaded from, if the others are 0.
fn loaded_bytes(func: &Function, value: Value) -> Option<usize> {
    match definition(func, value)? {
        InstructionData::Load { opcode, .. } => match opcode {
            Opcode::Uload8 => Some(1),
            Opcode::Uload16 => Some(2),
            Opcode::Uload32 => Some(4),
            Opcode::Load => size_of(func, value),
            _ => None,
        },
        _ => None,
    }
}

/// The bytes of the union of two numbers, if one of them is 0 in each place.
fn union(left: &Bytes, right: &Bytes) -> Option<Bytes> {
    let mut bytes = *left;
    for (byte, &other) in bytes.iter_mut().zip(right) {
        match (*byte, other) {
            (_, Byte::Zero) => {}
            (Byte::Zero, other) => *byte = other,
            _ => return None,
        }
    }
    Some(bytes)
}

/// The lowest byte that is not 0, and those up to the highest.
fn span(bytes: &Bytes) -> Option<(usize, &[Byte])> {
    let first = bytes.iter().position(|&byte| byte != Byte::Zero)?;
    let last = bytes.iter().rposition(|&byte| byte != Byte::Zero)?;
    Some((first, &bytes[first..=last]))
}

/// A number whose bytes are those of another one in reverse, moved up or down.
struct Reversal {
    of: Value,
    up: isize,
    size: usize,
}

impl Reversal {
    fn of(func: &Function, number: Value, bytes: &Bytes) -> Option<Self> {
        let size = size_of(func, number)?;
        let (first, span) = span(bytes)?;
        let &[Byte::Of(of, top), Byte::Of(other, next), ..] = span else { return None };
        if of != other || top != next + 1 {
            return None;
        }
        let of_size = size_of(func, of)?;
        let start = of_size.checked_sub(1 + usize::from(top))?;
        let reversal = Self { of, up: first.cast_signed() - start.cast_signed(), size };
        (reversal.bytes(func, of_size) == *bytes).then_some(reversal)
    }

    /// The bytes of what [`Self::replace`] makes.
    fn bytes(&self, func: &Function, of_size: usize) -> Bytes {
        let own = own(func, self.of);
        let reversed = std::array::from_fn(|at| match of_size.checked_sub(1 + at) {
            Some(from) => own[from],
            None => Byte::Zero,
        });
        // A shift is done in the larger type.
        cut(cut(moved(&reversed, self.up), self.size.max(of_size)), self.size)
    }

    fn replace(&self, func: &mut Function, root: Inst) {
        let mut cursor = FuncCursor::new(func).at_inst(root);
        cursor.use_srcloc(root);
        let reversed = cursor.ins().bswap(self.of);
        let reversed = fit_up(&mut cursor, reversed, self.size);
        let shifted = shift(&mut cursor, reversed, self.up);
        let number = fit_down(&mut cursor, shifted, self.size);
        become_value(func, root, number);
    }
}

/// Loads whose bytes are one behind the other in memory, and in a number.
struct Run {
    loads: BTreeSet<Inst>,
    /// The load of the first byte in memory.
    first: Inst,
    len: usize,
    order: Order,
    size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The lowest byte is the first one.
    Little,
    Big,
}

impl Run {
    fn of(func: &Function, number: Value, bytes: &Bytes) -> Option<Self> {
        let size = size_of(func, number)?;
        let (lowest, span) = span(bytes)?;
        let len = span.len();
        if lowest != 0 || !matches!(len, 2 | 4 | 8) {
            return None;
        }
        let places: Vec<(Place, Inst)> =
            span.iter().map(|&byte| Place::of(func, byte)).collect::<Option<_>>()?;
        let (low, high) = (places.first()?, places.last()?);
        let (order, &(start, first)) =
            if low.0.at < high.0.at { (Order::Little, low) } else { (Order::Big, high) };
        let is_next = |(at, &(place, _)): (usize, &(Place, Inst))| {
            let distance = if order == Order::Little { at } else { len - 1 - at };
            place == start.plus(distance as i64)
        };
        if !places.iter().enumerate().all(is_next) {
            return None;
        }
        let loads: BTreeSet<Inst> = places.iter().map(|&(_, load)| load).collect();
        // Each byte that is loaded is one of these.
        let loaded = loads.iter().map(|&load| loaded_bytes(func, func.dfg.first_result(load)));
        let is_all = loaded.sum::<Option<usize>>() == Some(len);
        (is_all && loads.len() > 1).then_some(Self { loads, first, len, order, size })
    }

    /// The last of the loads, whose place one can take for all: nothing else uses what they load, or what is
    /// made of it up to the number, and nothing between them could tell where they are done.
    fn last_load(
        &self,
        func: &Function,
        number: Inst,
        parts: &BTreeSet<Value>,
        uses: &SecondaryMap<Value, u8>,
    ) -> Option<Inst> {
        let flags = |load: Inst| func.dfg.insts[load].memflags().map(|flags| func.dfg.mem_flags[flags]);
        let is_like_first = |&load: &Inst| flags(load) == flags(self.first);
        let inner = parts.iter().copied().filter(|&part| part != func.dfg.first_result(number));
        let loaded = self.loads.iter().map(|&load| func.dfg.first_result(load));
        if !self.loads.iter().all(is_like_first) || !inner.chain(loaded).all(|value| uses[value] == 1) {
            return None;
        }
        let block = func.layout.inst_block(number);
        if self.loads.iter().any(|&load| func.layout.inst_block(load) != block) {
            return None;
        }
        let last = self.loads.iter().copied().max_by(|&one, &other| func.layout.pp_cmp(one, other))?;
        let (mut inst, mut missing, mut between) = (last, self.loads.len() - 1, 0);
        while missing > 0 {
            inst = func.layout.prev_inst(inst)?;
            if self.loads.contains(&inst) {
                missing -= 1;
            } else {
                between += 1;
                if between > MOST_BETWEEN || !is_unobservable(func, inst) {
                    return None;
                }
            }
        }
        Some(last)
    }

    fn replace(&self, func: &mut Function, last: Inst, number: Inst, parts: &BTreeSet<Value>) {
        let InstructionData::Load { arg, flags, offset, .. } = func.dfg.insts[self.first] else { return };
        let flags: MemFlagsData = func.dfg.mem_flags[flags];
        // Loads that may trap would stay, though nothing uses them.
        let inner = parts.iter().filter_map(|&part| func.dfg.value_def(part).inst());
        let unused: BTreeSet<Inst> = inner.chain(self.loads.iter().copied()).collect();
        let mut cursor = FuncCursor::new(func).at_inst(last);
        cursor.use_srcloc(last);
        let ins = cursor.ins();
        let loaded = match (self.len, self.order, self.size) {
            (2, Order::Little, 8) => ins.uload16(types::I64, flags, arg, offset),
            (2, ..) => ins.uload16(types::I32, flags, arg, offset),
            (4, Order::Little, 8) => ins.uload32(flags, arg, offset),
            (4, ..) => ins.load(types::I32, flags, arg, offset),
            _ => ins.load(types::I64, flags, arg, offset),
        };
        let mut cursor = FuncCursor::new(func).at_inst(number);
        cursor.use_srcloc(number);
        let value = match self.order {
            Order::Little => loaded,
            Order::Big => {
                let reversed = cursor.ins().bswap(loaded);
                let shifted = shift(&mut cursor, reversed, if self.len == 2 { -2 } else { 0 });
                fit_up(&mut cursor, shifted, self.size)
            }
        };
        become_value(func, number, value);
        for inst in unused.into_iter().filter(|&inst| inst != number) {
            func.layout.remove_inst(inst);
        }
    }
}

/// Where a byte is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// What the address is a constant more than, and whether it has 32 bits, extended by zeros.
    base: Option<(Value, bool)>,
    /// How much more, modulo 2⁶⁴.
    at: i64,
}

impl Place {
    /// The place of a byte that is loaded, and the load.
    fn of(func: &Function, byte: Byte) -> Option<(Self, Inst)> {
        let Byte::Of(value, index) = byte else { return None };
        let load = func.dfg.value_def(value).inst()?;
        let InstructionData::Load { arg, offset, .. } = func.dfg.insts[load] else { return None };
        loaded_bytes(func, value)?;
        let mut place = Self { base: None, at: i64::from(offset).wrapping_add(i64::from(index)) };
        let mut address = func.dfg.resolve_aliases(arg);
        for _ in 0..DEEPEST {
            match definition(func, address) {
                Some(InstructionData::UnaryImm { opcode: Opcode::Iconst, imm }) => {
                    place.at = place.at.wrapping_add(imm.bits());
                    return Some((place, load));
                }
                Some(InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] }) => {
                    let (term, more) = match (constant(func, left), constant(func, right)) {
                        (_, Some(more)) => (left, more),
                        (Some(more), _) => (right, more),
                        _ => break,
                    };
                    place.at = place.at.wrapping_add(more);
                    address = func.dfg.resolve_aliases(term);
                }
                Some(InstructionData::Unary { opcode: Opcode::Uextend, arg })
                    if func.dfg.value_type(arg) == types::I32 =>
                {
                    place.base = Some((func.dfg.resolve_aliases(arg), true));
                    return Some((place, load));
                }
                _ => break,
            }
        }
        place.base = Some((address, false));
        Some((place, load))
    }

    fn plus(self, bytes: i64) -> Self {
        Self { at: self.at.wrapping_add(bytes), ..self }
    }
}

/// Whether it makes no difference if a load that may trap comes before or after an instruction.
fn is_unobservable(func: &Function, inst: Inst) -> bool {
    let opcode = func.dfg.insts[inst].opcode();
    let traps = match func.dfg.insts[inst].memflags() {
        Some(flags) => func.dfg.mem_flags[flags].trap_code().is_some(),
        None => opcode.can_trap(),
    };
    !traps
        && !opcode.can_store()
        && !opcode.is_call()
        && !opcode.is_branch()
        && !opcode.is_terminator()
        && !opcode.other_side_effects()
}

/// Extends a number by zeros if it has fewer bytes.
fn fit_up(cursor: &mut FuncCursor<'_>, value: Value, size: usize) -> Value {
    if size == 8 && cursor.func.dfg.value_type(value) == types::I32 {
        cursor.ins().uextend(types::I64, value)
    } else {
        value
    }
}

/// The low part of a number if it has more bytes.
fn fit_down(cursor: &mut FuncCursor<'_>, value: Value, size: usize) -> Value {
    if size == 4 && cursor.func.dfg.value_type(value) == types::I64 {
        cursor.ins().ireduce(types::I32, value)
    } else {
        value
    }
}

/// A number moved up by bytes, or down.
fn shift(cursor: &mut FuncCursor<'_>, value: Value, up: isize) -> Value {
    let bits = 8 * up.unsigned_abs() as i64;
    let ty: Type = cursor.func.dfg.value_type(value);
    match up {
        0 => value,
        1.. => {
            let bits = cursor.ins().iconst(ty, bits);
            cursor.ins().ishl(value, bits)
        }
        _ => {
            let bits = cursor.ins().iconst(ty, bits);
            cursor.ins().ushr(value, bits)
        }
    }
}
