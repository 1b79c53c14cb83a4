//! Relocations of 64-bit x86. Source: System V ABI, AMD64 supplement 1.0, §4.4 and appendix B.
//!
//! Names there: S is the symbol's address, A the addend, P the place, G the slot.

use object::elf;

use super::{Contents, Demand, Overflow, Refusal, Site, SlotContent, Storage, Values, thread_offset};

/// `int3`.
pub(super) const CODE_FILL: u8 = 0xcc;

/// How a kind's value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Formula {
    /// Nothing is stored.
    None,
    /// S + A.
    Absolute,
    /// S + A - P.
    Relative,
    /// G + A - P.
    SlotRelative(SlotContent),
    /// S + A - thread pointer.
    ThreadOffset,
}

/// What a kind's value is stored in, and which values fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Empty,
    /// Signed or unsigned.
    Any8,
    Signed8,
    /// Signed or unsigned.
    Any16,
    Signed16,
    Unsigned32,
    Signed32,
    Any64,
}

/// An instruction that need not load from a slot, because the value is known now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rewrite {
    /// `mov slot(%rip), reg` becomes `lea symbol(%rip), reg`.
    Lea,
    /// `call *slot(%rip)` becomes `addr32 call symbol`.
    Call,
    /// `jmp *slot(%rip)` becomes `jmp symbol; nop`.
    Jump,
    /// `mov slot(%rip), reg` becomes `mov $offset, reg`.
    MoveOffset,
    /// `add slot(%rip), reg` becomes `add $offset, reg`.
    AddOffset,
}

pub(super) fn demand(contents: &[u8], site: &Site) -> Result<Demand, Refusal> {
    let (formula, field) = meaning(site.kind).ok_or(Refusal::Unknown)?;
    let end = site.offset.checked_add(width(field)).ok_or(Refusal::OutOfSection)?;
    if end > contents.len() as u64 {
        return Err(Refusal::OutOfSection);
    }
    let slot = match formula {
        Formula::SlotRelative(content) if rewrite(contents, site).is_none() => Some(content),
        _ => None,
    };
    let storage = match formula {
        Formula::None => None,
        Formula::ThreadOffset | Formula::SlotRelative(SlotContent::ThreadOffset) => Some(Storage::Thread),
        Formula::Absolute | Formula::Relative | Formula::SlotRelative(SlotContent::Address) => {
            Some(Storage::Process)
        }
    };
    Ok(Demand { slot, storage })
}

pub(super) fn slot(kind: u32) -> Option<SlotContent> {
    match meaning(kind) {
        Some((Formula::SlotRelative(content), _)) => Some(content),
        _ => None,
    }
}

pub(super) fn apply(contents: &mut [u8], site: &Site, values: &Values) -> Result<(), Overflow> {
    let (formula, field) = meaning(site.kind).expect("`demand` refused unknown kinds");
    let at = site.offset as usize;
    let relative = |target: u64| target.wrapping_sub(values.place).cast_signed().wrapping_add(site.addend);
    let value = match formula {
        Formula::None => 0,
        Formula::Absolute => values.symbol.cast_signed().wrapping_add(site.addend),
        Formula::Relative => relative(values.symbol),
        Formula::ThreadOffset => thread_offset(values).wrapping_add(site.addend),
        Formula::SlotRelative(_) => match rewrite(contents, site) {
            Some(rewrite) => return apply_rewrite(contents, at, rewrite, relative(values.symbol), values),
            None => relative(values.slot),
        },
    };
    store(contents, at, field, value)
}

/// Where the thread pointer is relative to thread-local data that ends at `end`.
pub(super) fn thread_pointer(end: u64, align: u64) -> u64 {
    // Variant II: the data ends where the pointer points.
    end.next_multiple_of(align)
}

/// The name of a kind, implemented or not.
pub(super) fn name(kind: u32) -> Option<&'static str> {
    Some(match kind {
        elf::R_X86_64_NONE => "R_X86_64_NONE",
        elf::R_X86_64_64 => "R_X86_64_64",
        elf::R_X86_64_PC32 => "R_X86_64_PC32",
        elf::R_X86_64_GOT32 => "R_X86_64_GOT32",
        elf::R_X86_64_PLT32 => "R_X86_64_PLT32",
        elf::R_X86_64_COPY => "R_X86_64_COPY",
        elf::R_X86_64_GLOB_DAT => "R_X86_64_GLOB_DAT",
        elf::R_X86_64_JUMP_SLOT => "R_X86_64_JUMP_SLOT",
        elf::R_X86_64_RELATIVE => "R_X86_64_RELATIVE",
        elf::R_X86_64_GOTPCREL => "R_X86_64_GOTPCREL",
        elf::R_X86_64_32 => "R_X86_64_32",
        elf::R_X86_64_32S => "R_X86_64_32S",
        elf::R_X86_64_16 => "R_X86_64_16",
        elf::R_X86_64_PC16 => "R_X86_64_PC16",
        elf::R_X86_64_8 => "R_X86_64_8",
        elf::R_X86_64_PC8 => "R_X86_64_PC8",
        elf::R_X86_64_DTPMOD64 => "R_X86_64_DTPMOD64",
        elf::R_X86_64_DTPOFF64 => "R_X86_64_DTPOFF64",
        elf::R_X86_64_TPOFF64 => "R_X86_64_TPOFF64",
        elf::R_X86_64_TLSGD => "R_X86_64_TLSGD",
        elf::R_X86_64_TLSLD => "R_X86_64_TLSLD",
        elf::R_X86_64_DTPOFF32 => "R_X86_64_DTPOFF32",
        elf::R_X86_64_GOTTPOFF => "R_X86_64_GOTTPOFF",
        elf::R_X86_64_TPOFF32 => "R_X86_64_TPOFF32",
        elf::R_X86_64_PC64 => "R_X86_64_PC64",
        elf::R_X86_64_GOTOFF64 => "R_X86_64_GOTOFF64",
        elf::R_X86_64_GOTPC32 => "R_X86_64_GOTPC32",
        elf::R_X86_64_GOT64 => "R_X86_64_GOT64",
        elf::R_X86_64_GOTPCREL64 => "R_X86_64_GOTPCREL64",
        elf::R_X86_64_GOTPC64 => "R_X86_64_GOTPC64",
        elf::R_X86_64_GOTPLT64 => "R_X86_64_GOTPLT64",
        elf::R_X86_64_PLTOFF64 => "R_X86_64_PLTOFF64",
        elf::R_X86_64_SIZE32 => "R_X86_64_SIZE32",
        elf::R_X86_64_SIZE64 => "R_X86_64_SIZE64",
        elf::R_X86_64_GOTPC32_TLSDESC => "R_X86_64_GOTPC32_TLSDESC",
        elf::R_X86_64_TLSDESC_CALL => "R_X86_64_TLSDESC_CALL",
        elf::R_X86_64_TLSDESC => "R_X86_64_TLSDESC",
        elf::R_X86_64_IRELATIVE => "R_X86_64_IRELATIVE",
        elf::R_X86_64_GOTPCRELX => "R_X86_64_GOTPCRELX",
        elf::R_X86_64_REX_GOTPCRELX => "R_X86_64_REX_GOTPCRELX",
        _ => return None,
    })
}

fn meaning(kind: u32) -> Option<(Formula, Field)> {
    Some(match kind {
        elf::R_X86_64_NONE => (Formula::None, Field::Empty),
        elf::R_X86_64_64 => (Formula::Absolute, Field::Any64),
        elf::R_X86_64_32 => (Formula::Absolute, Field::Unsigned32),
        elf::R_X86_64_32S => (Formula::Absolute, Field::Signed32),
        elf::R_X86_64_16 => (Formula::Absolute, Field::Any16),
        elf::R_X86_64_8 => (Formula::Absolute, Field::Any8),
        elf::R_X86_64_PC64 => (Formula::Relative, Field::Any64),
        // No function is in another object at run time, so that none needs a PLT entry.
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 => (Formula::Relative, Field::Signed32),
        elf::R_X86_64_PC16 => (Formula::Relative, Field::Signed16),
        elf::R_X86_64_PC8 => (Formula::Relative, Field::Signed8),
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX => {
            (Formula::SlotRelative(SlotContent::Address), Field::Signed32)
        }
        elf::R_X86_64_GOTTPOFF => (Formula::SlotRelative(SlotContent::ThreadOffset), Field::Signed32),
        elf::R_X86_64_TPOFF32 => (Formula::ThreadOffset, Field::Signed32),
        elf::R_X86_64_TPOFF64 => (Formula::ThreadOffset, Field::Any64),
        _ => return None,
    })
}

/// Bytes of a field.
fn width(field: Field) -> u64 {
    match field {
        Field::Empty => 0,
        Field::Any8 | Field::Signed8 => 1,
        Field::Any16 | Field::Signed16 => 2,
        Field::Unsigned32 | Field::Signed32 => 4,
        Field::Any64 => 8,
    }
}

/// Recognizes an instruction that need not use a slot. Source: ABI supplement, §B.2 and §11.1.2 (TLS).
///
/// A plain `GOTPCREL` does not promise that its instruction may be rewritten, but rustc emits it in
/// the same ones, and no other instruction that loads from a slot ends in these bytes.
fn rewrite(contents: &[u8], site: &Site) -> Option<Rewrite> {
    // The field is the last of the instruction, and relative to the instruction's end.
    if site.section != Contents::Code || site.addend != -4 {
        return None;
    }
    let before = contents.get(..site.offset as usize)?;
    let &[.., opcode, modrm] = before else { return None };
    // The memory operand is relative to the instruction pointer.
    let rip_relative = modrm & 0b11_000_111 == 0b00_000_101;
    match (site.kind, opcode, modrm) {
        (elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX, 0xff, 0x15) => Some(Rewrite::Call),
        (elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX, 0xff, 0x25) => Some(Rewrite::Jump),
        (elf::R_X86_64_GOTTPOFF, 0x8b | 0x03, _) => {
            // The operand size must be 64 bits: REX.W, and REX.R for the upper registers.
            let &[.., 0x48 | 0x4c, _, _] = before else { return None };
            match opcode {
                _ if !rip_relative => None,
                0x8b => Some(Rewrite::MoveOffset),
                _ => Some(Rewrite::AddOffset),
            }
        }
        (elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX, 0x8b, _)
            if rip_relative =>
        {
            Some(Rewrite::Lea)
        }
        _ => None,
    }
}

/// `relative` is S + A - P.
fn apply_rewrite(
    contents: &mut [u8],
    at: usize,
    rewrite: Rewrite,
    relative: i64,
    values: &Values,
) -> Result<(), Overflow> {
    match rewrite {
        Rewrite::Lea => {
            contents[at - 2] = 0x8d; // lea
            store(contents, at, Field::Signed32, relative)
        }
        Rewrite::Call => {
            contents[at - 2..at].copy_from_slice(&[0x67, 0xe8]); // addr32 call
            store(contents, at, Field::Signed32, relative)
        }
        Rewrite::Jump => {
            contents[at - 2] = 0xe9; // jmp
            store(contents, at - 1, Field::Signed32, relative.wrapping_add(1))?;
            contents[at + 3] = 0x90; // nop
            Ok(())
        }
        Rewrite::MoveOffset | Rewrite::AddOffset => {
            let register = contents[at - 1] >> 3 & 0b111;
            // The register moves from the `reg` field to the `rm` field: REX.R becomes REX.B.
            contents[at - 3] = if contents[at - 3] == 0x4c { 0x49 } else { 0x48 };
            contents[at - 2] = if rewrite == Rewrite::MoveOffset { 0xc7 } else { 0x81 }; // mov, add
            contents[at - 1] = 0b11_000_000 | register;
            store(contents, at, Field::Signed32, thread_offset(values))
        }
    }
}

fn store(contents: &mut [u8], at: usize, field: Field, value: i64) -> Result<(), Overflow> {
    let fits = match field {
        Field::Empty | Field::Any64 => true,
        Field::Any8 => (i64::from(i8::MIN)..=i64::from(u8::MAX)).contains(&value),
        Field::Signed8 => i8::try_from(value).is_ok(),
        Field::Any16 => (i64::from(i16::MIN)..=i64::from(u16::MAX)).contains(&value),
        Field::Signed16 => i16::try_from(value).is_ok(),
        Field::Unsigned32 => u32::try_from(value).is_ok(),
        Field::Signed32 => i32::try_from(value).is_ok(),
    };
    if !fits {
        return Err(Overflow(value));
    }
    let width = width(field) as usize;
    contents[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
    Ok(())
}
