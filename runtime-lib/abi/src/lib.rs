//! What the compiler and the runtime agree on, written once.
//!
//! The compiler writes these layouts and encodings into every executable, and the runtime that is
//! linked into the same executable reads them. Nothing here does I/O or allocates without the
//! `std`-using caller asking for it. The two sides are always built from the same sources, so there
//! is no version field and no compatibility promise between versions.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod calls;
pub mod context;
pub mod exception;
pub mod grants;
pub mod host;
pub mod script;
pub mod sites;
pub mod symbols;
pub mod trap;
