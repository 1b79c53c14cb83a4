;;! pass = "-inline"
;;! stage = "opt"
;; A memory that may have all of 4 GiB may have what a negative constant wraps to: it stays an addition.
(module
  (memory 1 65536)
  (global $any (mut i32) (i32.const 7))
  (func $negative (param i32) (result i32)
    (i32.load (i32.sub (local.get 0) (i32.const 16))))
  (func (export "_start")
    (global.set $any (i32.const 9))
    (drop (call $negative (global.get $any)))))

;; ;; fold_full.wat function 0 "negative"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               v2 = iconst.i32 16
;; @0005                               v3 = isub v0, v2  ; v2 = 16
;; @0006                               v4 = uextend.i64 v3
;;                                     v5 = iconst.i64 0x7000_0000
;; @0006                               v6 = iadd v4, v5  ; v5 = 0x7000_0000
;; @0006                               v7 = load.i32 little v6
;; @0009                               return v7
;; }
;;
;; ;; fold_full.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 9
;; @0003                               v1 = iconst.i64 0x0100_0068
;; @0003                               store notrap aligned v0, v1  ; v0 = 9, v1 = 0x0100_0068
;; @0007                               v4 = call fn0(v0)  ; v0 = 9
;; @000a                               return
;; }
