//! `memmove` and `memset` with vectors of 32 bytes, for programs that are built for CPUs with AVX2.
//!
//! They do the same as those of `export`, in the same way, with half the steps: up to 32 bytes there is
//! nothing to gain.
#![allow(unsafe_code, reason = "exported names, in assembly")]

use std::arch::naked_asm;
use std::ffi::c_int;

use super::export::{self, choose_loop, copy_large, copy_short};

/// `wasiaot_abi::host::MEMMOVE_AVX2`.
///
/// # Safety
/// The CPU has AVX2. `len` bytes are readable at `source` and writable at `destination`.
#[cfg_attr(target_env = "musl", unsafe(export_name = "wasiaot_memmove_avx2"))]
#[unsafe(naked)]
pub(super) unsafe extern "C" fn memmove(destination: *mut u8, source: *const u8, len: usize) -> *mut u8 {
    naked_asm!(
        copy_short!(),
        "30:",
        "vmovups ymm0, [rsi]", // All larger sizes begin and end with 32 bytes.
        "vmovups ymm1, [rsi + rdx - 32]",
        "cmp rdx, 64",      // Above 64 bytes
        "ja 31f",           //   see below.
        // 33 to 64 bytes: the first and the last 32.
        "vmovups [rdi], ymm0",
        "vmovups [rdi + rdx - 32], ymm1",
        "vzeroupper",
        "ret",
        "31:",
        "cmp rdx, 128",     // Above 128 bytes
        "ja 32f",           //   see below.
        // 65 to 128 bytes: the first and the last 64.
        "vmovups ymm2, [rsi + 32]",
        "vmovups ymm3, [rsi + rdx - 64]",
        "vmovups [rdi], ymm0",
        "vmovups [rdi + 32], ymm2",
        "vmovups [rdi + rdx - 64], ymm3",
        "vmovups [rdi + rdx - 32], ymm1",
        "vzeroupper",
        "ret",
        "32:",
        "cmp rdx, 256",     // Above 256 bytes
        "ja 40f",           //   there is a loop.
        // 129 to 256 bytes: the first and the last 128.
        "vmovups ymm2, [rsi + 32]",
        "vmovups ymm3, [rsi + 64]",
        "vmovups ymm4, [rsi + 96]",
        "vmovups ymm5, [rsi + rdx - 128]",
        "vmovups ymm6, [rsi + rdx - 96]",
        "vmovups ymm7, [rsi + rdx - 64]",
        "vmovups [rdi], ymm0",
        "vmovups [rdi + 32], ymm2",
        "vmovups [rdi + 64], ymm3",
        "vmovups [rdi + 96], ymm4",
        "vmovups [rdi + rdx - 128], ymm5",
        "vmovups [rdi + rdx - 96], ymm6",
        "vmovups [rdi + rdx - 64], ymm7",
        "vmovups [rdi + rdx - 32], ymm1",
        "vzeroupper",
        "ret",
        "40:",
        choose_loop!(),
        "41:",
        // The loop goes up. First remember the end, which stores may reach before it does.
        "vmovups ymm2, [rsi + rdx - 128]",
        "vmovups ymm3, [rsi + rdx - 96]",
        "vmovups ymm4, [rsi + rdx - 64]",
        "lea r8, [rdi + rdx - 128]", // Where the last 128 bytes belong.
        "or rdi, 31",       // Go on at the next 32-byte boundary of the destination,
        "inc rdi",          //   1 to 32 bytes from its start: those are in ymm0 already.
        "mov rcx, rdi",     // As far
        "sub rcx, rax",     //   as the destination has moved
        "add rsi, rcx",     //   the source moves too.
        "42:",
        "vmovups ymm5, [rsi]", // Copy 128 bytes.
        "vmovups ymm6, [rsi + 32]",
        "vmovups ymm7, [rsi + 64]",
        "vmovups ymm8, [rsi + 96]",
        "vmovaps [rdi], ymm5",
        "vmovaps [rdi + 32], ymm6",
        "vmovaps [rdi + 64], ymm7",
        "vmovaps [rdi + 96], ymm8",
        "sub rsi, -128",    // Go on to the next,
        "sub rdi, -128",
        "cmp rdi, r8",      //   while more than the last 128 remain.
        "jb 42b",
        "vmovups [r8], ymm2", // Store the last 128.
        "vmovups [r8 + 32], ymm3",
        "vmovups [r8 + 64], ymm4",
        "vmovups [r8 + 96], ymm1",
        "vmovups [rax], ymm0", // Store the first 32.
        "vzeroupper",
        "ret",
        "50:",
        copy_large!("vzeroupper\n"),
        "60:",
        // The loop goes down. First remember the start, which stores may reach before it does.
        "vmovups ymm2, [rsi + 32]",
        "vmovups ymm3, [rsi + 64]",
        "vmovups ymm4, [rsi + 96]",
        "lea r8, [rdi + 128]", // Where the first 128 bytes end.
        "lea r9, [rdi + rdx]", // Where the last 32 bytes end.
        "add rsi, rdx",     // Go on, downward, at the end of the source.
        "mov rcx, r9",      // Of the destination, go on at the previous 32-byte boundary,
        "and rcx, 31",      //   0 to 31 bytes from its end: those are in ymm1 already.
        "sub rsi, rcx",     // As far as the destination moves, the source moves too.
        "mov rdi, r9",
        "sub rdi, rcx",
        "61:",
        "vmovups ymm5, [rsi - 32]", // Copy 128 bytes.
        "vmovups ymm6, [rsi - 64]",
        "vmovups ymm7, [rsi - 96]",
        "vmovups ymm8, [rsi - 128]",
        "vmovaps [rdi - 32], ymm5",
        "vmovaps [rdi - 64], ymm6",
        "vmovaps [rdi - 96], ymm7",
        "vmovaps [rdi - 128], ymm8",
        "add rsi, -128",    // Go on to the next,
        "add rdi, -128",
        "cmp rdi, r8",      //   while more than the first 128 remain.
        "ja 61b",
        "vmovups [rax], ymm0", // Store the first 128.
        "vmovups [rax + 32], ymm2",
        "vmovups [rax + 64], ymm3",
        "vmovups [rax + 96], ymm4",
        "vmovups [r9 - 32], ymm1", // Store the last 32.
        "vzeroupper",
        "ret",
        large = const LARGE_COPY,
    )
}

/// `wasiaot_abi::host::MEMSET_AVX2`.
///
/// # Safety
/// The CPU has AVX2. `len` bytes are writable at `destination`.
#[cfg_attr(target_env = "musl", unsafe(export_name = "wasiaot_memset_avx2"))]
#[unsafe(naked)]
pub(super) unsafe extern "C" fn memset(destination: *mut u8, value: c_int, len: usize) -> *mut u8 {
    naked_asm!(
        "cmp rdx, 32",                  // Up to 32 bytes.
        "jbe {short}",
        "cmp rdx, {large}",             // Many bytes
        "jae {short}",                  //   are for the CPU's own loop.
        "mov rax, rdi",                 // Return the destination.
        "vmovd xmm0, esi",              // Of the value, the low byte counts:
        "vpbroadcastb ymm0, xmm0",      //   repeat it 32 times.
        "vmovups [rdi], ymm0",          // All sizes begin and end with 32 bytes.
        "vmovups [rdi + rdx - 32], ymm0",
        "cmp rdx, 64",                  // Up to 64 bytes
        "jbe 30f",                      //   that is all.
        "vmovups [rdi + 32], ymm0",     // Larger sizes begin and end with 64.
        "vmovups [rdi + rdx - 64], ymm0",
        "cmp rdx, 128",                 // Up to 128 bytes
        "jbe 30f",                      //   that is all.
        "vmovups [rdi + rdx - 96], ymm0", // Larger sizes end with 128,
        "vmovups [rdi + rdx - 128], ymm0",
        "lea r8, [rdi + rdx - 128]",    //   which begin here.
        "add rdi, 64",                  // After the first 64, which are filled as well,
        "and rdi, -32",                 //   at a 32-byte boundary or up to 31 bytes before,
        "jmp 42f",
        "41:",
        "vmovaps [rdi], ymm0",          // fill 128 bytes.
        "vmovaps [rdi + 32], ymm0",
        "vmovaps [rdi + 64], ymm0",
        "vmovaps [rdi + 96], ymm0",
        "sub rdi, -128",                // Go on to the next,
        "42:",
        "cmp rdi, r8",                  //   while more than the last 128 remain.
        "jb 41b",
        "30:",
        "vzeroupper",
        "ret",
        short = sym export::memset,
        large = const LARGE_FILL,
    )
}

/// From this size on, `rep movsb` is as fast as the loop.
const LARGE_COPY: usize = 0x2_0000;

/// From this size on, `rep stosb` is as fast as the loop.
const LARGE_FILL: usize = 0x2_0000;
