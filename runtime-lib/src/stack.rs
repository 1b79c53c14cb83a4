//! The guest's stack: our own mapping, of the size that was set at build, above a guard.
//!
//! Guest code and the host functions that it calls run on it. Frames of both touch every page in
//! order, so whatever recurses too deep faults in the guard, never beyond it.
#![allow(unsafe_code, reason = "maps the stack and changes to it")]

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::io::Errno;
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags};

use crate::fatal;
use crate::sys::arch;

/// Size of the guard. The C library's code does not touch every page of its frames in order, but no
/// frame of it is nearly as large as this.
const GUARD_BYTES: u64 = 1 << 20;

/// Where the stack begins, above its guard; 0 before there is a stack.
static LOW: AtomicU64 = AtomicU64::new(0);
/// Where the stack ends.
static HIGH: AtomicU64 = AtomicU64::new(0);

/// Addresses of the stack.
#[must_use]
pub fn addresses() -> Range<u64> {
    LOW.load(Ordering::Relaxed)..HIGH.load(Ordering::Relaxed)
}

/// Addresses of the guard below the stack.
#[must_use]
pub fn guard_addresses() -> Range<u64> {
    let low = LOW.load(Ordering::Relaxed);
    low.saturating_sub(GUARD_BYTES)..low
}

/// Calls `entry` on a new stack of `stack_bytes`, or ends the process with exit status 125.
pub fn call_on_new_stack(stack_bytes: u64, entry: extern "C" fn()) {
    match map(stack_bytes) {
        Ok(stack) => {
            LOW.store(stack.start, Ordering::Relaxed);
            HIGH.store(stack.end, Ordering::Relaxed);
            // SAFETY: the mapping is new, and its end is aligned as pages are.
            unsafe { arch::call_on_stack(stack.end as usize, entry) };
        }
        Err(errno) => fatal::fail(&|message| {
            message.text("cannot map ").size(stack_bytes).text(" for the program's stack (");
            message.errno(errno).text(")");
        }),
    }
}

fn map(stack_bytes: u64) -> Result<Range<u64>, Errno> {
    let bytes = stack_bytes.checked_add(GUARD_BYTES).ok_or(Errno::NOMEM)?;
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE | MapFlags::STACK;
    // SAFETY: maps new memory at an address that the kernel chooses.
    let guard = unsafe {
        rustix::mm::mmap_anonymous(std::ptr::null_mut(), bytes as usize, ProtFlags::empty(), flags)
    }?;
    let low = guard.wrapping_byte_add(GUARD_BYTES as usize);
    // SAFETY: the upper part of the mapping that was made above.
    unsafe { rustix::mm::mprotect(low, stack_bytes as usize, MprotectFlags::READ | MprotectFlags::WRITE) }?;
    let low = low.expose_provenance() as u64;
    Ok(low..low + stack_bytes)
}
