//! The guest's frames, innermost first, and which function each belongs to.

use super::code_map::{CodeMap, Location};
use crate::frames::{Caller, Frames};
use crate::stack;
use crate::sys::arch::{Registers, ReturnAddress};

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
    let mut frames = Frames::new(stack::addresses());
    let caller = match place {
        Place::Instruction(registers) => {
            let location = map.locate(registers.pc);
            if let Some(location) = &location {
                visit(location);
            }
            let offset = location.map(|location| u64::from(location.code_offset));
            match offset.and_then(|offset| registers.unfinished_prologue(offset)) {
                Some(ReturnAddress::OnStack(address)) => frames
                    .read(address)
                    .map(|return_address| Caller { return_address, frame_pointer: registers.fp }),
                Some(ReturnAddress::InRegister(return_address)) => {
                    Some(Caller { return_address, frame_pointer: registers.fp })
                }
                None => frames.caller_of(registers.fp),
            }
        }
        Place::HostCall => frames.caller_of_host(),
    };
    walk_callers(map, &mut frames, caller, visit);
}

/// Visits the callers: the first is told by a return address, and by the frame pointer that was current
/// before the call.
fn walk_callers<'a>(
    map: &CodeMap<'a>,
    frames: &mut Frames,
    first: Option<Caller>,
    visit: &mut dyn FnMut(&Location<'a>),
) {
    let mut caller = first;
    while let Some(Caller { return_address, frame_pointer }) = caller {
        if !map.contains(return_address.wrapping_sub(1)) {
            return; // Host code has called the guest.
        }
        if let Some(location) = map.locate_call(return_address) {
            visit(&location);
        }
        caller = frames.caller_of(frame_pointer);
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
        let mut frames = Frames::new(addresses);
        let caller = frames.caller_of(base + 8 * first);
        let mut found = Vec::new();
        walk_callers(&map, &mut frames, caller, &mut |location| found.push(location.function.index));
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
