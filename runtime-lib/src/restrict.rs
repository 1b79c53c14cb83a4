//! The system call filter: the compiler made it, this hands it to the kernel.
//!
//! From then on the process can make only the calls that this program needs, whatever happens to it. What
//! else there is to do at start has been done before. Rules for paths are in [`crate::host::landlock`].
#![allow(unsafe_code, reason = "passes a program to the kernel")]

use rustix::io::Errno;
use wasiaot_abi::context::{FILTER_INSTRUCTIONS_MAX, OWN_PROCESS};

use crate::{fatal, program, sys};

/// The kernel's `struct sock_fprog`.
#[repr(C)]
struct Filter {
    len: u16,
    instructions: *const u64,
}

const SECCOMP_SET_MODE_FILTER: usize = 1;

/// Leaves speculation as it is. Kernels before 5.16 take a filter for a wish to slow the whole process
/// down instead.
const SECCOMP_FILTER_FLAG_SPEC_ALLOW: usize = 1 << 2;

/// Installs the filter. Where the kernel cannot, the program runs without.
pub fn restrict_calls() {
    // Kernels before 4.17 do not know the flag.
    let install = |()| install(SECCOMP_FILTER_FLAG_SPEC_ALLOW).or_else(|_| install(0));
    let _ = rustix::thread::set_no_new_privs(true).and_then(install);
}

/// Installs the filter, or ends the process.
pub fn require_restricted_calls() {
    if let Err(errno) = rustix::thread::set_no_new_privs(true).and_then(|()| install(0)) {
        fail("a system call filter", errno);
    }
}

/// Ends a process that must not run without a restriction.
#[cold]
pub fn fail(what: &str, errno: Errno) -> ! {
    fatal::fail(&|message| {
        message.text("this program was built with `--harden strict` and does not run without ").text(what);
        message.text(", which the system refuses (").errno(errno).text(")");
    })
}

fn install(flags: usize) -> Result<(), Errno> {
    // In the executable the number of the process is missing.
    let mut instructions = [0; FILTER_INSTRUCTIONS_MAX];
    let own_process = u64::from(rustix::process::getpid().as_raw_nonzero().get().cast_unsigned());
    let planned = program::filter();
    for (to, &instruction) in instructions.iter_mut().zip(planned) {
        let is_own = instruction >> 32 == u64::from(OWN_PROCESS);
        *to = if is_own { instruction << 32 >> 32 | own_process << 32 } else { instruction };
    }
    let filter = Filter { len: planned.len() as u16, instructions: instructions.as_ptr() };
    let filter = (&raw const filter).expose_provenance();
    // SAFETY: the kernel copies the instructions, which are there.
    unsafe { sys::call(libc::SYS_seccomp, [SECCOMP_SET_MODE_FILTER, flags, filter, 0]) }.map(drop)
}
