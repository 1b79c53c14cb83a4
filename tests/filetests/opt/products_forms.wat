;;! pass = "-inline"
;;! stage = "opt"
;; A high half alone, in the order of another source, and one that is none, as a mask is too short.
(module
  (func (export "_start") (drop (call $unsigned (i64.const 1) (i64.const 2))) (drop (call $not (i64.const 1) (i64.const 2))))
  (func $unsigned (param $a i64) (param $b i64) (result i64)
    (local $first i64) (local $cross i64)
    (local.set $first
      (i64.mul (i64.shr_u (local.get $a) (i64.const 32)) (i64.and (local.get $b) (i64.const 0xffffffff))))
    (local.set $cross
      (i64.add
        (i64.add
          (i64.shr_u
            (i64.mul
              (i64.and (local.get $a) (i64.const 0xffffffff)) (i64.and (local.get $b) (i64.const 0xffffffff)))
            (i64.const 32))
          (i64.and (local.get $first) (i64.const 0xffffffff)))
        (i64.mul (i64.and (local.get $a) (i64.const 0xffffffff)) (i64.shr_u (local.get $b) (i64.const 32)))))
    (i64.add
      (i64.add (i64.shr_u (local.get $first) (i64.const 32)) (i64.shr_u (local.get $cross) (i64.const 32)))
      (i64.mul (i64.shr_u (local.get $a) (i64.const 32)) (i64.shr_u (local.get $b) (i64.const 32)))))
  (func $not (param $a i64) (param $b i64) (result i64)
    (local $first i64) (local $cross i64)
    (local.set $first
      (i64.mul (i64.shr_u (local.get $a) (i64.const 32)) (i64.and (local.get $b) (i64.const 0xffffffff))))
    (local.set $cross
      (i64.add
        (i64.add
          (i64.shr_u
            (i64.mul
              (i64.and (local.get $a) (i64.const 0xffffffff)) (i64.and (local.get $b) (i64.const 0xffffffff)))
            (i64.const 32))
          (i64.and (local.get $first) (i64.const 0x7fffffff)))
        (i64.mul (i64.and (local.get $a) (i64.const 0xffffffff)) (i64.shr_u (local.get $b) (i64.const 32)))))
    (i64.add
      (i64.add (i64.shr_u (local.get $first) (i64.const 32)) (i64.shr_u (local.get $cross) (i64.const 32)))
      (i64.mul (i64.shr_u (local.get $a) (i64.const 32)) (i64.shr_u (local.get $b) (i64.const 32))))))

;; ;; products_forms.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i64, i64) -> i64 tail
;;     sig1 = (i64, i64) -> i64 tail
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:3 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i64 1
;; @0003                               v1 = iconst.i64 2
;; @0005                               v2 = call fn0(v0, v1)  ; v0 = 1, v1 = 2
;; @000c                               v5 = call fn1(v0, v1)  ; v0 = 1, v1 = 2
;; @000f                               return
;; }
;;
;; ;; products_forms.wat function 1 "unsigned"
;; function u0:2(i64, i64) -> i64 tail {
;;                                 block0(v0: i64, v1: i64):
;;                                     v36 = umulhi v0, v1
;; @005d                               return v36
;; }
;;
;; ;; products_forms.wat function 2 "not"
;; function u0:3(i64, i64) -> i64 tail {
;;                                 block0(v0: i64, v1: i64):
;; @0005                               v4 = iconst.i64 32
;; @0007                               v5 = ushr v0, v4  ; v4 = 32
;; @000a                               v6 = iconst.i64 0xffff_ffff
;; @0010                               v7 = band v1, v6  ; v6 = 0xffff_ffff
;; @0011                               v8 = imul v5, v7
;; @004a                               v26 = ushr v8, v4  ; v4 = 32
;; @001c                               v10 = band v0, v6  ; v6 = 0xffff_ffff
;; @0026                               v13 = imul v10, v7
;; @0029                               v15 = ushr v13, v4  ; v4 = 32
;; @002c                               v16 = iconst.i64 0x7fff_ffff
;; @0032                               v17 = band v8, v16  ; v16 = 0x7fff_ffff
;; @0033                               v18 = iadd v15, v17
;; @0041                               v22 = ushr v1, v4  ; v4 = 32
;; @0042                               v23 = imul v10, v22
;; @0043                               v24 = iadd v18, v23
;; @004f                               v28 = ushr v24, v4  ; v4 = 32
;; @0050                               v29 = iadd v26, v28
;; @005b                               v34 = imul v5, v22
;; @005c                               v35 = iadd v29, v34
;; @005d                               return v35
;; }
