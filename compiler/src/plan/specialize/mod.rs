//! Pass `specialize`: functions that call what they are given get a copy for each function that they are given.
//!
//! `qsort(items, count, size, compare)` calls its last parameter through the table. Where callers pass constants, a
//! copy of it that has these values in the place of its parameters calls the comparison directly, which inlining
//! then makes a part of it, and has the size of the items as a constant. What such a parameter is passed on to
//! gets a copy as well, and functions that are then given the same constant by all their callers take it as such.
//! A function of which only copies are called is not compiled. What is called only once, and not in a loop, is worth no
//! copy.
//!
//! **Why it is sound.** A copy is the same body with some parameters replaced by constants, and only calls that
//! pass these constants in their places are made calls of the copy ([`crate::plan::KnownCall`]). Constants come
//! from constant operators right before the call, and from parameters of a copy, as long as the body never
//! writes them. A call through a table becomes a direct one only where its index is such a constant, the
//! table is one that nothing writes (see [`crate::plan::devirtualize`]), and the entry there has the type of the
//! call: then the call neither traps nor calls anything else. All other calls stay as they are. Functions
//! of the copies' origin are still what references mean, and what other callers call.
//!
//! **Why it ends.** Constants are those of the program's text, so a chain of copies that pass on to each other comes
//! back to one that is there; and all copies together have a limit of size.

mod agree;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::index::IndexVec;
use crate::options::Options;
use crate::parse::{CallOperator, CallSite, Source, ValueType, read_calls};
use crate::passes::Pass;
use crate::plan::{
    Callee, ConstValue, FunctionId, FunctionKind, FunctionPlan, Instance, KnownCall, StaticPlan, TableCall,
    TablePlacement, inline,
};

/// A function that is given more different constants than this has no copies. Those that copies give do not count.
const MAX_COPIES: usize = 6;

/// Operators that all copies have, at most…
const MAX_OPERATORS: u64 = 20_000;

/// …or this part of those of the program, if that is more.
const MAX_PART: u64 = 64;

/// A copy counts for at least so many.
const LEAST_OPERATORS: u64 = 10;

/// The values of parameters, by their positions.
type Constants = BTreeMap<u32, i32>;

/// Adds the copies to the plan, and tells which calls are calls of them.
pub(crate) fn plan_copies(plan: &mut StaticPlan<'_>, options: &Options) {
    if !options.passes.has(Pass::Specialize) {
        return;
    }
    let interest = find_interest(plan);
    if interest.functions.is_empty() {
        return;
    }
    let mut copies = Copies { interest, made: BTreeMap::new(), left: operators_allowed(plan) };
    copies.make_all(plan);
    let made: Vec<FunctionId> = copies.made.into_values().collect();
    if !made.is_empty() {
        forget_uncalled(plan);
        agree::plan_constants(plan, &mut copies.interest, &made);
    }
}

fn operators_allowed(plan: &StaticPlan<'_>) -> u64 {
    let sizes = plan.functions.keys().filter(|&id| plan.functions[id].reachable).map(|id| size(plan, id));
    (sizes.sum::<u64>() / MAX_PART).max(MAX_OPERATORS)
}

/// The operators of a function.
fn size(plan: &StaticPlan<'_>, id: FunctionId) -> u64 {
    let FunctionKind::Wasm { instance, index } = plan.functions[id].kind else { return 0 };
    u64::from(plan.instances[instance].program.facts[index].size)
}

/// Which parameters of a function matter, when they are constants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Params {
    /// Those that choose what it calls, or what a function that it passes them on to calls.
    called: BTreeSet<u32>,
    /// Those that it passes to what they choose, or on to where that is done.
    passed: BTreeSet<u32>,
    /// Whether it calls what it is given in a loop, or passes it on in one, or to where that is done.
    loops: bool,
}

/// A call, in terms of the plan.
#[derive(Debug)]
struct Site {
    /// Where it is in its function's body, in bytes from the start.
    offset: u32,
    /// What it says that it calls, and where the index comes from if that is a table.
    says: Callee,
    index: Source,
    /// Whether it is in a loop.
    in_loop: bool,
    /// Where its arguments come from.
    args: Vec<Source>,
}

impl Site {
    fn new(instance: &Instance<'_>, site: CallSite) -> Self {
        let (says, index) = match site.callee {
            CallOperator::Direct(callee) => (Callee::Function(instance.functions[callee]), Source::Unknown),
            CallOperator::Indirect(table, ty, index) => {
                let call = TableCall { table: instance.tables[table], signature: instance.types[ty] };
                (Callee::Table(call), index)
            }
        };
        Self { offset: site.offset, says, index, in_loop: site.in_loop, args: site.args }
    }
}

impl Params {
    fn matters(&self, param: u32) -> bool {
        self.called.contains(&param) || self.passed.contains(&param)
    }
}

/// Functions that are worth copies, and those that call them.
#[derive(Debug)]
struct Interest {
    /// The functions whose copies could gain.
    functions: BTreeMap<FunctionId, Params>,
    /// The calls of these, and of all functions that call them.
    sites: BTreeMap<FunctionId, Rc<[Site]>>,
}

/// Begins with the functions that call parameters, and goes on to the callers that pass theirs to them.
fn find_interest(plan: &StaticPlan<'_>) -> Interest {
    let mut interest = Interest { functions: BTreeMap::new(), sites: BTreeMap::new() };
    let reachable = || plan.functions.iter().filter(|(_, function)| function.reachable);
    for (id, function) in reachable() {
        let FunctionKind::Wasm { instance, index } = function.kind else { continue };
        let called = &plan.instances[instance].program.facts[index].called_locals;
        let params = &plan.signatures[function.signature].params;
        let is_index = |&local: &u32| params.get(local as usize) == Some(&ValueType::I32);
        let called: BTreeSet<u32> = called.iter().copied().filter(is_index).collect();
        if !called.is_empty() {
            interest.functions.insert(id, Params { called, ..Params::default() });
            interest.read(plan, id);
        }
    }
    let mut seen = 0;
    while seen < interest.functions.len() {
        seen = interest.functions.len();
        for (id, function) in reachable() {
            let FunctionKind::Wasm { instance, index } = function.kind else { continue };
            let instance = &plan.instances[instance];
            let calls = &instance.program.facts[index].calls;
            if calls.iter().any(|&callee| interest.functions.contains_key(&instance.functions[callee])) {
                interest.read(plan, id);
            }
        }
        interest.pass_on();
    }
    interest
}

impl Interest {
    /// The calls of a function with a body, which are read once for all copies.
    fn read(&mut self, plan: &StaticPlan<'_>, id: FunctionId) -> Rc<[Site]> {
        let FunctionKind::Wasm { instance, index } = plan.functions[id].kind else { return Rc::default() };
        let id = plan.functions[id].copy_of.unwrap_or(id);
        let instance = &plan.instances[instance];
        Rc::clone(self.sites.entry(id).or_insert_with(|| {
            read_calls(instance.program, index).into_iter().map(|site| Site::new(instance, site)).collect()
        }))
    }

    /// Makes parameters of callers matter where they are passed on as ones that matter, until nothing changes.
    fn pass_on(&mut self) {
        let mut changes = true;
        while changes {
            changes = false;
            for (id, sites) in &self.sites {
                let before = self.functions.get(id).cloned().unwrap_or_default();
                let mut params = before.clone();
                for site in &**sites {
                    self.add_passed(*id, site, &mut params);
                }
                if params != before {
                    self.functions.insert(*id, params);
                    changes = true;
                }
            }
        }
    }

    /// Adds the parameters that a call in a function passes on.
    fn add_passed(&self, id: FunctionId, site: &Site, params: &mut Params) {
        let own = |&arg: &u32| match site.args.get(arg as usize) {
            Some(&Source::Param(param)) => Some(param),
            _ => None,
        };
        match site.says {
            Callee::Function(callee) => {
                let Some(of_callee) = self.functions.get(&callee) else { return };
                let called: Vec<u32> = of_callee.called.iter().filter_map(own).collect();
                params.loops |= !called.is_empty() && (site.in_loop || of_callee.loops || callee == id);
                params.called.extend(called);
                params.passed.extend(of_callee.passed.iter().filter_map(own));
            }
            Callee::Table(_) => {
                if matches!(site.index, Source::Param(param) if params.called.contains(&param)) {
                    params.loops |= site.in_loop;
                    params.passed.extend((0..).take(site.args.len()).filter_map(|arg| own(&arg)));
                }
            }
        }
    }
}

/// The copies, while they are made.
struct Copies {
    interest: Interest,
    made: BTreeMap<(FunctionId, Constants), FunctionId>,
    /// Operators that further copies may have.
    left: u64,
}

impl Copies {
    fn make_all(&mut self, plan: &mut StaticPlan<'_>) {
        let wanted = self.wanted(plan);
        let none = BTreeSet::new();
        // Copies are added behind, and are done when it is their turn.
        let mut pending: Vec<FunctionId> = self.interest.sites.keys().copied().collect();
        let mut position = 0;
        while let Some(&id) = pending.get(position) {
            position += 1;
            let known: Constants = plan.functions[id].constants.iter().copied().collect();
            let is_copy = plan.functions[id].copy_of.is_some();
            let sites = self.interest.read(plan, id);
            for site in &*sites {
                let says = match site.says {
                    Callee::Function(callee) => Some(callee),
                    Callee::Table(call) => constant(site.index, &known)
                        .and_then(|index| entry(plan, call, index.cast_unsigned())),
                };
                let Some(callee) = says else { continue };
                let mut constants = self.constants(plan, site, callee, &known);
                if !is_copy {
                    let keep = wanted.get(&callee).unwrap_or(&none);
                    constants.retain(|param, _| keep.contains(param));
                }
                let function = self.copy(plan, callee, constants, &mut pending);
                if site.says != Callee::Function(function) {
                    let call = KnownCall { offset: site.offset, says: site.says, function };
                    plan.functions[id].known_calls.push(call);
                }
            }
        }
    }

    /// The constants that matter of those that a call passes, if the callee is worth a copy for them; none otherwise.
    fn constants(
        &self,
        plan: &StaticPlan<'_>,
        site: &Site,
        callee: FunctionId,
        known: &Constants,
    ) -> Constants {
        let Some(params) = self.interest.functions.get(&callee) else { return Constants::new() };
        let types = &plan.signatures[plan.functions[callee].signature].params;
        let constants: Constants = (0..)
            .zip(types.iter().zip(&site.args))
            .filter(|(param, (ty, _))| **ty == ValueType::I32 && params.matters(*param))
            .filter_map(|(param, (_, &arg))| Some((param, constant(arg, known)?)))
            .collect();
        let is_called = params.called.iter().any(|param| constants.contains_key(param));
        if is_called { constants } else { Constants::new() }
    }

    /// What functions that are no copies want copies of, and for which parameters.
    fn wanted(&self, plan: &StaticPlan<'_>) -> BTreeMap<FunctionId, BTreeSet<u32>> {
        let mut all: BTreeMap<FunctionId, BTreeSet<Constants>> = BTreeMap::new();
        for site in self.interest.sites.values().flat_map(|sites| sites.iter()) {
            let Callee::Function(callee) = site.says else { continue };
            let constants = self.constants(plan, site, callee, &Constants::new());
            if !constants.is_empty() {
                all.entry(callee).or_default().insert(constants);
            }
        }
        let decide = |(callee, wanted): (FunctionId, BTreeSet<Constants>)| {
            let Params { called, passed, loops } = &self.interest.functions[&callee];
            if !loops {
                return None;
            }
            if wanted.len() <= MAX_COPIES {
                return Some((callee, called.union(passed).copied().collect()));
            }
            let of_called = |constants: &Constants| -> Constants {
                constants.iter().filter(|(param, _)| called.contains(param)).map(|(&k, &v)| (k, v)).collect()
            };
            let different: BTreeSet<Constants> = wanted.iter().map(of_called).collect();
            (different.len() <= MAX_COPIES).then(|| (callee, called.clone()))
        };
        all.into_iter().filter_map(decide).collect()
    }

    /// The copy of a function for these constants, or the function itself.
    fn copy(
        &mut self,
        plan: &mut StaticPlan<'_>,
        callee: FunctionId,
        constants: Constants,
        pending: &mut Vec<FunctionId>,
    ) -> FunctionId {
        if constants.is_empty() {
            return callee;
        }
        let list: Vec<(u32, i32)> = constants.iter().map(|(&param, &value)| (param, value)).collect();
        let key = (callee, constants);
        if let Some(&copy) = self.made.get(&key) {
            return copy;
        }
        let cost = size(plan, callee).max(LEAST_OPERATORS);
        let Some(left) = self.left.checked_sub(cost) else { return callee };
        self.left = left;
        let origin = &plan.functions[callee];
        let copy = plan.functions.push(FunctionPlan {
            copy_of: Some(callee),
            constants: list,
            reachable: true,
            ..FunctionPlan::new(origin.signature, origin.kind.clone())
        });
        pending.push(copy);
        self.made.insert(key, copy);
        copy
    }
}

/// The value of an operand in a function whose parameters have these values.
fn constant(source: Source, known: &Constants) -> Option<i32> {
    match source {
        Source::Constant(value) => Some(value),
        Source::Param(param) => known.get(&param).copied(),
        Source::Unknown => None,
    }
}

/// The function that a call through a constant table calls at this index, if it does not trap.
fn entry(plan: &StaticPlan<'_>, call: TableCall, index: u32) -> Option<FunctionId> {
    let table = &plan.tables[call.table];
    if !matches!(table.placement, TablePlacement::Constant { .. }) {
        return None;
    }
    match table.entries.get(index as usize) {
        Some(&ConstValue::Func(function)) if plan.functions[function].signature == call.signature => {
            Some(function)
        }
        _ => None,
    }
}

/// Makes functions unreachable that only originals of copies called, these included.
fn forget_uncalled(plan: &mut StaticPlan<'_>) {
    let referenced = plan.functions.iter().filter(|(_, function)| function.reachable && function.referenced);
    let mut pending: Vec<FunctionId> = referenced.map(|(id, _)| id).collect();
    let mut seen: IndexVec<FunctionId, bool> = plan.functions.keys().map(|_| false).collect();
    while let Some(id) = pending.pop() {
        if !std::mem::replace(&mut seen[id], true) {
            pending.extend(inline::callees(plan, id));
        }
    }
    for (id, seen) in seen.iter() {
        let function = &mut plan.functions[id];
        function.reachable &= *seen || !matches!(function.kind, FunctionKind::Wasm { .. });
    }
}
