//! Lanes: moving them, making vectors of scalars and scalars of vectors.

use cranelift_codegen::ir::{InstBuilder, Type, Value, types};

use crate::codegen::func::FunctionState;
use crate::codegen::func::memory::Extension;
use crate::codegen::func::simd::VECTOR;

pub(super) fn shuffle(fx: &mut FunctionState<'_, '_>, lanes: [u8; 16]) {
    let (first, second) = fx.pop_two();
    let mask = fx.builder.func.dfg.immediates.push(lanes.to_vec().into());
    let value = fx.builder.ins().shuffle(first, second, mask);
    fx.push(value);
}

/// All lanes are the operand, or its low part if lanes are narrower.
pub(super) fn splat(fx: &mut FunctionState<'_, '_>, shape: Type) {
    let scalar = pop_lane(fx, shape);
    let value = fx.builder.ins().splat(shape, scalar);
    fx.push_vector(value);
}

/// A lane that is as wide as the result.
pub(super) fn extract(fx: &mut FunctionState<'_, '_>, shape: Type, lane: u8) {
    let vector = fx.pop_vector(shape);
    let value = fx.builder.ins().extractlane(vector, lane);
    fx.push(value);
}

/// A lane that is extended to an `i32`.
pub(super) fn extract_extend(fx: &mut FunctionState<'_, '_>, shape: Type, lane: u8, extension: Extension) {
    let vector = fx.pop_vector(shape);
    let value = fx.builder.ins().extractlane(vector, lane);
    let value = match extension {
        Extension::Signed => fx.builder.ins().sextend(types::I32, value),
        Extension::Unsigned => fx.builder.ins().uextend(types::I32, value),
    };
    fx.push(value);
}

pub(super) fn replace(fx: &mut FunctionState<'_, '_>, shape: Type, lane: u8) {
    let scalar = pop_lane(fx, shape);
    let vector = fx.pop_vector(shape);
    let value = fx.builder.ins().insertlane(vector, scalar, lane);
    fx.push_vector(value);
}

/// Pops a scalar as a lane: of an `i32`, the low part if lanes are narrower.
fn pop_lane(fx: &mut FunctionState<'_, '_>, shape: Type) -> Value {
    let scalar = fx.pop();
    match shape.lane_type() {
        narrow @ (types::I8 | types::I16) => fx.builder.ins().ireduce(narrow, scalar),
        _ => scalar,
    }
}

/// Whether any bit is set, as an `i32`.
pub(super) fn any_true(fx: &mut FunctionState<'_, '_>) {
    let vector = fx.pop_vector(VECTOR);
    let holds = fx.builder.ins().vany_true(vector);
    let holds = fx.builder.ins().uextend(types::I32, holds);
    fx.push(holds);
}

/// Whether no lane is zero, as an `i32`.
pub(super) fn all_true(fx: &mut FunctionState<'_, '_>, shape: Type) {
    let vector = fx.pop_vector(shape);
    let holds = fx.builder.ins().vall_true(vector);
    let holds = fx.builder.ins().uextend(types::I32, holds);
    fx.push(holds);
}

/// The sign bits of the lanes, as an `i32`.
pub(super) fn bitmask(fx: &mut FunctionState<'_, '_>, shape: Type) {
    let vector = fx.pop_vector(shape);
    let bits = fx.builder.ins().vhigh_bits(types::I32, vector);
    fx.push(bits);
}
