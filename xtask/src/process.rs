//! Running other programs.

use std::process::{Command, Stdio};

/// Runs a command that talks to the user itself.
///
/// # Errors
/// If it cannot be started or fails.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", name(command))) }
}

/// Runs a command; returns what it wrote to standard output.
///
/// # Errors
/// If it cannot be started or fails; the message holds what it wrote to standard error.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} failed ({}):\n{}", name(command), output.status, stderr.trim_end()))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start {}: {error}", name(command))
}

fn name(command: &Command) -> String {
    format!("`{}`", command.get_program().display())
}
