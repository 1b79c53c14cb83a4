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
;; @0005                               v6 = iconst.i64 0x0100_0040
;; @0005                               v7 = load.i64 notrap aligned v6  ; v6 = 0x0100_0040
;; @0005                               v8 = iconst.i64 3
;; @0005                               v9 = ishl v2, v8  ; v8 = 3
;; @0005                               v10 = iadd v7, v9
;; @0005                               store notrap aligned v1, v10  ; v1 = 0
;; @0007                               v11 = iconst.i32 1
;; @0009                               v12 = uextend.i64 v11  ; v11 = 1
;; @0009                               v13 = iconst.i64 0x0100_0048
;; @0009                               v14 = load.i64 notrap aligned v13  ; v13 = 0x0100_0048
;; @0009                               v15 = icmp uge v12, v14
;; @0009                               trapnz v15, user4
;; @0009                               v16 = iconst.i64 0x0100_0040
;; @0009                               v17 = load.i64 notrap aligned v16  ; v16 = 0x0100_0040
;; @0009                               v18 = iconst.i64 3
;; @0009                               v19 = ishl v12, v18  ; v18 = 3
;; @0009                               v20 = iadd v17, v19
;; @0009                               v21 = load.i32 notrap aligned v20+4
;; @0009                               v22 = iconst.i32 1
;; @0009                               v23 = icmp ne v21, v22  ; v22 = 1
;; @0009                               brif v23, block2, block3
;;
;;                                 block2 cold:
;; @0009                               trapz.i32 v21, user5
;; @0009                               trap user6
;;
;;                                 block3:
;; @0009                               v24 = uload32.i64 notrap aligned v20
;; @0009                               call_indirect sig0, v24()
;; @000c                               jump block1
;;
;;                                 block1:
;; @000c                               return
;; }
