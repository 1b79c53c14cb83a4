//! A specification test script in an executable: what to call, and what each call is to do.
//!
//! The compiler makes one function of everything that a script instantiates, calls or reads, and of every
//! command a [`ScriptStep`], which tells what the arguments are and what is expected. Arguments are data,
//! so that nothing can be computed from them when the executable is made. The runtime's driver
//! ([`crate::host::SCRIPT_MAIN`]) runs them in order and goes on after traps. Only the project's own
//! tests contain this.

/// Most arguments, and most results, that a step may have.
pub const MAX_VALUES: usize = 1024;

/// One command of a script: an instantiation, an action or an assertion.
#[derive(Debug)]
#[repr(C)]
pub struct ScriptStep {
    /// Address of an `extern "C" fn(values: *mut ScriptValue)` that runs the command: it takes the arguments
    /// from there, and stores the results there, both in order and at most [`MAX_VALUES`].
    pub entry: u64,
    /// Address of the first argument, a [`ScriptValue`]; the arguments are contiguous.
    pub args: u64,
    /// Address of the first [`ResultPattern`]; the patterns are contiguous.
    pub patterns: u64,
    /// Number of arguments.
    pub args_len: u32,
    /// Number of patterns.
    pub patterns_len: u32,
    /// Number of results.
    pub results_len: u32,
    /// Line of the command in the script.
    pub line: u32,
    /// The number of the [`crate::trap::TrapCode`] that is expected, or 0 if none is.
    pub trap: u32,
    /// Zero: the size is a multiple of the alignment.
    pub padding: u32,
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
    assert!(size_of::<ScriptStep>() == 48);
    assert!(size_of::<ResultPattern>() == 40);
};
