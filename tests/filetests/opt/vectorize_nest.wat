;;! stage = "opt"
;; A product of matrices: the inner loop goes down a column and cannot be vectorized itself, so that the loop
;; around it does neighbouring columns side by side, in their order of additions.
(module
  (memory 1)
  (func (export "_start") (call $row (i32.const 0)))
  (func $row (param $a i32)
    (local $j i32) (local $k i32) (local $column i32) (local $sum f64)
    (loop $columns
      (local.set $sum (f64.const 0))
      (local.set $k (i32.const 0))
      (local.set $column (i32.add (i32.const 4096) (i32.shl (local.get $j) (i32.const 3))))
      (loop $rows
        (local.set $sum (f64.add (local.get $sum)
          (f64.mul
            (f64.load (i32.add (local.get $a) (i32.shl (local.get $k) (i32.const 3))))
            (f64.load (local.get $column)))))
        (local.set $column (i32.add (local.get $column) (i32.const 160)))
        (br_if $rows (i32.ne (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 20))))
      (f64.store offset=32768 (i32.shl (local.get $j) (i32.const 3)) (local.get $sum))
      (br_if $columns (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 20))))))

;; ;; vectorize_nest.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;; @000b                               jump block11
;;
;;                                 block11:
;; @000d                               v42 = iconst.i64 0x0100_0048
;; @000d                               v43 = load.i64 notrap aligned v42  ; v42 = 0x0100_0048
;; @000d                               v44 = iconst.i64 160
;;                                     v147 = icmp uge v43, v44  ; v44 = 160
;; @000d                               v46 = iconst.i64 0x80a0
;;                                     v149 = icmp uge v43, v46  ; v46 = 0x80a0
;; @000d                               v50 = band v147, v149
;; @000d                               v48 = iconst.i64 7296
;;                                     v151 = icmp uge v43, v48  ; v48 = 7296
;; @000d                               v51 = band v50, v151
;; @0001                               v0 = iconst.i32 0
;;                                     v7 = f64const 0.0
;;                                     v65 = iconst.i32 3
;;                                     v64 = iconst.i32 4096
;; @000d                               brif v51, block12, block4(v0)  ; v0 = 0
;;
;;                                 block12:
;; @000d                               v52 = iconst.i64 2
;;                                     v219 = iconst.i32 0
;;                                     v172 = vconst.f64x2 const0
;; @0069                               v138 = iconst.i64 -1
;; @0069                               v140 = iconst.i32 10
;; @000d                               jump block13(v52, v219)  ; v52 = 2, v219 = 0
;;
;;                                 block13(v53: i64, v54: i32):
;;                                     v220 = iconst.i32 0
;;                                     v221 = iconst.i32 3
;;                                     v222 = ishl v54, v221  ; v221 = 3
;;                                     v223 = iconst.i32 4096
;;                                     v224 = iadd v222, v223  ; v223 = 4096
;;                                     v227 = iconst.i64 0x7000_0000
;;                                     v228 = iconst.i32 19
;;                                     v229 = iconst.i32 1
;;                                     v230 = iconst.i32 160
;;                                     v243 = uextend.i64 v224
;; @0024                               jump block14(v172, v172, v172, v172, v172, v220, v243)  ; v172 = const0, v172 = const0, v172 = const0, v172 = const0, v172 = const0, v220 = 0
;;
;;                                 block14(v55: f64x2, v56: f64x2, v57: f64x2, v58: f64x2, v59: f64x2, v60: i32, v242: i64):
;;                                     v61 = ireduce.i32 v242
;;                                     v225 = iconst.i32 3
;;                                     v226 = ishl v60, v225  ; v225 = 3
;;                                     v72 = uextend.i64 v226
;;                                     v73 = iadd v72, v227  ; v227 = 0x7000_0000
;;                                     v74 = load.f64 little v73
;; @003b                               v100 = splat.f64x2 v74
;; @0038                               v77 = iadd v242, v227  ; v227 = 0x7000_0000
;; @0038                               v78 = load.i8x16 little v77
;; @0038                               v79 = bitcast.f64x2 little v78
;; @003b                               v101 = fmul v100, v79
;; @003c                               v106 = fadd v55, v101
;; @0038                               v83 = load.i8x16 little v77+16
;; @0038                               v84 = bitcast.f64x2 little v83
;; @003b                               v102 = fmul v100, v84
;; @003c                               v107 = fadd v56, v102
;; @0038                               v88 = load.i8x16 little v77+32
;; @0038                               v89 = bitcast.f64x2 little v88
;; @003b                               v103 = fmul v100, v89
;; @003c                               v108 = fadd v57, v103
;; @0038                               v93 = load.i8x16 little v77+48
;; @0038                               v94 = bitcast.f64x2 little v93
;; @003b                               v104 = fmul v100, v94
;; @003c                               v109 = fadd v58, v104
;; @0038                               v98 = load.i8x16 little v77+64
;; @0038                               v99 = bitcast.f64x2 little v98
;; @003b                               v105 = fmul v100, v99
;; @003c                               v110 = fadd v59, v105
;;                                     v175 = icmp ne v60, v228  ; v228 = 19
;;                                     v114 = iadd v60, v229  ; v229 = 1
;;                                     v112 = iadd v61, v230  ; v230 = 160
;; @0050                               v235 = iconst.i32 20
;; @0050                               v236 = icmp ne v114, v235  ; v235 = 20
;;                                     v244 = uextend.i64 v112
;; @0050                               brif v236, block14(v106, v107, v108, v109, v110, v114, v244), block15
;;
;;                                 block15:
;; @005b                               v120 = uextend.i64 v222
;; @005b                               v122 = iadd v120, v227  ; v227 = 0x7000_0000
;; @005b                               store.f64x2 little v106, v122+0x8000
;; @005b                               store.f64x2 little v107, v122+0x8010
;; @005b                               store.f64x2 little v108, v122+0x8020
;; @005b                               store.f64x2 little v109, v122+0x8030
;; @005b                               store.f64x2 little v110, v122+0x8040
;;                                     v231 = iconst.i64 -1
;;                                     v233 = iconst.i32 10
;;                                     v232 = iadd.i64 v53, v231  ; v231 = -1
;;                                     v234 = iadd.i32 v54, v233  ; v233 = 10
;; @0069                               brif v232, block13(v232, v234), block16
;;
;;                                 block16:
;; @0069                               jump block17
;;
;;                                 block17:
;;                                     jump block9
;;
;;                                 block4(v1: i32):
;;                                     v196 = f64const 0.0
;;                                     v197 = iconst.i32 0
;;                                     v198 = iconst.i32 3
;;                                     v199 = ishl v1, v198  ; v198 = 3
;;                                     v200 = iconst.i32 4096
;;                                     v201 = iadd v199, v200  ; v200 = 4096
;;                                     v5 = iconst.i64 0x7000_0000
;;                                     v164 = iconst.i32 19
;;                                     v113 = iconst.i32 1
;;                                     v111 = iconst.i32 160
;;                                     v245 = uextend.i64 v201
;; @0027                               jump block6(v196, v197, v245)  ; v196 = 0.0, v197 = 0
;;
;;                                 block6(v2: f64, v3: i32, v241: i64):
;;                                     v4 = ireduce.i32 v241
;;                                     v202 = iconst.i32 3
;;                                     v203 = ishl v3, v202  ; v202 = 3
;; @0033                               v17 = uextend.i64 v203
;;                                     v204 = iconst.i64 0x7000_0000
;;                                     v205 = iadd v17, v204  ; v204 = 0x7000_0000
;; @0033                               v19 = load.f64 little v205
;;                                     v206 = iadd v241, v204  ; v204 = 0x7000_0000
;; @0038                               v22 = load.f64 little v206
;; @003b                               v23 = fmul v19, v22
;; @003c                               v24 = fadd v2, v23
;;                                     v207 = iconst.i32 19
;;                                     v208 = icmp ne v3, v207  ; v207 = 19
;;                                     v209 = iconst.i32 1
;;                                     v211 = iconst.i32 160
;;                                     v210 = iadd v3, v209  ; v209 = 1
;;                                     v212 = iadd v4, v211  ; v211 = 160
;; @0051                               v237 = iconst.i32 20
;; @0051                               v238 = icmp ne v210, v237  ; v237 = 20
;;                                     v246 = uextend.i64 v212
;; @0051                               brif v238, block6(v24, v210, v246), block8
;;
;;                                 block8:
;; @005b                               v34 = uextend.i64 v199
;;                                     v213 = iconst.i64 0x7000_0000
;;                                     v214 = iadd v34, v213  ; v213 = 0x7000_0000
;; @005b                               store.f64 little v24, v214+0x8000
;;                                     v215 = iconst.i32 19
;;                                     v216 = icmp.i32 ne v1, v215  ; v215 = 19
;;                                     v217 = iconst.i32 1
;;                                     v218 = iadd.i32 v1, v217  ; v217 = 1
;; @006a                               v239 = iconst.i32 20
;; @006a                               v240 = icmp ne v218, v239  ; v239 = 20
;; @006a                               brif v240, block4(v218), block17
;;
;;                                 block9:
;; @0005                               return
;; }
