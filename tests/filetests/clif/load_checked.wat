;;! stage = "clif"
;;! memory = "checked"
;; Without a guard, every load is checked, in 64 bits: index, offset and width together cannot wrap.
(module
  (memory 1)
  (func (export "_start")
    (drop (i64.load (i32.const 8)))
    (drop (i64.load offset=0xffffffff (i32.const 8)))))

;; ;; load_checked.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;;                                     v17 = iconst.i64 0x0001_6fff_ffff
;;                                     v7 = iconst.i64 0x7000_0000
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = uextend.i64 v0  ; v0 = 8
;; @0003                               v2 = iconst.i64 0x0100_0048
;; @0003                               v3 = load.i64 notrap aligned v2  ; v2 = 0x0100_0048
;; @0003                               v4 = iconst.i64 8
;; @0003                               v5 = iadd v1, v4  ; v4 = 8
;; @0003                               v6 = icmp ugt v5, v3
;; @0003                               trapnz v6, heap_oob
;; @0003                               v8 = iadd v1, v7  ; v7 = 0x7000_0000
;; @0003                               v9 = load.i64 little v8
;; @0007                               v10 = iconst.i32 8
;; @0009                               v11 = uextend.i64 v10  ; v10 = 8
;; @0009                               v12 = iconst.i64 0x0100_0048
;; @0009                               v13 = load.i64 notrap aligned v12  ; v12 = 0x0100_0048
;; @0009                               v14 = iconst.i64 0x0001_0000_0007
;; @0009                               v15 = iadd v11, v14  ; v14 = 0x0001_0000_0007
;; @0009                               v16 = icmp ugt v15, v13
;; @0009                               trapnz v16, heap_oob
;; @0009                               v18 = iadd v11, v17  ; v17 = 0x0001_6fff_ffff
;; @0009                               v19 = load.i64 little v18
;; @0011                               jump block1
;;
;;                                 block1:
;; @0011                               return
;; }
