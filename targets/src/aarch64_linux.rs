//! 64-bit Arm, Linux.

use crate::{Addresses, Arch, CpuLevel, Displacement, Target};

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "aarch64-linux",
    triple: "aarch64-unknown-linux-musl",
    other_triples: &["aarch64-unknown-linux-gnu"],
    arch: Arch::Aarch64,
    elf_machine: 183,
    audit_architecture: 0xc000_00b7,
    addresses: Addresses {
        // From 16 MiB: above `vm.mmap_min_addr`, as on x86-64. 512 bytes into a page: what comes before the
        // block in the file, without images, are the file header and at most 8 program headers.
        context: 0x0100_0200,
        // 96 MiB for the context, 112 MiB for constants: a table of 10 million entries is 80 MB.
        constants: 0x0700_0000,
        code: 0x0e00_0000,
        // 2.5 GiB of code and data, in reach of `adrp` from everywhere in it. Then 1.25 GiB that stay empty
        // below the memory: kernels move the heap, which begins behind the code, up by 1 GiB at most.
        code_end: 0xb000_0000,
        // 1 << 32 is one instruction, `movz`, and an access adds base and index itself. Any base below
        // would take two, and another two for each constant offset that is added to it.
        memory: 0x1_0000_0000,
        memory_bytes: 4 << 30,
        guard_bytes: 2 << 30,
        // As on x86-64. One fits the 512 GiB that some kernels give a process.
        memory64_bytes: 256 << 30,
        // Without a limit of the stack's size, the kernel maps from a quarter of 2⁴⁸ upward.
        memory_end: 0x3000_0000_0000,
        // The immediate of a load or store of one byte; others take more.
        displacement: Displacement::Alone(4095),
    },
    // Kernels have pages of 4, 16 or 64 KiB.
    page_bytes: 64 << 10,
    cpu_levels: &[
        CpuLevel { name: "baseline", needs: "Armv8-A", features: &[], check: None },
        // Armv8.1: atomic operations as one instruction. Servers since 2019, a Raspberry Pi since 5.
        CpuLevel { name: "lse", needs: "FEAT_LSE", features: &["has_lse"], check: None },
        // Armv8.4, or 8.2 with what it left optional: Neoverse N1, Apple M1 and later.
        CpuLevel {
            name: "dotprod",
            needs: "FEAT_DotProd",
            features: &["has_lse", "has_dotprod"],
            check: None,
        },
        // Armv8.6, or earlier with what it left optional: Neoverse V1 and N2, Apple M2 and later.
        CpuLevel {
            name: "i8mm",
            needs: "FEAT_I8MM",
            features: &["has_lse", "has_dotprod", "has_i8mm"],
            check: None,
        },
    ],
    default_cpu: "baseline",
    runtime_object_zstd: include_bytes!(env!("WASIAOT_RUNTIME_AARCH64")),
};
