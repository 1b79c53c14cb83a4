//! The calls of a body, and what of their operands can be told from the body alone.

use wasmparser::{
    BinaryReader, BlockType, ContType, FrameKind, FuncType, FunctionBody, ModuleArity, Operator, RefType,
    SubType,
};

use crate::parse::{FuncIndex, Program, TableIndex, TypeIndex, ValueType};

/// A call in a body.
#[derive(Clone, Debug)]
pub(crate) struct CallSite {
    /// Where it is, in bytes from the start of the body.
    pub(crate) offset: u32,
    /// What it says that it calls.
    pub(crate) callee: CallOperator,
    /// Whether it is in a loop.
    pub(crate) in_loop: bool,
    /// Where its arguments come from.
    pub(crate) args: Vec<Source>,
}

/// What a call says that it calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CallOperator {
    /// A function.
    Direct(FuncIndex),
    /// What a table has, and what type that must have; and where the index comes from.
    Indirect(TableIndex, TypeIndex, Source),
}

/// Where an operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A constant.
    Constant(i32),
    /// A parameter of the function, which it never writes.
    Param(u32),
    /// Something else.
    Unknown,
}

/// Reads the calls of a function with a body, in the order of their offsets.
pub(crate) fn read_calls(program: &Program<'_>, index: FuncIndex) -> Vec<CallSite> {
    let range = program.functions[index].body.clone().expect("the function has a body");
    let body_start = range.start;
    let body = FunctionBody::new(BinaryReader::new(&program.wasm[range], body_start));
    let mut operators = body.get_operators_reader().expect("the body was validated");
    let mut reader =
        Reader { program, stack: Vec::new(), blocks: Vec::new(), written: Vec::new(), sites: Vec::new() };
    while !operators.eof() {
        let (op, offset) = operators.read_with_offset().expect("the body was validated");
        let offset = u32::try_from(offset - body_start).expect("bodies are shorter than 4 GiB");
        reader.operator(&op, offset);
    }
    let params = &program.function_type(index).params;
    let settle = |source: &mut Source| {
        if let Source::Param(local) = *source
            && (params.get(local as usize) != Some(&ValueType::I32) || reader.written.contains(&local))
        {
            *source = Source::Unknown;
        }
    };
    for site in &mut reader.sites {
        if let CallOperator::Indirect(_, _, index) = &mut site.callee {
            settle(index);
        }
        site.args.iter_mut().for_each(settle);
    }
    reader.sites
}

struct Reader<'p> {
    program: &'p Program<'p>,
    /// The top of the operand stack, as far as it is known: what is below is unknown.
    stack: Vec<Source>,
    /// The open blocks, but for the body: whether each is a loop, or in one.
    blocks: Vec<bool>,
    /// Locals that are written, not sorted.
    written: Vec<u32>,
    /// What is found. Any local may be a parameter here.
    sites: Vec<CallSite>,
}

impl Reader<'_> {
    fn operator(&mut self, op: &Operator<'_>, offset: u32) {
        match *op {
            Operator::Loop { .. } => self.blocks.push(true),
            Operator::Block { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. }
            | Operator::Try { .. } => {
                self.blocks.push(self.in_loop());
            }
            Operator::End | Operator::Delegate { .. } => {
                self.blocks.pop();
            }
            _ => {}
        }
        match *op {
            Operator::I32Const { value } => self.stack.push(Source::Constant(value)),
            Operator::LocalGet { local_index } => self.stack.push(Source::Param(local_index)),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                self.written.push(local_index);
                if matches!(op, Operator::LocalSet { .. }) {
                    self.stack.pop();
                }
            }
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                let function = FuncIndex(function_index);
                let ty = self.program.functions[function].ty;
                self.call(offset, ty, CallOperator::Direct(function));
            }
            Operator::CallIndirect { type_index, table_index }
            | Operator::ReturnCallIndirect { type_index, table_index } => {
                let ty = TypeIndex(type_index);
                let index = self.stack.pop().unwrap_or(Source::Unknown);
                self.call(offset, ty, CallOperator::Indirect(TableIndex(table_index), ty, index));
            }
            _ => match op.operator_arity(&NoModule) {
                Some((operands, results)) => {
                    self.drop_operands(operands as usize);
                    self.stack.extend(std::iter::repeat_n(Source::Unknown, results as usize));
                }
                None => self.stack.clear(),
            },
        }
    }

    fn call(&mut self, offset: u32, ty: TypeIndex, callee: CallOperator) {
        let ty = &self.program.types[ty];
        let known = self.stack.len().min(ty.params.len());
        let mut args = vec![Source::Unknown; ty.params.len() - known];
        args.extend_from_slice(&self.stack[self.stack.len() - known..]);
        self.sites.push(CallSite { offset, callee, in_loop: self.in_loop(), args });
        self.drop_operands(ty.params.len());
        self.stack.extend(ty.results.iter().map(|_| Source::Unknown));
    }

    fn in_loop(&self) -> bool {
        self.blocks.last().is_some_and(|&in_loop| in_loop)
    }

    fn drop_operands(&mut self, count: usize) {
        self.stack.truncate(self.stack.len().saturating_sub(count));
    }
}

/// Stands for a module of which nothing is known: then it is not known either how many operands there are for
/// an operator whose type is not fixed.
struct NoModule;

impl ModuleArity for NoModule {
    fn sub_type_at(&self, _: u32) -> Option<&SubType> {
        None
    }

    fn tag_type_arity(&self, _: u32) -> Option<(u32, u32)> {
        None
    }

    fn type_index_of_function(&self, _: u32) -> Option<u32> {
        None
    }

    fn func_type_of_cont_type(&self, _: &ContType) -> Option<&FuncType> {
        None
    }

    fn sub_type_of_ref_type(&self, _: &RefType) -> Option<&SubType> {
        None
    }

    fn control_stack_height(&self) -> u32 {
        0
    }

    fn label_block(&self, _: u32) -> Option<(BlockType, FrameKind)> {
        None
    }
}
