//! Runs a specification test script that was compiled into this executable.
//!
//! Every step is one call of generated code. Traps are expected or not, and never end the script. What
//! fails is reported on stderr, by the line in the script:
//!
//! ```text
//! line 17: result 0 is 0x7fc00001, expected 0x7fc00000
//! line 17: result 2 is 0x0, expected 0x1
//! line 20: trapped: integer overflow
//! line 21: returned, expected trap: unreachable
//! ```
#![allow(unsafe_code, reason = "calls generated code")]

use std::cell::UnsafeCell;
use std::ffi::c_void;

use wasiaot_abi::script::{MAX_VALUES, ResultPattern, ScriptStep, ScriptValue};
use wasiaot_abi::trap::TrapCode;

use crate::fatal::Message;
use crate::trap::recovery;

/// Where generated code finds the arguments of a step, and stores its results.
struct Values(UnsafeCell<[ScriptValue; MAX_VALUES]>);

// SAFETY: executables have one thread.
unsafe impl Sync for Values {}

static VALUES: Values = Values(UnsafeCell::new([[0; 2]; MAX_VALUES]));

/// Runs the steps in order, and returns how many have failed.
///
/// # Safety
/// The steps were made by the compiler, and are run once.
pub unsafe fn run(steps: &[ScriptStep]) -> u32 {
    let mut failed = 0;
    for step in steps {
        let mut message = Message::new();
        // SAFETY: passed on to the caller.
        let outcome = unsafe { run_step(step) };
        if !check(step, outcome, &mut message) {
            message.flush();
            failed += 1;
        }
    }
    failed
}

/// Calls a step's function; returns its results.
///
/// # Safety
/// The step was made by the compiler.
unsafe fn run_step(step: &ScriptStep) -> Result<&'static [ScriptValue], TrapCode> {
    let values = VALUES.0.get();
    // SAFETY: the compiler made the step; arguments are constant.
    let args = unsafe { crate::program::constants(step.args, step.args_len.into()) };
    let mut first = [[0; 2]; MAX_VALUES];
    first[..args.len()].copy_from_slice(args);
    // SAFETY: no reference to earlier results lives.
    unsafe { values.write(first) };
    let entry = std::ptr::with_exposed_provenance::<()>(step.entry as usize);
    // SAFETY: the compiler wrote the address of a function of this type.
    let entry = unsafe { std::mem::transmute::<*const (), extern "C" fn(*mut c_void)>(entry) };
    // SAFETY: guests hold nothing, and host functions that a script imports hold no locks.
    unsafe { recovery::call(entry, values.cast()) }?;
    // SAFETY: the function has returned; the results are not written before the next step.
    let results = unsafe { &*values };
    Ok(results.get(..step.results_len as usize).unwrap_or_default())
}

/// Compares what a step did with what is expected; describes the difference.
fn check(step: &ScriptStep, outcome: Result<&[ScriptValue], TrapCode>, message: &mut Message) -> bool {
    message.text("line ").decimal(step.line.into()).text(": ");
    let expected_trap = u8::try_from(step.trap).ok().and_then(TrapCode::from_u8);
    match (outcome, expected_trap) {
        (Ok(results), None) => return check_results(step, results, message),
        (Err(trap), Some(expected)) if trap == expected => return true,
        (Ok(_), Some(expected)) => message.text("returned, expected trap: ").text(expected.message()),
        (Err(trap), None) => message.text("trapped: ").text(trap.message()),
        (Err(trap), Some(expected)) => {
            message.text("trapped: ").text(trap.message()).text(", expected: ").text(expected.message())
        }
    };
    message.text("\n");
    false
}

fn check_results(step: &ScriptStep, results: &[ScriptValue], message: &mut Message) -> bool {
    // SAFETY: the compiler made the step; patterns are constant.
    let patterns = unsafe { crate::program::constants(step.patterns, step.patterns_len.into()) };
    let mut passed = true;
    for (index, &result) in results.iter().enumerate() {
        let of_result =
            || patterns.iter().filter(|pattern: &&ResultPattern| pattern.result as usize == index);
        if of_result().next().is_none() || of_result().any(|pattern| matches(pattern, result)) {
            continue;
        }
        if !passed {
            message.flush();
            message.text("line ").decimal(step.line.into()).text(": ");
        }
        passed = false;
        value(message.text("result ").decimal(index as u64).text(" is "), result);
        for (alternative, pattern) in of_result().enumerate() {
            message.text(if alternative == 0 { ", expected " } else { " or " });
            match pattern.nonzero {
                0 => value(message, pattern.value),
                _ => message.text("anything but 0"),
            };
        }
        message.text("\n");
    }
    passed
}

fn matches(pattern: &ResultPattern, [low, high]: ScriptValue) -> bool {
    if pattern.nonzero != 0 {
        return low != 0 || high != 0;
    }
    [low & pattern.mask[0], high & pattern.mask[1]] == pattern.value
}

fn value(message: &mut Message, [low, high]: ScriptValue) -> &mut Message {
    if high != 0 { message.hex(high).text("_").padded_digits(low) } else { message.hex(low) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trap;

    extern "C" fn returns(results: *mut c_void) {
        // SAFETY: there is room for `MAX_VALUES`.
        unsafe { results.cast::<[ScriptValue; 2]>().write([[7, 0], [0x7fc0_0001, 1]]) }
    }

    extern "C" fn traps(_: *mut c_void) {
        trap::raise(TrapCode::IntegerOverflow)
    }

    /// Runs one step; returns whether it passed.
    #[track_caller]
    fn check(entry: extern "C" fn(*mut c_void), trap: u32, patterns: &[ResultPattern], expected: &str) {
        let step = ScriptStep {
            entry: (entry as *const ()).expose_provenance() as u64,
            args: 0,
            patterns: patterns.as_ptr().expose_provenance() as u64,
            args_len: 0,
            patterns_len: patterns.len() as u32,
            results_len: 2,
            line: 3,
            trap,
            padding: 0,
        };
        let mut message = Message::new();
        // SAFETY: the functions above are steps.
        let outcome = unsafe { run_step(&step) };
        let passed = super::check(&step, outcome, &mut message);
        assert_eq!(passed, expected.is_empty());
        if !passed {
            assert_eq!(message.as_bytes(), format!("line 3: {expected}\n").as_bytes());
        }
    }

    #[test]
    fn compares_with_expectations() {
        let _one_at_a_time = recovery::TEST_LOCK.lock().expect("no test panics with it");
        const ALL: ScriptValue = [u64::MAX; 2];
        let pattern = |result, mask, value| ResultPattern { result, nonzero: 0, mask, value };
        let nonzero = |result| ResultPattern { result, nonzero: 1, mask: [0; 2], value: [0; 2] };
        check(returns, 0, &[], "");
        check(returns, 0, &[pattern(0, ALL, [7, 0]), nonzero(1)], "");
        check(returns, 0, &[pattern(1, [0x7fc0_0000, 0], [0x7fc0_0000, 0])], "");
        check(returns, 0, &[pattern(0, ALL, [8, 0]), pattern(0, ALL, [7, 0])], "");
        check(returns, 0, &[pattern(0, ALL, [7, 1])], "result 0 is 0x7, expected 0x1_0000000000000007");
        let either = [pattern(1, ALL, [1, 0]), pattern(1, ALL, [2, 0])];
        check(returns, 0, &either, "result 1 is 0x1_000000007fc00001, expected 0x1 or 0x2");
        let (overflow, unreachable) = (TrapCode::IntegerOverflow as u32, TrapCode::Unreachable as u32);
        check(traps, overflow, &[], "");
        check(traps, 0, &[], "trapped: integer overflow");
        check(traps, unreachable, &[], "trapped: integer overflow, expected: unreachable");
        check(returns, unreachable, &[], "returned, expected trap: unreachable");
    }
}
