//! The guest's stack as a chain of frames, by the frame pointers that compiled code keeps.
//!
//! A frame is two words at its frame pointer: the caller's frame pointer, then the return address; that is
//! so on all our targets. Every value is checked before it is used as an address, and frame pointers must
//! grow, so that damaged stacks end the walk. Whose code an address is in, others know.
#![allow(unsafe_code, reason = "reads the guest's stack")]

use std::ops::Range;

use wasiaot_abi::context::HostExit;

use crate::program;

/// Where a function was called from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Where the call returns to.
    pub return_address: u64,
    /// The frame pointer of the function that calls.
    pub frame_pointer: u64,
}

/// A stack as far as it can be trusted.
#[derive(Debug)]
pub struct Frames {
    addresses: Range<u64>,
    /// The end of the last frame that was read: callers are above it.
    above: u64,
}

impl Frames {
    /// The frames of the stack at these addresses, which are mapped as long as the process lives.
    #[must_use]
    pub fn new(addresses: Range<u64>) -> Self {
        Self { addresses, above: 0 }
    }

    /// The caller of the function that has its frame at `frame_pointer`.
    pub fn caller_of(&mut self, frame_pointer: u64) -> Option<Caller> {
        if frame_pointer < self.above {
            return None;
        }
        let callers = self.read(frame_pointer)?;
        let return_address = self.read(frame_pointer + 8)?;
        self.above = frame_pointer + 16;
        Some(Caller { return_address, frame_pointer: callers })
    }

    /// Whether a function can have its frame there that called those read so far.
    #[must_use]
    pub fn is_caller(&self, frame_pointer: u64) -> bool {
        frame_pointer >= self.above && self.read(frame_pointer).is_some()
    }

    /// Where the guest has called the host.
    pub fn caller_of_host(&mut self) -> Option<Caller> {
        self.caller_of(host_shim_frame())
    }

    /// The word at an address of the stack.
    #[must_use]
    pub fn read(&self, address: u64) -> Option<u64> {
        let last_word = self.addresses.end.checked_sub(8)?;
        if !address.is_multiple_of(8) || !(self.addresses.start..=last_word).contains(&address) {
            return None;
        }
        let word = std::ptr::with_exposed_provenance::<u64>(address as usize);
        // SAFETY: an aligned word inside the stack, which is mapped as long as the process lives.
        Some(unsafe { word.read_volatile() })
    }
}

/// The frame of the shim through which the guest has called the host last; 0 if it never has.
#[must_use]
pub fn host_shim_frame() -> u64 {
    let exit = std::ptr::with_exposed_provenance::<HostExit>(program::header().host_exit as usize);
    // SAFETY: either null or the address of a record in the context block.
    let exit = unsafe { exit.as_ref() };
    exit.map_or(0, |exit| exit.frame_pointer)
}
