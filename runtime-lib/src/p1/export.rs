//! The exported symbols of preview 1, one for each entry of `wasiaot_abi::host`.
//!
//! They only turn the memory record into a view and the result into a number. Only for the targets of
//! executables, so that nothing else sees the symbols.

#![allow(unsafe_code, reason = "exports symbols, and trusts the memory record of generated code")]

use wasiaot_abi::context::MemoryRecord;

use super::errno::to_guest;
use super::{Snapshot, args, clock, fd, fdstat, filestat, path, poll, preopen, process, readdir, sock};
use crate::guest::GuestMemory;

macro_rules! exports {
    ($($symbol:ident = $function:path $([$($fixed:expr),*])? : ($($argument:ident: $ty:ty),*);)*) => {$(
        #[doc = concat!("See [`", stringify!($function), "`].")]
        #[unsafe(no_mangle)]
        extern "C" fn $symbol(memory: &MemoryRecord, $($argument: $ty),*) -> u32 {
            // SAFETY: generated code passes the record of the calling instance's memory, and waits
            // for the return; there is no other thread.
            let mut guest = unsafe { GuestMemory::new(memory) };
            to_guest($function(&mut guest, $($argument,)* $($($fixed),*)?))
        }
    )*};
}

exports! {
    wasiaot_p1_args_get = args::args_get: (argv: u32, buffer: u32);
    wasiaot_p1_args_sizes_get = args::args_sizes_get: (count: u32, bytes: u32);
    wasiaot_p1_environ_get = args::environ_get: (environ: u32, buffer: u32);
    wasiaot_p1_environ_sizes_get = args::environ_sizes_get: (count: u32, bytes: u32);
    wasiaot_p1_clock_res_get = clock::clock_res_get: (id: u32, resolution: u32);
    wasiaot_p1_clock_time_get = clock::clock_time_get: (id: u32, precision: u64, time: u32);
    wasiaot_p1_fd_advise = fd::fd_advise: (fd: u32, offset: u64, len: u64, advice: u32);
    wasiaot_p1_fd_allocate = fd::fd_allocate: (fd: u32, offset: u64, len: u64);
    wasiaot_p1_fd_close = fd::fd_close: (fd: u32);
    wasiaot_p1_fd_datasync = fd::fd_datasync: (fd: u32);
    wasiaot_p1_fd_fdstat_get = fdstat::fd_fdstat_get: (fd: u32, stat: u32);
    wasiaot_p1_fd_fdstat_set_flags = fdstat::fd_fdstat_set_flags: (fd: u32, flags: u32);
    wasiaot_p1_fd_fdstat_set_rights = fdstat::fd_fdstat_set_rights: (fd: u32, base: u64, inheriting: u64);
    wasiaot_p1_fd_filestat_get = filestat::fd_filestat_get[Snapshot::Preview1]: (fd: u32, stat: u32);
    wasiaot_p0_fd_filestat_get = filestat::fd_filestat_get[Snapshot::Unstable]: (fd: u32, stat: u32);
    wasiaot_p1_fd_filestat_set_size = filestat::fd_filestat_set_size: (fd: u32, len_bytes: u64);
    wasiaot_p1_fd_filestat_set_times = filestat::fd_filestat_set_times:
        (fd: u32, accessed: u64, modified: u64, flags: u32);
    wasiaot_p1_fd_pread = fd::fd_pread: (fd: u32, iovs: u32, len: u32, offset: u64, count: u32);
    wasiaot_p1_fd_prestat_get = preopen::fd_prestat_get: (fd: u32, prestat: u32);
    wasiaot_p1_fd_prestat_dir_name = preopen::fd_prestat_dir_name: (fd: u32, path: u32, len: u32);
    wasiaot_p1_fd_pwrite = fd::fd_pwrite: (fd: u32, iovs: u32, len: u32, offset: u64, count: u32);
    wasiaot_p1_fd_read = fd::fd_read: (fd: u32, iovs: u32, len: u32, count: u32);
    wasiaot_p1_fd_readdir = readdir::fd_readdir: (fd: u32, buffer: u32, len: u32, cookie: u64, used: u32);
    wasiaot_p1_fd_renumber = fd::fd_renumber: (from: u32, to: u32);
    wasiaot_p1_fd_seek = fd::fd_seek[Snapshot::Preview1]: (fd: u32, offset: u64, whence: u32, position: u32);
    wasiaot_p0_fd_seek = fd::fd_seek[Snapshot::Unstable]: (fd: u32, offset: u64, whence: u32, position: u32);
    wasiaot_p1_fd_sync = fd::fd_sync: (fd: u32);
    wasiaot_p1_fd_tell = fd::fd_tell: (fd: u32, position: u32);
    wasiaot_p1_fd_write = fd::fd_write: (fd: u32, iovs: u32, len: u32, count: u32);
    wasiaot_p1_path_create_directory = path::path_create_directory: (fd: u32, path: u32, len: u32);
    wasiaot_p1_path_filestat_get = path::path_filestat_get[Snapshot::Preview1]:
        (fd: u32, flags: u32, path: u32, len: u32, stat: u32);
    wasiaot_p0_path_filestat_get = path::path_filestat_get[Snapshot::Unstable]:
        (fd: u32, flags: u32, path: u32, len: u32, stat: u32);
    wasiaot_p1_path_filestat_set_times = path::path_filestat_set_times:
        (fd: u32, lookup: u32, path: u32, len: u32, accessed: u64, modified: u64, flags: u32);
    wasiaot_p1_path_link = path::path_link:
        (old_fd: u32, flags: u32, old_path: u32, old_len: u32, new_fd: u32, new_path: u32, new_len: u32);
    wasiaot_p1_path_open = path::path_open:
        (fd: u32, lookup: u32, path: u32, len: u32, oflags: u32, base: u64, inheriting: u64, flags: u32, opened: u32);
    wasiaot_p1_path_readlink = path::path_readlink:
        (fd: u32, path: u32, len: u32, buffer: u32, buffer_len: u32, used: u32);
    wasiaot_p1_path_remove_directory = path::path_remove_directory: (fd: u32, path: u32, len: u32);
    wasiaot_p1_path_rename = path::path_rename:
        (old_fd: u32, old_path: u32, old_len: u32, new_fd: u32, new_path: u32, new_len: u32);
    wasiaot_p1_path_symlink = path::path_symlink:
        (content: u32, content_len: u32, fd: u32, path: u32, len: u32);
    wasiaot_p1_path_unlink_file = path::path_unlink_file: (fd: u32, path: u32, len: u32);
    wasiaot_p1_poll_oneoff = poll::poll_oneoff[Snapshot::Preview1]:
        (subscriptions: u32, events: u32, count: u32, stored: u32);
    wasiaot_p0_poll_oneoff = poll::poll_oneoff[Snapshot::Unstable]:
        (subscriptions: u32, events: u32, count: u32, stored: u32);
    wasiaot_p1_proc_raise = process::proc_raise: (signal: u32);
    wasiaot_p1_sched_yield = process::sched_yield: ();
    wasiaot_p1_random_get = process::random_get: (buffer: u32, len: u32);
    wasiaot_p1_sock_accept = sock::sock_accept: (fd: u32, flags: u32, accepted: u32);
    wasiaot_p1_sock_recv = sock::sock_recv:
        (fd: u32, iovs: u32, len: u32, flags: u32, count: u32, out_flags: u32);
    wasiaot_p1_sock_send = sock::sock_send: (fd: u32, iovs: u32, len: u32, flags: u32, count: u32);
    wasiaot_p1_sock_shutdown = sock::sock_shutdown: (fd: u32, how: u32);
}

/// See [`process::proc_exit`].
#[unsafe(no_mangle)]
extern "C" fn wasiaot_p1_proc_exit(_memory: &MemoryRecord, status: u32) {
    process::proc_exit(status)
}

/// See [`preopen::open_directories`].
#[unsafe(no_mangle)]
extern "C" fn wasiaot_init_preopens() {
    preopen::open_directories();
}

/// See [`preopen::restrict_paths`].
#[unsafe(no_mangle)]
extern "C" fn wasiaot_restrict_paths() {
    preopen::restrict_paths();
}

/// See [`preopen::require_restricted_paths`].
#[unsafe(no_mangle)]
extern "C" fn wasiaot_require_restricted_paths() {
    preopen::require_restricted_paths();
}

/// See [`preopen::open_listeners`].
#[unsafe(no_mangle)]
extern "C" fn wasiaot_init_listeners() {
    preopen::open_listeners();
}
