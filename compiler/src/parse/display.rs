//! The text form of a [`Program`]: `--emit program`.

use std::fmt::{Display, Formatter, Result};

use wasiaot_abi::context::WASM_PAGE_BYTES;

use crate::parse::{
    ElementItems, ExportItem, ImportType, IndexType, MemoryType, Program, SegmentMode, TableType,
};

impl Display for Program<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let name = self.module_name.as_deref().unwrap_or("");
        writeln!(f, "program {:?} ({} bytes)", name, self.wasm.len())?;
        for (index, ty) in self.types.iter() {
            writeln!(f, "type {index}: {ty}")?;
        }
        for (number, import) in self.imports.iter().enumerate() {
            let ty = match import.ty {
                ImportType::Func(ty) => format!("func {}", self.types[ty]),
                ImportType::Table(ty) => table_text(ty),
                ImportType::Memory(ty) => memory_text(ty),
                ImportType::Global(ty) => global_text(ty),
                ImportType::Tag(ty) => format!("tag {}", self.types[ty]),
            };
            writeln!(f, "import {number}: {:?} {:?} {ty}", import.module, import.name)?;
        }
        for (index, table) in self.tables.iter() {
            writeln!(f, "table {index}: {}", table_text(table.ty))?;
        }
        for (index, &memory) in self.memories.iter() {
            writeln!(f, "memory {index}: {}", memory_text(memory))?;
        }
        for (index, global) in self.globals.iter() {
            write!(f, "global {index}: {}", global_text(global.ty))?;
            match &global.init {
                Some(init) => writeln!(f, " = {init:?}")?,
                None => writeln!(f, " (imported)")?,
            }
        }
        for (index, &ty) in self.tags.iter() {
            writeln!(f, "tag {index}: {}", self.types[ty])?;
        }
        for export in &self.exports {
            let item = match export.item {
                ExportItem::Func(index) => format!("func {index}"),
                ExportItem::Table(index) => format!("table {index}"),
                ExportItem::Memory(index) => format!("memory {index}"),
                ExportItem::Global(index) => format!("global {index}"),
                ExportItem::Tag(index) => format!("tag {index}"),
            };
            writeln!(f, "export {:?}: {item}", export.name)?;
        }
        if let Some(start) = self.start {
            writeln!(f, "start: func {start}")?;
        }
        for (index, segment) in self.elements.iter() {
            let len = match &segment.items {
                ElementItems::Functions(items) => items.len(),
                ElementItems::Expressions(items) => items.len(),
            };
            writeln!(f, "element {index}: {} of {len} {}", mode_text(&segment.mode), segment.element)?;
        }
        for (index, segment) in self.data.iter() {
            writeln!(f, "data {index}: {} of {} bytes", mode_text(&segment.mode), segment.bytes.len())?;
        }
        for (index, function) in self.functions.iter() {
            let name = self.function_names.get(&index).map_or("", String::as_str);
            let ty = &self.types[function.ty];
            match &function.body {
                None => writeln!(f, "func {index} {name:?}: {ty} (imported)")?,
                Some(body) => {
                    writeln!(f, "func {index} {name:?}: {ty}, {} bytes at {:#x}", body.len(), body.start)?;
                }
            }
        }
        Ok(())
    }
}

fn limits_text(min: u64, max: Option<u64>) -> String {
    max.map_or_else(|| format!("{min}.."), |max| format!("{min}..={max}"))
}

fn table_text(ty: TableType) -> String {
    format!("{}table of {} {}", index_text(ty.index), limits_text(ty.min, ty.max), ty.element)
}

fn memory_text(ty: MemoryType) -> String {
    let pages = limits_text(ty.min_pages, ty.max_pages);
    let page_size = match ty.page_bytes {
        WASM_PAGE_BYTES => String::new(),
        bytes => format!(" of {bytes} bytes"),
    };
    let shared = if ty.shared { "shared " } else { "" };
    format!("{shared}{}memory of {pages} pages{page_size}", index_text(ty.index))
}

/// The usual index type goes without saying.
fn index_text(ty: IndexType) -> &'static str {
    match ty {
        IndexType::I32 => "",
        IndexType::I64 => "64-bit ",
    }
}

fn global_text(ty: crate::parse::GlobalType) -> String {
    format!("global {}{}", if ty.mutable { "mut " } else { "" }, ty.value)
}

fn mode_text<I: Display>(mode: &SegmentMode<I>) -> String {
    match mode {
        SegmentMode::Active(index, offset) => format!("active in {index} at {offset:?}"),
        SegmentMode::Passive => "passive".to_owned(),
        SegmentMode::Declared => "declared".to_owned(),
    }
}
