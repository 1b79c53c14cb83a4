;;! stage = "clif"
;; An access with a 64-bit address is always checked. Up to the memory's initial size, the index is compared
;; with what is left behind offset and width, and no sum is formed that could wrap; beyond, one that wraps
;; traps. The last offset does not fit 64 bits together with the width.
(module
  (memory i64 1)
  (func (export "_start") (local i64)
    (drop (i32.load offset=8 (local.get 0)))
    (drop (i32.load offset=0xfffc (local.get 0)))
    (drop (i32.load offset=0xfffd (local.get 0)))
    (drop (i32.load offset=0xfffffffffffffffd (local.get 0)))))

;; ;; load_memory64.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;;                                     v28 = iconst.i64 0x6fff_fffd
;;                                     v6 = iconst.i64 0x7000_0000
;;                                     v0 = iconst.i64 0
;; @0005                               v1 = iconst.i64 0x0100_0048
;; @0005                               v2 = load.i64 notrap aligned v1  ; v1 = 0x0100_0048
;; @0005                               v3 = iconst.i64 12
;; @0005                               v4 = isub v2, v3  ; v3 = 12
;; @0005                               v5 = icmp ugt v0, v4  ; v0 = 0
;; @0005                               trapnz v5, heap_oob
;; @0005                               v7 = iadd v0, v6  ; v0 = 0, v6 = 0x7000_0000
;; @0005                               v8 = load.i32 little v7+8
;; @000b                               v9 = iconst.i64 0x0100_0048
;; @000b                               v10 = load.i64 notrap aligned v9  ; v9 = 0x0100_0048
;; @000b                               v11 = iconst.i64 0x0001_0000
;; @000b                               v12 = isub v10, v11  ; v11 = 0x0001_0000
;; @000b                               v13 = icmp ugt v0, v12  ; v0 = 0
;; @000b                               trapnz v13, heap_oob
;; @000b                               v14 = iadd v0, v6  ; v0 = 0, v6 = 0x7000_0000
;; @000b                               v15 = load.i32 little v14+0xfffc
;; @0013                               v16 = iconst.i64 0x0100_0048
;; @0013                               v17 = load.i64 notrap aligned v16  ; v16 = 0x0100_0048
;; @0013                               v18 = iconst.i64 0x0001_0001
;; @0013                               v19 = uadd_overflow_trap v0, v18, heap_oob  ; v0 = 0, v18 = 0x0001_0001
;; @0013                               v20 = icmp ugt v19, v17
;; @0013                               trapnz v20, heap_oob
;; @0013                               v21 = iadd v0, v6  ; v0 = 0, v6 = 0x7000_0000
;; @0013                               v22 = load.i32 little v21+0xfffd
;; @001b                               v23 = iconst.i64 0x0100_0048
;; @001b                               v24 = load.i64 notrap aligned v23  ; v23 = 0x0100_0048
;; @001b                               v25 = iconst.i64 -1
;; @001b                               v26 = uadd_overflow_trap v0, v25, heap_oob  ; v0 = 0, v25 = -1
;; @001b                               v27 = icmp ugt v26, v24
;; @001b                               trapnz v27, heap_oob
;; @001b                               v29 = iadd v0, v28  ; v0 = 0, v28 = 0x6fff_fffd
;; @001b                               v30 = load.i32 little v29
;; @0028                               jump block1
;;
;;                                 block1:
;; @0028                               return
;; }
