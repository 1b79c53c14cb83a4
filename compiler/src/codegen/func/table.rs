//! Tables: entries, size, growth, and bulk operations.
//!
//! An entry is 8 bytes: a function reference (see `abi::context`) or a host reference. Null is 0.

use std::mem::offset_of;

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use wasiaot_abi::context::TableRecord;
use wasiaot_abi::host;
use wasiaot_abi::trap::TrapCode;

use crate::codegen::addressing;
use crate::codegen::bounds;
use crate::codegen::func::FunctionState;
use crate::codegen::symbols::HelperShim;
use crate::codegen::traps::clif_trap;
use crate::parse::{ElementIndex, IndexType, TableIndex};
use crate::plan::{SegmentPlan, TableId, TablePlacement};

/// Bytes of an entry, as a shift.
const ENTRY_SHIFT: i64 = 3;

const BASE: u64 = offset_of!(TableRecord, base) as u64;
const LEN: u64 = offset_of!(TableRecord, len) as u64;

impl FunctionState<'_, '_> {
    fn table(&self, index: u32) -> TableId {
        self.instance.tables[TableIndex(index)]
    }

    /// The table's current length as an `i64`.
    pub(crate) fn table_len(&mut self, table: TableId) -> Value {
        let planned = &self.plan.tables[table];
        match planned.placement {
            TablePlacement::Mutable { record, .. } => {
                addressing::load(&mut self.builder, types::I64, record + LEN)
            }
            // Tables that nothing writes do not grow.
            TablePlacement::Constant { .. } | TablePlacement::Absent => {
                self.builder.ins().iconst(types::I64, planned.min.cast_signed())
            }
        }
    }

    fn table_index_type(&self, table: TableId) -> IndexType {
        self.plan.tables[table].ty.index
    }

    /// The address of entry 0.
    fn table_base(&mut self, table: TableId) -> Value {
        match self.plan.tables[table].placement {
            TablePlacement::Mutable { record, .. } => {
                addressing::load(&mut self.builder, types::I64, record + BASE)
            }
            TablePlacement::Constant { address } => addressing::address(&mut self.builder, address),
            TablePlacement::Absent => unreachable!("the plan places tables that are read"),
        }
    }

    /// The address of the entry with this number (an `i64`), unchecked.
    fn entry(&mut self, table: TableId, number: Value) -> Value {
        let base = self.table_base(table);
        let offset = self.builder.ins().ishl_imm_u(number, ENTRY_SHIFT);
        self.builder.ins().iadd(base, offset)
    }

    /// The record of a table that is written.
    fn table_record(&self, table: TableId) -> u64 {
        match self.plan.tables[table].placement {
            TablePlacement::Mutable { record, .. } => record,
            _ => unreachable!("the plan gives written tables a record"),
        }
    }
}

/// The address of an entry, checked, and the flags of a load from it.
pub(super) fn entry_address(
    fx: &mut FunctionState<'_, '_>,
    table: TableId,
    index: Value,
    trap: TrapCode,
) -> (Value, MemFlagsData) {
    let ty = fx.table_index_type(table);
    let number = bounds::extend(&mut fx.builder, ty, index);
    let len = fx.table_len(table);
    let number = bounds::check_index(&mut fx.builder, number, len, clif_trap(trap));
    let flags = match fx.plan.tables[table].placement {
        TablePlacement::Constant { .. } => MemFlagsData::trusted().with_readonly(),
        _ => MemFlagsData::trusted(),
    };
    (fx.entry(table, number), flags)
}

pub(super) fn get(fx: &mut FunctionState<'_, '_>, table: u32) {
    let index = fx.pop();
    let table = fx.table(table);
    let (entry, flags) = entry_address(fx, table, index, TrapCode::TableOutOfBounds);
    let value = fx.builder.ins().load(types::I64, flags, entry, 0);
    fx.push(value);
}

pub(super) fn set(fx: &mut FunctionState<'_, '_>, table: u32) {
    let (index, value) = fx.pop_two();
    let table = fx.table(table);
    let (entry, flags) = entry_address(fx, table, index, TrapCode::TableOutOfBounds);
    fx.builder.ins().store(flags, value, entry, 0);
}

pub(super) fn size(fx: &mut FunctionState<'_, '_>, table: u32) {
    let table = fx.table(table);
    let len = fx.table_len(table);
    fx.push_index(fx.table_index_type(table), len);
}

pub(super) fn grow(fx: &mut FunctionState<'_, '_>, table: u32) {
    let table = fx.table(table);
    let ty = fx.table_index_type(table);
    let delta = fx.pop_index(ty);
    let value = fx.pop();
    let record = fx.table_record(table);
    let record = addressing::address(&mut fx.builder, record);
    let old = fx.call_helper(HelperShim::TableGrow, &[record, delta, value]);
    // Failure is `u64::MAX`, which is the -1 that wasm wants, and so is its low half.
    fx.push_index(ty, old);
}

pub(super) fn fill(fx: &mut FunctionState<'_, '_>, table: u32) {
    let table = fx.table(table);
    let ty = fx.table_index_type(table);
    let len = fx.pop_index(ty);
    let value = fx.pop();
    let start = fx.pop_index(ty);
    let limit = fx.table_len(table);
    bounds::check_range(&mut fx.builder, ty, start, len, limit, clif_trap(TrapCode::TableOutOfBounds));
    let entry = fx.entry(table, start);
    fx.call_runtime(host::TABLE_FILL, &[entry, value, len]);
}

pub(super) fn copy(fx: &mut FunctionState<'_, '_>, dst: u32, src: u32) {
    let (dst, src) = (fx.table(dst), fx.table(src));
    let (dst_ty, src_ty) = (fx.table_index_type(dst), fx.table_index_type(src));
    let len = fx.pop_index(dst_ty.min(src_ty));
    let from = fx.pop_index(src_ty);
    let to = fx.pop_index(dst_ty);
    let trap = clif_trap(TrapCode::TableOutOfBounds);
    let limit = fx.table_len(src);
    bounds::check_range(&mut fx.builder, src_ty, from, len, limit, trap);
    let limit = fx.table_len(dst);
    bounds::check_range(&mut fx.builder, dst_ty, to, len, limit, trap);
    let from = fx.entry(src, from);
    let to = fx.entry(dst, to);
    let bytes = fx.builder.ins().ishl_imm_u(len, ENTRY_SHIFT);
    fx.call_runtime(host::MEMMOVE, &[to, from, bytes]);
}

pub(super) fn init(fx: &mut FunctionState<'_, '_>, element: u32, table: u32) {
    let table = fx.table(table);
    let len = fx.pop_index(IndexType::I32);
    let from = fx.pop_index(IndexType::I32);
    let to = fx.pop_index(fx.table_index_type(table));
    let segment = fx.instance.elements[&ElementIndex(element)];
    let limit = fx.segment_len(segment);
    init_from(fx, table, segment, [to, from, len], limit);
}

/// Copies from an element segment of this length to a table, both checked; operands are `i64`s.
pub(crate) fn init_from(
    fx: &mut FunctionState<'_, '_>,
    table: TableId,
    segment: SegmentPlan,
    [to, from, len]: [Value; 3],
    segment_len: Value,
) {
    let trap = clif_trap(TrapCode::TableOutOfBounds);
    bounds::check_range(&mut fx.builder, IndexType::I32, from, len, segment_len, trap);
    let (limit, ty) = (fx.table_len(table), fx.table_index_type(table));
    bounds::check_range(&mut fx.builder, ty, to, len, limit, trap);
    let to = fx.entry(table, to);
    let from = fx.builder.ins().ishl_imm_u(from, ENTRY_SHIFT);
    let from = fx.builder.ins().iadd_imm_u(from, segment.address.cast_signed());
    let bytes = fx.builder.ins().ishl_imm_u(len, ENTRY_SHIFT);
    fx.call_runtime(host::MEMMOVE, &[to, from, bytes]);
}

pub(super) fn elem_drop(fx: &mut FunctionState<'_, '_>, element: u32) {
    let segment = fx.instance.elements[&ElementIndex(element)];
    fx.drop_segment(segment);
}
