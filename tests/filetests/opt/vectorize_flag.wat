;;! stage = "opt"
;; What is set under a condition is collected: the larger one of what it is and what the condition chooses.
(module
  (memory 1)
  (func (export "_start") (i32.store (i32.const 0) (call $any (i32.const 64))))
  (func $any (param $a i32) (result i32)
    (local $end i32) (local $any i32)
    (local.set $end (i32.add (local.get $a) (i32.const 384)))
    (loop $next
      (if (i32.gt_s (i32.load (local.get $a)) (i32.const 9)) (then (local.set $any (i32.const 1))))
      (br_if $next (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 4))) (local.get $end))))
    (local.get $any)))

;; ;; vectorize_flag.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000009000000090000000900000009
;;     const1 = 0x00000001000000010000000100000001
;;     const2 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;; @0017                               jump block12
;;
;;                                 block12:
;; @001b                               jump block13
;;
;;                                 block13:
;; @001b                               v47 = iconst.i64 0x0100_0048
;; @001b                               v48 = load.i64 notrap aligned v47  ; v47 = 0x0100_0048
;; @001b                               v49 = iconst.i64 448
;;                                     v111 = icmp uge v48, v49  ; v49 = 448
;; @0003                               v1 = iconst.i32 64
;; @0001                               v0 = iconst.i32 0
;;                                     v160 = iconst.i64 0x7000_0000
;;                                     v54 = iconst.i32 9
;;                                     v56 = iconst.i32 1
;;                                     v146 = iconst.i32 444
;; @002a                               v22 = iconst.i32 4
;;                                     v171 = iconst.i64 64
;; @001b                               brif v111, block14, block4(v171, v0)  ; v171 = 64, v0 = 0
;;
;;                                 block14:
;; @001b                               v53 = iconst.i64 0
;;                                     v117 = vconst.i32x4 const2
;;                                     v4 = iconst.i64 0x7000_0000
;;                                     v84 = iconst.i64 32
;; @001b                               v52 = iconst.i64 352
;;                                     v113 = vconst.i32x4 const0
;;                                     v115 = vconst.i32x4 const1
;; @001b                               jump block15(v53, v117, v117)  ; v53 = 0, v117 = const2, v117 = const2
;;
;;                                 block15(v61: i64, v62: i32x4, v63: i32x4):
;;                                     v64 = ireduce.i32 v61
;;                                     v150 = iconst.i32 64
;;                                     v151 = iadd v64, v150  ; v150 = 64
;;                                     v66 = uextend.i64 v151
;;                                     v152 = iconst.i64 0x7000_0000
;;                                     v153 = iadd v66, v152  ; v152 = 0x7000_0000
;;                                     v69 = load.i8x16 little v153
;;                                     v70 = bitcast.i32x4 little v69
;;                                     v79 = load.i8x16 little v153+16
;;                                     v80 = bitcast.i32x4 little v79
;;                                     v154 = iconst.i64 32
;;                                     v155 = iadd v61, v154  ; v154 = 32
;;                                     v156 = iconst.i64 352
;;                                     v157 = icmp ult v155, v156  ; v156 = 352
;;                                     v71 = icmp sgt v70, v113  ; v113 = const0
;;                                     v72 = bitselect.i32x4 v71, v115, v117  ; v115 = const1, v117 = const2
;;                                     v73 = smax v62, v72
;;                                     v81 = icmp sgt v80, v113  ; v113 = const0
;;                                     v82 = bitselect.i32x4 v81, v115, v117  ; v115 = const1, v117 = const2
;;                                     v83 = smax v63, v82
;;                                     brif v157, block15(v155, v73, v83), block16
;;
;;                                 block16:
;;                                     v130 = iconst.i32 416
;;                                     v92 = smax.i32x4 v73, v83
;;                                     v93 = bitcast.i8x16 little v92
;;                                     v95 = shuffle v93, v93, 0x07060504030201000f0e0d0c0b0a0908
;;                                     v96 = bitcast.i32x4 little v95
;;                                     v97 = smax v92, v96
;;                                     v98 = bitcast.i8x16 little v97
;;                                     v100 = shuffle v98, v98, 0x030201000f0e0d0c0b0a090807060504
;;                                     v101 = bitcast.i32x4 little v100
;;                                     v102 = smax v97, v101
;;                                     v103 = extractlane v102, 0
;;                                     v158 = iconst.i32 0
;;                                     v159 = smax v103, v158  ; v158 = 0
;;                                     v172 = iconst.i64 416
;;                                     jump block4(v172, v159)  ; v172 = 416
;;
;;                                 block4(v170: i64, v8: i32):
;;                                     v7 = ireduce.i32 v170
;; @001b                               v16 = iadd v170, v160  ; v160 = 0x7000_0000
;; @001b                               v17 = load.i32 little v16
;;                                     v161 = iconst.i32 9
;;                                     v162 = icmp sgt v17, v161  ; v161 = 9
;; @0021                               brif v162, block6, block7
;;
;;                                 block6:
;;                                     v163 = iconst.i32 1
;; @0027                               jump block8(v163)  ; v163 = 1
;;
;;                                 block7:
;; @0027                               jump block8(v8)
;;
;;                                 block8(v9: i32):
;;                                     v164 = iconst.i32 444
;;                                     v165 = icmp.i32 ne v7, v164  ; v164 = 444
;;                                     v166 = iconst.i32 4
;;                                     v167 = iadd.i32 v7, v166  ; v166 = 4
;; @0032                               v168 = iconst.i32 448
;; @0032                               v169 = icmp ne v167, v168  ; v168 = 448
;;                                     v173 = uextend.i64 v167
;; @0032                               brif v169, block4(v173, v9), block9
;;
;;                                 block9:
;; @0008                               store.i32 little v9, v160  ; v160 = 0x7000_0000
;; @000b                               return
;; }
