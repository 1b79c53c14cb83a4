//! Instructions on vectors, and the addresses that they use.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::{CondCode, FloatCC, IntCC};
use cranelift_codegen::ir::immediates::{Offset32, V128Imm};
use cranelift_codegen::ir::{
    Block, ConstantData, Endianness, Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode,
    TrapCode, Type, Value, types,
};

use super::MemoryPlace;
use super::access::{Access, Extension};
use super::halves::load_few;
use super::lanes::widening;
use super::scalar::Scalars;

/// Bitcasts that change the number of lanes have to say what the first one is.
const BITS: MemFlagsData = MemFlagsData::new().with_endianness(Endianness::Little);

/// An operation on one vector, in the type of its result, that several passes over loops take.
pub(super) fn unary(scalars: &mut Scalars<'_, '_>, opcode: Opcode, ty: Type, arg: Value) -> Value {
    let ins = scalars.cursor.ins();
    match opcode {
        Opcode::Bnot => ins.bnot(arg),
        Opcode::Iabs => ins.iabs(arg),
        Opcode::Ineg => ins.ineg(arg),
        Opcode::Fneg => ins.fneg(arg),
        Opcode::Fabs => ins.fabs(arg),
        Opcode::Sqrt => ins.sqrt(arg),
        Opcode::FcvtFromSint => ins.fcvt_from_sint(ty, arg),
        Opcode::FcvtFromUint => ins.fcvt_from_uint(ty, arg),
        Opcode::FcvtToSintSat => ins.fcvt_to_sint_sat(ty, arg),
        Opcode::FcvtToUintSat => ins.fcvt_to_uint_sat(ty, arg),
        other => unreachable!("{other} is not taken"),
    }
}

/// The address of `bytes` bytes at an index, an `i32`, and an offset.
///
/// It is made of a 32-bit index and a constant, as `bounds.rs` makes it for scalars, and checked by code
/// where that is: whatever is wrong in this pass, its accesses stay inside the memory's reservation.
pub(super) fn host_address(
    scalars: &mut Scalars<'_, '_>,
    place: &MemoryPlace,
    index: Value,
    offset: u64,
    bytes: u32,
) -> (Value, i32) {
    let index = scalars.cursor.ins().uextend(types::I64, index);
    let end = offset + u64::from(bytes);
    if place.unchecked_bytes.is_none_or(|unchecked| end > unchecked) {
        let end = scalars.cursor.ins().iadd_imm_s(index, end.cast_signed());
        let len = scalars.load_context(place.len_at);
        let len = scalars.value(len);
        let outside = scalars.cursor.ins().icmp(IntCC::UnsignedGreaterThan, end, len);
        scalars.cursor.ins().trapnz(outside, TrapCode::HEAP_OUT_OF_BOUNDS);
    }
    let near = i32::try_from(place.base + offset).is_ok();
    let (host, offset) = if near { (place.base, offset) } else { (place.base + offset, 0) };
    let host = scalars.cursor.ins().iconst(types::I64, host.cast_signed());
    let address = scalars.cursor.ins().iadd(index, host);
    (address, i32::try_from(offset).expect("smaller than base plus offset"))
}

/// Loads what a load of the loop does, from this address.
pub(super) fn load_scalar(
    scalars: &mut Scalars<'_, '_>,
    access: &Access,
    address: Value,
    offset: i32,
) -> Value {
    let dfg = &mut scalars.cursor.func.dfg;
    let copy = dfg.clone_inst(access.inst);
    dfg.inst_args_mut(copy)[0] = address;
    if let InstructionData::Load { offset: old, .. } = &mut dfg.insts[copy] {
        *old = Offset32::new(offset);
    }
    scalars.cursor.insert_inst(copy);
    scalars.cursor.func.dfg.first_result(copy)
}

/// Loads consecutive elements to the lanes of a vector.
pub(super) fn load(
    scalars: &mut Scalars<'_, '_>,
    access: &Access,
    lane: Type,
    address: Value,
    offset: i32,
) -> Value {
    let flags = access.flags;
    let ty = lane.by(128 / lane.bits()).expect("128 bits are a vector");
    let ins = scalars.cursor.ins();
    let Some(extension) = widening(access, lane) else {
        // As bytes, like all vectors of wasm: Cranelift takes other types for operands in memory of
        // `cmpps` and `cmppd`, which fault if those are not aligned.
        let bytes = ins.load(types::I8X16, flags, address, offset);
        return cast(scalars, bytes, ty);
    };
    match (access.ty, lane, extension) {
        (types::I8, types::I16, Extension::Signed) => ins.sload8x8(flags, address, offset),
        (types::I8, types::I16, Extension::Unsigned) => ins.uload8x8(flags, address, offset),
        (types::I16, types::I32, Extension::Signed) => ins.sload16x4(flags, address, offset),
        (types::I16, types::I32, Extension::Unsigned) => ins.uload16x4(flags, address, offset),
        (types::I32, types::I64, Extension::Signed) => ins.sload32x2(flags, address, offset),
        (types::I32, types::I64, Extension::Unsigned) => ins.uload32x2(flags, address, offset),
        // A quarter of a vector, widened twice.
        _ => load_few(scalars, access, lane, (address, offset), 4),
    }
}

/// Loads elements that are as far apart as lanes are wide: together with what is between them, which is masked.
pub(super) fn load_strided(
    scalars: &mut Scalars<'_, '_>,
    access: &Access,
    lane: Type,
    address: Value,
    offset: i32,
) -> Value {
    let bytes = scalars.cursor.ins().load(types::I8X16, access.flags, address, offset);
    let all = cast(scalars, bytes, lane.by(128 / lane.bits()).expect("128 bits are a vector"));
    if access.extension == Some(Extension::Unsigned) {
        let mask = lane_constant(scalars, u64::MAX >> (64 - access.ty.bits()), lane);
        let mask = splat(scalars, mask, lane);
        return scalars.cursor.ins().band(all, mask);
    }
    let unused = scalars.cursor.ins().iconst(types::I32, i64::from(lane.bits() - access.ty.bits()));
    let moved = scalars.cursor.ins().ishl(all, unused);
    scalars.cursor.ins().sshr(moved, unused)
}

/// Loads two floats and makes them as wide as lanes.
pub(super) fn load_promoted(
    scalars: &mut Scalars<'_, '_>,
    access: &Access,
    address: Value,
    offset: i32,
) -> Value {
    let both = scalars.cursor.ins().load(types::F64, access.flags, address, offset);
    let both = scalars.cursor.ins().scalar_to_vector(types::F64X2, both);
    let both = cast(scalars, both, types::F32X4);
    scalars.cursor.ins().fvpromote_low(both)
}

/// Stores the lanes of a vector to consecutive elements, or as much of each as they have.
pub(super) fn store(
    scalars: &mut Scalars<'_, '_>,
    access: &Access,
    vector: Value,
    address: Value,
    offset: i32,
) {
    let lane = scalars.cursor.func.dfg.value_type(vector).lane_type();
    let ratio = lane.bits() / access.ty.bits();
    if ratio == 1 {
        scalars.cursor.ins().store(access.flags, vector, address, offset);
        return;
    }
    // The lowest bytes of each lane, side by side.
    let (from, to) = (lane.bytes() as u8, access.ty.bytes() as u8);
    let order = std::array::from_fn(|byte| (byte as u8 / to * from + byte as u8 % to) % 16);
    // As a float it is stored without a detour.
    let part = if ratio == 2 { types::F64X2 } else { types::F32X4 };
    let narrow = shuffle(scalars, [vector, vector], order, part);
    let part = scalars.cursor.ins().extractlane(narrow, 0);
    scalars.cursor.ins().store(access.flags, part, address, offset);
}

/// An operation of two operands, on scalars or vectors; `Fmin` and `Fmax` are those of [`super::lanes::Reduction`].
pub(super) fn combine(scalars: &mut Scalars<'_, '_>, opcode: Opcode, left: Value, right: Value) -> Value {
    if let Opcode::Fmin | Opcode::Fmax = opcode {
        let (cond, args) = match opcode {
            Opcode::Fmin => (FloatCC::LessThan, [right, left]),
            _ => (FloatCC::LessThan, [left, right]),
        };
        let is_next = scalars.cursor.ins().fcmp(cond, args[0], args[1]);
        let ty = scalars.cursor.func.dfg.value_type(left);
        if !ty.is_vector() {
            return scalars.cursor.ins().select(is_next, right, left);
        }
        let is_next = cast(scalars, is_next, ty);
        return scalars.cursor.ins().bitselect(is_next, right, left);
    }
    let ins = scalars.cursor.ins();
    match opcode {
        Opcode::Iadd => ins.iadd(left, right),
        Opcode::Isub => ins.isub(left, right),
        Opcode::Imul => ins.imul(left, right),
        Opcode::AvgRound => ins.avg_round(left, right),
        Opcode::Band => ins.band(left, right),
        Opcode::Bor => ins.bor(left, right),
        Opcode::Bxor => ins.bxor(left, right),
        Opcode::Smin => ins.smin(left, right),
        Opcode::Smax => ins.smax(left, right),
        Opcode::Umin => ins.umin(left, right),
        Opcode::Umax => ins.umax(left, right),
        Opcode::SaddSat => ins.sadd_sat(left, right),
        Opcode::SsubSat => ins.ssub_sat(left, right),
        Opcode::UaddSat => ins.uadd_sat(left, right),
        Opcode::UsubSat => ins.usub_sat(left, right),
        Opcode::Fadd => ins.fadd(left, right),
        Opcode::Fsub => ins.fsub(left, right),
        Opcode::Fmul => ins.fmul(left, right),
        Opcode::Fdiv => ins.fdiv(left, right),
        other => unreachable!("{other} is not packed"),
    }
}

/// All bits of a lane set where a comparison of two vectors of floats holds. Not all targets have instructions for those
/// that hold where the two are not ordered, which are made of their opposites.
pub(super) fn compare_floats(
    scalars: &mut Scalars<'_, '_>,
    condition: FloatCC,
    left: Value,
    right: Value,
) -> Value {
    let is_opposite = matches!(
        condition,
        FloatCC::UnorderedOrLessThan
            | FloatCC::UnorderedOrLessThanOrEqual
            | FloatCC::UnorderedOrGreaterThan
            | FloatCC::UnorderedOrGreaterThanOrEqual
    );
    if is_opposite {
        let opposite = scalars.cursor.ins().fcmp(condition.complement(), left, right);
        return scalars.cursor.ins().bnot(opposite);
    }
    scalars.cursor.ins().fcmp(condition, left, right)
}

/// The number between two bounds that is nearest to a 32-bit one.
pub(super) fn clamp(scalars: &mut Scalars<'_, '_>, value: Value, bounds: [i64; 2], kind: Extension) -> Value {
    let [low, high] = bounds.map(|bound| scalars.cursor.ins().iconst(types::I32, bound));
    match kind {
        Extension::Signed => {
            let value = scalars.cursor.ins().smax(value, low);
            scalars.cursor.ins().smin(value, high)
        }
        Extension::Unsigned => {
            let value = scalars.cursor.ins().umax(value, low);
            scalars.cursor.ins().umin(value, high)
        }
    }
}

/// The low bits of an integer, or a float, in all lanes.
pub(super) fn splat(scalars: &mut Scalars<'_, '_>, value: Value, lane: Type) -> Value {
    let ty = scalars.cursor.func.dfg.value_type(value);
    let value = if ty == lane { value } else { scalars.cursor.ins().ireduce(lane, value) };
    let vector = lane.by(128 / lane.bits()).expect("128 bits are a vector");
    scalars.cursor.ins().splat(vector, value)
}

/// The low bits of a number as an integer of the lane's type.
pub(super) fn lane_constant(scalars: &mut Scalars<'_, '_>, value: u64, lane: Type) -> Value {
    let bits = value & (u64::MAX >> (64 - lane.bits()));
    scalars.cursor.ins().iconst(lane, bits.cast_signed())
}

/// The vector of 0, `step`, 2 × `step`, and so on.
pub(super) fn lane_numbers(scalars: &mut Scalars<'_, '_>, step: u32, lane: Type) -> Value {
    let bytes = lane.bytes() as usize;
    let mut data = Vec::with_capacity(16);
    for number in 0..16 / lane.bytes() {
        let value = u64::from(step.wrapping_mul(number)).to_le_bytes();
        data.extend_from_slice(&value[..bytes]);
    }
    let vector = lane.by(128 / lane.bits()).expect("128 bits are a vector");
    let data = scalars.cursor.func.dfg.constants.insert(ConstantData::from(data));
    scalars.cursor.ins().vconst(vector, data)
}

/// The same bits as another vector type.
pub(super) fn cast(scalars: &mut Scalars<'_, '_>, value: Value, ty: Type) -> Value {
    if scalars.cursor.func.dfg.value_type(value) == ty {
        return value;
    }
    scalars.cursor.ins().bitcast(ty, BITS, value)
}

/// The lower and the upper half of a vector's lanes, made twice as wide.
pub(super) fn halves(scalars: &mut Scalars<'_, '_>, vector: Value, extension: Extension) -> [Value; 2] {
    let low = widen(scalars, vector, extension);
    let high = match extension {
        Extension::Signed => scalars.cursor.ins().swiden_high(vector),
        Extension::Unsigned => scalars.cursor.ins().uwiden_high(vector),
    };
    [low, high]
}

/// The lower half of a vector's lanes, made twice as wide.
pub(super) fn widen(scalars: &mut Scalars<'_, '_>, value: Value, extension: Extension) -> Value {
    match extension {
        Extension::Signed => scalars.cursor.ins().swiden_low(value),
        Extension::Unsigned => scalars.cursor.ins().uwiden_low(value),
    }
}

/// Chosen bytes of two vectors, the second one's counting from 16.
pub(super) fn shuffle(scalars: &mut Scalars<'_, '_>, from: [Value; 2], order: [u8; 16], ty: Type) -> Value {
    let from = from.map(|value| cast(scalars, value, types::I8X16));
    let order = scalars.cursor.func.dfg.immediates.push(ConstantData::from(V128Imm(order)));
    let bytes = scalars.cursor.ins().shuffle(from[0], from[1], order);
    cast(scalars, bytes, ty)
}

/// The last lane of a vector, then all but the last of the next one.
pub(super) fn shifted(scalars: &mut Scalars<'_, '_>, before: Value, current: Value, ty: Type) -> Value {
    let lane = ty.lane_type().bytes();
    let order = std::array::from_fn(|byte| (16 - lane) as u8 + byte as u8);
    shuffle(scalars, [before, current], order, ty)
}

/// Copies an instruction to the end of a block, with other operands; its results.
pub(super) fn copy_inst(
    func: &mut Function,
    block: Block,
    inst: Inst,
    twins: &BTreeMap<Value, Value>,
) -> Vec<Value> {
    let srcloc = func.srcloc(inst);
    let copy = func.dfg.clone_inst(inst);
    func.dfg.map_inst_values(copy, |value| twins.get(&value).copied().unwrap_or(value));
    let mut cursor = FuncCursor::new(func).with_srcloc(srcloc).at_bottom(block);
    cursor.insert_inst(copy);
    func.dfg.inst_results(copy).to_vec()
}
