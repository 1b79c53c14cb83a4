;; The legacy instructions for exceptions, which the specification's suite no longer has.

(module $tags
  (tag (export "e0"))
  (tag (export "e1") (param i32))
  (func (export "throw-e1") (param i32) (throw 1 (local.get 0))))
(register "tags" $tags)

(module
  (tag $e0 (import "tags" "e0"))
  (tag $e1 (import "tags" "e1") (param i32))
  (tag $mixed (param i32 i64 f32 f64 v128 funcref externref))
  (tag $local (param i32))
  (import "tags" "throw-e1" (func $imported (param i32)))
  (type $void (func))
  (type $unary (func (param i32)))
  (table funcref (elem $throw-e0 $throw-e1 $imported))
  (global $count (mut i32) (i32.const 0))

  (func $throw-e0 (throw $e0))
  (func $throw-e1 (param i32) (throw $e1 (local.get 0)))
  (func $count-up (global.set $count (i32.add (global.get $count) (i32.const 1))))

  ;; Which clause it is: none, the first, the second, the last.
  (func $clause (export "clause") (param i32) (result i32)
    try (result i32)
      block $three
        block $two
          block $one
            block $zero
              local.get 0
              br_table $zero $one $two $three
            end
            i32.const 0
            return
          end
          call $throw-e0
        end
        i32.const 42
        call $throw-e1
      end
      i32.const 43
      throw $local
    catch $e0
      i32.const 1
    catch $e1
      i32.const 100
      i32.add
    catch_all
      i32.const 3
    end)

  ;; A clause that does not match, and a try without clauses, change nothing.
  (func (export "passes-by") (result i32)
    try (result i32)
      try (result i32)
        try (result i32)
          i32.const 7
          call $throw-e1
          i32.const 0
        end
      catch $e0
        i32.const 1
      catch $local
      end
    catch $e1
    end)

  ;; The parameters of a try, and what is below it on the stack.
  (func (export "operands") (param i32) (result i32)
    i32.const 1000
    i32.const 20
    i32.const 3
    try (param i32 i32) (result i32)
      i32.add
      local.get 0
      call_indirect (type $void)
    catch $e0
      i32.const 5
    end
    i32.add)

  ;; Locals in the clause are those of the throw.
  (func (export "locals") (result i32)
    (local $x i32)
    try
      i32.const 1
      local.set $x
      call $count-up
      i32.const 2
      local.set $x
      call $throw-e0
      i32.const 3
      local.set $x
    catch_all
    end
    local.get $x)

  (func (export "mixed") (result i32 i64 f32 f64 v128 i32 externref)
    (local externref)
    try (result i32 i64 f32 f64 v128 funcref externref)
      i32.const -1
      i64.const -2
      f32.const 3.5
      f64.const -4.5
      v128.const i32x4 5 6 7 8
      ref.func $throw-e0
      ref.null extern
      throw $mixed
    catch $mixed
    end
    local.set 0
    ref.is_null
    local.get 0)

  ;; The payload as words of a catch_all that rethrows, unwound through another function.
  (func $rethrows-all
    try
      i32.const -1
      i64.const -2
      f32.const 3.5
      f64.const -4.5
      v128.const i32x4 5 6 7 8
      ref.null func
      ref.null extern
      throw $mixed
    catch_all
      ;; The record is used for another exception in between.
      try
        i32.const 9
        call $throw-e1
      catch $e1
        drop
      end
      rethrow 0
    end)
  (func (export "rethrow-all") (result i32 i64 f32 f64 v128)
    (local externref funcref)
    try (result i32 i64 f32 f64 v128 funcref externref)
      call $rethrows-all
      unreachable
    catch $mixed
    end
    local.set 0
    local.set 1)

  ;; Of nested clauses, which exception is rethrown.
  (func (export "rethrow-nested") (param i32) (result i32)
    try (result i32)
      try
        i32.const 1
        call $throw-e1
      catch $e1
        drop
        try
          i32.const 2
          throw $local
        catch $local
          drop
          block $outer
            block $inner
              local.get 0
              br_table $inner $outer
            end
            rethrow 1
          end
          rethrow 1
        end
      end
      i32.const -1
    catch $e1
      i32.const 10
      i32.add
    catch $local
      i32.const 20
      i32.add
    end)

  ;; A rethrow out of a catch of the same function that the same block would catch.
  (func (export "rethrow-leaves") (result i32)
    (local $caught i32)
    try (result i32)
      loop (result i32)
        try (result i32)
          i32.const 5
          throw $local
        catch $local
          drop
          local.get $caught
          i32.const 1
          i32.add
          local.set $caught
          rethrow 0
        end
      end
    catch_all
      local.get $caught
    end)

  (func (export "delegate") (result i32)
    try (result i32)
      try (result i32)
        try
          call $throw-e0
        delegate 0
        i32.const 1
      catch $e0
        i32.const 2
      end
    catch $e0
      i32.const 3
    end)

  (func (export "delegate-over") (result i32)
    try (result i32)
      try (result i32)
        try
          call $throw-e0
        delegate 1
        i32.const 1
      catch $e0
        i32.const 2
      end
    catch $e0
      i32.const 3
    end)

  ;; To the caller, over every handler of the function.
  (func $delegate-out (export "delegate-out")
    try
      try
        call $throw-e0
      delegate 1
    catch_all
    end)
  (func (export "delegate-to-caller") (result i32)
    try (result i32)
      call $delegate-out
      i32.const 1
    catch $e0
      i32.const 2
    end)

  ;; To a block: as if it was thrown there.
  (func (export "delegate-to-block") (result i32)
    try (result i32)
      block $b
        try
          try
            i32.const 4
            call $throw-e1
          delegate $b
        catch_all
          i32.const 1
          return
        end
      end
      i32.const 2
    catch $e1
    end)

  ;; Out of a clause, to its own try: its handlers are over.
  (func (export "delegate-in-clause") (result i32)
    try (result i32)
      try (result i32)
        call $throw-e0
        i32.const 0
      catch $e0
        try
          call $throw-e0
        delegate 0
        i32.const 1
      end
    catch_all
      i32.const 2
    end)

  ;; Thrown right in the delegating block.
  (func (export "delegate-throw") (result i32)
    try (result i32)
      try
        i32.const 6
        throw $e1
      delegate 0
      i32.const 1
    catch $e1
    end)

  (func (export "indirect") (param i32 i32) (result i32)
    try (result i32)
      local.get 1
      local.get 0
      call_indirect (type $unary)
      i32.const -1
    catch $e1
    end)

  ;; A tail call leaves the block before the callee runs.
  (func $tail (return_call $throw-e0))
  (func $tail-in-try
    try
      return_call $throw-e0
    catch_all
    end)
  (func (export "tail-call") (param i32) (result i32)
    try (result i32)
      local.get 0
      if
        call $tail
      else
        call $tail-in-try
      end
      i32.const 1
    catch $e0
      i32.const 2
    end)

  (func (export "trap")
    try
      unreachable
    catch_all
    end)
  (func $trapping (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
  (func (export "trap-in-callee") (result i32)
    try (result i32)
      i32.const 0
      call $trapping
    catch_all
      i32.const 1
    end)

  (func (export "uncaught") (throw $e0))
  (func (export "uncaught-rethrow")
    try
      call $throw-e0
    catch_all
      rethrow 0
    end)

  ;; Code that is not reached, blocks that are never entered.
  (func (export "dead") (result i32)
    i32.const 1
    return
    try (result i32)
      call $throw-e0
      i32.const 2
    catch $e1
      drop
      i32.const 3
    catch_all
      try
      delegate 0
      rethrow 0
    end
    drop
    try
    delegate 0)
  (func (export "nothing-thrown") (result i32)
    try (result i32)
      i32.const 1
    catch $e1
      i32.const 2
      i32.add
    catch_all
      i32.const 3
    end)
)
(assert_return (invoke "clause" (i32.const 0)) (i32.const 0))
(assert_return (invoke "clause" (i32.const 1)) (i32.const 1))
(assert_return (invoke "clause" (i32.const 2)) (i32.const 142))
(assert_return (invoke "clause" (i32.const 3)) (i32.const 3))
(assert_return (invoke "passes-by") (i32.const 7))
(assert_return (invoke "operands" (i32.const 0)) (i32.const 1005))
(assert_trap (invoke "operands" (i32.const 1)) "indirect call type mismatch")
(assert_return (invoke "locals") (i32.const 2))
(assert_return (invoke "mixed")
  (i32.const -1) (i64.const -2) (f32.const 3.5) (f64.const -4.5) (v128.const i32x4 5 6 7 8)
  (i32.const 0) (ref.null extern))
(assert_return (invoke "rethrow-all")
  (i32.const -1) (i64.const -2) (f32.const 3.5) (f64.const -4.5) (v128.const i32x4 5 6 7 8))
(assert_return (invoke "rethrow-nested" (i32.const 0)) (i32.const 22))
(assert_return (invoke "rethrow-nested" (i32.const 1)) (i32.const 11))
(assert_return (invoke "rethrow-leaves") (i32.const 1))
(assert_return (invoke "delegate") (i32.const 2))
(assert_return (invoke "delegate-over") (i32.const 3))
(assert_exception (invoke "delegate-out"))
(assert_return (invoke "delegate-to-caller") (i32.const 2))
(assert_return (invoke "delegate-to-block") (i32.const 4))
(assert_return (invoke "delegate-in-clause") (i32.const 2))
(assert_return (invoke "delegate-throw") (i32.const 6))
(assert_return (invoke "indirect" (i32.const 1) (i32.const 8)) (i32.const 8))
(assert_return (invoke "indirect" (i32.const 2) (i32.const 9)) (i32.const 9))
(assert_trap (invoke "indirect" (i32.const 3) (i32.const 9)) "undefined element")
(assert_return (invoke "tail-call" (i32.const 0)) (i32.const 2))
(assert_return (invoke "tail-call" (i32.const 1)) (i32.const 2))
(assert_trap (invoke "trap") "unreachable")
(assert_trap (invoke "trap-in-callee") "integer divide by zero")
(assert_exception (invoke "uncaught"))
(assert_exception (invoke "uncaught-rethrow"))
(assert_return (invoke "dead") (i32.const 1))
(assert_return (invoke "nothing-thrown") (i32.const 1))

(assert_invalid
  (module (func try catch_all end rethrow 0))
  "invalid rethrow label")
