;;! stage = "clif"
;; Branches on null take the reference along, or leave it behind.
(module
  (type $f (func))
  (func $on_null (param (ref null $f)) (result i32)
    (block $null (result i32)
      (drop (br_on_null $null (i32.const 1) (local.get 0)))
      (drop)
      (i32.const 2)))
  (func $on_non_null (param (ref null $f)) (result (ref $f))
    (block $value (result (ref $f))
      (br_on_non_null $value (local.get 0))
      (ref.as_non_null (local.get 0))))
  (func (export "_start")
    (drop (call $on_null (ref.null $f)))
    (drop (call $on_non_null (ref.null $f)))))

;; ;; null_reference.wat function 0 "on_null"
;; function u0:9(i64) -> i32 tail {
;;                                 block0(v0: i64):
;; @0003                               v3 = iconst.i32 1
;; @0007                               brif v0, block3, block2(v3)  ; v3 = 1
;;
;;                                 block3:
;; @000b                               v4 = iconst.i32 2
;; @000d                               jump block2(v4)  ; v4 = 2
;;
;;                                 block2(v2: i32):
;; @000e                               jump block1(v2)
;;
;;                                 block1(v1: i32):
;; @000e                               return v1
;; }
;;
;; ;; null_reference.wat function 1 "on_non_null"
;; function u0:10(i64) -> i64 tail {
;;                                 block0(v0: i64):
;; @0006                               brif v0, block2(v0), block3
;;
;;                                 block3:
;; @000a                               trapz.i64 v0, user11
;; @000b                               jump block2(v0)
;;
;;                                 block2(v2: i64):
;; @000c                               jump block1(v2)
;;
;;                                 block1(v1: i64):
;; @000c                               return v1
;; }
;;
;; ;; null_reference.wat function 2 ""
;; function u0:1() tail {
;;     sig0 = (i64) -> i32 tail
;;     sig1 = (i64) -> i64 tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i64 0
;; @0003                               v1 = call fn0(v0)  ; v0 = 0
;; @0006                               v2 = iconst.i64 0
;; @0008                               v3 = call fn1(v2)  ; v2 = 0
;; @000b                               jump block1
;;
;;                                 block1:
;; @000b                               return
;; }
