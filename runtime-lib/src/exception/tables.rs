//! What the compiler says of exceptions: views of the [`ExceptionHeader`] and of what it points to.
#![allow(unsafe_code, reason = "reads what the compiler laid out at fixed addresses")]

use wasiaot_abi::context::NO_NAME;
use wasiaot_abi::exception::{ExceptionHeader, HandlerSite, PendingException, SavingCode};

use crate::program;

#[cfg(target_env = "musl")]
unsafe extern "C" {
    /// Defined by the application object (`wasiaot_abi::symbols::EXCEPTION_HEADER`).
    #[link_name = "wasiaot_exceptions"]
    static EXCEPTIONS: ExceptionHeader;
}

/// Outside executables, where unit tests run, nothing is thrown.
#[cfg(not(target_env = "musl"))]
static EXCEPTIONS: ExceptionHeader = ExceptionHeader {
    pending: 0,
    payload_words: 0,
    sites: 0,
    sites_len: 0,
    lists: 0,
    lists_len: 0,
    tag_names: 0,
    tag_names_len: 0,
    globals: 0,
    globals_len: 0,
    tables: 0,
    tables_len: 0,
    saving: 0,
    saving_len: 0,
    saved: 0,
    saved_len: 0,
};

/// The header.
pub(super) fn header() -> &'static ExceptionHeader {
    #[cfg_attr(not(target_env = "musl"), allow(unused_unsafe))]
    // SAFETY: the application object defines it with this type, and nothing ever writes it.
    unsafe {
        &EXCEPTIONS
    }
}

/// The calls out of blocks that catch, sorted.
pub(super) fn sites() -> &'static [HandlerSite] {
    // SAFETY: the compiler made the header; sites are constant.
    unsafe { program::constants(header().sites, header().sites_len) }
}

/// The handler lists.
pub(super) fn lists() -> &'static [u32] {
    // SAFETY: the compiler made the header; lists are constant.
    unsafe { program::constants(header().lists, header().lists_len) }
}

/// The code that saves registers, sorted.
pub(super) fn saving() -> &'static [SavingCode] {
    // SAFETY: the compiler made the header; what it points to is constant.
    unsafe { program::constants(header().saving, header().saving_len) }
}

/// The lists of saved registers.
pub(super) fn saved() -> &'static [u32] {
    // SAFETY: the compiler made the header; lists are constant.
    unsafe { program::constants(header().saved, header().saved_len) }
}

/// The name of a tag.
pub(super) fn tag_name(tag: u32) -> Option<&'static [u8]> {
    // SAFETY: the compiler made the header; names are constant.
    let names: &[u32] = unsafe { program::constants(header().tag_names, header().tag_names_len) };
    let offset = *names.get(tag as usize)?;
    if offset == NO_NAME {
        return None;
    }
    program::names().get(offset as usize..)?.split(|&byte| byte == 0).next()
}

/// Addresses of the globals that hold references.
pub(super) fn globals() -> &'static [u64] {
    // SAFETY: the compiler made the header; the addresses are constant.
    unsafe { program::constants(header().globals, header().globals_len) }
}

/// Addresses of the records of the tables that hold references.
pub(super) fn tables() -> &'static [u64] {
    // SAFETY: the compiler made the header; the addresses are constant.
    unsafe { program::constants(header().tables, header().tables_len) }
}

/// The pending exception. Compiled code writes it too, so that no reference to it lives across a return.
pub(super) struct Pending(*mut PendingException);

impl Pending {
    /// The program's.
    pub(super) fn of_program() -> Self {
        Self(std::ptr::with_exposed_provenance_mut(header().pending as usize))
    }

    /// The number of its tag.
    pub(super) fn tag(&self) -> u32 {
        // SAFETY: the compiler placed the record in the context block.
        unsafe { (*self.0).tag as u32 }
    }

    /// The reference to it, or 0.
    pub(super) fn reference(&self) -> u64 {
        // SAFETY: as above.
        unsafe { (*self.0).reference }
    }

    /// Says that there is a reference to it.
    pub(super) fn set_reference(&mut self, reference: u64) {
        // SAFETY: as above.
        unsafe { (*self.0).reference = reference };
    }

    /// Sets its tag.
    pub(super) fn set_tag(&mut self, tag: u32) {
        // SAFETY: as above.
        unsafe { (*self.0).tag = tag.into() };
    }

    /// What it carries; words beyond what its tag has may be anything.
    pub(super) fn payload(&mut self) -> &mut [u64] {
        // SAFETY: the payload follows the record.
        let first = unsafe { self.0.add(1) };
        // SAFETY: the compiler made room for as many words; only this object refers to them.
        unsafe { std::slice::from_raw_parts_mut(first.cast::<u64>(), header().payload_words as usize) }
    }
}
