//! From the place of a `throw` to the nearest handler.
//!
//! The search reads frames from the innermost on and changes nothing. Every return address is looked up
//! among the calls that have handlers: if one is for the tag, that is where the program continues, in the
//! frame of the function that called. Frames between throw and handler are forgotten; they hold nothing that
//! has to be released, and host code is not among them.
//!
//! What they do hold are registers. A function may keep values in those that the functions which it calls
//! preserve, and its handlers expect them there. So the search goes with the values that these registers had
//! at the throw, and takes those that a function keeps in its frame when it leaves the frame: these are its
//! caller's. In programs whose handlers expect nothing in registers, no function is known to keep any.
#![allow(unsafe_code, reason = "continues in another frame")]

use std::ops::Range;

use wasiaot_abi::exception::{ANY_TAG, HandlerSite, SavedRegister, SavingCode};

use super::tables::{self, Pending};
use crate::frames::{Caller, Frames, host_shim_frame};
use crate::sys::arch::{self, PreservedRegisters};
use crate::{fatal, program, stack, trap};

/// Where compiled code calls the runtime to throw. `export` fills it in assembly.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ThrowPlace {
    /// The registers that functions preserve.
    pub preserved: PreservedRegisters,
    /// Where the call would return to.
    pub return_address: u64,
}

/// Throws the pending exception: continues at the nearest handler for it, or traps.
pub fn throw(place: &ThrowPlace) -> ! {
    let header = program::header();
    let code = Code {
        addresses: header.text..header.text + header.text_len,
        sites: tables::sites(),
        lists: tables::lists(),
        saving: tables::saving(),
        saved: tables::saved(),
    };
    let mut frames = Frames::new(stack::addresses());
    let shim = Caller { return_address: place.return_address, frame_pointer: host_shim_frame() };
    let tag = Pending::of_program().tag();
    match code.search(&mut frames, shim, place.preserved, tag) {
        Found::Handler(handler) => {
            let Handler { address, stack_pointer, frame_pointer, preserved } = handler;
            let [address, stack_pointer, frame_pointer] =
                [address, stack_pointer, frame_pointer].map(|address| address as usize);
            // SAFETY: the compiler's tables have this as the handler for a call that has not returned, in
            // the frame that made the call, and these are the values that the call would have preserved;
            // frames below are only the guest's, and ours, which hold nothing.
            unsafe { arch::continue_at(address, stack_pointer, frame_pointer, &preserved) }
        }
        Found::Nothing => trap::raise_uncaught(tables::tag_name(tag)),
        Found::Damage => fatal::fail(&|message| {
            message.text("internal error: the handler of an exception is not where it can be");
            message.text(": please report this bug");
        }),
    }
}

/// Compiled code, where it catches exceptions, and where it keeps registers.
struct Code<'a> {
    addresses: Range<u64>,
    sites: &'a [HandlerSite],
    lists: &'a [u32],
    saving: &'a [SavingCode],
    saved: &'a [u32],
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
    preserved: PreservedRegisters,
}

impl Code<'_> {
    /// Finds the nearest handler for a tag, from the callers of `first` on, which has found these registers
    /// as they are.
    fn search(
        &self,
        frames: &mut Frames,
        first: Caller,
        mut preserved: PreservedRegisters,
        tag: u32,
    ) -> Found {
        let mut left = first;
        loop {
            if self.restore(frames, left, &mut preserved).is_none() {
                return Found::Damage;
            }
            let Some(caller) = frames.caller_of(left.frame_pointer) else { return Found::Nothing };
            let Caller { return_address, frame_pointer } = caller;
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
                let handler = Handler { address, stack_pointer, frame_pointer, preserved };
                return if is_sound { Found::Handler(handler) } else { Found::Damage };
            }
            left = caller;
        }
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

    /// Gives the registers that a function keeps in its frame the values that they have for its caller.
    /// `None` if there cannot be such a frame.
    fn restore(&self, frames: &Frames, left: Caller, preserved: &mut PreservedRegisters) -> Option<()> {
        // A call may be the last instruction of its function. Shims are before the guest's code.
        let offset = left.return_address.wrapping_sub(self.addresses.start).wrapping_sub(1) as i32;
        let behind = self.saving.partition_point(|code| code.start_offset <= offset);
        let Some(code) = self.saving[..behind].last() else { return Some(()) };
        let (&count, list) = self.saved.get(code.list as usize..)?.split_first()?;
        for &word in list.get(..count as usize)? {
            let SavedRegister { number, words_below_frame } = SavedRegister::decode(word);
            let place = left.frame_pointer.wrapping_sub(8 * u64::from(words_below_frame));
            preserved[arch::preserved_position(number)?] = frames.read(place)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: u64 = 0x40_0000;

    /// The numbers of two registers that functions preserve, and their positions.
    const REGISTERS: [(u8, usize); 2] =
        if cfg!(target_arch = "x86_64") { [(3, 0), (15, 4)] } else { [(19, 0), (41, 11)] };

    /// Searches from the frame at word 0 of a stack; words below 1000 stand for the address of that word.
    /// Calls that return to offset 0x10 have a handler for tag 1 at 0x81, those that return to 0x20 have
    /// one for tag 2 and one for all tags. The two registers, which hold 1 and 2 at the throw, are kept by
    /// the function at 0x28 to 0x30 one and two words below its frame pointer; that at 0x18 to 0x28
    /// keeps the first of them. Expects a handler, words of the two pointers, and the two registers.
    #[track_caller]
    fn check(words: &[u64], tag: u32, expected: Result<(u64, u64, u64, [u64; 2]), Found>) {
        let mut memory = vec![0; words.len()];
        let base = memory.as_mut_ptr().expose_provenance() as u64;
        for (place, &word) in memory.iter_mut().zip(words) {
            *place = if word < 1000 { base + 8 * word } else { word };
        }
        let sites =
            [HandlerSite { return_offset: 0x10, list: 0 }, HandlerSite { return_offset: 0x20, list: 4 }];
        let lists = [16, 1, 1, 0x81, 8, 2, 2, 0x82, ANY_TAG, 0x83];
        let saved_at = |words_below_frame| {
            REGISTERS.map(|(number, _)| SavedRegister { number, words_below_frame }.encode())
        };
        let saved = [0, 2, saved_at(1)[0], saved_at(2)[1], 1, saved_at(1)[0]];
        let saving = [(-0x50, 0), (0x18, 4), (0x28, 1), (0x30, 0)]
            .map(|(start_offset, list)| SavingCode { start_offset, list });
        let code = Code {
            addresses: CODE..CODE + 0x100,
            sites: &sites,
            lists: &lists,
            saving: &saving,
            saved: &saved,
        };
        let mut frames = Frames::new(base..base + 8 * memory.len() as u64);
        let mut preserved = PreservedRegisters::default();
        preserved[REGISTERS[0].1] = 1;
        preserved[REGISTERS[1].1] = 2;
        let shim = Caller { return_address: CODE - 0x20, frame_pointer: base };
        let found = code.search(&mut frames, shim, preserved, tag);
        let expected = match expected {
            Ok((offset, stack_word, frame_word, registers)) => {
                preserved[REGISTERS[0].1] = registers[0];
                preserved[REGISTERS[1].1] = registers[1];
                Found::Handler(Handler {
                    address: CODE + offset,
                    stack_pointer: base + 8 * stack_word,
                    frame_pointer: base + 8 * frame_word,
                    preserved,
                })
            }
            Err(found) => found,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn finds_the_nearest_handler() {
        const HOST: u64 = 0x20_0000;
        let code = |offset: u64| CODE + offset;
        // Frames at words 0, 4, 8 and 12; their callers are at offsets 0x10, 0x30, 0x20 and in the host.
        let stack =
            [4, code(0x10), 9999, 9999, 8, code(0x30), 7002, 7001, 12, code(0x20), 9999, 9999, 0, HOST];
        check(&stack, 1, Ok((0x81, 2, 4, [1, 2])));
        // The caller at 0x30 is at the end of the function that keeps both.
        check(&stack, 2, Ok((0x82, 11, 12, [7001, 7002])));
        check(&stack, 3, Ok((0x83, 11, 12, [7001, 7002])));
        check(&[4, code(0x10), 9999, 9999, 0, HOST], 3, Err(Found::Nothing));
        check(&[4, HOST, 9999, 9999, 0, code(0x20)], 3, Err(Found::Nothing));
        // A frame pointer that does not grow, and one outside the stack.
        check(&[0, code(0x10)], 1, Err(Found::Damage));
        check(&[900, code(0x10)], 1, Err(Found::Damage));
        check(&[0, code(0x40)], 1, Err(Found::Nothing));
        // Registers that are not kept on the stack.
        check(&[1, code(0x30)], 1, Err(Found::Damage));
    }

    #[test]
    fn outer_frames_have_the_last_word() {
        let code = |offset: u64| CODE + offset;
        // The function at 0x28 keeps both registers, then its caller at 0x18 the first again.
        let stack = [5, code(0x29), 0, 7002, 7001, 10, code(0x1a), 9999, 9999, 8001, 13, code(0x20), 9999];
        let stack = [&stack[..], &[0, 9999]].concat();
        check(&stack, 2, Ok((0x82, 12, 13, [8001, 7002])));
    }
}
