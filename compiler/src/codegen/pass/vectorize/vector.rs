//! The body of the vector loop: nodes become vectors of 128 bits.
//!
//! One iteration handles several vectors' worth of elements, in order. The state that is carried from one
//! to the next is: partial results of reductions, the last vector of nodes whose previous element is
//! used, and counters.

use std::collections::BTreeMap;

use cranelift_codegen::cursor::Cursor;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Opcode, Type, Value, types};

use super::MemoryPlace;
use super::access::{Access, Extension};
use super::division::high_product;
use super::emit::LoopBody;
use super::halves::{convert, load_few, narrowed, store_few};
use super::instructions::{
    cast, clamp, combine, compare_floats, host_address, lane_constant, lane_numbers, load, load_promoted,
    load_scalar, load_strided, shifted, shuffle, splat, store, unary, widen,
};
use super::lanes::{Amount, Carried, Node, NodeId, NodeOp};
use super::scalar::Scalars;
use super::sums::{Term, products, widened};

/// More partial results of a reduction than this do not make it faster.
const MAX_PARTS: u32 = 4;

/// How the accesses of the vector loop are addressed: by a counter that grows by `unit` for each
/// iteration of the scalar loop.
///
/// By the checks before the loop, the index does not wrap, and no check in the loop fails.
#[derive(Clone)]
pub(super) struct Addresses<'a> {
    unit: u64,
    places: &'a [MemoryPlace],
    /// By region: the lowest index in the first iteration, an `i32`.
    starts: BTreeMap<usize, Value>,
    /// By region: how far all is moved, in bytes.
    moved: BTreeMap<usize, u64>,
}

impl<'a> Addresses<'a> {
    /// Finds what the addresses start from, outside the loop.
    pub(super) fn new(plan: &LoopBody, scalars: &mut Scalars<'_, '_>, places: &'a [MemoryPlace]) -> Self {
        let used = plan.used_accesses();
        let steps = used.iter().map(|access| access.index.step.cast_signed().unsigned_abs());
        let unit = steps.reduce(greatest_common_divisor).unwrap_or(1);
        let mut starts = BTreeMap::new();
        for access in used {
            let region = plan.regions.position(access);
            starts.entry(region).or_insert_with(|| scalars.affine_i32(plan.regions.lowest(region)));
        }
        Self { unit: u64::from(unit), places, starts, moved: BTreeMap::new() }
    }

    /// The same, but for regions that are this many bytes behind where others' are: those begin there.
    pub(super) fn behind(mut self, others: &Self, moved: BTreeMap<usize, u64>) -> Self {
        for region in moved.keys() {
            self.starts.extend(others.starts.get(region).map(|&start| (*region, start)));
        }
        Self { moved, ..self }
    }

    /// The same, where each of the vector loop's iterations does this many of the scalar loop's: what falls is
    /// addressed from where the last one of them is.
    pub(super) fn falling_to_last(
        mut self,
        plan: &LoopBody,
        scalars: &mut Scalars<'_, '_>,
        iterations: u32,
    ) -> Self {
        for (&region, start) in &mut self.starts {
            let lowest = plan.regions.lowest(region);
            if lowest.falls() {
                let moved = lowest.step.wrapping_mul(iterations - 1);
                let moved = scalars.cursor.ins().iconst(types::I32, i64::from(moved));
                *start = scalars.cursor.ins().iadd(*start, moved);
            }
        }
        self
    }

    /// What the counter grows by for each iteration of the scalar loop.
    pub(super) fn unit(&self) -> u64 {
        self.unit
    }

    /// The address of `bytes` bytes of a pack, given the pack's first access and the number of bytes before
    /// them in this iteration.
    fn address(
        &self,
        plan: &LoopBody,
        scalars: &mut Scalars<'_, '_>,
        counter: Value,
        access: &Access,
        [before, bytes]: [u32; 2],
    ) -> (Value, i32) {
        let region = plan.regions.position(access);
        let start = self.starts[&region];
        let place = &self.places[access.memory];
        let moved = scalars.cursor.ins().ireduce(types::I32, counter);
        let ratio = u64::from(access.index.step.cast_signed().unsigned_abs()) / self.unit;
        let moved = match ratio {
            1 => moved,
            _ if ratio.is_power_of_two() => {
                scalars.cursor.ins().ishl_imm_u(moved, i64::from(ratio.trailing_zeros()))
            }
            _ => scalars.cursor.ins().imul_imm_u(moved, ratio.cast_signed()),
        };
        let index = match access.index.falls() {
            true => scalars.cursor.ins().isub(start, moved),
            false => scalars.cursor.ins().iadd(start, moved),
        };
        let ahead = self.moved.get(&region).copied().unwrap_or(0);
        let offset = plan.regions.displacement(access) + ahead + u64::from(before);
        host_address(scalars, place, index, offset, bytes)
    }
}

fn greatest_common_divisor(left: u32, right: u32) -> u32 {
    if right == 0 { left } else { greatest_common_divisor(right, left % right) }
}

impl LoopBody {
    /// The first access of each pack that the vector loop makes.
    fn used_accesses(&self) -> Vec<&Access> {
        let loads = self.lanes.nodes.iter().filter_map(|node| match &node.op {
            NodeOp::Load(pack) | NodeOp::Promoted(pack) | NodeOp::Strided(pack) => Some(pack.accesses[0]),
            NodeOp::Spaced(spaced) => Some(spaced.base),
            NodeOp::Gathered(pack, _) => Some(pack.accesses[0]),
            _ => None,
        });
        let stores = self.lanes.stores.iter().map(|root| root.accesses[0]);
        loads.chain(stores).map(|position| &self.accesses[position]).collect()
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.lanes.nodes[id.0]
    }

    pub(super) fn vector_type(&self, lane: Type) -> Type {
        lane.by(128 / lane.bits()).expect("128 bits are a vector")
    }
}

/// What is known while the body is written.
#[derive(Clone)]
pub(super) struct Vectors<'p> {
    pub(super) plan: &'p LoopBody,
    addresses: Addresses<'p>,
    /// Vectors in an iteration.
    pub(super) count: u32,
    /// Nodes whose value is the same in all iterations.
    fixed: BTreeMap<NodeId, Value>,
    /// By node and number of the vector: what the current iteration has computed.
    computed: BTreeMap<(NodeId, u32), Value>,
    /// By access, how many bytes there are before it in this iteration, and how many are loaded: 16 bytes or less of which
    /// several vectors or nodes are made.
    pub(super) parts_loaded: BTreeMap<(usize, u32, u32), Value>,
    /// Counters and nodes whose last vector is carried, in the state's order.
    counters: Vec<NodeId>,
    previous: Vec<Carried>,
    /// The loop's own counter.
    counter: Option<Value>,
}

impl<'p> Vectors<'p> {
    /// Prepares what all iterations use.
    pub(super) fn new(
        plan: &'p LoopBody,
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
            parts_loaded: BTreeMap::new(),
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
                NodeOp::Clamped { value, bounds, kind } => {
                    let value = vectors.outside(scalars, *value);
                    let value = clamp(scalars, value, *bounds, *kind);
                    let splat = splat(scalars, value, node.lane);
                    vectors.fixed.insert(id, splat);
                }
                NodeOp::Whether { value, less, cond, with } => {
                    let value = vectors.outside(scalars, *value);
                    let number = scalars.cursor.ins().iadd_imm_s(value, -less);
                    let holds = scalars.cursor.ins().icmp_imm_s(*cond, number, *with);
                    let mask = scalars.cursor.ins().bmask(node.lane, holds);
                    let splat = splat(scalars, mask, node.lane);
                    vectors.fixed.insert(id, splat);
                }
                NodeOp::SplatLoad(pack) => {
                    let value = vectors.load_once(scalars, &plan.accesses[pack.accesses[0]]);
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

    /// An element that is the same in all iterations, loaded before the first.
    fn load_once(&self, scalars: &mut Scalars<'_, '_>, access: &Access) -> Value {
        self.at(scalars, access);
        let index = scalars.affine_i32(&access.index);
        let place = &self.addresses.places[access.memory];
        let (address, offset) = host_address(scalars, place, index, access.offset, access.ty.bytes());
        load_scalar(scalars, access, address, offset)
    }

    /// A value that the loop does not change, available before it.
    fn outside(&self, scalars: &mut Scalars<'_, '_>, value: Value) -> Value {
        if let Some(&entry) = scalars.entry.get(&value) {
            return entry;
        }
        let func = &scalars.cursor.func;
        let Some(inst) = func.dfg.value_def(value).inst() else { return value };
        if func.layout.inst_block(inst).is_none_or(|block| !self.plan.looped.blocks.contains(&block)) {
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
        for &Carried { param, node, .. } in &self.previous {
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

    /// Begins an iteration with what the loop's counter is in it.
    pub(super) fn begin(&mut self, counter: Value) {
        self.counter = Some(counter);
    }

    /// Writes an iteration; the state after it.
    pub(super) fn body(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        counter: Value,
        state: &[Value],
    ) -> Vec<Value> {
        let plan = self.plan;
        self.begin(counter);
        let mut next = state.to_vec();
        let sums = plan.lanes.reductions.len() * self.parts() as usize;
        for vector in 0..self.count {
            for (position, reduction) in plan.lanes.reductions.iter().enumerate() {
                let part = position * self.parts() as usize + (vector % self.parts()) as usize;
                for &term in &reduction.terms {
                    let sum = scalars.cursor.func.dfg.value_type(reduction.param);
                    let value = self.term(scalars, (term, sum), vector, state);
                    next[part] = combine(scalars, reduction.op, next[part], value);
                }
            }
            for carried in &plan.lanes.carried {
                self.vector(scalars, carried.node, vector, state);
            }
            // All loads of these elements come before their stores.
            let stored = self.stored(scalars, vector, state);
            self.store(scalars, vector, stored);
        }
        for (position, carried) in self.previous.clone().into_iter().enumerate() {
            next[sums + position] = self.vector(scalars, carried.node, self.count - 1, state);
        }
        for (position, &id) in self.counters.iter().enumerate() {
            let position = sums + self.previous.len() + position;
            next[position] = self.advanced(scalars, id, state[position], self.count);
        }
        next
    }

    /// What the vectors with this number contribute to a sum.
    fn term(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        (term, sum): (Term, Type),
        vector: u32,
        state: &[Value],
    ) -> Value {
        match term {
            Term::Whole(node) => self.vector(scalars, node, vector, state),
            Term::Narrow(node, extension) => {
                let narrow = self.vector(scalars, node, vector, state);
                widened(scalars, narrow, extension, sum)
            }
            Term::Products(left, right) => {
                let left = self.vector(scalars, left, vector, state);
                let right = self.vector(scalars, right, vector, state);
                products(scalars, left, right)
            }
        }
    }

    /// What is stored of the vectors with this number.
    pub(super) fn stored(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        vector: u32,
        state: &[Value],
    ) -> Vec<Value> {
        let roots = self.plan.lanes.stores.iter();
        roots.map(|root| self.vector(scalars, root.node, vector, state)).collect()
    }

    /// Stores that.
    pub(super) fn store(&self, scalars: &mut Scalars<'_, '_>, vector: u32, stored: Vec<Value>) {
        for (position, (root, &value)) in self.plan.lanes.stores.iter().zip(&stored).enumerate() {
            let access = &self.plan.accesses[root.accesses[0]];
            if root.together != 1 {
                // Those that belong to one before are stored.
                if root.together > 1 {
                    let values = &stored[position..][..root.together as usize];
                    self.store_together(scalars, root, vector, values);
                }
                continue;
            }
            if access.index.falls() {
                self.store_backwards(scalars, root, vector, value);
                continue;
            }
            let bytes = self.plan.width() * access.ty.bytes();
            let (address, offset) = self.place(scalars, access, [vector * bytes, bytes]);
            if self.is_half(root.node) {
                store_few(scalars, access, value, (address, offset));
            } else {
                store(scalars, access, value, address, offset);
            }
        }
    }

    /// Has a node's vector with this number be what is known of it.
    pub(super) fn know(&mut self, node: NodeId, vector: u32, value: Value) {
        self.computed.insert((node, vector), value);
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
        let width = self.plan.width();
        let moved = lane_constant(scalars, u64::from(step.wrapping_mul(vectors * width)), node.lane);
        let moved = splat(scalars, moved, node.lane);
        scalars.cursor.ins().iadd(first, moved)
    }

    /// The vector of a node with this number in the iteration.
    pub(super) fn vector(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        id: NodeId,
        vector: u32,
        state: &[Value],
    ) -> Value {
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
            NodeOp::Splat(_) | NodeOp::SplatLoad(_) | NodeOp::Clamped { .. } | NodeOp::Whether { .. } => {
                unreachable!("they are fixed")
            }
            NodeOp::Counter { .. } => {
                let position = self.counters.iter().position(|&known| known == id).expect("it is listed");
                let position = state.len() - self.counters.len() + position;
                self.advanced(scalars, id, state[position], vector)
            }
            NodeOp::Load(pack) => self.load(scalars, &plan.accesses[pack.accesses[0]], node.lane, vector),
            NodeOp::Promoted(pack) if self.loads_pairs(pack.accesses[0]) => {
                self.promoted_half(scalars, pack.accesses[0], vector)
            }
            NodeOp::Promoted(pack) => {
                let access = &plan.accesses[pack.accesses[0]];
                let (address, offset) = self.place(scalars, access, [vector * 8, 8]);
                load_promoted(scalars, access, address, offset)
            }
            NodeOp::Strided(pack) => {
                let access = &plan.accesses[pack.accesses[0]];
                let (address, offset) = self.place(scalars, access, [vector * 16, 16]);
                load_strided(scalars, access, node.lane, address, offset)
            }
            NodeOp::Spaced(spaced) => self.load_spaced(scalars, spaced, node, vector),
            NodeOp::Gathered(pack, stride) => {
                let access = &plan.accesses[pack.accesses[0]];
                self.gather(scalars, (access, *stride), node.lane, vector)
            }
            NodeOp::Unary(opcode, arg) => {
                let arg = operand(self, *arg, scalars);
                match opcode {
                    // All bits or none become 1 or 0.
                    Opcode::Uextend => scalars.cursor.ins().ineg(arg),
                    _ => unary(scalars, *opcode, ty, arg),
                }
            }
            NodeOp::Binary(opcode, left, right) => {
                // In the order in which they were packed.
                let first = operand(self, *left.min(right), scalars);
                let second = operand(self, *left.max(right), scalars);
                let [left, right] = if left < right { [first, second] } else { [second, first] };
                combine(scalars, *opcode, left, right)
            }
            NodeOp::HighProduct(arg, factor, extension) => {
                let arg = operand(self, *arg, scalars);
                high_product(scalars, arg, *factor, *extension)
            }
            NodeOp::Shift(opcode, arg, amount) => {
                let arg = operand(self, *arg, scalars);
                let amount = match *amount {
                    Amount::Bits(bits) => scalars.cursor.ins().iconst(types::I32, i64::from(bits)),
                    Amount::Value(value) => self.outside(scalars, value),
                };
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
                compare_floats(scalars, *condition, left, right)
            }
            NodeOp::ZeroBytes(of) => {
                let bytes = operand(self, *of, scalars);
                let bytes = cast(scalars, bytes, types::I8X16);
                let zero = scalars.cursor.ins().iconst(types::I8, 0);
                let zero = scalars.cursor.ins().splat(types::I8X16, zero);
                scalars.cursor.ins().icmp(IntCC::Equal, bytes, zero)
            }
            NodeOp::Converted(opcode, arg) => {
                let arg = operand(self, *arg, scalars);
                convert(scalars, *opcode, arg)
            }
            NodeOp::Widened(half, extension) => {
                let half = operand(self, *half, scalars);
                widen(scalars, half, *extension)
            }
            NodeOp::Narrowed(whole) => {
                let whole = operand(self, *whole, scalars);
                narrowed(scalars, whole)
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

    fn carried_position(&self, param: Value) -> usize {
        self.previous.iter().position(|carried| carried.param == param).expect("it is carried")
    }

    /// The vector that was carried for a parameter.
    fn carried_state(&self, param: Value, state: &[Value]) -> Value {
        let position = self.carried_position(param);
        state[self.plan.lanes.reductions.len() * self.parts() as usize + position]
    }

    fn load(&self, scalars: &mut Scalars<'_, '_>, access: &Access, lane: Type, vector: u32) -> Value {
        let bytes = self.plan.width() * access.ty.bytes();
        let (address, offset) = self.place(scalars, access, [vector * bytes, bytes]);
        match lane.bits() < self.plan.lanes.bits {
            true => load_few(scalars, access, lane, (address, offset), bytes),
            false => load(scalars, access, lane, address, offset),
        }
    }

    /// Whether a node fills half of a vector.
    fn is_half(&self, id: NodeId) -> bool {
        self.plan.node(id).lane.bits() < self.plan.lanes.bits
    }

    /// Where bytes of an access are, given how many there are of it before them in this iteration.
    pub(super) fn place(
        &self,
        scalars: &mut Scalars<'_, '_>,
        access: &Access,
        place: [u32; 2],
    ) -> (Value, i32) {
        let counter = self.counter.expect("the loop was begun");
        self.at(scalars, access);
        self.addresses.address(self.plan, scalars, counter, access, place)
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
            // Halves of what counts are added until the first lane holds the whole.
            let ty = self.plan.vector_type(lane);
            let mut bytes = (self.plan.width() * lane.bytes()).min(16) / 2;
            while bytes >= lane.bytes() {
                let order = std::array::from_fn(|byte| (byte as u8 + bytes as u8) % 16);
                let rotated = shuffle(scalars, [all, all], order, ty);
                all = combine(scalars, op, all, rotated);
                bytes /= 2;
            }
            let collected = scalars.cursor.ins().extractlane(all, 0);
            return combine(scalars, op, scalars.entry[&param], collected);
        }
        let position = self.carried_position(param);
        let vector = state[reductions.len() * parts + position];
        let last = scalars.cursor.func.dfg.value_type(vector).lane_count() - 1;
        let last = scalars.cursor.ins().extractlane(vector, u8::try_from(last).expect("at most 15"));
        let ty = scalars.cursor.func.dfg.value_type(param);
        if ty == scalars.cursor.func.dfg.value_type(last) {
            return last;
        }
        match self.previous[position].extension {
            Extension::Signed => scalars.cursor.ins().sextend(ty, last),
            Extension::Unsigned => scalars.cursor.ins().uextend(ty, last),
        }
    }
}
