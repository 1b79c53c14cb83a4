//! A specification test script in an executable: what to call, and what each call is to do.
//!
//! The compiler makes one function of every command of a script, with the arguments as constants, and
//! a [`ScriptStep`] that tells what is expected of it. The runtime's driver
//! ([`crate::host::SCRIPT_MAIN`]) runs them in order and goes on after traps. Only the project's own
//! tests contain this.

/// Most results that a step may have.
pub const MAX_RESULTS: usize = 1024;

/// One command of a script: an instantiation, an action or an assertion.
#[derive(Debug)]
#[repr(C)]
pub struct ScriptStep {
    /// Address of an `extern "C" fn(results: *mut ScriptValue)` that runs the command and stores its
    /// results in order, at most [`MAX_RESULTS`].
    pub entry: u64,
    /// Address of the first [`ResultPattern`]; the patterns are contiguous.
    pub patterns: u64,
    /// Number of patterns.
    pub patterns_len: u32,
    /// Number of results.
    pub results_len: u32,
    /// Line of the command in the script.
    pub line: u32,
    /// The number of the [`crate::trap::TrapCode`] that is expected, or 0 if none is.
    pub trap: u32,
}

/// A wasm value of any type: little-endian, with zeros above its own size. References are as
/// generated code represents them.
pub type ScriptValue = [u64; 2];

/// What a result may be. A result of which there are several patterns has to match one of them; one
/// of which there is none may be anything.
#[derive(Debug)]
#[repr(C)]
pub struct ResultPattern {
    /// Which result this is about.
    pub result: u32,
    /// 0: the bits in `mask` are those of `value`. 1: the result is not zero.
    ///
    /// Masks express what scripts say of floats. A canonical NaN is all but the sign bit, and an
    /// arithmetic NaN has all exponent bits and the quiet bit, whatever the rest is.
    pub nonzero: u32,
    /// The bits that count.
    pub mask: ScriptValue,
    /// What they are.
    pub value: ScriptValue,
}

const _: () = {
    assert!(size_of::<ScriptStep>() == 32);
    assert!(size_of::<ResultPattern>() == 40);
};
