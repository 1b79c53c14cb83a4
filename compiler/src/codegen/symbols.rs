//! The functions of the application object, and the numbers by which code refers to them.
//!
//! Numbers follow the order in which the functions are placed: the program's main function and the
//! shims first, then everything that backtraces can name.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::ir::{Signature, types};
use wasiaot_abi::host;

use crate::codegen::isa::{guest_call_conv, host_signature};
use crate::parse::BodyFacts;
use crate::plan::script::StepAction;
use crate::plan::{Convention, FunctionId, FunctionKind, InstanceId, StaticPlan, Step};

/// A function that code can call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Symbol {
    /// The program's main function.
    Main,
    /// A guest-convention function that calls a helper of the runtime.
    HelperShim(HelperShim),
    /// A function of the program: compiled, or the shim of a host function.
    Function(FunctionId),
    /// What instantiation does at run time.
    Init(InstanceId),
    /// What commands of a test script do.
    ScriptStep(StepAction),
    /// A function of the runtime.
    Runtime(&'static str),
}

/// The helpers that guest code calls through shims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum HelperShim {
    /// [`host::MEMORY_GROW`].
    MemoryGrow,
    /// [`host::TABLE_GROW`].
    TableGrow,
    /// [`host::ATOMIC_WAIT`].
    AtomicWait,
    /// [`host::THROW`]. Does not return.
    Throw,
    /// [`host::THROW_REFERENCE`]. Does not return.
    ThrowReference,
    /// [`host::TAKE_REFERENCE`].
    TakeReference,
}

impl HelperShim {
    /// All of them. A cache, which another tool does not read, stores each as its position.
    pub(crate) const ALL: &[Self] = &[
        Self::MemoryGrow,
        Self::TableGrow,
        Self::AtomicWait,
        Self::Throw,
        Self::ThrowReference,
        Self::TakeReference,
    ];

    /// The runtime function behind the shim, and its number of `i64` parameters; it returns an `i64`.
    pub(crate) fn target(self) -> (&'static str, usize) {
        match self {
            Self::MemoryGrow => (host::MEMORY_GROW, 3),
            Self::TableGrow => (host::TABLE_GROW, 3),
            Self::AtomicWait => (host::ATOMIC_WAIT, 1),
            Self::Throw => (host::THROW, 0),
            Self::ThrowReference => (host::THROW_REFERENCE, 1),
            Self::TakeReference => (host::TAKE_REFERENCE, 0),
        }
    }

    /// The signature of the shim.
    pub(crate) fn signature(self, convention: Convention) -> Signature {
        let (_, params) = self.target();
        let mut signature = host_signature(&vec![types::I64; params], &[types::I64]);
        signature.call_conv = guest_call_conv(convention);
        signature
    }
}

/// All functions of the object, numbered.
#[derive(Debug)]
pub(crate) struct Symbols {
    numbers: BTreeMap<Symbol, u32>,
    /// The symbols in the order of their numbers.
    by_number: Vec<Symbol>,
    /// The functions that are defined, in the order of their code.
    pub(crate) defined: Vec<Symbol>,
    /// How many of `defined`, from the start, are no functions of the guest.
    pub(crate) shims: usize,
    /// The functions that are only inlined, and so have no code of their own.
    pub(crate) inlined: Vec<FunctionId>,
    /// How many functions the object refers to: those that are only inlined have the numbers from there on.
    referred: usize,
}

impl Symbols {
    /// Numbers what the plan needs.
    pub(crate) fn new(plan: &StaticPlan<'_>) -> Self {
        let reachable = |wasm: bool| {
            plan.functions.iter().filter(move |(_, function)| {
                function.reachable && matches!(function.kind, FunctionKind::Wasm { .. }) == wasm
            })
        };
        let does = |what: fn(&BodyFacts) -> bool| {
            plan.functions.values().filter(|function| function.reachable).any(|function| {
                let FunctionKind::Wasm { instance, index } = function.kind else { return false };
                what(&plan.instances[instance].program.facts[index])
            })
        };
        let mut defined = vec![Symbol::Main];
        if does(|facts| facts.grows_memory) {
            defined.push(Symbol::HelperShim(HelperShim::MemoryGrow));
        }
        if does(|facts| facts.grows_table) {
            defined.push(Symbol::HelperShim(HelperShim::TableGrow));
        }
        let waits = does(|facts| facts.waits);
        if waits {
            defined.push(Symbol::HelperShim(HelperShim::AtomicWait));
        }
        if does(|facts| facts.exceptions.throws) {
            defined.push(Symbol::HelperShim(HelperShim::Throw));
        }
        if does(|facts| facts.exceptions.throws_references) {
            defined.push(Symbol::HelperShim(HelperShim::ThrowReference));
        }
        if plan.context.pending_exception.is_some() && does(|facts| facts.exceptions.takes_references) {
            defined.push(Symbol::HelperShim(HelperShim::TakeReference));
        }
        defined.extend(reachable(false).map(|(id, _)| Symbol::Function(id)));
        let actions: BTreeSet<StepAction> = plan.script.steps.iter().map(|step| step.action).collect();
        defined.extend(actions.into_iter().map(Symbol::ScriptStep));
        let shims = defined.len();
        let inits = plan.instances.iter().filter(|(_, instance)| !instance.init.is_empty());
        defined.extend(inits.map(|(id, _)| Symbol::Init(id)));
        let (compiled, inlined): (Vec<_>, Vec<_>) =
            reachable(true).partition(|(_, function)| function.compiled);
        let inlined: Vec<FunctionId> = inlined.into_iter().map(|(id, _)| id).collect();
        defined.extend(compiled.into_iter().map(|(id, _)| Symbol::Function(id)));
        let mut runtime: Vec<&'static str> = vec![
            host::MEMORY_GROW,
            host::TABLE_GROW,
            host::TABLE_FILL,
            host::MEMMOVE,
            host::MEMSET,
            host::UNKNOWN_IMPORT,
        ];
        runtime.extend(waits.then_some(host::ATOMIC_WAIT));
        if plan.context.pending_exception.is_some() {
            runtime.extend([host::THROW, host::THROW_REFERENCE, host::TAKE_REFERENCE]);
        }
        runtime.extend(plan.main.iter().filter_map(|step| match step {
            Step::Setup(symbol) => Some(*symbol),
            Step::Script => Some(host::SCRIPT_MAIN),
            Step::Instantiate(_) | Step::Call(_) | Step::Exit(_) => None,
        }));
        runtime.extend(plan.functions.values().filter(|function| function.reachable).filter_map(
            |function| match &function.kind {
                FunctionKind::Host { function, .. } => Some(function.symbol),
                _ => None,
            },
        ));
        let mut seen = BTreeSet::new();
        runtime.retain(|&name| seen.insert(name));
        let mut by_number = defined.clone();
        by_number.extend(runtime.into_iter().map(Symbol::Runtime));
        let referred = by_number.len();
        by_number.extend(inlined.iter().map(|&id| Symbol::Function(id)));
        let number = |position| u32::try_from(position).expect("fewer than 2³² functions");
        let numbers = by_number.iter().enumerate().map(|(position, &symbol)| (symbol, number(position)));
        Self { numbers: numbers.collect(), by_number, defined, shims, inlined, referred }
    }

    /// The number of a function.
    pub(crate) fn number(&self, symbol: Symbol) -> u32 {
        self.numbers[&symbol]
    }

    /// The number of a function, if the program needs it.
    pub(crate) fn find(&self, symbol: Symbol) -> Option<u32> {
        self.numbers.get(&symbol).copied()
    }

    /// The number of a function of the runtime, if the program needs it.
    pub(crate) fn find_runtime(&self, name: &[u8]) -> Option<u32> {
        let mut runtime = self.numbers.range(Symbol::Runtime("")..);
        let is_it = |symbol: &Symbol| matches!(symbol, Symbol::Runtime(found) if found.as_bytes() == name);
        runtime.find_map(|(symbol, &number)| is_it(symbol).then_some(number))
    }

    /// The number of a guest function's record: those that are only inlined come last.
    pub(crate) fn record(&self, id: FunctionId) -> u32 {
        self.find_record(id).expect("guest functions have records")
    }

    /// The number of a function's record, if it is one of the guest that the program needs.
    pub(crate) fn find_record(&self, id: FunctionId) -> Option<u32> {
        let number = self.find(Symbol::Function(id))? as usize;
        let behind = if number < self.referred { 0 } else { self.referred - self.defined.len() };
        let record = (number - behind).checked_sub(self.shims)?;
        Some(u32::try_from(record).expect("numbers have 32 bits"))
    }

    /// The guest function whose record this is.
    pub(crate) fn of_record(&self, record: u32) -> Option<FunctionId> {
        let position = record as usize + self.shims;
        let symbol = match position.checked_sub(self.defined.len()) {
            None => self.defined[position],
            Some(inlined) => Symbol::Function(*self.inlined.get(inlined)?),
        };
        if let Symbol::Function(id) = symbol { Some(id) } else { None }
    }

    /// How many functions the object refers to: their numbers are below this.
    pub(crate) fn referred_count(&self) -> u32 {
        u32::try_from(self.referred).expect("numbers have 32 bits")
    }

    /// All functions that the object refers to, in the order of their numbers.
    pub(crate) fn by_number(&self) -> &[Symbol] {
        &self.by_number[..self.referred]
    }

    /// The function with this number, which may be one that is only inlined.
    pub(crate) fn symbol(&self, number: u32) -> Symbol {
        self.by_number[number as usize]
    }
}
