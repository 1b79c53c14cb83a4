;;! pass = "-inline"
;;! stage = "opt"
;; A counter with constant bounds does not wrap, and neither does what is added to it.
(module
  (memory 1)
  (func $sum (result i32)
    (local $i i32) (local $sum i32)
    (loop $next
      (local.set $sum
        (i32.mul (i32.const 3)
          (i32.add (local.get $sum) (i32.load (i32.add (local.get $i) (i32.const 1024))))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 400))))
    (local.get $sum))
  (global $any (mut i32) (i32.const 7))
  (func (export "_start")
    (global.set $any (i32.const 9))
    (drop (call $sum))))

;; ;; fold_counter.wat function 0 "sum"
;; function u0:1() -> i32 tail {
;;                                 block0:
;;                                     v1 = iconst.i32 0
;;                                     v8 = iconst.i64 0x7000_0000
;;                                     v30 = iconst.i32 396
;; @0005                               v2 = iconst.i32 3
;; @0018                               v13 = iconst.i32 4
;;                                     v45 = iconst.i64 0
;; @0003                               jump block2(v1, v45)  ; v1 = 0, v45 = 0
;;
;;                                 block2(v3: i32, v44: i64):
;;                                     v4 = ireduce.i32 v44
;;                                     v34 = iconst.i64 0x7000_0000
;;                                     v35 = iadd v44, v34  ; v34 = 0x7000_0000
;; @000f                               v10 = load.i32 little v35+1024
;; @0012                               v11 = iadd v3, v10
;;                                     v36 = iconst.i32 396
;;                                     v37 = icmp ne v4, v36  ; v36 = 396
;;                                     v38 = iconst.i32 3
;;                                     v39 = imul v11, v38  ; v38 = 3
;;                                     v40 = iconst.i32 4
;;                                     v41 = iadd v4, v40  ; v40 = 4
;; @0021                               v42 = iconst.i32 400
;; @0021                               v43 = icmp ne v41, v42  ; v42 = 400
;;                                     v46 = uextend.i64 v41
;; @0021                               brif v43, block2(v39, v46), block4
;;
;;                                 block4:
;; @0026                               return v39
;; }
;;
;; ;; fold_counter.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = () -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 9
;; @0003                               v1 = iconst.i64 0x0100_0068
;; @0003                               store notrap aligned v0, v1  ; v0 = 9, v1 = 0x0100_0068
;; @0005                               v2 = call fn0()
;; @0008                               return
;; }
