//! Pass `unify`: functions with the same body become one.
//!
//! Templates and generics make them: an accessor for a thing of four bytes is the same for all such things. Each is
//! compiled once, called directly more often, and several entries of a table reach the same function.
//!
//! **Why it is sound.** Two bodies of one instance that have equal bytes, and equal types, name the same functions,
//! tables, memories, globals, tags and segments by the same numbers, and so do the same in every state. Which
//! of the two a reference means cannot be seen: WebAssembly does not compare references of functions. Only
//! backtraces tell: they name the first of such functions.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::options::Options;
use crate::parse::Program;
use crate::passes::Pass;
use crate::plan::{FunctionId, SignatureId};

/// The bodies of an instance so far.
pub(crate) struct Bodies<'a> {
    program: &'a Program<'a>,
    on: bool,
    functions: BTreeMap<(SignatureId, &'a [u8]), FunctionId>,
}

impl<'a> Bodies<'a> {
    /// None yet of an instance of this module.
    pub(crate) fn new(program: &'a Program<'a>, options: &Options) -> Self {
        Self { program, on: options.passes.has(Pass::Unify), functions: BTreeMap::new() }
    }

    /// The function that a body is, which is made by `add` if it is the first of its kind.
    pub(crate) fn function(
        &mut self,
        signature: SignatureId,
        body: Range<usize>,
        add: impl FnOnce() -> FunctionId,
    ) -> FunctionId {
        if !self.on {
            return add();
        }
        *self.functions.entry((signature, &self.program.wasm[body])).or_insert_with(add)
    }
}
