//! Linear memories: their address space is reserved at start, and they grow in place.
//!
//! The compiler fixed every base address. The executable's own segments have mapped the initial
//! image; this maps what follows it. A memory may end anywhere; what is mapped ends at a multiple of
//! [`WASM_PAGE_BYTES`], which is one of the hardware's page. Nobody writes between the two ends, so that
//! bytes are zero when the memory comes to have them. Accesses to guest memory are in [`crate::guest`].
//!
//! Right below the first memory are [`GUARD_BELOW_BYTES`] where nothing may be mapped. Without an image, the
//! heap of the C library could grow up to there, so they are reserved with the memory. With one, the
//! heap is behind all memories. Everything else is where the kernel chooses: far above.
#![allow(unsafe_code, reason = "maps memory at fixed addresses")]

use rustix::io::Errno;
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags};
use wasiaot_abi::context::{GUARD_BELOW_BYTES, MemoryRecord, WASM_PAGE_BYTES};

use crate::{fatal, program};

/// Maps every linear memory, or ends the process with exit status 125.
///
/// Must run before the first `malloc`: the C library's heap starts right above the executable's
/// segments and grows upward, so it could take addresses that belong to a memory.
pub fn reserve_all() {
    let (records, len) = program::memories();
    for index in 0..len {
        // SAFETY: there are `len` contiguous records.
        let record = unsafe { records.add(index) };
        // SAFETY: the record is part of the context block; generated code has not started yet.
        let record = unsafe { &*record };
        if let Err(errno) = reserve(record, if index == 0 { GUARD_BELOW_BYTES } else { 0 }) {
            fail(record, errno);
        }
    }
}

/// Maps a memory, with a guard of this size below it where that is not kept free otherwise.
fn reserve(record: &MemoryRecord, guard_below_bytes: u64) -> Result<(), Errno> {
    let start = record.base + record.image_bytes;
    let accessible_bytes = mapped_bytes(record.len_bytes).saturating_sub(record.image_bytes);
    if record.reserved_bytes == 0 {
        vacate(start, mapped_bytes(record.max_bytes).saturating_sub(record.image_bytes))?;
        return map_at(start, accessible_bytes, ProtFlags::READ | ProtFlags::WRITE, MapFlags::empty());
    }
    // Nothing of this is accounted for before it is touched: the limit is the address space.
    let reserved_bytes = record.reserved_bytes.saturating_sub(record.image_bytes);
    let below_bytes = if record.image_bytes == 0 { guard_below_bytes } else { 0 };
    let (start_below, all_bytes) = (start - below_bytes, reserved_bytes + below_bytes);
    vacate(start_below, all_bytes)?;
    map_at(start_below, all_bytes, ProtFlags::empty(), MapFlags::NORESERVE)?;
    make_accessible(start, accessible_bytes)
}

/// Unmaps what is mapped at a memory's addresses behind its image, before anything of it is used.
///
/// A kernel maps nothing there. But QEMU, as which containers for another architecture run, maps the
/// gaps between an executable's segments to keep others out: between image and pad that is the memory.
fn vacate(start: u64, len_bytes: u64) -> Result<(), Errno> {
    if len_bytes == 0 {
        return Ok(());
    }
    let start = std::ptr::with_exposed_provenance_mut(start as usize);
    // SAFETY: these addresses belong to the memory, or are kept free below it: the executable has no segment there, its code does not
    // run yet, and the C library has been asked for nothing.
    unsafe { rustix::mm::munmap(start, len_bytes as usize) }
}

/// The bytes that are mapped for a memory of this length. (Lengths are far below 2⁶⁴.)
fn mapped_bytes(len_bytes: u64) -> u64 {
    len_bytes.next_multiple_of(WASM_PAGE_BYTES)
}

/// Grows a memory by `delta_pages` of `page_bytes` each and returns its old size in pages, or `None` if it
/// cannot grow. The new pages are zero.
pub fn grow(record: &mut MemoryRecord, delta_pages: u64, page_bytes: u64) -> Option<u64> {
    let old_pages = record.len_bytes.checked_div(page_bytes)?;
    let delta_bytes = delta_pages.checked_mul(page_bytes)?;
    let new_bytes = record.len_bytes.checked_add(delta_bytes)?;
    if new_bytes > record.max_bytes {
        return None;
    }
    let old_mapped_bytes = mapped_bytes(record.len_bytes);
    let start = record.base + old_mapped_bytes;
    let added_bytes = mapped_bytes(new_bytes) - old_mapped_bytes;
    let grown = if record.reserved_bytes == 0 {
        map_at(start, added_bytes, ProtFlags::READ | ProtFlags::WRITE, MapFlags::empty())
    } else if new_bytes <= record.reserved_bytes {
        make_accessible(start, added_bytes)
    } else {
        Err(Errno::NOMEM)
    };
    grown.ok()?;
    record.len_bytes = new_bytes;
    Some(old_pages)
}

/// Maps zeroed pages at an address where nothing is mapped yet.
fn map_at(start: u64, len_bytes: u64, access: ProtFlags, flags: MapFlags) -> Result<(), Errno> {
    if len_bytes == 0 {
        return Ok(());
    }
    let start = std::ptr::with_exposed_provenance_mut(start as usize);
    let flags = flags | MapFlags::PRIVATE | MapFlags::FIXED_NOREPLACE;
    // SAFETY: `FIXED_NOREPLACE` replaces no mapping, so no existing memory changes.
    let mapped = unsafe { rustix::mm::mmap_anonymous(start, len_bytes as usize, access, flags)? };
    if mapped != start {
        return Err(Errno::EXIST); // Kernels before 4.17 take the address as a mere hint.
    }
    Ok(())
}

/// Makes reserved pages readable and writable.
fn make_accessible(start: u64, len_bytes: u64) -> Result<(), Errno> {
    if len_bytes == 0 {
        return Ok(());
    }
    let start = std::ptr::with_exposed_provenance_mut(start as usize);
    // SAFETY: the callers pass a part of a memory's own reservation.
    unsafe { rustix::mm::mprotect(start, len_bytes as usize, MprotectFlags::READ | MprotectFlags::WRITE) }
}

#[cold]
fn fail(record: &MemoryRecord, errno: Errno) -> ! {
    fatal::fail(&|message| {
        if record.reserved_bytes == 0 {
            message.text("cannot map ").size(record.len_bytes).text(" for the program's memory (");
            message.errno(errno).text(")");
        } else {
            message.text("cannot reserve ").size(record.reserved_bytes);
            message.text(" of addresses for the program's memory (").errno(errno);
            message.text("); build with `--memory checked` or raise `ulimit -v`");
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    /// Runs through a memory of 2 pages that may grow to 4, of which the first 4 KiB are image.
    #[track_caller]
    fn check_life(base: u64, reserved_bytes: u64) {
        let mut record = MemoryRecord {
            base,
            len_bytes: 2 * WASM_PAGE_BYTES,
            max_bytes: 4 * WASM_PAGE_BYTES,
            reserved_bytes,
            image_bytes: 4096,
        };
        reserve(&record, 0).expect("the test chose addresses that are free");
        check_zero(&record, 4096);
        assert_eq!(grow(&mut record, 0, WASM_PAGE_BYTES), Some(2));
        assert_eq!(grow(&mut record, 3, WASM_PAGE_BYTES), None);
        assert_eq!(grow(&mut record, u64::MAX, WASM_PAGE_BYTES), None);
        assert_eq!(grow(&mut record, u64::MAX / WASM_PAGE_BYTES, WASM_PAGE_BYTES), None);
        assert_eq!(grow(&mut record, 1, WASM_PAGE_BYTES), Some(2));
        assert_eq!(grow(&mut record, 1, WASM_PAGE_BYTES), Some(3));
        assert_eq!(grow(&mut record, 1, WASM_PAGE_BYTES), None);
        assert_eq!(grow(&mut record, 0, WASM_PAGE_BYTES), Some(4));
        check_zero(&record, 2 * WASM_PAGE_BYTES);
        // What is mapped is never mapped again: contents would be lost.
        assert_eq!(map_at(base, WASM_PAGE_BYTES, ProtFlags::READ, MapFlags::empty()), Err(Errno::EXIST));
    }

    /// Checks that bytes from `first` to the end of the memory are zero and can be written.
    #[track_caller]
    fn check_zero(record: &MemoryRecord, first: u64) {
        let last = record.len_bytes - 1;
        let offsets = (first..last).step_by(4096).chain([last]);
        let bytes = offsets
            .map(|offset| std::ptr::with_exposed_provenance_mut::<u8>((record.base + offset) as usize));
        for byte in bytes {
            // SAFETY: inside the memory, which the caller has mapped.
            assert_eq!(unsafe { byte.read() }, 0);
            // SAFETY: as above.
            unsafe { byte.write(1) };
        }
    }

    #[test]
    fn reserved_ahead() {
        check_life(0x5000_0000_0000, 6 * GIB);
    }

    #[test]
    fn mapped_as_needed() {
        check_life(0x5100_0000_0000, 0);
    }

    #[test]
    fn pages_of_one_byte() {
        let mut record = MemoryRecord {
            base: 0x5200_0000_0000,
            len_bytes: 3,
            max_bytes: 3 * WASM_PAGE_BYTES,
            reserved_bytes: 0,
            image_bytes: 0,
        };
        reserve(&record, 0).expect("the test chose addresses that are free");
        check_zero(&record, 0);
        for (delta, expected) in [
            (WASM_PAGE_BYTES - 4, Some(3)),
            (1, Some(WASM_PAGE_BYTES - 1)),
            (1, Some(WASM_PAGE_BYTES)),
            (0, Some(WASM_PAGE_BYTES + 1)),
            (2 * WASM_PAGE_BYTES, None),
            (u64::MAX, None),
            (2 * WASM_PAGE_BYTES - 1, Some(WASM_PAGE_BYTES + 1)),
            (1, None),
        ] {
            let old_bytes = record.len_bytes;
            assert_eq!(grow(&mut record, delta, 1), expected);
            if record.len_bytes > old_bytes {
                check_zero(&record, old_bytes);
            }
        }
    }
}
