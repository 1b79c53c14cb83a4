//! Function bodies: wasm operators → CLIF, one file per operator family.
//!
//! The operand stack is a stack of SSA values, and the control stack is one frame per open block, as
//! in the specification's validation algorithm (core spec 2.0, appendix "Validation Algorithm"). The
//! body has been validated: anything inconsistent here is our own bug.

mod atomic;
mod call;
mod control;
mod dispatch;
mod exception;
mod memory;
mod numeric;
mod simd;
mod table;
mod variable;

pub(crate) use memory::init_from as init_memory;
pub(crate) use table::init_from as init_table;
pub(crate) use variable::global_value;

use cranelift_codegen::FxHashMap;
use cranelift_codegen::ir::{
    ExtFuncData, ExternalName, FuncRef, Function, InstBuilder, SigRef, Signature, SourceLoc, TrapCode,
    UserExternalName, Value,
};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use wasmparser::{BinaryReader, FunctionBody};

use crate::codegen::addressing::Bases;
use crate::codegen::func::control::Frame;
use crate::codegen::func::exception::Exceptions;
use crate::codegen::isa::{clif_type, guest_call_conv, guest_signature, host_signature};
use crate::codegen::symbols::{Symbol, Symbols};
use crate::parse::{FuncIndex, ValueType};
use crate::plan::{FunctionId, Instance, InstanceId, KnownCall, SignatureId, StaticPlan};

/// What the translation of one function knows and builds.
pub(crate) struct FunctionState<'p, 'f> {
    pub(crate) plan: &'p StaticPlan<'p>,
    pub(crate) instance: &'p Instance<'p>,
    pub(crate) symbols: &'p Symbols,
    pub(crate) builder: FunctionBuilder<'f>,
    /// The operand stack.
    stack: Vec<Value>,
    /// The open blocks, the function's own first.
    control: Vec<Frame>,
    /// Where the operator that is translated is in the body, in bytes from its start.
    offset: u32,
    /// The calls in the body of which the plan knows more.
    known_calls: &'p [KnownCall],
    /// Whether the next operator can be reached. Operators that cannot are not translated.
    reachable: bool,
    locals: Vec<Variable>,
    exceptions: Exceptions,
    bases: Bases,
    callees: FxHashMap<Symbol, FuncRef>,
    signatures: FxHashMap<SignatureId, SigRef>,
}

/// Translates the body of a function into `func`, which is empty but for its signature. It is the body of the
/// function with this index in an instance.
pub(crate) fn translate(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    id: FunctionId,
    (instance, index): (InstanceId, FuncIndex),
    func: &mut Function,
    builder_context: &mut FunctionBuilderContext,
) {
    let instance = &plan.instances[instance];
    let program = instance.program;
    let range = program.functions[index].body.clone().expect("imports have no code to translate");
    let body_start = range.start;
    let body = FunctionBody::new(BinaryReader::new(&program.wasm[range], body_start));
    let ty = program.function_type(index);
    let mut fx = FunctionState::new(plan, symbols, instance, FunctionBuilder::new(func, builder_context));
    fx.open_function(&ty.results);
    fx.known_calls = &plan.functions[id].known_calls;
    fx.declare_locals(&body, &plan.functions[id].constants);
    if program.facts[index].exceptions.has_legacy_try {
        fx.exceptions = Exceptions::new(exception::find_clauses(&body));
    }
    let mut operators = body.get_operators_reader().expect("the body was validated");
    while !operators.eof() {
        let (op, offset) = operators.read_with_offset().expect("the body was validated");
        let offset = u32::try_from(offset - body_start).expect("bodies are shorter than 4 GiB");
        fx.builder.set_srcloc(SourceLoc::new(offset));
        fx.offset = offset;
        dispatch::operator(&mut fx, &op);
    }
    finish(fx);
}

/// Ends a function whose last block is complete.
pub(crate) fn finish(mut fx: FunctionState<'_, '_>) {
    fx.builder.seal_all_blocks();
    fx.builder.finalize(TargetFrontendConfig {
        default_call_conv: guest_call_conv(fx.plan.convention),
        pointer_width: target_lexicon::PointerWidth::U64,
        page_size_align_log2: 12,
    });
}

impl<'p, 'f> FunctionState<'p, 'f> {
    /// The state at the start of a function.
    pub(crate) fn new(
        plan: &'p StaticPlan<'p>,
        symbols: &'p Symbols,
        instance: &'p Instance<'p>,
        builder: FunctionBuilder<'f>,
    ) -> Self {
        Self {
            plan,
            instance,
            symbols,
            builder,
            stack: Vec::new(),
            control: Vec::new(),
            offset: 0,
            known_calls: &[],
            reachable: true,
            locals: Vec::new(),
            exceptions: Exceptions::default(),
            bases: Bases::default(),
            callees: FxHashMap::default(),
            signatures: FxHashMap::default(),
        }
    }

    /// Makes the locals. Parameters with a known value have that, whatever is passed.
    fn declare_locals(&mut self, body: &FunctionBody<'_>, constants: &[(u32, i32)]) {
        let entry = self.builder.current_block().expect("the entry block is open");
        for param in self.builder.block_params(entry).to_vec() {
            let ty = self.builder.func.dfg.value_type(param);
            let variable = self.builder.declare_var(ty);
            self.builder.def_var(variable, param);
            self.locals.push(variable);
        }
        for &(param, value) in constants {
            variable::i32_const(self, value);
            let value = self.pop();
            self.builder.def_var(self.locals[param as usize], value);
        }
        for group in body.get_locals_reader().expect("the body was validated") {
            let (count, ty) = group.expect("the body was validated");
            let ty = value_type(ty);
            let zero = variable::zero(self, ty);
            for _ in 0..count {
                let variable = self.builder.declare_var(clif_type(ty));
                self.builder.def_var(variable, zero);
                self.locals.push(variable);
            }
        }
    }

    fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().expect("the body was validated")
    }

    fn pop_two(&mut self) -> (Value, Value) {
        let second = self.pop();
        (self.pop(), second)
    }

    fn pop_three(&mut self) -> (Value, Value, Value) {
        let third = self.pop();
        let (first, second) = self.pop_two();
        (first, second, third)
    }

    /// The top `count` operands, in order.
    fn top(&self, count: usize) -> &[Value] {
        &self.stack[self.stack.len() - count..]
    }

    /// A reference to a function for calls.
    pub(crate) fn callee(&mut self, symbol: Symbol, signature: impl FnOnce() -> Signature) -> FuncRef {
        if let Some(&callee) = self.callees.get(&symbol) {
            return callee;
        }
        let signature = self.builder.import_signature(signature());
        let number = self.symbols.number(symbol);
        let name = self
            .builder
            .func
            .declare_imported_user_function(UserExternalName { namespace: 0, index: number });
        // Application and runtime are linked together within 2 GiB: calls are direct.
        let callee = self.builder.import_function(ExtFuncData {
            name: ExternalName::user(name),
            signature,
            colocated: true,
            patchable: false,
        });
        self.callees.insert(symbol, callee);
        callee
    }

    /// A reference to a function of the program.
    pub(crate) fn function(&mut self, function: FunctionId) -> FuncRef {
        let plan = self.plan;
        self.callee(Symbol::Function(function), || {
            guest_signature(plan.convention, &plan.signatures[plan.functions[function].signature])
        })
    }

    /// Calls a function of the runtime that needs no record of where the guest was: it uses little
    /// stack and cannot fail.
    pub(crate) fn call_runtime(&mut self, symbol: &'static str, args: &[Value]) {
        let types: Vec<_> = args.iter().map(|&arg| self.builder.func.dfg.value_type(arg)).collect();
        let callee = self.callee(Symbol::Runtime(symbol), || host_signature(&types, &[]));
        self.builder.ins().call(callee, args);
    }

    fn signature(&mut self, id: SignatureId) -> SigRef {
        if let Some(&signature) = self.signatures.get(&id) {
            return signature;
        }
        let signature =
            self.builder.import_signature(guest_signature(self.plan.convention, &self.plan.signatures[id]));
        self.signatures.insert(id, signature);
        signature
    }

    fn trap(&mut self, code: TrapCode) {
        self.builder.ins().trap(code);
        self.reachable = false;
    }
}

/// The project's form of a validated value type. What references refer to makes no difference to code.
fn value_type(ty: wasmparser::ValType) -> ValueType {
    match ty {
        wasmparser::ValType::I32 => ValueType::I32,
        wasmparser::ValType::I64 => ValueType::I64,
        wasmparser::ValType::F32 => ValueType::F32,
        wasmparser::ValType::F64 => ValueType::F64,
        wasmparser::ValType::V128 => ValueType::V128,
        wasmparser::ValType::Ref(_) => ValueType::FUNC_REF,
    }
}
