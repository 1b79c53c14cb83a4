;;! stage = "clif"
;; Relaxed operators do what the deterministic profile says: a product and a sum are not fused, a dot
;; product takes even and odd bytes apart, and adds the products with saturation.
(module
  (func $f (param v128 v128) (result v128)
    (local.set 0 (f64x2.relaxed_nmadd (local.get 0) (local.get 1) (local.get 1)))
    (local.set 0 (i16x8.relaxed_laneselect (local.get 0) (local.get 1) (local.get 1)))
    (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 1)))
  (func (export "_start") (drop (call $f (v128.const i64x2 1 2) (v128.const i64x2 3 4)))))

;; ;; simd_relaxed.wat function 0 "f"
;; function u0:9(i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i8x16, v1: i8x16):
;; @0007                               v3 = bitcast.f64x2 little v1
;; @0007                               v4 = bitcast.f64x2 little v1
;; @0007                               v5 = bitcast.f64x2 little v0
;; @0007                               v6 = fneg v5
;; @0007                               v7 = fmul v6, v4
;; @0007                               v8 = fadd v7, v3
;; @0007                               v9 = bitcast.i8x16 little v8
;; @0012                               v10 = bitselect v1, v9, v1
;; @001d                               v11 = bitcast.i32x4 little v1
;; @001d                               v12 = bitcast.i16x8 little v1
;; @001d                               v13 = bitcast.i16x8 little v10
;; @001d                               v14 = iconst.i32 8
;; @001d                               v15 = ishl v13, v14  ; v14 = 8
;; @001d                               v16 = sshr v15, v14  ; v14 = 8
;; @001d                               v17 = iconst.i32 8
;; @001d                               v18 = ishl v12, v17  ; v17 = 8
;; @001d                               v19 = sshr v18, v17  ; v17 = 8
;; @001d                               v20 = imul v16, v19
;; @001d                               v21 = iconst.i32 8
;; @001d                               v22 = sshr v13, v21  ; v21 = 8
;; @001d                               v23 = iconst.i32 8
;; @001d                               v24 = sshr v12, v23  ; v23 = 8
;; @001d                               v25 = imul v22, v24
;; @001d                               v26 = sadd_sat v20, v25
;; @001d                               v27 = swiden_low v26
;; @001d                               v28 = swiden_high v26
;; @001d                               v29 = iadd_pairwise v27, v28
;; @001d                               v30 = iadd v29, v11
;; @001d                               v31 = bitcast.i8x16 little v30
;; @0020                               jump block1(v31)
;;
;;                                 block1(v2: i8x16):
;; @0020                               return v2
;; }
;;
;; ;; simd_relaxed.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i8x16, i8x16) -> i8x16 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000020000000000000001
;;     const1 = 0x00000000000000040000000000000003
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
