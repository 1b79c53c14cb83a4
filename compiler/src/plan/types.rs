//! What `plan` decides: [`StaticPlan`] and its parts.
//!
//! Indices of modules are resolved here to numbers of the whole program: codegen knows no imports.

use std::collections::BTreeMap;

use wasiaot_abi::grants::Grant;
use wasiaot_abi::host::HostFunction;

use crate::index::{IndexVec, index_types};
use crate::parse::{
    DataIndex, ElementIndex, FuncIndex, FuncType, GlobalIndex, GlobalType, MemoryIndex, MemoryType, Program,
    TableIndex, TableType, TagIndex, TypeIndex,
};
use crate::plan::script::ScriptPlan;

index_types! {
    /// Number of an instance of the program.
    InstanceId;
    /// Number of a function of the program: compiled, of the host, or unknown.
    FunctionId;
    /// Number of a linear memory of the program.
    MemoryId;
    /// Number of a table of the program.
    TableId;
    /// Number of a global of the program.
    GlobalId;
    /// Number of a function type of the program. Equal types have equal numbers.
    SignatureId;
    /// Number of an exception tag of the program. Tags are told apart by definition, not by type.
    TagId;
}

impl SignatureId {
    /// The number that stands for the type at run time: 0 is left for null references.
    #[must_use]
    pub fn run_time_number(self) -> u32 {
        self.0 + 1
    }
}

/// Everything that is decided before code is generated.
#[derive(Debug)]
pub struct StaticPlan<'a> {
    /// The instances, in the order in which they are instantiated.
    pub instances: IndexVec<InstanceId, Instance<'a>>,
    /// The function types.
    pub signatures: IndexVec<SignatureId, FuncType<SignatureId>>,
    /// The functions.
    pub functions: IndexVec<FunctionId, FunctionPlan>,
    /// The linear memories.
    pub memories: IndexVec<MemoryId, MemoryPlan>,
    /// The tables.
    pub tables: IndexVec<TableId, TablePlan>,
    /// The globals.
    pub globals: IndexVec<GlobalId, GlobalPlan>,
    /// The exception tags.
    pub tags: IndexVec<TagId, TagPlan>,
    /// Where mutable state is.
    pub context: ContextPlan,
    /// Read-only data at fixed addresses.
    pub constants: ConstantsPlan,
    /// The calls through constant tables that can reach few functions, and which these are.
    pub devirtualized: BTreeMap<TableCall, Vec<Candidate>>,
    /// How compiled functions call each other.
    pub convention: Convention,
    /// What the executable does.
    pub main: Vec<Step>,
    /// What the executable may touch.
    pub grants: Vec<Grant>,
    /// The commands of a test script; empty for ordinary programs.
    pub script: ScriptPlan,
    /// One past the address space of all linear memories.
    pub reserved_end: u64,
    /// Whether the executable has to keep the process's heap from growing into that address space: where
    /// an image makes the kernel place the heap inside, or where nothing reserves it at start.
    pub keeps_heap_away: bool,
}

/// How compiled functions call each other. All functions of a program do in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convention {
    /// Functions may end with tail calls. Nothing is in registers where a handler begins.
    Tail,
    /// Where a handler begins, the registers that functions preserve hold what they held at the call.
    Catch,
}

/// One step of the program's main function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Calls a set-up function of the runtime.
    Setup(&'static str),
    /// Instantiates: performs [`Instance::init`].
    Instantiate(InstanceId),
    /// Calls a function without parameters; results are dropped.
    Call(FunctionId),
    /// Calls a function with what the step before has returned.
    Exit(FunctionId),
    /// Runs the assertions of a test script.
    Script,
}

/// One instance of a module.
#[derive(Debug)]
pub struct Instance<'a> {
    /// The module.
    pub program: &'a Program<'a>,
    /// The module's name in backtraces.
    pub name: String,
    /// What the module's functions are.
    pub functions: IndexVec<FuncIndex, FunctionId>,
    /// What the module's tables are.
    pub tables: IndexVec<TableIndex, TableId>,
    /// What the module's memories are.
    pub memories: IndexVec<MemoryIndex, MemoryId>,
    /// What the module's globals are.
    pub globals: IndexVec<GlobalIndex, GlobalId>,
    /// What the module's exception tags are.
    pub tags: IndexVec<TagIndex, TagId>,
    /// The module's types.
    pub types: IndexVec<TypeIndex, SignatureId>,
    /// Element segments that code copies or drops.
    pub elements: BTreeMap<ElementIndex, SegmentPlan>,
    /// Data segments that code copies or drops.
    pub data: BTreeMap<DataIndex, SegmentPlan>,
    /// What instantiation has to do at run time.
    pub init: Vec<InitOp>,
}

/// What instantiation does at run time: everything that can trap, or that writes what another instance
/// owns. The rest is in the initial image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InitOp {
    /// Traps if a memory that another instance defines, and could have grown, is smaller than the import
    /// asks for.
    CheckMemory {
        /// The memory.
        memory: MemoryId,
        /// The size in bytes that is asked for.
        min_bytes: u64,
    },
    /// Traps if a table that another instance defines, and could have grown, is smaller than the import
    /// asks for.
    CheckTable {
        /// The table.
        table: TableId,
        /// The size in entries that is asked for.
        min: u64,
    },
    /// Copies an element segment into a table.
    TableInit {
        /// The table.
        table: TableId,
        /// The first entry written.
        offset: u64,
        /// The segment.
        segment: ElementIndex,
    },
    /// Copies a data segment into a memory.
    MemoryInit {
        /// The memory.
        memory: MemoryId,
        /// The first byte written.
        offset: u64,
        /// The segment.
        segment: DataIndex,
    },
    /// Calls the start function.
    Start(FunctionId),
}

/// A segment in the constants, which code copies from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SegmentPlan {
    /// Its address.
    pub address: u64,
    /// Its length in entries or bytes.
    pub len: u64,
    /// Address of its current length (a `u64` that dropping sets to 0); `None` for a segment that
    /// instantiation itself drops: its length is 0 for every instruction.
    pub len_address: Option<u64>,
}

/// A function of the program.
#[derive(Debug)]
pub struct FunctionPlan {
    /// Its type.
    pub signature: SignatureId,
    /// What it is.
    pub kind: FunctionKind,
    /// The function that it is a copy of, for some of its calls.
    pub copy_of: Option<FunctionId>,
    /// Parameters that are the same in each call, with their values.
    pub constants: Vec<(u32, i32)>,
    /// The calls in its body of which more is known than they say, in the order of their offsets.
    pub known_calls: Vec<KnownCall>,
    /// Whether anything can call or refer to it.
    pub reachable: bool,
    /// Whether something else than a direct call refers to it.
    pub referenced: bool,
    /// Whether it is compiled by itself: not if it is unreachable, or inlined wherever it is called.
    pub compiled: bool,
    /// The functions whose bodies take the place of its direct calls of them, in order.
    pub inlines: Vec<FunctionId>,
    /// How often its own body takes the place of its calls of itself, each in the one before.
    pub self_inlines: u32,
    /// How much it does, with what it inlines (see [`crate::parse::BodyFacts::size`]).
    pub size: u32,
    /// Whether a call of it may end with an exception.
    pub may_throw: bool,
}

impl FunctionPlan {
    /// A function of which nothing is known yet but what it is.
    pub(crate) fn new(signature: SignatureId, kind: FunctionKind) -> Self {
        Self {
            signature,
            kind,
            copy_of: None,
            constants: Vec::new(),
            known_calls: Vec::new(),
            reachable: false,
            referenced: false,
            compiled: false,
            inlines: Vec::new(),
            self_inlines: 0,
            size: 0,
            may_throw: false,
        }
    }
}

/// What a function is.
#[derive(Clone, Debug)]
pub enum FunctionKind {
    /// A function with a body.
    Wasm {
        /// The instance that defines it.
        instance: InstanceId,
        /// Its index there.
        index: FuncIndex,
    },
    /// A function of the host, for the memory of one instance.
    Host {
        /// The function.
        function: &'static HostFunction,
        /// The memory whose record it gets; `None` if the instance has none.
        memory: Option<MemoryId>,
    },
    /// An import that does not exist: calling it traps.
    Unknown {
        /// Module name.
        module: String,
        /// Field name.
        name: String,
    },
}

/// A call that always calls one function, which is another than it says, or of which it does not say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KnownCall {
    /// Where it is in its function's body, in bytes from the start.
    pub offset: u32,
    /// What it says.
    pub says: Callee,
    /// What it calls.
    pub function: FunctionId,
}

/// What a call says that it calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Callee {
    /// A function.
    Function(FunctionId),
    /// What a table has at an index that is an operand.
    Table(TableCall),
}

/// A linear memory of the program.
#[derive(Debug)]
pub struct MemoryPlan {
    /// Its type, as its definition declares it.
    pub ty: MemoryType,
    /// Address of its [`wasiaot_abi::context::MemoryRecord`].
    pub record: u64,
    /// Address of byte 0.
    pub base: u64,
    /// Initial size in bytes.
    pub min_bytes: u64,
    /// Largest size in bytes.
    pub max_bytes: u64,
    /// Address space reserved from `base` on; 0 if accesses are checked by code.
    pub reserved_bytes: u64,
    /// Accesses whose constant offset and width together are at most this need no check; `None` if all
    /// need one.
    pub unchecked_bytes: Option<u64>,
    /// Constant offsets up to this are a part of the instruction, larger ones of the base.
    pub displacement_max: u64,
    /// Addresses right below `base` where every access faults, and is reported as one to this memory:
    /// what a small negative displacement reaches.
    pub guard_below_bytes: u64,
    /// The initial contents: contiguous from `base`, sorted, not overlapping.
    pub image: Vec<ImageRun>,
}

impl MemoryPlan {
    /// Bytes from `base` on that the image covers.
    #[must_use]
    pub fn image_bytes(&self) -> u64 {
        self.image.last().map_or(0, |run| run.start + run.len)
    }
}

/// A part of a memory's initial contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRun {
    /// Offset of its first byte in the memory; a multiple of the target's page size.
    pub start: u64,
    /// Its length in bytes.
    pub len: u64,
    /// Its contents; empty if all are zero.
    pub bytes: Vec<u8>,
}

/// A table of the program.
#[derive(Debug)]
pub struct TablePlan {
    /// Its type, as its definition declares it.
    pub ty: TableType<SignatureId>,
    /// Initial size in entries.
    pub min: u64,
    /// Largest size in entries.
    pub max: u64,
    /// Initial entries up to the last that is not null.
    pub entries: Vec<ConstValue>,
    /// Where it is.
    pub placement: TablePlacement,
}

/// Where a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TablePlacement {
    /// No instruction writes it: read-only entries at this address.
    Constant {
        /// Address of entry 0.
        address: u64,
    },
    /// It has a [`wasiaot_abi::context::TableRecord`].
    Mutable {
        /// Address of the record.
        record: u64,
        /// Address of its initial entries.
        storage: u64,
    },
    /// Nothing reads it.
    Absent,
}

/// A way to call through a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableCall {
    /// The table.
    pub table: TableId,
    /// The type that the entry must have.
    pub signature: SignatureId,
}

/// A function that a call through a table can reach.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// The function.
    pub function: FunctionId,
    /// The entries that it has in the table, in order.
    pub indices: Vec<u32>,
}

/// A global of the program.
#[derive(Debug, Hash)]
pub struct GlobalPlan {
    /// Its type.
    pub ty: GlobalType<SignatureId>,
    /// Its initial value.
    pub init: ConstValue,
    /// The address of its value; `None` if it never changes and `init` is all there is.
    pub address: Option<u64>,
}

/// An exception tag of the program.
#[derive(Debug, Hash)]
pub struct TagPlan {
    /// Its type: the parameters are what exceptions with the tag carry.
    pub signature: SignatureId,
    /// Its name in messages.
    pub name: Option<String>,
}

/// A value that is known when the program is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstValue {
    /// An `i32`.
    I32(i32),
    /// An `i64`.
    I64(i64),
    /// An `f32`, as bits.
    F32(u32),
    /// An `f64`, as bits.
    F64(u64),
    /// A `v128`; the lowest byte is that of lane 0.
    V128(u128),
    /// A null reference.
    Null,
    /// A reference to a function.
    Func(FunctionId),
}

/// The context block: all mutable state, at a fixed address.
#[derive(Debug, Default, Hash)]
pub struct ContextPlan {
    /// Its address.
    pub address: u64,
    /// Its length in bytes.
    pub len: u64,
    /// Address of the [`wasiaot_abi::context::HostExit`].
    pub host_exit: u64,
    /// Address of a memory record of size 0, for the host calls of instances without memory.
    pub no_memory: u64,
    /// Address of the first memory record.
    pub memories: u64,
    /// Address of the [`wasiaot_abi::exception::PendingException`]; `None` if nothing is ever thrown.
    pub pending_exception: Option<u64>,
    /// Addresses of segment lengths, with the initial lengths.
    pub segment_lens: Vec<(u64, u64)>,
}

/// Read-only data at fixed addresses.
#[derive(Debug, Default)]
pub struct ConstantsPlan {
    /// Its address.
    pub address: u64,
    /// Its length in bytes.
    pub len: u64,
    /// Data segments, with their addresses.
    pub data: Vec<(u64, InstanceId, DataIndex)>,
    /// Element segments, with their addresses.
    pub elements: Vec<(u64, Vec<ConstValue>)>,
    /// Address and length of the names of unknown imports: `module`, a space, `name`.
    pub unknown_names: BTreeMap<FunctionId, (u64, u64)>,
}
