//! Compiles a WASI program ahead of time into a static Linux executable: bytes in, bytes out.
//!
//! The stages are free functions from finished data to finished data, in this order:
//! [`parse::parse`], [`plan::plan`], [`codegen::codegen`], [`link::link`]. [`build`] names them all.
//! This crate uses no file system, clock, environment, other process or network; it does start
//! threads. The same input and options give the same bytes, for any number of threads.
#![forbid(unsafe_code)]

pub mod codegen;
pub mod error;
mod harden;
pub mod index;
pub mod inspect;
pub mod link;
pub mod nearest;
pub mod options;
pub mod package;
pub mod parse;
pub mod passes;
pub mod plan;

pub use error::{BuildError, Place};
pub use options::{Harden, Limits, MemoryMode, Options, Symbols, UnknownImports};

/// Compiles one wasm module (the binary format) into an executable.
///
/// # Errors
/// If the module is invalid, needs a feature or an import that is not implemented, or does not fit
/// the target's limits.
pub fn build(wasm: &[u8], options: &Options) -> Result<Vec<u8>, BuildError> {
    let program = parse::parse(wasm, options)?;
    let plan = plan::plan(&program, options)?;
    let object = codegen::codegen(&plan, options)?;
    let linked = link::link(&object, &link::runtime_object(options.target)?, options)?;
    Ok(linked.bytes)
}

/// As [`build`], with functions from an earlier build where nothing that they depend on has changed. Also
/// returns what [`codegen::FunctionCache::new`] reads: the functions of this build.
///
/// # Errors
/// As [`build`].
pub fn build_cached(
    wasm: &[u8],
    options: &Options,
    cache: &codegen::FunctionCache,
) -> Result<(Vec<u8>, Vec<u8>), BuildError> {
    let program = parse::parse(wasm, options)?;
    let plan = plan::plan(&program, options)?;
    let (object, functions) = codegen::codegen_cached(&plan, options, cache)?;
    let linked = link::link(&object, &link::runtime_object(options.target)?, options)?;
    Ok((linked.bytes, functions))
}
