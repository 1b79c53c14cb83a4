//! Sections → [`Program`], with the validator looking at each.

use std::num::NonZeroUsize;

use wasiaot_abi::context::WASM_PAGE_BYTES;
use wasmparser::{
    AbstractHeapType, CompositeInnerType, DataKind, ElementKind, ExternalKind, Imports, KnownCustom, Name,
    Parser, Payload, TableInit, TypeRef, UnpackedIndex, ValidPayload, Validator,
};

use crate::index::{Idx, IndexVec};
use crate::parse::facts::{Pending, validate_bodies};
use crate::parse::features::ACCEPTED;
use crate::parse::{
    BodyFacts, DataSegment, ElementItems, ElementSegment, Export, ExportItem, FuncIndex, FuncType, Function,
    Global, GlobalIndex, GlobalType, HeapType, Import, ImportType, IndexType, MemoryIndex, MemoryType,
    ParseError, Program, RefType, SegmentMode, Table, TableIndex, TableType, TagIndex, TypeIndex, ValueType,
    const_expr,
};

/// Decodes and validates a module.
pub(crate) fn read_module(wasm: &[u8], jobs: NonZeroUsize) -> Result<Program<'_>, ParseError> {
    let mut program = Program {
        wasm,
        types: IndexVec::new(),
        imports: Vec::new(),
        functions: IndexVec::new(),
        tables: IndexVec::new(),
        memories: IndexVec::new(),
        globals: IndexVec::new(),
        tags: IndexVec::new(),
        exports: Vec::new(),
        start: None,
        elements: IndexVec::new(),
        data: IndexVec::new(),
        facts: IndexVec::new(),
        function_names: Default::default(),
        tag_names: Default::default(),
        module_name: None,
        producers: Vec::new(),
    };
    let mut validator = Validator::new_with_features(ACCEPTED);
    let mut bodies: Vec<Pending<'_>> = Vec::new();
    // Some encodings are longer with proposals that are not accepted.
    let mut parser = Parser::new(0);
    parser.set_features(ACCEPTED);
    for payload in parser.parse_all(wasm) {
        let payload = payload?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
            bodies.push((function, body));
        }
        read_section(payload, &mut program)?;
    }
    let imported = program.functions.len() - bodies.len();
    for (position, (_, body)) in bodies.iter().enumerate() {
        program.functions[FuncIndex::from_usize(imported + position)].body = Some(body.range());
    }
    program.facts = std::iter::repeat_n(BodyFacts::default(), imported).collect();
    for facts in validate_bodies(bodies, jobs)? {
        program.facts.push(facts);
    }
    Ok(program)
}

/// Takes over one section. It has been validated, so indices are in range.
fn read_section(payload: Payload<'_>, program: &mut Program<'_>) -> Result<(), ParseError> {
    match payload {
        Payload::TypeSection(reader) => read_types(reader, program),
        Payload::ImportSection(reader) => read_imports(reader, program),
        Payload::FunctionSection(reader) => {
            for ty in reader {
                program.functions.push(Function { ty: TypeIndex(ty?), body: None });
            }
            Ok(())
        }
        Payload::TableSection(reader) => {
            for table in reader {
                let table = table?;
                let init = match &table.init {
                    TableInit::RefNull => None,
                    TableInit::Expr(expr) => Some(const_expr::read(expr)?),
                };
                program.tables.push(Table { ty: table_type(&table.ty)?, init });
            }
            Ok(())
        }
        Payload::MemorySection(reader) => {
            for memory in reader {
                program.memories.push(memory_type(&memory?));
            }
            Ok(())
        }
        Payload::GlobalSection(reader) => {
            for global in reader {
                let global = global?;
                let init = Some(const_expr::read(&global.init_expr)?);
                program.globals.push(Global { ty: global_type(&global.ty)?, init });
            }
            Ok(())
        }
        Payload::TagSection(reader) => {
            for tag in reader {
                program.tags.push(TypeIndex(tag?.func_type_idx));
            }
            Ok(())
        }
        Payload::ExportSection(reader) => read_exports(reader, program),
        Payload::StartSection { func, .. } => {
            program.start = Some(FuncIndex(func));
            Ok(())
        }
        Payload::ElementSection(reader) => read_elements(reader, program),
        Payload::DataSection(reader) => read_data(reader, program),
        Payload::CustomSection(reader) => {
            read_custom(&reader, program);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn read_types(
    reader: wasmparser::TypeSectionReader<'_>,
    program: &mut Program<'_>,
) -> Result<(), ParseError> {
    for group in reader {
        for ty in group?.into_types() {
            let CompositeInnerType::Func(func) = &ty.composite_type.inner else {
                return Err(unsupported("a type that is not a function type"));
            };
            let list = |types: &[wasmparser::ValType]| {
                types.iter().map(|&ty| value_type(ty)).collect::<Result<Vec<_>, _>>()
            };
            program.types.push(FuncType { params: list(func.params())?, results: list(func.results())? });
        }
    }
    Ok(())
}

fn read_imports(
    reader: wasmparser::ImportSectionReader<'_>,
    program: &mut Program<'_>,
) -> Result<(), ParseError> {
    for group in reader {
        let Imports::Single(offset, import) = group? else {
            return Err(unsupported("the compact import encoding"));
        };
        let ty = match import.ty {
            TypeRef::Func(ty) => {
                program.functions.push(Function { ty: TypeIndex(ty), body: None });
                ImportType::Func(TypeIndex(ty))
            }
            TypeRef::Table(ty) => {
                let ty = table_type(&ty)?;
                program.tables.push(Table { ty, init: None });
                ImportType::Table(ty)
            }
            TypeRef::Memory(ty) => {
                program.memories.push(memory_type(&ty));
                ImportType::Memory(memory_type(&ty))
            }
            TypeRef::Global(ty) => {
                let ty = global_type(&ty)?;
                program.globals.push(Global { ty, init: None });
                ImportType::Global(ty)
            }
            TypeRef::Tag(tag) => {
                let ty = TypeIndex(tag.func_type_idx);
                program.tags.push(ty);
                ImportType::Tag(ty)
            }
            TypeRef::FuncExact(_) => return Err(unsupported("this kind of import")),
        };
        program.imports.push(Import {
            module: import.module.to_owned(),
            name: import.name.to_owned(),
            ty,
            offset: offset as u64,
        });
    }
    Ok(())
}

fn read_exports(
    reader: wasmparser::ExportSectionReader<'_>,
    program: &mut Program<'_>,
) -> Result<(), ParseError> {
    for export in reader {
        let export = export?;
        let item = match export.kind {
            ExternalKind::Func => ExportItem::Func(FuncIndex(export.index)),
            ExternalKind::Table => ExportItem::Table(TableIndex(export.index)),
            ExternalKind::Memory => ExportItem::Memory(MemoryIndex(export.index)),
            ExternalKind::Global => ExportItem::Global(GlobalIndex(export.index)),
            ExternalKind::Tag => ExportItem::Tag(TagIndex(export.index)),
            ExternalKind::FuncExact => return Err(unsupported("this kind of export")),
        };
        program.exports.push(Export { name: export.name.to_owned(), item });
    }
    Ok(())
}

fn read_elements(
    reader: wasmparser::ElementSectionReader<'_>,
    program: &mut Program<'_>,
) -> Result<(), ParseError> {
    for element in reader {
        let element = element?;
        let mode = match &element.kind {
            ElementKind::Active { table_index, offset_expr } => {
                SegmentMode::Active(TableIndex(table_index.unwrap_or(0)), const_expr::read(offset_expr)?)
            }
            ElementKind::Passive => SegmentMode::Passive,
            ElementKind::Declared => SegmentMode::Declared,
        };
        let (ty, items) = match element.items {
            wasmparser::ElementItems::Functions(reader) => {
                let functions = reader
                    .into_iter()
                    .map(|index| Ok(FuncIndex(index?)))
                    .collect::<Result<_, ParseError>>()?;
                (ValueType::FUNC_REF, ElementItems::Functions(functions))
            }
            wasmparser::ElementItems::Expressions(ty, reader) => {
                let expressions = reader.into_iter().map(|expr| const_expr::read(&expr?)).collect::<Result<
                    _,
                    ParseError,
                >>(
                )?;
                (value_type(wasmparser::ValType::Ref(ty))?, ElementItems::Expressions(expressions))
            }
        };
        program.elements.push(ElementSegment {
            mode,
            element: ty,
            items,
            offset: element.range.start as u64,
        });
    }
    Ok(())
}

fn read_data(reader: wasmparser::DataSectionReader<'_>, program: &mut Program<'_>) -> Result<(), ParseError> {
    for data in reader {
        let data = data?;
        let mode = match &data.kind {
            DataKind::Active { memory_index, offset_expr } => {
                SegmentMode::Active(MemoryIndex(*memory_index), const_expr::read(offset_expr)?)
            }
            DataKind::Passive => SegmentMode::Passive,
        };
        // The bytes are the end of the segment's encoding.
        let bytes = data.range.end - data.data.len()..data.range.end;
        program.data.push(DataSegment { mode, bytes });
    }
    Ok(())
}

/// Names and producers. Malformed custom sections are ignored, as the specification asks.
fn read_custom(reader: &wasmparser::CustomSectionReader<'_>, program: &mut Program<'_>) {
    match reader.as_known() {
        KnownCustom::Name(names) => {
            for name in names.into_iter().flatten() {
                match name {
                    Name::Module { name, .. } => program.module_name = Some(name.to_owned()),
                    Name::Function(map) => {
                        for naming in map.into_iter().flatten() {
                            program.function_names.insert(FuncIndex(naming.index), naming.name.to_owned());
                        }
                    }
                    Name::Tag(map) => {
                        for naming in map.into_iter().flatten() {
                            program.tag_names.insert(TagIndex(naming.index), naming.name.to_owned());
                        }
                    }
                    _ => {}
                }
            }
        }
        KnownCustom::Producers(fields) => {
            for field in fields.into_iter().flatten() {
                for value in field.values.into_iter().flatten() {
                    program.producers.push((
                        field.name.to_owned(),
                        value.name.to_owned(),
                        value.version.to_owned(),
                    ));
                }
            }
        }
        _ => {}
    }
}

fn value_type(ty: wasmparser::ValType) -> Result<ValueType, ParseError> {
    Ok(match ty {
        wasmparser::ValType::I32 => ValueType::I32,
        wasmparser::ValType::I64 => ValueType::I64,
        wasmparser::ValType::F32 => ValueType::F32,
        wasmparser::ValType::F64 => ValueType::F64,
        wasmparser::ValType::V128 => ValueType::V128,
        wasmparser::ValType::Ref(ty) => {
            ValueType::Ref(RefType { nullable: ty.is_nullable(), heap: heap_type(ty.heap_type())? })
        }
    })
}

fn heap_type(ty: wasmparser::HeapType) -> Result<HeapType, ParseError> {
    match ty {
        wasmparser::HeapType::FUNC => Ok(HeapType::Func),
        wasmparser::HeapType::EXTERN => Ok(HeapType::Extern),
        wasmparser::HeapType::Abstract { ty: AbstractHeapType::Exn | AbstractHeapType::NoExn, .. } => {
            Ok(HeapType::Exn)
        }
        wasmparser::HeapType::Concrete(UnpackedIndex::Module(index)) => {
            Ok(HeapType::Defined(TypeIndex(index)))
        }
        _ => Err(unsupported("this reference type")),
    }
}

fn index_type(is_64: bool) -> IndexType {
    if is_64 { IndexType::I64 } else { IndexType::I32 }
}

fn table_type(ty: &wasmparser::TableType) -> Result<TableType, ParseError> {
    Ok(TableType {
        element: value_type(wasmparser::ValType::Ref(ty.element_type))?,
        index: index_type(ty.table64),
        min: ty.initial,
        max: ty.maximum,
    })
}

fn memory_type(ty: &wasmparser::MemoryType) -> MemoryType {
    MemoryType {
        index: index_type(ty.memory64),
        page_bytes: ty.page_size_log2.map_or(WASM_PAGE_BYTES, |log2| 1 << log2),
        min_pages: ty.initial,
        max_pages: ty.maximum,
        shared: ty.shared,
    }
}

fn global_type(ty: &wasmparser::GlobalType) -> Result<GlobalType, ParseError> {
    Ok(GlobalType { value: value_type(ty.content_type)?, mutable: ty.mutable })
}

/// The validator accepted something that we do not know: it must name a proposal beyond
/// [`ACCEPTED`], or be listed here.
fn unsupported(what: &str) -> ParseError {
    ParseError::Invalid { message: format!("{what} is not supported"), offset: 0 }
}
