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
;;                                     v0 = iconst.i64 0
;; @0005                               v1 = iconst.i64 0x0100_0048
;; @0005                               v2 = load.i64 notrap aligned v1  ; v1 = 0x0100_0048
;; @0005                               v3 = iconst.i64 12
;; @0005                               v4 = isub v2, v3  ; v3 = 12
;; @0005                               v5 = icmp ugt v0, v4  ; v0 = 0
;; @0005                               trapnz v5, heap_oob
;; @0005                               v6 = iconst.i64 0x7000_0000
;; @0005                               v7 = iadd v0, v6  ; v0 = 0, v6 = 0x7000_0000
;; @0005                               v8 = load.i32 little v7+8
;; @000b                               v9 = iconst.i64 0x0100_0048
;; @000b                               v10 = load.i64 notrap aligned v9  ; v9 = 0x0100_0048
;; @000b                               v11 = iconst.i64 0x0001_0000
;; @000b                               v12 = isub v10, v11  ; v11 = 0x0001_0000
;; @000b                               v13 = icmp ugt v0, v12  ; v0 = 0
;; @000b                               trapnz v13, heap_oob
;; @000b                               v14 = iconst.i64 0x7000_0000
;; @000b                               v15 = iadd v0, v14  ; v0 = 0, v14 = 0x7000_0000
;; @000b                               v16 = load.i32 little v15+0xfffc
;; @0013                               v17 = iconst.i64 0x0100_0048
;; @0013                               v18 = load.i64 notrap aligned v17  ; v17 = 0x0100_0048
;; @0013                               v19 = iconst.i64 0x0001_0001
;; @0013                               v20 = uadd_overflow_trap v0, v19, heap_oob  ; v0 = 0, v19 = 0x0001_0001
;; @0013                               v21 = icmp ugt v20, v18
;; @0013                               trapnz v21, heap_oob
;; @0013                               v22 = iconst.i64 0x7000_0000
;; @0013                               v23 = iadd v0, v22  ; v0 = 0, v22 = 0x7000_0000
;; @0013                               v24 = load.i32 little v23+0xfffd
;; @001b                               v25 = iconst.i64 0x0100_0048
;; @001b                               v26 = load.i64 notrap aligned v25  ; v25 = 0x0100_0048
;; @001b                               v27 = iconst.i64 -1
;; @001b                               v28 = uadd_overflow_trap v0, v27, heap_oob  ; v0 = 0, v27 = -1
;; @001b                               v29 = icmp ugt v28, v26
;; @001b                               trapnz v29, heap_oob
;; @001b                               v30 = iconst.i64 0x6fff_fffd
;; @001b                               v31 = iadd v0, v30  ; v0 = 0, v30 = 0x6fff_fffd
;; @001b                               v32 = load.i32 little v31
;; @0028                               jump block1
;;
;;                                 block1:
;; @0028                               return
;; }
