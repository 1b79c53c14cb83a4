//! Describes an executable from the manifest that it carries.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSegment, SegmentFlags};
use wasiaot_abi::grants::Grant;
use wasiaot_abi::symbols::INSPECT_SECTION;
use wasiaot_compiler::inspect::{Manifest, decode};
use wasiaot_compiler::{Harden, Limits, MemoryMode};

use super::InspectError;
use crate::diagnostics::Escaped;
use crate::duration::Duration;
use crate::input::Source;
use crate::size::Size;
use crate::table::write_columns;

/// The description of an ELF file.
///
/// # Errors
/// If it is damaged or not built by wasiaot.
pub(super) fn describe(source: &Source, bytes: &[u8]) -> Result<String, InspectError> {
    let source_file = || source.clone();
    let elf = |error| InspectError::Elf { source_file: source_file(), error };
    let not_ours = || InspectError::NotOurs { source_file: source_file() };
    /// Only 64-bit files have this at offset 4; ours are all 64-bit.
    const ELF_CLASS_64: u8 = 2;
    if bytes.get(4).is_some_and(|&class| class != ELF_CLASS_64) {
        return Err(not_ours());
    }
    let file = ElfFile64::<object::Endianness>::parse(bytes).map_err(elf)?;
    let section = file.section_by_name(INSPECT_SECTION).ok_or_else(not_ours)?;
    let contents = section.data().map_err(elf)?;
    let manifest =
        decode(contents).map_err(|error| InspectError::Manifest { source_file: source_file(), error })?;

    let mut out = String::new();
    let name = source.name();
    let _ = writeln!(
        out,
        "{}: executable of {} bytes, built by wasiaot {}",
        Escaped(&name),
        bytes.len(),
        Escaped(&manifest.tool_version)
    );
    write_summary(&mut out, &manifest);
    write_grants(&mut out, &manifest.grants);
    write_calls(&mut out, &manifest);
    write_imports(&mut out, &manifest);
    write_segments(&mut out, &file);
    Ok(out)
}

fn write_summary(out: &mut String, manifest: &Manifest) {
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |key: &str, value: String| rows.push([key.into(), Escaped(&value).to_string()]);
    row("input", manifest.input.clone());
    row("target", format!("{}, CPU level {}", manifest.target, manifest.cpu));
    row("entry", format!("`{}`", manifest.invoke.as_deref().unwrap_or("_start")));
    for memory in &manifest.memories {
        row("memory", format!("{}, at most {}", Size(memory.min_bytes), Size(memory.max_bytes)));
    }
    let checked = match manifest.memory_mode {
        MemoryMode::Guard => "by the hardware (guard)",
        MemoryMode::Checked => "by code (checked)",
    };
    row("accesses", format!("kept inside the memory {checked}"));
    row("stack", Size(manifest.stack_bytes).to_string());
    let Limits { max_table_entries, max_open_files, timeout_us } = manifest.limits;
    if let Some(max) = max_table_entries {
        row("tables", format!("at most {max} entries"));
    }
    if let Some(max) = max_open_files {
        row("open files", format!("at most {max}"));
    }
    if let Some(limit_us) = timeout_us {
        row("time", format!("at most {}", Duration(limit_us)));
    }
    write_columns(out, 2, &rows);
}

/// Columns of the list of system calls.
const CALLS_WIDTH: usize = 100;

fn write_calls(out: &mut String, manifest: &Manifest) {
    out.push_str(match manifest.harden {
        Harden::Default => "\nsystem calls, others end it where the kernel has filters\n",
        Harden::Strict => "\nsystem calls, others kill it\n",
        Harden::Off => "\nsystem calls that it needs, not restricted\n",
    });
    let mut line = String::from(" ");
    for call in &manifest.calls {
        if line.len() + call.len() >= CALLS_WIDTH {
            let _ = writeln!(out, "{line}");
            line = String::from(" ");
        }
        let _ = write!(line, " {}", Escaped(call));
    }
    let _ = writeln!(out, "{line}");
}

fn write_grants(out: &mut String, grants: &[Grant]) {
    if grants.is_empty() {
        out.push_str("\ngrants: none\n");
        return;
    }
    out.push_str("\ngrants\n");
    let rows = grants.iter().map(|grant| {
        let (kind, value) = match grant {
            Grant::Dir { host, guest, read_only: false } => ("directory", format!("`{host}` as `{guest}`")),
            Grant::Dir { host, guest, read_only: true } => {
                ("directory", format!("`{host}` as `{guest}`, for reading only"))
            }
            Grant::EnvSet(pair) => ("variable", format!("`{pair}`")),
            Grant::EnvPass(key) => ("variable", format!("`{key}`, passed through")),
            Grant::EnvInherit => ("variables", "all, passed through".into()),
            Grant::Argv0(name) => ("argument 0", format!("`{name}`")),
            Grant::TcpListen(address) => ("listens on", format!("`{address}` (TCP)")),
        };
        [kind.into(), Escaped(&value).to_string()]
    });
    write_columns(out, 2, &rows.collect::<Vec<_>>());
}

fn write_imports(out: &mut String, manifest: &Manifest) {
    let mut by_module: BTreeMap<&str, Vec<[String; 2]>> = BTreeMap::new();
    for import in &manifest.imports {
        let note = if import.traps { "traps when called" } else { "" };
        by_module.entry(&import.module).or_default().push([Escaped(&import.name).to_string(), note.into()]);
    }
    if by_module.is_empty() {
        out.push_str("\nimports: none\n");
    }
    for (module, mut rows) in by_module {
        rows.sort();
        let _ = writeln!(out, "\nimports from `{}`", Escaped(module));
        write_columns(out, 2, &rows);
    }
}

fn write_segments(out: &mut String, file: &ElfFile64<'_>) {
    out.push_str("\nsegments\n");
    let mut rows =
        vec![["address".into(), "access".into(), "bytes in file".into(), "bytes in memory".into()]];
    for segment in file.segments() {
        let SegmentFlags::Elf { p_flags, .. } = segment.flags() else { continue };
        let letter = |flag, letter| if p_flags & flag != 0 { letter } else { '-' };
        let access =
            [letter(object::elf::PF_R, 'r'), letter(object::elf::PF_W, 'w'), letter(object::elf::PF_X, 'x')];
        rows.push([
            format!("{:#x}", segment.address()),
            String::from_iter(access),
            segment.file_range().1.to_string(),
            segment.size().to_string(),
        ]);
    }
    write_columns(out, 2, &rows);
}
