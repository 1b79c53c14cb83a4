//! From the place of a `throw` to the nearest handler.
//!
//! The search reads frames from the innermost on and changes nothing. Every return address is looked up
//! among the calls that have handlers: if one is for the tag, that is where the program continues, in the
//! frame of the function that called. Compiled code expects of the unwinder the frame's two pointers only:
//! at such a call, it keeps nothing in registers. Frames between throw and handler are forgotten; they
//! hold nothing that has to be released, and host code is not among them.
#![allow(unsafe_code, reason = "continues in another frame")]

use std::ops::Range;

use wasiaot_abi::exception::{ANY_TAG, HandlerSite};

use super::tables::{self, Pending};
use crate::frames::{Caller, Frames};
use crate::sys::arch;
use crate::{fatal, program, stack, trap};

/// Throws the pending exception.
pub(super) fn throw() -> ! {
    let header = program::header();
    let code = Code {
        addresses: header.text..header.text + header.text_len,
        sites: tables::sites(),
        lists: tables::lists(),
    };
    let mut frames = Frames::new(stack::addresses());
    let caller = frames.caller_of_host();
    let tag = Pending::of_program().tag();
    match code.search(&mut frames, caller, tag) {
        Found::Handler(handler) => {
            let Handler { address, stack_pointer, frame_pointer } = handler;
            // SAFETY: the compiler's tables have this as the handler for a call that has not returned, in
            // the frame that made the call; frames below are only the guest's, and ours, which hold
            // nothing.
            unsafe { arch::continue_at(address as usize, stack_pointer as usize, frame_pointer as usize) }
        }
        Found::Nothing => trap::raise_uncaught(tables::tag_name(tag)),
        Found::Damage => fatal::fail(&|message| {
            message.text("internal error: the handler of an exception is not where it can be");
            message.text(": please report this bug");
        }),
    }
}

/// Compiled code, and where it catches exceptions.
struct Code<'a> {
    addresses: Range<u64>,
    sites: &'a [HandlerSite],
    lists: &'a [u32],
}

/// What a search has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Handler(Handler),
    /// No function on the stack catches the exception.
    Nothing,
    /// Tables or stack that cannot be: nothing may be done with them.
    Damage,
}

/// Where the program continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Handler {
    address: u64,
    stack_pointer: u64,
    frame_pointer: u64,
}

impl Code<'_> {
    /// Finds the nearest handler for a tag, from the first caller on.
    fn search(&self, frames: &mut Frames, first: Option<Caller>, tag: u32) -> Found {
        let mut caller = first;
        while let Some(Caller { return_address, frame_pointer }) = caller {
            // The end of the code is where a call that never returns may be the last instruction.
            let offset = return_address.wrapping_sub(self.addresses.start);
            if offset > self.addresses.end - self.addresses.start {
                return Found::Nothing; // Host code has called the guest.
            }
            if let Some((distance, offset)) = self.handler(offset as u32, tag) {
                let stack_pointer = frame_pointer.wrapping_sub(distance.into());
                let address = self.addresses.start + u64::from(offset);
                let is_sound = self.addresses.contains(&address)
                    && frames.is_caller(frame_pointer)
                    && frames.read(stack_pointer).is_some();
                let handler = Handler { address, stack_pointer, frame_pointer };
                return if is_sound { Found::Handler(handler) } else { Found::Damage };
            }
            caller = frames.caller_of(frame_pointer);
        }
        Found::Nothing
    }

    /// The handler for a tag at a call that returns to `return_offset`: the distance of its stack pointer
    /// from the frame pointer, and the offset of its code.
    fn handler(&self, return_offset: u32, tag: u32) -> Option<(u32, u32)> {
        let site = self.sites.binary_search_by_key(&return_offset, |site| site.return_offset).ok()?;
        let list = self.lists.get(self.sites[site].list as usize..)?;
        let (&[distance, count], handlers) = list.split_first_chunk()?;
        let (handlers, _) = handlers.as_chunks();
        let handlers = handlers.get(..count as usize)?;
        let found = handlers.iter().find(|&&[caught, _]| caught == tag || caught == ANY_TAG)?;
        Some((distance, found[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: u64 = 0x40_0000;

    /// Searches from the frame at word 0 of a stack; words below 1000 stand for the address of that word.
    /// Calls that return to offset 0x10 have a handler for tag 1 at 0x81, those that return to 0x20 have
    /// one for tag 2 and one for all tags.
    #[track_caller]
    fn check(words: &[u64], tag: u32, expected: Result<(u64, u64, u64), Found>) {
        let mut memory = vec![0; words.len()];
        let base = memory.as_mut_ptr().expose_provenance() as u64;
        for (place, &word) in memory.iter_mut().zip(words) {
            *place = if word < 1000 { base + 8 * word } else { word };
        }
        let sites =
            [HandlerSite { return_offset: 0x10, list: 0 }, HandlerSite { return_offset: 0x20, list: 4 }];
        let lists = [16, 1, 1, 0x81, 8, 2, 2, 0x82, ANY_TAG, 0x83];
        let code = Code { addresses: CODE..CODE + 0x100, sites: &sites, lists: &lists };
        let mut frames = Frames::new(base..base + 8 * memory.len() as u64);
        let caller = frames.caller_of(base);
        let expected = match expected {
            Ok((offset, stack_word, frame_word)) => Found::Handler(Handler {
                address: CODE + offset,
                stack_pointer: base + 8 * stack_word,
                frame_pointer: base + 8 * frame_word,
            }),
            Err(found) => found,
        };
        assert_eq!(code.search(&mut frames, caller, tag), expected);
    }

    #[test]
    fn finds_the_nearest_handler() {
        const HOST: u64 = 0x20_0000;
        let code = |offset: u64| CODE + offset;
        // Frames at words 0, 4, 8 and 12; their callers are at offsets 0x10, 0x30, 0x20 and in the host.
        let stack =
            [4, code(0x10), 9999, 9999, 8, code(0x30), 9999, 9999, 12, code(0x20), 9999, 9999, 0, HOST];
        check(&stack, 1, Ok((0x81, 2, 4)));
        check(&stack, 2, Ok((0x82, 11, 12)));
        check(&stack, 3, Ok((0x83, 11, 12)));
        check(&[4, code(0x10), 9999, 9999, 0, HOST], 3, Err(Found::Nothing));
        check(&[4, HOST, 9999, 9999, 0, code(0x20)], 3, Err(Found::Nothing));
        // A frame pointer that does not grow, and one outside the stack.
        check(&[0, code(0x10)], 1, Err(Found::Damage));
        check(&[900, code(0x10)], 1, Err(Found::Damage));
        check(&[0, code(0x30)], 1, Err(Found::Nothing));
    }
}
