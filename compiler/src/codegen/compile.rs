//! CLIF → machine code, function by function, on several threads.
//!
//! The largest functions go first, so that no thread is left alone with one at the end. Each result is
//! stored under its function's position: the number of threads changes nothing.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Function, UserFuncName};
use cranelift_codegen::{CodegenError as ClifError, control::ControlPlane};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_module::{FuncId, ModuleReloc};

use crate::codegen::handler_table::{FunctionHandlers, find_handlers};
use crate::codegen::isa::guest_signature;
use crate::codegen::pass::Optimizer;
use crate::codegen::pass::inline::{Inliner, Locations};
use crate::codegen::symbols::{Symbol, Symbols};
use crate::codegen::{CodegenError, func, shim, trap_table};
use crate::plan::{FunctionKind, StaticPlan};

/// A compiled function.
pub(crate) struct Compiled {
    /// Machine code.
    pub(crate) code: Vec<u8>,
    /// Required alignment in bytes.
    pub(crate) align: u64,
    /// References to other functions.
    pub(crate) relocs: Vec<ModuleReloc>,
    /// Encoded sites.
    pub(crate) sites: Vec<u8>,
    /// Where calls have handlers for exceptions.
    pub(crate) handlers: FunctionHandlers,
    /// The assembly text, if it was asked for.
    pub(crate) assembly: Option<String>,
}

/// Whether assembly text is made besides the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assembly {
    Make,
    Skip,
}

/// Builds the CLIF of a function.
pub(crate) fn build_function(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    symbol: Symbol,
    function: &mut Function,
    builder_context: &mut FunctionBuilderContext,
) {
    function.name = UserFuncName::user(0, symbols.number(symbol));
    match symbol {
        Symbol::Main => shim::main(plan, symbols, function, builder_context),
        Symbol::HelperShim(helper) => shim::helper(plan, symbols, helper, function, builder_context),
        Symbol::Init(instance) => shim::init(plan, symbols, instance, function, builder_context),
        Symbol::Function(id) => match plan.functions[id].kind {
            FunctionKind::Wasm { instance, index } => {
                function.signature = guest_signature(&plan.signatures[plan.functions[id].signature]);
                func::translate(plan, symbols, instance, index, function, builder_context);
            }
            FunctionKind::Host { .. } | FunctionKind::Unknown { .. } => {
                shim::host_function(plan, symbols, id, function, builder_context);
            }
        },
        Symbol::ScriptStep(action) => shim::script_step(plan, symbols, action, function, builder_context),
        Symbol::Runtime(_) => unreachable!("the runtime's functions are in its own object"),
    }
}

/// Compiles all defined functions; the result is in the order of `symbols.defined`.
///
/// # Errors
/// If a function exceeds a limit of the code generator: the first such function in that order.
pub(crate) fn compile_all(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    optimizer: &Optimizer,
    jobs: NonZeroUsize,
    assembly: Assembly,
) -> Result<Vec<Compiled>, CodegenError> {
    let mut order: Vec<usize> = (0..symbols.defined.len()).collect();
    order.sort_by_key(|&position| std::cmp::Reverse(cost(plan, symbols.defined[position])));
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Compiled, CodegenError>)>> = Mutex::new(Vec::new());
    let work = || {
        let mut worker = Worker::new();
        let mut done = Vec::new();
        while let Some(&position) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let symbol = symbols.defined[position];
            done.push((position, worker.compile(plan, symbols, symbol, optimizer, assembly)));
        }
        results.lock().expect("no thread panicked").append(&mut done);
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.get().min(order.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().expect("no thread panicked");
    results.sort_unstable_by_key(|(position, _)| *position);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The CLIF of a function after all optimizations.
///
/// # Errors
/// If it exceeds a limit of the code generator.
pub(crate) fn optimize_one(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    symbol: Symbol,
    optimizer: &Optimizer,
) -> Result<Function, CodegenError> {
    let mut worker = Worker::new();
    worker.build_optimized(plan, symbols, symbol, optimizer)?;
    Ok(worker.context.func)
}

/// A guess at what a function costs to compile.
fn cost(plan: &StaticPlan<'_>, symbol: Symbol) -> u32 {
    if let Symbol::Function(id) = symbol { plan.functions[id].size } else { 0 }
}

/// What one thread reuses from function to function.
struct Worker {
    context: Context,
    builder_context: FunctionBuilderContext,
    inliner: Inliner,
}

impl Worker {
    fn new() -> Self {
        Self {
            context: Context::new(),
            builder_context: FunctionBuilderContext::new(),
            inliner: Inliner::default(),
        }
    }

    /// Leaves the function in the context, as it is to be lowered, and tells where its parts come from.
    fn build_optimized(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        symbol: Symbol,
        optimizer: &Optimizer,
    ) -> Result<Locations, CodegenError> {
        self.context.clear();
        // Cranelift 0.135 forgets these, and its passes go through all that there are.
        self.context.func.dfg.exception_tables.clear();
        build_function(plan, symbols, symbol, &mut self.context.func, &mut self.builder_context);
        let locations = match symbol {
            Symbol::Function(id) => self.inliner.complete(plan, symbols, id, &mut self.context),
            _ => Locations::default(),
        };
        optimizer.optimize(&mut self.context).map_err(|error| explain(plan, symbol, &error))?;
        Ok(locations)
    }

    fn compile(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        symbol: Symbol,
        optimizer: &Optimizer,
        assembly: Assembly,
    ) -> Result<Compiled, CodegenError> {
        let locations = self.build_optimized(plan, symbols, symbol, optimizer)?;
        self.context.want_disasm = assembly == Assembly::Make;
        let isa = &**optimizer.isa();
        if let Err(error) = self.context.compile(isa, &mut ControlPlane::default()) {
            return Err(explain(plan, symbol, &error.inner));
        }
        let compiled = self.context.compiled_code().expect("compilation succeeded");
        let id = FuncId::from_u32(symbols.number(symbol));
        let func = &self.context.func;
        let align = u64::from(compiled.buffer.alignment.max(isa.function_alignment().minimum));
        Ok(Compiled {
            code: compiled.code_buffer().to_vec(),
            align,
            relocs: compiled
                .buffer
                .relocs()
                .iter()
                .map(|reloc| ModuleReloc::from_mach_reloc(reloc, func, id))
                .collect(),
            sites: trap_table::encode_sites(&compiled.buffer, &locations.inlined),
            handlers: find_handlers(&compiled.buffer),
            assembly: compiled.vcode.clone(),
        })
    }
}

/// Limits of the code generator are errors of the input; everything else is our own bug.
fn explain(plan: &StaticPlan<'_>, symbol: Symbol, error: &ClifError) -> CodegenError {
    if let (ClifError::CodeTooLarge | ClifError::ImplLimitExceeded, Symbol::Function(id)) = (error, symbol)
        && let FunctionKind::Wasm { instance, index } = plan.functions[id].kind
    {
        let program = plan.instances[instance].program;
        let body = program.functions[index].body.clone().unwrap_or_default();
        return CodegenError::FunctionTooLarge {
            index: index.0,
            name: program.function_names.get(&index).cloned(),
            offset: body.start as u64,
        };
    }
    panic!("the code generator failed on {symbol:?}: {error:?}");
}
