//! Bounds checks: how an access to a linear memory or a table is kept inside it.
//!
//! **Linear memory.** An access reads or writes `width` bytes at `index + offset`, where `index` is any
//! number of the memory's index type and `offset` is constant. The memory has a constant base, `len` bytes
//! now, `min` at start (it never shrinks), and at most `max`. What is meant is the sum of integers: it does
//! not wrap. The access is inside if `index + end_offset ≤ len`, where `end_offset = offset + width`. Four
//! cases, of which 32-bit memories have the first two, and 64-bit ones the others:
//!
//! 1. `end_offset ≤ unchecked`, where `reserved = 2³² + unchecked` addresses belong to the memory, and
//!    everything past `len` is inaccessible (which it can be only if `len` is a multiple of the hardware's
//!    page). Then `index + end_offset ≤ (2³² − 1) + unchecked < reserved`: the access ends inside the
//!    reservation, and the hardware stops it unless it ends inside the memory. No code is needed. (The
//!    access is one instruction whose bytes are consecutive, so the part inside the memory, if any,
//!    comes with a part outside it, and the processor performs neither. On aarch64 it may perform the part
//!    of a store that is inside; nobody sees that, as a trap ends the program.)
//! 2. Otherwise `end = index + end_offset`, computed in 64 bits (it is less than 2³⁴), is compared
//!    with the current length. With explicit checks (`--memory checked`, or pages of one byte) this is the
//!    only case.
//! 3. `end_offset ≤ min`: then `len − end_offset` is not negative, and `index` is compared with that.
//!    Nothing that could wrap is added.
//! 4. Otherwise `end = index + end_offset` traps if it does not fit 64 bits, as `len` does; else it is
//!    compared with the current length. If `offset + width` itself does not fit, 2⁶⁴ − 1 stands for it:
//!    with any index but 0 the sum does not fit, and with 0 it is larger than `len`, as the true one is.
//!
//! Pass `fold` changes accesses of case 1: the constant becomes `offset + c`, which is at most `unchecked − width`
//! and at least `−guard_below`. What is right below the memory is stopped by the hardware as well.
//!
//! After a check of cases 2 to 4, `base + index + offset` cannot wrap: it is at most `base + len`.
//!
//! **Tables.** The index is compared with the current length, which is a constant for constant tables.
//! Both are numbers of 64 bits without a sign; a 32-bit index is extended to one. Behind the check, a
//! conditional move makes the index 0 unless it is less: what a processor reads ahead of a check that it
//! guesses to pass is an entry too.
//!
//! **Bulk operations.** `start + len` is compared with the limit. If both are numbers of 32 bits, the sum
//! is computed in 64 and fits. If one may have 64 bits, a sum that does not fit traps, as the limit fits.
//! A copy between spaces of different index types has a length of the narrower one.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, TrapCode, Value, types};
use cranelift_frontend::FunctionBuilder;
use std::mem::offset_of;
use wasiaot_abi::context::MemoryRecord;

use crate::codegen::addressing::{self, Bases};
use crate::parse::IndexType;
use crate::plan::MemoryPlan;

/// Offset of the current length in a memory record.
const LEN_BYTES: u64 = offset_of!(MemoryRecord, len_bytes) as u64;

/// The current length of a memory in bytes, as an `i64`.
pub(crate) fn memory_len(builder: &mut FunctionBuilder<'_>, memory: &MemoryPlan) -> Value {
    addressing::load(builder, types::I64, memory.record + LEN_BYTES)
}

/// The host address of an access, as a value and a constant to add; traps if the access cannot be left
/// to the hardware and is out of bounds. `index` is of the memory's index type.
pub(crate) fn access(
    builder: &mut FunctionBuilder<'_>,
    bases: &mut Bases,
    memory: &MemoryPlan,
    index: Value,
    offset: u64,
    width_bytes: u32,
) -> (Value, i32) {
    let index = extend(builder, memory.ty.index, index);
    let end_offset = offset.saturating_add(u64::from(width_bytes));
    if memory.unchecked_bytes.is_none_or(|unchecked| end_offset > unchecked) {
        check_access(builder, memory, index, end_offset);
    }
    let displacement = if offset <= memory.displacement_max { offset } else { 0 };
    // Where the sum wraps, the check has trapped.
    let base = bases.get(builder, memory.base.wrapping_add(offset - displacement));
    let start = builder.ins().iadd(index, base);
    (start, i32::try_from(displacement).expect("displacements are less than 2 GiB"))
}

/// Traps unless `index + end_offset` is at most the memory's length: cases 2 to 4.
fn check_access(builder: &mut FunctionBuilder<'_>, memory: &MemoryPlan, index: Value, end_offset: u64) {
    let trap = TrapCode::HEAP_OUT_OF_BOUNDS;
    let len = memory_len(builder, memory);
    let (value, limit) = match memory.ty.index {
        IndexType::I32 => (builder.ins().iadd_imm_s(index, end_offset.cast_signed()), len),
        IndexType::I64 if end_offset <= memory.min_bytes => {
            let end_offset = builder.ins().iconst(types::I64, end_offset.cast_signed());
            (index, builder.ins().isub(len, end_offset))
        }
        IndexType::I64 => {
            let end_offset = builder.ins().iconst(types::I64, end_offset.cast_signed());
            (builder.ins().uadd_overflow_trap(index, end_offset, trap), len)
        }
    };
    let outside = builder.ins().icmp(IntCC::UnsignedGreaterThan, value, limit);
    builder.ins().trapnz(outside, trap);
}

/// An operand of this index type as an `i64`.
pub(crate) fn extend(builder: &mut FunctionBuilder<'_>, ty: IndexType, operand: Value) -> Value {
    match ty {
        IndexType::I32 => builder.ins().uextend(types::I64, operand),
        IndexType::I64 => operand,
    }
}

/// Traps unless the range `start..start + len` ends inside `limit`. `start` and `len` are `i64`s; `ty` is
/// the widest type that one was extended from.
pub(crate) fn check_range(
    builder: &mut FunctionBuilder<'_>,
    ty: IndexType,
    start: Value,
    len: Value,
    limit: Value,
    trap: TrapCode,
) {
    let end = match ty {
        IndexType::I32 => builder.ins().iadd(start, len),
        IndexType::I64 => builder.ins().uadd_overflow_trap(start, len, trap),
    };
    let outside = builder.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
    builder.ins().trapnz(outside, trap);
}

/// Traps unless `index` (an `i64`) is less than `limit`. Returns the index that is to be used: the same, but
/// 0 while the processor only guesses that the check will pass, so that nothing is read by a guess (see
/// SECURITY.md).
pub(crate) fn check_index(
    builder: &mut FunctionBuilder<'_>,
    index: Value,
    limit: Value,
    trap: TrapCode,
) -> Value {
    let outside = builder.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, index, limit);
    builder.ins().trapnz(outside, trap);
    let zero = builder.ins().iconst(types::I64, 0);
    builder.ins().select_spectre_guard(outside, zero, index)
}
