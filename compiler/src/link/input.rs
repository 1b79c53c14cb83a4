//! The two input objects as sections, symbols and relocations, checked and numbered through.
//!
//! Nothing is copied: contents, relocations and symbols are views of the input bytes. What the
//! sections and symbols mean is decided by the other files of this module.

use object::LittleEndian;
use object::elf;
use object::read::StringTable;
use object::read::elf::{FileHeader, SectionHeader as _, SectionTable};
use wasiaot_targets::Target;

use super::error::{LinkError, Malformed, Origin};

/// The byte order of both targets.
pub(super) const ENDIAN: LittleEndian = LittleEndian;

type Header = elf::FileHeader64<LittleEndian>;
/// A relocation as it is in the file.
pub(super) type Rela = elf::Rela64<LittleEndian>;
/// A symbol as it is in the file.
pub(super) type RawSymbol = elf::Sym64<LittleEndian>;

/// A section of either object: its index in [`Input::sections`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SectionId(pub(super) u32);

/// A symbol of either object: the application's are numbered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SymbolId(pub(super) u32);

impl SectionId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

impl SymbolId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Both objects.
pub(super) struct Input<'data> {
    /// The application first.
    pub(super) objects: [Object<'data>; 2],
    /// Every section of both, the null sections included so that indices stay simple.
    pub(super) sections: Vec<Section<'data>>,
}

/// One object file.
pub(super) struct Object<'data> {
    pub(super) origin: Origin,
    /// Number of this object's first section.
    pub(super) first_section: u32,
    /// Number of sections.
    pub(super) section_count: u32,
    /// Number of this object's first symbol.
    pub(super) first_symbol: u32,
    pub(super) symbols: &'data [RawSymbol],
    strings: StringTable<'data>,
    extended_indices: &'data [object::U32<LittleEndian>],
}

/// One section.
#[derive(Clone, Copy)]
pub(super) struct Section<'data> {
    pub(super) origin: Origin,
    pub(super) name: &'data [u8],
    /// `SHT_*`.
    pub(super) ty: u32,
    /// `SHF_*`.
    pub(super) flags: u64,
    /// A power of two, at most a page if the section is loaded.
    pub(super) align: u64,
    /// Size in memory, in bytes.
    pub(super) size: u64,
    /// Contents: `size` bytes, or none if they are all zero (`SHT_NOBITS`).
    pub(super) data: &'data [u8],
    pub(super) relocations: &'data [Rela],
}

impl Section<'_> {
    /// Whether the program can have it in memory. Unwind tables and notes are for tools that this
    /// project's executables do not serve.
    pub(super) fn is_loadable(&self) -> bool {
        let known = matches!(
            self.ty,
            elf::SHT_PROGBITS
                | elf::SHT_NOBITS
                | elf::SHT_INIT_ARRAY
                | elf::SHT_FINI_ARRAY
                | elf::SHT_PREINIT_ARRAY
        );
        known && self.has(elf::SHF_ALLOC) && !self.name.starts_with(b".eh_frame")
    }

    /// Whether the flag, one of `SHF_*`, is set.
    pub(super) fn has(&self, flag: u32) -> bool {
        self.flags & u64::from(flag) != 0
    }

    /// The name, for messages.
    pub(super) fn display_name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }
}

impl<'data> Input<'data> {
    /// Reads both objects.
    pub(super) fn read(app: &'data [u8], runtime: &'data [u8], target: &Target) -> Result<Self, LinkError> {
        let mut sections = Vec::new();
        let mut object = |bytes, origin, first_symbol| {
            read_object(bytes, origin, first_symbol, target, &mut sections)
                .map_err(|source| LinkError::Malformed { origin, source })
        };
        let app = object(app, Origin::Application, 0)?;
        let first_symbol = app.symbols.len() as u32;
        let runtime = object(runtime, Origin::Runtime, first_symbol)?;
        Ok(Self { objects: [app, runtime], sections })
    }

    /// The object that a section or symbol of this origin belongs to.
    pub(super) fn object(&self, origin: Origin) -> &Object<'data> {
        &self.objects[origin as usize]
    }

    /// The number of symbols of both objects.
    pub(super) fn symbol_count(&self) -> usize {
        self.objects.iter().map(|object| object.symbols.len()).sum()
    }

    /// The object that defines or uses a symbol, and the symbol.
    pub(super) fn symbol(&self, id: SymbolId) -> (&Object<'data>, &'data RawSymbol) {
        let [app, runtime] = &self.objects;
        let object = if id.0 < runtime.first_symbol { app } else { runtime };
        (object, &object.symbols[(id.0 - object.first_symbol) as usize])
    }

    /// A symbol's name; a section symbol has that of its section. For messages.
    pub(super) fn display_symbol(&self, id: SymbolId) -> String {
        let (object, symbol) = self.symbol(id);
        let name = match object.section_of(id, symbol) {
            Ok(Some(section)) if symbol.st_type() == elf::STT_SECTION => self.sections[section.index()].name,
            _ => object.name(symbol).unwrap_or(b"?"),
        };
        String::from_utf8_lossy(name).into_owned()
    }

    /// The symbol that a relocation of a section of this origin refers to.
    pub(super) fn relocation_symbol(&self, origin: Origin, rela: &Rela) -> Result<SymbolId, LinkError> {
        let object = self.object(origin);
        let index = rela.r_sym(ENDIAN, false);
        if index as usize >= object.symbols.len() {
            let source = Malformed::Index { what: "symbol", index: index as usize };
            return Err(LinkError::Malformed { origin, source });
        }
        Ok(SymbolId(object.first_symbol + index))
    }
}

impl<'data> Object<'data> {
    /// A symbol's name.
    pub(super) fn name(&self, symbol: &RawSymbol) -> Result<&'data [u8], Malformed> {
        let offset = symbol.st_name.get(ENDIAN);
        let error = || Malformed::Index { what: "symbol name", index: offset as usize };
        self.strings.get(offset).map_err(|()| error())
    }

    /// The section that a symbol is defined in, if it is in one.
    pub(super) fn section_of(
        &self,
        id: SymbolId,
        symbol: &RawSymbol,
    ) -> Result<Option<SectionId>, Malformed> {
        let index = match symbol.st_shndx.get(ENDIAN) {
            elf::SHN_XINDEX => {
                let index = (id.0 - self.first_symbol) as usize;
                let extended = self.extended_indices.get(index);
                extended.ok_or(Malformed::Index { what: "extended section index", index })?.get(ENDIAN)
            }
            elf::SHN_UNDEF | elf::SHN_LORESERVE.. => return Ok(None),
            index => u32::from(index),
        };
        if index >= self.section_count {
            return Err(Malformed::Index { what: "section", index: index as usize });
        }
        Ok(Some(SectionId(self.first_section + index)))
    }
}

fn read_object<'data>(
    bytes: &'data [u8],
    origin: Origin,
    first_symbol: u32,
    target: &Target,
    sections: &mut Vec<Section<'data>>,
) -> Result<Object<'data>, Malformed> {
    let header = Header::parse(bytes)?;
    header.endian()?;
    let (file_type, machine) = (header.e_type.get(ENDIAN), header.e_machine.get(ENDIAN));
    if file_type != elf::ET_REL || machine != target.elf_machine {
        return Err(Malformed::WrongKind { file_type, machine });
    }
    let table = header.sections(ENDIAN, bytes)?;
    let symbols = table.symbols(ENDIAN, bytes, elf::SHT_SYMTAB)?;
    let first_section = sections.len();
    for (index, header) in table.enumerate() {
        sections.push(read_section(bytes, origin, &table, index.0, header, target.page_bytes)?);
    }
    read_relocations(bytes, &table, symbols.section().0, &mut sections[first_section..])?;
    Ok(Object {
        origin,
        first_section: first_section as u32,
        section_count: table.len() as u32,
        first_symbol,
        symbols: symbols.symbols(),
        strings: symbols.strings(),
        extended_indices: match symbols.shndx_section().0 {
            0 => &[],
            _ => table
                .section(symbols.shndx_section())?
                .data_as_array(ENDIAN, bytes)
                .map_err(|_| Malformed::Index { what: "extended section index", index: 0 })?,
        },
    })
}

fn read_section<'data>(
    bytes: &'data [u8],
    origin: Origin,
    table: &SectionTable<'data, Header>,
    index: usize,
    header: &'data elf::SectionHeader64<LittleEndian>,
    page_bytes: u64,
) -> Result<Section<'data>, Malformed> {
    let mut section = Section {
        origin,
        name: table.section_name(ENDIAN, header)?,
        ty: header.sh_type(ENDIAN),
        flags: header.sh_flags(ENDIAN),
        align: header.sh_addralign(ENDIAN).max(1),
        size: header.sh_size(ENDIAN),
        data: &[],
        relocations: &[],
    };
    if section.ty != elf::SHT_NULL {
        section.data = header.data(ENDIAN, bytes)?;
    }
    if section.is_loadable() && (!section.align.is_power_of_two() || section.align > page_bytes) {
        return Err(Malformed::Alignment { index, align: section.align });
    }
    Ok(section)
}

/// Hands each section its relocations. Those of sections that are never loaded are left alone.
fn read_relocations<'data>(
    bytes: &'data [u8],
    table: &SectionTable<'data, Header>,
    symbol_table: usize,
    sections: &mut [Section<'data>],
) -> Result<(), Malformed> {
    for (index, header) in table.enumerate() {
        let (ty, info) = (header.sh_type(ENDIAN), header.sh_info(ENDIAN) as usize);
        if !matches!(ty, elf::SHT_RELA | elf::SHT_REL | elf::SHT_CREL) {
            continue;
        }
        let wrong = Malformed::RelocationSection { index: index.0, info };
        let Some(section) = sections.get_mut(info) else { return Err(wrong) };
        if !section.is_loadable() {
            continue;
        }
        if ty != elf::SHT_RELA {
            return Err(Malformed::NoAddends { index: index.0 });
        }
        if !section.relocations.is_empty() || header.sh_link(ENDIAN) as usize != symbol_table {
            return Err(wrong);
        }
        section.relocations = header.data_as_array(ENDIAN, bytes)?;
    }
    Ok(())
}
