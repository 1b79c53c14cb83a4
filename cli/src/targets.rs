//! `wasiaot targets`: what can be built for.

use std::fmt::Write as _;

use wasiaot_targets::Target;

use crate::build::default_target;
use crate::error::CliError;
use crate::output;
use crate::size::Size;
use crate::table::write_columns;

/// Runs the command.
///
/// # Errors
/// If standard output cannot be written.
pub(crate) fn run() -> Result<(), CliError> {
    let mut out = String::new();
    for target in wasiaot_targets::ALL {
        describe(target, &mut out);
    }
    Ok(output::write_text_to_stdout(out.as_bytes())?)
}

fn describe(target: &Target, out: &mut String) {
    let default = if target.name == default_target().name { " (default)" } else { "" };
    let _ = writeln!(out, "{}{default}", target.name);
    let levels = target.cpu_levels.iter().map(|level| {
        if level.name == target.default_cpu { format!("{} (default)", level.name) } else { level.name.into() }
    });
    let levels: Vec<String> = levels.collect();
    let reserved = target.addresses.memory_bytes + target.addresses.guard_bytes;
    let row = |key: &str, value: String| [key.into(), value];
    let rows = [
        row("triple", target.triple.into()),
        row("CPU levels", levels.join(", ")),
        row("output", "static ELF executable at fixed addresses".into()),
        row("memory", format!("reserves {} of addresses; with `--memory checked` nothing", Size(reserved))),
    ];
    write_columns(out, 2, &rows);
}
