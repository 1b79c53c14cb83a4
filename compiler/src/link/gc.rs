//! Which sections the executable keeps: everything of the application, and what can be reached from
//! there and from the entry point.
//!
//! The runtime object has a section for each function, so that a program carries only the parts of
//! the runtime that it uses. To the C library belongs more than what is called: its entry point sets it
//! up. That is left out as well if nothing of it is kept. The same walk collects the slots of the global offset table, and finds
//! the errors that matter only in kept sections.

use std::collections::BTreeMap;

use object::elf;
use wasiaot_abi::symbols as names;
use wasiaot_targets::Arch;

use super::error::{LinkError, Malformed, Origin};
use super::input::{ENDIAN, Input, Rela, Section, SectionId, SymbolId};
use super::reloc::{self, Contents, Refusal, Site, SlotContent, Storage};
use super::resolve::{Definition, Symbols};

/// What the executable keeps.
pub(super) struct Kept {
    /// Where execution starts.
    pub(super) entry: SymbolId,
    /// By [`SectionId`].
    sections: Vec<bool>,
    slots: BTreeMap<(SlotContent, Definition), u64>,
}

impl Kept {
    /// Whether a section is kept.
    pub(super) fn has(&self, section: SectionId) -> bool {
        self.sections[section.index()]
    }

    /// The offset in the global offset table of the slot for a symbol, if there is one.
    pub(super) fn slot(&self, content: SlotContent, definition: Definition) -> Option<u64> {
        self.slots.get(&(content, definition)).copied()
    }

    /// Every slot: what it holds, of which symbol, and its offset in the global offset table.
    pub(super) fn slots(&self) -> impl ExactSizeIterator<Item = (SlotContent, Definition, u64)> {
        self.slots.iter().map(|(&(content, definition), &offset)| (content, definition, offset))
    }
}

/// Bytes of one slot of the global offset table.
pub(super) const SLOT_BYTES: u64 = 8;

/// Chooses the entry point, and finds what can be reached.
pub(super) fn collect(input: &Input<'_>, symbols: &Symbols, arch: Arch) -> Result<Kept, LinkError> {
    if let Some(entry) = symbols.bare_entry {
        let kept = collect_from(entry, input, symbols, arch)?;
        if !needs_c_library(input, symbols, &kept) {
            return Ok(kept);
        }
    }
    collect_from(symbols.entry, input, symbols, arch)
}

/// Whether the process has to be set up by the C library for what is kept: for any of its functions
/// and variables, for thread-local data, or for functions to call at start.
fn needs_c_library(input: &Input<'_>, symbols: &Symbols, kept: &Kept) -> bool {
    let needs_set_up = |section: &Section<'_>| {
        section.size > 0
            && (section.has(elf::SHF_TLS)
                || matches!(section.ty, elf::SHT_INIT_ARRAY | elf::SHT_FINI_ARRAY | elf::SHT_PREINIT_ARRAY)
                || matches!(section.name, b".init" | b".fini"))
    };
    let mut sections = input.sections.iter().enumerate();
    if sections.any(|(index, section)| kept.has(SectionId(index as u32)) && needs_set_up(section)) {
        return true;
    }
    let runtime = input.object(Origin::Runtime);
    runtime.symbols.iter().enumerate().any(|(index, symbol)| {
        let definition = symbols.definitions[runtime.first_symbol as usize + index];
        let Definition::Section { section, .. } = definition else { return false };
        symbol.st_bind() != elf::STB_LOCAL
            && kept.has(section)
            && input.sections[section.index()].origin == Origin::Runtime
            && !runtime.name(symbol).is_ok_and(is_independent)
    })
}

/// Whether a symbol of the runtime object is not the C library's, or is one that needs nothing of it.
/// Rust's symbols have mangled names.
fn is_independent(name: &[u8]) -> bool {
    let is_rust = name.starts_with(b"_R") || name.starts_with(b"_ZN");
    let is_name = |known: &&str| known.as_bytes() == name;
    is_rust || name.starts_with(names::OWN_PREFIX.as_bytes()) || names::BYTE_FUNCTIONS.iter().any(is_name)
}

/// Walks from the roots over relocations.
fn collect_from(
    entry: SymbolId,
    input: &Input<'_>,
    symbols: &Symbols,
    arch: Arch,
) -> Result<Kept, LinkError> {
    let mut walk = Walk {
        input,
        symbols,
        arch,
        kept: Kept { entry, sections: vec![false; input.sections.len()], slots: BTreeMap::new() },
        pending: Vec::new(),
    };
    match symbols.definitions[entry.index()] {
        Definition::Section { section, .. } if input.sections[section.index()].is_loadable() => {
            walk.keep(section);
        }
        _ => return Err(LinkError::NoEntry { symbol: names::ENTRY }),
    }
    for (index, section) in input.sections.iter().enumerate() {
        if section.is_loadable() && is_root(section) {
            walk.keep(SectionId(index as u32));
        }
    }
    while let Some(section) = walk.pending.pop() {
        walk.visit(&input.sections[section.index()])?;
    }
    Ok(walk.kept)
}

/// Whether a section is kept although nothing refers to it.
fn is_root(section: &Section<'_>) -> bool {
    section.origin == Origin::Application && section.size > 0
        || section.has(elf::SHF_GNU_RETAIN)
        || matches!(section.ty, elf::SHT_INIT_ARRAY | elf::SHT_FINI_ARRAY | elf::SHT_PREINIT_ARRAY)
        || matches!(section.name, b".init" | b".fini")
}

struct Walk<'a, 'data> {
    input: &'a Input<'data>,
    symbols: &'a Symbols,
    arch: Arch,
    kept: Kept,
    /// Kept sections whose relocations have not been followed yet.
    pending: Vec<SectionId>,
}

impl Walk<'_, '_> {
    fn keep(&mut self, section: SectionId) {
        if !std::mem::replace(&mut self.kept.sections[section.index()], true) {
            self.pending.push(section);
        }
    }

    fn visit(&mut self, section: &Section<'_>) -> Result<(), LinkError> {
        if section.has(elf::SHF_WRITE) && section.has(elf::SHF_EXECINSTR) {
            return Err(LinkError::WritableCode { section: section.display_name() });
        }
        for rela in section.relocations {
            self.follow(section, rela)?;
        }
        Ok(())
    }

    fn follow(&mut self, section: &Section<'_>, rela: &Rela) -> Result<(), LinkError> {
        let symbol = self.input.relocation_symbol(section.origin, rela)?;
        let site = site_of(section, rela);
        let demand = reloc::demand(self.arch, section.data, &site)
            .map_err(|refusal| self.refused(refusal, section, &site, symbol))?;
        let definition = self.symbols.definitions[symbol.index()];
        let mut storage = Storage::Process;
        match definition {
            Definition::Undefined => {
                let (symbol, origin) = (self.input.display_symbol(symbol), section.origin);
                return Err(LinkError::Undefined { symbol, section: section.display_name(), origin });
            }
            Definition::Indirect => {
                return Err(LinkError::IndirectFunction { symbol: self.input.display_symbol(symbol) });
            }
            Definition::Section { section: target, .. } => {
                let to = &self.input.sections[target.index()];
                if !to.is_loadable() {
                    return Err(LinkError::Discarded {
                        section: section.display_name(),
                        symbol: self.input.display_symbol(symbol),
                        discarded: to.display_name(),
                    });
                }
                if to.has(elf::SHF_TLS) {
                    storage = Storage::Thread;
                }
                self.keep(target);
            }
            Definition::Absolute(_) | Definition::Linker(_) => {}
        }
        if demand.storage.is_some_and(|expected| expected != storage) {
            return Err(LinkError::ThreadLocalMismatch {
                kind: reloc::kind(self.arch, site.kind),
                section: section.display_name(),
                symbol: self.input.display_symbol(symbol),
            });
        }
        if let Some(content) = demand.slot {
            let next = self.kept.slots.len() as u64 * SLOT_BYTES;
            self.kept.slots.entry((content, definition)).or_insert(next);
        }
        Ok(())
    }

    fn refused(&self, refusal: Refusal, section: &Section<'_>, site: &Site, symbol: SymbolId) -> LinkError {
        match refusal {
            Refusal::Unknown => LinkError::UnknownRelocation {
                kind: reloc::kind(self.arch, site.kind),
                section: section.display_name(),
                symbol: self.input.display_symbol(symbol),
            },
            Refusal::OutOfSection => LinkError::Malformed {
                origin: section.origin,
                source: Malformed::RelocationOffset { offset: site.offset },
            },
        }
    }
}

/// A relocation of a section, for [`reloc`].
pub(super) fn site_of(section: &Section<'_>, rela: &Rela) -> Site {
    Site {
        kind: rela.r_type(ENDIAN, false),
        offset: rela.r_offset.get(ENDIAN),
        addend: rela.r_addend.get(ENDIAN),
        section: if section.has(elf::SHF_EXECINSTR) { Contents::Code } else { Contents::Data },
    }
}
