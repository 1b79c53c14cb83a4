//! Which folds pay: those after which the index is not needed any more where the accesses are.
//!
//! An index that something else in the block needs is in a register anyway, and folding would keep the value
//! that it is made of in another one. (Cranelift computes a sum with a constant again in each block that
//! needs it, so that other blocks make no difference.)
//!
//! A fold that does not pay may be what another index is needed for, so that this one does not pay either, and so
//! on. It starts as if all were done, and takes back one after the other: each instruction of the block
//! is looked at once at the start, and once more if it turns out to be needed.

use std::collections::BTreeMap;

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, Function, Inst, Opcode, Value};

use super::{Access, Terms};
use crate::codegen::pass::values::each_use;

/// What is used how often.
pub(super) struct Worthwhile {
    /// Uses in the whole function, before anything was folded.
    uses: SecondaryMap<Value, u32>,
    /// What is known in the block that is being looked at.
    in_block: SecondaryMap<Value, InBlock>,
    /// How many blocks have been looked at.
    blocks: u32,
}

/// What is known of a value in one block, if all folds are done that have not been taken back.
#[derive(Clone, Copy, Default)]
struct InBlock {
    /// The number of the block that this is about.
    block: u32,
    /// How many uses go away.
    dropped: u32,
    is_needed: bool,
}

impl Worthwhile {
    /// Counts the uses of all values.
    pub(super) fn new(func: &Function) -> Self {
        let mut uses = SecondaryMap::new();
        uses.resize(func.dfg.num_values());
        each_use(func, |value| uses[value] += 1);
        Self { uses, in_block: SecondaryMap::new(), blocks: 0 }
    }

    /// Keeps the folds of a block that pay.
    pub(super) fn select(&mut self, func: &Function, block: Block, folds: &mut Vec<(Access, Terms)>) {
        if folds.is_empty() {
            return;
        }
        self.blocks += 1;
        let mut folded: BTreeMap<Inst, Value> =
            folds.iter().map(|(access, _)| (access.inst, access.index)).collect();
        let mut by_index: BTreeMap<Value, Vec<Inst>> = BTreeMap::new();
        for (&inst, &index) in &folded {
            by_index.entry(index).or_default().push(inst);
        }
        for inst in func.layout.block_insts(block).rev() {
            let is_folded = folded.contains_key(&inst);
            let is_dropped = self.is_dropped(func, inst);
            let operands = func.dfg.inst_args(inst).len();
            for (position, value) in func.dfg.inst_values(inst).enumerate() {
                // An access's address is its last operand.
                if is_dropped || is_folded && position + 1 == operands {
                    self.get(value).dropped += 1;
                } else {
                    self.get(value).is_needed = true;
                }
            }
        }
        let mut unpaid: Vec<Inst> = Vec::new();
        for (&index, accesses) in &by_index {
            if self.get(index).is_needed {
                unpaid.extend(accesses);
            }
        }
        while let Some(access) = unpaid.pop() {
            if folded.remove(&access).is_some() {
                let &address = func.dfg.inst_args(access).last().expect("accesses have an address");
                self.take_back(func, block, address, &by_index, &mut unpaid);
            }
        }
        folds.retain(|(access, _)| folded.contains_key(&access.inst));
    }

    /// Makes a use of a value one that stays, and with it those by instructions which it is made by.
    fn take_back(
        &mut self,
        func: &Function,
        block: Block,
        value: Value,
        by_index: &BTreeMap<Value, Vec<Inst>>,
        unpaid: &mut Vec<Inst>,
    ) {
        let mut used = vec![value];
        while let Some(value) = used.pop() {
            let maker = func.dfg.value_def(value).inst();
            let maker = maker.filter(|&inst| func.layout.inst_block(inst) == Some(block));
            if let Some(maker) = maker.filter(|&inst| self.is_dropped(func, inst)) {
                used.extend(func.dfg.inst_values(maker));
            }
            let known = self.get(value);
            known.dropped -= 1;
            if !std::mem::replace(&mut known.is_needed, true) {
                unpaid.extend(by_index.get(&value).into_iter().flatten());
            }
        }
    }

    /// Whether an instruction is a part of indices and addresses that nothing else uses.
    fn is_dropped(&mut self, func: &Function, inst: Inst) -> bool {
        matches!(func.dfg.insts[inst].opcode(), Opcode::Iadd | Opcode::Isub | Opcode::Uextend) && {
            let result = func.dfg.first_result(inst);
            self.get(result).dropped == self.uses[result]
        }
    }

    fn get(&mut self, value: Value) -> &mut InBlock {
        let known = &mut self.in_block[value];
        if known.block != self.blocks {
            *known = InBlock { block: self.blocks, ..InBlock::default() };
        }
        known
    }
}
