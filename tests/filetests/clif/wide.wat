;;! stage = "clif"
;; Wide arithmetic is that of 128-bit integers, which are two operands each.
(module
  (func $f (param i64 i64) (result i64 i64)
    (i64.sub128 (i64.add128 (local.get 0) (local.get 1) (i64.mul_wide_s (local.get 0) (local.get 1)))
                (i64.mul_wide_u (local.get 0) (local.get 1))))
  (func (export "_start") (call $f (i64.const 3) (i64.const 4)) (drop) (drop)))

;; ;; wide.wat function 0 "f"
;; function u0:9(i64, i64) -> i64, i64 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0009                               v4 = sextend.i128 v0
;; @0009                               v5 = sextend.i128 v1
;; @0009                               v6 = imul v4, v5
;; @0009                               v7, v8 = isplit v6
;; @000b                               v9 = iconcat v7, v8
;; @000b                               v10 = iconcat v0, v1
;; @000b                               v11 = iadd v10, v9
;; @000b                               v12, v13 = isplit v11
;; @0011                               v14 = uextend.i128 v0
;; @0011                               v15 = uextend.i128 v1
;; @0011                               v16 = imul v14, v15
;; @0011                               v17, v18 = isplit v16
;; @0013                               v19 = iconcat v17, v18
;; @0013                               v20 = iconcat v12, v13
;; @0013                               v21 = isub v20, v19
;; @0013                               v22, v23 = isplit v21
;; @0015                               jump block1(v22, v23)
;;
;;                                 block1(v2: i64, v3: i64):
;; @0015                               return v2, v3
;; }
;;
;; ;; wide.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i64, i64) -> i64, i64 tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i64 3
;; @0003                               v1 = iconst.i64 4
;; @0005                               v2, v3 = call fn0(v0, v1)  ; v0 = 3, v1 = 4
;; @0009                               jump block1
;;
;;                                 block1:
;; @0009                               return
;; }
