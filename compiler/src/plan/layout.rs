//! Addresses: where every memory, table, global and segment is.
//!
//! The context block holds, in this order: the host exit record, an empty memory record, the memory
//! records, the records of writable tables, the globals that change (8 bytes each, vectors 16), the
//! exception that is being thrown, the lengths of segments that can be dropped, and the initial entries of
//! writable tables. The constants
//! hold read-only tables, element segments and data segments.
//!
//! Both start in the first page of the target's range for them, at a distance from its start for which
//! the executable is small: its file is mapped page by page, so that what has a fixed address has a
//! fixed place within a page of the file as well. Memory images start at pages; the context block goes
//! behind the last image, and the constants behind the context block.

use wasiaot_abi::context::{GUARD_BELOW_BYTES, HostExit, MemoryRecord, TableRecord, WASM_PAGE_BYTES};

use wasiaot_abi::exception::{PAYLOAD_WORD_BYTES, PendingException};

use crate::options::Options;
use crate::parse::{ElementItems, SegmentMode, ValueType};
use crate::plan::instantiate::element_values;
use crate::plan::reach::Effects;
use crate::plan::script::{PATTERN_BYTES, STEP_BYTES, VALUE_BYTES};
use crate::plan::{ContextPlan, FunctionKind, PlanError, SegmentPlan, StaticPlan, TablePlacement};

/// Bytes of a table entry, a segment length, and a global that is not a vector.
const SLOT_BYTES: u64 = 8;

/// Bytes of a global that is a vector; it is aligned to as many.
const VECTOR_BYTES: u64 = 16;

/// What the start of a block is aligned to: the widest variables are vectors.
const BLOCK_ALIGN: u64 = 16;

/// Room before the context block for what the runtime has of initialized variables: the linker puts
/// them there. If they are larger, the executable may be larger by a page.
const RUNTIME_DATA_BYTES: u64 = 16;

/// Gives everything its address.
///
/// # Errors
/// [`PlanError::StateTooLarge`] if an address range of the target is too small.
pub(crate) fn place(
    plan: &mut StaticPlan<'_>,
    effects: &Effects,
    options: &Options,
) -> Result<(), PlanError> {
    let addresses = &options.target.addresses;
    let page_bytes = options.target.page_bytes;
    // Behind the last image in the file, or behind the headers.
    let file_bytes = last_image_bytes(plan).max(addresses.context % page_bytes);
    let address = addresses.context / page_bytes * page_bytes
        + place_in_page(file_bytes + RUNTIME_DATA_BYTES, page_bytes).max(addresses.context % page_bytes);
    let mut context = Allocator { next: address };
    plan.context = ContextPlan {
        address,
        host_exit: context.take(size_of::<HostExit>() as u64, 8),
        no_memory: context.take(size_of::<MemoryRecord>() as u64, 8),
        ..ContextPlan::default()
    };
    place_memories(plan, &mut context, options);
    let max = addresses.memory_end - addresses.memory;
    check_fits("address ranges of the memories", plan.reserved_end - addresses.memory, max)?;
    place_table_records(plan, effects, &mut context);
    for (id, global) in plan.globals.iter_mut() {
        if global.ty.mutable && effects.globals_written.contains(&id) {
            let bytes = if global.ty.value == ValueType::V128 { VECTOR_BYTES } else { SLOT_BYTES };
            global.address = Some(context.take(bytes, bytes));
        }
    }
    if effects.throws {
        let bytes = size_of::<PendingException>() as u64 + plan.payload_words() * PAYLOAD_WORD_BYTES;
        plan.context.pending_exception = Some(context.take(bytes, 8));
    }
    place_segment_lens(plan, effects, &mut context);
    for table in plan.tables.values_mut() {
        if let TablePlacement::Mutable { storage, .. } = &mut table.placement {
            *storage = context.take(table.min * SLOT_BYTES, SLOT_BYTES);
        }
    }
    plan.context.len = context.next - address;
    plan.constants.address = addresses.constants + place_in_page(context.next, page_bytes);
    let mut constants = Allocator { next: plan.constants.address };
    place_constants(plan, effects, &mut constants);
    plan.constants.len = constants.next - plan.constants.address;
    check_fits("variables and tables", plan.context.len, addresses.constants - address)?;
    let max = addresses.code - plan.constants.address;
    check_fits("constant tables and segments", plan.constants.len, max)
}

/// The distance from the start of a page at which a block begins that follows `end`, the end of
/// another part, in the file.
fn place_in_page(end: u64, page_bytes: u64) -> u64 {
    end.next_multiple_of(BLOCK_ALIGN) % page_bytes
}

/// Bytes of the last run of a memory's initial contents, without the zeros at their end.
fn last_image_bytes(plan: &StaticPlan<'_>) -> u64 {
    let run = plan.memories.values().rev().find_map(|memory| memory.image.last());
    let last = run.and_then(|run| run.bytes.iter().rposition(|&byte| byte != 0));
    last.map_or(0, |last| last as u64 + 1)
}

fn place_constants(plan: &mut StaticPlan<'_>, effects: &Effects, constants: &mut Allocator) {
    for table in plan.tables.values_mut() {
        if let TablePlacement::Constant { address } = &mut table.placement {
            *address = constants.take(table.min * SLOT_BYTES, 16);
        }
    }
    place_segments(plan, effects, constants);
    for (id, function) in plan.functions.iter() {
        if let (FunctionKind::Unknown { module, name }, true) = (&function.kind, function.reachable) {
            let len = (module.len() + 1 + name.len()) as u64;
            plan.constants.unknown_names.insert(id, (constants.take(len, 1), len));
        }
    }
    for step in &mut plan.script.steps {
        step.args_address = constants.take(step.args.len() as u64 * VALUE_BYTES, 8);
        step.patterns_address = constants.take(step.patterns.len() as u64 * PATTERN_BYTES, 8);
    }
    plan.script.address = constants.take(plan.script.steps.len() as u64 * STEP_BYTES, 8);
}

fn check_fits(what: &'static str, len: u64, max: u64) -> Result<(), PlanError> {
    if len > max { Err(PlanError::StateTooLarge { what, len, max }) } else { Ok(()) }
}

/// Hands out addresses in order.
struct Allocator {
    next: u64,
}

impl Allocator {
    fn take(&mut self, len: u64, align: u64) -> u64 {
        let address = self.next.next_multiple_of(align);
        self.next = address + len;
        address
    }
}

fn place_memories(plan: &mut StaticPlan<'_>, context: &mut Allocator, options: &Options) {
    let addresses = &options.target.addresses;
    plan.context.memories = context.next;
    if let Some(first) = plan.memories.values_mut().next()
        && first.reserved_bytes > 0
    {
        // Below the others is the guard of another memory.
        first.guard_below_bytes = GUARD_BELOW_BYTES;
    }
    let mut base = addresses.memory;
    for memory in plan.memories.values_mut() {
        memory.record = context.take(size_of::<MemoryRecord>() as u64, 8);
        memory.base = base;
        memory.displacement_max = addresses.displacement.max_offset(base);
        // The distance is the same in both modes, and no memory can grow into the next.
        let span = memory.max_bytes.max(addresses.memory_bytes).next_multiple_of(WASM_PAGE_BYTES);
        base += span + addresses.guard_bytes;
    }
    plan.reserved_end = base;
    plan.keeps_heap_away =
        plan.memories.values().any(|memory| !memory.image.is_empty() || memory.reserved_bytes == 0);
}

fn place_table_records(plan: &mut StaticPlan<'_>, effects: &Effects, context: &mut Allocator) {
    for (id, table) in plan.tables.iter_mut() {
        if !effects.tables_read.contains(&id) {
            // The functions in it are perhaps not compiled.
            table.entries.clear();
        }
        table.placement = if effects.tables_written.contains(&id) {
            let record = context.take(size_of::<TableRecord>() as u64, 8);
            TablePlacement::Mutable { record, storage: 0 }
        } else if effects.tables_read.contains(&id) {
            TablePlacement::Constant { address: 0 }
        } else {
            TablePlacement::Absent
        };
    }
}

/// Adds the segments that code uses; those that it can drop get a place for their current length.
fn place_segment_lens(plan: &mut StaticPlan<'_>, effects: &Effects, context: &mut Allocator) {
    let mut lens = Vec::new();
    let mut segment = |can_drop: bool, len: u64| {
        let len_address = can_drop.then(|| {
            let address = context.take(SLOT_BYTES, SLOT_BYTES);
            lens.push((address, len));
            address
        });
        SegmentPlan { address: 0, len, len_address }
    };
    for &(id, index) in &effects.elements_used {
        let instance = &mut plan.instances[id];
        let source = &instance.program.elements[index];
        let len = match &source.items {
            ElementItems::Functions(items) => items.len(),
            ElementItems::Expressions(items) => items.len(),
        };
        let can_drop = matches!(source.mode, SegmentMode::Passive);
        instance.elements.insert(index, segment(can_drop, len as u64));
    }
    for &(id, index) in &effects.data_used {
        let instance = &mut plan.instances[id];
        let source = &instance.program.data[index];
        let can_drop = matches!(source.mode, SegmentMode::Passive);
        instance.data.insert(index, segment(can_drop, source.bytes.len() as u64));
    }
    plan.context.segment_lens = lens;
}

fn place_segments(plan: &mut StaticPlan<'_>, effects: &Effects, constants: &mut Allocator) {
    for &(id, index) in &effects.elements_used {
        let values = element_values(plan, &plan.instances[id], index);
        if let Some(segment) = plan.instances[id].elements.get_mut(&index) {
            segment.address = constants.take(segment.len * SLOT_BYTES, 16);
            plan.constants.elements.push((segment.address, values));
        }
    }
    for &(id, index) in &effects.data_used {
        if let Some(segment) = plan.instances[id].data.get_mut(&index) {
            segment.address = constants.take(segment.len, 16);
            plan.constants.data.push((segment.address, id, index));
        }
    }
}
