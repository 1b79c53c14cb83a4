//! Guest memory against a model, by operations that are decoded from arbitrary bytes: for a unit test, and for
//! the fuzzer.
#![allow(unsafe_code, reason = "makes a memory to look at, and reads what the kernel would be passed")]

use wasiaot_abi::context::MemoryRecord;

use super::{Fault, GuestMemory, IO_VECS_MAX, IoVecStorage};

/// The largest memory.
const LEN_MAX: usize = 2048;

/// Bytes that say what to do, as numbers.
struct Script<'a>(&'a [u8]);

impl Script<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// A number at which something may happen: small, around the length of the memory, or any.
    fn number(&mut self, len: usize) -> Option<u32> {
        Some(match self.byte()? {
            small @ 0..64 => small.into(),
            near @ 64..192 => (len as u32).wrapping_add(u32::from(near)).wrapping_sub(128),
            high @ 192.. => u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, high]),
        })
    }
}

/// Does what the bytes say, with guest memory and with a vector.
///
/// # Panics
/// If the two do not agree.
pub fn check(bytes: &[u8]) {
    let mut script = Script(bytes);
    let (Some(low), Some(high)) = (script.byte(), script.byte()) else { return };
    let len = usize::from(u16::from_le_bytes([low, high])) % (LEN_MAX + 1);
    let mut model: Vec<u8> = (0..len).map(|number| number as u8).collect();
    let mut memory = model.clone();
    let record = MemoryRecord {
        base: memory.as_mut_ptr().expose_provenance() as u64,
        len_bytes: len as u64,
        max_bytes: len as u64,
        reserved_bytes: 0,
        image_bytes: 0,
    };
    {
        // SAFETY: `memory` outlives the view and is not used while it exists.
        let mut guest = unsafe { GuestMemory::new(&record) };
        while step(&mut script, &mut guest, &mut model).is_some() {}
    }
    assert_eq!(memory, model);
}

/// Does one thing; `None` at the end of the script.
fn step(script: &mut Script<'_>, guest: &mut GuestMemory<'_>, model: &mut [u8]) -> Option<()> {
    let operation = script.byte()?;
    let addr = script.number(model.len())?;
    let len = script.number(model.len())?;
    let value = script.byte()?;
    let range = |len: u32| {
        let start = addr as usize;
        start..start + len as usize
    };
    match operation % 6 {
        0 => assert_eq!(guest.slice(addr, len).ok(), model.get(range(len))),
        1 => {
            let (found, expected) = (guest.slice_mut(addr, len), model.get_mut(range(len)));
            assert_eq!(found.is_ok(), expected.is_some());
            if let (Ok(found), Some(expected)) = (found, expected) {
                found.fill(value);
                expected.fill(value);
            }
        }
        2 => {
            let expected = model.get(range(4)).map(|bytes| bytes.try_into().expect("there are four"));
            assert_eq!(guest.read_u32(addr).ok(), expected.map(u32::from_le_bytes));
        }
        3 => {
            let bytes = [value; 8];
            let expected = model.get_mut(range(8)).map(|place| place.copy_from_slice(&bytes));
            assert_eq!(guest.write_u64(addr, u64::from_le_bytes(bytes)).ok(), expected);
        }
        4 => {
            let bytes = vec![value; len as usize % (LEN_MAX + 2)];
            let expected =
                model.get_mut(range(bytes.len() as u32)).map(|place| place.copy_from_slice(&bytes));
            assert_eq!(guest.write_slice(addr, &bytes).ok(), expected);
        }
        _ => check_io_vecs(guest, model, addr, len),
    }
    Some(())
}

/// The buffers of a call, decoded again here.
fn check_io_vecs(guest: &mut GuestMemory<'_>, model: &[u8], addr: u32, len: u32) {
    let expected = (|| {
        let bytes_len = usize::try_from(u64::from(len) * 8).ok()?;
        let pairs = model.get(addr as usize..(addr as usize).checked_add(bytes_len)?)?;
        let mut buffers: Vec<(usize, usize)> = Vec::new();
        for pair in pairs.chunks(8) {
            let word =
                |at: usize| u32::from_le_bytes([pair[at], pair[at + 1], pair[at + 2], pair[at + 3]]) as usize;
            let (start, len) = (word(0), word(4));
            if len == 0 {
                continue;
            }
            if buffers.len() == IO_VECS_MAX {
                break;
            }
            model.get(start..start + len)?;
            buffers.push((start, len));
        }
        Some(buffers)
    })();
    let base = guest.slice(0, 0).map(<[u8]>::as_ptr).expect("nothing is always there").addr();
    let mut storage = IoVecStorage::new();
    let found = guest.io_vecs(addr, len, &mut storage).map(|buffers| {
        // SAFETY: `io_vecs` has filled the first `len`.
        let buffers = unsafe { core::slice::from_raw_parts(buffers.as_ptr(), buffers.len()) };
        buffers.iter().map(|buffer| (buffer.iov_base.addr() - base, buffer.iov_len)).collect()
    });
    assert_eq!(found, expected.ok_or(Fault));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_model() {
        let mut random: u32 = 1;
        let mut next = || {
            random = random.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            (random >> 16) as u8
        };
        for _ in 0..2000 {
            let script: Vec<u8> = (0..64).map(|_| next()).collect();
            check(&script);
        }
    }
}
