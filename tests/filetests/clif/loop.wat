;;! stage = "clif"
;; A loop's parameters are parameters of its head; a local that changes in it becomes one as well.
(module
  (func (export "_start") (local $i i32)
    i32.const 10
    (loop $again (param i32)
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      local.get $i
      i32.sub
      (br_if $again (local.get $i))
      drop)))

;; ;; loop.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;;                                     v0 = iconst.i32 0
;; @0003                               v1 = iconst.i32 10
;; @0005                               jump block2(v1, v0)  ; v1 = 10, v0 = 0
;;
;;                                 block2(v2: i32, v3: i32):
;; @0009                               v4 = iconst.i32 1
;; @000b                               v5 = iadd v3, v4  ; v4 = 1
;; @0010                               v6 = isub v2, v5
;; @0013                               brif v5, block2(v6, v5), block4
;;
;;                                 block4:
;; @0016                               jump block3
;;
;;                                 block3:
;; @0017                               jump block1
;;
;;                                 block1:
;; @0017                               return
;; }
