;;! stage = "clif"
;; Integer operators are one instruction each. Division traps by itself.
(module
  (func $f (param i32 i32 i64 i64)
    (drop (i32.div_s (local.get 0) (local.get 1)))
    (drop (i32.rem_u (local.get 0) (local.get 1)))
    (drop (i32.shl (local.get 0) (local.get 1)))
    (drop (i32.rotr (local.get 0) (local.get 1)))
    (drop (i32.clz (local.get 0)))
    (drop (i32.eqz (local.get 0)))
    (drop (i32.lt_u (local.get 0) (local.get 1)))
    (drop (i64.popcnt (local.get 2)))
    (drop (i64.eqz (local.get 2)))
    (drop (i64.extend8_s (local.get 2)))
    (drop (i64.ge_s (local.get 2) (local.get 3))))
  (func (export "_start") (call $f (i32.const 1) (i32.const 2) (i64.const 3) (i64.const 4))))

;; ;; integer.wat function 0 "f"
;; function u0:9(i32, i32, i64, i64) tail {
;;                                 block0(v0: i32, v1: i32, v2: i64, v3: i64):
;; @0005                               v4 = sdiv v0, v1
;; @000b                               v5 = urem v0, v1
;; @0011                               v6 = ishl v0, v1
;; @0017                               v7 = rotr v0, v1
;; @001b                               v8 = clz v0
;; @001f                               v9 = iconst.i32 0
;; @001f                               v10 = icmp eq v0, v9  ; v9 = 0
;; @001f                               v11 = uextend.i32 v10
;; @0025                               v12 = icmp ult v0, v1
;; @0025                               v13 = uextend.i32 v12
;; @0029                               v14 = popcnt v2
;; @002d                               v15 = iconst.i64 0
;; @002d                               v16 = icmp eq v2, v15  ; v15 = 0
;; @002d                               v17 = uextend.i32 v16
;; @0031                               v18 = ireduce.i8 v2
;; @0031                               v19 = sextend.i64 v18
;; @0037                               v20 = icmp sge v2, v3
;; @0037                               v21 = uextend.i32 v20
;; @0039                               jump block1
;;
;;                                 block1:
;; @0039                               return
;; }
;;
;; ;; integer.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i32, i32, i64, i64) tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = iconst.i32 2
;; @0005                               v2 = iconst.i64 3
;; @0007                               v3 = iconst.i64 4
;; @0009                               call fn0(v0, v1, v2, v3)  ; v0 = 1, v1 = 2, v2 = 3, v3 = 4
;; @000b                               jump block1
;;
;;                                 block1:
;; @000b                               return
;; }
