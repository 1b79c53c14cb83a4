//! The project's own optimizations on CLIF: one file for each.
//!
//! [`inline`] comes first: it is the only one that looks at other functions. [`Optimizer`] holds what the
//! other passes of all functions share. A function goes through
//! [`Optimizer::before_simplify`], then Cranelift's own optimizations, then
//! [`Optimizer::after_simplify`], and is lowered to machine code as it is then: Cranelift would
//! otherwise undo what the last group does.

pub(crate) mod inline;

use std::sync::Arc;

use cranelift_codegen::CodegenResult;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::isa::TargetIsa;

use crate::codegen::isa::{Simplify, target_isa};
use crate::options::Options;
use crate::passes::{Pass, PassSet};

/// What is shared by the optimization of all functions.
pub(crate) struct Optimizer {
    passes: PassSet,
    /// For Cranelift's own optimizations.
    simplifying: Arc<dyn TargetIsa>,
    /// For the rest: it lowers functions as they are.
    lowering: Arc<dyn TargetIsa>,
}

impl Optimizer {
    /// Makes what the options ask for.
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            passes: options.passes.clone(),
            simplifying: target_isa(options, Simplify::Yes),
            lowering: target_isa(options, Simplify::No),
        }
    }

    /// The code generator.
    pub(crate) fn isa(&self) -> &Arc<dyn TargetIsa> {
        &self.lowering
    }

    /// Applies all passes to the function in the context.
    ///
    /// # Errors
    /// If the function exceeds a limit of the code generator.
    pub(crate) fn optimize(&self, context: &mut Context) -> CodegenResult<()> {
        self.before_simplify(context);
        if self.passes.has(Pass::Simplify) {
            context.optimize(&*self.simplifying, &mut ControlPlane::default())?;
            self.after_simplify(context);
        }
        Ok(())
    }

    /// The passes whose results Cranelift's optimizations improve on.
    fn before_simplify(&self, _context: &mut Context) {}

    /// The passes that repair what Cranelift's optimizations did. They may rely on resolved aliases, and
    /// need not keep the context's control flow graph and dominator tree up to date.
    fn after_simplify(&self, _context: &mut Context) {}
}
