//! What became of a body, beside the code: which code that is, and what it refers to.
//!
//! Numbers of symbols and records are those of one build; functions, helpers and the runtime's functions are
//! kept by what they are.

use cranelift_codegen::ir::{Function, UserExternalName};
use wasiaot_abi::sites::Inlined;

use crate::codegen::cache::bytes::{Reader, put, put_bytes, put_len};
use crate::codegen::cache::key::Key;
use crate::codegen::symbols::{HelperShim, Symbol, Symbols};
use crate::plan::FunctionId;

/// What a body became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BodyRecord {
    /// The key of its code.
    pub(crate) code: Key,
    /// The functions that the code refers to, by their numbers in this build, in the order of the function's
    /// own numbers of them.
    pub(crate) names: Vec<u32>,
    /// What was inlined into it.
    pub(crate) inlined: Vec<Inlined>,
}

/// What refers to functions of each kind begins with one of these.
const FUNCTION: u32 = 0;
const HELPER: u32 = 1;
const RUNTIME: u32 = 2;

impl BodyRecord {
    /// What the function became whose code this is.
    pub(crate) fn new(code: Key, func: &Function, inlined: &[Inlined]) -> Self {
        let names = func.params.user_named_funcs().values().map(|name| name.index).collect();
        Self { code, names, inlined: inlined.to_vec() }
    }

    /// Makes references of an empty function what those of the body's were.
    pub(crate) fn declare_names(&self, func: &mut Function) {
        for &index in &self.names {
            func.declare_imported_user_function(UserExternalName { namespace: 0, index });
        }
    }

    /// Its form in a cache; `None` if that has none for a reference in it.
    pub(crate) fn encode(&self, symbols: &Symbols) -> Option<Vec<u8>> {
        let mut out = self.code.to_vec();
        put_len(&mut out, self.names.len());
        for &name in &self.names {
            match symbols.symbol(name) {
                Symbol::Function(id) => [FUNCTION, id.0].map(|number| put(&mut out, number)),
                Symbol::HelperShim(helper) => {
                    let number = HelperShim::ALL.iter().position(|&known| known == helper)?;
                    [HELPER, number as u32].map(|number| put(&mut out, number))
                }
                Symbol::Runtime(name) => [put(&mut out, RUNTIME), put_bytes(&mut out, name.as_bytes())],
                Symbol::Main | Symbol::Init(_) | Symbol::ScriptStep(_) => return None,
            };
        }
        put_len(&mut out, self.inlined.len());
        for &Inlined { start, call, function } in &self.inlined {
            put(&mut out, start);
            put(&mut out, u32::from(call.is_some()));
            put(&mut out, call.unwrap_or(0));
            put(&mut out, symbols.of_record(function)?.0);
        }
        Some(out)
    }

    /// Reads the form in a cache.
    pub(crate) fn decode(bytes: &[u8], symbols: &Symbols) -> Option<Self> {
        let mut reader = Reader(bytes);
        let code = reader.array()?;
        let names = reader.list(|reader| match reader.number()? {
            FUNCTION => symbols.find(Symbol::Function(FunctionId(reader.number()?))),
            HELPER => symbols.find(Symbol::HelperShim(*HelperShim::ALL.get(reader.number()? as usize)?)),
            RUNTIME => symbols.find_runtime(reader.bytes()?),
            _ => None,
        })?;
        let inlined = reader.list(|reader| {
            let start = reader.number()?;
            let has_call = reader.number()? != 0;
            let call = Some(reader.number()?).filter(|_| has_call);
            let function = symbols.find_record(FunctionId(reader.number()?))?;
            Some(Inlined { start, call, function })
        })?;
        reader.0.is_empty().then_some(Self { code, names, inlined })
    }
}
