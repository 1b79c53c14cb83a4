//! What functions keep in registers, when exceptions pass: an error in how the runtime restores registers
//! would show here.
//!
//! Functions are generated at random from fixed seeds. Each has many values of all types, which live across
//! calls in blocks that catch, and are part of its result. Exceptions leave some of the calls over any number
//! of frames, and are caught, rethrown and delegated in all the ways that there are. A model in Rust says what each
//! call has to return.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::Options;
use wasiaot_compiler::passes::{Level, PassSet};
use wasiaot_tests::random::Random;
use wasiaot_tests::{default_options, wast};

/// Functions of a group: each calls only those after it.
const FUNCTIONS: usize = 7;

/// Calls that one call of a group may make in all.
const FUEL: u32 = 200;

/// What a function returns when there is no more fuel.
const SPENT: u64 = 17;

/// What stands for an exception that carries nothing to the handler.
const NOTHING: u64 = 0x5bd1_e995_7b93_17a3;

/// What a call returns that ends with an exception.
const UNCAUGHT: u64 = 0xdead_0000_beef;

/// The tags: one has more than one value.
const TAGS: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    I32,
    I64,
    F64,
    V128,
}

/// A local of a function.
type Local = usize;

#[derive(Debug)]
enum Statement {
    /// Changes the first value by the second and a number.
    Mix(Local, Local, u32),
    /// Calls a function, perhaps through the table, and changes the first value by its results.
    Call {
        function: usize,
        indirect: bool,
        argument: Local,
        to: Local,
    },
    /// Throws if the masked bits of the value are zero.
    Throw {
        tag: usize,
        from: Local,
        mask: u32,
    },
    Try(Try),
    /// A legacy block that leaves its exceptions to an outer one, by number, or to the caller.
    Delegate {
        body: Vec<Statement>,
        to: Option<usize>,
    },
    Repeat(u32, Vec<Statement>),
}

#[derive(Debug)]
struct Try {
    /// Different in a function.
    number: usize,
    legacy: bool,
    body: Vec<Statement>,
    clauses: Vec<Clause>,
}

#[derive(Debug)]
struct Clause {
    /// `None` for all.
    tag: Option<usize>,
    /// Whether it takes a reference; legacy clauses need none.
    reference: bool,
    /// The value that what was caught changes.
    to: Local,
    then: Vec<Statement>,
    /// Throws the exception again if the value is odd.
    rethrow: Option<Local>,
}

#[derive(Debug)]
struct Function {
    params: usize,
    results: usize,
    locals: Vec<Type>,
    body: Vec<Statement>,
    tries: usize,
}

/// Makes functions.
struct Generator<'r> {
    random: &'r mut Random,
    function: usize,
    locals: usize,
    tries: usize,
    calls: usize,
    /// The legacy blocks around the place, and in whose bodies it is.
    outer: Vec<usize>,
}

impl Generator<'_> {
    fn function(random: &mut Random, function: usize) -> Function {
        let types = [Type::I32, Type::I64, Type::I64, Type::F64, Type::V128];
        let locals: Vec<Type> = (0..6 + random.below(12)).map(|_| types[random.below(5)]).collect();
        let params = if random.below(4) == 0 { 10 } else { 1 };
        let results = if random.below(4) == 0 { 4 } else { 1 };
        let mut generator =
            Generator { random, function, locals: locals.len(), tries: 0, calls: 0, outer: Vec::new() };
        let body = generator.statements(0, 10);
        Function { params, results, locals, body, tries: generator.tries }
    }

    fn local(&mut self) -> Local {
        self.random.below(self.locals)
    }

    fn statements(&mut self, depth: usize, most: usize) -> Vec<Statement> {
        (0..2 + self.random.below(most - 1)).map(|_| self.statement(depth)).collect()
    }

    fn statement(&mut self, depth: usize) -> Statement {
        match self.random.below(12) {
            0..=2 if self.function + 1 < FUNCTIONS && self.calls < 5 => {
                self.calls += 1;
                Statement::Call {
                    function: self.function + 1 + self.random.below(FUNCTIONS - self.function - 1),
                    indirect: self.random.below(3) == 0,
                    argument: self.local(),
                    to: self.local(),
                }
            }
            3 => {
                let mask = [1, 3, 3, 7, 15][self.random.below(5)];
                Statement::Throw { tag: self.random.below(TAGS), from: self.local(), mask }
            }
            4..=6 if depth < 3 => self.catching(depth),
            7 if depth < 3 => {
                Statement::Repeat(2 + self.random.below(2) as u32, self.statements(depth + 1, 4))
            }
            _ => Statement::Mix(self.local(), self.local(), self.random.next() as u32),
        }
    }

    fn catching(&mut self, depth: usize) -> Statement {
        let legacy = self.random.below(3) == 0;
        if legacy && self.random.below(4) == 0 {
            let to = self.random.below(self.outer.len() + 1);
            let to = self.outer.get(to).copied();
            return Statement::Delegate { body: self.statements(depth + 1, 4), to };
        }
        let number = self.tries;
        self.tries += 1;
        if legacy {
            self.outer.push(number);
        }
        let body = self.statements(depth + 1, 6);
        if legacy {
            self.outer.pop();
        }
        let outer = std::mem::take(&mut self.outer);
        let first = self.random.below(TAGS);
        let mut clauses: Vec<Clause> =
            (0..self.random.below(3)).map(|at| self.clause(depth, Some((first + at) % TAGS))).collect();
        if clauses.is_empty() || self.random.below(2) == 0 {
            clauses.push(self.clause(depth, None));
        }
        self.outer = outer;
        Statement::Try(Try { number, legacy, body, clauses })
    }

    fn clause(&mut self, depth: usize, tag: Option<usize>) -> Clause {
        let reference = self.random.below(2) == 0;
        let rethrow = (self.random.below(3) == 0).then(|| self.local());
        Clause { tag, reference, to: self.local(), then: self.statements(depth.max(2) + 1, 3), rethrow }
    }
}

/// An exception on its way.
struct Thrown {
    tag: usize,
    payload: u64,
    /// Where a legacy block has delegated it to: a block, or the caller.
    delegated: Option<Option<usize>>,
}

/// What functions do.
struct Model<'f> {
    functions: &'f [Function],
    fuel: u32,
    exceptions: usize,
}

/// The values of a call.
struct Frame<'f> {
    function: &'f Function,
    values: Vec<u128>,
}

impl Frame<'_> {
    /// All that a value is, in 64 bits.
    fn wide(&self, local: Local) -> u64 {
        let value = self.values[local];
        (value ^ (value >> 64)) as u64
    }

    fn narrow(&self, local: Local) -> u32 {
        let wide = self.wide(local);
        (wide ^ (wide >> 32)) as u32
    }

    fn mix(&mut self, to: Local, by: u32) {
        let value = self.values[to];
        self.values[to] = match self.function.locals[to] {
            Type::I32 => u128::from((value as u32).rotate_left(5).wrapping_add(by)),
            Type::I64 => u128::from((value as u64).rotate_left(7).wrapping_add(by.into())),
            Type::F64 => {
                let next = f64::from_bits(value as u64) * 0.5 + f64::from(by.cast_signed());
                next.to_bits().into()
            }
            Type::V128 => {
                let lane = |at: u32| (value >> (32 * at)) as u32;
                let next = |at: u32| u128::from(lane(at).wrapping_add(lane((at + 1) % 4) ^ by));
                (0..4).map(|at| next(at) << (32 * at)).sum()
            }
        };
    }

    fn mix_wide(&mut self, to: Local, by: u64) {
        self.mix(to, (by ^ (by >> 32)) as u32);
    }
}

impl Model<'_> {
    fn call(&mut self, number: usize, argument: u64) -> Result<u64, Thrown> {
        if self.fuel == 0 {
            return Ok(SPENT);
        }
        self.fuel -= 1;
        let function = &self.functions[number];
        let mut frame = Frame { function, values: vec![0; function.locals.len()] };
        for local in 0..function.locals.len() {
            let param = argument.wrapping_add((local % function.params) as u64);
            frame.mix_wide(local, param.wrapping_mul(2 * local as u64 + 1));
        }
        match self.run(&mut frame, &function.body) {
            Err(thrown) => Err(Thrown { delegated: None, ..thrown }),
            Ok(()) => {
                let mut sum = 0_u64;
                for local in 0..function.locals.len() {
                    sum = sum.wrapping_mul(31).wrapping_add(frame.wide(local));
                }
                Ok((0..function.results as u64)
                    .map(|at| sum ^ at)
                    .fold(0, |all, one| u64::wrapping_add(u64::wrapping_mul(all, 3), one)))
            }
        }
    }

    fn run(&mut self, frame: &mut Frame<'_>, statements: &[Statement]) -> Result<(), Thrown> {
        for statement in statements {
            match statement {
                &Statement::Mix(to, from, by) => frame.mix(to, frame.narrow(from) ^ by),
                &Statement::Call { function, argument, to, .. } => {
                    let result = self.call(function, frame.wide(argument))?;
                    frame.mix_wide(to, result);
                }
                &Statement::Throw { tag, from, mask } => {
                    if frame.narrow(from) & mask == 0 {
                        self.exceptions += 1;
                        return Err(Thrown { tag, payload: frame.wide(from), delegated: None });
                    }
                }
                Statement::Try(catching) => self.catching(frame, catching)?,
                &Statement::Delegate { ref body, to } => self
                    .run(frame, body)
                    .map_err(|thrown| Thrown { delegated: Some(thrown.delegated.unwrap_or(to)), ..thrown })?,
                Statement::Repeat(times, body) => (0..*times).try_for_each(|_| self.run(frame, body))?,
            }
        }
        Ok(())
    }

    fn catching(&mut self, frame: &mut Frame<'_>, catching: &Try) -> Result<(), Thrown> {
        let Err(thrown) = self.run(frame, &catching.body) else { return Ok(()) };
        let passes = thrown.delegated.is_some_and(|to| to != Some(catching.number));
        let catches = |clause: &&Clause| clause.tag.is_none_or(|tag| tag == thrown.tag);
        let Some(clause) = catching.clauses.iter().find(catches).filter(|_| !passes) else {
            let delegated = thrown.delegated.filter(|_| passes);
            return Err(Thrown { delegated, ..thrown });
        };
        let carried = match clause.tag {
            Some(2) => thrown.payload ^ f64::from((thrown.payload as u32).cast_signed()).to_bits(),
            Some(_) => thrown.payload,
            None => NOTHING,
        };
        frame.mix_wide(clause.to, carried);
        self.run(frame, &clause.then)?;
        match clause.rethrow {
            Some(local) if frame.narrow(local) % 2 == 1 => Err(Thrown { delegated: None, ..thrown }),
            _ => Ok(()),
        }
    }
}

/// The text of functions.
struct Text<'f> {
    group: usize,
    functions: &'f [Function],
    out: String,
}

fn wide(function: &Function, local: Local) -> String {
    let get = format!("(local.get $v{local})");
    match function.locals[local] {
        Type::I32 => format!("(i64.extend_i32_u {get})"),
        Type::I64 => get,
        Type::F64 => format!("(i64.reinterpret_f64 {get})"),
        Type::V128 => format!("(i64.xor (i64x2.extract_lane 0 {get}) (i64x2.extract_lane 1 {get}))"),
    }
}

fn narrow(function: &Function, local: Local) -> String {
    format!("(call $narrow {})", wide(function, local))
}

/// Changes a value by an `i32`.
fn mix(function: &Function, to: Local, by: &str) -> String {
    let get = format!("(local.get $v{to})");
    let next = match function.locals[to] {
        Type::I32 => format!("(i32.add (i32.rotl {get} (i32.const 5)) {by})"),
        Type::I64 => format!("(i64.add (i64.rotl {get} (i64.const 7)) (i64.extend_i32_u {by}))"),
        Type::F64 => format!("(f64.add (f64.mul {get} (f64.const 0.5)) (f64.convert_i32_s {by}))"),
        Type::V128 => format!(
            "(i32x4.add {get} (v128.xor \
             (i8x16.shuffle 4 5 6 7 8 9 10 11 12 13 14 15 0 1 2 3 {get} {get}) (i32x4.splat {by})))"
        ),
    };
    format!("(local.set $v{to} {next})\n")
}

impl Text<'_> {
    fn function(&mut self, number: usize) {
        let function = &self.functions[number];
        let group = self.group;
        let _ =
            write!(self.out, "(func $f{group}.{number} (type $t{}.{})", function.params, function.results);
        for param in 0..function.params {
            let _ = write!(self.out, " (param $p{param} i64)");
        }
        let _ = write!(
            self.out,
            " (result{})\n(local $payload i64) (local $f f64)",
            " i64".repeat(function.results)
        );
        for (local, ty) in function.locals.iter().enumerate() {
            let _ = write!(self.out, " (local $v{local} {})", format!("{ty:?}").to_lowercase());
        }
        for count in 0..function.tries {
            let _ = write!(self.out, " (local $ref{count} exnref)");
        }
        let repeats = 8;
        for count in 0..repeats {
            let _ = write!(self.out, " (local $times{count} i32)");
        }
        let spent = (0..function.results).map(|_| "(i64.const 0)").skip(1).collect::<String>();
        let _ = write!(
            self.out,
            "\n(if (i32.eqz (global.get $fuel)) (then (return {spent} (i64.const {SPENT}))))\n\
             (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))\n"
        );
        for local in 0..function.locals.len() {
            let factor = 2 * local + 1;
            let by = format!(
                "(call $narrow (i64.mul (local.get $p{}) (i64.const {factor})))",
                local % function.params
            );
            self.out += &mix(function, local, &by);
        }
        self.out += "block $function\n";
        self.statements(function, &function.body, 0);
        self.out += "end\n(local.set $payload (i64.const 0))\n";
        for local in 0..function.locals.len() {
            let _ = writeln!(
                self.out,
                "(local.set $payload (i64.add (i64.mul (local.get $payload) (i64.const 31)) {}))",
                wide(function, local)
            );
        }
        for result in 0..function.results {
            let _ = write!(self.out, "(i64.xor (local.get $payload) (i64.const {result}))");
        }
        self.out += ")\n";
    }

    fn statements(&mut self, function: &Function, statements: &[Statement], depth: usize) {
        for statement in statements {
            self.statement(function, statement, depth);
        }
    }

    fn statement(&mut self, function: &Function, statement: &Statement, depth: usize) {
        match *statement {
            Statement::Mix(to, from, by) => {
                let by = format!("(i32.xor {} (i32.const {by}))", narrow(function, from));
                self.out += &mix(function, to, &by);
            }
            Statement::Call { function: callee, indirect, argument, to } => {
                self.call(function, callee, indirect, argument);
                self.out += &mix(function, to, "(call $narrow (local.get $payload))");
            }
            Statement::Throw { tag, from, mask } => {
                let payload = wide(function, from);
                let second = match tag {
                    2 => format!("(f64.convert_i32_s (i32.wrap_i64 {payload}))"),
                    _ => String::new(),
                };
                let _ = writeln!(
                    self.out,
                    "(if (i32.eqz (i32.and {} (i32.const {mask}))) (then (throw $e{tag} {payload} {second})))",
                    narrow(function, from)
                );
            }
            Statement::Try(ref catching) if catching.legacy => self.legacy(function, catching, depth),
            Statement::Try(ref catching) => self.standard(function, catching, depth),
            Statement::Delegate { ref body, to } => {
                self.out += "try\n";
                self.statements(function, body, depth);
                let label = to.map_or("$function".to_owned(), |number| format!("$try{number}"));
                let _ = writeln!(self.out, "delegate {label}");
            }
            Statement::Repeat(times, ref body) => {
                let _ =
                    writeln!(self.out, "(local.set $times{depth} (i32.const {times}))\nloop $again{depth}");
                self.statements(function, body, depth + 1);
                let _ = writeln!(
                    self.out,
                    "(br_if $again{depth} (local.tee $times{depth} \
                     (i32.sub (local.get $times{depth}) (i32.const 1))))\nend"
                );
            }
        }
    }

    /// Calls a function; what its results come to is in `$payload`.
    fn call(&mut self, function: &Function, callee: usize, indirect: bool, argument: Local) {
        let group = self.group;
        let called = &self.functions[callee];
        for param in 0..called.params {
            let _ = write!(self.out, "(i64.add {} (i64.const {param}))", wide(function, argument));
        }
        let _ = match indirect {
            true => writeln!(
                self.out,
                "(call_indirect (type $t{}.{}) (i32.const {}))",
                called.params,
                called.results,
                group * FUNCTIONS + callee
            ),
            false => writeln!(self.out, "(call $f{group}.{callee})"),
        };
        if called.results > 1 {
            self.out += "(call $fold)";
        }
        self.out += "(local.set $payload)\n";
    }

    /// What a clause does with what is on the stack.
    fn clause(&mut self, function: &Function, clause: &Clause, rethrow: &str, depth: usize) {
        if clause.tag == Some(2) {
            self.out += "(local.set $f) (local.set $payload) \
                         (local.set $payload (i64.xor (local.get $payload) (i64.reinterpret_f64 (local.get $f))))\n";
        } else if clause.tag.is_some() {
            self.out += "(local.set $payload)\n";
        } else {
            let _ = writeln!(self.out, "(local.set $payload (i64.const {NOTHING}))");
        }
        self.out += &mix(function, clause.to, "(call $narrow (local.get $payload))");
        self.statements(function, &clause.then, depth);
        if let Some(local) = clause.rethrow {
            let condition = format!("(i32.and {} (i32.const 1))", narrow(function, local));
            let _ = writeln!(self.out, "{condition} if {rethrow} end");
        }
    }

    fn standard(&mut self, function: &Function, catching: &Try, depth: usize) {
        let number = catching.number;
        let _ = writeln!(self.out, "block $done{number}");
        let mut table = String::new();
        for (at, clause) in catching.clauses.iter().enumerate().rev() {
            let takes = clause.reference || clause.rethrow.is_some();
            let reference = if takes { "exnref" } else { "" };
            let values = match clause.tag {
                Some(2) => "i64 f64",
                Some(_) => "i64",
                None => "",
            };
            let _ = writeln!(self.out, "block $handler{number}.{at} (result {values} {reference})");
        }
        for (at, clause) in catching.clauses.iter().enumerate() {
            let takes = clause.reference || clause.rethrow.is_some();
            let suffix = if takes { "_ref" } else { "" };
            let _ = match clause.tag {
                Some(tag) => write!(table, "(catch{suffix} $e{tag} $handler{number}.{at})"),
                None => write!(table, "(catch_all{suffix} $handler{number}.{at})"),
            };
        }
        let _ = writeln!(self.out, "try_table {table}");
        self.statements(function, &catching.body, depth + 1);
        let _ = writeln!(self.out, "end\nbr $done{number}");
        for clause in &catching.clauses {
            self.out += "end\n";
            if clause.reference || clause.rethrow.is_some() {
                let _ = write!(self.out, "(local.set $ref{number})");
            }
            self.clause(function, clause, &format!("(throw_ref (local.get $ref{number}))"), depth + 1);
            let _ = writeln!(self.out, "br $done{number}");
        }
        self.out += "end\n";
    }

    fn legacy(&mut self, function: &Function, catching: &Try, depth: usize) {
        let number = catching.number;
        let _ = writeln!(self.out, "try $try{number}");
        self.statements(function, &catching.body, depth + 1);
        for clause in &catching.clauses {
            let _ = match clause.tag {
                Some(tag) => writeln!(self.out, "catch $e{tag}"),
                None => writeln!(self.out, "catch_all"),
            };
            self.clause(function, clause, &format!("rethrow $try{number}"), depth + 1);
        }
        self.out += "end\n";
    }
}

/// A script with so many groups, and how many exceptions are thrown in it.
fn script(seed: u64, groups: usize, more: &str) -> (String, usize) {
    let mut functions = String::new();
    let mut commands = String::new();
    let mut table = String::new();
    let mut exceptions = 0;
    for group in 0..groups {
        let mut random = Random::new(seed * 1000 + group as u64);
        let group_functions: Vec<Function> =
            (0..FUNCTIONS).map(|number| Generator::function(&mut random, number)).collect();
        let mut text = Text { group, functions: &group_functions, out: String::new() };
        (0..FUNCTIONS).for_each(|number| text.function(number));
        functions += &text.out;
        table += &(0..FUNCTIONS).map(|number| format!("$f{group}.{number} ")).collect::<String>();
        let first = &group_functions[0];
        let arguments: String =
            (0..first.params).map(|param| format!("(i64.add (local.get 0) (i64.const {param}))")).collect();
        let fold = if first.results > 1 { "(call $fold)" } else { "" };
        let _ = writeln!(
            functions,
            "(func (export \"{group}\") (param i64) (result i64)\n\
             (global.set $fuel (i32.const {FUEL}))\n\
             (block $uncaught (try_table (catch_all $uncaught) \
             {arguments} (call $f{group}.0) {fold} (return)) (unreachable))\n\
             (i64.const {UNCAUGHT}))"
        );
        for _ in 0..6 {
            let argument = random.next();
            let mut model = Model { functions: &group_functions, fuel: FUEL, exceptions: 0 };
            let result = model.call(0, argument).unwrap_or(UNCAUGHT);
            exceptions += model.exceptions;
            let _ = writeln!(
                commands,
                "(assert_return (invoke \"{group}\" (i64.const {argument})) (i64.const {result}))"
            );
        }
    }
    let types: String = [1, 10]
        .iter()
        .flat_map(|&params| [1, 4].map(|results| (params, results)))
        .map(|(params, results)| {
            let (param, result) = (" i64".repeat(params), " i64".repeat(results));
            format!("(type $t{params}.{results} (func (param{param}) (result{result})))\n")
        })
        .collect();
    let text = format!(
        "(module\n{types}(tag $e0 (param i64)) (tag $e1 (param i64)) (tag $e2 (param i64 f64))\n\
         (global $fuel (mut i32) (i32.const 0))\n(table funcref (elem {table}))\n\
         (func $narrow (param i64) (result i32) \
         (i32.wrap_i64 (i64.xor (local.get 0) (i64.shr_u (local.get 0) (i64.const 32)))))\n\
         (func $fold (param i64 i64 i64 i64) (result i64) \
         (i64.add (i64.mul (i64.add (i64.mul (i64.add (i64.mul (local.get 0) (i64.const 3)) (local.get 1)) \
         (i64.const 3)) (local.get 2)) (i64.const 3)) (local.get 3)))\n\
         {functions}\n{more})\n{commands}"
    );
    (text, exceptions)
}

/// Groups of a script.
const GROUPS: usize = 30;

/// Runs scripts that are compiled with these passes, and with `more` in the module.
#[track_caller]
fn check(name: &str, passes: &PassSet, more: &str) {
    let is_slow = std::env::var_os("SLOW").is_some_and(|value| value == "1");
    for seed in 0..if is_slow { 50 } else { 1 } {
        let (text, exceptions) = script(seed, GROUPS, more);
        assert!(exceptions > 10 * GROUPS, "only {exceptions} exceptions are thrown");
        let options = Options { passes: passes.clone(), ..default_options("exceptions") };
        let file = format!("exceptions-{name}-{seed}");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let outcome = wast::run(&text, &file, &options, folder).expect("the script is fine");
        let failed: Vec<_> = outcome
            .failures
            .iter()
            .map(|(&line, message)| (text.lines().nth(line as usize - 1).unwrap_or_default(), message))
            .take(5)
            .collect();
        assert!(failed.is_empty(), "seed {seed}: {} of {}: {failed:#?}", outcome.failures.len(), 6 * GROUPS);
    }
}

#[test]
fn registers_survive_exceptions() {
    for level in [Level::O0, Level::O1, Level::O2] {
        check(&format!("{level:?}"), &PassSet::of_level(level), "");
    }
}

/// Every call is one: exceptions pass many frames.
#[test]
fn without_inlining() {
    let mut passes = PassSet::default();
    passes.change("-inline,-inline-more").expect("the passes exist");
    check("calls", &passes, "");
}

/// Functions of a program with tail calls keep nothing in registers where they catch.
#[test]
fn with_tail_calls() {
    let more = "(func $tail (param i64) (result i64) (local.get 0))\n\
                (func (export \"tail\") (param i64) (result i64) (return_call $tail (local.get 0)))";
    check("tail", &PassSet::default(), more);
}
