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
;;                                     v97 = icmp uge v39, v40  ; v40 = 128
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = iconst.i32 64
;; @0006                               v2 = iconst.i32 16
;;                                     v139 = iconst.i64 0x7000_0000
;; @0041                               v32 = iconst.i32 1
;;                                     v142 = iconst.i32 4
;;                                     v146 = iconst.i64 0
;;                                     v147 = iconst.i64 64
;; @0015                               brif v97, block10, block4(v0, v146, v147, v2)  ; v0 = 0, v146 = 0, v147 = 64, v2 = 16
;;
;;                                 block10:
;; @0015                               v44 = iconst.i64 0
;;                                     v99 = vconst.i32x4 const0
;;                                     v10 = iconst.i64 0x7000_0000
;; @001a                               v71 = iconst.i64 16
;; @0015                               v43 = iconst.i64 48
;; @0015                               jump block11(v44, v99)  ; v44 = 0, v99 = const0
;;
;;                                 block11(v47: i64, v48: i32x4):
;; @0015                               v49 = ireduce.i32 v47
;; @0015                               v51 = uextend.i64 v49
;;                                     v133 = iconst.i64 0x7000_0000
;;                                     v134 = iadd v51, v133  ; v133 = 0x7000_0000
;; @0015                               v54 = load.i8x16 little v134
;; @0015                               v55 = bitcast.i16x8 little v54
;; @001a                               v61 = load.i8x16 little v134+64
;; @001a                               v62 = bitcast.i16x8 little v61
;;                                     v135 = iconst.i64 16
;;                                     v136 = iadd v47, v135  ; v135 = 16
;;                                     v137 = iconst.i64 48
;;                                     v138 = icmp ult v136, v137  ; v137 = 48
;; @001a                               v63 = swiden_low v55
;; @001a                               v65 = swiden_low v62
;; @001a                               v67 = imul v63, v65
;; @001a                               v64 = swiden_high v55
;; @001a                               v66 = swiden_high v62
;; @001a                               v68 = imul v64, v66
;; @001a                               v69 = iadd_pairwise v67, v68
;; @001a                               v70 = iadd v48, v69
;; @001a                               brif v138, block11(v136, v70), block12
;;
;;                                 block12:
;; @001a                               v76 = bitcast.i8x16 little v70
;; @001a                               v78 = shuffle v76, v76, 0x07060504030201000f0e0d0c0b0a0908
;; @001a                               v79 = bitcast.i32x4 little v78
;; @001a                               v80 = iadd.i32x4 v70, v79
;; @001a                               v81 = bitcast.i8x16 little v80
;; @001a                               v83 = shuffle v81, v81, 0x030201000f0e0d0c0b0a090807060504
;; @001a                               v84 = bitcast.i32x4 little v83
;; @001a                               v85 = iadd v80, v84
;; @001a                               v86 = extractlane v85, 0
;;                                     v104 = iconst.i32 48
;;                                     v116 = iconst.i32 112
;; @0033                               v28 = iconst.i32 4
;;                                     v148 = iconst.i64 48
;;                                     v149 = iconst.i64 112
;; @001a                               jump block4(v86, v148, v149, v28)  ; v148 = 48, v149 = 112, v28 = 4
;;
;;                                 block4(v5: i32, v144: i64, v145: i64, v8: i32):
;;                                     v7 = ireduce.i32 v145
;;                                     v6 = ireduce.i32 v144
;; @0015                               v13 = iadd v144, v139  ; v139 = 0x7000_0000
;; @0015                               v14 = sload16.i32 little v13
;; @001a                               v16 = iadd v145, v139  ; v139 = 0x7000_0000
;; @001a                               v17 = sload16.i32 little v16
;; @001d                               v18 = imul v14, v17
;; @0025                               v22 = sload16.i32 little v13+2
;; @002a                               v25 = sload16.i32 little v16+2
;; @002d                               v26 = imul v22, v25
;;                                     v143 = iadd v18, v26
;; @002e                               v27 = iadd v5, v143
;;                                     v140 = iconst.i32 1
;;                                     v141 = isub v8, v140  ; v140 = 1
;; @0035                               v29 = iadd v6, v142  ; v142 = 4
;; @003c                               v31 = iadd v7, v142  ; v142 = 4
;;                                     v150 = uextend.i64 v29
;;                                     v151 = uextend.i64 v31
;; @0046                               brif v141, block4(v27, v150, v151, v141), block6
;;
;;                                 block6:
;; @000b                               return
;; }
