;;! stage = "clif"
;; A call through a reference checks that it is not null, and nothing else: its type has been validated.
(module
  (type $f (func (param i32) (result i32)))
  (elem declare func $id)
  (func $id (type $f) (local.get 0))
  (func $tail (param (ref null $f)) (result i32)
    (return_call_ref $f (i32.const 1) (local.get 0)))
  (func (export "_start")
    (drop (call_ref $f (i32.const 2) (ref.func $id)))
    (drop (call $tail (ref.null $f)))))

;; ;; call_ref.wat function 0 "id"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               jump block1(v0)
;;
;;                                 block1(v1: i32):
;; @0003                               return v1
;; }
;;
;; ;; call_ref.wat function 1 "tail"
;; function u0:10(i64) -> i32 tail {
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i64):
;; @0001                               v2 = iconst.i32 1
;; @0005                               trapz v0, user15
;; @0005                               v3 = ireduce.i32 v0
;; @0005                               v4 = uextend.i64 v3
;; @0005                               return_call_indirect sig0, v4(v2)  ; v2 = 1
;; }
;;
;; ;; call_ref.wat function 2 ""
;; function u0:2() tail {
;;     sig0 = (i32) -> i32 tail
;;     sig1 = (i32) -> i32 tail
;;     sig2 = (i64) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:10 sig2
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 2
;; @0003                               v1 = func_addr.i64 fn0
;; @0003                               v2 = iconst.i64 0x0001_0000_0000
;; @0003                               v3 = bor v1, v2  ; v2 = 0x0001_0000_0000
;; @0005                               trapz v3, user15
;; @0005                               v4 = ireduce.i32 v3
;; @0005                               v5 = uextend.i64 v4
;; @0005                               v6 = call_indirect sig1, v5(v0)  ; v0 = 2
;; @0008                               v7 = iconst.i64 0
;; @000a                               v8 = call fn1(v7)  ; v7 = 0
;; @000d                               jump block1
;;
;;                                 block1:
;; @000d                               return
;; }
