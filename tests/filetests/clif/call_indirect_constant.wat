;;! stage = "clif"
;;! pass = "-devirtualize"
;; A call through a table that nothing writes: the bound is constant. One comparison of signatures tells
;; null entries and wrong types, which of them it was is found out on the cold path.
(module
  (type $unary (func (param i32) (result i32)))
  (table 2 funcref)
  (elem (i32.const 0) $f)
  (func $f (type $unary) (local.get 0))
  (func (export "_start") (drop (call_indirect (type $unary) (i32.const 7) (i32.const 1)))))

;; ;; call_indirect_constant.wat function 0 "f"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               jump block1(v0)
;;
;;                                 block1(v1: i32):
;; @0003                               return v1
;; }
;;
;; ;; call_indirect_constant.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 7
;; @0003                               v1 = iconst.i32 1
;; @0005                               v2 = uextend.i64 v1  ; v1 = 1
;; @0005                               v3 = iconst.i64 2
;; @0005                               v4 = icmp uge v2, v3  ; v3 = 2
;; @0005                               trapnz v4, user4
;; @0005                               v5 = iconst.i64 0
;; @0005                               v6 = select_spectre_guard v4, v5, v2  ; v5 = 0
;; @0005                               v7 = iconst.i64 0x0700_0040
;; @0005                               v8 = iconst.i64 3
;; @0005                               v9 = ishl v6, v8  ; v8 = 3
;; @0005                               v10 = iadd v7, v9  ; v7 = 0x0700_0040
;; @0005                               v11 = load.i32 notrap aligned readonly v10+4
;; @0005                               v12 = iconst.i32 1
;; @0005                               v13 = icmp ne v11, v12  ; v12 = 1
;; @0005                               brif v13, block2, block3
;;
;;                                 block2 cold:
;; @0005                               trapz.i32 v11, user5
;; @0005                               trap user6
;;
;;                                 block3:
;; @0005                               v14 = uload32.i64 notrap aligned readonly v10
;; @0005                               v15 = call_indirect sig0, v14(v0)  ; v0 = 7
;; @0009                               jump block1
;;
;;                                 block1:
;; @0009                               return
;; }
