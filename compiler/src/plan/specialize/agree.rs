//! Parameters for which all calls of a function pass the same constant.
//!
//! Only copies and what they call are looked at: with `qsort`, this is how the size of an item arrives at the
//! functions that move items.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::IndexVec;
use crate::parse::{Source, ValueType};
use crate::plan::specialize::{Constants, Interest, Site, constant};
use crate::plan::{Callee, FunctionId, FunctionKind, StaticPlan, inline};

/// More callers than these do not agree, as a rule, and reading them all takes time.
const MAX_CALLERS: usize = 16;

/// Gives constants to copies and to functions that they call, as far as those of their callers reach.
pub(super) fn plan_constants(plan: &mut StaticPlan<'_>, interest: &mut Interest, copies: &[FunctionId]) {
    let callers = callers(plan);
    let mut pending: BTreeSet<FunctionId> = copies.iter().copied().collect();
    for &copy in copies {
        pending.extend(inline::callees(plan, copy));
    }
    while let Some(callee) = pending.pop_first() {
        let function = &plan.functions[callee];
        let has_body = matches!(function.kind, FunctionKind::Wasm { .. });
        let is_asked = !function.referenced && callers[callee].len() <= MAX_CALLERS;
        if !has_body || !is_asked || !function.reachable {
            continue;
        }
        let constants: Vec<(u32, i32)> =
            agreed(plan, interest, callee, &callers[callee]).into_iter().collect();
        // With more that is known of the callers there can only be more.
        if constants.len() > function.constants.len() {
            plan.functions[callee].constants = constants;
            pending.extend(inline::callees(plan, callee));
        }
    }
}

/// The functions that call each function directly.
fn callers(plan: &StaticPlan<'_>) -> IndexVec<FunctionId, Vec<FunctionId>> {
    let mut callers: IndexVec<FunctionId, Vec<FunctionId>> =
        plan.functions.keys().map(|_| Vec::new()).collect();
    for (id, function) in plan.functions.iter().filter(|(_, function)| function.reachable) {
        if matches!(function.kind, FunctionKind::Wasm { .. }) {
            inline::callees(plan, id).for_each(|callee| callers[callee].push(id));
        }
    }
    callers
}

/// The constants that all calls of a function agree on.
fn agreed(
    plan: &StaticPlan<'_>,
    interest: &mut Interest,
    callee: FunctionId,
    callers: &[FunctionId],
) -> Constants {
    let types = &plan.signatures[plan.functions[callee].signature].params;
    let mut agreed: Option<Constants> = None;
    let mut agree = |passed: BTreeMap<u32, Option<i32>>| match &mut agreed {
        Some(agreed) => {
            agreed.retain(|param, value| passed.get(param).is_none_or(|passed| *passed == Some(*value)));
        }
        None => {
            agreed = Some(passed.into_iter().filter_map(|(param, value)| Some((param, value?))).collect())
        }
    };
    // Its own calls come last: they only confirm what it is given first.
    let others = callers.iter().filter(|&&caller| caller != callee);
    for &caller in others.chain(callers.iter().filter(|&&caller| caller == callee)) {
        let known: Constants = plan.functions[caller].constants.iter().copied().collect();
        for site in &*interest.read(plan, caller) {
            if called(plan, caller, site) != Some(callee) {
                continue;
            }
            let passes = |param, arg| match arg {
                // What a function passes on to itself changes nothing.
                Source::Param(own) if caller == callee && own == param => None,
                _ => Some((param, constant(arg, &known))),
            };
            let args = (0..).zip(types.iter().zip(&site.args)).filter(|(_, (ty, _))| **ty == ValueType::I32);
            agree(args.filter_map(|(param, (_, &arg))| passes(param, arg)).collect());
        }
    }
    agreed.unwrap_or_default()
}

/// The function that a call calls, if that is always one.
fn called(plan: &StaticPlan<'_>, caller: FunctionId, site: &Site) -> Option<FunctionId> {
    let known = &plan.functions[caller].known_calls;
    match (known.binary_search_by_key(&site.offset, |call| call.offset), site.says) {
        (Ok(place), _) => Some(known[place].function),
        (Err(_), Callee::Function(function)) => Some(function),
        (Err(_), Callee::Table(_)) => None,
    }
}
