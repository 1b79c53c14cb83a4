//! Loads and stores at every kind of address: what an error in address arithmetic would get wrong.
//!
//! Width × extension × constant offset × the form of the index, at the first and last byte of the memory
//! and beyond, with a guard and with explicit checks. Each case is a command of a script, so that an
//! executable covers thousands. What is expected is computed here, by a model of the memory; nothing of
//! it is shared with the compiler.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use wasiaot_compiler::{MemoryMode, Options};
use wasiaot_tests::{default_options, wast};

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

fn offsets() -> &'static [u64] {
    if std::env::var_os("SLOW").is_some_and(|value| value == "1") { OFFSETS } else { FEW_OFFSETS }
}

/// A load: its name, width in bytes, whether it extends the sign, and the width of its result.
struct Load(&'static str, u64, bool, u64);

const LOADS: &[Load] = &[
    Load("i32.load8_s", 1, true, 4),
    Load("i32.load8_u", 1, false, 4),
    Load("i32.load16_s", 2, true, 4),
    Load("i32.load16_u", 2, false, 4),
    Load("i32.load", 4, false, 4),
    Load("i64.load8_s", 1, true, 8),
    Load("i64.load8_u", 1, false, 8),
    Load("i64.load16_s", 2, true, 8),
    Load("i64.load16_u", 2, false, 8),
    Load("i64.load32_s", 4, true, 8),
    Load("i64.load32_u", 4, false, 8),
    Load("i64.load", 8, false, 8),
    Load("f32.load", 4, false, 4),
    Load("f64.load", 8, false, 8),
];

/// A store: its name, and its width in bytes.
struct Store(&'static str, u64);

const STORES: &[Store] = &[
    Store("i32.store8", 1),
    Store("i32.store16", 2),
    Store("i32.store", 4),
    Store("i64.store8", 1),
    Store("i64.store16", 2),
    Store("i64.store32", 4),
    Store("i64.store", 8),
    Store("f32.store", 4),
    Store("f64.store", 8),
];

/// How a function computes the index from its parameters `$p` (an `i32`) and `$q` (an `i64`), and the
/// parameters that give an index.
struct IndexForm {
    name: &'static str,
    code: &'static str,
    /// `None` if no parameters give it.
    params: fn(u32) -> Option<(u32, u64)>,
}

/// Bits that must not matter.
const GARBAGE: u64 = 0xdead_beef_0000_0000;

const INDEX_FORMS: &[IndexForm] = &[
    IndexForm { name: "plain", code: "(local.get $p)", params: |index| Some((index, 0)) },
    IndexForm {
        name: "add",
        code: "(i32.add (local.get $p) (i32.const 16))",
        params: |index| Some((index.wrapping_sub(16), 0)),
    },
    IndexForm {
        name: "add_large",
        code: "(i32.add (local.get $p) (i32.const 0x7fffffff))",
        params: |index| Some((index.wrapping_sub(0x7fff_ffff), 0)),
    },
    IndexForm {
        name: "add_negative",
        code: "(i32.add (local.get $p) (i32.const -16))",
        params: |index| Some((index.wrapping_add(16), 0)),
    },
    IndexForm {
        name: "sub",
        code: "(i32.sub (local.get $p) (i32.const 16))",
        params: |index| Some((index.wrapping_add(16), 0)),
    },
    IndexForm {
        name: "add_both",
        code: "(i32.add (local.get $p) (i32.wrap_i64 (local.get $q)))",
        params: |index| Some((index.wrapping_sub(0x9000_0001), GARBAGE | 0x9000_0001)),
    },
    IndexForm {
        name: "wrap",
        code: "(i32.wrap_i64 (local.get $q))",
        params: |index| Some((0, GARBAGE | u64::from(index))),
    },
    IndexForm {
        name: "wrap_add",
        code: "(i32.wrap_i64 (i64.add (local.get $q) (i64.const 0x100000010)))",
        params: |index| Some((0, (GARBAGE | u64::from(index)).wrapping_sub(0x1_0000_0010))),
    },
    IndexForm {
        name: "shl",
        code: "(i32.shl (local.get $p) (i32.const 1))",
        params: |index| (index % 2 == 0).then_some((index >> 1 | 1 << 31, 0)),
    },
    IndexForm {
        name: "shl_3",
        code: "(i32.shl (local.get $p) (i32.const 3))",
        params: |index| (index % 8 == 0).then_some((index >> 3 | 0b101 << 29, 0)),
    },
    IndexForm {
        name: "add_shl",
        code: "(i32.add (i32.wrap_i64 (local.get $q)) (i32.shl (local.get $p) (i32.const 2)))",
        params: |index| Some((0xc000_0003, GARBAGE | u64::from(index.wrapping_sub(12)))),
    },
    IndexForm {
        name: "mul",
        code: "(i32.mul (local.get $p) (i32.const 8))",
        params: |index| (index % 8 == 0).then_some((index >> 3 | 1 << 30, 0)),
    },
    IndexForm {
        name: "shr_u",
        code: "(i32.shr_u (local.get $p) (i32.const 4))",
        params: |index| (index >> 28 == 0).then_some((index << 4 | 9, 0)),
    },
    IndexForm {
        name: "shr_s",
        code: "(i32.shr_s (local.get $p) (i32.const 1))",
        params: |index| (index >> 30 == 0 || index >> 30 == 3).then_some((index << 1, 0)),
    },
    IndexForm {
        name: "and",
        code: "(i32.and (local.get $p) (i32.const 0x7ffffff8))",
        params: |index| (index & 0x8000_0007 == 0).then_some((index | 0x8000_0005, 0)),
    },
    IndexForm {
        name: "extend8",
        code: "(i32.extend8_s (local.get $p))",
        params: |index| (!(128..0xffff_ff80).contains(&index)).then_some((index & 0xff | 0x5500, 0)),
    },
    IndexForm {
        name: "select",
        code: "(select (local.get $p) (i32.const 3) (i32.eqz (i32.wrap_i64 (local.get $q))))",
        params: |index| Some((index, GARBAGE)),
    },
    IndexForm {
        name: "loaded",
        code: "(block (result i32) (global.set $g (local.get $p)) (global.get $g))",
        params: |index| Some((index, 0)),
    },
];

/// A linear memory that is zero except for what was written.
struct Model {
    len: u64,
    bytes: BTreeMap<u64, u8>,
}

impl Model {
    fn load(&self, address: u64, width: u64) -> Option<u64> {
        if address + width > self.len {
            return None;
        }
        let byte = |index: u64| u64::from(self.bytes.get(&(address + index)).copied().unwrap_or(0));
        Some((0..width).map(|index| byte(index) << (8 * index)).sum())
    }

    fn store(&mut self, address: u64, width: u64, value: u64) -> Option<()> {
        if address + width > self.len {
            return None;
        }
        for index in 0..width {
            self.bytes.insert(address + index, (value >> (8 * index)) as u8);
        }
        Some(())
    }
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

const TRAP: &str = "out of bounds memory access";

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

    fn add_load(&mut self, load: &Load, offset: u64, form: &IndexForm) {
        let Load(op, width, signed, result_width) = *load;
        let function = format!("{op} {offset:#x} {}", form.name);
        let ty = &op[..3];
        let _ = writeln!(
            self.functions,
            "(func (export \"{function}\") (param $p i32) (param $q i64) (result {ty}) ({op} offset={offset:#x} {}))",
            form.code
        );
        for address in self.addresses(width, offset) {
            let Some(call) = call(&function, address, offset, form) else { continue };
            let loaded = self.model.load(address, width);
            let expected = loaded.map(|value| if signed { sign_extend(value, width) } else { value });
            let command = match expected {
                Some(value) => {
                    format!("(assert_return (invoke {call}) {})", constant(ty, value, result_width))
                }
                None => format!("(assert_trap (invoke {call}) \"{TRAP}\")"),
            };
            self.command(&command, &format!("{function} at {address:#x}"));
        }
    }

    fn add_store(&mut self, store: &Store, offset: u64, form: &IndexForm) {
        let Store(op, width) = *store;
        let function = format!("{op} {offset:#x} {}", form.name);
        let ty = &op[..3];
        let _ = writeln!(
            self.functions,
            "(func (export \"{function}\") (param $p i32) (param $q i64) (param $v {ty}) \
             ({op} offset={offset:#x} {} (local.get $v)))",
            form.code
        );
        for address in self.addresses(width, offset) {
            let Some(call) = call(&function, address, offset, form) else { continue };
            self.stored = self.stored.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            let value = constant(ty, self.stored, if ty.ends_with("64") { 8 } else { 4 });
            let description = format!("{function} at {address:#x}");
            let command = match self.model.store(address, width, self.stored) {
                Some(()) => format!("(assert_return (invoke {call} {value}))"),
                None => format!("(assert_trap (invoke {call} {value}) \"{TRAP}\")"),
            };
            self.command(&command, &description);
            self.peek(address, &description);
        }
    }

    /// Checks what is around an address: a store writes its own bytes only, or none.
    fn peek(&mut self, address: u64, description: &str) {
        if let Some(last) = self.model.len.checked_sub(24) {
            let start = address.saturating_sub(8).min(last);
            let value = |offset| self.model.load(start + offset, 8).expect("inside the memory");
            let [first, second, third] = [value(0), value(8), value(16)];
            let command = format!(
                "(assert_return (invoke \"peek\" (i32.const {:#x})) \
                 (i64.const {first:#x}) (i64.const {second:#x}) (i64.const {third:#x}))",
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
             (func (export \"peek\") (param i32) (result i64 i64 i64) (i64.load (local.get 0)) \
             (i64.load offset=8 (local.get 0)) (i64.load offset=16 (local.get 0))) \
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

fn sign_extend(value: u64, width: u64) -> u64 {
    let unused = 64 - 8 * width;
    ((value << unused).cast_signed() >> unused).cast_unsigned()
}

/// A constant of a type whose low `width` bytes are `bits`.
fn constant(ty: &str, bits: u64, width: u64) -> String {
    let bits = if width == 4 { bits & 0xffff_ffff } else { bits };
    match ty {
        "f32" => format!("({ty}.const {})", float(bits, 32, 23)),
        "f64" => format!("({ty}.const {})", float(bits, 64, 52)),
        _ => format!("({ty}.const {bits:#x})"),
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

/// Every operator with every offset.
fn operators(pages: u64) -> Script {
    let mut script = Script::new(pages);
    for &offset in offsets() {
        for load in LOADS {
            script.add_load(load, offset, &INDEX_FORMS[0]);
        }
        for store in STORES {
            script.add_store(store, offset, &INDEX_FORMS[0]);
        }
    }
    script
}

/// Every form of the index with every offset, for one load and one store.
fn index_forms(pages: u64) -> Script {
    let mut script = Script::new(pages);
    for form in INDEX_FORMS {
        for &offset in offsets() {
            script.add_load(&Load("i64.load", 8, false, 8), offset, form);
            script.add_store(&Store("i32.store", 4), offset, form);
        }
    }
    script
}

#[test]
fn operators_in_one_page() {
    operators(1).check("operators", 1, BOTH_MODES);
}

#[test]
fn index_forms_in_one_page() {
    index_forms(1).check("forms", 1, BOTH_MODES);
}

#[test]
fn empty() {
    operators(0).check("empty", 0, BOTH_MODES);
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
    operators(65536).check("large-operators", 65536, &[MemoryMode::Guard]);
    index_forms(65536).check("large-forms", 1, &[MemoryMode::Guard]);
}
