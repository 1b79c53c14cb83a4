;;! pass = "-inline"
;;! stage = "opt"
;; A switch that is in no loop stays as it is, and so does one whose loop has few ways back.
(module
  (memory 1)
  (func (export "_start")
    (drop (call $switch (i32.load (i32.const 16)) (i32.const 1)))
    (drop (call $states (i32.const 1) (i32.const 1))))
  (func $switch (param $which i32) (param $number i32) (result i32)
    (block $end
      (block $c
        (block $b
          (block $a
            (br_table $a $b $c $end (local.get $which)))
          (return (i32.mul (local.get $number) (i32.const 3))))
        (return (i32.clz (local.get $number))))
      (local.set $number (i32.ctz (local.get $number))))
    (local.get $number))
  (func $states (param $at i32) (param $number i32) (result i32)
    (loop $next
      (block $end
        (block $b
          (block $a
            (br_table $a $b $end $a $end (i32.load8_u (local.get $at))))
          (local.set $at (i32.add (local.get $at) (local.get $number)))
          (br $next))
        (local.set $number (i32.popcnt (i32.load offset=4 (local.get $at))))
        (br $next)))
    (local.get $number)))

;; ;; thread_not.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     sig1 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:3 sig1
;;
;;                                 block0:
;; @0003                               v3 = iconst.i64 0x7000_0010
;; @0003                               v4 = load.i32 little v3  ; v3 = 0x7000_0010
;; @0006                               v5 = iconst.i32 1
;; @0008                               v6 = call fn0(v4, v5)  ; v5 = 1
;; @000f                               v9 = call fn1(v5, v5)  ; v5 = 1, v5 = 1
;; @0012                               return
;; }
;;
;; ;; thread_not.wat function 1 "switch"
;; function u0:2(i32, i32) -> i32 tail {
;;                                 block0(v0: i32, v1: i32):
;; @000b                               br_table v0, block2(v1), [block5, block4, block3]
;;
;;                                 block5:
;; @0014                               v3 = iconst.i32 3
;; @0016                               v4 = imul.i32 v1, v3  ; v3 = 3
;; @0017                               return v4
;;
;;                                 block4:
;; @001b                               v5 = clz.i32 v1
;; @001c                               return v5
;;
;;                                 block3:
;; @0020                               v6 = ctz.i32 v1
;; @0023                               jump block2(v6)
;;
;;                                 block2(v7: i32):
;; @0026                               return v7
;; }
;;
;; ;; thread_not.wat function 2 "states"
;; function u0:3(i32, i32) -> i32 tail {
;;                                 block0(v0: i32, v1: i32):
;;                                     v5 = iconst.i64 0x7000_0000
;;                                     v17 = uextend.i64 v0
;; @0001                               jump block2(v17, v1)
;;
;;                                 block2(v16: i64, v8: i32):
;;                                     v3 = ireduce.i32 v16
;;                                     v14 = iconst.i64 0x7000_0000
;;                                     v15 = iadd v16, v14  ; v14 = 0x7000_0000
;; @000b                               v7 = uload8.i32 little v15
;; @000e                               br_table v7, block4, [block6, block5, block4, block6]
;;
;;                                 block6:
;; @001a                               v9 = iadd.i32 v3, v8
;;                                     v18 = uextend.i64 v9
;; @001d                               jump block2(v18, v8)
;;
;;                                 block5:
;; @0022                               v12 = load.i32 little v15+4
;; @0025                               v13 = popcnt v12
;; @0028                               jump block2(v16, v13)
;;
;;                                 block4:
;; @002e                               return v8
;; }
