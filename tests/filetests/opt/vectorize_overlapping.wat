;;! stage = "opt"
;; Each iteration stores over most of what the one before has stored: nothing to do at once.
(module
  (memory 1)
  (func (export "_start") (local $i i32)
    (loop $next
      (i32.store (local.get $i) (local.get $i))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))))

;; ;; vectorize_overlapping.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;;                                     v0 = iconst.i32 0
;;                                     v3 = iconst.i64 0x7000_0000
;; @000e                               v5 = iconst.i32 1
;; @0013                               v7 = iconst.i32 100
;;                                     v17 = iconst.i64 0
;; @0003                               jump block2(v17)  ; v17 = 0
;;
;;                                 block2(v16: i64):
;;                                     v1 = ireduce.i32 v16
;;                                     v10 = iconst.i64 0x7000_0000
;;                                     v11 = iadd v16, v10  ; v10 = 0x7000_0000
;; @0009                               store little v1, v11
;;                                     v12 = iconst.i32 1
;;                                     v13 = iadd v1, v12  ; v12 = 1
;;                                     v14 = iconst.i32 100
;;                                     v15 = icmp ult v13, v14  ; v14 = 100
;;                                     v18 = uextend.i64 v13
;; @0017                               brif v15, block2(v18), block4
;;
;;                                 block4:
;; @001a                               return
;; }
