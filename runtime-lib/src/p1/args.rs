//! `args_*` and `environ_*`: arguments and environment variables.
//!
//! Both come as an array of addresses and a buffer that holds the strings, each ended by a zero
//! byte. The guest asks for the sizes first and provides room.

use std::ffi::CStr;
use std::ops::ControlFlow;

use super::errno::Errno;
use crate::guest::{Fault, GuestMemory};
use crate::host::environ;

/// `args_sizes_get`: the number of arguments, and the size of all their strings.
///
/// # Errors
/// [`Errno::Fault`].
pub fn args_sizes_get(guest: &mut GuestMemory<'_>, count: u32, bytes: u32) -> Result<(), Errno> {
    let mut sizes = Sizes::default();
    environ::arguments().for_each(|argument| sizes.add(argument));
    sizes.store(guest, count, bytes)
}

/// `args_get`: the arguments.
///
/// # Errors
/// [`Errno::Fault`].
pub fn args_get(guest: &mut GuestMemory<'_>, addresses: u32, strings: u32) -> Result<(), Errno> {
    let mut writer = Writer { addresses, strings };
    environ::arguments().try_for_each(|argument| writer.add(guest, argument))?;
    Ok(())
}

/// `environ_sizes_get`: the number of variables, and the size of all their strings.
///
/// # Errors
/// [`Errno::Fault`].
pub fn environ_sizes_get(guest: &mut GuestMemory<'_>, count: u32, bytes: u32) -> Result<(), Errno> {
    let mut sizes = Sizes::default();
    environ::variables(&mut |pair| {
        sizes.add(pair);
        ControlFlow::Continue(())
    });
    sizes.store(guest, count, bytes)
}

/// `environ_get`: the variables, each as `KEY=VALUE`.
///
/// # Errors
/// [`Errno::Fault`].
pub fn environ_get(guest: &mut GuestMemory<'_>, addresses: u32, strings: u32) -> Result<(), Errno> {
    let mut writer = Writer { addresses, strings };
    let mut result = Ok(());
    environ::variables(&mut |pair| {
        result = writer.add(guest, pair);
        if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    result.map_err(Errno::from)
}

/// Number and size of strings.
#[derive(Default)]
struct Sizes {
    count: u32,
    bytes: u32,
}

impl Sizes {
    /// Adds a string. The kernel limits all strings of a process to far less than 4 GiB.
    fn add(&mut self, string: &CStr) {
        self.count = self.count.saturating_add(1);
        self.bytes = self.bytes.saturating_add(string.count_bytes() as u32).saturating_add(1);
    }

    fn store(&self, guest: &mut GuestMemory<'_>, count: u32, bytes: u32) -> Result<(), Errno> {
        guest.write_u32(count, self.count)?;
        guest.write_u32(bytes, self.bytes)?;
        Ok(())
    }
}

/// Where the next string goes.
struct Writer {
    addresses: u32,
    strings: u32,
}

impl Writer {
    fn add(&mut self, guest: &mut GuestMemory<'_>, string: &CStr) -> Result<(), Fault> {
        let bytes = string.to_bytes_with_nul();
        guest.write_u32(self.addresses, self.strings)?;
        guest.write_slice(self.strings, bytes)?;
        // What was stored ends inside the memory, so the sums fit, except at 4 GiB exactly: then
        // nothing more can be stored anyway.
        self.addresses = self.addresses.saturating_add(4);
        self.strings = self.strings.saturating_add(bytes.len() as u32);
        Ok(())
    }
}
