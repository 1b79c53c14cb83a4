//! The code generator's settings, the types of the program as it sees them, and what differs between
//! instruction sets: see [`Traits`].

mod aarch64;
mod x86_64;

use std::sync::Arc;

use cranelift_codegen::ir::{AbiParam, Signature, Type, types};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};

use wasiaot_targets::Arch;

use crate::options::Options;
use crate::parse::{FuncType, ValueType};
use crate::passes::Pass;
use crate::plan::Convention;

/// What the runtime's functions use.
pub(crate) const HOST_CALL_CONV: CallConv = CallConv::SystemV;

/// Whether Cranelift's own optimizations are part of compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Simplify {
    /// They are.
    Yes,
    /// Functions are lowered as they are.
    No,
}

/// What compiled functions use. The first has up to eight results of a kind in registers and is ready for
/// tail calls; where there are neither, it costs nothing against the second.
pub(crate) fn guest_call_conv(convention: Convention) -> CallConv {
    match convention {
        Convention::Tail => CallConv::Tail,
        Convention::Catch => CallConv::SystemV,
    }
}

/// Makes the code generator for the target and CPU level.
pub(crate) fn target_isa(
    options: &Options,
    convention: Convention,
    simplify: Simplify,
) -> Arc<dyn TargetIsa> {
    let allocates = options.passes.has(Pass::Allocate);
    let mut flags = settings::builder();
    let shared = [
        ("opt_level", if simplify == Simplify::Yes { "speed" } else { "none" }),
        ("regalloc_algorithm", if allocates { "backtracking" } else { "single_pass" }),
        ("is_pic", "false"),
        // Tells where functions save registers; it changes no code.
        ("unwind_info", if convention == Convention::Catch { "true" } else { "false" }),
        // Results that do not fit registers are returned in memory of the caller.
        ("enable_multi_ret_implicit_sret", "true"),
        // Backtraces walk frame pointers; on x86-64 the code generator always keeps them.
        ("preserve_frame_pointers", "true"),
        // A frame larger than a page touches each of its pages, so that it cannot jump over the guard.
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    ];
    for (name, value) in shared {
        flags.set(name, value).expect("the setting exists");
    }
    let triple: target_lexicon::Triple = options.target.triple.parse().expect("targets have valid triples");
    let mut builder =
        cranelift_codegen::isa::lookup(triple).expect("targets are built into the code generator");
    for feature in options.cpu.features {
        builder.enable(feature).expect("CPU levels name existing features");
    }
    builder.finish(settings::Flags::new(flags)).expect("the settings fit together")
}

/// What code generation has to know of an instruction set, beside what Cranelift knows itself. Each has a
/// file of its own with one of these; no other file asks for the instruction set.
pub(crate) struct Traits {
    /// Products, shuffles and selections of all types of vectors are single instructions.
    pub(crate) fast_vectors: Has,
    /// A compare-exchange of 32 bits compares 32 bits, whatever is above them.
    pub(crate) narrow_compare_exchange: Has,
    /// Bytes of code within which functions call each other and the functions of the groups before and after
    /// directly. `None` if calls reach all code.
    pub(crate) call_group_bytes: Option<u64>,
    /// What some functions of the runtime are replaced by.
    pub(crate) faster: &'static [Faster],
}

/// Another function of the runtime that does the same, faster.
pub(crate) struct Faster {
    pub(crate) function: &'static str,
    /// Which CPUs can execute it.
    pub(crate) on: Has,
    pub(crate) by: &'static str,
}

/// Which CPUs of an instruction set have something.
pub(crate) enum Has {
    /// All.
    Always,
    /// Those with a feature, in the words of Cranelift's settings.
    With(&'static str),
}

impl Has {
    /// Whether the CPUs that the program is built for have it.
    pub(crate) fn is_in(&self, options: &Options) -> bool {
        match self {
            Self::Always => true,
            Self::With(feature) => options.cpu.features.contains(feature),
        }
    }
}

/// What the instruction set of the target is like.
pub(crate) fn traits(options: &Options) -> &'static Traits {
    match options.target.arch {
        Arch::X86_64 => &x86_64::TRAITS,
        Arch::Aarch64 => &aarch64::TRAITS,
    }
}

/// The function of the runtime that is called where the program means this one.
pub(crate) fn fastest(function: &'static str, options: &Options) -> &'static str {
    let mut replaced = traits(options).faster.iter();
    let faster = replaced.find(|faster| faster.function == function && faster.on.is_in(options));
    faster.map_or(function, |faster| faster.by)
}

/// The code generator's type for a wasm type. References are 64-bit numbers: see `abi::context`.
pub(crate) fn clif_type<T>(ty: ValueType<T>) -> Type {
    match ty {
        ValueType::I32 => types::I32,
        ValueType::I64 | ValueType::Ref(_) => types::I64,
        ValueType::F32 => types::F32,
        ValueType::F64 => types::F64,
        // The shape of all vectors outside the operators.
        ValueType::V128 => types::I8X16,
    }
}

/// The signature of a compiled function.
pub(crate) fn guest_signature<T: Copy>(convention: Convention, ty: &FuncType<T>) -> Signature {
    let list = |types: &[ValueType<T>]| types.iter().map(|&ty| AbiParam::new(clif_type(ty))).collect();
    Signature { call_conv: guest_call_conv(convention), params: list(&ty.params), returns: list(&ty.results) }
}

/// The signature of a runtime function.
pub(crate) fn host_signature(params: &[Type], returns: &[Type]) -> Signature {
    let list = |types: &[Type]| types.iter().copied().map(AbiParam::new).collect();
    Signature { call_conv: HOST_CALL_CONV, params: list(params), returns: list(returns) }
}
