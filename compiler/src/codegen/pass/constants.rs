//! Integer constants, each made once and in the first block: not an optimization of the code, but of the time that
//! Cranelift's optimizations take.
//!
//! They would find equal constants themselves, and afterwards make each again in every block that needs it, so
//! that the code is the same. But each constant that is met for the first time costs them a search through
//! all blocks on the way from the first one, which is the square of a long function's blocks. In
//! the first block there is no way to go.
//!
//! **Why it is sound.** A constant has no operands and no effect. One from another block goes to the end of the
//! first block, in front of its branch, and the first block is on every way to the others. One that is equal to
//! another comes later than that in the first block, or is in another block. Time is linear in the function's
//! size.

use cranelift_codegen::FxHashMap;
use cranelift_codegen::ir::{Function, InstructionData, Opcode, Type, Value};

/// Gathers the constants of a function. The others become aliases.
pub(crate) fn gather(func: &mut Function) {
    let Some(entry) = func.layout.entry_block() else { return };
    let Some(end) = func.layout.last_inst(entry) else { return };
    let mut known: FxHashMap<(Type, i64), Value> = FxHashMap::default();
    let mut next_block = Some(entry);
    while let Some(block) = next_block {
        next_block = func.layout.next_block(block);
        let mut next_inst = func.layout.first_inst(block);
        while let Some(inst) = next_inst {
            next_inst = func.layout.next_inst(inst);
            let InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } = func.dfg.insts[inst] else {
                continue;
            };
            let value = func.dfg.first_result(inst);
            let constant = (func.dfg.value_type(value), imm.bits());
            if let Some(&known) = known.get(&constant) {
                func.dfg.detach_inst_results(inst);
                func.dfg.change_to_alias(value, known);
                func.layout.remove_inst(inst);
                continue;
            }
            known.insert(constant, value);
            if block != entry {
                func.layout.remove_inst(inst);
                func.layout.insert_inst(inst, end);
            }
        }
    }
}
