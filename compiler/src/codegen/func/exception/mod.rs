//! Exceptions: `throw`, the blocks that catch, and calls in them.
//!
//! A call that may end with an exception, in a block that catches, is a `try_call` with the list of all
//! handlers in force there. Each handler is a block, its landing, which reads what the exception carries
//! from the pending record and goes where the clause says. Nothing is done on the path without exceptions:
//! entering and leaving such a block is no instruction, other calls and all other operators are what they
//! are elsewhere.
//!
//! A `throw` fills the pending record. If this function catches it, it jumps to the landing; else it calls
//! the runtime, which searches the callers. Tags are numbers of the whole program, so that both are known
//! here. Blocks of the legacy instructions (`legacy`) differ in how they are written only: their clauses
//! come after the code that they guard, and so are looked up before ([`legacy::find_clauses`]).

mod legacy;

use std::rc::Rc;

use cranelift_codegen::ir::{
    self, Block, BlockArg, BlockCall, ExceptionTableData, ExceptionTableItem, ExceptionTag, FuncRef,
    InstBuilder, MemFlagsData, SigRef, Value, types,
};
pub(super) use legacy::{catch, catch_all, delegate, find_clauses, rethrow, try_};
use std::mem::offset_of;
use wasiaot_abi::exception::PendingException;
use wasiaot_abi::trap::TrapCode;
use wasmparser::{Catch, TryTable};

use crate::codegen::addressing;
use crate::codegen::func::FunctionState;
use crate::codegen::func::control::{self, FrameKind};
use crate::codegen::isa::clif_type;
use crate::codegen::symbols::{HelperShim, Symbol};
use crate::codegen::traps::clif_trap;
use crate::parse::{TagIndex, ValueType};
use crate::plan::{TagId, payload_offsets};

/// What catches exceptions at a place of the function, innermost first: no tag twice, and nothing after a
/// handler of all tags.
type Handlers = Rc<[Handler]>;

/// One handler in force.
#[derive(Clone, Copy, Debug)]
struct Handler {
    /// The tag that it catches; `None` for all.
    tag: Option<TagId>,
    landing: LandingId,
}

/// Number of a landing in [`Exceptions::landings`].
#[derive(Clone, Copy, Debug)]
struct LandingId(usize);

/// Where a handler begins: a block without parameters.
#[derive(Clone, Copy, Debug)]
struct Landing {
    block: Block,
    /// Whether anything leads there.
    is_reached: bool,
}

/// What the translation of a function knows about exceptions.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    landings: Vec<Landing>,
    /// The handlers in force.
    handlers: Handlers,
    /// The clauses of the legacy blocks that are still to come, in order.
    legacy: std::vec::IntoIter<legacy::Clauses>,
}

/// An open block that catches.
#[derive(Debug)]
pub(super) struct Catching {
    /// The handlers in force in it.
    inside: Handlers,
    kind: CatchingKind,
}

#[derive(Debug)]
enum CatchingKind {
    /// A `try_table` with its clauses.
    Table(Vec<(LandingId, Catch)>),
    Legacy(legacy::Legacy),
}

impl Exceptions {
    /// A function's, with the clauses of its legacy blocks.
    pub(super) fn new(legacy: Vec<legacy::Clauses>) -> Self {
        Self { legacy: legacy.into_iter(), ..Self::default() }
    }
}

impl FunctionState<'_, '_> {
    fn tag(&self, index: u32) -> TagId {
        self.instance.tags[TagIndex(index)]
    }

    fn add_landing(&mut self) -> LandingId {
        let block = self.builder.create_block();
        self.builder.set_cold_block(block);
        self.exceptions.landings.push(Landing { block, is_reached: false });
        LandingId(self.exceptions.landings.len() - 1)
    }

    /// The block of a handler that something leads to from here.
    fn reach_landing(&mut self, id: LandingId) -> Block {
        let landing = &mut self.exceptions.landings[id.0];
        landing.is_reached = true;
        landing.block
    }

    /// Starts the code of a handler that everything which leads there is known of. False if it is nothing.
    fn switch_to_landing(&mut self, id: LandingId) -> bool {
        let Landing { block, is_reached } = self.exceptions.landings[id.0];
        if is_reached {
            self.builder.switch_to_block(block);
            self.builder.seal_block(block);
        }
        is_reached
    }

    /// The handlers in force in the block of this depth.
    fn handlers_in(&self, depth: u32) -> Handlers {
        let frames = self.control.iter().rev().skip(depth as usize);
        let innermost = frames.filter_map(control::Frame::catching).next();
        innermost.map_or_else(Handlers::default, |catching| Rc::clone(&catching.inside))
    }

    /// Says that blocks were closed, or others are in force in the innermost.
    pub(super) fn update_handlers(&mut self) {
        self.exceptions.handlers = self.handlers_in(0);
    }

    /// The values of an exception with this tag, from the pending record.
    fn load_payload(&mut self, tag: TagId) -> Vec<Value> {
        let ty = &self.plan.signatures[self.plan.tags[tag].signature];
        let (offsets, _) = payload_offsets(ty);
        let payload = self.pending() + size_of::<PendingException>() as u64;
        ty.params
            .iter()
            .zip(offsets)
            .map(|(&ty, offset)| {
                let address = addressing::address(&mut self.builder, payload + offset);
                self.builder.ins().load(clif_type(ty), payload_flags(ty), address, 0)
            })
            .collect()
    }

    /// Makes an exception the pending one: the tag as an `i64`, and what it carries, with offsets and flags.
    fn store_pending(&mut self, tag: Value, reference: Value, payload: &[(u64, MemFlagsData, Value)]) {
        let record = self.pending();
        addressing::store(&mut self.builder, tag, record + offset_of!(PendingException, tag) as u64);
        let place = record + offset_of!(PendingException, reference) as u64;
        addressing::store(&mut self.builder, reference, place);
        for &(offset, flags, value) in payload {
            let place = record + size_of::<PendingException>() as u64 + offset;
            let address = addressing::address(&mut self.builder, place);
            self.builder.ins().store(flags, value, address, 0);
        }
    }

    /// Address of the pending record.
    fn pending(&self) -> u64 {
        self.plan.context.pending_exception.expect("the plan has a record where something is thrown")
    }

    /// Goes to the handler of the pending exception, whose tag is known or not.
    fn throw_pending(&mut self, tag: Option<TagId>) {
        match tag {
            None => call_that_throws(self, HelperShim::Throw, &[]),
            Some(tag) => {
                let catches = |handler: &&Handler| handler.tag.is_none_or(|caught| caught == tag);
                match self.exceptions.handlers.iter().find(catches) {
                    Some(&Handler { landing, .. }) => {
                        let landing = self.reach_landing(landing);
                        self.builder.ins().jump(landing, &[]);
                        self.reachable = false;
                    }
                    None => {
                        self.mark_cold();
                        self.call_helper(HelperShim::Throw, &[]);
                        self.trap(clif_trap(TrapCode::Unreachable));
                    }
                }
            }
        }
    }

    /// Says that the code up to here is executed rarely, if it is no whole function.
    fn mark_cold(&mut self) {
        let current = self.builder.current_block().expect("code is being added");
        if self.builder.func.layout.entry_block() != Some(current) {
            self.builder.set_cold_block(current);
        }
    }

    /// The exception table of a call with this signature, and the block where it returns to.
    fn exception_table(&mut self, signature: SigRef) -> (ir::ExceptionTable, Block) {
        let returns: Vec<_> = self.builder.func.dfg.signatures[signature]
            .returns
            .iter()
            .map(|param| param.value_type)
            .collect();
        let next = self.builder.create_block();
        for &ty in &returns {
            self.builder.append_block_param(next, ty);
        }
        let handlers = Rc::clone(&self.exceptions.handlers);
        let landings: Vec<Block> =
            handlers.iter().map(|handler| self.reach_landing(handler.landing)).collect();
        let dfg = &mut self.builder.func.dfg;
        let results = (0..).zip(&returns).map(|(number, _)| BlockArg::TryCallRet(number));
        let normal = BlockCall::new(next, results, &mut dfg.value_lists);
        let items = handlers.iter().zip(landings).map(|(handler, landing)| {
            let landing = BlockCall::new(landing, [], &mut dfg.value_lists);
            match handler.tag {
                Some(tag) => ExceptionTableItem::Tag(ExceptionTag::from_u32(tag.0), landing),
                None => ExceptionTableItem::Default(landing),
            }
        });
        let items: Vec<_> = items.collect();
        (dfg.exception_tables.push(ExceptionTableData::new(signature, normal, items)), next)
    }

    /// Goes on where a call returns to; returns its results.
    fn switch_to_return(&mut self, next: Block) -> Vec<Value> {
        self.builder.switch_to_block(next);
        self.builder.seal_block(next);
        self.builder.block_params(next).to_vec()
    }

    /// Calls a function that may throw; returns its results.
    pub(super) fn call_throwing(&mut self, callee: FuncRef, args: &[Value]) -> Vec<Value> {
        if self.exceptions.handlers.is_empty() {
            let call = self.builder.ins().call(callee, args);
            return self.builder.inst_results(call).to_vec();
        }
        let signature = self.builder.func.dfg.ext_funcs[callee].signature;
        let (table, next) = self.exception_table(signature);
        self.builder.ins().try_call(callee, args, table);
        self.switch_to_return(next)
    }

    /// Calls a function that is not known here; returns its results.
    pub(super) fn call_indirect_throwing(
        &mut self,
        signature: SigRef,
        code: Value,
        args: &[Value],
    ) -> Vec<Value> {
        if self.exceptions.handlers.is_empty() || self.plan.context.pending_exception.is_none() {
            let call = self.builder.ins().call_indirect(signature, code, args);
            return self.builder.inst_results(call).to_vec();
        }
        let (table, next) = self.exception_table(signature);
        self.builder.ins().try_call_indirect(code, args, table);
        self.switch_to_return(next)
    }
}

/// Vectors are at any word.
fn payload_flags<T>(ty: ValueType<T>) -> MemFlagsData {
    if matches!(ty, ValueType::V128) { MemFlagsData::new().with_notrap() } else { MemFlagsData::trusted() }
}

/// A list of handlers with those of an inner block before it.
fn prepend(own: &[Handler], outer: &[Handler]) -> Handlers {
    let mut all: Vec<Handler> = Vec::with_capacity(own.len() + outer.len());
    for &handler in own.iter().chain(outer) {
        if all.iter().all(|before| before.tag.is_some() && before.tag != handler.tag) {
            all.push(handler);
        }
    }
    all.into()
}

pub(super) fn try_table(fx: &mut FunctionState<'_, '_>, table: &TryTable) {
    if !fx.reachable {
        return fx.open_dead();
    }
    let mut own = Vec::with_capacity(table.catches.len());
    let mut clauses = Vec::with_capacity(table.catches.len());
    for &clause in &table.catches {
        let tag = match clause {
            Catch::One { tag, .. } | Catch::OneRef { tag, .. } => Some(fx.tag(tag)),
            Catch::All { .. } | Catch::AllRef { .. } => None,
        };
        let landing = fx.add_landing();
        own.push(Handler { tag, landing });
        clauses.push((landing, clause));
    }
    let inside = prepend(&own, &fx.exceptions.handlers);
    fx.open_block(table.ty, FrameKind::Catching(Catching { inside, kind: CatchingKind::Table(clauses) }));
    fx.update_handlers();
}

/// Translates the handlers of a block that has just been closed.
pub(super) fn close(fx: &mut FunctionState<'_, '_>, catching: &Catching) {
    fx.update_handlers();
    let CatchingKind::Table(clauses) = &catching.kind else { return };
    for &(landing, clause) in clauses {
        if !fx.switch_to_landing(landing) {
            continue;
        }
        let (mut values, label) = match clause {
            Catch::One { tag, label } | Catch::OneRef { tag, label } => (fx.load_payload(fx.tag(tag)), label),
            Catch::All { label } | Catch::AllRef { label } => (Vec::new(), label),
        };
        if matches!(clause, Catch::OneRef { .. } | Catch::AllRef { .. }) {
            values.push(fx.call_helper(HelperShim::TakeReference, &[]));
        }
        fx.jump_with(label, &values);
    }
}

pub(super) fn throw(fx: &mut FunctionState<'_, '_>, index: u32) {
    let tag = fx.tag(index);
    let ty = &fx.plan.signatures[fx.plan.tags[tag].signature];
    let values = fx.stack.split_off(fx.stack.len() - ty.params.len());
    let (offsets, _) = payload_offsets(ty);
    let payload: Vec<_> = offsets
        .into_iter()
        .zip(&ty.params)
        .zip(values)
        .map(|((offset, &ty), value)| (offset, payload_flags(ty), value))
        .collect();
    let number = fx.builder.ins().iconst(types::I64, i64::from(tag.0));
    let no_reference = fx.builder.ins().iconst(types::I64, 0);
    fx.store_pending(number, no_reference, &payload);
    fx.throw_pending(Some(tag));
}

pub(super) fn throw_ref(fx: &mut FunctionState<'_, '_>) {
    let reference = fx.pop();
    fx.builder.ins().trapz(reference, clif_trap(TrapCode::NullReference));
    call_that_throws(fx, HelperShim::ThrowReference, &[reference]);
}

/// Calls a helper that ends with an exception, of which the tag is not known.
fn call_that_throws(fx: &mut FunctionState<'_, '_>, shim: HelperShim, args: &[Value]) {
    let convention = fx.plan.convention;
    let callee = fx.callee(Symbol::HelperShim(shim), || shim.signature(convention));
    fx.call_throwing(callee, args);
    fx.trap(clif_trap(TrapCode::Unreachable));
}
