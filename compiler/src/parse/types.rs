//! What a module is made of: [`Program`] and its parts, in the words of the core specification.
//!
//! Everything is owned but the bytes of function bodies and data segments, which stay in the input.

use std::ops::Range;

use crate::index::{IndexVec, index_types};

index_types! {
    /// Index of a type in a module.
    TypeIndex;
    /// Index of a function in a module, imports first.
    FuncIndex;
    /// Index of a table in a module, imports first.
    TableIndex;
    /// Index of a linear memory in a module, imports first.
    MemoryIndex;
    /// Index of a global in a module, imports first.
    GlobalIndex;
    /// Index of an element segment in a module.
    ElementIndex;
    /// Index of a data segment in a module.
    DataIndex;
    /// Index of an exception tag in a module, imports first.
    TagIndex;
}

/// A wasm value type. `T` names defined types: an index of the module, or a number of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType<T = TypeIndex> {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
    /// 128-bit vector.
    V128,
    /// A reference.
    Ref(RefType<T>),
}

/// The type of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefType<T = TypeIndex> {
    /// Whether null is one.
    pub nullable: bool,
    /// What they refer to.
    pub heap: HeapType<T>,
}

/// What references refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeapType<T = TypeIndex> {
    /// Functions of any type.
    Func,
    /// Things of the host.
    Extern,
    /// Exceptions.
    Exn,
    /// Functions of this type.
    Defined(T),
}

impl<T> ValueType<T> {
    /// A reference to a function, or null.
    pub const FUNC_REF: Self = Self::Ref(RefType { nullable: true, heap: HeapType::Func });
    /// A reference to something of the host, or null.
    pub const EXTERN_REF: Self = Self::Ref(RefType { nullable: true, heap: HeapType::Extern });

    /// Whether values are references to exceptions.
    pub fn is_exception(&self) -> bool {
        matches!(self, Self::Ref(RefType { heap: HeapType::Exn, .. }))
    }

    /// The same type, with other names for defined types.
    pub fn map<U>(self, rename: impl FnOnce(T) -> U) -> ValueType<U> {
        match self {
            Self::I32 => ValueType::I32,
            Self::I64 => ValueType::I64,
            Self::F32 => ValueType::F32,
            Self::F64 => ValueType::F64,
            Self::V128 => ValueType::V128,
            Self::Ref(RefType { nullable, heap }) => {
                let heap = match heap {
                    HeapType::Func => HeapType::Func,
                    HeapType::Extern => HeapType::Extern,
                    HeapType::Exn => HeapType::Exn,
                    HeapType::Defined(ty) => HeapType::Defined(rename(ty)),
                };
                ValueType::Ref(RefType { nullable, heap })
            }
        }
    }
}

impl<T: std::fmt::Display> std::fmt::Display for ValueType<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::I32 => f.write_str("i32"),
            Self::I64 => f.write_str("i64"),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::V128 => f.write_str("v128"),
            Self::Ref(RefType { nullable, heap }) => match (nullable, heap) {
                (true, HeapType::Func) => f.write_str("funcref"),
                (true, HeapType::Extern) => f.write_str("externref"),
                (true, HeapType::Exn) => f.write_str("exnref"),
                (false, HeapType::Func) => f.write_str("(ref func)"),
                (false, HeapType::Extern) => f.write_str("(ref extern)"),
                (false, HeapType::Exn) => f.write_str("(ref exn)"),
                (true, HeapType::Defined(ty)) => write!(f, "(ref null {ty})"),
                (false, HeapType::Defined(ty)) => write!(f, "(ref {ty})"),
            },
        }
    }
}

/// A function type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FuncType<T = TypeIndex> {
    /// Parameter types.
    pub params: Vec<ValueType<T>>,
    /// Result types.
    pub results: Vec<ValueType<T>>,
}

impl<T> FuncType<T> {
    /// The type of functions that take and give nothing.
    pub const EMPTY: Self = Self { params: Vec::new(), results: Vec::new() };
}

impl<T: Copy> FuncType<T> {
    /// The same type, with other names for defined types.
    pub fn map<U>(&self, rename: impl Fn(T) -> U) -> FuncType<U> {
        let list = |types: &[ValueType<T>]| types.iter().map(|ty| ty.map(&rename)).collect();
        FuncType { params: list(&self.params), results: list(&self.results) }
    }
}

impl<T: std::fmt::Display> std::fmt::Display for FuncType<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list =
            |types: &[ValueType<T>]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        write!(f, "[{}] -> [{}]", list(&self.params), list(&self.results))
    }
}

/// The type of addresses in a memory or table, and of its sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexType {
    /// 32-bit integers.
    I32,
    /// 64-bit integers (the memory64 proposal).
    I64,
}

impl std::fmt::Display for IndexType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
        })
    }
}

/// A table type; sizes in entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableType<T = TypeIndex> {
    /// Type of the entries.
    pub element: ValueType<T>,
    /// Type of indices.
    pub index: IndexType,
    /// Initial size.
    pub min: u64,
    /// Largest size, if declared.
    pub max: Option<u64>,
}

/// A linear memory's type; sizes in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemoryType {
    /// Type of addresses.
    pub index: IndexType,
    /// Bytes of a page: 64 KiB, or 1 (the custom-page-sizes proposal).
    pub page_bytes: u64,
    /// Initial size.
    pub min_pages: u64,
    /// Largest size, if declared.
    pub max_pages: Option<u64>,
    /// Whether threads may share it.
    pub shared: bool,
}

/// A global's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalType<T = TypeIndex> {
    /// Type of the value.
    pub value: ValueType<T>,
    /// Whether it can be written.
    pub mutable: bool,
}

/// What an import asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportType {
    /// A function.
    Func(TypeIndex),
    /// A table.
    Table(TableType),
    /// A linear memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// An exception tag; the type's parameters are what exceptions carry.
    Tag(TypeIndex),
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Module name.
    pub module: String,
    /// Field name.
    pub name: String,
    /// What it asks for.
    pub ty: ImportType,
    /// Byte offset in the input.
    pub offset: u64,
}

/// What an export gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants are the index spaces")]
pub enum ExportItem {
    Func(FuncIndex),
    Table(TableIndex),
    Memory(MemoryIndex),
    Global(GlobalIndex),
    Tag(TagIndex),
}

/// An export.
#[derive(Clone, Debug)]
pub struct Export {
    /// The name.
    pub name: String,
    /// What it gives.
    pub item: ExportItem,
}

/// One operation of a constant expression, in postfix order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstOp {
    /// `i32.const`.
    I32(i32),
    /// `i64.const`.
    I64(i64),
    /// `f32.const`, as bits.
    F32(u32),
    /// `f64.const`, as bits.
    F64(u64),
    /// `v128.const`; the lowest byte is that of lane 0.
    V128(u128),
    /// `ref.null`.
    RefNull,
    /// `ref.func`.
    RefFunc(FuncIndex),
    /// `global.get`.
    GlobalGet(GlobalIndex),
    /// `i32.add`, `i32.sub`, `i32.mul`: extended constant expressions.
    I32Binary(ConstBinary),
    /// `i64.add`, `i64.sub`, `i64.mul`: extended constant expressions.
    I64Binary(ConstBinary),
}

/// An arithmetic operation of extended constant expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ConstBinary {
    Add,
    Sub,
    Mul,
}

/// A constant expression: never empty, and validated.
pub type ConstExpr = Vec<ConstOp>;

/// A global that the module defines.
#[derive(Clone, Debug)]
pub struct Global {
    /// Its type.
    pub ty: GlobalType,
    /// Its initial value; `None` for an import.
    pub init: Option<ConstExpr>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its type.
    pub ty: TableType,
    /// What every entry starts as; `None` for null.
    pub init: Option<ConstExpr>,
}

/// When and where a segment is copied.
#[derive(Clone, Debug)]
pub enum SegmentMode<I> {
    /// At instantiation, to this table or memory at this offset.
    Active(I, ConstExpr),
    /// By `table.init` or `memory.init`.
    Passive,
    /// Never: it only declares function references.
    Declared,
}

/// An element segment.
#[derive(Clone, Debug)]
pub struct ElementSegment {
    /// When it is copied.
    pub mode: SegmentMode<TableIndex>,
    /// Type of its entries.
    pub element: ValueType,
    /// Its entries.
    pub items: ElementItems,
    /// Byte offset in the input.
    pub offset: u64,
}

/// The entries of an element segment.
#[derive(Clone, Debug)]
pub enum ElementItems {
    /// Function indices.
    Functions(Vec<FuncIndex>),
    /// Constant expressions.
    Expressions(Vec<ConstExpr>),
}

/// A data segment.
#[derive(Clone, Debug)]
pub struct DataSegment {
    /// When it is copied.
    pub mode: SegmentMode<MemoryIndex>,
    /// Where its bytes are in the input.
    pub bytes: Range<usize>,
}

/// A function: an import, or a body.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its type.
    pub ty: TypeIndex,
    /// Where its body (locals and code) is in the input; `None` for an import.
    pub body: Option<Range<usize>>,
}

/// What a function body does that matters outside it. Sorted, without duplicates.
#[derive(Clone, Debug, Default, Hash)]
pub struct BodyFacts {
    /// Functions it calls directly: as often as there are calls.
    pub calls: Vec<FuncIndex>,
    /// Those of its direct calls after which it always traps or throws, by where they are in the body, in order.
    pub last_calls: Vec<(u32, FuncIndex)>,
    /// Table and type of its calls through tables: as often as there are calls.
    pub table_calls: Vec<(TableIndex, TypeIndex)>,
    /// Locals that it calls functions by through tables, where nothing writes them: those that are parameters choose
    /// what it calls.
    pub called_locals: Vec<u32>,
    /// Functions it takes references of.
    pub refs: Vec<FuncIndex>,
    /// Tables it calls through or reads entries of.
    pub tables_read: Vec<TableIndex>,
    /// Tables it may write or grow.
    pub tables_written: Vec<TableIndex>,
    /// Globals it writes.
    pub globals_written: Vec<GlobalIndex>,
    /// Element segments it copies or drops.
    pub elements_used: Vec<ElementIndex>,
    /// Data segments it copies or drops.
    pub data_used: Vec<DataIndex>,
    /// How much it does: operators that compute, call or branch, but at least an eighth of its bytes.
    pub size: u32,
    /// Whether it has a loop.
    pub has_loop: bool,
    /// Whether it grows a memory.
    pub grows_memory: bool,
    /// Whether it grows a table.
    pub grows_table: bool,
    /// Whether it waits for other threads.
    pub waits: bool,
    /// Whether it calls functions through references.
    pub calls_references: bool,
    /// Whether it makes tail calls.
    pub makes_tail_calls: bool,
    /// What it does with exceptions.
    pub exceptions: ExceptionFacts,
}

/// What a function body does with exceptions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ExceptionFacts {
    /// Whether it throws new ones, or rethrows in the way of the legacy instructions.
    pub throws: bool,
    /// Whether it throws those that it has references of.
    pub throws_references: bool,
    /// Whether it takes references of those that it catches.
    pub takes_references: bool,
    /// Whether it has `try` blocks of the legacy instructions.
    pub has_legacy_try: bool,
    /// Whether it has blocks that catch.
    pub catches: bool,
}

/// A parsed and validated module.
#[derive(Debug)]
pub struct Program<'a> {
    /// The input.
    pub wasm: &'a [u8],
    /// The types.
    pub types: IndexVec<TypeIndex, FuncType>,
    /// The imports, in order.
    pub imports: Vec<Import>,
    /// The functions, imports first.
    pub functions: IndexVec<FuncIndex, Function>,
    /// The tables, imports first.
    pub tables: IndexVec<TableIndex, Table>,
    /// The linear memories, imports first.
    pub memories: IndexVec<MemoryIndex, MemoryType>,
    /// The globals, imports first.
    pub globals: IndexVec<GlobalIndex, Global>,
    /// The types of the exception tags, imports first.
    pub tags: IndexVec<TagIndex, TypeIndex>,
    /// The exports, in order.
    pub exports: Vec<Export>,
    /// The start function.
    pub start: Option<FuncIndex>,
    /// The element segments.
    pub elements: IndexVec<ElementIndex, ElementSegment>,
    /// The data segments.
    pub data: IndexVec<DataIndex, DataSegment>,
    /// What each function does; empty for imports.
    pub facts: IndexVec<FuncIndex, BodyFacts>,
    /// The name section's function names.
    pub function_names: std::collections::BTreeMap<FuncIndex, String>,
    /// The name section's tag names.
    pub tag_names: std::collections::BTreeMap<TagIndex, String>,
    /// The name section's module name.
    pub module_name: Option<String>,
    /// The producers section: field, name, version.
    pub producers: Vec<(String, String, String)>,
}

impl Program<'_> {
    /// The export of this name.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<ExportItem> {
        self.exports.iter().find(|export| export.name == name).map(|export| export.item)
    }

    /// The type of a function.
    #[must_use]
    pub fn function_type(&self, function: FuncIndex) -> &FuncType {
        &self.types[self.functions[function].ty]
    }
}
