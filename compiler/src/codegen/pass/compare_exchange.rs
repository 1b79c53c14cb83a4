//! Expected values of 32-bit compare-exchanges, extended with zeros: a repair, not an optimization.
//!
//! Without the instruction for it (before Armv8.1), Cranelift 0.135 makes a loop that compares whole
//! registers: the one with what was loaded, whose high half is zero, and the one with the expected value,
//! whose high half is whatever came with it (of an `i64` that was wrapped, say). Every 32-bit addition
//! clears the high half of its result, so zero is added. This comes when nothing simplifies any more.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{Function, InstBuilder, Opcode, types};

/// The position of the expected value among the operands: address, expected value, replacement.
const EXPECTED: usize = 1;

/// Extends all expected values.
pub(crate) fn extend_expected_values(func: &mut Function) {
    let mut cursor = FuncCursor::new(func);
    while cursor.next_block().is_some() {
        while let Some(inst) = cursor.next_inst() {
            if cursor.func.dfg.insts[inst].opcode() != Opcode::AtomicCas {
                continue;
            }
            let expected = cursor.func.dfg.inst_args(inst)[EXPECTED];
            // Narrower ones are extended by the comparison.
            if cursor.func.dfg.value_type(expected) == types::I32 {
                let zero = cursor.ins().iconst(types::I32, 0);
                let extended = cursor.ins().iadd(expected, zero);
                cursor.func.dfg.inst_args_mut(inst)[EXPECTED] = extended;
            }
        }
    }
}
