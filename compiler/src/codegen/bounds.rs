//! Bounds checks: how an access to a linear memory or a table is kept inside it.
//!
//! **Linear memory.** An access reads or writes `width` bytes at `index + offset`, where `index` is any
//! 32-bit number and `offset` is constant. The memory has a constant base, `len` bytes now, and
//! `reserved` bytes of address space of which everything past `len` is inaccessible. Two cases:
//!
//! 1. `offset + width ≤ unchecked`, where `reserved = 2³² + unchecked`. Then
//!    `index + offset + width ≤ (2³² − 1) + unchecked < reserved`: the access ends inside the
//!    reservation, and the hardware stops it unless it ends inside the memory. No code is needed. (The
//!    access is one instruction whose bytes are consecutive, so the part inside the memory, if any,
//!    comes with a part outside it, and the processor performs neither.)
//! 2. Otherwise `end = index + offset + width`, computed in 64 bits (it is less than 2³⁴), is compared
//!    with the current length. With explicit checks (`--memory checked`) this is the only case.
//!
//! **Tables.** The index is compared with the current length, which is a constant for constant tables.
//!
//! **Bulk operations.** `start + len`, both 32-bit, is computed in 64 bits and compared with the limit.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, TrapCode, Value, types};
use cranelift_frontend::FunctionBuilder;
use std::mem::offset_of;
use wasiaot_abi::context::MemoryRecord;

use crate::codegen::addressing;
use crate::plan::MemoryPlan;

/// Offset of the current length in a memory record.
const LEN_BYTES: u64 = offset_of!(MemoryRecord, len_bytes) as u64;

/// The current length of a memory in bytes, as an `i64`.
pub(crate) fn memory_len(builder: &mut FunctionBuilder<'_>, memory: &MemoryPlan) -> Value {
    addressing::load(builder, types::I64, memory.record + LEN_BYTES)
}

/// The host address of an access, as a value and a constant to add; traps if the access cannot be left
/// to the hardware and is out of bounds.
pub(crate) fn access(
    builder: &mut FunctionBuilder<'_>,
    memory: &MemoryPlan,
    index: Value,
    offset: u64,
    width_bytes: u32,
) -> (Value, i32) {
    let index = builder.ins().uextend(types::I64, index);
    let end_offset = offset + u64::from(width_bytes);
    if memory.unchecked_bytes.is_none_or(|unchecked| end_offset > unchecked) {
        let end = builder.ins().iadd_imm_s(index, end_offset.cast_signed());
        let len = memory_len(builder, memory);
        let outside = builder.ins().icmp(IntCC::UnsignedGreaterThan, end, len);
        builder.ins().trapnz(outside, TrapCode::HEAP_OUT_OF_BOUNDS);
    }
    // One instruction on x86-64 if base and offset fit its signed 32-bit displacement.
    match i32::try_from(memory.base + offset) {
        Ok(_) => {
            let base = addressing::address(builder, memory.base);
            let start = builder.ins().iadd(index, base);
            (start, i32::try_from(offset).expect("smaller than base plus offset"))
        }
        Err(_) => {
            let base = addressing::address(builder, memory.base + offset);
            (builder.ins().iadd(index, base), 0)
        }
    }
}

/// Traps unless the range `start..start + len` (two `i64`s that were extended from `i32`s) ends inside
/// `limit`.
pub(crate) fn check_range(
    builder: &mut FunctionBuilder<'_>,
    start: Value,
    len: Value,
    limit: Value,
    trap: TrapCode,
) {
    let end = builder.ins().iadd(start, len);
    let outside = builder.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
    builder.ins().trapnz(outside, trap);
}

/// Traps unless `index` (an `i64` that was extended from an `i32`) is less than `limit`.
pub(crate) fn check_index(builder: &mut FunctionBuilder<'_>, index: Value, limit: Value, trap: TrapCode) {
    let outside = builder.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, limit);
    builder.ins().trapnz(outside, trap);
}
