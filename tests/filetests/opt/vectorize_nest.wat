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
;; @000d                               v44 = iconst.i64 0x0100_0048
;; @000d                               v45 = load.i64 notrap aligned v44  ; v44 = 0x0100_0048
;; @000d                               v46 = iconst.i64 160
;;                                     v152 = icmp uge v45, v46  ; v46 = 160
;; @000d                               v48 = iconst.i64 0x80a0
;;                                     v154 = icmp uge v45, v48  ; v48 = 0x80a0
;; @000d                               v52 = band v152, v154
;; @000d                               v50 = iconst.i64 7296
;;                                     v156 = icmp uge v45, v50  ; v50 = 7296
;; @000d                               v53 = band v52, v156
;; @0001                               v0 = iconst.i32 0
;;                                     v6 = f64const 0.0
;; @0021                               v10 = iconst.i32 3
;; @001c                               v9 = iconst.i32 4096
;; @000d                               brif v53, block12, block4(v0)  ; v0 = 0
;;
;;                                 block12:
;; @000d                               v54 = iconst.i64 2
;;                                     v224 = iconst.i32 0
;;                                     v177 = vconst.f64x2 const0
;; @0069                               v143 = iconst.i64 -1
;; @0069                               v145 = iconst.i32 10
;; @000d                               jump block13(v54, v224)  ; v54 = 2, v224 = 0
;;
;;                                 block13(v55: i64, v56: i32):
;;                                     v225 = iconst.i32 0
;;                                     v226 = iconst.i32 3
;;                                     v227 = ishl v56, v226  ; v226 = 3
;;                                     v228 = iconst.i32 4096
;;                                     v229 = iadd v227, v228  ; v228 = 4096
;;                                     v232 = iconst.i64 0x7000_0000
;;                                     v233 = iconst.i32 19
;;                                     v234 = iconst.i32 1
;;                                     v235 = iconst.i32 160
;;                                     v248 = uextend.i64 v229
;; @0024                               jump block14(v177, v177, v177, v177, v177, v225, v248)  ; v177 = const0, v177 = const0, v177 = const0, v177 = const0, v177 = const0, v225 = 0
;;
;;                                 block14(v57: f64x2, v58: f64x2, v59: f64x2, v60: f64x2, v61: f64x2, v62: i32, v247: i64):
;;                                     v63 = ireduce.i32 v247
;;                                     v230 = iconst.i32 3
;;                                     v231 = ishl v62, v230  ; v230 = 3
;;                                     v74 = uextend.i64 v231
;;                                     v76 = iadd v74, v232  ; v232 = 0x7000_0000
;;                                     v77 = load.f64 little v76
;; @003b                               v104 = splat.f64x2 v77
;; @0038                               v81 = iadd v247, v232  ; v232 = 0x7000_0000
;; @0038                               v82 = load.i8x16 little v81
;; @0038                               v87 = load.i8x16 little v81+16
;; @0038                               v92 = load.i8x16 little v81+32
;; @0038                               v97 = load.i8x16 little v81+48
;; @0038                               v102 = load.i8x16 little v81+64
;;                                     v180 = icmp ne v62, v233  ; v233 = 19
;; @0038                               v83 = bitcast.f64x2 little v82
;; @003b                               v105 = fmul v104, v83
;; @003c                               v110 = fadd v57, v105
;; @0038                               v88 = bitcast.f64x2 little v87
;; @003b                               v106 = fmul v104, v88
;; @003c                               v111 = fadd v58, v106
;; @0038                               v93 = bitcast.f64x2 little v92
;; @003b                               v107 = fmul v104, v93
;; @003c                               v112 = fadd v59, v107
;; @0038                               v98 = bitcast.f64x2 little v97
;; @003b                               v108 = fmul v104, v98
;; @003c                               v113 = fadd v60, v108
;; @0038                               v103 = bitcast.f64x2 little v102
;; @003b                               v109 = fmul v104, v103
;; @003c                               v114 = fadd v61, v109
;;                                     v118 = iadd v62, v234  ; v234 = 1
;;                                     v116 = iadd v63, v235  ; v235 = 160
;; @0050                               v240 = iconst.i32 20
;; @0050                               v241 = icmp ne v118, v240  ; v240 = 20
;;                                     v249 = uextend.i64 v116
;; @0050                               brif v241, block14(v110, v111, v112, v113, v114, v118, v249), block15
;;
;;                                 block15:
;; @005b                               v125 = uextend.i64 v227
;; @005b                               v127 = iadd v125, v232  ; v232 = 0x7000_0000
;; @005b                               store.f64x2 little v110, v127+0x8000
;; @005b                               store.f64x2 little v111, v127+0x8010
;; @005b                               store.f64x2 little v112, v127+0x8020
;; @005b                               store.f64x2 little v113, v127+0x8030
;; @005b                               store.f64x2 little v114, v127+0x8040
;;                                     v236 = iconst.i64 -1
;;                                     v238 = iconst.i32 10
;;                                     v237 = iadd.i64 v55, v236  ; v236 = -1
;;                                     v239 = iadd.i32 v56, v238  ; v238 = 10
;; @0069                               brif v237, block13(v237, v239), block16
;;
;;                                 block16:
;; @0069                               jump block17
;;
;;                                 block17:
;;                                     jump block9
;;
;;                                 block4(v1: i32):
;;                                     v201 = f64const 0.0
;;                                     v202 = iconst.i32 0
;;                                     v203 = iconst.i32 3
;;                                     v204 = ishl v1, v203  ; v203 = 3
;;                                     v205 = iconst.i32 4096
;;                                     v206 = iadd v204, v205  ; v205 = 4096
;; @0033                               v17 = iconst.i64 0x7000_0000
;;                                     v169 = iconst.i32 19
;; @0049                               v28 = iconst.i32 1
;; @0041                               v26 = iconst.i32 160
;;                                     v250 = uextend.i64 v206
;; @0027                               jump block6(v201, v202, v250)  ; v201 = 0.0, v202 = 0
;;
;;                                 block6(v2: f64, v3: i32, v246: i64):
;;                                     v4 = ireduce.i32 v246
;;                                     v207 = iconst.i32 3
;;                                     v208 = ishl v3, v207  ; v207 = 3
;; @0033                               v16 = uextend.i64 v208
;;                                     v209 = iconst.i64 0x7000_0000
;;                                     v210 = iadd v16, v209  ; v209 = 0x7000_0000
;; @0033                               v19 = load.f64 little v210
;;                                     v211 = iadd v246, v209  ; v209 = 0x7000_0000
;; @0038                               v23 = load.f64 little v211
;; @003b                               v24 = fmul v19, v23
;; @003c                               v25 = fadd v2, v24
;;                                     v212 = iconst.i32 19
;;                                     v213 = icmp ne v3, v212  ; v212 = 19
;;                                     v214 = iconst.i32 1
;;                                     v216 = iconst.i32 160
;;                                     v215 = iadd v3, v214  ; v214 = 1
;;                                     v217 = iadd v4, v216  ; v216 = 160
;; @0051                               v242 = iconst.i32 20
;; @0051                               v243 = icmp ne v215, v242  ; v242 = 20
;;                                     v251 = uextend.i64 v217
;; @0051                               brif v243, block6(v25, v215, v251), block8
;;
;;                                 block8:
;; @005b                               v35 = uextend.i64 v204
;;                                     v218 = iconst.i64 0x7000_0000
;;                                     v219 = iadd v35, v218  ; v218 = 0x7000_0000
;; @005b                               store.f64 little v25, v219+0x8000
;;                                     v220 = iconst.i32 19
;;                                     v221 = icmp.i32 ne v1, v220  ; v220 = 19
;;                                     v222 = iconst.i32 1
;;                                     v223 = iadd.i32 v1, v222  ; v222 = 1
;; @006a                               v244 = iconst.i32 20
;; @006a                               v245 = icmp ne v223, v244  ; v244 = 20
;; @006a                               brif v245, block4(v223), block17
;;
;;                                 block9:
;; @0005                               return
;; }
