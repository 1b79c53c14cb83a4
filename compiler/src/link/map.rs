//! The link map: what is where in an executable, for `--emit map`.
//!
//! Names are kept in one string, because a large program has hundreds of thousands of symbols and
//! few links ask for the map.

use std::fmt;
use std::ops::Range;

use object::elf;

use super::error::Origin;
use super::input::{ENDIAN, SymbolId};
use super::layout::{Segment, SegmentKind};
use super::resolve::Definition;
use super::write::Decided;

/// What is where in an executable. Shown as text: one line per segment, section and symbol, by
/// address, then totals.
#[derive(Debug, Default)]
pub struct LinkMap {
    entries: Vec<Entry>,
    names: String,
    file_bytes: u64,
}

#[derive(Debug)]
struct Entry {
    address: u64,
    size: u64,
    what: What,
    origin: Option<Origin>,
    name: Range<usize>,
}

/// The order is that of entries of the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Segment,
    Section,
    Symbol,
}

impl LinkMap {
    pub(super) fn new(decided: &Decided<'_, '_>) -> Self {
        let mut map = Self { file_bytes: decided.layout.file_size, ..Self::default() };
        for segment in &decided.layout.segments {
            map.add_segment(segment);
        }
        for output in decided.outputs.iter().filter(|output| output.size > 0) {
            map.add(What::Section, output.address, output.size, None, &output.name);
        }
        for (object, first) in decided.input.objects.iter().map(|object| (object, object.first_symbol)) {
            for (index, symbol) in object.symbols.iter().enumerate() {
                let definition = decided.symbols.definitions[first as usize + index];
                let Definition::Section { section, .. } = definition else { continue };
                let ty = symbol.st_type();
                if !decided.kept.has(section)
                    || symbol.st_shndx.get(ENDIAN) == elf::SHN_UNDEF
                    || matches!(ty, elf::STT_SECTION | elf::STT_FILE)
                {
                    continue;
                }
                let address = decided.symbol_address(SymbolId(first + index as u32));
                let name = String::from_utf8_lossy(object.name(symbol).unwrap_or_default());
                map.add(What::Symbol, address, symbol.st_size.get(ENDIAN), Some(object.origin), &name);
            }
        }
        map
    }

    fn add_segment(&mut self, segment: &Segment) {
        let name = match segment.kind {
            SegmentKind::ReadOnly => "read",
            SegmentKind::Code => "read, execute",
            SegmentKind::Writable => "read, write",
            SegmentKind::Pad => "pad",
            SegmentKind::Thread => "thread-local",
            SegmentKind::Stack => return,
        };
        self.add(What::Segment, segment.address, segment.size, None, name);
    }

    fn add(&mut self, what: What, address: u64, size: u64, origin: Option<Origin>, name: &str) {
        let start = self.names.len();
        self.names.push_str(name);
        self.entries.push(Entry { address, size, what, origin, name: start..self.names.len() });
    }

    /// Bytes of named symbols of an object. Two names of one place count once.
    fn total(&self, origin: Origin) -> u64 {
        let mut end = 0;
        let mut total = 0;
        for entry in self.sorted().into_iter().filter(|entry| entry.origin == Some(origin)) {
            let entry_end = entry.address.saturating_add(entry.size);
            total += entry_end.saturating_sub(entry.address.max(end));
            end = end.max(entry_end);
        }
        total
    }

    fn sorted(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| (entry.address, entry.what));
        entries
    }
}

impl fmt::Display for LinkMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<12} {:>10}  {:<11}  what", "address", "size", "origin")?;
        for Entry { address, size, what, origin, name } in self.sorted() {
            let origin = origin.map_or(String::new(), |origin| origin.to_string());
            let name = &self.names[name.clone()];
            let what = match what {
                What::Segment => "segment: ",
                What::Section => "  section ",
                What::Symbol => "    ",
            };
            writeln!(f, "{address:#012x} {size:>10}  {origin:<11}  {what}{name}")?;
        }
        for origin in [Origin::Application, Origin::Runtime] {
            writeln!(f, "total {:>16}  {origin}", self.total(origin))?;
        }
        writeln!(f, "total {:>16}  file", self.file_bytes)
    }
}
