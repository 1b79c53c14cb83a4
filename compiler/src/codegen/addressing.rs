//! Where a program's state is: the only place that knows.
//!
//! Every table, global, record and segment has a fixed address, so that reaching it takes no base
//! register. A mode for many instances in one process would be a second version of this file.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::FunctionBuilder;

/// The address as a value.
pub(crate) fn address(builder: &mut FunctionBuilder<'_>, address: u64) -> Value {
    builder.ins().iconst(types::I64, address.cast_signed())
}

/// The bases of accesses to memories in one function: each is a value once, in the first block, instead of
/// once for each access. That is most of the constants that Cranelift would have to find to be the same.
#[derive(Debug, Default)]
pub(crate) struct Bases(Vec<(u64, Value)>);

/// As many bases are remembered. There is one for each memory, and more only for offsets that no
/// instruction can hold.
const MOST_BASES: usize = 8;

impl Bases {
    /// The address as a value, which may be used in the whole function.
    pub(crate) fn get(&mut self, builder: &mut FunctionBuilder<'_>, base: u64) -> Value {
        if let Some(&(_, value)) = self.0.iter().find(|(known, _)| *known == base) {
            return value;
        }
        if self.0.len() == MOST_BASES {
            return address(builder, base);
        }
        builder.ensure_inserted_block();
        let entry = builder.func.layout.entry_block().expect("the function is open");
        let mut cursor = FuncCursor::new(builder.func).at_first_insertion_point(entry);
        let value = cursor.ins().iconst(types::I64, base.cast_signed());
        self.0.push((base, value));
        value
    }
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
