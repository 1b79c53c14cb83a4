//! Which system calls are in the code of an executable: found by decoding its instructions.
//!
//! The number of a call is a constant in a register shortly before the instruction, or an argument of a
//! function that makes any call; those functions are found first. Decoding is in a file for each
//! instruction set.

mod aarch64;
mod x86_64;

use std::collections::{BTreeMap, BTreeSet};

use wasiaot_compiler::link::LinkMap;
use wasiaot_targets::Arch;

/// A function of the runtime: its address and its code.
#[derive(Debug)]
pub struct Function<'e> {
    /// Its name.
    pub name: String,
    /// Where it begins in the file.
    pub file_offset: usize,
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
            functions.push(Function { name: words.collect(), file_offset: start, address, code });
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
pub fn system_calls(functions: &[Function<'_>], arch: Arch) -> Numbers {
    let calls_in = match arch {
        Arch::X86_64 => x86_64::calls_in,
        Arch::Aarch64 => aarch64::calls_in,
    };
    // Functions that are passed the number of a call: which of their arguments it is.
    let mut passed = BTreeMap::new();
    loop {
        let mut numbers = Numbers::new();
        let before = passed.len();
        for function in functions {
            for number in calls_in(function, functions, &passed) {
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
