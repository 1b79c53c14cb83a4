//! The guest's frames, innermost first, by the chain of frame pointers that compiled code keeps.
//!
//! A frame is two words at its frame pointer: the caller's frame pointer, then the return address;
//! that is so on all our targets. Every value is checked before it is used as an address, and frame
//! pointers must grow, so that damaged stacks end the walk.
#![allow(unsafe_code, reason = "reads the guest's stack")]

use std::ops::Range;

use wasiaot_abi::context::HostExit;

use super::code_map::{CodeMap, Location};
use crate::sys::arch::{Registers, ReturnAddress};
use crate::{program, stack};

/// Where the guest was stopped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// At an instruction of its own.
    Instruction(Registers),
    /// In host code that it has called.
    HostCall,
}

/// Calls `visit` with the frames of the guest's functions, innermost first. Pieces of compiled code that
/// are no functions (shims) are left out.
pub(super) fn walk<'a>(map: &CodeMap<'a>, place: Place, visit: &mut dyn FnMut(&Location<'a>)) {
    let mut stack = Stack { addresses: stack::addresses(), above: 0 };
    let caller = match place {
        Place::Instruction(registers) => {
            let location = map.locate(registers.pc);
            if let Some(location) = &location {
                visit(location);
            }
            let offset = location.map(|location| u64::from(location.code_offset));
            match offset.and_then(|offset| registers.unfinished_prologue(offset)) {
                Some(ReturnAddress::OnStack(address)) => stack.read(address).map(|pc| (pc, registers.fp)),
                Some(ReturnAddress::InRegister(pc)) => Some((pc, registers.fp)),
                None => stack.caller_of(registers.fp),
            }
        }
        Place::HostCall => {
            let exit = std::ptr::with_exposed_provenance::<HostExit>(program::header().host_exit as usize);
            // SAFETY: either null or the address of a record in the context block.
            let exit = unsafe { exit.as_ref() };
            stack.caller_of(exit.map_or(0, |exit| exit.frame_pointer))
        }
    };
    walk_callers(map, &mut stack, caller, visit);
}

/// Visits the callers: the first is told by a return address, and by the frame pointer that was current
/// before the call.
fn walk_callers<'a>(
    map: &CodeMap<'a>,
    stack: &mut Stack,
    first: Option<(u64, u64)>,
    visit: &mut dyn FnMut(&Location<'a>),
) {
    let mut caller = first;
    while let Some((return_address, frame_pointer)) = caller {
        if !map.contains(return_address.wrapping_sub(1)) {
            return; // Host code has called the guest.
        }
        if let Some(location) = map.locate_call(return_address) {
            visit(&location);
        }
        caller = stack.caller_of(frame_pointer);
    }
}

/// The stack as far as it can be trusted.
struct Stack {
    addresses: Range<u64>,
    /// The end of the last frame that was read: callers are above it.
    above: u64,
}

impl Stack {
    /// The return address and the caller's frame pointer of the frame at `frame_pointer`.
    fn caller_of(&mut self, frame_pointer: u64) -> Option<(u64, u64)> {
        if frame_pointer < self.above {
            return None;
        }
        let callers = self.read(frame_pointer)?;
        let return_address = self.read(frame_pointer + 8)?;
        self.above = frame_pointer + 16;
        Some((return_address, callers))
    }

    /// The word at an address of the stack.
    fn read(&self, address: u64) -> Option<u64> {
        let last_word = self.addresses.end.checked_sub(8)?;
        if !address.is_multiple_of(8) || !(self.addresses.start..=last_word).contains(&address) {
            return None;
        }
        let word = std::ptr::with_exposed_provenance::<u64>(address as usize);
        // SAFETY: an aligned word inside the stack, which is mapped as long as the process lives.
        Some(unsafe { word.read_volatile() })
    }
}

#[cfg(test)]
mod tests {
    use wasiaot_abi::context::{FunctionRecord, NO_NAME};

    use super::*;

    const TEXT: u64 = 0x40_0000;

    /// Functions 0 to 9 have 16 bytes of code each; after them come 16 bytes that are no function.
    fn functions() -> Vec<FunctionRecord> {
        let function = |i| FunctionRecord {
            start: 16 * i,
            len: 16,
            sites: 0,
            name: NO_NAME,
            module: NO_NAME,
            index: i,
            body: 0,
        };
        (0..10).map(function).collect()
    }

    /// Walks from the frame at word `first` of a stack; words below 1000 stand for the address of
    /// that word.
    #[track_caller]
    fn check(words: &[u64], first: u64, expected: &[u32]) {
        let mut memory = vec![0; words.len()];
        let base = memory.as_mut_ptr().expose_provenance() as u64;
        for (place, &word) in memory.iter_mut().zip(words) {
            *place = if word < 1000 { base + 8 * word } else { word };
        }
        let functions = functions();
        let map = CodeMap { text: TEXT, text_len: 11 * 16, functions: &functions, sites: &[], names: &[] };
        let addresses = base..base + 8 * memory.len() as u64;
        let mut stack = Stack { addresses, above: 0 };
        let caller = stack.caller_of(base + 8 * first);
        let mut found = Vec::new();
        walk_callers(&map, &mut stack, caller, &mut |location| found.push(location.function.index));
        assert_eq!(found, expected);
    }

    #[test]
    fn follows_frame_pointers() {
        const HOST: u64 = 0x20_0000;
        let code = |function: u64| TEXT + 16 * function + 5;
        // Frames at words 0, 3 and 5.
        check(&[3, code(1), 9999, 5, code(2), 8, HOST, 0, 0, 0], 0, &[1, 2]);
        check(&[3, code(1), 9999, 5, code(10), 8, code(3), 0, 0, HOST], 0, &[1, 3]); // 10 is no function.
        check(&[3, TEXT + 160, 9999, 5, HOST], 0, &[9]); // A call at the very end of function 9.
        // Damaged chains: frame pointers that do not grow, leave the stack or are misaligned.
        check(&[0, code(1)], 0, &[1]);
        check(&[2, code(1), 0, code(2)], 0, &[1, 2]);
        check(&[500, code(1)], 0, &[1]);
        check(&[u64::MAX, code(1)], 0, &[1]);
        check(&[4321, code(1)], 0, &[1]);
        check(&[1, code(1)], 1, &[]);
        check(&[1, code(1)], 77, &[]);
    }
}
