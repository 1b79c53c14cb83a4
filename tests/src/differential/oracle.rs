//! What an interpreter does with a module: the expectations of a script.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use wasiaot_abi::script::ScriptValue;
use wasiaot_abi::trap::TrapCode;
use wasiaot_compiler::parse::Program;
use wasiaot_compiler::plan::InstanceId;
use wasiaot_compiler::plan::script::{Action, Command, Pattern};
use wasmi::V128;
use wasmi::{
    Config, Engine, Error, Extern, Instance, Linker, MemoryType, Module, Nullable, Store, Val, ValType,
};

use crate::random::Random;

/// The name under which observers import from the module that they observe.
pub(crate) const MODULE_NAME: &str = "observed";

/// Calls of each exported function.
pub(crate) const CALLS: usize = 3;

/// One command of a script, before instances have numbers.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Instantiates the module.
    Instantiate { trap: Option<TrapCode> },
    /// Calls an export of the module.
    Call { export: String, args: Vec<ScriptValue>, outcome: Result<Vec<Pattern>, TrapCode> },
    /// Reads a global of the module.
    Global { export: String, pattern: Pattern },
    /// Instantiates the observer with this number.
    Observe(usize),
    /// Asks an observer for the checksum of its memory.
    Checksum { observer: usize, expected: u64 },
}

impl Step {
    pub(crate) fn command(&self, line: u32, module: InstanceId, observers: &[InstanceId]) -> Command {
        let (action, trap, patterns) = match self {
            Self::Instantiate { trap } => (Action::Instantiate(module), *trap, Vec::new()),
            Self::Call { export, args, outcome } => {
                let action = Action::Invoke(module, export.clone(), args.clone());
                (action, outcome.as_ref().err().copied(), outcome.clone().unwrap_or_default())
            }
            Self::Global { export, pattern } => (Action::Get(module, export.clone()), None, vec![*pattern]),
            Self::Observe(number) => (Action::Instantiate(observers[*number]), None, Vec::new()),
            Self::Checksum { observer, expected } => {
                let action = Action::Invoke(observers[*observer], "checksum".to_owned(), Vec::new());
                (action, None, vec![exactly(0, [*expected, 0])])
            }
        };
        Command { line, action, trap, patterns }
    }
}

/// What happened to one module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    /// What was done, in order.
    pub(crate) steps: Vec<Step>,
    /// What each step was, for messages.
    pub(crate) descriptions: Vec<String>,
    /// Modules that compute checksums of the module's memories.
    pub(crate) observers: Vec<Vec<u8>>,
}

impl Session {
    pub(crate) fn add(&mut self, step: Step, description: String) {
        self.steps.push(step);
        self.descriptions.push(description);
    }
}

/// The interpreter.
pub(crate) struct Oracle(Engine);

impl Oracle {
    pub(crate) fn new() -> Self {
        let mut config = Config::default();
        config
            .wasm_custom_page_sizes(true)
            .wasm_wide_arithmetic(true)
            .set_max_recursion_depth(10_000)
            .set_max_stack_height(64 << 20);
        Self(Engine::new(&config))
    }

    /// Instantiates a module, calls all its functions, and looks at what it has become. `None` if the
    /// interpreter cannot: it has no exceptions, and version 2.0.0 panics on some stores whose address is also
    /// the value. It also computes globals of a few modules wrongly: of seeds 810040635, 810052705,
    /// 900009201 and 900045226, where wasmtime agrees with us.
    pub(crate) fn run(&self, program: &Program<'_>, seed: u64) -> Option<Session> {
        if !program.tags.is_empty() {
            return None;
        }
        // Types of references to exceptions need no tags.
        let module = Module::new(&self.0, program.wasm).ok()?;
        catch_unwind(AssertUnwindSafe(|| self.run_module(&module, seed))).ok()
    }

    fn run_module(&self, module: &Module, seed: u64) -> Session {
        let mut session = Session::default();
        let mut store = Store::new(&self.0, ());
        let instance = match Linker::new(&self.0).instantiate_and_start(&mut store, module) {
            Ok(instance) => instance,
            Err(error) => {
                // Without a trap that can be compared there is nothing to do.
                if let Some(trap) = trap_of(&error) {
                    session.add(Step::Instantiate { trap: Some(trap) }, "instantiation".to_owned());
                }
                return session;
            }
        };
        session.add(Step::Instantiate { trap: None }, "instantiation".to_owned());
        if call_all(&mut session, &mut store, instance, &mut Random::new(!seed)).is_ok() {
            look_at_globals(&mut session, &store, instance);
            look_at_memories(&mut session, &store, instance);
        }
        session
    }
}

/// The interpreter has run out of stack, where we may not.
struct Incomparable;

fn call_all(
    session: &mut Session,
    store: &mut Store<()>,
    instance: Instance,
    random: &mut Random,
) -> Result<(), Incomparable> {
    let functions: Vec<(String, wasmi::Func)> = instance
        .exports(&*store)
        .filter_map(|export| Some((export.name().to_owned(), export.into_func()?)))
        .collect();
    for (export, function) in functions {
        let ty = function.ty(&*store);
        for _ in 0..CALLS {
            let args: Vec<Val> = ty.params().iter().map(|&ty| argument(ty, random)).collect();
            let mut results: Vec<Val> = ty.results().iter().map(|&ty| Val::default_for_ty(ty)).collect();
            let outcome = match function.call(&mut *store, &args, &mut results) {
                Ok(()) => Ok((0..).zip(&results).map(|(index, value)| pattern(index, value)).collect()),
                Err(error) => Err(trap_of(&error).ok_or(Incomparable)?),
            };
            let args = args.iter().map(bits).collect();
            let description = format!("call of {export:?} with {args:x?}");
            session.add(Step::Call { export: export.clone(), args, outcome }, description);
        }
    }
    Ok(())
}

fn look_at_globals(session: &mut Session, store: &Store<()>, instance: Instance) {
    for export in instance.exports(store) {
        if let Extern::Global(global) = export.clone().into_extern() {
            let step =
                Step::Global { export: export.name().to_owned(), pattern: pattern(0, &global.get(store)) };
            session.add(step, format!("global {:?}", export.name()));
        }
    }
}

fn look_at_memories(session: &mut Session, store: &Store<()>, instance: Instance) {
    for export in instance.exports(store) {
        let Extern::Memory(memory) = export.clone().into_extern() else { continue };
        let observer = session.observers.len();
        let ty = memory.ty(store);
        let mut of_bytes = MemoryType::builder();
        of_bytes.min(ty.minimum()).max(ty.maximum()).memory64(ty.is_64()).page_size_log2(0);
        session.observers.push(observer_of(&Observed {
            export: export.name(),
            is_64: ty.is_64(),
            // The interpreter does not tell the size of pages, but compares types.
            has_byte_pages: of_bytes.build().is_ok_and(|of_bytes| of_bytes == ty),
        }));
        session.add(Step::Observe(observer), format!("observer of memory {:?}", export.name()));
        let step = Step::Checksum { observer, expected: checksum(memory.data(store)) };
        session.add(step, format!("memory {:?}", export.name()));
    }
}

/// The checksum that observers compute: FNV-1a of all bytes.
fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// What an observer has to know of a memory.
pub(crate) struct Observed<'a> {
    /// Its name among the exports.
    pub(crate) export: &'a str,
    /// Whether addresses have 64 bits.
    pub(crate) is_64: bool,
    /// Whether pages are bytes.
    pub(crate) has_byte_pages: bool,
}

/// A module that imports a memory and computes its checksum.
pub(crate) fn observer_of(memory: &Observed<'_>) -> Vec<u8> {
    let &Observed { export, is_64, has_byte_pages } = memory;
    let index = if is_64 { "i64" } else { "i32" };
    let limits = if is_64 { "i64 0" } else { "0" };
    let (page_bytes, custom) = if has_byte_pages { (1, "(pagesize 1)") } else { (65536, "") };
    let name = export.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").expect("strings can be written");
        text
    });
    let text = format!(
        "(module
           (import \"{MODULE_NAME}\" \"{name}\" (memory {limits} {custom}))
           (func (export \"checksum\") (result i64)
             (local $at {index}) (local $end {index}) (local $sum i64)
             (local.set $sum (i64.const 0xcbf29ce484222325))
             (local.set $end ({index}.mul (memory.size) ({index}.const {page_bytes})))
             (block $done
               (loop $next
                 (br_if $done ({index}.eq (local.get $at) (local.get $end)))
                 (local.set $sum (i64.mul
                   (i64.xor (local.get $sum) (i64.load8_u (local.get $at)))
                   (i64.const 0x100000001b3)))
                 (local.set $at ({index}.add (local.get $at) ({index}.const 1)))
                 (br $next)))
             (local.get $sum)))"
    );
    wat::parse_str(text).expect("the text is a module")
}

/// An argument: often one at which something happens.
fn argument(ty: ValType, random: &mut Random) -> Val {
    match ty {
        ValType::I32 => Val::I32(integer(random) as i32),
        ValType::I64 => Val::I64(integer(random).cast_signed()),
        ValType::F32 => Val::F32(float32(random).into()),
        ValType::F64 => Val::F64(float64(random).into()),
        ValType::V128 => Val::V128(V128::from(u128::from(integer(random)) << 64 | u128::from(random.next()))),
        ValType::FuncRef => Val::FuncRef(Nullable::Null),
        ValType::ExternRef => Val::ExternRef(Nullable::Null),
    }
}

pub(crate) fn integer(random: &mut Random) -> u64 {
    const SPECIAL: [u64; 8] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, u64::MAX, 1 << 63, !(1 << 63)];
    match random.below(3) {
        0 => SPECIAL[random.below(SPECIAL.len())],
        1 => random.next() >> 56,
        _ => random.next(),
    }
}

pub(crate) fn float32(random: &mut Random) -> f32 {
    const SPECIAL: [f32; 6] = [0.0, -0.0, 1.5, f32::INFINITY, f32::NAN, -2_147_483_649.0];
    SPECIAL[random.below(SPECIAL.len())]
}

pub(crate) fn float64(random: &mut Random) -> f64 {
    const SPECIAL: [f64; 6] = [0.0, -0.0, 1e300, f64::NEG_INFINITY, f64::NAN, 4_294_967_296.0];
    SPECIAL[random.below(SPECIAL.len())]
}

/// A value as scripts have it.
fn bits(value: &Val) -> ScriptValue {
    match value {
        Val::I32(value) => [u64::from(value.cast_unsigned()), 0],
        Val::I64(value) => [value.cast_unsigned(), 0],
        Val::F32(value) => [u64::from(value.to_bits()), 0],
        Val::F64(value) => [value.to_bits(), 0],
        Val::V128(value) => {
            let value = value.as_u128();
            [value as u64, (value >> 64) as u64]
        }
        Val::FuncRef(_) | Val::ExternRef(_) => [0, 0],
    }
}

/// What a result has to be: the same bits, and of references whether they are null.
fn pattern(result: u32, value: &Val) -> Pattern {
    match value {
        Val::FuncRef(Nullable::Val(_)) | Val::ExternRef(Nullable::Val(_)) => {
            Pattern { result, nonzero: true, mask: [0; 2], value: [0; 2] }
        }
        value => exactly(result, bits(value)),
    }
}

pub(crate) fn exactly(result: u32, value: ScriptValue) -> Pattern {
    Pattern { result, nonzero: false, mask: [u64::MAX; 2], value }
}

/// Our name of a trap; `None` if the two of us may differ in whether it happens.
fn trap_of(error: &Error) -> Option<TrapCode> {
    Some(match error.as_trap_code()? {
        wasmi::TrapCode::UnreachableCodeReached => TrapCode::Unreachable,
        wasmi::TrapCode::MemoryOutOfBounds => TrapCode::MemoryOutOfBounds,
        wasmi::TrapCode::TableOutOfBounds => TrapCode::TableOutOfBounds,
        wasmi::TrapCode::IndirectCallToNull => TrapCode::UninitializedElement,
        wasmi::TrapCode::IntegerDivisionByZero => TrapCode::IntegerDivideByZero,
        wasmi::TrapCode::IntegerOverflow => TrapCode::IntegerOverflow,
        wasmi::TrapCode::BadConversionToInteger => TrapCode::InvalidConversionToInteger,
        wasmi::TrapCode::BadSignature => TrapCode::IndirectCallTypeMismatch,
        _ => return None,
    })
}
