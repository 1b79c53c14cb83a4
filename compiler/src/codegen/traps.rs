//! Trap codes of the project in the code generator's form, and back.

use cranelift_codegen::ir;
use wasiaot_abi::trap::TrapCode;

/// The code generator's form of a trap code.
pub(crate) const fn clif_trap(code: TrapCode) -> ir::TrapCode {
    match code {
        TrapCode::MemoryOutOfBounds => ir::TrapCode::HEAP_OUT_OF_BOUNDS,
        TrapCode::IntegerDivideByZero => ir::TrapCode::INTEGER_DIVISION_BY_ZERO,
        TrapCode::IntegerOverflow => ir::TrapCode::INTEGER_OVERFLOW,
        TrapCode::InvalidConversionToInteger => ir::TrapCode::BAD_CONVERSION_TO_INTEGER,
        TrapCode::CallStackExhausted => ir::TrapCode::STACK_OVERFLOW,
        other => ir::TrapCode::unwrap_user(other as u8),
    }
}

/// The trap code of a code generator's trap.
///
/// # Panics
/// If it is not one that [`clif_trap`] makes.
pub(crate) fn trap_code(code: ir::TrapCode) -> TrapCode {
    match code {
        ir::TrapCode::HEAP_OUT_OF_BOUNDS => TrapCode::MemoryOutOfBounds,
        ir::TrapCode::INTEGER_DIVISION_BY_ZERO => TrapCode::IntegerDivideByZero,
        ir::TrapCode::INTEGER_OVERFLOW => TrapCode::IntegerOverflow,
        ir::TrapCode::BAD_CONVERSION_TO_INTEGER => TrapCode::InvalidConversionToInteger,
        ir::TrapCode::STACK_OVERFLOW => TrapCode::CallStackExhausted,
        other => TrapCode::from_u8(other.as_raw().get()).expect("only our own trap codes are used"),
    }
}
