//! What a function says of its values.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Function, Inst, InstructionData, Opcode, Value};

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

/// Notes each use of a value: as an operand, or as what a branch passes.
pub(super) fn each_use(func: &Function, mut note: impl FnMut(Value)) {
    for block in func.layout.blocks() {
        for inst in func.layout.block_insts(block) {
            func.dfg.inst_args(inst).iter().for_each(|&value| note(value));
        }
        // Only the last instruction passes something on.
        if let Some(last) = func.layout.last_inst(block) {
            let operands = func.dfg.inst_args(last).len();
            func.dfg.inst_values(last).skip(operands).for_each(&mut note);
        }
    }
}

/// Removes an instruction whose result is another value.
pub(super) fn become_value(func: &mut Function, inst: Inst, value: Value) {
    let result = func.dfg.first_result(inst);
    func.dfg.detach_inst_results(inst);
    func.dfg.change_to_alias(result, value);
    func.layout.remove_inst(inst);
}

/// How often each value is used, up to twice.
pub(super) fn uses(func: &Function) -> SecondaryMap<Value, u8> {
    let mut uses = SecondaryMap::new();
    uses.resize(func.dfg.num_values());
    each_use(func, |value| {
        let count: &mut u8 = &mut uses[value];
        *count = (*count + 1).min(2);
    });
    uses
}
