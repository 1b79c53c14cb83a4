//! Constant expressions: decoded here, evaluated by `plan`.

use wasmparser::Operator;

use crate::parse::{ConstBinary, ConstExpr, ConstOp, FuncIndex, GlobalIndex, ParseError};

/// Decodes a constant expression.
///
/// # Errors
/// If it is malformed, or holds an operator that constant expressions do not have (the validator has
/// not seen it yet when this runs, or accepts more than we do).
pub(crate) fn read(expr: &wasmparser::ConstExpr<'_>) -> Result<ConstExpr, ParseError> {
    let mut reader = expr.get_operators_reader();
    let mut ops = Vec::new();
    while !reader.eof() {
        let (op, offset) = reader.read_with_offset()?;
        ops.push(match op {
            Operator::I32Const { value } => ConstOp::I32(value),
            Operator::I64Const { value } => ConstOp::I64(value),
            Operator::F32Const { value } => ConstOp::F32(value.bits()),
            Operator::F64Const { value } => ConstOp::F64(value.bits()),
            Operator::V128Const { value } => ConstOp::V128(value.i128().cast_unsigned()),
            Operator::RefNull { .. } => ConstOp::RefNull,
            Operator::RefFunc { function_index } => ConstOp::RefFunc(FuncIndex(function_index)),
            Operator::GlobalGet { global_index } => ConstOp::GlobalGet(GlobalIndex(global_index)),
            Operator::I32Add => ConstOp::I32Binary(ConstBinary::Add),
            Operator::I32Sub => ConstOp::I32Binary(ConstBinary::Sub),
            Operator::I32Mul => ConstOp::I32Binary(ConstBinary::Mul),
            Operator::I64Add => ConstOp::I64Binary(ConstBinary::Add),
            Operator::I64Sub => ConstOp::I64Binary(ConstBinary::Sub),
            Operator::I64Mul => ConstOp::I64Binary(ConstBinary::Mul),
            Operator::End => break,
            _ => {
                return Err(ParseError::Invalid {
                    message: "operator not allowed in a constant expression".to_owned(),
                    offset: offset as u64,
                });
            }
        });
    }
    Ok(ops)
}
