//! Pass `widen`: numbers of 32 bits that are used as addresses live in 64 bits.
//!
//! An address is made of a zero-extended index. The extension costs nothing where the index is the result of an
//! addition or the like, which the code generator knows to clear the upper half of its register. Where it
//! comes out of memory or from another block, the extension is an instruction: in a chain of pointers, one
//! for each step. This pass moves the extension to where it costs nothing:
//!
//! - a load of 32 bits whose result is extended becomes an extending load;
//! - a block's parameter that is extended becomes a parameter of 64 bits, and the branches to the block pass
//!   extended numbers, if extending them costs nothing at least as often as not. That includes
//!   parameters of other blocks, which are looked at together.
//!
//! **Why it is sound.** Every changed value `v` becomes `wide = zext(v)`: what a load reads and what branches
//! pass is extended by an instruction, and nothing is assumed about it. `zext(v)` is replaced by `wide`, and
//! all other uses of `v` by `wide`'s low half, which is `v`. No access changes its address, width or order,
//! and the sandbox does not rest on this: an address is still made of an extension, which is the extending
//! load, or the parameter. That a parameter has a cleared upper half is so because all branches pass extended
//! numbers; an entry block, whose arguments come from callers, is left alone.
//!
//! It comes after the passes that look for loop counters, which are as they were then. Time is that of sorting what the
//! function's instructions and branches refer to.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::entity::EntitySet;
use cranelift_codegen::ir::{
    Block, BlockArg, Function, Inst, InstBuilder, InstructionData, Opcode, Value, ValueDef, types,
};

use crate::codegen::pass::branches::{self, Incoming};
use crate::codegen::pass::values::{become_value, constant};

/// Widens what is extended in a function.
pub(crate) fn widen(func: &mut Function) {
    let extensions = extensions(func);
    let mut extended: Vec<Value> = extensions.iter().map(|&(value, _)| value).collect();
    extended.dedup();
    let params = params_to_widen(func, &extended);
    let mut widening = Widening { func, wide: BTreeMap::new() };
    for &value in &extended {
        widening.load(value);
    }
    widening.params(&params);
    let wide = widening.wide;
    if wide.is_empty() {
        return;
    }
    for (value, inst) in extensions {
        let Some(&wide) = wide.get(&value) else { continue };
        become_value(func, inst, wide);
    }
    func.dfg.resolve_all_aliases();
}

/// The values of 32 bits that are zero-extended to 64, in their order, and where.
fn extensions(func: &Function) -> Vec<(Value, Inst)> {
    let mut found = Vec::new();
    for inst in func.layout.blocks().flat_map(|block| func.layout.block_insts(block)) {
        if let InstructionData::Unary { opcode: Opcode::Uextend, arg } = func.dfg.insts[inst]
            && func.dfg.value_type(arg) == types::I32
            && func.dfg.value_type(func.dfg.first_result(inst)) == types::I64
        {
            found.push((arg, inst));
        }
    }
    found.sort_by_key(|&(value, _)| value);
    found
}

/// The parameters that become wide: of these values, and of those that branches pass to them.
fn params_to_widen(func: &Function, extended: &[Value]) -> BTreeSet<Value> {
    let entry = func.layout.entry_block();
    let is_param = |value: Value| match func.dfg.value_def(value) {
        ValueDef::Param(block, _) => Some(block) != entry && func.dfg.value_type(value) == types::I32,
        _ => false,
    };
    let mut open: Vec<Value> = extended.iter().copied().filter(|&value| is_param(value)).collect();
    if open.is_empty() {
        return BTreeSet::new();
    }
    let incoming = Incoming::new(func);
    let mut params: BTreeMap<Value, Vec<Value>> = BTreeMap::new();
    let mut seen: EntitySet<Value> = EntitySet::new();
    while let Some(param) = open.pop() {
        // Not one that is passed something that is there only after the branch.
        if seen.insert(param)
            && let Some(values) = incoming.of(func, param).into_iter().collect::<Option<Vec<Value>>>()
        {
            open.extend(values.iter().copied().filter(|&value| is_param(value)));
            params.insert(param, values);
        }
    }
    // A parameter stays only as long as it is worth it; that one goes may make another one go.
    let mut gains: BTreeMap<Value, i32> = BTreeMap::new();
    let mut passed_on: Vec<(Value, Value)> = Vec::new();
    for (&param, values) in &params {
        let gain = gains.entry(param).or_default();
        for &value in values.iter().filter(|&&value| value != param) {
            if params.contains_key(&value) {
                passed_on.push((value, param));
            }
            *gain += if params.contains_key(&value) || extends_freely(func, value) { 1 } else { -1 };
        }
    }
    passed_on.sort_unstable();
    let mut going: Vec<Value> =
        gains.iter().filter(|(_, gain)| **gain < 0).map(|(&param, _)| param).collect();
    while let Some(param) = going.pop() {
        params.remove(&param);
        for &(_, to) in with_key(&passed_on, param) {
            let gain = gains.get_mut(&to).expect("all parameters have one");
            if *gain >= 0 && *gain < 2 {
                going.push(to);
            }
            *gain -= 2;
        }
    }
    params.into_keys().collect()
}

/// The pairs that begin with this, of those that are sorted.
fn with_key(pairs: &[(Value, Value)], key: Value) -> &[(Value, Value)] {
    let start = pairs.partition_point(|&(value, _)| value < key);
    let len = pairs[start..].partition_point(|&(value, _)| value == key);
    &pairs[start..start + len]
}

/// Whether the code generator extends a value without an instruction, as it is or after [`Widening::load`].
fn extends_freely(func: &Function, value: Value) -> bool {
    let ValueDef::Result(inst, _) = func.dfg.value_def(value) else { return false };
    match func.dfg.insts[inst] {
        InstructionData::Load { opcode, .. } => wide_load(opcode).is_some(),
        InstructionData::UnaryImm { opcode, .. } => opcode == Opcode::Iconst,
        InstructionData::Binary { opcode, .. } => matches!(
            opcode,
            Opcode::Iadd
                | Opcode::Isub
                | Opcode::Imul
                | Opcode::Band
                | Opcode::Bor
                | Opcode::Bxor
                | Opcode::Ishl
                | Opcode::Ushr
        ),
        _ => false,
    }
}

/// The load with a result of 64 bits whose low half is that of this one, and whose high half is zero.
fn wide_load(opcode: Opcode) -> Option<Opcode> {
    match opcode {
        Opcode::Load => Some(Opcode::Uload32),
        Opcode::Uload8 | Opcode::Uload16 => Some(opcode),
        _ => None,
    }
}

/// The change of a function.
struct Widening<'f> {
    func: &'f mut Function,
    /// Values, and what has become of their extensions.
    wide: BTreeMap<Value, Value>,
}

impl Widening<'_> {
    /// Makes an extending load of a load of 32 bits; the value is the low half of its result.
    fn load(&mut self, value: Value) -> Option<Value> {
        let ValueDef::Result(inst, _) = self.func.dfg.value_def(value) else { return None };
        let InstructionData::Load { opcode, arg, flags, offset } = self.func.dfg.insts[inst] else {
            return None;
        };
        let opcode = wide_load(opcode)?;
        let flags = self.func.dfg.mem_flags[flags];
        let mut cursor = FuncCursor::new(self.func).at_inst(inst);
        cursor.use_srcloc(inst);
        let wide = match opcode {
            Opcode::Uload32 => cursor.ins().uload32(flags, arg, offset),
            Opcode::Uload16 => cursor.ins().uload16(types::I64, flags, arg, offset),
            _ => cursor.ins().uload8(types::I64, flags, arg, offset),
        };
        self.func.replace(inst).ireduce(types::I32, wide);
        self.wide.insert(value, wide);
        Some(wide)
    }

    /// Makes parameters wide, and all branches pass wide numbers to them.
    fn params(&mut self, params: &BTreeSet<Value>) {
        if params.is_empty() {
            return;
        }
        let mut blocks: BTreeMap<Block, Vec<usize>> = BTreeMap::new();
        for &param in params {
            let ValueDef::Param(block, position) = self.func.dfg.value_def(param) else { continue };
            let wide = self.func.dfg.replace_block_param(param, types::I64);
            let mut cursor = FuncCursor::new(self.func).at_first_insertion_point(block);
            cursor.ins().with_result(param).ireduce(types::I32, wide);
            self.wide.insert(param, wide);
            blocks.entry(block).or_default().push(position);
        }
        let all: Vec<Block> = self.func.layout.blocks().collect();
        for block in all {
            if let Some(branch) = self.func.layout.last_inst(block) {
                self.pass_wide(branch, &blocks);
            }
        }
    }

    /// Extends what a branch passes to parameters at these positions.
    fn pass_wide(&mut self, branch: Inst, blocks: &BTreeMap<Block, Vec<usize>>) {
        let mut extended: BTreeMap<Value, Value> = BTreeMap::new();
        for number in 0..branches::ways(self.func, branch).len() {
            let call = branches::ways(self.func, branch)[number];
            let Some(positions) = blocks.get(&call.block(&self.func.dfg.value_lists)) else { continue };
            let mut args: Vec<BlockArg> = call.args(&self.func.dfg.value_lists).collect();
            for &position in positions {
                let narrow = args[position].as_value().expect("other parameters stay as they are");
                let wide = *extended.entry(narrow).or_insert_with(|| self.extend(narrow, branch));
                args[position] = BlockArg::Value(wide);
            }
            let mut args = args.into_iter();
            let (call, pool) = branches::way_mut(self.func, branch, number);
            call.update_args(pool, |old| args.next().unwrap_or(old));
        }
    }

    /// The extension of a value, before a branch.
    fn extend(&mut self, narrow: Value, branch: Inst) -> Value {
        if let Some(&wide) = self.wide.get(&narrow) {
            return wide;
        }
        if let Some(wide) = self.load(narrow) {
            return wide;
        }
        let constant = constant(self.func, narrow);
        let mut cursor = FuncCursor::new(self.func).at_inst(branch);
        match constant {
            // The bits above 32 are of no meaning in the narrow one.
            Some(bits) => cursor.ins().iconst(types::I64, bits & 0xffff_ffff),
            None => cursor.ins().uextend(types::I64, narrow),
        }
    }
}
