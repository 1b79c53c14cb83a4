//! Numbers: arithmetic, comparison and conversion.
//!
//! The code generator's integer and float instructions were made after wasm's: they wrap, trap and
//! round as the specification asks. What differs is spelled out here.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use cranelift_frontend::FuncInstBuilder;

use crate::codegen::func::FunctionState;

/// An instruction with one operand.
pub(super) fn unary(
    fx: &mut FunctionState<'_, '_>,
    build: impl FnOnce(FuncInstBuilder<'_, '_>, Value) -> Value,
) {
    let operand = fx.pop();
    let value = build(fx.builder.ins(), operand);
    fx.push(value);
}

/// An instruction with two operands.
pub(super) fn binary(
    fx: &mut FunctionState<'_, '_>,
    build: impl FnOnce(FuncInstBuilder<'_, '_>, Value, Value) -> Value,
) {
    let (left, right) = fx.pop_two();
    let value = build(fx.builder.ins(), left, right);
    fx.push(value);
}

/// An integer comparison; the result is an `i32`.
pub(super) fn compare(fx: &mut FunctionState<'_, '_>, condition: IntCC) {
    let (left, right) = fx.pop_two();
    let holds = fx.builder.ins().icmp(condition, left, right);
    let holds = fx.builder.ins().uextend(types::I32, holds);
    fx.push(holds);
}

/// A comparison with zero; the result is an `i32`.
pub(super) fn eqz(fx: &mut FunctionState<'_, '_>) {
    let operand = fx.pop();
    let holds = fx.builder.ins().icmp_imm_s(IntCC::Equal, operand, 0);
    let holds = fx.builder.ins().uextend(types::I32, holds);
    fx.push(holds);
}

/// A float comparison; the result is an `i32`.
pub(super) fn compare_float(fx: &mut FunctionState<'_, '_>, condition: FloatCC) {
    let (left, right) = fx.pop_two();
    let holds = fx.builder.ins().fcmp(condition, left, right);
    let holds = fx.builder.ins().uextend(types::I32, holds);
    fx.push(holds);
}

/// Sign extension of the low `narrow` part of an integer of type `ty`.
pub(super) fn extend_low(fx: &mut FunctionState<'_, '_>, narrow: Type, ty: Type) {
    let operand = fx.pop();
    let low = fx.builder.ins().ireduce(narrow, operand);
    let value = fx.builder.ins().sextend(ty, low);
    fx.push(value);
}

/// An instruction on two 128-bit integers, each of which is two operands: the low half, then the high.
pub(super) fn binary_wide(
    fx: &mut FunctionState<'_, '_>,
    build: impl FnOnce(FuncInstBuilder<'_, '_>, Value, Value) -> Value,
) {
    let right = pop_wide(fx);
    let left = pop_wide(fx);
    let value = build(fx.builder.ins(), left, right);
    push_wide(fx, value);
}

/// The 128-bit product of two 64-bit integers, which `extend` widens.
pub(super) fn multiply_wide(
    fx: &mut FunctionState<'_, '_>,
    extend: impl Fn(FuncInstBuilder<'_, '_>, Value) -> Value,
) {
    let (left, right) = fx.pop_two();
    let left = extend(fx.builder.ins(), left);
    let right = extend(fx.builder.ins(), right);
    let product = fx.builder.ins().imul(left, right);
    push_wide(fx, product);
}

fn pop_wide(fx: &mut FunctionState<'_, '_>) -> Value {
    let (low, high) = fx.pop_two();
    fx.builder.ins().iconcat(low, high)
}

fn push_wide(fx: &mut FunctionState<'_, '_>, value: Value) {
    let (low, high) = fx.builder.ins().isplit(value);
    fx.push(low);
    fx.push(high);
}

/// The same bits as another type.
pub(super) fn reinterpret(fx: &mut FunctionState<'_, '_>, ty: Type) {
    unary(fx, |ins, x| ins.bitcast(ty, MemFlagsData::new(), x));
}
