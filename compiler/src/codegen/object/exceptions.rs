//! The header for exceptions, and the read-only data that it points to: only in programs that throw.

use std::collections::BTreeMap;
use std::mem::offset_of;
use std::num::TryFromIntError;

use ::object::SectionKind;
use wasiaot_abi::context::NO_NAME;
use wasiaot_abi::exception::{ExceptionHeader, HandlerSite, SavedRegister, SavingCode};
use wasiaot_abi::symbols as names;

use super::{Records, Writer};
use crate::codegen::CodegenError;
use crate::codegen::handler_table::FunctionHandlers;
use crate::codegen::symbols::Symbol;
use crate::options::{Options, Symbols as KeepSymbols};
use crate::plan::{Convention, TablePlacement};

/// The tables as they are written.
#[derive(Default)]
struct HandlerTables {
    sites: Vec<u8>,
    lists: Vec<u8>,
    saving: Vec<u8>,
    saved: Vec<u8>,
}

impl Writer<'_> {
    /// Adds the header and its tables, and the tags' names to those of the program. Functions come in the
    /// order of their code.
    ///
    /// # Errors
    /// [`CodegenError::TextTooLarge`] if offsets do not fit the tables.
    pub(super) fn add_exceptions(
        &mut self,
        functions: &[(Symbol, FunctionHandlers)],
        records: &mut Records,
        options: &Options,
    ) -> Result<(), CodegenError> {
        let Some(pending) = self.plan.context.pending_exception else { return Ok(()) };
        let tables = self.handler_tables(functions, records.text_len)?;
        let tag_names = self.tag_names(records, options);
        let (globals, table_records) = self.reference_places();
        let mut data = vec![0; size_of::<ExceptionHeader>()];
        let mut append = |bytes: &[u8]| {
            let start = data.len() as u64;
            data.extend(bytes);
            start
        };
        // Widest alignment first.
        let globals_start = append(&globals);
        let records_start = append(&table_records);
        let sites = append(&tables.sites);
        let lists = append(&tables.lists);
        let saving = append(&tables.saving);
        let saved = append(&tables.saved);
        let names_start = append(&tag_names);
        let mut set =
            |offset: usize, value: u64| data[offset..offset + 8].copy_from_slice(&value.to_le_bytes());
        let count = |bytes: &[u8], size: usize| (bytes.len() / size) as u64;
        set(offset_of!(ExceptionHeader, pending), pending);
        set(offset_of!(ExceptionHeader, payload_words), self.plan.payload_words());
        set(offset_of!(ExceptionHeader, sites_len), count(&tables.sites, size_of::<HandlerSite>()));
        set(offset_of!(ExceptionHeader, lists_len), count(&tables.lists, 4));
        set(offset_of!(ExceptionHeader, tag_names_len), count(&tag_names, 4));
        set(offset_of!(ExceptionHeader, globals_len), count(&globals, 8));
        set(offset_of!(ExceptionHeader, tables_len), count(&table_records, 8));
        set(offset_of!(ExceptionHeader, saving_len), count(&tables.saving, size_of::<SavingCode>()));
        set(offset_of!(ExceptionHeader, saved_len), count(&tables.saved, 4));
        let section = self.add_section(".rodata.wasiaot.exceptions", SectionKind::ReadOnlyData, &data, 16);
        let own = self.object().section_symbol(section);
        for (field, start) in [
            (offset_of!(ExceptionHeader, globals), globals_start),
            (offset_of!(ExceptionHeader, tables), records_start),
            (offset_of!(ExceptionHeader, sites), sites),
            (offset_of!(ExceptionHeader, lists), lists),
            (offset_of!(ExceptionHeader, tag_names), names_start),
            (offset_of!(ExceptionHeader, saving), saving),
            (offset_of!(ExceptionHeader, saved), saved),
        ] {
            self.add_address(section, field as u64, own, start);
        }
        self.define(names::EXCEPTION_HEADER, section, size_of::<ExceptionHeader>() as u64);
        Ok(())
    }

    /// The tables of all functions, with offsets from the start of the guest code.
    fn handler_tables(
        &self,
        functions: &[(Symbol, FunctionHandlers)],
        text_len: u64,
    ) -> Result<HandlerTables, CodegenError> {
        let too_large = |_| CodegenError::TextTooLarge { len: text_len };
        let mut tables = HandlerTables::default();
        for (symbol, handlers) in functions.iter().filter(|(_, handlers)| !handlers.sites.is_empty()) {
            let start = u32::try_from(self.code_offset(*symbol)).map_err(too_large)?;
            let mut list_starts = Vec::with_capacity(handlers.lists.len());
            for list in &handlers.lists {
                list_starts.push(u32::try_from(tables.lists.len() / 4).map_err(too_large)?);
                tables.lists.extend(list.encode(start).into_iter().flat_map(u32::to_le_bytes));
            }
            for &(return_offset, list) in &handlers.sites {
                let HandlerSite { return_offset, list } =
                    HandlerSite { return_offset: start + return_offset, list: list_starts[list] };
                tables.sites.extend([return_offset, list].into_iter().flat_map(u32::to_le_bytes));
            }
        }
        if self.plan.convention == Convention::Catch {
            self.add_saving(functions, &mut tables).map_err(too_large)?;
        }
        Ok(tables)
    }

    /// What each function saves, where it is not the same as what the one before does.
    fn add_saving(
        &self,
        functions: &[(Symbol, FunctionHandlers)],
        tables: &mut HandlerTables,
    ) -> Result<(), TryFromIntError> {
        let mut lists: BTreeMap<&[SavedRegister], u32> = BTreeMap::new();
        let mut before = None;
        for (symbol, FunctionHandlers { saved, .. }) in functions {
            let list = match lists.get(&saved[..]) {
                Some(&list) => list,
                None => {
                    let list = u32::try_from(tables.saved.len() / 4)?;
                    let registers = saved.iter().map(|register| register.encode());
                    let words = std::iter::once(u32::try_from(saved.len())?).chain(registers);
                    tables.saved.extend(words.flat_map(u32::to_le_bytes));
                    lists.insert(saved, list);
                    list
                }
            };
            if before != Some(list) {
                let start_offset = i32::try_from(self.code_offset(*symbol))?;
                tables.saving.extend(start_offset.to_le_bytes());
                tables.saving.extend(list.to_le_bytes());
                before = Some(list);
            }
        }
        Ok(())
    }

    /// Where a function starts, from the start of the guest code.
    fn code_offset(&self, symbol: Symbol) -> i64 {
        let start = self.product.object.symbol(self.function_symbol(symbol)).value;
        let (_, text_start) = self.text.expect("there is guest code");
        start.wrapping_sub(text_start).cast_signed()
    }

    /// For each tag, where its name is among the program's.
    fn tag_names(&self, records: &mut Records, options: &Options) -> Vec<u8> {
        let mut offsets = Vec::new();
        for tag in self.plan.tags.values() {
            let offset = match (&tag.name, options.symbols) {
                (Some(name), KeepSymbols::Keep) => {
                    let offset = u32::try_from(records.names.len()).unwrap_or(NO_NAME);
                    // The runtime's names end at a zero byte.
                    records.names.extend(name.split('\0').next().unwrap_or_default().as_bytes());
                    records.names.push(0);
                    offset
                }
                _ => NO_NAME,
            };
            offsets.extend(offset.to_le_bytes());
        }
        offsets
    }

    /// Addresses of the globals that hold references to exceptions, and of the records of such tables.
    fn reference_places(&self) -> (Vec<u8>, Vec<u8>) {
        let globals = self.plan.globals.values().filter(|global| global.ty.value.is_exception());
        let globals = globals.filter_map(|global| global.address);
        let tables = self.plan.tables.values().filter(|table| table.ty.element.is_exception());
        let records = tables.filter_map(|table| match table.placement {
            TablePlacement::Mutable { record, .. } => Some(record),
            // Nothing was ever stored in the others.
            TablePlacement::Constant { .. } | TablePlacement::Absent => None,
        });
        (globals.flat_map(u64::to_le_bytes).collect(), records.flat_map(u64::to_le_bytes).collect())
    }
}
