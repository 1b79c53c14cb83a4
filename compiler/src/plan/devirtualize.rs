//! Pass `devirtualize`: which functions a call through a constant table can reach.
//!
//! Where they are few, codegen replaces the call by comparisons of the index and direct calls, which later
//! passes can inline.
//!
//! **Why it is sound.** The table is one that [`crate::plan::layout`] made constant: no function that can
//! run, of any instance, writes it or makes it grow, so its entries and its length are those of the plan. A
//! call succeeds exactly for the indices whose entry has the called type: they are all among the
//! candidates, each with the function that the entry holds. For every other index the call traps; codegen
//! reads the entry there as before and finds the same reason in the same order: out of bounds, null,
//! another type.

use std::collections::{BTreeMap, BTreeSet};

use crate::options::Options;
use crate::passes::Pass;
use crate::plan::{
    Candidate, ConstValue, FunctionKind, SignatureId, StaticPlan, TableCall, TableId, TablePlacement,
};

/// Calls that may reach more entries than this stay as they are. Measured: two serve most programs, eight
/// nearly all that gain, and 16 or 32 gain nothing more.
const MAX_ENTRIES: usize = 8;

/// Finds the candidates of all calls through constant tables that have few.
pub(crate) fn plan_table_calls(plan: &mut StaticPlan<'_>, options: &Options) {
    if !options.passes.has(Pass::Devirtualize) {
        return;
    }
    let mut by_signature: BTreeMap<TableId, BTreeMap<SignatureId, Vec<Candidate>>> = BTreeMap::new();
    for call in table_calls(plan) {
        let table = by_signature.entry(call.table).or_insert_with(|| group_entries(plan, call.table));
        let candidates = table.get(&call.signature).cloned().unwrap_or_default();
        if candidates.iter().map(|candidate| candidate.indices.len()).sum::<usize>() <= MAX_ENTRIES {
            plan.devirtualized.insert(call, candidates);
        }
    }
}

/// The different calls through constant tables in all functions that are reached.
fn table_calls(plan: &StaticPlan<'_>) -> BTreeSet<TableCall> {
    let mut calls = BTreeSet::new();
    for function in plan.functions.values().filter(|function| function.reachable) {
        let FunctionKind::Wasm { instance, index } = function.kind else { continue };
        let instance = &plan.instances[instance];
        for &(table, ty) in &instance.program.facts[index].table_calls {
            let call = TableCall { table: instance.tables[table], signature: instance.types[ty] };
            if matches!(plan.tables[call.table].placement, TablePlacement::Constant { .. }) {
                calls.insert(call);
            }
        }
    }
    calls
}

/// The functions in a table by type, in the order of their first entry.
fn group_entries(plan: &StaticPlan<'_>, table: TableId) -> BTreeMap<SignatureId, Vec<Candidate>> {
    let mut groups: BTreeMap<SignatureId, Vec<Candidate>> = BTreeMap::new();
    let mut places = BTreeMap::new();
    for (index, value) in (0..).zip(&plan.tables[table].entries) {
        let ConstValue::Func(function) = *value else { continue };
        let group = groups.entry(plan.functions[function].signature).or_default();
        let place = *places.entry(function).or_insert_with(|| {
            group.push(Candidate { function, indices: Vec::new() });
            group.len() - 1
        });
        group[place].indices.push(index);
    }
    groups
}
