//! Functions of an earlier build: what is made of the same is taken from there.
//!
//! A function is looked for twice. First by its body and all that intermediate code is made from: where that
//! is the same, as for nearly all functions after an edit of one, nothing is made but its place in the
//! executable. Then by the intermediate code, before Cranelift's own optimizations, which with all that follows
//! are most of the time: it is the same for functions whose numbers have changed, as others were added or
//! left. `key.rs` has the two digests.
//!
//! What comes from a cache is trusted as much as what the tool itself makes: it becomes machine code. Whoever
//! can write a cache can write the executables that come of it. Damage is noticed, by a digest over all, and
//! is the same as an empty cache; intent is not.
//!
//! Reads and writes bytes in memory. Where they are kept is the caller's business.

mod body;
pub(crate) mod bytes;
mod key;

use std::collections::BTreeMap;
use std::ops::Range;

use cranelift_codegen::ir::Function;
use sha2::{Digest, Sha256};

pub(crate) use self::body::BodyRecord;
use self::bytes::{Reader, put_bytes, put_len};
use self::key::{Key, body_keys, code_key, settings_key};
use crate::codegen::lowered::Lowered;
use crate::codegen::pass::Optimizer;
use crate::codegen::symbols::{Symbol, Symbols};
use crate::index::IndexVec;
use crate::plan::{FunctionId, StaticPlan};

/// A function that was made or found, to be kept: its code, and what its body became if it has one. Each is
/// the key and what is kept under it.
pub(crate) struct Record {
    pub(crate) code: (Key, Vec<u8>),
    pub(crate) body: Option<(Key, Vec<u8>)>,
}

/// The functions of an earlier build.
#[derive(Debug, Default)]
pub struct FunctionCache {
    bytes: Vec<u8>,
    /// Where in `bytes` code is, by the digest of the intermediate code.
    code: Records,
    /// Where in `bytes` is what bodies became, by the digest of all that they became it from.
    bodies: Records,
    /// The digest of the tool.
    tool: Key,
}

type Records = BTreeMap<Key, Range<usize>>;

/// What the file starts with. The digest of everything behind it follows.
const MAGIC: &[u8; 16] = b"wasiaot cache 2\n";

impl FunctionCache {
    /// Reads what [`crate::build_cached`] returned. Bytes that are anything else, or damaged, are as good as
    /// none. `tool` is the SHA-256 of the program that is running: another one has no use for what this one
    /// made.
    #[must_use]
    pub fn new(tool: [u8; 32], bytes: Vec<u8>) -> Self {
        let (code, bodies) = read_file(&bytes).unwrap_or_default();
        Self { bytes, code, bodies, tool }
    }

    /// Whether these bytes are what it was read from.
    #[must_use]
    pub fn holds(&self, bytes: &[u8]) -> bool {
        self.bytes == bytes
    }

    /// Begins to look up functions of this program that are compiled in this way.
    pub(crate) fn lookup(&self, plan: &StaticPlan<'_>, optimizer: &Optimizer) -> Lookup<'_> {
        let settings = settings_key(&self.tool, optimizer);
        let bodies = body_keys(plan, optimizer, &settings);
        Lookup { cache: self, settings, bodies }
    }
}

/// The functions that were made in the same way, and the keys of those that are wanted.
#[derive(Debug)]
pub(crate) struct Lookup<'c> {
    cache: &'c FunctionCache,
    settings: Key,
    bodies: IndexVec<FunctionId, Option<Key>>,
}

impl Lookup<'_> {
    /// The key of a function's body, if that is what the function is made from.
    pub(crate) fn body_key(&self, symbol: Symbol) -> Option<Key> {
        if let Symbol::Function(id) = symbol { self.bodies[id] } else { None }
    }

    /// What the body with this key became.
    pub(crate) fn find_body(&self, key: &Key, symbols: &Symbols) -> Option<(BodyRecord, Vec<u8>)> {
        let record = &self.cache.bytes[self.cache.bodies.get(key)?.clone()];
        Some((BodyRecord::decode(record, symbols)?, record.to_vec()))
    }

    /// The key of a function that is about to be optimized by the code generator.
    pub(crate) fn code_key(&self, func: &Function) -> Key {
        code_key(&self.settings, func)
    }

    /// The code with this key, made from `func` or one with the same references, and its record.
    pub(crate) fn find_code(&self, key: &Key, func: &Function) -> Option<(Lowered, Vec<u8>)> {
        let record = &self.cache.bytes[self.cache.code.get(key)?.clone()];
        Some((Lowered::decode(record, func)?, record.to_vec()))
    }
}

/// The file that holds these functions, each once.
pub(crate) fn write_file(records: impl Iterator<Item = Record>) -> Vec<u8> {
    let (mut code, mut bodies) = (BTreeMap::new(), BTreeMap::new());
    for record in records {
        code.extend([record.code]);
        bodies.extend(record.body);
    }
    let mut contents = Vec::new();
    for records in [code, bodies] {
        put_len(&mut contents, records.len());
        for (key, record) in records {
            contents.extend(key);
            put_bytes(&mut contents, &record);
        }
    }
    [&MAGIC[..], &Sha256::digest(&contents), &contents].concat()
}

/// Where the code is, and what bodies became.
fn read_file(bytes: &[u8]) -> Option<(Records, Records)> {
    let (digest, contents) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<32>()?;
    if Sha256::digest(contents).as_slice() != digest {
        return None;
    }
    let mut reader = Reader(contents);
    let mut read_records = || {
        let records = reader.list(|reader| {
            let (key, record) = (reader.array()?, reader.bytes()?);
            let end = bytes.len() - reader.0.len();
            Some((key, end - record.len()..end))
        })?;
        Some(records.into_iter().collect())
    };
    let both = (read_records()?, read_records()?);
    reader.0.is_empty().then_some(both)
}
