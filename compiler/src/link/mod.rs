//! The linker: two relocatable objects in, one static executable out.
//!
//! The stages are in the order of their files: `input` reads both objects, `resolve` finds
//! what symbols stand for, `gc` what is kept, `outputs`, `layout` and `file` where it goes, `write` makes the
//! bytes. It is made for the objects of this project: the compiled program and the runtime. It does
//! not read archives, makes no dynamic executables, and has no options but the target's addresses.

mod error;
mod file;
mod gc;
mod input;
mod layout;
mod map;
mod outputs;
mod reloc;
mod resolve;
mod section_headers;
mod symtab;
#[cfg(test)]
mod tests;
mod write;

use wasiaot_targets::Target;

pub use error::{LinkError, Malformed, Origin, Part, PlaceProblem, RelocationKind};
pub use map::LinkMap;

use crate::options::Options;
use file::UnloadedSizes;
use input::{Input, SectionId};
use layout::{SECTION_HEADER_BYTES, SYMBOL_BYTES};
use write::Decided;

/// An executable.
#[derive(Debug)]
pub struct Linked {
    /// The file.
    pub bytes: Vec<u8>,
    /// What is where in it.
    pub map: LinkMap,
}

/// The runtime object that is embedded for a target.
///
/// # Errors
/// If it is damaged.
pub fn runtime_object(target: &'static Target) -> Result<Vec<u8>, LinkError> {
    zstd::decode_all(target.runtime_object_zstd)
        .map_err(|source| LinkError::Runtime { target: target.name, source })
}

/// Makes an executable of a compiled program and the runtime.
///
/// # Errors
/// If an object is malformed, a symbol that is used is undefined, or something does not fit the
/// target's addresses.
pub fn link(app: &[u8], runtime: &[u8], options: &Options) -> Result<Linked, LinkError> {
    let target = options.target;
    let mut input = Input::read(app, runtime, target)?;
    let symbols = resolve::resolve(&mut input)?;
    let kept = gc::collect(&input, &symbols, target.arch)?;
    let mut outputs = outputs::gather(&input, &kept, target)?;
    let table = symtab::select(&input, &symbols, &kept, options.symbols)?;
    let headers = section_headers::plan(&outputs, &table, symbols.reserved_end);
    let inspect = outputs.inspect.map(|id| &input.sections[id.index()]);
    let unloaded = UnloadedSizes {
        inspect: inspect.map_or(0, |section| section.data.len() as u64),
        symbols: table.entry_count() * SYMBOL_BYTES,
        strings: if table.symbols.is_empty() { 0 } else { table.string_bytes },
        section_names: headers.names.len() as u64,
        section_headers: headers.count() as u64 * SECTION_HEADER_BYTES,
    };
    let layout = layout::layout(&mut outputs, target, symbols.reserved_end, &unloaded)?;
    let mut addresses = outputs.offsets.clone();
    for output in outputs.iter() {
        for &SectionId(member) in &output.members {
            addresses[member as usize] += output.address;
        }
    }
    let decided = Decided {
        input: &input,
        symbols: &symbols,
        kept: &kept,
        outputs: &outputs,
        table: &table,
        headers: &headers,
        layout: &layout,
        addresses: &addresses,
        target,
    };
    let bytes = write::write(&decided)?;
    Ok(Linked { bytes, map: LinkMap::new(&decided) })
}
