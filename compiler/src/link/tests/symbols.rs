//! Symbol resolution, and which sections are kept.

use object::ObjectSymbol as _;

use super::*;
use crate::link::{LinkError, Origin};

/// Names of the functions in the symbol table of an executable.
fn functions(linked: &Linked) -> Vec<String> {
    let file = elf(linked);
    let mut names: Vec<_> =
        file.symbols().filter_map(|symbol| symbol.name().ok()).map(str::to_owned).collect();
    names.sort();
    names
}

/// Names of all symbols that are kept, by address.
fn kept(linked: &Linked) -> Vec<String> {
    let map = linked.map.to_string();
    let names = map.lines().filter_map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
        [_, _, "application" | "runtime", name] => Some(name.to_owned()),
        _ => None,
    });
    names.collect()
}

/// A runtime with functions of which some refer to others, directly and through data.
fn runtime_with_functions() -> Parts {
    let mut runtime = Parts::runtime();
    runtime.code(".text.unused", "unused", RET);
    let (_, leaf) = runtime.code(".text.leaf", "leaf", RET);
    let (_, through_data) = runtime.code(".text.through_data", "through_data", RET);
    let (table, table_symbol) =
        runtime.data(".data.rel.ro.table", SectionKind::ReadOnlyDataWithRel, "table", &[0; 8]);
    runtime.relocate(table, 0, elf::R_X86_64_64, through_data, 0);
    let (used, _) = runtime.code(".text.used", "used", &[0; 16]);
    runtime.relocate(used, 0, elf::R_X86_64_PLT32, leaf, -4);
    runtime.relocate(used, 4, elf::R_X86_64_32, table_symbol, 0);
    // A cycle that nothing reaches.
    let (one, one_symbol) = runtime.code(".text.one", "one", &[0; 4]);
    let (two, two_symbol) = runtime.code(".text.two", "two", &[0; 4]);
    runtime.relocate(one, 0, elf::R_X86_64_PC32, two_symbol, 0);
    runtime.relocate(two, 0, elf::R_X86_64_PC32, one_symbol, 0);
    // An undefined symbol in code that is not kept is no error.
    let missing = runtime.undefined("missing");
    runtime.relocate(one, 0, elf::R_X86_64_PC32, missing, 0);
    runtime
}

fn app_that_calls(name: &str) -> Parts {
    let mut app = Parts::new();
    let callee = app.undefined(name);
    let (text, _) = app.code(".text.wasm", "wasiaot_program_main", &[0xe8, 0, 0, 0, 0, 0xc3]);
    app.relocate(text, 1, elf::R_X86_64_PLT32, callee, -4);
    app
}

#[test]
fn only_what_is_reachable_is_kept() {
    let linked = link_parts(&app_that_calls("used"), &runtime_with_functions()).expect("it links");
    let expected = ["table", "_start", "leaf", "through_data", "used", "wasiaot_program_main"];
    assert_eq!(kept(&linked), expected);
    let linked = link_parts(&app_that_calls("leaf"), &runtime_with_functions()).expect("it links");
    assert_eq!(kept(&linked), ["_start", "leaf", "wasiaot_program_main"]);
}

/// Links an application that calls `callee` with a runtime that has both entry points, and returns the
/// name of the one that is kept.
#[track_caller]
fn entry_with(callee: &str, change_app: impl FnOnce(&mut Parts)) -> String {
    let mut runtime = Parts::runtime();
    let main = runtime.undefined("wasiaot_program_main");
    let (start, _) = runtime.code(".text.wasiaot_start", "wasiaot_start", &[0xe8, 0, 0, 0, 0, 0xc3]);
    runtime.relocate(start, 1, elf::R_X86_64_PLT32, main, -4);
    let (_, c_function) = runtime.code(".text.getenv", "getenv", RET);
    for name in ["_RNvCs_rust", "wasiaot_p1_args_get", "memmove"] {
        runtime.code(&format!(".text.{name}"), name, RET);
    }
    let (calls_c, _) = runtime.code(".text.wasiaot_p1_environ_get", "wasiaot_p1_environ_get", &[0; 4]);
    runtime.relocate(calls_c, 0, elf::R_X86_64_PC32, c_function, 0);
    let mut app = app_that_calls(callee);
    change_app(&mut app);
    let linked = link_parts(&app, &runtime).expect("it links");
    let kept = kept(&linked).into_iter().find(|name| name.ends_with("_start")).expect("there is an entry");
    let map = linked.map.to_string();
    let line = map.lines().find(|line| line.ends_with(&kept)).expect("it is in the map");
    assert!(line.starts_with(&format!("{:#012x}", elf(&linked).entry())), "{line}");
    kept
}

#[test]
fn the_c_library_is_set_up_only_if_it_is_used() {
    for callee in ["wasiaot_start", "_RNvCs_rust", "wasiaot_p1_args_get", "memmove"] {
        assert_eq!(entry_with(callee, |_| ()), "wasiaot_start", "{callee}");
    }
    for callee in ["getenv", "wasiaot_p1_environ_get"] {
        assert_eq!(entry_with(callee, |_| ()), "_start", "{callee}");
    }
    let thread_local = |app: &mut Parts| {
        app.section(".tbss", SectionKind::UninitializedTls, 8, &[0; 8]);
    };
    assert_eq!(entry_with("memmove", thread_local), "_start");
    assert_eq!(entry_with("memmove", |app| add_initializer(app, ".init_array", 0)), "_start");
}

/// Adds an address to those of the functions that the C library calls at start.
fn add_initializer(parts: &mut Parts, name: &str, address: u64) {
    let id = parts.section(name, SectionKind::Elf(elf::SHT_INIT_ARRAY), 8, &address.to_le_bytes());
    let sh_flags = u64::from(elf::SHF_ALLOC | elf::SHF_WRITE);
    parts.0.section_mut(id).flags = SectionFlags::Elf { sh_flags };
}

#[test]
fn the_symbol_table_names_the_functions_of_the_application() {
    let mut app = app_that_calls("used");
    app.code(".text.wasm", "wasm[0]::other", RET);
    let linked = link_parts(&app, &runtime_with_functions()).expect("it links");
    assert_eq!(functions(&linked), ["wasiaot_program_main", "wasm[0]::other"]);
}

#[test]
fn symbols_can_be_stripped() {
    let (app, runtime) = (app_that_calls("used").bytes(), runtime_with_functions().bytes());
    let linked = link(&app, &runtime, &options(Symbols::Strip)).expect("it links");
    assert_eq!(functions(&linked), [""; 0]);
    assert!(elf(&linked).section_by_name(".symtab").is_none());
}

#[test]
fn everything_of_the_application_is_kept() {
    let mut app = Parts::app();
    app.code(".text.wasm.other", "nobody_calls_me", RET);
    app.section(".data", SectionKind::Data, 8, &[1, 2, 3]);
    let linked = link_parts(&app, &Parts::runtime()).expect("it links");
    assert!(functions(&linked).contains(&"nobody_calls_me".to_owned()));
    assert_eq!(section(&linked, ".data").1[..3], [1, 2, 3]);
}

#[test]
fn initializers_are_kept_in_the_order_of_their_priorities() {
    let mut runtime = Parts::runtime();
    for (name, value) in [(".init_array", 3), (".init_array.10", 2), (".init_array.9", 1)] {
        add_initializer(&mut runtime, name, value);
    }
    let mut app = Parts::app();
    let (constants, _) = app.data(CONSTANTS, SectionKind::ReadOnlyData, "constants", &[0; 16]);
    let (start, end) = (app.undefined("__init_array_start"), app.undefined("__init_array_end"));
    app.relocate(constants, 0, elf::R_X86_64_64, start, 0);
    app.relocate(constants, 8, elf::R_X86_64_64, end, 0);
    let linked = link_parts(&app, &runtime).expect("it links");
    let (address, array) = section(&linked, ".init_array");
    assert_eq!(array, [1, 2, 3].map(u64::to_le_bytes).concat());
    let (_, constants) = section(&linked, ".wasm.constants");
    assert_eq!(constants, [address, address + 24].map(u64::to_le_bytes).concat());
}

#[test]
fn undefined_symbols_are_named() {
    let error = link_parts(&app_that_calls("missing"), &Parts::runtime()).expect_err("it is undefined");
    assert_eq!(error.code(), "W0503");
    assert_eq!(
        error.to_string(),
        "undefined symbol `missing`, used in section `.text.wasm` of the application object"
    );
    let error = link_parts(&Parts::app(), &Parts::new()).expect_err("there is no entry");
    assert_eq!(error.to_string(), "no entry point: symbol `_start` is not defined");
}

/// Links constants that hold the address of `symbol`, which `define` may define in the runtime.
fn link_address_of(weak_reference: bool, define: impl FnOnce(&mut Parts)) -> Result<u64, LinkError> {
    let mut app = Parts::app();
    let (constants, _) = app.data(CONSTANTS, SectionKind::ReadOnlyData, "constants", &[0; 8]);
    let symbol = app.undefined("symbol");
    app.0.symbol_mut(symbol).weak = weak_reference;
    app.relocate(constants, 0, elf::R_X86_64_64, symbol, 0);
    let mut runtime = Parts::runtime();
    define(&mut runtime);
    let linked = link_parts(&app, &runtime)?;
    let (_, constants) = section(&linked, ".wasm.constants");
    Ok(u64::from_le_bytes(constants.try_into().expect("8 bytes")))
}

#[test]
fn weak_symbols() {
    // An undefined weak symbol is 0, and a defined one is not.
    assert_eq!(link_address_of(true, |_| {}).expect("it links"), 0);
    let define = |runtime: &mut Parts| {
        runtime.absolute("symbol", 7);
    };
    assert_eq!(link_address_of(true, define).expect("it links"), 7);
    assert!(matches!(link_address_of(false, |_| {}), Err(LinkError::Undefined { .. })));
    // A weak definition counts if there is no other; in any order.
    let weak = |runtime: &mut Parts| {
        let symbol = runtime.absolute("symbol", 1);
        runtime.weak(symbol);
    };
    assert_eq!(link_address_of(false, weak).expect("it links"), 1);
    for weak_is_first in [true, false] {
        let mut app = Parts::app();
        let app_symbol = app.absolute("symbol", 1);
        let (constants, _) = app.data(CONSTANTS, SectionKind::ReadOnlyData, "constants", &[0; 8]);
        app.relocate(constants, 0, elf::R_X86_64_64, app_symbol, 0);
        let mut runtime = Parts::runtime();
        let runtime_symbol = runtime.absolute("symbol", 2);
        if weak_is_first {
            app.weak(app_symbol);
        } else {
            runtime.weak(runtime_symbol);
        }
        let linked = link_parts(&app, &runtime).expect("it links");
        let expected: u64 = if weak_is_first { 2 } else { 1 };
        assert_eq!(section(&linked, ".wasm.constants").1, expected.to_le_bytes());
    }
}

#[test]
fn duplicate_symbols_are_named() {
    let mut runtime = Parts::runtime();
    runtime.code(".text.again", "wasiaot_program_main", RET);
    let error = link_parts(&Parts::app(), &runtime).expect_err("it is defined twice");
    assert!(matches!(
        &error,
        LinkError::Duplicate { symbol, first: Origin::Application, second: Origin::Runtime }
            if symbol == "wasiaot_program_main"
    ));
    assert_eq!(error.code(), "W0504");
}

#[test]
fn common_storage_is_merged() {
    let mut app = Parts::app();
    let (constants, _) = app.data(CONSTANTS, SectionKind::ReadOnlyData, "constants", &[0; 8]);
    let common = |parts: &mut Parts, size, align| {
        let symbol = write::Symbol {
            name: b"common".to_vec(),
            value: 0,
            size: 0,
            kind: SymbolKind::Data,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Common,
            flags: SymbolFlags::None,
        };
        parts.0.add_common_symbol(symbol, size, align)
    };
    let symbol = common(&mut app, 8, 64);
    app.relocate(constants, 0, elf::R_X86_64_64, symbol, 0);
    let mut runtime = Parts::runtime();
    common(&mut runtime, 4000, 8);
    let linked = link_parts(&app, &runtime).expect("it links");
    let address = u64::from_le_bytes(section(&linked, ".wasm.constants").1.try_into().expect("8 bytes"));
    let file = elf(&linked);
    let bss = file.section_by_name(".bss").expect("it holds the storage");
    assert!(address.is_multiple_of(64) && address >= bss.address());
    assert!(address + 4000 <= bss.address() + bss.size());
}

#[test]
fn indirect_functions_are_refused_where_they_are_used() {
    let mut runtime = runtime_with_functions();
    let (_, symbol) = runtime.code(".text.indirect", "indirect", RET);
    let info = elf::STB_GLOBAL << 4 | elf::STT_GNU_IFUNC;
    runtime.0.symbol_mut(symbol).flags = SymbolFlags::Elf { st_info: info, st_other: 0 };
    link_parts(&app_that_calls("used"), &runtime).expect("nothing uses it");
    let error = link_parts(&app_that_calls("indirect"), &runtime).expect_err("it is used");
    assert!(matches!(error, LinkError::IndirectFunction { .. }), "{error:?}");
}

#[test]
fn references_to_sections_that_are_not_loaded_are_refused() {
    let mut app = Parts::app();
    let (constants, _) = app.data(CONSTANTS, SectionKind::ReadOnlyData, "constants", &[0; 8]);
    let (_, note) = app.data(".comment", SectionKind::OtherString, "note", b"note");
    app.relocate(constants, 0, elf::R_X86_64_64, note, 0);
    let error = link_parts(&app, &Parts::runtime()).expect_err("the note is not loaded");
    assert!(matches!(error, LinkError::Discarded { .. }), "{error:?}");
}

#[test]
fn function_symbols_have_addresses_sizes_and_sections() {
    let linked = link_parts(&app_that_calls("used"), &runtime_with_functions()).expect("it links");
    let file = elf(&linked);
    for symbol in file.symbols() {
        let index = symbol.section_index().expect("functions are in sections");
        let section = file.section_by_index(index).expect("the section exists");
        let inside = section.address()..section.address() + section.size();
        assert!(inside.contains(&symbol.address()) && symbol.size() > 0 && symbol.is_local());
    }
}
