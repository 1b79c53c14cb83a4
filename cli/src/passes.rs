//! `wasiaot passes`: what optimizations there are, in the order in which they are applied.

use wasiaot_compiler::passes::{self, Level};

use crate::error::CliError;
use crate::output;
use crate::table::write_columns;

/// Runs the command.
///
/// # Errors
/// If standard output cannot be written.
pub(crate) fn run() -> Result<(), CliError> {
    let rows: Vec<[String; 3]> = passes::ALL
        .iter()
        .map(|pass| {
            let level = match pass.from {
                Level::O0 => "-O0",
                Level::O1 => "-O1",
                Level::O2 => "-O2",
            };
            [pass.name.into(), format!("from {level}"), pass.about.into()]
        })
        .collect();
    let mut out = String::new();
    write_columns(&mut out, 0, &rows);
    Ok(output::write_text_to_stdout(out.as_bytes())?)
}
