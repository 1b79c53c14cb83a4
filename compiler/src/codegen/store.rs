//! Where compiled functions are until all are there.
//!
//! A large program has tens of thousands of them, each of a few small pieces. As allocations of their own, these
//! would get in between what compiling allocates and frees again, and would leave gaps: the build of 68 MB of wasm took
//! 617 MB of memory so, and takes 541 MB since each thread appends them to a few large vectors.

use cranelift_module::ModuleReloc;

use crate::codegen::cache::Record;
use crate::codegen::compile::Compiled;
use crate::codegen::handler_table::FunctionHandlers;

/// The functions that one thread has compiled.
#[derive(Default)]
pub(crate) struct Store {
    code: Vec<u8>,
    relocs: Vec<ModuleReloc>,
    sites: Vec<u8>,
    /// In the order in which their pieces are in the other fields.
    entries: Vec<Entry>,
}

/// A function, without what is in the vectors.
struct Entry {
    position: usize,
    code_len: usize,
    relocs_len: usize,
    sites_len: usize,
    align: u64,
    handlers: FunctionHandlers,
    assembly: Option<String>,
    record: Option<Record>,
}

/// A compiled function in a store, as [`Compiled`].
pub(crate) struct Stored<'s> {
    pub(crate) code: &'s [u8],
    pub(crate) align: u64,
    pub(crate) relocs: &'s mut [ModuleReloc],
    pub(crate) sites: &'s [u8],
    pub(crate) handlers: FunctionHandlers,
    pub(crate) assembly: Option<String>,
}

impl Store {
    /// Adds the function at a position in the order of all functions.
    pub(crate) fn add(&mut self, position: usize, function: Compiled) {
        let Compiled { code, align, relocs, sites, handlers, assembly, record } = function;
        self.entries.push(Entry {
            position,
            code_len: code.len(),
            relocs_len: relocs.len(),
            sites_len: sites.len(),
            align,
            handlers,
            assembly,
            record,
        });
        self.code.extend(code);
        self.relocs.extend(relocs);
        self.sites.extend(sites);
    }
}

/// All functions of the stores, in the order of their positions.
pub(crate) fn functions(stores: &mut [Store]) -> Vec<Stored<'_>> {
    let mut functions = Vec::new();
    for store in stores {
        let (mut code, mut relocs, mut sites) = (&store.code[..], &mut store.relocs[..], &store.sites[..]);
        for entry in store.entries.drain(..) {
            let function = Stored {
                code: code.split_off(..entry.code_len).expect("it was added"),
                align: entry.align,
                relocs: relocs.split_off_mut(..entry.relocs_len).expect("they were added"),
                sites: sites.split_off(..entry.sites_len).expect("they were added"),
                handlers: entry.handlers,
                assembly: entry.assembly,
            };
            functions.push((entry.position, function));
        }
    }
    functions.sort_unstable_by_key(|&(position, _)| position);
    functions.into_iter().map(|(_, function)| function).collect()
}

/// What a cache keeps of the functions, in the order of their positions.
pub(crate) fn take_records(stores: &mut [Store]) -> impl Iterator<Item = Record> {
    let entries = stores.iter_mut().flat_map(|store| &mut store.entries);
    let mut records: Vec<_> =
        entries.filter_map(|entry| Some((entry.position, entry.record.take()?))).collect();
    records.sort_unstable_by_key(|&(position, _)| position);
    records.into_iter().map(|(_, record)| record)
}
