//! Counters from a negative number to zero become counters from zero.
//!
//! A loop over an array of `n` bytes at `c` is often compiled as one whose counter `x` goes from `−n` to 0,
//! which is the cheapest end to test for, with accesses at `x + (c + n)`. As indices have no sign, every one of
//! these sums wraps, and is an instruction of its own. With `y = x + n`, which goes from 0 to `n`, they are
//! `y + c`, and nothing wraps.
//!
//! **Why it is sound.** Modulo 2³², `y` is `x + n` in every round: it starts as 0 where `x` starts as
//! `−n`, and both grow by the same step. The loop ends when the next `x` is 0, which is when the next `y` is `n`.
//! In all other places `x` is replaced by `y − n`.

use std::collections::HashMap;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    BlockArg, Function, Inst, InstBuilder, InstructionData, SourceLoc, Value, types,
};

use super::ranges::{Counter, Ranges};
use super::{Access, FoldPlace, MODULUS, Rest, Terms};
use crate::codegen::pass::branches;

/// Rebases the counters for which that pays. What `ranges` knows of loops stays true.
pub(super) fn rebase(func: &mut Function, ranges: &Ranges, places: &[FoldPlace]) {
    let is_negative = |counter: &Counter| counter.first >= MODULUS / 2 && counter.end() == Some(MODULUS);
    let mut counters = ranges.counters(func);
    counters.retain(is_negative);
    if counters.is_empty() {
        return;
    }
    let gains = gains(func, &counters, places);
    for (counter, gain) in counters.iter().zip(gains) {
        // The comparison with `n`, and that with 0 was none.
        if gain > 1 {
            replace(func, counter);
        }
    }
}

/// How many sums become part of an access.
fn gains(func: &Function, counters: &[Counter], places: &[FoldPlace]) -> Vec<usize> {
    let params = counters.iter().map(|counter| func.dfg.block_params(counter.block)[counter.position]);
    let numbers: HashMap<Value, usize> = params.zip(0..).collect();
    let mut indices = vec![Vec::new(); counters.len()];
    for inst in func.layout.blocks().flat_map(|block| func.layout.block_insts(block)) {
        let Some(access) = Access::new(func, inst, places) else { continue };
        let Terms { rest: Rest::One(value), constant } = Terms::of(func, access.index) else { continue };
        let Some(&number) = numbers.get(&value) else { continue };
        if i64::from(constant) >= MODULUS - counters[number].first {
            indices[number].push(constant);
        }
    }
    // Several accesses at one index need its sum once.
    let distinct = |mut constants: Vec<i32>| {
        constants.sort_unstable();
        constants.dedup();
        constants.len()
    };
    indices.into_iter().map(distinct).collect()
}

fn replace(func: &mut Function, counter: &Counter) {
    let param = func.dfg.block_params(counter.block)[counter.position];
    let rebased = func.dfg.replace_block_param(param, types::I32);
    let mut cursor = FuncCursor::new(func).at_first_insertion_point(counter.block);
    cursor.set_srcloc(SourceLoc::default());
    let first = cursor.ins().iconst(types::I32, counter.first);
    cursor.ins().with_result(param).iadd(rebased, first);

    let mut cursor = cursor.at_inst(counter.from_outside);
    let zero = cursor.ins().iconst(types::I32, 0);
    let mut cursor = cursor.at_inst(counter.back);
    let step = cursor.ins().iconst(types::I32, counter.step);
    let next = cursor.ins().iadd(rebased, step);
    let end = cursor.ins().iconst(types::I32, MODULUS - counter.first);
    let goes_on = cursor.ins().icmp(IntCC::NotEqual, next, end);
    let is_over = cursor.ins().icmp(IntCC::Equal, next, end);
    pass(func, counter.from_outside, counter, zero);
    pass(func, counter.back, counter, next);
    let dfg = &mut func.dfg;
    let InstructionData::Brif { arg, blocks, .. } = &mut dfg.insts[counter.back] else {
        unreachable!("a loop with a condition is repeated by a branch with one");
    };
    let repeats_if_true = blocks[0].block(&dfg.value_lists) == counter.block;
    *arg = if repeats_if_true { goes_on } else { is_over };
}

/// Makes a branch pass `value` as the counter.
fn pass(func: &mut Function, branch: Inst, counter: &Counter, value: Value) {
    branches::change(func, branch, counter.block, |call, pool| {
        let mut position = 0;
        call.update_args(pool, |old| {
            position += 1;
            if position == counter.position + 1 { BlockArg::Value(value) } else { old }
        });
    });
}
