//! The symbol table of the executable: the names of the program's functions, for debuggers and
//! profilers.
//!
//! Those of the runtime are left out: their names are longer than all else that a small program has.
//! All symbols are local: nothing is linked against an executable.

use object::elf;

use super::error::{LinkError, Malformed, Origin};
use super::gc::Kept;
use super::input::{ENDIAN, Input, RawSymbol, SymbolId};
use super::resolve::{Definition, Symbols};
use crate::options::Symbols as SymbolsOption;

/// The symbols of the table, without the null symbol.
pub(super) struct SymbolTable {
    pub(super) symbols: Vec<SymbolId>,
    /// Bytes of their names with a zero byte each, and one before the first.
    pub(super) string_bytes: u64,
}

impl SymbolTable {
    /// Number of entries, the null symbol included; 0 if there is no table.
    pub(super) fn entry_count(&self) -> u64 {
        if self.symbols.is_empty() { 0 } else { self.symbols.len() as u64 + 1 }
    }
}

/// Selects the functions of the application.
pub(super) fn select(
    input: &Input<'_>,
    symbols: &Symbols,
    kept: &Kept,
    option: SymbolsOption,
) -> Result<SymbolTable, LinkError> {
    let mut table = SymbolTable { symbols: Vec::new(), string_bytes: 1 };
    if option == SymbolsOption::Strip {
        return Ok(table);
    }
    let object = input.object(Origin::Application);
    for (index, symbol) in object.symbols.iter().enumerate() {
        let id = SymbolId(object.first_symbol + index as u32);
        if symbol.st_shndx.get(ENDIAN) != elf::SHN_UNDEF && is_function(input, symbols, kept, symbol, id) {
            table.symbols.push(id);
            table.string_bytes += object.name(symbol).map_or(0, |name| name.len() as u64) + 1;
        }
    }
    // Offsets of names have 32 bits.
    if table.string_bytes > u64::from(u32::MAX) {
        return Err(LinkError::Malformed { origin: object.origin, source: Malformed::Size });
    }
    Ok(table)
}

/// Whether a symbol is a kept function, or a global label in code: assembly need not declare types.
fn is_function(input: &Input<'_>, symbols: &Symbols, kept: &Kept, symbol: &RawSymbol, id: SymbolId) -> bool {
    let Definition::Section { section, .. } = symbols.definitions[id.index()] else { return false };
    let label = symbol.st_type() == elf::STT_NOTYPE && symbol.st_bind() != elf::STB_LOCAL;
    kept.has(section)
        && (symbol.st_type() == elf::STT_FUNC || label)
        && input.sections[section.index()].has(elf::SHF_EXECINSTR)
}
