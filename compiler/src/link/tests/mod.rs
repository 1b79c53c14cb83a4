//! Tests of the linker: objects in, an executable or an error out.
//!
//! The objects are made here, section by section. `run` executes what was linked.

mod aarch64;
mod layout;
mod malformed;
mod relocations;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod run;
mod symbols;

use std::num::NonZeroUsize;

use object::read::elf::ElfFile64;
use object::write::{self, Object, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, LittleEndian, Object as _, ObjectSection as _, RelocationFlags,
    SectionFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope, elf,
};

use super::{LinkError, Linked, link};
use crate::options::{Harden, Limits, MemoryMode, Options, Symbols, UnknownImports};
use crate::passes::PassSet;

/// The sections of context block and constants, at the first addresses that they can have.
const CONTEXT: &str = ".wasm.context.1000000";
const CONSTANTS: &str = ".wasm.constants.7000000";

/// `ret`.
const RET: &[u8] = &[0xc3];

fn options(symbols: Symbols) -> Options {
    let target = wasiaot_targets::find("x86_64-linux").expect("the target exists");
    Options {
        input_name: "test.wasm".to_owned(),
        target,
        cpu: target.default_cpu(),
        grants: Vec::new(),
        invoke: None,
        stack_bytes: 1 << 20,
        limits: Limits::default(),
        harden: Harden::Default,
        max_memory_bytes: None,
        memory_mode: MemoryMode::Guard,
        unknown_imports: UnknownImports::Error,
        symbols,
        passes: PassSet::default(),
        jobs: NonZeroUsize::MIN,
    }
}

/// An object under construction.
struct Parts(Object<'static>);

impl Parts {
    fn new() -> Self {
        Self(Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little))
    }

    /// A runtime whose entry point calls `wasiaot_program_main`.
    fn runtime() -> Self {
        let mut parts = Self::new();
        let main = parts.undefined("wasiaot_program_main");
        let (start, _) = parts.code(".text._start", "_start", &[0xe8, 0, 0, 0, 0, 0xc3]);
        parts.relocate(start, 1, elf::R_X86_64_PLT32, main, -4);
        parts
    }

    /// An application whose `wasiaot_program_main` returns.
    fn app() -> Self {
        let mut parts = Self::new();
        parts.code(".text.wasm", "wasiaot_program_main", RET);
        parts
    }

    fn section(&mut self, name: &str, kind: SectionKind, align: u64, data: &[u8]) -> write::SectionId {
        let id = self.0.add_section(Vec::new(), name.as_bytes().to_vec(), kind);
        if kind == SectionKind::UninitializedData || kind == SectionKind::UninitializedTls {
            self.0.append_section_bss(id, data.len() as u64, align);
        } else {
            self.0.append_section_data(id, data, align);
        }
        id
    }

    /// A section with contents and a global symbol at its start.
    fn data(
        &mut self,
        name: &str,
        kind: SectionKind,
        symbol: &str,
        data: &[u8],
    ) -> (write::SectionId, SymbolId) {
        let id = self.section(name, kind, 8, data);
        let kind = match kind {
            SectionKind::Text => SymbolKind::Text,
            SectionKind::Tls | SectionKind::UninitializedTls => SymbolKind::Tls,
            _ => SymbolKind::Data,
        };
        (id, self.symbol(symbol, kind, SymbolSection::Section(id), 0, data.len() as u64))
    }

    fn code(&mut self, name: &str, symbol: &str, code: &[u8]) -> (write::SectionId, SymbolId) {
        self.data(name, SectionKind::Text, symbol, code)
    }

    fn symbol(
        &mut self,
        name: &str,
        kind: SymbolKind,
        section: SymbolSection,
        value: u64,
        size: u64,
    ) -> SymbolId {
        self.0.add_symbol(write::Symbol {
            name: name.as_bytes().to_vec(),
            value,
            size,
            kind,
            scope: SymbolScope::Linkage,
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    }

    fn undefined(&mut self, name: &str) -> SymbolId {
        self.symbol(name, SymbolKind::Unknown, SymbolSection::Undefined, 0, 0)
    }

    fn absolute(&mut self, name: &str, value: u64) -> SymbolId {
        self.symbol(name, SymbolKind::Data, SymbolSection::Absolute, value, 0)
    }

    fn weak(&mut self, symbol: SymbolId) -> SymbolId {
        self.0.symbol_mut(symbol).weak = true;
        symbol
    }

    fn relocate(&mut self, section: write::SectionId, offset: u64, kind: u32, symbol: SymbolId, addend: i64) {
        let flags = RelocationFlags::Elf { r_type: kind };
        let relocation = write::Relocation { offset, symbol, addend, flags };
        self.0.add_relocation(section, relocation).expect("the relocation is well-formed");
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.write().expect("the object is well-formed")
    }
}

fn link_parts(app: &Parts, runtime: &Parts) -> Result<Linked, LinkError> {
    link(&app.bytes(), &runtime.bytes(), &options(Symbols::Keep))
}

fn elf(linked: &Linked) -> ElfFile64<'_, LittleEndian> {
    ElfFile64::parse(&*linked.bytes).expect("the linker writes well-formed files")
}

/// Address and contents of a section of an executable.
#[track_caller]
fn section<'a>(linked: &'a Linked, name: &str) -> (u64, &'a [u8]) {
    let file = elf(linked);
    let section = file.section_by_name(name).unwrap_or_else(|| panic!("there is no section {name}"));
    (section.address(), section.data().expect("sections are inside the file"))
}
