;;! stage = "opt"
;; What an iteration of the outer loop stores is loaded by the next one at another element of the inner loop: the
;; iterations are not done together, though each is done in vectors.
(module
  (memory 1)
  (func (export "_start") (call $smooth (i32.const 0)))
  (func $smooth (param $factor i32)
    (local $j i32) (local $k i32)
    (loop $rounds
      (local.set $j (i32.const 0))
      (loop $elements
        (i32.store offset=32768 (local.get $j)
          (i32.add
            (i32.load offset=32768 (local.get $j))
            (i32.mul (local.get $factor) (i32.load offset=32772 (local.get $j)))))
        (br_if $elements (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 4))) (i32.const 160))))
      (br_if $rounds (i32.ne (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 20))))))

;; ;; vectorize_jam_not.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 0
;; @0015                               v27 = iconst.i64 0x0100_0048
;; @0015                               v29 = iconst.i64 0x80a4
;; @0015                               v33 = iconst.i64 0
;;                                     v91 = iconst.i32 128
;;                                     v127 = iconst.i32 19
;; @003a                               v21 = iconst.i32 1
;; @0009                               jump block4(v0)  ; v0 = 0
;;
;;                                 block4(v1: i32):
;; @000f                               jump block11
;;
;;                                 block11:
;; @0015                               jump block12
;;
;;                                 block12:
;;                                     v131 = iconst.i64 0x0100_0048
;; @0015                               v28 = load.i64 notrap aligned v131  ; v131 = 0x0100_0048
;;                                     v132 = iconst.i64 0x80a4
;;                                     v133 = icmp uge v28, v132  ; v132 = 0x80a4
;;                                     v134 = iconst.i32 0
;;                                     v143 = iconst.i64 0x7000_0000
;;                                     v115 = iconst.i32 156
;; @002c                               v16 = iconst.i32 4
;;                                     v157 = iconst.i64 0
;; @0015                               brif v133, block13, block6(v157)  ; v157 = 0
;;
;;                                 block13:
;;                                     v135 = iconst.i64 0
;;                                     v3 = iconst.i64 0x7000_0000
;;                                     v88 = vconst.i32x4 const0
;; @0025                               v78 = iconst.i64 32
;; @0015                               v32 = iconst.i64 128
;; @0015                               jump block14(v135)  ; v135 = 0
;;
;;                                 block14(v35: i64):
;; @001e                               v36 = ireduce.i32 v35
;; @001e                               v38 = uextend.i64 v36
;;                                     v136 = iconst.i64 0x7000_0000
;;                                     v137 = iadd v38, v136  ; v136 = 0x7000_0000
;; @001e                               v41 = load.i8x16 little v137+0x8004
;; @001e                               v42 = bitcast.i32x4 little v41
;; @001e                               v43 = imul.i32x4 v88, v42  ; v88 = const0
;; @0015                               v49 = load.i8x16 little v137+0x8000
;; @0015                               v50 = bitcast.i32x4 little v49
;; @0015                               v51 = iadd v50, v43
;; @0025                               store little v51, v137+0x8000
;; @001e                               v62 = load.i8x16 little v137+0x8014
;; @001e                               v63 = bitcast.i32x4 little v62
;; @001e                               v64 = imul.i32x4 v88, v63  ; v88 = const0
;; @0015                               v70 = load.i8x16 little v137+0x8010
;; @0015                               v71 = bitcast.i32x4 little v70
;; @0015                               v72 = iadd v71, v64
;; @0025                               store little v72, v137+0x8010
;;                                     v138 = iconst.i64 32
;;                                     v139 = iadd v35, v138  ; v138 = 32
;;                                     v140 = iconst.i64 128
;;                                     v141 = icmp ult v139, v140  ; v140 = 128
;; @0025                               brif v141, block14(v139), block15
;;
;;                                 block15:
;;                                     v142 = iconst.i32 128
;;                                     v158 = iconst.i64 128
;; @0025                               jump block6(v158)  ; v158 = 128
;;
;;                                 block6(v156: i64):
;;                                     v2 = ireduce.i32 v156
;; @0015                               v7 = iadd v156, v143  ; v143 = 0x7000_0000
;; @0015                               v8 = load.i32 little v7+0x8000
;; @001e                               v11 = load.i32 little v7+0x8004
;;                                     v144 = iconst.i32 156
;;                                     v145 = icmp ne v2, v144  ; v144 = 156
;;                                     v146 = iconst.i32 4
;;                                     v147 = iadd v2, v146  ; v146 = 4
;; @0035                               v152 = iconst.i32 160
;; @0035                               v153 = icmp ne v147, v152  ; v152 = 160
;;                                     v159 = uextend.i64 v147
;; @0035                               brif v153, block6(v159), block8
;;
;;                                 block8:
;;                                     v148 = iconst.i32 19
;;                                     v149 = icmp.i32 ne v1, v148  ; v148 = 19
;;                                     v150 = iconst.i32 1
;;                                     v151 = iadd.i32 v1, v150  ; v150 = 1
;; @0042                               v154 = iconst.i32 20
;; @0042                               v155 = icmp ne v151, v154  ; v154 = 20
;; @0042                               brif v155, block4(v151), block9
;;
;;                                 block9:
;; @0005                               return
;; }
