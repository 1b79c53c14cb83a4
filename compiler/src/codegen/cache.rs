//! Functions of an earlier build: what is made of the same is taken from there.
//!
//! Translation is always done. Before Cranelift's own optimizations, which with all that follows are most of
//! the time, the function is looked up by the digest of what the rest of the work depends on: the function
//! itself, as it is then, with everything that was inlined into it; the code generator's settings; the passes
//! that are on; and the tool, down to its last byte. Nothing is guessed about which inputs matter.
//!
//! What comes from a cache is trusted as much as what the tool itself makes: it becomes machine code. Whoever
//! can write a cache can write the executables that come of it. Damage is noticed, by a digest over all, and
//! is the same as an empty cache; intent is not.
//!
//! Reads and writes bytes in memory. Where they are kept is the caller's business.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use cranelift_codegen::ir::Function;
use sha2::{Digest, Sha256};

use crate::codegen::lowered::Lowered;
use crate::codegen::pass::Optimizer;

/// The digest of what a function is made from.
pub(crate) type Key = [u8; 32];

/// A function that was made or found, to be kept.
pub(crate) type Record = (Key, Vec<u8>);

/// The functions of an earlier build.
#[derive(Debug, Default)]
pub struct FunctionCache {
    bytes: Vec<u8>,
    /// Where the record of each function is in `bytes`.
    records: BTreeMap<Key, Range<usize>>,
    /// The digest of the tool.
    tool: Key,
}

/// What the file starts with. The digest of everything behind it follows.
const MAGIC: &[u8; 16] = b"wasiaot cache 1\n";

impl FunctionCache {
    /// Reads what [`crate::build_cached`] returned. Bytes that are anything else, or damaged, are as good as
    /// none. `tool` is the program that is running: another one has no use for what this one made.
    #[must_use]
    pub fn new(tool: &[u8], bytes: Vec<u8>) -> Self {
        let tool = Sha256::digest(tool).into();
        let records = read_records(&bytes).unwrap_or_default();
        Self { bytes, records, tool }
    }

    /// Whether these bytes are what it was read from.
    #[must_use]
    pub fn holds(&self, bytes: &[u8]) -> bool {
        self.bytes == bytes
    }

    /// Begins to look up functions that are compiled in this way.
    pub(crate) fn lookup(&self, optimizer: &Optimizer) -> Lookup<'_> {
        let mut settings = ByteHasher(self.tool.to_vec());
        optimizer.hash_settings(&mut settings);
        Lookup { cache: self, settings: Sha256::digest(&settings.0).into() }
    }
}

/// The functions that were made with the same settings.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lookup<'c> {
    cache: &'c FunctionCache,
    settings: Key,
}

impl Lookup<'_> {
    /// The key of a function that is about to be optimized by the code generator.
    ///
    /// Names of other functions are not in it: code refers to the function's own numbers of them.
    pub(crate) fn key(&self, func: &Function) -> Key {
        let mut content = ByteHasher(self.settings.to_vec());
        func.stencil.hash(&mut content);
        // Source locations are relative to this one.
        func.params.base_srcloc().hash(&mut content);
        Sha256::digest(&content.0).into()
    }

    /// The function with this key, made from `func`, and its record.
    pub(crate) fn find(&self, key: &Key, func: &Function) -> Option<(Lowered, Vec<u8>)> {
        let record = &self.cache.bytes[self.cache.records.get(key)?.clone()];
        Some((Lowered::decode(record, func)?, record.to_vec()))
    }
}

/// Collects what is hashed.
struct ByteHasher(Vec<u8>);

impl Hasher for ByteHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the bytes are what is wanted")
    }
}

/// The file that holds these functions, each once.
pub(crate) fn write_records(records: impl Iterator<Item = Record>) -> Vec<u8> {
    let records: BTreeMap<Key, Vec<u8>> = records.collect();
    let mut contents = Vec::new();
    for (key, record) in records {
        contents.extend(key);
        contents.extend(u32::try_from(record.len()).expect("functions are shorter than 4 GiB").to_le_bytes());
        contents.extend(record);
    }
    [&MAGIC[..], &Sha256::digest(&contents), &contents].concat()
}

fn read_records(bytes: &[u8]) -> Option<BTreeMap<Key, Range<usize>>> {
    let (digest, mut rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<32>()?;
    if Sha256::digest(rest).as_slice() != digest {
        return None;
    }
    let mut records = BTreeMap::new();
    while !rest.is_empty() {
        let (&key, behind) = rest.split_first_chunk::<32>()?;
        let (&len, behind) = behind.split_first_chunk::<4>()?;
        let (record, behind) = behind.split_at_checked(u32::from_le_bytes(len) as usize)?;
        let start = bytes.len() - behind.len() - record.len();
        records.insert(key, start..start + record.len());
        rest = behind;
    }
    Some(records)
}
