//! 64-bit x86, Linux.

use crate::{Addresses, Arch, CpuLevel, Displacement, Target};

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "x86_64-linux",
    triple: "x86_64-unknown-linux-musl",
    other_triples: &["x86_64-unknown-linux-gnu"],
    arch: Arch::X86_64,
    elf_machine: 62,
    audit_architecture: 0xc000_003e,
    addresses: Addresses {
        // From 16 MiB: above `vm.mmap_min_addr` and what `MAP_32BIT` users expect to be free.
        context: 0x0100_0000,
        // 96 MiB for the context, 112 MiB for constants: a table of 10 million entries is 80 MB.
        constants: 0x0700_0000,
        code: 0x0e00_0000,
        // 1.3 GiB of code and data, then 256 MiB that stay empty below the memory.
        code_end: 0x6000_0000,
        // Base plus offset stays below 2³¹ for offsets up to 256 MiB: one instruction, no base register.
        memory: 0x7000_0000,
        memory_bytes: 4 << 30,
        guard_bytes: 2 << 30,
        // More than the memory of most machines, and 160 such memories fit.
        memory64_bytes: 256 << 30,
        // Without a limit of the stack's size, the kernel maps from a third of 2⁴⁷ upward.
        memory_end: 0x2a00_0000_0000,
        // A displacement of 32 bits has a sign.
        displacement: Displacement::WithBase(0x7fff_ffff),
    },
    page_bytes: 4096,
    cpu_levels: &[
        CpuLevel { name: "baseline", needs: "x86-64", features: &[], check: None },
        CpuLevel {
            name: "v2",
            needs: "x86-64-v2",
            features: &["has_sse3", "has_ssse3", "has_cmpxchg16b", "has_sse41", "has_sse42", "has_popcnt"],
            check: None,
        },
        CpuLevel {
            name: "v3",
            needs: "x86-64-v3",
            features: &[
                "has_sse3",
                "has_ssse3",
                "has_cmpxchg16b",
                "has_sse41",
                "has_sse42",
                "has_popcnt",
                "has_avx",
                "has_avx2",
                "has_fma",
                "has_bmi1",
                "has_bmi2",
                "has_lzcnt",
            ],
            check: Some("wasiaot_check_cpu_v3"),
        },
        CpuLevel {
            name: "v4",
            needs: "x86-64-v4",
            features: &[
                "has_sse3",
                "has_ssse3",
                "has_cmpxchg16b",
                "has_sse41",
                "has_sse42",
                "has_popcnt",
                "has_avx",
                "has_avx2",
                "has_fma",
                "has_bmi1",
                "has_bmi2",
                "has_lzcnt",
                "has_avx512bitalg",
                "has_avx512dq",
                "has_avx512f",
                "has_avx512vl",
                "has_avx512vbmi",
            ],
            check: Some("wasiaot_check_cpu_v4"),
        },
    ],
    // Servers and desktops since 2013 to 2015, and what every cloud rents out.
    default_cpu: "v3",
    runtime_object_zstd: include_bytes!(env!("WASIAOT_RUNTIME_X86_64")),
};
