//! Broken objects give errors, not panics.

use super::*;
use crate::link::{Malformed, Origin};

/// A small object that has a bit of everything.
fn object() -> Vec<u8> {
    let mut app = Parts::app();
    let (context, _) = app.data(CONTEXT, SectionKind::Data, "context", &[1; 24]);
    let (_, local) = app.data(".tdata", SectionKind::Tls, "local", &[1; 8]);
    let undefined = app.undefined("_start");
    app.relocate(context, 0, elf::R_X86_64_64, undefined, 0);
    app.relocate(context, 8, elf::R_X86_64_TPOFF64, local, 0);
    app.relocate(context, 16, elf::R_X86_64_GOTPCREL, undefined, 0);
    app.section(".wasm.image.70000000", SectionKind::Data, 1, &[1; 8]);
    app.section(".bss", SectionKind::UninitializedData, 8, &[0; 8]);
    app.bytes()
}

#[test]
fn truncated_objects_are_refused() {
    let (object, runtime) = (object(), Parts::runtime().bytes());
    link(&object, &runtime, &options(Symbols::Keep)).expect("the whole object is fine");
    for len in 0..object.len() {
        let result = link(&object[..len], &runtime, &options(Symbols::Keep));
        assert!(matches!(
            result,
            Err(LinkError::Malformed { origin: Origin::Application, source: Malformed::Elf(_) })
        ));
    }
}

#[test]
fn damaged_objects_do_not_panic() {
    let (object, runtime) = (object(), Parts::runtime().bytes());
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random as usize
    };
    let rounds = if std::env::var_os("SLOW").is_some() { 1_000_000 } else { 20_000 };
    let mut accepted = 0;
    for _ in 0..rounds {
        let mut damaged = object.clone();
        for _ in 0..=next() % 4 {
            let at = next() % damaged.len();
            damaged[at] = match next() % 4 {
                0 => 0,
                1 => 0xff,
                2 => damaged[at] ^ 1 << (next() % 8),
                _ => next() as u8,
            };
        }
        if let Ok(linked) = link(&damaged, &runtime, &options(Symbols::Keep)) {
            // Damage that is accepted still gives a file that can be read, and a map.
            elf(&linked);
            assert!(linked.map.to_string().ends_with("file\n"));
            accepted += 1;
        }
    }
    assert!(accepted > 0 && accepted < rounds);
}

#[test]
fn objects_of_another_kind_are_refused() {
    let mut object = Parts::app().bytes();
    let result = |object: &[u8]| link(object, &Parts::runtime().bytes(), &options(Symbols::Keep));
    object[16] = elf::ET_EXEC as u8;
    let error = result(&object).expect_err("it is an executable");
    assert_eq!(error.code(), "W0502");
    assert!(matches!(error, LinkError::Malformed { source: Malformed::WrongKind { .. }, .. }));
    object[16] = elf::ET_REL as u8;
    object[18] = elf::EM_386 as u8;
    assert!(matches!(
        result(&object),
        Err(LinkError::Malformed { source: Malformed::WrongKind { machine: elf::EM_386, .. }, .. })
    ));
}

#[test]
fn objects_can_be_at_any_address() {
    let runtime = Parts::runtime().bytes();
    let expected = link(&object(), &runtime, &options(Symbols::Keep)).expect("it links").bytes;
    for shift in 1..8 {
        let mut shifted = vec![0; shift];
        shifted.extend(object());
        let linked = link(&shifted[shift..], &runtime, &options(Symbols::Keep)).expect("it links");
        assert_eq!(linked.bytes, expected);
    }
}

#[test]
fn places_can_be_claimed_once() {
    for name in [CONTEXT, CONSTANTS] {
        let mut app = Parts::app();
        app.section(name, SectionKind::Data, 8, &[1]);
        app.section(name, SectionKind::Data, 8, &[1]);
        let error = link_parts(&app, &Parts::runtime()).expect_err("there are two");
        assert!(
            matches!(error, LinkError::Malformed { source: Malformed::Repeated { .. }, .. }),
            "{error:?}"
        );
    }
}
