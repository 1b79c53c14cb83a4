;;! stage = "clif"
;; Ranges with 64-bit operands: a sum that wraps traps. A copy between memories of different index types has
;; a 32-bit length.
(module
  (memory $wide i64 1)
  (memory $narrow 1)
  (func (export "_start") (local i64)
    (memory.fill $wide (local.get 0) (i32.const 1) (local.get 0))
    (memory.copy $narrow $wide (i32.const 2) (local.get 0) (i32.const 3))
    (drop (memory.grow $wide (memory.size $wide)))))

;; ;; memory64_bulk.wat function 0 ""
;; function u0:2() tail {
;;     sig0 = (i64, i32, i64) system_v
;;     sig1 = (i64, i64, i64) system_v
;;     sig2 = (i64, i64, i64) -> i64 tail
;;     fn0 = colocated u0:7 sig0
;;     fn1 = colocated u0:6 sig1
;;     fn2 = colocated u0:1 sig2
;;
;;                                 block0:
;;                                     v0 = iconst.i64 0
;; @0005                               v1 = iconst.i32 1
;; @0009                               v2 = iconst.i64 0x0100_0048
;; @0009                               v3 = load.i64 notrap aligned v2  ; v2 = 0x0100_0048
;; @0009                               v4 = uadd_overflow_trap v0, v0, heap_oob  ; v0 = 0, v0 = 0
;; @0009                               v5 = icmp ugt v4, v3
;; @0009                               trapnz v5, heap_oob
;; @0009                               v6 = iconst.i64 0x7000_0000
;; @0009                               v7 = iadd v0, v6  ; v0 = 0, v6 = 0x7000_0000
;; @0009                               call fn0(v7, v1, v0)  ; v1 = 1, v0 = 0
;; @000c                               v8 = iconst.i32 2
;; @0010                               v9 = iconst.i32 3
;; @0012                               v10 = uextend.i64 v9  ; v9 = 3
;; @0012                               v11 = uextend.i64 v8  ; v8 = 2
;; @0012                               v12 = iconst.i64 0x0100_0048
;; @0012                               v13 = load.i64 notrap aligned v12  ; v12 = 0x0100_0048
;; @0012                               v14 = uadd_overflow_trap v0, v10, heap_oob  ; v0 = 0
;; @0012                               v15 = icmp ugt v14, v13
;; @0012                               trapnz v15, heap_oob
;; @0012                               v16 = iconst.i64 0x0100_0070
;; @0012                               v17 = load.i64 notrap aligned v16  ; v16 = 0x0100_0070
;; @0012                               v18 = iadd v11, v10
;; @0012                               v19 = icmp ugt v18, v17
;; @0012                               trapnz v19, heap_oob
;; @0012                               v20 = iconst.i64 0x0040_f000_0000
;; @0012                               v21 = iadd v11, v20  ; v20 = 0x0040_f000_0000
;; @0012                               v22 = iconst.i64 0x7000_0000
;; @0012                               v23 = iadd v0, v22  ; v0 = 0, v22 = 0x7000_0000
;; @0012                               call fn1(v21, v23, v10)
;; @0016                               v24 = iconst.i64 0x0100_0048
;; @0016                               v25 = load.i64 notrap aligned v24  ; v24 = 0x0100_0048
;; @0016                               v26 = iconst.i64 16
;; @0016                               v27 = ushr v25, v26  ; v26 = 16
;; @0018                               v28 = iconst.i64 0x0100_0040
;; @0018                               v29 = iconst.i64 0x0001_0000
;; @0018                               v30 = call fn2(v28, v27, v29)  ; v28 = 0x0100_0040, v29 = 0x0001_0000
;; @001b                               jump block1
;;
;;                                 block1:
;; @001b                               return
;; }
