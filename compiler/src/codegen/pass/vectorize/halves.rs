//! Numbers of 32 bits in loops whose lanes have 64.
//!
//! A node for such numbers fills the lower half of a vector: as many lanes count as there are of 64 bits, and what is in
//! the others does not matter, as no operation on lanes traps. What is done with them is done as elsewhere. Where numbers
//! of both widths meet, one half becomes a whole vector, or the other way round: by conversions between integers and
//! floats, extensions, low halves, and comparisons of the one that choose the other.
//!
//! Only elements that follow each other upwards are loaded and stored in this way.

use cranelift_codegen::ir::{
    ConstantData, Function, InstBuilder, InstructionData, Opcode, Type, Value, types,
};

use super::access::{Access, Extension};
use super::instructions::{cast, shuffle, widen};
use super::interval::int;
use super::lanes::{LoadPack, NodeId, NodeOp, Packer, arguments, is_consecutive};
use super::scalar::Scalars;
use super::shape::SelfLoop;

/// Whether something of a loop whose results have 32 bits or less may be made of numbers of 64.
pub(super) fn has_wide(func: &Function, looped: &SelfLoop) -> bool {
    let mut insts = looped.blocks.iter().flat_map(|&block| func.layout.block_insts(block));
    insts.any(|inst| {
        let opcode = func.dfg.insts[inst].opcode();
        // All addresses have 64 bits, too.
        let is_wide = |&value: &Value| match func.dfg.value_type(value) {
            types::I64 => opcode.can_load(),
            ty => ty == types::F64,
        };
        opcode == Opcode::Ireduce || func.dfg.inst_results(inst).iter().any(is_wide)
    })
}

impl Packer<'_, '_> {
    /// Whether lanes of this type fill half of a vector.
    pub(super) fn is_half(&self, lane: Type) -> bool {
        lane.bits() < self.lanes.bits
    }

    /// What is made of numbers of the other width by one operation.
    pub(super) fn converted(
        &mut self,
        data: &[InstructionData],
        opcode: Opcode,
        lane: Type,
    ) -> Option<NodeOp> {
        if self.lanes.bits != 64 {
            return None;
        }
        let args = arguments(data, 0)?;
        let from = self.func.dfg.value_type(args[0]);
        match (opcode, from, lane) {
            (Opcode::FcvtFromSint | Opcode::FcvtFromUint, types::I32, types::F64)
            | (Opcode::FcvtToSintSat, types::F64, types::I32)
            | (Opcode::Fpromote, types::F32, types::F64)
            | (Opcode::Fdemote, types::F64, types::F32) => {
                let opcode = self.signed_if_same(opcode, &args);
                Some(NodeOp::Converted(opcode, self.pack(&args, from)?))
            }
            (Opcode::Sextend, types::I32, types::I64) => {
                Some(NodeOp::Widened(self.pack(&args, from)?, Extension::Signed))
            }
            (Opcode::Uextend, types::I32, types::I64) => {
                Some(NodeOp::Widened(self.pack(&args, from)?, Extension::Unsigned))
            }
            (Opcode::Ireduce, types::I64, types::I32) => Some(NodeOp::Narrowed(self.pack(&args, from)?)),
            _ => None,
        }
    }

    /// Products of numbers of 32 bits with all their bits: there is no other product of 64.
    pub(super) fn wide_product(&mut self, data: &[InstructionData], lane: Type) -> Option<NodeOp> {
        let mut halves = Vec::new();
        for position in 0..2 {
            let number = self.pack(&arguments(data, position)?, lane)?;
            halves.push(match &self.lanes.nodes[number.0].op {
                NodeOp::Widened(half, extension) => (*half, *extension),
                NodeOp::Load(pack) => {
                    let access = &self.accesses[pack.accesses[0]];
                    let extension = access.extension.filter(|_| access.ty == types::I32)?;
                    let load = NodeOp::Load(pack.clone());
                    (self.add(load, types::I32), extension)
                }
                _ => return None,
            });
        }
        let &[(left, extension), (right, other)] = &halves[..] else { return None };
        if extension != other {
            return None;
        }
        let [left, right] = [left, right].map(|half| self.add(NodeOp::Widened(half, extension), lane));
        Some(NodeOp::Binary(Opcode::Imul, left, right))
    }

    /// Elements that are loaded to half of a vector.
    pub(super) fn half_load(&self, accesses: Vec<usize>, lane: Type) -> Option<NodeOp> {
        let access = &self.accesses[accesses[0]];
        let fits = access.ty == lane || access.extension.is_some() && lane == types::I32;
        if !fits || access.stored.is_some() {
            return None;
        }
        if is_consecutive(self.accesses, &accesses) {
            return Some(NodeOp::Load(LoadPack { accesses }));
        }
        self.gather(accesses)
    }

    /// The bits of what is compared, if that is numbers.
    pub(super) fn compared_bits(&self, values: &[Value]) -> Option<u32> {
        if !self.are_truths(values) {
            return Some(self.func.dfg.value_type(values[0]).bits());
        }
        let data = self.definitions(values)?;
        match data[0] {
            InstructionData::IntCompare { .. } | InstructionData::FloatCompare { .. } => {
                let lefts = arguments(&data, 0)?;
                (!self.are_truths(&lefts)).then(|| self.func.dfg.value_type(lefts[0]).bits())
            }
            _ => None,
        }
    }

    /// The mask for lanes of this width that comparisons of numbers of the other width make.
    pub(super) fn converted_mask(&mut self, values: &[Value], from: u32, lane: Type) -> Option<NodeId> {
        let op = match (from, lane.bits()) {
            (32, 64) => |mask| NodeOp::Widened(mask, Extension::Signed),
            (64, 32) => NodeOp::Narrowed,
            _ => return None,
        };
        let mask = self.mask(values, int(from))?;
        Some(self.add(op(mask), int(lane.bits())))
    }
}

/// Half of a vector as a whole one, or a whole one as half of one, as Cranelift knows these pairs of instructions.
pub(super) fn convert(scalars: &mut Scalars<'_, '_>, opcode: Opcode, arg: Value) -> Value {
    let ins = scalars.cursor.ins();
    match opcode {
        Opcode::FcvtFromSint => {
            let wide = ins.swiden_low(arg);
            scalars.cursor.ins().fcvt_from_sint(types::F64X2, wide)
        }
        Opcode::FcvtFromUint => {
            let wide = ins.uwiden_low(arg);
            scalars.cursor.ins().fcvt_from_uint(types::F64X2, wide)
        }
        Opcode::FcvtToSintSat => {
            let wide = ins.fcvt_to_sint_sat(types::I64X2, arg);
            let zero = scalars.cursor.func.dfg.constants.insert(ConstantData::from([0; 16].as_slice()));
            let zero = scalars.cursor.ins().vconst(types::I64X2, zero);
            scalars.cursor.ins().snarrow(wide, zero)
        }
        Opcode::Fpromote => ins.fvpromote_low(arg),
        Opcode::Fdemote => ins.fvdemote(arg),
        other => unreachable!("{other} is no conversion"),
    }
}

/// Loads a few elements, `bytes` bytes in all, to the first lanes of a vector.
pub(super) fn load_few(
    scalars: &mut Scalars<'_, '_>,
    access: &Access,
    lane: Type,
    (address, offset): (Value, i32),
    bytes: u32,
) -> Value {
    let flags = access.flags;
    let ins = scalars.cursor.ins();
    let (few, ty) = match bytes {
        8 => (ins.load(types::F64, flags, address, offset), types::F64X2),
        4 => (ins.load(types::I32, flags, address, offset), types::I32X4),
        _ => (ins.uload16(types::I32, flags, address, offset), types::I32X4),
    };
    let few = scalars.cursor.ins().scalar_to_vector(ty, few);
    let mut narrow = access.ty.by(128 / access.ty.bits()).expect("128 bits are a vector");
    let mut value = cast(scalars, few, narrow);
    while narrow.lane_bits() < lane.bits() {
        value = widen(scalars, value, access.extension.expect("narrow numbers are extended"));
        narrow = scalars.cursor.func.dfg.value_type(value);
    }
    value
}

/// Stores the lower half of a vector's lanes, or as much of each as elements have.
pub(super) fn store_few(
    scalars: &mut Scalars<'_, '_>,
    access: &Access,
    vector: Value,
    (address, offset): (Value, i32),
) {
    let lane = scalars.cursor.func.dfg.value_type(vector).lane_type();
    let (from, to) = (lane.bytes() as u8, access.ty.bytes() as u8);
    // As a float it is stored without a detour.
    let part = match to {
        4 => types::F64X2,
        2 => types::F32X4,
        _ => types::I16X8,
    };
    let few = if from == to {
        cast(scalars, vector, part)
    } else {
        let order = std::array::from_fn(|byte| (byte as u8 / to * from + byte as u8 % to) % 16);
        shuffle(scalars, [vector, vector], order, part)
    };
    let few = scalars.cursor.ins().extractlane(few, 0);
    scalars.cursor.ins().store(access.flags, few, address, offset);
}

/// The lower halves of lanes of 64 bits.
pub(super) fn narrowed(scalars: &mut Scalars<'_, '_>, vector: Value) -> Value {
    let order = std::array::from_fn(|byte| {
        let byte = byte as u8 % 8;
        byte / 4 * 8 + byte % 4
    });
    shuffle(scalars, [vector, vector], order, types::I32X4)
}
