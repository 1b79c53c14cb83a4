//! Exceptions: thrown by compiled code, caught by compiled code, and what is between.
//!
//! What an exception carries is in the pending record ([`tables`]) from the `throw` to the handler, which
//! reads it first of all. The search for the handler ([`unwind`]) goes over the frames and ends in a jump,
//! or in a trap while all frames still exist. Only a handler that takes a reference to the exception makes
//! an object of it ([`references`]).
//!
//! Only what compiled code calls is linked: a program that takes no references has no objects.

mod heap;
mod references;
mod tables;
mod unwind;

pub use references::{take_reference, throw_reference};
pub use unwind::{ThrowPlace, throw};
