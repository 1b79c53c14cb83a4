//! What an operation means, once, for all versions of WASI.
