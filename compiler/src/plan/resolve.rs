//! Imports → definitions: every index of every module becomes a number of the whole program, and
//! every constant expression a value.

use std::collections::BTreeMap;

use wasiaot_abi::host::{self, HostFunction, HostType};

use crate::index::IndexVec;
use crate::nearest::nearest;
use crate::options::{MemoryMode, Options, UnknownImports};
use crate::parse::{
    ConstBinary, ConstOp, ExportItem, FuncIndex, FuncType, GlobalIndex, GlobalType, HeapType, Import,
    ImportType, IndexType, MemoryIndex, MemoryType, Program, RefType, TableType, TagIndex, TypeIndex,
    ValueType,
};
use crate::plan::unify::Bodies;
use crate::plan::{
    ConstValue, ConstantsPlan, ContextPlan, Convention, FunctionId, FunctionKind, FunctionPlan, GlobalId,
    GlobalPlan, Instance, InstanceId, Instantiation, MAX_TABLE_ENTRIES, MemoryId, MemoryPlan, PlanError,
    SignatureId, StaticPlan, TableId, TablePlacement, TablePlan, TagId, TagPlan, script,
};
use wasiaot_abi::context::WASM_PAGE_BYTES;

/// Makes the instances. Nothing has an address yet, and nothing is reachable.
pub(crate) fn resolve<'a>(
    instantiations: Vec<Instantiation<'a>>,
    options: &Options,
) -> Result<StaticPlan<'a>, PlanError> {
    let mut plan = StaticPlan {
        instances: IndexVec::new(),
        signatures: IndexVec::new(),
        functions: IndexVec::new(),
        memories: IndexVec::new(),
        tables: IndexVec::new(),
        globals: IndexVec::new(),
        tags: IndexVec::new(),
        context: ContextPlan::default(),
        constants: ConstantsPlan::default(),
        devirtualized: BTreeMap::new(),
        convention: Convention::Tail,
        main: Vec::new(),
        grants: options.grants.clone(),
        script: script::ScriptPlan::default(),
        reserved_end: 0,
        keeps_heap_away: false,
    };
    let mut resolver =
        Resolver { options, signature_numbers: BTreeMap::new(), host_functions: BTreeMap::new() };
    for instantiation in instantiations {
        resolver.add_instance(&mut plan, instantiation)?;
    }
    Ok(plan)
}

struct Resolver<'o> {
    options: &'o Options,
    signature_numbers: BTreeMap<FuncType<SignatureId>, SignatureId>,
    host_functions: BTreeMap<(&'static str, &'static str, Option<MemoryId>), FunctionId>,
}

/// What an import resolves to.
enum Definition {
    Func(FunctionId),
    Table(TableId),
    Memory(MemoryId),
    Global(GlobalId),
    Tag(TagId),
    /// A host function, before it is known which memory it gets.
    Host(&'static str, &'static HostFunction),
    Unknown,
}

impl Resolver<'_> {
    fn add_instance<'a>(
        &mut self,
        plan: &mut StaticPlan<'a>,
        instantiation: Instantiation<'a>,
    ) -> Result<(), PlanError> {
        let program = instantiation.program;
        let id = plan.instances.next_index();
        let mut instance = Instance {
            program,
            name: instantiation.name,
            functions: IndexVec::new(),
            tables: IndexVec::new(),
            memories: IndexVec::new(),
            globals: IndexVec::new(),
            types: IndexVec::new(),
            tags: IndexVec::new(),
            elements: BTreeMap::new(),
            data: BTreeMap::new(),
            init: Vec::new(),
        };
        for ty in program.types.values() {
            // Types refer to earlier ones only.
            let ty = ty.map(|index| instance.types[index]);
            instance.types.push(self.signature(plan, &ty));
        }
        let mut host_imports = Vec::new();
        for (number, import) in program.imports.iter().enumerate() {
            let definition = self.find(plan, &instantiation.namespace, &instance, number, import)?;
            match (definition, import.ty) {
                (Definition::Func(function), _) => {
                    instance.functions.push(function);
                }
                (Definition::Table(table), _) => {
                    instance.tables.push(table);
                }
                (Definition::Memory(memory), _) => {
                    instance.memories.push(memory);
                }
                (Definition::Global(global), _) => {
                    instance.globals.push(global);
                }
                (Definition::Tag(tag), _) => {
                    instance.tags.push(tag);
                }
                (Definition::Host(module, function), _) => {
                    // Resolved below, when the instance's memory is known.
                    host_imports.push((instance.functions.next_index(), module, function));
                    instance.functions.push(FunctionId(u32::MAX));
                }
                (Definition::Unknown, ImportType::Func(ty)) => {
                    let kind =
                        FunctionKind::Unknown { module: import.module.clone(), name: import.name.clone() };
                    let signature = instance.types[ty];
                    instance.functions.push(add_function(plan, signature, kind));
                }
                (Definition::Unknown, _) => unreachable!("only functions may be unknown"),
            }
        }
        self.add_definitions(plan, &mut instance, id)?;
        let memory = memory_of_host_calls(&instance);
        for (index, module, function) in host_imports {
            instance.functions[index] = self.host_function(plan, module, function, memory);
        }
        // Globals come last: their values may refer to functions.
        for global in program.globals.values() {
            let Some(init) = &global.init else { continue };
            let init = evaluate(plan, &instance, init);
            let ty = global_type(global.ty, &instance.types);
            instance.globals.push(plan.globals.push(GlobalPlan { ty, init, address: None }));
        }
        plan.instances.push(instance);
        Ok(())
    }

    /// Adds what the module itself defines, globals excepted.
    fn add_definitions(
        &mut self,
        plan: &mut StaticPlan<'_>,
        instance: &mut Instance<'_>,
        id: InstanceId,
    ) -> Result<(), PlanError> {
        let program = instance.program;
        let mut bodies = Bodies::new(program, self.options);
        for (index, function) in program.functions.iter() {
            if let Some(body) = &function.body {
                let signature = instance.types[function.ty];
                let kind = FunctionKind::Wasm { instance: id, index };
                let add = || add_function(plan, signature, kind);
                instance.functions.push(bodies.function(signature, body.clone(), add));
            }
        }
        let imported = |wanted: fn(&ImportType) -> bool| {
            program.imports.iter().filter(|import| wanted(&import.ty)).count()
        };
        for &ty in program.memories.values().skip(imported(|ty| matches!(ty, ImportType::Memory(_)))) {
            let memory = plan_memory(ty, self.options)?;
            instance.memories.push(plan.memories.push(memory));
        }
        for table in program.tables.values().skip(imported(|ty| matches!(ty, ImportType::Table(_)))) {
            let mut planned = plan_table(table_type(table.ty, &instance.types), self.options)?;
            if let Some(init) = &table.init {
                let value = evaluate(plan, instance, init);
                planned.entries =
                    vec![value; usize::try_from(planned.min).expect("checked against the limit")];
            }
            instance.tables.push(plan.tables.push(planned));
        }
        for (index, &ty) in program.tags.iter().skip(instance.tags.len()) {
            let tag = TagPlan { signature: instance.types[ty], name: tag_name(program, index) };
            instance.tags.push(plan.tags.push(tag));
        }
        Ok(())
    }

    fn signature(&mut self, plan: &mut StaticPlan<'_>, ty: &FuncType<SignatureId>) -> SignatureId {
        *self.signature_numbers.entry(ty.clone()).or_insert_with(|| plan.signatures.push(ty.clone()))
    }

    fn host_function(
        &mut self,
        plan: &mut StaticPlan<'_>,
        module: &'static str,
        function: &'static HostFunction,
        memory: Option<MemoryId>,
    ) -> FunctionId {
        if let Some(&id) = self.host_functions.get(&(module, function.name, memory)) {
            return id;
        }
        let signature = self.signature(plan, &host_type(function));
        let id = add_function(plan, signature, FunctionKind::Host { function, memory });
        self.host_functions.insert((module, function.name, memory), id);
        id
    }

    fn find(
        &self,
        plan: &StaticPlan<'_>,
        namespace: &BTreeMap<String, InstanceId>,
        importer: &Instance<'_>,
        number: usize,
        import: &Import,
    ) -> Result<Definition, PlanError> {
        let program = importer.program;
        let (module, name) = (import.module.as_str(), import.name.as_str());
        let mismatch = |found: String, expected: String| PlanError::ImportType {
            module: module.to_owned(),
            name: name.to_owned(),
            import: number,
            offset: import.offset,
            found,
            expected,
            can_trap: !namespace.contains_key(module) && matches!(import.ty, ImportType::Func(_)),
        };
        if let Some(&exporter) = namespace.get(module) {
            let exporter = &plan.instances[exporter];
            if let Some(item) = exporter.program.export(name) {
                return match_export(plan, exporter, item, importer, import.ty)
                    .map_err(|(found, expected)| mismatch(found, expected));
            }
        } else if let Some(host_module) = host::MODULES.iter().find(|candidate| candidate.name == module)
            && let Some(function) = host_module.functions.iter().find(|function| function.name == name)
        {
            let expected = host_type(function);
            return match import.ty {
                ImportType::Func(ty) if program.types[ty] == expected => {
                    Ok(Definition::Host(host_module.name, function))
                }
                // The same name with another meaning, in what some engines add to WASI.
                ImportType::Func(_) if self.options.unknown_imports == UnknownImports::Trap => {
                    Ok(Definition::Unknown)
                }
                ImportType::Func(ty) => Err(mismatch(program.types[ty].to_string(), expected.to_string())),
                _ => Err(mismatch("no function".to_owned(), expected.to_string())),
            };
        }
        if self.options.unknown_imports == UnknownImports::Trap && matches!(import.ty, ImportType::Func(_)) {
            return Ok(Definition::Unknown);
        }
        Err(self.unknown(plan, namespace, number, import))
    }

    fn unknown(
        &self,
        plan: &StaticPlan<'_>,
        namespace: &BTreeMap<String, InstanceId>,
        number: usize,
        import: &Import,
    ) -> PlanError {
        let (module, name, offset) = (import.module.clone(), import.name.clone(), import.offset);
        let is_function = matches!(import.ty, ImportType::Func(_));
        let is_shared = matches!(import.ty, ImportType::Memory(MemoryType { shared: true, .. }));
        if (is_shared && !namespace.contains_key(&module)) || (module == "wasi" && name == "thread-spawn") {
            return PlanError::Threads { module, name, import: number, offset };
        }
        let host_module = host::MODULES.iter().find(|candidate| candidate.name == module);
        let names: Vec<&str> = match (namespace.get(&module), host_module) {
            (Some(&id), _) => {
                plan.instances[id].program.exports.iter().map(|export| export.name.as_str()).collect()
            }
            (None, Some(host_module)) => host_module.functions.iter().map(|function| function.name).collect(),
            (None, None) => {
                let modules =
                    host::MODULES.iter().map(|m| m.name).chain(namespace.keys().map(String::as_str));
                let nearest = nearest(&module, modules).map(str::to_owned);
                return PlanError::UnknownModule {
                    module,
                    name,
                    import: number,
                    offset,
                    nearest,
                    is_function,
                };
            }
        };
        let nearest = nearest(&name, names).map(str::to_owned);
        PlanError::UnknownImport { module, name, import: number, offset, nearest, is_function }
    }
}

fn add_function(plan: &mut StaticPlan<'_>, signature: SignatureId, kind: FunctionKind) -> FunctionId {
    plan.functions.push(FunctionPlan::new(signature, kind))
}

/// The function `proc_exit` of a program that ends with what its entry point returns, whether it imports that
/// function or not.
pub(crate) fn exit_function(plan: &mut StaticPlan<'_>) -> FunctionId {
    let function = host::PREVIEW1.functions.iter().find(|function| function.name == "proc_exit");
    let function = function.expect("preview 1 has it");
    let ty = host_type(function);
    let existing = plan.signatures.iter().find(|(_, signature)| **signature == ty).map(|(id, _)| id);
    let signature = existing.unwrap_or_else(|| plan.signatures.push(ty));
    let memory = plan.instances.values().next_back().and_then(memory_of_host_calls);
    add_function(plan, signature, FunctionKind::Host { function, memory })
}

/// What messages call a tag: its name in the name section, or else that of an export.
fn tag_name(program: &Program<'_>, tag: TagIndex) -> Option<String> {
    program.tag_names.get(&tag).cloned().or_else(|| {
        let export = program.exports.iter().find(|export| export.item == ExportItem::Tag(tag));
        export.map(|export| export.name.clone())
    })
}

/// The memory that host functions read and write: by WASI's rule the one exported as `memory`, and
/// for programs that do not export it, the first.
fn memory_of_host_calls(instance: &Instance<'_>) -> Option<MemoryId> {
    let index = match instance.program.export("memory") {
        Some(ExportItem::Memory(index)) => index,
        _ => MemoryIndex(0),
    };
    instance.memories.get(index).copied()
}

fn host_type<T>(function: &HostFunction) -> FuncType<T> {
    let value = |ty: HostType| match ty {
        HostType::I32 => ValueType::I32,
        HostType::I64 => ValueType::I64,
    };
    FuncType {
        params: function.params.iter().copied().map(value).collect(),
        results: function.result.into_iter().map(value).collect(),
    }
}

/// How large a memory with 32-bit addresses may grow whose type gives no maximum: to all that there is but
/// the last page. Then the last indices are never inside it, which `codegen/pass/fold/` makes use of.
const UNDECLARED_MAX_BYTES: u64 = (1 << 32) - WASM_PAGE_BYTES;

/// Decides the size limits of a linear memory.
///
/// # Errors
/// [`PlanError::MemoryTooLarge`] if it starts larger than the user or the target allows.
fn plan_memory(ty: MemoryType, options: &Options) -> Result<MemoryPlan, PlanError> {
    let addresses = &options.target.addresses;
    let possible = match ty.index {
        // `memory.size` has to fit an `i32`: a memory with pages of one byte has one less than 2³².
        IndexType::I32 => addresses.memory_bytes.min(ty.page_bytes * u64::from(u32::MAX)),
        IndexType::I64 => addresses.memory64_bytes,
    };
    let chosen = options.max_memory_bytes.filter(|&max| max < possible);
    let allowed = chosen.unwrap_or(possible) / ty.page_bytes * ty.page_bytes;
    let min_bytes = ty.min_pages.saturating_mul(ty.page_bytes);
    if min_bytes > allowed {
        return Err(PlanError::MemoryTooLarge { min_bytes, max_bytes: allowed, chosen: chosen.is_some() });
    }
    let max_bytes = match ty.max_pages {
        Some(max_pages) => max_pages.saturating_mul(ty.page_bytes).min(allowed),
        None if ty.index == IndexType::I32 => allowed.min(UNDECLARED_MAX_BYTES).max(min_bytes),
        None => allowed,
    };
    // The hardware checks an access only if no index leads past the reservation, and if the memory ends
    // where a page of the hardware does.
    let guarded = options.memory_mode == MemoryMode::Guard
        && ty.index == IndexType::I32
        && ty.page_bytes == WASM_PAGE_BYTES;
    Ok(MemoryPlan {
        ty,
        record: 0,
        base: 0,
        min_bytes,
        max_bytes,
        reserved_bytes: if guarded { addresses.memory_bytes + addresses.guard_bytes } else { 0 },
        unchecked_bytes: guarded.then_some(addresses.guard_bytes),
        displacement_max: 0,
        guard_below_bytes: 0,
        image: Vec::new(),
    })
}

fn plan_table(ty: TableType<SignatureId>, options: &Options) -> Result<TablePlan, PlanError> {
    let allowed =
        options.limits.max_table_entries.map_or(MAX_TABLE_ENTRIES, |max| max.min(MAX_TABLE_ENTRIES));
    if ty.min > allowed {
        return Err(PlanError::TableTooLarge { min: ty.min, max: allowed });
    }
    Ok(TablePlan {
        ty,
        min: ty.min,
        max: ty.max.map_or(allowed, |max| max.min(allowed)),
        entries: Vec::new(),
        placement: TablePlacement::Absent,
    })
}

/// A table's type, with its defined types numbered as in the program.
fn table_type(ty: TableType, types: &IndexVec<TypeIndex, SignatureId>) -> TableType<SignatureId> {
    let TableType { element, index, min, max } = ty;
    TableType { element: element.map(|ty| types[ty]), index, min, max }
}

/// A global's type, with its defined types numbered as in the program.
fn global_type(ty: GlobalType, types: &IndexVec<TypeIndex, SignatureId>) -> GlobalType<SignatureId> {
    GlobalType { value: ty.value.map(|ty| types[ty]), mutable: ty.mutable }
}

/// Whether every value of type `narrow` is one of type `wide`. Numbers of types stand for their
/// structure, so that equal types have equal numbers.
fn is_subtype(narrow: ValueType<SignatureId>, wide: ValueType<SignatureId>) -> bool {
    match (narrow, wide) {
        (ValueType::Ref(narrow), ValueType::Ref(wide)) => {
            let RefType { nullable, heap } = narrow;
            (wide.nullable || !nullable)
                && (heap == wide.heap || matches!((heap, wide.heap), (HeapType::Defined(_), HeapType::Func)))
        }
        _ => narrow == wide,
    }
}

/// Checks an export against what an import asks for (core spec 3.0 §4.5.3); the error is what was found
/// and what was expected.
fn match_export(
    plan: &StaticPlan<'_>,
    exporter: &Instance<'_>,
    item: ExportItem,
    importer: &Instance<'_>,
    wanted: ImportType,
) -> Result<Definition, (String, String)> {
    match (item, wanted) {
        (ExportItem::Func(index), ImportType::Func(ty)) => {
            let function = exporter.functions[index];
            let provided = plan.functions[function].signature;
            if provided == importer.types[ty] {
                return Ok(Definition::Func(function));
            }
            let text = |id: SignatureId| plan.signatures[id].to_string();
            Err((text(importer.types[ty]), text(provided)))
        }
        (ExportItem::Table(index), ImportType::Table(ty)) => {
            let table = exporter.tables[index];
            let provided = plan.tables[table].ty;
            let ty = table_type(ty, &importer.types);
            let same = provided.element == ty.element && provided.index == ty.index;
            if same && limits_match((provided.min, provided.max), (ty.min, ty.max)) {
                return Ok(Definition::Table(table));
            }
            Err((format!("{ty:?}"), format!("{provided:?}")))
        }
        (ExportItem::Memory(index), ImportType::Memory(ty)) => {
            let memory = exporter.memories[index];
            let provided = plan.memories[memory].ty;
            let same = (provided.index, provided.page_bytes, provided.shared)
                == (ty.index, ty.page_bytes, ty.shared);
            let limits = |ty: MemoryType| (ty.min_pages, ty.max_pages);
            if same && limits_match(limits(provided), limits(ty)) {
                return Ok(Definition::Memory(memory));
            }
            Err((format!("{ty:?}"), format!("{provided:?}")))
        }
        (ExportItem::Global(index), ImportType::Global(ty)) => {
            let global = exporter.globals[index];
            let provided = plan.globals[global].ty;
            let ty = global_type(ty, &importer.types);
            let is_readable = !ty.mutable && !provided.mutable && is_subtype(provided.value, ty.value);
            if provided == ty || is_readable {
                return Ok(Definition::Global(global));
            }
            Err((format!("{ty:?}"), format!("{provided:?}")))
        }
        (ExportItem::Tag(index), ImportType::Tag(ty)) => {
            let tag = exporter.tags[index];
            let provided = plan.tags[tag].signature;
            if provided == importer.types[ty] {
                return Ok(Definition::Tag(tag));
            }
            let text = |id: SignatureId| plan.signatures[id].to_string();
            Err((text(importer.types[ty]), text(provided)))
        }
        _ => Err((kind_of_import(wanted).to_owned(), kind_of_export(item).to_owned())),
    }
}

/// Whether limits match now, or can once the memory or table has grown: the current size counts, which
/// instantiation checks ([`crate::plan::InitOp`]) where the initial one is too small.
fn limits_match(provided: (u64, Option<u64>), wanted: (u64, Option<u64>)) -> bool {
    let max_matches = match (provided.1, wanted.1) {
        (_, None) => true,
        (Some(provided), Some(wanted)) => provided <= wanted,
        (None, Some(_)) => false,
    };
    let can_grow_to_min = provided.1.is_none_or(|max| max >= wanted.0);
    (provided.0 >= wanted.0 || can_grow_to_min) && max_matches
}

fn kind_of_import(ty: ImportType) -> &'static str {
    match ty {
        ImportType::Func(_) => "function",
        ImportType::Table(_) => "table",
        ImportType::Memory(_) => "memory",
        ImportType::Global(_) => "global",
        ImportType::Tag(_) => "tag",
    }
}

fn kind_of_export(item: ExportItem) -> &'static str {
    match item {
        ExportItem::Func(_) => "function",
        ExportItem::Table(_) => "table",
        ExportItem::Memory(_) => "memory",
        ExportItem::Global(_) => "global",
        ExportItem::Tag(_) => "tag",
    }
}

/// Evaluates a validated constant expression. All globals that it can refer to are immutable and have
/// been evaluated before.
pub(crate) fn evaluate(plan: &StaticPlan<'_>, instance: &Instance<'_>, expr: &[ConstOp]) -> ConstValue {
    let mut stack: Vec<ConstValue> = Vec::new();
    for &op in expr {
        let value = match op {
            ConstOp::I32(value) => ConstValue::I32(value),
            ConstOp::I64(value) => ConstValue::I64(value),
            ConstOp::F32(bits) => ConstValue::F32(bits),
            ConstOp::F64(bits) => ConstValue::F64(bits),
            ConstOp::V128(bits) => ConstValue::V128(bits),
            ConstOp::RefNull => ConstValue::Null,
            ConstOp::RefFunc(FuncIndex(index)) => ConstValue::Func(instance.functions[FuncIndex(index)]),
            ConstOp::GlobalGet(GlobalIndex(index)) => plan.globals[instance.globals[GlobalIndex(index)]].init,
            ConstOp::I32Binary(op) => {
                let (Some(ConstValue::I32(right)), Some(ConstValue::I32(left))) = (stack.pop(), stack.pop())
                else {
                    unreachable!("the expression was validated");
                };
                ConstValue::I32(match op {
                    ConstBinary::Add => left.wrapping_add(right),
                    ConstBinary::Sub => left.wrapping_sub(right),
                    ConstBinary::Mul => left.wrapping_mul(right),
                })
            }
            ConstOp::I64Binary(op) => {
                let (Some(ConstValue::I64(right)), Some(ConstValue::I64(left))) = (stack.pop(), stack.pop())
                else {
                    unreachable!("the expression was validated");
                };
                ConstValue::I64(match op {
                    ConstBinary::Add => left.wrapping_add(right),
                    ConstBinary::Sub => left.wrapping_sub(right),
                    ConstBinary::Mul => left.wrapping_mul(right),
                })
            }
        };
        stack.push(value);
    }
    stack.pop().expect("the expression was validated")
}
