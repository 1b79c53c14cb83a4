//! Why a guest was stopped: the trap codes, their encoding and their messages.
//!
//! The compiler stores a code beside every instruction that may trap; the signal handler reads it
//! back. Messages are those of the specification's test suite, so that they can be searched for.

/// The exit status of an executable whose guest trapped: what a shell shows for `SIGABRT`.
pub const TRAP_EXIT_STATUS: u8 = 134;

/// The exit status of an executable whose runtime could not do its own part.
pub const RUNTIME_FAILURE_EXIT_STATUS: u8 = 125;

/// The exit status of a process whose time limit is over: that of `timeout`.
pub const TIMEOUT_EXIT_STATUS: u8 = 124;

macro_rules! trap_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $message:literal;)*) => {
        /// Why a guest was stopped. The number is what the site table stores.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum TrapCode {
            $($(#[$doc])* $name = $code,)*
        }

        impl TrapCode {
            /// Every trap code, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code with this number, if there is one.
            #[must_use]
            pub const fn from_u8(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The text after `wasm trap: `.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self {
                    $(Self::$name => $message,)*
                }
            }
        }
    };
}

trap_codes! {
    /// The `unreachable` instruction.
    Unreachable = 1, "unreachable";
    /// A load, store or bulk operation outside a linear memory.
    MemoryOutOfBounds = 2, "out of bounds memory access";
    /// A `table.get`, `table.set` or bulk operation outside a table.
    TableOutOfBounds = 3, "out of bounds table access";
    /// `call_indirect` with an index outside the table.
    UndefinedElement = 4, "undefined element";
    /// `call_indirect` through a null entry.
    UninitializedElement = 5, "uninitialized element";
    /// `call_indirect` through an entry of another signature.
    IndirectCallTypeMismatch = 6, "indirect call type mismatch";
    /// Integer division or remainder by zero.
    IntegerDivideByZero = 7, "integer divide by zero";
    /// The quotient or the truncated float does not fit.
    IntegerOverflow = 8, "integer overflow";
    /// A float that is not a number was truncated to an integer.
    InvalidConversionToInteger = 9, "invalid conversion to integer";
    /// The guest stack's guard was reached.
    CallStackExhausted = 10, "call stack exhausted";
    /// `ref.as_non_null` of a null reference.
    NullReference = 11, "null reference";
    /// A call of an import that was unknown when the executable was built.
    UnknownImport = 12, "call of an unknown import";
    /// The guest raised an abnormal end by itself (`proc_raise`).
    Raised = 13, "raised by the program";
    /// Instantiation with a memory or a table that is smaller than the import asks for. Programs are
    /// linked when they are built; this happens in test scripts, where sizes change in between.
    IncompatibleImport = 14, "incompatible import type";
    /// `call_ref` of a null reference.
    NullFunctionReference = 15, "null function reference";
    /// An exception that no function catches.
    UncaughtException = 16, "uncaught exception";
    /// More exceptions are referred to at one time than there is room for.
    ExceptionReferencesExhausted = 17, "too many references to exceptions";
    /// An atomic access to an address that is no multiple of its width.
    UnalignedAtomic = 18, "unaligned atomic";
    /// `memory.atomic.wait` on a memory that is not shared.
    ExpectedSharedMemory = 19, "expected shared memory";
    /// `memory.atomic.wait` without a timeout, in a program of one thread.
    Deadlock = 20, "deadlock: waiting without a timeout";
}

const _: () = {
    // The site table has 5 bits for the code (see `sites`).
    let mut index = 0;
    while index < TrapCode::ALL.len() {
        assert!((TrapCode::ALL[index] as u8) < 32);
        index += 1;
    }
};
