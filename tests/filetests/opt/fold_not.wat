;;! pass = "-inline"
;;! stage = "opt"
;; Constants that may make the sum wrap into the memory stay additions: a positive one, and a negative one
;; with an offset.
(module
  (memory 1)
  (global $any (mut i32) (i32.const 7))
  (func $positive (param i32) (result i32)
    (i32.load (i32.add (local.get 0) (i32.const 16))))
  (func $offset (param i32) (result i32)
    (i32.load offset=8 (i32.sub (local.get 0) (i32.const 16))))
  (func (export "_start")
    (global.set $any (i32.const 9))
    (drop (call $positive (global.get $any)))
    (drop (call $offset (global.get $any)))))

;; ;; fold_not.wat function 0 "positive"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               v2 = iconst.i32 16
;; @0005                               v3 = iadd v0, v2  ; v2 = 16
;; @0006                               v4 = uextend.i64 v3
;;                                     v5 = iconst.i64 0x7000_0000
;; @0006                               v6 = iadd v4, v5  ; v5 = 0x7000_0000
;; @0006                               v7 = load.i32 little v6
;; @0009                               return v7
;; }
;;
;; ;; fold_not.wat function 1 "offset"
;; function u0:2(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               v2 = iconst.i32 16
;; @0005                               v3 = isub v0, v2  ; v2 = 16
;; @0006                               v4 = uextend.i64 v3
;;                                     v5 = iconst.i64 0x7000_0000
;; @0006                               v6 = iadd v4, v5  ; v5 = 0x7000_0000
;; @0006                               v7 = load.i32 little v6+8
;; @0009                               return v7
;; }
;;
;; ;; fold_not.wat function 2 ""
;; function u0:3() tail {
;;     sig0 = (i32) -> i32 tail
;;     sig1 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:2 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 9
;; @0003                               v1 = iconst.i64 0x0100_0068
;; @0003                               store notrap aligned v0, v1  ; v0 = 9, v1 = 0x0100_0068
;; @0007                               v4 = call fn0(v0)  ; v0 = 9
;; @000a                               v6 = load.i32 notrap aligned v1  ; v1 = 0x0100_0068
;; @000c                               v7 = call fn1(v6)
;; @000f                               return
;; }
