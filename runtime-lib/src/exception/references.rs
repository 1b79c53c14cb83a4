//! References to exceptions: made when a handler takes one, collected when many have been made.
//!
//! Where the guest keeps its references is known, but for its frames: globals, tables, the exceptions
//! themselves, and the pending one are looked at word by word, and so is the whole stack, with the
//! registers that calls preserve. Compiled code handles references whole and passes them to the runtime
//! only, so that each lives somewhere as a word.
//!
//! A collection costs time for the stack and for the cells, so the next one comes after as many new cells
//! that both are small beside what the exceptions themselves have cost.
#![allow(unsafe_code, reason = "one thread's state, and words of memory that compiled code shares")]

use std::cell::UnsafeCell;
use std::ffi::c_void;

use rustix::mm::{MapFlags, ProtFlags};
use wasiaot_abi::context::TableRecord;
use wasiaot_abi::exception::PendingException;
use wasiaot_abi::trap::TrapCode;

use super::heap::Heap;
use super::tables::{self, Pending};
use super::unwind::{self, ThrowPlace};
use crate::frames::Frames;
use crate::sys::arch;
use crate::{fatal, stack, trap};

/// Room for all cells: address space, of which only pages that are touched exist. With it, a million
/// exceptions that carry a number each can be referred to at one time.
const HEAP_BYTES: usize = 24 << 20;

/// New cells between two collections, at least.
const MIN_BETWEEN_COLLECTIONS: usize = 1024;

/// Words of the stack that may be read for each new cell.
const STACK_WORDS_PER_CELL: usize = 64;

/// The heap, once there is one.
struct State {
    heap: Option<Heap<'static>>,
    /// New cells until the next collection.
    until_collection: usize,
}

struct SharedState(UnsafeCell<State>);

// SAFETY: executables have one thread.
unsafe impl Sync for SharedState {}

static STATE: SharedState = SharedState(UnsafeCell::new(State { heap: None, until_collection: 0 }));

/// The reference to the pending exception. It is made if there is none yet; traps if there is no room.
pub fn take_reference() -> u64 {
    let mut pending = Pending::of_program();
    if pending.reference() != 0 {
        return pending.reference();
    }
    // SAFETY: executables have one thread, and the state is used in this function and the next only, which
    // do not call each other.
    let state = unsafe { &mut *STATE.0.get() };
    let heap = state.heap.get_or_insert_with(|| {
        state.until_collection = MIN_BETWEEN_COLLECTIONS;
        Heap::new(map_words(), tables::header().payload_words as usize)
    });
    if state.until_collection == 0 {
        state.until_collection = collect(heap);
    }
    state.until_collection -= 1;
    let tag = pending.tag();
    let reference = heap.store(tag, pending.payload()).or_else(|| {
        state.until_collection = collect(heap);
        heap.store(tag, pending.payload())
    });
    let Some(reference) = reference else { trap::raise(TrapCode::ExceptionReferencesExhausted) };
    pending.set_reference(reference);
    reference
}

/// Throws the exception that the reference is of.
pub fn throw_reference(place: &ThrowPlace, reference: u64) -> ! {
    // SAFETY: as in `take_reference`.
    let state = unsafe { &mut *STATE.0.get() };
    let Some((tag, payload)) = state.heap.as_mut().and_then(|heap| heap.load(reference)) else {
        fatal::fail(&|message| {
            message.text("internal error: there is no exception behind a reference");
            message.text(": please report this bug");
        })
    };
    let mut pending = Pending::of_program();
    pending.set_tag(tag);
    pending.set_reference(reference);
    pending.payload().copy_from_slice(payload);
    unwind::throw(place)
}

fn map_words() -> &'static mut [u64] {
    let access = ProtFlags::READ | ProtFlags::WRITE;
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: maps new memory at an address that the kernel chooses.
    let words = unsafe { rustix::mm::mmap_anonymous(std::ptr::null_mut(), HEAP_BYTES, access, flags) };
    match words {
        // SAFETY: the mapping is new, has this length, holds zeros, and stays.
        Ok(words) => unsafe { std::slice::from_raw_parts_mut(words.cast(), HEAP_BYTES / size_of::<u64>()) },
        Err(errno) => fatal::fail(&|message| {
            message.text("cannot map ").size(HEAP_BYTES as u64).text(" for exceptions (");
            message.errno(errno).text(")");
        }),
    }
}

/// A collection under way.
struct Collection<'h> {
    heap: &'h mut Heap<'static>,
    /// Where the stack ends that has to be looked at. The registers that calls preserve are on it.
    stack_pointer: usize,
    /// What [`collect`] returns.
    until_next: usize,
}

/// Frees the exceptions that nothing refers to; returns after how many new ones to collect again.
fn collect(heap: &mut Heap<'static>) -> usize {
    let mut collection = Collection { heap, stack_pointer: 0, until_next: 0 };
    let data = &raw mut collection;
    // SAFETY: the field is part of a live variable.
    let saved = unsafe { &raw mut (*data).stack_pointer };
    // SAFETY: the word can be written, and `mark_and_sweep` takes this very data.
    unsafe { arch::call_saving_sp(saved, mark_and_sweep, data.cast()) };
    collection.until_next
}

extern "C" fn mark_and_sweep(data: *mut c_void) {
    // SAFETY: `collect` passes this type, and does not use it meanwhile.
    let collection = unsafe { &mut *data.cast::<Collection<'_>>() };
    let heap = &mut *collection.heap;
    let header = tables::header();
    mark_words(heap, header.pending + size_of::<PendingException>() as u64, header.payload_words);
    for &address in tables::globals() {
        mark_words(heap, address, 1);
    }
    for &address in tables::tables() {
        let record = std::ptr::with_exposed_provenance::<TableRecord>(address as usize);
        // SAFETY: the compiler placed a record there.
        let record = unsafe { &*record };
        mark_words(heap, record.base, record.len);
    }
    let stack = stack::addresses();
    let frames = Frames::new(stack.clone());
    let unread = (collection.stack_pointer as u64).max(stack.start)..stack.end;
    for address in unread.clone().step_by(size_of::<u64>()) {
        heap.mark(frames.read(address).unwrap_or_default());
    }
    let in_use = heap.sweep();
    let stack_words = (unread.end - unread.start) as usize / size_of::<u64>();
    let worth = in_use.max(stack_words / STACK_WORDS_PER_CELL);
    collection.until_next = worth.max(MIN_BETWEEN_COLLECTIONS);
}

/// Marks what `len` words of the program's state are references to.
fn mark_words(heap: &mut Heap<'_>, address: u64, len: u64) {
    let words = std::ptr::with_exposed_provenance::<u64>(address as usize);
    for index in 0..len as usize {
        // SAFETY: the compiler's addresses and the records of tables have as many words there.
        let word = unsafe { words.add(index) };
        // SAFETY: as above; compiled code, which writes them, waits.
        heap.mark(unsafe { word.read() });
    }
}
