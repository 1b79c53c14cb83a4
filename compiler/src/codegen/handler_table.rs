//! Which calls have handlers for exceptions, in the form that the runtime reads (see `abi::exception`).

use std::collections::BTreeMap;

use cranelift_codegen::{Final, FinalizedMachExceptionHandler, MachBufferFinalized};
use wasiaot_abi::exception::ANY_TAG;

/// The handlers of one function. All offsets are from its start.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FunctionHandlers {
    /// Where calls return to, and the position of the list of each in `lists`; sorted.
    pub(crate) sites: Vec<(u32, usize)>,
    /// The different lists: calls of one block share theirs.
    pub(crate) lists: Vec<HandlerList>,
}

/// What may catch an exception at a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HandlerList {
    /// Distance in bytes from the stack pointer that the handlers need up to the frame pointer.
    pub(crate) frame_bytes: u32,
    /// Tag numbers (or [`ANY_TAG`]) and offsets of code; the first that matches is the one.
    pub(crate) handlers: Vec<(u32, u32)>,
}

/// The handlers of a compiled function.
pub(crate) fn find_handlers(buffer: &MachBufferFinalized<Final>) -> FunctionHandlers {
    let mut found = FunctionHandlers::default();
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
