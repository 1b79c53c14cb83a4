//! Vectors: the fixed-width SIMD operators (core spec 2.0 §4.3.4 and §4.4.3) and the relaxed ones.
//!
//! Wasm has one vector type of 128 bits, and each operator says how it sees the lanes. The code
//! generator has a type for each shape instead. Every vector on the operand stack, in a local, a global
//! or a signature is an `i8x16`; operators of other shapes cast their operands, which costs no
//! instruction. What a lane-wise instruction does is as in wasm: it wraps, saturates and rounds alike,
//! and shift counts are taken modulo the width of a lane.

mod arithmetic;
mod dispatch;
mod lanes;
mod memory;
mod relaxed;

pub(super) use dispatch::operator;

use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value, types};

use crate::codegen::func::FunctionState;

/// The shape of every vector outside the operators.
pub(super) const VECTOR: Type = types::I8X16;

/// The order of the lanes of a vector, seen as bytes.
const LANE_ORDER: MemFlagsData = MemFlagsData::new().with_endianness(Endianness::Little);

impl FunctionState<'_, '_> {
    /// The same bits in another shape.
    fn cast(&mut self, vector: Value, shape: Type) -> Value {
        if self.builder.func.dfg.value_type(vector) == shape {
            return vector;
        }
        self.builder.ins().bitcast(shape, LANE_ORDER, vector)
    }

    fn pop_vector(&mut self, shape: Type) -> Value {
        let vector = self.pop();
        self.cast(vector, shape)
    }

    fn pop_two_vectors(&mut self, shape: Type) -> (Value, Value) {
        let second = self.pop_vector(shape);
        (self.pop_vector(shape), second)
    }

    fn push_vector(&mut self, vector: Value) {
        let vector = self.cast(vector, VECTOR);
        self.push(vector);
    }
}

/// A constant vector. The lowest byte is that of lane 0.
pub(super) fn constant(fx: &mut FunctionState<'_, '_>, bits: u128) -> Value {
    shaped_constant(fx, VECTOR, bits)
}

/// A constant of this shape.
fn shaped_constant(fx: &mut FunctionState<'_, '_>, shape: Type, bits: u128) -> Value {
    let bytes = fx.builder.func.dfg.constants.insert(bits.to_le_bytes().to_vec().into());
    fx.builder.ins().vconst(shape, bytes)
}

/// Pushes a constant vector.
pub(super) fn push_constant(fx: &mut FunctionState<'_, '_>, bits: u128) {
    let value = constant(fx, bits);
    fx.push(value);
}
