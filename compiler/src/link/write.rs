//! The bytes of the executable: headers, contents with relocations applied, tables.
//!
//! Everything was decided before; what can still go wrong is a value that does not fit its field.

use object::elf;
use object::pod::bytes_of;
use object::{LittleEndian, U16, U32, U64};
use wasiaot_targets::Target;

use super::error::LinkError;
use super::gc::{Kept, site_of};
use super::input::{ENDIAN, Input, Section, SectionId, SymbolId};
use super::layout::{
    FILE_HEADER_BYTES, Layout, PROGRAM_HEADER_BYTES, SECTION_HEADER_BYTES, SYMBOL_BYTES, Segment, SegmentKind,
};
use super::outputs::{Output, Outputs, Role, role_of};
use super::reloc::{self, SlotContent, Values};
use super::resolve::{Definition, Symbols};
use super::section_headers::SectionHeaders;
use super::symtab::SymbolTable;

/// Everything that was decided.
pub(super) struct Decided<'a, 'data> {
    pub(super) input: &'a Input<'data>,
    pub(super) symbols: &'a Symbols,
    pub(super) kept: &'a Kept,
    pub(super) outputs: &'a Outputs,
    pub(super) table: &'a SymbolTable,
    pub(super) headers: &'a SectionHeaders,
    pub(super) layout: &'a Layout,
    /// By [`SectionId`]; meaningless for sections that are not kept.
    pub(super) addresses: &'a [u64],
    pub(super) target: &'static Target,
}

impl Decided<'_, '_> {
    /// The address that a definition stands for.
    pub(super) fn address(&self, definition: Definition) -> u64 {
        match definition {
            Definition::Section { section, offset } => self.addresses[section.index()].wrapping_add(offset),
            Definition::Absolute(value) => value,
            Definition::Linker(symbol) => self.layout.linker_symbol(self.outputs, symbol),
            Definition::Undefined | Definition::Indirect => 0, // `gc` found that nothing uses it.
        }
    }

    /// The address of a symbol.
    pub(super) fn symbol_address(&self, symbol: SymbolId) -> u64 {
        self.address(self.symbols.definitions[symbol.index()])
    }
}

/// Writes the executable.
pub(super) fn write(decided: &Decided<'_, '_>) -> Result<Vec<u8>, LinkError> {
    let layout = decided.layout;
    let mut file = vec![0; layout.file_size as usize];
    for output in decided.outputs.iter().filter(|output| output.file_size > 0) {
        write_contents(decided, output, &mut file)?;
    }
    write_slots(decided, &mut file);
    if let Some(inspect) = decided.outputs.inspect {
        put(&mut file, layout.unloaded.inspect, decided.input.sections[inspect.index()].data);
    }
    write_file_header(decided, &mut file);
    for (index, segment) in layout.segments.iter().enumerate() {
        let offset = FILE_HEADER_BYTES + index as u64 * PROGRAM_HEADER_BYTES;
        put(&mut file, offset, bytes_of(&program_header(segment)));
    }
    write_symbol_table(decided, &mut file);
    put(&mut file, layout.unloaded.section_names, &decided.headers.names);
    for (index, header) in decided.headers.encode(decided).enumerate() {
        put(
            &mut file,
            layout.unloaded.section_headers + index as u64 * SECTION_HEADER_BYTES,
            bytes_of(&header),
        );
    }
    Ok(file)
}

fn put(file: &mut [u8], offset: u64, bytes: &[u8]) {
    file[offset as usize..][..bytes.len()].copy_from_slice(bytes);
}

/// Copies the members of an output section and applies their relocations.
fn write_contents(decided: &Decided<'_, '_>, output: &Output, file: &mut [u8]) -> Result<(), LinkError> {
    let contents = &mut file[output.offset as usize..][..output.file_size as usize];
    let is_code = matches!(output.role, Role::Init | Role::Fini | Role::Text | Role::GuestText);
    let mut end = 0;
    for &id in &output.members {
        let section = &decided.input.sections[id.index()];
        let offset = decided.outputs.offsets[id.index()] as usize;
        if is_code {
            contents[end..offset].fill(reloc::code_fill(decided.target.arch));
        }
        // An output section that is shorter in the file than in memory has one member.
        let len = section.data.len().min(contents.len() - offset);
        let part = &mut contents[offset..offset + len];
        part.copy_from_slice(&section.data[..len]);
        relocate(decided, section, id, part)?;
        end = offset + len;
    }
    Ok(())
}

fn relocate(
    decided: &Decided<'_, '_>,
    section: &Section<'_>,
    id: SectionId,
    contents: &mut [u8],
) -> Result<(), LinkError> {
    let arch = decided.target.arch;
    let section_address = decided.addresses[id.index()];
    let slots = decided.outputs.get(Role::GlobalOffsetTable).address;
    for rela in section.relocations {
        let symbol = decided.input.relocation_symbol(section.origin, rela)?;
        let definition = decided.symbols.definitions[symbol.index()];
        let site = site_of(section, rela);
        let slot = reloc::slot(arch, site.kind).and_then(|content| decided.kept.slot(content, definition));
        let values = Values {
            place: section_address.wrapping_add(site.offset),
            symbol: decided.address(definition),
            slot: slots + slot.unwrap_or_default(),
            thread_pointer: decided.layout.thread_pointer,
        };
        reloc::apply(arch, contents, &site, &values).map_err(|overflow| LinkError::RelocationOverflow {
            kind: reloc::kind(arch, site.kind),
            section: section.display_name(),
            offset: site.offset,
            symbol: decided.input.display_symbol(symbol),
            value: overflow.0,
        })?;
    }
    Ok(())
}

fn write_slots(decided: &Decided<'_, '_>, file: &mut [u8]) {
    let table = decided.outputs.get(Role::GlobalOffsetTable);
    for (content, definition, offset) in decided.kept.slots() {
        let address = decided.address(definition);
        let value = match content {
            SlotContent::Address => address,
            SlotContent::ThreadOffset => address.wrapping_sub(decided.layout.thread_pointer),
        };
        put(file, table.offset + offset, &value.to_le_bytes());
    }
}

fn write_file_header(decided: &Decided<'_, '_>, file: &mut [u8]) {
    let layout = decided.layout;
    let header = elf::FileHeader64::<LittleEndian> {
        e_ident: elf::Ident {
            magic: elf::ELFMAG,
            class: elf::ELFCLASS64,
            data: elf::ELFDATA2LSB,
            version: elf::EV_CURRENT,
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            padding: [0; 7],
        },
        e_type: half(elf::ET_EXEC),
        e_machine: half(decided.target.elf_machine),
        e_version: word(u32::from(elf::EV_CURRENT)),
        e_entry: long(decided.symbol_address(decided.kept.entry)),
        e_phoff: long(FILE_HEADER_BYTES),
        e_shoff: long(layout.unloaded.section_headers),
        e_flags: word(0),
        e_ehsize: half(FILE_HEADER_BYTES as u16),
        e_phentsize: half(PROGRAM_HEADER_BYTES as u16),
        e_phnum: half(layout.segments.len() as u16),
        e_shentsize: half(SECTION_HEADER_BYTES as u16),
        e_shnum: half(decided.headers.count() as u16),
        e_shstrndx: half(decided.headers.count() as u16 - 1),
    };
    put(file, 0, bytes_of(&header));
}

fn program_header(segment: &Segment) -> elf::ProgramHeader64<LittleEndian> {
    let (ty, flags) = match segment.kind {
        SegmentKind::ReadOnly => (elf::PT_LOAD, elf::PF_R),
        SegmentKind::Code => (elf::PT_LOAD, elf::PF_R | elf::PF_X),
        // Emulators (QEMU since 8.1) refuse zeroed memory that is not writable, and kernels map it so.
        SegmentKind::Writable | SegmentKind::Pad => (elf::PT_LOAD, elf::PF_R | elf::PF_W),
        SegmentKind::Thread => (elf::PT_TLS, elf::PF_R),
        SegmentKind::Stack => (elf::PT_GNU_STACK, elf::PF_R | elf::PF_W),
    };
    elf::ProgramHeader64 {
        p_type: word(ty),
        p_flags: word(flags),
        p_offset: long(segment.offset),
        p_vaddr: long(segment.address),
        p_paddr: long(segment.address),
        p_filesz: long(segment.file_size),
        p_memsz: long(segment.size),
        p_align: long(segment.align),
    }
}

fn write_symbol_table(decided: &Decided<'_, '_>, file: &mut [u8]) {
    let offsets = &decided.layout.unloaded;
    let (mut symbol_offset, mut name_offset) = (offsets.symbols + SYMBOL_BYTES, 1);
    for &id in &decided.table.symbols {
        let (object, symbol) = decided.input.symbol(id);
        let Definition::Section { section, .. } = decided.symbols.definitions[id.index()] else { continue };
        let role = role_of(&decided.input.sections[section.index()]);
        let entry = elf::Sym64::<LittleEndian> {
            st_name: word(name_offset),
            st_info: elf::STB_LOCAL << 4 | elf::STT_FUNC,
            st_other: 0,
            st_shndx: half(decided.headers.index_of(role)),
            st_value: long(decided.symbol_address(id)),
            st_size: symbol.st_size,
        };
        put(file, symbol_offset, bytes_of(&entry));
        symbol_offset += SYMBOL_BYTES;
        let name = object.name(symbol).unwrap_or_default();
        put(file, offsets.strings + u64::from(name_offset), name);
        name_offset += name.len() as u32 + 1;
    }
}

pub(super) fn half(value: u16) -> U16<LittleEndian> {
    U16::new(ENDIAN, value)
}

pub(super) fn word(value: u32) -> U32<LittleEndian> {
    U32::new(ENDIAN, value)
}

pub(super) fn long(value: u64) -> U64<LittleEndian> {
    U64::new(ENDIAN, value)
}
