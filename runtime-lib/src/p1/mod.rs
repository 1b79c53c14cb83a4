//! WASI preview 1: `wasi_snapshot_preview1`, and `wasi_unstable` where it differs.
//!
//! A thin layer: it finds descriptors, checks rights and flags, decodes arguments, calls
//! [`crate::host`] and encodes results. Specification: the witx files of `wasi_snapshot_preview1` and
//! `wasi_unstable`; where they leave something open, or engines have agreed on something else, a
//! comment says what is done.
//!
//! Differences from the text of the specification that hold throughout:
//!
//! - A pointer outside the memory is the error `fault`, not a trap. Pointers need no alignment.
//! - Unknown flag bits and enumeration values are the error `inval`; unknown rights are ignored.

pub mod args;
pub mod clock;
pub mod errno;
pub mod fd;
pub mod fdstat;
pub mod filestat;
pub mod path;
pub mod poll;
pub mod preopen;
pub mod process;
pub mod readdir;
pub mod rights;
pub mod sock;
pub mod table;

#[cfg(target_env = "musl")]
mod export;

pub use errno::Errno;

/// The two snapshots, where a function differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// `wasi_unstable`.
    Unstable,
    /// `wasi_snapshot_preview1`.
    Preview1,
}
