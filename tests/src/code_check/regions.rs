//! What a program may access: the parts of its address space, from its plan.

use std::mem::offset_of;

use wasiaot_abi::context::{MemoryRecord, TableRecord};
use wasiaot_compiler::plan::{StaticPlan, TableId, TablePlacement};

use crate::code_check::state::State;
use crate::code_check::value::{Id, Interval, Kind, Values};

/// Bytes of a table entry.
const ENTRY_BYTES: u64 = 8;

/// A part of the address space: from `start` up to `end`.
#[derive(Clone, Copy, Debug)]
struct Range {
    start: u64,
    end: u64,
}

impl Range {
    fn new(start: u64, len: u64) -> Self {
        Self { start, end: start + len }
    }

    /// Whether an access of `width` bytes at any address of an interval stays inside.
    fn holds(self, addresses: Interval, width: u64) -> bool {
        addresses.low >= self.start && addresses.high.checked_add(width).is_some_and(|end| end <= self.end)
    }
}

/// What is at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pointee {
    /// The field of a table's record that holds the address of its entries.
    TableBase(TableId),
    /// The field with the number of entries, which is never more than this.
    TableLen(TableId, u64),
    /// The field of the record of the memory with this number that holds its length in bytes, which is always
    /// between these.
    MemoryLen { memory: usize, min: u64, max: u64 },
    /// The byte with this number of an entry of a table.
    Entry(u64),
}

/// Why an access is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The function's own frame, its arguments, or where the caller wants results.
    Stack,
    /// Inside the address space that is reserved for a linear memory, or kept free below it.
    Memory,
    /// Variables of the program, records and lengths.
    Context,
    /// Read-only data.
    Constants,
    /// An entry of a table, below its length.
    Table,
    /// Constants of the function behind its code.
    Pool,
}

/// A linear memory.
#[derive(Clone, Copy, Debug)]
struct Memory {
    /// Where accesses may be, whatever the memory's length is: the reservation, in which the hardware stops
    /// those behind the length, or what the memory has from its start on.
    always: Range,
    /// Whether accesses behind that are checked by code.
    is_checked: bool,
}

/// The parts of a program's address space.
#[derive(Debug)]
pub(crate) struct Regions {
    memories: Vec<Memory>,
    context: Range,
    constants: Range,
    /// Tables that nothing writes.
    constant_tables: Vec<Range>,
    /// Fields of records that code reads and only the runtime writes.
    fields: Vec<(u64, Pointee)>,
    /// Records, which code must not write.
    records: Vec<Range>,
}

impl Regions {
    pub(crate) fn of(plan: &StaticPlan<'_>) -> Self {
        let mut regions = Self {
            memories: Vec::new(),
            context: Range::new(plan.context.address, plan.context.len),
            constants: Range::new(plan.constants.address, plan.constants.len),
            constant_tables: Vec::new(),
            fields: Vec::new(),
            records: Vec::new(),
        };
        for (number, memory) in plan.memories.values().enumerate() {
            let is_checked = memory.unchecked_bytes.is_none();
            let always = if is_checked { memory.min_bytes } else { memory.reserved_bytes };
            let below = memory.guard_below_bytes;
            let always = Range::new(memory.base - below, always + below);
            regions.memories.push(Memory { always, is_checked });
            regions.records.push(Range::new(memory.record, size_of::<MemoryRecord>() as u64));
            let len = memory.record + offset_of!(MemoryRecord, len_bytes) as u64;
            let len_field =
                Pointee::MemoryLen { memory: number, min: memory.min_bytes, max: memory.max_bytes };
            regions.fields.push((len, len_field));
        }
        for (id, table) in plan.tables.iter() {
            match table.placement {
                TablePlacement::Constant { address } => {
                    regions.constant_tables.push(Range::new(address, table.min * ENTRY_BYTES));
                }
                TablePlacement::Mutable { record, .. } => {
                    regions.records.push(Range::new(record, size_of::<TableRecord>() as u64));
                    let field = |offset: usize| record + offset as u64;
                    let base = field(offset_of!(TableRecord, base));
                    regions.fields.push((base, Pointee::TableBase(id)));
                    let len = field(offset_of!(TableRecord, len));
                    regions.fields.push((len, Pointee::TableLen(id, table.max)));
                }
                TablePlacement::Absent => {}
            }
        }
        regions
    }

    /// What is at an address, where that matters.
    pub(crate) fn pointee(&self, values: &Values, state: &State, address: Id) -> Option<Pointee> {
        if let Kind::Constant(address) = values.kind(address)
            && let Some(&(_, field)) = self.fields.iter().find(|(field, _)| *field == address)
        {
            return Some(field);
        }
        if let Some(offset) = table_entry(values, state, address) {
            return Some(Pointee::Entry(offset));
        }
        let bounds = state.interval(values, address);
        let table = self.constant_tables.iter().find(|table| table.holds(bounds, 1))?;
        entry_offset(values, address, table.start).map(Pointee::Entry)
    }

    /// Why an access is allowed; `None` if nothing shows that it is.
    pub(crate) fn reason(
        &self,
        values: &Values,
        state: &State,
        address: Id,
        width: u64,
        writes: bool,
    ) -> Option<Reason> {
        if table_entry(values, state, address).is_some_and(|offset| offset + width <= ENTRY_BYTES) {
            return Some(Reason::Table);
        }
        let bounds = state.interval(values, address);
        if self.memories.iter().any(|memory| memory.always.holds(bounds, width))
            || self.is_below_len(values, state, address, width)
        {
            return Some(Reason::Memory);
        }
        if self.context.holds(bounds, width) {
            let in_record = self
                .records
                .iter()
                .any(|record| bounds.low < record.end && bounds.high.saturating_add(width) > record.start);
            return (!writes || !in_record).then_some(Reason::Context);
        }
        if self.constant_tables.iter().any(|table| table.holds(bounds, width)) {
            return (!writes).then_some(Reason::Table);
        }
        (self.constants.holds(bounds, width) && !writes).then_some(Reason::Constants)
    }
}

impl Regions {
    /// Whether comparisons have shown that an access ends below a memory's length and begins in the memory:
    /// `value + extra` is at most the length, and the address is `value` and a constant.
    fn is_below_len(&self, values: &Values, state: &State, address: Id, width: u64) -> bool {
        let compared = state.within.iter().any(|&(value, extra, memory)| {
            let Memory { always, is_checked } = self.memories[memory];
            let Some(difference) = values.difference(address, value) else { return false };
            // The address relative to the memory, without `value`.
            let offset = i128::from(difference.wrapping_sub(always.start.cast_signed()));
            let first = i128::from(state.interval(values, value).low);
            is_checked && first + offset >= 0 && offset + i128::from(width) <= i128::from(extra)
        });
        compared || self.is_below_known_len(values, state, address, width)
    }

    /// Whether an access to a constant address ends below what a memory's length is known to be at least.
    fn is_below_known_len(&self, values: &Values, state: &State, address: Id, width: u64) -> bool {
        let Kind::Constant(address) = values.kind(address) else { return false };
        state.bounds.iter().any(|(&id, bounds)| {
            let Kind::MemoryLen(memory, _) = values.kind(id) else { return false };
            let Memory { always, is_checked } = self.memories[memory];
            let end = address.checked_sub(always.start).and_then(|offset| offset.checked_add(width));
            is_checked && end.is_some_and(|end| end <= bounds.low)
        })
    }
}

/// The offset in an entry of a changeable table, if an address is of the form
/// `base + 8 * index + offset` with an index that is less than the table's length.
fn table_entry(values: &Values, state: &State, address: Id) -> Option<u64> {
    // An index that is constant: `base + constant`.
    if let Kind::Plus(base, constant) = values.kind(address)
        && let Kind::TableBase(table, _) = values.kind(base)
    {
        let constant = u64::try_from(constant).ok()?;
        let is_below = state.below_len.iter().any(|&(id, of)| {
            matches!(values.kind(id), Kind::Constant(index) if of == table && constant / ENTRY_BYTES <= index)
        });
        return is_below.then_some(constant % ENTRY_BYTES);
    }
    let (sum, offset) = match values.kind(address) {
        Kind::Plus(sum, offset) => (sum, u64::try_from(offset).ok()?),
        _ => (address, 0),
    };
    let Kind::Sum(a, b) = values.kind(sum) else { return None };
    let of_entry = |base: Id, index: Id| {
        let (Kind::TableBase(table, _), Kind::Shl(index, 3)) = (values.kind(base), values.kind(index)) else {
            return false;
        };
        state.below_len.contains(&(index, table))
    };
    ((of_entry(a, b) || of_entry(b, a)) && offset < ENTRY_BYTES).then_some(offset)
}

/// The offset in an entry of a table at a fixed address, if all of an address but a constant is a multiple
/// of the size of entries.
fn entry_offset(values: &Values, address: Id, table: u64) -> Option<u64> {
    let constant = match values.kind(address) {
        Kind::Constant(address) => address,
        Kind::Plus(inner, constant) if matches!(values.kind(inner), Kind::Shl(_, 3)) => {
            u64::try_from(constant).ok()?
        }
        _ => return None,
    };
    Some(constant.checked_sub(table)? % ENTRY_BYTES)
}
