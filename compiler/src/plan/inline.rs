//! Pass `inline`: which calls are replaced by the body of the function that they call.
//!
//! Works bottom-up over the call graph, with sizes in operators. A function's direct calls of a callee are
//! replaced, all or none, where the callee is small, or where this is the only call of it in the program.
//! With a loop in it, it is not small where there are many calls. A function whose calls are all replaced,
//! and that nothing else refers to, is not compiled by itself.
//! Calls after which a function always traps or throws stay: they are made once, if at all. In C++ most of
//! them are of destructors, on the way of an exception.
//! Codegen obeys; it decides nothing.
//!
//! **Why it is sound.** A direct call has one callee, and a body in place of a call does what the call
//! would have done: wasm functions see nothing of their frames. Three things could still be told apart from
//! outside. Recursion: cycles of the call graph are not inlined, so that inlining ends, but for a small
//! function that calls itself, a few levels deep. The calls of the last level stay, so that a program
//! without end still exhausts its stack. Backtraces: codegen notes which instructions come from which
//! body, see `abi::sites`. Tail calls: a tail call in an inlined body becomes a call, as it is the caller's
//! frame now; the callee's own would have been gone, so the stack is as deep as before. In place of a tail
//! call, the body keeps its tail calls, and a chain of them takes constant stack as before.
//!
//! **Why it ends in time.** Sizes count the operators of everything inlined, each caller has a limit of
//! growth, and no operator is counted as less than eight bytes of its body: neither empty functions nor
//! towers of small ones make the code explode.

use std::collections::BTreeMap;

use crate::index::IndexVec;
use crate::options::Options;
use crate::passes::Pass;
use crate::plan::{Callee, FunctionId, FunctionKind, StaticPlan, TableCall};

/// Largest callee, in operators, that takes the place of every call: usually, and with pass `inline-more`.
const SMALL: u32 = 30;
const SMALL_FOR_MORE: u32 = 60;

/// A callee with a loop takes the place of no more calls than this: the call is little of what it costs, and a
/// loop that is vectorized becomes many times as large.
const MOST_LOOPS: u32 = 64;

/// Largest callee that takes the place of calls through a table which choose between it and others.
const TINY: u32 = 6;

/// The same in a large program, where time matters more: such callees are hardly more than their calls.
const SMALL_IN_LARGE: u32 = 10;

/// A program is large from this many operators on.
const LARGE_PROGRAM: u64 = 4_000_000;

/// Largest callee that takes the place of its only call.
const ONLY_CALL: u32 = 500;

/// A function may grow to this many times its own size…
const GROWTH: u32 = 3;

/// …or by this much if that is more.
const GROWTH_OF_SMALL: u32 = 300;

/// No function becomes larger than this, or larger by as much: the time to compile one grows faster than its size.
const LARGEST: u32 = 20_000;

/// At most this many bodies are in a function: each begins and ends a block, and Cranelift's optimizations
/// take time in the square of the number of blocks that follow each other.
const MOST_BODIES: u32 = 1000;

/// Bodies are in bodies at most this deep: codegen recurses.
const DEEPEST: u32 = 40;

/// A function that calls itself takes the place of these calls, and of those in the body there, and so on, as
/// long as it does not become larger than this…
const LARGEST_IN_ITSELF: u32 = 150;

/// …nor deeper than this.
const DEEPEST_IN_ITSELF: u32 = 4;

/// The calls of one function: callees in order.
type Calls = Vec<Called>;

/// A function that another one calls.
#[derive(Clone, Copy, Debug)]
struct Called {
    function: FunctionId,
    /// How many calls of it there are…
    count: u32,
    /// …and how many of them come before a trap or a throw.
    last: u32,
    /// Whether a call through a table chooses between it and others. Several bodies beside each other in
    /// place of one call are large, and what is live around them no longer fits the registers.
    is_choice: bool,
}

/// Decides for all functions that are reached.
pub(crate) fn plan_inlining(plan: &mut StaticPlan<'_>, options: &Options) {
    let calls: IndexVec<FunctionId, Calls> = plan.functions.keys().map(|id| calls_of(plan, id)).collect();
    let mut totals: IndexVec<FunctionId, u32> = calls.keys().map(|_| 0).collect();
    for callee in calls.values().flatten() {
        totals[callee.function] += callee.count;
    }
    let small = largest_small(plan, options);
    let (order, component) = bottom_up(&calls);
    let mut depth: IndexVec<FunctionId, u32> = calls.keys().map(|_| 0).collect();
    let mut bodies: IndexVec<FunctionId, u32> = calls.keys().map(|_| 0).collect();
    let mut has_loop: IndexVec<FunctionId, bool> = calls.keys().map(|_| false).collect();
    for caller in order {
        let FunctionKind::Wasm { instance, index } = plan.functions[caller].kind else { continue };
        let facts = &plan.instances[instance].program.facts[index];
        let own = facts.size;
        has_loop[caller] = facts.has_loop;
        plan.functions[caller].size = own;
        if !options.passes.has(Pass::Inline) {
            continue;
        }
        let limit = own.saturating_mul(GROWTH).max(own + GROWTH_OF_SMALL).min(own + LARGEST);
        // The smallest first: they gain most for what they cost.
        let mut callees: Vec<(u32, FunctionId, u32)> = calls[caller]
            .iter()
            .filter(|callee| callee.last < callee.count)
            .filter(|callee| !callee.is_choice || plan.functions[callee.function].size <= TINY)
            .map(|callee| (plan.functions[callee.function].size, callee.function, callee.count - callee.last))
            .collect();
        callees.sort_unstable();
        for (size, callee, count) in callees {
            let is_small = size <= small && (!has_loop[callee] || totals[callee] <= MOST_LOOPS);
            let is_only = totals[callee] == 1 && !plan.functions[callee].referenced && size <= ONLY_CALL;
            let grown = plan.functions[caller].size.saturating_add(size.saturating_mul(count));
            let added = count.saturating_mul(bodies[callee] + 1);
            if component[callee] == component[caller]
                || !matches!(plan.functions[callee].kind, FunctionKind::Wasm { .. })
                || depth[callee] >= DEEPEST
                || bodies[caller].saturating_add(added) > MOST_BODIES
                || !(is_only && grown <= own + LARGEST || is_small && grown <= limit)
            {
                continue;
            }
            has_loop[caller] |= has_loop[callee];
            depth[caller] = depth[caller].max(depth[callee] + 1);
            bodies[caller] += added;
            plan.functions[caller].size = grown;
            plan.functions[caller].inlines.push(callee);
        }
        plan.functions[caller].inlines.sort_unstable();
        let own_calls = calls[caller].iter().find(|callee| callee.function == caller && !callee.is_choice);
        let own_calls = own_calls.map_or(0, |callee| callee.count - callee.last);
        plan.functions[caller].self_inlines = self_inlines(plan.functions[caller].size, own_calls);
    }
    mark_compiled(plan, &calls);
}

/// How deep a function of this size, which calls itself so many times, is put into itself.
fn self_inlines(size: u32, own_calls: u32) -> u32 {
    let (mut levels, mut grown) = (0, size);
    while own_calls > 0 && levels < DEEPEST_IN_ITSELF {
        grown = size.saturating_add(grown.saturating_mul(own_calls));
        if grown > LARGEST_IN_ITSELF {
            break;
        }
        levels += 1;
    }
    levels
}

/// The largest callee that takes the place of every call.
fn largest_small(plan: &StaticPlan<'_>, options: &Options) -> u32 {
    if options.passes.has(Pass::InlineMore) {
        return SMALL_FOR_MORE;
    }
    let reachable = plan.functions.values().filter(|function| function.reachable);
    let sizes = reachable.filter_map(|function| match function.kind {
        FunctionKind::Wasm { instance, index } => {
            Some(u64::from(plan.instances[instance].program.facts[index].size))
        }
        _ => None,
    });
    if sizes.sum::<u64>() >= LARGE_PROGRAM { SMALL_IN_LARGE } else { SMALL }
}

/// The functions that a function calls directly, or by a devirtualized call.
pub(crate) fn callees(plan: &StaticPlan<'_>, id: FunctionId) -> impl Iterator<Item = FunctionId> {
    calls_of(plan, id).into_iter().map(|callee| callee.function)
}

/// The direct calls of a function, those of devirtualized calls included.
fn calls_of(plan: &StaticPlan<'_>, id: FunctionId) -> Calls {
    let function = &plan.functions[id];
    let FunctionKind::Wasm { instance, index } = function.kind else { return Calls::new() };
    if !function.reachable {
        return Calls::new();
    }
    let instance = &plan.instances[instance];
    let facts = &instance.program.facts[index];
    let mut callees: BTreeMap<FunctionId, Called> = BTreeMap::new();
    let none = |function| Called { function, count: 0, last: 0, is_choice: false };
    // Of how many calls that say the same more is known. The others are not told apart from them in the facts.
    let mut known: BTreeMap<Callee, u32> = BTreeMap::new();
    for call in &function.known_calls {
        callees.entry(call.function).or_insert(none(call.function)).count += 1;
        *known.entry(call.says).or_insert(0) += 1;
    }
    let mut is_known = |says| {
        let left = known.get_mut(&says).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    };
    for &callee in &facts.calls {
        let function = instance.functions[callee];
        if !is_known(Callee::Function(function)) {
            callees.entry(function).or_insert(none(function)).count += 1;
        }
    }
    for &(offset, callee) in &facts.last_calls {
        let known = function.known_calls.binary_search_by_key(&offset, |call| call.offset);
        let callee = known.map_or(instance.functions[callee], |place| function.known_calls[place].function);
        callees.entry(callee).or_insert(none(callee)).last += 1;
    }
    for &(table, ty) in &facts.table_calls {
        let call = TableCall { table: instance.tables[table], signature: instance.types[ty] };
        if is_known(Callee::Table(call)) {
            continue;
        }
        let candidates = plan.devirtualized.get(&call).map_or(&[][..], Vec::as_slice);
        for candidate in candidates {
            let callee = callees.entry(candidate.function).or_insert(none(candidate.function));
            callee.count += 1;
            callee.is_choice |= candidates.len() > 1;
        }
    }
    callees.into_values().collect()
}

/// The functions, callees before callers as far as there are no cycles, and for each the number of its
/// strongly connected component: functions that reach each other have the same.
///
/// Tarjan's algorithm with an explicit stack: chains of calls can be longer than ours is deep.
fn bottom_up(calls: &IndexVec<FunctionId, Calls>) -> (Vec<FunctionId>, IndexVec<FunctionId, u32>) {
    const NOT_SEEN: u32 = u32::MAX;
    let mut order = Vec::with_capacity(calls.len());
    let mut component: IndexVec<FunctionId, u32> = calls.keys().map(|_| NOT_SEEN).collect();
    let mut found: IndexVec<FunctionId, u32> = calls.keys().map(|_| NOT_SEEN).collect();
    let mut lowest = found.clone();
    let mut open: Vec<FunctionId> = Vec::new();
    let mut next = 0;
    for root in calls.keys() {
        if found[root] != NOT_SEEN {
            continue;
        }
        let mut path: Vec<(FunctionId, usize)> = vec![(root, 0)];
        while let Some(&mut (caller, ref mut position)) = path.last_mut() {
            if *position == 0 && found[caller] == NOT_SEEN {
                (found[caller], lowest[caller]) = (next, next);
                next += 1;
                open.push(caller);
            }
            if let Some(&Called { function: callee, .. }) = calls[caller].get(*position) {
                *position += 1;
                if found[callee] == NOT_SEEN {
                    path.push((callee, 0));
                } else if component[callee] == NOT_SEEN {
                    lowest[caller] = lowest[caller].min(found[callee]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                lowest[parent] = lowest[parent].min(lowest[caller]);
            }
            if lowest[caller] == found[caller] {
                while let Some(member) = open.pop() {
                    component[member] = found[caller];
                    order.push(member);
                    if member == caller {
                        break;
                    }
                }
            }
        }
    }
    (order, component)
}

/// Marks what is compiled by itself: what something else than a direct call refers to, and the callees of
/// calls that remain, in all bodies, wherever they are.
fn mark_compiled(plan: &mut StaticPlan<'_>, calls: &IndexVec<FunctionId, Calls>) {
    let referenced = plan.functions.iter().filter(|(_, function)| function.reachable && function.referenced);
    let mut bodies: Vec<FunctionId> = referenced.map(|(id, _)| id).collect();
    for &id in &bodies {
        plan.functions[id].compiled = true;
    }
    let mut seen: IndexVec<FunctionId, bool> = calls.keys().map(|_| false).collect();
    while let Some(caller) = bodies.pop() {
        if std::mem::replace(&mut seen[caller], true) {
            continue;
        }
        for &Called { function: callee, last, .. } in &calls[caller] {
            let is_inlined = last == 0 && plan.functions[caller].inlines.binary_search(&callee).is_ok();
            plan.functions[callee].compiled |= !is_inlined;
            bodies.push(callee);
        }
    }
}
