//! What a loop computes for each element, as operations on lanes.
//!
//! A compiler that unrolled the loop left `copies` of the same computation in the block: element
//! `copies × k + j` is computed by copy `j` in iteration `k`. A *pack* is what the copies have in the same
//! place: one value of each. A pack becomes a [`Node`] if its values are computed by the same operation
//! from packs, and its loads are at consecutive elements. The vector loop then computes a node for
//! consecutive elements at once, whatever the copies were.
//!
//! **Widths.** All lanes of a loop have the same width in bits: that of what it accumulates or less (`sums.rs`), or
//! that of what it stores, or more; but numbers of 32 bits among those of 64 keep their width (`halves.rs`). An
//! integer lane holds the low bits of the value: sums, products, bitwise operations and left shifts need no more of
//! their operands, nor do stores. Operations that depend on the high bits are accepted only if the lane is as wide as
//! the value, or if the bounds of their operands (`interval.rs`) say that an extension of the lane is the value: then
//! the operation that is the same for the extended numbers is done on the lanes.
//!
//! **Values.** Lane for lane the vector instructions compute what the scalar ones do, for integers always,
//! and for floats where both are one instruction of the same kind: the basic operations, square root,
//! comparison, sign, conversions. Minimum, maximum and rounding are not among them, nor anything that can trap.

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Function, InstructionData, Opcode, Type, Value, ValueDef, types};

use super::access::{Access, Extension};
use super::affine::{Affine, Affines};
use super::interval::{Interval, Intervals};
use super::shape::SelfLoop;
use super::spacing::{SpacedPack, spacing};
use super::sums::Term;
use crate::codegen::pass::values::definition;

/// A position in [`Lanes::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) usize);

/// One computation, for any number of consecutive elements.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) op: NodeOp,
    /// The type of a lane.
    pub(super) lane: Type,
}

#[derive(Clone, Debug)]
pub(super) enum NodeOp {
    /// A value that the loop does not change, or a constant.
    Splat(Value),
    /// A 32-bit number that the loop does not change: the nearest one between these bounds.
    Clamped {
        value: Value,
        bounds: [i64; 2],
        /// Whether it, and they, are numbers with signs.
        kind: Extension,
    },
    /// All bits of all lanes set where a 32-bit number that the loop does not change, less a constant, compares to another.
    Whether {
        value: Value,
        less: i64,
        cond: IntCC,
        with: i64,
    },
    /// An affine number: that of element 0, and what an element adds.
    Counter {
        first: Affine,
        step: u32,
    },
    /// Consecutive elements of memory.
    Load(LoadPack),
    /// The same, of floats that are half as wide as the lane.
    Promoted(LoadPack),
    /// Elements of memory that are as far apart as lanes are wide, and narrower than that.
    Strided(LoadPack),
    /// Elements of memory that are further apart, or in the other order.
    Spaced(SpacedPack),
    /// Elements that are too far apart for that, this many bytes: they are loaded one by one.
    Gathered(LoadPack, u32),
    /// The same element of memory in each iteration, which no store of the loop changes.
    SplatLoad(LoadPack),
    Unary(Opcode, NodeId),
    Binary(Opcode, NodeId, NodeId),
    /// The upper halves of the products with a constant, with signs or without.
    HighProduct(NodeId, u32, Extension),
    /// A shift by the same number of bits for all.
    Shift(Opcode, NodeId, Amount),
    /// All bits of a lane set where a comparison holds.
    IntCompare(IntCC, NodeId, NodeId),
    FloatCompare(FloatCC, NodeId, NodeId),
    /// All bits of each byte set that is 0, in lanes of any width.
    ZeroBytes(NodeId),
    /// A conversion between integers and floats, or floats of two widths, from half of a vector or to half of one
    /// (`halves.rs`).
    Converted(Opcode, NodeId),
    /// Lanes of half of a vector as lanes of a whole one.
    Widened(NodeId, Extension),
    /// The lower halves of lanes, as half of a vector.
    Narrowed(NodeId),
    /// Lanes of the first where the mask is set, else of the second.
    Select(NodeId, NodeId, NodeId),
    /// What a node was for the previous element; before the first, a parameter of the loop.
    Previous(Value, NodeId),
}

impl NodeOp {
    /// Whether it is the same vector in all iterations, and is known to be.
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self, Self::Splat(_) | Self::SplatLoad(_) | Self::Clamped { .. } | Self::Whether { .. })
    }
}

/// How far bits are shifted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Amount {
    Bits(u32),
    /// An `i32` or `i64` that the loop does not change.
    Value(Value),
}

/// The loads of a pack, by position in the list of accesses.
#[derive(Clone, Debug)]
pub(super) struct LoadPack {
    pub(super) accesses: Vec<usize>,
}

/// A store of each element.
#[derive(Clone, Debug)]
pub(super) struct StoreRoot {
    pub(super) accesses: Vec<usize>,
    pub(super) node: NodeId,
    /// The elements of this many packs from this one on alternate in memory; 0 if it belongs to one before.
    pub(super) together: u32,
}

/// A parameter that collects what the elements contribute.
///
/// `Fmin` and `Fmax` stand for a float that becomes the next one if that is less or greater, and stays if the two are
/// not ordered. So a NaN stays, and is not collected. What is collected is the same in any order, but for a zero, whose
/// sign depends on which one comes first: then the loop has to start again.
#[derive(Clone, Debug)]
pub(super) struct Reduction {
    pub(super) param: Value,
    pub(super) op: Opcode,
    pub(super) terms: Vec<Term>,
}

/// Everything that a loop computes.
pub(super) struct Lanes {
    pub(super) copies: u32,
    pub(super) bits: u32,
    pub(super) nodes: Vec<Node>,
    pub(super) stores: Vec<StoreRoot>,
    pub(super) reductions: Vec<Reduction>,
    /// Parameters that carry a node's last element to the next iteration.
    pub(super) carried: Vec<Carried>,
    /// Whether the first lane of each vector is for its last element.
    pub(super) backwards: bool,
    /// Numbers of 32 bits that the loop does not change, which are taken to be small: at most 2³⁰ away from 0.
    pub(super) small: Vec<Value>,
}

impl Lanes {
    /// Whether some vectors are loaded with what is between elements.
    pub(super) fn loads_gaps(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node.op, NodeOp::Strided(_) | NodeOp::Spaced(_)))
    }

    /// How many vectors are loaded element by element.
    pub(super) fn gathered(&self) -> usize {
        self.nodes.iter().filter(|node| matches!(node.op, NodeOp::Gathered(..))).count()
    }

    /// Whether enough is done with what is loaded element by element: putting it together takes as long as loading it.
    pub(super) fn pays(&self) -> bool {
        let operates = |node: &&Node| {
            let op = &node.op;
            matches!(op, NodeOp::Unary(..) | NodeOp::Binary(..) | NodeOp::HighProduct(..) | NodeOp::Shift(..))
                || matches!(op, NodeOp::IntCompare(..) | NodeOp::FloatCompare(..) | NodeOp::Select(..))
                || matches!(op, NodeOp::Converted(..))
        };
        let operations = self.nodes.iter().filter(operates).count();
        operations + self.stores.len() + self.reductions.len() >= 3 * self.gathered()
    }

    /// Whether the loop may have to be done again from its start.
    pub(super) fn may_start_again(&self) -> bool {
        self.reductions.iter().any(Reduction::is_of_floats)
    }
}

impl Reduction {
    pub(super) fn is_of_floats(&self) -> bool {
        matches!(self.op, Opcode::Fmin | Opcode::Fmax)
    }
}

/// A parameter that carries a node's last element to the next iteration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried {
    pub(super) param: Value,
    pub(super) node: NodeId,
    /// How the parameter is made of a lane that is narrower.
    pub(super) extension: Extension,
}

/// What the search for packs looks at.
pub(super) struct Packer<'a, 'f> {
    pub(super) func: &'a Function,
    pub(super) looped: &'a SelfLoop,
    pub(super) accesses: &'a [Access],
    pub(super) affines: &'a mut Affines<'f>,
    pub(super) lanes: Lanes,
    known: BTreeMap<(Vec<Value>, LaneKey), Option<NodeId>>,
    /// Masks that packs of conditions make, by the width of lanes.
    pub(super) masks: BTreeMap<(Vec<Value>, u32), Option<NodeId>>,
    intervals: Intervals,
    heights: BTreeMap<Value, u32>,
}

/// A type of lanes: whether floats, and how wide.
type LaneKey = (bool, u32);

/// More nodes than this are not worth the search.
const MAX_NODES: usize = 200;

impl<'a, 'f> Packer<'a, 'f> {
    pub(super) fn new(
        func: &'a Function,
        looped: &'a SelfLoop,
        accesses: &'a [Access],
        affines: &'a mut Affines<'f>,
        [copies, bits]: [u32; 2],
    ) -> Self {
        let lanes = Lanes {
            copies,
            bits,
            nodes: Vec::new(),
            stores: Vec::new(),
            reductions: Vec::new(),
            carried: Vec::new(),
            backwards: false,
            small: Vec::new(),
        };
        Self {
            func,
            looped,
            accesses,
            affines,
            lanes,
            known: BTreeMap::new(),
            masks: BTreeMap::new(),
            intervals: Intervals::default(),
            heights: BTreeMap::new(),
        }
    }

    /// The node of a pack.
    pub(super) fn pack(&mut self, values: &[Value], lane: Type) -> Option<NodeId> {
        if let Some(wholes) = self.wholes(values, lane) {
            return self.pack(&wholes, lane);
        }
        let key = (values.to_vec(), (lane.is_float(), lane.bits()));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        // A pack that depends on itself is none.
        self.known.insert(key.clone(), None);
        let op = self.operation(values, lane)?;
        if self.lanes.nodes.len() >= MAX_NODES {
            return None;
        }
        let id = self.add(op, lane);
        self.known.insert(key, Some(id));
        Some(id)
    }

    /// What these values are low parts of that are extended again, if lanes hold no more than that.
    fn wholes(&self, values: &[Value], lane: Type) -> Option<Vec<Value>> {
        let whole = |value: &Value| {
            let InstructionData::Unary { opcode: Opcode::Sextend, arg } = definition(self.func, *value)?
            else {
                return None;
            };
            let InstructionData::Unary { opcode: Opcode::Ireduce, arg: whole } = definition(self.func, arg)?
            else {
                return None;
            };
            (self.func.dfg.value_type(arg).bits() >= lane.bits()).then_some(whole)
        };
        values.iter().map(whole).collect()
    }

    fn operation(&mut self, values: &[Value], lane: Type) -> Option<NodeOp> {
        let ty = self.func.dfg.value_type(values[0]);
        let fits = if lane.is_int() { ty.is_int() && ty.bits() >= lane.bits() } else { ty == lane };
        if !fits {
            return None;
        }
        if let Some(splat) = self.splat(values) {
            return Some(splat);
        }
        if let Some(counter) = self.counter(values) {
            return Some(counter);
        }
        let inst = match self.func.dfg.value_def(values[0]) {
            ValueDef::Result(inst, _) => inst,
            ValueDef::Param(..) => return self.previous(values, lane),
            ValueDef::Union(..) => return None,
        };
        if let Some(first) = self.accesses.iter().position(|access| access.inst == inst) {
            return self.load(values, first, lane);
        }
        // The same instruction in every copy.
        let data = self.definitions(values)?;
        match data[0] {
            InstructionData::Unary { opcode, .. } => self.unary(&data, opcode, ty, lane),
            InstructionData::Binary { opcode, .. } => {
                let absolute = (opcode == Opcode::Isub).then(|| self.absolute(values, lane)).flatten();
                absolute.or_else(|| self.binary(&data, opcode, ty, lane))
            }
            InstructionData::Ternary { opcode: Opcode::Select, .. } => {
                let saturated = self.saturation(values, lane);
                saturated.or_else(|| self.selection(&data, lane))
            }
            _ => None,
        }
    }

    /// One value for all elements.
    pub(super) fn splat(&self, values: &[Value]) -> Option<NodeOp> {
        let first = values[0];
        let block = match self.func.dfg.value_def(first) {
            ValueDef::Result(inst, _) => self.func.layout.inst_block(inst),
            ValueDef::Param(block, _) => Some(block),
            ValueDef::Union(..) => None,
        }?;
        let fixed = !self.looped.blocks.contains(&block) || self.constant_bits(first).is_some();
        let same = |value: &Value| *value == first || self.same_constant(first, *value);
        (fixed && values.iter().all(same)).then_some(NodeOp::Splat(first))
    }

    fn same_constant(&self, left: Value, right: Value) -> bool {
        self.func.dfg.value_type(left) == self.func.dfg.value_type(right)
            && self.constant_bits(left).is_some_and(|bits| self.constant_bits(right) == Some(bits))
    }

    /// The bits of a constant.
    pub(super) fn constant_bits(&self, value: Value) -> Option<u64> {
        let ValueDef::Result(inst, _) = self.func.dfg.value_def(value) else { return None };
        match self.func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => Some(imm.bits().cast_unsigned()),
            InstructionData::UnaryIeee32 { imm, .. } => Some(u64::from(imm.bits())),
            InstructionData::UnaryIeee64 { imm, .. } => Some(imm.bits()),
            _ => None,
        }
    }

    /// A number that grows by the same amount with each element.
    fn counter(&mut self, values: &[Value]) -> Option<NodeOp> {
        let first = self.affines.get(values[0])?;
        // An iteration of `copies` elements adds `step`: only then do the last copy of one iteration and
        // the first of the next differ like neighbours.
        let step = match values.get(1) {
            None => first.step,
            Some(&second) => self.affines.get(second)?.constant.wrapping_sub(first.constant),
        };
        if first.step != step.wrapping_mul(self.lanes.copies) {
            return None;
        }
        for (copy, &value) in (0..).zip(values) {
            let value = self.affines.get(value)?;
            let constant = first.constant.wrapping_add(step.wrapping_mul(copy));
            if value != (Affine { constant, ..first.clone() }) {
                return None;
            }
        }
        Some(NodeOp::Counter { first, step })
    }

    /// What was computed for the previous element: a parameter in the first copy.
    fn previous(&mut self, values: &[Value], lane: Type) -> Option<NodeOp> {
        let param = values[0];
        let is_carried = self.looped.params.contains(&param)
            && !self.is_half(lane)
            && self.lanes.reductions.iter().all(|reduction| reduction.param != param);
        if !is_carried {
            return None;
        }
        let mut computed = values[1..].to_vec();
        computed.push(self.looped.next_of(param)?);
        let node = self.pack(&computed, lane)?;
        Some(NodeOp::Previous(param, node))
    }

    fn load(&mut self, values: &[Value], first: usize, lane: Type) -> Option<NodeOp> {
        let mut accesses = vec![first];
        for &value in &values[1..] {
            let ValueDef::Result(inst, _) = self.func.dfg.value_def(value) else { return None };
            accesses.push(self.accesses.iter().position(|access| access.inst == inst)?);
        }
        let access = &self.accesses[first];
        let same_place = |other: &usize| {
            let other = &self.accesses[*other];
            other.stored.is_none()
                && other.ty == access.ty
                && other.extension == access.extension
                && distance(access, other) == Some(0)
        };
        if access.index.step == 0 && accesses.iter().all(same_place) {
            return Some(NodeOp::SplatLoad(LoadPack { accesses }));
        }
        if self.is_half(lane) {
            return self.half_load(accesses, lane);
        }
        let is_narrow = lane.is_int() && access.ty.bits() < lane.bits() && access.extension.is_some();
        if is_narrow && access.stored.is_none() && is_spaced(self.accesses, &accesses, lane.bytes()) {
            // There is no shift that copies signs in lanes of 64 bits.
            let slow = lane.bits() == 64 && access.extension == Some(Extension::Signed);
            return (!slow).then_some(NodeOp::Strided(LoadPack { accesses }));
        }
        if let Some(spaced) = self.spaced(&accesses, lane) {
            return Some(spaced);
        }
        let narrows = access.ty.bits() > lane.bits();
        let same_kind = access.ty.is_int() == lane.is_int();
        if narrows || !same_kind || access.stored.is_some() {
            return None;
        }
        if is_consecutive(self.accesses, &accesses) {
            return is_loadable(access, lane).then_some(NodeOp::Load(LoadPack { accesses }));
        }
        self.gather(accesses)
    }

    fn unary(&mut self, data: &[InstructionData], opcode: Opcode, ty: Type, lane: Type) -> Option<NodeOp> {
        let args = arguments(data, 0)?;
        let from = self.func.dfg.value_type(args[0]);
        match opcode {
            // The nearest number of fewer bits is not made of the lowest bits of the nearest one.
            Opcode::FcvtToSintSat | Opcode::FcvtToUintSat if ty != lane => None,
            Opcode::Ineg | Opcode::Fneg | Opcode::Fabs | Opcode::Sqrt => {
                Some(NodeOp::Unary(opcode, self.pack(&args, lane)?))
            }
            Opcode::FcvtFromSint | Opcode::FcvtFromUint if lane == types::F32 && from == types::I32 => {
                let opcode = self.signed_if_same(opcode, &args);
                Some(NodeOp::Unary(opcode, self.pack(&args, types::I32)?))
            }
            Opcode::FcvtToSintSat | Opcode::FcvtToUintSat if lane == types::I32 && from == types::F32 => {
                Some(NodeOp::Unary(opcode, self.pack(&args, types::F32)?))
            }
            Opcode::Fpromote => {
                let promoted = self.promoted(&args).map(NodeOp::Promoted);
                promoted.or_else(|| self.converted(data, opcode, lane))
            }
            Opcode::Sextend if lane.is_int() && lane.bits() < 64 => {
                // The low part of a number, with the rest made of copies of its sign.
                let data = self.definitions(&args)?;
                let part = self.func.dfg.value_type(args[0]).bits();
                if data[0].opcode() != Opcode::Ireduce {
                    return None;
                }
                let number = self.pack(&arguments(&data, 0)?, lane)?;
                let unused = Amount::Bits(lane.bits().saturating_sub(part));
                let up = self.add(NodeOp::Shift(Opcode::Ishl, number, unused), lane);
                Some(NodeOp::Shift(Opcode::Sshr, up, unused))
            }
            // A comparison's result as a number: the mask's lowest bit.
            Opcode::Uextend if self.are_truths(&args) => {
                let mask = self.mask(&args, lane)?;
                Some(NodeOp::Unary(Opcode::Uextend, mask))
            }
            _ => self.converted(data, opcode, lane),
        }
    }

    /// The faster conversion with a sign, if that is the same: for numbers of 31 bits.
    pub(super) fn signed_if_same(&mut self, opcode: Opcode, numbers: &[Value]) -> Opcode {
        let is_same = opcode == Opcode::FcvtFromUint && self.interval(numbers).fits_unsigned(31);
        if is_same { Opcode::FcvtFromSint } else { opcode }
    }

    /// Consecutive elements that are loaded.
    fn promoted(&self, values: &[Value]) -> Option<LoadPack> {
        let access = |value: &Value| {
            let inst = self.func.dfg.value_def(*value).inst()?;
            self.accesses.iter().position(|access| access.inst == inst)
        };
        let accesses: Vec<usize> = values.iter().map(access).collect::<Option<_>>()?;
        is_consecutive(self.accesses, &accesses).then_some(LoadPack { accesses })
    }

    fn binary(&mut self, data: &[InstructionData], opcode: Opcode, ty: Type, lane: Type) -> Option<NodeOp> {
        match opcode {
            Opcode::Iadd | Opcode::Isub | Opcode::Band | Opcode::Bor | Opcode::Bxor => {}
            // Other widths have no instruction.
            Opcode::Imul if matches!(lane.bits(), 16 | 32) => {}
            Opcode::Imul if lane == types::I64 => return self.wide_product(data, lane),
            Opcode::Fadd | Opcode::Fsub | Opcode::Fmul | Opcode::Fdiv => {}
            Opcode::Ishl | Opcode::Ushr | Opcode::Sshr => return self.shift(data, opcode, ty, lane),
            Opcode::Rotl | Opcode::Rotr => return self.rotation(data, opcode, ty, lane),
            Opcode::Sdiv | Opcode::Udiv | Opcode::Srem | Opcode::Urem => {
                return self.division(data, opcode, ty, lane);
            }
            _ => return None,
        }
        let mut operands = [arguments(data, 0)?, arguments(data, 1)?];
        if !matches!(opcode, Opcode::Isub | Opcode::Fsub | Opcode::Fdiv) {
            self.match_order(&mut operands);
        }
        // What comes last in a long chain is not needed before the rest of it: vectors are made in this order.
        let [left, right] = &operands;
        let is_deeper = self.height(right[0]) > self.height(left[0]);
        let first = self.pack(if is_deeper { right } else { left }, lane)?;
        let second = self.pack(if is_deeper { left } else { right }, lane)?;
        let [left, right] = if is_deeper { [second, first] } else { [first, second] };
        Some(NodeOp::Binary(opcode, left, right))
    }

    /// How many operations of an iteration come one after the other, until this value is there.
    fn height(&mut self, value: Value) -> u32 {
        if let Some(&known) = self.heights.get(&value) {
            return known;
        }
        let inst = self.func.dfg.value_def(value).inst().filter(|&inst| {
            let is_inside =
                self.func.layout.inst_block(inst).is_some_and(|at| self.looped.blocks.contains(&at));
            is_inside && !self.func.dfg.insts[inst].opcode().can_load()
        });
        let args = inst.map_or(&[][..], |inst| self.func.dfg.inst_args(inst));
        let height = args.iter().map(|&arg| self.height(arg) + 1).max().unwrap_or(0);
        self.heights.insert(value, height);
        height
    }

    /// Exchanges the operands in copies that have them in another order than the first one.
    fn match_order(&self, [left, right]: &mut [Vec<Value>; 2]) {
        let first = [left[0], right[0]];
        for copy in 1..left.len() {
            let is_like = |[one, other]: [Value; 2]| {
                self.is_alike(first[0], one, copy) || self.is_alike(first[1], other, copy)
            };
            let operands = [left[copy], right[copy]];
            if !is_like(operands) && is_like([right[copy], left[copy]]) {
                [right[copy], left[copy]] = operands;
            }
        }
    }

    /// Whether a value is likely to be in a copy what another one is in the first copy.
    fn is_alike(&self, first: Value, value: Value, copy: usize) -> bool {
        let [Some(one), Some(other)] = [first, value].map(|value| self.func.dfg.value_def(value).inst())
        else {
            return false;
        };
        let access = |inst| self.accesses.iter().find(|access| access.inst == inst);
        match [access(one), access(other)] {
            [Some(one), Some(other)] => {
                let apart = i64::from(one.index.step.cast_signed()) * copy as i64;
                distance(one, other) == Some(apart / i64::from(self.lanes.copies))
            }
            [None, None] => self.func.dfg.insts[one].opcode() == self.func.dfg.insts[other].opcode(),
            _ => false,
        }
    }

    /// A rotation by the same number of bits for all: two shifts.
    fn rotation(&mut self, data: &[InstructionData], opcode: Opcode, ty: Type, lane: Type) -> Option<NodeOp> {
        let NodeOp::Splat(amount) = self.splat(&arguments(data, 1)?)? else { return None };
        // The amount counts modulo the width.
        let bits = (self.constant_bits(amount)? & u64::from(ty.bits() - 1)) as u32;
        if ty != lane || ty.bits() < 32 || bits == 0 {
            return None;
        }
        let number = self.pack(&arguments(data, 0)?, lane)?;
        let left = if opcode == Opcode::Rotl { bits } else { ty.bits() - bits };
        let right = Amount::Bits(ty.bits() - left);
        let left = self.add(NodeOp::Shift(Opcode::Ishl, number, Amount::Bits(left)), lane);
        let right = self.add(NodeOp::Shift(Opcode::Ushr, number, right), lane);
        Some(NodeOp::Binary(Opcode::Bor, left, right))
    }

    /// A further node.
    pub(super) fn add(&mut self, op: NodeOp, lane: Type) -> NodeId {
        self.lanes.nodes.push(Node { op, lane });
        NodeId(self.lanes.nodes.len() - 1)
    }

    fn shift(&mut self, data: &[InstructionData], opcode: Opcode, ty: Type, lane: Type) -> Option<NodeOp> {
        let average = if opcode == Opcode::Ishl { None } else { self.average(data, lane) };
        if average.is_some() {
            return average;
        }
        let NodeOp::Splat(amount) = self.splat(&arguments(data, 1)?)? else { return None };
        let operands = arguments(data, 0)?;
        let (opcode, amount) = if ty.bits() == lane.bits() {
            (opcode, Amount::Value(amount))
        } else {
            // The amount counts modulo the width of the value, for vectors modulo that of the lane.
            let bits = (self.constant_bits(amount)? & u64::from(ty.bits() - 1)) as u32;
            self.narrow_shift(&operands, opcode, bits, lane)?
        };
        let slow = lane.bits() == 8 || lane.bits() == 64 && opcode == Opcode::Sshr;
        if slow {
            return None;
        }
        let operand = self.pack(&operands, lane)?;
        Some(NodeOp::Shift(opcode, operand, amount))
    }

    /// The shift of lanes that does what one of wider values does.
    fn narrow_shift(
        &mut self,
        operands: &[Value],
        opcode: Opcode,
        bits: u32,
        lane: Type,
    ) -> Option<(Opcode, Amount)> {
        let interval = self.interval(operands);
        match opcode {
            Opcode::Ishl if bits < lane.bits() => Some((opcode, Amount::Bits(bits))),
            Opcode::Ushr | Opcode::Sshr if interval.fits_unsigned(lane.bits()) && bits < lane.bits() => {
                Some((Opcode::Ushr, Amount::Bits(bits)))
            }
            // Beyond the lane, there are only copies of the sign.
            Opcode::Sshr if interval.fits_signed(lane.bits()) => {
                Some((opcode, Amount::Bits(bits.min(lane.bits() - 1))))
            }
            _ => None,
        }
    }

    /// Bounds of all values of a pack.
    pub(super) fn interval(&mut self, values: &[Value]) -> Interval {
        let all = values.iter().map(|&value| self.intervals.of(self.func, value));
        all.reduce(Interval::or).expect("packs are not empty")
    }

    /// The instructions that compute a pack, if their operation is the same.
    pub(super) fn definitions(&self, values: &[Value]) -> Option<Vec<InstructionData>> {
        let mut all = Vec::new();
        for &value in values {
            let ValueDef::Result(inst, _) = self.func.dfg.value_def(value) else { return None };
            all.push(self.func.dfg.insts[inst]);
        }
        let same = |data: &InstructionData| data.opcode() == all[0].opcode();
        let ty = |value: &Value| self.func.dfg.value_type(*value);
        let matching = all.iter().all(same) && values.iter().all(|value| ty(value) == ty(&values[0]));
        matching.then_some(all)
    }
}

/// The operands at one position.
pub(super) fn arguments(data: &[InstructionData], position: usize) -> Option<Vec<Value>> {
    let argument = |data: &InstructionData| match data {
        InstructionData::Unary { arg, .. } if position == 0 => Some(*arg),
        InstructionData::Binary { args, .. }
        | InstructionData::IntCompare { args, .. }
        | InstructionData::FloatCompare { args, .. } => args.get(position).copied(),
        InstructionData::Ternary { args, .. } => args.get(position).copied(),
        _ => None,
    };
    data.iter().map(argument).collect()
}

/// Whether the accesses of the copies are at consecutive elements, and those of an iteration follow
/// those of the one before.
pub(super) fn is_consecutive(accesses: &[Access], pack: &[usize]) -> bool {
    is_spaced(accesses, pack, accesses[pack[0]].ty.bytes())
}

/// Whether each element begins this many bytes behind the one before.
fn is_spaced(accesses: &[Access], pack: &[usize], bytes: u32) -> bool {
    spacing(accesses, pack).and_then(|stride| u32::try_from(stride).ok()) == Some(bytes)
}

/// How many bytes an access is behind another one in every iteration, if that is known and neither wraps.
pub(super) fn distance(from: &Access, to: &Access) -> Option<i64> {
    let same = from.memory == to.memory
        && from.index.terms == to.index.terms
        && from.index.step == to.index.step
        && from.index.inner == to.index.inner;
    let index = to.index.constant.wrapping_sub(from.index.constant).cast_signed();
    let offset = to.offset.cast_signed() - from.offset.cast_signed();
    same.then(|| i64::from(index) + offset)
}

/// Whether elements that are side by side can be loaded to lanes: in at most two steps, each twice as wide.
pub(super) fn is_loadable(access: &Access, lane: Type) -> bool {
    access.ty == lane || access.extension.is_some() && access.ty.bits() * 4 >= lane.bits()
}

/// The extension of a load that widens.
pub(super) fn widening(access: &Access, lane: Type) -> Option<Extension> {
    if access.ty == lane { None } else { access.extension }
}
