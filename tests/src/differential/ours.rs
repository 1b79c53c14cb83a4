//! What our own executables do without optimizations: the expectations of modules that the interpreter does
//! not know.
//!
//! A script whose expectations nothing can meet tells in its messages what has happened instead.

use std::collections::BTreeMap;
use std::path::Path;

use wasiaot_abi::script::ScriptValue;
use wasiaot_abi::trap::TrapCode;
use wasiaot_compiler::parse::{self, ExportItem, FuncType, Program, ValueType};
use wasiaot_compiler::plan::script::Pattern;

use crate::differential::oracle::{self, CALLS, Observed, Session, Step, exactly, observer_of};
use crate::differential::{LINES_PER_MODULE, Script, Way};
use crate::random::Random;
use crate::script;

/// A pattern that no value has.
fn never(result: usize) -> Pattern {
    Pattern { result: result as u32, nonzero: false, mask: [0; 2], value: [1, 0] }
}

/// What the modules do, each with the arguments that its seed chooses. The executable is made at `path`.
///
/// # Errors
/// As [`crate::differential::compare`].
pub(crate) fn sessions(subjects: &[(&Program<'_>, u64)], path: &Path) -> Result<Vec<Session>, String> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let options = Way::Plain.options();
    let mut sessions: Vec<Session> =
        subjects.iter().map(|&(program, seed)| questions(program, &mut Random::new(!seed))).collect();
    let observers: Vec<Vec<Program<'_>>> = sessions
        .iter()
        .map(|session| {
            let parsed = session.observers.iter().map(|wasm| parse::parse(wasm, &options));
            parsed.map(|result| result.expect("observers are valid")).collect()
        })
        .collect();
    let mut script = Script::default();
    for (index, (session, (program, _))) in sessions.iter().zip(subjects).enumerate() {
        script.add(index, session, program, &observers[index].iter().collect::<Vec<_>>());
    }
    let executable =
        script::build(&script.members, script.commands, &options).map_err(|error| error.to_string())?;
    let mut answers: BTreeMap<u32, String> = script::run(&executable, path)?;
    for (index, (session, &(program, _))) in sessions.iter_mut().zip(subjects).enumerate() {
        let base = u32::try_from(index).expect("batches are small") * LINES_PER_MODULE;
        let mut rest = answers.split_off(&base);
        let others = rest.split_off(&(base + LINES_PER_MODULE));
        fill_in(session, program, &rest.into_iter().map(|(line, text)| (line - base, text)).collect());
        answers.extend(others);
    }
    Ok(sessions)
}

/// The same steps as with the interpreter, without what they are to do.
fn questions(program: &Program<'_>, random: &mut Random) -> Session {
    let mut session = Session::default();
    session.add(Step::Instantiate { trap: None }, "instantiation".to_owned());
    for export in &program.exports {
        let ExportItem::Func(function) = export.item else { continue };
        let FuncType { params, results } = program.function_type(function);
        for _ in 0..CALLS {
            let args: Vec<ScriptValue> = params.iter().map(|ty| argument(*ty, random)).collect();
            let description = format!("call of {:?} with {args:x?}", export.name);
            let outcome = Ok((0..results.len()).map(never).collect());
            session.add(Step::Call { export: export.name.clone(), args, outcome }, description);
        }
    }
    for export in &program.exports {
        if let ExportItem::Global(_) = export.item {
            let step = Step::Global { export: export.name.clone(), pattern: never(0) };
            session.add(step, format!("global {:?}", export.name));
        }
    }
    for export in &program.exports {
        let ExportItem::Memory(memory) = export.item else { continue };
        let ty = &program.memories[memory];
        let observer = session.observers.len();
        session.observers.push(observer_of(&Observed {
            export: &export.name,
            is_64: ty.index == parse::IndexType::I64,
            has_byte_pages: ty.page_bytes == 1,
        }));
        session.add(Step::Observe(observer), format!("observer of memory {:?}", export.name));
        // An unlikely checksum.
        let step = Step::Checksum { observer, expected: UNLIKELY };
        session.add(step, format!("memory {:?}", export.name));
    }
    session
}

/// What no checksum is, unless by a chance that no test will meet.
const UNLIKELY: u64 = 0x0123_4567_89ab_cdef;

/// An argument: often one at which something happens. References are null.
fn argument(ty: ValueType, random: &mut Random) -> ScriptValue {
    match ty {
        ValueType::I32 => [oracle::integer(random) & u64::from(u32::MAX), 0],
        ValueType::I64 => [oracle::integer(random), 0],
        ValueType::F32 => [oracle::float32(random).to_bits().into(), 0],
        ValueType::F64 => [oracle::float64(random).to_bits(), 0],
        ValueType::V128 => [random.next(), oracle::integer(random)],
        ValueType::Ref(_) => [0; 2],
    }
}

/// Puts what has happened into the steps. Steps after one that cannot be compared are dropped.
fn fill_in(session: &mut Session, program: &Program<'_>, answers: &BTreeMap<u32, String>) {
    for (line, index) in (0..).zip(0..session.steps.len()) {
        let answer = answers.get(&line).map_or(Answer::Results(BTreeMap::new()), |text| Answer::read(text));
        let (keep, go_on) = match (&mut session.steps[index], answer) {
            (_, Answer::Trap(TrapCode::CallStackExhausted)) => (false, false),
            (Step::Instantiate { trap }, Answer::Trap(code)) => {
                *trap = Some(code);
                (true, false)
            }
            (Step::Call { outcome, .. }, Answer::Trap(code)) => {
                *outcome = Err(code);
                (true, true)
            }
            (Step::Call { export, outcome: Ok(patterns), .. }, Answer::Results(values)) => {
                let Some(ExportItem::Func(function)) = program.export(export) else {
                    unreachable!("the step was made for a function");
                };
                let types = &program.function_type(function).results;
                *patterns = values.iter().map(|(&at, &value)| pattern(at, types[at], value)).collect();
                (true, true)
            }
            (Step::Global { export, pattern: known }, Answer::Results(values)) => {
                let Some(ExportItem::Global(global)) = program.export(export) else {
                    unreachable!("the step was made for a global");
                };
                *known = pattern(0, program.globals[global].ty.value, values[&0]);
                (true, true)
            }
            (Step::Checksum { expected, .. }, Answer::Results(values)) => {
                *expected = values[&0][0];
                (true, true)
            }
            _ => (true, true),
        };
        if !go_on {
            session.steps.truncate(index + usize::from(keep));
            session.descriptions.truncate(session.steps.len());
            return;
        }
    }
}

/// The value, and of references whether they are null.
fn pattern(result: usize, ty: ValueType, value: ScriptValue) -> Pattern {
    if matches!(ty, ValueType::Ref(_)) && value != [0; 2] {
        return Pattern { result: result as u32, nonzero: true, mask: [0; 2], value: [0; 2] };
    }
    exactly(result as u32, value)
}

/// What a step has done.
enum Answer {
    Trap(TrapCode),
    /// Results by their numbers.
    Results(BTreeMap<usize, ScriptValue>),
}

impl Answer {
    /// Reads the messages of a step: see the runtime's `script`.
    fn read(messages: &str) -> Self {
        if let Some(trapped) = messages.strip_prefix("trapped: ") {
            let code = TrapCode::ALL.iter().find(|code| code.message() == trapped);
            return Self::Trap(*code.expect("the message is that of a trap"));
        }
        Self::Results(messages.split("; ").map(|message| result(message).expect("it is a result")).collect())
    }
}

/// Reads `result 1 is 0x1_000000007fc00001, expected …`.
fn result(message: &str) -> Option<(usize, ScriptValue)> {
    let (number, rest) = message.strip_prefix("result ")?.split_once(" is 0x")?;
    let digits = rest.split_once(", ")?.0;
    let (high, low) = digits.split_once('_').unwrap_or(("0", digits));
    let hex = |digits| u64::from_str_radix(digits, 16).ok();
    Some((number.parse().ok()?, [hex(low)?, hex(high)?]))
}
