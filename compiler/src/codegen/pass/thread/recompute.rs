//! Less to pass to handlers: what is easily computed from something else is computed where it is used.
//!
//! A lookup leaves what it has read and counted: the place of the instruction, and that place plus one, and so on. Each of
//! these would be a parameter of each handler, in a register of its own, and differ from one handler to the next. Of those
//! that are made of one other and of constants, only that one is passed.
//!
//! **Why it is sound.** The operations have no effect, and the same operands as in the lookup.

use std::collections::BTreeMap;

use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value};

use super::copy_inst;
use crate::codegen::pass::values::constant;

/// Has all other blocks compute what these compute from their parameters, loads and constants.
pub(super) fn recompute(func: &mut Function, blocks: &[Block]) {
    let easy = easy(func, blocks);
    if easy.is_empty() {
        return;
    }
    let others: Vec<Block> = func.layout.blocks().filter(|block| !blocks.contains(block)).collect();
    for block in others {
        let mut own = BTreeMap::new();
        let start = func.layout.first_inst(block).expect("blocks have an end");
        for inst in func.layout.block_insts(block).collect::<Vec<_>>() {
            let used: Vec<Value> =
                func.dfg.inst_values(inst).filter(|value| easy.contains_key(value)).collect();
            if used.is_empty() {
                continue;
            }
            for value in used {
                copy(func, value, &easy, start, &mut own);
            }
            func.dfg.map_inst_values(inst, |value| own.get(&value).copied().unwrap_or(value));
        }
    }
}

/// What these blocks compute from one value and constants, and from such results.
fn easy(func: &Function, blocks: &[Block]) -> BTreeMap<Value, Inst> {
    let insts = blocks.iter().flat_map(|&block| func.layout.block_insts(block));
    let easy = insts.filter(|&inst| {
        let is_constant = |value: &Value| constant(func, *value).is_some();
        match func.dfg.insts[inst] {
            InstructionData::UnaryImm { .. } => true,
            InstructionData::Unary { opcode, .. } => {
                matches!(opcode, Opcode::Ireduce | Opcode::Uextend | Opcode::Sextend)
            }
            InstructionData::Binary { opcode, args } => {
                let is_easy = matches!(
                    opcode,
                    Opcode::Iadd
                        | Opcode::Isub
                        | Opcode::Band
                        | Opcode::Bor
                        | Opcode::Bxor
                        | Opcode::Ishl
                        | Opcode::Ushr
                        | Opcode::Sshr
                );
                is_easy && args.iter().any(is_constant)
            }
            _ => false,
        }
    });
    easy.map(|inst| (func.dfg.first_result(inst), inst)).collect()
}

/// Computes a value again, in front of an instruction, unless that has been done.
fn copy(
    func: &mut Function,
    value: Value,
    easy: &BTreeMap<Value, Inst>,
    start: Inst,
    own: &mut BTreeMap<Value, Value>,
) {
    let Some(&inst) = easy.get(&value).filter(|_| !own.contains_key(&value)) else { return };
    for operand in func.dfg.inst_args(inst).to_vec() {
        copy(func, operand, easy, start, own);
    }
    let copy = copy_inst(func, inst);
    func.dfg.map_inst_values(copy, |value| own.get(&value).copied().unwrap_or(value));
    func.layout.insert_inst(copy, start);
    own.insert(value, func.dfg.first_result(copy));
}
