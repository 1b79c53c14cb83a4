//! What generated code and the kernel call by name, for 64-bit Arm only.
#![allow(unsafe_code, reason = "exported names, and the entry of the process")]

use std::arch::naked_asm;

/// `wasiaot_abi::symbols::BARE_ENTRY`: where the kernel starts the process if the C library is not needed.
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn wasiaot_start() {
    naked_asm!(
        "mov x0, sp",   // Pass the address of what the kernel has put on the stack, which is aligned.
        "mov x29, xzr", // End the chain of frame pointers.
        "bl {enter}",   // Does not return.
        enter = sym super::enter,
    );
}

/// Makes an `exception::ThrowPlace` of what functions preserve, and passes its address and the caller's argument,
/// if it has one, to a function that does not return.
macro_rules! throw_with {
    ($throw:path) => {
        naked_asm!(
            "stp x19, x20, [sp, #-160]!",
            "stp x21, x22, [sp, #16]",
            "stp x23, x24, [sp, #32]",
            "stp x25, x26, [sp, #48]",
            "stp x27, x28, [sp, #64]",
            "stp d8, d9, [sp, #80]",
            "stp d10, d11, [sp, #96]",
            "stp d12, d13, [sp, #112]",
            "stp d14, d15, [sp, #128]",
            "str x30, [sp, #144]", // The address that the call would return to.
            "mov x1, x0",
            "mov x0, sp",
            "bl {throw}",
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
