//! Copies and fills of every small length that the program names, and some larger ones: overlapping in every
//! way, at the ends of the memory, and outside. Short ones are loads and stores, longer ones calls, of
//! functions that depend on the CPU level.

use std::fmt::Write;
use std::path::Path;

use wasiaot_tests::{default_options, native_cpu, wast};

/// Bytes of the memory: one page.
const LEN: usize = 65536;

/// The memory, and what a script does to it.
struct Script {
    functions: String,
    commands: String,
    bytes: Vec<u8>,
}

impl Script {
    /// Calls a function on a range: it traps without doing anything, or the whole memory is compared.
    fn call(&mut self, name: &str, to: usize, other: usize, fits: bool) {
        let call = format!("(invoke \"{name}\" (i32.const {to}) (i32.const {other}))");
        let _ = match fits {
            true => writeln!(self.commands, "{call}"),
            false => writeln!(self.commands, "(assert_trap {call} \"out of bounds memory access\")"),
        };
        let sum = self.bytes.iter().fold(0_u32, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let _ = writeln!(self.commands, "(assert_return (invoke \"sum\") (i32.const {sum:#x}))");
    }

    fn copy(&mut self, len: usize, to: usize, from: usize) {
        let fits = to.max(from) + len <= LEN;
        if fits {
            self.bytes.copy_within(from..from + len, to);
        }
        self.call(&format!("copy {len}"), to, from, fits);
    }

    fn fill(&mut self, name: &str, len: usize, to: usize, byte: usize) {
        let fits = to + len <= LEN;
        if fits {
            self.bytes[to..to + len].fill(byte as u8);
        }
        self.call(name, to, byte, fits);
    }
}

#[test]
fn copies_and_fills() {
    let bytes = (0..LEN).map(|at| (at.wrapping_mul(at) >> 3) as u8).collect();
    let mut script = Script { functions: String::new(), commands: String::new(), bytes };
    let short = (0..=40).chain([47, 48, 49, 63, 64, 65, 95, 96, 97, 111, 127, 128]);
    for len in short.chain([129, 131, 191, 255, 256, 257, 300, 511, 1111, 2047, 2048, 5000, 20_001]) {
        let _ = writeln!(
            script.functions,
            "(func (export \"copy {len}\") (param i32 i32) \
             (memory.copy (local.get 0) (local.get 1) (i32.const {len}))) \
             (func (export \"fill {len}\") (param i32 i32) \
             (memory.fill (local.get 0) (local.get 1) (i32.const {len}))) \
             (func (export \"fill known {len}\") (param i32 i32) \
             (memory.fill (local.get 0) (i32.const 0x1a5) (i32.const {len})))"
        );
        let end = LEN - len;
        for (to, from) in [(1000, 1000 + len / 2), (1000 + len / 2, 1000), (1001, 1000), (end, 7), (3, end)] {
            script.copy(len, to, from);
        }
        script.copy(len, end + 1, 7);
        script.copy(len, 7, end + 1);
        script.fill(&format!("fill {len}"), len, 2001, 0x1c3);
        script.fill(&format!("fill {len}"), len, end + 1, 1);
        script.fill(&format!("fill known {len}"), len, end, 0x1a5);
    }
    let text = format!(
        "(module (memory 1 1) {} \
         (func (export \"set\") (local $i i32) (loop $next \
         (i32.store8 (local.get $i) (i32.shr_u (i32.mul (local.get $i) (local.get $i)) (i32.const 3))) \
         (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {LEN}))))) \
         (func (export \"sum\") (result i32) (local $i i32) (local $sum i32) (loop $next \
         (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (i32.load8_u (local.get $i)))) \
         (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {LEN})))) \
         (local.get $sum))) (invoke \"set\")\n{}",
        script.functions.replace('\n', " "),
        script.commands
    );
    let default = default_options("bulk");
    for cpu in [&default.target.cpu_levels[0], default.cpu, native_cpu()] {
        let options = wasiaot_compiler::Options { cpu, ..default.clone() };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let outcome = wast::run(&text, "bulk", &options, folder).expect("the script itself is fine");
        assert!(outcome.assertions > 500);
        let failed: Vec<_> = outcome
            .failures
            .iter()
            .take(10)
            .map(|(&line, message)| (text.lines().nth(line as usize - 1), message))
            .collect();
        assert!(failed.is_empty(), "{}: {failed:#?}", cpu.name);
    }
}
