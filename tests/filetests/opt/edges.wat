;;! pass = "-inline"
;;! stage = "opt"
;; The constants of early exits are made on the way out, once for two exits with the same result.
(module
  (memory 1)
  (func (export "_start") (drop (call $f (i32.const 16))))
  (func $f (param $at i32) (result i32)
    (block $out (result i32)
      (br_if $out (i32.const 7) (i32.load8_u (local.get $at)))
      (drop)
      (br_if $out (i32.const 7) (i32.load8_u offset=1 (local.get $at)))
      (drop)
      (br_if $out (i32.const 9) (i32.load8_u offset=2 (local.get $at)))
      (drop)
      (i32.load offset=4 (local.get $at)))))

;; ;; edges.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 16
;; @0003                               v1 = call fn0(v0)  ; v0 = 16
;; @0006                               return
;; }
;;
;; ;; edges.wat function 1 "f"
;; function u0:2(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0007                               v4 = uextend.i64 v0
;;                                     v5 = iconst.i64 0x7000_0000
;; @0007                               v6 = iadd v4, v5  ; v5 = 0x7000_0000
;; @0007                               v7 = uload8.i32 little v6
;; @000a                               brif v7, block6, block3
;;
;;                                 block6:
;; @0003                               v3 = iconst.i32 7
;;                                     jump block2(v3)  ; v3 = 7
;;
;;                                 block3:
;;                                     v19 = iadd.i64 v4, v5  ; v5 = 0x7000_0000
;; @0011                               v11 = uload8.i32 little v19+1
;; @0014                               brif v11, block6, block4
;;
;;                                 block4:
;;                                     v20 = iadd.i64 v4, v5  ; v5 = 0x7000_0000
;; @001b                               v15 = uload8.i32 little v20+2
;; @001e                               brif v15, block7, block5
;;
;;                                 block7:
;; @0017                               v12 = iconst.i32 9
;;                                     jump block2(v12)  ; v12 = 9
;;
;;                                 block5:
;;                                     v21 = iadd.i64 v4, v5  ; v5 = 0x7000_0000
;; @0023                               v18 = load.i32 little v21+4
;; @0026                               jump block2(v18)
;;
;;                                 block2(v2: i32):
;; @0027                               return v2
;; }
