//! The legacy instructions: `try`, `catch`, `catch_all`, `delegate` and `rethrow`.
//!
//! Compilers wrote these for years before the proposal became what it is, and engines still accept them.
//! What a block catches stands behind the code that it guards, so that a first pass over the function
//! collects it. An exception that is caught lives on in the clause until the clause ends: in values, which
//! `rethrow` makes the pending exception again.

use cranelift_codegen::ir::{MemFlagsData, Value, types};
use std::mem::offset_of;
use wasiaot_abi::exception::{PAYLOAD_WORD_BYTES, PendingException};
use wasmparser::{BlockType, FunctionBody, Operator};

use super::{Catching, CatchingKind, Handler, Handlers, LandingId, payload_flags, prepend};
use crate::codegen::addressing;
use crate::codegen::func::FunctionState;
use crate::codegen::func::control::{self, FrameKind};
use crate::plan::{TagId, payload_offsets};

/// What a `try` catches.
#[derive(Clone, Debug, Default)]
pub(in crate::codegen::func) struct Clauses {
    /// Tag indices of its `catch` clauses in order, then `None` if it has a `catch_all`.
    tags: Vec<Option<u32>>,
    /// The label of its `delegate`.
    delegate: Option<u32>,
}

/// An open `try`.
#[derive(Debug)]
pub(super) struct Legacy {
    /// Landings of the clauses that have not begun.
    landings: std::vec::IntoIter<LandingId>,
    /// The handlers in force around it, and in its clauses.
    outside: Handlers,
    /// What the current clause has caught.
    caught: Option<Caught>,
}

/// An exception that was caught.
#[derive(Clone, Debug)]
struct Caught {
    /// Its tag where it is known.
    tag: Option<TagId>,
    /// The number of its tag.
    number: Value,
    /// The reference to it, or 0.
    reference: Value,
    /// What it carries: offsets, flags of the accesses, and values.
    payload: Vec<(u64, MemFlagsData, Value)>,
}

/// The clauses of every `try` of a function, in the order of the `try`s.
pub(in crate::codegen::func) fn find_clauses(body: &FunctionBody<'_>) -> Vec<Clauses> {
    let mut found: Vec<Clauses> = Vec::new();
    // The open blocks: which of `found` each is, if it is a `try`.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut operators = body.get_operators_reader().expect("the body was validated");
    while !operators.eof() {
        let op = operators.read().expect("the body was validated");
        let innermost = open.last().copied().flatten();
        match op {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. } => {
                open.push(None);
            }
            Operator::Try { .. } => {
                open.push(Some(found.len()));
                found.push(Clauses::default());
            }
            Operator::Catch { tag_index } => {
                found[innermost.expect("the body was validated")].tags.push(Some(tag_index));
            }
            Operator::CatchAll => found[innermost.expect("the body was validated")].tags.push(None),
            Operator::Delegate { relative_depth } => {
                found[innermost.expect("the body was validated")].delegate = Some(relative_depth);
                open.pop();
            }
            Operator::End => {
                open.pop();
            }
            _ => {}
        }
    }
    found
}

pub(in crate::codegen::func) fn try_(fx: &mut FunctionState<'_, '_>, ty: BlockType) {
    let clauses = fx.exceptions.legacy.next().expect("the clauses of every `try` were found");
    if !fx.reachable {
        return fx.open_dead();
    }
    let outside = fx.handlers_in(0);
    let mut own = Vec::with_capacity(clauses.tags.len());
    for tag in clauses.tags {
        let tag = tag.map(|index| fx.tag(index));
        own.push(Handler { tag, landing: fx.add_landing() });
    }
    let inside = match clauses.delegate {
        // The label counts from the outside.
        Some(depth) => fx.handlers_in(depth),
        None => prepend(&own, &outside),
    };
    let landings = own.iter().map(|handler| handler.landing).collect::<Vec<_>>().into_iter();
    let kind = CatchingKind::Legacy(Legacy { landings, outside, caught: None });
    fx.open_block(ty, FrameKind::Catching(Catching { inside, kind }));
    fx.update_handlers();
}

pub(in crate::codegen::func) fn catch(fx: &mut FunctionState<'_, '_>, index: u32) {
    if !begin_clause(fx) {
        return;
    }
    let tag = fx.tag(index);
    let ty = &fx.plan.signatures[fx.plan.tags[tag].signature];
    let values = fx.load_payload(tag);
    let (offsets, _) = payload_offsets(ty);
    let payload = offsets.into_iter().zip(&ty.params).zip(&values);
    let payload = payload.map(|((offset, &ty), &value)| (offset, payload_flags(ty), value)).collect();
    remember(fx, Some(tag), payload);
    fx.stack.extend(values);
}

pub(in crate::codegen::func) fn catch_all(fx: &mut FunctionState<'_, '_>) {
    if !begin_clause(fx) {
        return;
    }
    // The tag may be any, so all words are kept. Those that no `rethrow` needs are not even loaded.
    let first = fx.pending() + size_of::<PendingException>() as u64;
    let mut payload = Vec::new();
    for word in 0..fx.plan.payload_words() {
        let offset = word * PAYLOAD_WORD_BYTES;
        let value = addressing::load(&mut fx.builder, types::I64, first + offset);
        payload.push((offset, MemFlagsData::trusted(), value));
    }
    remember(fx, None, payload);
}

/// Ends what comes before a clause, and starts the clause. False if nothing leads there.
fn begin_clause(fx: &mut FunctionState<'_, '_>) -> bool {
    control::end_part(fx);
    let frame = fx.control.last_mut().expect("the body was validated");
    let Some(Catching { inside, kind: CatchingKind::Legacy(legacy) }) = frame.catching_mut() else {
        return false; // The `try` itself cannot be reached.
    };
    *inside = legacy.outside.clone();
    let landing = legacy.landings.next().expect("every clause has a landing");
    fx.update_handlers();
    fx.reachable = fx.switch_to_landing(landing);
    fx.reachable
}

/// Keeps what a clause has caught.
fn remember(fx: &mut FunctionState<'_, '_>, tag: Option<TagId>, payload: Vec<(u64, MemFlagsData, Value)>) {
    let record = fx.pending();
    let mut load = |offset: usize| addressing::load(&mut fx.builder, types::I64, record + offset as u64);
    let number = load(offset_of!(PendingException, tag));
    let reference = load(offset_of!(PendingException, reference));
    let frame = fx.control.last_mut().expect("the body was validated");
    if let Some(Catching { kind: CatchingKind::Legacy(legacy), .. }) = frame.catching_mut() {
        legacy.caught = Some(Caught { tag, number, reference, payload });
    }
}

/// The end of a block that leaves its exceptions to another.
pub(in crate::codegen::func) fn delegate(fx: &mut FunctionState<'_, '_>) {
    control::end(fx);
}

pub(in crate::codegen::func) fn rethrow(fx: &mut FunctionState<'_, '_>, depth: u32) {
    let position = fx.control.len() - 1 - depth as usize;
    let Some(Catching { kind: CatchingKind::Legacy(legacy), .. }) = fx.control[position].catching() else {
        unreachable!("the body was validated");
    };
    let Caught { tag, number, reference, payload } =
        legacy.caught.clone().expect("a clause that is reached has caught something");
    fx.store_pending(number, reference, &payload);
    fx.throw_pending(tag);
}
