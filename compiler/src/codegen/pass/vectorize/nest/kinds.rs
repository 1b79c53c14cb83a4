//! What the values of a nest are for neighbouring iterations of its outer loop.
//!
//! The vector version runs some iterations of the outer loop side by side, one in each lane. All lanes take
//! the same way through the loop's blocks: each branch inside depends on values that are the same in all
//! lanes. So a block's parameter is in each lane what that lane's iteration makes of it, and a value is
//! computed for all lanes by one operation that does lane for lane what the scalar one does, under the
//! same rules as in `lanes.rs`.

use std::collections::HashMap;

use cranelift_codegen::ir::{Function, Inst, InstructionData, Opcode, Type, Value, ValueDef};

use super::super::access::{Access, Accesses};
use super::super::affine::Affines;
use super::shape::Nest;

/// What a value is in the lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The same in all: it stays a scalar.
    Same,
    /// A number that grows by this from lane to lane: the scalar is that of lane 0.
    Step(u32),
    /// A vector.
    Lanes,
    /// All bits of each lane set, or none: a condition, or one as a number.
    Mask,
    /// Not needed as a value: an address made of a [`Kind::Step`], or something that has no vector form.
    Unknown,
}

/// The kinds of all values of a nest.
pub(super) struct Kinds {
    known: HashMap<Value, Kind>,
    /// Bits of a lane.
    pub(super) bits: u32,
    /// Operations on vectors, and loads of a vector's elements one by one.
    operations: u32,
    gathers: u32,
}

impl Kinds {
    /// Finds the kinds; `None` if the nest cannot be done in lanes.
    pub(super) fn new(
        func: &Function,
        nest: &Nest,
        accesses: &Accesses,
        affines: &mut Affines<'_>,
    ) -> Option<Self> {
        let loads: HashMap<Inst, &Access> = accesses.all.iter().map(|access| (access.inst, access)).collect();
        let bits = lane_bits(func, accesses)?;
        let mut kinds = Self { known: HashMap::new(), bits, operations: 0, gathers: 0 };
        for (&param, &next) in func.dfg.block_params(nest.header).iter().zip(&nest.next) {
            let number = affines.get(param).map(|number| number.step);
            let fixed = (param == next).then_some(0);
            kinds.known.insert(param, step(number.or(fixed)?));
        }
        // Values of loops depend on those of their last iteration. Kinds only grow.
        loop {
            let before = kinds.known.clone();
            (kinds.operations, kinds.gathers) = (0, 0);
            for &block in &nest.blocks {
                if block != nest.header {
                    for (position, &param) in func.dfg.block_params(block).iter().enumerate() {
                        kinds.join(func, nest, affines, position, param);
                    }
                }
                for inst in func.layout.block_insts(block) {
                    let results = func.dfg.inst_results(inst);
                    if let [result] = *results {
                        let kind = kinds.result(func, &loads, affines, inst, result);
                        kinds.known.insert(result, kind);
                    } else {
                        kinds.known.extend(results.iter().map(|&result| (result, Kind::Unknown)));
                    }
                }
            }
            if kinds.known == before {
                break;
            }
        }
        let pays = kinds.operations >= 2 * kinds.gathers;
        (pays && kinds.check_roots(func, nest)).then_some(kinds)
    }

    /// The kind of a value. What the nest does not compute is the same in all iterations.
    pub(super) fn get(&self, value: Value) -> Kind {
        self.known.get(&value).copied().unwrap_or(Kind::Same)
    }

    /// Whether a value is computed in the nest.
    pub(super) fn is_inside(&self, value: Value) -> bool {
        self.known.contains_key(&value)
    }

    fn join(
        &mut self,
        func: &Function,
        nest: &Nest,
        affines: &mut Affines<'_>,
        position: usize,
        param: Value,
    ) {
        if let Some(number) = affines.get(param) {
            self.known.insert(param, step(number.step));
            return;
        }
        let ValueDef::Param(block, _) = func.dfg.value_def(param) else { unreachable!("it is one") };
        let fits = func.dfg.value_type(param).bits() == self.bits;
        let mut kind = Kind::Same;
        for value in nest.incoming(block, position) {
            // What comes from a later block is not known in the first round, and taken for the same.
            kind = match self.get(value) {
                Kind::Same => kind,
                Kind::Step(_) | Kind::Lanes if fits => kind.max(Kind::Lanes),
                Kind::Mask if fits && func.dfg.value_type(value).bits() == self.bits => kind.max(Kind::Lanes),
                _ => Kind::Unknown,
            };
        }
        self.known.insert(param, kind);
    }

    fn result(
        &mut self,
        func: &Function,
        loads: &HashMap<Inst, &Access>,
        affines: &mut Affines<'_>,
        inst: Inst,
        result: Value,
    ) -> Kind {
        if let Some(access) = loads.get(&inst) {
            return match access.index.step {
                0 => Kind::Same,
                _ if func.dfg.value_type(result).bits() != self.bits => Kind::Unknown,
                _ => {
                    self.gathers += u32::from(!is_side_by_side(access, self.bits));
                    Kind::Lanes
                }
            };
        }
        if let Some(number) = affines.get(result) {
            return step(number.step);
        }
        let data = func.dfg.insts[inst];
        let arguments = func.dfg.inst_args(inst);
        if arguments.iter().all(|&argument| self.get(argument) == Kind::Same) {
            return Kind::Same;
        }
        let fits = func.dfg.value_type(result).bits() == self.bits;
        let kind = self.operation(func, &data, arguments);
        match kind {
            Some(Kind::Mask) => Kind::Mask,
            Some(kind) if fits => {
                self.operations += 1;
                kind
            }
            _ => Kind::Unknown,
        }
    }

    /// What an operation with other operands than the same in all lanes makes.
    fn operation(&self, func: &Function, data: &InstructionData, arguments: &[Value]) -> Option<Kind> {
        let bits = self.bits;
        let is_number = |value: Value| {
            let ty: Type = func.dfg.value_type(value);
            ty.bits() == bits
                && matches!(self.get(value), Kind::Same | Kind::Step(_) | Kind::Lanes | Kind::Mask)
        };
        let numbers = arguments.iter().all(|&argument| is_number(argument));
        match *data {
            InstructionData::Unary { opcode, arg } => match opcode {
                Opcode::Fneg | Opcode::Fabs | Opcode::Sqrt => numbers.then_some(Kind::Lanes),
                Opcode::FcvtFromSint => (numbers && bits == 32).then_some(Kind::Lanes),
                // A condition as a number.
                Opcode::Uextend => (self.get(arg) == Kind::Mask).then_some(Kind::Mask),
                _ => None,
            },
            InstructionData::Binary { opcode, args } => {
                let known = match opcode {
                    Opcode::Iadd | Opcode::Isub | Opcode::Band | Opcode::Bor | Opcode::Bxor => true,
                    Opcode::Fadd | Opcode::Fsub | Opcode::Fmul | Opcode::Fdiv => true,
                    // Other widths have no instruction.
                    Opcode::Imul => bits == 32,
                    Opcode::Ishl | Opcode::Ushr => self.get(args[1]) == Kind::Same,
                    Opcode::Sshr => self.get(args[1]) == Kind::Same && bits == 32,
                    _ => false,
                };
                (known && numbers).then_some(Kind::Lanes)
            }
            InstructionData::IntCompare { .. } => (numbers && bits == 32).then_some(Kind::Mask),
            InstructionData::FloatCompare { .. } => numbers.then_some(Kind::Mask),
            InstructionData::Ternary { opcode: Opcode::Select, args: [condition, yes, no] } => {
                let chooses = self.get(condition) == Kind::Mask && is_number(yes) && is_number(no);
                chooses.then_some(Kind::Lanes)
            }
            _ => None,
        }
    }

    /// Whether what the nest is there for can be done: its stores, and its branches in one way for all.
    fn check_roots(&self, func: &Function, nest: &Nest) -> bool {
        nest.blocks.iter().all(|&block| {
            let branch = func.layout.last_inst(block).expect("blocks have an end");
            let mut conditions = func.dfg.inst_args(branch).iter();
            let one_way = block == nest.latch || conditions.all(|&value| self.get(value) == Kind::Same);
            one_way && func.layout.block_insts(block).all(|inst| self.can_store(func, inst))
        })
    }

    fn can_store(&self, func: &Function, inst: Inst) -> bool {
        let InstructionData::Store { args: [value, _], .. } = func.dfg.insts[inst] else { return true };
        func.dfg.value_type(value).bits() == self.bits && self.get(value) != Kind::Unknown
    }
}

/// Whether neighbours load consecutive elements, which get to lanes of this width in at most two steps of
/// widening.
pub(super) fn is_side_by_side(access: &Access, bits: u32) -> bool {
    let direct = access.ty.bits() == bits;
    let widens = access.extension.is_some() && access.ty.bits() * 4 >= bits;
    access.index.step == access.ty.bytes() && (direct || widens)
}

fn step(step: u32) -> Kind {
    if step == 0 { Kind::Same } else { Kind::Step(step) }
}

/// The width of what is stored; `None` if that differs, or is not what the outer loop's neighbours store side
/// by side.
fn lane_bits(func: &Function, accesses: &Accesses) -> Option<u32> {
    let mut found = None;
    for access in &accesses.all {
        let Some(value) = access.stored else { continue };
        let ty = func.dfg.value_type(value);
        let bits = ty.bits();
        let fits = access.ty == ty && access.index.step == access.ty.bytes() && matches!(bits, 32 | 64);
        if !fits || *found.get_or_insert(bits) != bits {
            return None;
        }
    }
    found
}
