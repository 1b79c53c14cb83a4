;;! stage = "clif"
;; A call through a table that is written: bound and base are read from its record.
(module
  (table 2 funcref)
  (func (export "_start")
    (table.set (i32.const 0) (ref.null func))
    (call_indirect (i32.const 1))))

;; ;; call_indirect_mutable.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = () tail
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = iconst.i64 0
;; @0005                               v2 = uextend.i64 v0  ; v0 = 0
;; @0005                               v3 = iconst.i64 0x0100_0048
;; @0005                               v4 = load.i64 notrap aligned v3  ; v3 = 0x0100_0048
;; @0005                               v5 = icmp uge v2, v4
;; @0005                               trapnz v5, user3
;; @0005                               v6 = iconst.i64 0
;; @0005                               v7 = select_spectre_guard v5, v6, v2  ; v6 = 0
;; @0005                               v8 = iconst.i64 0x0100_0040
;; @0005                               v9 = load.i64 notrap aligned v8  ; v8 = 0x0100_0040
;; @0005                               v10 = iconst.i64 3
;; @0005                               v11 = ishl v7, v10  ; v10 = 3
;; @0005                               v12 = iadd v9, v11
;; @0005                               store notrap aligned v1, v12  ; v1 = 0
;; @0007                               v13 = iconst.i32 1
;; @0009                               v14 = uextend.i64 v13  ; v13 = 1
;; @0009                               v15 = iconst.i64 0x0100_0048
;; @0009                               v16 = load.i64 notrap aligned v15  ; v15 = 0x0100_0048
;; @0009                               v17 = icmp uge v14, v16
;; @0009                               trapnz v17, user4
;; @0009                               v18 = iconst.i64 0
;; @0009                               v19 = select_spectre_guard v17, v18, v14  ; v18 = 0
;; @0009                               v20 = iconst.i64 0x0100_0040
;; @0009                               v21 = load.i64 notrap aligned v20  ; v20 = 0x0100_0040
;; @0009                               v22 = iconst.i64 3
;; @0009                               v23 = ishl v19, v22  ; v22 = 3
;; @0009                               v24 = iadd v21, v23
;; @0009                               v25 = load.i32 notrap aligned v24+4
;; @0009                               v26 = iconst.i32 1
;; @0009                               v27 = icmp ne v25, v26  ; v26 = 1
;; @0009                               brif v27, block2, block3
;;
;;                                 block2 cold:
;; @0009                               trapz.i32 v25, user5
;; @0009                               trap user6
;;
;;                                 block3:
;; @0009                               v28 = uload32.i64 notrap aligned v24
;; @0009                               call_indirect sig0, v28()
;; @000c                               jump block1
;;
;;                                 block1:
;; @000c                               return
;; }
