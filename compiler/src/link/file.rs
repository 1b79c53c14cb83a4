//! Places in the file: how its parts are packed so that it is small.
//!
//! Parts whose address is fixed are *anchored*: their offset is known modulo the page size, because
//! a page of the file is what the kernel maps. That leaves gaps before them, unless the application
//! has chosen addresses for which one follows the other. Code can be anywhere, as its address follows
//! from its offset; so can everything that is not loaded.

use std::ops::Range;

/// The file while it is being filled: an end, and gaps before it.
#[derive(Clone, Default)]
pub(super) struct File {
    gaps: Vec<Range<u64>>,
    pub(super) end: u64,
}

impl File {
    /// Takes `size` bytes at the end, from a multiple of `align` on.
    fn append(&mut self, align: u64, size: u64) -> u64 {
        self.append_anchored(&Anchored { in_page: 0, size }, align)
    }

    /// Takes the bytes of an anchored part at the end.
    fn append_anchored(&mut self, part: &Anchored, page_bytes: u64) -> u64 {
        let start = self.end + (page_bytes + part.in_page - self.end % page_bytes) % page_bytes;
        self.gaps.push(self.end..start);
        self.end = start + part.size;
        start
    }

    /// Takes `size` bytes in the first gap that has room, or else at the end.
    pub(super) fn fill(&mut self, align: u64, size: u64) -> u64 {
        for gap in &mut self.gaps {
            let start = gap.start.next_multiple_of(align);
            if start + size <= gap.end {
                gap.start = start + size;
                return start;
            }
        }
        self.append(align, size)
    }
}

/// A part whose place within a page is fixed.
pub(super) struct Anchored {
    /// Its distance from the start of a page, in bytes.
    pub(super) in_page: u64,
    /// Its bytes; 0 if there is no such part.
    pub(super) size: u64,
}

/// A part that can be anywhere.
pub(super) struct Floating {
    pub(super) align: u64,
    pub(super) size: u64,
}

/// Sizes of the parts that are not loaded.
pub(super) struct UnloadedSizes {
    pub(super) inspect: u64,
    pub(super) symbols: u64,
    pub(super) strings: u64,
    pub(super) section_names: u64,
    pub(super) section_headers: u64,
}

/// File offsets of the parts that are not loaded.
#[derive(Debug)]
pub(super) struct UnloadedOffsets {
    pub(super) inspect: u64,
    pub(super) symbols: u64,
    pub(super) strings: u64,
    pub(super) section_names: u64,
    pub(super) section_headers: u64,
}

impl UnloadedSizes {
    /// Gives the parts their places.
    pub(super) fn place(&self, file: &mut File) -> UnloadedOffsets {
        UnloadedOffsets {
            section_headers: file.fill(8, self.section_headers),
            section_names: file.fill(1, self.section_names),
            inspect: file.fill(1, self.inspect),
            symbols: file.fill(8, self.symbols),
            strings: file.fill(1, self.strings),
        }
    }
}

/// Where anchored parts and code are in the file.
pub(super) struct Arrangement {
    pub(super) file: File,
    /// Offsets of the anchored parts.
    pub(super) anchored: Vec<u64>,
    pub(super) code: u64,
}

/// Finds the arrangement behind what `file` has already for which the whole file is smallest.
///
/// What matters is which anchored part is the last, because there is no gap behind it, and between
/// which of them the code is. All combinations are tried: there are as many anchored parts as
/// segments at most. Of equals, the first one wins.
pub(super) fn arrange(
    file: &File,
    anchored: &[Anchored],
    code: &Floating,
    unloaded: &UnloadedSizes,
    page_bytes: u64,
) -> Arrangement {
    let present: Vec<usize> = (0..anchored.len()).filter(|&index| anchored[index].size > 0).collect();
    let arrange_as = |last: usize, code_place: usize| {
        let mut file = file.clone();
        let (mut offsets, mut code_offset) = (vec![0; anchored.len()], None);
        let others = present.iter().copied().filter(|&index| index != last);
        for (place, index) in others.chain(present.contains(&last).then_some(last)).enumerate() {
            if place == code_place {
                code_offset = Some(file.append(code.align, code.size));
            }
            offsets[index] = file.append_anchored(&anchored[index], page_bytes);
        }
        let code = code_offset.unwrap_or_else(|| file.fill(code.align, code.size));
        Arrangement { file, anchored: offsets, code }
    };
    let total = |&(last, code_place): &(usize, usize)| {
        let mut file = arrange_as(last, code_place).file;
        unloaded.place(&mut file);
        file.end
    };
    // The last place is that in a gap, or behind everything.
    let places = 0..=present.len();
    let lasts = if present.is_empty() { vec![0] } else { present.clone() };
    let combinations =
        lasts.iter().rev().flat_map(|&last| places.clone().rev().map(move |place| (last, place)));
    let (last, code_place) = combinations.min_by_key(total).unwrap_or_default();
    arrange_as(last, code_place)
}
