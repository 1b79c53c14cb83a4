//! The signal handler: which faults are traps of the guest, and which are crashes of our own.
//!
//! A fault is a trap only if the compiler's tables have the very instruction as one that may trap,
//! or if the address is in the guard of the guest's stack. Everything else is reported as our bug:
//! to call it a trap would hide an escape from the sandbox.
#![allow(unsafe_code, reason = "installs signal handlers, reads what the kernel hands to them")]

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

use wasiaot_abi::context::GUARD_BELOW_BYTES;
use wasiaot_abi::trap::TrapCode;

use super::backtrace::Place;
use super::code_map::CodeMap;
use super::{Detail, Trap, recovery};
use crate::sys::arch::Registers;
use crate::sys::signal;
use crate::{fatal, program, stack, sys};

/// Signals by which the CPU and the kernel report faults of instructions, and system calls that the
/// filter refuses. Those that the runtime may send to itself: `wasiaot_abi::calls`.
const SIGNALS: [c_int; 5] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGSYS];

/// Room for the registers that the kernel saves (11 KiB with all of AVX-512 and AMX) and for the
/// report. Only pages that are touched exist.
const SIGNAL_STACK_BYTES: usize = 64 << 10;

/// The stack that handlers run on: a fault may mean that the guest's own is full.
#[repr(align(16))]
struct SignalStack(UnsafeCell<MaybeUninit<[u8; SIGNAL_STACK_BYTES]>>);

// SAFETY: no Rust code accesses it; it is handed to the kernel as a whole.
unsafe impl Sync for SignalStack {}

static SIGNAL_STACK: SignalStack = SignalStack(UnsafeCell::new(MaybeUninit::uninit()));

/// Makes faults come to the handler.
pub fn install_handlers() {
    // SAFETY: the memory is static and nothing else uses it.
    unsafe { signal::set_handler_stack(SIGNAL_STACK.0.get().cast(), SIGNAL_STACK_BYTES) };
    for number in SIGNALS {
        signal::handle_fault(number, on_signal);
    }
}

extern "C" fn on_signal(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel passes a valid record.
    let info = unsafe { &*info };
    // SAFETY: the kernel passes a valid record of this type, and nothing else refers to it.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    if info.si_code <= 0 {
        return end_by_sent_signal(signal);
    }
    // SAFETY: the kernel sets the address for these signals if it, not a process, sends them.
    let address = unsafe { info.si_addr() } as u64;
    let registers = Registers::of(context);
    let fault = Fault { signal, address, registers, call: refused_call(info) };
    match fault.trap(&CodeMap::of_program()) {
        Some(trap) => {
            if !recovery::hand_over(trap.code, Some(context)) {
                super::end(&trap);
            }
            // Whoever goes on may trap again.
            signal::handle_fault(signal, on_signal);
        }
        None => fault.report_as_ours(&CodeMap::of_program()),
    }
}

/// Lets the process end as it would without a handler, of which it has none any more: another process has
/// sent the signal.
fn end_by_sent_signal(number: c_int) {
    // The signal is blocked until the handler returns, then it acts. Where it cannot be sent, the
    // process goes on as if it had not come.
    let own_process = rustix::process::getpid().as_raw_nonzero().get();
    // SAFETY: nothing but what the signal does by default.
    let _ = unsafe { sys::call(libc::SYS_kill, [own_process as usize, number as usize, 0, 0]) };
}

/// The number of the system call that the filter has refused, if `info` is about one.
fn refused_call(info: &libc::siginfo_t) -> u32 {
    /// Where the number is in the kernel's record, on all 64-bit architectures.
    const OFFSET: usize = 24;
    // SAFETY: the record has 128 bytes.
    let number = unsafe { (&raw const *info).byte_add(OFFSET) }.cast::<u32>();
    // SAFETY: the kernel has set all of the record, and the number is aligned.
    unsafe { number.read() }
}

/// An instruction that could not be executed.
#[derive(Clone, Copy, Debug)]
struct Fault {
    signal: c_int,
    /// The address that could not be accessed, if the fault is about memory.
    address: u64,
    registers: Registers,
    /// The number of the system call that was refused, if the fault is that.
    call: u32,
}

impl Fault {
    /// The trap of the guest that this fault is, if it is one.
    fn trap(&self, map: &CodeMap<'_>) -> Option<Trap<'static>> {
        let pc = self.registers.pc;
        let place = if map.contains(pc) { Place::Instruction(self.registers) } else { Place::HostCall };
        if self.signal == libc::SIGSEGV && stack::guard_addresses().contains(&self.address) {
            return Some(Trap { code: TrapCode::CallStackExhausted, detail: Detail::None, place });
        }
        if self.signal == libc::SIGSYS {
            return None; // Guests make no system calls.
        }
        if self.signal == libc::SIGBUS {
            return None; // A page of the executable that cannot be read: the guest is not to blame.
        }
        let code = map.locate(pc)?.trap_site()?.trap?;
        let is_access = code == TrapCode::MemoryOutOfBounds && self.signal == libc::SIGSEGV;
        let detail = if is_access { memory_detail(self.address) } else { Detail::None };
        Some(Trap { code, detail, place })
    }

    #[cold]
    fn report_as_ours(&self, map: &CodeMap<'_>) -> ! {
        fatal::fail(&|message| {
            if self.signal == libc::SIGILL && self.registers.is_at_unknown_instruction() {
                let needed = map.name(program::header().cpu_name as u32).unwrap_or_default();
                message.text("this executable needs a CPU with ").bytes(needed);
                message.text(": build with an older `--cpu`");
                return;
            }
            if self.signal == libc::SIGBUS {
                message.text("cannot read the executable: has it changed?");
                return;
            }
            message.text("internal error: ");
            if self.signal == libc::SIGSYS {
                message.text("forbidden system call ").decimal(self.call.into());
            } else {
                message.text("signal ").decimal(self.signal.unsigned_abs().into());
                message.text(" at address ").hex(self.address);
            }
            message.text(" (pc ").hex(self.registers.pc);
            message.text("): please report this bug");
        })
    }
}

/// Tells an address of the process in terms of the guest, if it is in a memory's reservation.
fn memory_detail(address: u64) -> Detail<'static> {
    let (records, len) = program::memories();
    for index in 0..len {
        // SAFETY: there are `len` contiguous records.
        let record = unsafe { records.add(index) };
        // SAFETY: a record of the context block; the code that could change it was interrupted.
        let record = unsafe { &*record };
        let mut guest_addr = address.wrapping_sub(record.base);
        if index == 0
            && record.reserved_bytes > 0
            && (1..=GUARD_BELOW_BYTES).contains(&guest_addr.wrapping_neg())
        {
            // An index near 2³², of which the compiler has made a negative displacement.
            guest_addr = guest_addr.wrapping_add(1 << 32);
        }
        if guest_addr < record.reserved_bytes {
            return Detail::Memory { guest_addr, len_bytes: record.len_bytes };
        }
    }
    Detail::None
}
