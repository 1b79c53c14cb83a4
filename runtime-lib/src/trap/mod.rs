//! Traps: how a guest that may not continue is noticed, and what the user is told.
//!
//! Compiled code traps by executing an instruction that faults. The signal handler ([`handler`])
//! finds the instruction in the compiler's tables ([`code_map`]); host code calls [`raise`]. Both
//! end in the report: the reason, then the guest's frames ([`backtrace`]), then exit status 134.
//! Nothing here allocates or uses `core::fmt`: all of it runs in signal handlers, on a stack that
//! may have no room left, and is part of every executable.

use wasiaot_abi::trap::{TRAP_EXIT_STATUS, TrapCode};

use crate::sys;

mod backtrace;
mod code_map;
mod handler;
pub mod recovery;
mod report;

pub use handler::install_handlers;

/// Why the guest was stopped.
#[derive(Clone, Copy, Debug)]
struct Trap<'a> {
    code: TrapCode,
    detail: Detail<'a>,
    /// Where the guest was.
    place: backtrace::Place,
}

/// What is known beside the trap code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail<'a> {
    /// Nothing.
    None,
    /// An access outside a memory that is `len_bytes` long, at `guest_addr`.
    Memory { guest_addr: u64, len_bytes: u64 },
    /// The name of an import.
    Import(&'a [u8]),
    /// The name of an exception's tag.
    Tag(&'a [u8]),
}

/// Stops the guest from host code that it has called.
#[cold]
pub fn raise(code: TrapCode) -> ! {
    raise_with(code, Detail::None)
}

/// Stops the guest because it called an import that nothing implements.
#[cold]
pub fn raise_unknown_import(name: &[u8]) -> ! {
    raise_with(TrapCode::UnknownImport, Detail::Import(name))
}

/// Stops the guest because nothing catches the exception that it has thrown. The name is that of the tag,
/// if it has one.
#[cold]
pub fn raise_uncaught(name: Option<&[u8]>) -> ! {
    raise_with(TrapCode::UncaughtException, name.map_or(Detail::None, Detail::Tag))
}

fn raise_with(code: TrapCode, detail: Detail<'_>) -> ! {
    recovery::hand_over(code, None);
    end(&Trap { code, detail, place: backtrace::Place::HostCall })
}

/// Reports a trap and ends the process.
fn end(trap: &Trap<'_>) -> ! {
    report::write(trap);
    sys::exit(TRAP_EXIT_STATUS.into())
}
