;; Loops that store what the iteration before has left, and leave the same number in each: only the first
;; element differs.
(module
  (memory (export "memory") 1)
  (func (export "store") (param $first i32) (param $rest i32) (param $count i32) (local $at i32) (local $old i32)
    (local.set $old (local.get $first))
    (loop $next
      (i32.store offset=1024 (local.get $at) (local.get $old))
      (local.set $old (local.get $rest))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.ne (local.get $at) (local.get $count)))))
  (func (export "store_constant") (param $first i32) (param $count i32) (local $at i32) (local $old i32)
    (local.set $old (local.get $first))
    (loop $next
      (i32.store offset=1024 (local.get $at) (i32.add (local.get $old) (i32.const 1)))
      (local.set $old (i32.const 41))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.ne (local.get $at) (local.get $count)))))
  (func (export "load") (param i32) (result i32) (i32.load offset=1024 (local.get 0))))

(invoke "store" (i32.const 7) (i32.const 9) (i32.const 412))
(assert_return (invoke "load" (i32.const 0)) (i32.const 7))
(assert_return (invoke "load" (i32.const 4)) (i32.const 9))
(assert_return (invoke "load" (i32.const 64)) (i32.const 9))
(assert_return (invoke "load" (i32.const 408)) (i32.const 9))
(assert_return (invoke "load" (i32.const 412)) (i32.const 0))
(invoke "store_constant" (i32.const 7) (i32.const 412))
(assert_return (invoke "load" (i32.const 0)) (i32.const 8))
(assert_return (invoke "load" (i32.const 4)) (i32.const 42))
(assert_return (invoke "load" (i32.const 64)) (i32.const 42))
(assert_return (invoke "load" (i32.const 408)) (i32.const 42))
(assert_return (invoke "load" (i32.const 412)) (i32.const 0))
