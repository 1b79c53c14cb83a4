//! Pass `bulk`: copies and fills of a few bytes, as many as the program says, become loads and stores.
//!
//! `memory.copy` and `memory.fill` are calls of the runtime's `memmove` and `memset`. Where the length is a
//! constant up to [`MOST_BYTES`], the call costs more than the copy.
//!
//! **Why it is sound.** The bounds of both ranges are checked before the call, by code that stays: what
//! is loaded and stored here is exactly these ranges, so nothing of it can trap. A copy loads everything
//! before it stores anything, so the ranges may overlap as they like. The pieces may overlap each
//! other: a byte in two of them is stored twice with the same value. A length of 0 does nothing, as the call.
//!
//! Time is linear in the function's size.

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    ConstantData, ExternalName, Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode, Type,
    Value, types,
};

use crate::codegen::pass::values;

/// The longest copy or fill that is not a call: eight vectors, which registers hold at once.
const MOST_BYTES: u64 = 128;

/// What is accessed was checked. Guest addresses are not aligned, and memory is little-endian.
const FLAGS: MemFlagsData =
    MemFlagsData::new().with_notrap().with_endianness(cranelift_codegen::ir::Endianness::Little);

/// The numbers of the functions that are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BulkFunctions {
    pub(crate) memmove: u32,
    pub(crate) memset: u32,
}

/// Replaces the calls of a function where that pays.
pub(crate) fn replace(func: &mut Function, functions: BulkFunctions) {
    let blocks: Vec<_> = func.layout.blocks().collect();
    for block in blocks {
        let mut next = func.layout.first_inst(block);
        while let Some(inst) = next {
            next = func.layout.next_inst(inst);
            if let Some(callee) = callee(func, inst) {
                let len = func.dfg.inst_args(inst).get(2).and_then(|&len| constant(func, len));
                let Some(len) = len.filter(|&len| len <= MOST_BYTES) else { continue };
                if callee == functions.memmove {
                    copy(func, inst, len);
                } else if callee == functions.memset {
                    fill(func, inst, len);
                }
            }
        }
    }
}

/// The number of the function that an instruction calls.
fn callee(func: &Function, inst: Inst) -> Option<u32> {
    let InstructionData::Call { opcode: Opcode::Call, func_ref, .. } = func.dfg.insts[inst] else {
        return None;
    };
    let ExternalName::User(name) = func.dfg.ext_funcs[func_ref].name else { return None };
    Some(func.params.user_named_funcs()[name].index)
}

/// The value of a constant, which may be extended from 32 bits.
fn constant(func: &Function, value: Value) -> Option<u64> {
    let value = match values::definition(func, value)? {
        InstructionData::Unary { opcode: Opcode::Uextend, arg } => arg,
        _ => value,
    };
    values::constant(func, value).map(i64::cast_unsigned)
}

/// The pieces that cover a length: all of one type, the last of which overlaps the one before it.
fn pieces(len: u64) -> (Type, Vec<i32>) {
    let ty = match len {
        16.. => types::I8X16,
        8.. => types::I64,
        4.. => types::I32,
        2.. => types::I16,
        _ => types::I8,
    };
    let bytes = u64::from(ty.bytes());
    let starts = (0..len.div_ceil(bytes)).map(|piece| (piece * bytes).min(len - bytes) as i32);
    (ty, starts.collect())
}

fn copy(func: &mut Function, call: Inst, len: u64) {
    let [to, from] = [func.dfg.inst_args(call)[0], func.dfg.inst_args(call)[1]];
    let (ty, starts) = pieces(len);
    let mut cursor = FuncCursor::new(func).at_inst(call);
    cursor.use_srcloc(call);
    let loaded: Vec<Value> = starts.iter().map(|&at| cursor.ins().load(ty, FLAGS, from, at)).collect();
    for (value, at) in loaded.into_iter().zip(starts) {
        cursor.ins().store(FLAGS, value, to, at);
    }
    cursor.remove_inst();
}

fn fill(func: &mut Function, call: Inst, len: u64) {
    let [to, byte] = [func.dfg.inst_args(call)[0], func.dfg.inst_args(call)[1]];
    let (ty, starts) = pieces(len);
    let known = constant(func, byte).map(|byte| byte as u8);
    let mut cursor = FuncCursor::new(func).at_inst(call);
    cursor.use_srcloc(call);
    if !starts.is_empty() {
        let value = match known {
            Some(byte) => repeat_known(&mut cursor, ty, byte),
            None => repeat(&mut cursor, ty, byte),
        };
        for at in starts {
            cursor.ins().store(FLAGS, value, to, at);
        }
    }
    cursor.remove_inst();
}

/// A constant of this byte.
fn repeat_known(cursor: &mut FuncCursor<'_>, ty: Type, byte: u8) -> Value {
    if ty.is_vector() {
        let bytes = cursor.func.dfg.constants.insert(ConstantData::from([byte; 16].as_slice()));
        return cursor.ins().vconst(ty, bytes);
    }
    let unused_bits = 64 - ty.bits();
    cursor.ins().iconst(ty, (u64::from_ne_bytes([byte; 8]) >> unused_bits).cast_signed())
}

/// The low byte of an `i32`, repeated.
fn repeat(cursor: &mut FuncCursor<'_>, ty: Type, byte: Value) -> Value {
    if ty.is_vector() {
        let byte = cursor.ins().ireduce(types::I8, byte);
        return cursor.ins().splat(ty, byte);
    }
    let byte = cursor.ins().uextend(types::I64, byte);
    let byte = cursor.ins().band_imm_u(byte, 0xff);
    let ones = cursor.ins().iconst(types::I64, 0x0101_0101_0101_0101);
    let all = cursor.ins().imul(byte, ones);
    if ty == types::I64 { all } else { cursor.ins().ireduce(ty, all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_exactly() {
        for len in 0..=MOST_BYTES {
            let (ty, starts) = pieces(len);
            let mut covered = vec![false; len as usize];
            for start in starts {
                covered[start as usize..][..ty.bytes() as usize].fill(true);
            }
            assert!(covered.iter().all(|&byte| byte), "{len}");
        }
    }
}
