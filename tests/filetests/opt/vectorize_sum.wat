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
;; @0015                               v38 = iconst.i64 0x0100_0048
;; @0015                               v39 = load.i64 notrap aligned v38  ; v38 = 0x0100_0048
;; @0015                               v40 = iconst.i64 128
;;                                     v105 = icmp uge v39, v40  ; v40 = 128
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = iconst.i32 64
;; @0006                               v2 = iconst.i32 16
;;                                     v147 = iconst.i64 0x7000_0000
;; @0041                               v32 = iconst.i32 1
;;                                     v150 = iconst.i32 4
;;                                     v154 = iconst.i64 0
;;                                     v155 = iconst.i64 64
;; @0015                               brif v105, block10, block4(v0, v154, v155, v2)  ; v0 = 0, v154 = 0, v155 = 64, v2 = 16
;;
;;                                 block10:
;; @0015                               v44 = iconst.i64 0
;;                                     v107 = vconst.i32x4 const0
;;                                     v10 = iconst.i64 0x7000_0000
;; @001a                               v78 = iconst.i64 16
;; @0015                               v43 = iconst.i64 48
;; @0015                               jump block11(v44, v107, v107)  ; v44 = 0, v107 = const0, v107 = const0
;;
;;                                 block11(v47: i64, v48: i32x4, v49: i32x4):
;; @0015                               v50 = ireduce.i32 v47
;; @0015                               v52 = uextend.i64 v50
;;                                     v141 = iconst.i64 0x7000_0000
;;                                     v142 = iadd v52, v141  ; v141 = 0x7000_0000
;; @0015                               v55 = sload16x4 little v142
;; @001a                               v61 = sload16x4 little v142+64
;; @001a                               v62 = imul v55, v61
;; @001a                               v63 = iadd v48, v62
;; @0015                               v69 = sload16x4 little v142+8
;; @001a                               v75 = sload16x4 little v142+72
;; @001a                               v76 = imul v69, v75
;; @001a                               v77 = iadd v49, v76
;;                                     v143 = iconst.i64 16
;;                                     v144 = iadd v47, v143  ; v143 = 16
;;                                     v145 = iconst.i64 48
;;                                     v146 = icmp ult v144, v145  ; v145 = 48
;; @001a                               brif v146, block11(v144, v63, v77), block12
;;
;;                                 block12:
;; @001a                               v83 = iadd.i32x4 v63, v77
;; @001a                               v84 = bitcast.i8x16 little v83
;; @001a                               v86 = shuffle v84, v84, 0x07060504030201000f0e0d0c0b0a0908
;; @001a                               v87 = bitcast.i32x4 little v86
;; @001a                               v88 = iadd v83, v87
;; @001a                               v89 = bitcast.i8x16 little v88
;; @001a                               v91 = shuffle v89, v89, 0x030201000f0e0d0c0b0a090807060504
;; @001a                               v92 = bitcast.i32x4 little v91
;; @001a                               v93 = iadd v88, v92
;; @001a                               v94 = extractlane v93, 0
;;                                     v112 = iconst.i32 48
;;                                     v124 = iconst.i32 112
;; @0033                               v28 = iconst.i32 4
;;                                     v156 = iconst.i64 48
;;                                     v157 = iconst.i64 112
;; @001a                               jump block4(v94, v156, v157, v28)  ; v156 = 48, v157 = 112, v28 = 4
;;
;;                                 block4(v5: i32, v152: i64, v153: i64, v8: i32):
;;                                     v7 = ireduce.i32 v153
;;                                     v6 = ireduce.i32 v152
;; @0015                               v13 = iadd v152, v147  ; v147 = 0x7000_0000
;; @0015                               v14 = sload16.i32 little v13
;; @001a                               v16 = iadd v153, v147  ; v147 = 0x7000_0000
;; @001a                               v17 = sload16.i32 little v16
;; @001d                               v18 = imul v14, v17
;; @0025                               v22 = sload16.i32 little v13+2
;; @002a                               v25 = sload16.i32 little v16+2
;; @002d                               v26 = imul v22, v25
;;                                     v151 = iadd v18, v26
;; @002e                               v27 = iadd v5, v151
;;                                     v148 = iconst.i32 1
;;                                     v149 = isub v8, v148  ; v148 = 1
;; @0035                               v29 = iadd v6, v150  ; v150 = 4
;; @003c                               v31 = iadd v7, v150  ; v150 = 4
;;                                     v158 = uextend.i64 v29
;;                                     v159 = uextend.i64 v31
;; @0046                               brif v149, block4(v27, v158, v159, v149), block6
;;
;;                                 block6:
;; @000b                               return
;; }
