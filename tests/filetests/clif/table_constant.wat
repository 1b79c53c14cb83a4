;;! stage = "clif"
;; A table that nothing writes has a constant length and constant entries.
(module
  (table 3 funcref)
  (elem (i32.const 1) $f)
  (func $f)
  (func (export "_start")
    (drop (table.size))
    (drop (table.get (i32.const 1)))))

;; ;; table_constant.wat function 0 "f"
;; function u0:1() tail {
;;                                 block0:
;; @0001                               jump block1
;;
;;                                 block1:
;; @0001                               return
;; }
;;
;; ;; table_constant.wat function 1 ""
;; function u0:2() tail {
;;                                 block0:
;; @0001                               v0 = iconst.i64 3
;; @0001                               v1 = ireduce.i32 v0  ; v0 = 3
;; @0005                               v2 = iconst.i32 1
;; @0007                               v3 = uextend.i64 v2  ; v2 = 1
;; @0007                               v4 = iconst.i64 3
;; @0007                               v5 = icmp uge v3, v4  ; v4 = 3
;; @0007                               trapnz v5, user3
;; @0007                               v6 = iconst.i64 0
;; @0007                               v7 = select_spectre_guard v5, v6, v3  ; v6 = 0
;; @0007                               v8 = iconst.i64 0x0700_0040
;; @0007                               v9 = iconst.i64 3
;; @0007                               v10 = ishl v7, v9  ; v9 = 3
;; @0007                               v11 = iadd v8, v10  ; v8 = 0x0700_0040
;; @0007                               v12 = load.i64 notrap aligned readonly v11
;; @000a                               jump block1
;;
;;                                 block1:
;; @000a                               return
;; }
