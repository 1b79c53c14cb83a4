//! What instructions do to a [`State`], and which values comparisons narrow.
//!
//! Instructions that are not named here make every register that they write unknown, within the bounds of
//! its width: the decoder knows which they are.

use std::ops::Range;

use iced_x86::{
    ConditionCode, Instruction, InstructionInfoFactory, MemorySize, Mnemonic, OpAccess, OpKind, Register,
};

use crate::code_check::regions::{Pointee, Regions};
use crate::code_check::state::{Comparison, RSP, State};
use crate::code_check::value::{Id, Interval, Kind, MAX_32, Origin, Place, Values};

/// Analyses instructions of one function.
pub(crate) struct Machine<'r> {
    pub(crate) values: Values,
    pub(crate) regions: &'r Regions,
    pub(crate) info: InstructionInfoFactory,
    /// The addresses of the function's code.
    pub(crate) code: Range<u64>,
    /// The code.
    pub(crate) bytes: &'r [u8],
}

/// Registers that a function returns as it found them, in both calling conventions in use: `rbx`, `rbp`, and
/// `r12` to `r15`. That they do so is checked where they return.
pub(crate) const PRESERVED: [u8; 6] = [3, 5, 12, 13, 14, 15];

/// The number of the frame pointer.
pub(crate) const RBP: u8 = 5;

/// The number of a general register of any width.
fn number(register: Register) -> Option<u8> {
    let full = register.full_register();
    full.is_gpr64().then(|| full.number() as u8)
}

impl Machine<'_> {
    /// The address of the memory operand.
    pub(crate) fn address(&mut self, state: &State, instruction: &Instruction) -> Id {
        let displacement = instruction.memory_displacement64();
        let base = instruction.memory_base();
        if base == Register::RIP {
            return self.values.constant(displacement);
        }
        let mut sum = self.values.constant(0);
        if let Some(base) = number(base) {
            sum = self.values.sum(sum, state.registers[usize::from(base)]);
        }
        if let Some(index) = number(instruction.memory_index()) {
            let shift = instruction.memory_index_scale().trailing_zeros();
            let index = self.values.shl(state.registers[usize::from(index)], shift);
            sum = self.values.sum(sum, index);
        }
        let sum = self.values.plus(sum, displacement.cast_signed());
        if base.size() == 4 || instruction.memory_index().size() == 4 { self.values.low32(sum) } else { sum }
    }

    /// The value of an operand of 32 or 64 bits; of a narrower one nothing is known but its width.
    fn operand(&mut self, state: &mut State, instruction: &Instruction, index: u32) -> Id {
        match instruction.op_kind(index) {
            OpKind::Register => {
                let register = instruction.op_register(index);
                match number(register) {
                    Some(number) if register.size() == 8 => state.registers[usize::from(number)],
                    Some(number) if register.size() == 4 => {
                        self.values.low32(state.registers[usize::from(number)])
                    }
                    _ => self.unknown(state, instruction, Place::Operand, 8 * register.size() as u32),
                }
            }
            OpKind::Memory => self.load(state, instruction),
            OpKind::Immediate8
            | OpKind::Immediate8to16
            | OpKind::Immediate8to32
            | OpKind::Immediate8to64
            | OpKind::Immediate16
            | OpKind::Immediate32
            | OpKind::Immediate32to64
            | OpKind::Immediate64 => {
                let value = instruction.immediate(index);
                let is_32 =
                    matches!(instruction.op_kind(index), OpKind::Immediate8to32 | OpKind::Immediate32);
                self.values.constant(if is_32 { value & MAX_32 } else { value })
            }
            _ => self.unknown(state, instruction, Place::Operand, 64),
        }
    }

    /// A value of `bits` bits of which nothing else is known.
    fn unknown(&mut self, state: &mut State, instruction: &Instruction, place: Place, bits: u32) -> Id {
        let always = if bits >= 64 { Interval::ALL } else { Interval::up_to((1 << bits) - 1) };
        let fresh = self.values.opaque(Origin::At(instruction.ip(), place), always);
        state.define(&mut self.values, instruction.ip(), fresh);
        fresh
    }

    /// The value that the memory operand holds.
    fn load(&mut self, state: &mut State, instruction: &Instruction) -> Id {
        let address = self.address(state, instruction);
        let bits = 8 * instruction.memory_size().size() as u32;
        if let (Kind::Stack(offset), 64) = (self.values.kind(address), bits)
            && let Some(&held) = state.slots.get(&offset)
        {
            return held;
        }
        if let Some(constant) = self.pool(address, bits) {
            return self.values.constant(constant);
        }
        let ip = instruction.ip();
        let special = match (self.regions.pointee(&self.values, state, address), bits) {
            (Some(Pointee::TableBase(table)), 64) => Some((Kind::TableBase(table, ip), Interval::ALL)),
            (Some(Pointee::TableLen(table, max)), 64) => {
                Some((Kind::TableLen(table, ip), Interval::up_to(max)))
            }
            (Some(Pointee::MemoryLen { memory, min, max }), 64) => {
                Some((Kind::MemoryLen(memory, ip), Interval { low: min, high: max }))
            }
            (Some(Pointee::Entry(0)), 32) => Some((Kind::EntryCode(address), Interval::up_to(MAX_32))),
            (Some(Pointee::Entry(4)), 32) => {
                let entry = self.values.plus(address, -4);
                Some((Kind::EntrySignature(entry), Interval::up_to(MAX_32)))
            }
            _ => None,
        };
        match special {
            Some((kind @ (Kind::TableBase(..) | Kind::TableLen(..) | Kind::MemoryLen(..)), always)) => {
                let fresh = self.values.special(kind, always);
                state.define(&mut self.values, ip, fresh);
                fresh
            }
            Some((kind, always)) => self.values.special(kind, always),
            None => self.unknown(state, instruction, Place::Operand, bits),
        }
    }

    /// The constant at an address of the function's code, which nothing writes.
    fn pool(&self, address: Id, bits: u32) -> Option<u64> {
        let Kind::Constant(address) = self.values.kind(address) else { return None };
        let start = usize::try_from(address.checked_sub(self.code.start)?).ok()?;
        let bytes = self.bytes.get(start..start.checked_add(bits as usize / 8)?)?;
        (bits <= 64).then(|| bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)))
    }

    /// Writes a register of 32 or 64 bits.
    fn set(&mut self, state: &mut State, register: Register, value: Id) {
        let value = if register.size() == 4 { self.values.low32(value) } else { value };
        if let Some(number) = number(register) {
            state.put(Place::Register(number), value);
        }
    }

    /// Applies an instruction that control flow leaves at its end.
    pub(crate) fn apply(&mut self, state: &mut State, instruction: &Instruction) {
        let wide = instruction.op_count() > 0
            && instruction.op_kind(0) == OpKind::Register
            && matches!(instruction.op_register(0).size(), 4 | 8)
            && number(instruction.op_register(0)).is_some();
        let target = instruction.op_register(0);
        let computed = match instruction.mnemonic() {
            Mnemonic::Mov if wide => Some(self.operand(state, instruction, 1)),
            Mnemonic::Movzx if wide => {
                let width = if instruction.op_kind(1) == OpKind::Memory {
                    instruction.memory_size().size()
                } else {
                    instruction.op_register(1).size()
                };
                let bits = 8 * width as u32;
                let below = self.narrow_source(state, instruction);
                let value = self.unknown(state, instruction, Place::Operand, bits);
                if let Some(bounds) = below {
                    state.narrow(&self.values, value, bounds);
                }
                Some(value)
            }
            Mnemonic::Movsxd if instruction.op_kind(1) == OpKind::Memory => {
                self.jump_offset(state, instruction)
            }
            Mnemonic::Lea if wide => Some(self.address(state, instruction)),
            Mnemonic::Add if wide => {
                let (left, right) = self.two(state, instruction);
                Some(self.values.sum(left, right))
            }
            Mnemonic::Sub if wide => {
                let (left, right) = self.two(state, instruction);
                match self.values.kind(right) {
                    Kind::Constant(value) => Some(self.values.plus(left, value.cast_signed().wrapping_neg())),
                    _ => None,
                }
            }
            Mnemonic::Inc if wide => self.offset(state, instruction, 1),
            Mnemonic::Dec if wide => self.offset(state, instruction, -1),
            Mnemonic::Shl if wide => {
                let left = self.operand(state, instruction, 0);
                match instruction.op_kind(1) {
                    OpKind::Immediate8 => {
                        Some(self.values.shl(left, u32::from(instruction.immediate8()) & 63))
                    }
                    _ => None,
                }
            }
            mnemonic if wide && is_conditional_move(mnemonic) => self.decided_move(state, instruction),
            // Of a value with itself, which may be in two registers.
            Mnemonic::Xor
                if wide
                    && instruction.op_kind(1) == OpKind::Register
                    && number(instruction.op_register(1))
                        .map(|other| state.registers[usize::from(other)])
                        == number(target).map(|target| state.registers[usize::from(target)]) =>
            {
                Some(self.values.constant(0))
            }
            _ => None,
        };
        let bounded = if wide { self.bounded(state, instruction) } else { None };
        self.track_comparison(state, instruction);
        if let Some(value) = computed {
            self.set(state, target, value);
        } else {
            self.clobber_written(state, instruction, bounded);
        }
        self.track_stack(state, instruction);
    }

    /// The value after a conditional move of which it is known whether it happens.
    fn decided_move(&mut self, state: &mut State, instruction: &Instruction) -> Option<Id> {
        let (comparison, condition) = (state.comparison, instruction.condition_code());
        let (kept, moved) = self.two(state, instruction);
        let is_impossible = |condition| {
            let mut state = state.clone();
            self.assume(&mut state, comparison, condition);
            state.impossible
        };
        match (is_impossible(condition), is_impossible(negated(condition))) {
            (true, false) => Some(kept),
            (false, true) => Some(moved),
            _ => None,
        }
    }

    /// The offset that a jump's table holds, if the operand is `table + 4 * index` in the function's code.
    fn jump_offset(&mut self, state: &State, instruction: &Instruction) -> Option<Id> {
        let address = self.address(state, instruction);
        let (table, last) = match self.values.kind(address) {
            Kind::Plus(scaled, table) => {
                let Kind::Shl(index, 2) = self.values.kind(scaled) else { return None };
                (u64::try_from(table).ok()?, state.interval(&self.values, index).high)
            }
            // The index is known.
            Kind::Constant(entry) => {
                let Kind::Constant(table) =
                    self.values.kind(state.registers[usize::from(number(instruction.memory_base())?)])
                else {
                    return None;
                };
                let offset = entry.checked_sub(table).filter(|offset| offset.is_multiple_of(4))?;
                (table, offset / 4)
            }
            _ => return None,
        };
        if !self.code.contains(&table) {
            return None;
        }
        let end = last.checked_mul(4)?.checked_add(table + 4)?;
        (end <= self.code.end).then(|| self.values.special(Kind::JumpOffset(table, last), Interval::ALL))
    }

    fn two(&mut self, state: &mut State, instruction: &Instruction) -> (Id, Id) {
        (self.operand(state, instruction, 0), self.operand(state, instruction, 1))
    }

    fn offset(&mut self, state: &mut State, instruction: &Instruction, by: i64) -> Option<Id> {
        let value = self.operand(state, instruction, 0);
        Some(self.values.plus(value, by))
    }

    /// Bounds of a narrow register that is known as a whole.
    fn narrow_source(&mut self, state: &State, instruction: &Instruction) -> Option<Interval> {
        if instruction.op_kind(1) != OpKind::Register {
            return None;
        }
        let register = instruction.op_register(1);
        let id = state.registers[usize::from(number(register)?)];
        let bounds = state.interval(&self.values, id);
        let max = (1u64 << (8 * register.size())) - 1;
        let low_part = !matches!(register, Register::AH | Register::BH | Register::CH | Register::DH);
        (low_part && bounds.high <= max).then_some(bounds)
    }

    /// Bounds of results of operations whose values have no form of their own.
    fn bounded(&mut self, state: &mut State, instruction: &Instruction) -> Option<Interval> {
        let interval = |machine: &mut Self, state: &mut State, index| {
            let id = machine.operand(state, instruction, index);
            state.interval(&machine.values, id)
        };
        match instruction.mnemonic() {
            Mnemonic::And => {
                let (left, right) = (interval(self, state, 0), interval(self, state, 1));
                Some(Interval::up_to(left.high.min(right.high)))
            }
            Mnemonic::Or | Mnemonic::Xor => {
                let high = interval(self, state, 0).high | interval(self, state, 1).high;
                (high < 1 << 62).then(|| Interval::up_to((high + 1).next_power_of_two() - 1))
            }
            Mnemonic::Shr => {
                let left = interval(self, state, 0);
                match instruction.op_kind(1) {
                    OpKind::Immediate8 => {
                        let bits = u32::from(instruction.immediate8()) & 63;
                        Some(Interval { low: left.low >> bits, high: left.high >> bits })
                    }
                    _ => Some(Interval::up_to(left.high)),
                }
            }
            Mnemonic::Imul if instruction.op_count() == 3 => {
                let (left, right) = (interval(self, state, 1), interval(self, state, 2));
                left.high.checked_mul(right.high).map(Interval::up_to)
            }
            Mnemonic::Popcnt | Mnemonic::Lzcnt | Mnemonic::Tzcnt => Some(Interval::up_to(64)),
            mnemonic if is_conditional_move(mnemonic) => {
                let comparison = state.comparison;
                let condition = instruction.condition_code();
                let (kept, moved) =
                    (self.operand(state, instruction, 0), self.operand(state, instruction, 1));
                let mut taken = state.clone();
                let mut passed = state.clone();
                self.assume(&mut taken, comparison, condition);
                self.assume(&mut passed, comparison, negated(condition));
                let (moved, kept) =
                    (taken.interval(&self.values, moved), passed.interval(&self.values, kept));
                Some(match (taken.impossible, passed.impossible) {
                    (true, _) => kept,
                    (_, true) => moved,
                    _ => moved.union(kept),
                })
            }
            _ => None,
        }
    }

    /// Makes all registers that an instruction writes unknown.
    fn clobber_written(&mut self, state: &mut State, instruction: &Instruction, bounded: Option<Interval>) {
        let written: Vec<(Register, OpAccess)> = self
            .info
            .info(instruction)
            .used_registers()
            .iter()
            .map(|used| (used.register(), used.access()))
            .collect();
        for (register, access) in written {
            let writes = matches!(
                access,
                OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite
            );
            let Some(number) = number(register).filter(|&number| writes && usize::from(number) != RSP) else {
                continue;
            };
            let old = state.interval(&self.values, state.registers[usize::from(number)]);
            // A write of 32 bits clears the upper half, a narrower one keeps it. The decoder says that the
            // whole register is written in the first case; the operand tells.
            let of_32 = (0..instruction.op_count()).any(|index| {
                instruction.op_kind(index) == OpKind::Register
                    && instruction.op_register(index).size() == 4
                    && instruction.op_register(index).full_register() == register.full_register()
            });
            let bits = if of_32 || register.size() < 4 && old.high <= MAX_32 { 32 } else { 64 };
            let fresh = self.unknown(state, instruction, Place::Register(number), bits);
            state.put(Place::Register(number), fresh);
            let is_result = register.full_register() == instruction.op_register(0).full_register();
            if let Some(bounds) = bounded.filter(|bounds| is_result && (bits == 64 || bounds.high <= MAX_32))
            {
                state.narrow(&self.values, fresh, bounds);
            }
        }
    }

    fn track_comparison(&mut self, state: &mut State, instruction: &Instruction) {
        let writes_flags = instruction.rflags_modified() != 0;
        match instruction.mnemonic() {
            Mnemonic::Cmp => {
                let comparable = |index: u32| match instruction.op_kind(index) {
                    OpKind::Register => matches!(instruction.op_register(index).size(), 4 | 8),
                    OpKind::Memory => {
                        matches!(
                            instruction.memory_size(),
                            MemorySize::UInt32 | MemorySize::UInt64 | MemorySize::Int32 | MemorySize::Int64
                        )
                    }
                    _ => true,
                };
                if comparable(0) && comparable(1) {
                    let (left, right) = self.two(state, instruction);
                    state.comparison = Some(Comparison { left, right, is_addition: false });
                } else {
                    state.comparison = None;
                }
            }
            Mnemonic::Test
                if instruction.op_kind(0) == OpKind::Register
                    && instruction.op_kind(1) == OpKind::Register
                    && instruction.op_register(0) == instruction.op_register(1) =>
            {
                let register = instruction.op_register(0);
                // A part of a register is as good as the whole if the rest is known to be zero.
                let left = match register.size() {
                    4 | 8 => Some(self.operand(state, instruction, 0)),
                    _ => self
                        .narrow_source(state, instruction)
                        .and_then(|_| number(register))
                        .map(|number| state.registers[usize::from(number)]),
                };
                let right = self.values.constant(0);
                state.comparison = left.map(|left| Comparison { left, right, is_addition: false });
            }
            Mnemonic::Add
                if instruction.op_kind(0) == OpKind::Register && instruction.op_register(0).size() == 8 =>
            {
                let (left, right) = self.two(state, instruction);
                let sum = self.values.sum(left, right);
                state.comparison = Some(Comparison { left: sum, right, is_addition: true });
            }
            _ if writes_flags => state.comparison = None,
            _ => {}
        }
    }

    /// Notes what holds where a condition does.
    pub(crate) fn assume(&self, state: &mut State, comparison: Option<Comparison>, condition: ConditionCode) {
        let Some(Comparison { left, right, is_addition }) = comparison else { return };
        if is_addition && !matches!(condition, ConditionCode::b | ConditionCode::ae) {
            return;
        }
        let values = &self.values;
        let (l, r) = (state.interval(values, left), state.interval(values, right));
        let less = |state: &mut State, smaller: Id, larger: Id, strict: u64| {
            let (s, b) = (state.interval(values, smaller), state.interval(values, larger));
            state.narrow(values, smaller, Interval::up_to(b.high.saturating_sub(strict)));
            state.narrow(values, larger, Interval { low: s.low.saturating_add(strict), high: u64::MAX });
            if let (Kind::TableLen(table, _), 1) = (values.kind(larger), strict) {
                state.below_len.insert((smaller, table));
                state.less.insert((smaller, larger));
            }
            // A memory's length, or what is left of it behind the end of an access.
            let (whole, less_by) = match values.kind(larger) {
                Kind::Plus(whole, constant) if constant < 0 => (whole, constant.unsigned_abs()),
                _ => (larger, 0),
            };
            if let Kind::MemoryLen(memory, _) = values.kind(whole)
                && less_by <= values.always(whole).low
            {
                state.within.insert((smaller, less_by + strict, memory));
            }
        };
        match condition {
            ConditionCode::b => less(state, left, right, 1),
            ConditionCode::ae if state.less.contains(&(left, right)) => state.impossible = true,
            ConditionCode::ae => less(state, right, left, 0),
            ConditionCode::be => less(state, left, right, 0),
            ConditionCode::a => less(state, right, left, 1),
            ConditionCode::e => {
                let Some(both) = l.common(r) else {
                    state.impossible = true;
                    return;
                };
                state.narrow(values, left, both);
                state.narrow(values, right, both);
                for (one, other) in [(left, right), (right, left)] {
                    if let (Kind::EntrySignature(entry), Kind::Constant(_)) =
                        (values.kind(one), values.kind(other))
                    {
                        state.signed.insert(entry);
                    }
                }
            }
            ConditionCode::ne => {
                if let Kind::Constant(value) = values.kind(right) {
                    if l == Interval::only(value) {
                        state.impossible = true;
                        return;
                    }
                    let low = if l.low == value { l.low.saturating_add(1) } else { l.low };
                    let high = if l.high == value { l.high.saturating_sub(1) } else { l.high };
                    state.narrow(values, left, Interval { low, high });
                }
            }
            _ => {}
        }
    }

    /// Pushes, pops, and stores to the frame.
    fn track_stack(&mut self, state: &mut State, instruction: &Instruction) {
        match instruction.mnemonic() {
            Mnemonic::Push => {
                let value = self.operand(state, instruction, 0);
                let top = self.values.plus(state.registers[RSP], -8);
                state.registers[RSP] = top;
                self.store(state, top, 8, Some(value));
            }
            Mnemonic::Pop => {
                let held = match self.values.kind(state.registers[RSP]) {
                    Kind::Stack(offset) => state.slots.get(&offset).copied(),
                    _ => None,
                };
                state.registers[RSP] = self.values.plus(state.registers[RSP], 8);
                let value = held.unwrap_or_else(|| self.unknown(state, instruction, Place::Operand, 64));
                self.set(state, instruction.op_register(0), value);
            }
            _ => {
                let stores = instruction.op_count() > 0
                    && instruction.op_kind(0) == OpKind::Memory
                    && !matches!(
                        instruction.mnemonic(),
                        Mnemonic::Cmp | Mnemonic::Test | Mnemonic::Call | Mnemonic::Jmp
                    );
                if stores {
                    let address = self.address(state, instruction);
                    let width = instruction.memory_size().size() as i64;
                    let whole = instruction.mnemonic() == Mnemonic::Mov && width == 8;
                    let value = whole.then(|| self.operand(state, instruction, 1));
                    self.store(state, address, width, value);
                    if self.regions.pointee(&self.values, state, address).is_some() {
                        // An entry of a table has changed.
                        state.signed.clear();
                    }
                }
            }
        }
    }

    fn store(&mut self, state: &mut State, address: Id, width: i64, value: Option<Id>) {
        if let Kind::Stack(offset) = self.values.kind(address) {
            state.clobber(offset, width);
            if let Some(value) = value {
                state.put(Place::Slot(offset), value);
            }
        }
    }

    /// A call: the registers that callees need not preserve are unknown afterwards. The callee removes its
    /// stack arguments, which the caller of this function accounts for.
    pub(crate) fn apply_call(&mut self, state: &mut State, instruction: &Instruction) {
        state.comparison = None;
        state.signed.clear();
        for number in (0..16).filter(|&number| usize::from(number) != RSP && !PRESERVED.contains(&number)) {
            let fresh = self.unknown(state, instruction, Place::Register(number), 64);
            state.put(Place::Register(number), fresh);
        }
    }

    /// The state in a handler of what is thrown in a call, after which `state` would hold. `None` if the frame
    /// pointer is not where the frame says, or the stack pointer would be above it.
    pub(crate) fn caught(
        &mut self,
        state: &State,
        call: &Instruction,
        distance: u64,
        keeps_registers: bool,
    ) -> Option<State> {
        let frame_pointer = state.registers[usize::from(RBP)];
        let Kind::Stack(offset) = self.values.kind(frame_pointer) else { return None };
        let mut caught = state.clone();
        let is_known = |number: u8| {
            number == RBP || usize::from(number) == RSP || (keeps_registers && PRESERVED.contains(&number))
        };
        for number in (0..16).filter(|&number| !is_known(number)) {
            let fresh = self.unknown(&mut caught, call, Place::Register(number), 64);
            caught.put(Place::Register(number), fresh);
        }
        caught.registers[RSP] = self.values.stack(offset.checked_sub_unsigned(distance)?);
        Some(caught)
    }
}

fn is_conditional_move(mnemonic: Mnemonic) -> bool {
    matches!(
        mnemonic,
        Mnemonic::Cmova
            | Mnemonic::Cmovae
            | Mnemonic::Cmovb
            | Mnemonic::Cmovbe
            | Mnemonic::Cmove
            | Mnemonic::Cmovne
            | Mnemonic::Cmovg
            | Mnemonic::Cmovge
            | Mnemonic::Cmovl
            | Mnemonic::Cmovle
            | Mnemonic::Cmovs
            | Mnemonic::Cmovns
            | Mnemonic::Cmovo
            | Mnemonic::Cmovno
            | Mnemonic::Cmovp
            | Mnemonic::Cmovnp
    )
}

/// The condition that holds where the other does not.
pub(crate) fn negated(condition: ConditionCode) -> ConditionCode {
    match condition {
        ConditionCode::b => ConditionCode::ae,
        ConditionCode::ae => ConditionCode::b,
        ConditionCode::be => ConditionCode::a,
        ConditionCode::a => ConditionCode::be,
        ConditionCode::e => ConditionCode::ne,
        ConditionCode::ne => ConditionCode::e,
        _ => ConditionCode::None,
    }
}
