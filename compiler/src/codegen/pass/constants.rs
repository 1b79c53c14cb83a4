//! Integer constants, each made once and in the first block: not an optimization of the code, but of the time that
//! Cranelift's optimizations take.
//!
//! They would find equal constants themselves, and afterwards make each again in every block that needs it, so
//! that the code is the same. But each constant that is met for the first time costs them a search through
//! all blocks on the way from the first one, which is the square of a long function's blocks. In
//! the first block there is no way to go. The same holds for what is computed from constants alone, of which
//! there is much where memory is accessed at constant addresses: that is computed here.
//!
//! **Why it is sound.** A constant has no operands and no effect. One from another block goes to the end of the
//! first block, in front of its branch, and the first block is on every way to the others. One that is equal to
//! another comes later than that in the first block, or is in another block. Time is linear in the function's
//! size.

use cranelift_codegen::FxHashMap;
use cranelift_codegen::ir::{Function, Inst, InstBuilder, InstructionData, Opcode, Type, Value, types};

use super::values;

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
            let Some(constant) = constant(func, inst) else { continue };
            if let Some(&known) = known.get(&constant) {
                values::become_value(func, inst, known);
                continue;
            }
            known.insert(constant, func.dfg.first_result(inst));
            if func.dfg.insts[inst].opcode() != Opcode::Iconst {
                let (ty, bits) = constant;
                func.replace(inst).iconst(ty, bits);
            }
            if block != entry {
                func.layout.remove_inst(inst);
                func.layout.insert_inst(inst, end);
            }
        }
    }
}

/// The type and bits of what an instruction computes, if it is a constant, or the address that an access at a
/// constant index becomes: an extension, and a sum.
fn constant(func: &Function, inst: Inst) -> Option<(Type, i64)> {
    let ty = func.dfg.value_type(*func.dfg.inst_results(inst).first()?);
    let known = |value| values::constant(func, func.dfg.resolve_aliases(value));
    let bits = match func.dfg.insts[inst] {
        InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => imm.bits(),
        InstructionData::Unary { opcode: Opcode::Uextend, arg } if ty == types::I64 => {
            i64::from(u32::try_from(known(arg)?).ok()?)
        }
        InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] } if ty == types::I64 => {
            known(left)?.wrapping_add(known(right)?)
        }
        _ => return None,
    };
    Some((ty, bits))
}
