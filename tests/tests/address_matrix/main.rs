//! Loads and stores at every kind of address: what an error in address arithmetic would get wrong.
//!
//! Operator × constant offset × the form of the index, at the first and last byte of the memory and
//! beyond, with a guard and with explicit checks; in a program's first memory, in another one, and in one
//! with 64-bit addresses. Each case is a command of a script, so that an executable covers thousands. What
//! is expected is computed here, by a model of the memory; nothing of it is shared
//! with the compiler. `SLOW=1` makes every combination, otherwise every operator meets every offset, every
//! form meets every offset, and each operator meets a few forms.

mod forms;
mod operators;
mod space;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_targets::Arch;
use wasiaot_tests::{default_options, platform, wast};

use forms::{IndexForm, Params};
use operators::{Model, Operator, ones, operators, type_bytes};
use space::Space;

/// What marks commands that only a program without explicit checks needs.
const RESTORE: &str = "(; with a guard ;)";

/// Bytes of a WebAssembly page.
const PAGE: u64 = 65536;

fn is_slow() -> bool {
    std::env::var_os("SLOW").is_some_and(|value| value == "1")
}

/// A script in the making.
struct Script {
    space: Space,
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
    fn new(space: Space, pages: u64) -> Self {
        let model = Model { len: pages * PAGE, bytes: BTreeMap::new() };
        let mut script = Self {
            space,
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
                    "(invoke \"fill\" ({}.const {:#x}) (i32.const {byte:#x}))",
                    space.index_type(),
                    start + index
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
    fn addresses(&self, width: u64, offset: u64) -> Vec<u128> {
        let (len, width, offset) = (u128::from(self.model.len), u128::from(width), u128::from(offset));
        let mut addresses = vec![0, 1, 8, 63];
        for below in [width + 8, width + 1, width, width - 1, 1, 0] {
            addresses.extend(len.checked_sub(below));
        }
        addresses.extend([len + 1, len + 8, len + 4096, len + u128::from(PAGE), 0x7fff_ffff, 0x8000_0000]);
        // The largest indices, whatever they come to, and those that wrap to the start and the end.
        let largest = u128::from(self.space.largest_index());
        addresses.extend([largest + offset, largest - 7 + offset, offset, offset + 8]);
        if self.space == Space::Wide {
            addresses.extend([largest, largest + 1, largest + 1 + len - width, (1 << 63) + 8, 1 << 32]);
        }
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
            "(func (export \"{function}\") (param $p {}) (param $q i64) {params} {result} \
             ({name} $m offset={offset:#x} {immediate} {} {}))",
            self.space.index_type(),
            form.code,
            gets.join(" ")
        );
        for address in self.addresses(*width, offset) {
            let Some(call) = call(&function, address, offset, form) else { continue };
            self.add_call(operator, &call, address, &format!("{function} at {address:#x}"));
        }
    }

    fn add_call(&mut self, operator: &Operator, call: &str, address: u128, description: &str) {
        let ty = operator.ty;
        // Bits above those that are in memory are not to matter.
        let garbage = self.random();
        let expected = match self.model.inside(address, operator.width) {
            Some(address) => self.model.load(address, operator.width),
            None => 0,
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
            if command.starts_with("(assert_trap") {
                self.restore(address, description);
            }
            self.peek(address, description);
        }
    }

    /// Writes again what a store at an address has perhaps written in part before it trapped: see case 1 in
    /// `codegen/bounds.rs`. Explicit checks come before the store, so that it has written nothing.
    fn restore(&mut self, address: u128, description: &str) {
        let Ok(start) = u64::try_from(address) else { return };
        if platform::target().arch != Arch::Aarch64 || self.space == Space::Wide {
            return;
        }
        // Stores are of 16 bytes at most.
        for address in start..self.model.len.min(start.saturating_add(16)) {
            let (index, byte) = (self.space.index_type(), self.model.load(address, 1));
            let command =
                format!("{RESTORE} (invoke \"fill\" ({index}.const {address:#x}) (i32.const {byte:#x}))");
            self.command(&command, &format!("{description}, restoring {address:#x}"));
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
    fn peek(&mut self, address: u128, description: &str) {
        if let Some(last) = self.model.len.checked_sub(32) {
            let start = address.saturating_sub(8).min(last.into()) as u64;
            let value = |offset| self.model.load(start + offset, 8);
            let [first, second, third, fourth] = [value(0), value(8), value(16), value(24)];
            let command = format!(
                "(assert_return (invoke \"peek\" ({}.const {start:#x})) \
                 (i64.const {first:#x}) (i64.const {second:#x}) (i64.const {third:#x}) \
                 (i64.const {fourth:#x}))",
                self.space.index_type()
            );
            self.command(&command, &format!("{description}, memory at {start:#x}"));
        }
    }

    /// Runs the script with a guard and with explicit checks. The memory starts with `start_pages` and
    /// grows to what the script is about.
    #[track_caller]
    fn check(&self, name: &str, start_pages: u64, modes: &[MemoryMode]) {
        let pages = self.model.len / PAGE;
        let index = self.space.index_type();
        let module = format!(
            "(module {} (global $g (mut i32) (i32.const 0)) (global $g64 (mut i64) (i64.const 0)) {} \
             (func (export \"fill\") (param {index} i32) (i32.store8 $m (local.get 0) (local.get 1))) \
             (func (export \"peek\") (param {index}) (result i64 i64 i64 i64) (i64.load $m (local.get 0)) \
             (i64.load $m offset=8 (local.get 0)) (i64.load $m offset=16 (local.get 0)) \
             (i64.load $m offset=24 (local.get 0))) \
             (func (export \"grow\") (result {index}) (memory.grow $m ({index}.const {}))))",
            self.space.declaration(start_pages, pages),
            self.functions.replace('\n', " "),
            pages - start_pages
        );
        let grow = format!("(assert_return (invoke \"grow\") ({index}.const {start_pages}))");
        let text = format!("{module} {grow}\n{}", self.commands);
        for &memory_mode in modes {
            let text = match memory_mode {
                MemoryMode::Guard => text.clone(),
                MemoryMode::Checked => text.replace(RESTORE, ";;"),
            };
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
fn call(function: &str, address: u128, offset: u64, form: &IndexForm) -> Option<String> {
    let index = address.checked_sub(offset.into())?;
    let (p, q) = match form.params {
        Params::Narrow(params) => {
            let (p, q) = params(u32::try_from(index).ok()?)?;
            (format!("(i32.const {p:#x})"), q)
        }
        Params::Wide(params) => {
            let (p, q) = params(u64::try_from(index).ok()?)?;
            (format!("(i64.const {p:#x})"), q)
        }
    };
    Some(format!("\"{function}\" {p} (i64.const {q:#x})"))
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
fn all_operators(space: Space, pages: u64) -> Script {
    let mut script = Script::new(space, pages);
    let (forms, offsets) = (space.index_forms(), space.offsets());
    let mut form = 0;
    for operator in operators(is_slow()) {
        for &offset in &offsets {
            script.add(&operator, offset, &forms[0]);
        }
        for round in 0..2 {
            form = (form + 1) % forms.len();
            if form != 0 && !is_slow() {
                script.add(&operator, offsets[(form + round) % offsets.len()], &forms[form]);
            }
        }
        if is_slow() {
            for form in &forms[1..] {
                offsets.iter().for_each(|&offset| script.add(&operator, offset, form));
            }
        }
    }
    script
}

/// Every form of the index with every offset, for a load, a store, and an atomic access.
fn index_forms(space: Space, pages: u64) -> Script {
    let mut script = Script::new(space, pages);
    let mut some = operators(false);
    some.retain(|operator| {
        ["i64.load", "i32.store", "i64.atomic.rmw32.xor_u"].contains(&operator.name.as_str())
    });
    for form in space.index_forms() {
        for offset in space.offsets() {
            some.iter().for_each(|operator| script.add(operator, offset, form));
        }
    }
    script
}

#[test]
fn operators_in_one_page() {
    all_operators(Space::First, 1).check("operators", 1, BOTH_MODES);
}

#[test]
fn index_forms_in_one_page() {
    index_forms(Space::First, 1).check("forms", 1, BOTH_MODES);
}

#[test]
fn second_memory() {
    all_operators(Space::Second, 1).check("second-operators", 1, BOTH_MODES);
    index_forms(Space::Second, 2).check("second-forms", 1, BOTH_MODES);
    all_operators(Space::Second, 0).check("second-empty", 0, BOTH_MODES);
}

/// The same code in both modes: only the first is run.
#[test]
fn wide_memory() {
    all_operators(Space::Wide, 1).check("wide-operators", 1, &BOTH_MODES[..1]);
    index_forms(Space::Wide, 3).check("wide-forms", 1, &BOTH_MODES[..1]);
    all_operators(Space::Wide, 0).check("wide-empty", 0, &BOTH_MODES[..1]);
    // More than 32 bits address; only the pages that are touched exist.
    index_forms(Space::Wide, 65538).check("wide-large", 2, &BOTH_MODES[..1]);
}

#[test]
fn empty() {
    all_operators(Space::First, 0).check("empty", 0, BOTH_MODES);
}

#[test]
fn grown() {
    index_forms(Space::First, 3).check("grown", 1, BOTH_MODES);
}

/// Around the middle of the address range, where sign extension would show. Only the pages that are
/// touched exist.
#[test]
fn two_gigabytes() {
    index_forms(Space::First, 32769).check("half", 32769, BOTH_MODES);
}

/// The largest memory. Without a guard, the system may refuse to promise as much.
#[test]
fn four_gigabytes() {
    all_operators(Space::First, 65536).check("large-operators", 65536, &[MemoryMode::Guard]);
    index_forms(Space::First, 65536).check("large-forms", 1, &[MemoryMode::Guard]);
    index_forms(Space::First, 65535).check("largest-without-maximum", 1, &[MemoryMode::Guard]);
}
