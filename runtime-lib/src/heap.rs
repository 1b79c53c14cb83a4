//! The heap of the runtime's own code: the C library's, with a message where memory runs out.
//!
//! What is allocated is bounded by what a guest may pass: paths, lists of entries. The standard library would
//! end the process by an instruction that is not valid, which looks like a bug of ours.
#![allow(unsafe_code, reason = "implements the allocator, on that of the system")]

use std::alloc::{GlobalAlloc, Layout, System};

use crate::fatal;

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: everything is done by the system's allocator, which implements the interface; a null pointer is not
// passed on.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on to the caller.
        there_is(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: passed on to the caller.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on to the caller.
        there_is(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_bytes: usize) -> *mut u8 {
        // SAFETY: passed on to the caller.
        there_is(unsafe { System.realloc(pointer, layout, new_bytes) }, new_bytes)
    }
}

/// Ends the process if there is no memory.
fn there_is(pointer: *mut u8, bytes: usize) -> *mut u8 {
    if pointer.is_null() {
        fatal::fail(&|message| {
            message.text("no memory for ").size(bytes as u64).text(" of the runtime's own data");
        });
    }
    pointer
}
