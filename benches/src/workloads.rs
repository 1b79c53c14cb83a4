//! The programs that are measured: in `workloads/`, as C and as the wasm that clang made of it.
//!
//! The wasm was made by clang 22.1.8 with `-target wasm32-wasi -O3 -s` and a stack of 1 MiB; `simd`
//! with `-msimd128` too. `sqlite.wasm` is SQLite 3.50.2 with `sqlite.c`; its own source is not here,
//! so there is no native build of it to compare with.

use std::path::{Path, PathBuf};

use crate::Plan;

/// A workload: its name is that of its files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// Whether the C file is the whole program.
    has_source: bool,
}

/// The program that prints one line: for start and size.
pub(crate) const HELLO: Workload = Workload { name: "hello", has_source: true };

/// The largest program.
pub(crate) const LARGEST: Workload = Workload { name: "sqlite", has_source: false };

/// The programs whose speed is measured.
const TIMED: &[Workload] = &[
    Workload { name: "coremark", has_source: true },
    Workload { name: "fib", has_source: true },
    Workload { name: "gemm", has_source: true },
    Workload { name: "jacobi2d", has_source: true },
    Workload { name: "json", has_source: true },
    Workload { name: "mandel", has_source: true },
    Workload { name: "memcpy", has_source: true },
    Workload { name: "sha256", has_source: true },
    Workload { name: "simd", has_source: true },
    Workload { name: "sorthash", has_source: true },
    LARGEST,
];

impl Workload {
    /// The module.
    pub(crate) fn wasm(self) -> PathBuf {
        folder().join(self.name).with_extension("wasm")
    }

    /// The C program, if a compiler can make a whole program of it.
    pub(crate) fn source(self) -> Option<PathBuf> {
        self.has_source.then(|| folder().join(self.name).with_extension("c"))
    }
}

/// The workloads to time.
pub(crate) fn timed(plan: &Plan) -> Vec<Workload> {
    let is_wanted =
        |workload: &&Workload| plan.only.is_empty() || plan.only.iter().any(|name| name == workload.name);
    TIMED.iter().filter(is_wanted).copied().collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("workloads")
}
