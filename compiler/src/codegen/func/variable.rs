//! Constants, locals, globals, references, and operand stack juggling.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::{Ieee32, Ieee64};
use cranelift_codegen::ir::{InstBuilder, Value, types};
use wasiaot_abi::trap::TrapCode;

use crate::codegen::addressing;
use crate::codegen::func::{FunctionState, simd};
use crate::codegen::isa::clif_type;
use crate::codegen::traps::clif_trap;
use crate::parse::{FuncIndex, GlobalIndex, ValueType};
use crate::plan::{ConstValue, GlobalId};

/// The value that locals of this type start as. Validation sees to it that one whose type has no null is
/// set before it is read.
pub(super) fn zero(fx: &mut FunctionState<'_, '_>, ty: ValueType) -> Value {
    match ty {
        ValueType::I32 => fx.builder.ins().iconst(types::I32, 0),
        ValueType::I64 | ValueType::Ref(_) => fx.builder.ins().iconst(types::I64, 0),
        ValueType::F32 => fx.builder.ins().f32const(Ieee32::with_bits(0)),
        ValueType::F64 => fx.builder.ins().f64const(Ieee64::with_bits(0)),
        ValueType::V128 => simd::constant(fx, 0),
    }
}

pub(super) fn i32_const(fx: &mut FunctionState<'_, '_>, value: i32) {
    // The code generator wants the bits of a narrow constant zero-extended.
    let value = fx.builder.ins().iconst(types::I32, i64::from(value.cast_unsigned()));
    fx.push(value);
}

pub(super) fn i64_const(fx: &mut FunctionState<'_, '_>, value: i64) {
    let value = fx.builder.ins().iconst(types::I64, value);
    fx.push(value);
}

pub(super) fn f32_const(fx: &mut FunctionState<'_, '_>, bits: u32) {
    let value = fx.builder.ins().f32const(Ieee32::with_bits(bits));
    fx.push(value);
}

pub(super) fn f64_const(fx: &mut FunctionState<'_, '_>, bits: u64) {
    let value = fx.builder.ins().f64const(Ieee64::with_bits(bits));
    fx.push(value);
}

pub(super) fn local_get(fx: &mut FunctionState<'_, '_>, index: u32) {
    let value = fx.builder.use_var(fx.locals[index as usize]);
    fx.push(value);
}

pub(super) fn local_set(fx: &mut FunctionState<'_, '_>, index: u32) {
    let value = fx.pop();
    fx.builder.def_var(fx.locals[index as usize], value);
}

pub(super) fn local_tee(fx: &mut FunctionState<'_, '_>, index: u32) {
    let value = *fx.stack.last().expect("the body was validated");
    fx.builder.def_var(fx.locals[index as usize], value);
}

pub(super) fn global_get(fx: &mut FunctionState<'_, '_>, index: u32) {
    let value = global_value(fx, fx.instance.globals[GlobalIndex(index)]);
    fx.push(value);
}

/// The current value of a global.
pub(crate) fn global_value(fx: &mut FunctionState<'_, '_>, global: GlobalId) -> Value {
    let global = &fx.plan.globals[global];
    match global.address {
        Some(address) => addressing::load(&mut fx.builder, clif_type(global.ty.value), address),
        None => {
            constant(fx, global.init);
            fx.pop()
        }
    }
}

pub(super) fn global_set(fx: &mut FunctionState<'_, '_>, index: u32) {
    let value = fx.pop();
    let global = &fx.plan.globals[fx.instance.globals[GlobalIndex(index)]];
    let address = global.address.expect("the plan gives written globals an address");
    addressing::store(&mut fx.builder, value, address);
}

/// Pushes a value that is known at build time.
fn constant(fx: &mut FunctionState<'_, '_>, value: ConstValue) {
    match value {
        ConstValue::I32(value) => i32_const(fx, value),
        ConstValue::I64(value) => i64_const(fx, value),
        ConstValue::F32(bits) => f32_const(fx, bits),
        ConstValue::F64(bits) => f64_const(fx, bits),
        ConstValue::V128(bits) => simd::push_constant(fx, bits),
        ConstValue::Null => ref_null(fx),
        ConstValue::Func(function) => {
            let value = fx.function_reference(function);
            fx.push(value);
        }
    }
}

pub(super) fn ref_null(fx: &mut FunctionState<'_, '_>) {
    i64_const(fx, 0);
}

pub(super) fn ref_is_null(fx: &mut FunctionState<'_, '_>) {
    let reference = fx.pop();
    let is_null = fx.builder.ins().icmp_imm_s(IntCC::Equal, reference, 0);
    let is_null = fx.builder.ins().uextend(types::I32, is_null);
    fx.push(is_null);
}

/// Traps if the reference is null.
pub(super) fn ref_as_non_null(fx: &mut FunctionState<'_, '_>) {
    let reference = *fx.stack.last().expect("the body was validated");
    fx.builder.ins().trapz(reference, clif_trap(TrapCode::NullReference));
}

pub(super) fn ref_func(fx: &mut FunctionState<'_, '_>, index: u32) {
    let value = fx.function_reference(fx.instance.functions[FuncIndex(index)]);
    fx.push(value);
}

pub(super) fn select(fx: &mut FunctionState<'_, '_>) {
    let (first, second, condition) = fx.pop_three();
    let value = fx.builder.ins().select(condition, first, second);
    fx.push(value);
}
