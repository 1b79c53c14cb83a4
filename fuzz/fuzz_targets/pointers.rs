//! The decoding of guest pointers in the runtime, against a model.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wasiaot_runtime::guest::model::check(bytes));
