//! Where a program's state is: the only place that knows.
//!
//! Every table, global, record and segment has a fixed address, so that reaching it takes no base
//! register. A mode for many instances in one process would be a second version of this file.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::FunctionBuilder;

/// The address as a value.
pub(crate) fn address(builder: &mut FunctionBuilder<'_>, address: u64) -> Value {
    builder.ins().iconst(types::I64, address.cast_signed())
}

/// Loads from the context block or the constants. It cannot trap.
pub(crate) fn load(builder: &mut FunctionBuilder<'_>, ty: Type, from: u64) -> Value {
    let from = address(builder, from);
    builder.ins().load(ty, MemFlagsData::trusted(), from, 0)
}

/// Stores to the context block. It cannot trap.
pub(crate) fn store(builder: &mut FunctionBuilder<'_>, value: Value, to: u64) {
    let to = address(builder, to);
    builder.ins().store(MemFlagsData::trusted(), value, to, 0);
}
