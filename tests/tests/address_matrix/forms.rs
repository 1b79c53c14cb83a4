//! How functions compute the index of an access: what a code generator folds into an address, or might.

/// How a function computes the index from its parameters `$p` (of the index's type) and `$q` (an `i64`).
pub(crate) struct IndexForm {
    /// Its name.
    pub name: &'static str,
    /// The code.
    pub code: &'static str,
    /// The parameters that give an index.
    pub params: Params,
}

/// The parameters `$p` and `$q` that give an index; `None` if none give it.
pub(crate) enum Params {
    /// Of a form for `i32` indices.
    Narrow(fn(u32) -> Option<(u32, u64)>),
    /// Of a form for `i64` indices.
    Wide(fn(u64) -> Option<(u64, u64)>),
}

/// Bits that must not matter.
const GARBAGE: u64 = 0xdead_beef_0000_0000;

/// Every form for `i32` indices; the first is the parameter itself.
pub(crate) const INDEX_FORMS: &[IndexForm] = &[
    IndexForm { name: "plain", code: "(local.get $p)", params: Params::Narrow(|index| Some((index, 0))) },
    IndexForm {
        name: "add",
        code: "(i32.add (local.get $p) (i32.const 16))",
        params: Params::Narrow(|index| Some((index.wrapping_sub(16), 0))),
    },
    IndexForm {
        name: "add_large",
        code: "(i32.add (local.get $p) (i32.const 0x7fffffff))",
        params: Params::Narrow(|index| Some((index.wrapping_sub(0x7fff_ffff), 0))),
    },
    IndexForm {
        name: "add_negative",
        code: "(i32.add (local.get $p) (i32.const -16))",
        params: Params::Narrow(|index| Some((index.wrapping_add(16), 0))),
    },
    IndexForm {
        name: "sub",
        code: "(i32.sub (local.get $p) (i32.const 16))",
        params: Params::Narrow(|index| Some((index.wrapping_add(16), 0))),
    },
    IndexForm {
        name: "add_both",
        code: "(i32.add (local.get $p) (i32.wrap_i64 (local.get $q)))",
        params: Params::Narrow(|index| Some((index.wrapping_sub(0x9000_0001), GARBAGE | 0x9000_0001))),
    },
    IndexForm {
        name: "wrap",
        code: "(i32.wrap_i64 (local.get $q))",
        params: Params::Narrow(|index| Some((0, GARBAGE | u64::from(index)))),
    },
    IndexForm {
        name: "wrap_add",
        code: "(i32.wrap_i64 (i64.add (local.get $q) (i64.const 0x100000010)))",
        params: Params::Narrow(|index| Some((0, (GARBAGE | u64::from(index)).wrapping_sub(0x1_0000_0010)))),
    },
    IndexForm {
        name: "shl",
        code: "(i32.shl (local.get $p) (i32.const 1))",
        params: Params::Narrow(|index| (index % 2 == 0).then_some((index >> 1 | 1 << 31, 0))),
    },
    IndexForm {
        name: "shl_3",
        code: "(i32.shl (local.get $p) (i32.const 3))",
        params: Params::Narrow(|index| (index % 8 == 0).then_some((index >> 3 | 0b101 << 29, 0))),
    },
    IndexForm {
        name: "add_shl",
        code: "(i32.add (i32.wrap_i64 (local.get $q)) (i32.shl (local.get $p) (i32.const 2)))",
        params: Params::Narrow(|index| Some((0xc000_0003, GARBAGE | u64::from(index.wrapping_sub(12))))),
    },
    IndexForm {
        name: "mul",
        code: "(i32.mul (local.get $p) (i32.const 8))",
        params: Params::Narrow(|index| (index % 8 == 0).then_some((index >> 3 | 1 << 30, 0))),
    },
    IndexForm {
        name: "shr_u",
        code: "(i32.shr_u (local.get $p) (i32.const 4))",
        params: Params::Narrow(|index| (index >> 28 == 0).then_some((index << 4 | 9, 0))),
    },
    IndexForm {
        name: "shr_s",
        code: "(i32.shr_s (local.get $p) (i32.const 1))",
        params: Params::Narrow(|index| (index >> 30 == 0 || index >> 30 == 3).then_some((index << 1, 0))),
    },
    IndexForm {
        name: "and",
        code: "(i32.and (local.get $p) (i32.const 0x7ffffff8))",
        params: Params::Narrow(|index| (index & 0x8000_0007 == 0).then_some((index | 0x8000_0005, 0))),
    },
    IndexForm {
        name: "extend8",
        code: "(i32.extend8_s (local.get $p))",
        params: Params::Narrow(|index| {
            (!(128..0xffff_ff80).contains(&index)).then_some((index & 0xff | 0x5500, 0))
        }),
    },
    IndexForm {
        name: "select",
        code: "(select (local.get $p) (i32.const 3) (i32.eqz (i32.wrap_i64 (local.get $q))))",
        params: Params::Narrow(|index| Some((index, GARBAGE))),
    },
    IndexForm {
        name: "loaded",
        code: "(block (result i32) (global.set $g (local.get $p)) (global.get $g))",
        params: Params::Narrow(|index| Some((index, 0))),
    },
];

/// Every form for `i64` indices; the first is the parameter itself.
pub(crate) const WIDE_INDEX_FORMS: &[IndexForm] = &[
    IndexForm { name: "plain", code: "(local.get $p)", params: Params::Wide(|index| Some((index, 0))) },
    IndexForm {
        name: "add",
        code: "(i64.add (local.get $p) (i64.const 16))",
        params: Params::Wide(|index| Some((index.wrapping_sub(16), 0))),
    },
    IndexForm {
        name: "add_negative",
        code: "(i64.add (local.get $p) (i64.const -16))",
        params: Params::Wide(|index| Some((index.wrapping_add(16), 0))),
    },
    IndexForm {
        name: "add_large",
        code: "(i64.add (local.get $p) (i64.const 0x7fffffff))",
        params: Params::Wide(|index| Some((index.wrapping_sub(0x7fff_ffff), 0))),
    },
    IndexForm {
        name: "add_base",
        code: "(i64.add (local.get $p) (i64.const -0x70000000))",
        params: Params::Wide(|index| Some((index.wrapping_add(0x7000_0000), 0))),
    },
    IndexForm {
        name: "add_both",
        code: "(i64.add (local.get $p) (local.get $q))",
        params: Params::Wide(|index| Some((index.wrapping_sub(GARBAGE | 5), GARBAGE | 5))),
    },
    IndexForm {
        name: "shl",
        code: "(i64.shl (local.get $p) (i64.const 3))",
        params: Params::Wide(|index| (index % 8 == 0).then_some((index >> 3 | 0b101 << 61, 0))),
    },
    IndexForm {
        name: "extend_u",
        code: "(i64.extend_i32_u (i32.wrap_i64 (local.get $p)))",
        params: Params::Wide(|index| (index >> 32 == 0).then_some((GARBAGE | index, 0))),
    },
    IndexForm {
        name: "extend_s",
        code: "(i64.extend32_s (local.get $p))",
        params: Params::Wide(|index| {
            let fits = !(0x8000_0000..0xffff_ffff_8000_0000).contains(&index);
            fits.then_some((GARBAGE | index & 0xffff_ffff, 0))
        }),
    },
    IndexForm {
        name: "loaded",
        code: "(block (result i64) (global.set $g64 (local.get $p)) (global.get $g64))",
        params: Params::Wide(|index| Some((index, 0))),
    },
];
