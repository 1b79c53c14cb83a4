;;! stage = "clif"
;; A reference to a function is its address and, above it, the number of its signature; null is 0.
(module
  (func $f (param i32))
  (elem declare func $f)
  (func (export "_start")
    (drop (ref.is_null (ref.null extern)))
    (drop (ref.func $f))
    (drop (select (result funcref) (ref.null func) (ref.func $f) (i32.const 1)))))

;; ;; reference.wat function 0 "f"
;; function u0:1(i32) tail {
;;                                 block0(v0: i32):
;; @0001                               jump block1
;;
;;                                 block1:
;; @0001                               return
;; }
;;
;; ;; reference.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = (i32) tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i64 0
;; @0003                               v1 = iconst.i64 0
;; @0003                               v2 = icmp eq v0, v1  ; v0 = 0, v1 = 0
;; @0003                               v3 = uextend.i32 v2
;; @0005                               v4 = func_addr.i64 fn0
;; @0005                               v5 = iconst.i64 0x0001_0000_0000
;; @0005                               v6 = bor v4, v5  ; v5 = 0x0001_0000_0000
;; @0008                               v7 = iconst.i64 0
;; @000a                               v8 = func_addr.i64 fn0
;; @000a                               v9 = iconst.i64 0x0001_0000_0000
;; @000a                               v10 = bor v8, v9  ; v9 = 0x0001_0000_0000
;; @000c                               v11 = iconst.i32 1
;; @000e                               v12 = select v11, v7, v10  ; v11 = 1, v7 = 0
;; @0012                               jump block1
;;
;;                                 block1:
;; @0012                               return
;; }
