//! Which folds pay: those after which the index is not needed any more where the accesses are.
//!
//! An index that something else in the block needs is in a register anyway, and folding would keep the value
//! that it is made of in another one. (Cranelift computes a sum with a constant again in each block that
//! needs it, so that other blocks make no difference.)

use std::collections::{BTreeSet, HashMap};

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, Function, Inst, Opcode, Value};

use super::{Access, Terms};

/// What is used how often.
pub(super) struct Worthwhile {
    /// Uses in the whole function, before anything was folded.
    uses: SecondaryMap<Value, u32>,
}

impl Worthwhile {
    /// Counts the uses of all values.
    pub(super) fn new(func: &Function) -> Self {
        let mut uses = SecondaryMap::new();
        for inst in func.layout.blocks().flat_map(|block| func.layout.block_insts(block)) {
            for value in func.dfg.inst_values(inst) {
                uses[value] += 1;
            }
        }
        Self { uses }
    }

    /// Keeps the folds of a block that pay. One that does not may be what keeps another index alive.
    pub(super) fn select(&self, func: &Function, block: Block, folds: &mut Vec<(Access, Terms)>) {
        let mut count = 0;
        while folds.len() != count {
            count = folds.len();
            let needed = self.needed(func, block, folds);
            folds.retain(|(access, _)| !needed.contains(&access.index));
        }
    }

    /// The values that instructions of the block use if these accesses are folded.
    fn needed(&self, func: &Function, block: Block, folds: &[(Access, Terms)]) -> BTreeSet<Value> {
        let folded: BTreeSet<Inst> = folds.iter().map(|(access, _)| access.inst).collect();
        let mut dropped: HashMap<Value, u32> = HashMap::new();
        let mut needed = BTreeSet::new();
        for inst in func.layout.block_insts(block).rev() {
            let is_sum =
                matches!(func.dfg.insts[inst].opcode(), Opcode::Iadd | Opcode::Isub | Opcode::Uextend);
            let is_dropped = is_sum && {
                let result = func.dfg.first_result(inst);
                dropped.get(&result).copied().unwrap_or_default() == self.uses[result]
            };
            let is_folded = folded.contains(&inst);
            for (position, value) in func.dfg.inst_values(inst).enumerate() {
                // A store's address is its second operand.
                let is_address = position + 1 == func.dfg.inst_args(inst).len();
                if is_dropped || is_folded && is_address {
                    *dropped.entry(value).or_default() += 1;
                } else {
                    needed.insert(value);
                }
            }
        }
        needed
    }
}
