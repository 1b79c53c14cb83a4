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
;; @0005                               v5 = iconst.i64 0x0700_0040
;; @0005                               v6 = iconst.i64 3
;; @0005                               v7 = ishl v2, v6  ; v6 = 3
;; @0005                               v8 = iadd v5, v7  ; v5 = 0x0700_0040
;; @0005                               v9 = load.i32 notrap aligned readonly v8+4
;; @0005                               v10 = iconst.i32 1
;; @0005                               v11 = icmp ne v9, v10  ; v10 = 1
;; @0005                               brif v11, block2, block3
;;
;;                                 block2 cold:
;; @0005                               trapz.i32 v9, user5
;; @0005                               trap user6
;;
;;                                 block3:
;; @0005                               v12 = uload32.i64 notrap aligned readonly v8
;; @0005                               v13 = call_indirect sig0, v12(v0)  ; v0 = 7
;; @0009                               jump block1
;;
;;                                 block1:
;; @0009                               return
;; }
