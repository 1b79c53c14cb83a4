//! Rules for paths that the kernel keeps (Landlock): a second wall behind path resolution.
//!
//! Kernels from 5.19 on can do all that is needed. The first version of Landlock (5.13) cannot allow
//! renames between directories, so it counts as none.
#![allow(unsafe_code, reason = "makes system calls for which rustix has no function")]

use std::ffi::c_long;

use rustix::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use rustix::io::Errno;

use crate::sys;

// The numbers are the same on all architectures.
const CREATE_RULESET: c_long = 444;
const ADD_RULE: c_long = 445;
const RESTRICT_SELF: c_long = 446;

/// Asks `CREATE_RULESET` for the version instead.
const VERSION: usize = 1;

/// The kind of rule that is about a directory and what is below.
const PATH_BENEATH: usize = 1;

// Rights, as bits.
const READ_FILE: u64 = 1 << 2;
const READ_DIR: u64 = 1 << 3;
const EXECUTE: u64 = 1 << 0;
/// Everything up to making symbolic links, and moving between directories.
const VERSION_2: u64 = (1 << 14) - 1;
/// Truncating.
const VERSION_3: u64 = 1 << 14;

/// What may be done below a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading and listing.
    Read,
    /// All but executing.
    Change,
}

/// The kernel's `struct landlock_path_beneath_attr`.
#[repr(C, packed)]
struct PathBeneath {
    allowed: u64,
    directory: i32,
}

/// Rules that are not in force yet.
#[derive(Debug)]
pub struct Rules {
    descriptor: OwnedFd,
    /// The rights that nothing has without a rule.
    handled: u64,
}

impl Rules {
    /// No rules: nothing may be done to any path.
    ///
    /// # Errors
    /// [`Errno::NOSYS`] or [`Errno::OPNOTSUPP`] if the kernel has no Landlock, or too old a one.
    pub fn new() -> Result<Self, Errno> {
        // SAFETY: no memory is passed.
        let handled = match unsafe { sys::call(CREATE_RULESET, [0, 0, VERSION, 0]) }? {
            0 | 1 => return Err(Errno::NOSYS),
            2 => VERSION_2,
            _ => VERSION_2 | VERSION_3,
        };
        let attributes = (&raw const handled).expose_provenance();
        // SAFETY: the kernel reads the number.
        let descriptor = unsafe { sys::call(CREATE_RULESET, [attributes, size_of::<u64>(), 0, 0]) }?;
        // SAFETY: the kernel has just opened it, and nobody else knows it.
        let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor as i32) };
        Ok(Self { descriptor, handled })
    }

    /// Allows access to what is below a directory.
    ///
    /// # Errors
    /// What the kernel reports.
    pub fn allow(&self, directory: BorrowedFd<'_>, access: Access) -> Result<(), Errno> {
        let allowed = match access {
            Access::Read => READ_FILE | READ_DIR,
            Access::Change => self.handled & !EXECUTE,
        };
        let rule = PathBeneath { allowed, directory: directory.as_raw_fd() };
        let rule = (&raw const rule).expose_provenance();
        let rules = self.descriptor.as_fd().as_raw_fd() as usize;
        // SAFETY: the kernel reads the rule.
        unsafe { sys::call(ADD_RULE, [rules, PATH_BENEATH, rule, 0]) }.map(drop)
    }

    /// Puts the rules in force, for good.
    ///
    /// # Errors
    /// What the kernel reports: [`Errno::PERM`] if the process could still gain privileges.
    pub fn enforce(self) -> Result<(), Errno> {
        let rules = self.descriptor.as_fd().as_raw_fd() as usize;
        // SAFETY: no memory is passed.
        unsafe { sys::call(RESTRICT_SELF, [rules, 0, 0, 0]) }.map(drop)
    }
}
