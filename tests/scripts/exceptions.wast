;; Exceptions where the specification's suite does not look: far unwinding, many exceptions, references
;; that live long, tags of several instances, and what is not an exception.

(module $provider
  (tag $e (export "e") (param i32))
  (func $throw (export "throw") (param i32) (throw $e (local.get 0)))
  (func (export "catch") (param $f funcref) (result i32)
    (block $h (result i32)
      (try_table (result i32) (catch $e $h)
        (call $throw (i32.const 1))
        (i32.const 2)))))
(register "provider" $provider)
(module $other
  (tag (export "e") (param i32)))
(register "other" $other)

(module
  (tag $mine (import "provider" "e") (param i32))
  (tag $others (import "other" "e") (param i32))
  (tag $own (param i32))
  (tag $empty)
  (tag $with-exception (param i32 exnref))
  (tag $many (param i32 i64 i32 i64 i32 i64 i32 i64 f64 v128 f32 i32 i32 i32 i32 i32))
  (import "provider" "throw" (func $throw-there (param i32)))
  (type $unary (func (param i32)))
  (type $four (func (param i32) (result i32)))
  (table $functions funcref (elem $throw-there $throw-own))
  (table $exceptions 10 exnref)
  (global $kept (mut exnref) (ref.null exn))
  (memory 1)

  (func $throw-own (param i32) (throw $own (local.get 0)))

  ;; Tags are told apart by definition: 1 is the one that was thrown, types are all the same.
  (func (export "identity") (result i32)
    (block $mine (result i32)
      (block $wrong (result i32)
        (try_table (catch $own $wrong) (catch $others $wrong) (catch $mine $mine)
          (call $throw-there (i32.const 1)))
        (i32.const -1)
        (return))
      (i32.const 100)
      (return (i32.add))))

  (func (export "indirect") (param i32 i32) (result i32)
    (block $mine (result i32)
      (block $own (result i32)
        (try_table (catch $own $own) (catch $mine $mine)
          (call_indirect $functions (type $unary) (local.get 1) (local.get 0)))
        (return (i32.const -1)))
      (return (i32.add (i32.const 1000)))))

  (func (export "many") (result i32 i64 i32 i64 i32 i64 i32 i64 f64 v128 f32 i32 i32 i32 i32 i32)
    (block $h (result i32 i64 i32 i64 i32 i64 i32 i64 f64 v128 f32 i32 i32 i32 i32 i32)
      (try_table (catch $many $h) (call $throw-many))
      (unreachable)))
  (func $throw-many
    (throw $many
      (i32.const 1) (i64.const 2) (i32.const 3) (i64.const 4) (i32.const 5) (i64.const 6) (i32.const 7)
      (i64.const 8) (f64.const 9.5) (v128.const i64x2 10 11) (f32.const 12.5) (i32.const 13)
      (i32.const 14) (i32.const 15) (i32.const 16) (i32.const 17)))
  ;; The same through an object.
  (func (export "many-by-reference") (result i32 i64 i32 i64 i32 i64 i32 i64 f64 v128 f32 i32 i32 i32 i32 i32)
    (block $h (result i32 i64 i32 i64 i32 i64 i32 i64 f64 v128 f32 i32 i32 i32 i32 i32)
      (try_table (catch $many $h)
        (block $r (result exnref)
          (try_table (catch_all_ref $r) (call $throw-many))
          (unreachable))
        (throw_ref))
      (unreachable)))

  ;; Calls with results on the stack, and arguments there, in a block that catches.
  (func $wide (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
    (if (local.get 0) (then (throw $own (local.get 10))))
    (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6)
    (local.get 7) (local.get 8) (local.get 9) (local.get 10))
  (func (export "wide") (param i32) (result i32)
    (local $a i32) (local $b i32)
    (local.set $a (i32.const 10000))
    (block $h (result i32)
      (try_table (catch $own $h)
        (call $wide (local.get 0) (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5)
          (i32.const 6) (i32.const 7) (i32.const 8) (i32.const 9) (i32.const 10))
        (local.set $b)
        (i32.add) (i32.add) (i32.add) (i32.add) (i32.add) (i32.add) (i32.add) (i32.add) (i32.add)
        (return (i32.add (local.get $b))))
      (unreachable))
    (return (i32.add (i32.add (local.get $a)) (local.get $b))))

  ;; Unwinding over many frames, each with a handler for something else. (On aarch64, a frame with a handler
  ;; is 160 bytes: all registers that calls preserve are in it.)
  (func $deep (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $own (i32.const 77))))
    (block $h
      (try_table (catch $empty $h) (call $deep (i32.sub (local.get 0) (i32.const 1))))
      (return))
    (unreachable))
  (func (export "deep") (param i32) (result i32)
    (block $h (result i32)
      (try_table (catch $own $h) (call $deep (local.get 0)))
      (i32.const 0)))

  ;; Each frame catches by reference, and throws on.
  (func $relay (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $own (i32.const 78))))
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $relay (i32.sub (local.get 0) (i32.const 1))))
      (return))
    (throw_ref))
  (func (export "relay") (param i32) (result i32)
    (block $h (result i32)
      (try_table (catch $own $h) (call $relay (local.get 0)))
      (i32.const 0)))

  ;; The stack is full: a trap, whatever is caught on the way.
  (func $endless (result i32)
    (block $h
      (try_table (catch_all $h) (return (i32.add (call $endless) (i32.const 1))))
      (unreachable))
    (i32.const -1))
  (func (export "exhausted") (result i32) (call $endless))

  ;; Thrown and caught by reference again and again: no object outlives its last reference.
  (func (export "churn") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (block $caught (result i32)
        (try_table (catch $own $caught)
          (block $r (result exnref)
            (try_table (catch_all_ref $r) (call $throw-own (local.get $n)))
            (unreachable))
          (throw_ref))
        (unreachable))
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))

  ;; The same without references.
  (func (export "churn-plain") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (block $caught (result i32)
        (try_table (catch $own $caught) (call $throw-own (local.get $n)))
        (unreachable))
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))

  (func $catch-new (param i32) (result exnref)
    (block $r (result exnref)
      (try_table (catch_all_ref $r) (call $throw-own (local.get 0)))
      (unreachable)))
  (func $value (param exnref) (result i32)
    (block $h (result i32)
      (try_table (catch $own $h) (throw_ref (local.get 0)))
      (unreachable)))

  ;; References that live in a global, in tables that have grown, in locals and in other exceptions, while
  ;; many others come and go.
  (func (export "keeps") (param $n i32) (result i32)
    (local $x exnref) (local $y exnref) (local $i i32)
    (global.set $kept (call $catch-new (i32.const 1)))
    (table.set $exceptions (i32.const 9) (call $catch-new (i32.const 20)))
    (drop (table.grow $exceptions (call $catch-new (i32.const 300)) (i32.const 5000)))
    (local.set $x (call $catch-new (i32.const 4000)))
    ;; A chain of exceptions that carry each other.
    (local.set $y (call $catch-new (i32.const 50000)))
    (loop $link
      (local.set $y
        (block $r (result exnref)
          (try_table (catch_all_ref $r) (throw $with-exception (local.get $i) (local.get $y)))
          (unreachable)))
      (br_if $link (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3000))))
    (loop $again
      (drop (call $catch-new (i32.const 9)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (loop $unlink
      (block $h (result i32 exnref)
        (try_table (catch $with-exception $h) (throw_ref (local.get $y)))
        (unreachable))
      (local.set $y)
      (br_if $unlink))
    (i32.add (call $value (global.get $kept))
      (i32.add (call $value (table.get $exceptions (i32.const 9)))
        (i32.add (call $value (table.get $exceptions (i32.const 5009)))
          (i32.add (call $value (local.get $x)) (call $value (local.get $y)))))))

  ;; More references than there is room for.
  (func (export "hoard") (param $n i32)
    (drop (table.grow $exceptions (ref.null exn) (local.get $n)))
    (loop $again
      (table.set $exceptions (local.tee $n (i32.sub (local.get $n) (i32.const 1))) (call $catch-new (i32.const 9)))
      (br_if $again (local.get $n))))
  (func (export "release")
    (table.fill $exceptions (i32.const 0) (ref.null exn) (table.size $exceptions)))

  (func (export "null") (throw_ref (ref.null exn)))
  (func (export "null-is-caught-by-nothing")
    (block $h (try_table (catch_all $h) (throw_ref (ref.null exn)))))
  (func (export "out-of-bounds") (result i32)
    (block $h (try_table (catch_all $h) (return (i32.load offset=65536 (i32.const 0)))))
    (i32.const 1))

  ;; A loop in a block that catches, and one around it.
  (func (export "loops") (param $n i32) (result i32)
    (local $sum i32)
    (block $h (result i32)
      (try_table (catch $own $h)
        (loop $again
          (if (i32.eqz (local.get $n)) (then (call $throw-own (i32.const 5))))
          (local.set $sum (i32.add (local.get $sum) (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $again)))
      (unreachable))
    (i32.add (local.get $sum)))

  ;; Clauses that lead to a loop, to the function's end, and out of several blocks at once.
  (func (export "labels") (param $n i32) (result i32)
    (loop $retry
      (if (i32.lt_s (local.get $n) (i32.const 10))
        (then
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (block (loop (try_table (catch_all $retry) (throw $empty)))))))
    (try_table (catch $own 0) (throw $own (i32.mul (local.get $n) (i32.const 3))))
    (unreachable))

  ;; The first clause that matches is the one; inner blocks come before outer ones.
  (func (export "order") (result i32)
    (block $outer (result i32)
      (block $all
        (block $first (result i32)
          (try_table (catch $own $outer)
            (try_table (catch $own $first) (catch_all $all) (catch $own $outer)
              (call $throw-own (i32.const 1))))
          (i32.const 0))
        (return (i32.add (i32.const 10))))
      (return (i32.const 20)))
    (return (i32.add (i32.const 30)))))

(assert_return (invoke "identity") (i32.const 1))
(assert_return (invoke "indirect" (i32.const 0) (i32.const 3)) (i32.const 3))
(assert_return (invoke "indirect" (i32.const 1) (i32.const 4)) (i32.const 1004))
(assert_return (invoke "many")
  (i32.const 1) (i64.const 2) (i32.const 3) (i64.const 4) (i32.const 5) (i64.const 6) (i32.const 7)
  (i64.const 8) (f64.const 9.5) (v128.const i64x2 10 11) (f32.const 12.5) (i32.const 13)
  (i32.const 14) (i32.const 15) (i32.const 16) (i32.const 17))
(assert_return (invoke "many-by-reference")
  (i32.const 1) (i64.const 2) (i32.const 3) (i64.const 4) (i32.const 5) (i64.const 6) (i32.const 7)
  (i64.const 8) (f64.const 9.5) (v128.const i64x2 10 11) (f32.const 12.5) (i32.const 13)
  (i32.const 14) (i32.const 15) (i32.const 16) (i32.const 17))
(assert_return (invoke "wide" (i32.const 0)) (i32.const 55))
(assert_return (invoke "wide" (i32.const 1)) (i32.const 10010))
(assert_return (invoke "deep" (i32.const 50000)) (i32.const 77))
(assert_return (invoke "relay" (i32.const 50000)) (i32.const 78))
(assert_exhaustion (invoke "exhausted") "call stack exhausted")
(assert_return (invoke "churn" (i32.const 300000)) (i32.const 2050477040))
(assert_return (invoke "churn-plain" (i32.const 300000)) (i32.const 2050477040))
(assert_return (invoke "keeps" (i32.const 100000)) (i32.const 54321))
(assert_trap (invoke "hoard" (i32.const 2000000)) "too many references to exceptions")
(assert_return (invoke "release"))
(assert_return (invoke "churn" (i32.const 100)) (i32.const 5050))
(assert_trap (invoke "null") "null reference")
(assert_trap (invoke "null-is-caught-by-nothing") "null reference")
(assert_trap (invoke "out-of-bounds") "out of bounds memory access")
(assert_return (invoke "loops" (i32.const 100)) (i32.const 5055))
(assert_return (invoke "labels" (i32.const 0)) (i32.const 30))
(assert_return (invoke "order") (i32.const 11))

(assert_unlinkable
  (module (tag (import "provider" "e") (param i64)))
  "incompatible import type")
(assert_unlinkable
  (module (tag (import "provider" "throw") (param i32)))
  "incompatible import type")
(assert_unlinkable
  (module (tag (import "provider" "missing") (param i32)))
  "unknown import")
