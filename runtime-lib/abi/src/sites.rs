//! Code sites: which instruction of a compiled function may trap or call, and where it comes from.
//!
//! Each function has a byte string of its sites in the order of their addresses. A site is two
//! unsigned LEB128 numbers:
//!
//! 1. `address_delta << 5 | code`: bytes of code since the previous site (or the function's start),
//!    and the [`TrapCode`], or 0 for a call's return address.
//! 2. `zigzag(wasm_delta)`: change of the wasm byte offset since the previous site; the first one is
//!    relative to the start of the function's body.
//!
//! The string ends where the next function's begins. Most sites take 3 bytes.

use alloc::vec::Vec;

use crate::trap::TrapCode;

/// One instruction of interest in compiled code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Offset from the start of the function: of the trapping instruction, or of the instruction
    /// after a call.
    pub code_offset: u32,
    /// What trapping here means; `None` for a call's return address.
    pub trap: Option<TrapCode>,
    /// Byte offset of the wasm instruction from the start of the function's body.
    pub wasm_offset: u32,
}

/// Appends the encoding of one function's sites, which are sorted by `code_offset`.
pub fn encode(sites: &[Site], out: &mut Vec<u8>) {
    let (mut code_offset, mut wasm_offset) = (0, 0);
    for site in sites {
        let address_delta = u64::from(site.code_offset - code_offset);
        write_uleb128(address_delta << 5 | site.trap.map_or(0, |code| code as u64), out);
        let wasm_delta = i64::from(site.wasm_offset) - i64::from(wasm_offset);
        write_uleb128(((wasm_delta << 1) ^ (wasm_delta >> 63)).cast_unsigned(), out);
        (code_offset, wasm_offset) = (site.code_offset, site.wasm_offset);
    }
}

/// The sites in `bytes`, which hold exactly one function's. Stops at malformed input.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decode<'_> {
    Decode { bytes, code_offset: 0, wasm_offset: 0 }
}

/// Iterator of [`decode`]. Allocates nothing: it runs in a signal handler.
#[derive(Clone, Debug)]
pub struct Decode<'a> {
    bytes: &'a [u8],
    code_offset: u32,
    wasm_offset: u32,
}

impl Iterator for Decode<'_> {
    type Item = Site;

    fn next(&mut self) -> Option<Site> {
        let head = read_uleb128(&mut self.bytes)?;
        let zigzag = read_uleb128(&mut self.bytes)?;
        let wasm_delta = (zigzag >> 1).cast_signed() ^ -((zigzag & 1).cast_signed());
        self.code_offset = self.code_offset.wrapping_add((head >> 5) as u32);
        self.wasm_offset = self.wasm_offset.wrapping_add(wasm_delta as u32);
        Some(Site {
            code_offset: self.code_offset,
            trap: TrapCode::from_u8((head & 31) as u8),
            wasm_offset: self.wasm_offset,
        })
    }
}

fn write_uleb128(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn read_uleb128(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_round_trip(sites: &[Site]) {
        let mut bytes = Vec::new();
        encode(sites, &mut bytes);
        assert_eq!(decode(&bytes).collect::<Vec<_>>(), sites);
    }

    #[test]
    fn round_trips() {
        let site = |code_offset, trap, wasm_offset| Site { code_offset, trap, wasm_offset };
        check_round_trip(&[]);
        check_round_trip(&[site(0, None, 0)]);
        check_round_trip(&[
            site(3, Some(TrapCode::MemoryOutOfBounds), 900),
            site(3, None, 7), // The wasm offset may go back: code is not laid out in wasm order.
            site(u32::MAX, Some(TrapCode::Raised), u32::MAX),
        ]);
    }
}
