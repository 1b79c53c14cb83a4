//! Which functions may end with an exception.
//!
//! Those that throw, and those that may call one of them: directly, or through a table or a reference,
//! behind which any function may be, unless the plan knows which. What a function catches itself is not looked at. Calls of the others are
//! ordinary calls everywhere, also inside blocks that catch; host functions are among them.
//!
//! From that follows the convention of calls. One under which handlers find values in registers costs
//! nothing where nothing is thrown, but it has no tail calls, and is slower for functions with many results:
//! it is for programs that catch and make no tail calls.

use wasiaot_abi::exception::PAYLOAD_WORD_BYTES;

use crate::index::IndexVec;
use crate::parse::{FuncType, ValueType};
use crate::plan::{Convention, FunctionId, FunctionKind, StaticPlan, TableCall};

/// Sets [`crate::plan::FunctionPlan::may_throw`] of the functions that are compiled, and the convention.
pub(crate) fn mark(plan: &mut StaticPlan<'_>) {
    let mut callers: IndexVec<FunctionId, Vec<FunctionId>> =
        plan.functions.keys().map(|_| Vec::new()).collect();
    let mut pending = Vec::new();
    let mut calls_unknown = Vec::new();
    let (mut catches, mut makes_tail_calls) = (false, false);
    for (id, function) in plan.functions.iter().filter(|(_, function)| function.reachable) {
        let FunctionKind::Wasm { instance, index } = function.kind else { continue };
        let instance = &plan.instances[instance];
        let facts = &instance.program.facts[index];
        // What a call says may be unreachable where it is known to call something else.
        for call in &function.known_calls {
            callers[call.function].push(id);
        }
        for &callee in &facts.calls {
            callers[instance.functions[callee]].push(id);
        }
        if facts.exceptions.throws || facts.exceptions.throws_references {
            pending.push(id);
        }
        for &(table, ty) in &facts.table_calls {
            let call = TableCall { table: instance.tables[table], signature: instance.types[ty] };
            match plan.devirtualized.get(&call) {
                Some(candidates) => {
                    candidates.iter().for_each(|candidate| callers[candidate.function].push(id));
                }
                None => calls_unknown.push(id),
            }
        }
        if facts.calls_references {
            calls_unknown.push(id);
        }
        catches |= facts.exceptions.catches;
        makes_tail_calls |= facts.makes_tail_calls;
    }
    if pending.is_empty() {
        return; // Nothing is thrown anywhere.
    }
    if catches && !makes_tail_calls {
        plan.convention = Convention::Catch;
    }
    pending.append(&mut calls_unknown);
    while let Some(id) = pending.pop() {
        if !std::mem::replace(&mut plan.functions[id].may_throw, true) {
            pending.append(&mut callers[id]);
        }
    }
}

impl StaticPlan<'_> {
    /// Words that an exception of the program carries, at most.
    #[must_use]
    pub fn payload_words(&self) -> u64 {
        let words = self.tags.values().map(|tag| payload_offsets(&self.signatures[tag.signature]).1);
        words.max().unwrap_or(0) / PAYLOAD_WORD_BYTES
    }
}

/// Where what an exception carries is in its payload: the offset of each value, and the length of all, in
/// bytes.
#[must_use]
pub fn payload_offsets<T>(ty: &FuncType<T>) -> (Vec<u64>, u64) {
    let mut end = 0;
    let mut place = |ty: &ValueType<T>| {
        let start = end;
        end += if matches!(ty, ValueType::V128) { 2 * PAYLOAD_WORD_BYTES } else { PAYLOAD_WORD_BYTES };
        start
    };
    (ty.params.iter().map(&mut place).collect(), end)
}
