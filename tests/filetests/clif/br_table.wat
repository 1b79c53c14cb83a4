;;! stage = "clif"
;; Labels that take operands get one block each that passes them on, however many entries lead there.
(module
  (func (export "_start")
    (block $a
      (drop
        (block $b (result i32)
          (br_table $b $b $b (i32.const 1) (i32.const 2))))
      (br_table $a $a (i32.const 3)))))

;; ;; br_table.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0005                               v1 = iconst.i32 1
;; @0007                               v2 = iconst.i32 2
;; @0009                               br_table v2, block4, [block4, block4]  ; v2 = 2
;;
;;                                 block4:
;; @0009                               jump block3(v1)  ; v1 = 1
;;
;;                                 block3(v0: i32):
;; @0010                               v3 = iconst.i32 3
;; @0012                               br_table v3, block2, [block2]  ; v3 = 3
;;
;;                                 block2:
;; @0017                               jump block1
;;
;;                                 block1:
;; @0017                               return
;; }
