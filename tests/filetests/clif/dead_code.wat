;;! stage = "clif"
;; What cannot be reached is not translated, up to the end of the block that something else can reach.
(module
  (func (export "_start")
    (block $reached
      (br_if $reached (i32.const 1))
      unreachable
      (block (loop (br 0)))
      (drop (i32.const 2)))
    (drop (i32.const 3))
    return
    (drop (i32.const 4))))

;; ;; dead_code.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0003                               v0 = iconst.i32 1
;; @0005                               brif v0, block2, block3  ; v0 = 1
;;
;;                                 block3:
;; @0007                               trap user1
;;
;;                                 block2:
;; @0014                               v1 = iconst.i32 3
;; @0017                               return
;; }
