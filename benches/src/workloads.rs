//! The programs that are measured: in `workloads/`, as C and as the wasm that clang made of it.
//!
//! The wasm was made by clang 22.1.8 with `-target wasm32-wasi -O3 -s` and a stack of 1 MiB; `simd`
//! with `-msimd128` too. `sqlite.wasm` is SQLite 3.50.2 with `sqlite.c`; its own source is not here,
//! so there is no native build of it to compare with.

use std::fs;
use std::path::{Path, PathBuf};

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ExportKind, ExportSection, Function, FunctionSection,
    MemArg, MemArgTarget, MemorySection, MemoryType, Module, TypeSection, ValType,
};

use crate::Plan;

/// A program to measure.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    /// Its name, that of its files.
    pub(crate) name: &'static str,
    /// The module.
    pub(crate) wasm: PathBuf,
    /// The C program, if a compiler can make a whole program of it.
    pub(crate) source: Option<PathBuf>,
}

/// The programs whose speed is measured.
const TIMED: &[&str] = &[
    "chacha", "coremark", "factor", "fib", "filter", "gemm", "jacobi2d", "json", "lz", "mandel", "memcpy",
    "modmul", "sha256", "simd", "sorthash", "words",
];

/// The program that prints one line: for start and size.
pub(crate) fn hello() -> Workload {
    named("hello")
}

/// The largest program.
pub(crate) fn largest() -> Workload {
    Workload { source: None, ..named("sqlite") }
}

/// The workloads to time.
pub(crate) fn timed(plan: &Plan) -> Vec<Workload> {
    let mut all: Vec<Workload> = TIMED.iter().map(|name| named(name)).collect();
    all.push(largest());
    all.retain(|workload| plan.only.is_empty() || plan.only.iter().any(|name| name == workload.name));
    all
}

/// A program with 30 MB of initial memory without zeros, of which it reads a byte in each hundredth page.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn image(file: &Path) -> Result<Workload, String> {
    const IMAGE_BYTES: usize = 30 << 20;
    const STEP_BYTES: i32 = 100 * 4096;
    let data: Vec<u8> = (0..IMAGE_BYTES).map(|index| ((index * 31) >> 5) as u8 | 1).collect();
    let end = i32::try_from(IMAGE_BYTES).expect("the image is small");
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut memories = MemorySection::new();
    let minimum = (IMAGE_BYTES as u64).div_ceil(65536);
    memories.memory(memory(minimum));
    let exports = exports();
    let mut start = Function::new([(2, ValType::I32)]);
    let mut code = start.instructions();
    code.loop_(BlockType::Empty);
    code.local_get(0).i32_load8_u(MemArg {
        offset: 0,
        align: 0,
        target: MemArgTarget::Memory(0),
        ordering: None,
    });
    code.local_get(1).i32_add().local_set(1);
    code.local_get(0).i32_const(STEP_BYTES).i32_add().local_tee(0);
    code.i32_const(end).i32_lt_u().br_if(0).end();
    // A sum of zero cannot be: that all bytes are read is not to be optimized away.
    code.local_get(1).i32_eqz().if_(BlockType::Empty).unreachable().end().end();
    let mut codes = CodeSection::new();
    codes.function(&start);
    let mut segments = DataSection::new();
    segments.active(0, &ConstExpr::i32_const(0), data);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&exports);
    module.section(&codes).section(&segments);
    fs::write(file, module.finish()).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    Ok(Workload { name: "image", wasm: file.to_owned(), source: None })
}

/// A memory of this many pages, without a maximum.
pub(crate) fn memory(minimum: u64) -> MemoryType {
    MemoryType { minimum, maximum: None, memory64: false, shared: false, page_size_log2: None }
}

/// What a generated program exports: its first function as its entry, and its memory.
pub(crate) fn exports() -> ExportSection {
    let mut exports = ExportSection::new();
    exports.export("_start", ExportKind::Func, 0);
    exports.export("memory", ExportKind::Memory, 0);
    exports
}

fn named(name: &'static str) -> Workload {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("workloads").join(name);
    Workload { name, wasm: file.with_extension("wasm"), source: Some(file.with_extension("c")) }
}
