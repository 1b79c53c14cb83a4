//! `cargo xtask demo`: from a WebAssembly program to a running executable.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cargo::{build_tool, target_folder};
use crate::process::run;

/// Compiles the sample program, runs the executable, and prints its size.
///
/// # Errors
/// If any of it fails.
pub(crate) fn demo() -> Result<(), String> {
    let tool = build_tool()?;
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/hello.wat");
    let executable = target_folder()?.join("hello");
    println!("$ wasiaot build {} -o {}", sample.display(), executable.display());
    run(Command::new(tool).arg("build").arg(&sample).arg("-o").arg(&executable))?;
    println!("$ {}", executable.display());
    run(&mut Command::new(&executable))?;
    let metadata = fs::metadata(&executable)
        .map_err(|error| format!("cannot read the size of {}: {error}", executable.display()))?;
    println!("{} bytes: a static executable that needs no library and no engine", metadata.len());
    Ok(())
}
