//! Specification test scripts: commands that the program's main function runs in order, with what
//! each is to do.

use wasiaot_abi::script::{ResultPattern, ScriptStep, ScriptValue};
use wasiaot_abi::trap::TrapCode;

use crate::parse::ExportItem;
use crate::plan::{FunctionId, GlobalId, InstanceId, StaticPlan};

/// A command of a script.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its line in the script.
    pub line: u32,
    /// What it does.
    pub action: Action,
    /// The trap that is expected; `None` if it is to succeed.
    pub trap: Option<TrapCode>,
    /// What the results are to be.
    pub patterns: Vec<Pattern>,
}

/// What a command does. Instances are counted from the script's first.
#[derive(Clone, Debug)]
pub enum Action {
    /// Instantiates a module.
    Instantiate(InstanceId),
    /// Calls an exported function.
    Invoke(InstanceId, String, Vec<ScriptValue>),
    /// Reads an exported global.
    Get(InstanceId, String),
}

/// What one result may be; see [`ResultPattern`].
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// Which result.
    pub result: u32,
    /// Whether any value but zero will do.
    pub nonzero: bool,
    /// The bits that count.
    pub mask: ScriptValue,
    /// What they are.
    pub value: ScriptValue,
}

/// A planned command.
#[derive(Clone, Debug)]
pub struct StepPlan {
    /// Its line in the script.
    pub line: u32,
    /// What it does.
    pub action: StepAction,
    /// The trap that is expected.
    pub trap: Option<TrapCode>,
    /// The arguments.
    pub args: Vec<ScriptValue>,
    /// Address of the arguments in the constants.
    pub args_address: u64,
    /// What the results are to be.
    pub patterns: Vec<Pattern>,
    /// Address of the patterns in the constants.
    pub patterns_address: u64,
    /// Number of results.
    pub results_len: u32,
}

/// What a planned command does: commands that do the same with other arguments share the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepAction {
    /// Instantiates.
    Instantiate(InstanceId),
    /// Calls a function.
    Invoke(FunctionId),
    /// Reads a global.
    Get(GlobalId),
}

/// The planned commands and where their table is.
#[derive(Clone, Debug, Default)]
pub struct ScriptPlan {
    /// Address of the table of [`ScriptStep`]s.
    pub address: u64,
    /// The commands.
    pub steps: Vec<StepPlan>,
}

/// Bytes of a step in the table.
pub(crate) const STEP_BYTES: u64 = size_of::<ScriptStep>() as u64;

/// Bytes of an argument or result.
pub(crate) const VALUE_BYTES: u64 = size_of::<ScriptValue>() as u64;

/// Bytes of a pattern.
pub(crate) const PATTERN_BYTES: u64 = size_of::<ResultPattern>() as u64;

/// Resolves the commands' exports.
///
/// # Panics
/// If an export does not exist or is of another kind: scripts are part of our own tests.
pub(crate) fn plan_steps(plan: &StaticPlan<'_>, commands: Vec<Command>) -> Vec<StepPlan> {
    let export = |instance: InstanceId, name: &str| {
        plan.instances[instance].program.export(name).expect("the script names existing exports")
    };
    commands
        .into_iter()
        .map(|command| {
            let (action, args, results) = match command.action {
                Action::Instantiate(instance) => (StepAction::Instantiate(instance), Vec::new(), 0),
                Action::Invoke(instance, name, args) => {
                    let ExportItem::Func(index) = export(instance, &name) else {
                        panic!("`{name}` is not a function");
                    };
                    let function = plan.instances[instance].functions[index];
                    let ty = &plan.signatures[plan.functions[function].signature];
                    assert_eq!(args.len(), ty.params.len(), "the script gives `{name}` its arguments");
                    (StepAction::Invoke(function), args, ty.results.len())
                }
                Action::Get(instance, name) => {
                    let ExportItem::Global(index) = export(instance, &name) else {
                        panic!("`{name}` is not a global");
                    };
                    (StepAction::Get(plan.instances[instance].globals[index]), Vec::new(), 1)
                }
            };
            StepPlan {
                line: command.line,
                action,
                trap: command.trap,
                args,
                args_address: 0,
                patterns: command.patterns,
                patterns_address: 0,
                results_len: u32::try_from(results).expect("few results"),
            }
        })
        .collect()
}
