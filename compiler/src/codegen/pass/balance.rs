//! Pass `balance`: in sums of several terms, what is there first is added first.
//!
//! A chain `((a + b) + c) + d` is as slow as three additions after `a` and `b`. If `a` is what the loop has
//! computed last, the others could have been added up before it was there: then it is as slow as one
//! addition. Hashes are such chains, from round to round. This pass takes chains of additions, and of the
//! other operations whose operands may be put together in any order, apart into their terms, and puts them
//! together again in the order in which the terms are ready.
//!
//! When a term is ready is a guess, in steps of the processor since the block's parameters were there. What does
//! not hang on parameters that a loop changes (constants, loads from where a counter points to, and what is made of
//! these) was ready long ago: a processor is ahead with it by many rounds.
//!
//! **Why it is sound.** Additions, products, and bitwise operations of integers may be put together in any order,
//! modulo 2ⁿ as well. A chain is taken apart only at results that nothing else uses, and is put
//! together in front of its last operation, where all terms are there. None of these operations can trap or
//! has an effect.
//!
//! Chains with a constant in them are left alone: it can be part of an address or of another instruction where
//! it is. It comes after Cranelift's optimizations, which find equal parts of different sums. Takes time linear in
//! the function's size, as each chain has at most [`MOST_TERMS`] terms.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::{EntitySet, SecondaryMap};
use cranelift_codegen::ir::{
    Block, Function, Inst, InstBuilder, InstructionData, Opcode, Type, Value, ValueDef, types,
};

use crate::codegen::pass::branches::ways;
use crate::codegen::pass::values::{constant, definition};

/// Terms of a chain; a longer one is several.
const MOST_TERMS: usize = 12;

/// When something is ready that was so long ago.
const LONG_AGO: i32 = -1_000_000;

/// Puts the chains of a function in order. Aliases have to be resolved. `uses` says how often each value is used, up to
/// twice, and does so afterwards.
pub(crate) fn balance(func: &mut Function, uses: &mut SecondaryMap<Value, u8>) {
    let chains = chains(func, uses);
    if chains.is_empty() {
        return;
    }
    let mut ready = Ready::of(func);
    let mut chains = chains.into_iter().rev().peekable();
    for block in func.layout.blocks().collect::<Vec<_>>() {
        let mut next = func.layout.first_inst(block);
        while let Some(inst) = next {
            next = func.layout.next_inst(inst);
            ready.note(func, block, inst);
            if let Some(chain) = chains.next_if(|chain| chain.inner.first() == Some(&inst)) {
                reorder(func, block, chain, &ready, uses);
                ready.note(func, block, inst);
            }
        }
    }
}

/// Operations of a kind whose results go into one another.
struct Chain {
    opcode: Opcode,
    ty: Type,
    /// The operations, the last one first.
    inner: Vec<Inst>,
    /// What they put together, constants aside, in their order.
    terms: Vec<Value>,
    constants: Vec<Value>,
}

/// The chains of a function of three terms and more, the last one first.
fn chains(func: &Function, uses: &SecondaryMap<Value, u8>) -> Vec<Chain> {
    let mut seen: EntitySet<Inst> = EntitySet::new();
    let mut chains = Vec::new();
    let mut next_block = func.layout.last_block();
    while let Some(block) = next_block {
        next_block = func.layout.prev_block(block);
        let mut next_inst = func.layout.last_inst(block);
        while let Some(inst) = next_inst {
            next_inst = func.layout.prev_inst(inst);
            if seen.contains(inst) {
                continue;
            }
            let Some(chain) = chain(func, block, inst, uses) else { continue };
            for &inner in &chain.inner {
                seen.insert(inner);
            }
            if chain.terms.len() > 2 {
                chains.push(chain);
            }
        }
    }
    chains
}

/// The chain that ends with an operation.
fn chain(func: &Function, block: Block, last: Inst, uses: &SecondaryMap<Value, u8>) -> Option<Chain> {
    let InstructionData::Binary { opcode, args } = func.dfg.insts[last] else { return None };
    let ty = func.dfg.value_type(func.dfg.first_result(last));
    let is_free = matches!(opcode, Opcode::Iadd | Opcode::Imul | Opcode::Band | Opcode::Bor | Opcode::Bxor);
    if !is_free || !matches!(ty, types::I32 | types::I64) {
        return None;
    }
    // The operation that a value is the result of, if it can be a link of the chain, and its operands.
    let link = |value| match func.dfg.value_def(value) {
        ValueDef::Result(inst, _) if uses[value] == 1 => match func.dfg.insts[inst] {
            InstructionData::Binary { opcode: inner, args } if inner == opcode => {
                (func.layout.inst_block(inst) == Some(block)).then_some((inst, args))
            }
            _ => None,
        },
        _ => None,
    };
    if args.iter().all(|&arg| link(arg).is_none()) {
        return None; // Most have two terms, and nothing is allocated for them.
    }
    let mut chain = Chain { opcode, ty, inner: vec![last], terms: Vec::new(), constants: Vec::new() };
    let mut open = vec![args[1], args[0]];
    while let Some(value) = open.pop() {
        if chain.terms.len() + open.len() < MOST_TERMS
            && let Some((inst, args)) = link(value)
        {
            chain.inner.push(inst);
            open.extend([args[1], args[0]]);
            continue;
        }
        if constant(func, value).is_some() {
            chain.constants.push(value);
        } else {
            chain.terms.push(value);
        }
    }
    // Addresses are of 64 bits, and have their constant last.
    (chain.constants.is_empty() || ty == types::I32).then_some(chain)
}

/// Puts the terms together in the order in which they are ready, if the result is ready earlier then.
fn reorder(
    func: &mut Function,
    block: Block,
    mut chain: Chain,
    ready: &Ready,
    uses: &mut SecondaryMap<Value, u8>,
) {
    let last = chain.inner[0];
    let before = ready.in_block(func, block, func.dfg.first_result(last));
    chain.terms.sort_by_key(|&term| ready.in_block(func, block, term));
    let step = latency(chain.opcode);
    let first = ready.in_block(func, block, chain.terms[0]);
    let after = chain.terms.iter().skip(1).fold(first + step * chain.constants.len() as i32, |sum, &term| {
        sum.max(ready.in_block(func, block, term)) + step
    });
    if before < 0 || after >= before {
        return;
    }
    let mut cursor = FuncCursor::new(func).at_inst(last);
    let mut terms = chain.terms.into_iter();
    let mut put_together = terms.next().into_iter().chain(chain.constants).chain(terms);
    let Some(mut sum) = put_together.next() else { return };
    let mut rest = put_together.peekable();
    while let Some(term) = rest.next() {
        if rest.peek().is_none() {
            cursor.func.dfg.inst_args_mut(last).copy_from_slice(&[sum, term]);
        } else {
            let (inst, dfg) = cursor.ins().Binary(chain.opcode, chain.ty, sum, term);
            sum = dfg.first_result(inst);
            uses[sum] = 1;
        }
    }
    for inner in chain.inner.into_iter().skip(1) {
        func.layout.remove_inst(inner);
    }
}

/// When values are ready, in steps since the parameters of their block were there.
struct Ready(SecondaryMap<Value, i32>);

impl Ready {
    /// What is known of parameters.
    fn of(func: &Function) -> Self {
        let mut ready = SecondaryMap::with_capacity(func.dfg.num_values());
        if let Some(entry) = func.layout.entry_block() {
            for &param in func.dfg.block_params(entry) {
                ready[param] = LONG_AGO;
            }
        }
        for block in func.layout.blocks() {
            let Some(branch) = func.layout.last_inst(block) else { continue };
            let dfg = &func.dfg;
            for call in ways(func, branch) {
                let params = dfg.block_params(call.block(&dfg.value_lists));
                for (&param, arg) in params.iter().zip(call.args(&dfg.value_lists)) {
                    if arg.as_value().is_some_and(|arg| counts(func, param, arg)) {
                        ready[param] = LONG_AGO;
                    }
                }
            }
        }
        Self(ready)
    }

    /// When a value is ready for an operation in a block.
    fn in_block(&self, func: &Function, block: Block, value: Value) -> i32 {
        let is_here = match func.dfg.value_def(value) {
            ValueDef::Result(inst, _) => func.layout.inst_block(inst) == Some(block),
            ValueDef::Param(of, _) => of == block,
            ValueDef::Union(..) => false,
        };
        if is_here { self.0[value] } else { self.0[value].min(0) }
    }

    /// Notes when an instruction's results are ready.
    fn note(&mut self, func: &Function, block: Block, inst: Inst) {
        let opcode = func.dfg.insts[inst].opcode();
        let operands = func.dfg.inst_args(inst).iter().map(|&arg| self.in_block(func, block, arg));
        let start = operands.max().unwrap_or(LONG_AGO);
        let start = if opcode.is_call() { start.max(0) } else { start };
        for &result in func.dfg.inst_results(inst) {
            self.0[result] = start + latency(opcode);
        }
    }
}

/// Whether a branch passes a parameter on with a constant added.
fn counts(func: &Function, param: Value, passed: Value) -> bool {
    match definition(func, passed) {
        Some(InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] }) => {
            left == param && constant(func, right).is_some()
        }
        _ => false,
    }
}

/// About how many steps an operation takes.
fn latency(opcode: Opcode) -> i32 {
    match opcode {
        Opcode::Iconst | Opcode::Uextend | Opcode::Ireduce => 0,
        Opcode::Imul => 3,
        opcode if opcode.is_call() => 30,
        opcode if opcode.can_load() => 4,
        _ => 1,
    }
}
