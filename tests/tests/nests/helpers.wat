(func $fill (param $seed i32) (param $kind i32)
  (local $at i32)
  ;; What is between the two ends, which some loops get to.
  (memory.fill (i32.const 5120) (i32.const 0) (i32.const 59904))
  (loop $next
    (local.set $seed (i32.add (i32.mul (local.get $seed) (i32.const 1664525)) (i32.const 1013904223)))
    (if (i32.eqz (local.get $kind))
      (then
        (i32.store (local.get $at) (i32.xor (local.get $seed) (i32.shr_u (local.get $seed) (i32.const 13))))
        (local.set $at (i32.add (local.get $at) (i32.const 4))))
      (else (if (i32.eq (local.get $kind) (i32.const 1))
        (then
          (f32.store (local.get $at) (f32.convert_i32_s (i32.shr_s (local.get $seed) (i32.const 22))))
          (local.set $at (i32.add (local.get $at) (i32.const 4))))
        (else
          (f64.store (local.get $at) (f64.convert_i32_s (i32.shr_s (local.get $seed) (i32.const 22))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))))))
    ;; The two ends of the memory are used.
    (if (i32.eq (local.get $at) (i32.const 5120)) (then (local.set $at (i32.const 65024))))
    (br_if $next (i32.ne (local.get $at) (i32.const 65536)))))

;; All NaNs count as the same: their bits are not specified.
(func $hash (param $kind i32) (result i64)
  (local $at i32) (local $hash i64) (local $word i64) (local $single f32) (local $double f64)
  (loop $next
    (local.set $word (i64.load32_u (local.get $at)))
    (local.set $single (f32.load (local.get $at)))
    (if (i32.and (i32.eq (local.get $kind) (i32.const 1)) (f32.ne (local.get $single) (local.get $single)))
      (then (local.set $word (i64.const 7))))
    (local.set $double (f64.load (i32.and (local.get $at) (i32.const -8))))
    (if (i32.and (i32.eq (local.get $kind) (i32.const 2)) (f64.ne (local.get $double) (local.get $double)))
      (then (local.set $word (i64.const 7))))
    (local.set $hash (i64.mul (i64.xor (local.get $hash) (local.get $word)) (i64.const 0x100000001b3)))
    (local.set $at (i32.add (local.get $at) (i32.const 4)))
    (if (i32.eq (local.get $at) (i32.const 5120)) (then (local.set $at (i32.const 65024))))
    (br_if $next (i32.ne (local.get $at) (i32.const 65536))))
  (local.get $hash))

;; For results: all NaNs are the same one.
(func $plain_i32 (param i32) (result i32) (local.get 0))
(func $plain_i64 (param i64) (result i64) (local.get 0))
(func $plain_f32 (param f32) (result f32)
  (select (f32.const nan) (local.get 0) (f32.ne (local.get 0) (local.get 0))))
(func $plain_f64 (param f64) (result f64)
  (select (f64.const nan) (local.get 0) (f64.ne (local.get 0) (local.get 0))))
