;;! stage = "clif"
;; Conversions between lanes of the same width are one instruction; between 32 and 64 bits, integers are
;; widened before and narrowed after.
(module
  (func $f (param v128) (result v128)
    (local.set 0 (f32x4.convert_i32x4_u (i32x4.trunc_sat_f32x4_s (local.get 0))))
    (local.set 0 (f64x2.convert_low_i32x4_s (i32x4.trunc_sat_f64x2_s_zero (local.get 0))))
    (local.set 0 (f64x2.convert_low_i32x4_u (i32x4.trunc_sat_f64x2_u_zero (local.get 0))))
    (f32x4.demote_f64x2_zero (f64x2.promote_low_f32x4 (local.get 0))))
  (func (export "_start") (drop (call $f (v128.const f32x4 1 2 3 4)))))

;; ;; simd_conversion.wat function 0 "f"
;; function u0:9(i8x16) -> i8x16 tail {
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0(v0: i8x16):
;; @0003                               v2 = bitcast.f32x4 little v0
;; @0003                               v3 = fcvt_to_sint_sat.i32x4 v2
;; @0003                               v4 = bitcast.i8x16 little v3
;; @0006                               v5 = bitcast.i32x4 little v4
;; @0006                               v6 = fcvt_from_uint.f32x4 v5
;; @0006                               v7 = bitcast.i8x16 little v6
;; @000d                               v8 = bitcast.f64x2 little v7
;; @000d                               v9 = vconst.i64x2 const0
;; @000d                               v10 = fcvt_to_sint_sat.i64x2 v8
;; @000d                               v11 = snarrow v10, v9  ; v9 = const0
;; @000d                               v12 = bitcast.i8x16 little v11
;; @0010                               v13 = bitcast.i32x4 little v12
;; @0010                               v14 = swiden_low v13
;; @0010                               v15 = fcvt_from_sint.f64x2 v14
;; @0010                               v16 = bitcast.i8x16 little v15
;; @0017                               v17 = bitcast.f64x2 little v16
;; @0017                               v18 = vconst.i64x2 const0
;; @0017                               v19 = fcvt_to_uint_sat.i64x2 v17
;; @0017                               v20 = uunarrow v19, v18  ; v18 = const0
;; @0017                               v21 = bitcast.i8x16 little v20
;; @001a                               v22 = bitcast.i32x4 little v21
;; @001a                               v23 = uwiden_low v22
;; @001a                               v24 = fcvt_from_uint.f64x2 v23
;; @001a                               v25 = bitcast.i8x16 little v24
;; @0021                               v26 = bitcast.f32x4 little v25
;; @0021                               v27 = fvpromote_low v26
;; @0021                               v28 = bitcast.i8x16 little v27
;; @0023                               v29 = bitcast.f64x2 little v28
;; @0023                               v30 = fvdemote v29
;; @0023                               v31 = bitcast.i8x16 little v30
;; @0025                               jump block1(v31)
;;
;;                                 block1(v1: i8x16):
;; @0025                               return v1
;; }
;;
;; ;; simd_conversion.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i8x16) -> i8x16 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x4080000040400000400000003f800000
;;
;;                                 block0:
;; @0001                               v0 = vconst.i8x16 const0
;; @0013                               v1 = call fn0(v0)  ; v0 = const0
;; @0016                               jump block1
;;
;;                                 block1:
;; @0016                               return
;; }
