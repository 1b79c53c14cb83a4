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

/// The frames of the guest, innermost first.
pub(super) fn frames<'a>(map: &'a CodeMap<'a>, place: Place) -> Frames<'a> {
    let stack = stack::addresses();
    match place {
        Place::Instruction(registers) => Frames::at_instruction(map, stack, &registers),
        Place::HostCall => {
            let exit = std::ptr::with_exposed_provenance::<HostExit>(program::header().host_exit as usize);
            // SAFETY: either null or the address of a record in the context block.
            let exit = unsafe { exit.as_ref() };
            Frames::of_caller(map, stack, exit.map_or(0, |exit| exit.frame_pointer))
        }
    }
}

/// Iterator over the frames of functions. Pieces of compiled code that are no functions (shims,
/// instantiation) are left out.
#[derive(Clone, Debug)]
pub(super) struct Frames<'a> {
    map: &'a CodeMap<'a>,
    stack: Range<u64>,
    /// The interrupted instruction, as long as it was not returned.
    innermost: Option<u64>,
    /// A return address, and the frame pointer that was current before the call.
    next: Option<(u64, u64)>,
    /// The end of the last frame that was read: callers are above it.
    above: u64,
}

impl<'a> Frames<'a> {
    fn at_instruction(map: &'a CodeMap<'a>, stack: Range<u64>, registers: &Registers) -> Self {
        let mut frames = Self { map, stack, innermost: Some(registers.pc), next: None, above: 0 };
        let offset = map.locate(registers.pc).map(|location| u64::from(location.code_offset));
        frames.next = match offset.and_then(|offset| registers.unfinished_prologue(offset)) {
            Some(ReturnAddress::OnStack(address)) => frames.read(address).map(|pc| (pc, registers.fp)),
            Some(ReturnAddress::InRegister(pc)) => Some((pc, registers.fp)),
            None => frames.caller_of(registers.fp),
        };
        frames
    }

    fn of_caller(map: &'a CodeMap<'a>, stack: Range<u64>, frame_pointer: u64) -> Self {
        let mut frames = Self { map, stack, innermost: None, next: None, above: 0 };
        frames.next = frames.caller_of(frame_pointer);
        frames
    }

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
        let last_word = self.stack.end.checked_sub(8)?;
        if !address.is_multiple_of(8) || !(self.stack.start..=last_word).contains(&address) {
            return None;
        }
        let word = std::ptr::with_exposed_provenance::<u64>(address as usize);
        // SAFETY: an aligned word inside the stack, which is mapped as long as the process lives.
        Some(unsafe { word.read_volatile() })
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Location<'a>;

    fn next(&mut self) -> Option<Location<'a>> {
        if let Some(location) = self.innermost.take().and_then(|pc| self.map.locate(pc)) {
            return Some(location);
        }
        loop {
            let (return_address, frame_pointer) = self.next.take()?;
            if !self.map.contains(return_address.wrapping_sub(1)) {
                return None; // Host code has called the guest.
            }
            self.next = self.caller_of(frame_pointer);
            if let Some(location) = self.map.locate_call(return_address) {
                return Some(location);
            }
        }
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
        let mut stack = vec![0; words.len()];
        let base = stack.as_mut_ptr().expose_provenance() as u64;
        for (place, &word) in stack.iter_mut().zip(words) {
            *place = if word < 1000 { base + 8 * word } else { word };
        }
        let functions = functions();
        let map = CodeMap { text: TEXT, text_len: 11 * 16, functions: &functions, sites: &[], names: &[] };
        let addresses = base..base + 8 * stack.len() as u64;
        let walk = Frames::of_caller(&map, addresses, base + 8 * first);
        let found: Vec<u32> = walk.map(|location| location.function.index).collect();
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
