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
;;                                     v1 = iconst.i32 0
;; @001c                               v8 = iconst.i64 0x7000_0000
;;                                     v88 = iconst.i32 1008
;; @0033                               v24 = iconst.i32 16
;;                                     v109 = iconst.i64 0
;; @000e                               jump block4(v109)  ; v109 = 0
;;
;;                                 block4(v108: i64):
;;                                     v43 = ireduce.i32 v108
;;                                     v94 = iconst.i64 0x7000_0000
;;                                     v95 = iadd v108, v94  ; v94 = 0x7000_0000
;; @001c                               v10 = load.i8x16 little v95+1024
;; @0026                               v16 = load.i8x16 little v95+4096
;; @002a                               v18 = bitcast.f32x4 little v10
;; @002a                               v17 = bitcast.f32x4 little v16
;; @002a                               v19 = fmul v18, v17
;; @002a                               v20 = bitcast.i8x16 little v19
;; @002d                               store little v20, v95+4096
;;                                     v96 = iconst.i32 1008
;;                                     v97 = icmp ne v43, v96  ; v96 = 1008
;;                                     v98 = iconst.i32 16
;;                                     v99 = iadd v43, v98  ; v98 = 16
;; @0038                               v106 = iconst.i32 1024
;; @0038                               v107 = icmp ne v99, v106  ; v106 = 1024
;;                                     v110 = uextend.i64 v99
;; @0038                               brif v107, block4(v110), block6
;;
;;                                 block6:
;; @0009                               v2 = iconst.i32 -1024
;; @0018                               v5 = iconst.i32 2048
;; @0044                               jump block10(v2)  ; v2 = -1024
;;
;;                                 block10(v26: i32):
;;                                     v100 = iconst.i32 2048
;;                                     v101 = iadd v26, v100  ; v100 = 2048
;; @0052                               v33 = uextend.i64 v101
;;                                     v102 = iconst.i64 0x7000_0000
;;                                     v103 = iadd v33, v102  ; v102 = 0x7000_0000
;; @0052                               v36 = load.i8x16 little v103
;; @0056                               v37 = bnot v36
;; @0058                               store little v37, v103
;;                                     v104 = iconst.i32 16
;;                                     v105 = iadd v26, v104  ; v104 = 16
;; @0063                               brif v105, block10(v105), block12
;;
;;                                 block12:
;; @0005                               return
;; }
