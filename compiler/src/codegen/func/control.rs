//! Control: blocks, loops, branches, and the end of a function.
//!
//! A wasm label is a CLIF block whose parameters are the label's operands. An operator that cannot be
//! reached is skipped, but blocks are still counted, so that each `end` finds its frame.

use std::collections::BTreeMap;

use cranelift_codegen::ir::{Block, BlockArg, BlockCall, InstBuilder, JumpTableData, Value};
use wasmparser::{BlockType, BrTable};

use crate::codegen::func::exception::{self, Catching};
use crate::codegen::func::{FunctionState, value_type};
use crate::codegen::isa::clif_type;
use crate::parse::ValueType;

/// An open block.
#[derive(Debug)]
pub(crate) struct Frame {
    kind: FrameKind,
    /// Where code goes on after the block; its parameters are the results.
    next: Block,
    /// Number of operands that the block takes.
    params: usize,
    /// Number of results.
    results: usize,
    /// Height of the operand stack below the block's parameters.
    height: usize,
    /// Whether anything jumps to `next`.
    next_is_reached: bool,
}

/// What kind of block a [`Frame`] is.
#[derive(Debug)]
pub(super) enum FrameKind {
    /// A block, or the function's body.
    Block,
    /// A loop: branches go to its head, whose parameters are the block's.
    Loop { head: Block },
    /// An `if` whose `else` has not been seen. The parameters are kept for it.
    If { otherwise: Block, params: Vec<Value> },
    /// An `else`.
    Else,
    /// A block that catches exceptions.
    Catching(Catching),
    /// A block that cannot be reached at all: nothing is translated up to its end.
    Dead,
}

impl Frame {
    /// What it catches, if it does.
    pub(super) fn catching(&self) -> Option<&Catching> {
        if let FrameKind::Catching(catching) = &self.kind { Some(catching) } else { None }
    }

    /// As [`Self::catching`], to be changed.
    pub(super) fn catching_mut(&mut self) -> Option<&mut Catching> {
        if let FrameKind::Catching(catching) = &mut self.kind { Some(catching) } else { None }
    }
}

impl FunctionState<'_, '_> {
    /// Opens the function: the entry block, and the frame that `return` leaves.
    pub(crate) fn open_function(&mut self, results: &[ValueType]) {
        let entry = self.builder.create_block();
        self.builder.append_block_params_for_function_params(entry);
        self.builder.switch_to_block(entry);
        let next = self.block_with_params(results);
        self.control.push(Frame {
            kind: FrameKind::Block,
            next,
            params: 0,
            results: results.len(),
            height: 0,
            next_is_reached: false,
        });
    }

    fn block_with_params(&mut self, types: &[ValueType]) -> Block {
        let block = self.builder.create_block();
        for &ty in types {
            self.builder.append_block_param(block, clif_type(ty));
        }
        block
    }

    /// Parameter and result types of a block.
    fn block_types(&self, ty: BlockType) -> (Vec<ValueType>, Vec<ValueType>) {
        match ty {
            BlockType::Empty => (Vec::new(), Vec::new()),
            BlockType::Type(ty) => (Vec::new(), vec![value_type(ty)]),
            BlockType::FuncType(index) => {
                let ty = &self.instance.program.types[crate::parse::TypeIndex(index)];
                (ty.params.clone(), ty.results.clone())
            }
        }
    }

    fn open(&mut self, kind: FrameKind, params: usize, results: &[ValueType]) {
        let next = self.block_with_params(results);
        let height = self.stack.len() - params;
        self.control.push(Frame {
            kind,
            next,
            params,
            results: results.len(),
            height,
            next_is_reached: false,
        });
    }

    /// Opens a block of this type whose parameters stay where they are.
    pub(super) fn open_block(&mut self, ty: BlockType, kind: FrameKind) {
        let (params, results) = self.block_types(ty);
        self.open(kind, params.len(), &results);
    }

    /// A block in code that cannot be reached.
    pub(super) fn open_dead(&mut self) {
        let next = self.control.last().expect("the function's frame is open").next;
        self.control.push(Frame {
            kind: FrameKind::Dead,
            next,
            params: 0,
            results: 0,
            height: self.stack.len(),
            next_is_reached: false,
        });
    }

    /// The frame that a branch of this depth leaves (or repeats).
    fn target(&mut self, depth: u32) -> &mut Frame {
        let position = self.control.len() - 1 - depth as usize;
        &mut self.control[position]
    }

    /// The destination of a branch, and how many operands it takes.
    fn branch_to(&mut self, depth: u32) -> (Block, usize) {
        let frame = self.target(depth);
        match frame.kind {
            FrameKind::Loop { head } => (head, frame.params),
            _ => {
                frame.next_is_reached = true;
                (frame.next, frame.results)
            }
        }
    }

    /// Jumps to a label with these operands.
    pub(super) fn jump_with(&mut self, depth: u32, operands: &[Value]) {
        let (to, _) = self.branch_to(depth);
        self.builder.ins().jump(to, &block_args(operands));
    }

    fn jump(&mut self, to: Block, operands: usize) {
        let args = block_args(self.top(operands));
        self.builder.ins().jump(to, &args);
    }
}

fn block_args(values: &[Value]) -> Vec<BlockArg> {
    values.iter().map(|&value| BlockArg::Value(value)).collect()
}

pub(super) fn block(fx: &mut FunctionState<'_, '_>, ty: BlockType) {
    if !fx.reachable {
        return fx.open_dead();
    }
    fx.open_block(ty, FrameKind::Block);
}

pub(super) fn loop_(fx: &mut FunctionState<'_, '_>, ty: BlockType) {
    if !fx.reachable {
        return fx.open_dead();
    }
    let (params, results) = fx.block_types(ty);
    let head = fx.block_with_params(&params);
    fx.jump(head, params.len());
    fx.open(FrameKind::Loop { head }, params.len(), &results);
    fx.builder.switch_to_block(head);
    let height = fx.stack.len() - params.len();
    fx.stack.truncate(height);
    fx.stack.extend_from_slice(fx.builder.block_params(head));
}

pub(super) fn if_(fx: &mut FunctionState<'_, '_>, ty: BlockType) {
    if !fx.reachable {
        return fx.open_dead();
    }
    let condition = fx.pop();
    let (params, results) = fx.block_types(ty);
    let then = fx.builder.create_block();
    let otherwise = fx.builder.create_block();
    fx.builder.ins().brif(condition, then, &[], otherwise, &[]);
    fx.builder.seal_block(then);
    fx.builder.seal_block(otherwise);
    let kept = fx.top(params.len()).to_vec();
    fx.open(FrameKind::If { otherwise, params: kept }, params.len(), &results);
    fx.builder.switch_to_block(then);
}

pub(super) fn else_(fx: &mut FunctionState<'_, '_>) {
    let frame = fx.control.last_mut().expect("the body was validated");
    let (otherwise, params) = match std::mem::replace(&mut frame.kind, FrameKind::Else) {
        FrameKind::If { otherwise, params } => (otherwise, params),
        dead => {
            frame.kind = dead;
            return;
        }
    };
    end_part(fx);
    fx.stack.extend(params);
    fx.builder.switch_to_block(otherwise);
    fx.reachable = true;
}

/// Ends a part of the innermost block that another part follows.
pub(super) fn end_part(fx: &mut FunctionState<'_, '_>) {
    let frame = fx.control.last().expect("the body was validated");
    let (next, results, height) = (frame.next, frame.results, frame.height);
    if fx.reachable {
        fx.jump(next, results);
        fx.target(0).next_is_reached = true;
    }
    fx.stack.truncate(height);
}

pub(super) fn end(fx: &mut FunctionState<'_, '_>) {
    let mut frame = fx.control.pop().expect("the body was validated");
    if matches!(frame.kind, FrameKind::Dead) {
        fx.stack.truncate(frame.height);
        return;
    }
    if fx.reachable {
        fx.jump(frame.next, frame.results);
        frame.next_is_reached = true;
    }
    match frame.kind {
        FrameKind::If { otherwise, params } => {
            // Without an `else`, the parameters are the results.
            fx.builder.switch_to_block(otherwise);
            fx.builder.ins().jump(frame.next, &block_args(&params));
            frame.next_is_reached = true;
        }
        FrameKind::Loop { head } => fx.builder.seal_block(head),
        FrameKind::Catching(catching) => exception::close(fx, &catching),
        FrameKind::Block | FrameKind::Else | FrameKind::Dead => {}
    }
    fx.stack.truncate(frame.height);
    fx.reachable = frame.next_is_reached;
    if fx.reachable {
        fx.builder.switch_to_block(frame.next);
        fx.builder.seal_block(frame.next);
        fx.stack.extend_from_slice(fx.builder.block_params(frame.next));
        if fx.control.is_empty() {
            let results = fx.stack.split_off(frame.height);
            fx.builder.ins().return_(&results);
        }
    }
}

pub(super) fn br(fx: &mut FunctionState<'_, '_>, depth: u32) {
    let (to, operands) = fx.branch_to(depth);
    fx.jump(to, operands);
    fx.reachable = false;
}

pub(super) fn br_if(fx: &mut FunctionState<'_, '_>, depth: u32) {
    let condition = fx.pop();
    let (to, operands) = fx.branch_to(depth);
    let args = block_args(fx.top(operands));
    let next = fx.builder.create_block();
    fx.builder.ins().brif(condition, to, &args, next, &[]);
    fx.builder.seal_block(next);
    fx.builder.switch_to_block(next);
}

/// Branches without the reference if it is null, and keeps it otherwise.
pub(super) fn br_on_null(fx: &mut FunctionState<'_, '_>, depth: u32) {
    let reference = fx.pop();
    let (to, operands) = fx.branch_to(depth);
    let args = block_args(fx.top(operands));
    let next = fx.builder.create_block();
    fx.builder.ins().brif(reference, next, &[], to, &args);
    fx.builder.seal_block(next);
    fx.builder.switch_to_block(next);
    fx.push(reference);
}

/// Branches with the reference, the label's last operand, unless it is null; drops it otherwise.
pub(super) fn br_on_non_null(fx: &mut FunctionState<'_, '_>, depth: u32) {
    let (to, operands) = fx.branch_to(depth);
    let args = block_args(fx.top(operands));
    let reference = fx.pop();
    let next = fx.builder.create_block();
    fx.builder.ins().brif(reference, to, &args, next, &[]);
    fx.builder.seal_block(next);
    fx.builder.switch_to_block(next);
}

pub(super) fn br_table(fx: &mut FunctionState<'_, '_>, table: &BrTable<'_>) {
    let index = fx.pop();
    // A jump table's entries take no operands: each label with operands gets one block that passes
    // them on, however many entries lead to it.
    let mut blocks: BTreeMap<u32, (Block, bool)> = BTreeMap::new();
    let mut entry = |fx: &mut FunctionState<'_, '_>, depth: u32| {
        let (block, _) = *blocks.entry(depth).or_insert_with(|| {
            let (to, operands) = fx.branch_to(depth);
            if operands == 0 { (to, false) } else { (fx.builder.create_block(), true) }
        });
        BlockCall::new(block, [], &mut fx.builder.func.dfg.value_lists)
    };
    let mut entries = Vec::with_capacity(table.len() as usize);
    for depth in table.targets() {
        let depth = depth.expect("the body was validated");
        entries.push(entry(fx, depth));
    }
    let default = entry(fx, table.default());
    let jump_table = fx.builder.create_jump_table(JumpTableData::new(default, &entries));
    fx.builder.ins().br_table(index, jump_table);
    for (depth, (block, passes_operands)) in blocks {
        if passes_operands {
            fx.builder.switch_to_block(block);
            fx.builder.seal_block(block);
            let (to, operands) = fx.branch_to(depth);
            fx.jump(to, operands);
        }
    }
    fx.reachable = false;
}

pub(super) fn return_(fx: &mut FunctionState<'_, '_>) {
    let results = fx.control[0].results;
    let values = fx.top(results).to_vec();
    fx.builder.ins().return_(&values);
    fx.reachable = false;
}
