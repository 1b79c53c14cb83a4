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
;; @000e                               v8 = iconst.i64 0x7000_0000
;;                                     v39 = iconst.i32 796
;; @002a                               v26 = iconst.i32 4
;;                                     v54 = iconst.i64 8
;;                                     v55 = iconst.i64 0
;; @000a                               jump block4(v54, v55)  ; v54 = 8, v55 = 0
;;
;;                                 block4(v52: i64, v53: i64):
;;                                     v5 = ireduce.i32 v53
;;                                     v4 = ireduce.i32 v52
;;                                     v43 = iconst.i64 0x7000_0000
;;                                     v44 = iadd v52, v43  ; v43 = 0x7000_0000
;; @000e                               v10 = load.i32 little v44
;; @0013                               v14 = load.i32 little v44+128
;; @0017                               v15 = bxor v10, v14
;; @001a                               v19 = load.i32 little v44+256
;;                                     v45 = iadd v53, v43  ; v43 = 0x7000_0000
;; @0020                               v23 = load.i32 little v45+512
;; @0024                               v24 = bxor v19, v23
;; @0025                               v25 = bxor v15, v24
;;                                     v46 = iconst.i32 796
;;                                     v47 = icmp ne v4, v46  ; v46 = 796
;;                                     v48 = iconst.i32 4
;;                                     v49 = iadd v4, v48  ; v48 = 4
;; @0033                               v50 = iconst.i32 800
;; @0033                               v51 = icmp ne v49, v50  ; v50 = 800
;;                                     v56 = uextend.i64 v49
;;                                     v57 = uextend.i64 v25
;; @0033                               brif v51, block4(v56, v57), block6
;;
;;                                 block6:
;; @0008                               return
;; }
