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
