(module
  (memory 1)
  ;; Numbers of 32 bits, from this one on.
  (func (export "fill") (param $at i32) (param $count i32) (param $number i32)
    (loop $next
      (i32.store (local.get $at) (local.get $number))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
  (func (export "load") (param $at i32) (result i32) (i32.load (local.get $at)))
  ;; Bytes as numbers of 64 bits, from the last one on.
  (func (export "falling_bytes") (result i64)
    (local $at i32) (local $sum i64)
    (local.set $at (i32.const 399))
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.load8_u (local.get $at))))
      (br_if $next (i32.ge_s (local.tee $at (i32.sub (local.get $at) (i32.const 1))) (i32.const 0))))
    (local.get $sum))
  (func (export "falling_bytes_stored") (param $to i32)
    (local $at i32)
    (local.set $at (i32.const 99))
    (loop $next
      (i64.store (local.get $to) (i64.load8_u (local.get $at)))
      (local.set $to (i32.sub (local.get $to) (i32.const 8)))
      (br_if $next (i32.ge_s (local.tee $at (i32.sub (local.get $at) (i32.const 1))) (i32.const 0)))))
  ;; Floats that are made wider, and one byte of each.
  (func (export "floats_and_bytes") (param $to i32) (param $bytes_to i32)
    (local $at i32)
    (loop $next
      (i64.store (local.get $bytes_to) (i64.load8_u (local.get $at)))
      (f64.store (local.get $to) (f64.promote_f32 (f32.load (local.get $at))))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (local.set $bytes_to (i32.add (local.get $bytes_to) (i32.const 8)))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 400)))))
  (func (export "sum_of_longs") (param $at i32) (result i64)
    (local $count i32) (local $sum i64)
    (loop $next
      (local.set $sum (i64.add (local.get $sum) (i64.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 100))))
    (local.get $sum))
  (func (export "sum_of_doubles") (param $at i32) (result f64)
    (local $count i32) (local $sum f64)
    (loop $next
      (local.set $sum (f64.add (local.get $sum) (f64.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 100))))
    (local.get $sum))
  ;; Quotients and remainders by a number that is larger than all of 16 bits.
  (func (export "large_divisors") (param $to i32)
    (local $at i32)
    (loop $next
      (i32.store16 (local.get $to) (i32.div_s (i32.load16_u (local.get $at)) (i32.const 65536)))
      (i32.store16 offset=1000 (local.get $to) (i32.rem_s (i32.load16_u (local.get $at)) (i32.const 131072)))
      (local.set $to (i32.add (local.get $to) (i32.const 2)))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 2))) (i32.const 400)))))
  ;; The lower halves of what floats are as integers.
  (func (export "halves_of_integers") (param $to i32)
    (local $at i32)
    (loop $next
      (i64.store32 (local.get $to) (i64.trunc_sat_f32_s (f32.load (local.get $at))))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 400)))))
  (func (export "halves_of_unsigned_integers") (param $to i32)
    (local $at i32)
    (loop $next
      (i64.store32 (local.get $to) (i64.trunc_sat_f32_u (f32.load (local.get $at))))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 400))))))

;; 0, 0, 0, 0, 1, 0, 0, 0, 2, ...
(invoke "fill" (i32.const 0) (i32.const 100) (i32.const 0))
(assert_return (invoke "falling_bytes") (i64.const 4950))
(invoke "falling_bytes_stored" (i32.const 1792))
(assert_return (invoke "sum_of_longs" (i32.const 1000)) (i64.const 300))
(assert_return (invoke "load" (i32.const 1736)) (i32.const 23))
(assert_return (invoke "load" (i32.const 1744)) (i32.const 0))
(assert_return (invoke "load" (i32.const 1768)) (i32.const 24))

;; Floats a bit above 1.
(invoke "fill" (i32.const 0) (i32.const 100) (i32.const 0x3f800000))
(invoke "floats_and_bytes" (i32.const 1000) (i32.const 3000))
(assert_return (invoke "sum_of_longs" (i32.const 3000)) (i64.const 4950))
(assert_return (invoke "sum_of_doubles" (i32.const 1000)) (f64.const 0x1.90009abp+6))

(invoke "fill" (i32.const 0) (i32.const 100) (i32.const 0x12340007))
(invoke "large_divisors" (i32.const 1000))
(assert_return (invoke "load" (i32.const 1000)) (i32.const 0))
(assert_return (invoke "load" (i32.const 1200)) (i32.const 0))
(assert_return (invoke "load" (i32.const 2000)) (i32.const 0x12340007))
(assert_return (invoke "load" (i32.const 2200)) (i32.const 0x12340039))

;; Floats from 2³² on, 512 apart.
(invoke "fill" (i32.const 0) (i32.const 100) (i32.const 0x4f800000))
(invoke "halves_of_integers" (i32.const 1000))
(assert_return (invoke "load" (i32.const 1000)) (i32.const 0))
(assert_return (invoke "load" (i32.const 1004)) (i32.const 512))
(assert_return (invoke "load" (i32.const 1396)) (i32.const 50688))
(invoke "halves_of_unsigned_integers" (i32.const 1000))
(assert_return (invoke "load" (i32.const 1004)) (i32.const 512))
(assert_return (invoke "load" (i32.const 1396)) (i32.const 50688))
