;;! pass = "-inline,-vectorize"
;;! stage = "opt"
;; The byte that a loop carries on needs no mask, and no sign where it is extended.
(module
  (memory 1)
  (func (export "_start") (drop (call $f (i32.const 16))))
  (func $f (param $at i32) (result i64)
    (local $byte i32)
    (local.set $byte (i32.load8_u (local.get $at)))
    (loop $next
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.eq (i32.and (local.get $byte) (i32.const 255)) (i32.const 46))
        (then (return (i64.extend_i32_s (local.get $byte)))))
      (local.set $byte (i32.load8_u (local.get $at)))
      (br_if $next (local.get $byte)))
    (i64.const 0)))

;; ;; bits.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) -> i64 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 16
;; @0003                               v1 = call fn0(v0)  ; v0 = 16
;; @0006                               return
;; }
;;
;; ;; bits.wat function 1 "f"
;; function u0:2(i32) -> i64 tail {
;;                                 block0(v0: i32):
;; @0005                               v3 = uextend.i64 v0
;;                                     v4 = iconst.i64 0x7000_0000
;; @0005                               v5 = iadd v3, v4  ; v4 = 0x7000_0000
;; @0005                               v28 = uload8.i64 little v5
;; @0005                               v6 = ireduce.i32 v28
;; @0019                               v13 = iconst.i32 46
;; @000e                               v8 = iconst.i32 1
;; @000a                               jump block2(v0, v28)
;;
;;                                 block2(v7: i32, v27: i64):
;;                                     v10 = ireduce.i32 v27
;;                                     v21 = iconst.i32 46
;;                                     v22 = icmp eq v10, v21  ; v21 = 46
;; @001c                               brif v22, block4, block5
;;
;;                                 block4:
;; @0021                               return v27
;;
;;                                 block5:
;;                                     v23 = iconst.i32 1
;;                                     v24 = iadd.i32 v7, v23  ; v23 = 1
;; @0025                               v17 = uextend.i64 v24
;;                                     v25 = iconst.i64 0x7000_0000
;;                                     v26 = iadd v17, v25  ; v25 = 0x7000_0000
;; @0025                               v29 = uload8.i64 little v26
;; @0025                               v19 = ireduce.i32 v29
;; @002c                               brif v19, block2(v24, v29), block7
;;
;;                                 block7:
;; @002f                               v20 = iconst.i64 0
;; @0031                               return v20  ; v20 = 0
;; }
