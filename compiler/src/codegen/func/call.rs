//! Calls: direct, through tables and references, and references to functions.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, SigRef, Value, types};
use wasiaot_abi::context::FUNC_REF_CODE_BITS;
use wasiaot_abi::trap::TrapCode;

use crate::codegen::func::{FunctionState, table};
use crate::codegen::isa::clif_type;
use crate::codegen::traps::clif_trap;
use crate::parse::{FuncIndex, TableIndex, TypeIndex};
use crate::plan::{Candidate, FunctionId, SignatureId, TableCall};

impl FunctionState<'_, '_> {
    /// Calls a function of the program; returns the results.
    fn call_function(&mut self, function: FunctionId, args: &[Value]) -> Vec<Value> {
        let callee = self.function(function);
        if self.plan.functions[function].may_throw {
            return self.call_throwing(callee, args);
        }
        let call = self.builder.ins().call(callee, args);
        self.builder.inst_results(call).to_vec()
    }

    /// The reference to a function: its code address, and its signature in the high half.
    pub(super) fn function_reference(&mut self, function: FunctionId) -> Value {
        let signature = self.plan.functions[function].signature.run_time_number();
        let callee = self.function(function);
        let code = self.builder.ins().func_addr(types::I64, callee);
        let high = i64::from(signature) << FUNC_REF_CODE_BITS;
        let high = self.builder.ins().iconst(types::I64, high);
        self.builder.ins().bor(code, high)
    }
}

/// The function that the call which is translated calls, if the plan knows better than the operator.
fn known_callee(fx: &FunctionState<'_, '_>) -> Option<FunctionId> {
    let place = fx.known_calls.binary_search_by_key(&fx.offset, |call| call.offset).ok()?;
    Some(fx.known_calls[place].function)
}

pub(super) fn call(fx: &mut FunctionState<'_, '_>, index: u32) {
    let function = known_callee(fx).unwrap_or(fx.instance.functions[FuncIndex(index)]);
    let ty = &fx.plan.signatures[fx.plan.functions[function].signature];
    let args = fx.stack.split_off(fx.stack.len() - ty.params.len());
    let results = fx.call_function(function, &args);
    fx.stack.extend(results);
}

/// The frame is gone before the call: a chain of such calls takes constant stack.
pub(super) fn return_call(fx: &mut FunctionState<'_, '_>, index: u32) {
    let function = known_callee(fx).unwrap_or(fx.instance.functions[FuncIndex(index)]);
    let ty = &fx.plan.signatures[fx.plan.functions[function].signature];
    let callee = fx.function(function);
    let args = fx.stack.split_off(fx.stack.len() - ty.params.len());
    fx.builder.ins().return_call(callee, &args);
    fx.reachable = false;
}

pub(super) fn call_indirect(fx: &mut FunctionState<'_, '_>, type_index: u32, table_index: u32) {
    if let Some(function) = known_callee(fx) {
        let args = known_args(fx, type_index);
        let results = fx.call_function(function, &args);
        return fx.stack.extend(results);
    }
    if let Some(call) = devirtualized(fx, type_index, table_index) {
        return call_one_of(fx, &call);
    }
    let callee = table_callee(fx, type_index, table_index);
    let results = fx.call_indirect_throwing(callee.signature, callee.code, &callee.args);
    fx.stack.extend(results);
}

pub(super) fn return_call_indirect(fx: &mut FunctionState<'_, '_>, type_index: u32, table_index: u32) {
    if let Some(function) = known_callee(fx) {
        let args = known_args(fx, type_index);
        let callee = fx.function(function);
        fx.builder.ins().return_call(callee, &args);
        fx.reachable = false;
        return;
    }
    if let Some(call) = devirtualized(fx, type_index, table_index) {
        return return_call_one_of(fx, &call);
    }
    let callee = table_callee(fx, type_index, table_index);
    fx.builder.ins().return_call_indirect(callee.signature, callee.code, &callee.args);
    fx.reachable = false;
}

/// Pops the index and the arguments of a call through a table of which the plan knows the index.
fn known_args(fx: &mut FunctionState<'_, '_>, type_index: u32) -> Vec<Value> {
    fx.pop();
    let params = fx.plan.signatures[fx.instance.types[TypeIndex(type_index)]].params.len();
    fx.stack.split_off(fx.stack.len() - params)
}

/// A call through a table of which the plan knows what it can reach.
struct DevirtualizedCall<'p> {
    call: TableCall,
    candidates: &'p [Candidate],
}

fn devirtualized<'p>(
    fx: &FunctionState<'p, '_>,
    type_index: u32,
    table_index: u32,
) -> Option<DevirtualizedCall<'p>> {
    let table = fx.instance.tables[TableIndex(table_index)];
    let call = TableCall { table, signature: fx.instance.types[TypeIndex(type_index)] };
    let candidates = fx.plan.devirtualized.get(&call)?;
    Some(DevirtualizedCall { call, candidates })
}

fn call_one_of(fx: &mut FunctionState<'_, '_>, call: &DevirtualizedCall<'_>) {
    let (args, blocks) = select_callee(fx, call);
    let next = fx.builder.create_block();
    let plan = fx.plan;
    let results: Vec<Value> = plan.signatures[call.call.signature]
        .results
        .iter()
        .map(|&ty| fx.builder.append_block_param(next, clif_type(ty)))
        .collect();
    for (block, function) in blocks {
        fx.builder.switch_to_block(block);
        fx.builder.seal_block(block);
        let results = fx.call_function(function, &args);
        let results: Vec<BlockArg> = results.into_iter().map(BlockArg::from).collect();
        fx.builder.ins().jump(next, &results);
    }
    fx.builder.switch_to_block(next);
    fx.builder.seal_block(next);
    fx.stack.extend(results);
}

fn return_call_one_of(fx: &mut FunctionState<'_, '_>, call: &DevirtualizedCall<'_>) {
    let (args, blocks) = select_callee(fx, call);
    for (block, function) in blocks {
        fx.builder.switch_to_block(block);
        fx.builder.seal_block(block);
        let callee = fx.function(function);
        fx.builder.ins().return_call(callee, &args);
    }
    fx.reachable = false;
}

/// Pops an index and arguments, and goes to one block for each candidate; traps if it is none of them.
fn select_callee(
    fx: &mut FunctionState<'_, '_>,
    call: &DevirtualizedCall<'_>,
) -> (Vec<Value>, Vec<(Block, FunctionId)>) {
    let index = fx.pop();
    let params = fx.plan.signatures[call.call.signature].params.len();
    let args = fx.stack.split_off(fx.stack.len() - params);
    let mut blocks = Vec::with_capacity(call.candidates.len());
    for candidate in call.candidates {
        let block = fx.builder.create_block();
        for &entry in &candidate.indices {
            let differs = fx.builder.create_block();
            let is_it = fx.builder.ins().icmp_imm_u(IntCC::Equal, index, i64::from(entry));
            fx.builder.ins().brif(is_it, block, &[], differs, &[]);
            fx.builder.seal_block(differs);
            fx.builder.switch_to_block(differs);
        }
        blocks.push((block, candidate.function));
    }
    let current = fx.builder.current_block().expect("code is being added");
    if !call.candidates.is_empty() {
        fx.builder.set_cold_block(current);
    }
    let (entry, flags) = table::entry_address(fx, call.call.table, index, TrapCode::UndefinedElement);
    let signature = fx.builder.ins().load(types::I32, flags, entry, 4);
    fx.builder.ins().trapz(signature, clif_trap(TrapCode::UninitializedElement));
    fx.builder.ins().trap(clif_trap(TrapCode::IndirectCallTypeMismatch));
    (args, blocks)
}

pub(super) fn call_ref(fx: &mut FunctionState<'_, '_>, type_index: u32) {
    let callee = reference_callee(fx, type_index);
    let results = fx.call_indirect_throwing(callee.signature, callee.code, &callee.args);
    fx.stack.extend(results);
}

pub(super) fn return_call_ref(fx: &mut FunctionState<'_, '_>, type_index: u32) {
    let callee = reference_callee(fx, type_index);
    fx.builder.ins().return_call_indirect(callee.signature, callee.code, &callee.args);
    fx.reachable = false;
}

/// Pops a reference and arguments; traps if it is null. Validation has checked the function's type.
fn reference_callee(fx: &mut FunctionState<'_, '_>, type_index: u32) -> IndirectCallee {
    let reference = fx.pop();
    fx.builder.ins().trapz(reference, clif_trap(TrapCode::NullFunctionReference));
    let code = fx.builder.ins().ireduce(types::I32, reference);
    let code = fx.builder.ins().uextend(types::I64, code);
    indirect_callee(fx, fx.instance.types[TypeIndex(type_index)], code)
}

/// A function that is known by its address, and its arguments.
struct IndirectCallee {
    signature: SigRef,
    code: Value,
    args: Vec<Value>,
}

/// Pops an index and arguments; traps unless the table has a function of the type there.
fn table_callee(fx: &mut FunctionState<'_, '_>, type_index: u32, table_index: u32) -> IndirectCallee {
    let signature = fx.instance.types[TypeIndex(type_index)];
    let index = fx.pop();
    let table = fx.instance.tables[TableIndex(table_index)];
    let (entry, flags) = table::entry_address(fx, table, index, TrapCode::UndefinedElement);
    check_signature(fx, entry, flags, signature.run_time_number());
    let code = fx.builder.ins().uload32(flags, entry, 0);
    indirect_callee(fx, signature, code)
}

/// Pops arguments.
fn indirect_callee(fx: &mut FunctionState<'_, '_>, signature: SignatureId, code: Value) -> IndirectCallee {
    let params = fx.plan.signatures[signature].params.len();
    let args = fx.stack.split_off(fx.stack.len() - params);
    IndirectCallee { signature: fx.signature(signature), code, args }
}

/// Traps unless the entry has the signature. No signature has number 0, so that one comparison covers
/// null entries as well; which of the two it was is told apart on the cold path.
fn check_signature(fx: &mut FunctionState<'_, '_>, entry: Value, flags: MemFlagsData, expected: u32) {
    let signature = fx.builder.ins().load(types::I32, flags, entry, 4);
    let differs = fx.builder.ins().icmp_imm_u(IntCC::NotEqual, signature, i64::from(expected));
    let mismatch = fx.builder.create_block();
    let matches = fx.builder.create_block();
    fx.builder.set_cold_block(mismatch);
    fx.builder.ins().brif(differs, mismatch, &[], matches, &[]);
    fx.builder.seal_block(mismatch);
    fx.builder.seal_block(matches);
    fx.builder.switch_to_block(mismatch);
    fx.builder.ins().trapz(signature, clif_trap(TrapCode::UninitializedElement));
    fx.builder.ins().trap(clif_trap(TrapCode::IndirectCallTypeMismatch));
    fx.builder.switch_to_block(matches);
}
