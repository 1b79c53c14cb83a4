//! Reachability: which functions are compiled, and what they write.
//!
//! Starts from what is called from outside and from instantiation, and follows direct calls, taken
//! references, and the entries of every table that a reached function reads.

use std::collections::BTreeSet;

use crate::parse::{DataIndex, ElementIndex, ExportItem};
use crate::plan::instantiate::element_values;
use crate::plan::{
    ConstValue, FunctionId, FunctionKind, GlobalId, InitOp, InstanceId, Roots, StaticPlan, TableId,
};

/// What reached functions and instantiation do to the program's state.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub(crate) tables_read: BTreeSet<TableId>,
    pub(crate) tables_written: BTreeSet<TableId>,
    pub(crate) globals_written: BTreeSet<GlobalId>,
    pub(crate) elements_used: BTreeSet<(InstanceId, ElementIndex)>,
    pub(crate) data_used: BTreeSet<(InstanceId, DataIndex)>,
    /// Whether anything is thrown.
    pub(crate) throws: bool,
}

/// A function that is reached, and how.
type Reached = (FunctionId, Use);

/// How a function is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// By a direct call of another function.
    Call,
    /// In another way: its address is needed, or it is called from outside.
    Reference,
}

/// Marks reachable functions in the plan.
pub(crate) fn mark(plan: &mut StaticPlan<'_>, roots: Roots, calls: &[FunctionId]) -> Effects {
    let mut effects = Effects::default();
    let mut pending: Vec<Reached> = calls.iter().map(|&function| (function, Use::Reference)).collect();
    let mut tables: Vec<TableId> = Vec::new();
    for (id, instance) in plan.instances.iter() {
        for op in &instance.init {
            match *op {
                InitOp::TableInit { table, segment, .. } => {
                    effects.tables_written.insert(table);
                    push_functions(&element_values(plan, instance, segment), &mut pending);
                    effects.elements_used.insert((id, segment));
                }
                InitOp::MemoryInit { segment, .. } => {
                    effects.data_used.insert((id, segment));
                }
                InitOp::Start(function) => pending.push((function, Use::Reference)),
                InitOp::CheckMemory { .. } | InitOp::CheckTable { .. } => {}
            }
        }
        if roots == Roots::AllExports {
            for export in &instance.program.exports {
                match export.item {
                    ExportItem::Func(index) => pending.push((instance.functions[index], Use::Reference)),
                    // The driver may read an exported table's entries.
                    ExportItem::Table(index) => tables.push(instance.tables[index]),
                    ExportItem::Memory(_) | ExportItem::Global(_) | ExportItem::Tag(_) => {}
                }
            }
        }
    }
    let global_values: Vec<ConstValue> = plan.globals.values().map(|global| global.init).collect();
    push_functions(&global_values, &mut pending);
    loop {
        while let Some(table) = tables.pop() {
            if effects.tables_read.insert(table) {
                push_functions(&plan.tables[table].entries, &mut pending);
            }
        }
        let Some(function) = pending.pop() else { break };
        reach(plan, function, &mut pending, &mut tables, &mut effects);
    }
    effects
}

fn reach(
    plan: &mut StaticPlan<'_>,
    (function, how): Reached,
    pending: &mut Vec<Reached>,
    tables: &mut Vec<TableId>,
    effects: &mut Effects,
) {
    let reached = &mut plan.functions[function];
    reached.referenced |= how == Use::Reference;
    if std::mem::replace(&mut reached.reachable, true) {
        return;
    }
    let FunctionKind::Wasm { instance: id, index } = reached.kind else { return };
    let instance = &plan.instances[id];
    let facts = &instance.program.facts[index];
    pending.extend(facts.calls.iter().map(|&index| (instance.functions[index], Use::Call)));
    pending.extend(facts.refs.iter().map(|&index| (instance.functions[index], Use::Reference)));
    tables.extend(facts.tables_read.iter().map(|&index| instance.tables[index]));
    effects.tables_written.extend(facts.tables_written.iter().map(|&index| instance.tables[index]));
    effects.globals_written.extend(facts.globals_written.iter().map(|&index| instance.globals[index]));
    effects.data_used.extend(facts.data_used.iter().map(|&index| (id, index)));
    effects.throws |= facts.exceptions.throws || facts.exceptions.throws_references;
    for &element in &facts.elements_used {
        if effects.elements_used.insert((id, element)) {
            push_functions(&element_values(plan, instance, element), pending);
        }
    }
}

fn push_functions(values: &[ConstValue], pending: &mut Vec<Reached>) {
    pending.extend(values.iter().filter_map(|value| match value {
        ConstValue::Func(function) => Some((*function, Use::Reference)),
        _ => None,
    }));
}
