//! Output sections: which input sections each consists of, in which order, and at which offsets.
//!
//! Where output sections go is decided by `layout`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use object::elf;
use wasiaot_abi::symbols;
use wasiaot_targets::Target;

use super::error::{LinkError, Malformed, Origin, PlaceProblem};
use super::gc::{Kept, SLOT_BYTES};
use super::input::{ENDIAN, Input, Section, SectionId};

/// What an output section is for, in the order of the section headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Initial thread-local data: a template, so it is not written.
    ThreadData,
    /// Zeroed thread-local data: takes no place in memory.
    ThreadBss,
    /// Functions to call at start, before those of `InitArray`.
    PreinitArray,
    /// Functions to call at start.
    InitArray,
    /// Functions to call at exit.
    FiniArray,
    /// Constants that hold addresses. They are final in an executable that is not relocated.
    RelocatedRodata,
    /// The global offset table: constant for the same reason.
    GlobalOffsetTable,
    /// Other constants.
    Rodata,
    /// Initialized data.
    Data,
    /// The context block, without the zeros at its end.
    Context,
    /// Zeroed data, from the zeros at the end of the context block on.
    Bss,
    /// Constant tables at a fixed address.
    Constants,
    /// The C library's start function, in parts.
    Init,
    /// The C library's exit function, in parts.
    Fini,
    /// Code of the runtime.
    Text,
    /// Code of the program.
    GuestText,
    /// Initial contents of a linear memory, without the zeros at their end.
    Image,
}

/// Every role but [`Role::Image`], which any number of output sections have.
const SINGLE_ROLES: [Role; 16] = [
    Role::ThreadData,
    Role::ThreadBss,
    Role::PreinitArray,
    Role::InitArray,
    Role::FiniArray,
    Role::RelocatedRodata,
    Role::GlobalOffsetTable,
    Role::Rodata,
    Role::Data,
    Role::Context,
    Role::Bss,
    Role::Constants,
    Role::Init,
    Role::Fini,
    Role::Text,
    Role::GuestText,
];

/// An output section.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) name: Cow<'static, str>,
    pub(super) role: Role,
    /// Its input sections, in the order of their offsets.
    pub(super) members: Vec<SectionId>,
    pub(super) align: u64,
    /// Bytes in memory.
    pub(super) size: u64,
    /// Bytes in the file: the rest is zero.
    pub(super) file_size: u64,
    /// Address of its first byte. For the context block, constants and images: from their names. For
    /// others: set by `layout`.
    pub(super) address: u64,
    /// File offset of its first byte. Set by `layout`.
    pub(super) offset: u64,
}

/// Every output section.
pub(super) struct Outputs {
    /// One for each of the single roles in their order, empty or not, then the images by address.
    list: Vec<Output>,
    /// By [`SectionId`]: offset in its output section; meaningless for sections that are not kept.
    pub(super) offsets: Vec<u64>,
    /// The section that is not loaded: for `wasiaot inspect`.
    pub(super) inspect: Option<SectionId>,
}

impl Outputs {
    /// The output section of a role that only one has.
    pub(super) fn get(&self, role: Role) -> &Output {
        &self.list[role as usize]
    }

    /// The same, to place it.
    pub(super) fn get_mut(&mut self, role: Role) -> &mut Output {
        &mut self.list[role as usize]
    }

    /// The images, by address.
    pub(super) fn images_mut(&mut self) -> &mut [Output] {
        &mut self.list[SINGLE_ROLES.len()..]
    }

    /// Those that have a fixed address: images, context block, constants. In this order there is
    /// little room between them in the file if the application chose their addresses for that.
    pub(super) fn anchored_mut(&mut self) -> impl Iterator<Item = &mut Output> {
        let (single, images) = self.list.split_at_mut(SINGLE_ROLES.len());
        let is_anchored = |role| matches!(role, Role::Context | Role::Constants);
        images.iter_mut().chain(single.iter_mut().filter(move |output| is_anchored(output.role)))
    }

    /// Every output section, empty ones too.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Output> {
        self.list.iter()
    }
}

/// No part of an executable is as large: sums of a few sizes below this cannot overflow.
const MAX_BYTES: u64 = 1 << 44;

/// Distributes the kept sections.
pub(super) fn gather(input: &Input<'_>, kept: &Kept, target: &Target) -> Result<Outputs, LinkError> {
    let mut outputs = Outputs {
        list: SINGLE_ROLES.iter().map(|&role| empty(role)).collect(),
        offsets: vec![0; input.sections.len()],
        inspect: None,
    };
    let mut images = BTreeMap::new();
    for (index, section) in input.sections.iter().enumerate() {
        let id = SectionId(index as u32);
        if section.origin == Origin::Application && section.name == symbols::INSPECT_SECTION.as_bytes() {
            outputs.inspect = Some(id);
        } else if !kept.has(id) {
        } else if role_of(section) == Role::Image {
            add_image(&mut images, id, section, target)?;
        } else {
            outputs.get_mut(role_of(section)).members.push(id);
        }
    }
    set_address(outputs.get_mut(Role::Context), input, target.addresses.context..target.addresses.constants)?;
    set_address(outputs.get_mut(Role::Constants), input, target.addresses.constants..target.addresses.code)?;
    outputs.list.extend(images.into_values());
    let Outputs { list, offsets, .. } = &mut outputs;
    for output in list {
        order(output, input);
        measure(output, input, offsets)?;
    }
    outputs.get_mut(Role::GlobalOffsetTable).size = kept.slots().len() as u64 * SLOT_BYTES;
    outputs.get_mut(Role::GlobalOffsetTable).align = SLOT_BYTES;
    for output in &mut outputs.list {
        output.file_size = match output.role {
            Role::Bss | Role::ThreadBss => 0,
            Role::Context | Role::Image => match output.members[..] {
                [member] => trimmed_size(&input.sections[member.index()]),
                _ => 0,
            },
            _ => output.size,
        };
    }
    Ok(outputs)
}

fn empty(role: Role) -> Output {
    let name = match role {
        Role::Rodata => ".rodata",
        Role::ThreadData => ".tdata",
        Role::ThreadBss => ".tbss",
        Role::PreinitArray => ".preinit_array",
        Role::InitArray => ".init_array",
        Role::FiniArray => ".fini_array",
        Role::RelocatedRodata => ".data.rel.ro",
        Role::GlobalOffsetTable => ".got",
        Role::Data => ".data",
        Role::Context => ".wasm.context",
        Role::Bss => ".bss",
        Role::Constants => ".wasm.constants",
        Role::Init => ".init",
        Role::Fini => ".fini",
        Role::Text => ".text",
        Role::GuestText => symbols::GUEST_TEXT_SECTION,
        Role::Image => symbols::IMAGE_SECTION_PREFIX,
    };
    let name = Cow::Borrowed(name);
    Output { name, role, members: Vec::new(), align: 1, size: 0, file_size: 0, address: 0, offset: 0 }
}

/// Sections of the application whose names say where they go, by the part of the name before the
/// address.
const ADDRESSED: [(&str, Role); 3] = [
    (symbols::CONTEXT_SECTION_PREFIX, Role::Context),
    (symbols::CONSTANTS_SECTION_PREFIX, Role::Constants),
    (symbols::IMAGE_SECTION_PREFIX, Role::Image),
];

/// Where a section that is kept goes.
pub(super) fn role_of(section: &Section<'_>) -> Role {
    let name = section.name;
    let zeroed = section.ty == elf::SHT_NOBITS;
    if section.origin == Origin::Application {
        for (prefix, role) in ADDRESSED {
            if name.starts_with(prefix.as_bytes()) {
                return role;
            }
        }
    }
    if section.has(elf::SHF_EXECINSTR) {
        return match name {
            b".init" => Role::Init,
            b".fini" => Role::Fini,
            _ if section.origin == Origin::Application => Role::GuestText,
            _ => Role::Text,
        };
    }
    if section.has(elf::SHF_TLS) {
        return if zeroed { Role::ThreadBss } else { Role::ThreadData };
    }
    match section.ty {
        elf::SHT_PREINIT_ARRAY => Role::PreinitArray,
        elf::SHT_INIT_ARRAY => Role::InitArray,
        elf::SHT_FINI_ARRAY => Role::FiniArray,
        elf::SHT_NOBITS => Role::Bss,
        _ if !section.has(elf::SHF_WRITE) => Role::Rodata,
        _ if name.starts_with(b".data.rel.ro") => Role::RelocatedRodata,
        _ => Role::Data,
    }
}

/// The address that a section's name ends in.
fn named_address(section: &Section<'_>) -> Result<u64, PlaceProblem> {
    let digits = section.name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let digits = std::str::from_utf8(digits).map_err(|_| PlaceProblem::NoAddress)?;
    u64::from_str_radix(digits, 16).map_err(|_| PlaceProblem::NoAddress)
}

/// Takes the address of an output section with one member from that: one in `range`, where it starts
/// if there is no member.
fn set_address(output: &mut Output, input: &Input<'_>, range: Range<u64>) -> Result<(), LinkError> {
    output.address = range.start;
    let section = match output.members[..] {
        [] => return Ok(()),
        [id] => &input.sections[id.index()],
        _ => {
            let source = Malformed::Repeated { name: output.name.clone().into_owned() };
            return Err(LinkError::Malformed { origin: Origin::Application, source });
        }
    };
    let error = |problem| LinkError::Place { section: section.display_name(), problem };
    let address = named_address(section).map_err(error)?;
    if !address.is_multiple_of(section.align) {
        return Err(error(PlaceProblem::Unaligned { align: section.align }));
    }
    if !range.contains(&address) {
        return Err(error(PlaceProblem::OutOfRange));
    }
    output.address = address;
    Ok(())
}

fn add_image(
    images: &mut BTreeMap<u64, Output>,
    id: SectionId,
    section: &Section<'_>,
    target: &Target,
) -> Result<(), LinkError> {
    let error = |problem| LinkError::Place { section: section.display_name(), problem };
    let address = named_address(section).map_err(error)?;
    if !address.is_multiple_of(target.page_bytes) {
        return Err(error(PlaceProblem::Unaligned { align: target.page_bytes }));
    }
    if address < target.addresses.code_end || address > MAX_BYTES || section.size > MAX_BYTES {
        return Err(error(PlaceProblem::OutOfRange));
    }
    let mut output = empty(Role::Image);
    (output.name, output.address, output.members) = (Cow::Owned(section.display_name()), address, vec![id]);
    // All but the neighbors were compared when they were added.
    let end = |output: &Output, size: u64| output.address + size.next_multiple_of(target.page_bytes);
    let next = images.range(address..).next();
    let previous = images.range(..address).next_back();
    if next.is_some_and(|(&next, _)| next < end(&output, section.size.max(1)))
        || previous.is_some_and(|(_, previous)| address < end(previous, previous.size))
    {
        return Err(error(PlaceProblem::Overlap));
    }
    output.size = section.size; // For the comparison above; `measure` sets it again.
    images.insert(address, output);
    Ok(())
}

/// Sorts the members of an output section where their order is not that of the input.
fn order(output: &mut Output, input: &Input<'_>) {
    let section = |id: &SectionId| &input.sections[id.index()];
    match output.role {
        // `.init_array.5` comes before `.init_array.10`, and both before `.init_array`.
        Role::PreinitArray | Role::InitArray | Role::FiniArray => {
            output.members.sort_by_key(|id| array_priority(section(id).name));
        }
        // No padding between members of different alignment.
        Role::Rodata | Role::RelocatedRodata | Role::ThreadData | Role::ThreadBss | Role::Data => {
            output.members.sort_by_key(|id| std::cmp::Reverse(section(id).align));
        }
        // Small variables share the page where the context block ends, and so does the start of the
        // largest one: large tables are used from their start. It saves a page fault.
        Role::Bss => output.members.sort_by_key(|id| match section(id).size {
            size @ ..SMALL_BYTES => (0, size),
            size => (1, u64::MAX - size),
        }),
        // Code stays in the order of the input: related functions are near each other there.
        _ => {}
    }
}

/// Zeroed variables below this size are placed first.
const SMALL_BYTES: u64 = 1024;

fn array_priority(name: &[u8]) -> u32 {
    let digits = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(u32::MAX)
}

/// Decides the members' offsets, and from them the size and the alignment.
fn measure(output: &mut Output, input: &Input<'_>, offsets: &mut [u64]) -> Result<(), LinkError> {
    output.size = 0;
    for id in &output.members {
        let section = &input.sections[id.index()];
        let offset = output.size.next_multiple_of(section.align);
        offsets[id.index()] = offset;
        output.align = output.align.max(section.align);
        output.size = offset.saturating_add(section.size);
        if output.size > MAX_BYTES {
            return Err(LinkError::Malformed { origin: section.origin, source: Malformed::Size });
        }
    }
    Ok(())
}

/// The size of a section without the zeros at its end, but with every relocated field.
fn trimmed_size(section: &Section<'_>) -> u64 {
    const WIDEST_FIELD: u64 = 8;
    let content = section.data.iter().rposition(|&byte| byte != 0).map_or(0, |last| last as u64 + 1);
    let fields =
        section.relocations.iter().map(|rela| rela.r_offset.get(ENDIAN).saturating_add(WIDEST_FIELD));
    fields.fold(content, u64::max).min(section.data.len() as u64)
}
