//! The body of the vector loop: nodes become vectors of 128 bits.
//!
//! One iteration handles several vectors' worth of elements, in order. The state that is carried from one
//! to the next is: partial results of reductions, the last vector of nodes whose previous element is
//! used, and counters.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::Cursor;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::V128Imm;
use cranelift_codegen::ir::{
    ConstantData, Endianness, InstBuilder, MemFlagsData, Opcode, TrapCode, Type, Value, types,
};

use super::MemoryPlace;
use super::access::{Access, Extension};
use super::emit::VectorLoop;
use super::lanes::{Node, NodeId, NodeOp, widening};
use super::scalar::Scalars;

/// Bitcasts that change the number of lanes have to say what the first one is.
const BITS: MemFlagsData = MemFlagsData::new().with_endianness(Endianness::Little);

/// More partial results of a reduction than this do not make it faster.
const MAX_PARTS: u32 = 4;

/// How the accesses of the vector loop are addressed: by a counter that grows by `unit` for each
/// iteration of the scalar loop.
///
/// An address is made of a 32-bit index and a constant, as `bounds.rs` makes it for scalars, and checked by
/// code where that is: whatever is wrong in this pass, its accesses stay inside the memory's reservation.
/// By the checks before the loop, the index does not wrap, and no check in the loop fails.
pub(super) struct Addresses<'a> {
    unit: u64,
    places: &'a [MemoryPlace],
    /// By region: the lowest index in the first iteration, an `i32`.
    starts: BTreeMap<usize, Value>,
}

impl<'a> Addresses<'a> {
    /// Finds what the addresses start from, outside the loop.
    pub(super) fn new(plan: &VectorLoop, scalars: &mut Scalars<'_, '_>, places: &'a [MemoryPlace]) -> Self {
        let used = plan.used_accesses();
        let unit = used.iter().map(|access| access.index.step).min().unwrap_or(1);
        let mut starts = BTreeMap::new();
        for access in used {
            let region = plan.regions.position(access);
            starts.entry(region).or_insert_with(|| scalars.affine_i32(plan.regions.lowest(region)));
        }
        Self { unit: u64::from(unit), places, starts }
    }

    /// What the counter grows by for each iteration of the scalar loop.
    pub(super) fn unit(&self) -> u64 {
        self.unit
    }

    /// The address of `bytes` bytes of a pack, given the pack's first access and the number of bytes before
    /// them in this iteration.
    fn address(
        &self,
        plan: &VectorLoop,
        scalars: &mut Scalars<'_, '_>,
        counter: Value,
        access: &Access,
        [before, bytes]: [u32; 2],
    ) -> (Value, i32) {
        let start = self.starts[&plan.regions.position(access)];
        let place = &self.places[access.memory];
        let moved = scalars.cursor.ins().ireduce(types::I32, counter);
        // Both are a power of two times the number of copies.
        let ratio = u64::from(access.index.step) / self.unit;
        let moved = match ratio {
            1 => moved,
            _ => scalars.cursor.ins().ishl_imm_u(moved, i64::from(ratio.trailing_zeros())),
        };
        let index = scalars.cursor.ins().iadd(start, moved);
        let index = scalars.cursor.ins().uextend(types::I64, index);
        let offset = plan.regions.displacement(access) + u64::from(before);
        let end = offset + u64::from(bytes);
        if place.unchecked_bytes.is_none_or(|unchecked| end > unchecked) {
            let end = scalars.cursor.ins().iadd_imm_s(index, end.cast_signed());
            let len = scalars.load_context(place.len_at);
            let len = scalars.value(len);
            let outside = scalars.cursor.ins().icmp(IntCC::UnsignedGreaterThan, end, len);
            scalars.cursor.ins().trapnz(outside, TrapCode::HEAP_OUT_OF_BOUNDS);
        }
        let near = i32::try_from(place.base + offset).is_ok();
        let (host, offset) = if near { (place.base, offset) } else { (place.base + offset, 0) };
        let host = scalars.cursor.ins().iconst(types::I64, host.cast_signed());
        let address = scalars.cursor.ins().iadd(index, host);
        (address, i32::try_from(offset).expect("smaller than base plus offset"))
    }
}

impl VectorLoop {
    /// The first access of each pack that the vector loop makes.
    fn used_accesses(&self) -> Vec<&Access> {
        let loads = self.lanes.nodes.iter().filter_map(|node| match &node.op {
            NodeOp::Load(pack) => Some(pack.accesses[0]),
            _ => None,
        });
        let stores = self.lanes.stores.iter().map(|root| root.accesses[0]);
        loads.chain(stores).map(|position| &self.accesses[position]).collect()
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.lanes.nodes[id.0]
    }

    fn vector_type(&self, lane: Type) -> Type {
        lane.by(128 / lane.bits()).expect("128 bits are a vector")
    }
}

/// What is known while the body is written.
pub(super) struct Vectors<'p> {
    plan: &'p VectorLoop,
    addresses: Addresses<'p>,
    /// Vectors in an iteration.
    count: u32,
    /// Nodes whose value is the same in all iterations.
    fixed: BTreeMap<NodeId, Value>,
    /// By node and number of the vector: what the current iteration has computed.
    computed: BTreeMap<(NodeId, u32), Value>,
    /// Counters and nodes whose last vector is carried, in the state's order.
    counters: Vec<NodeId>,
    previous: Vec<(Value, NodeId)>,
    /// The loop's own counter.
    counter: Option<Value>,
}

impl<'p> Vectors<'p> {
    /// Prepares what all iterations use.
    pub(super) fn new(
        plan: &'p VectorLoop,
        scalars: &mut Scalars<'_, '_>,
        addresses: Addresses<'p>,
        count: u32,
    ) -> Self {
        let mut vectors = Self {
            plan,
            addresses,
            count,
            fixed: BTreeMap::new(),
            computed: BTreeMap::new(),
            counters: Vec::new(),
            previous: plan.lanes.carried.clone(),
            counter: None,
        };
        for (position, node) in plan.lanes.nodes.iter().enumerate() {
            let id = NodeId(position);
            match &node.op {
                NodeOp::Splat(value) => {
                    let value = vectors.outside(scalars, *value);
                    let splat = splat(scalars, value, node.lane);
                    vectors.fixed.insert(id, splat);
                }
                NodeOp::Counter { first, step: 0 } => {
                    let value = scalars.affine_i32(first);
                    let splat = splat(scalars, value, node.lane);
                    vectors.fixed.insert(id, splat);
                }
                NodeOp::Counter { .. } => vectors.counters.push(id),
                _ => {}
            }
        }
        vectors
    }

    /// A value that the loop does not change, available before it.
    fn outside(&self, scalars: &mut Scalars<'_, '_>, value: Value) -> Value {
        let func = &scalars.cursor.func;
        let Some(inst) = func.dfg.value_def(value).inst() else { return value };
        if func.layout.inst_block(inst) != Some(self.plan.looped.block) {
            return value;
        }
        // A constant.
        let copy = scalars.cursor.func.dfg.clone_inst(inst);
        scalars.cursor.insert_inst(copy);
        scalars.cursor.func.dfg.first_result(copy)
    }

    /// Partial results of a reduction in each iteration.
    fn parts(&self) -> u32 {
        self.count.min(MAX_PARTS)
    }

    /// The state before the first iteration.
    pub(super) fn initial(&mut self, scalars: &mut Scalars<'_, '_>) -> Vec<Value> {
        let mut state = Vec::new();
        for reduction in &self.plan.lanes.reductions {
            let lane = scalars.cursor.func.dfg.value_type(reduction.param);
            let neutral = match reduction.op {
                Opcode::Iadd | Opcode::Bxor => lane_constant(scalars, 0, lane),
                // To these, the same number twice is the same as once.
                _ => scalars.entry[&reduction.param],
            };
            let neutral = splat(scalars, neutral, lane);
            state.extend(std::iter::repeat_n(neutral, self.parts() as usize));
        }
        for &(param, node) in &self.previous {
            let value = scalars.entry[&param];
            state.push(splat(scalars, value, self.plan.node(node).lane));
        }
        for &id in &self.counters {
            let node = self.plan.node(id);
            let NodeOp::Counter { first, step } = &node.op else { unreachable!("it is a counter") };
            let first = scalars.affine_i32(first);
            let first = splat(scalars, first, node.lane);
            let steps = lane_numbers(scalars, *step, node.lane);
            state.push(scalars.cursor.ins().iadd(first, steps));
        }
        state
    }

    /// Writes an iteration; the state after it.
    pub(super) fn body(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        counter: Value,
        state: &[Value],
    ) -> Vec<Value> {
        let plan = self.plan;
        self.counter = Some(counter);
        let mut next = state.to_vec();
        let sums = plan.lanes.reductions.len() * self.parts() as usize;
        for vector in 0..self.count {
            for (position, reduction) in plan.lanes.reductions.iter().enumerate() {
                let part = position * self.parts() as usize + (vector % self.parts()) as usize;
                for &node in &reduction.nodes {
                    let value = self.vector(scalars, node, vector, state);
                    next[part] = combine(scalars, reduction.op, next[part], value);
                }
            }
            for &(_, node) in &plan.lanes.carried {
                self.vector(scalars, node, vector, state);
            }
            // All loads of these elements come before their stores.
            let stored: Vec<Value> =
                plan.lanes.stores.iter().map(|root| self.vector(scalars, root.node, vector, state)).collect();
            for (root, value) in plan.lanes.stores.iter().zip(stored) {
                let access = &plan.accesses[root.accesses[0]];
                self.at(scalars, access);
                let place = [vector * 16, 16];
                let (address, offset) = self.addresses.address(plan, scalars, counter, access, place);
                scalars.cursor.ins().store(access.flags, value, address, offset);
            }
        }
        for (position, &(_, node)) in self.previous.iter().enumerate() {
            next[sums + position] = self.computed[&(node, self.count - 1)];
        }
        for (position, &id) in self.counters.iter().enumerate() {
            let position = sums + self.previous.len() + position;
            next[position] = self.advanced(scalars, id, state[position], self.count);
        }
        next
    }

    /// Attributes what follows to an access's place in the wasm.
    fn at(&self, scalars: &mut Scalars<'_, '_>, access: &Access) {
        let srcloc = scalars.cursor.func.srcloc(access.inst);
        scalars.cursor.set_srcloc(srcloc);
    }

    /// A counter's vector, given its first one in this iteration.
    fn advanced(&self, scalars: &mut Scalars<'_, '_>, id: NodeId, first: Value, vectors: u32) -> Value {
        let node = self.plan.node(id);
        let NodeOp::Counter { step, .. } = &node.op else { unreachable!("it is a counter") };
        if vectors == 0 {
            return first;
        }
        let width = 128 / node.lane.bits();
        let moved = lane_constant(scalars, u64::from(step.wrapping_mul(vectors * width)), node.lane);
        let moved = splat(scalars, moved, node.lane);
        scalars.cursor.ins().iadd(first, moved)
    }

    /// The vector of a node with this number in the iteration.
    fn vector(&mut self, scalars: &mut Scalars<'_, '_>, id: NodeId, vector: u32, state: &[Value]) -> Value {
        if let Some(&fixed) = self.fixed.get(&id) {
            return fixed;
        }
        if let Some(&computed) = self.computed.get(&(id, vector)) {
            return computed;
        }
        let plan = self.plan;
        let node = plan.node(id);
        let ty = plan.vector_type(node.lane);
        let operand =
            |this: &mut Self, id, scalars: &mut Scalars<'_, '_>| this.vector(scalars, id, vector, state);
        let value = match &node.op {
            NodeOp::Splat(_) => unreachable!("splats are fixed"),
            NodeOp::Counter { .. } => {
                let position = self.counters.iter().position(|&known| known == id).expect("it is listed");
                let position = state.len() - self.counters.len() + position;
                self.advanced(scalars, id, state[position], vector)
            }
            NodeOp::Load(pack) => self.load(scalars, &plan.accesses[pack.accesses[0]], node.lane, vector),
            NodeOp::Unary(opcode, arg) => {
                let arg = operand(self, *arg, scalars);
                let ins = scalars.cursor.ins();
                match opcode {
                    Opcode::Fneg => ins.fneg(arg),
                    Opcode::Fabs => ins.fabs(arg),
                    Opcode::Sqrt => ins.sqrt(arg),
                    Opcode::FcvtFromSint => ins.fcvt_from_sint(ty, arg),
                    // All bits or none become 1 or 0.
                    Opcode::Uextend => ins.ineg(arg),
                    other => unreachable!("{other} is not packed"),
                }
            }
            NodeOp::Binary(opcode, left, right) => {
                let left = operand(self, *left, scalars);
                let right = operand(self, *right, scalars);
                combine(scalars, *opcode, left, right)
            }
            NodeOp::Shift(opcode, arg, amount) => {
                let arg = operand(self, *arg, scalars);
                let amount = self.outside(scalars, *amount);
                match opcode {
                    Opcode::Ishl => scalars.cursor.ins().ishl(arg, amount),
                    Opcode::Ushr => scalars.cursor.ins().ushr(arg, amount),
                    _ => scalars.cursor.ins().sshr(arg, amount),
                }
            }
            NodeOp::IntCompare(condition, left, right) => {
                let left = operand(self, *left, scalars);
                let right = operand(self, *right, scalars);
                scalars.cursor.ins().icmp(*condition, left, right)
            }
            NodeOp::FloatCompare(condition, left, right) => {
                let left = operand(self, *left, scalars);
                let right = operand(self, *right, scalars);
                scalars.cursor.ins().fcmp(*condition, left, right)
            }
            NodeOp::Select(mask, yes, no) => {
                let mask = operand(self, *mask, scalars);
                let yes = operand(self, *yes, scalars);
                let no = operand(self, *no, scalars);
                let mask = cast(scalars, mask, ty);
                scalars.cursor.ins().bitselect(mask, yes, no)
            }
            NodeOp::Previous(param, node) => {
                let current = operand(self, *node, scalars);
                let before = match vector {
                    0 => self.carried_state(*param, state),
                    _ => self.vector(scalars, *node, vector - 1, state),
                };
                shifted(scalars, before, current, ty)
            }
        };
        self.computed.insert((id, vector), value);
        value
    }

    /// The vector that was carried for a parameter.
    fn carried_state(&self, param: Value, state: &[Value]) -> Value {
        let position = self.previous.iter().position(|&(known, _)| known == param).expect("it is carried");
        state[self.plan.lanes.reductions.len() * self.parts() as usize + position]
    }

    fn load(&self, scalars: &mut Scalars<'_, '_>, access: &Access, lane: Type, vector: u32) -> Value {
        let counter = self.counter.expect("the loop was begun");
        let width = 128 / lane.bits();
        let bytes = width * access.ty.bytes();
        self.at(scalars, access);
        let place = [vector * bytes, bytes];
        let (address, offset) = self.addresses.address(self.plan, scalars, counter, access, place);
        let flags = access.flags;
        let ins = scalars.cursor.ins();
        let Some(extension) = widening(access, lane) else {
            // As bytes, like all vectors of wasm: Cranelift takes other types for operands in memory of
            // `cmpps` and `cmppd`, which fault if those are not aligned.
            let bytes = ins.load(types::I8X16, flags, address, offset);
            return cast(scalars, bytes, self.plan.vector_type(lane));
        };
        match (access.ty, lane, extension) {
            (types::I8, types::I16, Extension::Signed) => ins.sload8x8(flags, address, offset),
            (types::I8, types::I16, Extension::Unsigned) => ins.uload8x8(flags, address, offset),
            (types::I16, types::I32, Extension::Signed) => ins.sload16x4(flags, address, offset),
            (types::I16, types::I32, Extension::Unsigned) => ins.uload16x4(flags, address, offset),
            (types::I32, types::I64, Extension::Signed) => ins.sload32x2(flags, address, offset),
            (types::I32, types::I64, Extension::Unsigned) => ins.uload32x2(flags, address, offset),
            // A quarter of a vector, widened twice.
            _ => {
                let quarter = ins.load(types::I32, flags, address, offset);
                let quarter = scalars.cursor.ins().scalar_to_vector(types::I32X4, quarter);
                let narrow = cast(scalars, quarter, self.plan.vector_type(access.ty));
                let half = widen(scalars, narrow, extension);
                widen(scalars, half, extension)
            }
        }
    }

    /// What a parameter that is no counter is after the vector loop.
    pub(super) fn finished(&self, scalars: &mut Scalars<'_, '_>, param: Value, state: &[Value]) -> Value {
        let parts = self.parts() as usize;
        let reductions = &self.plan.lanes.reductions;
        if let Some(position) = reductions.iter().position(|reduction| reduction.param == param) {
            let op = reductions[position].op;
            let lane = scalars.cursor.func.dfg.value_type(param);
            let parts = state[position * parts..][..parts].to_vec();
            let all = parts.into_iter().reduce(|left, right| combine(scalars, op, left, right));
            let mut all = all.expect("there is a part");
            // Halves are added until each lane holds the whole.
            let ty = self.plan.vector_type(lane);
            let mut bytes = 8;
            while bytes >= lane.bytes() {
                let order = std::array::from_fn(|byte| (byte as u8 + bytes as u8) % 16);
                let rotated = shuffle(scalars, [all, all], order, ty);
                all = combine(scalars, op, all, rotated);
                bytes /= 2;
            }
            let collected = scalars.cursor.ins().extractlane(all, 0);
            return combine(scalars, op, scalars.entry[&param], collected);
        }
        let position = self.previous.iter().position(|&(known, _)| known == param).expect("it is carried");
        let vector = state[reductions.len() * parts + position];
        let last = scalars.cursor.func.dfg.value_type(vector).lane_count() - 1;
        scalars.cursor.ins().extractlane(vector, u8::try_from(last).expect("at most 15"))
    }
}

/// An operation of two operands, on scalars or vectors.
fn combine(scalars: &mut Scalars<'_, '_>, opcode: Opcode, left: Value, right: Value) -> Value {
    let ins = scalars.cursor.ins();
    match opcode {
        Opcode::Iadd => ins.iadd(left, right),
        Opcode::Isub => ins.isub(left, right),
        Opcode::Imul => ins.imul(left, right),
        Opcode::Band => ins.band(left, right),
        Opcode::Bor => ins.bor(left, right),
        Opcode::Bxor => ins.bxor(left, right),
        Opcode::Smin => ins.smin(left, right),
        Opcode::Smax => ins.smax(left, right),
        Opcode::Umin => ins.umin(left, right),
        Opcode::Umax => ins.umax(left, right),
        Opcode::Fadd => ins.fadd(left, right),
        Opcode::Fsub => ins.fsub(left, right),
        Opcode::Fmul => ins.fmul(left, right),
        Opcode::Fdiv => ins.fdiv(left, right),
        other => unreachable!("{other} is not packed"),
    }
}

/// The low bits of an integer, or a float, in all lanes.
fn splat(scalars: &mut Scalars<'_, '_>, value: Value, lane: Type) -> Value {
    let ty = scalars.cursor.func.dfg.value_type(value);
    let value = if ty == lane { value } else { scalars.cursor.ins().ireduce(lane, value) };
    let vector = lane.by(128 / lane.bits()).expect("128 bits are a vector");
    scalars.cursor.ins().splat(vector, value)
}

/// The low bits of a number as an integer of the lane's type.
fn lane_constant(scalars: &mut Scalars<'_, '_>, value: u64, lane: Type) -> Value {
    let bits = value & (u64::MAX >> (64 - lane.bits()));
    scalars.cursor.ins().iconst(lane, bits.cast_signed())
}

/// The vector of 0, `step`, 2 × `step`, and so on.
fn lane_numbers(scalars: &mut Scalars<'_, '_>, step: u32, lane: Type) -> Value {
    let bytes = lane.bytes() as usize;
    let mut data = Vec::with_capacity(16);
    for number in 0..16 / lane.bytes() {
        let value = u64::from(step.wrapping_mul(number)).to_le_bytes();
        data.extend_from_slice(&value[..bytes]);
    }
    let vector = lane.by(128 / lane.bits()).expect("128 bits are a vector");
    let data = scalars.cursor.func.dfg.constants.insert(ConstantData::from(data));
    scalars.cursor.ins().vconst(vector, data)
}

/// The same bits as another vector type.
fn cast(scalars: &mut Scalars<'_, '_>, value: Value, ty: Type) -> Value {
    if scalars.cursor.func.dfg.value_type(value) == ty {
        return value;
    }
    scalars.cursor.ins().bitcast(ty, BITS, value)
}

fn widen(scalars: &mut Scalars<'_, '_>, value: Value, extension: Extension) -> Value {
    match extension {
        Extension::Signed => scalars.cursor.ins().swiden_low(value),
        Extension::Unsigned => scalars.cursor.ins().uwiden_low(value),
    }
}

/// Chosen bytes of two vectors, the second one's counting from 16.
fn shuffle(scalars: &mut Scalars<'_, '_>, from: [Value; 2], order: [u8; 16], ty: Type) -> Value {
    let from = from.map(|value| cast(scalars, value, types::I8X16));
    let order = scalars.cursor.func.dfg.immediates.push(ConstantData::from(V128Imm(order)));
    let bytes = scalars.cursor.ins().shuffle(from[0], from[1], order);
    cast(scalars, bytes, ty)
}

/// The last lane of a vector, then all but the last of the next one.
fn shifted(scalars: &mut Scalars<'_, '_>, before: Value, current: Value, ty: Type) -> Value {
    let lane = ty.lane_type().bytes();
    let order = std::array::from_fn(|byte| (16 - lane) as u8 + byte as u8);
    shuffle(scalars, [before, current], order, ty)
}
