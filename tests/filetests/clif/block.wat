;;! stage = "clif"
;; The results of a block are the parameters of what follows it; its parameters stay operands.
(module
  (func (export "_start")
    i32.const 1
    (block (param i32) (result i32 i32)
      i32.const 2
      (br_if 0 (i32.const 3))
      i32.add
      i32.const 4)
    drop
    drop))

;; ;; block.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0005                               v3 = iconst.i32 2
;; @0007                               v4 = iconst.i32 3
;; @0009                               brif v4, block2(v0, v3), block3  ; v4 = 3, v0 = 1, v3 = 2
;;
;;                                 block3:
;; @000b                               v5 = iadd.i32 v0, v3  ; v0 = 1, v3 = 2
;; @000c                               v6 = iconst.i32 4
;; @000e                               jump block2(v5, v6)  ; v6 = 4
;;
;;                                 block2(v1: i32, v2: i32):
;; @0011                               jump block1
;;
;;                                 block1:
;; @0011                               return
;; }
