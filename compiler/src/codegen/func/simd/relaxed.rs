//! Relaxed vector operators.
//!
//! Where the specification leaves a choice, each takes the one of the deterministic profile (core spec
//! 3.0, "Relaxed Operations"), whatever the CPU: results are the same on every machine, and at every CPU
//! level. Most are then operators that there are anyway; the others are here.

use cranelift_codegen::ir::{InstBuilder, Type, Value, types};

use crate::codegen::func::FunctionState;

/// `a × b + c` of each lane, rounded twice: the profile does not fuse.
pub(super) fn multiply_add(fx: &mut FunctionState<'_, '_>, shape: Type) {
    let addend = fx.pop_vector(shape);
    let (left, right) = fx.pop_two_vectors(shape);
    let product = fx.builder.ins().fmul(left, right);
    let value = fx.builder.ins().fadd(product, addend);
    fx.push_vector(value);
}

/// `-a × b + c` of each lane, rounded twice.
pub(super) fn negative_multiply_add(fx: &mut FunctionState<'_, '_>, shape: Type) {
    let addend = fx.pop_vector(shape);
    let (left, right) = fx.pop_two_vectors(shape);
    let negative = fx.builder.ins().fneg(left);
    let product = fx.builder.ins().fmul(negative, right);
    let value = fx.builder.ins().fadd(product, addend);
    fx.push_vector(value);
}

/// `i16x8.relaxed_dot_i8x16_i7x16_s`.
pub(super) fn dot(fx: &mut FunctionState<'_, '_>) {
    let (left, right) = fx.pop_two_vectors(types::I16X8);
    let value = saturated_dot(fx, left, right);
    fx.push_vector(value);
}

/// `i32x4.relaxed_dot_i8x16_i7x16_add_s`.
pub(super) fn dot_add(fx: &mut FunctionState<'_, '_>) {
    let addend = fx.pop_vector(types::I32X4);
    let (left, right) = fx.pop_two_vectors(types::I16X8);
    let dot = saturated_dot(fx, left, right);
    let low = fx.builder.ins().swiden_low(dot);
    let high = fx.builder.ins().swiden_high(dot);
    let sums = fx.builder.ins().iadd_pairwise(low, high);
    let value = fx.builder.ins().iadd(sums, addend);
    fx.push_vector(value);
}

/// The sums of the products of neighboring signed bytes; both vectors are seen as `i16x8`. The profile
/// takes bytes of the second vector as signed too, and sums saturate: only two times (-128)² does.
fn saturated_dot(fx: &mut FunctionState<'_, '_>, left: Value, right: Value) -> Value {
    let mut product = |half: fn(&mut FunctionState<'_, '_>, Value) -> Value| {
        let (left, right) = (half(fx, left), half(fx, right));
        fx.builder.ins().imul(left, right)
    };
    let even = product(even_bytes);
    let odd = product(odd_bytes);
    fx.builder.ins().sadd_sat(even, odd)
}

/// The low byte of each lane, with its sign.
fn even_bytes(fx: &mut FunctionState<'_, '_>, vector: Value) -> Value {
    let count = fx.builder.ins().iconst(types::I32, 8);
    let high = fx.builder.ins().ishl(vector, count);
    fx.builder.ins().sshr(high, count)
}

/// The high byte of each lane, with its sign.
fn odd_bytes(fx: &mut FunctionState<'_, '_>, vector: Value) -> Value {
    let count = fx.builder.ins().iconst(types::I32, 8);
    fx.builder.ins().sshr(vector, count)
}
