//! The second stage: [`Program`] → [`StaticPlan`]. Instantiation happens here, at build time.
//!
//! A program is a fixed graph of instances. Every import is resolved to a definition, every constant
//! expression to a value, every active segment that cannot fail to a part of an initial image; what
//! nothing can reach is left out; everything that stays gets an address. This stage decides; codegen
//! obeys. It reads no instructions: `parse` tells what it needs of them.

mod devirtualize;
mod display;
mod error;
mod image;
mod inline;
mod instantiate;
mod layout;
mod origin;
mod reach;
mod resolve;
pub mod script;
mod specialize;
mod throws;
mod types;
mod unify;

use std::collections::BTreeMap;

pub use error::PlanError;
pub use throws::payload_offsets;
pub use types::*;
use wasiaot_abi::calls;
use wasiaot_abi::grants::Grant;
use wasiaot_abi::host::{self, HostFunction, Setup};

use crate::nearest::nearest;
use crate::options::{Harden, Options};
use crate::parse::{ExportItem, Program, ValueType};

/// Entries that a table may grow to when it declares no maximum, or a larger one. 80 MB of entries:
/// far beyond what programs use, and little enough to be placed at a fixed address.
pub const MAX_TABLE_ENTRIES: u64 = 10_000_000;

/// One instance to make.
#[derive(Debug)]
pub struct Instantiation<'a> {
    /// The module.
    pub program: &'a Program<'a>,
    /// The module's name in backtraces.
    pub name: String,
    /// Instances that it may import from, by module name, beside the host.
    pub namespace: BTreeMap<String, InstanceId>,
}

/// What can be called from outside besides the program's own calls, and so has to be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Nothing.
    Calls,
    /// Every export of every instance.
    AllExports,
}

/// Plans an executable of one module.
///
/// # Errors
/// If an import cannot be resolved, the export to call is missing, or a limit is exceeded.
pub fn plan<'a>(program: &'a Program<'a>, options: &Options) -> Result<StaticPlan<'a>, PlanError> {
    let instantiation =
        Instantiation { program, name: options.input_name.clone(), namespace: BTreeMap::new() };
    let entry = options.invoke.as_deref().unwrap_or("_start");
    plan_graph(vec![instantiation], entry, options)
}

/// Plans a program of several instances, of which the last has the export to call.
fn plan_graph<'a>(
    instantiations: Vec<Instantiation<'a>>,
    entry: &str,
    options: &Options,
) -> Result<StaticPlan<'a>, PlanError> {
    let mut plan = resolve::resolve(instantiations, options)?;
    instantiate::plan_init(&mut plan, options);
    let calls = entry_calls(&plan, entry, options)?;
    let exit = gives_status(&plan, &calls).then(|| resolve::exit_function(&mut plan));
    let roots: Vec<FunctionId> = calls.iter().copied().chain(exit).collect();
    let effects = reach::mark(&mut plan, Roots::Calls, &roots);
    layout::place(&mut plan, &effects, options)?;
    devirtualize::plan_table_calls(&mut plan, options);
    specialize::plan_copies(&mut plan, options);
    throws::mark(&mut plan);
    inline::plan_inlining(&mut plan, options);
    plan.main = setup_steps(&plan, options);
    plan.main.extend(plan.instances.keys().map(Step::Instantiate));
    plan.main.extend(calls.into_iter().map(Step::Call));
    plan.main.extend(exit.map(Step::Exit));
    Ok(plan)
}

/// Plans a test script: the instances that its modules make, and what it does with them.
///
/// # Errors
/// As [`plan`].
pub fn plan_script<'a>(
    instantiations: Vec<Instantiation<'a>>,
    commands: Vec<script::Command>,
    options: &Options,
) -> Result<StaticPlan<'a>, PlanError> {
    let mut plan = resolve::resolve(instantiations, options)?;
    instantiate::plan_init(&mut plan, options);
    let effects = reach::mark(&mut plan, Roots::AllExports, &[]);
    plan.script.steps = script::plan_steps(&plan, commands);
    layout::place(&mut plan, &effects, options)?;
    devirtualize::plan_table_calls(&mut plan, options);
    specialize::plan_copies(&mut plan, options);
    throws::mark(&mut plan);
    inline::plan_inlining(&mut plan, options);
    plan.main = restriction_steps(&plan, options);
    plan.main.push(Step::Script);
    Ok(plan)
}

/// The exports that the program calls: the chosen one, and before it `_initialize` if a module that is
/// no command has it.
fn entry_calls(plan: &StaticPlan<'_>, entry: &str, options: &Options) -> Result<Vec<FunctionId>, PlanError> {
    let instance = plan.instances.values().next_back().expect("a program has an instance");
    let find = |name: &str| match instance.program.export(name) {
        Some(ExportItem::Func(index)) => {
            let ty = instance.program.function_type(index);
            if ty.params.is_empty() && (ty.results.is_empty() || *ty.results == [ValueType::I32]) {
                Ok(instance.functions[index])
            } else {
                Err(PlanError::EntryType { name: name.to_owned(), found: format!("a function of type {ty}") })
            }
        }
        Some(_) => Err(PlanError::EntryType { name: name.to_owned(), found: "no function".to_owned() }),
        None => {
            let functions = instance.program.exports.iter().filter_map(|export| match export.item {
                ExportItem::Func(_) => Some(export.name.as_str()),
                _ => None,
            });
            Err(PlanError::NoEntry {
                name: name.to_owned(),
                nearest: nearest(name, functions).map(str::to_owned),
                chosen: options.invoke.is_some(),
            })
        }
    };
    let mut calls = Vec::new();
    if entry != "_start" && entry != "_initialize" && instance.program.export("_initialize").is_some() {
        calls.push(find("_initialize")?);
    }
    calls.push(find(entry)?);
    Ok(calls)
}

/// Whether the last of the program's calls has a result, which is its exit status then.
fn gives_status(plan: &StaticPlan<'_>, calls: &[FunctionId]) -> bool {
    let last = *calls.last().expect("a program calls something");
    !plan.signatures[plan.functions[last].signature].results.is_empty()
}

/// The CPU check if the level needs one, the clock of the time limit, the set-up functions whose grants exist
/// and whose users are compiled, and then the restrictions, which forbid all of that. Listeners come before
/// directories: their descriptors have the lower numbers.
fn setup_steps(plan: &StaticPlan<'_>, options: &Options) -> Vec<Step> {
    let mut steps: Vec<Step> = options.cpu.check.map(Step::Setup).into_iter().collect();
    if options.limits.timeout_us.is_some() {
        steps.push(Step::Setup(host::START_TIMEOUT));
    }
    let has_listener = plan.grants.iter().any(|grant| matches!(grant, Grant::TcpListen(_)));
    if has_listener && uses_host(plan, |function| function.setup == Some(Setup::Listeners)) {
        steps.push(Step::Setup(host::INIT_LISTENERS));
    }
    if has_directory(plan) && uses_host(plan, |function| function.setup == Some(Setup::Preopens)) {
        steps.push(Step::Setup(host::INIT_PREOPENS));
    }
    steps.extend(restriction_steps(plan, options));
    steps
}

/// What makes the process restrict itself. Rules for paths are needed only where the system call filter
/// allows any path to be opened.
fn restriction_steps(plan: &StaticPlan<'_>, options: &Options) -> Vec<Step> {
    let (restrict_paths, restrict_calls) = match options.harden {
        Harden::Off => return Vec::new(),
        Harden::Default => (host::RESTRICT_PATHS, host::RESTRICT_CALLS),
        Harden::Strict => (host::REQUIRE_RESTRICTED_PATHS, host::REQUIRE_RESTRICTED_CALLS),
    };
    let mut steps = Vec::new();
    if has_directory(plan) && uses_host(plan, |function| function.calls.contains(&calls::RESOLVE)) {
        steps.push(Step::Setup(restrict_paths));
    }
    steps.push(Step::Setup(restrict_calls));
    steps
}

fn has_directory(plan: &StaticPlan<'_>) -> bool {
    plan.grants.iter().any(|grant| matches!(grant, Grant::Dir { .. }))
}

/// Whether a host function of this kind is compiled.
fn uses_host(plan: &StaticPlan<'_>, is_wanted: impl Fn(&HostFunction) -> bool) -> bool {
    plan.functions.values().any(|function| {
        function.reachable
            && matches!(&function.kind, FunctionKind::Host { function, .. } if is_wanted(function))
    })
}
