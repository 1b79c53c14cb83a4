//! Waiting for another thread (`memory.atomic.wait`), of which there is none: only time can end it.

use wasiaot_abi::trap::TrapCode;

use crate::host::clock::{self, Clock};
use crate::trap;

/// What `memory.atomic.wait` gives after its timeout.
const TIMED_OUT: u64 = 2;

/// Sleeps for `timeout_ns`. A negative timeout never ends: that is a trap instead of a process that hangs.
pub fn wait(timeout_ns: i64) -> u64 {
    let Ok(timeout_ns) = u64::try_from(timeout_ns) else { trap::raise(TrapCode::Deadlock) };
    // A clock that cannot be read or slept on has nothing to wait for.
    if let Ok(now_ns) = clock::now_ns(Clock::Monotonic) {
        let _ = clock::sleep_until(Clock::Monotonic, now_ns.saturating_add(timeout_ns));
    }
    TIMED_OUT
}
