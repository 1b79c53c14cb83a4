//! Small modules with the text that a stage makes of them (`filetests/*/*.wat`).
//!
//! A file begins with lines `;;! KEY = VALUE` (see [`Header`]) and a comment that says what the file
//! proves. After the module comes the expected text, as comments. `BLESS=1` writes what came out into
//! the files. In the module, `"@5000"` stands for a string of 5000 bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use toml::de::DeTable;
use wasiaot_abi::grants::Grant;
use wasiaot_compiler::{BuildError, MemoryMode, Options, UnknownImports, codegen, parse, plan};
use wasiaot_tests::default_options;

/// What the first lines of a file say.
struct Header {
    /// `program`, `plan`, `clif`, `asm` or `error`.
    stage: String,
    /// From `cpu`, `invoke`, `memory` (`checked`), `max_memory_bytes`, `unknown_imports` (`trap`), `dir`
    /// (a path that is granted) and `tcp_listen` (an address).
    options: Options,
}

#[test]
fn filetests() {
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let files = files();
    assert!(!files.is_empty());
    let failed: Vec<_> = files.iter().filter(|file| !check(file, bless)).collect();
    assert!(failed.is_empty(), "these files came out differently (BLESS=1 accepts it): {failed:#?}");
}

fn files() -> Vec<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the folder is readable");
        entries.map(|entry| entry.expect("the folder is readable").path()).collect()
    };
    let folders = list(&Path::new(env!("CARGO_MANIFEST_DIR")).join("filetests"));
    let mut files: Vec<_> = folders.iter().flat_map(|folder| list(folder)).collect();
    files.sort();
    files
}

/// Runs one file. Shows the first difference, or accepts what came out.
fn check(file: &Path, bless: bool) -> bool {
    let text = fs::read_to_string(file).expect("files are text");
    let (source, expected) = split(&text);
    let name = file.file_name().expect("files have names").to_string_lossy();
    let made = match make(source, &header(source, &name)) {
        Ok(made) => as_comments(&made),
        Err(message) => {
            eprintln!("{}: {message}", file.display());
            return false;
        }
    };
    if bless {
        fs::write(file, format!("{}\n\n{made}", source.trim_end())).expect("the file is writable");
        return true;
    }
    if made == expected {
        return true;
    }
    let line = made.lines().zip(expected.lines()).take_while(|(made, expected)| made == expected).count();
    let show = |text: &str| text.lines().skip(line.saturating_sub(3)).take(8).collect::<Vec<_>>().join("\n");
    eprintln!("{}: expected:\n{}\nfound:\n{}\n", file.display(), show(expected), show(&made));
    false
}

/// The module with its header, and the comments after it.
fn split(text: &str) -> (&str, &str) {
    let mut end = 0;
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        position += line.len();
        if !line.starts_with(";;") && !line.trim().is_empty() {
            end = position;
        }
    }
    let (source, expected) = text.split_at(end);
    (source, expected.trim_start())
}

fn header(source: &str, name: &str) -> Header {
    let lines: Vec<&str> = source.lines().filter_map(|line| line.strip_prefix(";;!")).collect();
    let text = lines.join("\n");
    let table = DeTable::parse(&text).expect("headers are TOML").into_inner();
    let mut options = default_options(name);
    let mut stage = None;
    for (key, value) in table {
        let value = value.into_inner();
        let value = value.as_str().expect("headers have texts as values").to_owned();
        match &**key.get_ref() {
            "stage" => stage = Some(value),
            "cpu" => {
                let level = options.target.cpu_levels.iter().find(|level| level.name == value);
                options.cpu = level.expect("a CPU level of the target");
            }
            "invoke" => options.invoke = Some(value),
            "memory" if value == "checked" => options.memory_mode = MemoryMode::Checked,
            "max_memory_bytes" => options.max_memory_bytes = Some(value.parse().expect("a number")),
            "unknown_imports" if value == "trap" => options.unknown_imports = UnknownImports::Trap,
            "dir" => options.grants.push(Grant::Dir { host: value.clone(), guest: value, read_only: false }),
            "tcp_listen" => options.grants.push(Grant::TcpListen(value)),
            key => panic!("{name}: `{key}` does not exist or has no value {value:?}"),
        }
    }
    Header { stage: stage.unwrap_or_else(|| panic!("{name} names no stage")), options }
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

fn as_comments(text: &str) -> String {
    text.trim_end().lines().fold(String::new(), |mut comments, line| {
        let _ = writeln!(comments, "{}", format!(";; {line}").trim_end());
        comments
    })
}
