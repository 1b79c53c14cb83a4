//! The compiler as a whole, on any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wasiaot_tests::targets::compile(bytes));
