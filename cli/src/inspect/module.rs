//! Describes a wasm module: what it is made of, needs and offers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;

use wasiaot_abi::context::WASM_PAGE_BYTES;
use wasiaot_abi::host::{self, HostFunction, HostType};
use wasiaot_compiler::nearest::nearest;
use wasiaot_compiler::options::DEFAULT_STACK_BYTES;
use wasiaot_compiler::parse::{
    self, ExportItem, FuncType, Import, ImportType, IndexType, MemoryType, ParseError, Program, TableType,
    ValueType,
};
use wasiaot_compiler::passes::PassSet;
use wasiaot_compiler::{Harden, Limits, MemoryMode, Options, Symbols, UnknownImports};

use crate::build::default_target;
use crate::diagnostics::Escaped;
use crate::input::{Form, Source};
use crate::size::Size;
use crate::table::write_columns;

/// The description of a module in the binary format.
///
/// # Errors
/// If it cannot be parsed.
pub(super) fn describe(source: &Source, form: Form, wasm: &[u8]) -> Result<String, ParseError> {
    let program = parse::parse(wasm, &options(source))?;
    let mut out = String::new();
    let written = if form == Form::Text { ", written as text" } else { "" };
    let _ = writeln!(out, "{}: wasm module of {} bytes{written}", Escaped(&source.name()), wasm.len());
    write_summary(&mut out, &program);
    write_imports(&mut out, &program);
    write_exports(&mut out, &program);
    Ok(out)
}

/// Parsing depends on few options; what is built is of no interest here.
fn options(source: &Source) -> Options {
    let target = default_target();
    Options {
        input_name: source.file_name(),
        target,
        cpu: target.default_cpu(),
        grants: Vec::new(),
        invoke: None,
        stack_bytes: DEFAULT_STACK_BYTES,
        limits: Limits::default(),
        harden: Harden::Off,
        max_memory_bytes: None,
        memory_mode: MemoryMode::Guard,
        unknown_imports: UnknownImports::Trap,
        symbols: Symbols::Keep,
        passes: PassSet::default(),
        jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
    }
}

fn write_summary(out: &mut String, program: &Program<'_>) {
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |key: &str, value: String| rows.push([key.into(), value]);
    if let Some(name) = &program.module_name {
        row("name", Escaped(name).to_string());
    }
    for (field, name, version) in &program.producers {
        let text = format!("{name} {version}");
        row(&Escaped(field).to_string(), Escaped(text.trim_end()).to_string());
    }
    let proposals = parse::required_proposals(program.wasm).unwrap_or_default();
    row("needs", if proposals.is_empty() { "WebAssembly 1.0".into() } else { proposals.join(", ") });
    let imported = program.functions.iter().filter(|(_, function)| function.body.is_none()).count();
    row("functions", format!("{}, and {imported} imported", program.functions.len() - imported));
    for (_, &memory) in program.memories.iter() {
        row("memory", memory_text(memory));
    }
    for (_, table) in program.tables.iter() {
        row("table", table_text(table.ty));
    }
    let data_bytes: usize = program.data.iter().map(|(_, segment)| segment.bytes.len()).sum();
    row("data", format!("{data_bytes} bytes in {}", count(program.data.len() as u64, "segment")));
    row("entry", entry_text(program));
    write_columns(out, 2, &rows);
}

fn entry_text(program: &Program<'_>) -> String {
    let start = if program.start.is_some() { "a start function, then " } else { "" };
    match program.export("_start") {
        Some(ExportItem::Func(_)) => format!("{start}`_start`"),
        _ => format!("{start}no `_start`: a library, to be built with `--invoke`"),
    }
}

fn write_imports(out: &mut String, program: &Program<'_>) {
    let mut by_module: BTreeMap<&str, Vec<[String; 2]>> = BTreeMap::new();
    for import in &program.imports {
        let name = Escaped(&import.name).to_string();
        by_module.entry(&import.module).or_default().push([name, import_status(program, import)]);
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

/// Whether an import is implemented; if not, what to look at.
fn import_status(program: &Program<'_>, import: &Import) -> String {
    let found = host::find(&import.module, &import.name);
    match (import.ty, found) {
        (ImportType::Func(ty), Some(function)) if has_type(function, &program.types[ty]) => {
            "implemented".into()
        }
        (ImportType::Func(ty), Some(function)) => {
            let parameters = function.params.iter().map(|&ty| value_type(ty)).collect();
            let results = function.result.map(value_type).into_iter().collect();
            let expected = FuncType { params: parameters, results };
            format!("has type {}, implemented is {expected}", program.types[ty])
        }
        (ImportType::Func(_), None) => {
            let known = host::MODULES.iter().filter(|module| module.name == import.module);
            let names = known.flat_map(|module| module.functions).map(|function| function.name);
            match nearest(&import.name, names) {
                Some(name) => format!("unknown; nearest is `{name}`"),
                None => "unknown".into(),
            }
        }
        (ImportType::Table(_), _) => "a table: not implemented".into(),
        (ImportType::Memory(_), _) => "a memory: not implemented".into(),
        (ImportType::Global(_), _) => "a global: not implemented".into(),
        (ImportType::Tag(_), _) => "an exception tag: not implemented".into(),
    }
}

fn has_type(function: &HostFunction, ty: &FuncType) -> bool {
    let parameters = function.params.iter().map(|&ty| value_type(ty));
    parameters.eq(ty.params.iter().copied())
        && function.result.map(value_type).into_iter().eq(ty.results.iter().copied())
}

fn value_type(ty: HostType) -> ValueType {
    match ty {
        HostType::I32 => ValueType::I32,
        HostType::I64 => ValueType::I64,
    }
}

fn write_exports(out: &mut String, program: &Program<'_>) {
    if program.exports.is_empty() {
        out.push_str("\nexports: none\n");
        return;
    }
    out.push_str("\nexports\n");
    let rows = program.exports.iter().map(|export| {
        let item = match export.item {
            ExportItem::Func(index) => format!("function {}", program.function_type(index)),
            ExportItem::Table(index) => format!("table of {}", table_text(program.tables[index].ty)),
            ExportItem::Memory(index) => format!("memory of {}", memory_text(program.memories[index])),
            ExportItem::Global(index) => {
                let ty = program.globals[index].ty;
                format!("{}global {}", if ty.mutable { "mutable " } else { "" }, ty.value)
            }
            ExportItem::Tag(index) => format!("tag {}", program.types[program.tags[index]]),
        };
        [Escaped(&export.name).to_string(), item]
    });
    write_columns(out, 2, &rows.collect::<Vec<_>>());
}

fn memory_text(ty: MemoryType) -> String {
    let shared = if ty.shared { ", shared" } else { "" };
    // A 64-bit memory may declare 2⁶⁴ bytes, which nothing can provide.
    let bytes = |pages: u64| Size(pages.saturating_mul(ty.page_bytes));
    let size = |pages: u64| match ty.page_bytes {
        WASM_PAGE_BYTES => format!("{} ({})", count(pages, "page"), bytes(pages)),
        _ => count(pages, "byte"),
    };
    let limits = match ty.max_pages {
        Some(max) => format!("{}, at most {}", size(ty.min_pages), size(max)),
        None => size(ty.min_pages),
    };
    format!("{limits}{}{shared}", index_text(ty.index))
}

fn table_text(ty: TableType) -> String {
    let entries = format!("{} × {}", ty.min, ty.element);
    let limits = match ty.max {
        Some(max) => format!("{entries}, at most {max}"),
        None => entries,
    };
    format!("{limits}{}", index_text(ty.index))
}

/// The usual index type goes without saying.
fn index_text(ty: IndexType) -> &'static str {
    match ty {
        IndexType::I32 => "",
        IndexType::I64 => ", 64-bit indices",
    }
}

fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
