//! Lane-wise arithmetic, comparison and conversion, and the operators that combine neighbors.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Type, Value, types};
use cranelift_frontend::FuncInstBuilder;

use crate::codegen::func::FunctionState;
use crate::codegen::func::memory::Extension;
use crate::codegen::func::simd::shaped_constant;

/// Which half of a vector's lanes an operator reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Low,
    High,
}

/// An instruction with one vector of this shape.
pub(super) fn unary(
    fx: &mut FunctionState<'_, '_>,
    shape: Type,
    build: impl FnOnce(FuncInstBuilder<'_, '_>, Value) -> Value,
) {
    let operand = fx.pop_vector(shape);
    let value = build(fx.builder.ins(), operand);
    fx.push_vector(value);
}

/// An instruction with two vectors of this shape.
pub(super) fn binary(
    fx: &mut FunctionState<'_, '_>,
    shape: Type,
    build: impl FnOnce(FuncInstBuilder<'_, '_>, Value, Value) -> Value,
) {
    let (left, right) = fx.pop_two_vectors(shape);
    let value = build(fx.builder.ins(), left, right);
    fx.push_vector(value);
}

/// A shift of all lanes by an `i32`, which the instruction takes modulo the width of a lane.
pub(super) fn shift(
    fx: &mut FunctionState<'_, '_>,
    shape: Type,
    build: impl FnOnce(FuncInstBuilder<'_, '_>, Value, Value) -> Value,
) {
    let count = fx.pop();
    let vector = fx.pop_vector(shape);
    let value = build(fx.builder.ins(), vector, count);
    fx.push_vector(value);
}

/// An integer comparison: lanes of the result are all ones or all zeros.
pub(super) fn compare(fx: &mut FunctionState<'_, '_>, shape: Type, condition: IntCC) {
    binary(fx, shape, |ins, x, y| ins.icmp(condition, x, y));
}

/// A float comparison: lanes of the result are all ones or all zeros.
pub(super) fn compare_float(fx: &mut FunctionState<'_, '_>, shape: Type, condition: FloatCC) {
    binary(fx, shape, |ins, x, y| ins.fcmp(condition, x, y));
}

/// Bits of the first operand where those of the third are set, of the second elsewhere.
pub(super) fn bitselect(fx: &mut FunctionState<'_, '_>) {
    let (first, second, mask) = fx.pop_three();
    let value = fx.builder.ins().bitselect(mask, first, second);
    fx.push(value);
}

/// `right < left ? right : left`, also for NaNs and zeros (core spec 2.0, `fpmin`).
pub(super) fn pseudo_min(fx: &mut FunctionState<'_, '_>, shape: Type) {
    let (left, right) = fx.pop_two_vectors(shape);
    let takes_right = fx.builder.ins().fcmp(FloatCC::LessThan, right, left);
    push_choice(fx, shape, takes_right, right, left);
}

/// `left < right ? right : left`, also for NaNs and zeros (core spec 2.0, `fpmax`).
pub(super) fn pseudo_max(fx: &mut FunctionState<'_, '_>, shape: Type) {
    let (left, right) = fx.pop_two_vectors(shape);
    let takes_right = fx.builder.ins().fcmp(FloatCC::LessThan, left, right);
    push_choice(fx, shape, takes_right, right, left);
}

fn push_choice(fx: &mut FunctionState<'_, '_>, shape: Type, mask: Value, if_set: Value, if_clear: Value) {
    let mask = fx.cast(mask, shape);
    let value = fx.builder.ins().bitselect(mask, if_set, if_clear);
    fx.push_vector(value);
}

/// Half of the lanes, extended to twice their width. `shape` is that of the operand.
pub(super) fn extend(fx: &mut FunctionState<'_, '_>, shape: Type, half: Half, extension: Extension) {
    let vector = fx.pop_vector(shape);
    let value = widen(fx, vector, half, extension);
    fx.push_vector(value);
}

/// The products of half of the lanes, in twice their width. `shape` is that of the operands.
pub(super) fn extended_multiply(
    fx: &mut FunctionState<'_, '_>,
    shape: Type,
    half: Half,
    extension: Extension,
) {
    let (left, right) = fx.pop_two_vectors(shape);
    let value = widened_product(fx, left, right, half, extension);
    fx.push_vector(value);
}

/// The sums of neighbors, in twice their width. `shape` is that of the operand.
pub(super) fn extended_pairwise_add(fx: &mut FunctionState<'_, '_>, shape: Type, extension: Extension) {
    let vector = fx.pop_vector(shape);
    let low = widen(fx, vector, Half::Low, extension);
    let high = widen(fx, vector, Half::High, extension);
    let value = fx.builder.ins().iadd_pairwise(low, high);
    fx.push_vector(value);
}

/// `i32x4.dot_i16x8_s`: the sums of neighboring products, which wrap in one case: all four -32768.
pub(super) fn dot(fx: &mut FunctionState<'_, '_>) {
    let (left, right) = fx.pop_two_vectors(types::I16X8);
    let low = widened_product(fx, left, right, Half::Low, Extension::Signed);
    let high = widened_product(fx, left, right, Half::High, Extension::Signed);
    let value = fx.builder.ins().iadd_pairwise(low, high);
    fx.push_vector(value);
}

fn widen(fx: &mut FunctionState<'_, '_>, vector: Value, half: Half, extension: Extension) -> Value {
    let ins = fx.builder.ins();
    match (half, extension) {
        (Half::Low, Extension::Signed) => ins.swiden_low(vector),
        (Half::Low, Extension::Unsigned) => ins.uwiden_low(vector),
        (Half::High, Extension::Signed) => ins.swiden_high(vector),
        (Half::High, Extension::Unsigned) => ins.uwiden_high(vector),
    }
}

fn widened_product(
    fx: &mut FunctionState<'_, '_>,
    left: Value,
    right: Value,
    half: Half,
    extension: Extension,
) -> Value {
    let left = widen(fx, left, half, extension);
    let right = widen(fx, right, half, extension);
    fx.builder.ins().imul(left, right)
}

/// The low two `i32`s as `f64`s: exact.
pub(super) fn convert_low(fx: &mut FunctionState<'_, '_>, extension: Extension) {
    let vector = fx.pop_vector(types::I32X4);
    let wide = widen(fx, vector, Half::Low, extension);
    let ins = fx.builder.ins();
    let value = match extension {
        Extension::Signed => ins.fcvt_from_sint(types::F64X2, wide),
        Extension::Unsigned => ins.fcvt_from_uint(types::F64X2, wide),
    };
    fx.push_vector(value);
}

/// Two `f64`s as saturated `i32`s, and two zeros. To saturate to 64 bits and then to 32 is the same as
/// to 32 at once.
pub(super) fn truncate_zero(fx: &mut FunctionState<'_, '_>, extension: Extension) {
    let vector = fx.pop_vector(types::F64X2);
    let zero = shaped_constant(fx, types::I64X2, 0);
    let value = match extension {
        Extension::Signed => {
            let wide = fx.builder.ins().fcvt_to_sint_sat(types::I64X2, vector);
            fx.builder.ins().snarrow(wide, zero)
        }
        Extension::Unsigned => {
            let wide = fx.builder.ins().fcvt_to_uint_sat(types::I64X2, vector);
            fx.builder.ins().uunarrow(wide, zero)
        }
    };
    fx.push_vector(value);
}
