//! That the harness of scripts fails where it has to: a harness that accepts everything finds nothing.

use std::path::Path;

use wasiaot_tests::{default_options, wast};

/// Runs a script after a module of a few functions; `expected` are the lines that have to fail, and
/// how their messages begin. Line 1 is the first of `script`.
#[track_caller]
fn check(name: &str, script: &str, expected: &[(u32, &str)]) {
    let module =
        r#"(module $m (memory (export "memory") 1) (global (export "g") f32 (f32.const nan:0x200000))
        (func (export "i32") (param i32) (result i32) (local.get 0))
        (func (export "i64") (param i64) (result i64) (local.get 0))
        (func (export "f32") (param f32) (result f32) (local.get 0))
        (func (export "f64") (param f64) (result f64) (local.get 0))
        (func (export "func") (result funcref) (ref.func 0))
        (func (export "null") (result funcref) (ref.null func))
        (func (export "extern") (param externref) (result externref) (local.get 0))
        (func (export "two") (result i32 i32) (i32.const 1) (i32.const 2))
        (func (export "div") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
        (func (export "loop") (call 9)))"#
            .replace('\n', " ");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let outcome =
        wast::run(&format!("{module} {script}"), &format!("harness-{name}"), &default_options(name), folder)
            .expect("the script itself is fine");
    let found: Vec<(u32, &str)> =
        outcome.failures.iter().map(|(&line, message)| (line, message.as_str())).collect();
    let fits = |(found, expected): (&(u32, &str), &(u32, &str))| {
        found.0 == expected.0 && found.1.starts_with(expected.1)
    };
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(fits),
        "found {found:#?}, expected {expected:#?}"
    );
}

#[test]
fn wrong_results_are_found() {
    check(
        "results",
        r#"(assert_return (invoke "i32" (i32.const 1)) (i32.const 2))
        (assert_return (invoke "i64" (i64.const -1)) (i64.const 0xffffffff))
        (assert_return (invoke "f32" (f32.const 0)) (f32.const -0))
        (assert_return (invoke "f64" (f64.const 1)) (f64.const 1.0000000000000002))
        (assert_return (invoke "f32" (f32.const nan:0x200000)) (f32.const nan:arithmetic))
        (assert_return (invoke "f32" (f32.const nan:0x600000)) (f32.const nan:canonical))
        (assert_return (invoke "f32" (f32.const -nan)) (f32.const nan:canonical))
        (assert_return (invoke "f64" (f64.const nan:0xc000000000000)) (f64.const nan:arithmetic))
        (assert_return (invoke "f64" (f64.const nan:0xc000000000000)) (f64.const nan:canonical))
        (assert_return (invoke "f64" (f64.const inf)) (f64.const nan:arithmetic))
        (assert_return (invoke "func") (ref.null func))
        (assert_return (invoke "null") (ref.func))
        (assert_return (invoke "extern" (ref.extern 0)) (ref.null extern))
        (assert_return (invoke "extern" (ref.extern 0)) (ref.extern 1))
        (assert_return (invoke "extern" (ref.null extern)) (ref.extern 0))
        (assert_return (invoke "two") (i32.const 1) (i32.const 1))
        (assert_return (invoke "two") (i32.const 1))
        (assert_return (invoke "i32" (i32.const 1)) (either (i32.const 2) (i32.const 1)))
        (assert_return (invoke "i32" (i32.const 1)) (either (i32.const 2) (i32.const 3)))
        (assert_return (get "g") (f32.const nan:arithmetic))"#,
        &[
            (1, "result 0 is 0x1, expected 0x2"),
            (2, "result 0 is 0xffffffffffffffff, expected 0xffffffff"),
            (3, "result 0 is 0x0, expected 0x80000000"),
            (4, "result 0 is 0x3ff0000000000000, expected 0x3ff0000000000001"),
            (5, "result 0 is 0x7fa00000, expected 0x7fc00000"),
            (6, "result 0 is 0x7fe00000, expected 0x7fc00000"),
            (9, "result 0 is 0x7ffc000000000000, expected 0x7ff8000000000000"),
            (10, "result 0 is 0x7ff0000000000000, expected 0x7ff8000000000000"),
            (11, "result 0 is 0x"),
            (12, "result 0 is 0x0, expected anything but 0"),
            (13, "result 0 is 0x1, expected 0x0"),
            (14, "result 0 is 0x1, expected 0x2"),
            (15, "result 0 is 0x0, expected 0x1"),
            (16, "result 1 is 0x2, expected 0x1"),
            (17, "2 results, expected 1"),
            (19, "result 0 is 0x1, expected 0x2 or 0x3"),
            (20, "result 0 is 0x7fa00000, expected 0x7fc00000"),
        ],
    );
}

#[test]
fn wrong_traps_are_found() {
    check(
        "traps",
        r#"(assert_trap (invoke "div" (i32.const 0)) "integer divide by zero")
        (assert_trap (invoke "div" (i32.const 1)) "integer divide by zero")
        (assert_trap (invoke "div" (i32.const 0)) "integer overflow")
        (assert_return (invoke "div" (i32.const 0)) (i32.const 0))
        (invoke "div" (i32.const 0))
        (assert_exhaustion (invoke "loop") "call stack exhausted")
        (assert_exhaustion (invoke "two") "call stack exhausted")
        (assert_trap (invoke "loop") "unreachable")
        (assert_trap (module (func unreachable) (start 0)) "unreachable")
        (assert_trap (module) "unreachable")
        (module (func unreachable) (start 0))
        (assert_trap (invoke "div" (i32.const 0)) "integer division by zero")
        (assert_trap (invoke $m "div" (i32.const 0)) "integer division by zero")"#,
        &[
            (2, "returned, expected trap: integer divide by zero"),
            (3, "trapped: integer divide by zero, expected: integer overflow"),
            (4, "trapped: integer divide by zero"),
            (5, "trapped: integer divide by zero"),
            (7, "returned, expected trap: call stack exhausted"),
            (8, "trapped: call stack exhausted, expected: unreachable"),
            (10, "returned, expected trap: unreachable"),
            (11, "trapped: unreachable"),
            (12, "the trap `integer division by zero` is not known"),
            (13, "the trap `integer division by zero` is not known"),
        ],
    );
}

#[test]
fn wrong_modules_are_found() {
    check(
        "modules",
        r#"(assert_invalid (module (func (result i32))) "type mismatch")
        (assert_invalid (module (func)) "type mismatch")
        (assert_malformed (module quote "(func") "unexpected end")
        (assert_malformed (module quote "(func)") "unexpected end")
        (assert_malformed (module binary "\00asm\01\00\00\00") "unexpected end")
        (assert_unlinkable (module (import "spectest" "print" (func))) "unknown import")
        (assert_unlinkable (module (import "spectest" "print" (func (param i32)))) "unknown import")
        (assert_unlinkable (module (import "spectest" "print" (func (param i32)))) "incompatible import type")
        (assert_unlinkable (module (import "spectest" "memory" (memory 1))) "incompatible import type")
        (assert_unlinkable (module (import "nowhere" "memory" (memory 1))) "incompatible import type")
        (module (import "nowhere" "memory" (memory 1)) (func (export "f")))
        (invoke "f")
        (invoke $m "g")
        (invoke $m "i32")
        (invoke $n "i32")

        (register "m" $n)"#,
        &[
            (2, "accepted, expected invalid"),
            (4, "accepted, expected malformed"),
            (5, "accepted, expected malformed"),
            (6, "linked, expected: unknown import"),
            (7, "import `spectest` `print` has type [i32] -> [], but what is provided has type [] -> []"),
            (9, "returned, expected trap: incompatible import type"),
            (10, "import of `memory` from the unknown module `nowhere`, expected: incompatible"),
            (11, "import of `memory` from the unknown module `nowhere`"),
            (12, "there is no such instance"),
            (13, "there is no function `g`"),
            (14, "0 arguments for 1 parameters"),
            (15, "there is no such instance"),
            (17, "there is no such instance"),
        ],
    );
}
