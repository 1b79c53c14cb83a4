//! What generated code and the kernel call by name, for 64-bit x86 only.
#![allow(unsafe_code, reason = "exported names, and the entry of the process")]

use std::arch::naked_asm;
use std::arch::x86_64::__m128i;

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

/// `wasiaot_abi::host::CHECK_CPU_V3`. A CPU that lacks a feature does not know its instruction, and the signal
/// handler says so.
#[unsafe(no_mangle)]
#[unsafe(naked)]
extern "C" fn wasiaot_check_cpu_v3() {
    naked_asm!(
        "mov eax, 1",
        "lzcnt eax, eax", // LZCNT: 31. A CPU without it executes `bsr` instead, which gives 0.
        "cmp al, 31",
        "jne 2f",
        "andn eax, eax, eax",      // BMI1, without which `tzcnt` is executed as `bsf`.
        "rorx eax, eax, 1",        // BMI2.
        "vpbroadcastb xmm0, xmm0", // AVX2, and a kernel that saves such registers.
        "vfmadd231ss xmm0, xmm0, xmm0", // FMA.
        "ret",
        "2: ud1 eax, eax", // Known to no CPU. The compiler's own are `ud2`.
    )
}

/// `wasiaot_abi::host::CHECK_CPU_V4`: as above. All features are parts of AVX-512 for vectors of 128 bits.
#[unsafe(no_mangle)]
#[unsafe(naked)]
extern "C" fn wasiaot_check_cpu_v4() {
    naked_asm!(
        "vpternlogd xmm0, xmm0, xmm0, 0", // F.
        "vpmullq xmm0, xmm0, xmm0",       // DQ.
        "vpermb xmm0, xmm0, xmm0",        // VBMI.
        "vpopcntb xmm0, xmm0",            // BITALG.
        "jmp {v3}",
        v3 = sym wasiaot_check_cpu_v3,
    )
}

/// Makes an `exception::ThrowPlace` of what functions preserve, and passes its address and the caller's argument,
/// if it has one, to a function that does not return.
macro_rules! throw_with {
    ($throw:path) => {
        naked_asm!(
            "push r15", // Above it is the address that the call would return to.
            "push r14",
            "push r13",
            "push r12",
            "push rbx",
            "mov rsi, rdi",
            "mov rdi, rsp", // The stack is aligned: there are 6 words on it.
            "call {throw}",
            throw = sym $throw,
        )
    };
}

/// `wasiaot_abi::host::THROW`.
#[unsafe(no_mangle)]
#[unsafe(naked)]
extern "C" fn wasiaot_throw() -> ! {
    throw_with!(super::throw)
}

/// `wasiaot_abi::host::THROW_REFERENCE`.
#[unsafe(no_mangle)]
#[unsafe(naked)]
extern "C" fn wasiaot_throw_reference(reference: u64) -> ! {
    throw_with!(super::throw_reference)
}
