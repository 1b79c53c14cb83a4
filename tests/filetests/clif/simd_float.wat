;;! stage = "clif"
;; Float operators are one instruction each, but for `pmin` and `pmax`: they choose by a comparison.
(module
  (func $f (param v128 v128) (result v128)
    (v128.or
      (f32x4.eq
        (f32x4.pmin (f32x4.sqrt (local.get 0)) (f32x4.nearest (local.get 1)))
        (f32x4.min (local.get 0) (f32x4.neg (local.get 1))))
      (f64x2.pmax (f64x2.div (local.get 0) (local.get 1)) (f64x2.ceil (local.get 0)))))
  (func (export "_start")
    (drop (call $f (v128.const i64x2 0 0) (v128.const i64x2 1 1)))))

;; ;; simd_float.wat function 0 "f"
;; function u0:9(i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i8x16, v1: i8x16):
;; @0003                               v3 = bitcast.f32x4 little v0
;; @0003                               v4 = sqrt v3
;; @0003                               v5 = bitcast.i8x16 little v4
;; @0008                               v6 = bitcast.f32x4 little v1
;; @0008                               v7 = nearest v6
;; @0008                               v8 = bitcast.i8x16 little v7
;; @000a                               v9 = bitcast.f32x4 little v8
;; @000a                               v10 = bitcast.f32x4 little v5
;; @000a                               v11 = fcmp lt v9, v10
;; @000a                               v12 = bitcast.f32x4 little v11
;; @000a                               v13 = bitselect v12, v9, v10
;; @000a                               v14 = bitcast.i8x16 little v13
;; @0011                               v15 = bitcast.f32x4 little v1
;; @0011                               v16 = fneg v15
;; @0011                               v17 = bitcast.i8x16 little v16
;; @0014                               v18 = bitcast.f32x4 little v17
;; @0014                               v19 = bitcast.f32x4 little v0
;; @0014                               v20 = fmin v19, v18
;; @0014                               v21 = bitcast.i8x16 little v20
;; @0017                               v22 = bitcast.f32x4 little v21
;; @0017                               v23 = bitcast.f32x4 little v14
;; @0017                               v24 = fcmp eq v23, v22
;; @0017                               v25 = bitcast.i8x16 little v24
;; @001d                               v26 = bitcast.f64x2 little v1
;; @001d                               v27 = bitcast.f64x2 little v0
;; @001d                               v28 = fdiv v27, v26
;; @001d                               v29 = bitcast.i8x16 little v28
;; @0022                               v30 = bitcast.f64x2 little v0
;; @0022                               v31 = ceil v30
;; @0022                               v32 = bitcast.i8x16 little v31
;; @0024                               v33 = bitcast.f64x2 little v32
;; @0024                               v34 = bitcast.f64x2 little v29
;; @0024                               v35 = fcmp lt v34, v33
;; @0024                               v36 = bitcast.f64x2 little v35
;; @0024                               v37 = bitselect v36, v33, v34
;; @0024                               v38 = bitcast.i8x16 little v37
;; @0027                               v39 = bor v25, v38
;; @0029                               jump block1(v39)
;;
;;                                 block1(v2: i8x16):
;; @0029                               return v2
;; }
;;
;; ;; simd_float.wat function 1 ""
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
