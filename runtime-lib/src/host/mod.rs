//! What an operation means, once, for all versions of WASI.
//!
//! Everything here works on the operating system's descriptors and its error numbers, by way of
//! rustix and cap-std. Which descriptor numbers, rights and layouts a guest sees is the business of
//! the version layers ([`crate::p1`]). Each file stands alone, so that a program carries only those
//! that its imports lead to; the small ones neither allocate nor panic.

pub mod clock;
pub mod dir;
pub mod environ;
pub mod file;
pub mod io;
pub mod landlock;
pub mod path;
pub mod poll;
pub mod preopen;
pub mod random;
pub mod socket;
