//! From the C library's `main` to the program, and what the process was started with.
#![allow(unsafe_code, reason = "keeps the argument vector that the C library passes")]
