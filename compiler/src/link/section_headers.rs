//! The section header table: for tools; kernels do not read it.
//!
//! Every segment is covered by sections, so that `strip` and `objcopy` know what to keep.

use object::{LittleEndian, elf};
use wasiaot_abi::symbols;

use super::layout::{self, SYMBOL_BYTES};
use super::outputs::{Output, Outputs, Role};
use super::symtab::SymbolTable;
use super::write::{Decided, long, word};

/// The section headers, in the order of the table. The last one is that of the section names.
pub(super) struct SectionHeaders {
    list: Vec<Entry>,
    /// The names, with a zero byte each. Equal ends of names are there only once.
    pub(super) names: Vec<u8>,
}

struct Entry {
    name_offset: u32,
    what: Described,
}

/// What a section header describes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Described {
    Null,
    /// An output section: its number in [`Outputs::iter`].
    Loaded(usize, Role),
    /// The zeros that follow an image up to the end of a page: the image's number in
    /// [`Outputs::iter`].
    ImageZeros(usize),
    Pad,
    Inspect,
    Symbols,
    Strings,
    SectionNames,
}

/// Name of the sections that cover what a memory image segment has beyond its contents.
const IMAGE_ZEROS: &str = ".wasm.image.bss";

/// Decides which section headers there are.
pub(super) fn plan(outputs: &Outputs, table: &SymbolTable, reserved_end: Option<u64>) -> SectionHeaders {
    let mut headers = SectionHeaders { list: Vec::new(), names: Vec::new() };
    headers.add("", Described::Null);
    for (index, output) in outputs.iter().enumerate() {
        let is_present = match output.role {
            // The zeros at the end of the context block belong to it.
            Role::Bss => output.size > 0 || outputs.get(Role::Context).size > 0,
            Role::Context => output.file_size > 0,
            Role::Image => output.file_size > 0,
            _ => output.size > 0,
        };
        if is_present {
            headers.add(&output.name, Described::Loaded(index, output.role));
        }
        if output.role == Role::Image {
            headers.add(IMAGE_ZEROS, Described::ImageZeros(index));
        }
    }
    if layout::needs_pad(outputs, reserved_end) {
        headers.add(".wasm.pad", Described::Pad);
    }
    if outputs.inspect.is_some() {
        headers.add(symbols::INSPECT_SECTION, Described::Inspect);
    }
    if table.entry_count() > 0 {
        headers.add(".symtab", Described::Symbols);
        headers.add(".strtab", Described::Strings);
    }
    headers.add(".shstrtab", Described::SectionNames);
    headers
}

impl SectionHeaders {
    fn add(&mut self, name: &str, what: Described) {
        let name = format!("{name}\0").into_bytes();
        // The name, or a longer one that ends in it, may be there already.
        let known = self.names.windows(name.len()).position(|window| window == name);
        let name_offset = known.unwrap_or(self.names.len());
        if known.is_none() {
            self.names.extend(name);
        }
        self.list.push(Entry { name_offset: name_offset as u32, what });
    }

    /// The number of section headers.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// The index of the section of a role.
    pub(super) fn index_of(&self, role: Role) -> u16 {
        let is_it = |entry: &Entry| matches!(entry.what, Described::Loaded(_, its) if its == role);
        self.list.iter().position(is_it).unwrap_or_default() as u16
    }

    /// The section headers as they are in the file.
    pub(super) fn encode<'a>(
        &'a self,
        decided: &'a Decided<'_, '_>,
    ) -> impl Iterator<Item = elf::SectionHeader64<LittleEndian>> {
        let outputs: Vec<&Output> = decided.outputs.iter().collect();
        self.list.iter().map(move |entry| {
            let mut header = match entry.what {
                Described::Loaded(index, _) => loaded(decided, outputs[index]),
                Described::ImageZeros(index) => image_zeros(decided, outputs[index]),
                other => self.unloaded(decided, other),
            };
            header.sh_name = word(entry.name_offset);
            header
        })
    }

    fn unloaded(&self, decided: &Decided<'_, '_>, what: Described) -> elf::SectionHeader64<LittleEndian> {
        let (layout, mut header) = (decided.layout, blank());
        let (ty, offset, size) = match what {
            Described::Null | Described::Loaded(..) | Described::ImageZeros(_) => return header,
            Described::Pad => {
                let pad = layout.pad().expect("it is described only where it is");
                header.sh_flags = long(u64::from(elf::SHF_ALLOC | elf::SHF_WRITE));
                header.sh_addr = long(pad.address);
                (elf::SHT_NOBITS, pad.offset, pad.size)
            }
            Described::Inspect => {
                let section = decided.outputs.inspect.map(|id| &decided.input.sections[id.index()]);
                let size = section.map_or(0, |section| section.data.len() as u64);
                (elf::SHT_PROGBITS, layout.unloaded.inspect, size)
            }
            Described::Symbols => {
                header.sh_link = word(self.list.len() as u32 - 2); // `.strtab`.
                header.sh_info = word(decided.table.entry_count() as u32); // All are local.
                header.sh_addralign = long(8);
                header.sh_entsize = long(SYMBOL_BYTES);
                (elf::SHT_SYMTAB, layout.unloaded.symbols, decided.table.entry_count() * SYMBOL_BYTES)
            }
            Described::Strings => (elf::SHT_STRTAB, layout.unloaded.strings, decided.table.string_bytes),
            Described::SectionNames => {
                (elf::SHT_STRTAB, layout.unloaded.section_names, self.names.len() as u64)
            }
        };
        header.sh_type = word(ty);
        header.sh_offset = long(offset);
        header.sh_size = long(size);
        header
    }
}

fn loaded(decided: &Decided<'_, '_>, output: &Output) -> elf::SectionHeader64<LittleEndian> {
    let (ty, flags) = type_and_flags(output.role);
    let (address, size) = match output.role {
        Role::Bss => decided.layout.zeroed(),
        Role::ThreadBss => (output.address, output.size),
        // Not the zeros at the end.
        _ => (output.address, output.file_size),
    };
    let mut header = blank();
    header.sh_type = word(ty);
    header.sh_flags = long(u64::from(flags));
    header.sh_addr = long(address);
    header.sh_offset = long(output.offset);
    header.sh_size = long(size);
    header.sh_addralign = long(if output.role == Role::Bss { 1 } else { output.align });
    header.sh_entsize = long(match output.role {
        Role::PreinitArray | Role::InitArray | Role::FiniArray | Role::GlobalOffsetTable => 8,
        _ => 0,
    });
    header
}

fn image_zeros(decided: &Decided<'_, '_>, image: &Output) -> elf::SectionHeader64<LittleEndian> {
    let mut header = blank();
    header.sh_type = word(elf::SHT_NOBITS);
    header.sh_flags = long(u64::from(elf::SHF_ALLOC | elf::SHF_WRITE));
    header.sh_addr = long(image.address + image.file_size);
    header.sh_offset = long(image.offset + image.file_size);
    header.sh_size = long(image.size.next_multiple_of(decided.target.page_bytes) - image.file_size);
    header
}

fn type_and_flags(role: Role) -> (u32, u32) {
    let constant = elf::SHF_ALLOC;
    match role {
        Role::Rodata | Role::RelocatedRodata | Role::GlobalOffsetTable | Role::Constants => {
            (elf::SHT_PROGBITS, constant)
        }
        Role::ThreadData => (elf::SHT_PROGBITS, constant | elf::SHF_TLS),
        Role::ThreadBss => (elf::SHT_NOBITS, constant | elf::SHF_TLS),
        Role::PreinitArray => (elf::SHT_PREINIT_ARRAY, constant),
        Role::InitArray => (elf::SHT_INIT_ARRAY, constant),
        Role::FiniArray => (elf::SHT_FINI_ARRAY, constant),
        Role::Data | Role::Context | Role::Image => (elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_WRITE),
        Role::Bss => (elf::SHT_NOBITS, elf::SHF_ALLOC | elf::SHF_WRITE),
        Role::Init | Role::Fini | Role::Text | Role::GuestText => {
            (elf::SHT_PROGBITS, elf::SHF_ALLOC | elf::SHF_EXECINSTR)
        }
    }
}

fn blank() -> elf::SectionHeader64<LittleEndian> {
    elf::SectionHeader64 {
        sh_name: word(0),
        sh_type: word(elf::SHT_NULL),
        sh_flags: long(0),
        sh_addr: long(0),
        sh_offset: long(0),
        sh_size: long(0),
        sh_link: word(0),
        sh_info: word(0),
        sh_addralign: long(1),
        sh_entsize: long(0),
    }
}
