//! What the runtime has to know of a function that exceptions leave: which calls have handlers, and which
//! registers the function keeps for its caller (see `abi::exception`).

use std::collections::BTreeMap;

use cranelift_codegen::isa::unwind::UnwindInst;
use cranelift_codegen::{Final, FinalizedMachExceptionHandler, MachBufferFinalized, RegClass};
use wasiaot_abi::exception::{ANY_TAG, FIRST_FLOAT_REGISTER, SavedRegister};

/// The handlers of one function. All offsets are from its start.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FunctionHandlers {
    /// Where calls return to, and the position of the list of each in `lists`; sorted.
    pub(crate) sites: Vec<(u32, usize)>,
    /// The different lists: calls of one block share theirs.
    pub(crate) lists: Vec<HandlerList>,
    /// The registers that it keeps for its caller. None where handlers find nothing in registers.
    pub(crate) saved: Vec<SavedRegister>,
}

/// What may catch an exception at a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HandlerList {
    /// Distance in bytes from the stack pointer that the handlers need up to the frame pointer.
    pub(crate) frame_bytes: u32,
    /// Tag numbers (or [`ANY_TAG`]) and offsets of code; the first that matches is the one.
    pub(crate) handlers: Vec<(u32, u32)>,
}

impl HandlerList {
    /// Its words for the runtime, of a function that starts at this offset of the code.
    pub(crate) fn encode(&self, start: u32) -> Vec<u32> {
        let count = u32::try_from(self.handlers.len()).expect("tags have 32-bit numbers");
        let pairs = self.handlers.iter().flat_map(|&(tag, offset)| [tag, start + offset]);
        [self.frame_bytes, count].into_iter().chain(pairs).collect()
    }
}

/// The handlers of a compiled function.
pub(crate) fn find_handlers(buffer: &MachBufferFinalized<Final>) -> FunctionHandlers {
    let mut found = FunctionHandlers { saved: find_saved(buffer), ..FunctionHandlers::default() };
    let mut numbers = BTreeMap::new();
    for call in buffer.call_sites().filter(|call| !call.exception_handlers.is_empty()) {
        let frame_bytes = call.frame_offset.expect("the code generator tells it for calls with handlers");
        let mut handlers: Vec<(u32, u32)> = Vec::new();
        for handler in call.exception_handlers {
            let (tag, offset) = match *handler {
                FinalizedMachExceptionHandler::Tag(tag, offset) => (tag.as_u32(), offset),
                FinalizedMachExceptionHandler::Default(offset) => (ANY_TAG, offset),
                FinalizedMachExceptionHandler::Context(_) => unreachable!("tags need no context"),
            };
            // Where a call was inlined, handlers of the caller follow.
            if handlers.iter().all(|&(before, _)| before != tag && before != ANY_TAG) {
                handlers.push((tag, offset));
            }
        }
        let list = HandlerList { frame_bytes, handlers };
        let number = *numbers.entry(list).or_insert_with_key(|list| {
            found.lists.push(list.clone());
            found.lists.len() - 1
        });
        found.sites.push((call.ret_addr, number));
    }
    found.sites.sort_unstable();
    found
}

/// Where a function keeps registers for its caller, if the code generator was asked to tell.
fn find_saved(buffer: &MachBufferFinalized<Final>) -> Vec<SavedRegister> {
    let mut saved = Vec::new();
    // Below the frame pointer is an area for all of them, which offsets are from the start of.
    let mut area_bytes = None;
    for (_, inst) in &buffer.unwind_info {
        match *inst {
            UnwindInst::DefineNewFrame { offset_downward_to_clobbers, .. } => {
                area_bytes = Some(offset_downward_to_clobbers);
            }
            UnwindInst::SaveReg { clobber_offset, reg } => {
                let area_bytes = area_bytes.expect("the frame is made before registers are saved");
                let bank = match reg.class() {
                    RegClass::Int => 0,
                    RegClass::Float => FIRST_FLOAT_REGISTER,
                    RegClass::Vector => unreachable!("no target has such registers"),
                };
                let register = SavedRegister {
                    number: bank + reg.hw_enc(),
                    words_below_frame: (area_bytes - clobber_offset) / 8,
                };
                saved.push(register);
            }
            UnwindInst::PushFrameRegs { .. } | UnwindInst::StackAlloc { .. } => {}
            UnwindInst::RegStackOffset { .. } | UnwindInst::Aarch64SetPointerAuth { .. } => {
                unreachable!("not with these settings")
            }
        }
    }
    saved
}
