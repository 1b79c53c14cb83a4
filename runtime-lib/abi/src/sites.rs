//! Code sites: which instruction of a compiled function may trap or call, and where it comes from.
//!
//! Each function has a byte string, of unsigned LEB128 numbers: how many [`Inlined`] bodies follow, these
//! in the order of their starts, then the sites in the order of their addresses. An inlined body is:
//!
//! 1. its start, less that of the one before;
//! 2. the offset of the call in whose place it is, plus 1; or 0 if that was a tail call of the function itself;
//! 3. the number of its function's record.
//!
//! A site is:
//!
//! 1. `address_delta << 5 | code`: bytes of code since the previous site (or the function's start),
//!    and the [`TrapCode`], or 0 for a call's return address.
//! 2. `zigzag(wasm_delta)`: change of the wasm byte offset since the previous site; the first one is
//!    relative to the start of the function's body.
//!
//! The string ends where the next function's begins. Most sites take 3 bytes.

use alloc::vec::Vec;

use crate::trap::TrapCode;

/// A body that takes the place of a call in a compiled function.
///
/// Wasm offsets of a function with such bodies go on behind its own: an inlined body has the offsets from
/// `start` to its length beyond, less what is inlined in it, which has a place of its own. So each offset
/// belongs to the last body that starts at or before it, or to the function itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inlined {
    /// The offset that stands for the first byte of the body.
    pub start: u32,
    /// The offset of the call; `None` where there is no frame of a caller to show: the call was a tail call
    /// of the function itself, or of another body without one.
    pub call: Option<u32>,
    /// Number of the function's record.
    pub function: u32,
}

/// One instruction of interest in compiled code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Offset from the start of the function: of the trapping instruction, or of the instruction
    /// after a call.
    pub code_offset: u32,
    /// What trapping here means; `None` for a call's return address.
    pub trap: Option<TrapCode>,
    /// Byte offset of the wasm instruction from the start of the function's body; see [`Inlined`].
    pub wasm_offset: u32,
}

/// Appends the encoding of one function's inlined bodies, sorted by `start`, and sites, sorted by
/// `code_offset`.
pub fn encode(inlined: &[Inlined], sites: &[Site], out: &mut Vec<u8>) {
    write_uleb128(inlined.len() as u64, out);
    let mut start = 0;
    for body in inlined {
        write_uleb128(u64::from(body.start - start), out);
        write_uleb128(body.call.map_or(0, |call| u64::from(call) + 1), out);
        write_uleb128(body.function.into(), out);
        start = body.start;
    }
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
    let mut inlined = decode_inlined(bytes);
    inlined.by_ref().for_each(drop);
    Decode { bytes: inlined.bytes, code_offset: 0, wasm_offset: 0 }
}

/// The inlined bodies in `bytes`, which hold exactly one function's sites. Stops at malformed input.
#[must_use]
pub fn decode_inlined(mut bytes: &[u8]) -> DecodeInlined<'_> {
    let left = read_uleb128(&mut bytes).unwrap_or(0);
    DecodeInlined { bytes, left, start: 0 }
}

/// Iterator of [`decode_inlined`]. Allocates nothing.
#[derive(Clone, Debug)]
pub struct DecodeInlined<'a> {
    bytes: &'a [u8],
    left: u64,
    start: u32,
}

impl Iterator for DecodeInlined<'_> {
    type Item = Inlined;

    fn next(&mut self) -> Option<Inlined> {
        self.left = self.left.checked_sub(1)?;
        self.start = self.start.wrapping_add(read_uleb128(&mut self.bytes)? as u32);
        let call = read_uleb128(&mut self.bytes)?.checked_sub(1).map(|call| call as u32);
        let function = read_uleb128(&mut self.bytes)? as u32;
        Some(Inlined { start: self.start, call, function })
    }
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
    fn check_round_trip(inlined: &[Inlined], sites: &[Site]) {
        let mut bytes = Vec::new();
        encode(inlined, sites, &mut bytes);
        assert_eq!(decode_inlined(&bytes).collect::<Vec<_>>(), inlined);
        assert_eq!(decode(&bytes).collect::<Vec<_>>(), sites);
    }

    #[test]
    fn round_trips() {
        let site = |code_offset, trap, wasm_offset| Site { code_offset, trap, wasm_offset };
        let body = |start, call, function| Inlined { start, call, function };
        check_round_trip(&[], &[]);
        check_round_trip(&[], &[site(0, None, 0)]);
        check_round_trip(&[body(200, Some(3), 7), body(300, None, u32::MAX)], &[]);
        check_round_trip(
            &[body(0, Some(0), 0), body(u32::MAX, Some(u32::MAX), 1)],
            &[
                site(3, Some(TrapCode::MemoryOutOfBounds), 900),
                site(3, None, 7), // The wasm offset may go back: code is not laid out in wasm order.
                site(u32::MAX, Some(TrapCode::Raised), u32::MAX),
            ],
        );
    }
}
