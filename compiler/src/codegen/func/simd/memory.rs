//! Vectors and linear memory.
//!
//! Each access is exactly as wide as the operator says, in its check as well as in its instruction: a
//! load of one lane at the end of the memory must not look at what is behind it.

use cranelift_codegen::ir::{InstBuilder, Type, types};
use wasmparser::MemArg;

use crate::codegen::func::FunctionState;
use crate::codegen::func::memory::{Extension, FLAGS};

/// A load of half a vector in narrow lanes, each extended to twice its width. `shape` is that of the
/// result.
pub(super) fn load_extend(
    fx: &mut FunctionState<'_, '_>,
    memarg: &MemArg,
    shape: Type,
    extension: Extension,
) {
    let (address, offset) = fx.pop_address(memarg, types::I64.bytes());
    let ins = fx.builder.ins();
    let value = match (shape, extension) {
        (types::I16X8, Extension::Signed) => ins.sload8x8(FLAGS, address, offset),
        (types::I16X8, Extension::Unsigned) => ins.uload8x8(FLAGS, address, offset),
        (types::I32X4, Extension::Signed) => ins.sload16x4(FLAGS, address, offset),
        (types::I32X4, Extension::Unsigned) => ins.uload16x4(FLAGS, address, offset),
        (types::I64X2, Extension::Signed) => ins.sload32x2(FLAGS, address, offset),
        (types::I64X2, Extension::Unsigned) => ins.uload32x2(FLAGS, address, offset),
        _ => unreachable!("wasm has no other extending loads"),
    };
    fx.push_vector(value);
}

/// A load of one lane into all lanes.
pub(super) fn load_splat(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, shape: Type) {
    let lane = shape.lane_type();
    let (address, offset) = fx.pop_address(memarg, lane.bytes());
    let scalar = fx.builder.ins().load(lane, FLAGS, address, offset);
    let value = fx.builder.ins().splat(shape, scalar);
    fx.push_vector(value);
}

/// A load of lane 0; the others are zero.
pub(super) fn load_zero(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, shape: Type) {
    let lane = shape.lane_type();
    let (address, offset) = fx.pop_address(memarg, lane.bytes());
    let scalar = fx.builder.ins().load(lane, FLAGS, address, offset);
    let value = fx.builder.ins().scalar_to_vector(shape, scalar);
    fx.push_vector(value);
}

/// A load of one lane of a vector.
pub(super) fn load_lane(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, shape: Type, lane: u8) {
    let vector = fx.pop_vector(shape);
    let (address, offset) = fx.pop_address(memarg, shape.lane_type().bytes());
    let scalar = fx.builder.ins().load(shape.lane_type(), FLAGS, address, offset);
    let value = fx.builder.ins().insertlane(vector, scalar, lane);
    fx.push_vector(value);
}

/// A store of one lane of a vector.
pub(super) fn store_lane(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, shape: Type, lane: u8) {
    let vector = fx.pop_vector(shape);
    let (address, offset) = fx.pop_address(memarg, shape.lane_type().bytes());
    let scalar = fx.builder.ins().extractlane(vector, lane);
    fx.builder.ins().store(FLAGS, scalar, address, offset);
}
