//! The third stage: [`StaticPlan`] → relocatable object.
//!
//! Each function is translated to CLIF and compiled by itself. Everything is addressed by the plan's
//! numbers; the object's only references are to functions and to its own read-only data. This stage
//! takes no decisions: whether something is constant, checked or compiled at all is in the plan.

mod addressing;
mod bounds;
mod cache;
mod compile;
mod error;
mod func;
mod handler_table;
mod isa;
mod islands;
mod lowered;
mod object;
mod pass;
mod shim;
mod store;
mod symbols;
mod trap_table;
mod traps;

use std::fmt::Write;

pub use cache::FunctionCache;
use cranelift_codegen::ir::Function;
use cranelift_frontend::FunctionBuilderContext;
pub use error::CodegenError;

use crate::codegen::compile::{Make, build_function, compile_all, optimize_one};
use crate::codegen::pass::Optimizer;
use crate::codegen::symbols::{Symbol, Symbols};
use crate::options::Options;
use crate::plan::{FunctionKind, StaticPlan};

/// Compiles a program into a relocatable ELF object.
///
/// # Errors
/// If a function exceeds a limit of the code generator.
pub fn codegen(plan: &StaticPlan<'_>, options: &Options) -> Result<Vec<u8>, CodegenError> {
    let symbols = Symbols::new(plan);
    let optimizer = Optimizer::new(plan, &symbols, options);
    let compiled = compile_all(plan, &symbols, &optimizer, options.jobs, Make::Code)?;
    object::write_object(plan, &symbols, compiled, optimizer.isa().clone(), options)
}

/// As [`codegen`], with functions from an earlier build where nothing that they depend on has changed. Also
/// returns what [`FunctionCache::new`] reads: the functions of this build.
///
/// # Errors
/// As [`codegen`].
pub fn codegen_cached(
    plan: &StaticPlan<'_>,
    options: &Options,
    cache: &FunctionCache,
) -> Result<(Vec<u8>, Vec<u8>), CodegenError> {
    let symbols = Symbols::new(plan);
    let optimizer = Optimizer::new(plan, &symbols, options);
    let lookup = cache.lookup(plan, &optimizer);
    let mut compiled = compile_all(plan, &symbols, &optimizer, options.jobs, Make::Cached(&lookup))?;
    let records = cache::write_file(store::take_records(&mut compiled));
    let object = object::write_object(plan, &symbols, compiled, optimizer.isa().clone(), options)?;
    Ok((object, records))
}

/// The CLIF of the program's functions, before optimization: `--emit clif`.
#[must_use]
pub fn clif(plan: &StaticPlan<'_>) -> String {
    let symbols = Symbols::new(plan);
    let mut context = FunctionBuilderContext::new();
    let mut text = String::new();
    for symbol in guest_code(plan, &symbols) {
        let mut function = Function::new();
        build_function(plan, &symbols, symbol, &mut function, &mut context);
        writeln!(text, ";; {}\n{}", describe(plan, symbol), function.display())
            .expect("strings can be written");
    }
    text
}

/// The CLIF of the program's functions after all optimizations: `--emit opt`.
///
/// # Errors
/// As [`codegen`].
pub fn optimized_clif(plan: &StaticPlan<'_>, options: &Options) -> Result<String, CodegenError> {
    let symbols = Symbols::new(plan);
    let optimizer = Optimizer::new(plan, &symbols, options);
    let mut text = String::new();
    for &symbol in symbols.defined.iter().filter(|&&symbol| is_guest_code(plan, symbol)) {
        let function = optimize_one(plan, &symbols, symbol, &optimizer)?;
        writeln!(text, ";; {}\n{}", describe(plan, symbol), function.display())
            .expect("strings can be written");
    }
    Ok(text)
}

/// The assembly of the program's functions: `--emit asm`.
///
/// # Errors
/// As [`codegen`].
pub fn asm(plan: &StaticPlan<'_>, options: &Options) -> Result<String, CodegenError> {
    let symbols = Symbols::new(plan);
    let optimizer = Optimizer::new(plan, &symbols, options);
    let mut compiled = compile_all(plan, &symbols, &optimizer, options.jobs, Make::Assembly)?;
    let mut text = String::new();
    for (&symbol, function) in symbols.defined.iter().zip(store::functions(&mut compiled)) {
        if is_guest_code(plan, symbol) {
            let assembly = function.assembly.as_deref().unwrap_or_default();
            writeln!(text, ";; {}\n{assembly}", describe(plan, symbol)).expect("strings can be written");
        }
    }
    Ok(text)
}

/// The functions that come from modules, those without code of their own included.
fn guest_code(plan: &StaticPlan<'_>, symbols: &Symbols) -> Vec<Symbol> {
    let compiled = symbols.defined.iter().copied().filter(|&symbol| is_guest_code(plan, symbol));
    let inlined = symbols.inlined.iter().map(|&id| Symbol::Function(id));
    let mut all: Vec<Symbol> = compiled.chain(inlined).collect();
    all.sort_unstable_by_key(|&symbol| (matches!(symbol, Symbol::Function(_)), symbol));
    all
}

/// Whether a function comes from a module, in contrast to shims.
fn is_guest_code(plan: &StaticPlan<'_>, symbol: Symbol) -> bool {
    match symbol {
        Symbol::Function(id) => matches!(plan.functions[id].kind, FunctionKind::Wasm { .. }),
        Symbol::Init(_) => true,
        _ => false,
    }
}

fn describe(plan: &StaticPlan<'_>, symbol: Symbol) -> String {
    match symbol {
        Symbol::Function(id) => match &plan.functions[id].kind {
            FunctionKind::Wasm { instance, index } => {
                let instance = &plan.instances[*instance];
                let name = instance.program.function_names.get(index).map_or("", String::as_str);
                let constants: String = plan.functions[id]
                    .constants
                    .iter()
                    .map(|(param, value)| format!(", parameter {param} is {value}"))
                    .collect();
                format!("{} function {index} {name:?}{constants}", instance.name)
            }
            FunctionKind::Host { function, .. } => format!("host {}", function.symbol),
            FunctionKind::Unknown { module, name } => format!("unknown {module:?} {name:?}"),
        },
        Symbol::Init(instance) => format!("{} instantiation", plan.instances[instance].name),
        other => format!("{other:?}"),
    }
}
