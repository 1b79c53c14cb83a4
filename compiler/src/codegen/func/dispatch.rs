//! The dispatch: each operator is one call into its family's file.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, types};
use wasiaot_abi::trap::TrapCode;
use wasmparser::Operator;

use crate::codegen::func::memory::Extension;
use crate::codegen::func::{
    FunctionState, atomic, call, control, exception, memory, numeric, simd, table, variable,
};
use crate::codegen::traps::clif_trap;

/// Translates one operator. Those that cannot be reached are skipped, but for block structure.
pub(super) fn operator(fx: &mut FunctionState<'_, '_>, op: &Operator<'_>) {
    let structural = matches!(
        op,
        Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::TryTable { .. }
            | Operator::Try { .. }
            | Operator::Catch { .. }
            | Operator::CatchAll
            | Operator::Delegate { .. }
    );
    if fx.reachable || structural {
        reachable_operator(fx, op);
    }
}

fn reachable_operator(fx: &mut FunctionState<'_, '_>, op: &Operator<'_>) {
    match *op {
        Operator::Unreachable => fx.trap(clif_trap(TrapCode::Unreachable)),
        Operator::Nop => {}
        Operator::Block { blockty } => control::block(fx, blockty),
        Operator::Loop { blockty } => control::loop_(fx, blockty),
        Operator::If { blockty } => control::if_(fx, blockty),
        Operator::Else => control::else_(fx),
        Operator::End => control::end(fx),
        Operator::Br { relative_depth } => control::br(fx, relative_depth),
        Operator::BrIf { relative_depth } => control::br_if(fx, relative_depth),
        Operator::BrTable { ref targets } => control::br_table(fx, targets),
        Operator::Return => control::return_(fx),
        Operator::Call { function_index } => call::call(fx, function_index),
        Operator::CallIndirect { type_index, table_index } => {
            call::call_indirect(fx, type_index, table_index)
        }
        Operator::ReturnCall { function_index } => call::return_call(fx, function_index),
        Operator::ReturnCallIndirect { type_index, table_index } => {
            call::return_call_indirect(fx, type_index, table_index)
        }
        Operator::CallRef { type_index } => call::call_ref(fx, type_index),
        Operator::ReturnCallRef { type_index } => call::return_call_ref(fx, type_index),
        Operator::BrOnNull { relative_depth } => control::br_on_null(fx, relative_depth),
        Operator::BrOnNonNull { relative_depth } => control::br_on_non_null(fx, relative_depth),

        Operator::TryTable { ref try_table } => exception::try_table(fx, try_table),
        Operator::Throw { tag_index } => exception::throw(fx, tag_index),
        Operator::ThrowRef => exception::throw_ref(fx),
        Operator::Try { blockty } => exception::try_(fx, blockty),
        Operator::Catch { tag_index } => exception::catch(fx, tag_index),
        Operator::CatchAll => exception::catch_all(fx),
        Operator::Delegate { .. } => exception::delegate(fx),
        Operator::Rethrow { relative_depth } => exception::rethrow(fx, relative_depth),

        Operator::Drop => drop_operand(fx),
        Operator::Select | Operator::TypedSelect { .. } => variable::select(fx),
        Operator::LocalGet { local_index } => variable::local_get(fx, local_index),
        Operator::LocalSet { local_index } => variable::local_set(fx, local_index),
        Operator::LocalTee { local_index } => variable::local_tee(fx, local_index),
        Operator::GlobalGet { global_index } => variable::global_get(fx, global_index),
        Operator::GlobalSet { global_index } => variable::global_set(fx, global_index),
        Operator::I32Const { value } => variable::i32_const(fx, value),
        Operator::I64Const { value } => variable::i64_const(fx, value),
        Operator::F32Const { value } => variable::f32_const(fx, value.bits()),
        Operator::F64Const { value } => variable::f64_const(fx, value.bits()),
        Operator::RefNull { .. } => variable::ref_null(fx),
        Operator::RefIsNull => variable::ref_is_null(fx),
        Operator::RefAsNonNull => variable::ref_as_non_null(fx),
        Operator::RefFunc { function_index } => variable::ref_func(fx, function_index),

        Operator::I32Load { ref memarg } => memory::load(fx, memarg, types::I32),
        Operator::I64Load { ref memarg } => memory::load(fx, memarg, types::I64),
        Operator::F32Load { ref memarg } => memory::load(fx, memarg, types::F32),
        Operator::F64Load { ref memarg } => memory::load(fx, memarg, types::F64),
        Operator::I32Load8S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I32, types::I8, Extension::Signed)
        }
        Operator::I32Load8U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I32, types::I8, Extension::Unsigned)
        }
        Operator::I32Load16S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I32, types::I16, Extension::Signed)
        }
        Operator::I32Load16U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I32, types::I16, Extension::Unsigned)
        }
        Operator::I64Load8S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64, types::I8, Extension::Signed)
        }
        Operator::I64Load8U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64, types::I8, Extension::Unsigned)
        }
        Operator::I64Load16S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64, types::I16, Extension::Signed)
        }
        Operator::I64Load16U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64, types::I16, Extension::Unsigned)
        }
        Operator::I64Load32S { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64, types::I32, Extension::Signed)
        }
        Operator::I64Load32U { ref memarg } => {
            memory::load_extend(fx, memarg, types::I64, types::I32, Extension::Unsigned)
        }
        Operator::I32Store { ref memarg }
        | Operator::I64Store { ref memarg }
        | Operator::F32Store { ref memarg }
        | Operator::F64Store { ref memarg } => memory::store(fx, memarg),
        Operator::I32Store8 { ref memarg } | Operator::I64Store8 { ref memarg } => {
            memory::store_narrow(fx, memarg, types::I8)
        }
        Operator::I32Store16 { ref memarg } | Operator::I64Store16 { ref memarg } => {
            memory::store_narrow(fx, memarg, types::I16)
        }
        Operator::I64Store32 { ref memarg } => memory::store_narrow(fx, memarg, types::I32),
        Operator::MemorySize { mem } => memory::size(fx, mem),
        Operator::MemoryGrow { mem } => memory::grow(fx, mem),
        Operator::MemoryCopy { dst_mem, src_mem } => memory::copy(fx, dst_mem, src_mem),
        Operator::MemoryFill { mem } => memory::fill(fx, mem),
        Operator::MemoryInit { data_index, mem } => memory::init(fx, data_index, mem),
        Operator::DataDrop { data_index } => memory::data_drop(fx, data_index),

        Operator::TableGet { table } => table::get(fx, table),
        Operator::TableSet { table } => table::set(fx, table),
        Operator::TableSize { table } => table::size(fx, table),
        Operator::TableGrow { table } => table::grow(fx, table),
        Operator::TableFill { table } => table::fill(fx, table),
        Operator::TableCopy { dst_table, src_table } => table::copy(fx, dst_table, src_table),
        Operator::TableInit { elem_index, table } => table::init(fx, elem_index, table),
        Operator::ElemDrop { elem_index } => table::elem_drop(fx, elem_index),

        Operator::I32Eqz | Operator::I64Eqz => numeric::eqz(fx),
        Operator::I32Eq | Operator::I64Eq => numeric::compare(fx, IntCC::Equal),
        Operator::I32Ne | Operator::I64Ne => numeric::compare(fx, IntCC::NotEqual),
        Operator::I32LtS | Operator::I64LtS => numeric::compare(fx, IntCC::SignedLessThan),
        Operator::I32LtU | Operator::I64LtU => numeric::compare(fx, IntCC::UnsignedLessThan),
        Operator::I32GtS | Operator::I64GtS => numeric::compare(fx, IntCC::SignedGreaterThan),
        Operator::I32GtU | Operator::I64GtU => numeric::compare(fx, IntCC::UnsignedGreaterThan),
        Operator::I32LeS | Operator::I64LeS => numeric::compare(fx, IntCC::SignedLessThanOrEqual),
        Operator::I32LeU | Operator::I64LeU => numeric::compare(fx, IntCC::UnsignedLessThanOrEqual),
        Operator::I32GeS | Operator::I64GeS => numeric::compare(fx, IntCC::SignedGreaterThanOrEqual),
        Operator::I32GeU | Operator::I64GeU => numeric::compare(fx, IntCC::UnsignedGreaterThanOrEqual),
        Operator::F32Eq | Operator::F64Eq => numeric::compare_float(fx, FloatCC::Equal),
        Operator::F32Ne | Operator::F64Ne => numeric::compare_float(fx, FloatCC::NotEqual),
        Operator::F32Lt | Operator::F64Lt => numeric::compare_float(fx, FloatCC::LessThan),
        Operator::F32Gt | Operator::F64Gt => numeric::compare_float(fx, FloatCC::GreaterThan),
        Operator::F32Le | Operator::F64Le => numeric::compare_float(fx, FloatCC::LessThanOrEqual),
        Operator::F32Ge | Operator::F64Ge => numeric::compare_float(fx, FloatCC::GreaterThanOrEqual),
        Operator::I32Clz | Operator::I64Clz => numeric::unary(fx, |ins, x| ins.clz(x)),
        Operator::I32Ctz | Operator::I64Ctz => numeric::unary(fx, |ins, x| ins.ctz(x)),
        Operator::I32Popcnt | Operator::I64Popcnt => numeric::unary(fx, |ins, x| ins.popcnt(x)),
        Operator::I32Add | Operator::I64Add => numeric::binary(fx, |ins, x, y| ins.iadd(x, y)),
        Operator::I32Sub | Operator::I64Sub => numeric::binary(fx, |ins, x, y| ins.isub(x, y)),
        Operator::I32Mul | Operator::I64Mul => numeric::binary(fx, |ins, x, y| ins.imul(x, y)),
        Operator::I32DivS | Operator::I64DivS => numeric::binary(fx, |ins, x, y| ins.sdiv(x, y)),
        Operator::I32DivU | Operator::I64DivU => numeric::binary(fx, |ins, x, y| ins.udiv(x, y)),
        Operator::I32RemS | Operator::I64RemS => numeric::binary(fx, |ins, x, y| ins.srem(x, y)),
        Operator::I32RemU | Operator::I64RemU => numeric::binary(fx, |ins, x, y| ins.urem(x, y)),
        Operator::I32And | Operator::I64And => numeric::binary(fx, |ins, x, y| ins.band(x, y)),
        Operator::I32Or | Operator::I64Or => numeric::binary(fx, |ins, x, y| ins.bor(x, y)),
        Operator::I32Xor | Operator::I64Xor => numeric::binary(fx, |ins, x, y| ins.bxor(x, y)),
        Operator::I32Shl | Operator::I64Shl => numeric::binary(fx, |ins, x, y| ins.ishl(x, y)),
        Operator::I32ShrS | Operator::I64ShrS => numeric::binary(fx, |ins, x, y| ins.sshr(x, y)),
        Operator::I32ShrU | Operator::I64ShrU => numeric::binary(fx, |ins, x, y| ins.ushr(x, y)),
        Operator::I32Rotl | Operator::I64Rotl => numeric::binary(fx, |ins, x, y| ins.rotl(x, y)),
        Operator::I32Rotr | Operator::I64Rotr => numeric::binary(fx, |ins, x, y| ins.rotr(x, y)),
        Operator::F32Abs | Operator::F64Abs => numeric::unary(fx, |ins, x| ins.fabs(x)),
        Operator::F32Neg | Operator::F64Neg => numeric::unary(fx, |ins, x| ins.fneg(x)),
        Operator::F32Ceil | Operator::F64Ceil => numeric::unary(fx, |ins, x| ins.ceil(x)),
        Operator::F32Floor | Operator::F64Floor => numeric::unary(fx, |ins, x| ins.floor(x)),
        Operator::F32Trunc | Operator::F64Trunc => numeric::unary(fx, |ins, x| ins.trunc(x)),
        Operator::F32Nearest | Operator::F64Nearest => numeric::unary(fx, |ins, x| ins.nearest(x)),
        Operator::F32Sqrt | Operator::F64Sqrt => numeric::unary(fx, |ins, x| ins.sqrt(x)),
        Operator::F32Add | Operator::F64Add => numeric::binary(fx, |ins, x, y| ins.fadd(x, y)),
        Operator::F32Sub | Operator::F64Sub => numeric::binary(fx, |ins, x, y| ins.fsub(x, y)),
        Operator::F32Mul | Operator::F64Mul => numeric::binary(fx, |ins, x, y| ins.fmul(x, y)),
        Operator::F32Div | Operator::F64Div => numeric::binary(fx, |ins, x, y| ins.fdiv(x, y)),
        Operator::F32Min | Operator::F64Min => numeric::binary(fx, |ins, x, y| ins.fmin(x, y)),
        Operator::F32Max | Operator::F64Max => numeric::binary(fx, |ins, x, y| ins.fmax(x, y)),
        Operator::F32Copysign | Operator::F64Copysign => numeric::binary(fx, |ins, x, y| ins.fcopysign(x, y)),

        Operator::I32WrapI64 => numeric::unary(fx, |ins, x| ins.ireduce(types::I32, x)),
        Operator::I64ExtendI32S => numeric::unary(fx, |ins, x| ins.sextend(types::I64, x)),
        Operator::I64ExtendI32U => numeric::unary(fx, |ins, x| ins.uextend(types::I64, x)),
        Operator::I32TruncF32S | Operator::I32TruncF64S => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_sint(types::I32, x))
        }
        Operator::I32TruncSatF32S | Operator::I32TruncSatF64S => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_sint_sat(types::I32, x))
        }
        Operator::I32TruncF32U | Operator::I32TruncF64U => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_uint(types::I32, x))
        }
        Operator::I32TruncSatF32U | Operator::I32TruncSatF64U => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_uint_sat(types::I32, x))
        }
        Operator::I64TruncF32S | Operator::I64TruncF64S => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_sint(types::I64, x))
        }
        Operator::I64TruncSatF32S | Operator::I64TruncSatF64S => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_sint_sat(types::I64, x))
        }
        Operator::I64TruncF32U | Operator::I64TruncF64U => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_uint(types::I64, x))
        }
        Operator::I64TruncSatF32U | Operator::I64TruncSatF64U => {
            numeric::unary(fx, |ins, x| ins.fcvt_to_uint_sat(types::I64, x))
        }
        Operator::F32ConvertI32S | Operator::F32ConvertI64S => {
            numeric::unary(fx, |ins, x| ins.fcvt_from_sint(types::F32, x))
        }
        Operator::F32ConvertI32U | Operator::F32ConvertI64U => {
            numeric::unary(fx, |ins, x| ins.fcvt_from_uint(types::F32, x))
        }
        Operator::F64ConvertI32S | Operator::F64ConvertI64S => {
            numeric::unary(fx, |ins, x| ins.fcvt_from_sint(types::F64, x))
        }
        Operator::F64ConvertI32U | Operator::F64ConvertI64U => {
            numeric::unary(fx, |ins, x| ins.fcvt_from_uint(types::F64, x))
        }
        Operator::F32DemoteF64 => numeric::unary(fx, |ins, x| ins.fdemote(types::F32, x)),
        Operator::F64PromoteF32 => numeric::unary(fx, |ins, x| ins.fpromote(types::F64, x)),
        Operator::I32ReinterpretF32 => numeric::reinterpret(fx, types::I32),
        Operator::I64ReinterpretF64 => numeric::reinterpret(fx, types::I64),
        Operator::F32ReinterpretI32 => numeric::reinterpret(fx, types::F32),
        Operator::F64ReinterpretI64 => numeric::reinterpret(fx, types::F64),
        Operator::I32Extend8S => numeric::extend_low(fx, types::I8, types::I32),
        Operator::I32Extend16S => numeric::extend_low(fx, types::I16, types::I32),
        Operator::I64Extend8S => numeric::extend_low(fx, types::I8, types::I64),
        Operator::I64Extend16S => numeric::extend_low(fx, types::I16, types::I64),
        Operator::I64Extend32S => numeric::extend_low(fx, types::I32, types::I64),

        Operator::I64Add128 => numeric::binary_wide(fx, |ins, x, y| ins.iadd(x, y)),
        Operator::I64Sub128 => numeric::binary_wide(fx, |ins, x, y| ins.isub(x, y)),
        Operator::I64MulWideS => numeric::multiply_wide(fx, |ins, x| ins.sextend(types::I128, x)),
        Operator::I64MulWideU => numeric::multiply_wide(fx, |ins, x| ins.uextend(types::I128, x)),

        ref other => {
            if !atomic::operator(fx, other) {
                simd::operator(fx, other);
            }
        }
    }
}

fn drop_operand(fx: &mut FunctionState<'_, '_>) {
    fx.pop();
}
