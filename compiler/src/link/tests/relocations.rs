//! Every relocation kind: its value, its limits, and the instructions that are rewritten.

use super::*;
use crate::link::{LinkError, Malformed};

/// What a relocation refers to.
#[derive(Clone, Copy)]
enum To {
    Absolute(u64),
    /// The relocated field.
    Itself,
    ThreadLocal,
}

/// Links an application whose constants hold one relocated field. Returns the field's value.
fn link_field(kind: u32, width: usize, to: To, addend: i64) -> Result<i64, LinkError> {
    let mut app = Parts::app();
    let (constants, itself) = app.data(CONSTANTS, SectionKind::ReadOnlyDataWithRel, "constants", &[0; 8]);
    let symbol = match to {
        To::Absolute(value) => app.absolute("absolute", value),
        To::Itself => itself,
        To::ThreadLocal => app.data(".tdata", SectionKind::Tls, "local", &[0; 24]).1,
    };
    app.relocate(constants, 0, kind, symbol, addend);
    let linked = link_parts(&app, &Parts::runtime())?;
    let bytes = &section(&linked, ".wasm.constants").1[..width];
    let negative = bytes[width - 1] & 0x80 != 0;
    let mut value = if negative { [0xff; 8] } else { [0; 8] };
    value[..width].copy_from_slice(bytes);
    Ok(i64::from_le_bytes(value))
}

/// Checks that exactly the values from `min` to `max` are accepted and stored. With an addend of 0,
/// the relocation's value is `base`.
#[track_caller]
fn check_limits(kind: u32, width: usize, to: To, base: i64, min: i64, max: i64) {
    let stored = |value: i64| {
        let shift = 64 - 8 * width as u32;
        value << shift >> shift
    };
    for value in [min, -1, 0, 1, max] {
        if (min..=max).contains(&value) {
            let field = link_field(kind, width, to, value.wrapping_sub(base)).expect("the value fits");
            assert_eq!(field, stored(value), "kind {kind}");
        }
    }
    for value in [i128::from(min) - 1, i128::from(max) + 1] {
        let Ok(value) = i64::try_from(value) else { continue };
        match link_field(kind, width, to, value.wrapping_sub(base)) {
            Err(LinkError::RelocationOverflow { value: reported, section, .. }) => {
                assert_eq!((reported, section.as_str()), (value, CONSTANTS));
            }
            other => panic!("kind {kind}, value {value}: {other:?}"),
        }
    }
}

const I32: (i64, i64) = (i32::MIN as i64, i32::MAX as i64);

#[test]
fn absolute_limits() {
    let to = To::Absolute(0x1234_5678);
    check_limits(elf::R_X86_64_8, 1, to, 0x1234_5678, i8::MIN.into(), u8::MAX.into());
    check_limits(elf::R_X86_64_16, 2, to, 0x1234_5678, i16::MIN.into(), u16::MAX.into());
    check_limits(elf::R_X86_64_32, 4, to, 0x1234_5678, 0, u32::MAX.into());
    check_limits(elf::R_X86_64_32S, 4, to, 0x1234_5678, I32.0, I32.1);
    check_limits(elf::R_X86_64_64, 8, To::Absolute(0), 0, i64::MIN, i64::MAX);
}

#[test]
fn relative_limits() {
    check_limits(elf::R_X86_64_PC8, 1, To::Itself, 0, i8::MIN.into(), i8::MAX.into());
    check_limits(elf::R_X86_64_PC16, 2, To::Itself, 0, i16::MIN.into(), i16::MAX.into());
    check_limits(elf::R_X86_64_PC32, 4, To::Itself, 0, I32.0, I32.1);
    check_limits(elf::R_X86_64_PLT32, 4, To::Itself, 0, I32.0, I32.1);
    check_limits(elf::R_X86_64_PC64, 8, To::Itself, 0, i64::MIN, i64::MAX);
    // The constants are at 0x0700_0000.
    check_limits(elf::R_X86_64_PC32, 4, To::Absolute(0x0700_0010), 0x10, I32.0, I32.1);
}

#[test]
fn thread_local_limits() {
    // 24 bytes that end where the thread pointer points.
    check_limits(elf::R_X86_64_TPOFF32, 4, To::ThreadLocal, -24, I32.0, I32.1);
    check_limits(elf::R_X86_64_TPOFF64, 8, To::ThreadLocal, -24, i64::MIN, i64::MAX);
}

#[test]
fn slot_limits() {
    for (kind, to, content) in [
        (elf::R_X86_64_GOTPCREL, To::Absolute(0x1122_3344_5566_7788), 0x1122_3344_5566_7788),
        (elf::R_X86_64_GOTPCRELX, To::Absolute(5), 5),
        (elf::R_X86_64_REX_GOTPCRELX, To::Absolute(5), 5),
        (elf::R_X86_64_GOTTPOFF, To::ThreadLocal, -24),
    ] {
        // The field is not in code, so that no instruction can be rewritten. It is the distance to a
        // slot that holds the symbol's value.
        let distance = link_field(kind, 4, to, 0).expect("the slot is near");
        assert!(distance < 0, "the table is below the constants");
        check_limits(kind, 4, to, distance, I32.0, I32.1);
        let mut app = Parts::app();
        let (constants, _) = app.data(CONSTANTS, SectionKind::ReadOnlyData, "constants", &[0; 8]);
        let symbol = match to {
            To::Absolute(value) => app.absolute("absolute", value),
            _ => app.data(".tdata", SectionKind::Tls, "local", &[0; 24]).1,
        };
        app.relocate(constants, 0, kind, symbol, 0);
        app.relocate(constants, 4, kind, symbol, 4);
        let linked = link_parts(&app, &Parts::runtime()).expect("the objects fit together");
        let (slots, table) = section(&linked, ".got");
        assert_eq!(table, i64::to_le_bytes(content), "one slot for both relocations");
        assert_eq!(slots.wrapping_sub(0x0700_0000).cast_signed(), distance);
    }
}

#[test]
fn none_stores_nothing() {
    assert_eq!(link_field(elf::R_X86_64_NONE, 8, To::Absolute(7), 7).expect("it is known"), 0);
}

/// Checks the bytes of one instruction after linking. The last 4 bytes of `code` are relocated, and
/// those of `expected` are replaced by what `displacement` says.
#[track_caller]
fn check_rewrite(kind: u32, code: &[u8], expected: &[u8], displacement: Displacement) {
    let mut app = Parts::new();
    let (text, _) = app.code(".text.wasm", "wasiaot_program_main", code);
    let symbol = match displacement {
        Displacement::ThreadOffset => app.data(".tdata", SectionKind::Tls, "symbol", &[1; 16]).1,
        _ => app.data(".rodata", SectionKind::ReadOnlyData, "symbol", &[1; 16]).1,
    };
    app.relocate(text, code.len() as u64 - 4, kind, symbol, -4);
    let linked = link_parts(&app, &Parts::runtime()).expect("the objects fit together");
    let (address, linked_code) = section(&linked, ".text.wasm");
    let (offset, target) = match displacement {
        Displacement::Symbol(offset) => {
            (offset, section(&linked, ".rodata").0.wrapping_sub(address + offset as u64 + 4))
        }
        Displacement::Slot => {
            let offset = code.len() - 4;
            (offset, section(&linked, ".got").0.wrapping_sub(address + offset as u64 + 4))
        }
        Displacement::ThreadOffset => (code.len() - 4, (-16i64).cast_unsigned()),
    };
    let mut expected = expected.to_vec();
    expected[offset..offset + 4].copy_from_slice(&target.to_le_bytes()[..4]);
    assert_eq!(linked_code, expected);
    let has_slots = elf(&linked).section_by_name(".got").is_some();
    assert_eq!(has_slots, matches!(displacement, Displacement::Slot));
}

/// What the 4 bytes of a rewritten instruction hold.
#[derive(Clone, Copy)]
enum Displacement {
    /// The distance from the end of the field, at this offset, to the symbol.
    Symbol(usize),
    /// The distance to the symbol's slot.
    Slot,
    /// The symbol's offset from the thread pointer.
    ThreadOffset,
}

#[test]
fn slots_are_avoided() {
    let rex = elf::R_X86_64_REX_GOTPCRELX;
    let plain = elf::R_X86_64_GOTPCREL;
    let x = elf::R_X86_64_GOTPCRELX;
    let symbol = Displacement::Symbol;
    // mov slot(%rip), %rax and %r15; then %ecx.
    check_rewrite(rex, &[0x48, 0x8b, 0x05, 0, 0, 0, 0], &[0x48, 0x8d, 0x05, 0, 0, 0, 0], symbol(3));
    check_rewrite(rex, &[0x4c, 0x8b, 0x3d, 0, 0, 0, 0], &[0x4c, 0x8d, 0x3d, 0, 0, 0, 0], symbol(3));
    check_rewrite(plain, &[0x4c, 0x8b, 0x3d, 0, 0, 0, 0], &[0x4c, 0x8d, 0x3d, 0, 0, 0, 0], symbol(3));
    check_rewrite(x, &[0x8b, 0x0d, 0, 0, 0, 0], &[0x8d, 0x0d, 0, 0, 0, 0], symbol(2));
    // call *slot(%rip); jmp *slot(%rip).
    for kind in [x, plain] {
        check_rewrite(kind, &[0xff, 0x15, 0, 0, 0, 0], &[0x67, 0xe8, 0, 0, 0, 0], symbol(2));
        check_rewrite(kind, &[0xff, 0x25, 0, 0, 0, 0], &[0xe9, 0, 0, 0, 0, 0x90], symbol(1));
    }
}

#[test]
fn slots_are_kept_where_an_instruction_needs_memory() {
    // cmp slot(%rip), %rax; push slot(%rip); no instruction at all.
    for (kind, code) in [
        (elf::R_X86_64_REX_GOTPCRELX, &[0x48, 0x3b, 0x05, 0, 0, 0, 0][..]),
        (elf::R_X86_64_GOTPCRELX, &[0xff, 0x35, 0, 0, 0, 0]),
        (elf::R_X86_64_GOTPCREL, &[0, 0, 0, 0]),
    ] {
        check_rewrite(kind, code, code, Displacement::Slot);
    }
}

#[test]
fn thread_offsets_become_immediates() {
    let kind = elf::R_X86_64_GOTTPOFF;
    let offset = Displacement::ThreadOffset;
    // mov slot(%rip), %rax and %r15; add slot(%rip), %rcx, %rsp and %r12.
    check_rewrite(kind, &[0x48, 0x8b, 0x05, 0, 0, 0, 0], &[0x48, 0xc7, 0xc0, 0, 0, 0, 0], offset);
    check_rewrite(kind, &[0x4c, 0x8b, 0x3d, 0, 0, 0, 0], &[0x49, 0xc7, 0xc7, 0, 0, 0, 0], offset);
    check_rewrite(kind, &[0x48, 0x03, 0x0d, 0, 0, 0, 0], &[0x48, 0x81, 0xc1, 0, 0, 0, 0], offset);
    check_rewrite(kind, &[0x48, 0x03, 0x25, 0, 0, 0, 0], &[0x48, 0x81, 0xc4, 0, 0, 0, 0], offset);
    check_rewrite(kind, &[0x4c, 0x03, 0x25, 0, 0, 0, 0], &[0x49, 0x81, 0xc4, 0, 0, 0, 0], offset);
}

#[test]
fn rewritten_instructions_have_limits_too() {
    let link_code = |code: &[u8], kind, value| {
        let mut app = Parts::new();
        let (text, _) = app.code(".text.wasm", "wasiaot_program_main", code);
        let symbol = app.absolute("far", value);
        app.relocate(text, code.len() as u64 - 4, kind, symbol, -4);
        link_parts(&app, &Parts::runtime())
    };
    for (kind, code, field) in [
        (elf::R_X86_64_REX_GOTPCRELX, &[0x48, 0x8b, 0x05, 0, 0, 0, 0][..], 3),
        (elf::R_X86_64_GOTPCRELX, &[0xff, 0x15, 0, 0, 0, 0], 2),
        (elf::R_X86_64_GOTPCRELX, &[0xff, 0x25, 0, 0, 0, 0], 1),
    ] {
        let near = link_code(code, kind, 0).expect("zero is near");
        // The address that the displacement is relative to.
        let end = section(&near, ".text.wasm").0 + field + 4;
        let last = end + i32::MAX as u64;
        link_code(code, kind, last).expect("the last one that fits");
        let error = link_code(code, kind, last + 1).expect_err("one too far");
        assert!(matches!(error, LinkError::RelocationOverflow { value: 0x8000_0000, .. }), "{error:?}");
    }
}

#[test]
fn unknown_kinds_are_named() {
    let message = |kind| link_field(kind, 4, To::Itself, 0).expect_err("it is unknown").to_string();
    assert_eq!(
        message(elf::R_X86_64_TLSGD),
        "relocation R_X86_64_TLSGD in section `.wasm.constants.7000000` is not implemented (symbol `constants`)"
    );
    assert_eq!(
        message(200),
        "relocation kind 200 in section `.wasm.constants.7000000` is not implemented (symbol `constants`)"
    );
}

#[test]
fn thread_local_symbols_need_their_own_kinds() {
    for (kind, to) in [(elf::R_X86_64_PC32, To::ThreadLocal), (elf::R_X86_64_TPOFF32, To::Itself)] {
        let error = link_field(kind, 4, to, 0).expect_err("the storage differs");
        assert!(matches!(error, LinkError::ThreadLocalMismatch { .. }), "{error:?}");
        assert_eq!(error.code(), "W0507");
    }
}

#[test]
fn fields_end_inside_their_section() {
    let link_at = |offset| {
        let mut app = Parts::app();
        let (id, symbol) = app.data(CONSTANTS, SectionKind::ReadOnlyData, "constants", &[0; 8]);
        app.relocate(id, offset, elf::R_X86_64_32, symbol, 0);
        link_parts(&app, &Parts::runtime())
    };
    link_at(4).expect("the last place that fits");
    for offset in [5, 8, u64::MAX] {
        let error = link_at(offset).expect_err("it is outside");
        assert!(
            matches!(error, LinkError::Malformed { source: Malformed::RelocationOffset { .. }, .. }),
            "{error:?}"
        );
    }
}

#[test]
fn relocated_zeros_at_the_end_of_a_section_are_kept() {
    let mut app = Parts::app();
    let (context, _) = app.data(CONTEXT, SectionKind::Data, "context", &[0; 64]);
    let symbol = app.absolute("value", 0x1122_3344_5566_7788);
    app.relocate(context, 16, elf::R_X86_64_64, symbol, 0);
    let linked = link_parts(&app, &Parts::runtime()).expect("the objects fit together");
    let (address, data) = section(&linked, ".wasm.context");
    assert_eq!((address, data.len()), (0x0100_0000, 24));
    assert_eq!(data[16..], 0x1122_3344_5566_7788_u64.to_le_bytes());
}
