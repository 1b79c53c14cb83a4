//! Linear memory: loads, stores, size, growth, and bulk operations.

use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value, types};
use wasiaot_abi::host;
use wasiaot_abi::trap::TrapCode;
use wasmparser::MemArg;

use crate::codegen::addressing;
use crate::codegen::bounds;
use crate::codegen::func::FunctionState;
use crate::codegen::symbols::{HelperShim, Symbol};
use crate::codegen::traps::clif_trap;
use crate::parse::{DataIndex, IndexType, MemoryIndex};
use crate::plan::{MemoryPlan, SegmentPlan, StaticPlan};

/// How an integer load fills the part of its result that memory does not provide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extension {
    Signed,
    Unsigned,
}

/// Accesses are little-endian, may be unaligned, and trap outside the memory.
pub(super) const FLAGS: MemFlagsData = MemFlagsData::new().with_endianness(Endianness::Little);

impl<'p> FunctionState<'p, '_> {
    pub(super) fn memory(&self, index: u32) -> &'p MemoryPlan {
        let plan: &'p StaticPlan<'p> = self.plan;
        &plan.memories[self.instance.memories[MemoryIndex(index)]]
    }

    pub(super) fn pop_address(&mut self, memarg: &MemArg, width_bytes: u32) -> (Value, i32) {
        let index = self.pop();
        let memory = self.memory(memarg.memory);
        bounds::access(&mut self.builder, &mut self.bases, memory, index, memarg.offset, width_bytes)
    }

    /// Pops an address or a length and widens it to an `i64`.
    pub(super) fn pop_index(&mut self, ty: IndexType) -> Value {
        let value = self.pop();
        bounds::extend(&mut self.builder, ty, value)
    }

    /// Pushes a size, which fits the type.
    pub(super) fn push_index(&mut self, ty: IndexType, size: Value) {
        let size = match ty {
            IndexType::I32 => self.builder.ins().ireduce(types::I32, size),
            IndexType::I64 => size,
        };
        self.push(size);
    }

    /// Calls a runtime helper through its shim.
    pub(super) fn call_helper(&mut self, shim: HelperShim, args: &[Value]) -> Value {
        let convention = self.plan.convention;
        let callee = self.callee(Symbol::HelperShim(shim), || shim.signature(convention));
        let call = self.builder.ins().call(callee, args);
        self.builder.inst_results(call)[0]
    }
}

/// A load of a whole value.
pub(super) fn load(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, ty: Type) {
    let (address, offset) = fx.pop_address(memarg, ty.bytes());
    let value = fx.builder.ins().load(ty, FLAGS, address, offset);
    fx.push(value);
}

/// A load of `narrow`, extended to `ty`.
pub(super) fn load_extend(
    fx: &mut FunctionState<'_, '_>,
    memarg: &MemArg,
    ty: Type,
    narrow: Type,
    extension: Extension,
) {
    let (address, offset) = fx.pop_address(memarg, narrow.bytes());
    let ins = fx.builder.ins();
    let value = match (narrow, extension) {
        (types::I8, Extension::Unsigned) => ins.uload8(ty, FLAGS, address, offset),
        (types::I8, Extension::Signed) => ins.sload8(ty, FLAGS, address, offset),
        (types::I16, Extension::Unsigned) => ins.uload16(ty, FLAGS, address, offset),
        (types::I16, Extension::Signed) => ins.sload16(ty, FLAGS, address, offset),
        (types::I32, Extension::Unsigned) => ins.uload32(FLAGS, address, offset),
        (types::I32, Extension::Signed) => ins.sload32(FLAGS, address, offset),
        _ => unreachable!("wasm has no other narrow loads"),
    };
    fx.push(value);
}

/// A store of a whole value.
pub(super) fn store(fx: &mut FunctionState<'_, '_>, memarg: &MemArg) {
    let value = fx.pop();
    let width = fx.builder.func.dfg.value_type(value).bytes();
    let (address, offset) = fx.pop_address(memarg, width);
    fx.builder.ins().store(FLAGS, value, address, offset);
}

/// A store of the low part of an integer.
pub(super) fn store_narrow(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, narrow: Type) {
    let value = fx.pop();
    let (address, offset) = fx.pop_address(memarg, narrow.bytes());
    let ins = fx.builder.ins();
    match narrow {
        types::I8 => ins.istore8(FLAGS, value, address, offset),
        types::I16 => ins.istore16(FLAGS, value, address, offset),
        types::I32 => ins.istore32(FLAGS, value, address, offset),
        _ => unreachable!("wasm has no other narrow stores"),
    };
}

pub(super) fn size(fx: &mut FunctionState<'_, '_>, index: u32) {
    let memory = fx.memory(index);
    let len = bounds::memory_len(&mut fx.builder, memory);
    let pages = fx.builder.ins().ushr_imm_u(len, i64::from(memory.ty.page_bytes.trailing_zeros()));
    fx.push_index(memory.ty.index, pages);
}

pub(super) fn grow(fx: &mut FunctionState<'_, '_>, index: u32) {
    let memory = fx.memory(index);
    let delta = fx.pop_index(memory.ty.index);
    let record = addressing::address(&mut fx.builder, memory.record);
    let page_bytes = fx.builder.ins().iconst(types::I64, memory.ty.page_bytes.cast_signed());
    let old = fx.call_helper(HelperShim::MemoryGrow, &[record, delta, page_bytes]);
    // Failure is `u64::MAX`, which is the -1 that wasm wants, and so is its low half.
    fx.push_index(memory.ty.index, old);
}

pub(super) fn copy(fx: &mut FunctionState<'_, '_>, dst: u32, src: u32) {
    let (dst, src) = (fx.memory(dst), fx.memory(src));
    let len = fx.pop_index(dst.ty.index.min(src.ty.index));
    let from = fx.pop_index(src.ty.index);
    let to = fx.pop_index(dst.ty.index);
    let trap = clif_trap(TrapCode::MemoryOutOfBounds);
    let limit = bounds::memory_len(&mut fx.builder, src);
    bounds::check_range(&mut fx.builder, src.ty.index, from, len, limit, trap);
    let limit = bounds::memory_len(&mut fx.builder, dst);
    bounds::check_range(&mut fx.builder, dst.ty.index, to, len, limit, trap);
    let to = fx.builder.ins().iadd_imm_u(to, dst.base.cast_signed());
    let from = fx.builder.ins().iadd_imm_u(from, src.base.cast_signed());
    fx.call_runtime(host::MEMMOVE, &[to, from, len]);
}

pub(super) fn fill(fx: &mut FunctionState<'_, '_>, index: u32) {
    let memory = fx.memory(index);
    let len = fx.pop_index(memory.ty.index);
    let byte = fx.pop();
    let to = fx.pop_index(memory.ty.index);
    let limit = bounds::memory_len(&mut fx.builder, memory);
    let trap = clif_trap(TrapCode::MemoryOutOfBounds);
    bounds::check_range(&mut fx.builder, memory.ty.index, to, len, limit, trap);
    let to = fx.builder.ins().iadd_imm_u(to, memory.base.cast_signed());
    // The C function takes the byte as an `int` and looks at its low 8 bits only.
    fx.call_runtime(host::MEMSET, &[to, byte, len]);
}

pub(super) fn init(fx: &mut FunctionState<'_, '_>, data: u32, memory: u32) {
    let memory = fx.memory(memory);
    let len = fx.pop_index(IndexType::I32);
    let from = fx.pop_index(IndexType::I32);
    let to = fx.pop_index(memory.ty.index);
    let segment = fx.instance.data[&DataIndex(data)];
    let limit = fx.segment_len(segment);
    init_from(fx, memory, segment, [to, from, len], limit);
}

/// Copies from a data segment of this length to a memory, both checked; operands are `i64`s.
pub(crate) fn init_from(
    fx: &mut FunctionState<'_, '_>,
    memory: &MemoryPlan,
    segment: SegmentPlan,
    [to, from, len]: [Value; 3],
    segment_len: Value,
) {
    let trap = clif_trap(TrapCode::MemoryOutOfBounds);
    bounds::check_range(&mut fx.builder, IndexType::I32, from, len, segment_len, trap);
    let limit = bounds::memory_len(&mut fx.builder, memory);
    bounds::check_range(&mut fx.builder, memory.ty.index, to, len, limit, trap);
    let to = fx.builder.ins().iadd_imm_u(to, memory.base.cast_signed());
    let from = fx.builder.ins().iadd_imm_u(from, segment.address.cast_signed());
    fx.call_runtime(host::MEMMOVE, &[to, from, len]);
}

pub(super) fn data_drop(fx: &mut FunctionState<'_, '_>, data: u32) {
    let segment = fx.instance.data[&DataIndex(data)];
    fx.drop_segment(segment);
}

impl FunctionState<'_, '_> {
    /// The current length of a segment, as instructions see it.
    pub(super) fn segment_len(&mut self, segment: SegmentPlan) -> Value {
        match segment.len_address {
            Some(address) => addressing::load(&mut self.builder, types::I64, address),
            None => self.builder.ins().iconst(types::I64, 0),
        }
    }

    /// Makes the current length of a segment 0.
    pub(super) fn drop_segment(&mut self, segment: SegmentPlan) {
        if let Some(address) = segment.len_address {
            let zero = self.builder.ins().iconst(types::I64, 0);
            addressing::store(&mut self.builder, zero, address);
        }
    }
}
