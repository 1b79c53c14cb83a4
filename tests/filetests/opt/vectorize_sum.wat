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
;; @000f                               jump block8
;;
;;                                 block8:
;; @0015                               jump block9
;;
;;                                 block9:
;; @0015                               v41 = iconst.i64 0x0100_0048
;; @0015                               v42 = load.i64 notrap aligned v41  ; v41 = 0x0100_0048
;; @0015                               v43 = iconst.i64 128
;;                                     v108 = icmp uge v42, v43  ; v43 = 128
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = iconst.i32 64
;; @0006                               v2 = iconst.i32 16
;;                                     v151 = iconst.i64 0x7000_0000
;; @0041                               v35 = iconst.i32 1
;;                                     v154 = iconst.i32 4
;;                                     v157 = iconst.i64 0
;;                                     v158 = iconst.i64 64
;; @0015                               brif v108, block10, block4(v0, v157, v158, v2)  ; v0 = 0, v157 = 0, v158 = 64, v2 = 16
;;
;;                                 block10:
;; @0015                               v47 = iconst.i64 0
;;                                     v110 = vconst.i32x4 const0
;; @0015                               v56 = iconst.i64 0x7000_0000
;; @001a                               v81 = iconst.i64 16
;; @0015                               v46 = iconst.i64 48
;; @0015                               jump block11(v47, v110, v110)  ; v47 = 0, v110 = const0, v110 = const0
;;
;;                                 block11(v50: i64, v51: i32x4, v52: i32x4):
;; @0015                               v53 = ireduce.i32 v50
;; @0015                               v55 = uextend.i64 v53
;;                                     v145 = iconst.i64 0x7000_0000
;;                                     v146 = iadd v55, v145  ; v145 = 0x7000_0000
;; @0015                               v58 = sload16x4 little v146
;; @001a                               v64 = sload16x4 little v146+64
;; @001a                               v65 = imul v58, v64
;; @001a                               v66 = iadd v51, v65
;; @0015                               v72 = sload16x4 little v146+8
;; @001a                               v78 = sload16x4 little v146+72
;; @001a                               v79 = imul v72, v78
;; @001a                               v80 = iadd v52, v79
;;                                     v147 = iconst.i64 16
;;                                     v148 = iadd v50, v147  ; v147 = 16
;;                                     v149 = iconst.i64 48
;;                                     v150 = icmp ult v148, v149  ; v149 = 48
;; @001a                               brif v150, block11(v148, v66, v80), block12
;;
;;                                 block12:
;; @001a                               v86 = iadd.i32x4 v66, v80
;; @001a                               v87 = bitcast.i8x16 little v86
;; @001a                               v89 = shuffle v87, v87, 0x07060504030201000f0e0d0c0b0a0908
;; @001a                               v90 = bitcast.i32x4 little v89
;; @001a                               v91 = iadd v86, v90
;; @001a                               v92 = bitcast.i8x16 little v91
;; @001a                               v94 = shuffle v92, v92, 0x030201000f0e0d0c0b0a090807060504
;; @001a                               v95 = bitcast.i32x4 little v94
;; @001a                               v96 = iadd v91, v95
;; @001a                               v97 = extractlane v96, 0
;;                                     v115 = iconst.i32 48
;;                                     v128 = iconst.i32 112
;;                                     v116 = iconst.i32 4
;;                                     v159 = iconst.i64 48
;;                                     v160 = iconst.i64 112
;; @001a                               jump block4(v97, v159, v160, v116)  ; v159 = 48, v160 = 112, v116 = 4
;;
;;                                 block4(v5: i32, v155: i64, v156: i64, v8: i32):
;;                                     v7 = ireduce.i32 v156
;;                                     v6 = ireduce.i32 v155
;; @0015                               v13 = iadd v155, v151  ; v151 = 0x7000_0000
;; @0015                               v14 = sload16.i32 little v13
;; @001a                               v17 = iadd v156, v151  ; v151 = 0x7000_0000
;; @001a                               v18 = sload16.i32 little v17
;; @001d                               v19 = imul v14, v18
;; @001e                               v20 = iadd v5, v19
;; @0025                               v24 = sload16.i32 little v13+2
;; @002a                               v28 = sload16.i32 little v17+2
;; @002d                               v29 = imul v24, v28
;; @002e                               v30 = iadd v20, v29
;;                                     v152 = iconst.i32 1
;;                                     v153 = isub v8, v152  ; v152 = 1
;; @0035                               v32 = iadd v6, v154  ; v154 = 4
;; @003c                               v34 = iadd v7, v154  ; v154 = 4
;;                                     v161 = uextend.i64 v32
;;                                     v162 = uextend.i64 v34
;; @0046                               brif v153, block4(v30, v161, v162, v153), block6
;;
;;                                 block6:
;; @000b                               return
;; }
