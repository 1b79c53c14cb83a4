//! Whether this machine's CPU has what the executable was compiled for, on x86-64.
//!
//! Only levels with instructions that an older CPU would execute as something else are checked at
//! start: asking the CPU costs microseconds in a virtual machine. For the others the signal handler
//! tells an illegal instruction apart.

use crate::fatal;

/// Ends the process unless the CPU has the x86-64-v3 features.
pub fn check_v3() {
    require("v3", has_v3());
}

/// Ends the process unless the CPU has the x86-64-v4 features.
pub fn check_v4() {
    require("v4", has_v4());
}

fn has_v3() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx") && has!("avx2") && has!("fma") && has!("bmi1") && has!("bmi2") && has!("lzcnt")
}

fn has_v4() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has_v3()
        && has!("avx512f")
        && has!("avx512dq")
        && has!("avx512vl")
        && has!("avx512bitalg")
        && has!("avx512vbmi")
}

fn require(level: &str, has_it: bool) {
    if !has_it {
        fatal::fail(|message| {
            message.text("this executable needs a CPU with x86-64-").text(level);
            message.text("; build it with an older `--cpu` level");
        });
    }
}
