//! The operating system, where neither cap-std nor the WASI functions have a word for it: the end of
//! the process, its stderr, its standard descriptors, and what depends on the instruction set.
#![allow(unsafe_code, reason = "makes system calls, and borrows the standard descriptors")]

use std::ffi::c_long;

use rustix::event::{PollFd, PollFlags};
use rustix::fd::{BorrowedFd, IntoRawFd, RawFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

pub mod arch;
mod bytes;
pub mod signal;

/// Ends the process at once: nothing in it waits for the end.
pub fn exit(status: i32) -> ! {
    loop {
        // SAFETY: it does not return, and no code depends on destructors being run.
        unsafe { arch::system_call(libc::SYS_exit_group, [status as usize, 0, 0, 0]) };
    }
}

/// Makes a system call for which rustix has no function that fits. Unlike those of the C library this
/// needs no thread-local `errno`.
///
/// # Errors
/// What the kernel reports.
///
/// # Safety
/// The call does with memory only what the caller may do.
pub unsafe fn call(number: c_long, arguments: [usize; 4]) -> Result<usize, Errno> {
    // SAFETY: passed on to the caller.
    let result = unsafe { arch::system_call(number, arguments) };
    if (-4095..0).contains(&result) {
        return Err(Errno::from_raw_os_error(-result as i32));
    }
    Ok(result.cast_unsigned())
}

/// Writes to stderr, whatever it takes. If it cannot be written there is nobody to tell.
pub fn write_stderr(mut bytes: &[u8]) {
    let stderr = rustix::stdio::stderr();
    while !bytes.is_empty() {
        match rustix::io::write(stderr, bytes) {
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            // Another process has set the file to not block; the end of a message must not be lost.
            Err(Errno::AGAIN) => {
                if rustix::event::poll(&mut [PollFd::new(&stderr, PollFlags::OUT)], None).is_err() {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

/// Takes the descriptor numbers 0, 1 and 2 if the process was started with any of them closed.
///
/// Without this a file or socket opened later could get one of the numbers, and the guest's standard
/// output, or our own messages, would end up in it. So everything that opens descriptors calls this
/// first. What stands in for a closed descriptor fails to be read and written, as a closed one does.
pub fn claim_standard_descriptors() {
    for (number, access) in [(0, OFlags::WRONLY), (1, OFlags::RDONLY), (2, OFlags::RDONLY)] {
        if !is_open(number) {
            // The kernel takes the lowest free number: this one, since those below are in use.
            claim_lowest_descriptor(access);
        }
    }
}

fn is_open(number: RawFd) -> bool {
    // SAFETY: the borrow ends with the call, which does not close the descriptor.
    let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
    rustix::io::fcntl_getfd(descriptor).is_ok()
}

/// Opens something that does nothing, and leaves it open.
fn claim_lowest_descriptor(access: OFlags) {
    let null = rustix::fs::open(c"/dev/null", access, Mode::empty());
    // An image without `/dev` has no null device. An epoll instance needs no file and can be neither
    // read nor written.
    let claimed = null.or_else(|_| rustix::event::epoll::create(rustix::event::epoll::CreateFlags::empty()));
    if let Ok(descriptor) = claimed {
        let _ = descriptor.into_raw_fd();
    }
}
