//! Interpreters, as compilers write them: loops around a table of jumps to handlers.
//!
//! They are generated at random from fixed seeds: how an instruction is looked up and where handlers meet, what
//! handlers do to what they share, and how they go on: to the next instruction, into the handler behind, to another
//! one, by another table, in a loop, out of the interpreter or into a trap. Their programs are random bytes. What
//! they compute and leave in memory has to be what an independent interpreter of wasm says, or, where
//! there are exceptions, what code without optimizations does.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::passes::PassSet;
use wasiaot_compiler::{Options, codegen, parse, plan};
use wasiaot_tests::differential::{Way, compare, explain};
use wasiaot_tests::random::Random;

/// Modules of one executable.
const MODULES: u64 = 60;

/// The first numbers of the sequences that modules are made of.
const FIRST_SEEDS: &[u64] = &[0, 1000, 2000, 3000];

const WAYS: &[Way] = &[Way::Default, Way::Optimized, Way::CheckedOptimized, Way::Baseline];

/// What all of an interpreter's handlers work on.
const LOCALS: &str =
    "(local $pc i32) (local $fuel i32) (local $op i32) (local $b i32) (local $i i32) (local $f f64)";

/// Handlers that some interpreters have in addition: then copies of the lookup would take too much space.
const MANY_HANDLERS: usize = 130;

/// How an interpreter is made.
struct Interpreter {
    random: Random,
    handlers: usize,
    /// The lookup counts, and ends the run in time. Otherwise those who go back do.
    lookup_counts: bool,
    /// Handlers go back by way of a block that advances the counter.
    meets: bool,
    text: String,
}

impl Interpreter {
    fn is_large(seed: u64) -> bool {
        seed % 6 == 3
    }

    fn module(seed: u64) -> String {
        let mut random = Random::new(seed);
        let is_large = Self::is_large(seed);
        let handlers = 5 + random.below(9) + if is_large { MANY_HANDLERS } else { 0 };
        let throws = random.below(4) == 0;
        let [lookup_counts, meets] = [0, 1].map(|_| is_large || random.below(2) == 0);
        let program: String = (0..256).map(|_| format!("\\{:02x}", random.below(256))).collect();
        let mut this = Self { random, handlers, lookup_counts, meets, text: String::new() };
        this.body(throws);
        let (tag, helper) = if throws {
            ("(tag $tag)", "(if (i32.and (local.get 0) (i32.const 4)) (then (throw $tag)))")
        } else {
            ("", "")
        };
        format!(
            "(module (memory (export \"memory\") 1 1) (data (i32.const 0) \"{program}\") {tag}
             (func $help (param i32) (result i32) {helper} (i32.mul (local.get 0) (i32.const 0x01000193)))
             (func (export \"run\") (param $a i32) (param $c i64) (result i64) {LOCALS} {}))",
            this.text
        )
    }

    fn body(&mut self, throws: bool) {
        self.add(
            "(local.set $pc (i32.and (local.get $a) (i32.const 63)))
             (local.set $fuel (i32.const 150)) (block $end (loop $next (block $meet",
        );
        for handler in (0..self.handlers).rev() {
            let _ = write!(self.text, "(block $h{handler} ");
        }
        self.lookup();
        for handler in 0..self.handlers {
            self.add(")\n");
            self.handler(handler, throws);
        }
        self.add(")\n");
        self.advance();
        self.add(
            ")) (i64.xor (i64.add (local.get $c) (i64.reinterpret_f64 (local.get $f)))
             (i64.extend_i32_u (i32.sub (local.get $a) (i32.mul (local.get $b) (local.get $pc)))))",
        );
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Finds out which handler is next, and goes there.
    fn lookup(&mut self) {
        if self.lookup_counts {
            self.add("(local.set $fuel (i32.sub (local.get $fuel) (i32.const 1))) (br_if $end (i32.eqz (local.get $fuel)))");
        }
        if self.random.below(3) == 0 {
            self.add(
                "(if (i32.eqz (i32.and (local.get $fuel) (i32.const 15)))
                 (then (local.set $b (i32.add (local.get $b) (local.get $op)))
                 (i32.store (i32.const 600) (local.get $pc))))",
            );
        }
        self.add("(local.set $op (i32.load8_u (i32.and (local.get $pc) (i32.const 255))))");
        if self.random.below(2) == 0 {
            self.add("(local.set $pc (i32.add (local.get $pc) (i32.const 1)))");
        }
        self.add("(br_table");
        for _ in 0..self.handlers + self.random.below(3) {
            let target = self.target();
            self.add(&target);
        }
        let default = self.target();
        let mask = if self.handlers > MANY_HANDLERS { 255 } else { 7 + 8 * self.random.below(2) };
        let _ = writeln!(self.text, "{default} (i32.and (local.get $op) (i32.const {mask})))");
    }

    /// Where an entry of the table leads to.
    fn target(&mut self) -> String {
        match self.random.below(12) {
            0 if self.lookup_counts => " $meet".to_owned(),
            1 if self.lookup_counts => " $next".to_owned(),
            2 => " $end".to_owned(),
            _ => format!(" $h{}", self.random.below(self.handlers)),
        }
    }

    /// Goes on to the next instruction.
    fn advance(&mut self) {
        self.add("(local.set $pc (i32.add (local.get $pc) (i32.const 1)))");
        if !self.lookup_counts {
            self.add("(local.set $fuel (i32.sub (local.get $fuel) (i32.const 1)))");
            self.add("(br_if $end (i32.eqz (local.get $fuel)))");
        }
        self.add("(br $next)\n");
    }

    fn handler(&mut self, number: usize, throws: bool) {
        for _ in 0..1 + self.random.below(3) {
            let statement = self.statement();
            self.add(&statement);
        }
        if throws && self.random.below(3) == 0 {
            self.add(
                "(block $caught (try_table (catch_all $caught)
                 (local.set $b (call $help (local.get $b))) (local.set $op (call $help (local.get $a)))))",
            );
        }
        // A handler that comes later, if there is one.
        let later = number + 1 + self.random.below(self.handlers - number);
        let later = if later < self.handlers { format!("$h{later}") } else { "$meet".to_owned() };
        match self.random.below(8) {
            // Into the one behind.
            0 => {}
            1 => {
                let _ = write!(self.text, "(br {later})");
            }
            2 => {
                let _ = write!(
                    self.text,
                    "(br_table {later} $meet $end {later} $meet (i32.and (local.get $b) (i32.const 7)))"
                );
            }
            3 => {
                let _ = write!(self.text, "(br_if {later} (i32.and (local.get $a) (i32.const 1)))");
                self.advance();
            }
            _ if self.meets => self.add("(br $meet)\n"),
            _ => self.advance(),
        }
    }

    fn statement(&mut self) -> String {
        let text = match self.random.below(13) {
            0 => "(local.set $a (i32.add (local.get $a) (local.get $op)))",
            1 => "(local.set $b (i32.rotl (i32.xor (local.get $b) (local.get $a)) (i32.const 7)))",
            2 => "(local.set $c (i64.mul (i64.add (local.get $c) (i64.extend_i32_u (local.get $op))) (i64.const 31)))",
            3 => "(local.set $f (f64.add (local.get $f) (f64.convert_i32_s (local.get $b))))",
            4 => "(i32.store offset=512 (i32.and (local.get $a) (i32.const 255)) (local.get $b))",
            5 => "(local.set $b (i32.load offset=510 (i32.and (local.get $c) (i32.const 255))))",
            6 => "(local.set $pc (i32.add (local.get $pc) (i32.shr_u (local.get $op) (i32.const 4))))",
            7 => "(local.set $a (call $help (local.get $pc)))",
            8 => {
                "(local.set $i (i32.and (local.get $op) (i32.const 3))) (loop $again
                 (local.set $c (i64.rotl (local.get $c) (i64.extend_i32_u (i32.add (local.get $i) (local.get $pc)))))
                 (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5))))"
            }
            9 => "(if (i32.lt_s (local.get $a) (local.get $b)) (then (local.set $a (i32.load (i32.and (local.get $pc) (i32.const 127))))))",
            10 => "(local.set $a (local.get $b)) (local.set $b (local.get $pc))",
            11 => "(local.set $op (i32.sub (local.get $pc) (local.get $op)))",
            // Which is 0 at times.
            _ => "(local.set $a (i32.rem_u (local.get $a) (i32.and (local.get $b) (i32.const 127))))",
        };
        // Of a load, the index in 32 bits.
        text.replace("(i32.and (local.get $c)", "(i32.and (i32.wrap_i64 (local.get $c))")
    }
}

/// The optimized functions.
fn optimized(wasm: &[u8], options: &Options) -> String {
    let program = parse::parse(wasm, options).expect("the module is valid");
    let plan = plan::plan(&program, options).expect("the module can be built");
    codegen::optimized_clif(&plan, options).expect("the functions are small")
}

#[test]
fn random_interpreters() {
    for (&first, &way) in FIRST_SEEDS.iter().zip(WAYS) {
        let seeds: Vec<u64> = (first..first + MODULES).collect();
        let modules: Vec<Vec<u8>> = seeds
            .iter()
            .map(|&seed| wat::parse_str(Interpreter::module(seed)).expect("the module is valid text"))
            .collect();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("interpreters-{first}"));
        let report = compare(&modules, &seeds, &way.options(), &path)
            .unwrap_or_else(|error| panic!("{way:?}: {error}"));
        let text = report.differences.first().map(|difference| Interpreter::module(seeds[difference.module]));
        assert!(
            report.differences.is_empty(),
            "{way:?}: {}\n{}",
            explain(&report, first),
            text.unwrap_or_default()
        );
        assert!(report.compared > 3 * modules.len(), "too little was compared: {}", report.compared);
    }
}

/// Many of the interpreters above are what the pass looks for, and of the large ones, what it shortens.
#[test]
fn interpreters_are_threaded() {
    let invoke = |passes: &str| {
        let mut set = PassSet::default();
        set.change(passes).expect("the pass exists");
        Options { passes: set, invoke: Some("start".to_owned()), ..Way::Default.options() }
    };
    let [on, off] = ["thread", "-thread"].map(invoke);
    let start = "(func (export \"start\") (drop (call $run (i32.const 0) (i64.const 0)))) (func $run (export \"run\")";
    let [mut threaded, mut shortened] = [0, 0];
    for seed in 0..MODULES {
        let text = Interpreter::module(seed).replace("(func (export \"run\")", start);
        let wasm = wat::parse_str(text).expect("the module is valid text");
        let [on, off] = [&on, &off].map(|options| optimized(&wasm, options));
        let tables = |text: &str| text.matches("br_table ").count();
        if tables(&on) > tables(&off) + 1 {
            threaded += 1;
        } else if Interpreter::is_large(seed) && on != off {
            shortened += 1;
        }
    }
    assert!(threaded > MODULES / 5 && shortened > 1, "{threaded}, {shortened} of {MODULES}");
}
