//! The copy of a nest's blocks, with a group of lanes in place of an iteration.

use std::collections::HashMap;

use cranelift_codegen::cursor::Cursor;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Block, BlockArg, BlockCall, Inst, InstBuilder, InstructionData, Opcode, Type, Value, types,
};

use super::super::MemoryPlace;
use super::super::instructions::{
    cast, combine, host_address, lane_constant, lane_numbers, load, load_scalar, splat, unary,
};
use super::super::scalar::Scalars;
use super::Plan;
use super::kinds::{Kind, is_side_by_side};

/// How many iterations are done at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Bits of a lane.
    pub(super) bits: u32,
    /// Vectors for each value.
    pub(super) vectors: u32,
}

impl Group {
    /// Lanes of a vector.
    fn lanes(self) -> u32 {
        128 / self.bits
    }

    /// Iterations of the outer loop that are done at once.
    pub(super) fn iterations(self) -> u32 {
        self.lanes() * self.vectors
    }
}

/// What is known while the copy is written: each value's twins, by its kind.
pub(super) struct Body<'p> {
    plan: &'p Plan,
    places: &'p [MemoryPlace],
    group: Group,
    copies: &'p HashMap<Block, Block>,
    scalars: HashMap<Value, Value>,
    /// For lanes, and masks as they are.
    vectors: HashMap<Value, Vec<Value>>,
}

impl<'p> Body<'p> {
    pub(super) fn new(
        plan: &'p Plan,
        places: &'p [MemoryPlace],
        group: Group,
        copies: &'p HashMap<Block, Block>,
    ) -> Self {
        Self { plan, places, group, copies, scalars: HashMap::new(), vectors: HashMap::new() }
    }

    /// Writes all blocks. The first one's first parameter is how many groups are left; after the last, it goes
    /// on with `finish`.
    pub(super) fn write(&mut self, scalars: &mut Scalars<'_, '_>, finish: Block) {
        let plan = self.plan;
        for &block in &plan.nest.blocks {
            let copy = self.copies[&block];
            if block == plan.nest.header {
                scalars.cursor.func.dfg.append_block_param(copy, types::I64);
            }
            for param in scalars.cursor.func.dfg.block_params(block).to_vec() {
                self.param(scalars, copy, param);
            }
        }
        for &block in &plan.nest.blocks {
            scalars.cursor.goto_bottom(self.copies[&block]);
            let all: Vec<Inst> = scalars.cursor.func.layout.block_insts(block).collect();
            let (&branch, others) = all.split_last().expect("blocks have an end");
            for &inst in others {
                let srcloc = scalars.cursor.func.srcloc(inst);
                scalars.cursor.set_srcloc(srcloc);
                self.instruction(scalars, inst);
            }
            if block == plan.nest.latch {
                self.end(scalars, finish);
            } else {
                self.branch(scalars, branch);
            }
        }
    }

    /// What the last iteration of a group makes of a value that it computes.
    pub(super) fn last(&mut self, scalars: &mut Scalars<'_, '_>, value: Value) -> Value {
        match self.plan.kinds.get(value) {
            Kind::Step(step) => {
                let moved = step.wrapping_mul(self.group.iterations() - 1);
                let moved = lane_constant(scalars, u64::from(moved), types::I32);
                scalars.cursor.ins().iadd(self.scalars[&value], moved)
            }
            Kind::Lanes => {
                let last = *self.vectors[&value].last().expect("groups are not empty");
                let lane = u8::try_from(self.group.lanes() - 1).expect("at most 15");
                scalars.cursor.ins().extractlane(last, lane)
            }
            _ => self.scalars[&value],
        }
    }

    fn param(&mut self, scalars: &mut Scalars<'_, '_>, copy: Block, param: Value) {
        let dfg = &mut scalars.cursor.func.dfg;
        let ty = dfg.value_type(param);
        match self.plan.kinds.get(param) {
            Kind::Same | Kind::Step(_) => {
                self.scalars.insert(param, dfg.append_block_param(copy, ty));
            }
            Kind::Lanes => {
                let ty = vector_type(ty);
                let twins = (0..self.group.vectors).map(|_| dfg.append_block_param(copy, ty)).collect();
                self.vectors.insert(param, twins);
            }
            Kind::Mask | Kind::Unknown => {}
        }
    }

    fn instruction(&mut self, scalars: &mut Scalars<'_, '_>, inst: Inst) {
        let data = scalars.cursor.func.dfg.insts[inst];
        match (data, scalars.cursor.func.dfg.inst_results(inst)) {
            (InstructionData::Store { .. }, _) => self.store(scalars, inst),
            // Other checks belong to accesses that are made, and checked, in another way.
            (InstructionData::CondTrap { arg, .. }, _) if self.plan.kinds.get(arg) == Kind::Same => {
                self.scalar(scalars, inst);
            }
            (_, &[result]) => match self.plan.kinds.get(result) {
                Kind::Same | Kind::Step(_) => self.scalar(scalars, inst),
                Kind::Lanes | Kind::Mask => {
                    let twins = self.vector_operation(scalars, inst, &data, result);
                    self.vectors.insert(result, twins);
                }
                Kind::Unknown => {}
            },
            _ => {}
        }
    }

    /// Does once what is the same for all lanes, or for lane 0.
    fn scalar(&mut self, scalars: &mut Scalars<'_, '_>, inst: Inst) {
        let copy = scalars.cursor.func.dfg.clone_inst(inst);
        let twin = |value: Value| self.scalars.get(&value).copied().unwrap_or(value);
        scalars.cursor.func.dfg.map_inst_values(copy, twin);
        scalars.cursor.insert_inst(copy);
        if let [result] = *scalars.cursor.func.dfg.inst_results(inst) {
            self.scalars.insert(result, scalars.cursor.func.dfg.first_result(copy));
        }
    }

    fn vector_operation(
        &mut self,
        scalars: &mut Scalars<'_, '_>,
        inst: Inst,
        data: &InstructionData,
        result: Value,
    ) -> Vec<Value> {
        if let Some(access) = self.plan.accesses.iter().position(|access| access.inst == inst) {
            return self.load(scalars, access, result);
        }
        match *data {
            InstructionData::Unary { opcode: Opcode::Uextend, arg } => self.vectors[&arg].clone(),
            InstructionData::Unary { opcode, arg } => {
                let ty = vector_type(scalars.cursor.func.dfg.value_type(result));
                let operands = self.operand(scalars, arg);
                operands.into_iter().map(|arg| unary(scalars, opcode, ty, arg)).collect()
            }
            InstructionData::Binary { opcode, args: [left, right] } => {
                let lefts = self.operand(scalars, left);
                if matches!(opcode, Opcode::Ishl | Opcode::Ushr | Opcode::Sshr) {
                    let amount = self.scalars.get(&right).copied().unwrap_or(right);
                    let each = |arg: Value| match opcode {
                        Opcode::Ishl => scalars.cursor.ins().ishl(arg, amount),
                        Opcode::Ushr => scalars.cursor.ins().ushr(arg, amount),
                        _ => scalars.cursor.ins().sshr(arg, amount),
                    };
                    return lefts.into_iter().map(each).collect();
                }
                let rights = self.operand(scalars, right);
                let pairs = lefts.into_iter().zip(rights);
                pairs.map(|(left, right)| combine(scalars, opcode, left, right)).collect()
            }
            InstructionData::IntCompare { cond, args: [left, right], .. } => {
                let (lefts, rights) = (self.operand(scalars, left), self.operand(scalars, right));
                let pairs = lefts.into_iter().zip(rights);
                pairs.map(|(left, right)| scalars.cursor.ins().icmp(cond, left, right)).collect()
            }
            InstructionData::FloatCompare { cond, args: [left, right], .. } => {
                let (lefts, rights) = (self.operand(scalars, left), self.operand(scalars, right));
                let pairs = lefts.into_iter().zip(rights);
                pairs.map(|(left, right)| scalars.cursor.ins().fcmp(cond, left, right)).collect()
            }
            InstructionData::Ternary { args: [condition, yes, no], .. } => {
                let masks = self.vectors[&condition].clone();
                let choices = self.operand(scalars, yes).into_iter().zip(self.operand(scalars, no));
                let each = |(mask, (yes, no))| {
                    let ty = scalars.cursor.func.dfg.value_type(yes);
                    let mask = cast(scalars, mask, ty);
                    scalars.cursor.ins().bitselect(mask, yes, no)
                };
                masks.into_iter().zip(choices).map(each).collect()
            }
            _ => unreachable!("it has no kind"),
        }
    }

    /// A value as vectors, made of a scalar where it is one.
    fn operand(&self, scalars: &mut Scalars<'_, '_>, value: Value) -> Vec<Value> {
        let lane = scalars.cursor.func.dfg.value_type(value);
        let twin = self.scalars.get(&value).copied().unwrap_or(value);
        match self.plan.kinds.get(value) {
            Kind::Lanes => self.vectors[&value].clone(),
            // All bits or none become 1 or 0.
            Kind::Mask => self.vectors[&value].iter().map(|&mask| scalars.cursor.ins().ineg(mask)).collect(),
            Kind::Step(step) => {
                let first = splat(scalars, twin, lane);
                let numbers = lane_numbers(scalars, step, lane);
                let first = scalars.cursor.ins().iadd(first, numbers);
                let each = |vector: u32| {
                    let moved = step.wrapping_mul(vector * self.group.lanes());
                    let moved = lane_constant(scalars, u64::from(moved), lane);
                    let moved = splat(scalars, moved, lane);
                    scalars.cursor.ins().iadd(first, moved)
                };
                (0..self.group.vectors).map(each).collect()
            }
            Kind::Same | Kind::Unknown => {
                let all = splat(scalars, twin, lane);
                vec![all; self.group.vectors as usize]
            }
        }
    }

    fn load(&self, scalars: &mut Scalars<'_, '_>, access: usize, result: Value) -> Vec<Value> {
        let lane = scalars.cursor.func.dfg.value_type(result);
        let known = &self.plan.accesses[access];
        let each = |vector: u32| {
            if is_side_by_side(known, self.group.bits) {
                let (address, offset) = self.address(scalars, access, vector);
                return load(scalars, known, lane, address, offset);
            }
            let first = self.load_element(scalars, access, vector * self.group.lanes());
            let mut all = scalars.cursor.ins().scalar_to_vector(vector_type(lane), first);
            for number in 1..self.group.lanes() {
                let element = self.load_element(scalars, access, vector * self.group.lanes() + number);
                let number = u8::try_from(number).expect("at most 15");
                all = scalars.cursor.ins().insertlane(all, element, number);
            }
            all
        };
        (0..self.group.vectors).map(each).collect()
    }

    /// Loads what the iteration with this number in the group does.
    fn load_element(&self, scalars: &mut Scalars<'_, '_>, access: usize, iteration: u32) -> Value {
        let access = &self.plan.accesses[access];
        let index = self.scalars.get(&access.index_value).copied().unwrap_or(access.index_value);
        let offset = access.offset + u64::from(access.index.step) * u64::from(iteration);
        let place = &self.places[access.memory];
        let (address, offset) = host_address(scalars, place, index, offset, access.ty.bytes());
        load_scalar(scalars, access, address, offset)
    }

    fn store(&self, scalars: &mut Scalars<'_, '_>, inst: Inst) {
        let position = self.plan.accesses.iter().position(|access| access.inst == inst);
        let position = position.expect("all stores are known");
        let access = &self.plan.accesses[position];
        let stored = self.operand(scalars, access.stored.expect("it is a store"));
        for (value, vector) in stored.into_iter().zip(0..) {
            let (address, offset) = self.address(scalars, position, vector);
            scalars.cursor.ins().store(access.flags, value, address, offset);
        }
    }

    /// The address of an access's vector, given the vector's number in the group.
    fn address(&self, scalars: &mut Scalars<'_, '_>, access: usize, vector: u32) -> (Value, i32) {
        let access = &self.plan.accesses[access];
        let index = self.scalars.get(&access.index_value).copied().unwrap_or(access.index_value);
        let bytes = self.group.lanes() * access.ty.bytes();
        let offset = access.offset + u64::from(vector * bytes);
        host_address(scalars, &self.places[access.memory], index, offset, bytes)
    }

    /// A branch inside the nest.
    fn branch(&self, scalars: &mut Scalars<'_, '_>, branch: Inst) {
        match scalars.cursor.func.dfg.insts[branch] {
            InstructionData::Jump { destination, .. } => {
                let (to, arguments) = self.destination(scalars, destination);
                scalars.cursor.ins().jump(to, &arguments);
            }
            InstructionData::Brif { arg, blocks, .. } => {
                let condition = self.scalars.get(&arg).copied().unwrap_or(arg);
                let [yes, no] = blocks.map(|call| self.destination(scalars, call));
                scalars.cursor.ins().brif(condition, yes.0, &yes.1, no.0, &no.1);
            }
            other => unreachable!("{other:?} ends no block of a nest"),
        }
    }

    fn destination(&self, scalars: &mut Scalars<'_, '_>, call: BlockCall) -> (Block, Vec<BlockArg>) {
        let pool = &scalars.cursor.func.dfg.value_lists;
        let to = call.block(pool);
        let arguments: Vec<BlockArg> = call.args(pool).collect();
        let params = scalars.cursor.func.dfg.block_params(to).to_vec();
        let mut passed = Vec::new();
        for (param, argument) in params.into_iter().zip(arguments) {
            let value = argument.as_value().expect("other arguments are not accepted");
            match self.plan.kinds.get(param) {
                Kind::Same | Kind::Step(_) => {
                    let twin = self.scalars.get(&value).copied().unwrap_or(value);
                    passed.push(BlockArg::Value(twin));
                }
                Kind::Lanes => {
                    passed.extend(self.operand(scalars, value).into_iter().map(BlockArg::Value));
                }
                Kind::Mask | Kind::Unknown => {}
            }
        }
        (self.copies[&to], passed)
    }

    /// The branch at the end: to the next group, if there is one.
    fn end(&self, scalars: &mut Scalars<'_, '_>, finish: Block) {
        let header = self.plan.nest.header;
        let copy = self.copies[&header];
        let groups = scalars.cursor.func.dfg.block_params(copy)[0];
        let left = scalars.cursor.ins().iadd_imm_s(groups, -1);
        let mut next = vec![BlockArg::Value(left)];
        for param in scalars.cursor.func.dfg.block_params(header).to_vec() {
            let twin = self.scalars[&param];
            next.push(BlockArg::Value(match self.plan.kinds.get(param) {
                Kind::Step(step) => {
                    let moved = step.wrapping_mul(self.group.iterations());
                    let moved = lane_constant(scalars, u64::from(moved), types::I32);
                    scalars.cursor.ins().iadd(twin, moved)
                }
                _ => twin,
            }));
        }
        let more = scalars.cursor.ins().icmp_imm_u(IntCC::NotEqual, left, 0);
        scalars.cursor.ins().brif(more, copy, &next, finish, &[]);
    }
}

fn vector_type(lane: Type) -> Type {
    lane.by(128 / lane.bits()).expect("128 bits are a vector")
}
