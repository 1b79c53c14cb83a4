;;! stage = "clif"
;; Locals start as zero or null, and are values, not memory.
(module
  (func (export "_start") (local i32 i64 f32 f64 funcref externref)
    (drop (local.get 0))
    (drop (local.get 1))
    (drop (local.get 2))
    (drop (local.get 3))
    (drop (local.get 4))
    (drop (local.get 5))
    (local.set 0 (local.tee 0 (i32.const 6)))
    (drop (local.get 0))))

;; ;; local.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;;                                     v0 = iconst.i32 0
;;                                     v1 = iconst.i64 0
;;                                     v2 = f32const 0.0
;;                                     v3 = f64const 0.0
;;                                     v4 = iconst.i64 0
;;                                     v5 = iconst.i64 0
;; @001f                               v6 = iconst.i32 6
;; @0028                               jump block1
;;
;;                                 block1:
;; @0028                               return
;; }
