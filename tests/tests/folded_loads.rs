//! Loads of the last bytes of memory whose value is used at once.
//!
//! A code generator makes one instruction of a load and its use where it can, and that instruction must
//! not read more than the load does: behind the last byte is the guard. Each function here computes
//! something of loaded values twice, once with the values passed through a call, which nothing is folded
//! into, and compares the bits.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::{default_options, other_cpu, wast};

const I32_UNARY: &[&str] = &["clz", "ctz", "popcnt", "extend8_s", "extend16_s"];
const I64_UNARY: &[&str] = &["clz", "ctz", "popcnt", "extend8_s", "extend16_s", "extend32_s"];
const INT_BINARY: &[&str] = &[
    "add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl", "shr_s", "shr_u",
    "rotl", "rotr",
];
const INT_COMPARE: &[&str] = &["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
const FLOAT_UNARY: &[&str] = &["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"];
const FLOAT_BINARY: &[&str] = &["add", "sub", "mul", "div", "min", "max", "copysign"];
const FLOAT_COMPARE: &[&str] = &["eq", "ne", "lt", "gt", "le", "ge"];

/// Conversions: the operator, and the types of operand and result.
const CONVERSIONS: &[(&str, &str, &str)] = &[
    ("i32.wrap_i64", "i64", "i32"),
    ("i64.extend_i32_s", "i32", "i64"),
    ("i64.extend_i32_u", "i32", "i64"),
    ("i32.trunc_f32_s", "f32", "i32"),
    ("i32.trunc_f32_u", "f32", "i32"),
    ("i32.trunc_f64_s", "f64", "i32"),
    ("i32.trunc_f64_u", "f64", "i32"),
    ("i64.trunc_f32_s", "f32", "i64"),
    ("i64.trunc_f32_u", "f32", "i64"),
    ("i64.trunc_f64_s", "f64", "i64"),
    ("i64.trunc_f64_u", "f64", "i64"),
    ("i32.trunc_sat_f32_s", "f32", "i32"),
    ("i32.trunc_sat_f64_u", "f64", "i32"),
    ("i64.trunc_sat_f64_s", "f64", "i64"),
    ("i64.trunc_sat_f32_u", "f32", "i64"),
    ("f32.convert_i32_s", "i32", "f32"),
    ("f32.convert_i32_u", "i32", "f32"),
    ("f32.convert_i64_s", "i64", "f32"),
    ("f32.convert_i64_u", "i64", "f32"),
    ("f64.convert_i32_s", "i32", "f64"),
    ("f64.convert_i32_u", "i32", "f64"),
    ("f64.convert_i64_s", "i64", "f64"),
    ("f64.convert_i64_u", "i64", "f64"),
    ("f32.demote_f64", "f64", "f32"),
    ("f64.promote_f32", "f32", "f64"),
    ("i32.reinterpret_f32", "f32", "i32"),
    ("i64.reinterpret_f64", "f64", "i64"),
    ("f32.reinterpret_i32", "i32", "f32"),
    ("f64.reinterpret_i64", "i64", "f64"),
];

/// Vector operators with one operand.
const V128_UNARY: &[&str] = &[
    "v128.not",
    "i8x16.abs",
    "i8x16.neg",
    "i8x16.popcnt",
    "i16x8.abs",
    "i16x8.neg",
    "i16x8.extend_low_i8x16_s",
    "i16x8.extend_high_i8x16_u",
    "i16x8.extadd_pairwise_i8x16_s",
    "i32x4.abs",
    "i32x4.neg",
    "i32x4.extend_low_i16x8_u",
    "i32x4.extend_high_i16x8_s",
    "i32x4.extadd_pairwise_i16x8_u",
    "i32x4.trunc_sat_f32x4_s",
    "i32x4.trunc_sat_f32x4_u",
    "i32x4.trunc_sat_f64x2_s_zero",
    "i32x4.trunc_sat_f64x2_u_zero",
    "i64x2.abs",
    "i64x2.neg",
    "i64x2.extend_low_i32x4_s",
    "i64x2.extend_high_i32x4_u",
    "f32x4.abs",
    "f32x4.neg",
    "f32x4.sqrt",
    "f32x4.ceil",
    "f32x4.floor",
    "f32x4.trunc",
    "f32x4.nearest",
    "f32x4.convert_i32x4_s",
    "f32x4.convert_i32x4_u",
    "f32x4.demote_f64x2_zero",
    "f64x2.sqrt",
    "f64x2.nearest",
    "f64x2.convert_low_i32x4_s",
    "f64x2.convert_low_i32x4_u",
    "f64x2.promote_low_f32x4",
];

/// Vector operators with two operands.
const V128_BINARY: &[&str] = &[
    "v128.and",
    "v128.andnot",
    "v128.or",
    "v128.xor",
    "i8x16.add",
    "i8x16.sub",
    "i8x16.add_sat_s",
    "i8x16.sub_sat_u",
    "i8x16.avgr_u",
    "i8x16.min_s",
    "i8x16.max_u",
    "i8x16.eq",
    "i8x16.lt_u",
    "i8x16.gt_s",
    "i8x16.swizzle",
    "i8x16.narrow_i16x8_s",
    "i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23",
    "i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23",
    "i16x8.add",
    "i16x8.mul",
    "i16x8.q15mulr_sat_s",
    "i16x8.extmul_low_i8x16_s",
    "i16x8.extmul_high_i8x16_u",
    "i16x8.narrow_i32x4_u",
    "i16x8.min_u",
    "i16x8.ge_s",
    "i16x8.relaxed_dot_i8x16_i7x16_s",
    "i32x4.add",
    "i32x4.mul",
    "i32x4.dot_i16x8_s",
    "i32x4.extmul_low_i16x8_u",
    "i32x4.max_s",
    "i32x4.ne",
    "i64x2.add",
    "i64x2.mul",
    "i64x2.extmul_high_i32x4_s",
    "i64x2.eq",
    "i64x2.lt_s",
    "f32x4.add",
    "f32x4.sub",
    "f32x4.mul",
    "f32x4.div",
    "f32x4.min",
    "f32x4.max",
    "f32x4.pmin",
    "f32x4.pmax",
    "f32x4.eq",
    "f32x4.lt",
    "f64x2.add",
    "f64x2.mul",
    "f64x2.min",
    "f64x2.pmax",
    "f64x2.le",
];

/// Vector operators with one operand whose result is an `i32`.
const V128_TO_I32: &[&str] = &[
    "v128.any_true",
    "i8x16.all_true",
    "i16x8.all_true",
    "i32x4.all_true",
    "i64x2.all_true",
    "i8x16.bitmask",
    "i16x8.bitmask",
    "i32x4.bitmask",
    "i64x2.bitmask",
    "i8x16.extract_lane_s 0",
    "i8x16.extract_lane_u 15",
    "i16x8.extract_lane_u 7",
    "i32x4.extract_lane 0",
    "i32x4.extract_lane 3",
];

/// Shifts of vectors.
const V128_SHIFTS: &[&str] =
    &["i8x16.shl", "i8x16.shr_s", "i16x8.shr_u", "i16x8.shl", "i32x4.shr_s", "i64x2.shr_s", "i64x2.shl"];

/// Loads with their widths, by the type of the result.
fn loads(ty: &str) -> &'static [(&'static str, u32)] {
    match ty {
        "i32" => &[
            ("i32.load", 4),
            ("i32.load8_s", 1),
            ("i32.load8_u", 1),
            ("i32.load16_s", 2),
            ("i32.load16_u", 2),
        ],
        "i64" => &[
            ("i64.load", 8),
            ("i64.load8_s", 1),
            ("i64.load8_u", 1),
            ("i64.load16_s", 2),
            ("i64.load16_u", 2),
            ("i64.load32_s", 4),
            ("i64.load32_u", 4),
        ],
        "f32" => &[("f32.load", 4)],
        "v128" => &[
            ("v128.load", 16),
            ("v128.load8_splat", 1),
            ("v128.load16_splat", 2),
            ("v128.load32_splat", 4),
            ("v128.load64_splat", 8),
            ("v128.load32_zero", 4),
            ("v128.load64_zero", 8),
            ("v128.load8x8_s", 8),
            ("v128.load16x4_u", 8),
            ("v128.load32x2_s", 8),
        ],
        _ => &[("f64.load", 8)],
    }
}

/// A script in the making: functions, and one command for each.
#[derive(Default)]
struct Script {
    functions: String,
    commands: String,
    count: usize,
}

impl Script {
    /// Adds a function that computes `use_of` of operands, of which a load is `{}`; the result is a `ty`.
    fn add(&mut self, use_of: &str, operand: &str, ty: &str) {
        for (load, width) in loads(operand) {
            let loaded = format!("({load} (local.get 0))");
            let folded = use_of.replace("{}", &loaded);
            let called = use_of.replace("{}", &format!("(call $same_{operand} {loaded})"));
            let compare = match ty {
                "f32" => format!("(i32.eq (i32.reinterpret_f32 {folded}) (i32.reinterpret_f32 {called}))"),
                "v128" => format!("(i8x16.all_true (i8x16.eq {folded} {called}))"),
                "f64" => format!("(i64.eq (i64.reinterpret_f64 {folded}) (i64.reinterpret_f64 {called}))"),
                _ => format!("({ty}.eq {folded} {called})"),
            };
            let name = format!("{} {load}", self.count);
            self.count += 1;
            let _ = writeln!(self.functions, "(func (export \"{name}\") (param i32) (result i32) {compare})");
            let address = 65536 - width;
            let _ = writeln!(
                self.commands,
                "(assert_return (invoke \"{name}\" (i32.const {address})) (i32.const 1)) ;; {use_of}"
            );
        }
    }

    /// Adds a binary operator, with a load on either side and on both.
    fn add_binary(&mut self, op: &str, operand: &str, ty: &str) {
        let other = match operand {
            "v128" => "(v128.const i8x16 3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3)".to_owned(),
            _ => format!("({operand}.const 3)"),
        };
        self.add(&format!("({op} {{}} {other})"), operand, ty);
        self.add(&format!("({op} {other} {{}})"), operand, ty);
        self.add(&format!("({op} {{}} (call $three_{operand}))"), operand, ty);
        self.add(&format!("({op} (call $three_{operand}) {{}})"), operand, ty);
        self.add(&format!("({op} {{}} {{}})"), operand, ty);
    }
}

fn script() -> String {
    let mut script = Script::default();
    for (ty, unary) in [("i32", I32_UNARY), ("i64", I64_UNARY), ("f32", FLOAT_UNARY), ("f64", FLOAT_UNARY)] {
        for op in unary {
            script.add(&format!("({ty}.{op} {{}})"), ty, ty);
        }
        let is_float = ty.starts_with('f');
        for op in if is_float { FLOAT_BINARY } else { INT_BINARY } {
            script.add_binary(&format!("{ty}.{op}"), ty, ty);
        }
        for op in if is_float { FLOAT_COMPARE } else { INT_COMPARE } {
            script.add_binary(&format!("{ty}.{op}"), ty, "i32");
        }
        script.add(&format!("(select {{}} ({ty}.const 5) (local.get 0))"), ty, ty);
        script.add(&format!("(select ({ty}.const 5) {{}} (local.get 0))"), ty, ty);
    }
    for ty in ["i32", "i64"] {
        script.add(&format!("({ty}.eqz {{}})"), ty, "i32");
    }
    script.add("(select (i32.const 7) (local.get 0) {})", "i32", "i32");
    script.add("(if (result i32) {} (then (i32.const 1)) (else (local.get 0)))", "i32", "i32");
    for (op, operand, ty) in CONVERSIONS {
        script.add(&format!("({op} {{}})"), operand, ty);
    }
    add_vectors(&mut script);
    let mut helpers = "(func $three_v128 (result v128) (i32x4.splat (i32.const 3))) \
                       (func $same_v128 (param v128) (result v128) (local.get 0)) "
        .to_owned();
    for ty in ["i32", "i64", "f32", "f64"] {
        let _ = write!(helpers, "(func $same_{ty} (param {ty}) (result {ty}) (local.get 0)) ");
        let _ = write!(helpers, "(func $three_{ty} (result {ty}) ({ty}.const 3)) ");
    }
    // The last 8 bytes are an ordinary float of either width, and so are those before.
    format!(
        "(module (memory 1 1) (data (i32.const 65520) \"\\0a\\d7\\63\\41\\7a\\14\\2e\\40\\c3\\f5\\48\\40\\55\\55\\f5\\3f\") {helpers} {}) \n{}",
        script.functions.replace('\n', " "),
        script.commands
    )
}

fn add_vectors(script: &mut Script) {
    for op in V128_UNARY {
        script.add(&format!("({op} {{}})"), "v128", "v128");
    }
    for op in V128_BINARY {
        script.add_binary(op, "v128", "v128");
    }
    for op in V128_TO_I32 {
        script.add(&format!("({op} {{}})"), "v128", "i32");
    }
    for op in V128_SHIFTS {
        script.add(&format!("({op} {{}} (i32.const 3))"), "v128", "v128");
        script.add(&format!("({op} (call $three_v128) {{}})"), "i32", "v128");
    }
    for (op, operand) in
        [("i8x16", "i32"), ("i16x8", "i32"), ("i32x4", "i32"), ("i64x2", "i64"), ("f32x4", "f32")]
    {
        script.add(&format!("({op}.splat {{}})"), operand, "v128");
        script.add(&format!("({op}.replace_lane 1 (call $three_v128) {{}})"), operand, "v128");
    }
    script.add("(v128.bitselect {} (call $three_v128) {})", "v128", "v128");
    script.add("(select {} (call $three_v128) (local.get 0))", "v128", "v128");
    script.add("(f64x2.relaxed_madd (call $three_v128) {} {})", "v128", "v128");
    script.add("(f32x4.relaxed_nmadd {} {} (call $three_v128))", "v128", "v128");
}

#[test]
fn folded_loads() {
    let text = script();
    let default = default_options("folded");
    let baseline = &default.target.cpu_levels[0];
    for cpu in [baseline, default.cpu, other_cpu()] {
        for memory_mode in [MemoryMode::Guard, MemoryMode::Checked] {
            let options = Options { cpu, memory_mode, ..default.clone() };
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let outcome =
                wast::run(&text, "folded-loads", &options, folder).expect("the script itself is fine");
            assert!(outcome.assertions > 1000);
            let failed: Vec<String> = outcome
                .failures
                .iter()
                .map(|(&line, message)| {
                    let command = text.lines().nth(line as usize - 1).unwrap_or_default();
                    format!("{command}: {message}")
                })
                .collect();
            assert!(failed.is_empty(), "{} {memory_mode:?}: {failed:#?}", cpu.name);
        }
    }
}
