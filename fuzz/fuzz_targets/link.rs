//! The linker, on any bytes as an object.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wasiaot_tests::targets::link(bytes));
