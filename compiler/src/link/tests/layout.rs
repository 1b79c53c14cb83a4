//! Where things are placed: segments, memory images, limits.

use object::read::elf::ProgramHeader as _;

use super::*;
use crate::link::{LinkError, Part, PlaceProblem};

const PAGE: u64 = 4096;
const ENDIAN: LittleEndian = LittleEndian;

/// A loaded segment as a kernel sees it.
#[derive(Debug)]
struct Load {
    flags: u32,
    address: u64,
    offset: u64,
    file_size: u64,
    size: u64,
}

fn loads(linked: &Linked) -> Vec<Load> {
    let file = elf(linked);
    let headers = file.elf_program_headers().iter().filter(|header| header.p_type(ENDIAN) == elf::PT_LOAD);
    headers
        .map(|header| Load {
            flags: header.p_flags(ENDIAN),
            address: header.p_vaddr(ENDIAN),
            offset: header.p_offset(ENDIAN),
            file_size: header.p_filesz(ENDIAN),
            size: header.p_memsz(ENDIAN),
        })
        .collect()
}

/// Checks what must hold of every executable.
#[track_caller]
fn check_segments(linked: &Linked) {
    let loads = loads(linked);
    let mut end = 0;
    for load in &loads {
        assert_ne!(load.flags & (elf::PF_W | elf::PF_X), elf::PF_W | elf::PF_X, "writable code: {load:x?}");
        assert_eq!(load.address % PAGE, load.offset % PAGE, "{load:x?}");
        assert!(load.file_size <= load.size && load.size > 0, "{load:x?}");
        assert!(load.offset + load.file_size <= linked.bytes.len() as u64, "{load:x?}");
        assert!(load.address / PAGE * PAGE >= end, "segments share a page or are not sorted: {loads:x?}");
        end = (load.address + load.size).next_multiple_of(PAGE);
        // Zeroed memory must be writable: what loads the program zeroes the end of the file's page.
        assert!(load.flags & elf::PF_W != 0 || load.file_size == load.size, "{load:x?}");
    }
    // Kernels before 5.18 find the program headers through the first segment.
    assert_eq!(loads[0].offset, 0);
    let file = elf(linked);
    let stack = file.elf_program_headers().iter().find(|header| header.p_type(ENDIAN) == elf::PT_GNU_STACK);
    assert_eq!(stack.expect("there is one").p_flags(ENDIAN), elf::PF_R | elf::PF_W);
    assert!(file.elf_program_headers().iter().all(|header| header.p_type(ENDIAN) != elf::PT_INTERP));
    for header in file.sections().filter(|section| section.address() > 0 && section.size() > 0) {
        let range = header.address()..header.address() + header.size();
        let is_thread_bss = header.name() == Ok(".tbss");
        let covers = |load: &Load| load.address <= range.start && range.end <= load.address + load.size;
        assert!(is_thread_bss || loads.iter().any(covers), "section {:?} is not loaded", header.name());
    }
}

/// An application with something in every place.
fn rich_app() -> Parts {
    let mut app = Parts::app();
    let mut context = vec![0; 20_000];
    context[..5].copy_from_slice(b"state");
    app.section(CONTEXT, SectionKind::Data, 8, &context);
    app.section(CONSTANTS, SectionKind::ReadOnlyData, 8, b"constants");
    app.section(".wasm.image.70000000", SectionKind::Data, 1, b"first\0\0");
    app.section(".wasm.image.70010000", SectionKind::Data, 1, &[7; 5000]);
    app.section(".rodata", SectionKind::ReadOnlyData, 32, b"read-only");
    app.section(".data", SectionKind::Data, 16, b"data");
    app.section(".bss", SectionKind::UninitializedData, 64, &[0; 10_000]);
    app.section(".tdata", SectionKind::Tls, 4, b"thread");
    app.section(".tbss", SectionKind::UninitializedTls, 16, &[0; 40]);
    app.section(".wasiaot", SectionKind::Other, 1, b"inspect me");
    app
}

#[test]
fn segments_are_what_kernels_want() {
    check_segments(&link_parts(&Parts::app(), &Parts::runtime()).expect("it links"));
    let linked = link_parts(&rich_app(), &Parts::runtime()).expect("it links");
    check_segments(&linked);
    assert_eq!(section(&linked, ".wasm.context"), (0x0100_0000, &b"state"[..]));
    assert_eq!(section(&linked, ".wasm.constants"), (0x0700_0000, &b"constants"[..]));
    assert_eq!(section(&linked, ".wasiaot").1, b"inspect me");
    let (text, _) = section(&linked, ".text.wasm");
    assert!((0x0e00_0000..0x6000_0000).contains(&text));
    // Zeroed data covers the end of the context block.
    let file = elf(&linked);
    let bss = file.section_by_name(".bss").expect("there is zeroed data");
    assert_eq!(bss.address(), 0x0100_0005);
    assert!(bss.address() + bss.size() >= 0x0100_0000 + 30_000);
}

#[test]
fn thread_local_data_is_one_template() {
    let linked = link_parts(&rich_app(), &Parts::runtime()).expect("it links");
    let file = elf(&linked);
    let header = file.elf_program_headers().iter().find(|header| header.p_type(ENDIAN) == elf::PT_TLS);
    let header = header.expect("there is thread-local data");
    assert_eq!((header.p_filesz(ENDIAN), header.p_memsz(ENDIAN), header.p_align(ENDIAN)), (6, 56, 16));
    let offset = header.p_offset(ENDIAN) as usize;
    assert_eq!(linked.bytes[offset..offset + 6], *b"thread");
    assert_eq!(header.p_vaddr(ENDIAN) % 16, 0);
}

#[test]
fn a_memory_holds_its_image_and_nothing_else() {
    let linked = link_parts(&rich_app(), &Parts::runtime()).expect("it links");
    let images: Vec<Load> = loads(&linked).into_iter().filter(|load| load.address >= 0x7000_0000).collect();
    let [first, second, pad] = &images[..] else { panic!("{images:x?}") };
    for (image, address, contents) in [(first, 0x7000_0000, &b"first"[..]), (second, 0x7001_0000, &[7; 5000])]
    {
        assert_eq!((image.address, image.offset % PAGE), (address, 0));
        assert_eq!(image.flags, elf::PF_R | elf::PF_W);
        // The kernel zeroes what the segment has beyond its part of the file.
        assert_eq!(linked.bytes[image.offset as usize..][..image.file_size as usize], *contents);
        assert_eq!(image.size, (contents.len() as u64).next_multiple_of(PAGE));
    }
    // The heap starts behind the reservation: 4 GiB of memory and 2 GiB of guard.
    assert_eq!((pad.address, pad.file_size, pad.size), (0x7000_0000 + (6 << 30), 0, PAGE));
}

#[test]
fn parts_at_chosen_addresses_share_pages_of_the_file() {
    let mut app = Parts::app();
    app.section(".wasm.image.70000000", SectionKind::Data, 1, &[0; 0x1000]);
    app.section(".wasm.image.70001000", SectionKind::Data, 1, &[1; 0x1085]);
    app.section(".data", SectionKind::Data, 8, b"data");
    app.section(".wasm.context.10000a0", SectionKind::Data, 16, &[2; 0x58]);
    app.section(".wasm.constants.7000100", SectionKind::ReadOnlyData, 16, &[3; 0x20]);
    app.code(".text.more", "more", &[0xc3; 0xf00]);
    let linked = link_parts(&app, &Parts::runtime()).expect("it links");
    check_segments(&linked);
    let [_, writable, constants, code, _, image, _] = &loads(&linked)[..] else { panic!("{linked:?}") };
    let page = image.offset + 0x1000;
    assert_eq!((image.offset % PAGE, image.size), (0, 0x2000));
    assert_eq!((writable.address, writable.offset, writable.file_size), (0x0100_0098, page + 0x98, 0x60));
    assert_eq!((constants.address, constants.offset, constants.file_size), (0x0700_0100, page + 0x100, 0x20));
    assert_eq!(code.offset, page + 0x120);
    assert_eq!(section(&linked, ".data"), (0x0100_0098, &b"data"[..]));
    assert_eq!(section(&linked, ".wasm.context"), (0x0100_00a0, &[2; 0x58][..]));
}

#[test]
fn a_context_without_contents_needs_no_file() {
    let mut app = Parts::app();
    app.section(".wasm.context.1000ff0", SectionKind::Data, 16, &[0; 32]);
    let linked = link_parts(&app, &Parts::runtime()).expect("it links");
    check_segments(&linked);
    let writable = &loads(&linked)[1];
    assert_eq!((writable.address, writable.file_size, writable.size), (0x0100_0000, 0, 0x1010));
    assert!(linked.bytes.len() < 1024);
}

#[test]
fn the_pad_is_behind_all_memories() {
    let mut app = rich_app();
    app.section(".wasm.image.300000000", SectionKind::Data, 1, b"second memory");
    let error = link_parts(&app, &Parts::runtime()).expect_err("the pad would be below");
    assert!(matches!(error, LinkError::NoRoom { part: Part::Memory, .. }), "{error:?}");
    app.absolute("wasiaot_reserved_end", 0x4_8000_0001);
    let linked = link_parts(&app, &Parts::runtime()).expect("it links");
    check_segments(&linked);
    let pad = loads(&linked).pop().expect("there are segments");
    assert_eq!((pad.address, pad.file_size), (0x4_8000_1000, 0));
}

#[test]
fn images_without_contents_are_zeroed_memory() {
    let mut app = Parts::app();
    app.section(".wasm.image.70000000", SectionKind::Data, 1, &[0; 3 * 4096 + 1]);
    let linked = link_parts(&app, &Parts::runtime()).expect("it links");
    check_segments(&linked);
    let images: Vec<Load> = loads(&linked).into_iter().filter(|load| load.address >= 0x7000_0000).collect();
    assert_eq!((images[0].file_size, images[0].size), (0, 4 * PAGE));
    assert!(linked.bytes.len() < 4096);
}

#[track_caller]
fn check_place_problem(align: u64, sections: &[(&str, usize)], expected: PlaceProblem) {
    let mut app = Parts::app();
    for &(name, size) in sections {
        app.section(name, SectionKind::Data, align, &vec![1; size]);
    }
    let error = link_parts(&app, &Parts::runtime()).expect_err("the section cannot be placed");
    let LinkError::Place { problem, .. } = error else { panic!("{error:?}") };
    assert_eq!(problem, expected);
}

#[test]
fn misplaced_images_are_refused() {
    check_place_problem(1, &[(".wasm.image.main", 1)], PlaceProblem::NoAddress);
    check_place_problem(1, &[(".wasm.image.70000010", 1)], PlaceProblem::Unaligned { align: PAGE });
    check_place_problem(1, &[(".wasm.image.f000000", 1)], PlaceProblem::OutOfRange);
    check_place_problem(1, &[(".wasm.image.fffffffffffff000", 1)], PlaceProblem::OutOfRange);
    let (low, high) = (".wasm.image.70000000", ".wasm.image.70001000");
    check_place_problem(1, &[(low, 4097), (high, 1)], PlaceProblem::Overlap);
    check_place_problem(1, &[(high, 1), (low, 4097)], PlaceProblem::Overlap);
    check_place_problem(1, &[(low, 1), (low, 1)], PlaceProblem::Overlap);
    let mut app = Parts::app();
    app.section(high, SectionKind::Data, 1, &[1]);
    app.section(low, SectionKind::Data, 1, &[1; 4096]);
    check_segments(&link_parts(&app, &Parts::runtime()).expect("neighbors are fine"));
}

#[test]
fn misplaced_context_blocks_and_constants_are_refused() {
    for (name, problem) in [
        (".wasm.context.", PlaceProblem::NoAddress),
        (".wasm.context.1000008", PlaceProblem::Unaligned { align: 16 }),
        (".wasm.context.fffff0", PlaceProblem::OutOfRange),
        (".wasm.context.7000000", PlaceProblem::OutOfRange),
        (".wasm.constants.x", PlaceProblem::NoAddress),
        (".wasm.constants.7000004", PlaceProblem::Unaligned { align: 16 }),
        (".wasm.constants.6fffff0", PlaceProblem::OutOfRange),
        (".wasm.constants.e000000", PlaceProblem::OutOfRange),
    ] {
        check_place_problem(16, &[(name, 1)], problem);
    }
}

/// Links an application with one zeroed section of a size, and returns what does not fit.
fn room_for(name: &str, kind: SectionKind, size: u64) -> Option<Part> {
    let mut app = Parts::app();
    let section = app.0.add_section(Vec::new(), name.as_bytes().to_vec(), kind);
    app.0.append_section_bss(section, size, 8);
    match link_parts(&app, &Parts::runtime()) {
        Ok(linked) => {
            check_segments(&linked);
            None
        }
        Err(LinkError::NoRoom { part, start, end, limit }) => {
            assert!(end > limit || start < limit);
            Some(part)
        }
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn regions_have_limits() {
    let zeroed = SectionKind::UninitializedData;
    assert_eq!(room_for(CONTEXT, zeroed, 0x0600_0000), None);
    assert_eq!(room_for(CONTEXT, zeroed, 0x0600_0008), Some(Part::Context));
    assert_eq!(room_for(".wasm.context.1000ff8", zeroed, 0x05ff_f008), None);
    assert_eq!(room_for(".wasm.context.1000ff8", zeroed, 0x05ff_f010), Some(Part::Context));
    assert_eq!(room_for(".wasm.constants.7000010", zeroed, 0x0700_0000), Some(Part::Constants));
    assert_eq!(room_for(".bss", zeroed, 0x0600_0000), None);
    assert_eq!(room_for(".bss", zeroed, 0x0600_0008), Some(Part::Context));
    let mut app = Parts::app();
    let section = app.section(".data", SectionKind::Data, 8, &[]);
    app.0.section_mut(section).set_data(vec![1; 16 << 20], 8);
    let error = link_parts(&app, &Parts::runtime()).expect_err("16 MiB do not fit below 16 MiB");
    assert!(matches!(error, LinkError::NoRoom { part: Part::LowData, .. }), "{error:?}");
}

#[test]
fn large_read_only_data_is_placed_before_the_code() {
    let mut app = rich_app();
    let section_id = app.section(".rodata.large", SectionKind::ReadOnlyData, 8, &[]);
    app.0.section_mut(section_id).set_data(vec![5; 20 << 20], 8);
    let linked = link_parts(&app, &Parts::runtime()).expect("it links");
    check_segments(&linked);
    let (address, _) = section(&linked, ".rodata");
    let (text, _) = section(&linked, ".text.wasm");
    assert!((0x0e00_0000..text).contains(&address));
}

#[test]
fn as_many_segments_as_kernels_accept() {
    let link_images = |count: u64| {
        let mut app = Parts::app();
        for index in 0..count {
            let name = format!(".wasm.image.{:x}", 0x7000_0000 + index * PAGE);
            app.section(&name, SectionKind::Data, 1, &[1]);
        }
        link_parts(&app, &Parts::runtime())
    };
    // 73 program headers fit into a page: headers, code, pad, stack, and 69 images.
    check_segments(&link_images(69).expect("the largest number"));
    let error = link_images(70).expect_err("one more");
    assert!(matches!(error, LinkError::TooManySegments { count: 74, limit: 73 }), "{error:?}");
}

#[test]
fn writable_code_is_refused() {
    let mut app = Parts::app();
    let (section, _) = app.code(".text.writable", "writable", RET);
    let flags = elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_EXECINSTR;
    app.0.section_mut(section).flags = SectionFlags::Elf { sh_flags: u64::from(flags) };
    let error = link_parts(&app, &Parts::runtime()).expect_err("it is writable");
    assert!(matches!(error, LinkError::WritableCode { .. }), "{error:?}");
}

#[test]
fn small_programs_are_small_files() {
    let strip = options(Symbols::Strip);
    let size =
        |app: &Parts| link(&app.bytes(), &Parts::runtime().bytes(), &strip).expect("it links").bytes.len();
    // Headers and section headers around a few bytes of code.
    assert!(size(&Parts::app()) < 1024);
    // A context block and an image start at pages of the file; all else fits between.
    let mut app = Parts::app();
    app.section(CONTEXT, SectionKind::Data, 8, &[1; 100]);
    app.section(".wasm.image.70000000", SectionKind::Data, 1, &[1; 2000]);
    assert_eq!(size(&app), 2 * 4096 + 100);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (app, runtime) = (rich_app().bytes(), Parts::runtime().bytes());
    let link = || link(&app, &runtime, &options(Symbols::Keep)).expect("it links");
    let (first, second) = (link(), link());
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(first.map.to_string(), second.map.to_string());
}

#[test]
fn the_map_lists_segments_sections_and_symbols() {
    let linked = link_parts(&Parts::app(), &Parts::runtime()).expect("it links");
    assert_eq!(
        linked.map.to_string(),
        "\
address            size  origin       what
0x0000fff000        232               segment: read
0x000e0000e8          9               segment: read, execute
0x000e0000e8          6                 section .text
0x000e0000e8          6  runtime          _start
0x000e0000f0          1                 section .text.wasm
0x000e0000f0          1  application      wasiaot_program_main
total                1  application
total                6  runtime
total              750  file
"
    );
}
