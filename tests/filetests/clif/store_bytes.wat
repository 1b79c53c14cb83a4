;;! stage = "clif"
;; The hardware does not stop accesses behind the end of a memory whose pages are bytes: code does. Its size
;; is its length.
(module
  (memory 10 (pagesize 1))
  (func (export "_start")
    (i32.store16 offset=2 (i32.const 8) (memory.size))
    (drop (memory.grow (i32.const 3)))))

;; ;; store_bytes.wat function 0 ""
;; function u0:2() tail {
;;     sig0 = (i64, i64, i64) -> i64 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0:
;;                                     v12 = iconst.i64 0x7000_0000
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = iconst.i64 0x0100_0048
;; @0003                               v2 = load.i64 notrap aligned v1  ; v1 = 0x0100_0048
;; @0003                               v3 = iconst.i64 0
;; @0003                               v4 = ushr v2, v3  ; v3 = 0
;; @0003                               v5 = ireduce.i32 v4
;; @0005                               v6 = uextend.i64 v0  ; v0 = 8
;; @0005                               v7 = iconst.i64 0x0100_0048
;; @0005                               v8 = load.i64 notrap aligned v7  ; v7 = 0x0100_0048
;; @0005                               v9 = iconst.i64 4
;; @0005                               v10 = iadd v6, v9  ; v9 = 4
;; @0005                               v11 = icmp ugt v10, v8
;; @0005                               trapnz v11, heap_oob
;; @0005                               v13 = iadd v6, v12  ; v12 = 0x7000_0000
;; @0005                               istore16 little v5, v13+2
;; @0008                               v14 = iconst.i32 3
;; @000a                               v15 = uextend.i64 v14  ; v14 = 3
;; @000a                               v16 = iconst.i64 0x0100_0040
;; @000a                               v17 = iconst.i64 1
;; @000a                               v18 = call fn0(v16, v15, v17)  ; v16 = 0x0100_0040, v17 = 1
;; @000a                               v19 = ireduce.i32 v18
;; @000d                               jump block1
;;
;;                                 block1:
;; @000d                               return
;; }
