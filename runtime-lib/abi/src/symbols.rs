//! Names of the symbols and sections through which the two objects of an executable meet.
//!
//! `app.o` (compiled code) defines the first group and refers to the second; `rt.o` (the runtime)
//! does the opposite. The symbols of host functions are in [`crate::host`].

/// The [`crate::context::ProgramHeader`], defined by the application object.
pub const PROGRAM_HEADER: &str = "wasiaot_program";

/// The [`crate::exception::ExceptionHeader`], defined by the application object if the program throws.
pub const EXCEPTION_HEADER: &str = "wasiaot_exceptions";

/// `extern "C" fn()`, defined by the application object: runs the host initializers that the program
/// needs, instantiates every instance and calls the start export. Returning means success.
pub const PROGRAM_MAIN: &str = "wasiaot_program_main";

/// The executable's entry point, defined by the runtime object: sets up the C library.
pub const ENTRY: &str = "_start";

/// The entry point of executables that use nothing of the C library, defined by the runtime object.
/// The linker takes it if it can.
pub const BARE_ENTRY: &str = "wasiaot_start";

/// What names of the runtime's own symbols start with, if they are not mangled ones of Rust. Other
/// names are the C library's.
pub const OWN_PREFIX: &str = "wasiaot_";

/// Functions of the C library that need nothing of it, not even that it is set up.
pub const BYTE_FUNCTIONS: &[&str] = &["memcpy", "memmove", "memset"];

/// Section of compiled guest code.
pub const GUEST_TEXT_SECTION: &str = ".text.wasm";

/// Prefix of the section of the context block. The rest of the name is the address in hexadecimal,
/// for example `.wasm.context.1000090`: the section is placed exactly there, writable.
pub const CONTEXT_SECTION_PREFIX: &str = ".wasm.context.";

/// Prefix of the section of tables and other constants that generated code addresses by number. Its
/// address is in its name as well; the section is read-only.
pub const CONSTANTS_SECTION_PREFIX: &str = ".wasm.constants.";

/// Prefix of a memory image section. Its address, that of a page, is in its name as well; the section
/// is writable.
pub const IMAGE_SECTION_PREFIX: &str = ".wasm.image.";

/// Section of the text that `wasiaot inspect` reads back from an executable: not loaded.
pub const INSPECT_SECTION: &str = ".wasiaot";

/// Absolute symbol of the application object: one past the address space of all linear memories.
/// Nothing may be mapped between the first memory's base and here, the kernel's `brk` area included.
pub const RESERVED_END: &str = "wasiaot_reserved_end";
