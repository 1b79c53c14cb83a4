;;! stage = "opt"
;; A loop that compilers unrolled twice, rolled up again into vectors: products of 16-bit numbers, summed.
;; What does not fit whole vectors is left to the loop itself.
(module
  (memory 1)
  (func (export "_start") (drop (call $dot (i32.const 0) (i32.const 64) (i32.const 16))))
  (func $dot (param $a i32) (param $b i32) (param $n i32) (result i32)
    (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum)
        (i32.mul (i32.load16_s (local.get $a)) (i32.load16_s (local.get $b)))))
      (local.set $sum (i32.add (local.get $sum)
        (i32.mul (i32.load16_s offset=2 (local.get $a)) (i32.load16_s offset=2 (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 4)))
      (local.set $b (i32.add (local.get $b) (i32.const 4)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))

;; ;; vectorize_sum.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, i32, i32) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;; @0008                               jump block2
;;
;;                                 block2:
;; @000f                               jump block8
;;
;;                                 block8:
;; @0015                               v53 = iconst.i64 0x0100_0048
;; @0015                               v54 = load.i64 notrap aligned v53  ; v53 = 0x0100_0048
;;                                     v171 = iconst.i64 64
;;                                     v182 = icmp uge v54, v171  ; v171 = 64
;;                                     v184 = iconst.i64 128
;;                                     v190 = icmp uge v54, v184  ; v184 = 128
;; @0015                               v69 = band v182, v190
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = iconst.i32 64
;; @0006                               v2 = iconst.i32 16
;;                                     v250 = iconst.i64 0x7000_0000
;; @0041                               v35 = iconst.i32 1
;;                                     v253 = iconst.i32 4
;; @0015                               brif v69, block9, block4(v0, v0, v1, v2)  ; v0 = 0, v0 = 0, v1 = 64, v2 = 16
;;
;;                                 block9:
;;                                     v162 = iconst.i64 0
;;                                     v204 = vconst.i32x4 const0
;; @0015                               v83 = iconst.i64 0x7000_0000
;;                                     v141 = iconst.i64 16
;;                                     v197 = iconst.i64 48
;; @0015                               jump block10(v162, v204, v204)  ; v162 = 0, v204 = const0, v204 = const0
;;
;;                                 block10(v77: i64, v78: i32x4, v79: i32x4):
;; @0015                               v80 = ireduce.i32 v77
;; @0015                               v82 = uextend.i64 v80
;;                                     v241 = iconst.i64 0x7000_0000
;;                                     v242 = iadd v82, v241  ; v241 = 0x7000_0000
;; @0015                               v85 = sload16x4 little v242
;;                                     v243 = iconst.i32 64
;;                                     v244 = iadd v80, v243  ; v243 = 64
;; @001a                               v88 = uextend.i64 v244
;;                                     v245 = iadd v88, v241  ; v241 = 0x7000_0000
;; @001a                               v91 = sload16x4 little v245
;; @0015                               v99 = sload16x4 little v242+8
;; @001a                               v105 = sload16x4 little v245+8
;;                                     v246 = iconst.i64 16
;;                                     v247 = iadd v77, v246  ; v246 = 16
;;                                     v248 = iconst.i64 48
;;                                     v249 = icmp ult v247, v248  ; v248 = 48
;; @001a                               v92 = imul v85, v91
;; @001a                               v93 = iadd v78, v92
;; @001a                               v106 = imul v99, v105
;; @001a                               v107 = iadd v79, v106
;; @001a                               brif v249, block10(v247, v93, v107), block11
;;
;;                                 block11:
;; @001a                               v112 = iadd.i32x4 v93, v107
;; @001a                               v113 = bitcast.i8x16 little v112
;; @001a                               v115 = shuffle v113, v113, 0x07060504030201000f0e0d0c0b0a0908
;; @001a                               v116 = bitcast.i32x4 little v115
;; @001a                               v117 = iadd v112, v116
;; @001a                               v118 = bitcast.i8x16 little v117
;; @001a                               v120 = shuffle v118, v118, 0x030201000f0e0d0c0b0a090807060504
;; @001a                               v121 = bitcast.i32x4 little v120
;; @001a                               v122 = iadd v117, v121
;; @001a                               v123 = extractlane v122, 0
;;                                     v211 = iconst.i32 48
;;                                     v224 = iconst.i32 112
;;                                     v212 = iconst.i32 4
;; @001a                               jump block4(v123, v211, v224, v212)  ; v211 = 48, v224 = 112, v212 = 4
;;
;;                                 block4(v5: i32, v6: i32, v7: i32, v8: i32):
;; @0015                               v11 = uextend.i64 v6
;; @0015                               v13 = iadd v11, v250  ; v250 = 0x7000_0000
;; @0015                               v14 = sload16.i32 little v13
;; @001a                               v15 = uextend.i64 v7
;; @001a                               v17 = iadd v15, v250  ; v250 = 0x7000_0000
;; @001a                               v18 = sload16.i32 little v17
;; @0025                               v24 = sload16.i32 little v13+2
;; @002a                               v28 = sload16.i32 little v17+2
;;                                     v251 = iconst.i32 1
;;                                     v252 = isub v8, v251  ; v251 = 1
;; @001d                               v19 = imul v14, v18
;; @001e                               v20 = iadd v5, v19
;; @002d                               v29 = imul v24, v28
;; @002e                               v30 = iadd v20, v29
;; @0035                               v32 = iadd v6, v253  ; v253 = 4
;; @003c                               v34 = iadd v7, v253  ; v253 = 4
;; @0046                               brif v252, block4(v30, v32, v34, v252), block6
;;
;;                                 block6:
;; @0048                               jump block5
;;
;;                                 block5:
;; @004b                               jump block3
;;
;;                                 block3:
;; @0008                               jump block7
;;
;;                                 block7:
;; @000b                               jump block1
;;
;;                                 block1:
;; @000b                               return
;; }
