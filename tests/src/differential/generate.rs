//! A module for each number.

use arbitrary::Unstructured;
use wasm_smith::{Config, InstructionKind, InstructionKinds, MemoryOffsetChoices, Module};

use crate::random::Random;

/// Random bytes that a module is made of. The generator stops where they end.
const ENTROPY_BYTES: usize = 4096;

/// Loop iterations and calls that a module may make in all.
const FUEL: u32 = 2000;

/// Tells the seeds of modules with exceptions.
const EXCEPTIONS: u64 = 0x5851_f42d_4c95_7f2d;

/// The module of a seed: valid, without imports, and it ends.
///
/// # Panics
/// If the generator fails, which it does not.
#[must_use]
pub fn module(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    // A sequence of its own: that there are exceptions changes no other choice.
    let mut more = Random::new(seed ^ EXCEPTIONS);
    let exceptions = more.below(10) == 0;
    // With tail calls, a program is compiled in another way where it catches.
    let tail_calls = !exceptions || more.below(3) == 0;
    let config = Config {
        exceptions_enabled: exceptions,
        max_tags: 4,
        tail_call_enabled: tail_calls,
        ..config(&mut random)
    };
    let entropy: Vec<u8> = (0..ENTROPY_BYTES / 8).flat_map(|_| random.next().to_le_bytes()).collect();
    let mut module =
        Module::new(config, &mut Unstructured::new(&entropy)).expect("random bytes make a module");
    module.ensure_termination(FUEL).expect("every function is valid");
    module.to_bytes()
}

/// Which proposals, how much of everything, and which families of instructions: another mix for each
/// module, since a program that uses everything uses little of each.
fn config(random: &mut Random) -> Config {
    let mut chance = |percent: usize| random.below(100) < percent;
    let simd = chance(50);
    let mut kinds = vec![InstructionKind::Control, InstructionKind::Variable, InstructionKind::Parametric];
    for (kind, percent) in [
        (InstructionKind::Numeric, 80),
        (InstructionKind::Memory, 80),
        (InstructionKind::Table, 40),
        (InstructionKind::Reference, 40),
        (InstructionKind::Aggregate, 20),
    ] {
        if chance(percent) {
            kinds.push(kind);
        }
    }
    if simd {
        kinds.push(InstructionKind::Vector);
    }
    // Offsets: mostly inside a small memory, some at its end, some anywhere.
    let offsets = if chance(70) { (95, 4, 1) } else { (40, 40, 20) };
    // Both of us compute what the deterministic profile says.
    let relaxed = simd && chance(15);
    Config {
        allowed_instructions: InstructionKinds::new(&kinds),
        canonicalize_nans: true,
        export_everything: true,
        memory_offset_choices: MemoryOffsetChoices(offsets.0, offsets.1, offsets.2),
        max_imports: 0,
        max_instructions: if chance(20) { 1000 } else { 150 },
        max_funcs: 8,
        max_globals: 8,
        max_types: 8,
        max_tables: 3,
        max_table_elements: 200,
        max_memories: if chance(30) { 3 } else { 1 },
        max_memory32_bytes: 1 << 18,
        max_memory64_bytes: 1 << 18,
        memory_max_size_required: true,
        table_max_size_required: true,
        min_funcs: 3,
        min_exports: 1,
        max_data_segments: 5,
        max_element_segments: 5,
        simd_enabled: simd,
        memory64_enabled: chance(30),
        custom_page_sizes_enabled: chance(20),
        wide_arithmetic_enabled: chance(30),
        relaxed_simd_enabled: relaxed,
        // NaNs of relaxed operators are not made canonical.
        allow_floats: !relaxed,
        // The interpreter has no atomics, and a generated wait may last for centuries.
        threads_enabled: false,
        // Not implemented.
        compact_imports_enabled: false,
        gc_enabled: false,
        ..Config::default()
    }
}
