//! Every relocation kind of 64-bit Arm: its value, its place in the instruction, its limits.

use object::elf;

use super::*;
use crate::link::LinkError;

/// `ret`, and any other instruction whose relocated bits are zero.
const RET: u32 = 0xd65f_03c0;
const NOP: u32 = 0xd503_201f;

/// What a relocation refers to.
#[derive(Clone, Copy)]
enum To {
    /// Zero: the addend is the value.
    Absolute,
    ThreadLocal,
}

fn arm_options() -> Options {
    let target = wasiaot_targets::find("aarch64-linux").expect("the target exists");
    Options { target, cpu: target.default_cpu(), ..options(Symbols::Keep) }
}

fn arm_parts() -> Parts {
    Parts(Object::new(BinaryFormat::Elf, Architecture::Aarch64, Endianness::Little))
}

/// A runtime whose entry point calls `wasiaot_program_main`.
fn arm_runtime() -> Parts {
    let mut parts = arm_parts();
    let main = parts.undefined("wasiaot_program_main");
    let code: Vec<u8> = [0x9400_0000, RET].into_iter().flat_map(u32::to_le_bytes).collect();
    let (start, _) = parts.code(".text._start", "_start", &code);
    parts.relocate(start, 0, elf::R_AARCH64_CALL26, main, 0);
    parts
}

/// Links an application of one relocated field of 8 bytes, which start with `field`.
fn link_field(kind: u32, field: u32, to: To, addend: i64) -> Result<Linked, LinkError> {
    let mut app = arm_parts();
    let bytes = (u64::from(RET) << 32 | u64::from(field)).to_le_bytes();
    let (text, _) = app.code(".text.wasm", "wasiaot_program_main", &bytes);
    let symbol = match to {
        To::Absolute => app.absolute("absolute", 0),
        To::ThreadLocal => app.data(".tdata", SectionKind::Tls, "local", &[0; 24]).1,
    };
    app.relocate(text, 0, kind, symbol, addend);
    link(&app.bytes(), &arm_runtime().bytes(), &arm_options())
}

/// Address and contents of the relocated field.
#[track_caller]
fn relocated(linked: &Linked) -> (u64, u64) {
    let (address, contents) = section(linked, ".text.wasm");
    (address, u64::from_le_bytes(contents[..8].try_into().expect("it has 8 bytes")))
}

/// The signed number in bits of a field.
fn bits(field: u64, first: u32, len: u32) -> i64 {
    (field << (64 - first - len)).cast_signed() >> (64 - len)
}

/// A kind whose value is `base` more than the addend. All multiples of `step` from `min` to `max` fit,
/// and `value_of` reads them from the field.
struct Kind {
    number: u32,
    field: u32,
    to: To,
    base: fn(place: u64) -> i64,
    limits: (i64, i64),
    step: i64,
    value_of: fn(u64) -> i64,
}

#[track_caller]
fn check_limits(kind: &Kind) {
    let Kind { number, field, to, base, limits: (min, max), step, value_of } = *kind;
    // Nothing that is decided before relocations depends on the addend.
    let anything = link_field(elf::R_AARCH64_NONE, field, to, 0).expect("it is known");
    let (place, unchanged) = relocated(&anything);
    assert_eq!(unchanged as u32, field);
    let link_value = |value: i64| link_field(number, field, to, value.wrapping_sub(base(place)));
    for value in [min, max, 0, step, -step, 5 * step].into_iter().filter(|value| (min..=max).contains(value))
    {
        let linked = link_value(value).unwrap_or_else(|error| panic!("kind {number}, {value:#x}: {error}"));
        let (_, found) = relocated(&linked);
        assert_eq!(value_of(found), value, "kind {number}: {found:#x}");
        // The other bits are as they were.
        let (_, zero) = relocated(&link_value(0).expect("zero fits"));
        assert_eq!(zero as u32, field, "kind {number}");
    }
    let misaligned = (step > 1).then_some(step / 2).filter(|_| number != elf::R_AARCH64_ADR_PREL_PG_HI21);
    for value in [min.checked_sub(step), max.checked_add(step), misaligned].into_iter().flatten() {
        match link_value(value) {
            Err(LinkError::RelocationOverflow { value: reported, .. }) => assert_eq!(reported, value),
            other => panic!("kind {number}, value {value:#x}: {other:?}"),
        }
    }
}

fn place_base(place: u64) -> i64 {
    -place.cast_signed()
}

fn page_base(place: u64) -> i64 {
    -(place & !0xfff).cast_signed()
}

fn adr_bits(field: u64) -> i64 {
    bits(field, 5, 19) << 2 | bits(field, 29, 2) & 3
}

#[test]
fn data() {
    let absolute: fn(u64) -> i64 = |_| 0;
    for (number, base, limits, value_of) in [
        (
            elf::R_AARCH64_ABS16,
            absolute,
            (-(1 << 15), (1 << 16) - 1),
            (|field| bits(field, 0, 16)) as fn(u64) -> i64,
        ),
        (elf::R_AARCH64_PREL16, place_base, (-(1 << 15), (1 << 16) - 1), |field| bits(field, 0, 16)),
        (elf::R_AARCH64_ABS32, absolute, (-(1 << 31), (1 << 32) - 1), |field| bits(field, 0, 32)),
        (elf::R_AARCH64_PREL32, place_base, (-(1 << 31), (1 << 32) - 1), |field| bits(field, 0, 32)),
    ] {
        let field = |value: i64| {
            let (place, _) = relocated(&link_field(elf::R_AARCH64_NONE, 0, To::Absolute, 0).expect("known"));
            link_field(number, 0, To::Absolute, value - base(place)).map(|linked| relocated(&linked).1)
        };
        let (min, max) = limits;
        for value in [min, -1, 0, 1, max] {
            // The upper half of what fits is unsigned.
            let stored = if value < 0 || value <= -(min + 1) { value } else { value + 2 * min };
            assert_eq!(value_of(field(value).expect("it fits")), stored, "kind {number}");
        }
        for value in [min - 1, max + 1] {
            assert!(matches!(field(value), Err(LinkError::RelocationOverflow { .. })), "kind {number}");
        }
    }
    let whole = |number, addend| relocated(&link_field(number, 0, To::Absolute, addend).expect("it fits")).1;
    assert_eq!(whole(elf::R_AARCH64_ABS64, i64::MIN), 1 << 63);
    let (place, _) = relocated(&link_field(elf::R_AARCH64_ABS64, 0, To::Absolute, 0).expect("it fits"));
    assert_eq!(whole(elf::R_AARCH64_PREL64, 7), 7u64.wrapping_sub(place));
}

#[test]
fn branches() {
    let kind = |number, field, bytes: i64, value_of| Kind {
        number,
        field,
        to: To::Absolute,
        base: place_base,
        limits: (-bytes, bytes - 4),
        step: 4,
        value_of,
    };
    check_limits(&kind(elf::R_AARCH64_CALL26, 0x9400_0000, 128 << 20, |field| bits(field, 0, 26) << 2));
    check_limits(&kind(elf::R_AARCH64_JUMP26, 0x1400_0000, 128 << 20, |field| bits(field, 0, 26) << 2));
    check_limits(&kind(elf::R_AARCH64_CONDBR19, 0x5400_0000, 1 << 20, |field| bits(field, 5, 19) << 2));
    check_limits(&kind(elf::R_AARCH64_LD_PREL_LO19, 0x5800_0001, 1 << 20, |field| bits(field, 5, 19) << 2));
    check_limits(&kind(elf::R_AARCH64_TSTBR14, 0x3600_0003, 32 << 10, |field| bits(field, 5, 14) << 2));
}

#[test]
fn addresses() {
    let kind = |number, base, limits, step, value_of| Kind {
        number,
        field: if step == 1 { 0x1000_0001 } else { 0x9000_0001 },
        to: To::Absolute,
        base,
        limits,
        step,
        value_of,
    };
    let megabyte = 1 << 20;
    let adr = elf::R_AARCH64_ADR_PREL_LO21;
    check_limits(&kind(adr, place_base, (-megabyte, megabyte - 1), 1, adr_bits));
    let adrp = elf::R_AARCH64_ADR_PREL_PG_HI21;
    let limits = (-(1 << 32), (1 << 32) - 4096);
    check_limits(&kind(adrp, page_base, limits, 4096, |field| adr_bits(field) << 12));
}

/// The low 12 bits go where `add`, or a load or store of each size, has them; what is above is dropped.
#[test]
fn low_bits_of_addresses() {
    for (number, scale) in [
        (elf::R_AARCH64_ADD_ABS_LO12_NC, 0),
        (elf::R_AARCH64_LDST8_ABS_LO12_NC, 0),
        (elf::R_AARCH64_LDST16_ABS_LO12_NC, 1),
        (elf::R_AARCH64_LDST32_ABS_LO12_NC, 2),
        (elf::R_AARCH64_LDST64_ABS_LO12_NC, 3),
        (elf::R_AARCH64_LDST128_ABS_LO12_NC, 4),
    ] {
        let field = |value| {
            link_field(number, 0xffc0_03ff, To::Absolute, value).map(|linked| relocated(&linked).1 as u32)
        };
        for value in [0, 0xff0, 0x1230, 0x7654_3210_ffe0] {
            let expected = (value as u32 & 0xfff) >> scale << 10 | 0xffc0_03ff;
            assert_eq!(field(value).expect("any value will do"), expected, "kind {number}, {value:#x}");
        }
        let misaligned = field(0x1001);
        assert_eq!(misaligned.is_err(), scale > 0, "kind {number}: {misaligned:?}");
    }
}

#[test]
fn thread_local_data() {
    // 24 bytes behind the 16 that belong to the C library.
    let kind = |number, limits, step, value_of| Kind {
        number,
        field: 0x9100_0021,
        to: To::ThreadLocal,
        base: |_| 16,
        limits,
        step,
        value_of,
    };
    let low = |field| bits(field, 10, 12) & 0xfff;
    check_limits(&kind(elf::R_AARCH64_TLSLE_ADD_TPREL_LO12, (0, 0xfff), 1, low));
    let high = link_field(elf::R_AARCH64_TLSLE_ADD_TPREL_HI12, NOP, To::ThreadLocal, 0x12_3456 - 16);
    assert_eq!(bits(relocated(&high.expect("it fits")).1, 10, 12), 0x123);
    for value in [-1, 1 << 24] {
        let error = link_field(elf::R_AARCH64_TLSLE_ADD_TPREL_HI12, NOP, To::ThreadLocal, value - 16);
        assert!(matches!(error, Err(LinkError::RelocationOverflow { .. })), "{error:?}");
    }
    let low =
        link_field(elf::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC, 0x9100_0021, To::ThreadLocal, 0x12_3456 - 16);
    assert_eq!(bits(relocated(&low.expect("it fits")).1, 10, 12), 0x456);
    let error = link_field(elf::R_AARCH64_CALL26, 0x9400_0000, To::ThreadLocal, 0).expect_err("it is data");
    assert!(matches!(error, LinkError::ThreadLocalMismatch { .. }), "{error:?}");
}

#[test]
fn slots() {
    for (page_kind, low_kind, to, content) in [
        (elf::R_AARCH64_ADR_GOT_PAGE, elf::R_AARCH64_LD64_GOT_LO12_NC, To::Absolute, 0),
        (
            elf::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21,
            elf::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC,
            To::ThreadLocal,
            16,
        ),
    ] {
        let linked = link_field(page_kind, 0x9000_0001, to, 0).expect("it is near");
        let (address, table) = section(&linked, ".got");
        assert_eq!(table, u64::to_le_bytes(content));
        let (place, field) = relocated(&linked);
        assert_eq!(
            place.cast_signed() - place.cast_signed() % 4096 + (adr_bits(field) << 12),
            (address & !0xfff).cast_signed()
        );
        let linked = link_field(low_kind, 0xf940_0021, to, 0).expect("it is near");
        let (address, _) = section(&linked, ".got");
        assert_eq!(bits(relocated(&linked).1, 10, 12) & 0xfff, (address.cast_signed() & 0xfff) >> 3);
    }
}

#[test]
fn unknown_kinds_are_named() {
    let message = |kind| link_field(kind, NOP, To::Absolute, 0).expect_err("it is unknown").to_string();
    assert_eq!(
        message(elf::R_AARCH64_TLSDESC_CALL),
        "relocation R_AARCH64_TLSDESC_CALL in section `.text.wasm` is not implemented (symbol `absolute`)"
    );
    assert_eq!(
        message(5000),
        "relocation kind 5000 in section `.text.wasm` is not implemented (symbol `absolute`)"
    );
}

/// Objects of the other architecture are refused.
#[test]
fn objects_are_of_the_target() {
    let error =
        link(&Parts::app().bytes(), &arm_runtime().bytes(), &arm_options()).expect_err("it is for x86-64");
    assert!(matches!(error, LinkError::Malformed { .. }), "{error:?}");
}
