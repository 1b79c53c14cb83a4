//! Function bodies: validated in parallel, and read once for what matters outside each.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use wasmparser::{
    Catch, FuncToValidate, FuncValidator, FuncValidatorAllocations, FunctionBody, Operator,
    ValidatorResources,
};

use crate::parse::{
    BodyFacts, DataIndex, ElementIndex, FuncIndex, GlobalIndex, ParseError, TableIndex, TypeIndex,
};

/// A body and what is needed to validate it.
pub(crate) type Pending<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

/// What a chunk of bodies does, or its first error.
type ChunkResult = Result<Vec<BodyFacts>, ParseError>;

/// Validates all bodies. The result is in the order of `bodies`, and the error is that of the first
/// invalid one, whatever the number of threads.
pub(crate) fn validate_bodies(
    bodies: Vec<Pending<'_>>,
    jobs: NonZeroUsize,
) -> Result<Vec<BodyFacts>, ParseError> {
    // Neighbours share cache lines and are of similar cost: threads take chunks, not single bodies.
    const CHUNK: usize = 64;
    let total = bodies.len();
    let mut slots: Vec<Mutex<Vec<Pending<'_>>>> = Vec::new();
    let mut bodies = bodies.into_iter();
    while bodies.len() > 0 {
        slots.push(Mutex::new(bodies.by_ref().take(CHUNK).collect()));
    }
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, ChunkResult)>> = Mutex::new(Vec::new());
    let work = || {
        let mut allocations = FuncValidatorAllocations::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(slot) = slots.get(number) else { break };
            let chunk = std::mem::take(&mut *slot.lock().expect("no thread panicked"));
            let mut facts = Vec::with_capacity(chunk.len());
            let mut outcome = Ok(());
            for (function, body) in chunk {
                let mut validator = function.into_validator(std::mem::take(&mut allocations));
                outcome = validate_body(&mut validator, &body).map(|found| facts.push(found));
                allocations = validator.into_allocations();
                if outcome.is_err() {
                    break;
                }
            }
            results.lock().expect("no thread panicked").push((number, outcome.map(|()| facts)));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..jobs.get().min(slots.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().expect("no thread panicked");
    results.sort_by_key(|(number, _)| *number);
    let mut all = Vec::with_capacity(total);
    for (_, result) in results {
        all.extend(result?);
    }
    Ok(all)
}

fn validate_body(
    validator: &mut FuncValidator<ValidatorResources>,
    body: &FunctionBody<'_>,
) -> Result<BodyFacts, ParseError> {
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let mut facts = BodyFacts::default();
    let mut operators = wasmparser::OperatorsReader::new(reader);
    let start = body.range().start;
    let mut straight = Vec::new();
    let mut halves = Halves::default();
    let mut called = CalledLocals::default();
    while !operators.eof() {
        let (op, offset) = operators.read_with_offset()?;
        validator.op(offset, &op)?;
        note_last_calls(&op, offset - start, &mut straight, &mut facts);
        facts.size += u32::from(is_work(&op));
        halves.note(&op);
        called.note(&op);
        note(&op, &mut facts);
    }
    operators.finish()?;
    facts.size = facts.size.saturating_sub(halves.products() * Halves::SAVED);
    facts.size = facts.size.max(u32::try_from(body.range().len() / BYTES_PER_OPERATOR).unwrap_or(u32::MAX));
    facts.called_locals = called.finish();
    tidy(&mut facts);
    Ok(facts)
}

/// Which of the first locals are indices of calls through tables: enough for the parameters of any function.
#[derive(Default)]
struct CalledLocals {
    /// A bit for each.
    called: u64,
    written: u64,
    /// The local that comes right before.
    last: Option<u32>,
}

impl CalledLocals {
    fn note(&mut self, op: &Operator<'_>) {
        let bit = |local: u32| 1u64.checked_shl(local).unwrap_or(0);
        let last = self.last.take();
        match *op {
            Operator::LocalGet { local_index } => self.last = Some(local_index),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                self.written |= bit(local_index);
            }
            Operator::CallIndirect { .. } | Operator::ReturnCallIndirect { .. } => {
                self.called |= last.map_or(0, bit);
            }
            _ => {}
        }
    }

    /// Those that are never written.
    fn finish(&self) -> Vec<u32> {
        (0..u64::BITS).filter(|local| (self.called & !self.written) >> local & 1 == 1).collect()
    }
}

/// Bytes of a body for which at least one operator is counted.
const BYTES_PER_OPERATOR: usize = 8;

/// What products of 64-bit numbers with 128 bits are made of: such a product becomes a single instruction
/// (`codegen/pass/products.rs`), and a function that does nothing else (`__multi3`) is hardly more than its call.
#[derive(Default)]
struct Halves {
    products: u32,
    high: u32,
    low: u32,
    /// The constant that comes right before.
    constant: Option<i64>,
}

impl Halves {
    /// Operators less than those of one product: at least four products, four shifts, three masks, six sums.
    const SAVED: u32 = 16;

    fn note(&mut self, op: &Operator<'_>) {
        match (op, self.constant) {
            (Operator::I64Mul, _) => self.products += 1,
            (Operator::I64ShrU, Some(32)) => self.high += 1,
            (Operator::I64And, Some(0xffff_ffff)) => self.low += 1,
            _ => {}
        }
        self.constant = if let Operator::I64Const { value } = *op { Some(value) } else { None };
    }

    /// How many there can be.
    fn products(&self) -> u32 {
        (self.products / 4).min(self.high / 4).min(self.low / 3)
    }
}

/// Whether an operator becomes code by itself, as a rule.
fn is_work(op: &Operator<'_>) -> bool {
    !matches!(
        op,
        Operator::LocalGet { .. }
            | Operator::LocalSet { .. }
            | Operator::LocalTee { .. }
            | Operator::I32Const { .. }
            | Operator::I64Const { .. }
            | Operator::F32Const { .. }
            | Operator::F64Const { .. }
            | Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::Else
            | Operator::End
            | Operator::Drop
            | Operator::Nop
            | Operator::Return
    )
}

fn note(op: &Operator<'_>, facts: &mut BodyFacts) {
    facts.makes_tail_calls |= matches!(
        op,
        Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } | Operator::ReturnCallRef { .. }
    );
    match *op {
        Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
            facts.calls.push(FuncIndex(function_index))
        }
        Operator::RefFunc { function_index } => facts.refs.push(FuncIndex(function_index)),
        Operator::CallIndirect { table_index, type_index }
        | Operator::ReturnCallIndirect { table_index, type_index } => {
            facts.tables_read.push(TableIndex(table_index));
            facts.table_calls.push((TableIndex(table_index), TypeIndex(type_index)));
        }
        Operator::CallRef { .. } | Operator::ReturnCallRef { .. } => facts.calls_references = true,
        Operator::TableGet { table } => facts.tables_read.push(TableIndex(table)),
        Operator::GlobalSet { global_index } => facts.globals_written.push(GlobalIndex(global_index)),
        Operator::TableSet { table } | Operator::TableFill { table } => {
            facts.tables_written.push(TableIndex(table));
        }
        Operator::TableGrow { table } => {
            facts.tables_written.push(TableIndex(table));
            facts.grows_table = true;
        }
        Operator::Throw { .. } | Operator::Rethrow { .. } => facts.exceptions.throws = true,
        Operator::ThrowRef => facts.exceptions.throws_references = true,
        Operator::TryTable { ref try_table } => {
            let takes_reference =
                |catch: &Catch| matches!(catch, Catch::OneRef { .. } | Catch::AllRef { .. });
            facts.exceptions.takes_references |= try_table.catches.iter().any(takes_reference);
            facts.exceptions.catches |= !try_table.catches.is_empty();
        }
        Operator::Try { .. } => {
            facts.exceptions.has_legacy_try = true;
            facts.exceptions.catches = true;
        }
        Operator::Loop { .. } => facts.has_loop = true,
        Operator::MemoryGrow { .. } => facts.grows_memory = true,
        Operator::MemoryAtomicWait32 { .. } | Operator::MemoryAtomicWait64 { .. } => facts.waits = true,
        Operator::TableCopy { dst_table, src_table } => {
            facts.tables_written.push(TableIndex(dst_table));
            facts.tables_read.push(TableIndex(src_table));
        }
        Operator::TableInit { elem_index, table } => {
            facts.tables_written.push(TableIndex(table));
            facts.elements_used.push(ElementIndex(elem_index));
        }
        Operator::ElemDrop { elem_index } => facts.elements_used.push(ElementIndex(elem_index)),
        Operator::MemoryInit { data_index, .. } | Operator::DataDrop { data_index } => {
            facts.data_used.push(DataIndex(data_index));
        }
        _ => {}
    }
}

/// Finds the calls after which the body always traps or throws. `straight` has the calls since the last place
/// where control might have gone elsewhere, or come from elsewhere in their stead.
fn note_last_calls(
    op: &Operator<'_>,
    offset: usize,
    straight: &mut Vec<(u32, FuncIndex)>,
    facts: &mut BodyFacts,
) {
    match *op {
        Operator::Call { function_index } => {
            let offset = u32::try_from(offset).expect("bodies are shorter than 4 GiB");
            straight.push((offset, FuncIndex(function_index)));
        }
        Operator::Unreachable | Operator::Throw { .. } | Operator::ThrowRef | Operator::Rethrow { .. } => {
            facts.last_calls.append(straight);
        }
        Operator::If { .. }
        | Operator::Else
        | Operator::Br { .. }
        | Operator::BrIf { .. }
        | Operator::BrTable { .. }
        | Operator::BrOnNull { .. }
        | Operator::BrOnNonNull { .. }
        | Operator::Return
        | Operator::ReturnCall { .. }
        | Operator::ReturnCallIndirect { .. }
        | Operator::ReturnCallRef { .. }
        | Operator::Catch { .. }
        | Operator::CatchAll
        | Operator::Delegate { .. } => straight.clear(),
        // Blocks begin and end without a choice.
        _ => {}
    }
}

fn tidy(facts: &mut BodyFacts) {
    fn tidy_one<T: Ord>(items: &mut Vec<T>) {
        items.sort_unstable();
        items.dedup();
        items.shrink_to_fit();
    }
    facts.calls.sort_unstable();
    facts.calls.shrink_to_fit();
    facts.last_calls.shrink_to_fit();
    facts.table_calls.sort_unstable();
    facts.table_calls.shrink_to_fit();
    tidy_one(&mut facts.refs);
    tidy_one(&mut facts.tables_read);
    tidy_one(&mut facts.tables_written);
    tidy_one(&mut facts.globals_written);
    tidy_one(&mut facts.elements_used);
    tidy_one(&mut facts.data_used);
}
