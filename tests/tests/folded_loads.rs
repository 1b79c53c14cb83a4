//! Loads of the last bytes of memory whose value is used at once.
//!
//! A code generator makes one instruction of a load and its use where it can, and that instruction must
//! not read more than the load does: behind the last byte is the guard. Each function here computes
//! something of loaded values twice, once with the values passed through a call, which nothing is folded
//! into, and compares the bits.

use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::{default_options, native_cpu, wast};

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
        let other = format!("({operand}.const 3)");
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
    let mut helpers = String::new();
    for ty in ["i32", "i64", "f32", "f64"] {
        let _ = write!(helpers, "(func $same_{ty} (param {ty}) (result {ty}) (local.get 0)) ");
        let _ = write!(helpers, "(func $three_{ty} (result {ty}) ({ty}.const 3)) ");
    }
    // The last 8 bytes are an ordinary float of either width.
    format!(
        "(module (memory 1 1) (data (i32.const 65528) \"\\c3\\f5\\48\\40\\55\\55\\f5\\3f\") {helpers} {}) \n{}",
        script.functions.replace('\n', " "),
        script.commands
    )
}

#[test]
fn folded_loads() {
    let text = script();
    let default = default_options("folded");
    let baseline = &default.target.cpu_levels[0];
    for cpu in [baseline, default.cpu, native_cpu()] {
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
