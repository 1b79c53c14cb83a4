//! Compiled functions and the plan's data → `app.o`.

mod exceptions;

use std::collections::BTreeMap;
use std::mem::offset_of;
use std::sync::Arc;

use ::object::write::{Object, Relocation, SectionId, Symbol as ObjectSymbol, SymbolId, SymbolSection};
use ::object::{RelocationEncoding, RelocationFlags, RelocationKind, SectionKind, SymbolFlags, SymbolScope};
use cranelift_codegen::isa::TargetIsa;
use cranelift_module::{FuncId, Linkage, Module, ModuleRelocTarget, default_libcall_names};
use cranelift_object::{ObjectBuilder, ObjectModule, ObjectProduct};
use wasiaot_abi::context::{FunctionRecord, MemoryRecord, NO_NAME, ProgramHeader, TableRecord};
use wasiaot_abi::host::LIBRARY_CALL_PREFIX;
use wasiaot_abi::script::{ResultPattern, ScriptStep};
use wasiaot_abi::{context, grants, symbols as names};

use crate::codegen::isa::{guest_signature, host_signature};
use crate::codegen::islands::redirect_far_calls;
use crate::codegen::store::{self, Store, Stored};
use crate::codegen::symbols::{Symbol, Symbols};
use crate::codegen::{CodegenError, isa};
use crate::harden;
use crate::inspect::{Manifest, ManifestImport, MemoryLimits};
use crate::options::{Harden, Options, Symbols as KeepSymbols};
use crate::parse::ImportType;
use crate::plan::script::{STEP_BYTES, ScriptPlan, StepAction, VALUE_BYTES};
use crate::plan::{ConstValue, FunctionKind, StaticPlan, TablePlacement};

/// Writes the object.
///
/// # Errors
/// [`CodegenError::TextTooLarge`] if offsets into the code do not fit the function records.
pub(crate) fn write_object(
    plan: &StaticPlan<'_>,
    symbols: &Symbols,
    mut stores: Vec<Store>,
    isa: Arc<dyn TargetIsa>,
    options: &Options,
) -> Result<Vec<u8>, CodegenError> {
    let c_names = default_libcall_names();
    let libcall_names = Box::new(move |call| {
        let name = c_names(call);
        format!("{LIBRARY_CALL_PREFIX}{}", name.strip_prefix("__cranelift_").unwrap_or(&name))
    });
    let builder = ObjectBuilder::new(isa, "app", libcall_names).expect("targets are ELF targets");
    let mut module = ObjectModule::new(builder);
    let mut compiled = store::functions(&mut stores);
    let rules = harden::rules(used_runtime_symbols(symbols, &compiled), &plan.grants);
    let islands =
        redirect_far_calls(&mut compiled, symbols.referred_count(), isa::traits(options).call_group_bytes);
    declare_functions(plan, symbols, &mut module, options);
    for jump in islands.values().flatten() {
        let name = format!("far[{}]::{}", jump.number, jump.to);
        let signature = host_signature(&[], &[]);
        let id = module.declare_function(&name, Linkage::Local, &signature).expect("names are unique");
        assert_eq!(id.as_u32(), jump.number, "jumps are numbered after all functions, in their order");
    }
    let mut sites = Vec::new();
    let mut spans = Vec::new();
    let mut handlers = Vec::new();
    for (position, (&symbol, function)) in symbols.defined.iter().zip(compiled).enumerate() {
        let id = FuncId::from_u32(symbols.number(symbol));
        module
            .define_function_bytes(id, function.align, function.code, function.relocs)
            .expect("each function is defined once");
        spans.push((symbol, function.code.len(), sites.len()));
        sites.extend(function.sites);
        handlers.push((symbol, function.handlers));
        for jump in islands.get(&position).into_iter().flatten() {
            let (code, relocs) = jump.code();
            module
                .define_function_bytes(FuncId::from_u32(jump.number), 4, &code, &relocs)
                .expect("each jump is defined once");
        }
    }
    drop(stores);
    let product = module.finish();
    let mut writer = Writer { plan, symbols, product, text: None };
    writer.add_state();
    writer.add_image();
    let mut records = writer.function_records(&spans, sites.len(), options)?;
    writer.add_exceptions(&handlers, &mut records, options)?;
    let filter = match options.harden {
        Harden::Off => Vec::new(),
        harden => harden::assemble(&rules, options.target, harden),
    };
    writer.add_header(&records, &sites, &filter, options);
    let calls = rules.keys().map(|call| call.name()).collect();
    let manifest = crate::inspect::encode(&manifest(plan, calls, options));
    writer.add_section(names::INSPECT_SECTION, SectionKind::Other, &manifest, 1);
    Ok(writer.product.object.write().expect("the object is consistent"))
}

/// The functions of the runtime that the compiled code refers to.
fn used_runtime_symbols(symbols: &Symbols, compiled: &[Stored<'_>]) -> impl Iterator<Item = &'static str> {
    let by_number = symbols.by_number();
    let targets =
        compiled.iter().flat_map(|function| &*function.relocs).filter_map(|reloc| match reloc.name {
            ModuleRelocTarget::User { index, .. } => Some(index as usize),
            _ => None,
        });
    let mut used = vec![false; by_number.len()];
    targets.for_each(|number| used[number] = true);
    by_number.iter().zip(used).filter_map(|(&symbol, is_used)| match symbol {
        Symbol::Runtime(name) if is_used => Some(name),
        _ => None,
    })
}

/// Declares every function under its number: the module numbers them in the order of declaration.
fn declare_functions(plan: &StaticPlan<'_>, symbols: &Symbols, module: &mut ObjectModule, options: &Options) {
    for (number, symbol) in symbols.by_number().iter().copied().enumerate() {
        let (name, linkage) = match symbol {
            Symbol::Main => (names::PROGRAM_MAIN.to_owned(), Linkage::Export),
            Symbol::Runtime(name) => (isa::fastest(name, options).to_owned(), Linkage::Import),
            local => (symbol_name(plan, local, options.symbols), Linkage::Local),
        };
        // The object has no types: any signature will do.
        let signature = match symbol {
            Symbol::Function(id) => {
                guest_signature(plan.convention, &plan.signatures[plan.functions[id].signature])
            }
            _ => host_signature(&[], &[]),
        };
        let id = module.declare_function(&name, linkage, &signature).expect("names are unique");
        assert_eq!(id.as_u32() as usize, number, "functions are numbered in the order of declaration");
    }
}

/// The name of a function in the symbol table; unique, as it holds the function's numbers.
fn symbol_name(plan: &StaticPlan<'_>, symbol: Symbol, keep: KeepSymbols) -> String {
    match symbol {
        Symbol::Function(id) => match &plan.functions[id].kind {
            FunctionKind::Wasm { instance, index } => {
                let name = plan.instances[*instance].program.function_names.get(index);
                let mut prefix = if plan.instances.len() == 1 {
                    format!("wasm[{index}]")
                } else {
                    format!("wasm[{instance}:{index}]")
                };
                if plan.functions[id].copy_of.is_some() {
                    prefix = format!("{prefix}.copy[{id}]");
                }
                match (name, keep) {
                    (Some(name), KeepSymbols::Keep) if !name.contains('\0') => format!("{prefix}::{name}"),
                    _ => prefix,
                }
            }
            FunctionKind::Host { function, .. } => format!("shim[{id}]::{}", function.name),
            FunctionKind::Unknown { .. } => format!("unknown[{id}]"),
        },
        Symbol::Init(instance) => format!("instantiate[{instance}]"),
        Symbol::ScriptStep(StepAction::Instantiate(instance)) => format!("step::instantiate[{instance}]"),
        Symbol::ScriptStep(StepAction::Invoke(function)) => format!("step::invoke[{function}]"),
        Symbol::ScriptStep(StepAction::Get(global)) => format!("step::get[{global}]"),
        Symbol::HelperShim(helper) => format!("shim::{}", helper.target().0),
        Symbol::Main | Symbol::Runtime(_) => unreachable!("these have fixed names"),
    }
}

/// The object while data is added to it.
struct Writer<'p> {
    plan: &'p StaticPlan<'p>,
    symbols: &'p Symbols,
    product: ObjectProduct,
    /// Section and start of guest code, once known.
    text: Option<(SectionId, u64)>,
}

/// A function record before it is written.
#[derive(Default)]
struct Records {
    functions: Vec<u8>,
    names: Vec<u8>,
    text_len: u64,
}

impl Writer<'_> {
    fn object(&mut self) -> &mut Object<'static> {
        &mut self.product.object
    }

    fn add_section(&mut self, name: &str, kind: SectionKind, bytes: &[u8], align: u64) -> SectionId {
        let section = self.object().add_section(Vec::new(), name.as_bytes().to_vec(), kind);
        self.object().append_section_data(section, bytes, align);
        section
    }

    fn function_symbol(&self, symbol: Symbol) -> SymbolId {
        self.product.function_symbol(FuncId::from_u32(self.symbols.number(symbol)))
    }

    /// Stores `symbol + addend` as 64 bits at `offset`.
    fn add_address(&mut self, section: SectionId, offset: u64, symbol: SymbolId, addend: u64) {
        let flags = RelocationFlags::Generic {
            kind: RelocationKind::Absolute,
            encoding: RelocationEncoding::Generic,
            size: 64,
        };
        let addend = addend.cast_signed();
        self.object()
            .add_relocation(section, Relocation { offset, symbol, addend, flags })
            .expect("64-bit addresses are supported");
    }

    /// The context block and the constants.
    fn add_state(&mut self) {
        let plan = self.plan;
        let mut context = Block::new(plan.context.address, plan.context.len);
        for memory in plan.memories.values() {
            context.put(memory.record + offset_of!(MemoryRecord, base) as u64, memory.base);
            context.put(memory.record + offset_of!(MemoryRecord, len_bytes) as u64, memory.min_bytes);
            context.put(memory.record + offset_of!(MemoryRecord, max_bytes) as u64, memory.max_bytes);
            context
                .put(memory.record + offset_of!(MemoryRecord, reserved_bytes) as u64, memory.reserved_bytes);
            context.put(memory.record + offset_of!(MemoryRecord, image_bytes) as u64, memory.image_bytes());
        }
        let mut constants = Block::new(plan.constants.address, plan.constants.len);
        for table in plan.tables.values() {
            match table.placement {
                TablePlacement::Mutable { record, storage } => {
                    context.put(record + offset_of!(TableRecord, base) as u64, storage);
                    context.put(record + offset_of!(TableRecord, len) as u64, table.min);
                    context.put(record + offset_of!(TableRecord, max) as u64, table.max);
                    context.put(record + offset_of!(TableRecord, capacity) as u64, table.min);
                    context.put_values(storage, &table.entries);
                }
                TablePlacement::Constant { address } => constants.put_values(address, &table.entries),
                TablePlacement::Absent => {}
            }
        }
        for global in plan.globals.values() {
            if let Some(address) = global.address {
                context.put_values(address, &[global.init]);
            }
        }
        for &(address, len) in &plan.context.segment_lens {
            context.put(address, len);
        }
        for (address, values) in &plan.constants.elements {
            constants.put_values(*address, values);
        }
        for &(address, instance, index) in &plan.constants.data {
            let program = plan.instances[instance].program;
            constants.put_bytes(address, &program.wasm[program.data[index].bytes.clone()]);
        }
        for (&id, &(address, _)) in &plan.constants.unknown_names {
            if let FunctionKind::Unknown { module, name } = &plan.functions[id].kind {
                constants.put_bytes(address, format!("{module} {name}").as_bytes());
            }
        }
        put_script(&mut constants, &plan.script);
        self.add_block(names::CONTEXT_SECTION_PREFIX, SectionKind::Data, context);
        self.add_block(names::CONSTANTS_SECTION_PREFIX, SectionKind::ReadOnlyData, constants);
    }

    fn add_block(&mut self, name_prefix: &str, kind: SectionKind, block: Block) {
        let name = format!("{name_prefix}{:x}", block.address);
        let section = self.add_section(&name, kind, &block.bytes, 16);
        for (offset, symbol) in block.references {
            let tag = match symbol {
                Symbol::Function(id) => {
                    u64::from(self.plan.functions[id].signature.run_time_number())
                        << context::FUNC_REF_CODE_BITS
                }
                _ => 0,
            };
            let symbol = self.function_symbol(symbol);
            self.add_address(section, offset, symbol, tag);
        }
    }

    /// The linear memories' initial contents: a section for each run.
    fn add_image(&mut self) {
        for memory in self.plan.memories.values() {
            for run in &memory.image {
                let name = format!("{}{:x}", names::IMAGE_SECTION_PREFIX, memory.base + run.start);
                if run.bytes.is_empty() {
                    let kind = SectionKind::UninitializedData;
                    let section = self.object().add_section(Vec::new(), name.into_bytes(), kind);
                    self.object().append_section_bss(section, run.len, 4096);
                } else {
                    self.add_section(&name, SectionKind::Data, &run.bytes, 4096);
                }
            }
        }
        if !self.plan.keeps_heap_away {
            return;
        }
        let reserved_end = ObjectSymbol {
            name: names::RESERVED_END.as_bytes().to_vec(),
            value: self.plan.reserved_end,
            size: 0,
            kind: ::object::SymbolKind::Data,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Absolute,
            flags: SymbolFlags::None,
        };
        self.object().add_symbol(reserved_end);
    }

    /// The records of all functions that backtraces can name.
    fn function_records(
        &mut self,
        spans: &[(Symbol, usize, usize)],
        sites_len: usize,
        options: &Options,
    ) -> Result<Records, CodegenError> {
        let mut records = Records::default();
        let mut interned = BTreeMap::new();
        // Functions that are only inlined have their records at the end of the code and of the sites.
        let inlined = self.symbols.inlined.iter().map(|&id| (Symbol::Function(id), None));
        let compiled =
            spans[self.symbols.shims..].iter().map(|&(symbol, len, sites)| (symbol, Some((len, sites))));
        for (symbol, span) in compiled.chain(inlined) {
            let (start, len, sites) = match span {
                Some((len, sites)) => {
                    let placed = self.product.object.symbol(self.function_symbol(symbol));
                    let (value, section) =
                        (placed.value, placed.section.id().expect("functions are defined"));
                    let (_, text_start) = *self.text.get_or_insert((section, value));
                    records.text_len = value - text_start + len as u64;
                    (value - text_start, len, sites)
                }
                None => (records.text_len, 0, sites_len),
            };
            let too_large = |_| CodegenError::TextTooLarge { len: records.text_len };
            let mut record = FunctionRecord {
                start: u32::try_from(start).map_err(too_large)?,
                len: u32::try_from(len).map_err(too_large)?,
                sites: u32::try_from(sites).map_err(too_large)?,
                name: NO_NAME,
                module: NO_NAME,
                index: u32::MAX,
                body: 0,
            };
            let mut intern = |name: &str| {
                // The runtime's names end at a zero byte.
                let name = name.split('\0').next().unwrap_or_default();
                *interned.entry(name.to_owned()).or_insert_with(|| {
                    let offset = u32::try_from(records.names.len()).unwrap_or(NO_NAME);
                    records.names.extend(name.as_bytes());
                    records.names.push(0);
                    offset
                })
            };
            match symbol {
                Symbol::Function(id) => {
                    if let FunctionKind::Wasm { instance, index } = self.plan.functions[id].kind {
                        let instance = &self.plan.instances[instance];
                        record.index = index.0;
                        let body = instance.program.functions[index].body.as_ref();
                        record.body = body.map_or(0, |body| u32::try_from(body.start).unwrap_or(u32::MAX));
                        record.module = intern(&instance.name);
                        if let (KeepSymbols::Keep, Some(name)) =
                            (options.symbols, instance.program.function_names.get(&index))
                        {
                            record.name = intern(name);
                        }
                    }
                }
                Symbol::Init(instance) => {
                    record.module = intern(&self.plan.instances[instance].name);
                    record.name = intern("(instantiation)");
                }
                _ => unreachable!("shims come before all other functions"),
            }
            let FunctionRecord { start, len, sites, name, module, index, body } = record;
            for field in [start, len, sites, name, module, index, body] {
                records.functions.extend(field.to_le_bytes());
            }
        }
        Ok(records)
    }

    /// The program header, and the read-only data that it points to.
    fn add_header(&mut self, records: &Records, sites: &[u8], filter: &[u8], options: &Options) {
        let grants = grants::encode(&self.plan.grants);
        // One section, widest alignment first.
        let mut data = vec![0; size_of::<ProgramHeader>()];
        let mut append = |bytes: &[u8]| {
            let start = data.len() as u64;
            data.extend(bytes);
            start
        };
        let filter_start = append(filter);
        let functions = append(&records.functions);
        let sites_start = append(sites);
        let names_start = append(&records.names);
        let cpu_name = records.names.len() as u64;
        append(options.cpu.needs.as_bytes());
        append(&[0]);
        let grants_start = append(&grants);
        let mut set =
            |offset: usize, value: u64| data[offset..offset + 8].copy_from_slice(&value.to_le_bytes());
        let count = |bytes: &[u8]| bytes.len() as u64;
        let record_count = count(&records.functions) / size_of::<FunctionRecord>() as u64;
        set(offset_of!(ProgramHeader, memories), self.plan.context.memories);
        set(offset_of!(ProgramHeader, memories_len), self.plan.memories.len() as u64);
        set(offset_of!(ProgramHeader, grants_len), count(&grants));
        set(offset_of!(ProgramHeader, stack_bytes), options.stack_bytes);
        set(offset_of!(ProgramHeader, text_len), records.text_len);
        set(offset_of!(ProgramHeader, functions_len), record_count);
        set(offset_of!(ProgramHeader, sites_len), count(sites));
        set(offset_of!(ProgramHeader, names_len), cpu_name + count(options.cpu.needs.as_bytes()) + 1);
        set(offset_of!(ProgramHeader, cpu_name), cpu_name);
        set(offset_of!(ProgramHeader, host_exit), self.plan.context.host_exit);
        set(offset_of!(ProgramHeader, filter_len), count(filter) / 8);
        let max_open_files = options.limits.max_open_files.map_or(u64::MAX, u64::from);
        set(offset_of!(ProgramHeader, max_open_files), max_open_files);
        set(offset_of!(ProgramHeader, timeout_us), options.limits.timeout_us.unwrap_or(0));
        let section = self.add_section(".rodata.wasiaot", SectionKind::ReadOnlyData, &data, 16);
        let own = self.object().section_symbol(section);
        for (field, start) in [
            (offset_of!(ProgramHeader, grants), grants_start),
            (offset_of!(ProgramHeader, functions), functions),
            (offset_of!(ProgramHeader, sites), sites_start),
            (offset_of!(ProgramHeader, names), names_start),
            (offset_of!(ProgramHeader, filter), filter_start),
        ] {
            self.add_address(section, field as u64, own, start);
        }
        if let Some((text, start)) = self.text {
            let text = self.object().section_symbol(text);
            self.add_address(section, offset_of!(ProgramHeader, text) as u64, text, start);
        }
        self.define(names::PROGRAM_HEADER, section, size_of::<ProgramHeader>() as u64);
    }

    /// Gives the data at the start of a section a name for the runtime.
    fn define(&mut self, name: &str, section: SectionId, size: u64) {
        self.object().add_symbol(ObjectSymbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size,
            kind: ::object::SymbolKind::Data,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        });
    }
}

/// A block of data at a fixed address while it is filled.
struct Block {
    address: u64,
    bytes: Vec<u8>,
    /// Where addresses of functions go: offset and function. Those of the guest are references, with
    /// the signature in the high half.
    references: Vec<(u64, Symbol)>,
}

impl Block {
    fn new(address: u64, len: u64) -> Self {
        let len = usize::try_from(len).expect("the plan checked the length");
        Self { address, bytes: vec![0; len], references: Vec::new() }
    }

    fn put_bytes(&mut self, address: u64, bytes: &[u8]) {
        let start = usize::try_from(address - self.address).expect("the address is in the block");
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
    }

    fn put(&mut self, address: u64, value: u64) {
        self.put_bytes(address, &value.to_le_bytes());
    }

    /// Stores values in slots of 8 bytes each; a vector comes alone.
    fn put_values(&mut self, address: u64, values: &[ConstValue]) {
        for (&value, address) in values.iter().zip((address..).step_by(8)) {
            match value {
                ConstValue::I32(value) => self.put(address, u64::from(value.cast_unsigned())),
                ConstValue::I64(value) => self.put(address, value.cast_unsigned()),
                ConstValue::F32(bits) => self.put(address, u64::from(bits)),
                ConstValue::F64(bits) => self.put(address, bits),
                // Only a global, whose slot has 16 bytes.
                ConstValue::V128(bits) => self.put_bytes(address, &bits.to_le_bytes()),
                ConstValue::Null => {}
                ConstValue::Func(function) => {
                    self.references.push((address - self.address, Symbol::Function(function)));
                }
            }
        }
    }
}

/// The table of a test script's steps, and their patterns.
fn put_script(constants: &mut Block, script: &ScriptPlan) {
    for (number, step) in (0u32..).zip(&script.steps) {
        let start = script.address + u64::from(number) * STEP_BYTES;
        let put_u32 = |constants: &mut Block, offset: usize, value: u32| {
            constants.put_bytes(start + offset as u64, &value.to_le_bytes());
        };
        constants.references.push((start - constants.address, Symbol::ScriptStep(step.action)));
        constants.put(start + offset_of!(ScriptStep, args) as u64, step.args_address);
        for (arg, at) in step.args.iter().zip((step.args_address..).step_by(VALUE_BYTES as usize)) {
            constants.put(at, arg[0]);
            constants.put(at + 8, arg[1]);
        }
        let args_len = u32::try_from(step.args.len()).expect("few arguments");
        put_u32(constants, offset_of!(ScriptStep, args_len), args_len);
        constants.put(start + offset_of!(ScriptStep, patterns) as u64, step.patterns_address);
        let patterns_len = u32::try_from(step.patterns.len()).expect("few patterns");
        put_u32(constants, offset_of!(ScriptStep, patterns_len), patterns_len);
        put_u32(constants, offset_of!(ScriptStep, results_len), step.results_len);
        put_u32(constants, offset_of!(ScriptStep, line), step.line);
        put_u32(constants, offset_of!(ScriptStep, trap), step.trap.map_or(0, |trap| trap as u32));
        for (pattern, at) in
            step.patterns.iter().zip((step.patterns_address..).step_by(size_of::<ResultPattern>()))
        {
            let at = |offset: usize| at + offset as u64;
            constants.put_bytes(at(offset_of!(ResultPattern, result)), &pattern.result.to_le_bytes());
            let nonzero = u32::from(pattern.nonzero);
            constants.put_bytes(at(offset_of!(ResultPattern, nonzero)), &nonzero.to_le_bytes());
            for half in 0..2 {
                constants.put(at(offset_of!(ResultPattern, mask) + half * 8), pattern.mask[half]);
                constants.put(at(offset_of!(ResultPattern, value) + half * 8), pattern.value[half]);
            }
        }
    }
}

/// What `wasiaot inspect` will show of the executable.
fn manifest(plan: &StaticPlan<'_>, calls: Vec<&'static str>, options: &Options) -> Manifest {
    let memories = plan
        .memories
        .values()
        .map(|memory| MemoryLimits { min_bytes: memory.min_bytes, max_bytes: memory.max_bytes })
        .collect();
    let mut imports = Vec::new();
    for instance in plan.instances.values() {
        let functions =
            instance.program.imports.iter().filter(|import| matches!(import.ty, ImportType::Func(_)));
        for (import, &function) in functions.zip(instance.functions.values()) {
            let planned = &plan.functions[function];
            if planned.reachable && !matches!(planned.kind, FunctionKind::Wasm { .. }) {
                imports.push(ManifestImport {
                    module: import.module.clone(),
                    name: import.name.clone(),
                    traps: matches!(planned.kind, FunctionKind::Unknown { .. }),
                });
            }
        }
    }
    Manifest::new(options, memories, imports, calls)
}
