//! Generated modules, run in our executables and in an interpreter that shares no code generator with
//! us: results, traps, globals and memories have to be the same.
//!
//! A seed is one module, with the arguments of all calls. The interpreter goes first; what it did
//! becomes the expectations of a script (see [`crate::script`]), and the scripts of many modules
//! become one executable, so that most of the time goes into compiling. A module may be random bytes
//! in all but its validity: whatever an operator does to a value ends up in a result, a global or a
//! memory.
//!
//! The interpreter has no exceptions, and fails on a few modules. What those must do is what an executable
//! without any optimization has done: that finds out what optimizations, checks and CPU levels change.
//!
//! What is not compared: NaN bits (the generator makes them canonical) and what runs out of stack (the
//! interpreter's frames are not ours; its report ends the script of the module).

mod generate;
mod oracle;
mod ours;

use std::collections::BTreeMap;
use std::path::Path;

use wasiaot_compiler::parse::{self, ParseError, Program};
use wasiaot_compiler::passes::{Level, PassSet};
use wasiaot_compiler::plan::InstanceId;
use wasiaot_compiler::plan::script::Command;
use wasiaot_compiler::{MemoryMode, Options};

pub use crate::differential::generate::module;
use crate::differential::oracle::{Oracle, Session};
use crate::script::{self, Member};

/// A way of compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What the tool does if nothing is asked of it.
    Default,
    /// With all optimizations.
    Optimized,
    /// Without any.
    Plain,
    /// Explicit bounds checks.
    Checked,
    /// Explicit bounds checks, with all optimizations.
    CheckedOptimized,
    /// For the oldest CPU.
    Baseline,
    /// For this machine's CPU, with all optimizations.
    Native,
}

impl Way {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Default,
        Self::Optimized,
        Self::Plain,
        Self::Checked,
        Self::CheckedOptimized,
        Self::Baseline,
        Self::Native,
    ];

    /// The options.
    #[must_use]
    pub fn options(self) -> Options {
        let default = crate::default_options("generated.wasm");
        let passes = PassSet::of_level;
        match self {
            Self::Default => default,
            Self::Optimized => Options { passes: passes(Level::O2), ..default },
            Self::Plain => Options { passes: passes(Level::O0), ..default },
            Self::Checked => Options { memory_mode: MemoryMode::Checked, ..default },
            Self::CheckedOptimized => {
                Options { memory_mode: MemoryMode::Checked, passes: passes(Level::O2), ..default }
            }
            Self::Baseline => Options { cpu: &default.target.cpu_levels[0], ..default },
            Self::Native => Options { cpu: crate::native_cpu(), passes: passes(Level::O2), ..default },
        }
    }
}

/// A module on which we and the interpreter do not agree.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The position of the module among those that were given.
    pub module: usize,
    /// What differs, a line each.
    pub messages: Vec<String>,
}

/// What became of a batch of modules.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Calls, globals and memories that were compared.
    pub compared: usize,
    /// Modules whose expectations are not the interpreter's.
    pub without_interpreter: usize,
    /// Modules on which there is no agreement.
    pub differences: Vec<Difference>,
}

/// The interpreter has one name for what the specification's scripts, and we, have two for.
const SAME_TRAP: &str = "trapped: undefined element, expected: out of bounds table access";

impl Report {
    /// Adds a module whose executable cannot be made or run.
    pub fn add_failure(&mut self, module: usize, message: String) {
        self.differences.push(Difference { module, messages: vec![message] });
    }
}

/// Lines of the script that a module has at most: they tell which module a failure belongs to.
const LINES_PER_MODULE: u32 = 10_000;

/// Runs modules both ways, all in one executable, which is made at `path`. `seeds` choose arguments.
///
/// # Errors
/// If the executable cannot be made, or ends in another way than scripts do: then at least one of the
/// modules is at fault, and running them one by one finds it.
pub fn compare(modules: &[Vec<u8>], seeds: &[u64], options: &Options, path: &Path) -> Result<Report, String> {
    let parse = |wasm| parse::parse(wasm, options);
    let programs: Vec<_> = modules.iter().map(|wasm| parse(wasm)).collect();
    let (sessions, without_interpreter) = sessions(&programs, seeds, path)?;
    let observers: Vec<Vec<_>> =
        sessions.iter().map(|session| session.observers.iter().map(|wasm| parse(wasm)).collect()).collect();
    let mut report = Report { without_interpreter, ..Report::default() };
    let mut script = Script::default();
    for (index, (session, program)) in sessions.iter().zip(&programs).enumerate() {
        match program {
            Ok(program) => {
                let watching: Vec<&Program<'_>> = observers[index]
                    .iter()
                    .map(|result| result.as_ref().expect("observers are valid"))
                    .collect();
                script.add(index, session, program, &watching);
            }
            Err(error) => report.add_failure(index, format!("the compiler says: {error}")),
        }
    }
    report.compared = script.commands.len();
    let executable =
        script::build(&script.members, script.commands, options).map_err(|error| error.to_string())?;
    let mut failed: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (line, message) in script::run(&executable, path)? {
        if message == SAME_TRAP {
            continue;
        }
        let module = (line / LINES_PER_MODULE) as usize;
        let step = &sessions[module].descriptions[(line % LINES_PER_MODULE) as usize];
        failed.entry(module).or_default().push(format!("{step}: {message}"));
    }
    report.differences.extend(failed.into_iter().map(|(module, messages)| Difference { module, messages }));
    Ok(report)
}

/// What each module has to do, and for how many that is not known from the interpreter. Nothing is known of a
/// module that the compiler rejects.
fn sessions(
    programs: &[Result<Program<'_>, ParseError>],
    seeds: &[u64],
    path: &Path,
) -> Result<(Vec<Session>, usize), String> {
    let oracle = Oracle::new();
    let mut sessions = vec![Session::default(); programs.len()];
    let mut others = Vec::new();
    for (index, (program, &seed)) in programs.iter().zip(seeds).enumerate() {
        let Ok(program) = program else { continue };
        match oracle.run(program, seed) {
            Some(session) => sessions[index] = session,
            None => others.push((index, program, seed)),
        }
    }
    let subjects: Vec<(&Program<'_>, u64)> =
        others.iter().map(|&(_, program, seed)| (program, seed)).collect();
    let known = ours::sessions(&subjects, &path.with_extension("reference"))?;
    for ((index, ..), session) in others.into_iter().zip(known) {
        sessions[index] = session;
    }
    Ok((sessions, subjects.len()))
}

/// The members and commands of all modules.
#[derive(Default)]
struct Script<'p> {
    members: Vec<Member<'p>>,
    commands: Vec<Command>,
}

impl<'p> Script<'p> {
    fn add(
        &mut self,
        index: usize,
        session: &Session,
        program: &'p Program<'p>,
        observers: &[&'p Program<'p>],
    ) {
        let instance = self.add_member(program, format!("module {index}"), BTreeMap::new());
        let namespace = BTreeMap::from([(oracle::MODULE_NAME.to_owned(), instance)]);
        // The observer of each memory becomes an instance behind the module's own.
        let observers: Vec<InstanceId> = observers
            .iter()
            .map(|&program| self.add_member(program, "observer".to_owned(), namespace.clone()))
            .collect();
        let base = u32::try_from(index).expect("batches are small") * LINES_PER_MODULE;
        for (line, step) in (base..).zip(&session.steps) {
            self.commands.push(step.command(line, instance, &observers));
        }
    }

    fn add_member(
        &mut self,
        program: &'p Program<'p>,
        name: String,
        namespace: BTreeMap<String, InstanceId>,
    ) -> InstanceId {
        let id = InstanceId(u32::try_from(self.members.len()).expect("batches are small"));
        self.members.push(Member { program, name, namespace });
        id
    }
}

/// What to read of a report with differences: the seeds, and what differs.
#[must_use]
pub fn explain(report: &Report, first_seed: u64) -> String {
    let lines = report.differences.iter().flat_map(|difference| {
        let seed = first_seed + difference.module as u64;
        difference.messages.iter().map(move |message| format!("seed {seed}: {message}\n"))
    });
    lines.collect()
}
