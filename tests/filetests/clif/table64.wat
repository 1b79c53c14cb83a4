;;! stage = "clif"
;; Indices of 64 bits are compared as they are.
(module
  (table i64 2 5 funcref)
  (func (export "_start") (local i64)
    (table.set (local.get 0) (ref.null func))
    (drop (table.size))
    (call_indirect (local.get 0))))

;; ;; table64.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = () tail
;;
;;                                 block0:
;;                                     v0 = iconst.i64 0
;; @0005                               v1 = iconst.i64 0
;; @0007                               v2 = iconst.i64 0x0100_0048
;; @0007                               v3 = load.i64 notrap aligned v2  ; v2 = 0x0100_0048
;; @0007                               v4 = icmp uge v0, v3  ; v0 = 0
;; @0007                               trapnz v4, user3
;; @0007                               v5 = iconst.i64 0x0100_0040
;; @0007                               v6 = load.i64 notrap aligned v5  ; v5 = 0x0100_0040
;; @0007                               v7 = iconst.i64 3
;; @0007                               v8 = ishl v0, v7  ; v0 = 0, v7 = 3
;; @0007                               v9 = iadd v6, v8
;; @0007                               store notrap aligned v1, v9  ; v1 = 0
;; @0009                               v10 = iconst.i64 0x0100_0048
;; @0009                               v11 = load.i64 notrap aligned v10  ; v10 = 0x0100_0048
;; @000f                               v12 = iconst.i64 0x0100_0048
;; @000f                               v13 = load.i64 notrap aligned v12  ; v12 = 0x0100_0048
;; @000f                               v14 = icmp uge v0, v13  ; v0 = 0
;; @000f                               trapnz v14, user4
;; @000f                               v15 = iconst.i64 0x0100_0040
;; @000f                               v16 = load.i64 notrap aligned v15  ; v15 = 0x0100_0040
;; @000f                               v17 = iconst.i64 3
;; @000f                               v18 = ishl v0, v17  ; v0 = 0, v17 = 3
;; @000f                               v19 = iadd v16, v18
;; @000f                               v20 = load.i32 notrap aligned v19+4
;; @000f                               v21 = iconst.i32 1
;; @000f                               v22 = icmp ne v20, v21  ; v21 = 1
;; @000f                               brif v22, block2, block3
;;
;;                                 block2 cold:
;; @000f                               trapz.i32 v20, user5
;; @000f                               trap user6
;;
;;                                 block3:
;; @000f                               v23 = uload32.i64 notrap aligned v19
;; @000f                               call_indirect sig0, v23()
;; @0012                               jump block1
;;
;;                                 block1:
;; @0012                               return
;; }
