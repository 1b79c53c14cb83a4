(module
  (memory 1)
  ;; What is carried is constant from the second iteration on.
  (func (export "constant") (param $n i32) (result i32)
    (local $i i32) (local $last i32)
    (local.set $last (i32.const 3))
    (loop $next
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $last))
      (local.set $last (i32.const 5))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (i32.add (i32.mul (local.get $last) (i32.const 1000))
      (i32.add (i32.load (i32.const 0)) (i32.mul (i32.load offset=240 (i32.const 0)) (i32.const 10)))))
  ;; The same, in bytes, and with one more value that takes it over.
  (func (export "bytes") (param $n i32) (result i32)
    (local $i i32) (local $last i32) (local $before i32)
    (local.set $last (i32.const 3))
    (local.set $before (i32.const 4))
    (loop $next
      (i32.store8 (local.get $i) (local.get $before))
      (local.set $before (local.get $last))
      (local.set $last (i32.const 200))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (i32.add (i32.mul (local.get $before) (i32.const 1000))
      (i32.add (i32.load8_u (i32.const 0)) (i32.load8_u offset=90 (i32.const 0)))))
  ;; What is carried is what it was, whatever the condition.
  (func (export "same") (param $n i32) (param $same f64) (result f64)
    (local $i i32)
    (loop $next
      (f64.store (i32.shl (local.get $i) (i32.const 3)) (local.get $same))
      (local.set $same (select (local.get $same) (local.get $same) (local.get $i)))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.add (local.get $same) (f64.load offset=400 (i32.const 0))))
  ;; What is only used behind the loop passes through it.
  (func (export "kept") (param $n i32) (param $long i64) (param $same f64) (result f64)
    (local $i i32)
    (loop $next
      (if (i32.gt_u (i32.load8_u offset=2048 (local.get $i)) (i32.const 4))
        (then (i32.store8 offset=4096 (local.get $i) (i32.const 2)))
        (else (i32.store8 offset=4096 (local.get $i) (i32.const 1))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (f64.add (f64.add (local.get $same) (f64.convert_i64_s (local.get $long)))
      (f64.convert_i32_u (i32.load8_u offset=4126 (i32.const 0)))))
  ;; Both, in a loop that is left in the middle and finds a number.
  (func (export "middle") (param $n i32) (result i32)
    (local $i i32) (local $last i32) (local $sum i32)
    (block $done
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u offset=1024 (local.get $i))))
        (br_if $done (i32.eq (local.get $i) (local.get $n)))
        (local.set $last (i32.const 7))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i32.add (local.get $sum) (local.get $last)))
  ;; A loop in which nothing changes but what counts, in one that does.
  (func (export "nest") (param $n i32) (result i32)
    (local $i i32) (local $j i32) (local $last i32)
    (local.set $last (i32.const 1))
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (i32.store offset=2048 (local.get $j)
          (i32.add (i32.load offset=2048 (local.get $j)) (local.get $last)))
        (br_if $columns (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 4))) (i32.const 400))))
      (local.set $last (i32.const 2))
      (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (i32.load offset=2444 (i32.const 0))))
(assert_return (invoke "constant" (i32.const 100)) (i32.const 5053))
(assert_return (invoke "bytes" (i32.const 100)) (i32.const 200204))
(assert_return (invoke "same" (i32.const 100) (f64.const 2)) (f64.const 4))
(assert_return (invoke "middle" (i32.const 100)) (i32.const 7))
(assert_return (invoke "nest" (i32.const 10)) (i32.const 19))
(assert_return (invoke "kept" (i32.const 100) (i64.const 40) (f64.const 2)) (f64.const 43))
