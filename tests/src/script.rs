//! Scripts of assertions as executables: modules and commands in, what failed out.
//!
//! All modules of a script become one program, whose main function runs the commands (see
//! `wasiaot_abi::script`). Where commands come from is left to the callers.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use wasiaot_compiler::parse::Program;
use wasiaot_compiler::plan::script::Command;
use wasiaot_compiler::plan::{InstanceId, Instantiation, PlanError, StaticPlan, plan_script};
use wasiaot_compiler::{BuildError, Options};

use crate::{platform, process};

/// The time that a script may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A module of a script, to be instantiated at the time of its command.
#[derive(Clone, Debug)]
pub struct Member<'p> {
    /// The module.
    pub program: &'p Program<'p>,
    /// Its name in backtraces.
    pub name: String,
    /// What it may import from.
    pub namespace: BTreeMap<String, InstanceId>,
}

/// What failed: messages by line of the script; those of several results are separated by `; `.
pub type Failures = BTreeMap<u32, String>;

/// Plans a script.
///
/// # Errors
/// As [`plan_script`].
pub fn plan<'p>(
    members: &[Member<'p>],
    commands: Vec<Command>,
    options: &Options,
) -> Result<StaticPlan<'p>, PlanError> {
    let instantiations = members.iter().map(|member| Instantiation {
        program: member.program,
        name: member.name.clone(),
        namespace: member.namespace.clone(),
    });
    plan_script(instantiations.collect(), commands, options)
}

/// Makes the executable of a script.
///
/// # Errors
/// As [`wasiaot_compiler::build`].
pub fn build(
    members: &[Member<'_>],
    commands: Vec<Command>,
    options: &Options,
) -> Result<Vec<u8>, BuildError> {
    let plan = plan(members, commands, options)?;
    crate::finish(&plan, options)
}

/// Writes an executable to `path`, runs it, and reads its report.
///
/// # Errors
/// If it ends in another way than scripts do.
///
/// # Panics
/// If the file cannot be written or run.
pub fn run(executable: &[u8], path: &Path) -> Result<Failures, String> {
    write_executable(executable, path);
    let finished = process::run(&mut platform::command(path), LIMIT);
    fs::remove_file(path).expect("the executable was written");
    let report = finished.stderr_text();
    let unexpected = || format!("the executable ended with {}:\n{report}", finished.status);
    let mut failures = Failures::new();
    for text in report.lines() {
        let parts = text.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
        let (line, message) = parts.ok_or_else(unexpected)?;
        let of_line: &mut String = failures.entry(line.parse().map_err(|_| unexpected())?).or_default();
        of_line.push_str(if of_line.is_empty() { "" } else { "; " });
        of_line.push_str(message);
    }
    match finished.status.code() {
        Some(code) if code == i32::from(!failures.is_empty()) => Ok(failures),
        _ => Err(unexpected()),
    }
}

/// Writes a file that can be executed.
///
/// # Panics
/// If it cannot be written.
pub fn write_executable(bytes: &[u8], path: &Path) {
    fs::write(path, bytes).expect("the folder is writable");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the file is ours");
}
