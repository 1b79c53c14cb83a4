//! Small modules with the text that a stage makes of them (`filetests/*/*.wat`).
//!
//! Each begins with keys (see [`Header`]) and a comment that says what it proves. In the module,
//! `"@5000"` stands for a string of 5000 bytes.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use wasiaot_abi::grants::Grant;
use wasiaot_compiler::passes::{Level, PassSet};
use wasiaot_compiler::{BuildError, Harden, MemoryMode, Options, UnknownImports, codegen, parse, plan};
use wasiaot_tests::{default_options, expect};

/// What the first lines of a file say.
struct Header {
    /// `program`, `plan`, `clif`, `opt`, `asm` or `error`.
    stage: String,
    /// From `target` (`x86_64-linux` if it is not there), `cpu`, `level` (`0`, `1` or `2`), `pass` (as for `--pass`), `invoke`, `memory` (`checked`), `max_memory_bytes`, `unknown_imports` (`trap`), `dir`
    /// (a path that is granted) and `tcp_listen` (an address).
    options: Options,
}

#[test]
fn filetests() {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("filetests");
    for folder in fs::read_dir(folders).expect("the folder is readable") {
        expect::check_files(&folder.expect("the folder is readable").path(), |file, source| {
            let name = file.file_name().expect("files have names").to_string_lossy();
            make(source, &header(source, &name)?)
        });
    }
}

fn header(source: &str, name: &str) -> Result<Header, String> {
    let header = expect::header(source);
    let named = header.iter().find(|(key, _)| key == "target").map(|(_, name)| name.as_str());
    let target = wasiaot_targets::find(named.unwrap_or("x86_64-linux")).ok_or("there is no such target")?;
    let mut options = Options { target, cpu: target.default_cpu(), ..default_options(name) };
    // Files are about something else, but for those that ask for it.
    options.harden = Harden::Off;
    let mut stage = None;
    for (key, value) in header {
        match key.as_str() {
            "stage" => stage = Some(value),
            "target" => {}
            "cpu" => {
                let level = options.target.cpu_levels.iter().find(|level| level.name == value);
                options.cpu = level.ok_or("the target has no such CPU level")?;
            }
            "level" => {
                options.passes = PassSet::of_level(match value.as_str() {
                    "0" => Level::O0,
                    "1" => Level::O1,
                    "2" => Level::O2,
                    _ => return Err("there is no such level".to_owned()),
                });
            }
            // Headers are sorted by key: this comes after the level.
            "pass" => options.passes.change(&value).map_err(|error| error.to_string())?,
            "harden" if value == "default" => options.harden = Harden::Default,
            "timeout_us" => options.limits.timeout_us = value.parse().ok(),
            "max_table_entries" => options.limits.max_table_entries = value.parse().ok(),
            "invoke" => options.invoke = Some(value),
            "memory" if value == "checked" => options.memory_mode = MemoryMode::Checked,
            "max_memory_bytes" => options.max_memory_bytes = value.parse().ok(),
            "unknown_imports" if value == "trap" => options.unknown_imports = UnknownImports::Trap,
            "dir" => options.grants.push(Grant::Dir { host: value.clone(), guest: value, read_only: false }),
            "tcp_listen" => options.grants.push(Grant::TcpListen(value)),
            key => return Err(format!("`{key}` does not exist or has no value {value:?}")),
        }
    }
    Ok(Header { stage: stage.ok_or("the file names no stage")?, options })
}

/// The text that the stage makes.
fn make(source: &str, header: &Header) -> Result<String, String> {
    let wasm = wat::parse_str(expand(source)).map_err(|error| error.to_string())?;
    match (run(&wasm, &header.stage, &header.options), header.stage.as_str()) {
        (Ok(_), "error") => Err("there is no error".to_owned()),
        (Ok(text), _) => Ok(text),
        (Err(error), "error") => Ok(describe(&error)),
        (Err(error), _) => Err(error.to_string()),
    }
}

/// Writes out the long strings.
fn expand(source: &str) -> String {
    let mut parts = source.split("\"@");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (len, rest) = part.split_once('"').expect("strings end");
        let _ = write!(text, "\"{}\"{rest}", "x".repeat(len.parse().expect("a length")));
    }
    text
}

fn run(wasm: &[u8], stage: &str, options: &Options) -> Result<String, BuildError> {
    let program = parse::parse(wasm, options)?;
    if stage == "program" {
        return Ok(program.to_string());
    }
    let plan = plan::plan(&program, options)?;
    Ok(match stage {
        "plan" => plan.to_string(),
        "clif" => codegen::clif(&plan),
        "opt" => codegen::optimized_clif(&plan, options)?,
        "asm" => codegen::asm(&plan, options)?,
        "error" => codegen::codegen(&plan, options).map(|_| String::new())?,
        stage => panic!("{}: there is no stage `{stage}`", options.input_name),
    })
}

fn describe(error: &BuildError) -> String {
    let mut text = format!("{}: {error}\n", error.code());
    let place = error.place();
    if let Some(item) = place.item {
        let _ = writeln!(text, "item: {item}");
    }
    if let Some(byte) = place.byte {
        let _ = writeln!(text, "byte: {byte:#x}");
    }
    if let Some(hint) = error.hint() {
        let _ = writeln!(text, "hint: {hint}");
    }
    text
}
