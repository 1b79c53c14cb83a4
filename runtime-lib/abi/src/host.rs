//! The host functions: WASI functions that programs import, and helpers that generated code calls.
//!
//! One table with many readers: the compiler resolves imports with it, the linker keeps what it
//! names, the runtime's build exports its symbols, and `wasiaot inspect` lists it.
//!
//! Every WASI function takes the address of the calling instance's
//! [`MemoryRecord`](crate::context::MemoryRecord) before its wasm parameters, so that the runtime
//! has no notion of a current instance. All use the C calling convention of the target.

use crate::calls::{self, Calls};

/// A wasm value type that host functions use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostType {
    /// A 32-bit integer: a number, or an address in the guest's memory.
    I32,
    /// A 64-bit integer.
    I64,
}

/// What has to be set up before `main` for a function to find what was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setup {
    /// Granted directories are opened: [`INIT_PREOPENS`].
    Preopens,
    /// Granted listening sockets are bound: [`INIT_LISTENERS`].
    Listeners,
}

/// A function that programs may import.
#[derive(Clone, Copy, Debug)]
pub struct HostFunction {
    /// The name in the import.
    pub name: &'static str,
    /// The symbol in the runtime object.
    pub symbol: &'static str,
    /// The wasm parameter types.
    pub params: &'static [HostType],
    /// The wasm result type.
    pub result: Option<HostType>,
    /// What it needs set up.
    pub setup: Option<Setup>,
    /// The system calls that it may make, beside those that every program may: [`calls::ALWAYS`].
    pub calls: &'static [Calls],
}

/// A module name that programs may import from, with its functions.
#[derive(Clone, Copy, Debug)]
pub struct HostModule {
    /// The module name in the import.
    pub name: &'static str,
    /// Its functions.
    pub functions: &'static [HostFunction],
}

/// Finds an importable function by module and name.
#[must_use]
pub fn find(module: &str, name: &str) -> Option<&'static HostFunction> {
    MODULES.iter().find(|m| m.name == module)?.functions.iter().find(|f| f.name == name)
}

macro_rules! module {
    ($constant:ident, $module:literal: $(
        $name:ident ($($param:ident),*) $(-> $result:ident)? => $symbol:literal $(needs $setup:ident)?
        $(calls $($calls:ident)+)?;
    )*) => {
        /// The functions of the module of this name.
        pub const $constant: HostModule = HostModule {
            name: $module,
            functions: &[$(HostFunction {
                name: stringify!($name),
                symbol: $symbol,
                params: &[$(HostType::$param,)*],
                result: module!(@option $(HostType::$result)?),
                setup: module!(@option $(Setup::$setup)?),
                calls: &[$($(calls::$calls),+)?],
            },)*],
        };
    };
    (@option) => { None };
    (@option $value:expr) => { Some($value) };
}

module! { PREVIEW1, "wasi_snapshot_preview1":
    args_get(I32, I32) -> I32 => "wasiaot_p1_args_get";
    args_sizes_get(I32, I32) -> I32 => "wasiaot_p1_args_sizes_get";
    environ_get(I32, I32) -> I32 => "wasiaot_p1_environ_get";
    environ_sizes_get(I32, I32) -> I32 => "wasiaot_p1_environ_sizes_get";
    clock_res_get(I32, I32) -> I32 => "wasiaot_p1_clock_res_get"
        calls CLOCK_RESOLUTION;
    clock_time_get(I32, I64, I32) -> I32 => "wasiaot_p1_clock_time_get"
        calls CLOCK_TIME;
    fd_advise(I32, I64, I64, I32) -> I32 => "wasiaot_p1_fd_advise"
        calls STREAM ADVISE;
    fd_allocate(I32, I64, I64) -> I32 => "wasiaot_p1_fd_allocate"
        calls STREAM ALLOCATE;
    fd_close(I32) -> I32 => "wasiaot_p1_fd_close"
        calls STREAM CLOSE;
    fd_datasync(I32) -> I32 => "wasiaot_p1_fd_datasync"
        calls STREAM SYNC_DATA;
    fd_fdstat_get(I32, I32) -> I32 => "wasiaot_p1_fd_fdstat_get"
        calls STREAM;
    fd_fdstat_set_flags(I32, I32) -> I32 => "wasiaot_p1_fd_fdstat_set_flags"
        calls STREAM SET_FLAGS;
    fd_fdstat_set_rights(I32, I64, I64) -> I32 => "wasiaot_p1_fd_fdstat_set_rights"
        calls STREAM;
    fd_filestat_get(I32, I32) -> I32 => "wasiaot_p1_fd_filestat_get"
        calls STREAM;
    fd_filestat_set_size(I32, I64) -> I32 => "wasiaot_p1_fd_filestat_set_size"
        calls STREAM SET_SIZE;
    fd_filestat_set_times(I32, I64, I64, I32) -> I32 => "wasiaot_p1_fd_filestat_set_times"
        calls STREAM SET_TIMES;
    fd_pread(I32, I32, I32, I64, I32) -> I32 => "wasiaot_p1_fd_pread"
        calls STREAM READ_AT SEEK;
    fd_prestat_get(I32, I32) -> I32 => "wasiaot_p1_fd_prestat_get" needs Preopens
        calls STREAM;
    fd_prestat_dir_name(I32, I32, I32) -> I32 => "wasiaot_p1_fd_prestat_dir_name" needs Preopens
        calls STREAM;
    fd_pwrite(I32, I32, I32, I64, I32) -> I32 => "wasiaot_p1_fd_pwrite"
        calls STREAM WRITE_AT SEEK;
    fd_read(I32, I32, I32, I32) -> I32 => "wasiaot_p1_fd_read"
        calls STREAM READ;
    fd_readdir(I32, I32, I32, I64, I32) -> I32 => "wasiaot_p1_fd_readdir" needs Preopens
        calls STREAM LIST;
    fd_renumber(I32, I32) -> I32 => "wasiaot_p1_fd_renumber"
        calls STREAM CLOSE;
    fd_seek(I32, I64, I32, I32) -> I32 => "wasiaot_p1_fd_seek"
        calls STREAM SEEK;
    fd_sync(I32) -> I32 => "wasiaot_p1_fd_sync"
        calls STREAM SYNC;
    fd_tell(I32, I32) -> I32 => "wasiaot_p1_fd_tell"
        calls STREAM SEEK;
    fd_write(I32, I32, I32, I32) -> I32 => "wasiaot_p1_fd_write"
        calls STREAM WRITE;
    path_create_directory(I32, I32, I32) -> I32 => "wasiaot_p1_path_create_directory" needs Preopens
        calls STREAM RESOLVE ALLOCATOR CREATE_DIR;
    path_filestat_get(I32, I32, I32, I32, I32) -> I32 => "wasiaot_p1_path_filestat_get" needs Preopens
        calls STREAM RESOLVE ALLOCATOR;
    path_filestat_set_times(I32, I32, I32, I32, I64, I64, I32) -> I32 => "wasiaot_p1_path_filestat_set_times" needs Preopens
        calls STREAM RESOLVE ALLOCATOR SET_TIMES;
    path_link(I32, I32, I32, I32, I32, I32, I32) -> I32 => "wasiaot_p1_path_link" needs Preopens
        calls STREAM RESOLVE ALLOCATOR LINK;
    path_open(I32, I32, I32, I32, I32, I64, I64, I32, I32) -> I32 => "wasiaot_p1_path_open" needs Preopens
        calls STREAM RESOLVE ALLOCATOR;
    path_readlink(I32, I32, I32, I32, I32, I32) -> I32 => "wasiaot_p1_path_readlink" needs Preopens
        calls STREAM RESOLVE ALLOCATOR;
    path_remove_directory(I32, I32, I32) -> I32 => "wasiaot_p1_path_remove_directory" needs Preopens
        calls STREAM RESOLVE ALLOCATOR UNLINK;
    path_rename(I32, I32, I32, I32, I32, I32) -> I32 => "wasiaot_p1_path_rename" needs Preopens
        calls STREAM RESOLVE ALLOCATOR RENAME;
    path_symlink(I32, I32, I32, I32, I32) -> I32 => "wasiaot_p1_path_symlink" needs Preopens
        calls STREAM RESOLVE ALLOCATOR SYMLINK;
    path_unlink_file(I32, I32, I32) -> I32 => "wasiaot_p1_path_unlink_file" needs Preopens
        calls STREAM RESOLVE ALLOCATOR UNLINK;
    poll_oneoff(I32, I32, I32, I32) -> I32 => "wasiaot_p1_poll_oneoff"
        calls STREAM SEEK READABLE CLOCK_TIME SLEEP;
    proc_exit(I32) => "wasiaot_p1_proc_exit";
    proc_raise(I32) -> I32 => "wasiaot_p1_proc_raise";
    sched_yield() -> I32 => "wasiaot_p1_sched_yield"
        calls YIELD;
    random_get(I32, I32) -> I32 => "wasiaot_p1_random_get"
        calls RANDOM;
    sock_accept(I32, I32, I32) -> I32 => "wasiaot_p1_sock_accept" needs Listeners
        calls STREAM ACCEPT CLOSE;
    sock_recv(I32, I32, I32, I32, I32, I32) -> I32 => "wasiaot_p1_sock_recv"
        calls STREAM RECEIVE;
    sock_send(I32, I32, I32, I32, I32) -> I32 => "wasiaot_p1_sock_send"
        calls STREAM SEND;
    sock_shutdown(I32, I32) -> I32 => "wasiaot_p1_sock_shutdown"
        calls STREAM SHUTDOWN;
}

/// The functions of the older snapshot that differ from preview 1, with their symbols: `fd_seek` numbers
/// the origins otherwise, the others have other layouts in memory.
const UNSTABLE_SYMBOLS: [(&str, &str); 4] = [
    ("fd_filestat_get", "wasiaot_p0_fd_filestat_get"),
    ("fd_seek", "wasiaot_p0_fd_seek"),
    ("path_filestat_get", "wasiaot_p0_path_filestat_get"),
    ("poll_oneoff", "wasiaot_p0_poll_oneoff"),
];

/// Preview 1 has this function besides those of the older snapshot.
const NOT_IN_UNSTABLE: &str = "sock_accept";

/// The functions of the module of this name: preview 1 as it was before it had its name.
pub const UNSTABLE: HostModule =
    HostModule { name: "wasi_unstable", functions: &unstable_functions(PREVIEW1.functions) };

const fn unstable_functions(newer: &[HostFunction]) -> [HostFunction; 45] {
    let mut functions = [newer[0]; 45];
    let (mut from, mut to) = (0, 0);
    while from < newer.len() {
        if !is_same(newer[from].name, NOT_IN_UNSTABLE) {
            functions[to] = newer[from];
            let mut index = 0;
            while index < UNSTABLE_SYMBOLS.len() {
                if is_same(newer[from].name, UNSTABLE_SYMBOLS[index].0) {
                    functions[to].symbol = UNSTABLE_SYMBOLS[index].1;
                }
                index += 1;
            }
            to += 1;
        }
        from += 1;
    }
    assert!(to == functions.len());
    functions
}

/// Whether two strings are equal: `==` cannot be used in constants.
const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index] == right[index] {
        index += 1;
    }
    index == left.len() && index == right.len()
}

/// Every module that programs may import from.
pub const MODULES: &[HostModule] = &[PREVIEW1, UNSTABLE];

/// `extern "C" fn()`: opens the granted directories, or ends the process with exit status 125.
pub const INIT_PREOPENS: &str = "wasiaot_init_preopens";

/// `extern "C" fn()`: binds the granted listening sockets, or ends the process with exit status 125.
pub const INIT_LISTENERS: &str = "wasiaot_init_listeners";

/// `extern "C" fn()`: lets the process change and read files below the granted directories only, where
/// the kernel can do that.
pub const RESTRICT_PATHS: &str = "wasiaot_restrict_paths";

/// `extern "C" fn()`: installs the system call filter, where the kernel has filters.
pub const RESTRICT_CALLS: &str = "wasiaot_restrict_calls";

/// As [`RESTRICT_PATHS`], or ends the process with exit status 125.
pub const REQUIRE_RESTRICTED_PATHS: &str = "wasiaot_require_restricted_paths";

/// As [`RESTRICT_CALLS`], or ends the process with exit status 125.
pub const REQUIRE_RESTRICTED_CALLS: &str = "wasiaot_require_restricted_calls";

/// `extern "C" fn()`: starts the clock of the program's time limit.
pub const START_TIMEOUT: &str = "wasiaot_start_timeout";

/// `extern "C" fn(*mut MemoryRecord, delta_pages: u64, page_bytes: u64) -> u64`: `memory.grow`; the old
/// size in pages, or `u64::MAX`.
pub const MEMORY_GROW: &str = "wasiaot_memory_grow";

/// `extern "C" fn(*mut TableRecord, delta: u64, value: u64) -> u64`: `table.grow`; the old size in
/// entries, or `u64::MAX`.
pub const TABLE_GROW: &str = "wasiaot_table_grow";

/// `extern "C" fn(entries: *mut u64, value: u64, len: u64)`: stores `value` `len` times.
pub const TABLE_FILL: &str = "wasiaot_table_fill";

/// The C function: `memory.copy`, `memory.init`, `table.copy` and `table.init`, bounds checked by the
/// caller.
pub const MEMMOVE: &str = "memmove";

/// The C function: `memory.fill`, bounds checked by the caller.
pub const MEMSET: &str = "memset";

/// [`MEMMOVE`] for x86-64 CPUs with AVX2.
pub const MEMMOVE_AVX2: &str = "wasiaot_memmove_avx2";

/// [`MEMSET`] for x86-64 CPUs with AVX2.
pub const MEMSET_AVX2: &str = "wasiaot_memset_avx2";

/// `extern "C" fn(timeout_ns: i64) -> u64`: waits for a notification that cannot come, as there is one
/// thread. Returns 2 after the timeout; traps with [`crate::trap::TrapCode::Deadlock`] if that is negative,
/// which means never.
pub const ATOMIC_WAIT: &str = "wasiaot_atomic_wait";

/// `extern "C" fn(name: *const u8, len: u64) -> !`: traps with [`crate::trap::TrapCode::UnknownImport`].
pub const UNKNOWN_IMPORT: &str = "wasiaot_unknown_import";

/// `extern "C" fn() -> !`: throws the [`crate::exception::PendingException`].
pub const THROW: &str = "wasiaot_throw";

/// `extern "C" fn(reference: u64) -> !`: throws the exception that the reference, which is not null, is of.
pub const THROW_REFERENCE: &str = "wasiaot_throw_reference";

/// `extern "C" fn() -> u64`: a reference to the [`crate::exception::PendingException`].
pub const TAKE_REFERENCE: &str = "wasiaot_take_reference";

/// `extern "C" fn(steps: *const ScriptStep, len: u64) -> u64`: runs a specification test script
/// ([`crate::script`]), and ends the process with status 1 if a step fails. Returns 0. Only the
/// project's own tests link it.
pub const SCRIPT_MAIN: &str = "wasiaot_script_main";

/// `extern "C" fn()`: ends the process with exit status 125 and a message if the CPU lacks a feature of
/// the x86-64-v3 level.
pub const CHECK_CPU_V3: &str = "wasiaot_check_cpu_v3";

/// As [`CHECK_CPU_V3`], for the features of x86-64-v4 that compiled code uses.
pub const CHECK_CPU_V4: &str = "wasiaot_check_cpu_v4";

/// What comes before the names of functions in [`LIBRARY_CALLS`], and of [`X86_PSHUFB`].
pub const LIBRARY_CALL_PREFIX: &str = "wasiaot_";

/// What the code generator calls where the CPU level has no instruction: rounding without SSE4.1. As in
/// the C library, but a NaN becomes a quiet one, as from any other operation.
pub const LIBRARY_CALLS: &[&str] = &[
    "wasiaot_ceil",
    "wasiaot_ceilf",
    "wasiaot_floor",
    "wasiaot_floorf",
    "wasiaot_trunc",
    "wasiaot_truncf",
    "wasiaot_nearbyint",
    "wasiaot_nearbyintf",
];

/// As [`LIBRARY_CALLS`], on x86-64 only: what the instruction `pshufb` does, without SSSE3. Two vectors
/// in, one out, in registers as in the C calling convention.
pub const X86_PSHUFB: &str = "wasiaot_x86_pshufb";

/// As [`HELPERS`] and [`LIBRARY_CALLS`], on x86-64 only.
pub const X86_64_HELPERS: &[&str] = &[CHECK_CPU_V3, CHECK_CPU_V4, MEMMOVE_AVX2, MEMSET_AVX2, X86_PSHUFB];

/// The helpers that generated code calls, beside the importable functions.
pub const HELPERS: &[&str] = &[
    INIT_PREOPENS,
    INIT_LISTENERS,
    RESTRICT_PATHS,
    RESTRICT_CALLS,
    REQUIRE_RESTRICTED_PATHS,
    REQUIRE_RESTRICTED_CALLS,
    START_TIMEOUT,
    MEMORY_GROW,
    TABLE_GROW,
    TABLE_FILL,
    ATOMIC_WAIT,
    MEMMOVE,
    MEMSET,
    UNKNOWN_IMPORT,
    THROW,
    THROW_REFERENCE,
    TAKE_REFERENCE,
    SCRIPT_MAIN,
];

/// The system calls that a helper may make, beside [`calls::ALWAYS`].
#[must_use]
pub fn helper_calls(symbol: &str) -> &'static [Calls] {
    match symbol {
        MEMORY_GROW => &[calls::GROW_MEMORY],
        TABLE_GROW | TAKE_REFERENCE | THROW_REFERENCE => &[calls::MAP],
        ATOMIC_WAIT => &[calls::CLOCK_TIME, calls::SLEEP],
        SCRIPT_MAIN => &[calls::HANDLERS],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_symbol(module: &str, name: &str, expected: Option<&str>) {
        assert_eq!(find(module, name).map(|function| function.symbol), expected);
    }

    #[test]
    fn the_older_snapshot_differs_where_it_has_to() {
        assert_eq!(PREVIEW1.functions.len(), 46);
        check_symbol("wasi_snapshot_preview1", "fd_seek", Some("wasiaot_p1_fd_seek"));
        check_symbol("wasi_unstable", "fd_seek", Some("wasiaot_p0_fd_seek"));
        check_symbol("wasi_unstable", "fd_write", Some("wasiaot_p1_fd_write"));
        check_symbol("wasi_unstable", "sock_accept", None);
        check_symbol("wasi_unstable", "sock_shutdown", Some("wasiaot_p1_sock_shutdown"));
        check_symbol("wasi", "fd_write", None);
    }
}
