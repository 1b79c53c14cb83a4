//! Relocations of 64-bit Arm. Source: ELF for the Arm 64-bit Architecture (AAELF64) 2024Q3, §5.7.
//!
//! Names there: S is the symbol's address, A the addend, P the place, G the slot; Page() clears the low
//! 12 bits. Most fields are in instructions, and are told by the name of what the instruction does.

use object::elf;

use super::{Demand, Overflow, Refusal, Site, SlotContent, Storage, Values, thread_offset};

/// `udf #0`.
pub(super) const CODE_FILL: u8 = 0;

/// Bytes of a page of `adrp`, whatever those of the kernel are.
const PAGE: u64 = 4096;

/// The thread pointer points to this many bytes of the C library's, before the thread-local data.
const THREAD_CONTROL_BYTES: u64 = 16;

/// How a kind's value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Formula {
    /// Nothing is stored.
    None,
    /// S + A.
    Absolute,
    /// S + A - P.
    Relative,
    /// Page(S + A) - Page(P).
    PageRelative,
    /// G.
    Slot(SlotContent),
    /// Page(G) - Page(P).
    SlotPageRelative(SlotContent),
    /// S + A - thread pointer.
    ThreadOffset,
}

/// What a kind's value is stored in, and which values fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Empty,
    /// Signed or unsigned.
    Any16,
    /// Signed or unsigned.
    Any32,
    Any64,
    /// Bits 0 to 25: the distance in instructions, ±128 MiB.
    Branch26,
    /// Bits 5 to 23: the distance in instructions, ±1 MiB.
    Branch19,
    /// Bits 5 to 18: the distance in instructions, ±32 KiB.
    Branch14,
    /// Bits 5 to 23 and 29 to 30: the distance, ±1 MiB.
    Adr,
    /// The same bits: the distance in pages, ±4 GiB.
    Adrp,
    /// Bits 10 to 21: the low 12 bits of the value in units of 1, 2, 4, 8 or 16 bytes, as a power of two.
    Low12 {
        scale: u32,
    },
    /// The same, where no bit of the value may be left out.
    Whole12,
    /// Bits 10 to 21: bits 12 to 23 of a value that has no others above.
    High12,
}

pub(super) fn demand(contents: &[u8], site: &Site) -> Result<Demand, Refusal> {
    let (formula, field) = meaning(site.kind).ok_or(Refusal::Unknown)?;
    let end = site.offset.checked_add(width(field)).ok_or(Refusal::OutOfSection)?;
    if end > contents.len() as u64 {
        return Err(Refusal::OutOfSection);
    }
    let storage = match formula {
        Formula::None => None,
        Formula::ThreadOffset
        | Formula::Slot(SlotContent::ThreadOffset)
        | Formula::SlotPageRelative(SlotContent::ThreadOffset) => Some(Storage::Thread),
        Formula::Absolute
        | Formula::Relative
        | Formula::PageRelative
        | Formula::Slot(SlotContent::Address)
        | Formula::SlotPageRelative(SlotContent::Address) => Some(Storage::Process),
    };
    Ok(Demand { slot: slot(site.kind), storage })
}

pub(super) fn slot(kind: u32) -> Option<SlotContent> {
    match meaning(kind) {
        Some((Formula::Slot(content) | Formula::SlotPageRelative(content), _)) => Some(content),
        _ => None,
    }
}

pub(super) fn apply(contents: &mut [u8], site: &Site, values: &Values) -> Result<(), Overflow> {
    let (formula, field) = meaning(site.kind).expect("`demand` refused unknown kinds");
    let target = values.symbol.wrapping_add_signed(site.addend);
    let page_relative = |target: u64| page(target).wrapping_sub(page(values.place)).cast_signed();
    let value = match formula {
        Formula::None => 0,
        Formula::Absolute => target.cast_signed(),
        Formula::Relative => target.wrapping_sub(values.place).cast_signed(),
        Formula::PageRelative => page_relative(target),
        Formula::Slot(_) => values.slot.cast_signed(),
        Formula::SlotPageRelative(_) => page_relative(values.slot),
        Formula::ThreadOffset => thread_offset(values).wrapping_add(site.addend),
    };
    store(&mut contents[site.offset as usize..], field, value)
}

/// Where the thread pointer is relative to thread-local data from `start` on.
pub(super) fn thread_pointer(start: u64, align: u64) -> u64 {
    // Variant I: the data follows the control block, as near as its alignment allows.
    start.wrapping_sub(THREAD_CONTROL_BYTES.max(align))
}

fn page(address: u64) -> u64 {
    address / PAGE * PAGE
}

/// The name of a kind, implemented or not.
pub(super) fn name(kind: u32) -> Option<&'static str> {
    Some(match kind {
        elf::R_AARCH64_NONE => "R_AARCH64_NONE",
        elf::R_AARCH64_ABS64 => "R_AARCH64_ABS64",
        elf::R_AARCH64_ABS32 => "R_AARCH64_ABS32",
        elf::R_AARCH64_ABS16 => "R_AARCH64_ABS16",
        elf::R_AARCH64_PREL64 => "R_AARCH64_PREL64",
        elf::R_AARCH64_PREL32 => "R_AARCH64_PREL32",
        elf::R_AARCH64_PREL16 => "R_AARCH64_PREL16",
        elf::R_AARCH64_MOVW_UABS_G0 => "R_AARCH64_MOVW_UABS_G0",
        elf::R_AARCH64_MOVW_UABS_G0_NC => "R_AARCH64_MOVW_UABS_G0_NC",
        elf::R_AARCH64_MOVW_UABS_G1 => "R_AARCH64_MOVW_UABS_G1",
        elf::R_AARCH64_MOVW_UABS_G1_NC => "R_AARCH64_MOVW_UABS_G1_NC",
        elf::R_AARCH64_MOVW_UABS_G2 => "R_AARCH64_MOVW_UABS_G2",
        elf::R_AARCH64_MOVW_UABS_G2_NC => "R_AARCH64_MOVW_UABS_G2_NC",
        elf::R_AARCH64_MOVW_UABS_G3 => "R_AARCH64_MOVW_UABS_G3",
        elf::R_AARCH64_LD_PREL_LO19 => "R_AARCH64_LD_PREL_LO19",
        elf::R_AARCH64_ADR_PREL_LO21 => "R_AARCH64_ADR_PREL_LO21",
        elf::R_AARCH64_ADR_PREL_PG_HI21 => "R_AARCH64_ADR_PREL_PG_HI21",
        elf::R_AARCH64_ADR_PREL_PG_HI21_NC => "R_AARCH64_ADR_PREL_PG_HI21_NC",
        elf::R_AARCH64_ADD_ABS_LO12_NC => "R_AARCH64_ADD_ABS_LO12_NC",
        elf::R_AARCH64_LDST8_ABS_LO12_NC => "R_AARCH64_LDST8_ABS_LO12_NC",
        elf::R_AARCH64_LDST16_ABS_LO12_NC => "R_AARCH64_LDST16_ABS_LO12_NC",
        elf::R_AARCH64_LDST32_ABS_LO12_NC => "R_AARCH64_LDST32_ABS_LO12_NC",
        elf::R_AARCH64_LDST64_ABS_LO12_NC => "R_AARCH64_LDST64_ABS_LO12_NC",
        elf::R_AARCH64_LDST128_ABS_LO12_NC => "R_AARCH64_LDST128_ABS_LO12_NC",
        elf::R_AARCH64_TSTBR14 => "R_AARCH64_TSTBR14",
        elf::R_AARCH64_CONDBR19 => "R_AARCH64_CONDBR19",
        elf::R_AARCH64_JUMP26 => "R_AARCH64_JUMP26",
        elf::R_AARCH64_CALL26 => "R_AARCH64_CALL26",
        elf::R_AARCH64_GOTREL64 => "R_AARCH64_GOTREL64",
        elf::R_AARCH64_ADR_GOT_PAGE => "R_AARCH64_ADR_GOT_PAGE",
        elf::R_AARCH64_LD64_GOT_LO12_NC => "R_AARCH64_LD64_GOT_LO12_NC",
        elf::R_AARCH64_LD64_GOTPAGE_LO15 => "R_AARCH64_LD64_GOTPAGE_LO15",
        elf::R_AARCH64_TLSGD_ADR_PAGE21 => "R_AARCH64_TLSGD_ADR_PAGE21",
        elf::R_AARCH64_TLSGD_ADD_LO12_NC => "R_AARCH64_TLSGD_ADD_LO12_NC",
        elf::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21 => "R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21",
        elf::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC => "R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC",
        elf::R_AARCH64_TLSLE_ADD_TPREL_HI12 => "R_AARCH64_TLSLE_ADD_TPREL_HI12",
        elf::R_AARCH64_TLSLE_ADD_TPREL_LO12 => "R_AARCH64_TLSLE_ADD_TPREL_LO12",
        elf::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC => "R_AARCH64_TLSLE_ADD_TPREL_LO12_NC",
        elf::R_AARCH64_TLSDESC_ADR_PAGE21 => "R_AARCH64_TLSDESC_ADR_PAGE21",
        elf::R_AARCH64_TLSDESC_LD64_LO12 => "R_AARCH64_TLSDESC_LD64_LO12",
        elf::R_AARCH64_TLSDESC_ADD_LO12 => "R_AARCH64_TLSDESC_ADD_LO12",
        elf::R_AARCH64_TLSDESC_CALL => "R_AARCH64_TLSDESC_CALL",
        elf::R_AARCH64_COPY => "R_AARCH64_COPY",
        elf::R_AARCH64_GLOB_DAT => "R_AARCH64_GLOB_DAT",
        elf::R_AARCH64_JUMP_SLOT => "R_AARCH64_JUMP_SLOT",
        elf::R_AARCH64_RELATIVE => "R_AARCH64_RELATIVE",
        elf::R_AARCH64_IRELATIVE => "R_AARCH64_IRELATIVE",
        _ => return None,
    })
}

fn meaning(kind: u32) -> Option<(Formula, Field)> {
    use SlotContent::{Address, ThreadOffset};
    let low = |scale| Field::Low12 { scale };
    Some(match kind {
        elf::R_AARCH64_NONE => (Formula::None, Field::Empty),
        elf::R_AARCH64_ABS64 => (Formula::Absolute, Field::Any64),
        elf::R_AARCH64_ABS32 => (Formula::Absolute, Field::Any32),
        elf::R_AARCH64_ABS16 => (Formula::Absolute, Field::Any16),
        elf::R_AARCH64_PREL64 => (Formula::Relative, Field::Any64),
        elf::R_AARCH64_PREL32 => (Formula::Relative, Field::Any32),
        elf::R_AARCH64_PREL16 => (Formula::Relative, Field::Any16),
        elf::R_AARCH64_CALL26 | elf::R_AARCH64_JUMP26 => (Formula::Relative, Field::Branch26),
        elf::R_AARCH64_CONDBR19 | elf::R_AARCH64_LD_PREL_LO19 => (Formula::Relative, Field::Branch19),
        elf::R_AARCH64_TSTBR14 => (Formula::Relative, Field::Branch14),
        elf::R_AARCH64_ADR_PREL_LO21 => (Formula::Relative, Field::Adr),
        elf::R_AARCH64_ADR_PREL_PG_HI21 => (Formula::PageRelative, Field::Adrp),
        elf::R_AARCH64_ADD_ABS_LO12_NC | elf::R_AARCH64_LDST8_ABS_LO12_NC => (Formula::Absolute, low(0)),
        elf::R_AARCH64_LDST16_ABS_LO12_NC => (Formula::Absolute, low(1)),
        elf::R_AARCH64_LDST32_ABS_LO12_NC => (Formula::Absolute, low(2)),
        elf::R_AARCH64_LDST64_ABS_LO12_NC => (Formula::Absolute, low(3)),
        elf::R_AARCH64_LDST128_ABS_LO12_NC => (Formula::Absolute, low(4)),
        elf::R_AARCH64_ADR_GOT_PAGE => (Formula::SlotPageRelative(Address), Field::Adrp),
        elf::R_AARCH64_LD64_GOT_LO12_NC => (Formula::Slot(Address), low(3)),
        elf::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21 => (Formula::SlotPageRelative(ThreadOffset), Field::Adrp),
        elf::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC => (Formula::Slot(ThreadOffset), low(3)),
        elf::R_AARCH64_TLSLE_ADD_TPREL_HI12 => (Formula::ThreadOffset, Field::High12),
        elf::R_AARCH64_TLSLE_ADD_TPREL_LO12 => (Formula::ThreadOffset, Field::Whole12),
        elf::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC => (Formula::ThreadOffset, low(0)),
        _ => return None,
    })
}

/// Bytes of a field: for one in an instruction, those of the instruction.
fn width(field: Field) -> u64 {
    match field {
        Field::Empty => 0,
        Field::Any16 => 2,
        Field::Any64 => 8,
        _ => 4,
    }
}

/// Stores a value at the start of `contents`.
fn store(contents: &mut [u8], field: Field, value: i64) -> Result<(), Overflow> {
    let fits_signed = |bits: u32| value >> (bits - 1) == 0 || value >> (bits - 1) == -1;
    let aligned = |scale: u32| value & ((1 << scale) - 1) == 0;
    let fits = match field {
        Field::Empty | Field::Any64 => true,
        Field::Any16 => (i64::from(i16::MIN)..=i64::from(u16::MAX)).contains(&value),
        Field::Any32 => (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&value),
        Field::Branch26 => fits_signed(28) && aligned(2),
        Field::Branch19 => fits_signed(21) && aligned(2),
        Field::Branch14 => fits_signed(16) && aligned(2),
        Field::Adr => fits_signed(21),
        Field::Adrp => fits_signed(33),
        Field::Low12 { scale } => aligned(scale),
        Field::Whole12 => (0..1 << 12).contains(&value),
        Field::High12 => (0..1 << 24).contains(&value),
    };
    if !fits {
        return Err(Overflow(value));
    }
    match field {
        Field::Empty => {}
        Field::Any16 | Field::Any32 | Field::Any64 => {
            let width = width(field) as usize;
            contents[..width].copy_from_slice(&value.to_le_bytes()[..width]);
        }
        Field::Branch26 => insert(contents, 0, 26, value >> 2),
        Field::Branch19 => insert(contents, 5, 19, value >> 2),
        Field::Branch14 => insert(contents, 5, 14, value >> 2),
        Field::Adr => insert_adr(contents, value),
        Field::Adrp => insert_adr(contents, value >> 12),
        Field::Low12 { scale } => insert(contents, 10, 12, (value & 0xfff) >> scale),
        Field::Whole12 => insert(contents, 10, 12, value),
        Field::High12 => insert(contents, 10, 12, value >> 12),
    }
    Ok(())
}

/// Stores the low 21 bits of a value in `adr` or `adrp`: the lowest two apart from the others.
fn insert_adr(instruction: &mut [u8], value: i64) {
    insert(instruction, 29, 2, value);
    insert(instruction, 5, 19, value >> 2);
}

/// Stores the low `len` bits of a value in bits `first..first + len` of an instruction.
fn insert(instruction: &mut [u8], first: u32, len: u32, value: i64) {
    let mask = (1 << len) - 1;
    let bytes = instruction.first_chunk_mut::<4>().expect("`demand` checked that it is in the section");
    let bits = (value & i64::from(mask)) as u32;
    *bytes = (u32::from_le_bytes(*bytes) & !(mask << first) | bits << first).to_le_bytes();
}
