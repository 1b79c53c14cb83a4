//! What generated code and the C library call by name. Linked only as far as it is called.
#![allow(unsafe_code, reason = "exported names, and pointers that generated code passes")]

use std::ffi::{c_char, c_int};

use wasiaot_abi::context::{MemoryRecord, TableRecord};
use wasiaot_abi::script::ScriptStep;

use crate::{exception, memory, restrict, script, start, sys, table, timeout, trap, wait};

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

unsafe extern "C" {
    /// Defined by the application object (`wasiaot_abi::symbols::PROGRAM_MAIN`).
    #[link_name = "wasiaot_program_main"]
    safe fn program_main();
}

extern "C" fn entry() {
    program_main();
}

/// Called by `wasiaot_abi::symbols::BARE_ENTRY` with the address of what the kernel has put on the stack.
unsafe extern "C" fn enter(stack: *mut *const c_char) -> ! {
    // SAFETY: the kernel made what is on the stack, and only the thread that runs this exists.
    unsafe { start::run_bare(stack, entry) }
}

/// Called by the C library when it is set up.
#[unsafe(no_mangle)]
extern "C" fn main(_: c_int, arguments: *mut *const c_char, environment: *mut *const c_char) -> c_int {
    // SAFETY: the kernel made both vectors, and only the thread that runs this exists.
    unsafe { start::run(arguments, environment, entry) }
}

/// The C library's own would run destructors and flush streams, of which no executable has any.
#[unsafe(no_mangle)]
extern "C" fn exit(status: c_int) -> ! {
    sys::exit(status)
}

/// `wasiaot_abi::host::RESTRICT_CALLS`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_restrict_calls() {
    restrict::restrict_calls();
}

/// `wasiaot_abi::host::REQUIRE_RESTRICTED_CALLS`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_require_restricted_calls() {
    restrict::require_restricted_calls();
}

/// `wasiaot_abi::host::START_TIMEOUT`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_start_timeout() {
    timeout::start();
}

/// `wasiaot_abi::host::MEMORY_GROW`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_memory_grow(record: *mut MemoryRecord, delta_pages: u64, page_bytes: u64) -> u64 {
    // SAFETY: generated code passes a record of the context block and does not access it meanwhile.
    let record = unsafe { &mut *record };
    memory::grow(record, delta_pages, page_bytes).unwrap_or(u64::MAX)
}

/// `wasiaot_abi::host::TABLE_GROW`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_table_grow(record: *mut TableRecord, delta: u64, value: u64) -> u64 {
    // SAFETY: generated code passes a record of the context block and does not access it meanwhile.
    let record = unsafe { &mut *record };
    // SAFETY: the record was made by the compiler, or by this function before.
    unsafe { table::grow(record, delta, value) }.unwrap_or(u64::MAX)
}

/// `wasiaot_abi::host::TABLE_FILL`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_table_fill(entries: *mut u64, value: u64, len: u64) {
    // SAFETY: generated code has checked that the entries are in the table.
    unsafe { table::fill(entries, value, len as usize) }
}

/// `wasiaot_abi::host::ATOMIC_WAIT`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_atomic_wait(timeout_ns: i64) -> u64 {
    wait::wait(timeout_ns)
}

/// `wasiaot_abi::host::UNKNOWN_IMPORT`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_unknown_import(name: *const u8, len: u64) -> ! {
    // SAFETY: generated code passes the address and length of a constant.
    trap::raise_unknown_import(unsafe { std::slice::from_raw_parts(name, len as usize) })
}

/// Called by `wasiaot_abi::host::THROW` with what it was called with in registers.
extern "C" fn throw(place: &exception::ThrowPlace) -> ! {
    exception::throw(place)
}

/// Called by `wasiaot_abi::host::THROW_REFERENCE`, as above.
extern "C" fn throw_reference(place: &exception::ThrowPlace, reference: u64) -> ! {
    exception::throw_reference(place, reference)
}

/// `wasiaot_abi::host::TAKE_REFERENCE`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_take_reference() -> u64 {
    exception::take_reference()
}

/// Functions of `wasiaot_abi::host::LIBRARY_CALLS`. The C library's return a NaN as it is.
macro_rules! rounding {
    ($($name:ident($ty:ty) as $method:ident, $quiet_bit:literal;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(value: $ty) -> $ty {
            if value.is_nan() { <$ty>::from_bits(value.to_bits() | 1 << $quiet_bit) } else { value.$method() }
        }
    )*};
}

rounding! {
    wasiaot_ceil(f64) as ceil, 51;
    wasiaot_ceilf(f32) as ceil, 22;
    wasiaot_floor(f64) as floor, 51;
    wasiaot_floorf(f32) as floor, 22;
    wasiaot_trunc(f64) as trunc, 51;
    wasiaot_truncf(f32) as trunc, 22;
    wasiaot_nearbyint(f64) as round_ties_even, 51;
    wasiaot_nearbyintf(f32) as round_ties_even, 22;
}

/// `wasiaot_abi::host::SCRIPT_MAIN`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_script_main(steps: *const ScriptStep, len: u64) -> u64 {
    // SAFETY: generated code passes the address and length of a constant.
    let steps = unsafe { std::slice::from_raw_parts(steps, len as usize) };
    // SAFETY: the compiler made the steps, and the program's main function calls this once.
    let failed = unsafe { script::run(steps) };
    if failed != 0 {
        sys::exit(1);
    }
    0
}
