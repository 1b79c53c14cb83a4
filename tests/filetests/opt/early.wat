;;! stage = "opt"
;; Four loads are combined one after the other, and not kept until the end.
(module
  (memory 1)
  (func (export "_start") (drop (call $mix (i32.const 8) (i32.const 0))))
  (func $mix (param $at i32) (param $sum i32) (result i32)
    (loop $next
      (local.set $sum
        (i32.xor
          (i32.xor (i32.load (local.get $at)) (i32.load offset=128 (local.get $at)))
          (i32.xor (i32.load offset=256 (local.get $at)) (i32.load offset=512 (local.get $sum)))))
      (br_if $next (i32.ne (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 800))))
    (local.get $sum)))

;; ;; early.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = iconst.i32 0
;;                                     v7 = iconst.i64 0x7000_0000
;;                                     v36 = iconst.i32 796
;; @002a                               v23 = iconst.i32 4
;;                                     v53 = iconst.i64 8
;;                                     v54 = iconst.i64 0
;; @000a                               jump block4(v53, v54)  ; v53 = 8, v54 = 0
;;
;;                                 block4(v51: i64, v52: i64):
;;                                     v5 = ireduce.i32 v52
;;                                     v4 = ireduce.i32 v51
;;                                     v40 = iconst.i64 0x7000_0000
;;                                     v41 = iadd v51, v40  ; v40 = 0x7000_0000
;; @000e                               v10 = load.i32 little v41
;; @0013                               v13 = load.i32 little v41+128
;;                                     v47 = bxor v10, v13
;; @001a                               v17 = load.i32 little v41+256
;;                                     v48 = bxor v47, v17
;;                                     v42 = iadd v52, v40  ; v40 = 0x7000_0000
;; @0020                               v20 = load.i32 little v42+512
;; @0025                               v22 = bxor v48, v20
;;                                     v43 = iconst.i32 796
;;                                     v44 = icmp ne v4, v43  ; v43 = 796
;;                                     v45 = iconst.i32 4
;;                                     v46 = iadd v4, v45  ; v45 = 4
;; @0033                               v49 = iconst.i32 800
;; @0033                               v50 = icmp ne v46, v49  ; v49 = 800
;;                                     v55 = uextend.i64 v46
;;                                     v56 = uextend.i64 v22
;; @0033                               brif v50, block4(v55, v56), block6
;;
;;                                 block6:
;; @0008                               return
;; }
