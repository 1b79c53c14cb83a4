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
;;     fn0 = colocated u0:10 sig0
;;     fn1 = colocated u0:11 sig1
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
;; function u0:10(i32) -> i32 tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0(v0: i32):
;; @0003                               return_call fn0(v0)
;; }
;;
;; ;; return_call.wat function 3 "indirect"
;; function u0:11(i32) -> i32 tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0(v0: i32):
;; @0003                               v2 = iconst.i32 0
;; @0005                               v3 = iconst.i32 0
;; @0005                               v4 = icmp eq v2, v3  ; v2 = 0, v3 = 0
;; @0005                               brif v4, block2, block3
;;
;;                                 block3 cold:
;; @0005                               v5 = uextend.i64 v2  ; v2 = 0
;; @0005                               v6 = iconst.i64 1
;; @0005                               v7 = icmp uge v5, v6  ; v6 = 1
;; @0005                               trapnz v7, user4
;; @0005                               v8 = iconst.i64 0
;; @0005                               v9 = select_spectre_guard v7, v8, v5  ; v8 = 0
;; @0005                               v10 = iconst.i64 0x0700_0040
;; @0005                               v11 = iconst.i64 3
;; @0005                               v12 = ishl v9, v11  ; v11 = 3
;; @0005                               v13 = iadd v10, v12  ; v10 = 0x0700_0040
;; @0005                               v14 = load.i32 notrap aligned readonly v13+4
;; @0005                               trapz v14, user5
;; @0005                               trap user6
;;
;;                                 block2:
;; @0005                               return_call fn0(v0)
;; }
