;;! stage = "clif"
;; Tail calls leave the frame: direct, and through a table after the checks of an ordinary call.
(module
  (type $t (func (param i32) (result i32)))
  (table funcref (elem $twice))
  (func $twice (type $t) (i32.add (local.get 0) (local.get 0)))
  (func (export "_start") (drop (call $direct (i32.const 1))) (drop (call $indirect (i32.const 1))))
  (func $direct (type $t) (return_call $twice (local.get 0)))
  (func $indirect (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 0))))

;; ;; return_call.wat function 0 "twice"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0005                               v2 = iadd v0, v0
;; @0006                               jump block1(v2)
;;
;;                                 block1(v1: i32):
;; @0006                               return v1
;; }
;;
;; ;; return_call.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = (i32) -> i32 tail
;;     sig1 = (i32) -> i32 tail
;;     fn0 = colocated u0:3 sig0
;;     fn1 = colocated u0:4 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = call fn0(v0)  ; v0 = 1
;; @0006                               v2 = iconst.i32 1
;; @0008                               v3 = call fn1(v2)  ; v2 = 1
;; @000b                               jump block1
;;
;;                                 block1:
;; @000b                               return
;; }
;;
;; ;; return_call.wat function 2 "direct"
;; function u0:3(i32) -> i32 tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0(v0: i32):
;; @0003                               return_call fn0(v0)
;; }
;;
;; ;; return_call.wat function 3 "indirect"
;; function u0:4(i32) -> i32 tail {
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i32):
;; @0003                               v2 = iconst.i32 0
;; @0005                               v3 = uextend.i64 v2  ; v2 = 0
;; @0005                               v4 = iconst.i64 1
;; @0005                               v5 = icmp uge v3, v4  ; v4 = 1
;; @0005                               trapnz v5, user4
;; @0005                               v6 = iconst.i64 0x0700_0040
;; @0005                               v7 = iconst.i64 3
;; @0005                               v8 = ishl v3, v7  ; v7 = 3
;; @0005                               v9 = iadd v6, v8  ; v6 = 0x0700_0040
;; @0005                               v10 = load.i32 notrap aligned readonly v9+4
;; @0005                               v11 = iconst.i32 1
;; @0005                               v12 = icmp ne v10, v11  ; v11 = 1
;; @0005                               brif v12, block2, block3
;;
;;                                 block2 cold:
;; @0005                               trapz.i32 v10, user5
;; @0005                               trap user6
;;
;;                                 block3:
;; @0005                               v13 = uload32.i64 notrap aligned readonly v9
;; @0005                               return_call_indirect sig0, v13(v0)
;; }
