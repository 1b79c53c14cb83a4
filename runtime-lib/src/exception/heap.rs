//! Objects that references to exceptions are of: cells of one size, found and freed by marking.
//!
//! A reference is a number that hardly anything else is, so that marking may look at words of which
//! nobody knows what they are: whatever looks like a reference keeps its cell. An exception never changes,
//! and two references to it cannot be compared, so cells are copies.
//!
//! A cell is a head, a link, and what the exception carries. The head of a cell in use holds
//! [`IN_USE`] and the tag's number. The link is the next free cell, or the next that is marked and not yet
//! traced; numbers of cells in links are greater by one, and 0 is the end.

/// The high half of references: no address, no text, not the sign of a small number, and as half of a float
/// one of -10¹⁹⁰.
const REFERENCE_MARK: u64 = 0xe7c5_93d1 << 32;

/// Bit of a head: the cell is in use.
const IN_USE: u64 = 1 << 32;
/// Bit of a head: the cell has been found in this collection.
const MARKED: u64 = 1 << 33;

/// Words of a cell before what the exception carries.
const HEAD_WORDS: usize = 2;

/// The cells.
#[derive(Debug)]
pub(super) struct Heap<'a> {
    words: &'a mut [u64],
    cell_words: usize,
    /// Number of cells that are or were in use.
    touched: usize,
    /// The first free cell among those that were in use, as in links.
    free: u64,
    /// The first cell that is marked and not yet traced, as in links.
    untraced: u64,
}

impl<'a> Heap<'a> {
    /// Cells for exceptions that carry up to `payload_words`, in words that are all zero.
    pub(super) fn new(words: &'a mut [u64], payload_words: usize) -> Self {
        Self { words, cell_words: HEAD_WORDS + payload_words, touched: 0, free: 0, untraced: 0 }
    }

    /// Stores an exception and returns a reference to it, or `None` if all cells are in use.
    pub(super) fn store(&mut self, tag: u32, payload: &[u64]) -> Option<u64> {
        let link = if self.free != 0 {
            let link = self.free;
            self.free = self.cell(link)[1];
            link
        } else {
            if (self.touched + 1) * self.cell_words > self.words.len() {
                return None;
            }
            self.touched += 1;
            self.touched as u64
        };
        let cell = self.cell(link);
        cell[0] = IN_USE | u64::from(tag);
        cell[1] = 0;
        cell[HEAD_WORDS..].copy_from_slice(payload);
        Some(REFERENCE_MARK | link)
    }

    /// The tag and what the exception carries, if this is a reference.
    pub(super) fn load(&mut self, reference: u64) -> Option<(u32, &[u64])> {
        let link = self.link_of(reference)?;
        let cell = self.cell(link);
        Some((cell[0] as u32, &cell[HEAD_WORDS..]))
    }

    /// Marks what a word is a reference to, if it is one.
    pub(super) fn mark(&mut self, word: u64) {
        let Some(link) = self.link_of(word) else { return };
        let untraced = self.untraced;
        let cell = self.cell(link);
        if cell[0] & MARKED == 0 {
            cell[0] |= MARKED;
            cell[1] = untraced;
            self.untraced = link;
        }
    }

    /// Frees every cell that is neither marked nor referred to from one that is, and returns the number of
    /// those left in use. Nothing is marked then.
    pub(super) fn sweep(&mut self) -> usize {
        while self.untraced != 0 {
            let link = self.untraced;
            self.untraced = self.cell(link)[1];
            for index in HEAD_WORDS..self.cell_words {
                let word = self.cell(link)[index];
                self.mark(word);
            }
        }
        let mut in_use = 0;
        self.free = 0;
        // From the end, so that the first cells are the first to be used again.
        for link in (1..=self.touched as u64).rev() {
            let free = self.free;
            let cell = self.cell(link);
            if cell[0] & MARKED == 0 {
                cell[0] = 0;
                cell[1] = free;
                self.free = link;
            } else {
                cell[0] &= !MARKED;
                in_use += 1;
            }
        }
        in_use
    }

    /// The cell of a link that is not 0.
    fn cell(&mut self, link: u64) -> &mut [u64] {
        let start = (link as usize - 1) * self.cell_words;
        &mut self.words[start..start + self.cell_words]
    }

    /// The link of the cell in use that a word is a reference to.
    fn link_of(&mut self, word: u64) -> Option<u64> {
        let link = word.wrapping_sub(REFERENCE_MARK);
        let exists = link.wrapping_sub(1) < self.touched as u64;
        (exists && self.cell(link)[0] & IN_USE != 0).then_some(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stores exceptions of tag 7 that carry a word.
    #[track_caller]
    fn store(heap: &mut Heap<'_>, payload: u64) -> u64 {
        let reference = heap.store(7, &[payload]).expect("there is room");
        check(heap, reference, Some(payload));
        reference
    }

    #[track_caller]
    fn check(heap: &mut Heap<'_>, reference: u64, expected: Option<u64>) {
        assert_eq!(heap.load(reference), expected.as_ref().map(|word| (7, std::slice::from_ref(word))));
    }

    #[test]
    fn frees_what_nothing_refers_to() {
        let mut words = [0; 4 * 3];
        let mut heap = Heap::new(&mut words, 1);
        let first = store(&mut heap, 1);
        let second = store(&mut heap, first);
        let third = store(&mut heap, second);
        let fourth = store(&mut heap, 5);
        assert_eq!(heap.store(7, &[9]), None);
        heap.mark(third);
        heap.mark(third);
        assert_eq!(heap.sweep(), 3);
        check(&mut heap, first, Some(1));
        check(&mut heap, third, Some(second));
        check(&mut heap, fourth, None);
        assert_eq!(store(&mut heap, third), fourth);
        assert_eq!(heap.store(7, &[9]), None);
        assert_eq!(heap.sweep(), 0);
        for reference in [first, second, third, fourth] {
            check(&mut heap, reference, None);
        }
        assert_eq!([store(&mut heap, 2), store(&mut heap, 3)], [first, second]);
    }

    #[test]
    fn other_words_are_no_references() {
        let mut words = [0; 4 * 3];
        let mut heap = Heap::new(&mut words, 1);
        let first = store(&mut heap, 1);
        for word in [0, 1, first - 1, first + 1, first & 0xffff_ffff, first >> 32, !first, u64::MAX] {
            check(&mut heap, word, None);
            heap.mark(word);
        }
        assert_eq!(heap.sweep(), 0);
    }

    /// A chain of a million exceptions, each carrying the one before: marking must not recurse.
    #[test]
    fn long_chains_are_traced() {
        const LEN: usize = 1_000_000;
        let mut words = vec![0; 3 * LEN];
        let mut heap = Heap::new(&mut words, 1);
        let last = (0..LEN).fold(0, |before, _| heap.store(7, &[before]).expect("there is room"));
        heap.mark(last);
        assert_eq!(heap.sweep(), LEN);
        assert_eq!(heap.sweep(), 0);
    }
}
