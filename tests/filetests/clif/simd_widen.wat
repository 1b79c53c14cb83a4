;;! stage = "clif"
;; Operators that narrow or widen lanes; products and sums of wider lanes are instructions on widened ones.
(module
  (func $f (param v128 v128) (result v128)
    (i8x16.narrow_i16x8_u
      (i16x8.narrow_i32x4_s
        (i32x4.dot_i16x8_s (local.get 0) (local.get 1))
        (i32x4.extadd_pairwise_i16x8_u (local.get 0)))
      (i16x8.extmul_high_i8x16_u (local.get 0) (i16x8.extend_low_i8x16_s (local.get 1)))))
  (func (export "_start")
    (drop (call $f (v128.const i64x2 0 0) (v128.const i64x2 1 1)))))

;; ;; simd_widen.wat function 0 "f"
;; function u0:9(i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i8x16, v1: i8x16):
;; @0005                               v3 = bitcast.i16x8 little v1
;; @0005                               v4 = bitcast.i16x8 little v0
;; @0005                               v5 = swiden_low v4
;; @0005                               v6 = swiden_low v3
;; @0005                               v7 = imul v5, v6
;; @0005                               v8 = swiden_high v4
;; @0005                               v9 = swiden_high v3
;; @0005                               v10 = imul v8, v9
;; @0005                               v11 = iadd_pairwise v7, v10
;; @0005                               v12 = bitcast.i8x16 little v11
;; @000a                               v13 = bitcast.i16x8 little v0
;; @000a                               v14 = uwiden_low v13
;; @000a                               v15 = uwiden_high v13
;; @000a                               v16 = iadd_pairwise v14, v15
;; @000a                               v17 = bitcast.i8x16 little v16
;; @000c                               v18 = bitcast.i32x4 little v17
;; @000c                               v19 = bitcast.i32x4 little v12
;; @000c                               v20 = snarrow v19, v18
;; @000c                               v21 = bitcast.i8x16 little v20
;; @0013                               v22 = swiden_low v1
;; @0013                               v23 = bitcast.i8x16 little v22
;; @0016                               v24 = uwiden_high v0
;; @0016                               v25 = uwiden_high v23
;; @0016                               v26 = imul v24, v25
;; @0016                               v27 = bitcast.i8x16 little v26
;; @0019                               v28 = bitcast.i16x8 little v27
;; @0019                               v29 = bitcast.i16x8 little v21
;; @0019                               v30 = unarrow v29, v28
;; @001b                               jump block1(v30)
;;
;;                                 block1(v2: i8x16):
;; @001b                               return v2
;; }
;;
;; ;; simd_widen.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i8x16, i8x16) -> i8x16 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;     const1 = 0x00000000000000010000000000000001
;;
;;                                 block0:
;; @0001                               v0 = vconst.i8x16 const0
;; @0013                               v1 = vconst.i8x16 const1
;; @0025                               v2 = call fn0(v0, v1)  ; v0 = const0, v1 = const1
;; @0028                               jump block1
;;
;;                                 block1:
;; @0028                               return
;; }
