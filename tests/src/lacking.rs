//! Running programs on a system that lacks some calls: they answer "not implemented".

use std::process::Command;
use std::time::Duration;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

use crate::process::{self, Finished};

// Numbers of calls that are the same everywhere, and that of filters.
/// The call by which paths are resolved below a directory.
pub const OPENAT2: i64 = 437;
/// The call by which rules for paths begin.
pub const LANDLOCK_CREATE_RULESET: i64 = 444;
/// The call by which filters are installed.
pub const SECCOMP: i64 = if cfg!(target_arch = "x86_64") { 317 } else { 277 };

/// As [`process::run`], without these calls. Where filters cannot be installed, the result is `None`.
///
/// # Panics
/// As [`process::run`].
#[must_use]
pub fn run_without(calls: &[i64], command: &mut Command, limit: Duration) -> Option<Finished> {
    const ENOSYS: u32 = 38;
    if calls.is_empty() {
        return Some(process::run(command, limit));
    }
    let rules = calls.iter().map(|&call| (call, Vec::new())).collect();
    let arch = std::env::consts::ARCH.try_into().expect("the architecture has filters");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(ENOSYS), arch);
    let filter: BpfProgram = filter.and_then(TryInto::try_into).expect("the filter is simple");
    // A filter is for a thread and the processes that it starts.
    std::thread::scope(|scope| {
        let run = || seccompiler::apply_filter(&filter).ok().map(|()| process::run(command, limit));
        scope.spawn(run).join().expect("the program can be run")
    })
}
