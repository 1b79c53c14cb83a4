;;! pass = "-inline,-unify"
;;! stage = "opt"
;; Of a sum nothing is known, so that a constant that is added to it stays. What is accessed at other distances from the
;; sum is at a distance from that.
(module
  (memory 1)
  (global $any (mut i32) (i32.const 7))
  (func $fields (param $p i32) (param $q i32) (result i32) (local $at i32)
    (local.set $at (i32.add (local.get $p) (local.get $q)))
    (i32.sub
      (i32.load (i32.add (local.get $at) (i32.const 16)))
      (i32.add
        (i32.load offset=8 (i32.add (local.get $at) (i32.const 20)))
        (i32.load (i32.add (local.get $at) (i32.const 12))))))
  (func (export "_start")
    (global.set $any (i32.const 9))
    (drop (call $fields (global.get $any) (global.get $any)))))

;; ;; fold_neighbour.wat function 0 "fields"
;; function u0:1(i32, i32) -> i32 tail {
;;                                 block0(v0: i32, v1: i32):
;; @0007                               v4 = iadd v0, v1
;; @000c                               v5 = iconst.i32 16
;; @000e                               v6 = iadd v4, v5  ; v5 = 16
;; @000f                               v7 = uextend.i64 v6
;;                                     v8 = iconst.i64 0x7000_0000
;; @000f                               v9 = iadd v7, v8  ; v8 = 0x7000_0000
;; @000f                               v10 = load.i32 little v9
;; @0017                               v15 = load.i32 little v9+12
;; @001f                               v20 = load.i32 little v9-4
;; @0022                               v21 = iadd v15, v20
;; @0023                               v22 = isub v10, v21
;; @0024                               return v22
;; }
;;
;; ;; fold_neighbour.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 9
;; @0003                               v1 = iconst.i64 0x0100_0068
;; @0003                               store notrap aligned v0, v1  ; v0 = 9, v1 = 0x0100_0068
;; @0009                               v6 = call fn0(v0, v0)  ; v0 = 9, v0 = 9
;; @000c                               return
;; }
