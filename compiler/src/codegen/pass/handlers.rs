//! Part of pass `inline`: what the handlers of a call become in the body that takes its place.
//!
//! Cranelift's inliner gives all calls in the body the handlers of the call that was there, as it knows
//! nothing of what they do. Here, a throw of a known exception becomes a jump to its handler, as it is where
//! the block that catches is in the same function from the start, and calls of functions that cannot throw
//! become ordinary calls, as do throws that no handler is for. So a block that catches costs nothing where all that it calls is inlined, and no
//! value has to survive a call that is never made.
//!
//! **Why it is sound.** A throw is the only call of the runtime's function for it, and code of a `throw`
//! instruction stores the number of the tag right before it, in the same block. The handlers are those that the
//! runtime would find in the tables, in this order, and they begin by reading the pending record, which is
//! complete by then. Which functions can throw is the plan's knowledge, by which calls outside of inlined
//! bodies have no handlers either.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    BlockArg, BlockCall, ExceptionTable, ExceptionTableItem, ExternalName, FuncRef, Function, Inst,
    InstBuilder, InstructionData,
};

use super::values::constant;

/// What the pass knows of the program's functions and of its exceptions.
#[derive(Debug)]
pub(super) struct Throws {
    /// The number of the function that throws the pending exception.
    pub(super) throw: u32,
    /// Where the number of the pending exception's tag is.
    pub(super) tag_address: u64,
    /// Whether a call can end with an exception, by the numbers of functions.
    pub(super) may_throw: Vec<bool>,
}

/// Removes handlers that no exception reaches, and calls that only lead to one.
pub(super) fn simplify(func: &mut Function, throws: &Throws) {
    let blocks: Vec<_> = func.layout.blocks().collect();
    for block in blocks {
        let Some(last) = func.layout.last_inst(block) else { continue };
        let InstructionData::TryCall { func_ref, exception, .. } = func.dfg.insts[last] else { continue };
        let Some(callee) = number(func, func_ref) else { continue };
        if !throws.may_throw[callee as usize] {
            call_without_handlers(func, last, func_ref, exception);
        } else if callee == throws.throw
            && let Some(tag) = pending_tag(func, last, throws.tag_address)
        {
            match handler(func, exception, tag) {
                Some(handler) => jump(func, last, handler),
                None => call_without_handlers(func, last, func_ref, exception),
            }
        }
    }
}

/// The number of a function.
fn number(func: &Function, callee: FuncRef) -> Option<u32> {
    match func.dfg.ext_funcs[callee].name {
        ExternalName::User(name) => Some(func.params.user_named_funcs()[name].index),
        _ => None,
    }
}

/// The tag of what a call throws, if the block of the call says which: by what was stored last.
fn pending_tag(func: &Function, throw: Inst, tag_address: u64) -> Option<u32> {
    let before = |&inst: &Inst| func.layout.prev_inst(inst);
    let tag = std::iter::successors(Some(throw), before).find_map(|inst| match func.dfg.insts[inst] {
        InstructionData::Store { args: [value, address], offset, .. } => {
            let address = constant(func, func.dfg.resolve_aliases(address))?;
            (address + i64::from(offset) == tag_address.cast_signed()).then_some(value)
        }
        _ => None,
    })?;
    u32::try_from(constant(func, func.dfg.resolve_aliases(tag))?).ok()
}

/// The first handler for a tag.
fn handler(func: &Function, table: ExceptionTable, tag: u32) -> Option<BlockCall> {
    func.dfg.exception_tables[table].items().find_map(|item| match item {
        ExceptionTableItem::Tag(caught, call) => (caught.as_u32() == tag).then_some(call),
        ExceptionTableItem::Default(call) => Some(call),
        ExceptionTableItem::Context(_) => None,
    })
}

/// Goes to a handler in the place of a call, with the values of the frame that it wants. (Of the exception it
/// wants none: what is thrown is in memory.)
fn jump(func: &mut Function, try_call: Inst, handler: BlockCall) {
    let operands: Vec<BlockArg> = handler.args(&func.dfg.value_lists).collect();
    let are_values = operands.iter().all(|operand| matches!(operand, BlockArg::Value(_)));
    assert!(are_values, "translation gives handlers nothing of the exception");
    let destination = handler.block(&func.dfg.value_lists);
    func.replace(try_call).jump(destination, &operands);
}

/// Makes a call an ordinary one, after which the program goes on where it would return to.
fn call_without_handlers(func: &mut Function, try_call: Inst, callee: FuncRef, table: ExceptionTable) {
    let normal = *func.dfg.exception_tables[table].normal_return();
    let args = func.dfg.inst_args(try_call).to_vec();
    let location = func.srcloc(try_call);
    let mut cursor = FuncCursor::new(func).at_inst(try_call).with_srcloc(location);
    let call = cursor.ins().call(callee, &args);
    let results = func.dfg.inst_results(call).to_vec();
    let operand = |arg| match arg {
        BlockArg::TryCallRet(number) => BlockArg::Value(results[number as usize]),
        arg => arg,
    };
    let operands: Vec<BlockArg> = normal.args(&func.dfg.value_lists).map(operand).collect();
    let destination = normal.block(&func.dfg.value_lists);
    func.replace(try_call).jump(destination, &operands);
}
