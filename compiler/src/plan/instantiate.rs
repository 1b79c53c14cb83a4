//! Active segments and start functions: what goes into the initial image, and what stays code.
//!
//! Instantiation checks the sizes of what is imported, copies element segments in order, then data
//! segments in order, then calls the start function, and stops at the first of these that fails (core
//! spec 2.0 §4.5.4). A segment goes into the image if that cannot be observed: its target belongs to the
//! same instance, it is in bounds, and nothing before it stayed code. The rest is performed in order at
//! run time.

use std::collections::BTreeMap;

use crate::index::{Idx, IndexVec};
use crate::options::Options;
use crate::parse::{
    ConstExpr, DataIndex, ElementIndex, ElementItems, ImportType, MemoryIndex, SegmentMode, TableIndex,
};
use crate::plan::image::ImageBuilder;
use crate::plan::resolve::evaluate;
use crate::plan::{ConstValue, InitOp, Instance, InstanceId, MemoryId, StaticPlan, TableId};

/// Plans the instantiation of all instances: fills [`Instance::init`], the tables' entries and the
/// memories' images.
pub(crate) fn plan_init(plan: &mut StaticPlan<'_>, options: &Options) {
    let mut first_own_table = 0;
    let mut first_own_memory = 0;
    for id in plan.instances.keys() {
        // An instance's own tables and memories are numbered in a row, after those of earlier ones.
        let own_tables = own_count(&plan.instances[id].tables, first_own_table);
        let own_memories = own_count(&plan.instances[id].memories, first_own_memory);
        let mut init = size_checks(&plan.instances[id], plan);
        plan_elements(plan, id, first_own_table, &mut init);
        plan_data(plan, id, first_own_memory, &mut init, options);
        if let Some(start) = plan.instances[id].program.start {
            init.push(InitOp::Start(plan.instances[id].functions[start]));
        }
        plan.instances[id].init = init;
        first_own_table += own_tables;
        first_own_memory += own_memories;
    }
}

/// Checks of imported memories and tables that are large enough only if they have grown.
fn size_checks(instance: &Instance<'_>, plan: &StaticPlan<'_>) -> Vec<InitOp> {
    let mut checks = Vec::new();
    let (mut memories, mut tables) = (instance.memories.values(), instance.tables.values());
    for import in &instance.program.imports {
        match import.ty {
            ImportType::Memory(ty) => {
                let &memory = memories.next().expect("imports come first");
                let min_bytes = ty.min_pages.saturating_mul(ty.page_bytes);
                if plan.memories[memory].min_bytes < min_bytes {
                    checks.push(InitOp::CheckMemory { memory, min_bytes });
                }
            }
            ImportType::Table(ty) => {
                let &table = tables.next().expect("imports come first");
                if plan.tables[table].min < ty.min {
                    checks.push(InitOp::CheckTable { table, min: ty.min });
                }
            }
            ImportType::Func(_) | ImportType::Global(_) | ImportType::Tag(_) => {}
        }
    }
    checks
}

fn own_count<I: Idx, T: Idx>(items: &IndexVec<I, T>, first_own: usize) -> usize {
    items.values().filter(|item| item.as_usize() >= first_own).count()
}

fn plan_elements(plan: &mut StaticPlan<'_>, id: InstanceId, first_own: usize, init: &mut Vec<InitOp>) {
    let program = plan.instances[id].program;
    for (index, segment) in program.elements.iter() {
        let SegmentMode::Active(table, offset) = &segment.mode else { continue };
        let (table, offset) = active_target::<TableIndex, TableId>(plan, id, *table, offset);
        let items = element_values(plan, &plan.instances[id], index);
        let own = table.0 as usize >= first_own;
        if !init.is_empty() || !own || !is_inside(offset, items.len(), plan.tables[table].min) {
            init.push(InitOp::TableInit { table, offset, segment: index });
            continue;
        }
        let entries = &mut plan.tables[table].entries;
        let start = usize::try_from(offset).expect("inside the table");
        let range = start..start + items.len();
        if entries.len() < range.end {
            entries.resize(range.end, ConstValue::Null);
        }
        entries[range].copy_from_slice(&items);
    }
}

/// Whether `len` entries or bytes at `offset` end inside `limit`.
fn is_inside(offset: u64, len: usize, limit: u64) -> bool {
    offset.checked_add(len as u64).is_some_and(|end| end <= limit)
}

/// A data segment that is copied at instantiation.
struct ActiveData<'a> {
    index: DataIndex,
    memory: MemoryId,
    offset: u64,
    bytes: &'a [u8],
}

fn plan_data(
    plan: &mut StaticPlan<'_>,
    id: InstanceId,
    first_own: usize,
    init: &mut Vec<InitOp>,
    options: &Options,
) {
    let program = plan.instances[id].program;
    let mut active = Vec::new();
    for (index, segment) in program.data.iter() {
        let SegmentMode::Active(memory, offset) = &segment.mode else { continue };
        let (memory, offset) = active_target::<MemoryIndex, MemoryId>(plan, id, *memory, offset);
        active.push(ActiveData { index, memory, offset, bytes: &program.wasm[segment.bytes.clone()] });
    }
    let fits = |data: &ActiveData<'_>| {
        let own = data.memory.0 as usize >= first_own;
        own && is_inside(data.offset, data.bytes.len(), plan.memories[data.memory].min_bytes)
    };
    let in_image = if init.is_empty() { active.iter().take_while(|data| fits(data)).count() } else { 0 };
    let (in_image, in_code) = match plan_images(plan, &active[..in_image], options) {
        Some(()) => active.split_at(in_image),
        None => active.split_at(0),
    };
    debug_assert!(in_image.len() + in_code.len() == active.len());
    init.extend(in_code.iter().map(|data| InitOp::MemoryInit {
        memory: data.memory,
        offset: data.offset,
        segment: data.index,
    }));
}

/// Makes the images of an instance's own memories; `None` if code serves better: one would have too many
/// parts, or all have little in them.
fn plan_images(plan: &mut StaticPlan<'_>, active: &[ActiveData<'_>], options: &Options) -> Option<()> {
    // Less than a page in total is copied by code: mapping an image takes the kernel longer than copying,
    // and in the file an image begins at a page.
    let page_bytes = options.target.page_bytes;
    if active.iter().map(|data| data.bytes.len() as u64).sum::<u64>() < page_bytes {
        return None;
    }
    let mut builders: BTreeMap<MemoryId, ImageBuilder<'_>> = BTreeMap::new();
    for data in active {
        builders.entry(data.memory).or_default().add(data.offset, data.bytes);
    }
    let images: Vec<_> = builders
        .into_iter()
        .map(|(memory, builder)| Some((memory, builder.finish(page_bytes)?)))
        .collect::<Option<_>>()?;
    for (memory, image) in images {
        plan.memories[memory].image = image;
    }
    Some(())
}

/// A map from a module's indices to the program's numbers.
trait Space<I, T> {
    fn number(&self, index: I) -> T;
}

impl Space<TableIndex, TableId> for Instance<'_> {
    fn number(&self, index: TableIndex) -> TableId {
        self.tables[index]
    }
}

impl Space<MemoryIndex, MemoryId> for Instance<'_> {
    fn number(&self, index: MemoryIndex) -> MemoryId {
        self.memories[index]
    }
}

fn active_target<'a, I: Copy, T>(
    plan: &StaticPlan<'a>,
    id: InstanceId,
    index: I,
    offset: &ConstExpr,
) -> (T, u64)
where
    Instance<'a>: Space<I, T>,
{
    let instance = &plan.instances[id];
    let offset = match evaluate(plan, instance, offset) {
        ConstValue::I32(offset) => u64::from(offset.cast_unsigned()),
        ConstValue::I64(offset) => offset.cast_unsigned(),
        _ => unreachable!("offsets were validated as integers"),
    };
    (instance.number(index), offset)
}

/// The values of an element segment.
pub(crate) fn element_values(
    plan: &StaticPlan<'_>,
    instance: &Instance<'_>,
    index: ElementIndex,
) -> Vec<ConstValue> {
    match &instance.program.elements[index].items {
        ElementItems::Functions(items) => {
            items.iter().map(|&function| ConstValue::Func(instance.functions[function])).collect()
        }
        ElementItems::Expressions(items) => items.iter().map(|expr| evaluate(plan, instance, expr)).collect(),
    }
}
