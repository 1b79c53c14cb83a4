//! Tables that grow.
//!
//! A table starts in storage that is part of the executable. When it outgrows that, it moves once,
//! to address space for the most entries that it may have; pages of that are committed on first
//! touch. Everything else about tables is generated code.
#![allow(unsafe_code, reason = "tables are memory that generated code shares")]

use rustix::mm::{MapFlags, ProtFlags};
use wasiaot_abi::context::TableRecord;

/// Grows a table by `delta` entries that are `value`, and returns its old size, or `None` if it
/// cannot grow.
///
/// # Safety
/// `record` describes storage of `capacity` entries that nothing else uses during the call.
pub unsafe fn grow(record: &mut TableRecord, delta: u64, value: u64) -> Option<u64> {
    let old_len = record.len;
    let new_len = old_len.checked_add(delta)?;
    if new_len > record.max {
        return None;
    }
    if new_len > record.capacity {
        // SAFETY: passed on to the caller.
        unsafe { relocate(record)? };
    }
    let entries = std::ptr::with_exposed_provenance_mut::<u64>(record.base as usize);
    // SAFETY: `old_len` is at most `capacity`.
    let added = unsafe { entries.add(old_len as usize) };
    // SAFETY: `old_len + delta` is at most `capacity`, which was raised above if necessary.
    unsafe { fill(added, value, delta as usize) };
    record.len = new_len;
    Some(old_len)
}

/// Moves a table to storage for the most entries that it may have.
///
/// # Safety
/// As of [`grow`].
unsafe fn relocate(record: &mut TableRecord) -> Option<()> {
    let bytes = usize::try_from(record.max.checked_mul(8)?).ok()?;
    let access = ProtFlags::READ | ProtFlags::WRITE;
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    // SAFETY: maps new memory at an address that the kernel chooses.
    let storage = unsafe { rustix::mm::mmap_anonymous(std::ptr::null_mut(), bytes, access, flags) };
    let storage = storage.ok()?.cast::<u64>();
    let old = std::ptr::with_exposed_provenance::<u64>(record.base as usize);
    // SAFETY: `len` entries exist at the old place and fit in the new one, which nothing else has.
    unsafe { storage.copy_from_nonoverlapping(old, record.len as usize) };
    record.base = storage.expose_provenance() as u64;
    record.capacity = record.max;
    Some(())
}

/// Stores `value` in `len` entries.
///
/// # Safety
/// `entries` is valid for writing `len` entries.
pub unsafe fn fill(entries: *mut u64, value: u64, len: usize) {
    for index in 0..len {
        // SAFETY: `index < len`.
        let entry = unsafe { entries.add(index) };
        // SAFETY: passed on to the caller.
        unsafe { entry.write(value) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_grow(record: &mut TableRecord, delta: u64, value: u64, expected: Option<u64>) {
        // SAFETY: the tests make records of storage that they own.
        assert_eq!(unsafe { grow(record, delta, value) }, expected);
    }

    #[track_caller]
    fn check_entries(record: &TableRecord, expected: &[u64]) {
        let entries = std::ptr::with_exposed_provenance(record.base as usize);
        // SAFETY: as in `check_grow`.
        assert_eq!(unsafe { std::slice::from_raw_parts::<u64>(entries, record.len as usize) }, expected);
    }

    #[test]
    fn grows_in_place_then_moves_once() {
        let mut storage = [7u64, 8, 99, 99];
        let base = storage.as_mut_ptr().expose_provenance() as u64;
        let mut record = TableRecord { base, len: 2, max: 6, capacity: 4 };
        check_grow(&mut record, 0, 1, Some(2));
        check_grow(&mut record, 1, 5, Some(2));
        check_entries(&record, &[7, 8, 5]);
        assert_eq!((record.base, record.capacity), (base, 4));
        check_grow(&mut record, 4, 1, None);
        check_grow(&mut record, u64::MAX, 1, None);
        check_grow(&mut record, 2, 6, Some(3));
        check_entries(&record, &[7, 8, 5, 6, 6]);
        let moved_to = record.base;
        check_grow(&mut record, 1, 0, Some(5));
        check_entries(&record, &[7, 8, 5, 6, 6, 0]);
        assert_eq!((record.base, record.capacity), (moved_to, 6));
        check_grow(&mut record, 1, 0, None);
    }

    #[test]
    fn starts_without_storage() {
        let mut record = TableRecord { base: 0, len: 0, max: 10_000_000, capacity: 0 };
        check_grow(&mut record, 0, 1, Some(0));
        check_grow(&mut record, 3, 1, Some(0));
        check_entries(&record, &[1, 1, 1]);
    }
}
