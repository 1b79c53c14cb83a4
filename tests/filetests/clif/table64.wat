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
;; @0007                               v5 = iconst.i64 0
;; @0007                               v6 = select_spectre_guard v4, v5, v0  ; v5 = 0, v0 = 0
;; @0007                               v7 = iconst.i64 0x0100_0040
;; @0007                               v8 = load.i64 notrap aligned v7  ; v7 = 0x0100_0040
;; @0007                               v9 = iconst.i64 3
;; @0007                               v10 = ishl v6, v9  ; v9 = 3
;; @0007                               v11 = iadd v8, v10
;; @0007                               store notrap aligned v1, v11  ; v1 = 0
;; @0009                               v12 = iconst.i64 0x0100_0048
;; @0009                               v13 = load.i64 notrap aligned v12  ; v12 = 0x0100_0048
;; @000f                               v14 = iconst.i64 0x0100_0048
;; @000f                               v15 = load.i64 notrap aligned v14  ; v14 = 0x0100_0048
;; @000f                               v16 = icmp uge v0, v15  ; v0 = 0
;; @000f                               trapnz v16, user4
;; @000f                               v17 = iconst.i64 0
;; @000f                               v18 = select_spectre_guard v16, v17, v0  ; v17 = 0, v0 = 0
;; @000f                               v19 = iconst.i64 0x0100_0040
;; @000f                               v20 = load.i64 notrap aligned v19  ; v19 = 0x0100_0040
;; @000f                               v21 = iconst.i64 3
;; @000f                               v22 = ishl v18, v21  ; v21 = 3
;; @000f                               v23 = iadd v20, v22
;; @000f                               v24 = load.i32 notrap aligned v23+4
;; @000f                               v25 = iconst.i32 1
;; @000f                               v26 = icmp ne v24, v25  ; v25 = 1
;; @000f                               brif v26, block2, block3
;;
;;                                 block2 cold:
;; @000f                               trapz.i32 v24, user5
;; @000f                               trap user6
;;
;;                                 block3:
;; @000f                               v27 = uload32.i64 notrap aligned v23
;; @000f                               call_indirect sig0, v27()
;; @0012                               jump block1
;;
;;                                 block1:
;; @0012                               return
;; }
