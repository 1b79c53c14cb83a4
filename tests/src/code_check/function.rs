//! One function: its blocks, the states at their starts, and the check of every instruction.

use std::collections::{BTreeMap, BTreeSet};

use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpAccess, OpKind, Register};

use crate::code_check::Findings;
use crate::code_check::handlers::Handlers;
use crate::code_check::regions::Reason;
use crate::code_check::state::{RSP, State};
use crate::code_check::transfer::{Machine, PRESERVED, RBP, negated};
use crate::code_check::value::{Interval, Kind, Origin, Place};

/// Bytes above the return address that may be arguments and results of a function.
const ARGUMENTS_BYTES: i64 = 1 << 20;

/// A function that is read.
pub(crate) struct Function<'a> {
    name: &'a str,
    start: u64,
    code: &'a [u8],
    /// Where functions start, sorted.
    functions: &'a [u64],
    handlers: &'a Handlers,
    machine: Machine<'a>,
    /// What is known where blocks start.
    blocks: BTreeMap<u64, Block>,
    /// Blocks whose state has changed.
    pending: BTreeSet<u64>,
    /// The jumps through tables, and where they lead.
    tables: BTreeMap<u64, Vec<u64>>,
    /// Which bytes are accounted for: instructions that were read, and data that they read.
    read: Vec<bool>,
    /// The last instructions before the one that is looked at, for messages.
    before: Vec<Instruction>,
}

/// Where a path to a block comes from: the address of the instruction that leads there, and whether by its jump.
type Source = (u64, bool);

/// What is known where a block starts.
struct Block {
    state: State,
    /// How often it has changed.
    changes: u32,
    /// What was known last on each path, as long as there is hope that it becomes final soon.
    paths: BTreeMap<Source, State>,
}

/// How often a block with several paths may change before what was known earlier is kept as well, which makes sure
/// that it becomes final. Earlier is less: a first round through a loop knows the counter's value.
const CHANGES_WITHOUT_MEMORY: u32 = 6;

/// How many instructions a message shows before the one that it is about.
const SHOWN_BEFORE: usize = 8;

impl<'a> Function<'a> {
    pub(crate) fn new(
        name: &'a str,
        code: &'a [u8],
        functions: &'a [u64],
        handlers: &'a Handlers,
        machine: Machine<'a>,
    ) -> Self {
        Self {
            name,
            start: machine.code.start,
            code,
            functions,
            handlers,
            machine,
            blocks: BTreeMap::new(),
            pending: BTreeSet::new(),
            tables: BTreeMap::new(),
            read: vec![false; code.len()],
            before: Vec::new(),
        }
    }

    /// Computes the states, then looks at every instruction once with what is known there.
    pub(crate) fn check(mut self, findings: &mut Findings) {
        let entry = State::entry(&mut self.machine.values);
        self.arrive(self.start, (0, false), entry);
        while let Some(block) = self.pending.pop_first() {
            self.walk(block, None);
        }
        findings.functions += 1;
        let blocks: Vec<u64> = self.blocks.keys().copied().collect();
        for block in blocks {
            self.walk(block, Some(findings));
        }
        // Padding before constants is zero.
        findings.unreached_bytes +=
            self.read.iter().zip(self.code).filter(|&(&read, &byte)| !read && byte != 0).count();
    }

    fn mark(&mut self, address: u64, len: u64) {
        let start = usize::try_from(address - self.start).expect("the caller has checked");
        let len = usize::try_from(len).expect("the caller has checked");
        self.read[start..start + len].fill(true);
    }

    fn contains(&self, address: u64) -> bool {
        (self.start..self.start + self.code.len() as u64).contains(&address)
    }

    /// Notes a path to a block.
    fn arrive(&mut self, address: u64, source: Source, state: State) {
        if state.impossible {
            return;
        }
        let Some(block) = self.blocks.get_mut(&address) else {
            let paths = BTreeMap::from([(source, state.clone())]);
            // The block before may have been followed through this address.
            if let Some((&before, _)) = self.blocks.range(..address).next_back() {
                self.pending.insert(before);
            }
            self.blocks.insert(address, Block { state, changes: 0, paths });
            self.pending.insert(address);
            return;
        };
        let values = &mut self.machine.values;
        let is_single = block.paths.len() == 1 && block.paths.contains_key(&source);
        let has_changed = if is_single || block.changes < CHANGES_WITHOUT_MEMORY {
            block.paths.insert(source, state);
            let mut paths = block.paths.values();
            let mut joined = paths.next().expect("one was just added").clone();
            for path in paths {
                joined.meet(values, path, address, 0);
            }
            let has_changed = joined != block.state;
            block.state = joined;
            has_changed
        } else {
            block.paths.clear();
            block.state.meet(values, &state, address, block.changes)
        };
        if has_changed {
            block.changes += 1;
            self.pending.insert(address);
        }
    }

    /// Follows a block to its end. With `findings`, notes what the instructions do; without, what is
    /// known where the block leads.
    fn walk(&mut self, block: u64, mut findings: Option<&mut Findings>) {
        let mut state = self.blocks[&block].state.clone();
        let offset = usize::try_from(block - self.start).expect("blocks are in the function");
        let mut decoder = Decoder::with_ip(64, &self.code[offset..], block, DecoderOptions::NONE);
        let mut after_call = false;
        loop {
            let instruction = decoder.decode();
            if let Some(findings) = findings.as_deref_mut() {
                self.look(&state, &instruction, findings);
            }
            match instruction.flow_control() {
                // Callees remove their stack arguments; the caller makes room for the next ones again.
                FlowControl::Next if after_call && is_sub_of_stack_pointer(&instruction) => {}
                FlowControl::Next => self.machine.apply(&mut state, &instruction),
                FlowControl::Call | FlowControl::IndirectCall => {
                    self.machine.apply_call(&mut state, &instruction);
                    self.catch(&state, &instruction, findings.as_deref_mut());
                }
                FlowControl::ConditionalBranch => {
                    self.branch(&state, &instruction, findings.is_some());
                    let condition = negated(instruction.condition_code());
                    let comparison = state.comparison;
                    self.machine.assume(&mut state, comparison, condition);
                }
                FlowControl::UnconditionalBranch => {
                    let target = instruction.near_branch_target();
                    if self.contains(target) && findings.is_none() {
                        self.arrive(target, (instruction.ip(), true), state);
                    }
                    return;
                }
                FlowControl::IndirectBranch => {
                    if findings.is_none() {
                        self.jump(&state, &instruction);
                    }
                    return;
                }
                _ => return,
            }
            after_call = matches!(instruction.flow_control(), FlowControl::Call | FlowControl::IndirectCall);
            let next = decoder.ip();
            // Another block starts here: its own walk goes on.
            if self.blocks.contains_key(&next) || instruction.flow_control() == FlowControl::ConditionalBranch
            {
                if findings.is_none() {
                    self.arrive(next, (instruction.ip(), false), state);
                }
                return;
            }
            if !self.contains(next) {
                if let Some(findings) = findings {
                    findings.problems.push(format!("{}: runs past its end", self.name));
                }
                return;
            }
        }
    }

    /// The path on which a conditional jump is taken.
    fn branch(&mut self, state: &State, instruction: &Instruction, settled: bool) {
        if settled {
            return;
        }
        let mut taken = state.clone();
        let comparison = state.comparison;
        self.machine.assume(&mut taken, comparison, instruction.condition_code());
        self.arrive(instruction.near_branch_target(), (instruction.ip(), true), taken);
    }

    /// The paths from a call to the handlers of what is thrown in it.
    fn catch(&mut self, state: &State, call: &Instruction, findings: Option<&mut Findings>) {
        let Some(landings) = self.handlers.landings.get(&call.next_ip()) else { return };
        let keeps_registers = self.handlers.saved_by(self.start).is_some();
        let mut problems = Vec::new();
        for landing in landings {
            match self.machine.caught(state, call, landing.distance, keeps_registers) {
                Some(caught) if self.contains(landing.address) && findings.is_none() => {
                    self.arrive(landing.address, (call.ip(), true), caught);
                }
                Some(_) if self.contains(landing.address) => {}
                _ => problems.push(format!("{}: {landing:x?} of the call at {:#x}", self.name, call.ip())),
            }
        }
        if let Some(findings) = findings {
            findings.landings += landings.len();
            findings.problems.extend(problems);
        }
    }

    /// The paths of a jump through a table; none if it is not understood, which `look` reports.
    fn jump(&mut self, state: &State, instruction: &Instruction) {
        let Some(targets) = self.targets(state, instruction) else { return };
        for &target in &targets {
            self.arrive(target, (instruction.ip(), true), state.clone());
        }
        self.tables.insert(instruction.ip(), targets);
    }

    /// Where a jump through a table leads: `table + offset`, with the offset loaded from the same table.
    fn targets(&self, state: &State, instruction: &Instruction) -> Option<Vec<u64>> {
        let values = &self.machine.values;
        let register = instruction.op_register(0).full_register();
        let target = state.registers[register.number()];
        let Kind::Plus(offset, base) = values.kind(target) else { return None };
        let Kind::JumpOffset(table, last) = values.kind(offset) else { return None };
        if base.cast_unsigned() != table {
            return None;
        }
        let mut targets = BTreeSet::new();
        for index in 0..=last {
            let at = usize::try_from((table + 4 * index).checked_sub(self.start)?).ok()?;
            let bytes = self.code.get(at..at + 4)?;
            let offset = i32::from_le_bytes(bytes.try_into().expect("four bytes"));
            let target = table.wrapping_add_signed(offset.into());
            if !self.contains(target) {
                return None;
            }
            targets.insert(target);
        }
        Some(targets.into_iter().collect())
    }

    /// Checks one instruction.
    fn look(&mut self, state: &State, instruction: &Instruction, findings: &mut Findings) {
        findings.instructions += 1;
        if instruction.is_invalid() {
            findings.problems.push(format!("{} at {:#x}: no instruction", self.name, instruction.ip()));
            return;
        }
        self.mark(instruction.ip(), instruction.len() as u64);
        if self.before.len() > SHOWN_BEFORE {
            self.before.remove(0);
        }
        self.before.push(*instruction);
        self.look_at_memory(state, instruction, findings);
        self.look_at_control(state, instruction, findings);
    }

    fn look_at_memory(&mut self, state: &State, instruction: &Instruction, findings: &mut Findings) {
        let accesses: Vec<(bool, u64)> = self
            .machine
            .info
            .info(instruction)
            .used_memory()
            .iter()
            .filter(|used| !matches!(used.access(), OpAccess::NoMemAccess | OpAccess::None))
            .map(|used| {
                let writes = !matches!(used.access(), OpAccess::Read | OpAccess::CondRead);
                (writes, used.memory_size().size() as u64)
            })
            .collect();
        let has_operand =
            (0..instruction.op_count()).any(|index| instruction.op_kind(index) == OpKind::Memory);
        if !has_operand || instruction.mnemonic() == Mnemonic::Lea {
            return;
        }
        for (writes, width) in accesses {
            match self.reason(state, instruction, width, writes) {
                Some(reason) => *findings.operands.entry(reason).or_default() += 1,
                None => self.problem(state, instruction, findings),
            }
        }
    }

    fn reason(
        &mut self,
        state: &State,
        instruction: &Instruction,
        width: u64,
        writes: bool,
    ) -> Option<Reason> {
        if instruction.has_segment_prefix() {
            return None;
        }
        let address = self.machine.address(state, instruction);
        if instruction.memory_base() == Register::RIP {
            let address = instruction.memory_displacement64();
            let inside = self.contains(address) && address + width <= self.start + self.code.len() as u64;
            if inside {
                self.mark(address, width);
            }
            return (inside && !writes).then_some(Reason::Pool);
        }
        let values = &self.machine.values;
        let bounds = state.interval(values, address);
        if self.contains(bounds.low) && bounds.high < self.machine.code.end && !writes {
            let inside = bounds.high + width <= self.machine.code.end;
            if inside {
                self.mark(bounds.low, bounds.high + width - bounds.low);
            }
            return inside.then_some(Reason::Pool);
        }
        if let Kind::Stack(offset) = values.kind(address) {
            let Kind::Stack(top) = values.kind(state.registers[RSP]) else { return None };
            return (offset >= top && offset < ARGUMENTS_BYTES).then_some(Reason::Stack);
        }
        self.machine.regions.reason(values, state, address, width, writes)
    }

    fn look_at_control(&mut self, state: &State, instruction: &Instruction, findings: &mut Findings) {
        let leaves = match instruction.flow_control() {
            FlowControl::Return => true,
            FlowControl::UnconditionalBranch => !self.contains(instruction.near_branch_target()),
            FlowControl::IndirectBranch => !self.tables.contains_key(&instruction.ip()),
            _ => false,
        };
        if leaves && !self.is_as_at_entry(state) {
            self.problem(state, instruction, findings);
        }
        let calls = matches!(instruction.flow_control(), FlowControl::Call | FlowControl::IndirectCall);
        if calls && !self.keeps_for_caller(state) {
            self.problem(state, instruction, findings);
        }
        match instruction.flow_control() {
            FlowControl::Call | FlowControl::UnconditionalBranch | FlowControl::ConditionalBranch => {
                let target = instruction.near_branch_target();
                let is_call = instruction.flow_control() == FlowControl::Call;
                let leads_out = is_call || !self.contains(target);
                if leads_out && self.functions.binary_search(&target).is_err() {
                    self.problem(state, instruction, findings);
                }
            }
            FlowControl::IndirectBranch if self.tables.contains_key(&instruction.ip()) => findings.jumps += 1,
            // A tail call: what is called is decided as for calls.
            FlowControl::IndirectCall | FlowControl::IndirectBranch => {
                let register = instruction.op_register(0).full_register();
                let kind = (instruction.op_kind(0) == OpKind::Register)
                    .then(|| self.machine.values.kind(state.registers[register.number()]));
                match kind {
                    Some(Kind::EntryCode(entry)) if state.signed.contains(&entry) => {
                        findings.table_calls += 1
                    }
                    Some(Kind::Low32(_)) => findings.reference_calls += 1,
                    _ => self.problem(state, instruction, findings),
                }
            }
            _ => {}
        }
    }

    /// Whether an exception that leaves the function in a call finds what the caller relies on: in the places
    /// that the tables name, or else in the registers.
    fn keeps_for_caller(&self, state: &State) -> bool {
        let Some(saved) = self.handlers.saved_by(self.start) else { return true };
        let Kind::Stack(frame) = self.machine.values.kind(state.registers[usize::from(RBP)]) else {
            return false;
        };
        PRESERVED.iter().filter(|&&number| number != RBP).all(|&number| {
            let held = match saved.iter().find(|register| register.number == number) {
                Some(register) => state.get(Place::Slot(frame - 8 * i64::from(register.words_below_frame))),
                None => Some(state.registers[usize::from(number)]),
            };
            held.is_some_and(|id| self.machine.values.kind(id) == Kind::Opaque(Origin::Entry(number)))
        })
    }

    /// Whether the registers that the caller relies on are what they were.
    fn is_as_at_entry(&self, state: &State) -> bool {
        PRESERVED.iter().all(|&number| {
            let held = self.machine.values.kind(state.registers[usize::from(number)]);
            held == Kind::Opaque(Origin::Entry(number))
        })
    }

    fn problem(&mut self, state: &State, instruction: &Instruction, findings: &mut Findings) {
        let address = self.machine.address(state, instruction);
        let shown: Vec<String> = self.before.iter().map(ToString::to_string).collect();
        let Interval { low, high } = state.interval(&self.machine.values, address);
        findings.problems.push(format!(
            "{} at {:#x}: {} (the operand's address is {:?}, {low:#x} to {high:#x})",
            self.name,
            instruction.ip(),
            shown.join("; "),
            self.machine.values.kind(address),
        ));
    }
}

fn is_sub_of_stack_pointer(instruction: &Instruction) -> bool {
    instruction.mnemonic() == Mnemonic::Sub
        && instruction.op_kind(0) == OpKind::Register
        && instruction.op_register(0) == Register::RSP
}
