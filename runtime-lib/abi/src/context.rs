//! The records that generated code and the runtime both read and write.
//!
//! All mutable state of a program lives in one *context block* at a fixed address. Its layout is
//! planned per program (`compiler/src/plan/context.rs`); only the records below have a shape that
//! the runtime knows. Generated code addresses them by constants, the runtime through
//! [`ProgramHeader`]. All fields are little-endian, as both targets are.

/// Bytes of one WebAssembly page, unless a memory says otherwise.
pub const WASM_PAGE_BYTES: u64 = 65536;

/// Addresses below the first memory's reservation that belong to it too: compiled code may access them for
/// indices from 2³² minus this on, and the fault is reported as one at that index. Nothing is ever mapped
/// there: see `memory.rs` of the runtime.
pub const GUARD_BELOW_BYTES: u64 = 65536;

/// Shape, base and current size of one linear memory.
#[derive(Debug)]
#[repr(C)]
pub struct MemoryRecord {
    /// Address of byte 0. Constant while the process lives.
    pub base: u64,
    /// Current size in bytes.
    pub len_bytes: u64,
    /// Most bytes the memory may grow to.
    pub max_bytes: u64,
    /// Address space reserved from `base` on, guard included; 0 if nothing is reserved ahead, as
    /// generated code checks each access.
    pub reserved_bytes: u64,
    /// Bytes from `base` on that the executable's own segments have mapped already.
    pub image_bytes: u64,
}

/// Base and current size of one table. Entries are 8 bytes each: see [`FUNC_REF_CODE_BITS`].
#[derive(Debug)]
#[repr(C)]
pub struct TableRecord {
    /// Address of entry 0. Changes only in `table.grow`.
    pub base: u64,
    /// Current number of entries.
    pub len: u64,
    /// Most entries the table may grow to.
    pub max: u64,
    /// Number of entries that fit at `base` without moving.
    pub capacity: u64,
}

/// A function reference is a `u64`: the code address in the low half, the signature number in the
/// high half. 0 is the null reference; no signature has number 0.
pub const FUNC_REF_CODE_BITS: u32 = 32;

/// What one program is: the roots from which the runtime finds everything else.
///
/// Written by the compiler under the symbol [`crate::symbols::PROGRAM_HEADER`]. Addresses are `u64`
/// so that the layout is the same for compiler and runtime.
#[derive(Debug)]
#[repr(C)]
pub struct ProgramHeader {
    /// Address of the first [`MemoryRecord`]; the records are contiguous.
    pub memories: u64,
    /// Number of memories.
    pub memories_len: u64,
    /// Address of the encoded grants ([`crate::grants`]).
    pub grants: u64,
    /// Length of the encoded grants in bytes.
    pub grants_len: u64,
    /// Size of the guest's stack in bytes, guard excluded; a multiple of the page size.
    pub stack_bytes: u64,
    /// First address of compiled guest code.
    pub text: u64,
    /// Length of the compiled guest code in bytes.
    pub text_len: u64,
    /// Address of the [`FunctionRecord`]s, sorted by `start`.
    pub functions: u64,
    /// Number of function records.
    pub functions_len: u64,
    /// Address of the encoded sites ([`crate::sites`]).
    pub sites: u64,
    /// Length of the encoded sites in bytes.
    pub sites_len: u64,
    /// Address of the names: UTF-8, each ended by a zero byte.
    pub names: u64,
    /// Length of the names in bytes.
    pub names_len: u64,
    /// Address of the [`HostExit`] that generated code fills before each host call.
    pub host_exit: u64,
    /// Address of the system call filter: instructions of classic BPF, 8 bytes each, of which those that
    /// compare with [`OWN_PROCESS`] are to compare with the process's number.
    pub filter: u64,
    /// Number of instructions of the filter.
    pub filter_len: u64,
    /// Most descriptors that are open at once, the standard streams included.
    pub max_open_files: u64,
    /// The time limit in microseconds.
    pub timeout_us: u64,
    /// Offset, in the names, of what the CPU has to have.
    pub cpu_name: u64,
}

/// In the filter: where the number of the process goes. Numbers of processes have 22 bits.
pub const OWN_PROCESS: u32 = 0xffff_ffff;

/// Most instructions of a filter: 2 KiB of stack for the copy with the process's number.
pub const FILTER_INSTRUCTIONS_MAX: usize = 256;

/// Where the guest was when it last called the host: for backtraces out of host code.
#[derive(Debug)]
#[repr(C)]
pub struct HostExit {
    /// Frame pointer of the shim that calls the host.
    pub frame_pointer: u64,
}

/// One function of the guest, for backtraces. Those that are compiled come first; those that are only
/// inlined in others follow, as functions without code at the end of all code.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct FunctionRecord {
    /// Offset of its first instruction from the start of the guest code, in bytes.
    pub start: u32,
    /// Length of its code in bytes.
    pub len: u32,
    /// Offset of its first encoded site.
    pub sites: u32,
    /// Offset of its name in the names, or [`NO_NAME`].
    pub name: u32,
    /// Offset of the name of the module file it comes from, or [`NO_NAME`].
    pub module: u32,
    /// Its index in that module's function index space.
    pub index: u32,
    /// Byte offset of its body in the module file.
    pub body: u32,
}

/// "This function has no name."
pub const NO_NAME: u32 = u32::MAX;

const _: () = {
    assert!(size_of::<MemoryRecord>() == 40);
    assert!(size_of::<TableRecord>() == 32);
    assert!(size_of::<ProgramHeader>() == 19 * 8);
    assert!(size_of::<FunctionRecord>() == 28);
};
