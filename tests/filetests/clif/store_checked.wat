;;! stage = "clif"
;;! memory = "checked"
;; Without a guard, every store is checked before anything is written.
(module
  (memory 1)
  (func (export "_start")
    (i32.store8 (i32.const 8) (i32.const 1))
    (f64.store offset=100 (i32.const 8) (f64.const 1))))

;; ;; store_checked.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;;                                     v8 = iconst.i64 0x7000_0000
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = iconst.i32 1
;; @0005                               v2 = uextend.i64 v0  ; v0 = 8
;; @0005                               v3 = iconst.i64 0x0100_0048
;; @0005                               v4 = load.i64 notrap aligned v3  ; v3 = 0x0100_0048
;; @0005                               v5 = iconst.i64 1
;; @0005                               v6 = iadd v2, v5  ; v5 = 1
;; @0005                               v7 = icmp ugt v6, v4
;; @0005                               trapnz v7, heap_oob
;; @0005                               v9 = iadd v2, v8  ; v8 = 0x7000_0000
;; @0005                               istore8 little v1, v9  ; v1 = 1
;; @0008                               v10 = iconst.i32 8
;; @000a                               v11 = f64const 0x1.0000000000000p0
;; @0013                               v12 = uextend.i64 v10  ; v10 = 8
;; @0013                               v13 = iconst.i64 0x0100_0048
;; @0013                               v14 = load.i64 notrap aligned v13  ; v13 = 0x0100_0048
;; @0013                               v15 = iconst.i64 108
;; @0013                               v16 = iadd v12, v15  ; v15 = 108
;; @0013                               v17 = icmp ugt v16, v14
;; @0013                               trapnz v17, heap_oob
;; @0013                               v18 = iadd v12, v8  ; v8 = 0x7000_0000
;; @0013                               store little v11, v18+100  ; v11 = 0x1.0000000000000p0
;; @0016                               jump block1
;;
;;                                 block1:
;; @0016                               return
;; }
