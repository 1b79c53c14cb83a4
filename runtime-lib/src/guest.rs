//! Guest addresses become host pointers here, and only here.
//!
//! A [`GuestMemory`] is a view of one linear memory for the duration of one host call. Every access
//! is checked against the memory's current size in `u64` arithmetic; guest addresses need no
//! alignment. It knows nothing of what the bytes mean, and never allocates: lengths that the guest
//! chose only ever bound a slice of the guest's own memory.

#![allow(unsafe_code, reason = "turns checked guest addresses into host pointers")]

use core::marker::PhantomData;
use core::mem::MaybeUninit;

use wasiaot_abi::context::MemoryRecord;

#[cfg(any(test, feature = "model"))]
pub mod model;

/// A guest address range that is not inside the guest's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// A view of one linear memory.
///
/// Shared borrows of it may be held side by side, an exclusive one excludes all others, as usual.
#[derive(Debug)]
pub struct GuestMemory<'call> {
    base: *mut u8,
    len_bytes: u64,
    call: PhantomData<&'call mut [u8]>,
}

impl<'call> GuestMemory<'call> {
    /// A view of the memory that `record` describes.
    ///
    /// # Safety
    /// `len_bytes` bytes from `base` on are mapped, readable and writable, and until the view is
    /// dropped nothing else reads or writes them: no guest code runs, and no other view exists.
    pub unsafe fn new(record: &'call MemoryRecord) -> Self {
        let base = core::ptr::with_exposed_provenance_mut(record.base as usize);
        GuestMemory { base, len_bytes: record.len_bytes, call: PhantomData }
    }

    /// The host address of `len` bytes at `addr`.
    fn pointer(&self, addr: u32, len: u32) -> Result<*mut u8, Fault> {
        let end = u64::from(addr) + u64::from(len); // Two `u32`s: cannot overflow.
        if end > self.len_bytes {
            return Err(Fault);
        }
        // SAFETY: `addr <= end <= len_bytes`, so the result is inside the mapping or at its end.
        Ok(unsafe { self.base.add(addr as usize) })
    }

    /// The `len` bytes at `addr`.
    ///
    /// # Errors
    /// [`Fault`] if they are not all inside the memory.
    pub fn slice(&self, addr: u32, len: u32) -> Result<&[u8], Fault> {
        let start = self.pointer(addr, len)?;
        // SAFETY: `pointer` checked the range, `new`'s caller vouches for the mapping, and writes
        // through this view need `&mut self`.
        Ok(unsafe { core::slice::from_raw_parts(start, len as usize) })
    }

    /// The `len` bytes at `addr`, to be written.
    ///
    /// # Errors
    /// [`Fault`] if they are not all inside the memory.
    pub fn slice_mut(&mut self, addr: u32, len: u32) -> Result<&mut [u8], Fault> {
        let start = self.pointer(addr, len)?;
        // SAFETY: as in `slice`; the exclusive borrow of `self` makes this the only reference.
        Ok(unsafe { core::slice::from_raw_parts_mut(start, len as usize) })
    }

    /// The `N` bytes at `addr`.
    ///
    /// # Errors
    /// [`Fault`] if they are not all inside the memory.
    pub fn read<const N: usize>(&self, addr: u32) -> Result<[u8; N], Fault> {
        let start = self.pointer(addr, N as u32)?;
        // SAFETY: `pointer` checked `N` bytes, and a byte array has alignment 1.
        Ok(unsafe { start.cast::<[u8; N]>().read() })
    }

    /// Stores `bytes` at `addr`.
    ///
    /// # Errors
    /// [`Fault`] if there is no room: nothing is stored then.
    pub fn write<const N: usize>(&mut self, addr: u32, bytes: [u8; N]) -> Result<(), Fault> {
        let start = self.pointer(addr, N as u32)?;
        // SAFETY: `pointer` checked `N` bytes, and a byte array has alignment 1.
        unsafe { start.cast::<[u8; N]>().write(bytes) };
        Ok(())
    }

    /// The little-endian `u32` at `addr`.
    ///
    /// # Errors
    /// [`Fault`] if it is not inside the memory.
    pub fn read_u32(&self, addr: u32) -> Result<u32, Fault> {
        self.read(addr).map(u32::from_le_bytes)
    }

    /// Stores a little-endian `u32` at `addr`.
    ///
    /// # Errors
    /// [`Fault`] if it is not inside the memory.
    pub fn write_u32(&mut self, addr: u32, value: u32) -> Result<(), Fault> {
        self.write(addr, value.to_le_bytes())
    }

    /// Stores a little-endian `u64` at `addr`.
    ///
    /// # Errors
    /// [`Fault`] if it is not inside the memory.
    pub fn write_u64(&mut self, addr: u32, value: u64) -> Result<(), Fault> {
        self.write(addr, value.to_le_bytes())
    }

    /// Copies `bytes` to `addr`.
    ///
    /// # Errors
    /// [`Fault`] if there is no room: nothing is stored then.
    pub fn write_slice(&mut self, addr: u32, bytes: &[u8]) -> Result<(), Fault> {
        let len = u32::try_from(bytes.len()).map_err(|_| Fault)?;
        let start = self.pointer(addr, len)?;
        // SAFETY: `pointer` checked the destination; `bytes` is not in guest memory, since a borrow
        // of that would conflict with `&mut self`.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), start, bytes.len()) };
        Ok(())
    }

    /// The buffers that `len` pairs of address and length at `addr` describe, for the kernel.
    ///
    /// Empty buffers are skipped. Buffers beyond the first [`IO_VECS_MAX`] others are left out: the
    /// call then transfers less than was asked for, which every caller of `readv` or `writev` has to
    /// expect. Buffers may overlap.
    ///
    /// # Errors
    /// [`Fault`] if the pairs or a listed buffer are not inside the memory.
    pub fn io_vecs<'v>(
        &'v mut self,
        addr: u32,
        len: u32,
        storage: &'v mut IoVecStorage,
    ) -> Result<IoVecs<'v>, Fault> {
        // More pairs than 32 bits can address cannot be inside the memory.
        let pairs = self.slice(addr, len.checked_mul(IO_VEC_GUEST_BYTES).ok_or(Fault)?)?;
        let mut filled = 0;
        let (pairs, _) = pairs.as_chunks::<{ IO_VEC_GUEST_BYTES as usize }>();
        for &[a0, a1, a2, a3, l0, l1, l2, l3] in pairs {
            let buffer_len = u32::from_le_bytes([l0, l1, l2, l3]);
            if buffer_len == 0 {
                continue;
            }
            let Some(slot) = storage.vecs.get_mut(filled) else { break };
            let start = self.pointer(u32::from_le_bytes([a0, a1, a2, a3]), buffer_len)?;
            slot.write(libc::iovec { iov_base: start.cast(), iov_len: buffer_len as usize });
            filled += 1;
        }
        Ok(IoVecs { first: storage.vecs.as_mut_ptr().cast(), len: filled, borrow: PhantomData })
    }
}

/// Size of an address and length pair in the guest's memory.
const IO_VEC_GUEST_BYTES: u32 = 8;

/// Most buffers that one call passes to the kernel: 1 KiB of stack.
pub const IO_VECS_MAX: usize = 64;

/// Room for the buffers of one call.
#[derive(Debug)]
pub struct IoVecStorage {
    vecs: [MaybeUninit<libc::iovec>; IO_VECS_MAX],
}

impl IoVecStorage {
    /// Empty room.
    #[must_use]
    pub const fn new() -> Self {
        IoVecStorage { vecs: [const { MaybeUninit::uninit() }; IO_VECS_MAX] }
    }
}

impl Default for IoVecStorage {
    fn default() -> Self {
        Self::new()
    }
}

/// Buffers in guest memory, as the kernel takes them. They may overlap, so they are never turned
/// into references.
#[derive(Debug)]
pub struct IoVecs<'v> {
    first: *mut libc::iovec,
    len: usize,
    borrow: PhantomData<&'v mut [u8]>,
}

impl IoVecs<'_> {
    /// The address of the first buffer description; all [`Self::len`] of them describe memory that
    /// the kernel may read and write while `self` lives.
    #[must_use]
    pub fn as_ptr(&self) -> *mut libc::iovec {
        self.first
    }

    /// The number of buffers, at most [`IO_VECS_MAX`].
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The address and length of the first buffer; an empty one if there are none.
    #[must_use]
    pub fn first(&self) -> (*mut libc::c_void, usize) {
        if self.is_empty() {
            return (core::ptr::dangling_mut(), 0);
        }
        // SAFETY: `io_vecs` has filled the first `len`.
        let first = unsafe { self.first.read() };
        (first.iov_base, first.iov_len)
    }

    /// Whether there is nothing to transfer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEN: u32 = 4096;

    /// Runs `body` on a memory of [`LEN`] bytes in which byte `n` is `n % 251`.
    fn with_memory<T>(body: impl FnOnce(&mut GuestMemory<'_>) -> T) -> T {
        let mut bytes: Vec<u8> = (0..LEN).map(|n| (n % 251) as u8).collect();
        let record = MemoryRecord {
            base: bytes.as_mut_ptr().expose_provenance() as u64,
            len_bytes: u64::from(LEN),
            max_bytes: u64::from(LEN),
            reserved_bytes: 0,
            image_bytes: 0,
        };
        // SAFETY: `bytes` outlives the view and is not used while it exists.
        body(&mut unsafe { GuestMemory::new(&record) })
    }

    #[track_caller]
    fn check_slice(addr: u32, len: u32, expected: Option<&[u8]>) {
        with_memory(|guest| {
            assert_eq!(guest.slice(addr, len).ok(), expected);
            assert_eq!(guest.slice_mut(addr, len).ok().as_deref(), expected);
        });
    }

    #[test]
    fn slice_bounds() {
        check_slice(0, 4, Some(&[0, 1, 2, 3]));
        check_slice(LEN, 0, Some(&[])); // Empty at the end is fine.
        check_slice(LEN + 1, 0, None); // One past it is not.
        check_slice(LEN - 1, 2, None);
        check_slice(u32::MAX, u32::MAX, None); // The sum does not fit 32 bits.
    }

    #[test]
    fn reads_and_writes_need_no_alignment() {
        with_memory(|guest| {
            assert_eq!(guest.read_u32(1), Ok(0x0403_0201));
            assert_eq!(guest.read_u32(LEN - 3), Err(Fault));
            assert_eq!(guest.write_u64(3, 0x1122_3344_5566_7788), Ok(()));
            assert_eq!(guest.read::<2>(3), Ok([0x88, 0x77]));
            assert_eq!(guest.write_u64(LEN - 7, 0), Err(Fault));
            assert_eq!(guest.write_slice(LEN - 2, &[9, 9]), Ok(()));
            assert_eq!(guest.write_slice(LEN - 1, &[9, 9]), Err(Fault));
        });
    }

    /// Puts `pairs` at address 8 and gives the lengths of the buffers that the kernel would see.
    #[track_caller]
    fn check_io_vecs(pairs: &[(u32, u32)], expected: Result<&[usize], Fault>) {
        with_memory(|guest| {
            for (index, &(addr, len)) in pairs.iter().enumerate() {
                let at = 8 + 8 * index as u32;
                guest.write_u32(at, addr).expect("the pairs fit");
                guest.write_u32(at + 4, len).expect("the pairs fit");
            }
            let mut storage = IoVecStorage::new();
            let vecs = guest.io_vecs(8, pairs.len() as u32, &mut storage);
            let lengths = vecs.map(|vecs| {
                // SAFETY: `io_vecs` has filled the first `len`.
                let vecs = unsafe { core::slice::from_raw_parts(vecs.as_ptr(), vecs.len()) };
                vecs.iter().map(|vec| vec.iov_len).collect::<Vec<_>>()
            });
            assert_eq!(lengths.as_deref(), expected.as_ref().map(|lengths| &lengths[..]));
        });
    }

    #[test]
    fn io_vecs_are_checked_and_bounded() {
        check_io_vecs(&[], Ok(&[]));
        check_io_vecs(&[(0, 16), (8, 16), (0, LEN)], Ok(&[16, 16, LEN as usize])); // Overlap is fine.
        check_io_vecs(&[(LEN, 0), (u32::MAX, 0), (4, 1)], Ok(&[1])); // Empty ones are not looked at.
        check_io_vecs(&[(0, 1), (LEN, 1)], Err(Fault));
        check_io_vecs(&[(0, 3); 100], Ok(&[3; IO_VECS_MAX]));
        with_memory(|guest| {
            let mut storage = IoVecStorage::new();
            assert!(guest.io_vecs(0, u32::MAX, &mut storage).is_err());
            assert!(guest.io_vecs(LEN - 8, 2, &mut storage).is_err());
        });
    }
}
