//! The file of a cache, taken apart: a magic number, the digest of what follows, functions by their
//! intermediate code, and what bodies became, each list with its length before it.

use std::collections::BTreeSet;
use std::ops::Range;

use wasiaot_compiler::package::digest::Digest;

/// Bytes before the lists.
const HEAD: usize = 16 + 32;

/// Bytes of a key.
const KEY: usize = 32;

/// A cache with another first byte in each function's code.
pub(crate) fn forge(cache: &[u8]) -> Vec<u8> {
    let mut forged = cache.to_vec();
    let (code, _) = entries(cache, HEAD);
    for entry in code {
        // After the alignment and the length of the code.
        forged[entry.start + KEY + 4 + 8] ^= 1;
    }
    let digest = Digest::of(&forged[HEAD..]);
    for (byte, digits) in forged[16..HEAD].iter_mut().zip(digest.hex().as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).expect("digits are ASCII");
        *byte = u8::from_str_radix(digits, 16).expect("two digits are a byte");
    }
    forged
}

/// The keys of the bodies in a cache.
pub(crate) fn body_keys(cache: &[u8]) -> BTreeSet<Vec<u8>> {
    let (_, end) = entries(cache, HEAD);
    let (bodies, _) = entries(cache, end);
    bodies.into_iter().map(|entry| cache[entry][..KEY].to_vec()).collect()
}

/// The entries of a list, each with its key and length, and where the list ends.
fn entries(cache: &[u8], start: usize) -> (Vec<Range<usize>>, usize) {
    let number = |at: usize| u32::from_le_bytes(cache[at..at + 4].try_into().expect("four bytes")) as usize;
    let mut at = start + 4;
    let entries = (0..number(start)).map(|_| {
        let entry = at..at + KEY + 4 + number(at + KEY);
        at = entry.end;
        entry
    });
    (entries.collect(), at)
}
