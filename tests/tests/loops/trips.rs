//! How often loops run: their counters begin and end close to where numbers wrap, with and without a sign.
//!
//! Each loop stores something in each iteration, one behind the other, so that memory tells how many there were.
//! Counters grow or fall by any amount, are compared in all ways, before or after they change, with limits that they
//! do not always reach, or only after they have wrapped. Some are the address of what is stored, and run off the memory.

use std::fmt::Write;
use std::path::Path;

use wasiaot_tests::random::Random;
use wasiaot_tests::{default_options, wast};

use crate::arithmetic::compare;
use crate::element::Element;
use crate::shape::pick;
use crate::{count_vectorized, is_slow, options};

/// Bytes of the memory.
const LEN: u32 = 1 << 16;

const HELPERS: &str = "
(func (export \"clear\") (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)))
(func (export \"hash\") (result i64) (local $at i32) (local $hash i64)
  (local.set $hash (i64.const 0x1234567))
  (loop $next
    (local.set $hash
      (i64.mul (i64.xor (local.get $hash) (i64.load (local.get $at))) (i64.const 0x100000001b3)))
    (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 65536))))
  (local.get $hash))";

/// Loops that go on for longer are not run.
const MOST: u32 = 1 << 17;

/// A loop that counts.
#[derive(Clone, Debug)]
struct Trip {
    step: i32,
    op: &'static str,
    /// What is added to the counter to compare it.
    ahead: i32,
    /// Whether the limit is on the left.
    swapped: bool,
    /// Whether the loop goes on if the comparison does not hold.
    opposite: bool,
    /// What the counter begins with and what it is compared with, if these are constants.
    fixed: [Option<u32>; 2],
    /// Whether what is stored is at the counter.
    is_address: bool,
    /// What is stored: low bytes of the counter.
    bytes: u32,
}

/// What a loop is called with.
#[derive(Clone, Debug)]
struct Call {
    start: u32,
    limit: u32,
    at: u32,
}

/// A number close to where numbers begin and end, with a sign or without one.
fn edge(random: &mut Random) -> u32 {
    let near = (random.below(600) as u32).wrapping_sub(300);
    pick(random, &[0u32, 0, 1 << 31, 1 << 16]).wrapping_add(near)
}

impl Trip {
    fn random(random: &mut Random) -> Self {
        let steps = [1, 1, 2, 3, 4, 5, 8, 12, 64, 4096, 4097, 0x4000_0000];
        let step = pick(random, &steps) * pick(random, &[1, -1]);
        let bytes: i32 = pick(random, &[1, 2, 4]);
        let ops = ["ne", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u", "eq"];
        let is_address = random.below(4) == 0;
        Self {
            step: if is_address { bytes * pick(random, &[1, 1, -1]) } else { step },
            op: pick(random, &ops),
            ahead: pick(random, &[0, 0, -step, step, 1, -1]),
            swapped: random.below(2) == 0,
            opposite: random.below(4) == 0,
            fixed: std::array::from_fn(|_| (random.below(4) == 0).then(|| edge(random))),
            is_address,
            bytes: bytes.cast_unsigned(),
        }
    }

    fn function(&self, number: usize) -> String {
        let Self { step, ahead, bytes, .. } = self;
        let number_of = |place: usize, name: &str| match self.fixed[place] {
            Some(constant) => format!("(i32.const {constant})"),
            None => format!("(local.get {name})"),
        };
        let (start, limit) = (number_of(0, "$start"), number_of(1, "$limit"));
        let compared = format!("(i32.add (local.get $i) (i32.const {ahead}))");
        let [left, right] = if self.swapped { [&limit, &compared] } else { [&compared, &limit] };
        let mut condition = format!("(i32.{} {left} {right})", self.op);
        if self.opposite {
            condition = format!("(i32.eqz {condition})");
        }
        let store = ["i32.store8", "i32.store16", "i32.store"][bytes.ilog2() as usize];
        let address = if self.is_address { "$i" } else { "$at" };
        format!(
            "(func $trip{number} (export \"trip{number}\") (param $start i32) (param $limit i32) (param $at i32) (result i32) \
             (local $i i32) (local.set $i {start}) (loop $next \
             ({store} (local.get {address}) (i32.add (local.get $i) (i32.const 0x01010101))) \
             (local.set $at (i32.add (local.get $at) (i32.const {bytes}))) \
             (local.set $i (i32.add (local.get $i) (i32.const {step}))) \
             (br_if $next {condition})) (i32.add (local.get $i) (i32.mul (local.get $at) (i32.const 3))))"
        )
    }

    /// What a call returns, or whether it traps; `None` if it takes long.
    fn run(&self, call: &Call, memory: &mut [u8]) -> Option<Result<u32, ()>> {
        let mut i = self.fixed[0].unwrap_or(call.start);
        let limit = self.fixed[1].unwrap_or(call.limit);
        let mut at = call.at;
        for _ in 0..MOST {
            let address = if self.is_address { i } else { at } as usize;
            let Some(stored) = memory.get_mut(address..address + self.bytes as usize) else {
                return Some(Err(()));
            };
            let value = i.wrapping_add(0x0101_0101).to_le_bytes();
            stored.copy_from_slice(&value[..self.bytes as usize]);
            at = at.wrapping_add(self.bytes);
            i = i.wrapping_add_signed(self.step);
            let compared = u64::from(i.wrapping_add_signed(self.ahead));
            let limit = u64::from(limit);
            let [left, right] = if self.swapped { [limit, compared] } else { [compared, limit] };
            if compare(Element::I32, self.op, left, right) == self.opposite {
                return Some(Ok(i.wrapping_add(at.wrapping_mul(3))));
            }
        }
        None
    }

    fn call(&self, random: &mut Random) -> Call {
        let start = if self.is_address { random.below(LEN as usize) as u32 } else { edge(random) };
        let distance =
            self.step.wrapping_mul(random.below(80) as i32 - 4).wrapping_add(random.below(3) as i32 - 1);
        let from = self.fixed[0].unwrap_or(start);
        let limit = if random.below(3) == 0 { edge(random) } else { from.wrapping_add_signed(distance) };
        let at = pick(random, &[0, 4, 1000, LEN - 64, LEN - 3]) + random.below(8) as u32;
        Call { start, limit, at }
    }
}

/// What a memory's bytes come to.
fn hash(memory: &[u8]) -> u64 {
    memory.chunks(8).fold(0x123_4567, |hash, word| {
        let word = u64::from_le_bytes(word.try_into().expect("the memory is whole words"));
        (hash ^ word).wrapping_mul(0x100_0000_01b3)
    })
}

/// A module of these loops, in one line.
fn module(trips: &[Trip], more: &str) -> String {
    let functions: String = trips.iter().enumerate().map(|(number, trip)| trip.function(number)).collect();
    format!("(module (memory 1 1) {HELPERS} {functions} {more})").replace('\n', " ")
}

/// Commands for the calls of a loop, each a line, and how many of them end and trap.
fn commands(number: usize, trip: &Trip, random: &mut Random) -> (String, [usize; 2]) {
    let (mut text, mut ends) = (String::new(), [0, 0]);
    for _ in 0..8 {
        let call = trip.call(random);
        let mut memory = vec![0; LEN as usize];
        let Some(result) = trip.run(&call, &mut memory) else { continue };
        let Call { start, limit, at } = call;
        let invoke =
            format!("(invoke \"trip{number}\" (i32.const {start}) (i32.const {limit}) (i32.const {at}))");
        let assertion = match result {
            Ok(number) => format!("(assert_return {invoke} (i32.const {number}))"),
            Err(()) => format!("(assert_trap {invoke} \"out of bounds memory access\")"),
        };
        ends[usize::from(result.is_err())] += 1;
        let hash = hash(&memory);
        let _ = write!(
            text,
            "(invoke \"clear\")\n{assertion}\n(assert_return (invoke \"hash\") (i64.const {hash}))\n"
        );
    }
    (text, ends)
}

#[test]
fn random_trips() {
    let mut random = Random::new(7);
    let trips: Vec<Trip> =
        (0..if is_slow() { 6000 } else { 200 }).map(|_| Trip::random(&mut random)).collect();
    let mut text = module(&trips, "");
    text.push('\n');
    let [mut ended, mut trapped] = [0, 0];
    for (number, trip) in trips.iter().enumerate() {
        let (commands, ends) = commands(number, trip, &mut random);
        text.push_str(&commands);
        [ended, trapped] = [ended + ends[0], trapped + ends[1]];
    }
    assert!(ended > trips.len() && trapped > trips.len() / 2, "{ended} ended, {trapped} trapped");
    for options in options("trips.wat") {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let outcome = wast::run(&text, "loops-trips", &options, folder).expect("the script itself is fine");
        let command = |line: u32| text.lines().nth(line as usize - 1).unwrap_or_default();
        let failed: Vec<String> = outcome
            .failures
            .iter()
            .take(3)
            .map(|(&line, message)| format!("{}: {message}", command(line)))
            .collect();
        assert!(failed.is_empty(), "{}: {}", options.cpu.name, failed.join("\n"));
    }
}

/// Of those with `eq`, none is, and of those with large steps.
#[test]
fn many_are_vectorized() {
    let mut random = Random::new(7);
    let trips: Vec<Trip> = (0..200).map(|_| Trip::random(&mut random)).collect();
    let zero = "(i32.const 0)";
    let calls: String =
        (0..trips.len()).map(|number| format!("(drop (call $trip{number} {zero} {zero} {zero}))")).collect();
    let text = module(&trips, &format!("(func (export \"_start\") {calls})"));
    let wasm = wat::parse_str(text).expect("the module is valid text");
    let mut options = default_options("trips.wat");
    options.passes.change("-inline").expect("the pass exists");
    let count = count_vectorized(&wasm, &options);
    assert!(count >= 60, "only {count} of {} loops are vectorized", trips.len());
}
