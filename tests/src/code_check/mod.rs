//! Reads the machine code of compiled functions and shows, instruction by instruction, that it stays inside:
//! every memory operand is the function's frame, a linear memory's address space, a variable, a constant,
//! or a checked table entry; every indirect call goes to the code of a table entry whose signature was
//! compared, or of a function reference; every indirect jump goes through a table of the function whose
//! index is bounded.
//!
//! It knows nothing of how the compiler came to that code. It computes bounds of all register values from
//! the code alone (an abstract interpretation over intervals and what comparisons say), and knows the
//! program's addresses from its plan. What it trusts: that callees keep the caller's frame but for its
//! outgoing arguments, that `call` and `ret` pair, that the records in the context say the truth, and that
//! linear memories are reserved as planned, so that the hardware stops what is past their length.
//!
//! Code that no path leads to is never executed, and is not read. The handlers of exceptions, which the runtime
//! jumps to, are entered from each call that its tables name: with the two pointers of the frame, and all other
//! registers unknown but for those that the call preserves, if the runtime restores these. Then it shows for
//! every call that the runtime would find there what the caller had in them.
//!
//! Where the hardware does not stop accesses (explicit checks, memories with 64-bit addresses or pages of a
//! byte), an access has to end below a length that was read from the memory's record: memories never shrink.
//!
//! It reads x86-64 code.

mod function;
mod handlers;
mod regions;
mod state;
mod transfer;
mod value;

use std::collections::BTreeMap;

use iced_x86::InstructionInfoFactory;
use object::{Object, ObjectSegment, ObjectSymbol, SymbolKind};
use wasiaot_compiler::link::Linked;
use wasiaot_compiler::plan::StaticPlan;
use wasiaot_compiler::{BuildError, Options};

use crate::code_check::function::Function;
pub use crate::code_check::regions::Reason;
use crate::code_check::regions::Regions;

/// What was found in an executable.
#[derive(Debug, Default)]
pub struct Findings {
    /// Functions that were read.
    pub functions: usize,
    /// Instructions that were read.
    pub instructions: usize,
    /// Memory operands by the reason for which they are allowed.
    pub operands: BTreeMap<Reason, usize>,
    /// Indirect jumps through bounded tables.
    pub jumps: usize,
    /// Indirect calls of table entries.
    pub table_calls: usize,
    /// Calls of function references that are no table entries.
    pub reference_calls: usize,
    /// Handlers of exceptions, by the calls that they belong to.
    pub landings: usize,
    /// Bytes of functions that no path leads to and nothing reads: code for what cannot happen.
    pub unreached_bytes: usize,
    /// What nothing shows to be allowed.
    pub problems: Vec<String>,
}

/// Compiles a plan and reads all functions that come from wasm.
///
/// # Errors
/// As [`wasiaot_compiler::build`].
///
/// # Panics
/// If the executable is not as the compiler writes it.
pub fn check(plan: &StaticPlan<'_>, options: &Options) -> Result<Findings, BuildError> {
    let linked = crate::linked(plan, options)?;
    Ok(check_linked(&linked, plan))
}

/// Reads an executable that is linked.
///
/// # Panics
/// If it is not as the compiler writes it.
#[must_use]
pub fn check_linked(linked: &Linked, plan: &StaticPlan<'_>) -> Findings {
    let file = object::File::parse(&*linked.bytes).expect("the compiler writes ELF files");
    let regions = Regions::of(plan);
    let map = linked.map.to_string();
    let mut functions: Vec<u64> = symbols(&map).map(|(address, _)| address).collect();
    functions.sort_unstable();
    let handlers = handlers::handlers(&file, &map);
    let mut findings = Findings::default();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text) {
        let name = symbol.name().unwrap_or_default();
        if !name.starts_with("wasm[") {
            continue;
        }
        let code = bytes_at(&file, symbol.address(), symbol.size());
        let machine = transfer::Machine {
            values: value::Values::default(),
            regions: &regions,
            info: InstructionInfoFactory::new(),
            code: symbol.address()..symbol.address() + symbol.size(),
            bytes: code,
        };
        Function::new(name, code, &functions, &handlers, machine).check(&mut findings);
    }
    findings
}

/// The symbols of a map, with their addresses: lines are an address, a size, where it is from, and a name.
fn symbols(map: &str) -> impl Iterator<Item = (u64, &str)> {
    map.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let address = words.next()?.strip_prefix("0x")?;
        let origin = words.nth(1)?;
        let address = u64::from_str_radix(address, 16).ok()?;
        matches!(origin, "application" | "runtime").then_some((address, words.next().unwrap_or_default()))
    })
}

/// The bytes of the executable at an address.
fn bytes_at<'d>(file: &object::File<'d>, address: u64, len: u64) -> &'d [u8] {
    let found = file.segments().find_map(|segment| segment.data_range(address, len).ok().flatten());
    found.expect("functions are in segments")
}
