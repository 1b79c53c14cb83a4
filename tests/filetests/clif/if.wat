;;! stage = "clif"
;; An `if` with parameters and results, and one without `else`, whose parameters are its results.
(module
  (func (export "_start")
    i32.const 1
    (if (param i32) (result i64) (i32.const 2)
      (then i64.extend_i32_s)
      (else drop i64.const 3))
    (if (param i64) (result i64) (i32.const 4)
      (then i64.const 5 i64.add))
    drop))

;; ;; if.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = iconst.i32 2
;; @0005                               brif v1, block2, block3  ; v1 = 2
;;
;;                                 block2:
;; @0007                               v3 = sextend.i64 v0  ; v0 = 1
;; @0008                               jump block4(v3)
;;
;;                                 block3:
;; @000a                               v4 = iconst.i64 3
;; @000c                               jump block4(v4)  ; v4 = 3
;;
;;                                 block4(v2: i64):
;; @000d                               v5 = iconst.i32 4
;; @000f                               brif v5, block5, block6  ; v5 = 4
;;
;;                                 block5:
;; @0011                               v7 = iconst.i64 5
;; @0013                               v8 = iadd.i64 v2, v7  ; v7 = 5
;; @0014                               jump block7(v8)
;;
;;                                 block6:
;; @0014                               jump block7(v2)
;;
;;                                 block7(v6: i64):
;; @0016                               jump block1
;;
;;                                 block1:
;; @0016                               return
;; }
