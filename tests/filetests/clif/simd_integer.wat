;;! stage = "clif"
;; Integer operators are one instruction each where the code generator has one.
(module
  (func $f (param v128 v128 i32) (result v128)
    (v128.bitselect
      (i16x8.add_sat_u (i16x8.mul (local.get 0) (local.get 1)) (i16x8.q15mulr_sat_s (local.get 0) (local.get 1)))
      (i32x4.shr_u (i32x4.abs (local.get 0)) (local.get 2))
      (v128.andnot
        (i64x2.lt_s (local.get 0) (local.get 1))
        (i8x16.gt_u (i8x16.avgr_u (local.get 0) (local.get 1)) (i8x16.popcnt (local.get 0))))))
  (func (export "_start")
    (drop (call $f (v128.const i64x2 0 0) (v128.const i64x2 1 1) (i32.const 2)))))

;; ;; simd_integer.wat function 0 "f"
;; function u0:9(i8x16, i8x16, i32) -> i8x16 tail {
;;                                 block0(v0: i8x16, v1: i8x16, v2: i32):
;; @0005                               v4 = bitcast.i16x8 little v1
;; @0005                               v5 = bitcast.i16x8 little v0
;; @0005                               v6 = imul v5, v4
;; @0005                               v7 = bitcast.i8x16 little v6
;; @000c                               v8 = bitcast.i16x8 little v1
;; @000c                               v9 = bitcast.i16x8 little v0
;; @000c                               v10 = sqmul_round_sat v9, v8
;; @000c                               v11 = bitcast.i8x16 little v10
;; @000f                               v12 = bitcast.i16x8 little v11
;; @000f                               v13 = bitcast.i16x8 little v7
;; @000f                               v14 = uadd_sat v13, v12
;; @000f                               v15 = bitcast.i8x16 little v14
;; @0014                               v16 = bitcast.i32x4 little v0
;; @0014                               v17 = iabs v16
;; @0014                               v18 = bitcast.i8x16 little v17
;; @0019                               v19 = bitcast.i32x4 little v18
;; @0019                               v20 = ushr v19, v2
;; @0019                               v21 = bitcast.i8x16 little v20
;; @0020                               v22 = bitcast.i64x2 little v1
;; @0020                               v23 = bitcast.i64x2 little v0
;; @0020                               v24 = icmp slt v23, v22
;; @0020                               v25 = bitcast.i8x16 little v24
;; @0027                               v26 = avg_round v0, v1
;; @002b                               v27 = popcnt v0
;; @002d                               v28 = icmp ugt v26, v27
;; @002f                               v29 = bnot v28
;; @002f                               v30 = band v25, v29
;; @0031                               v31 = bitselect v30, v15, v21
;; @0033                               jump block1(v31)
;;
;;                                 block1(v3: i8x16):
;; @0033                               return v3
;; }
;;
;; ;; simd_integer.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i8x16, i8x16, i32) -> i8x16 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;     const1 = 0x00000000000000010000000000000001
;;
;;                                 block0:
;; @0001                               v0 = vconst.i8x16 const0
;; @0013                               v1 = vconst.i8x16 const1
;; @0025                               v2 = iconst.i32 2
;; @0027                               v3 = call fn0(v0, v1, v2)  ; v0 = const0, v1 = const1, v2 = 2
;; @002a                               jump block1
;;
;;                                 block1:
;; @002a                               return
;; }
