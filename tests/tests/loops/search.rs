//! Random loops that look for something in two arrays, and what they find.
//!
//! Memory is one byte everywhere but for some places, so that loops run for a while, or off its end.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{Options, codegen, parse, plan};
use wasiaot_tests::random::Random;
use wasiaot_tests::{default_options, wast};

use crate::model::{Memory, Stop};
use crate::{WINDOW, has_lanes, is_slow, options};

/// A number in a condition.
#[derive(Clone, Copy, Debug)]
enum Term {
    /// What is loaded from an array.
    Loaded(usize),
    /// What was loaded from the first array before.
    Previous,
    Fixed,
    Const(u32),
    /// Loaded from an array, less a constant.
    Less(usize, u32),
    /// Bits that are set where a byte of what is loaded is 0, and maybe in others.
    HasZero(usize),
    /// A loop's number of iterations so far.
    Count,
}

/// A condition under which a loop is left.
#[derive(Clone, Copy, Debug)]
struct Condition {
    op: &'static str,
    left: Term,
    right: Term,
    /// Whether it is evaluated before the arrays are loaded.
    early: bool,
}

#[derive(Clone, Debug)]
struct Search {
    /// Bytes of the elements, and whether they have signs.
    elements: [(u32, bool); 2],
    /// How many times as far apart as they are wide.
    spaces: [u32; 2],
    conditions: Vec<Condition>,
    /// The position of the condition that counts, behind which arrays are loaded or not.
    counts: Option<usize>,
    uses_pointers: bool,
    carries: bool,
    stored: Option<Stored>,
}

/// What is stored to a third array.
#[derive(Clone, Copy, Debug)]
struct Stored {
    bytes: u32,
    what: Term,
    /// Whether that is so before an iteration leaves.
    early: bool,
}

/// The arguments of a search, and what is in memory.
#[derive(Clone, Debug)]
struct Call {
    arrays: [u32; 3],
    most: u32,
    fixed: u32,
    everywhere: u8,
    /// Other bytes, and where.
    pokes: Vec<(u32, u8)>,
}

fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len())]
}

impl Search {
    fn random(random: &mut Random) -> Self {
        let mut elements = [0, 1].map(|_| (pick(random, &[1, 1, 1, 2, 4]), random.below(2) == 0));
        if random.below(2) == 0 {
            elements[1].0 = elements[0].0;
        }
        let spaces = [0, 1].map(|_| pick(random, &[1, 1, 1, 1, 2, 3, 4]));
        let carries = random.below(4) == 0;
        let conditions = (0..1 + random.below(2)).map(|_| Condition::random(random, carries)).collect();
        let counts = (random.below(3) > 0).then(|| random.below(3));
        let stored = (random.below(3) == 0).then(|| {
            let array = random.below(2);
            let bytes = if random.below(5) == 0 { pick(random, &[1, 2, 4]) } else { elements[array].0 };
            let what = pick(random, &[Term::Loaded(array), Term::Loaded(array), Term::Less(array, 32)]);
            Stored { bytes, what, early: random.below(2) == 0 }
        });
        Self { elements, spaces, conditions, counts, uses_pointers: random.below(2) == 0, carries, stored }
    }

    fn strides(&self) -> [u32; 2] {
        [0, 1].map(|array| self.elements[array].0 * self.spaces[array])
    }

    /// The store of an iteration.
    fn store(&self, stored: Stored) -> String {
        let bytes = stored.bytes;
        let op = if bytes == 4 { "i32.store".to_owned() } else { format!("i32.store{}", bytes * 8) };
        let address = match self.uses_pointers {
            true => "(local.get $c)".to_owned(),
            false => format!("(i32.add (local.get $c) (i32.mul (local.get $i) (i32.const {bytes})))"),
        };
        format!("({op} {address} {})\n", stored.what.text())
    }

    /// The function with export `searchN`: what it returns tells how it ended, and what it had loaded.
    fn function(&self, number: usize) -> String {
        let mut body = String::new();
        let mut exits = 0;
        let mut leave = |body: &mut String, condition: &str| {
            let _ = writeln!(body, "(br_if $exit{exits} {condition})");
            exits += 1;
        };
        let count = "(i32.eqz (local.tee $most (i32.sub (local.get $most) (i32.const 1))))";
        for condition in self.conditions.iter().filter(|condition| condition.early) {
            leave(&mut body, &condition.text());
        }
        if self.counts == Some(0) {
            leave(&mut body, count);
        }
        for (array, (bytes, signed)) in self.elements.into_iter().enumerate() {
            let (name, to) = [("$a", "$x"), ("$b", "$y")][array];
            let load = match (bytes, signed) {
                (4, _) => "i32.load".to_owned(),
                (_, true) => format!("i32.load{}_s", bytes * 8),
                _ => format!("i32.load{}_u", bytes * 8),
            };
            let address = match self.uses_pointers {
                true => format!("(local.get {name})"),
                false => {
                    let stride = bytes * self.spaces[array];
                    format!("(i32.add (local.get {name}) (i32.mul (local.get $i) (i32.const {stride})))")
                }
            };
            let _ = writeln!(body, "(local.set {to} ({load} {address}))");
        }
        if let Some(stored) = self.stored.filter(|stored| stored.early) {
            body.push_str(&self.store(stored));
        }
        for condition in self.conditions.iter().filter(|condition| !condition.early) {
            leave(&mut body, &condition.text());
        }
        if self.counts == Some(1) {
            leave(&mut body, count);
        }
        if let Some(stored) = self.stored.filter(|stored| !stored.early) {
            body.push_str(&self.store(stored));
        }
        if self.carries {
            body.push_str("(local.set $p (local.get $x))\n");
        }
        if self.uses_pointers {
            for (name, stride) in ["$a", "$b"].into_iter().zip(self.strides()) {
                let _ =
                    writeln!(body, "(local.set {name} (i32.add (local.get {name}) (i32.const {stride})))");
            }
            if let Some(Stored { bytes, .. }) = self.stored {
                let _ = writeln!(body, "(local.set $c (i32.add (local.get $c) (i32.const {bytes})))");
            }
        }
        body.push_str("(local.set $i (i32.add (local.get $i) (i32.const 1)))\n");
        if self.counts == Some(2) {
            leave(&mut body, count);
        }
        let blocks: String = (0..exits).rev().map(|exit| format!("(block $exit{exit} ")).collect();
        let ends: String =
            (0..exits).map(|exit| format!(") (return (call $end (i32.const {exit}) {RESULTS}))")).collect();
        let fixed = "(param $a i32) (param $b i32) (param $c i32) (param $most i32) (param $fixed i32)";
        format!(
            "(func $search{number} (export \"search{number}\") {fixed} (result i32) \
             (local $i i32) (local $x i32) (local $y i32) (local $p i32) (local.set $p (local.get $fixed))\n\
             {blocks}(loop $next\n{body}(br $next))\n unreachable {ends} unreachable)\n"
        )
    }

    fn run(&self, call: &Call, memory: &mut Memory, len: u64) -> Result<u32, Stop> {
        let (mut at, mut most) = (call.arrays, call.most);
        let [mut count, mut x, mut y, mut previous] = [0u32, 0, 0, call.fixed];
        loop {
            let mut exits = Exits::default();
            let mut values = Values { x, y, previous, fixed: call.fixed, count };
            for condition in self.conditions.iter().filter(|condition| condition.early) {
                exits.check(condition.holds(values));
            }
            if self.counts == Some(0) && !exits.leaves {
                most = most.wrapping_sub(1);
                exits.check(most == 0);
            }
            let is_known = |(at, (bytes, _)): (&u32, (u32, bool))| {
                u64::from(*at) + u64::from(bytes) > len || is_in_window(*at, bytes, len)
            };
            let stored = self.stored.map(|stored| (stored.bytes, false));
            if !at.iter().zip(self.elements.into_iter().chain(stored)).all(is_known) {
                return Err(Stop::Nan);
            }
            let store = |memory: &mut Memory, values: Values, early: bool| match self.stored {
                Some(stored) if stored.early == early => {
                    let bits = u64::from(stored.what.value(values));
                    memory.store(u64::from(at[2]), stored.bytes, bits)
                }
                _ => Ok(()),
            };
            if !exits.leaves {
                x = load(memory, at[0], self.elements[0])?;
                y = load(memory, at[1], self.elements[1])?;
                values = Values { x, y, ..values };
                store(memory, values, true)?;
                for condition in self.conditions.iter().filter(|condition| !condition.early) {
                    exits.check(condition.holds(values));
                }
            }
            if self.counts == Some(1) && !exits.leaves {
                most = most.wrapping_sub(1);
                exits.check(most == 0);
            }
            if !exits.leaves {
                store(memory, values, false)?;
                previous = if self.carries { x } else { previous };
                let strides = self.strides().into_iter().chain(stored.map(|(bytes, _)| bytes));
                for (address, stride) in at.iter_mut().zip(strides) {
                    *address = address.wrapping_add(stride);
                }
                count += 1;
            }
            if self.counts == Some(2) && !exits.leaves {
                most = most.wrapping_sub(1);
                exits.check(most == 0);
            }
            if exits.leaves {
                return Ok([exits.passed, count, x, y, previous]
                    .into_iter()
                    .fold(7, |hash: u32, number| (hash ^ number).wrapping_mul(0x0100_0193)));
            }
        }
    }
}

const RESULTS: &str = "(local.get $i) (local.get $x) (local.get $y) (local.get $p)";

/// What `run` returns.
const HELPERS: &str = "(func $mix (param i32 i32) (result i32) \
     (i32.mul (i32.xor (local.get 0) (local.get 1)) (i32.const 0x01000193))) \
     (func $end (param i32 i32 i32 i32 i32) (result i32) (call $mix (call $mix (call $mix (call $mix (call $mix \
     (i32.const 7) (local.get 0)) (local.get 1)) (local.get 2)) (local.get 3)) (local.get 4))) \
     (func (export \"clear\") (param i32) (memory.fill (i32.const 0) (local.get 0) (i32.const $window)) \
     (memory.fill (i32.const $high) (local.get 0) (i32.const $window))) \
     (func (export \"poke\") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))";

fn load(memory: &mut Memory, at: u32, (bytes, signed): (u32, bool)) -> Result<u32, Stop> {
    let bits = memory.load(u64::from(at), bytes)? as u32;
    let unused = 32 - 8 * bytes;
    Ok(if signed { ((bits << unused).cast_signed() >> unused).cast_unsigned() } else { bits })
}

/// The conditions of an iteration, up to the one under which it leaves.
#[derive(Default)]
struct Exits {
    passed: u32,
    leaves: bool,
}

impl Exits {
    fn check(&mut self, condition: bool) {
        self.passed += u32::from(!self.leaves && !condition);
        self.leaves |= condition;
    }
}

#[derive(Clone, Copy)]
struct Values {
    x: u32,
    y: u32,
    previous: u32,
    fixed: u32,
    count: u32,
}

impl Term {
    fn text(self) -> String {
        let loaded = |array: usize| ["(local.get $x)", "(local.get $y)"][array];
        match self {
            Self::Loaded(array) => loaded(array).to_owned(),
            Self::Previous => "(local.get $p)".to_owned(),
            Self::Fixed => "(local.get $fixed)".to_owned(),
            Self::Const(bits) => format!("(i32.const {bits})"),
            Self::Less(array, by) => format!("(i32.sub {} (i32.const {by}))", loaded(array)),
            Self::HasZero(array) => format!(
                "(i32.and (i32.and (i32.xor {0} (i32.const -1)) (i32.add {0} (i32.const -16843009))) \
                 (i32.const 0x80808080))",
                loaded(array)
            ),
            Self::Count => "(local.get $i)".to_owned(),
        }
    }

    fn value(self, values: Values) -> u32 {
        let loaded = [values.x, values.y];
        match self {
            Self::Loaded(array) => loaded[array],
            Self::Previous => values.previous,
            Self::Fixed => values.fixed,
            Self::Const(bits) => bits,
            Self::Less(array, by) => loaded[array].wrapping_sub(by),
            Self::HasZero(array) => !loaded[array] & loaded[array].wrapping_sub(0x0101_0101) & 0x8080_8080,
            Self::Count => values.count,
        }
    }
}

impl Condition {
    fn random(random: &mut Random, carries: bool) -> Self {
        let ops = ["eq", "eq", "eq", "ne", "lt_u", "lt_s", "gt_u", "gt_s", "ge_s", "le_u", "bits", "none"];
        let loaded = |random: &mut Random| Term::Loaded(random.below(2));
        let left = match random.below(8) {
            0 => Term::Less(random.below(2), pick(random, &[1, 0x61, 0x1234])),
            1 => Term::HasZero(random.below(2)),
            2 if carries => Term::Previous,
            3 => Term::Count,
            _ => loaded(random),
        };
        let right = match random.below(6) {
            0 => Term::Fixed,
            1 => Term::Const(pick(random, &[0, 26, 0x41, 0xff, 0x4141, 0xffff_ffff])),
            2 if carries => Term::Previous,
            _ => loaded(random),
        };
        // What is loaded later is not known yet.
        let early = carries && matches!((left, right), (Term::Previous, Term::Fixed | Term::Const(_)));
        Self { op: pick(random, &ops), left, right, early }
    }

    fn text(&self) -> String {
        let (left, right) = (self.left.text(), self.right.text());
        match self.op {
            "bits" => left,
            "none" => format!("(i32.eqz {left})"),
            op => format!("(i32.{op} {left} {right})"),
        }
    }

    fn holds(&self, values: Values) -> bool {
        let (left, right) = (self.left.value(values), self.right.value(values));
        let signs = (left.cast_signed(), right.cast_signed());
        match self.op {
            "bits" => left != 0,
            "none" => left == 0,
            "eq" => left == right,
            "ne" => left != right,
            "lt_u" => left < right,
            "lt_s" => signs.0 < signs.1,
            "gt_u" => left > right,
            "gt_s" => signs.0 > signs.1,
            "ge_s" => signs.0 >= signs.1,
            _ => left <= right,
        }
    }
}

impl Call {
    fn random(random: &mut Random, len: u64) -> Self {
        let high = (len - u64::from(WINDOW)) as u32;
        let window = [0, high][random.below(2)];
        let mut arrays = [512, 4096, 2048].map(|at| window + at + random.below(64) as u32);
        if random.below(2) == 0 {
            // Close to another one, in any order.
            let distance = random.below(41) as u32 * pick(random, &[1, 4]);
            arrays[2] = arrays[random.below(2)].wrapping_add(distance).wrapping_sub(20);
        }
        match random.below(4) {
            // Before the end of the memory.
            0 => arrays[random.below(3)] = (len as u32).wrapping_sub(random.below(150) as u32),
            // Before the first byte, where addresses wrap.
            1 if random.below(3) == 0 => arrays[random.below(3)] = 0u32.wrapping_sub(random.below(64) as u32),
            _ => {}
        }
        let mut pokes = Vec::new();
        for _ in 0..random.below(5) {
            let at = arrays[random.below(2)].wrapping_add(random.below(160) as u32);
            let byte = pick(random, &[0, 0x41, 0x42, 0x61, 0x7f, 0x80, 0xff]);
            if is_in_window(at, 1, len) {
                pokes.push((at, byte));
            }
        }
        Self {
            arrays,
            most: pick(random, &[0, 1, 2, 15, 16, 17, 33, 100, 700]),
            fixed: pick(random, &[0, 0x41, 0x42, 0xff, 0x4141, 0x4141_4141, 0xffff_ff80]),
            everywhere: pick(random, &[0x41, 0x41, 0, 0xff, 0x80]),
            pokes,
        }
    }

    fn memory(&self, len: u64) -> Memory {
        let mut memory = Memory::filled(len, self.everywhere);
        for &(at, byte) in &self.pokes {
            memory.store(u64::from(at), 1, u64::from(byte)).expect("it is inside");
        }
        memory
    }

    /// The commands that prepare the memory, and the call.
    fn commands(&self, search: &Search, number: usize, len: u64) -> Option<String> {
        let [first, second, third] = self.arrays;
        let Self { most, fixed, .. } = self;
        let arguments = format!(
            "(i32.const {first}) (i32.const {second}) (i32.const {third}) (i32.const {most}) (i32.const {fixed})"
        );
        let invoke = format!("(invoke \"search{number}\" {arguments})");
        let mut text = format!("(invoke \"clear\" (i32.const {}))", self.everywhere);
        for (at, byte) in &self.pokes {
            let _ = write!(text, "(invoke \"poke\" (i32.const {at}) (i32.const {byte}))");
        }
        let mut memory = self.memory(len);
        let _ = match search.run(self, &mut memory, len) {
            Ok(hash) => write!(text, "(assert_return {invoke} (i32.const {hash}))"),
            Err(Stop::Trap) => write!(text, "(assert_trap {invoke} \"out of bounds memory access\")"),
            Err(Stop::Nan) => return None,
        };
        let _ = write!(text, "(assert_return (invoke \"hash\") (i64.const {}))", memory.hash());
        Some(text)
    }
}

/// Whether the bytes are where searches may read, or behind the memory.
fn is_in_window(at: u32, bytes: u32, len: u64) -> bool {
    let high = len - u64::from(WINDOW);
    u64::from(at) + u64::from(bytes) <= u64::from(WINDOW)
        || (u64::from(at) >= high && u64::from(at) + u64::from(bytes) <= len)
}

/// Searches in a module with a memory of this many bytes.
fn module(searches: &[Search], len: u64) -> String {
    let functions: String =
        searches.iter().enumerate().map(|(number, search)| search.function(number)).collect();
    let high = (len - u64::from(WINDOW)) as u32;
    let helpers = format!("{HELPERS} {}", crate::HELPERS);
    let helpers = helpers.replace("$high", &high.to_string()).replace("$window", &WINDOW.to_string());
    let pages = len >> 16;
    format!("(module (memory {pages} {pages}) {helpers} {functions})").replace('\n', " ")
}

#[track_caller]
fn check(seed: u64, pages: u64, count: usize, modes: &[Options]) {
    let mut random = Random::new(seed);
    let len = pages << 16;
    let searches: Vec<Search> = (0..count).map(|_| Search::random(&mut random)).collect();
    let mut calls = Vec::new();
    for (number, search) in searches.iter().enumerate() {
        for _ in 0..12 {
            let call = Call::random(&mut random, len);
            if let Some(commands) = call.commands(search, number, len) {
                calls.push((number, call, commands));
            }
        }
    }
    assert!(calls.len() >= 6 * count, "only {} calls are specified", calls.len());
    let lines: Vec<&str> = calls.iter().map(|(.., commands)| commands.as_str()).collect();
    let text = format!("{}\n{}\n", module(&searches, len), lines.join("\n"));
    for (number, options) in modes.iter().enumerate() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let outcome = wast::run(&text, &format!("searches-{seed}-{pages}-{number}"), options, folder)
            .expect("the script itself is fine");
        let describe = |(&line, message): (&u32, &String)| {
            let (number, call, commands) = &calls[line as usize - 2];
            format!("{commands}: {message}\n{call:?}\n{}", searches[*number].function(*number))
        };
        let failed: Vec<String> = outcome.failures.iter().take(3).map(describe).collect();
        assert!(failed.is_empty(), "{}: {}", options.cpu.name, failed.join("\n"));
    }
}

#[test]
fn random_searches() {
    for seed in 0..if is_slow() { 50 } else { 2 } {
        check(seed, 1, 80, &options("searches.wat"));
    }
}

/// Where addresses wrap: the largest memory ends at 2³².
#[test]
fn four_gigabytes() {
    check(100, 65536, 60, &[default_options("searches.wat")]);
}

/// Without vectors, to tell an error of the model from one of the vectorizer.
#[test]
fn scalar_searches() {
    let mut options = default_options("searches.wat");
    options.passes.change("-vectorize").expect("the pass exists");
    check(0, 1, 80, &[options]);
}

/// The tests above mean something only if many searches get vectors.
#[test]
fn many_are_vectorized() {
    let mut random = Random::new(0);
    let searches: Vec<Search> = (0..100).map(|_| Search::random(&mut random)).collect();
    let mut options = default_options("searches.wat");
    options.passes.change("-inline").expect("the pass exists");
    let zeros = "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)";
    let calls: String = (0..100).map(|number| format!("(drop (call $search{number} {zeros}))")).collect();
    let start = format!("(func (export \"_start\") {calls}) (memory");
    let wasm =
        wat::parse_str(module(&searches, 1 << 16).replacen("(memory", &start, 1)).expect("it is valid text");
    let program = parse::parse(&wasm, &options).expect("the module is valid");
    let plan = plan::plan(&program, &options).expect("the module can be built");
    let text = codegen::optimized_clif(&plan, &options).expect("the functions are small");
    let has_vectors = |function: &&str| ["x16", "x8", "x4"].iter().any(|lanes| has_lanes(function, lanes));
    let count = text.split(";; ").filter(has_vectors).count();
    assert!(count >= 30, "only {count} of 100 searches are vectorized");
}
