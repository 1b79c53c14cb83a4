//! Rules → the instructions of a seccomp filter, in classic BPF.
//!
//! Installing a filter, the kernel runs it once for every system call that exists, to remember those that
//! it allows whatever their arguments are; these cost next to nothing later. So what counts is the mean
//! number of steps over all numbers: a chain of comparisons takes 180 µs to install for 60 calls. Here the
//! numbers are divided in a tree that is the best there is for that (by dynamic programming), which takes
//! a few steps. Calls with conditions have their code behind the tree.
//!
//! ```text
//! load the architecture; another one is refused
//! load the number; the tree leads to `allow`, `refuse` or the conditions of one call
//! conditions: load an argument, compare, refuse or go on
//! allow
//! refuse
//! ```

use std::collections::BTreeSet;

use wasiaot_abi::context::{FILTER_INSTRUCTIONS_MAX, OWN_PROCESS};
use wasiaot_targets::{Arch, Target};

use super::{Condition, Rules};
use crate::options::Harden;

/// One instruction: `struct sock_filter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    pub(super) code: u16,
    pub(super) if_true: u8,
    pub(super) if_false: u8,
    pub(super) operand: u32,
}

// Codes of instructions, and where in `struct seccomp_data` what they load is.
pub(super) const LOAD: u16 = 0x20;
pub(super) const JUMP_IF_EQUAL: u16 = 0x15;
pub(super) const JUMP_IF_AT_LEAST: u16 = 0x35;
pub(super) const JUMP_IF_ANY_BIT: u16 = 0x45;
pub(super) const RETURN: u16 = 0x06;
pub(super) const NUMBER_OFFSET: u32 = 0;
pub(super) const ARCHITECTURE_OFFSET: u32 = 4;
pub(super) const ARGUMENTS_OFFSET: u32 = 16;

// What a filter returns.
pub(super) const ALLOW: u32 = 0x7fff_0000;
/// A signal, whose handler names the call: the runtime lacks a line in its lists.
const REFUSE_WITH_SIGNAL: u32 = 0x0003_0000;
/// The end of the process, without a word.
const REFUSE_AND_KILL: u32 = 0x8000_0000;

/// No kernel has as many calls: a bound for what the mean is taken over.
const NUMBERS: u32 = 512;

/// The filter for rules, as the executable holds it.
pub(crate) fn assemble(rules: &Rules, target: &Target, harden: Harden) -> Vec<u8> {
    let bytes = instructions(rules, target, harden).into_iter().flat_map(|instruction| {
        let Instruction { code, if_true, if_false, operand } = instruction;
        let jumps = u16::from_le_bytes([if_true, if_false]);
        (u64::from(operand) << 32 | u64::from(jumps) << 16 | u64::from(code)).to_le_bytes()
    });
    bytes.collect()
}

/// The number of a call, if the architecture has it.
fn number(call: wasiaot_abi::calls::Call, arch: Arch) -> Option<u32> {
    match arch {
        Arch::X86_64 => Some(call.x86_64()),
        Arch::Aarch64 => call.aarch64(),
    }
}

/// The instructions for rules.
pub(super) fn instructions(rules: &Rules, target: &Target, harden: Harden) -> Vec<Instruction> {
    let mut assembler = Assembler::default();
    let next = assembler.label();
    assembler.load(ARCHITECTURE_OFFSET);
    assembler.jump(JUMP_IF_EQUAL, target.audit_architecture, next, REFUSED);
    assembler.bind(next);
    assembler.load(NUMBER_OFFSET);

    let mut numbered: Vec<_> =
        rules.iter().filter_map(|(&call, rule)| Some((number(call, target.arch)?, rule))).collect();
    numbered.sort_unstable_by_key(|&(number, _)| number);
    let mut conditional = Vec::new();
    let mut leaves = Vec::new();
    for (number, alternatives) in numbered {
        let target = if alternatives.contains(&Vec::new()) {
            ALLOWED
        } else {
            let label = assembler.label();
            conditional.push((label, alternatives));
            label
        };
        leaves.push((number, target));
    }
    Tree::new(&ranges(&leaves)).emit(&mut assembler);
    for (label, alternatives) in conditional {
        assembler.bind(label);
        assembler.alternatives(alternatives);
    }
    let refusal = match harden {
        Harden::Strict => REFUSE_AND_KILL,
        Harden::Default | Harden::Off => REFUSE_WITH_SIGNAL,
    };
    assembler.finish(refusal)
}

/// Consecutive numbers that lead to the same place.
#[derive(Clone, Copy, Debug)]
struct Range {
    start: u32,
    end: u32,
    target: Label,
}

/// All numbers as ranges, from those that are not refused.
fn ranges(leaves: &[(u32, Label)]) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    let mut add = |start, end, target| match ranges.last_mut() {
        Some(last) if last.target == target => last.end = end,
        _ if start < end => ranges.push(Range { start, end, target }),
        _ => {}
    };
    let mut next = 0;
    for &(number, target) in leaves {
        add(next, number, REFUSED);
        add(number, number + 1, target);
        next = number + 1;
    }
    add(next, NUMBERS.max(next + 1), REFUSED);
    ranges
}

/// How some ranges are told apart.
#[derive(Clone, Copy, Debug)]
enum Split {
    /// They all lead to the same place.
    None,
    /// The one in the middle is a single number, and the others lead to the same place.
    Single,
    /// By comparison with the start of this range.
    At(usize),
}

/// The best division of ranges: for each part of them, its cost and how it begins.
struct Tree<'r> {
    ranges: &'r [Range],
    /// For the ranges from the first index to before the second.
    best: Vec<Vec<(u32, Split)>>,
}

impl<'r> Tree<'r> {
    fn new(ranges: &'r [Range]) -> Self {
        let count = ranges.len();
        let mut tree = Tree { ranges, best: vec![vec![(0, Split::None); count + 1]; count] };
        for len in 2..=count {
            for from in 0..=count - len {
                tree.best[from][from + len] = tree.choose(from, from + len);
            }
        }
        tree
    }

    fn choose(&self, from: usize, to: usize) -> (u32, Split) {
        let part = &self.ranges[from..to];
        let width = part[part.len() - 1].end - part[0].start;
        if let [before, single, after] = part
            && before.target == after.target
            && single.end - single.start == 1
        {
            return (width, Split::Single);
        }
        let splits = (from + 1..to).map(|at| (self.best[from][at].0 + self.best[at][to].0, at));
        let (cost, at) = splits.min().expect("there are two ranges at least");
        (width + cost, Split::At(at))
    }

    fn emit(&self, assembler: &mut Assembler) {
        self.emit_part(0, self.ranges.len(), assembler);
    }

    fn emit_part(&self, from: usize, to: usize, assembler: &mut Assembler) {
        match self.best[from][to].1 {
            // Only if there is nothing to tell apart at all: the tree leads there otherwise.
            Split::None => {
                assembler.jump(JUMP_IF_EQUAL, 0, self.ranges[from].target, self.ranges[from].target)
            }
            Split::Single => {
                let (single, others) = (self.ranges[from + 1], self.ranges[from].target);
                assembler.jump(JUMP_IF_EQUAL, single.start, single.target, others);
            }
            Split::At(at) => {
                let (low, high) = (self.target(from, at, assembler), self.target(at, to, assembler));
                assembler.jump(JUMP_IF_AT_LEAST, self.ranges[at].start, high, low);
                for (label, from, to) in [(low, from, at), (high, at, to)] {
                    if !matches!(self.best[from][to].1, Split::None) {
                        assembler.bind(label);
                        self.emit_part(from, to, assembler);
                    }
                }
            }
        }
    }

    /// Where a part begins.
    fn target(&self, from: usize, to: usize, assembler: &mut Assembler) -> Label {
        match self.best[from][to].1 {
            Split::None => self.ranges[from].target,
            Split::Single | Split::At(_) => assembler.label(),
        }
    }
}

/// A place in the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Label(usize);

const ALLOWED: Label = Label(0);
const REFUSED: Label = Label(1);

/// Instructions with labels as targets.
struct Assembler {
    /// Code, operand, and where to go on: next if there is nothing.
    instructions: Vec<(u16, u32, Option<[Label; 2]>)>,
    /// Where labels are.
    places: Vec<usize>,
}

impl Default for Assembler {
    fn default() -> Self {
        // `ALLOWED` and `REFUSED` are bound at the end.
        Assembler { instructions: Vec::new(), places: vec![usize::MAX; 2] }
    }
}

impl Assembler {
    fn label(&mut self) -> Label {
        self.places.push(usize::MAX);
        Label(self.places.len() - 1)
    }

    fn bind(&mut self, label: Label) {
        self.places[label.0] = self.instructions.len();
    }

    fn load(&mut self, offset: u32) {
        self.instructions.push((LOAD, offset, None));
    }

    fn jump(&mut self, code: u16, operand: u32, if_true: Label, if_false: Label) {
        self.instructions.push((code, operand, Some([if_true, if_false])));
    }

    /// Allows if all conditions of one alternative hold.
    fn alternatives(&mut self, alternatives: &BTreeSet<Vec<Condition>>) {
        let mut rest = alternatives.iter().peekable();
        while let Some(conditions) = rest.next() {
            let otherwise = if rest.peek().is_some() { self.label() } else { REFUSED };
            let mut left = conditions.iter().peekable();
            while let Some(condition) = left.next() {
                let holds = if left.peek().is_some() { self.label() } else { ALLOWED };
                self.condition(condition, holds, otherwise);
                if holds != ALLOWED {
                    self.bind(holds);
                }
            }
            if otherwise != REFUSED {
                self.bind(otherwise);
            }
        }
    }

    fn condition(&mut self, condition: &Condition, holds: Label, otherwise: Label) {
        let (Condition::OneOf(index, _)
        | Condition::Without(index, _)
        | Condition::With(index, _)
        | Condition::OwnProcess(index)) = *condition;
        self.load(ARGUMENTS_OFFSET + 8 * u32::from(index));
        match condition {
            Condition::OneOf(_, numbers) => {
                let mut left = numbers.iter().peekable();
                while let Some(&number) = left.next() {
                    let next = if left.peek().is_some() { self.label() } else { otherwise };
                    self.jump(JUMP_IF_EQUAL, number, holds, next);
                    if next != otherwise {
                        self.bind(next);
                    }
                }
            }
            Condition::Without(_, bits) => self.jump(JUMP_IF_ANY_BIT, *bits, otherwise, holds),
            Condition::With(_, bits) => {
                assert!(bits.is_power_of_two(), "the comparison is with any bit");
                self.jump(JUMP_IF_ANY_BIT, *bits, holds, otherwise);
            }
            Condition::OwnProcess(_) => self.jump(JUMP_IF_EQUAL, OWN_PROCESS, holds, otherwise),
        }
    }

    fn finish(mut self, refusal: u32) -> Vec<Instruction> {
        for (label, result) in [(ALLOWED, ALLOW), (REFUSED, refusal)] {
            self.bind(label);
            self.instructions.push((RETURN, result, None));
        }
        assert!(self.instructions.len() <= FILTER_INSTRUCTIONS_MAX);
        let places = self.places;
        let resolve = |(at, (code, operand, targets)): (usize, (u16, u32, Option<[Label; 2]>))| {
            let jump = |label: Label| {
                let distance = places[label.0].checked_sub(at + 1).expect("filters only go forward");
                u8::try_from(distance).expect("filters are shorter than a jump")
            };
            let [if_true, if_false] = targets.map_or([0, 0], |targets| targets.map(jump));
            Instruction { code, if_true, if_false, operand }
        };
        self.instructions.into_iter().enumerate().map(resolve).collect()
    }
}
