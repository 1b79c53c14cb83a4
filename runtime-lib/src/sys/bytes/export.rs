//! `memcpy`, `memmove` and `memset` for 64-bit x86 with SSE2, which every such CPU has.
//!
//! They are in assembly because a compiler would turn their loops into calls of themselves. All loads
//! of a step come before its stores, so that overlapping ranges need no care up to 128 bytes.
#![allow(unsafe_code, reason = "exported names, in assembly")]

use std::arch::naked_asm;
use std::ffi::c_int;

/// Copies up to 32 bytes and returns the destination; larger sizes go on at label 30, with it in `rax`.
macro_rules! copy_short {
    () => {
        concat!(
            "mov rax, rdi\n", // Return the destination.
            "cmp rdx, 16\n",  // Below 16 bytes
            "jb 20f\n",       //   use general registers.
            "cmp rdx, 32\n",  // Above 32 bytes
            "ja 30f\n",       //   see below.
            // 16 to 32 bytes: the first and the last 16, which may overlap.
            "movups xmm0, [rsi]\n",
            "movups xmm1, [rsi + rdx - 16]\n",
            "movups [rdi], xmm0\n",
            "movups [rdi + rdx - 16], xmm1\n",
            "ret\n",
            "20:\n",
            "cmp edx, 8\n", // Below 8 bytes
            "jb 21f\n",     //   see below.
            // 8 to 15 bytes: the first and the last 8.
            "mov rcx, [rsi]\n",
            "mov r8, [rsi + rdx - 8]\n",
            "mov [rdi], rcx\n",
            "mov [rdi + rdx - 8], r8\n",
            "ret\n",
            "21:\n",
            "cmp edx, 4\n", // Below 4 bytes
            "jb 22f\n",     //   see below.
            // 4 to 7 bytes: the first and the last 4.
            "mov ecx, [rsi]\n",
            "mov r8d, [rsi + rdx - 4]\n",
            "mov [rdi], ecx\n",
            "mov [rdi + rdx - 4], r8d\n",
            "ret\n",
            "22:\n",
            "test edx, edx\n", // Nothing to copy:
            "jz 23f\n",        //   return.
            // 1 to 3 bytes: the first, the one in the middle, and the last.
            "mov r10d, edx\n",
            "shr r10d, 1\n",
            "movzx ecx, byte ptr [rsi]\n",
            "movzx r8d, byte ptr [rsi + r10]\n",
            "movzx r9d, byte ptr [rsi + rdx - 1]\n",
            "mov [rdi], cl\n",
            "mov [rdi + r10], r8b\n",
            "mov [rdi + rdx - 1], r9b\n",
            "23:\n",
            "ret\n",
        )
    };
}

/// Chooses how to copy more than what needs no loop: at label 60 downward, at label 50 with the CPU's own loop, or upward,
/// which follows. Leaves in `rcx` how far the destination is ahead of the source.
macro_rules! choose_loop {
    () => {
        concat!(
            "mov rcx, rdi\n",     // The distance of the destination from the source,
            "sub rcx, rsi\n",     //   modulo 2^64:
            "cmp rcx, rdx\n",     // if that is less than the size, the destination is in the source,
            "jb 60f\n",           //   and the end has to be copied first.
            "cmp rdx, {large}\n", // Many bytes
            "jae 50f\n",          //   are for the CPU's own loop.
        )
    };
}

/// Copies with the CPU's own loop, or goes on at label 41 where that is slow, given what `choose_loop` leaves in `rcx`, and
/// what comes before the copy.
macro_rules! copy_large {
    ($before:literal) => {
        concat!(
            // The CPU's own loop is very slow where each load comes just after a store of an address that
            // is the same in its low bits, or that overlaps.
            "lea r8d, [rcx - 1]\n", // The destination less than 64 bytes ahead,
            "and r8d, 4095\n",      //   modulo the 4096 bytes whose addresses the CPU compares first:
            "cmp r8d, 63\n",        //   a 20th of the speed of our loop was measured.
            "jb 41b\n",
            "neg rcx\n",     // The source less than 64 bytes ahead:
            "cmp rcx, 64\n", //   it would go byte by byte.
            "jb 41b\n",
            $before,
            "mov rcx, rdx\n", // The size,
            "rep movsb\n",    //   in the CPU's own loop.
            "ret\n",
        )
    };
}

pub(super) use {choose_loop, copy_large, copy_short};

/// The C function.
///
/// # Safety
/// `len` bytes are readable at `source` and writable at `destination`.
#[cfg_attr(target_env = "musl", unsafe(no_mangle))]
#[unsafe(naked)]
pub(super) unsafe extern "C" fn memcpy(destination: *mut u8, source: *const u8, len: usize) -> *mut u8 {
    naked_asm!("jmp {memmove}", memmove = sym memmove) // It costs one jump to allow overlaps.
}

/// The C function.
///
/// # Safety
/// `len` bytes are readable at `source` and writable at `destination`.
#[cfg_attr(target_env = "musl", unsafe(no_mangle))]
#[unsafe(naked)]
pub(super) unsafe extern "C" fn memmove(destination: *mut u8, source: *const u8, len: usize) -> *mut u8 {
    naked_asm!(
        copy_short!(),
        "30:",
        "movups xmm0, [rsi]", // All larger sizes begin and end with 32 bytes.
        "movups xmm1, [rsi + 16]",
        "movups xmm2, [rsi + rdx - 32]",
        "movups xmm3, [rsi + rdx - 16]",
        "cmp rdx, 64",      // Above 64 bytes
        "ja 31f",           //   see below.
        // 33 to 64 bytes: the first and the last 32.
        "movups [rdi], xmm0",
        "movups [rdi + 16], xmm1",
        "movups [rdi + rdx - 32], xmm2",
        "movups [rdi + rdx - 16], xmm3",
        "ret",
        "31:",
        "cmp rdx, 128",     // Above 128 bytes
        "ja 40f",           //   there is a loop.
        // 65 to 128 bytes: the first and the last 64.
        "movups xmm4, [rsi + 32]",
        "movups xmm5, [rsi + 48]",
        "movups xmm6, [rsi + rdx - 64]",
        "movups xmm7, [rsi + rdx - 48]",
        "movups [rdi], xmm0",
        "movups [rdi + 16], xmm1",
        "movups [rdi + 32], xmm4",
        "movups [rdi + 48], xmm5",
        "movups [rdi + rdx - 64], xmm6",
        "movups [rdi + rdx - 48], xmm7",
        "movups [rdi + rdx - 32], xmm2",
        "movups [rdi + rdx - 16], xmm3",
        "ret",
        "40:",
        choose_loop!(),
        "41:",
        // The loop goes up. First remember the end, which stores may reach before it does.
        "movups xmm4, [rsi + rdx - 64]",
        "movups xmm5, [rsi + rdx - 48]",
        "lea r8, [rdi + rdx - 64]", // Where the last 64 bytes belong.
        "or rdi, 15",       // Go on at the next 16-byte boundary of the destination,
        "inc rdi",          //   1 to 16 bytes from its start: those are in xmm0 already.
        "mov rcx, rdi",     // As far
        "sub rcx, rax",     //   as the destination has moved
        "add rsi, rcx",     //   the source moves too.
        "42:",
        "movups xmm6, [rsi]", // Copy 64 bytes.
        "movups xmm7, [rsi + 16]",
        "movups xmm8, [rsi + 32]",
        "movups xmm9, [rsi + 48]",
        "movaps [rdi], xmm6",
        "movaps [rdi + 16], xmm7",
        "movaps [rdi + 32], xmm8",
        "movaps [rdi + 48], xmm9",
        "add rsi, 64",      // Go on to the next,
        "add rdi, 64",
        "cmp rdi, r8",      //   while more than the last 64 remain.
        "jb 42b",
        "movups [r8], xmm4", // Store the last 64.
        "movups [r8 + 16], xmm5",
        "movups [r8 + 32], xmm2",
        "movups [r8 + 48], xmm3",
        "movups [rax], xmm0", // Store the first 16.
        "ret",
        "50:",
        copy_large!(""),
        "60:",
        // The loop goes down. First remember the start, which stores may reach before it does.
        "movups xmm4, [rsi + 32]",
        "movups xmm5, [rsi + 48]",
        "lea r8, [rdi + 64]",     // Where the first 64 bytes end.
        "lea r9, [rdi + rdx]",    // Where the last 16 bytes end.
        "lea rsi, [rsi + rdx]",   // Go on, downward, at the end of the source.
        "mov rcx, r9",            // Of the destination, go on at the previous 16-byte boundary,
        "and rcx, 15",            //   0 to 15 bytes from its end: those are in xmm3 already.
        "sub rsi, rcx",           // As far as the destination moves, the source moves too.
        "mov rdi, r9",
        "sub rdi, rcx",
        "61:",
        "movups xmm6, [rsi - 16]", // Copy 64 bytes.
        "movups xmm7, [rsi - 32]",
        "movups xmm8, [rsi - 48]",
        "movups xmm9, [rsi - 64]",
        "movaps [rdi - 16], xmm6",
        "movaps [rdi - 32], xmm7",
        "movaps [rdi - 48], xmm8",
        "movaps [rdi - 64], xmm9",
        "sub rsi, 64",      // Go on to the next,
        "sub rdi, 64",
        "cmp rdi, r8",      //   while more than the first 64 remain.
        "ja 61b",
        "movups [rax], xmm0", // Store the first 64.
        "movups [rax + 16], xmm1",
        "movups [rax + 32], xmm4",
        "movups [rax + 48], xmm5",
        "movups [r9 - 16], xmm3", // Store the last 16.
        "ret",
        large = const LARGE_COPY,
    )
}

/// The C function.
///
/// # Safety
/// `len` bytes are writable at `destination`.
#[cfg_attr(target_env = "musl", unsafe(no_mangle))]
#[unsafe(naked)]
pub(super) unsafe extern "C" fn memset(destination: *mut u8, value: c_int, len: usize) -> *mut u8 {
    naked_asm!(
        "mov rax, rdi",                 // Return the destination.
        "movzx esi, sil",               // Of the value, the low byte counts:
        "mov rcx, 0x0101010101010101",  //   repeat it
        "imul rcx, rsi",                //   8 times,
        "cmp rdx, 16",                  // for sizes below 16 bytes,
        "jb 20f",
        "movq xmm0, rcx",               //   or 16 times.
        "punpcklqdq xmm0, xmm0",
        "cmp rdx, 32",                  // Above 32 bytes
        "ja 30f",                       //   see below.
        "movups [rdi], xmm0",           // 16 to 32 bytes: the first and the last 16.
        "movups [rdi + rdx - 16], xmm0",
        "ret",
        "20:",
        "cmp edx, 8",                   // Below 8 bytes
        "jb 21f",                       //   see below.
        "mov [rdi], rcx",               // 8 to 15 bytes: the first and the last 8.
        "mov [rdi + rdx - 8], rcx",
        "ret",
        "21:",
        "cmp edx, 4",                   // Below 4 bytes
        "jb 22f",                       //   see below.
        "mov [rdi], ecx",               // 4 to 7 bytes: the first and the last 4.
        "mov [rdi + rdx - 4], ecx",
        "ret",
        "22:",
        "test edx, edx",                // Nothing to fill:
        "jz 23f",                       //   return.
        "mov [rdi], cl",                // 1 to 3 bytes: the first, the last, and the one between.
        "mov [rdi + rdx - 1], cl",
        "shr edx, 1",
        "mov [rdi + rdx], cl",
        "23:",
        "ret",
        "30:",
        "movups [rdi], xmm0",           // All larger sizes begin and end with 32 bytes.
        "movups [rdi + 16], xmm0",
        "movups [rdi + rdx - 32], xmm0",
        "movups [rdi + rdx - 16], xmm0",
        "cmp rdx, 64",                  // Up to 64 bytes
        "jbe 31f",                      //   that is all.
        "movups [rdi + 32], xmm0",      // Larger sizes begin and end with 64.
        "movups [rdi + 48], xmm0",
        "movups [rdi + rdx - 64], xmm0",
        "movups [rdi + rdx - 48], xmm0",
        "cmp rdx, 128",                 // Above 128 bytes
        "ja 40f",                       //   there is a loop.
        "31:",
        "ret",
        "40:",
        "cmp rdx, {large}",             // Many bytes
        "jae 50f",                      //   are for the CPU's own loop.
        "lea r8, [rdi + rdx - 64]",     // Where the last 64 bytes begin, which are filled already.
        "add rdi, 64",                  // After the first 64, which are filled as well,
        "and rdi, -16",                 //   at a 16-byte boundary or up to 15 bytes before,
        "41:",
        "movaps [rdi], xmm0",           // fill 64 bytes.
        "movaps [rdi + 16], xmm0",
        "movaps [rdi + 32], xmm0",
        "movaps [rdi + 48], xmm0",
        "add rdi, 64",                  // Go on to the next,
        "cmp rdi, r8",                  //   while more than the last 64 remain.
        "jb 41b",
        "ret",
        "50:",
        "mov r8, rax",                  // Keep the result: the value has to be in al.
        "mov eax, esi",
        "mov rcx, rdx",                 // The size,
        "rep stosb",                    //   in the CPU's own loop.
        "mov rax, r8",
        "ret",
        large = const LARGE_FILL,
    )
}

/// From this size on, `rep movsb` is faster than a loop of 16-byte steps, by a quarter.
const LARGE_COPY: usize = 2048;

/// From this size on, `rep stosb` is faster than a loop of 16-byte steps, by up to a third.
const LARGE_FILL: usize = 8192;
