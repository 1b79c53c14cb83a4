//! Indices with constants in them, around the places where sums wrap at 2³²: what an error in folding a
//! constant into an access would get wrong.
//!
//! What is known of an index comes from earlier accesses, from the operations that make it, and from
//! loops that count; each of these is here with constants of both signs, offsets, and parameters on both
//! sides of every limit. What is expected is computed by a model of the memory.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::{default_options, wast};

/// Bytes of the memory: one page.
const LEN: u64 = 65536;

/// What is added to indices.
const CONSTANTS: &[i32] =
    &[-65537, -65536, -16, -4, -1, 0, 1, 4, 16, 65535, 65536, 0x7fff_fff0, i32::MIN, -0x7fff_fff0];

/// Offsets of two accesses.
const OFFSETS: &[(u32, u32)] = &[(0, 0), (0, 16), (16, 0), (1, 65536), (16, 4)];

/// Loops without more iterations than this are run.
const MOST_ITERATIONS: u32 = 70_000;

/// The byte at an address.
fn byte(address: u64) -> u32 {
    (address.wrapping_mul(31).wrapping_add(address >> 8) & 0xff) as u32
}

/// A load of one or four bytes; `None` if it traps.
fn load(index: u32, offset: u32, bytes: u64) -> Option<u32> {
    let address = u64::from(index) + u64::from(offset);
    (address + bytes <= LEN).then(|| (0..bytes).map(|at| byte(address + at) << (8 * at)).sum())
}

/// Functions and calls of them.
#[derive(Default)]
struct Script {
    functions: String,
    commands: String,
    count: usize,
}

impl Script {
    /// Adds a function of `$p` and `$q`, and calls with what the model says.
    fn add(&mut self, body: &str, arguments: &[(u32, u32)], model: impl Fn(u32, u32) -> Option<u32>) {
        let name = self.count;
        self.count += 1;
        let _ = writeln!(
            self.functions,
            "(func (export \"{name}\") (param $p i32) (param $q i32) (result i32) (local $i i32) {body})"
        );
        for &(p, q) in arguments {
            let call = format!("(invoke \"{name}\" (i32.const {p:#x}) (i32.const {q:#x}))");
            let _ = match model(p, q) {
                Some(result) => writeln!(self.commands, "(assert_return {call} (i32.const {result:#x}))"),
                None => writeln!(self.commands, "(assert_trap {call} \"out of bounds memory access\")"),
            };
        }
    }

    /// Runs the script with a memory of this type.
    #[track_caller]
    fn check(&self, name: &str) {
        assert!(self.count > 20);
        for (limits, memory_mode) in [
            ("1", MemoryMode::Guard),
            ("1 65536", MemoryMode::Guard),
            ("1 2", MemoryMode::Guard),
            ("1", MemoryMode::Checked),
        ] {
            let text = format!(
                "(module (memory {limits}) {} (func (export \"fill\") (local $i i32) (loop $next \
                 (i32.store8 (local.get $i) (i32.add (i32.mul (local.get $i) (i32.const 31)) \
                 (i32.shr_u (local.get $i) (i32.const 8)))) \
                 (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) \
                 (i32.const {LEN})))))) (invoke \"fill\")\n{}",
                self.functions.replace('\n', " "),
                self.commands
            );
            let options = Options { memory_mode, ..default_options("indices") };
            let file = format!("indices-{name}-{}-{memory_mode:?}", limits.replace(' ', "-"));
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let outcome = wast::run(&text, &file, &options, folder).expect("the script itself is fine");
            let failed: Vec<String> = outcome
                .failures
                .iter()
                .take(10)
                .map(|(&line, message)| {
                    let command = text.lines().nth(line as usize - 1).unwrap_or_default();
                    let number = command.split('"').nth(1).and_then(|number| number.parse::<usize>().ok());
                    let function = number.and_then(|number| self.functions.lines().nth(number));
                    format!("{command}: {message}: {}", function.unwrap_or_default())
                })
                .collect();
            assert!(failed.is_empty(), "memory {limits}, {memory_mode:?}: {failed:#?}");
        }
    }
}

/// Parameters where something changes for indices `p + constant` and `p + constant + offset`.
fn edges(constants: &[i32], offset: u32) -> Vec<u32> {
    let mut edges = vec![0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX];
    for &constant in constants {
        let zero = 0_u32.wrapping_sub(constant.cast_unsigned());
        for end in [zero, zero.wrapping_add(LEN as u32), zero.wrapping_add(LEN as u32 - offset)] {
            edges.extend([-5, -4, -1, 0, 1, 16].map(|by: i32| end.wrapping_add_signed(by)));
        }
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Two accesses at constant distances from one index: after the first, more is known about it.
#[test]
fn after_an_access() {
    let mut script = Script::default();
    for (position, &first) in CONSTANTS.iter().enumerate() {
        for (other, &second) in CONSTANTS.iter().enumerate() {
            let (o, u) = OFFSETS[(position + 2 * other) % OFFSETS.len()];
            let body = format!(
                "(i32.add (i32.load8_u offset={o} (i32.add (local.get $p) (i32.const {first}))) \
                 (i32.mul (i32.const 7) (i32.load offset={u} (i32.add (local.get $p) (i32.const {second})))))"
            );
            let arguments: Vec<(u32, u32)> =
                edges(&[first, second], o.max(u)).into_iter().map(|p| (p, 0)).collect();
            let model = |p: u32, q: u32| {
                let at_first = load(p.wrapping_add(q).wrapping_add_signed(first), o, 1)?;
                let at_second = load(p.wrapping_add(q).wrapping_add_signed(second), u, 4)?;
                Some(at_first.wrapping_add(at_second.wrapping_mul(7)))
            };
            script.add(&body, &arguments, model);
            // From a sum, of which nothing is known.
            // It is computed once: two sums would be two values.
            let sum = format!("(local.set $p (i32.add (local.get $p) (local.get $q))) {body}");
            let arguments: Vec<(u32, u32)> =
                arguments.iter().map(|&(p, _)| (p.wrapping_sub(0xffff), 0xffff)).collect();
            script.add(&sum, &arguments, model);
        }
    }
    script.check("after");
}

/// The sum of two parameters and two constants.
#[test]
fn sums() {
    let mut script = Script::default();
    for &first in CONSTANTS {
        for &second in CONSTANTS {
            let body = format!(
                "(i32.load8_u (i32.add (i32.add (local.get $p) (i32.const {first})) \
                 (i32.sub (local.get $q) (i32.const {second}))))"
            );
            let sum = first.wrapping_sub(second);
            let arguments: Vec<(u32, u32)> = edges(&[sum], 0)
                .into_iter()
                .flat_map(|p| [(p, 0), (p.wrapping_sub(0x9000_0000), 0x9000_0000)])
                .collect();
            script.add(&body, &arguments, |p, q| load(p.wrapping_add(q).wrapping_add_signed(sum), 0, 1));
        }
    }
    script.check("sums");
}

/// Code that makes a number of `$p`, and the number.
type Form = (&'static str, fn(u32) -> u32);

/// Indices that are bounded by what they are made of.
#[test]
fn bounded() {
    let forms: &[Form] = &[
        ("(i32.and (local.get $p) (i32.const 0xff))", |p| p & 0xff),
        ("(i32.shl (i32.and (local.get $p) (i32.const 0xff)) (i32.const 4))", |p| (p & 0xff) << 4),
        ("(i32.mul (i32.and (local.get $p) (i32.const 0xff)) (i32.const 0x2000000))", |p| {
            (p & 0xff).wrapping_mul(0x200_0000)
        }),
        ("(i32.shr_u (local.get $p) (i32.const 20))", |p| p >> 20),
        ("(i32.rem_u (local.get $p) (i32.const 10))", |p| p % 10),
        ("(i32.lt_u (local.get $p) (i32.const 10))", |p| u32::from(p < 10)),
        ("(i32.clz (local.get $p))", |p| p.leading_zeros()),
        (
            "(i32.add (i32.shr_u (local.get $p) (i32.const 1)) (i32.shr_u (local.get $p) (i32.const 1)))",
            |p| p & !1,
        ),
        ("(select (i32.const -1) (i32.const 1) (local.get $p))", |p| if p == 0 { 1 } else { u32::MAX }),
        ("(i32.div_u (local.get $p) (i32.const 0x10000))", |p| p >> 16),
    ];
    let parameters = [0, 1, 2, 9, 10, 0xff, 0x100, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, u32::MAX];
    let arguments = parameters.map(|p| (p, 0));
    let mut script = Script::default();
    for (code, value) in forms {
        for constant in CONSTANTS.iter().copied().chain([0xff00, -0xff, -0xff0, -0xfff, -33]) {
            for offset in [0, 4] {
                let body = format!("(i32.load8_u offset={offset} (i32.add {code} (i32.const {constant})))");
                script.add(&body, &arguments, |p, _| load(value(p).wrapping_add_signed(constant), offset, 1));
            }
        }
    }
    script.check("bounded");
}

/// Whether a comparison holds.
fn compare(left: u32, op: &str, right: u32) -> bool {
    match op {
        "ne" => left != right,
        "lt_u" => left < right,
        "lt_s" => left.cast_signed() < right.cast_signed(),
        "gt_u" => left > right,
        op => unreachable!("{op} is in no loop"),
    }
}

/// Loops over counters that do and do not stay in bounds.
#[test]
fn counters() {
    let counts = [
        (0, 4, "ne", 256),
        (0, 4, "ne", 0),
        (0, 4, "ne", 4),
        (4, 4, "ne", 4),
        (0, 3, "ne", 10),
        (0xffff_ff00, 4, "ne", 0),
        (0xffff_ff00, 4, "ne", 64),
        (0xffff_ff00, 4, "lt_s", 0),
        (0xffff_fff0, 4, "lt_s", 16),
        (0xffff_fff0, 4, "lt_u", 16),
        (0, 1, "lt_u", 5),
        (10, 1, "lt_u", 5),
        (0, 0xffff_fffc, "gt_u", 16),
        (64, 0xffff_fffc, "gt_u", 16),
        (64, 0xffff_fffc, "ne", 0),
        (0x7fff_fff0, 8, "lt_s", 0x7fff_fff8),
        (0xffff_fff0, 8, "lt_u", 0xffff_fff8),
        (0, 16, "lt_u", 0xffff_fff8),
        (0, 0x8000_0000, "ne", 0),
        (0, 0x7000_0000, "lt_u", 0xffff_0000),
    ];
    let mut script = Script::default();
    for (first, step, op, limit) in counts {
        for base in [0, 16, 0xff00, 0xffff_ff00, 0xffff_fff0, 0xffff_0000, 0x7fff_ff00, 0x9000_0000] {
            for offset in [0, 16] {
                let body = format!(
                    "(local.set $i (i32.const {first:#x})) (loop $next \
                     (local.set $q (i32.add (i32.mul (local.get $q) (i32.const 3)) (i32.load8_u \
                     offset={offset} (i32.add (local.get $i) (i32.const {base:#x}))))) \
                     (br_if $next (i32.{op} (local.tee $i (i32.add (local.get $i) (i32.const {step:#x}))) \
                     (i32.const {limit:#x})))) (local.get $q)"
                );
                let model = |_, q| {
                    let (mut counter, mut sum): (u32, u32) = (first, q);
                    for _ in 0..MOST_ITERATIONS {
                        let loaded = load(counter.wrapping_add(base), offset, 1)?;
                        sum = sum.wrapping_mul(3).wrapping_add(loaded);
                        counter = counter.wrapping_add(step);
                        if !compare(counter, op, limit) {
                            return Some(sum);
                        }
                    }
                    unreachable!("every loop ends or leaves the memory")
                };
                script.add(&body, &[(0, 5)], model);
            }
        }
    }
    script.check("counters");
}

/// Loops whose counter goes from a negative number to zero, with several arrays at what is added to it; the
/// counter is the result as well.
#[test]
fn counters_to_zero() {
    const WAYS: &[&str] = &[
        "(br_if $next (local.tee $i {next}))",
        "(br_if $next (i32.ne (local.tee $i {next}) (i32.const 0)))",
        "(block $over (br_if $over (i32.eqz (local.tee $i {next}))) (br $next))",
        "(local.set $i {next}) (local.set $p (i32.xor (local.get $p) (local.get $i))) (br_if $next (local.get $i))",
    ];
    let counts: [(u32, u32); 7] =
        [(256, 4), (256, 16), (9, 3), (10, 3), (4, 4), (0x1_0000, 0x1000), (0x8000_0000, 0x4000_0000)];
    let mut script = Script::default();
    for (number, &(bytes, step)) in counts.iter().enumerate() {
        for (start, other) in [
            (0_u32, 0x100_u32),
            (1, 2),
            (0xff00, 0xfe00),
            (0xfff0, 16),
            (0xffff_ff00, 16),
            (0x7fff_ff00, 0x8000_0000),
        ] {
            let way = (number + start as usize) % WAYS.len();
            for (first, second) in [
                (bytes.wrapping_add(start), bytes.wrapping_add(other)),
                (bytes - 1, bytes.wrapping_add(other)),
                (bytes - 4, bytes),
                (start, other),
            ] {
                let offset = [0, 4, 0, 16][(number + way) % 4];
                let access = |base: u32| {
                    format!(
                        "(local.set $q (i32.add (i32.mul (local.get $q) (i32.const 3)) (i32.load8_u \
                         offset={offset} (i32.add (local.get $i) (i32.const {base:#x})))))"
                    )
                };
                let body = format!(
                    "(local.set $i (i32.sub (i32.const 0) (i32.const {bytes:#x}))) (loop $next {} {} {}) \
                     (i32.add (i32.add (local.get $q) (local.get $p)) (local.get $i))",
                    access(first),
                    access(second),
                    WAYS[way].replace("{next}", &format!("(i32.add (local.get $i) (i32.const {step:#x}))")),
                );
                script.add(&body, &[(0, 5), (7, 0)], |p, q| {
                    let (mut counter, mut flags, mut sum) = (0_u32.wrapping_sub(bytes), p, q);
                    for _ in 0..MOST_ITERATIONS {
                        for base in [first, second] {
                            let loaded = load(counter.wrapping_add(base), offset, 1)?;
                            sum = sum.wrapping_mul(3).wrapping_add(loaded);
                        }
                        counter = counter.wrapping_add(step);
                        flags ^= if way == 3 { counter } else { 0 };
                        if counter == 0 {
                            return Some(sum.wrapping_add(flags));
                        }
                    }
                    unreachable!("every loop ends or leaves the memory")
                });
            }
        }
    }
    script.check("to_zero");
}
