//! CLIF → machine code, function by function, on several threads.
//!
//! The largest functions go first, so that no thread is left alone with one at the end. Each result is
//! stored with its function's position: the number of threads changes nothing.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Function, UserFuncName};
use cranelift_codegen::{CodegenError as ClifError, control::ControlPlane};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_module::{FuncId, ModuleReloc};

use crate::codegen::cache::{BodyRecord, Lookup, Record};
use crate::codegen::handler_table::FunctionHandlers;
use crate::codegen::isa::guest_signature;
use crate::codegen::lowered::Lowered;
use crate::codegen::pass::Optimizer;
use crate::codegen::pass::inline::{Inliner, Locations};
use crate::codegen::store::Store;
use crate::codegen::symbols::{Symbol, Symbols};
use crate::codegen::{CodegenError, func, shim};
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
    /// What a cache keeps of it, if there is one.
    pub(crate) record: Option<Record>,
}

/// What is made of each function.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Make<'c> {
    /// Machine code.
    Code,
    /// Machine code and assembly text.
    Assembly,
    /// Machine code, from a cache where it has it, and the record for a cache.
    Cached(&'c Lookup<'c>),
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
                function.signature =
                    guest_signature(plan.convention, &plan.signatures[plan.functions[id].signature]);
                func::translate(plan, symbols, id, (instance, index), function, builder_context);
            }
            FunctionKind::Host { .. } | FunctionKind::Unknown { .. } => {
                shim::host_function(plan, symbols, id, function, builder_context);
            }
        },
        Symbol::ScriptStep(action) => shim::script_step(plan, symbols, action, function, builder_context),
        Symbol::Runtime(_) => unreachable!("the runtime's functions are in its own object"),
    }
}

/// Compiles all defined functions. Their positions in the result are those in `symbols.defined`.
///
/// # Errors
/// If a function exceeds a limit of the code generator: the first such function in that order.
pub(crate) fn compile_all(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    optimizer: &Optimizer,
    jobs: NonZeroUsize,
    make: Make<'_>,
) -> Result<Vec<Store>, CodegenError> {
    let mut order: Vec<usize> = (0..symbols.defined.len()).collect();
    order.sort_by_key(|&position| std::cmp::Reverse(cost(plan, symbols.defined[position])));
    let next = AtomicUsize::new(0);
    let results = Mutex::new((Vec::new(), Vec::new()));
    let work = || {
        let mut worker = Worker::new();
        let (mut done, mut failed) = (Store::default(), Vec::new());
        while let Some(&position) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            match worker.compile(plan, symbols, symbols.defined[position], optimizer, make) {
                Ok(compiled) => done.add(position, compiled),
                Err(error) => failed.push((position, error)),
            }
        }
        let (stores, errors) = &mut *results.lock().expect("no thread panicked");
        stores.push(done);
        errors.append(&mut failed);
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.get().min(order.len()) {
            scope.spawn(work);
        }
        work();
    });
    let (stores, errors) = results.into_inner().expect("no thread panicked");
    let first_error = errors.into_iter().min_by_key(|&(position, _)| position);
    first_error.map_or(Ok(stores), |(_, error)| Err(error))
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
    worker.build(plan, symbols, symbol, optimizer);
    optimizer.optimize(&mut worker.context).map_err(|error| explain(plan, symbol, &error))?;
    Ok(worker.context.func)
}

/// A guess at what a function costs to compile.
fn cost(plan: &StaticPlan<'_>, symbol: Symbol) -> u32 {
    if let Symbol::Function(id) = symbol { plan.functions[id].size } else { 0 }
}

/// After a function of more instructions than this the register allocator starts with fresh memory. One of its tables
/// is cleared for each try to place a value, at the cost of the largest size that it ever had.
const LARGE: usize = 10_000;

/// What one thread reuses from function to function.
struct Worker {
    context: Context,
    allocator: regalloc2::Ctx,
    builder_context: FunctionBuilderContext,
    inliner: Inliner,
}

impl Worker {
    fn new() -> Self {
        Self {
            context: Context::new(),
            allocator: regalloc2::Ctx::default(),
            builder_context: FunctionBuilderContext::new(),
            inliner: Inliner::default(),
        }
    }

    /// Leaves the function in the context, ready to be optimized, and tells where its parts come from.
    fn build(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        symbol: Symbol,
        optimizer: &Optimizer,
    ) -> Locations {
        self.context.clear();
        // Cranelift 0.135 forgets these, and its passes go through all that there are.
        self.context.func.dfg.exception_tables.clear();
        build_function(plan, symbols, symbol, &mut self.context.func, &mut self.builder_context);
        let locations = match symbol {
            Symbol::Function(id) => self.inliner.complete(plan, symbols, id, &mut self.context),
            _ => Locations::default(),
        };
        optimizer.prepare(&mut self.context);
        locations
    }

    fn compile(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        symbol: Symbol,
        optimizer: &Optimizer,
        make: Make<'_>,
    ) -> Result<Compiled, CodegenError> {
        let with_text = match make {
            Make::Cached(lookup) => return self.find_or_compile(plan, symbols, symbol, optimizer, lookup),
            Make::Code => false,
            Make::Assembly => true,
        };
        let locations = self.build(plan, symbols, symbol, optimizer);
        let id = FuncId::from_u32(symbols.number(symbol));
        let (lowered, assembly) = self.lower(plan, symbol, optimizer, with_text)?;
        let placed = lowered.place(&self.context.func, id, &locations.inlined);
        let assembly = assembly.as_deref().map(without_frame_notes);
        Ok(Compiled { assembly, ..placed })
    }

    /// The function as the cache has it, or else as it is made; with its record.
    fn find_or_compile(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        symbol: Symbol,
        optimizer: &Optimizer,
        lookup: &Lookup<'_>,
    ) -> Result<Compiled, CodegenError> {
        let id = FuncId::from_u32(symbols.number(symbol));
        let body_key = lookup.body_key(symbol);
        if let Some(key) = body_key
            && let Some((body, body_record)) = lookup.find_body(&key, symbols)
        {
            if cfg!(debug_assertions) {
                let locations = self.build(plan, symbols, symbol, optimizer);
                let code = lookup.code_key(&self.context.func);
                let made = BodyRecord::new(code, &self.context.func, &locations.inlined);
                assert_eq!(body, made, "what a body became is what it becomes");
            }
            self.context.clear();
            body.declare_names(&mut self.context.func);
            if let Some((lowered, code)) = lookup.find_code(&body.code, &self.context.func) {
                let record = Record { code: (body.code, code), body: Some((key, body_record)) };
                let placed = lowered.place(&self.context.func, id, &body.inlined);
                return Ok(Compiled { record: Some(record), ..placed });
            }
        }
        let locations = self.build(plan, symbols, symbol, optimizer);
        let key = lookup.code_key(&self.context.func);
        let body = BodyRecord::new(key, &self.context.func, &locations.inlined);
        let (lowered, code) = match lookup.find_code(&key, &self.context.func) {
            Some((lowered, code)) => (lowered, Some(code)),
            None => {
                let (lowered, _) = self.lower(plan, symbol, optimizer, false)?;
                let code = lowered.encode();
                (lowered, code)
            }
        };
        let record = code.map(|code| Record {
            code: (key, code),
            body: body_key.and_then(|key| Some((key, body.encode(symbols)?))),
        });
        Ok(Compiled { record, ..lowered.place(&self.context.func, id, &locations.inlined) })
    }

    /// Optimizes the function in the context and makes machine code of it, with its text if that is asked for.
    ///
    /// That is [`Context::compile`] without what it does first, all of which is done.
    fn lower(
        &mut self,
        plan: &StaticPlan<'_>,
        symbol: Symbol,
        optimizer: &Optimizer,
        with_text: bool,
    ) -> Result<(Lowered, Option<String>), CodegenError> {
        let isa = &**optimizer.isa();
        let context = &mut self.context;
        let compiled = optimizer.optimize(context).and_then(|()| {
            context.verify_if(isa)?;
            let allocator = &mut self.allocator;
            let control = &mut ControlPlane::default();
            isa.compile_function(&context.func, &context.domtree, allocator, with_text, control)
        });
        if context.func.dfg.num_insts() > LARGE {
            self.allocator = regalloc2::Ctx::default();
        }
        let compiled = compiled.map_err(|error| explain(plan, symbol, &error))?;
        let compiled = compiled.apply_params(&context.func.params);
        Ok((Lowered::new(&compiled, isa.function_alignment().minimum), compiled.vcode))
    }
}

/// Assembly text without the lines that say where registers are saved: these are no instructions.
fn without_frame_notes(assembly: &str) -> String {
    assembly.split_inclusive('\n').filter(|line| !line.starts_with("  unwind ")).collect()
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
