//! Pass `early`: operations are done as soon as what they use up is there.
//!
//! Cranelift's optimizations keep loads, stores and calls in the order of the program, and put every operation right
//! in front of the first of these that needs its result, or at the end of the block. Loads whose values are
//! combined by operations then come first, all their values are alive at once, and many have to be kept in memory.
//! This pass moves an operation up to its last operand if it is the only user of two operands, or of one that is
//! loaded: then a register less is needed in between, or the operation and the load become one instruction. One that
//! makes a float or a vector of one operand and of what was there before the block moves as well, which costs no
//! register and lets those move that use its result. Others stay, as what they would need a register for in between
//! is not less than what they free.
//!
//! **Why it is sound.** Only operations without effects move, and only within their block: from behind their
//! operands to behind their operands. Constants that they use move with them.
//!
//! It takes time linear in the function, as far as instructions do not get to the same place again and again.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef};

use crate::codegen::pass::values::definition;

/// Moves the operations of a function up. Aliases have to be resolved. `uses` says how often each value is used, up to
/// twice.
pub(crate) fn move_up(func: &mut Function, uses: &SecondaryMap<Value, u8>) {
    let mut insts = Vec::new();
    for block in func.layout.blocks().collect::<Vec<_>>() {
        insts.clear();
        insts.extend(func.layout.block_insts(block));
        for &inst in &insts {
            if uses_up(func, block, inst, uses) {
                move_to_operands(func, block, inst);
            }
        }
    }
}

/// Whether an instruction is an operation that may move, and nothing else needs two operands that its block makes, or
/// one that it loads.
fn uses_up(func: &Function, block: Block, inst: Inst, uses: &SecondaryMap<Value, u8>) -> bool {
    let may_move = match func.dfg.insts[inst] {
        InstructionData::Unary { opcode, .. }
        | InstructionData::LoadNoOffset { opcode, .. }
        | InstructionData::Binary { opcode, .. }
        | InstructionData::BinaryImm8 { opcode, .. }
        | InstructionData::TernaryImm8 { opcode, .. }
        | InstructionData::Shuffle { opcode, .. }
        | InstructionData::Ternary { opcode, .. } => {
            !opcode.can_trap() && !opcode.other_side_effects() && !opcode.can_load() && !opcode.can_store()
        }
        _ => false,
    };
    if !may_move || func.dfg.inst_args(inst).iter().all(|&value| uses[value] != 1) {
        return false;
    }
    let is_made_here = |value: Value| match func.dfg.value_def(value) {
        ValueDef::Result(inst, _) => func.layout.inst_block(inst) == Some(block),
        ValueDef::Param(of, _) => of == block,
        ValueDef::Union(..) => false,
    };
    let is_last =
        |&&value: &&Value| uses[value] == 1 && is_made_here(value) && constant(func, value).is_none();
    let is_loaded = |&value: &Value| {
        let made_by = match definition(func, value) {
            // The same register, for numbers of another kind.
            Some(InstructionData::LoadNoOffset { opcode: Opcode::Bitcast, arg, .. }) => definition(func, arg),
            made_by => made_by,
        };
        made_by.is_some_and(|operand| operand.opcode().can_load())
    };
    let last = || func.dfg.inst_args(inst).iter().filter(is_last);
    // Of these, none is a part of an address or of a branch.
    let is_number =
        || func.dfg.inst_results(inst).iter().all(|&result| !func.dfg.value_type(result).is_int());
    let is_given = |&value: &Value| !is_made_here(value) || constant(func, value).is_some();
    let is_alone = || func.dfg.inst_args(inst).iter().all(|value| is_last(&value) || is_given(value));
    let last_of_two = || last().nth(1).is_some();
    last_of_two() || last().any(is_loaded) || is_number() && last().count() == 1 && is_alone()
}

/// The instruction that makes a constant.
fn constant(func: &Function, value: Value) -> Option<Inst> {
    let inst = func.dfg.value_def(value).inst()?;
    let opcode = func.dfg.insts[inst].opcode();
    matches!(opcode, Opcode::Iconst | Opcode::F32const | Opcode::F64const | Opcode::Vconst).then_some(inst)
}

/// Moves an instruction behind the last of its operands that the block computes.
fn move_to_operands(func: &mut Function, block: Block, inst: Inst) {
    let args = func.dfg.inst_args(inst).to_vec();
    let mut last: Option<Inst> = None;
    for &arg in &args {
        let Some(operand) = func.dfg.value_def(arg).inst() else { continue };
        if constant(func, arg).is_none()
            && func.layout.inst_block(operand) == Some(block)
            && last.is_none_or(|last| func.layout.pp_cmp(operand, last).is_gt())
        {
            last = Some(operand);
        }
    }
    let before = match last {
        Some(last) => func.layout.next_inst(last),
        None => func.layout.first_inst(block),
    };
    let Some(mut before) = before.filter(|&before| before != inst) else { return };
    for &arg in &args {
        let Some(constant) = constant(func, arg) else { continue };
        let here = func.layout.inst_block(constant) == Some(block);
        if here && func.layout.pp_cmp(constant, before).is_gt() {
            func.layout.remove_inst(constant);
            func.layout.insert_inst(constant, before);
        } else if constant == before {
            before = func.layout.next_inst(before).expect("blocks have an end");
        }
    }
    if before != inst {
        func.layout.remove_inst(inst);
        func.layout.insert_inst(inst, before);
    }
}
