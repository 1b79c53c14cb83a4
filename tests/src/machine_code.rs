//! Which system calls are in the code of an executable: found by decoding its instructions.
//!
//! The number of a call is a constant in a register shortly before the instruction, or an argument of a
//! function that makes any call; those functions are found first. Only for x86-64.

use std::collections::{BTreeMap, BTreeSet};

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};
use wasiaot_compiler::link::LinkMap;

/// A function of the runtime: its address and its code.
#[derive(Debug)]
pub struct Function<'e> {
    /// Its name.
    pub name: String,
    address: u64,
    code: &'e [u8],
}

/// The functions of the runtime in an executable, by the link map.
///
/// # Panics
/// If the map does not fit the executable.
#[must_use]
pub fn runtime_functions<'e>(executable: &'e [u8], map: &LinkMap) -> Vec<Function<'e>> {
    let text = map.to_string();
    let mut functions = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let address = words.next().and_then(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok());
        let size = words.next().and_then(|word| word.parse::<u64>().ok());
        let (Some(address), Some(size)) = (address, size) else { continue };
        if line.contains("  section ") {
            in_code = line.ends_with(" .text");
        } else if in_code && words.next() == Some("runtime") && size > 0 {
            let start = file_offset(executable, address).expect("code is in the file");
            let code = &executable[start..start + usize::try_from(size).expect("files are small")];
            functions.push(Function { name: words.collect(), address, code });
        }
    }
    functions
}

/// Where in the file a byte of the process comes from, by the program headers.
fn file_offset(executable: &[u8], address: u64) -> Option<usize> {
    segments(executable).into_iter().find_map(|segment| {
        let distance =
            address.checked_sub(segment.address).filter(|&distance| distance < segment.file_size)?;
        usize::try_from(segment.offset + distance).ok()
    })
}

/// A program header.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// What it is: 1 is loaded, `0x6474_e551` says what the stack is like.
    pub kind: u32,
    /// Access: 1 execute, 2 write, 4 read.
    pub access: u32,
    offset: u64,
    address: u64,
    file_size: u64,
}

/// The program headers of an executable.
///
/// # Panics
/// If it is cut off.
#[must_use]
pub fn segments(executable: &[u8]) -> Vec<Segment> {
    let word = |at: usize| u32::from_le_bytes(executable[at..at + 4].try_into().expect("4 bytes"));
    let long = |at: usize| u64::from_le_bytes(executable[at..at + 8].try_into().expect("8 bytes"));
    let count = usize::from(u16::from_le_bytes([executable[56], executable[57]]));
    let starts = (0..count).map(|index| 64 + 56 * index);
    let read = |at| Segment {
        kind: word(at),
        access: word(at + 4),
        offset: long(at + 8),
        address: long(at + 16),
        file_size: long(at + 32),
    };
    starts.map(read).collect()
}

/// What is found in the code: numbers of calls, and functions that make each.
pub type Numbers = BTreeMap<u32, BTreeSet<String>>;

/// The numbers of all system calls in the code. `u32::MAX` stands for those that are not found out.
#[must_use]
pub fn system_calls(functions: &[Function<'_>]) -> Numbers {
    // Functions that are passed the number of a call: which of their arguments it is.
    let mut passed = BTreeMap::new();
    loop {
        let mut numbers = Numbers::new();
        let before = passed.len();
        for function in functions {
            for number in calls_in(function, &passed) {
                let number = match number {
                    Value::Constant(number) => number,
                    Value::Argument(index) => {
                        passed.insert(function.address, index);
                        continue;
                    }
                    Value::Unknown => u32::MAX,
                };
                numbers.entry(number).or_default().insert(function.name.clone());
            }
        }
        if passed.len() == before {
            return numbers;
        }
    }
}

/// What is known of a register's contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Unknown,
    Constant(u32),
    /// What the function was passed in this register.
    Argument(usize),
}

/// The numbers of the system calls in a function.
fn calls_in(function: &Function<'_>, passed: &BTreeMap<u64, usize>) -> Vec<Value> {
    let mut found = Vec::new();
    let mut known = Known::at_entry();
    for instruction in Decoder::with_ip(64, function.code, function.address, DecoderOptions::NONE) {
        match instruction.mnemonic() {
            Mnemonic::Syscall => {
                found.push(known.registers[RAX]);
                known.registers[RAX] = Value::Unknown;
            }
            Mnemonic::Call | Mnemonic::Jmp => {
                if let Some(&index) = passed.get(&instruction.near_branch_target()) {
                    found.push(known.registers[index]);
                }
                if instruction.mnemonic() == Mnemonic::Call {
                    CHANGED_BY_CALLS.iter().for_each(|&index| known.registers[index] = Value::Unknown);
                }
            }
            _ => known.follow(&instruction),
        }
    }
    found
}

// Numbers of registers.
const RAX: usize = 0;
const ARGUMENTS: [usize; 6] = [7, 6, 2, 1, 8, 9];
const CHANGED_BY_CALLS: [usize; 9] = [RAX, 1, 2, 6, 7, 8, 9, 10, 11];

/// What is known after the instructions so far, in the order of their addresses.
struct Known {
    registers: [Value; 16],
    stack: Vec<Value>,
}

impl Known {
    fn at_entry() -> Self {
        let mut registers = [Value::Unknown; 16];
        ARGUMENTS.iter().for_each(|&index| registers[index] = Value::Argument(index));
        Known { registers, stack: Vec::new() }
    }

    fn follow(&mut self, instruction: &Instruction) {
        match instruction.mnemonic() {
            Mnemonic::Push => {
                let value = self.operand(instruction, 0);
                self.stack.push(value);
                return;
            }
            Mnemonic::Cmp | Mnemonic::Test => return,
            _ => {}
        }
        if instruction.op_count() == 0 || instruction.op0_kind() != OpKind::Register {
            return;
        }
        let value = match instruction.mnemonic() {
            Mnemonic::Pop => self.stack.pop().unwrap_or(Value::Unknown),
            Mnemonic::Mov => self.operand(instruction, 1),
            Mnemonic::Xor if instruction.op0_register() == instruction.op1_register() => Value::Constant(0),
            _ => Value::Unknown,
        };
        if let Some(index) = number_of(instruction.op0_register()) {
            self.registers[index] = value;
        }
    }

    /// The value of an operand.
    fn operand(&self, instruction: &Instruction, operand: u32) -> Value {
        match instruction.op_kind(operand) {
            OpKind::Register => number_of(instruction.op_register(operand))
                .map_or(Value::Unknown, |index| self.registers[index]),
            OpKind::Memory => Value::Unknown,
            _ => Value::Constant(instruction.immediate(operand) as u32),
        }
    }
}

/// The number of a general register of 32 or 64 bits.
fn number_of(register: Register) -> Option<usize> {
    let from = |first: Register| (register as usize).checked_sub(first as usize).filter(|&index| index < 16);
    from(Register::EAX).or_else(|| from(Register::RAX))
}
