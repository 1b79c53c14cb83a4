//! Atomic accesses to linear memory, `wait` and `notify` (the threads proposal).
//!
//! All are sequentially consistent, and trap unless the address is a multiple of the width. They may be
//! used on memories that are not shared as well, but for `wait`, which then traps. An executable has one
//! thread: nobody can notify a thread that waits, and no thread waits that could be notified.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AtomicRmwOp, BlockArg, InstBuilder, Type, Value, types};
use wasiaot_abi::trap::TrapCode;
use wasmparser::{MemArg, Operator};

use crate::codegen::func::FunctionState;
use crate::codegen::func::memory::FLAGS;
use crate::codegen::symbols::HelperShim;
use crate::codegen::traps::clif_trap;

/// What `wait` gives if memory does not hold the expected value.
const WAIT_NOT_EQUAL: i64 = 1;

/// What an access does.
#[derive(Clone, Copy, Debug)]
enum Action {
    Load,
    Store,
    Modify(AtomicRmwOp),
    CompareExchange,
}

/// An access: what it does, where, the type of its operands, and the type in memory.
struct Access<'m> {
    action: Action,
    memarg: &'m MemArg,
    ty: Type,
    narrow: Type,
}

/// Makes the function that tells what an operator does: a row has the two types, and the names of the
/// operators in the order of the actions.
macro_rules! accesses {
    ($($ty:ident $narrow:ident: $load:ident $store:ident
        $add:ident $sub:ident $and:ident $or:ident $xor:ident $exchange:ident $compare:ident;)*) => {
        fn access<'m>(op: &'m Operator<'_>) -> Option<Access<'m>> {
            let (action, memarg, ty, narrow) = match op {
                $(
                    Operator::$load { memarg } => (Action::Load, memarg, types::$ty, types::$narrow),
                    Operator::$store { memarg } => (Action::Store, memarg, types::$ty, types::$narrow),
                    Operator::$add { memarg } => {
                        (Action::Modify(AtomicRmwOp::Add), memarg, types::$ty, types::$narrow)
                    }
                    Operator::$sub { memarg } => {
                        (Action::Modify(AtomicRmwOp::Sub), memarg, types::$ty, types::$narrow)
                    }
                    Operator::$and { memarg } => {
                        (Action::Modify(AtomicRmwOp::And), memarg, types::$ty, types::$narrow)
                    }
                    Operator::$or { memarg } => {
                        (Action::Modify(AtomicRmwOp::Or), memarg, types::$ty, types::$narrow)
                    }
                    Operator::$xor { memarg } => {
                        (Action::Modify(AtomicRmwOp::Xor), memarg, types::$ty, types::$narrow)
                    }
                    Operator::$exchange { memarg } => {
                        (Action::Modify(AtomicRmwOp::Xchg), memarg, types::$ty, types::$narrow)
                    }
                    Operator::$compare { memarg } => {
                        (Action::CompareExchange, memarg, types::$ty, types::$narrow)
                    }
                )*
                _ => return None,
            };
            Some(Access { action, memarg, ty, narrow })
        }
    };
}

accesses! {
    I32 I32: I32AtomicLoad I32AtomicStore I32AtomicRmwAdd I32AtomicRmwSub I32AtomicRmwAnd
        I32AtomicRmwOr I32AtomicRmwXor I32AtomicRmwXchg I32AtomicRmwCmpxchg;
    I64 I64: I64AtomicLoad I64AtomicStore I64AtomicRmwAdd I64AtomicRmwSub I64AtomicRmwAnd
        I64AtomicRmwOr I64AtomicRmwXor I64AtomicRmwXchg I64AtomicRmwCmpxchg;
    I32 I8: I32AtomicLoad8U I32AtomicStore8 I32AtomicRmw8AddU I32AtomicRmw8SubU I32AtomicRmw8AndU
        I32AtomicRmw8OrU I32AtomicRmw8XorU I32AtomicRmw8XchgU I32AtomicRmw8CmpxchgU;
    I32 I16: I32AtomicLoad16U I32AtomicStore16 I32AtomicRmw16AddU I32AtomicRmw16SubU I32AtomicRmw16AndU
        I32AtomicRmw16OrU I32AtomicRmw16XorU I32AtomicRmw16XchgU I32AtomicRmw16CmpxchgU;
    I64 I8: I64AtomicLoad8U I64AtomicStore8 I64AtomicRmw8AddU I64AtomicRmw8SubU I64AtomicRmw8AndU
        I64AtomicRmw8OrU I64AtomicRmw8XorU I64AtomicRmw8XchgU I64AtomicRmw8CmpxchgU;
    I64 I16: I64AtomicLoad16U I64AtomicStore16 I64AtomicRmw16AddU I64AtomicRmw16SubU I64AtomicRmw16AndU
        I64AtomicRmw16OrU I64AtomicRmw16XorU I64AtomicRmw16XchgU I64AtomicRmw16CmpxchgU;
    I64 I32: I64AtomicLoad32U I64AtomicStore32 I64AtomicRmw32AddU I64AtomicRmw32SubU I64AtomicRmw32AndU
        I64AtomicRmw32OrU I64AtomicRmw32XorU I64AtomicRmw32XchgU I64AtomicRmw32CmpxchgU;
}

/// Translates an atomic operator; returns whether it is one.
pub(super) fn operator(fx: &mut FunctionState<'_, '_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::AtomicFence => {
            fx.builder.ins().fence();
        }
        Operator::MemoryAtomicWait32 { memarg } => wait(fx, memarg, types::I32),
        Operator::MemoryAtomicWait64 { memarg } => wait(fx, memarg, types::I64),
        Operator::MemoryAtomicNotify { memarg } => notify(fx, memarg),
        _ => match access(op) {
            Some(access) => perform(fx, &access),
            None => return false,
        },
    }
    true
}

fn perform(fx: &mut FunctionState<'_, '_>, access: &Access<'_>) {
    let &Access { action, memarg, ty, narrow } = access;
    let old = match action {
        Action::Load => {
            let address = pop_aligned(fx, memarg, narrow);
            fx.builder.ins().atomic_load(narrow, FLAGS, address)
        }
        Action::Store => {
            let value = pop_narrow(fx, narrow);
            let address = pop_aligned(fx, memarg, narrow);
            fx.builder.ins().atomic_store(FLAGS, value, address);
            return;
        }
        Action::Modify(op) => {
            let operand = pop_narrow(fx, narrow);
            let address = pop_aligned(fx, memarg, narrow);
            fx.builder.ins().atomic_rmw(narrow, FLAGS, op, address, operand)
        }
        Action::CompareExchange => {
            let replacement = pop_narrow(fx, narrow);
            // Only the low part of the expected value counts.
            let expected = pop_narrow(fx, narrow);
            let address = pop_aligned(fx, memarg, narrow);
            fx.builder.ins().atomic_cas(FLAGS, address, expected, replacement)
        }
    };
    let old = if narrow == ty { old } else { fx.builder.ins().uextend(ty, old) };
    fx.push(old);
}

/// Pops an integer; the result is its low part.
fn pop_narrow(fx: &mut FunctionState<'_, '_>, narrow: Type) -> Value {
    let value = fx.pop();
    if fx.builder.func.dfg.value_type(value) == narrow {
        return value;
    }
    fx.builder.ins().ireduce(narrow, value)
}

/// Pops an index; the result is the host address of an access of type `ty` there. Traps if it is not
/// aligned, or, unless that is left to the hardware, out of bounds.
fn pop_aligned(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, ty: Type) -> Value {
    let low_bits = i64::from(ty.bytes()) - 1;
    if low_bits != 0 {
        let index = fx.top(1)[0];
        // Low bits of a sum depend on the low bits of its operands only, and bases are aligned.
        let offset = memarg.offset.cast_signed() & low_bits;
        let address = fx.builder.ins().iadd_imm_u(index, offset);
        let unaligned = fx.builder.ins().band_imm_u(address, low_bits);
        fx.builder.ins().trapnz(unaligned, clif_trap(TrapCode::UnalignedAtomic));
    }
    let (address, offset) = fx.pop_address(memarg, ty.bytes());
    fx.builder.ins().iadd_imm_s(address, i64::from(offset))
}

/// `memory.atomic.wait32` and `wait64`. The result is 1 if memory does not hold the expected value, 2
/// after the timeout; 0, for a notification, cannot be.
fn wait(fx: &mut FunctionState<'_, '_>, memarg: &MemArg, ty: Type) {
    let timeout = fx.pop();
    let expected = fx.pop();
    if !fx.memory(memarg.memory).ty.shared {
        fx.pop();
        fx.trap(clif_trap(TrapCode::ExpectedSharedMemory));
        return;
    }
    let address = pop_aligned(fx, memarg, ty);
    let found = fx.builder.ins().atomic_load(ty, FLAGS, address);
    let differs = fx.builder.ins().icmp(IntCC::NotEqual, found, expected);
    let sleep = fx.builder.create_block();
    let done = fx.builder.create_block();
    let result = fx.builder.append_block_param(done, types::I64);
    let not_equal = fx.builder.ins().iconst(types::I64, WAIT_NOT_EQUAL);
    fx.builder.ins().brif(differs, done, &[BlockArg::Value(not_equal)], sleep, &[]);
    fx.builder.switch_to_block(sleep);
    let slept = fx.call_helper(HelperShim::AtomicWait, &[timeout]);
    fx.builder.ins().jump(done, &[BlockArg::Value(slept)]);
    fx.builder.switch_to_block(done);
    let result = fx.builder.ins().ireduce(types::I32, result);
    fx.push(result);
}

/// `memory.atomic.notify`: no thread waits. The load traps where the access is out of bounds.
fn notify(fx: &mut FunctionState<'_, '_>, memarg: &MemArg) {
    let _count = fx.pop();
    let address = pop_aligned(fx, memarg, types::I32);
    fx.builder.ins().atomic_load(types::I32, FLAGS, address);
    let woken = fx.builder.ins().iconst(types::I32, 0);
    fx.push(woken);
}
