//! Loads and stores at every kind of address: what an error in address arithmetic would get wrong.
//!
//! Operator × constant offset × the form of the index, at the first and last byte of the memory and
//! beyond, with a guard and with explicit checks. Each case is a command of a script, so that an executable
//! covers thousands. What is expected is computed here, by a model of the memory; nothing of it is shared
//! with the compiler. `SLOW=1` makes every combination, otherwise every operator meets every offset, every
//! form meets every offset, and each operator meets a few forms.

mod forms;
mod operators;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::{default_options, wast};

use forms::{INDEX_FORMS, IndexForm};
use operators::{Model, Operator, ones, operators, type_bytes};

/// Bytes of a WebAssembly page.
const PAGE: u64 = 65536;

/// Constant offsets: none, small ones, and both sides of where the form of the code changes: what fits
/// 8 bits, what fits 31 bits together with the base, the end of the guard, and 32 bits.
const OFFSETS: &[u64] = &[
    0,
    1,
    7,
    127,
    128,
    4095,
    65535,
    65536,
    0x0fff_fff0,
    0x0fff_ffff,
    0x1000_0000,
    0x7fff_fff0,
    0x7fff_fff8,
    0x7fff_fffc,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fff8,
    0xffff_ffff,
];

/// The offsets that are used if not all are (`SLOW=1`).
const FEW_OFFSETS: &[u64] = &[0, 7, 0x0fff_ffff, 0x7fff_fffc, 0xffff_ffff];

fn is_slow() -> bool {
    std::env::var_os("SLOW").is_some_and(|value| value == "1")
}

fn offsets() -> &'static [u64] {
    if is_slow() { OFFSETS } else { FEW_OFFSETS }
}

/// A script in the making.
struct Script {
    functions: String,
    commands: String,
    model: Model,
    /// What each command is, by its line: lines are counted from the first command.
    descriptions: Vec<String>,
    /// Makes every stored value another one.
    stored: u64,
}

impl Script {
    /// A memory of `pages`, and something at both ends of it.
    fn new(pages: u64) -> Self {
        let model = Model { len: pages * PAGE, bytes: BTreeMap::new() };
        let mut script = Self {
            functions: String::new(),
            commands: String::new(),
            model,
            descriptions: Vec::new(),
            stored: 0,
        };
        for (start, seed) in [(0, 0x81), (script.model.len.saturating_sub(64), 0xc3)] {
            for index in 0..64.min(script.model.len) {
                let byte = (seed + 29 * index) & 0xff;
                script.model.bytes.insert(start + index, byte as u8);
                let description = format!("fill {:#x}", start + index);
                let command = format!(
                    "(invoke \"fill\" (i32.const {:#x}) (i32.const {byte:#x}))",
                    (start + index) as u32
                );
                script.command(&command, &description);
            }
        }
        script
    }

    fn command(&mut self, command: &str, description: &str) {
        self.commands += command;
        self.commands.push('\n');
        self.descriptions.push(description.to_owned());
    }

    /// The addresses that matter for a width: at both ends, across the end, and far outside.
    fn addresses(&self, width: u64, offset: u64) -> Vec<u64> {
        let len = self.model.len;
        let mut addresses = vec![0, 1, 8, 63];
        for below in [width + 8, width + 1, width, width - 1, 1, 0] {
            addresses.extend(len.checked_sub(below));
        }
        addresses.extend([len + 1, len + 8, len + 4096, len + PAGE, 0x7fff_ffff, 0x8000_0000]);
        // The largest index, whatever that comes to.
        addresses.extend([0xffff_ffff + offset, 0xffff_fff8 + offset, offset, offset + 8]);
        addresses.sort_unstable();
        addresses.dedup();
        addresses
    }

    /// Adds a function with an operator at a constant offset and a form of index, and calls of it.
    fn add(&mut self, operator: &Operator, offset: u64, form: &IndexForm) {
        let Operator { name, ty, width, .. } = operator;
        let immediate = operator.immediate();
        let function = format!("{name} {immediate} {offset:#x} {}", form.name);
        let operands = operator.operands();
        let params = format!("(param {ty})").repeat(operands);
        let result = if operator.gives() { format!("(result {ty})") } else { String::new() };
        let gets: Vec<String> = (0..operands).map(|operand| format!("(local.get {})", 2 + operand)).collect();
        let _ = writeln!(
            self.functions,
            "(func (export \"{function}\") (param $p i32) (param $q i64) {params} {result} \
             ({name} offset={offset:#x} {immediate} {} {}))",
            form.code,
            gets.join(" ")
        );
        for address in self.addresses(*width, offset) {
            let Some(call) = call(&function, address, offset, form) else { continue };
            self.add_call(operator, &call, address, &format!("{function} at {address:#x}"));
        }
    }

    fn add_call(&mut self, operator: &Operator, call: &str, address: u64, description: &str) {
        let ty = operator.ty;
        // Bits above those that are in memory are not to matter.
        let garbage = self.random();
        let expected = match self.model.len.checked_sub(operator.width) {
            Some(last) if address <= last => self.model.load(address, operator.width),
            _ => 0,
        } | garbage & !ones(operator.width);
        let operand = self.random();
        let args = match operator.operands() {
            0 => String::new(),
            1 => constant(ty, operand),
            _ => constant(ty, expected) + " " + &constant(ty, operand),
        };
        let command = match self.model.run(operator, address, operand) {
            Ok(Some(result)) => format!("(assert_return (invoke {call} {args}) {})", constant(ty, result)),
            Ok(None) => format!("(assert_return (invoke {call} {args}))"),
            Err(trap) => format!("(assert_trap (invoke {call} {args}) \"{trap}\")"),
        };
        self.command(&command, description);
        if operator.writes() {
            self.peek(address, description);
        }
    }

    fn random(&mut self) -> u128 {
        let mut half = || {
            self.stored = self.stored.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            u128::from(self.stored ^ self.stored >> 33)
        };
        half() << 64 | half()
    }

    /// Checks what is around an address: a store writes its own bytes only, or none.
    fn peek(&mut self, address: u64, description: &str) {
        if let Some(last) = self.model.len.checked_sub(32) {
            let start = address.saturating_sub(8).min(last);
            let value = |offset| self.model.load(start + offset, 8);
            let [first, second, third, fourth] = [value(0), value(8), value(16), value(24)];
            let command = format!(
                "(assert_return (invoke \"peek\" (i32.const {:#x})) \
                 (i64.const {first:#x}) (i64.const {second:#x}) (i64.const {third:#x}) \
                 (i64.const {fourth:#x}))",
                start as u32
            );
            self.command(&command, &format!("{description}, memory at {start:#x}"));
        }
    }

    /// Runs the script with a guard and with explicit checks. The memory starts with `start_pages` and
    /// grows to what the script is about.
    #[track_caller]
    fn check(&self, name: &str, start_pages: u64, modes: &[MemoryMode]) {
        let pages = self.model.len / PAGE;
        let module = format!(
            "(module (memory {start_pages}) (global $g (mut i32) (i32.const 0)) {} \
             (func (export \"fill\") (param i32 i32) (i32.store8 (local.get 0) (local.get 1))) \
             (func (export \"peek\") (param i32) (result i64 i64 i64 i64) (i64.load (local.get 0)) \
             (i64.load offset=8 (local.get 0)) (i64.load offset=16 (local.get 0)) \
             (i64.load offset=24 (local.get 0))) \
             (func (export \"grow\") (result i32) (memory.grow (i32.const {}))))",
            self.functions.replace('\n', " "),
            pages - start_pages
        );
        let grow = format!("(assert_return (invoke \"grow\") (i32.const {start_pages}))");
        let text = format!("{module} {grow}\n{}", self.commands);
        for &memory_mode in modes {
            let options = Options { memory_mode, ..default_options(name) };
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let file = format!("address-{name}-{memory_mode:?}");
            let outcome = wast::run(&text, &file, &options, folder).expect("the script itself is fine");
            let failed: Vec<String> = outcome
                .failures
                .iter()
                .take(10)
                .map(|(&line, message)| {
                    let description = match line {
                        1 => "grow",
                        _ => &self.descriptions[line as usize - 2],
                    };
                    format!("{description}: {message}")
                })
                .collect();
            let count = outcome.failures.len();
            assert!(count == 0, "{memory_mode:?}: {count} of {} failed: {failed:#?}", outcome.assertions);
        }
    }
}

/// The function with the arguments that make it access `address`, if there are any.
fn call(function: &str, address: u64, offset: u64, form: &IndexForm) -> Option<String> {
    let index = u32::try_from(address.checked_sub(offset)?).ok()?;
    let (p, q) = (form.params)(index)?;
    Some(format!("\"{function}\" (i32.const {p:#x}) (i64.const {q:#x})"))
}

/// A constant of a type, of as many low bits as that has.
fn constant(ty: &str, bits: u128) -> String {
    let bits = bits & ones(type_bytes(ty));
    let low = bits as u64;
    match ty {
        "f32" => format!("({ty}.const {})", float(low, 32, 23)),
        "f64" => format!("({ty}.const {})", float(low, 64, 52)),
        "v128" => format!("({ty}.const i64x2 {low:#x} {:#x})", (bits >> 64) as u64),
        _ => format!("({ty}.const {low:#x})"),
    }
}

/// A float of these bits, exactly.
fn float(bits: u64, width: u32, fraction_width: u32) -> String {
    let sign = if bits >> (width - 1) == 1 { "-" } else { "" };
    let fraction = bits & ((1 << fraction_width) - 1);
    let exponent_width = width - 1 - fraction_width;
    let exponent = bits >> fraction_width & ((1 << exponent_width) - 1);
    let bias = (1i64 << (exponent_width - 1)) - 1;
    // The fraction as a number of whole units of its last place.
    let unit = |exponent: i64| exponent - bias - i64::from(fraction_width);
    match exponent.cast_signed() {
        0 => format!("{sign}{fraction:#x}p{}", unit(1)),
        all_ones if all_ones == 2 * bias + 1 && fraction == 0 => format!("{sign}inf"),
        all_ones if all_ones == 2 * bias + 1 => format!("{sign}nan:{fraction:#x}"),
        exponent => format!("{sign}{:#x}p{}", fraction | 1 << fraction_width, unit(exponent)),
    }
}

const BOTH_MODES: &[MemoryMode] = &[MemoryMode::Guard, MemoryMode::Checked];

/// Every operator with every offset, and with a few forms of the index.
fn all_operators(pages: u64) -> Script {
    let mut script = Script::new(pages);
    let mut form = 0;
    for operator in operators(is_slow()) {
        for &offset in offsets() {
            script.add(&operator, offset, &INDEX_FORMS[0]);
        }
        for round in 0..2 {
            form = (form + 1) % INDEX_FORMS.len();
            if form != 0 && !is_slow() {
                script.add(&operator, offsets()[(form + round) % offsets().len()], &INDEX_FORMS[form]);
            }
        }
        if is_slow() {
            for form in &INDEX_FORMS[1..] {
                offsets().iter().for_each(|&offset| script.add(&operator, offset, form));
            }
        }
    }
    script
}

/// Every form of the index with every offset, for a load, a store, and an atomic access.
fn index_forms(pages: u64) -> Script {
    let mut script = Script::new(pages);
    let mut some = operators(false);
    some.retain(|operator| {
        ["i64.load", "i32.store", "i64.atomic.rmw32.xor_u"].contains(&operator.name.as_str())
    });
    for form in INDEX_FORMS {
        for &offset in offsets() {
            some.iter().for_each(|operator| script.add(operator, offset, form));
        }
    }
    script
}

#[test]
fn operators_in_one_page() {
    all_operators(1).check("operators", 1, BOTH_MODES);
}

#[test]
fn index_forms_in_one_page() {
    index_forms(1).check("forms", 1, BOTH_MODES);
}

#[test]
fn empty() {
    all_operators(0).check("empty", 0, BOTH_MODES);
}

#[test]
fn grown() {
    index_forms(3).check("grown", 1, BOTH_MODES);
}

/// Around the middle of the address range, where sign extension would show. Only the pages that are
/// touched exist.
#[test]
fn two_gigabytes() {
    index_forms(32769).check("half", 32769, BOTH_MODES);
}

/// The largest memory. Without a guard, the system may refuse to promise as much.
#[test]
fn four_gigabytes() {
    all_operators(65536).check("large-operators", 65536, &[MemoryMode::Guard]);
    index_forms(65536).check("large-forms", 1, &[MemoryMode::Guard]);
}
