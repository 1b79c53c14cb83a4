;;! pass = "-inline"
;;! stage = "opt"
;; The first access to a frame shows that the subtraction did not wrap: in the blocks after it the
;; constant is part of the access. One at offset 0 needs no such proof, as both forms trap if it wraps. Where no
;; access comes before on every way, and where something else needs the sum, it stays.
(module
  (memory 1)
  (global $sp (mut i32) (i32.const 4096))
  (global $any (mut i32) (i32.const 7))
  (func $frame (param $other i32) (result i32)
    (local $frame i32)
    (local.set $frame (i32.sub (global.get $sp) (i32.const 64)))
    (if (local.get $other)
      (then (i32.store offset=8 (local.get $frame) (i32.const 1))))
    (i32.store offset=12 (local.get $frame) (i32.const 2))
    (if (result i32) (local.get $other)
      (then (i32.load offset=16 (local.get $frame)))
      (else (i32.add (local.get $frame) (i32.load offset=20 (local.get $frame))))))
  (func $element (param $array i32) (param $index i32) (result i32)
    (i32.load (i32.add (i32.sub (local.get $array) (i32.const 4)) (local.get $index))))
  (func (export "_start")
    (global.set $any (i32.const 9))
    (global.set $sp (i32.const 4000))
    (drop (call $frame (global.get $any)))
    (drop (call $element (global.get $any) (global.get $any)))))

;; ;; fold_frame.wat function 0 "frame"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               v3 = iconst.i64 0x0100_0068
;; @0003                               v31 = uload32 notrap aligned v3  ; v3 = 0x0100_0068
;; @0003                               v4 = ireduce.i32 v31
;; @000d                               brif v0, block2, block3
;;
;;                                 block2:
;; @0011                               v7 = iconst.i32 1
;; @0005                               v5 = iconst.i32 64
;; @0008                               v6 = isub.i32 v4, v5  ; v5 = 64
;; @0013                               v8 = uextend.i64 v6
;;                                     v9 = iconst.i64 0x7000_0000
;; @0013                               v10 = iadd v8, v9  ; v9 = 0x7000_0000
;; @0013                               store little v7, v10+8  ; v7 = 1
;; @0016                               jump block4
;;
;;                                 block3:
;; @0016                               jump block4
;;
;;                                 block4:
;; @0019                               v12 = iconst.i32 2
;;                                     v26 = iconst.i32 64
;;                                     v27 = isub.i32 v4, v26  ; v26 = 64
;;                                     v28 = uextend.i64 v27
;;                                     v29 = iconst.i64 0x7000_0000
;;                                     v30 = iadd v28, v29  ; v29 = 0x7000_0000
;; @001b                               store little v12, v30+12  ; v12 = 2
;; @0020                               brif.i32 v0, block5, block6
;;
;;                                 block5:
;;                                     v25 = iadd.i64 v31, v29  ; v29 = 0x7000_0000
;; @0024                               v19 = load.i32 little v25-48
;; @0027                               jump block7(v19)
;;
;;                                 block6:
;; @002c                               v22 = load.i32 little v30+20
;; @002f                               v23 = iadd.i32 v27, v22
;; @0030                               jump block7(v23)
;;
;;                                 block7(v16: i32):
;; @0031                               return v16
;; }
;;
;; ;; fold_frame.wat function 1 "element"
;; function u0:2(i32, i32) -> i32 tail {
;;                                 block0(v0: i32, v1: i32):
;;                                     v10 = iadd v0, v1
;;                                     v11 = uextend.i64 v10
;;                                     v7 = iconst.i64 0x7000_0000
;;                                     v12 = iadd v11, v7  ; v7 = 0x7000_0000
;; @0009                               v9 = load.i32 little v12-4
;; @000c                               return v9
;; }
;;
;; ;; fold_frame.wat function 2 ""
;; function u0:3() tail {
;;     sig0 = (i32) -> i32 tail
;;     sig1 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:2 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 9
;; @0003                               v1 = iconst.i64 0x0100_0070
;; @0003                               store notrap aligned v0, v1  ; v0 = 9, v1 = 0x0100_0070
;; @0005                               v2 = iconst.i32 4000
;; @0008                               v3 = iconst.i64 0x0100_0068
;; @0008                               store notrap aligned v2, v3  ; v2 = 4000, v3 = 0x0100_0068
;; @000a                               v5 = load.i32 notrap aligned v1  ; v1 = 0x0100_0070
;; @000c                               v6 = call fn0(v5)
;; @000f                               v8 = load.i32 notrap aligned v1  ; v1 = 0x0100_0070
;; @0013                               v11 = call fn1(v8, v8)
;; @0016                               return
;; }
