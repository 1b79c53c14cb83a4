//! Initial contents of memories: what the data segments say, however they are laid out.
//!
//! Modules with random segments (the same in every run) make one program, so that the images of several
//! memories are in one executable; every byte of every memory is compared with a model.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::random::Random;
use wasiaot_tests::{default_options, wast};

const PAGE: usize = 65536;

/// A module's memory and its segments.
struct Layout {
    pages: usize,
    segments: Vec<(usize, Vec<u8>)>,
}

/// Chooses a layout: few or many segments, small or large, on and across the boundaries of pages.
fn layout(random: &mut Random) -> Layout {
    let pages = 1 + random.below(20);
    let count = [1, 3, 10, 60][random.below(4)];
    let longest = [1, 100, 5000, 40_000][random.below(4)];
    let segments = (0..count).map(|_| {
        let len = (1 + random.below(longest)).min(pages * PAGE);
        let last = pages * PAGE - len;
        let start = match random.below(4) {
            0 => 0,
            1 => last,
            2 => random.below(last + 1) / 4096 * 4096,
            _ => random.below(last + 1),
        };
        let bytes = match random.below(4) {
            0 => vec![0; len],
            1 => (0..len).map(|index| if index % 700 < 600 { 0 } else { index as u8 }).collect(),
            _ => (0..len).map(|_| random.next() as u8).collect(),
        };
        (start, bytes)
    });
    Layout { pages, segments: segments.collect() }
}

impl Layout {
    /// What the memory holds: later segments win.
    fn contents(&self) -> Vec<u8> {
        let mut contents = vec![0; self.pages * PAGE];
        for (start, bytes) in &self.segments {
            contents[*start..start + bytes.len()].copy_from_slice(bytes);
        }
        contents
    }

    /// The module, and an assertion for each page of its memory, on one line each.
    fn script(&self) -> String {
        let mut script = format!("(module (memory {}) {HASH}", self.pages);
        for (start, bytes) in &self.segments {
            let escaped = bytes.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "\\{byte:02x}");
                text
            });
            let _ = write!(script, "(data (i32.const {start}) \"{escaped}\")");
        }
        script += ")\n";
        for (page, bytes) in self.contents().chunks(PAGE).enumerate() {
            let hash = hash(bytes);
            let _ = writeln!(
                script,
                "(assert_return (invoke \"hash\" (i32.const {})) (i64.const {hash:#x}))",
                page * PAGE
            );
        }
        script
    }
}

/// The hash (FNV-1a) of the page that starts at an address, as a function of the guest.
const HASH: &str = r#"(func (export "hash") (param $at i32) (result i64) (local $hash i64) (local $left i32)
    (local.set $hash (i64.const 0xcbf29ce484222325)) (local.set $left (i32.const 65536))
    (loop $next
      (local.set $hash (i64.mul (i64.const 0x100000001b3)
        (i64.xor (local.get $hash) (i64.load8_u (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (local.get $hash))"#;

/// The same here.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[track_caller]
fn check(name: &str, layouts: &[Layout]) {
    let script: String = layouts.iter().map(Layout::script).collect();
    for memory_mode in [MemoryMode::Guard, MemoryMode::Checked] {
        let options = Options { memory_mode, ..default_options(name) };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let outcome =
            wast::run(&script, &format!("image-{name}"), &options, folder).expect("the script is fine");
        assert!(outcome.failures.is_empty(), "{name}, {memory_mode:?}: {:#?}", outcome.failures);
    }
}

#[test]
fn random_layouts() {
    let mut random = Random::new(1);
    for round in 0..15 {
        let layouts: Vec<Layout> = (0..1 + round % 5).map(|_| layout(&mut random)).collect();
        check(&format!("random-{round}"), &layouts);
    }
}

/// A segment at each distance from the end of a page of the processor.
#[test]
fn ends_of_pages() {
    let layouts: Vec<Layout> = [4095, 4096, 4097, 8191, 8192, 65535, 65536]
        .into_iter()
        .flat_map(|len| [(1, 0, len), (2, PAGE - 1, len), (2, 2 * PAGE - len, len), (3, 4096 - 1, len)])
        .map(|(pages, start, len)| Layout { pages, segments: vec![(start, vec![0xa5; len])] })
        .collect();
    check("ends", &layouts);
}

/// More segments, far from each other, than an executable can have parts.
#[test]
fn many_distant_segments() {
    let segments = (0..200).map(|page| (page * PAGE, vec![page as u8; 100])).collect();
    check("distant", &[Layout { pages: 200, segments }]);
}
