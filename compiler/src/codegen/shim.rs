//! Functions that no module holds: the program's main function, instantiation, and the way to the
//! host.
//!
//! Guest code calls the host through shims. A shim has the guest's calling convention and stores its
//! frame pointer in the context before it calls on: that is where a backtrace out of host code starts.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Function, InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use wasiaot_abi::host;
use wasiaot_abi::script::ScriptValue;
use wasiaot_abi::trap::TrapCode;

use crate::codegen::func::{self, FunctionState};
use crate::codegen::isa::{clif_type, guest_signature, host_signature};
use crate::codegen::symbols::{HelperShim, Symbol, Symbols};
use crate::codegen::traps::clif_trap;
use crate::codegen::{addressing, bounds};
use crate::parse::FuncType;
use crate::plan::script::StepAction;
use crate::plan::{FunctionId, FunctionKind, InitOp, InstanceId, SignatureId, StaticPlan, Step};

/// The main function: `extern "C" fn()`.
pub(crate) fn main(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    function.signature = host_signature(&[], &[]);
    let instance = plan.instances.values().next().expect("a program has an instance");
    let mut fx = FunctionState::new(plan, symbols, instance, FunctionBuilder::new(function, context));
    open(&mut fx);
    let mut results = Vec::new();
    for step in &plan.main {
        match step {
            Step::Setup(symbol) => fx.call_runtime(symbol, &[]),
            Step::Script => {
                let steps = addressing::address(&mut fx.builder, plan.script.address);
                let len = fx.builder.ins().iconst(types::I64, plan.script.steps.len() as i64);
                fx.call_runtime(host::SCRIPT_MAIN, &[steps, len]);
            }
            Step::Instantiate(id) => instantiate(&mut fx, *id),
            Step::Call(id) => {
                let callee = fx.function(*id);
                let call = fx.builder.ins().call(callee, &[]);
                results = fx.builder.inst_results(call).to_vec();
            }
            Step::Exit(id) => {
                let callee = fx.function(*id);
                fx.builder.ins().call(callee, &results);
            }
        }
    }
    close(fx, &[]);
}

/// Calls what instantiation does at run time, if it does anything.
fn instantiate(fx: &mut FunctionState<'_, '_>, id: InstanceId) {
    if !fx.plan.instances[id].init.is_empty() {
        let convention = fx.plan.convention;
        let callee =
            fx.callee(Symbol::Init(id), || guest_signature(convention, &FuncType::<SignatureId>::EMPTY));
        fx.builder.ins().call(callee, &[]);
    }
}

/// What commands of a test script do: `extern "C" fn(values: *mut ScriptValue)`.
pub(crate) fn script_step(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    action: StepAction,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    // Not flagged as aligned: values are to 8 bytes, vectors have 16.
    const FLAGS: MemFlagsData = MemFlagsData::new().with_notrap();
    function.signature = host_signature(&[types::I64], &[]);
    let instance = plan.instances.values().next().expect("a script has an instance");
    let mut fx = FunctionState::new(plan, symbols, instance, FunctionBuilder::new(function, context));
    let values_address = open(&mut fx)[0];
    let offsets = (0..).step_by(size_of::<ScriptValue>());
    let results = match action {
        StepAction::Instantiate(id) => {
            instantiate(&mut fx, id);
            Vec::new()
        }
        StepAction::Invoke(id) => {
            let ty = &plan.signatures[plan.functions[id].signature];
            let params = ty.params.iter().zip(offsets.clone());
            let args: Vec<Value> = params
                .map(|(&ty, offset)| fx.builder.ins().load(clif_type(ty), FLAGS, values_address, offset))
                .collect();
            let callee = fx.function(id);
            let call = fx.builder.ins().call(callee, &args);
            fx.builder.inst_results(call).to_vec()
        }
        StepAction::Get(global) => vec![func::global_value(&mut fx, global)],
    };
    let zero = fx.builder.ins().iconst(types::I64, 0);
    for (result, offset) in results.into_iter().zip(offsets) {
        // An argument may be there. What the result does not cover is zero.
        fx.builder.ins().store(FLAGS, zero, values_address, offset);
        fx.builder.ins().store(FLAGS, zero, values_address, offset + 8);
        fx.builder.ins().store(FLAGS, result, values_address, offset);
    }
    close(fx, &[]);
}

/// What instantiation does at run time: `[] -> []`.
pub(crate) fn init(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    instance: InstanceId,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    function.signature = guest_signature(plan.convention, &FuncType::<SignatureId>::EMPTY);
    let instance = &plan.instances[instance];
    let mut fx = FunctionState::new(plan, symbols, instance, FunctionBuilder::new(function, context));
    open(&mut fx);
    for op in &instance.init {
        match *op {
            InitOp::CheckMemory { memory, min_bytes } => {
                let len = bounds::memory_len(&mut fx.builder, &plan.memories[memory]);
                check_import(&mut fx, len, min_bytes);
            }
            InitOp::CheckTable { table, min } => {
                let len = fx.table_len(table);
                check_import(&mut fx, len, min);
            }
            InitOp::TableInit { table, offset, segment } => {
                let segment = instance.elements[&segment];
                let (operands, len) = whole_segment(&mut fx, offset, segment.len);
                func::init_table(&mut fx, table, segment, operands, len);
            }
            InitOp::MemoryInit { memory, offset, segment } => {
                let segment = instance.data[&segment];
                let (operands, len) = whole_segment(&mut fx, offset, segment.len);
                func::init_memory(&mut fx, &plan.memories[memory], segment, operands, len);
            }
            InitOp::Start(start) => {
                let callee = fx.function(start);
                fx.builder.ins().call(callee, &[]);
            }
        }
    }
    close(fx, &[]);
}

/// Traps if an imported memory or table is smaller than the import asks for.
fn check_import(fx: &mut FunctionState<'_, '_>, len: Value, min: u64) {
    let too_small = fx.builder.ins().icmp_imm_u(IntCC::UnsignedLessThan, len, min.cast_signed());
    fx.builder.ins().trapnz(too_small, clif_trap(TrapCode::IncompatibleImport));
}

/// Operands that copy a whole segment, and its length.
fn whole_segment(fx: &mut FunctionState<'_, '_>, offset: u64, len: u64) -> ([Value; 3], Value) {
    let to = fx.builder.ins().iconst(types::I64, offset.cast_signed());
    let from = fx.builder.ins().iconst(types::I64, 0);
    let len = fx.builder.ins().iconst(types::I64, len.cast_signed());
    ([to, from, len], len)
}

/// The shim of a host function or of an unknown import.
pub(crate) fn host_function(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    id: FunctionId,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    let planned = &plan.functions[id];
    let ty = &plan.signatures[planned.signature];
    function.signature = guest_signature(plan.convention, ty);
    let instance = plan.instances.values().next().expect("a program has an instance");
    let mut fx = FunctionState::new(plan, symbols, instance, FunctionBuilder::new(function, context));
    let mut args = open(&mut fx);
    store_host_exit(&mut fx);
    match &planned.kind {
        FunctionKind::Host { function, memory } => {
            let record = memory.map_or(plan.context.no_memory, |memory| plan.memories[memory].record);
            args.insert(0, addressing::address(&mut fx.builder, record));
            let params: Vec<_> =
                std::iter::once(types::I64).chain(ty.params.iter().map(|&ty| clif_type(ty))).collect();
            let returns: Vec<_> = ty.results.iter().map(|&ty| clif_type(ty)).collect();
            let callee = fx.callee(Symbol::Runtime(function.symbol), || host_signature(&params, &returns));
            let call = fx.builder.ins().call(callee, &args);
            let results = fx.builder.inst_results(call).to_vec();
            close(fx, &results);
        }
        FunctionKind::Unknown { .. } => {
            let (address, len) = plan.constants.unknown_names[&id];
            let name = addressing::address(&mut fx.builder, address);
            let len = fx.builder.ins().iconst(types::I64, len.cast_signed());
            fx.call_runtime(host::UNKNOWN_IMPORT, &[name, len]);
            fx.builder.ins().trap(clif_trap(TrapCode::UnknownImport));
            finish(fx);
        }
        FunctionKind::Wasm { .. } => unreachable!("functions with a body need no shim"),
    }
}

/// The shim of a helper.
pub(crate) fn helper(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    shim: HelperShim,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    let (target, params) = shim.target();
    let params = vec![types::I64; params];
    function.signature = shim.signature(plan.convention);
    let instance = plan.instances.values().next().expect("a program has an instance");
    let mut fx = FunctionState::new(plan, symbols, instance, FunctionBuilder::new(function, context));
    let args = open(&mut fx);
    store_host_exit(&mut fx);
    let callee = fx.callee(Symbol::Runtime(target), || host_signature(&params, &[types::I64]));
    let call = fx.builder.ins().call(callee, &args);
    let results = fx.builder.inst_results(call).to_vec();
    close(fx, &results);
}

fn open(fx: &mut FunctionState<'_, '_>) -> Vec<Value> {
    let entry = fx.builder.create_block();
    fx.builder.append_block_params_for_function_params(entry);
    fx.builder.switch_to_block(entry);
    fx.builder.block_params(entry).to_vec()
}

fn close(mut fx: FunctionState<'_, '_>, results: &[Value]) {
    fx.builder.ins().return_(results);
    finish(fx);
}

fn finish(fx: FunctionState<'_, '_>) {
    func::finish(fx);
}

fn store_host_exit(fx: &mut FunctionState<'_, '_>) {
    let frame = fx.builder.ins().get_frame_pointer(types::I64);
    addressing::store(&mut fx.builder, frame, fx.plan.context.host_exit);
}
