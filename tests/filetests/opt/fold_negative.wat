;;! stage = "opt"
;; Counters that go up to zero: with two arrays or more the counter starts there instead, and what is added is
;; part of the access. Not with one: the comparison would cost what the sum does.
(module
  (memory 1)
  (func $two (local $i i32)
    (local.set $i (i32.const -1024))
    (loop $next
      (v128.store (i32.add (local.get $i) (i32.const 5120))
        (f32x4.mul
          (v128.load (i32.add (local.get $i) (i32.const 2048)))
          (v128.load (i32.add (local.get $i) (i32.const 5120)))))
      (br_if $next (local.tee $i (i32.add (local.get $i) (i32.const 16))))))
  (func $one (local $i i32)
    (local.set $i (i32.const -1024))
    (loop $next
      (v128.store (i32.add (local.get $i) (i32.const 2048))
        (v128.not (v128.load (i32.add (local.get $i) (i32.const 2048)))))
      (br_if $next (local.tee $i (i32.add (local.get $i) (i32.const 16))))))
  (func (export "_start") (call $two) (call $one)))

;; ;; fold_negative.wat function 2 ""
;; function u0:1() tail {
;;     sig0 = () tail
;;     sig1 = () tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;
;;                                 block0:
;;                                     v2 = iconst.i32 0
;;                                     v1 = iconst.i64 0x7000_0000
;;                                     v84 = iconst.i32 1008
;; @0033                               v22 = iconst.i32 16
;;                                     v105 = iconst.i64 0
;; @000e                               jump block4(v105)  ; v105 = 0
;;
;;                                 block4(v104: i64):
;;                                     v40 = ireduce.i32 v104
;;                                     v90 = iconst.i64 0x7000_0000
;;                                     v91 = iadd v104, v90  ; v90 = 0x7000_0000
;; @001c                               v10 = load.i8x16 little v91+1024
;; @002a                               v17 = bitcast.f32x4 little v10
;; @0026                               v15 = load.i8x16 little v91+4096
;; @002a                               v16 = bitcast.f32x4 little v15
;; @002a                               v18 = fmul v17, v16
;; @002a                               v19 = bitcast.i8x16 little v18
;; @002d                               store little v19, v91+4096
;;                                     v92 = iconst.i32 1008
;;                                     v93 = icmp ne v40, v92  ; v92 = 1008
;;                                     v94 = iconst.i32 16
;;                                     v95 = iadd v40, v94  ; v94 = 16
;; @0038                               v102 = iconst.i32 1024
;; @0038                               v103 = icmp ne v95, v102  ; v102 = 1024
;;                                     v106 = uextend.i64 v95
;; @0038                               brif v103, block4(v106), block6
;;
;;                                 block6:
;; @0009                               v3 = iconst.i32 -1024
;; @0018                               v6 = iconst.i32 2048
;; @0044                               jump block10(v3)  ; v3 = -1024
;;
;;                                 block10(v24: i32):
;;                                     v96 = iconst.i32 2048
;;                                     v97 = iadd v24, v96  ; v96 = 2048
;; @0052                               v32 = uextend.i64 v97
;;                                     v98 = iconst.i64 0x7000_0000
;;                                     v99 = iadd v32, v98  ; v98 = 0x7000_0000
;; @0052                               v34 = load.i8x16 little v99
;; @0056                               v35 = bnot v34
;; @0058                               store little v35, v99
;;                                     v100 = iconst.i32 16
;;                                     v101 = iadd v24, v100  ; v100 = 16
;; @0063                               brif v101, block10(v101), block12
;;
;;                                 block12:
;; @0005                               return
;; }
