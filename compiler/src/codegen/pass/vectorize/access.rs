//! What a loop's instructions do to memory, as far as it is understood.
//!
//! An access to linear memory is `host + zext(index)`, with a constant host address and a 32-bit affine
//! index (`bounds.rs` makes no other form). A check of bounds is a trap under `zext(index) + end > len`.
//! Both become a [`Reach`]: how far into its memory the loop gets. If every reach of a loop fits the
//! memory for all iterations, none of its checks and accesses traps.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Block, Function, Inst, InstructionData, MemFlagsData, Opcode, Type, Value, types,
};

use super::MemoryPlace;
use super::affine::{Affine, Affines};
use crate::codegen::pass::values::{constant, definition};

/// The largest step of an index, up or down: all 64-bit sums stay far from wrapping.
const MAX_STRIDE: u32 = 1 << 20;

/// How an integer load fills a wider result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extension {
    Signed,
    Unsigned,
}

/// A load or store of linear memory.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) inst: Inst,
    /// Its place in the block.
    pub(super) position: usize,
    /// The type in memory.
    pub(super) ty: Type,
    /// For narrow loads.
    pub(super) extension: Option<Extension>,
    /// The stored value.
    pub(super) stored: Option<Value>,
    pub(super) flags: MemFlagsData,
    /// Where in the memory it begins: a guest address without the offset.
    pub(super) index: Affine,
    /// The same as a value of the block.
    pub(super) index_value: Value,
    /// What is added to the index after its extension.
    pub(super) offset: u64,
    /// Which memory: a position in the list of places.
    pub(super) memory: usize,
}

/// That `zext(index) + end` is at most the memory's length in each iteration.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    pub(super) index: Affine,
    pub(super) end: u64,
    pub(super) memory: usize,
}

/// What the instructions of a loop do.
#[derive(Default)]
pub(super) struct Accesses {
    /// In the block's order.
    pub(super) all: Vec<Access>,
    /// What has to fit.
    pub(super) reaches: Vec<Reach>,
}

impl Accesses {
    /// The same, if nothing is further down in each iteration than in the one before.
    pub(super) fn rising(self) -> Option<Self> {
        self.reaches.iter().all(|reach| !reach.index.falls()).then_some(self)
    }
}

/// Finds all accesses and checks of a loop's blocks; `None` if an instruction has an effect that is not
/// understood.
pub(super) fn find(
    func: &Function,
    blocks: &[Block],
    places: &[MemoryPlace],
    affines: &mut Affines<'_>,
) -> Option<Accesses> {
    let mut finder = Finder { func, places, affines, found: Accesses::default() };
    for &block in blocks {
        let last = func.layout.last_inst(block);
        for (position, inst) in func.layout.block_insts(block).enumerate() {
            if Some(inst) != last {
                finder.instruction(inst, position)?;
            }
        }
    }
    Some(finder.found)
}

struct Finder<'a, 'f> {
    func: &'a Function,
    places: &'a [MemoryPlace],
    affines: &'a mut Affines<'f>,
    found: Accesses,
}

impl Finder<'_, '_> {
    fn instruction(&mut self, inst: Inst, position: usize) -> Option<()> {
        let opcode = self.func.dfg.insts[inst].opcode();
        match self.func.dfg.insts[inst] {
            InstructionData::Load { arg, flags, offset, .. } => {
                if self.is_context(arg) && self.func.dfg.mem_flags[flags].trap_code().is_none() {
                    // No store of this loop reaches the context block: those found below are to
                    // linear memory, and others are refused.
                    return Some(());
                }
                let (ty, extension) = self.loaded_type(inst)?;
                let access = self.access(inst, position, arg, i64::from(i32::from(offset)), ty)?;
                self.add(Access { extension, flags: self.func.dfg.mem_flags[flags], ..access })
            }
            InstructionData::Store { args: [value, address], flags, offset, .. } => {
                let ty = match opcode {
                    Opcode::Store => self.func.dfg.value_type(value),
                    Opcode::Istore8 => types::I8,
                    Opcode::Istore16 => types::I16,
                    Opcode::Istore32 => types::I32,
                    _ => return None,
                };
                let access = self.access(inst, position, address, i64::from(i32::from(offset)), ty)?;
                self.add(Access { stored: Some(value), flags: self.func.dfg.mem_flags[flags], ..access })
            }
            InstructionData::CondTrap { opcode: Opcode::Trapnz, arg, .. } => self.check(arg),
            _ => {
                let harmless = (!opcode.can_trap() || self.divides(inst))
                    && !opcode.can_load()
                    && !opcode.can_store()
                    && !opcode.is_call()
                    && !opcode.is_terminator()
                    && !opcode.other_side_effects();
                harmless.then_some(())
            }
        }
    }

    /// Whether an instruction is a division by a constant with which it does not trap.
    fn divides(&self, inst: Inst) -> bool {
        let InstructionData::Binary { opcode, args: [_, divisor] } = self.func.dfg.insts[inst] else {
            return false;
        };
        if !matches!(opcode, Opcode::Sdiv | Opcode::Udiv | Opcode::Srem | Opcode::Urem) {
            return false;
        }
        constant(self.func, divisor).is_some_and(|divisor| divisor as i32 > 0)
            && self.func.dfg.value_type(divisor) == types::I32
    }

    /// Whether an address is constant: then it is none of a linear memory's.
    fn is_context(&self, address: Value) -> bool {
        constant(self.func, address).is_some()
    }

    fn loaded_type(&self, inst: Inst) -> Option<(Type, Option<Extension>)> {
        Some(match self.func.dfg.insts[inst].opcode() {
            Opcode::Load => (self.func.dfg.value_type(self.func.dfg.first_result(inst)), None),
            Opcode::Uload8 => (types::I8, Some(Extension::Unsigned)),
            Opcode::Sload8 => (types::I8, Some(Extension::Signed)),
            Opcode::Uload16 => (types::I16, Some(Extension::Unsigned)),
            Opcode::Sload16 => (types::I16, Some(Extension::Signed)),
            Opcode::Uload32 => (types::I32, Some(Extension::Unsigned)),
            Opcode::Sload32 => (types::I32, Some(Extension::Signed)),
            _ => return None,
        })
    }

    fn access(
        &mut self,
        inst: Inst,
        position: usize,
        address: Value,
        offset: i64,
        ty: Type,
    ) -> Option<Access> {
        let (index_value, index, host) = self.extended_sum(address)?;
        let host = host.checked_add_signed(offset)?;
        let (memory, place) = self
            .places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.base <= host)
            .max_by_key(|(_, p)| p.base)?;
        let offset = host - place.base;
        if offset >= 1 << 32 || !ty.is_int() && !ty.is_float() || ty.bits() > 64 {
            return None;
        }
        Some(Access {
            inst,
            position,
            ty,
            extension: None,
            stored: None,
            flags: MemFlagsData::new(),
            index,
            index_value,
            offset,
            memory,
        })
    }

    fn add(&mut self, access: Access) -> Option<()> {
        self.add_reach(Reach {
            index: access.index.clone(),
            end: access.offset + u64::from(access.ty.bytes()),
            memory: access.memory,
        })?;
        self.found.all.push(access);
        Some(())
    }

    fn add_reach(&mut self, reach: Reach) -> Option<()> {
        let known = reach.index.step.cast_signed().unsigned_abs() <= MAX_STRIDE;
        self.found.reaches.push(reach);
        known.then_some(())
    }

    /// The condition of a trap: `zext(index) + end > len`.
    fn check(&mut self, condition: Value) -> Option<()> {
        let InstructionData::IntCompare { cond: IntCC::UnsignedGreaterThan, args: [end, len], .. } =
            definition(self.func, condition)?
        else {
            return None;
        };
        let InstructionData::Load { opcode: Opcode::Load, arg, offset, .. } = definition(self.func, len)?
        else {
            return None;
        };
        let record =
            constant(self.func, arg)?.cast_unsigned().checked_add_signed(i64::from(i32::from(offset)))?;
        let memory = self.places.iter().position(|place| place.len_at == record)?;
        let (_, index, end) = self.extended_sum(end)?;
        if end > 1 << 33 {
            return None;
        }
        self.add_reach(Reach { index, end, memory })
    }

    /// Takes `zext(index) + constant` apart.
    fn extended_sum(&mut self, sum: Value) -> Option<(Value, Affine, u64)> {
        let InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] } =
            definition(self.func, sum)?
        else {
            return None;
        };
        let (index, constant) = match (constant(self.func, left), constant(self.func, right)) {
            (None, Some(constant)) => (left, constant),
            (Some(constant), None) => (right, constant),
            _ => return None,
        };
        match definition(self.func, index)? {
            InstructionData::Unary { opcode: Opcode::Uextend, arg } => {
                Some((arg, self.affines.get(arg)?, constant.cast_unsigned()))
            }
            _ => None,
        }
    }
}
