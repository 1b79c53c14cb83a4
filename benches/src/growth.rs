//! How time and memory of compiling grow with the number of functions.
//!
//! The modules are generated: functions that load, compare, call each other, directly and through a table,
//! and store. All but the first few differ in their constants and in what they call. A pass or a table that takes time in the
//! square of the number of functions shows as a figure for each function that grows from row to row.

use std::fs;
use std::path::Path;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, ElementSection, Elements, Function, FunctionSection, InstructionSink,
    MemArg, MemArgTarget, MemorySection, Module, RefType, TableSection, TableType, TypeSection, ValType,
};

use crate::Plan;
use crate::peers::{Peer, Peers};
use crate::process::{self, Run};
use crate::report::{Report, grouped, median};
use crate::workloads;

/// Functions of the modules. The last has as many as engines accept, rounded down a little.
const FUNCTIONS: &[u32] = &[10_000, 100_000, 600_000];

/// Numbers of the types.
const START: u32 = 0;
const UNARY: u32 = 1;

/// Measures the tool, and wasmtime if it is there, and prints a table.
///
/// # Errors
/// If a module cannot be written, or the tool fails.
pub(crate) fn measure(plan: &Plan, peers: &Peers, report: &mut Report) -> Result<(), String> {
    let file = peers.file("growth.wasm");
    let output = peers.file("grown");
    let mut rows = Vec::new();
    for &functions in FUNCTIONS {
        fs::write(&file, module(functions))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        for peer in peers.all.iter().filter(|peer| matches!(peer, Peer::Wasiaot(_) | Peer::Wasmtime(_))) {
            rows.push(row(plan, peer, functions, &file, &output)?);
        }
    }
    let header = ["functions", "", "wall, s", "CPU, s", "CPU for each function, µs", "peak memory, MiB"];
    report.table("Compiling generated modules", &header, &rows);
    Ok(())
}

fn row(plan: &Plan, peer: &Peer, functions: u32, wasm: &Path, output: &Path) -> Result<Vec<String>, String> {
    let command = peer.compile(wasm, output).ok_or("the peer does not compile ahead")?;
    let mut runs: Vec<Run> = Vec::new();
    for _ in 0..plan.rounds.unwrap_or(1) {
        let run = process::run(&command).map_err(|error| format!("cannot run {}: {error}", peer.name()))?;
        if !run.status.success() {
            return Err(format!("{} cannot compile {functions} functions ({})", peer.name(), run.status));
        }
        runs.push(run);
    }
    let cpu_ms = median(runs.iter().map(|run| run.cpu_ms));
    Ok(vec![
        grouped(functions.into()),
        peer.name().to_owned(),
        format!("{:.2}", median(runs.iter().map(|run| run.wall_ms / 1e3))),
        format!("{:.2}", cpu_ms / 1e3),
        format!("{:.0}", cpu_ms * 1e3 / f64::from(functions)),
        format!("{:.0}", median(runs.iter().map(|run| run.peak_kib as f64 / 1024.0))),
    ])
}

/// A module with a start function and this many others.
fn module(functions: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut declared = FunctionSection::new();
    declared.function(START);
    let mut code = CodeSection::new();
    code.function(&start());
    for number in 0..functions {
        declared.function(UNARY);
        code.function(&function(number, functions));
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: functions.into(),
        maximum: None,
        shared: false,
    });
    let mut elements = ElementSection::new();
    let all: Vec<u32> = (1..=functions).collect();
    elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(all.into()));
    let mut memories = MemorySection::new();
    memories.memory(workloads::memory(1));
    let exports = workloads::exports();
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&tables).section(&memories);
    module.section(&exports).section(&elements).section(&code);
    module.finish()
}

/// Calls the first function through the table.
fn start() -> Function {
    let mut function = Function::new([]);
    function.instructions().i32_const(1).i32_const(0).call_indirect(0, UNARY).drop().end();
    function
}

/// What each function does with its argument `x`: `y = load(x + 4) + number`; if that is large, `y` is what
/// another function makes of it; `y` is stored; every tenth calls through the table at last.
fn function(number: u32, functions: u32) -> Function {
    let another = 1 + (u64::from(number) * 7919 + 13).rem_euclid(functions.into()) as u32;
    let constant = number.cast_signed();
    let mut function = Function::new([]);
    let mut code: InstructionSink<'_> = function.instructions();
    code.local_get(0).i32_load(at(4)).i32_const(constant).i32_add().local_set(0);
    code.local_get(0).i32_const(constant.wrapping_mul(3)).i32_gt_u().if_(BlockType::Empty);
    code.local_get(0).call(another).local_set(0).end();
    code.local_get(0).local_get(0).i32_store(at(8));
    code.local_get(0).local_get(0).i32_const(5).i32_shr_u().i32_xor();
    if number.is_multiple_of(10) {
        code.i32_const(constant).call_indirect(0, UNARY);
    }
    code.end();
    function
}

fn at(offset: u64) -> MemArg {
    MemArg { offset, align: 2, target: MemArgTarget::Memory(0), ordering: None }
}
