//! What this executable is: the compiler's [`ProgramHeader`], and views of what it points to.
//!
//! The header and everything it refers to is part of the executable and never moves.
#![allow(unsafe_code, reason = "reads what the compiler laid out at fixed addresses")]

use wasiaot_abi::context::{FunctionRecord, MemoryRecord, ProgramHeader};
use wasiaot_abi::grants;

#[cfg(target_env = "musl")]
unsafe extern "C" {
    /// Defined by the application object (`wasiaot_abi::symbols::PROGRAM_HEADER`).
    #[link_name = "wasiaot_program"]
    static PROGRAM: ProgramHeader;
}

/// Outside executables, where unit tests run, the program is empty.
#[cfg(not(target_env = "musl"))]
static PROGRAM: ProgramHeader = ProgramHeader {
    memories: 0,
    memories_len: 0,
    grants: 0,
    grants_len: 0,
    stack_bytes: 0,
    text: 0,
    text_len: 0,
    functions: 0,
    functions_len: 0,
    sites: 0,
    sites_len: 0,
    names: 0,
    names_len: 0,
    host_exit: 0,
    filter: 0,
    filter_len: 0,
    max_open_files: u64::MAX,
    timeout_us: 0,
    cpu_name: 0,
};

/// The program's header.
#[must_use]
pub fn header() -> &'static ProgramHeader {
    #[cfg_attr(not(target_env = "musl"), allow(unused_unsafe))]
    // SAFETY: the application object defines it with this type, and nothing ever writes it.
    unsafe {
        &PROGRAM
    }
}

/// What was granted when the program was built, in the order of the command line.
#[must_use]
pub fn grants() -> grants::Decode<'static> {
    // SAFETY: the compiler made the header; grants are constant bytes.
    grants::decode(unsafe { constants(header().grants, header().grants_len) })
}

/// Address of the records of the linear memories, and their number. They are written by generated
/// code and by `memory.grow`, so no reference to one may live across either.
#[must_use]
pub fn memories() -> (*mut MemoryRecord, usize) {
    (std::ptr::with_exposed_provenance_mut(header().memories as usize), header().memories_len as usize)
}

/// The compiled functions, sorted by address.
#[must_use]
pub fn functions() -> &'static [FunctionRecord] {
    // SAFETY: the compiler made the header; function records are constant.
    unsafe { constants(header().functions, header().functions_len) }
}

/// The system call filter.
#[must_use]
pub fn filter() -> &'static [u64] {
    // SAFETY: the compiler made the header; the filter is constant.
    unsafe { constants(header().filter, header().filter_len) }
}

/// The encoded sites of all functions.
#[must_use]
pub fn sites() -> &'static [u8] {
    // SAFETY: the compiler made the header; sites are constant bytes.
    unsafe { constants(header().sites, header().sites_len) }
}

/// The zero-terminated names.
#[must_use]
pub fn names() -> &'static [u8] {
    // SAFETY: the compiler made the header; names are constant bytes.
    unsafe { constants(header().names, header().names_len) }
}

/// A view of `len` constant values at `address`.
///
/// # Safety
/// The values exist there, and nothing writes them while the process lives.
pub unsafe fn constants<T>(address: u64, len: u64) -> &'static [T] {
    if len == 0 {
        return &[]; // The address of nothing may be 0.
    }
    // SAFETY: passed on to the caller.
    unsafe { std::slice::from_raw_parts(std::ptr::with_exposed_provenance(address as usize), len as usize) }
}
