//! What fuzzers run: functions of arbitrary bytes that must not panic, whatever the bytes are.
//!
//! `fuzz/` makes programs for `cargo fuzz` of these, which needs Rust's nightly toolchain. The test
//! `fuzz_targets` runs them on changed examples, everywhere.

use std::sync::OnceLock;

use wasiaot_compiler::{codegen, link, parse, plan};

use crate::default_options;

/// A target: its name, the function, and bytes that are right, to begin with.
pub type FuzzTarget = (&'static str, fn(&[u8]), fn() -> Vec<u8>);

/// All of them. `fuzz/fuzz_targets/` has a file for each, and one for the runtime's decoding of pointers.
pub const ALL: &[FuzzTarget] =
    &[("parse", parse, module), ("plan", plan, module), ("compile", compile, module), ("link", link, object)];

/// Parses a module.
pub fn parse(bytes: &[u8]) {
    let _ = parse::parse(bytes, &default_options("fuzz.wasm"));
}

/// Plans a module.
pub fn plan(bytes: &[u8]) {
    let options = default_options("fuzz.wasm");
    if let Ok(program) = parse::parse(bytes, &options) {
        let _ = plan::plan(&program, &options);
    }
}

/// Makes an executable of a module.
pub fn compile(bytes: &[u8]) {
    let _ = crate::build(bytes, &default_options("fuzz.wasm"));
}

/// Links an object with the runtime.
///
/// # Panics
/// If the linker does.
pub fn link(bytes: &[u8]) {
    static RUNTIME: OnceLock<Vec<u8>> = OnceLock::new();
    let options = default_options("fuzz.wasm");
    let runtime = RUNTIME
        .get_or_init(|| link::runtime_object(options.target).expect("the embedded object is complete"));
    let _ = link::link(bytes, runtime, &options);
}

/// A small module with a bit of everything that is planned.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn module() -> Vec<u8> {
    wat::parse_str(
        r#"(module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1 3)
          (table 4 8 funcref)
          (global $g (mut i32) (i32.const 7))
          (tag $t (param i32))
          (elem (i32.const 1) $double)
          (data (i32.const 16) "text")
          (func $double (param i32) (result i32) (i32.add (local.get 0) (local.get 0)))
          (func (export "_start")
            (global.set $g (call_indirect (param i32) (result i32) (i32.const 3) (global.get $g)))
            (block $caught (result i32)
              (try_table (catch $t $caught) (throw $t (i32.load (i32.const 16))))
              (i32.const 0))
            (br_if 0 (call $write (i32.const 1) (i32.const 0) (i32.const 0)))))"#,
    )
    .expect("the text is a module")
}

/// The object of that module.
///
/// # Panics
/// If it cannot be compiled.
#[must_use]
pub fn object() -> Vec<u8> {
    let (wasm, options) = (module(), default_options("fuzz.wasm"));
    let program = parse::parse(&wasm, &options).expect("the module is valid");
    let plan = plan::plan(&program, &options).expect("the module can be planned");
    codegen::codegen(&plan, &options).expect("the plan can be compiled")
}
