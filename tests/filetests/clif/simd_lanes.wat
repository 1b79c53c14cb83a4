;;! stage = "clif"
;; Vectors are `i8x16` but where an operator sees other lanes; narrow lanes are the low parts of `i32`s.
(module
  (func $f (param v128 v128 i32 f64) (result i32)
    (local.set 0 (i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31 (local.get 0) (local.get 1)))
    (local.set 0 (i8x16.swizzle (local.get 0) (v128.const i64x2 1 2)))
    (local.set 0 (i16x8.replace_lane 7 (local.get 0) (i16x8.extract_lane_s 1 (i16x8.splat (local.get 2)))))
    (local.set 0 (f64x2.replace_lane 1 (local.get 0) (f64x2.extract_lane 0 (f64x2.splat (local.get 3)))))
    (i32.add
      (i32.add (v128.any_true (local.get 0)) (i64x2.all_true (local.get 0)))
      (i8x16.bitmask (local.get 0))))
  (func (export "_start")
    (drop (call $f (v128.const i64x2 0 0) (v128.const i64x2 1 1) (i32.const 2) (f64.const 3)))))

;; ;; simd_lanes.wat function 0 "f"
;; function u0:9(i8x16, i8x16, i32, f64) -> i32 tail {
;;     const0 = 0x00000000000000020000000000000001
;;
;;                                 block0(v0: i8x16, v1: i8x16, v2: i32, v3: f64):
;; @0005                               v5 = shuffle v0, v1, 0x1f0e1d0c1b0a19081706150413021100
;; @001b                               v6 = vconst.i8x16 const0
;; @002d                               v7 = swizzle v5, v6  ; v6 = const0
;; @0035                               v8 = ireduce.i16 v2
;; @0035                               v9 = splat.i16x8 v8
;; @0035                               v10 = bitcast.i8x16 little v9
;; @0037                               v11 = bitcast.i16x8 little v10
;; @0037                               v12 = extractlane v11, 1
;; @0037                               v13 = sextend.i32 v12
;; @003a                               v14 = ireduce.i16 v13
;; @003a                               v15 = bitcast.i16x8 little v7
;; @003a                               v16 = insertlane v15, v14, 7
;; @003a                               v17 = bitcast.i8x16 little v16
;; @0043                               v18 = splat.f64x2 v3
;; @0043                               v19 = bitcast.i8x16 little v18
;; @0045                               v20 = bitcast.f64x2 little v19
;; @0045                               v21 = extractlane v20, 0
;; @0048                               v22 = bitcast.f64x2 little v17
;; @0048                               v23 = insertlane v22, v21, 1
;; @0048                               v24 = bitcast.i8x16 little v23
;; @004f                               v25 = vany_true v24
;; @004f                               v26 = uextend.i32 v25
;; @0053                               v27 = bitcast.i64x2 little v24
;; @0053                               v28 = vall_true v27
;; @0053                               v29 = uextend.i32 v28
;; @0056                               v30 = iadd v26, v29
;; @0059                               v31 = vhigh_bits.i32 v24
;; @005b                               v32 = iadd v30, v31
;; @005c                               jump block1(v32)
;;
;;                                 block1(v4: i32):
;; @005c                               return v4
;; }
;;
;; ;; simd_lanes.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i8x16, i8x16, i32, f64) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;     const1 = 0x00000000000000010000000000000001
;;
;;                                 block0:
;; @0001                               v0 = vconst.i8x16 const0
;; @0013                               v1 = vconst.i8x16 const1
;; @0025                               v2 = iconst.i32 2
;; @0027                               v3 = f64const 0x1.8000000000000p1
;; @0030                               v4 = call fn0(v0, v1, v2, v3)  ; v0 = const0, v1 = const1, v2 = 2, v3 = 0x1.8000000000000p1
;; @0033                               jump block1
;;
;;                                 block1:
;; @0033                               return
;; }
