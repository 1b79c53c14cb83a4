//! The project's own optimizations on CLIF: one file for each.
//!
//! [`inline`] comes first: it is the only one that looks at other functions. [`Optimizer`] holds what the
//! other passes of all functions share. A function goes through [`Optimizer::prepare`], then Cranelift's own
//! optimizations, then [`after_simplify`], and is lowered to machine code as it is then: Cranelift would
//! otherwise undo what the last group does.

pub(crate) mod inline;

mod balance;
mod bits;
mod branches;
mod bulk;
mod bytes;
mod compare_exchange;
mod constants;
mod counters;
mod early;
mod edges;
mod fold;
mod handlers;
mod merge;
mod products;
mod thread;
mod values;
mod vectorize;
mod widen;

use std::hash::{Hash, Hasher};
use std::mem::offset_of;
use std::sync::Arc;

use cranelift_codegen::CodegenResult;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::TargetIsa;
use wasiaot_abi::context::MemoryRecord;
use wasiaot_abi::exception::PendingException;
use wasiaot_abi::host;

use crate::codegen::isa::{self, Simplify, target_isa};
use crate::codegen::pass::bulk::BulkFunctions;
use crate::codegen::pass::fold::FoldPlace;
use crate::codegen::pass::handlers::Throws;
use crate::codegen::pass::vectorize::MemoryPlace;
use crate::codegen::symbols::{HelperShim, Symbol, Symbols};
use crate::options::Options;
use crate::parse::IndexType;
use crate::passes::{Pass, PassSet};
use crate::plan::{MemoryPlan, StaticPlan};

/// What is shared by the optimization of all functions.
pub(crate) struct Optimizer {
    passes: PassSet,
    /// For Cranelift's own optimizations.
    simplifying: Arc<dyn TargetIsa>,
    /// For the rest: it lowers functions as they are.
    lowering: Arc<dyn TargetIsa>,
    /// The memories that loops may be vectorized over: none where vectors are slow.
    memories: Vec<MemoryPlace>,
    /// The memories whose accesses are left to the hardware.
    unchecked: Vec<FoldPlace>,
    bulk: BulkFunctions,
    /// What there is to know where handlers are simplified.
    throws: Option<Throws>,
    extends_expected_values: bool,
}

impl Optimizer {
    /// Makes what the options ask for.
    pub(crate) fn new(plan: &StaticPlan<'_>, symbols: &Symbols, options: &Options) -> Self {
        let traits = isa::traits(options);
        Self {
            passes: options.passes.clone(),
            simplifying: target_isa(options, plan.convention, Simplify::Yes),
            lowering: target_isa(options, plan.convention, Simplify::No),
            memories: if traits.fast_vectors.is_in(options) { memory_places(plan) } else { Vec::new() },
            unchecked: unchecked_places(plan),
            bulk: BulkFunctions {
                memmove: symbols.number(Symbol::Runtime(host::MEMMOVE)),
                memset: symbols.number(Symbol::Runtime(host::MEMSET)),
            },
            throws: if options.passes.has(Pass::Inline) { throws(plan, symbols) } else { None },
            extends_expected_values: !traits.narrow_compare_exchange.is_in(options),
        }
    }

    /// The code generator.
    pub(crate) fn isa(&self) -> &Arc<dyn TargetIsa> {
        &self.lowering
    }

    /// Hashes all that [`Self::optimize`] and lowering depend on besides the function.
    pub(crate) fn hash_settings(&self, hasher: &mut impl Hasher) {
        let Self {
            passes,
            simplifying,
            lowering,
            extends_expected_values,
            // Of the program: only for `prepare`.
            memories: _,
            unchecked: _,
            bulk: _,
            throws: _,
        } = self;
        (passes, extends_expected_values).hash(hasher);
        for isa in [simplifying, lowering] {
            isa.name().hash(hasher);
            isa.triple().hash(hasher);
            isa.flags().hash(hasher);
            isa.isa_flags_hash_key().hash(hasher);
        }
    }

    /// Hashes what [`Self::prepare`] knows of the program, but for the plan's functions and their numbers.
    pub(crate) fn hash_knowledge(&self, hasher: &mut impl Hasher) {
        let Self {
            memories,
            unchecked,
            throws,
            // Only numbers: a function that is called is told by what it is.
            bulk: BulkFunctions { memmove: _, memset: _ },
            // In the settings.
            passes: _,
            simplifying: _,
            lowering: _,
            extends_expected_values: _,
        } = self;
        (memories, unchecked).hash(hasher);
        let tag_address = throws.as_ref().map(|throws| {
            // What may throw is known of functions by the plan, and of all others by what they are.
            let Throws { tag_address, throw: _, may_throw: _ } = throws;
            tag_address
        });
        tag_address.hash(hasher);
    }

    /// Applies the passes whose results Cranelift's optimizations improve on to the function in the context.
    /// What they know of the program is in the function afterwards.
    pub(crate) fn prepare(&self, context: &mut Context) {
        if let Some(throws) = &self.throws {
            handlers::simplify(&mut context.func, throws);
        }
        if self.passes.has(Pass::Merge) {
            merge::merge_blocks(&mut context.func);
        }
        if self.passes.has(Pass::Vectorize) || self.passes.has(Pass::Fold) {
            // They compare values.
            context.func.dfg.resolve_all_aliases();
        }
        if self.passes.has(Pass::Vectorize) {
            vectorize::vectorize(context, &self.memories);
        }
        if self.passes.has(Pass::Bulk) {
            bulk::replace(&mut context.func, self.bulk);
        }
        if self.passes.has(Pass::Fold) {
            fold::fold(context, &self.unchecked);
        }
    }

    /// Applies Cranelift's optimizations and the passes after them to a function that is prepared. Then it is
    /// ready to be lowered: its dominator tree is up to date, nothing uses an alias, and all can be reached.
    ///
    /// # Errors
    /// If the function exceeds a limit of the code generator.
    pub(crate) fn optimize(&self, context: &mut Context) -> CodegenResult<()> {
        if self.passes.has(Pass::Simplify) {
            if self.passes.has(Pass::Products) {
                products::find(&mut context.func);
            }
            if self.passes.has(Pass::Bytes) {
                bytes::join(&mut context.func);
            }
            if self.passes.has(Pass::Bits) {
                bits::clear(&mut context.func);
            }
            constants::gather(&mut context.func);
            if self.passes.has(Pass::Edges) {
                edges::split(context);
            }
            context.optimize(&*self.simplifying, &mut ControlPlane::default())?;
            after_simplify(&self.passes, context);
        } else {
            context.optimize(&*self.lowering, &mut ControlPlane::default())?;
        }
        if self.extends_expected_values {
            compare_exchange::extend_expected_values(&mut context.func);
        }
        Ok(())
    }
}

/// The passes that repair what Cranelift's optimizations did. They find aliases resolved and leave them so, and
/// change nothing about blocks and branches but what is passed, but for the last one. They see the function and nothing
/// else of the program: a cache finds what they made by the function before them.
fn after_simplify(passes: &PassSet, context: &mut Context) {
    if passes.has(Pass::Balance) || passes.has(Pass::Early) {
        let mut uses = values::uses(&context.func);
        if passes.has(Pass::Balance) {
            balance::balance(&mut context.func, &mut uses);
        }
        if passes.has(Pass::Early) {
            early::move_up(&mut context.func, &uses);
        }
    }
    if passes.has(Pass::Counters) {
        counters::repair(&mut context.func);
    }
    if passes.has(Pass::Widen) {
        widen::widen(&mut context.func);
    }
    if passes.has(Pass::Thread) {
        thread::thread(context);
    }
}

/// What may throw, in a program that throws new exceptions.
fn throws(plan: &StaticPlan<'_>, symbols: &Symbols) -> Option<Throws> {
    let throw = symbols.find(Symbol::HelperShim(HelperShim::Throw))?;
    let tag_address = plan.context.pending_exception? + offset_of!(PendingException, tag) as u64;
    let may_throw = |symbol: Symbol| match symbol {
        Symbol::Function(id) => plan.functions[id].may_throw,
        Symbol::HelperShim(helper) => matches!(helper, HelperShim::Throw | HelperShim::ThrowReference),
        // Instantiation calls start functions, which may throw.
        Symbol::Main | Symbol::Init(_) | Symbol::ScriptStep(_) => true,
        Symbol::Runtime(_) => false,
    };
    Some(Throws {
        throw,
        tag_address,
        may_throw: symbols.by_number().iter().copied().map(may_throw).collect(),
    })
}

/// The memories whose addresses are 32-bit numbers.
fn memory_places(plan: &StaticPlan<'_>) -> Vec<MemoryPlace> {
    let is_small = |memory: &MemoryPlan| memory.ty.index == IndexType::I32 && memory.max_bytes <= 1 << 32;
    let small = plan.memories.iter().filter(|(_, memory)| is_small(memory));
    let place = |memory: &MemoryPlan| MemoryPlace {
        base: memory.base,
        len_at: memory.record + offset_of!(MemoryRecord, len_bytes) as u64,
        unchecked_bytes: memory.unchecked_bytes,
    };
    small.map(|(_, memory)| place(memory)).collect()
}

/// The memories whose accesses have no checks, and whose base the instruction holds.
fn unchecked_places(plan: &StaticPlan<'_>) -> Vec<FoldPlace> {
    let place = |memory: &MemoryPlan| {
        let unchecked_bytes = memory.unchecked_bytes.filter(|_| i32::try_from(memory.base).is_ok());
        unchecked_bytes.map(|unchecked_bytes| FoldPlace {
            base: memory.base,
            max_bytes: memory.max_bytes,
            unchecked_bytes,
            guard_below_bytes: memory.guard_below_bytes,
        })
    };
    plan.memories.values().filter_map(place).collect()
}
