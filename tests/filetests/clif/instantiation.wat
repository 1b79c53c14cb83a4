;;! stage = "clif"
;;! pass = "-unify"
;; What instantiation does at run time, in order: the segments that are not in the image because they
;; are out of bounds, then the start function.
(module
  (memory 1)
  (table 1 funcref)
  (elem (i32.const 1) $f)
  (data (i32.const 0xffff) "ab")
  (start $f)
  (func $f)
  (func (export "_start")))

;; ;; instantiation.wat instantiation
;; function u0:1() tail {
;;     sig0 = (i64, i64, i64) system_v
;;     sig1 = () tail
;;     fn0 = colocated u0:7 sig0
;;     fn1 = colocated u0:2 sig1
;;
;; block0:
;;     v0 = iconst.i64 1
;;     v1 = iconst.i64 0
;;     v2 = iconst.i64 1
;;     v3 = iadd v1, v2  ; v1 = 0, v2 = 1
;;     v4 = icmp ugt v3, v2  ; v2 = 1
;;     trapnz v4, user3
;;     v5 = iconst.i64 0x0100_0070
;;     v6 = load.i64 notrap aligned v5  ; v5 = 0x0100_0070
;;     v7 = iadd v0, v2  ; v0 = 1, v2 = 1
;;     v8 = icmp ugt v7, v6
;;     trapnz v8, user3
;;     v9 = iconst.i64 0x0100_0068
;;     v10 = load.i64 notrap aligned v9  ; v9 = 0x0100_0068
;;     v11 = iconst.i64 3
;;     v12 = ishl v0, v11  ; v0 = 1, v11 = 3
;;     v13 = iadd v10, v12
;;     v14 = iconst.i64 3
;;     v15 = ishl v1, v14  ; v1 = 0, v14 = 3
;;     v16 = iconst.i64 0x0700_0090
;;     v17 = iadd v15, v16  ; v16 = 0x0700_0090
;;     v18 = iconst.i64 3
;;     v19 = ishl v2, v18  ; v2 = 1, v18 = 3
;;     call fn0(v13, v17, v19)
;;     v20 = iconst.i64 0xffff
;;     v21 = iconst.i64 0
;;     v22 = iconst.i64 2
;;     v23 = iadd v21, v22  ; v21 = 0, v22 = 2
;;     v24 = icmp ugt v23, v22  ; v22 = 2
;;     trapnz v24, heap_oob
;;     v25 = iconst.i64 0x0100_0048
;;     v26 = load.i64 notrap aligned v25  ; v25 = 0x0100_0048
;;     v27 = iadd v20, v22  ; v20 = 0xffff, v22 = 2
;;     v28 = icmp ugt v27, v26
;;     trapnz v28, heap_oob
;;     v29 = iconst.i64 0x7000_0000
;;     v30 = iadd v20, v29  ; v20 = 0xffff, v29 = 0x7000_0000
;;     v31 = iconst.i64 0x0700_00a0
;;     v32 = iadd v21, v31  ; v21 = 0, v31 = 0x0700_00a0
;;     call fn0(v30, v32, v22)  ; v22 = 2
;;     call fn1()
;;     return
;; }
;;
;; ;; instantiation.wat function 0 "f"
;; function u0:2() tail {
;;                                 block0:
;; @0001                               jump block1
;;
;;                                 block1:
;; @0001                               return
;; }
;;
;; ;; instantiation.wat function 1 ""
;; function u0:3() tail {
;;                                 block0:
;; @0001                               jump block1
;;
;;                                 block1:
;; @0001                               return
;; }
