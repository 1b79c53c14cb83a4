//! What a function says of its values.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Function, InstructionData, Opcode, Value};

/// The operation that a value is the result of.
pub(super) fn definition(func: &Function, value: Value) -> Option<InstructionData> {
    func.dfg.value_def(value).inst().map(|inst| func.dfg.insts[inst])
}

/// The bits of an integer constant. Those above the type's width are zeros.
pub(super) fn constant(func: &Function, value: Value) -> Option<i64> {
    match definition(func, value)? {
        InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits()),
        _ => None,
    }
}

/// How often each value is used, up to twice.
pub(super) fn uses(func: &Function) -> SecondaryMap<Value, u8> {
    let mut uses = SecondaryMap::with_capacity(func.dfg.num_values());
    for inst in func.layout.blocks().flat_map(|block| func.layout.block_insts(block)) {
        for value in func.dfg.inst_values(inst) {
            let count: &mut u8 = &mut uses[value];
            *count = (*count + 1).min(2);
        }
    }
    uses
}
