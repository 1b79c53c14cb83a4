//! System calls in the code of 64-bit Arm.
//!
//! Instructions are told apart by the groups of the Arm Architecture Reference Manual, C4.1. Of those that
//! are not listed here it is enough to know which register they write.

use std::collections::BTreeMap;

use super::{Function, Value};

/// The register that holds the number of a call.
const NUMBER: usize = 8;

/// The registers that pass arguments: from the first on, and as many as these.
const ARGUMENTS: usize = 8;

/// The registers that a call may change, but for the link register: from the first on.
const CHANGED_BY_CALLS: usize = 19;

/// As the number of a register: zero, or the stack pointer.
const ZERO: u32 = 31;

/// How the names of functions begin that are common parts of others: they use registers as these do.
const OUTLINED: &str = "OUTLINED_FUNCTION_";

/// The numbers of the system calls in a function, which is one of `functions`.
pub(super) fn calls_in(
    function: &Function<'_>,
    functions: &[Function<'_>],
    passed: &BTreeMap<u64, usize>,
) -> Vec<Value> {
    let mut registers = [Value::Unknown; 31];
    for (index, register) in registers.iter_mut().enumerate().take(ARGUMENTS) {
        *register = Value::Argument(index);
    }
    let mut found = Vec::new();
    if !function.name.starts_with(OUTLINED) {
        follow(function, functions, passed, &mut registers, &mut found);
    }
    found
}

/// Follows a function's instructions in the order of their addresses.
fn follow(
    function: &Function<'_>,
    functions: &[Function<'_>],
    passed: &BTreeMap<u64, usize>,
    registers: &mut [Value; 31],
    found: &mut Vec<Value>,
) {
    let words = function.code.as_chunks::<4>().0.iter().map(|&bytes| u32::from_le_bytes(bytes));
    for (address, word) in (function.address..).step_by(4).zip(words) {
        match decode(word) {
            Decoded::SystemCall => {
                found.push(registers[NUMBER]);
                registers[0] = Value::Unknown;
            }
            Decoded::Branch { distance, returns } => {
                let target = distance.map(|distance| address.wrapping_add_signed(distance));
                if let Some(&index) = target.and_then(|target| passed.get(&target)) {
                    found.push(registers[index]);
                }
                let is_part =
                    |part: &&Function<'_>| Some(part.address) == target && part.name.starts_with(OUTLINED);
                if let Some(part) = functions.iter().find(is_part) {
                    follow(part, functions, passed, registers, found);
                } else if returns {
                    registers[..CHANGED_BY_CALLS].fill(Value::Unknown);
                }
            }
            Decoded::Move { to, from } => {
                let value = registers.get(from as usize).copied().unwrap_or(Value::Constant(0));
                write(registers, to, value);
            }
            Decoded::Constant { to, value } => write(registers, to, Value::Constant(value)),
            Decoded::Writes(written) => {
                written.into_iter().for_each(|register| write(registers, register, Value::Unknown));
            }
        }
    }
}

fn write(registers: &mut [Value; 31], register: u32, value: Value) {
    if let Some(place) = registers.get_mut(register as usize) {
        *place = value;
    }
}

/// What an instruction means for what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decoded {
    SystemCall,
    /// A jump, or a call, which returns. The distance of the target, if it is a constant.
    Branch {
        distance: Option<i64>,
        returns: bool,
    },
    Move {
        to: u32,
        from: u32,
    },
    Constant {
        to: u32,
        value: u32,
    },
    /// Something else, which writes these registers (`ZERO` is none).
    Writes([u32; 2]),
}

fn decode(word: u32) -> Decoded {
    let to = word & 31;
    let is = |mask: u32, bits: u32| word & mask == bits;
    if is(0xffe0_001f, 0xd400_0001) {
        return Decoded::SystemCall; // svc
    }
    if is(0x7c00_0000, 0x1400_0000) {
        // b, bl
        let distance = i64::from((word << 6).cast_signed() >> 6) * 4;
        return Decoded::Branch { distance: Some(distance), returns: word >> 31 == 1 };
    }
    if is(0xffff_fc1f, 0xd63f_0000) {
        return Decoded::Branch { distance: None, returns: true }; // blr
    }
    if is(0x7fe0_ffe0, 0x2a00_03e0) {
        return Decoded::Move { to, from: word >> 16 & 31 }; // orr to, zero, from
    }
    if is(0x7fe0_0000, 0x5280_0000) {
        return Decoded::Constant { to, value: word >> 5 & 0xffff }; // movz, not shifted
    }
    let second = word >> 10 & 31;
    Decoded::Writes(match word >> 25 & 15 {
        // Data processing: constants, registers, vectors (which may write a general register).
        0b1000 | 0b1001 | 0b0101 | 0b1101 | 0b0111 | 0b1111 => [to, ZERO],
        // Loads and stores of vectors.
        0b0110 | 0b1110 => [ZERO, ZERO],
        // Loads write one register, or two. Stores write none, but the exclusive ones tell whether they did.
        0b0100 | 0b1100 => match word >> 27 & 7 {
            0b101 if is(1 << 22, 1 << 22) => [to, second],
            0b101 => [ZERO, ZERO],
            0b001 => [to, word >> 16 & 31],
            0b011 => [to, ZERO],
            _ if word >> 22 & 3 != 0 => [to, ZERO],
            _ => [ZERO, ZERO],
        },
        // Branches.
        _ => [ZERO, ZERO],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: u32, expected: Decoded) {
        assert_eq!(decode(word), expected);
    }

    #[test]
    fn instructions() {
        check(0xd400_0001, Decoded::SystemCall); // svc #0
        check(0x9400_0002, Decoded::Branch { distance: Some(8), returns: true }); // bl .+8
        check(0x17ff_ffff, Decoded::Branch { distance: Some(-4), returns: false }); // b .-4
        check(0xaa08_03e1, Decoded::Move { to: 1, from: 8 }); // mov x1, x8
        check(0x5280_0408, Decoded::Constant { to: 8, value: 32 }); // mov w8, #32
        check(0xf940_0068, Decoded::Writes([8, ZERO])); // ldr x8, [x3]
        check(0xf900_0068, Decoded::Writes([ZERO, ZERO])); // str x8, [x3]
        check(0x3d80_0a60, Decoded::Writes([ZERO, ZERO])); // str q0, [x19, #32]
        check(0xa940_2067, Decoded::Writes([7, 8])); // ldp x7, x8, [x3]
        check(0x9100_0508, Decoded::Writes([8, ZERO])); // add x8, x8, #1
    }
}
