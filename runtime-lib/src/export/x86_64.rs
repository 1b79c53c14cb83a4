//! What generated code and the kernel call by name, for 64-bit x86 only.
#![allow(unsafe_code, reason = "exported names, and the entry of the process")]

use std::arch::naked_asm;
use std::arch::x86_64::__m128i;

use crate::cpu;

/// `wasiaot_abi::symbols::BARE_ENTRY`: where the kernel starts the process if the C library is not needed.
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn wasiaot_start() {
    naked_asm!(
        "mov rdi, rsp", // Pass the address of what the kernel has put on the stack, which is aligned.
        "xor ebp, ebp", // End the chain of frame pointers.
        "call {enter}", // Does not return.
        enter = sym super::enter,
    );
}

/// `wasiaot_abi::host::X86_PSHUFB`: each byte of the result is the one of `bytes` that the low 4 bits of
/// its index number, or zero if the highest bit of the index is set.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_x86_pshufb(bytes: __m128i, indices: __m128i) -> __m128i {
    // SAFETY: both types are 16 bytes of which all values are valid.
    let bytes: [u8; 16] = unsafe { std::mem::transmute(bytes) };
    // SAFETY: as above.
    let indices: [u8; 16] = unsafe { std::mem::transmute(indices) };
    let result = indices.map(|index| if index & 0x80 == 0 { bytes[usize::from(index & 15)] } else { 0 });
    // SAFETY: as above.
    unsafe { std::mem::transmute(result) }
}

/// `wasiaot_abi::host::CHECK_CPU_V3`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_check_cpu_v3() {
    cpu::check_v3();
}

/// `wasiaot_abi::host::CHECK_CPU_V4`.
#[unsafe(no_mangle)]
extern "C" fn wasiaot_check_cpu_v4() {
    cpu::check_v4();
}
