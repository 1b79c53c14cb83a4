//! The runtime: what is linked into every executable, as far as the program needs it.
//!
//! It enters the process ([`start`]), reserves the memories ([`memory`]), reports traps ([`trap`]), throws exceptions ([`exception`])
//! and implements the WASI functions ([`p1`], on top of [`host`]). It is built once per target into
//! one relocatable object from which the linker takes what a program reaches, so nothing here may
//! refer to everything: there is no registry and no initialization of parts that were not imported.
//! Everything that the compiler refers to by name is exported in the `export.rs` files, and only
//! for the targets of executables; elsewhere this is an ordinary library, for its unit tests.

pub mod exception;
pub mod fatal;
pub mod frames;
pub mod guest;
mod heap;
pub mod host;
pub mod memory;
pub mod p1;
pub mod program;
pub mod restrict;
pub mod script;
pub mod stack;
pub mod start;
pub mod sys;
pub mod table;
pub mod timeout;
pub mod trap;
pub mod wait;

#[cfg(target_env = "musl")]
mod export;
