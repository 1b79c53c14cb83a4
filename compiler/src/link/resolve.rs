//! Symbol resolution: what each symbol of either object stands for.
//!
//! The rules are those of every ELF linker. A local symbol stands for itself. Of the global
//! symbols of one name, a definition beats common storage, which beats a weak definition; an undefined
//! weak symbol is 0. Undefined symbols are not an error here: only sections that are kept count,
//! and `gc` finds those.

use std::collections::HashMap;

use object::elf;
use wasiaot_abi::symbols::{BARE_ENTRY, ENTRY, RESERVED_END};

use super::error::{LinkError, Malformed, Origin};
use super::input::{ENDIAN, Input, Object, RawSymbol, Section, SectionId, SymbolId};

/// What a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Definition {
    /// Nothing defines it.
    Undefined,
    /// An offset from the start of a section.
    Section { section: SectionId, offset: u64 },
    /// A number.
    Absolute(u64),
    /// An address that the layout decides.
    Linker(LinkerSymbol),
    /// A function whose address is chosen at run time: not implemented.
    Indirect,
}

/// Symbols that the linker defines, if no object does, for the C library and its start files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LinkerSymbol {
    /// The ELF header.
    Start,
    /// The start of an array of functions to call at start or exit.
    ArrayStart(FunctionArray),
    /// The end of such an array.
    ArrayEnd(FunctionArray),
    /// The global offset table.
    GlobalOffsetTable,
    /// The end of code.
    TextEnd,
    /// The end of initialized data.
    DataEnd,
    /// The end of zeroed data.
    BssEnd,
}

/// Arrays of functions that the C library calls at start or exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FunctionArray {
    Preinit,
    Init,
    Fini,
}

const LINKER_SYMBOLS: &[(&[u8], LinkerSymbol)] = &[
    (b"__ehdr_start", LinkerSymbol::Start),
    (b"__executable_start", LinkerSymbol::Start),
    (b"__dso_handle", LinkerSymbol::Start),
    (b"__preinit_array_start", LinkerSymbol::ArrayStart(FunctionArray::Preinit)),
    (b"__preinit_array_end", LinkerSymbol::ArrayEnd(FunctionArray::Preinit)),
    (b"__init_array_start", LinkerSymbol::ArrayStart(FunctionArray::Init)),
    (b"__init_array_end", LinkerSymbol::ArrayEnd(FunctionArray::Init)),
    (b"__fini_array_start", LinkerSymbol::ArrayStart(FunctionArray::Fini)),
    (b"__fini_array_end", LinkerSymbol::ArrayEnd(FunctionArray::Fini)),
    (b"_GLOBAL_OFFSET_TABLE_", LinkerSymbol::GlobalOffsetTable),
    (b"etext", LinkerSymbol::TextEnd),
    (b"_etext", LinkerSymbol::TextEnd),
    (b"__etext", LinkerSymbol::TextEnd),
    (b"edata", LinkerSymbol::DataEnd),
    (b"_edata", LinkerSymbol::DataEnd),
    (b"__bss_start", LinkerSymbol::DataEnd),
    (b"end", LinkerSymbol::BssEnd),
    (b"_end", LinkerSymbol::BssEnd),
];

/// What every symbol stands for.
pub(super) struct Symbols {
    /// By [`SymbolId`].
    pub(super) definitions: Vec<Definition>,
    /// Where execution starts.
    pub(super) entry: SymbolId,
    /// Where execution starts if nothing needs the C library, if there is such a place.
    pub(super) bare_entry: Option<SymbolId>,
    /// One past the address space of all linear memories, if the application says so.
    pub(super) reserved_end: Option<u64>,
}

/// Resolves every symbol. Common storage becomes sections at the end of `input`.
pub(super) fn resolve(input: &mut Input<'_>) -> Result<Symbols, LinkError> {
    let mut definitions = Vec::with_capacity(input.symbol_count());
    // Only looked up, never walked: its order cannot show in the output.
    let mut globals: HashMap<&[u8], Global> = HashMap::new();
    let mut commons = Commons { first: input.sections.len(), sections: Vec::new() };
    for object in &input.objects {
        for (index, symbol) in object.symbols.iter().enumerate() {
            let id = SymbolId(object.first_symbol + index as u32);
            let malformed = |source| LinkError::Malformed { origin: object.origin, source };
            let definition = define(object, id, symbol, &mut commons).map_err(malformed)?;
            definitions.push(definition);
            if symbol.st_bind() == elf::STB_LOCAL {
                continue;
            }
            let name = object.name(symbol).map_err(malformed)?;
            let candidate = Global { id, rank: Rank::of(symbol, definition), origin: object.origin };
            let best = globals.entry(name).or_insert(candidate);
            choose(best, candidate, input, &mut commons, &definitions)?;
        }
    }
    input.sections.append(&mut commons.sections);
    for &(name, symbol) in LINKER_SYMBOLS {
        if let Some(global) = globals.get(name)
            && global.rank == Rank::Undefined
        {
            definitions[global.id.index()] = Definition::Linker(symbol);
        }
    }
    follow(input, &globals, &mut definitions);
    let defined = |name: &str| {
        let global = globals.get(name.as_bytes()).filter(|global| global.rank != Rank::Undefined);
        global.map(|global| global.id)
    };
    let entry = defined(ENTRY).ok_or(LinkError::NoEntry { symbol: ENTRY })?;
    let bare_entry = defined(BARE_ENTRY);
    let reserved_end =
        globals.get(RESERVED_END.as_bytes()).and_then(|global| match definitions[global.id.index()] {
            Definition::Absolute(value) => Some(value),
            _ => None,
        });
    Ok(Symbols { definitions, entry, bare_entry, reserved_end })
}

/// Common storage as sections that are not yet part of the input.
struct Commons<'data> {
    /// The number that the first one gets.
    first: usize,
    sections: Vec<Section<'data>>,
}

#[derive(Clone, Copy)]
struct Global {
    id: SymbolId,
    rank: Rank,
    origin: Origin,
}

/// How strong a claim to a name is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Undefined,
    Weak,
    Common,
    Strong,
}

impl Rank {
    fn of(symbol: &RawSymbol, definition: Definition) -> Self {
        if definition == Definition::Undefined {
            Self::Undefined
        } else if symbol.st_shndx.get(ENDIAN) == elf::SHN_COMMON {
            Self::Common
        } else if symbol.st_bind() == elf::STB_WEAK {
            Self::Weak
        } else {
            Self::Strong
        }
    }
}

/// What a symbol stands for if no other symbol has its name.
fn define(
    object: &Object<'_>,
    id: SymbolId,
    symbol: &RawSymbol,
    commons: &mut Commons<'_>,
) -> Result<Definition, Malformed> {
    if id.0 == object.first_symbol {
        return Ok(Definition::Absolute(0)); // The null symbol: relocations without a symbol use it.
    }
    let (value, size) = (symbol.st_value.get(ENDIAN), symbol.st_size.get(ENDIAN));
    Ok(match symbol.st_shndx.get(ENDIAN) {
        elf::SHN_UNDEF => Definition::Undefined,
        elf::SHN_ABS => Definition::Absolute(value),
        elf::SHN_COMMON => {
            // The value of common storage is its alignment.
            let align = value.max(1);
            if !align.is_power_of_two() || align > MAX_COMMON_ALIGN {
                return Err(Malformed::Alignment { index: usize::from(elf::SHN_COMMON), align });
            }
            let section = SectionId((commons.first + commons.sections.len()) as u32);
            commons.sections.push(Section {
                origin: object.origin,
                name: b"COMMON",
                ty: elf::SHT_NOBITS,
                flags: u64::from(elf::SHF_ALLOC | elf::SHF_WRITE),
                align,
                size,
                data: &[],
                relocations: &[],
            });
            Definition::Section { section, offset: 0 }
        }
        index => match object.section_of(id, symbol)? {
            Some(_) if symbol.st_type() == elf::STT_GNU_IFUNC => Definition::Indirect,
            Some(section) => Definition::Section { section, offset: value },
            None => return Err(Malformed::Index { what: "section", index: usize::from(index) }),
        },
    })
}

/// The smallest page size there is: the layout can always align to it.
const MAX_COMMON_ALIGN: u64 = 4096;

/// Lets the stronger of two claims to a name win; the first one, if they are equal.
fn choose(
    best: &mut Global,
    candidate: Global,
    input: &Input<'_>,
    commons: &mut Commons<'_>,
    definitions: &[Definition],
) -> Result<(), LinkError> {
    if candidate.id == best.id {
        return Ok(());
    }
    if candidate.rank == Rank::Strong && best.rank == Rank::Strong {
        let symbol = input.display_symbol(candidate.id);
        return Err(LinkError::Duplicate { symbol, first: best.origin, second: candidate.origin });
    }
    if candidate.rank == Rank::Common && best.rank == Rank::Common {
        // The storage must satisfy both.
        let of = |global: &Global| match definitions[global.id.index()] {
            Definition::Section { section, .. } => section.index() - commons.first,
            _ => unreachable!("common storage is a section"),
        };
        let (best, candidate) = (of(best), of(&candidate));
        let (size, align) = (commons.sections[candidate].size, commons.sections[candidate].align);
        let section = &mut commons.sections[best];
        (section.size, section.align) = (section.size.max(size), section.align.max(align));
    } else if candidate.rank > best.rank {
        *best = candidate;
    }
    Ok(())
}

/// Gives every global symbol the definition of the one that won its name.
fn follow(input: &Input<'_>, globals: &HashMap<&[u8], Global>, definitions: &mut [Definition]) {
    for object in &input.objects {
        for (index, symbol) in object.symbols.iter().enumerate() {
            let id = SymbolId(object.first_symbol + index as u32);
            if symbol.st_bind() == elf::STB_LOCAL {
                continue;
            }
            let Ok(name) = object.name(symbol) else { continue };
            let Some(winner) = globals.get(name) else { continue };
            definitions[id.index()] = match definitions[winner.id.index()] {
                Definition::Undefined if symbol.st_bind() == elf::STB_WEAK => Definition::Absolute(0),
                definition => definition,
            };
        }
    }
}
