//! What an executable says about itself: [`Manifest`], the text in its `.wasiaot` section.
//!
//! The text has one `key: value` on each line, in a fixed order, with strings in double quotes. It
//! can be read without any tool (`objcopy -O binary -j .wasiaot app /dev/stdout`). Readers skip keys
//! they do not know, so that files of other versions of the tool can be read. It holds no path except
//! granted ones. Reading the section out of the file is left to the caller.

use std::fmt::{self, Display, Formatter, Write as _};

use wasiaot_abi::grants::Grant;

use crate::options::{Harden, Limits, MemoryMode, Options};

/// What an executable was built from and what it may touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Version of the tool that built it.
    pub tool_version: String,
    /// Name of the target.
    pub target: String,
    /// Name of the CPU level.
    pub cpu: String,
    /// Name of the input, without folders.
    pub input: String,
    /// The export that is called, if it is not `_start`.
    pub invoke: Option<String>,
    /// How accesses are kept inside a memory.
    pub memory_mode: MemoryMode,
    /// Initial and largest size of each linear memory.
    pub memories: Vec<MemoryLimits>,
    /// Size of the guest's stack in bytes.
    pub stack_bytes: u64,
    /// The limits that were set, beside those of memories.
    pub limits: Limits,
    /// How the process restricts itself.
    pub harden: Harden,
    /// The names of the system calls that it may make once the program runs.
    pub calls: Vec<String>,
    /// What it may touch.
    pub grants: Vec<Grant>,
    /// The host functions that it imports.
    pub imports: Vec<ManifestImport>,
}

/// The size of a linear memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryLimits {
    /// At start.
    pub min_bytes: u64,
    /// At most.
    pub max_bytes: u64,
}

/// A function that the program imports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ManifestImport {
    /// Module name.
    pub module: String,
    /// Field name.
    pub name: String,
    /// Whether calling it traps, because it was unknown when the executable was built.
    pub traps: bool,
}

/// Why a manifest cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// A line does not have the form that its key asks for.
    #[error("line {line} is malformed")]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// A key is missing.
    #[error("`{key}` is missing")]
    Missing {
        /// The key.
        key: &'static str,
    },
}

const TOOL: &str = "wasiaot";
const TARGET: &str = "target";
const CPU: &str = "cpu";
const INPUT: &str = "input";
const INVOKE: &str = "invoke";
const MEMORY_MODE: &str = "memory-mode";
const MEMORY: &str = "memory";
const STACK: &str = "stack";
const MAX_TABLE: &str = "max-table";
const MAX_OPEN_FILES: &str = "max-open-files";
const TIMEOUT: &str = "timeout-us";
const HARDEN: &str = "harden";
const CALLS: &str = "calls";
const DIR: &str = "dir";
const DIR_READ_ONLY: &str = "dir-ro";
const ENV_SET: &str = "env-set";
const ENV_PASS: &str = "env-pass";
const ENV_INHERIT: &str = "env-inherit";
const ARGV0: &str = "argv0";
const TCP_LISTEN: &str = "tcp-listen";
const IMPORT: &str = "import";
const TRAPPING_IMPORT: &str = "trapping-import";

impl Manifest {
    /// The manifest of what is being built with these options.
    #[must_use]
    pub fn new(
        options: &Options,
        memories: Vec<MemoryLimits>,
        imports: Vec<ManifestImport>,
        calls: Vec<&str>,
    ) -> Self {
        Self {
            tool_version: env!("CARGO_PKG_VERSION").into(),
            target: options.target.name.into(),
            cpu: options.cpu.name.into(),
            input: options.input_name.clone(),
            invoke: options.invoke.clone(),
            memory_mode: options.memory_mode,
            memories,
            stack_bytes: options.stack_bytes,
            limits: options.limits,
            harden: options.harden,
            calls: calls.into_iter().map(str::to_owned).collect(),
            grants: options.grants.clone(),
            imports,
        }
    }
}

/// The contents of the section.
#[must_use]
pub fn encode(manifest: &Manifest) -> Vec<u8> {
    manifest.to_string().into_bytes()
}

impl Display for Manifest {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TOOL}: {}", Quoted(&self.tool_version))?;
        writeln!(f, "{TARGET}: {}", Quoted(&self.target))?;
        writeln!(f, "{CPU}: {}", Quoted(&self.cpu))?;
        writeln!(f, "{INPUT}: {}", Quoted(&self.input))?;
        if let Some(export) = &self.invoke {
            writeln!(f, "{INVOKE}: {}", Quoted(export))?;
        }
        let mode = match self.memory_mode {
            MemoryMode::Guard => "guard",
            MemoryMode::Checked => "checked",
        };
        writeln!(f, "{MEMORY_MODE}: {}", Quoted(mode))?;
        for memory in &self.memories {
            writeln!(f, "{MEMORY}: {} {}", memory.min_bytes, memory.max_bytes)?;
        }
        writeln!(f, "{STACK}: {}", self.stack_bytes)?;
        let Limits { max_table_entries, max_open_files, timeout_us } = self.limits;
        let limits = [
            (MAX_TABLE, max_table_entries),
            (MAX_OPEN_FILES, max_open_files.map(u64::from)),
            (TIMEOUT, timeout_us),
        ];
        for (key, limit) in limits {
            if let Some(limit) = limit {
                writeln!(f, "{key}: {limit}")?;
            }
        }
        writeln!(f, "{HARDEN}: {}", Quoted(harden_name(self.harden)))?;
        writeln!(f, "{CALLS}: {}", Quoted(&self.calls.join(" ")))?;
        for grant in &self.grants {
            write_grant(f, grant)?;
        }
        for import in &self.imports {
            let key = if import.traps { TRAPPING_IMPORT } else { IMPORT };
            writeln!(f, "{key}: {} {}", Quoted(&import.module), Quoted(&import.name))?;
        }
        Ok(())
    }
}

fn harden_name(harden: Harden) -> &'static str {
    match harden {
        Harden::Default => "default",
        Harden::Strict => "strict",
        Harden::Off => "off",
    }
}

fn write_grant(f: &mut Formatter<'_>, grant: &Grant) -> fmt::Result {
    match grant {
        Grant::Dir { host, guest, read_only } => {
            let key = if *read_only { DIR_READ_ONLY } else { DIR };
            writeln!(f, "{key}: {} {}", Quoted(host), Quoted(guest))
        }
        Grant::EnvSet(pair) => writeln!(f, "{ENV_SET}: {}", Quoted(pair)),
        Grant::EnvPass(key) => writeln!(f, "{ENV_PASS}: {}", Quoted(key)),
        Grant::EnvInherit => writeln!(f, "{ENV_INHERIT}:"),
        Grant::Argv0(name) => writeln!(f, "{ARGV0}: {}", Quoted(name)),
        Grant::TcpListen(address) => writeln!(f, "{TCP_LISTEN}: {}", Quoted(address)),
    }
}

/// Reads the contents of the section.
///
/// # Errors
/// If it was not written by [`encode`], of this or a later version.
pub fn decode(section: &[u8]) -> Result<Manifest, ManifestError> {
    let text = std::str::from_utf8(section).map_err(|_| ManifestError::Encoding)?;
    let mut partial = Partial::default();
    for (index, line) in text.lines().enumerate() {
        let (key, value) = line.split_once(':').ok_or(ManifestError::Line { line: index + 1 })?;
        read_line(&mut partial, key, Values(value)).ok_or(ManifestError::Line { line: index + 1 })?;
    }
    let missing = |key| ManifestError::Missing { key };
    Ok(Manifest {
        tool_version: partial.tool_version.ok_or(missing(TOOL))?,
        target: partial.target.ok_or(missing(TARGET))?,
        cpu: partial.cpu.ok_or(missing(CPU))?,
        input: partial.input.ok_or(missing(INPUT))?,
        invoke: partial.invoke,
        memory_mode: partial.memory_mode.ok_or(missing(MEMORY_MODE))?,
        memories: partial.memories,
        stack_bytes: partial.stack_bytes.ok_or(missing(STACK))?,
        limits: partial.limits,
        harden: partial.harden.ok_or(missing(HARDEN))?,
        calls: partial.calls,
        grants: partial.grants,
        imports: partial.imports,
    })
}

/// What has been read so far.
#[derive(Default)]
struct Partial {
    tool_version: Option<String>,
    target: Option<String>,
    cpu: Option<String>,
    input: Option<String>,
    invoke: Option<String>,
    memory_mode: Option<MemoryMode>,
    memories: Vec<MemoryLimits>,
    stack_bytes: Option<u64>,
    limits: Limits,
    harden: Option<Harden>,
    calls: Vec<String>,
    grants: Vec<Grant>,
    imports: Vec<ManifestImport>,
}

/// Reads one line's values; `None` if they are malformed.
fn read_line(partial: &mut Partial, key: &str, mut values: Values<'_>) -> Option<()> {
    match key {
        TOOL => partial.tool_version = Some(values.string()?),
        TARGET => partial.target = Some(values.string()?),
        CPU => partial.cpu = Some(values.string()?),
        INPUT => partial.input = Some(values.string()?),
        INVOKE => partial.invoke = Some(values.string()?),
        MEMORY_MODE => {
            partial.memory_mode = Some(match values.string()?.as_str() {
                "guard" => MemoryMode::Guard,
                "checked" => MemoryMode::Checked,
                _ => return None,
            });
        }
        MEMORY => {
            let (min_bytes, max_bytes) = (values.number()?, values.number()?);
            partial.memories.push(MemoryLimits { min_bytes, max_bytes });
        }
        STACK => partial.stack_bytes = Some(values.number()?),
        MAX_TABLE => partial.limits.max_table_entries = Some(values.number()?),
        MAX_OPEN_FILES => partial.limits.max_open_files = Some(values.number()?.try_into().ok()?),
        TIMEOUT => partial.limits.timeout_us = Some(values.number()?),
        HARDEN => {
            let name = values.string()?;
            let all = [Harden::Default, Harden::Strict, Harden::Off];
            partial.harden = Some(all.into_iter().find(|&harden| harden_name(harden) == name)?);
        }
        CALLS => partial.calls = values.string()?.split_whitespace().map(str::to_owned).collect(),
        DIR | DIR_READ_ONLY => {
            let (host, guest) = (values.string()?, values.string()?);
            partial.grants.push(Grant::Dir { host, guest, read_only: key == DIR_READ_ONLY });
        }
        ENV_SET => partial.grants.push(Grant::EnvSet(values.string()?)),
        ENV_PASS => partial.grants.push(Grant::EnvPass(values.string()?)),
        ENV_INHERIT => partial.grants.push(Grant::EnvInherit),
        ARGV0 => partial.grants.push(Grant::Argv0(values.string()?)),
        TCP_LISTEN => partial.grants.push(Grant::TcpListen(values.string()?)),
        IMPORT | TRAPPING_IMPORT => {
            let (module, name) = (values.string()?, values.string()?);
            partial.imports.push(ManifestImport { module, name, traps: key == TRAPPING_IMPORT });
        }
        _ => return Some(()), // Of a later version.
    }
    values.0.is_empty().then_some(())
}

/// A string in double quotes, without control characters.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                // The second are line ends for some readers.
                _ if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                    write!(f, "{}", c.escape_unicode())?
                }
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// The rest of a line: values, each after one space.
struct Values<'a>(&'a str);

impl Values<'_> {
    fn number(&mut self) -> Option<u64> {
        let text = self.0.strip_prefix(' ')?;
        let (number, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
        self.0 = rest;
        number.parse().ok()
    }

    /// Undoes [`Quoted`].
    fn string(&mut self) -> Option<String> {
        let text = self.0.strip_prefix(" \"")?;
        let mut string = String::new();
        let mut chars = text.chars();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => match chars.next()? {
                    'u' => {
                        let (digits, rest) = chars.as_str().strip_prefix('{')?.split_once('}')?;
                        string.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                        chars = rest.chars();
                    }
                    c => string.push(c),
                },
                c => string.push(c),
            }
        }
        self.0 = chars.as_str();
        Some(string)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"wasiaot: "0.1.0"
target: "x86_64-linux"
cpu: "baseline"
input: "a\u{a}\"b\".wasm"
invoke: "run: it"
memory-mode: "guard"
memory: 65536 4294967296
memory: 0 0
stack: 8388608
max-table: 100
max-open-files: 16
timeout-us: 1500000
harden: "strict"
calls: "exit_group write"
dir: "data" "/\\"
dir-ro: "" "é"
env-set: "A=\u{1b}"
env-pass: "HOME"
env-inherit:
argv0: ""
tcp-listen: "[::1]:80"
import: "wasi_snapshot_preview1" "fd_write"
trapping-import: "env" "later\u{2028}"
"#;

    fn manifest() -> Manifest {
        let import = |module: &str, name: &str, traps| ManifestImport {
            module: module.into(),
            name: name.into(),
            traps,
        };
        Manifest {
            tool_version: "0.1.0".into(),
            target: "x86_64-linux".into(),
            cpu: "baseline".into(),
            input: "a\n\"b\".wasm".into(),
            invoke: Some("run: it".into()),
            memory_mode: MemoryMode::Guard,
            memories: vec![
                MemoryLimits { min_bytes: 65536, max_bytes: 4 << 30 },
                MemoryLimits { min_bytes: 0, max_bytes: 0 },
            ],
            stack_bytes: 8 << 20,
            limits: Limits {
                max_table_entries: Some(100),
                max_open_files: Some(16),
                timeout_us: Some(1_500_000),
            },
            harden: Harden::Strict,
            calls: vec!["exit_group".into(), "write".into()],
            grants: vec![
                Grant::Dir { host: "data".into(), guest: "/\\".into(), read_only: false },
                Grant::Dir { host: "".into(), guest: "é".into(), read_only: true },
                Grant::EnvSet("A=\u{1b}".into()),
                Grant::EnvPass("HOME".into()),
                Grant::EnvInherit,
                Grant::Argv0("".into()),
                Grant::TcpListen("[::1]:80".into()),
            ],
            imports: vec![
                import("wasi_snapshot_preview1", "fd_write", false),
                import("env", "later\u{2028}", true),
            ],
        }
    }

    #[test]
    fn round_trips() {
        assert_eq!(manifest().to_string(), TEXT);
        assert_eq!(decode(TEXT.as_bytes()), Ok(manifest()));
    }

    #[track_caller]
    fn check_decode(changed: impl Fn(&str) -> String, expected: Result<Manifest, ManifestError>) {
        assert_eq!(decode(changed(TEXT).as_bytes()), expected);
    }

    #[test]
    fn reads_other_versions_and_reports_damage() {
        check_decode(|text| format!("{text}later: ( 1 )\n"), Ok(manifest()));
        check_decode(
            |text| text.replace("stack: 8388608\n", ""),
            Err(ManifestError::Missing { key: "stack" }),
        );
        check_decode(|text| text.replace("8388608", "8 8"), Err(ManifestError::Line { line: 9 }));
        check_decode(|text| text.replace("\"guard\"", "\"guard"), Err(ManifestError::Line { line: 6 }));
        check_decode(|text| text.replace("\\u{1b}", "\\u{110000}"), Err(ManifestError::Line { line: 17 }));
        check_decode(|_| String::new(), Err(ManifestError::Missing { key: "wasiaot" }));
        assert_eq!(decode(b"\xff"), Err(ManifestError::Encoding));
        for len in 0..TEXT.len() {
            let _ = decode(&TEXT.as_bytes()[..len]); // Truncated input does not panic.
        }
    }
}
