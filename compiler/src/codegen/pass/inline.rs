//! Pass `inline`: puts the bodies of functions in the places of calls, as the plan says
//! (`plan/inline.rs`, where it is argued why that is sound).
//!
//! The work is done by Cranelift's inliner. A body is made complete first, with everything that it inlines
//! itself, so that what comes into a caller is final; each thread keeps the bodies it has made, up to a
//! limit, and translates the others again when they are needed: a program's whole intermediate code would
//! not fit into memory. Bodies depend on the plan alone, so it makes no difference which thread made them.
//!
//! What is ours is where the instructions come from. Source locations are offsets in the function's body;
//! those of an inlined body go on behind all that the caller has so far (see `abi::sites`). Cranelift's
//! inliner copies none: they are copied here, by the places of instructions in their blocks. An
//! instruction that leaves its function (a return, or a tail call, which has become a call) gets the
//! location of the call that the body takes the place of: its own frame would be gone.
//!
//! Bodies must not have global values that are symbols: the inliner of Cranelift 0.135 copies their names
//! without translating them to the caller's. There are none, as all state is at constant addresses.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use cranelift_codegen::Context;
use cranelift_codegen::inline::{Inline, InlineCommand};
use cranelift_codegen::ir::{
    Block, ExternalName, FuncRef, Function, Inst, InstructionData, Opcode, SourceLoc, Value,
};
use wasiaot_abi::sites::Inlined;

use crate::codegen::compile::build_function;
use crate::codegen::symbols::{Symbol, Symbols};
use crate::parse::FuncIndex;
use crate::plan::{FunctionId, FunctionKind, StaticPlan};
use cranelift_frontend::FunctionBuilderContext;

/// Operators of kept bodies, in total, from which on all are dropped. Between more of them, which are many small pieces
/// of memory, the allocator looks longer for room than they take to be made again.
const KEPT_OPERATORS: u32 = 30_000;

/// The source locations of a function with all that it inlines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locations {
    /// One past the last that is in use.
    end: u32,
    /// The inlined bodies, in the order of their starts.
    pub(crate) inlined: Vec<Inlined>,
}

/// A complete body.
struct Body {
    id: FunctionId,
    function: Function,
    locations: Locations,
}

/// The bodies that a thread has made.
#[derive(Default)]
pub(crate) struct Inliner {
    bodies: BTreeMap<FunctionId, Rc<Body>>,
    kept_operators: u32,
    builder_context: FunctionBuilderContext,
}

impl Inliner {
    /// Completes a function that was just translated.
    pub(crate) fn complete(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        id: FunctionId,
        context: &mut Context,
    ) -> Locations {
        if self.kept_operators > KEPT_OPERATORS {
            self.bodies.clear();
            self.kept_operators = 0;
        }
        let mut own = None;
        for level in 0..plan.functions[id].self_inlines {
            own = Some(match level {
                0 => self.body(plan, symbols, id),
                _ => Rc::new(self.make_body(plan, symbols, id, own)),
            });
        }
        self.inline_calls(plan, symbols, id, own, context)
    }

    /// Inlines what the plan says, and in the place of calls of itself the function's `own` body, if there
    /// is one.
    fn inline_calls(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        id: FunctionId,
        own: Option<Rc<Body>>,
        context: &mut Context,
    ) -> Locations {
        let mut locations = Locations { end: body_len(plan, id), inlined: Vec::new() };
        let callees: BTreeMap<u32, Rc<Body>> = plan.functions[id]
            .inlines
            .iter()
            .map(|&callee| (symbols.number(Symbol::Function(callee)), self.body(plan, symbols, callee)))
            .chain(own.map(|own| (symbols.number(Symbol::Function(id)), own)))
            .collect();
        if callees.is_empty() {
            return locations;
        }
        let mut calls = Calls { callees: &callees, staying: last_calls(plan, id), replaced: Vec::new() };
        // The only failure is too many kinds of memory accesses, and these are few.
        context.inline(&mut calls).expect("functions differ in few flags");
        for replaced in calls.replaced {
            replaced.locate(symbols, &mut context.func, &mut locations);
        }
        locations
    }

    /// The body of a function as it is inlined: complete, but for calls of itself.
    fn body(&mut self, plan: &StaticPlan<'_>, symbols: &Symbols, id: FunctionId) -> Rc<Body> {
        if let Some(body) = self.bodies.get(&id) {
            return Rc::clone(body);
        }
        let body = Rc::new(self.make_body(plan, symbols, id, None));
        self.kept_operators += plan.functions[id].size;
        self.bodies.insert(id, Rc::clone(&body));
        body
    }

    fn make_body(
        &mut self,
        plan: &StaticPlan<'_>,
        symbols: &Symbols,
        id: FunctionId,
        own: Option<Rc<Body>>,
    ) -> Body {
        let mut context = Context::new();
        let symbol = Symbol::Function(id);
        build_function(plan, symbols, symbol, &mut context.func, &mut self.builder_context);
        let locations = self.inline_calls(plan, symbols, id, own, &mut context);
        Body { id, function: context.func, locations }
    }
}

/// Where a function has calls that stay, as locations in its own body.
fn last_calls<'p>(plan: &'p StaticPlan<'_>, id: FunctionId) -> &'p [(u32, FuncIndex)] {
    let FunctionKind::Wasm { instance, index } = plan.functions[id].kind else { return &[] };
    &plan.instances[instance].program.facts[index].last_calls
}

/// The length of a function's body in bytes.
fn body_len(plan: &StaticPlan<'_>, id: FunctionId) -> u32 {
    let FunctionKind::Wasm { instance, index } = plan.functions[id].kind else { return 0 };
    let body = plan.instances[instance].program.functions[index].body.as_ref();
    body.map_or(0, |body| u32::try_from(body.len()).expect("bodies are shorter than 4 GiB"))
}

/// What Cranelift's inliner asks about each call.
struct Calls<'b> {
    /// The bodies, by the numbers of their functions.
    callees: &'b BTreeMap<u32, Rc<Body>>,
    /// The calls that stay, by their locations.
    staying: &'b [(u32, FuncIndex)],
    replaced: Vec<Replaced<'b>>,
}

/// A call that a body took the place of.
struct Replaced<'b> {
    body: &'b Body,
    /// The caller's block that is the first of the body's; the others follow in the order of their numbers.
    first_block: usize,
    /// Where the call was.
    location: SourceLoc,
    is_tail_call: bool,
}

impl Inline for Calls<'_> {
    fn inline(
        &mut self,
        caller: &Function,
        call: Inst,
        opcode: Opcode,
        callee: FuncRef,
        _args: &[Value],
    ) -> InlineCommand<'_> {
        let ExternalName::User(name) = caller.dfg.ext_funcs[callee].name else {
            return InlineCommand::KeepCall;
        };
        let Some(body) = self.callees.get(&caller.params.user_named_funcs()[name].index) else {
            return InlineCommand::KeepCall;
        };
        let location = caller.srcloc(call);
        if self.staying.binary_search_by_key(&location.bits(), |&(offset, _)| offset).is_ok() {
            return InlineCommand::KeepCall;
        }
        self.replaced.push(Replaced {
            body,
            first_block: caller.dfg.num_blocks(),
            location,
            is_tail_call: opcode == Opcode::ReturnCall,
        });
        InlineCommand::Inline { callee: Cow::Borrowed(&body.function), visit_callee: false }
    }
}

impl Replaced<'_> {
    /// Gives the inlined instructions their locations, behind those that are in use.
    fn locate(&self, symbols: &Symbols, caller: &mut Function, locations: &mut Locations) {
        let start = locations.end;
        let call = (!self.is_tail_call).then(|| self.location.bits());
        let function = symbols.record(self.body.id);
        locations.inlined.push(Inlined { start, call, function });
        locations.inlined.extend(self.body.locations.inlined.iter().map(|inner| Inlined {
            start: start + inner.start,
            call: inner.call.map_or(call, |call| Some(start + call)),
            function: inner.function,
        }));
        // The plan's limits keep a function's bodies far below 4 GiB.
        locations.end = start.checked_add(self.body.locations.end).expect("inlined functions are small");
        let callee = &self.body.function;
        for block in callee.layout.blocks() {
            let place = self.first_block + block.as_u32() as usize;
            let inlined = Block::from_u32(u32::try_from(place).expect("blocks have 32-bit numbers"));
            let mut next = caller.layout.first_inst(inlined);
            for inst in callee.layout.block_insts(block) {
                // Blocks that cannot be reached are not copied.
                let Some(copy) = next else { break };
                let own = callee.srcloc(inst);
                if callee.dfg.insts[inst].opcode().is_return() {
                    caller.set_srcloc(copy, self.location);
                } else if !own.is_default() {
                    caller.set_srcloc(copy, SourceLoc::new(start + own.bits()));
                }
                next = next_copy(caller, copy);
            }
        }
    }
}

/// The copy of the instruction that followed in the callee. A call that became one with handlers ends its
/// block; what followed it is where the call returns to.
fn next_copy(caller: &Function, copy: Inst) -> Option<Inst> {
    let table = match caller.dfg.insts[copy] {
        InstructionData::TryCall { exception, .. } | InstructionData::TryCallIndirect { exception, .. } => {
            exception
        }
        _ => return caller.layout.next_inst(copy),
    };
    let normal = caller.dfg.exception_tables[table].normal_return();
    caller.layout.first_inst(normal.block(&caller.dfg.value_lists))
}
