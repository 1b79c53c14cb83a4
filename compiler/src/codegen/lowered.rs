//! A function as the code generator leaves it, and its form in a cache.
//!
//! Nothing in it depends on the function's surroundings: other functions are numbers of references in the
//! function itself, and sites say nothing yet of inlined bodies. [`Lowered::place`] puts both in.
//!
//! The form in a cache is read as if anybody had written it: what does not fit is no function.

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::entity::EntityRef;
use cranelift_codegen::ir::{ExternalName, Function, UserExternalNameRef};
use cranelift_codegen::{CompiledCode, FinalizedMachReloc, FinalizedRelocTarget};
use cranelift_module::{FuncId, ModuleReloc};
use wasiaot_abi::exception::SavedRegister;
use wasiaot_abi::sites::{self, Inlined, Site};

use crate::codegen::cache::bytes::{Reader, put, put_bytes, put_len};
use crate::codegen::compile::Compiled;
use crate::codegen::handler_table::{FunctionHandlers, HandlerList, find_handlers};
use crate::codegen::trap_table;

/// A function in machine code.
#[derive(Debug, PartialEq)]
pub(crate) struct Lowered {
    /// Machine code.
    code: Vec<u8>,
    /// Required alignment in bytes.
    align: u32,
    /// References to other functions, by the function's own numbers of them.
    relocs: Vec<FinalizedMachReloc>,
    sites: Vec<Site>,
    handlers: FunctionHandlers,
}

/// The kinds of references that a cache can hold. Each is stored as its position: new ones go to the end.
const KINDS: &[Reloc] = &[
    Reloc::Abs8,
    Reloc::X86PCRel4,
    Reloc::X86CallPCRel4,
    Reloc::Arm64Call,
    Reloc::Aarch64AdrPrelPgHi21,
    Reloc::Aarch64AddAbsLo12Nc,
];

impl Lowered {
    /// What the code generator made.
    pub(crate) fn new(compiled: &CompiledCode, min_align: u32) -> Self {
        Self {
            code: compiled.code_buffer().to_vec(),
            align: compiled.buffer.alignment.max(min_align),
            relocs: compiled.buffer.relocs().to_vec(),
            sites: trap_table::find_sites(&compiled.buffer),
            handlers: find_handlers(&compiled.buffer),
        }
    }

    /// The function in its program; `func` is what it was made from, and `id` its number.
    pub(crate) fn place(self, func: &Function, id: FuncId, inlined: &[Inlined]) -> Compiled {
        let relocs = self.relocs.iter().map(|reloc| ModuleReloc::from_mach_reloc(reloc, func, id));
        Compiled {
            relocs: relocs.collect(),
            code: self.code,
            align: self.align.into(),
            sites: trap_table::encode_sites(&self.sites, inlined),
            handlers: self.handlers,
            assembly: None,
            record: None,
        }
    }

    /// Its form in a cache; `None` if that has none for a reference in it.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(self.code.len() + 64);
        put(&mut out, self.align);
        put_bytes(&mut out, &self.code);
        put_len(&mut out, self.relocs.len());
        for reloc in &self.relocs {
            let FinalizedRelocTarget::ExternalName(ExternalName::User(name)) = reloc.target else {
                return None;
            };
            let kind = KINDS.iter().position(|&kind| kind == reloc.kind)?;
            put(&mut out, reloc.offset);
            put_len(&mut out, kind);
            put(&mut out, name.as_u32());
            out.extend(reloc.addend.to_le_bytes());
        }
        let mut encoded_sites = Vec::new();
        sites::encode(&[], &self.sites, &mut encoded_sites);
        put_bytes(&mut out, &encoded_sites);
        put_len(&mut out, self.handlers.lists.len());
        for list in &self.handlers.lists {
            put(&mut out, list.frame_bytes);
            put_len(&mut out, list.handlers.len());
            for &(tag, offset) in &list.handlers {
                put(&mut out, tag);
                put(&mut out, offset);
            }
        }
        put_len(&mut out, self.handlers.sites.len());
        for &(offset, list) in &self.handlers.sites {
            put(&mut out, offset);
            put_len(&mut out, list);
        }
        put_len(&mut out, self.handlers.saved.len());
        for register in &self.handlers.saved {
            put(&mut out, register.encode());
        }
        Some(out)
    }

    /// Reads the form in a cache, of a function that was made from `func`.
    pub(crate) fn decode(bytes: &[u8], func: &Function) -> Option<Self> {
        let mut reader = Reader(bytes);
        let align = reader.number().filter(|align| align.is_power_of_two())?;
        let code = reader.bytes()?.to_vec();
        let relocs = reader.list(|reader| read_reloc(reader, func))?;
        let encoded_sites = reader.bytes()?;
        let sites = sites::decode(encoded_sites).collect();
        let lists = reader.list(|reader| {
            let frame_bytes = reader.number()?;
            let handlers = reader.list(|reader| Some((reader.number()?, reader.number()?)))?;
            Some(HandlerList { frame_bytes, handlers })
        })?;
        let handler_sites = reader.list(|reader| {
            let (offset, list) = (reader.number()?, reader.number()? as usize);
            (list < lists.len()).then_some((offset, list))
        })?;
        let saved = reader.list(|reader| Some(SavedRegister::decode(reader.number()?)))?;
        let handlers = FunctionHandlers { sites: handler_sites, lists, saved };
        reader.0.is_empty().then_some(Self { code, align, relocs, sites, handlers })
    }
}

/// A reference from `func`.
fn read_reloc(reader: &mut Reader<'_>, func: &Function) -> Option<FinalizedMachReloc> {
    let offset = reader.number()?;
    let kind = *KINDS.get(reader.number()? as usize)?;
    let name = UserExternalNameRef::new(reader.number()? as usize);
    let addend = i64::from_le_bytes(reader.array()?);
    func.params.user_named_funcs().get(name)?;
    let target = FinalizedRelocTarget::ExternalName(ExternalName::User(name));
    Some(FinalizedMachReloc { offset, kind, target, addend })
}

#[cfg(test)]
mod tests {
    use cranelift_codegen::ir::UserExternalName;
    use wasiaot_abi::trap::TrapCode;

    use super::*;

    fn example() -> (Lowered, Function) {
        let mut func = Function::new();
        let name = func.declare_imported_user_function(UserExternalName { namespace: 0, index: 7 });
        let relocs = vec![FinalizedMachReloc {
            offset: 1,
            kind: Reloc::X86CallPCRel4,
            target: FinalizedRelocTarget::ExternalName(ExternalName::User(name)),
            addend: -4,
        }];
        let sites = vec![
            Site { code_offset: 5, trap: None, wasm_offset: 9 },
            Site { code_offset: 6, trap: Some(TrapCode::Unreachable), wasm_offset: 2 },
        ];
        let lists = vec![HandlerList { frame_bytes: 16, handlers: vec![(3, 6), (u32::MAX, 0)] }];
        let saved = vec![SavedRegister { number: 3, words_below_frame: 2 }];
        let handlers = FunctionHandlers { sites: vec![(5, 0)], lists, saved };
        (Lowered { code: vec![0xe8, 0, 0, 0, 0, 0xc3], align: 16, relocs, sites, handlers }, func)
    }

    #[test]
    fn functions_survive_the_cache() {
        let (lowered, func) = example();
        let encoded = lowered.encode().expect("the reference is of a known kind");
        assert_eq!(Lowered::decode(&encoded, &func), Some(lowered));
    }

    #[test]
    fn damaged_functions_are_none() {
        let (lowered, func) = example();
        let encoded = lowered.encode().expect("the reference is of a known kind");
        for len in 0..encoded.len() {
            assert_eq!(Lowered::decode(&encoded[..len], &func), None, "{len} bytes");
        }
        let longer = [&encoded[..], &[0]].concat();
        assert_eq!(Lowered::decode(&longer, &func), None);
        assert_eq!(Lowered::decode(&encoded, &Function::new()), None, "the reference does not exist");
    }
}
