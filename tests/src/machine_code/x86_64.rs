//! System calls in the code of 64-bit x86.

use std::collections::BTreeMap;

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};

use super::{Function, Value};

/// The numbers of the system calls in a function.
pub(super) fn calls_in(
    function: &Function<'_>,
    _functions: &[Function<'_>],
    passed: &BTreeMap<u64, usize>,
) -> Vec<Value> {
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
