//! The dispatch of vector operators: each is one call into its family's file.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, types};
use wasmparser::Operator;

use crate::codegen::func::FunctionState;
use crate::codegen::func::memory::{self as scalar_memory, Extension};
use crate::codegen::func::simd::arithmetic::Half;
use crate::codegen::func::simd::{self, VECTOR, arithmetic, lanes, memory, relaxed};

/// Translates a reachable operator that is none of the scalar ones.
pub(crate) fn operator(fx: &mut FunctionState<'_, '_>, op: &Operator<'_>) {
    match *op {
        Operator::V128Load { ref memarg } => scalar_memory::load(fx, memarg, VECTOR),
        Operator::V128Store { ref memarg } => scalar_memory::store(fx, memarg),
        Operator::V128Load8x8S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I16X8, Extension::Signed)
        }
        Operator::V128Load8x8U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I16X8, Extension::Unsigned)
        }
        Operator::V128Load16x4S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I32X4, Extension::Signed)
        }
        Operator::V128Load16x4U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I32X4, Extension::Unsigned)
        }
        Operator::V128Load32x2S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64X2, Extension::Signed)
        }
        Operator::V128Load32x2U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64X2, Extension::Unsigned)
        }
        Operator::V128Load8Splat { ref memarg } => memory::load_splat(fx, memarg, types::I8X16),
        Operator::V128Load16Splat { ref memarg } => memory::load_splat(fx, memarg, types::I16X8),
        Operator::V128Load32Splat { ref memarg } => memory::load_splat(fx, memarg, types::I32X4),
        Operator::V128Load64Splat { ref memarg } => memory::load_splat(fx, memarg, types::I64X2),
        Operator::V128Load32Zero { ref memarg } => memory::load_zero(fx, memarg, types::I32X4),
        Operator::V128Load64Zero { ref memarg } => memory::load_zero(fx, memarg, types::I64X2),
        Operator::V128Load8Lane { ref memarg, lane } => memory::load_lane(fx, memarg, types::I8X16, lane),
        Operator::V128Load16Lane { ref memarg, lane } => memory::load_lane(fx, memarg, types::I16X8, lane),
        Operator::V128Load32Lane { ref memarg, lane } => memory::load_lane(fx, memarg, types::I32X4, lane),
        Operator::V128Load64Lane { ref memarg, lane } => memory::load_lane(fx, memarg, types::I64X2, lane),
        Operator::V128Store8Lane { ref memarg, lane } => memory::store_lane(fx, memarg, types::I8X16, lane),
        Operator::V128Store16Lane { ref memarg, lane } => memory::store_lane(fx, memarg, types::I16X8, lane),
        Operator::V128Store32Lane { ref memarg, lane } => memory::store_lane(fx, memarg, types::I32X4, lane),
        Operator::V128Store64Lane { ref memarg, lane } => memory::store_lane(fx, memarg, types::I64X2, lane),

        Operator::V128Const { value } => simd::push_constant(fx, value.i128().cast_unsigned()),
        Operator::I8x16Shuffle { lanes } => lanes::shuffle(fx, lanes),
        Operator::I8x16Swizzle => arithmetic::binary(fx, VECTOR, |ins, x, y| ins.swizzle(x, y)),
        Operator::I8x16Splat => lanes::splat(fx, types::I8X16),
        Operator::I16x8Splat => lanes::splat(fx, types::I16X8),
        Operator::I32x4Splat => lanes::splat(fx, types::I32X4),
        Operator::I64x2Splat => lanes::splat(fx, types::I64X2),
        Operator::F32x4Splat => lanes::splat(fx, types::F32X4),
        Operator::F64x2Splat => lanes::splat(fx, types::F64X2),
        Operator::I8x16ExtractLaneS { lane } => {
            lanes::extract_extend(fx, types::I8X16, lane, Extension::Signed)
        }
        Operator::I8x16ExtractLaneU { lane } => {
            lanes::extract_extend(fx, types::I8X16, lane, Extension::Unsigned)
        }
        Operator::I16x8ExtractLaneS { lane } => {
            lanes::extract_extend(fx, types::I16X8, lane, Extension::Signed)
        }
        Operator::I16x8ExtractLaneU { lane } => {
            lanes::extract_extend(fx, types::I16X8, lane, Extension::Unsigned)
        }
        Operator::I32x4ExtractLane { lane } => lanes::extract(fx, types::I32X4, lane),
        Operator::I64x2ExtractLane { lane } => lanes::extract(fx, types::I64X2, lane),
        Operator::F32x4ExtractLane { lane } => lanes::extract(fx, types::F32X4, lane),
        Operator::F64x2ExtractLane { lane } => lanes::extract(fx, types::F64X2, lane),
        Operator::I8x16ReplaceLane { lane } => lanes::replace(fx, types::I8X16, lane),
        Operator::I16x8ReplaceLane { lane } => lanes::replace(fx, types::I16X8, lane),
        Operator::I32x4ReplaceLane { lane } => lanes::replace(fx, types::I32X4, lane),
        Operator::I64x2ReplaceLane { lane } => lanes::replace(fx, types::I64X2, lane),
        Operator::F32x4ReplaceLane { lane } => lanes::replace(fx, types::F32X4, lane),
        Operator::F64x2ReplaceLane { lane } => lanes::replace(fx, types::F64X2, lane),
        Operator::V128AnyTrue => lanes::any_true(fx),
        Operator::I8x16AllTrue => lanes::all_true(fx, types::I8X16),
        Operator::I16x8AllTrue => lanes::all_true(fx, types::I16X8),
        Operator::I32x4AllTrue => lanes::all_true(fx, types::I32X4),
        Operator::I64x2AllTrue => lanes::all_true(fx, types::I64X2),
        Operator::I8x16Bitmask => lanes::bitmask(fx, types::I8X16),
        Operator::I16x8Bitmask => lanes::bitmask(fx, types::I16X8),
        Operator::I32x4Bitmask => lanes::bitmask(fx, types::I32X4),
        Operator::I64x2Bitmask => lanes::bitmask(fx, types::I64X2),

        Operator::V128Not => arithmetic::unary(fx, VECTOR, |ins, x| ins.bnot(x)),
        Operator::V128And => arithmetic::binary(fx, VECTOR, |ins, x, y| ins.band(x, y)),
        Operator::V128AndNot => arithmetic::binary(fx, VECTOR, |ins, x, y| ins.band_not(x, y)),
        Operator::V128Or => arithmetic::binary(fx, VECTOR, |ins, x, y| ins.bor(x, y)),
        Operator::V128Xor => arithmetic::binary(fx, VECTOR, |ins, x, y| ins.bxor(x, y)),
        Operator::V128Bitselect => arithmetic::bitselect(fx),

        Operator::I8x16Eq => arithmetic::compare(fx, types::I8X16, IntCC::Equal),
        Operator::I8x16Ne => arithmetic::compare(fx, types::I8X16, IntCC::NotEqual),
        Operator::I8x16LtS => arithmetic::compare(fx, types::I8X16, IntCC::SignedLessThan),
        Operator::I8x16LtU => arithmetic::compare(fx, types::I8X16, IntCC::UnsignedLessThan),
        Operator::I8x16GtS => arithmetic::compare(fx, types::I8X16, IntCC::SignedGreaterThan),
        Operator::I8x16GtU => arithmetic::compare(fx, types::I8X16, IntCC::UnsignedGreaterThan),
        Operator::I8x16LeS => arithmetic::compare(fx, types::I8X16, IntCC::SignedLessThanOrEqual),
        Operator::I8x16LeU => arithmetic::compare(fx, types::I8X16, IntCC::UnsignedLessThanOrEqual),
        Operator::I8x16GeS => arithmetic::compare(fx, types::I8X16, IntCC::SignedGreaterThanOrEqual),
        Operator::I8x16GeU => arithmetic::compare(fx, types::I8X16, IntCC::UnsignedGreaterThanOrEqual),
        Operator::I16x8Eq => arithmetic::compare(fx, types::I16X8, IntCC::Equal),
        Operator::I16x8Ne => arithmetic::compare(fx, types::I16X8, IntCC::NotEqual),
        Operator::I16x8LtS => arithmetic::compare(fx, types::I16X8, IntCC::SignedLessThan),
        Operator::I16x8LtU => arithmetic::compare(fx, types::I16X8, IntCC::UnsignedLessThan),
        Operator::I16x8GtS => arithmetic::compare(fx, types::I16X8, IntCC::SignedGreaterThan),
        Operator::I16x8GtU => arithmetic::compare(fx, types::I16X8, IntCC::UnsignedGreaterThan),
        Operator::I16x8LeS => arithmetic::compare(fx, types::I16X8, IntCC::SignedLessThanOrEqual),
        Operator::I16x8LeU => arithmetic::compare(fx, types::I16X8, IntCC::UnsignedLessThanOrEqual),
        Operator::I16x8GeS => arithmetic::compare(fx, types::I16X8, IntCC::SignedGreaterThanOrEqual),
        Operator::I16x8GeU => arithmetic::compare(fx, types::I16X8, IntCC::UnsignedGreaterThanOrEqual),
        Operator::I32x4Eq => arithmetic::compare(fx, types::I32X4, IntCC::Equal),
        Operator::I32x4Ne => arithmetic::compare(fx, types::I32X4, IntCC::NotEqual),
        Operator::I32x4LtS => arithmetic::compare(fx, types::I32X4, IntCC::SignedLessThan),
        Operator::I32x4LtU => arithmetic::compare(fx, types::I32X4, IntCC::UnsignedLessThan),
        Operator::I32x4GtS => arithmetic::compare(fx, types::I32X4, IntCC::SignedGreaterThan),
        Operator::I32x4GtU => arithmetic::compare(fx, types::I32X4, IntCC::UnsignedGreaterThan),
        Operator::I32x4LeS => arithmetic::compare(fx, types::I32X4, IntCC::SignedLessThanOrEqual),
        Operator::I32x4LeU => arithmetic::compare(fx, types::I32X4, IntCC::UnsignedLessThanOrEqual),
        Operator::I32x4GeS => arithmetic::compare(fx, types::I32X4, IntCC::SignedGreaterThanOrEqual),
        Operator::I32x4GeU => arithmetic::compare(fx, types::I32X4, IntCC::UnsignedGreaterThanOrEqual),
        Operator::I64x2Eq => arithmetic::compare(fx, types::I64X2, IntCC::Equal),
        Operator::I64x2Ne => arithmetic::compare(fx, types::I64X2, IntCC::NotEqual),
        Operator::I64x2LtS => arithmetic::compare(fx, types::I64X2, IntCC::SignedLessThan),
        Operator::I64x2GtS => arithmetic::compare(fx, types::I64X2, IntCC::SignedGreaterThan),
        Operator::I64x2LeS => arithmetic::compare(fx, types::I64X2, IntCC::SignedLessThanOrEqual),
        Operator::I64x2GeS => arithmetic::compare(fx, types::I64X2, IntCC::SignedGreaterThanOrEqual),
        Operator::F32x4Eq => arithmetic::compare_float(fx, types::F32X4, FloatCC::Equal),
        Operator::F32x4Ne => arithmetic::compare_float(fx, types::F32X4, FloatCC::NotEqual),
        Operator::F32x4Lt => arithmetic::compare_float(fx, types::F32X4, FloatCC::LessThan),
        Operator::F32x4Gt => arithmetic::compare_float(fx, types::F32X4, FloatCC::GreaterThan),
        Operator::F32x4Le => arithmetic::compare_float(fx, types::F32X4, FloatCC::LessThanOrEqual),
        Operator::F32x4Ge => arithmetic::compare_float(fx, types::F32X4, FloatCC::GreaterThanOrEqual),
        Operator::F64x2Eq => arithmetic::compare_float(fx, types::F64X2, FloatCC::Equal),
        Operator::F64x2Ne => arithmetic::compare_float(fx, types::F64X2, FloatCC::NotEqual),
        Operator::F64x2Lt => arithmetic::compare_float(fx, types::F64X2, FloatCC::LessThan),
        Operator::F64x2Gt => arithmetic::compare_float(fx, types::F64X2, FloatCC::GreaterThan),
        Operator::F64x2Le => arithmetic::compare_float(fx, types::F64X2, FloatCC::LessThanOrEqual),
        Operator::F64x2Ge => arithmetic::compare_float(fx, types::F64X2, FloatCC::GreaterThanOrEqual),

        Operator::I8x16Abs => arithmetic::unary(fx, types::I8X16, |ins, x| ins.iabs(x)),
        Operator::I8x16Neg => arithmetic::unary(fx, types::I8X16, |ins, x| ins.ineg(x)),
        Operator::I8x16Popcnt => arithmetic::unary(fx, types::I8X16, |ins, x| ins.popcnt(x)),
        Operator::I8x16Shl => arithmetic::shift(fx, types::I8X16, |ins, x, count| ins.ishl(x, count)),
        Operator::I8x16ShrS => arithmetic::shift(fx, types::I8X16, |ins, x, count| ins.sshr(x, count)),
        Operator::I8x16ShrU => arithmetic::shift(fx, types::I8X16, |ins, x, count| ins.ushr(x, count)),
        Operator::I8x16Add => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.iadd(x, y)),
        Operator::I8x16Sub => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.isub(x, y)),
        Operator::I8x16AddSatS => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.sadd_sat(x, y)),
        Operator::I8x16AddSatU => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.uadd_sat(x, y)),
        Operator::I8x16SubSatS => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.ssub_sat(x, y)),
        Operator::I8x16SubSatU => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.usub_sat(x, y)),
        Operator::I8x16AvgrU => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.avg_round(x, y)),
        Operator::I8x16MinS => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.smin(x, y)),
        Operator::I8x16MinU => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.umin(x, y)),
        Operator::I8x16MaxS => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.smax(x, y)),
        Operator::I8x16MaxU => arithmetic::binary(fx, types::I8X16, |ins, x, y| ins.umax(x, y)),
        Operator::I8x16NarrowI16x8S => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.snarrow(x, y)),
        Operator::I8x16NarrowI16x8U => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.unarrow(x, y)),

        Operator::I16x8Abs => arithmetic::unary(fx, types::I16X8, |ins, x| ins.iabs(x)),
        Operator::I16x8Neg => arithmetic::unary(fx, types::I16X8, |ins, x| ins.ineg(x)),
        Operator::I16x8Shl => arithmetic::shift(fx, types::I16X8, |ins, x, count| ins.ishl(x, count)),
        Operator::I16x8ShrS => arithmetic::shift(fx, types::I16X8, |ins, x, count| ins.sshr(x, count)),
        Operator::I16x8ShrU => arithmetic::shift(fx, types::I16X8, |ins, x, count| ins.ushr(x, count)),
        Operator::I16x8Add => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.iadd(x, y)),
        Operator::I16x8Sub => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.isub(x, y)),
        Operator::I16x8Mul => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.imul(x, y)),
        Operator::I16x8AddSatS => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.sadd_sat(x, y)),
        Operator::I16x8AddSatU => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.uadd_sat(x, y)),
        Operator::I16x8SubSatS => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.ssub_sat(x, y)),
        Operator::I16x8SubSatU => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.usub_sat(x, y)),
        Operator::I16x8AvgrU => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.avg_round(x, y)),
        Operator::I16x8Q15MulrSatS => {
            arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.sqmul_round_sat(x, y))
        }
        Operator::I16x8MinS => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.smin(x, y)),
        Operator::I16x8MinU => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.umin(x, y)),
        Operator::I16x8MaxS => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.smax(x, y)),
        Operator::I16x8MaxU => arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.umax(x, y)),
        Operator::I16x8ExtendLowI8x16S => arithmetic::extend(fx, types::I8X16, Half::Low, Extension::Signed),
        Operator::I16x8ExtendLowI8x16U => {
            arithmetic::extend(fx, types::I8X16, Half::Low, Extension::Unsigned)
        }
        Operator::I16x8ExtendHighI8x16S => {
            arithmetic::extend(fx, types::I8X16, Half::High, Extension::Signed)
        }
        Operator::I16x8ExtendHighI8x16U => {
            arithmetic::extend(fx, types::I8X16, Half::High, Extension::Unsigned)
        }
        Operator::I16x8ExtMulLowI8x16S => {
            arithmetic::extended_multiply(fx, types::I8X16, Half::Low, Extension::Signed)
        }
        Operator::I16x8ExtMulLowI8x16U => {
            arithmetic::extended_multiply(fx, types::I8X16, Half::Low, Extension::Unsigned)
        }
        Operator::I16x8ExtMulHighI8x16S => {
            arithmetic::extended_multiply(fx, types::I8X16, Half::High, Extension::Signed)
        }
        Operator::I16x8ExtMulHighI8x16U => {
            arithmetic::extended_multiply(fx, types::I8X16, Half::High, Extension::Unsigned)
        }
        Operator::I16x8ExtAddPairwiseI8x16S => {
            arithmetic::extended_pairwise_add(fx, types::I8X16, Extension::Signed)
        }
        Operator::I16x8ExtAddPairwiseI8x16U => {
            arithmetic::extended_pairwise_add(fx, types::I8X16, Extension::Unsigned)
        }
        Operator::I16x8NarrowI32x4S => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.snarrow(x, y)),
        Operator::I16x8NarrowI32x4U => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.unarrow(x, y)),

        Operator::I32x4Abs => arithmetic::unary(fx, types::I32X4, |ins, x| ins.iabs(x)),
        Operator::I32x4Neg => arithmetic::unary(fx, types::I32X4, |ins, x| ins.ineg(x)),
        Operator::I32x4Shl => arithmetic::shift(fx, types::I32X4, |ins, x, count| ins.ishl(x, count)),
        Operator::I32x4ShrS => arithmetic::shift(fx, types::I32X4, |ins, x, count| ins.sshr(x, count)),
        Operator::I32x4ShrU => arithmetic::shift(fx, types::I32X4, |ins, x, count| ins.ushr(x, count)),
        Operator::I32x4Add => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.iadd(x, y)),
        Operator::I32x4Sub => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.isub(x, y)),
        Operator::I32x4Mul => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.imul(x, y)),
        Operator::I32x4MinS => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.smin(x, y)),
        Operator::I32x4MinU => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.umin(x, y)),
        Operator::I32x4MaxS => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.smax(x, y)),
        Operator::I32x4MaxU => arithmetic::binary(fx, types::I32X4, |ins, x, y| ins.umax(x, y)),
        Operator::I32x4DotI16x8S => arithmetic::dot(fx),
        Operator::I32x4ExtendLowI16x8S => arithmetic::extend(fx, types::I16X8, Half::Low, Extension::Signed),
        Operator::I32x4ExtendLowI16x8U => {
            arithmetic::extend(fx, types::I16X8, Half::Low, Extension::Unsigned)
        }
        Operator::I32x4ExtendHighI16x8S => {
            arithmetic::extend(fx, types::I16X8, Half::High, Extension::Signed)
        }
        Operator::I32x4ExtendHighI16x8U => {
            arithmetic::extend(fx, types::I16X8, Half::High, Extension::Unsigned)
        }
        Operator::I32x4ExtMulLowI16x8S => {
            arithmetic::extended_multiply(fx, types::I16X8, Half::Low, Extension::Signed)
        }
        Operator::I32x4ExtMulLowI16x8U => {
            arithmetic::extended_multiply(fx, types::I16X8, Half::Low, Extension::Unsigned)
        }
        Operator::I32x4ExtMulHighI16x8S => {
            arithmetic::extended_multiply(fx, types::I16X8, Half::High, Extension::Signed)
        }
        Operator::I32x4ExtMulHighI16x8U => {
            arithmetic::extended_multiply(fx, types::I16X8, Half::High, Extension::Unsigned)
        }
        Operator::I32x4ExtAddPairwiseI16x8S => {
            arithmetic::extended_pairwise_add(fx, types::I16X8, Extension::Signed)
        }
        Operator::I32x4ExtAddPairwiseI16x8U => {
            arithmetic::extended_pairwise_add(fx, types::I16X8, Extension::Unsigned)
        }

        Operator::I64x2Abs => arithmetic::unary(fx, types::I64X2, |ins, x| ins.iabs(x)),
        Operator::I64x2Neg => arithmetic::unary(fx, types::I64X2, |ins, x| ins.ineg(x)),
        Operator::I64x2Shl => arithmetic::shift(fx, types::I64X2, |ins, x, count| ins.ishl(x, count)),
        Operator::I64x2ShrS => arithmetic::shift(fx, types::I64X2, |ins, x, count| ins.sshr(x, count)),
        Operator::I64x2ShrU => arithmetic::shift(fx, types::I64X2, |ins, x, count| ins.ushr(x, count)),
        Operator::I64x2Add => arithmetic::binary(fx, types::I64X2, |ins, x, y| ins.iadd(x, y)),
        Operator::I64x2Sub => arithmetic::binary(fx, types::I64X2, |ins, x, y| ins.isub(x, y)),
        Operator::I64x2Mul => arithmetic::binary(fx, types::I64X2, |ins, x, y| ins.imul(x, y)),
        Operator::I64x2ExtendLowI32x4S => arithmetic::extend(fx, types::I32X4, Half::Low, Extension::Signed),
        Operator::I64x2ExtendLowI32x4U => {
            arithmetic::extend(fx, types::I32X4, Half::Low, Extension::Unsigned)
        }
        Operator::I64x2ExtendHighI32x4S => {
            arithmetic::extend(fx, types::I32X4, Half::High, Extension::Signed)
        }
        Operator::I64x2ExtendHighI32x4U => {
            arithmetic::extend(fx, types::I32X4, Half::High, Extension::Unsigned)
        }
        Operator::I64x2ExtMulLowI32x4S => {
            arithmetic::extended_multiply(fx, types::I32X4, Half::Low, Extension::Signed)
        }
        Operator::I64x2ExtMulLowI32x4U => {
            arithmetic::extended_multiply(fx, types::I32X4, Half::Low, Extension::Unsigned)
        }
        Operator::I64x2ExtMulHighI32x4S => {
            arithmetic::extended_multiply(fx, types::I32X4, Half::High, Extension::Signed)
        }
        Operator::I64x2ExtMulHighI32x4U => {
            arithmetic::extended_multiply(fx, types::I32X4, Half::High, Extension::Unsigned)
        }

        Operator::F32x4Ceil => arithmetic::unary(fx, types::F32X4, |ins, x| ins.ceil(x)),
        Operator::F32x4Floor => arithmetic::unary(fx, types::F32X4, |ins, x| ins.floor(x)),
        Operator::F32x4Trunc => arithmetic::unary(fx, types::F32X4, |ins, x| ins.trunc(x)),
        Operator::F32x4Nearest => arithmetic::unary(fx, types::F32X4, |ins, x| ins.nearest(x)),
        Operator::F32x4Abs => arithmetic::unary(fx, types::F32X4, |ins, x| ins.fabs(x)),
        Operator::F32x4Neg => arithmetic::unary(fx, types::F32X4, |ins, x| ins.fneg(x)),
        Operator::F32x4Sqrt => arithmetic::unary(fx, types::F32X4, |ins, x| ins.sqrt(x)),
        Operator::F32x4Add => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fadd(x, y)),
        Operator::F32x4Sub => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fsub(x, y)),
        Operator::F32x4Mul => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fmul(x, y)),
        Operator::F32x4Div => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fdiv(x, y)),
        Operator::F32x4Min => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fmin(x, y)),
        Operator::F32x4Max => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fmax(x, y)),
        Operator::F32x4PMin => arithmetic::pseudo_min(fx, types::F32X4),
        Operator::F32x4PMax => arithmetic::pseudo_max(fx, types::F32X4),

        Operator::F64x2Ceil => arithmetic::unary(fx, types::F64X2, |ins, x| ins.ceil(x)),
        Operator::F64x2Floor => arithmetic::unary(fx, types::F64X2, |ins, x| ins.floor(x)),
        Operator::F64x2Trunc => arithmetic::unary(fx, types::F64X2, |ins, x| ins.trunc(x)),
        Operator::F64x2Nearest => arithmetic::unary(fx, types::F64X2, |ins, x| ins.nearest(x)),
        Operator::F64x2Abs => arithmetic::unary(fx, types::F64X2, |ins, x| ins.fabs(x)),
        Operator::F64x2Neg => arithmetic::unary(fx, types::F64X2, |ins, x| ins.fneg(x)),
        Operator::F64x2Sqrt => arithmetic::unary(fx, types::F64X2, |ins, x| ins.sqrt(x)),
        Operator::F64x2Add => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fadd(x, y)),
        Operator::F64x2Sub => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fsub(x, y)),
        Operator::F64x2Mul => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fmul(x, y)),
        Operator::F64x2Div => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fdiv(x, y)),
        Operator::F64x2Min => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fmin(x, y)),
        Operator::F64x2Max => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fmax(x, y)),
        Operator::F64x2PMin => arithmetic::pseudo_min(fx, types::F64X2),
        Operator::F64x2PMax => arithmetic::pseudo_max(fx, types::F64X2),

        Operator::I32x4TruncSatF32x4S => {
            arithmetic::unary(fx, types::F32X4, |ins, x| ins.fcvt_to_sint_sat(types::I32X4, x))
        }
        Operator::I32x4TruncSatF32x4U => {
            arithmetic::unary(fx, types::F32X4, |ins, x| ins.fcvt_to_uint_sat(types::I32X4, x))
        }
        Operator::I32x4TruncSatF64x2SZero => arithmetic::truncate_zero(fx, Extension::Signed),
        Operator::I32x4TruncSatF64x2UZero => arithmetic::truncate_zero(fx, Extension::Unsigned),
        Operator::F32x4ConvertI32x4S => {
            arithmetic::unary(fx, types::I32X4, |ins, x| ins.fcvt_from_sint(types::F32X4, x))
        }
        Operator::F32x4ConvertI32x4U => {
            arithmetic::unary(fx, types::I32X4, |ins, x| ins.fcvt_from_uint(types::F32X4, x))
        }
        Operator::F64x2ConvertLowI32x4S => arithmetic::convert_low(fx, Extension::Signed),
        Operator::F64x2ConvertLowI32x4U => arithmetic::convert_low(fx, Extension::Unsigned),
        Operator::F32x4DemoteF64x2Zero => arithmetic::unary(fx, types::F64X2, |ins, x| ins.fvdemote(x)),
        Operator::F64x2PromoteLowF32x4 => arithmetic::unary(fx, types::F32X4, |ins, x| ins.fvpromote_low(x)),

        Operator::I8x16RelaxedSwizzle => arithmetic::binary(fx, VECTOR, |ins, x, y| ins.swizzle(x, y)),
        Operator::I32x4RelaxedTruncF32x4S => {
            arithmetic::unary(fx, types::F32X4, |ins, x| ins.fcvt_to_sint_sat(types::I32X4, x))
        }
        Operator::I32x4RelaxedTruncF32x4U => {
            arithmetic::unary(fx, types::F32X4, |ins, x| ins.fcvt_to_uint_sat(types::I32X4, x))
        }
        Operator::I32x4RelaxedTruncF64x2SZero => arithmetic::truncate_zero(fx, Extension::Signed),
        Operator::I32x4RelaxedTruncF64x2UZero => arithmetic::truncate_zero(fx, Extension::Unsigned),
        Operator::F32x4RelaxedMadd => relaxed::multiply_add(fx, types::F32X4),
        Operator::F32x4RelaxedNmadd => relaxed::negative_multiply_add(fx, types::F32X4),
        Operator::F64x2RelaxedMadd => relaxed::multiply_add(fx, types::F64X2),
        Operator::F64x2RelaxedNmadd => relaxed::negative_multiply_add(fx, types::F64X2),
        Operator::I8x16RelaxedLaneselect
        | Operator::I16x8RelaxedLaneselect
        | Operator::I32x4RelaxedLaneselect
        | Operator::I64x2RelaxedLaneselect => arithmetic::bitselect(fx),
        Operator::F32x4RelaxedMin => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fmin(x, y)),
        Operator::F32x4RelaxedMax => arithmetic::binary(fx, types::F32X4, |ins, x, y| ins.fmax(x, y)),
        Operator::F64x2RelaxedMin => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fmin(x, y)),
        Operator::F64x2RelaxedMax => arithmetic::binary(fx, types::F64X2, |ins, x, y| ins.fmax(x, y)),
        Operator::I16x8RelaxedQ15mulrS => {
            arithmetic::binary(fx, types::I16X8, |ins, x, y| ins.sqmul_round_sat(x, y))
        }
        Operator::I16x8RelaxedDotI8x16I7x16S => relaxed::dot(fx),
        Operator::I32x4RelaxedDotI8x16I7x16AddS => relaxed::dot_add(fx),

        ref other => unreachable!("the parser rejects {other:?}"),
    }
}
