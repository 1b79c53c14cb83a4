//! The memories that accesses are tested in.

use crate::forms::{INDEX_FORMS, IndexForm, WIDE_INDEX_FORMS};
use crate::is_slow;

/// Constant offsets: none, small ones, and both sides of where the form of the code changes: what fits
/// 8 bits, what fits 31 bits together with the base, the end of the guard, and 32 bits.
const OFFSETS: &[u64] = &[
    0,
    1,
    7,
    127,
    128,
    4095,
    65535,
    65536,
    0x0fff_fff0,
    0x0fff_ffff,
    0x1000_0000,
    0x7fff_fff0,
    0x7fff_fff8,
    0x7fff_fffc,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fff8,
    0xffff_ffff,
];

/// The offsets that are used if not all are (`SLOW=1`).
const FEW_OFFSETS: &[u64] = &[0, 7, 0x0fff_ffff, 0x7fff_fffc, 0xffff_ffff];

/// Offsets that only 64-bit memories have: beyond 32 bits, one with which the memory's base comes to an
/// address of the memory again if sums wrap, and those that wrap with any width.
const WIDE_OFFSETS: &[u64] = &[
    0x1_0000_0000,
    0x7fff_ffff_ffff_fff8,
    0x8000_0000_0000_0000,
    0xffff_ffff_9000_0000,
    0xffff_ffff_ffff_fff8,
    0xffff_ffff_ffff_ffff,
];

/// The memory that a script is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// The only one of the program.
    First,
    /// The second one, whose base is beyond 31 bits.
    Second,
    /// One with 64-bit addresses.
    Wide,
}

impl Space {
    /// What declares it as `$m`, with so many pages at start and that can get so many.
    pub(crate) fn declaration(self, start_pages: u64, most_pages: u64) -> String {
        // A memory without a maximum does not get its last page.
        let pages = match (self, most_pages) {
            (Self::First | Self::Second, 65536) => format!("{start_pages} 65536"),
            _ => start_pages.to_string(),
        };
        match self {
            Self::First => format!("(memory $m {pages})"),
            Self::Second => format!("(memory 1) (memory $m {pages})"),
            Self::Wide => format!("(memory $m i64 {pages})"),
        }
    }

    /// The type of indices.
    pub(crate) fn index_type(self) -> &'static str {
        if self == Self::Wide { "i64" } else { "i32" }
    }

    /// The largest index there is.
    pub(crate) fn largest_index(self) -> u64 {
        if self == Self::Wide { u64::MAX } else { u64::from(u32::MAX) }
    }

    /// How indices are computed.
    pub(crate) fn index_forms(self) -> &'static [IndexForm] {
        if self == Self::Wide { WIDE_INDEX_FORMS } else { INDEX_FORMS }
    }

    /// Constant offsets: a few, unless `SLOW=1`.
    pub(crate) fn offsets(self) -> Vec<u64> {
        let mut offsets = if is_slow() { OFFSETS } else { FEW_OFFSETS }.to_vec();
        if self == Self::Wide {
            offsets.extend(WIDE_OFFSETS);
        }
        offsets
    }
}
