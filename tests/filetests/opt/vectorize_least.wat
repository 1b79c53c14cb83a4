;;! stage = "opt"
;; A loop that may go past its limit, and around through all numbers: it runs at least as often as it would if it met the
;; limit, which is all that vectors need. Nothing is asked of the limit, nor whether the step divides the distance.
(module
  (memory 1)
  (func (export "_start") (local $i i32) (local $p i32)
    (local.set $i (i32.load (i32.const 0)))
    (loop $next
      (i32.store offset=64 (local.get $p) (local.get $i))
      (local.set $p (i32.add (local.get $p) (i32.const 4)))
      (local.set $i (i32.add (local.get $i) (i32.const 2)))
      (br_if $next (i32.ne (local.get $i) (i32.const 9999))))
    (loop $next
      (i32.store offset=64 (local.get $p) (local.get $i))
      (local.set $p (i32.add (local.get $p) (i32.const 4)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.load (i32.const 4)))))
    (loop $next
      (i32.store offset=64 (local.get $p) (local.get $i))
      (local.set $p (i32.add (local.get $p) (i32.const 4)))
      (local.set $i (i32.add (local.get $i) (i32.const 5)))
      (br_if $next (i32.le_s (local.get $i) (i32.const 0x7fffffff))))))

;; ;; vectorize_least.wat function 0 ""
;; function u0:1() tail {
;;     const0 = 0x00000006000000040000000200000000
;;     const1 = 0x0000000f0000000a0000000500000000
;;     const2 = 0x00000008000000080000000800000008
;;     const3 = 0x00000010000000100000001000000010
;;     const4 = 0x00000014000000140000001400000014
;;     const5 = 0x00000028000000280000002800000028
;;
;;                                 block0:
;;                                     v3 = iconst.i64 0x7000_0000
;; @0005                               v5 = load.i32 little v3  ; v3 = 0x7000_0000
;; @000a                               jump block11
;;
;;                                 block11:
;; @0023                               v14 = iconst.i32 9999
;; @0010                               v44 = iconst.i32 2
;; @0010                               v45 = iadd.i32 v5, v44  ; v44 = 2
;;                                     v183 = isub v14, v45  ; v14 = 9999
;; @0010                               v50 = uextend.i64 v183
;; @0010                               v53 = iconst.i64 1
;;                                     v202 = ushr v50, v53  ; v53 = 1
;; @0010                               v54 = iadd v202, v53  ; v53 = 1
;; @0010                               v55 = iconst.i64 12
;; @0010                               v56 = icmp ugt v54, v55  ; v55 = 12
;;                                     v0 = iconst.i32 0
;;                                     v185 = iconst.i32 9997
;;                                     v287 = iconst.i32 4
;;                                     v325 = iconst.i64 0
;; @0010                               brif v56, block12, block2(v325, v5)  ; v325 = 0
;;
;;                                 block12:
;; @0010                               v59 = iconst.i64 0x0100_0048
;; @0010                               v60 = load.i64 notrap aligned v59  ; v59 = 0x0100_0048
;; @0010                               v51 = iconst.i64 2
;;                                     v204 = ishl.i64 v202, v51  ; v51 = 2
;; @0010                               v63 = iconst.i64 68
;; @0010                               v64 = iadd v204, v63  ; v63 = 68
;; @0010                               v65 = icmp ule v64, v60
;;                                     v278 = iconst.i32 0
;;                                     v326 = iconst.i64 0
;; @0010                               brif v65, block13, block2(v326, v5)  ; v326 = 0
;;
;;                                 block13:
;; @0005                               v2 = iconst.i64 0
;; @0010                               v72 = splat.i32x4 v5
;; @0010                               v73 = vconst.i32x4 const0
;; @0010                               v74 = iadd v72, v73  ; v73 = const0
;;                                     v213 = vconst.i32x4 const2
;; @0010                               v69 = iconst.i64 32
;; @0010                               v61 = iconst.i64 4
;;                                     v208 = ushr.i64 v50, v61  ; v61 = 4
;; @0053                               v114 = iconst.i64 5
;;                                     v210 = ishl v208, v114  ; v114 = 5
;;                                     v215 = vconst.i32x4 const3
;; @0010                               jump block14(v2, v74)  ; v2 = 0
;;
;;                                 block14(v75: i64, v76: i32x4):
;; @0010                               v77 = ireduce.i32 v75
;; @0010                               v79 = uextend.i64 v77
;;                                     v279 = iconst.i64 0x7000_0000
;;                                     v280 = iadd v79, v279  ; v279 = 0x7000_0000
;; @0010                               store little v76, v280+64
;; @0010                               v84 = iadd v76, v213  ; v213 = const2
;; @0010                               store little v84, v280+80
;;                                     v281 = iconst.i64 32
;;                                     v282 = iadd v75, v281  ; v281 = 32
;; @0010                               v95 = icmp ult v282, v210
;; @0010                               v92 = iadd v76, v215  ; v215 = const3
;; @0010                               brif v95, block14(v282, v92), block15
;;
;;                                 block15:
;; @0010                               v96 = ireduce.i32 v208
;; @0053                               v105 = iconst.i32 5
;;                                     v217 = ishl v96, v105  ; v105 = 5
;; @0015                               v10 = iconst.i32 4
;;                                     v220 = ishl v96, v10  ; v10 = 4
;; @0010                               v102 = iadd.i32 v5, v220
;;                                     v327 = uextend.i64 v217
;; @0010                               jump block2(v327, v102)
;;
;;                                 block2(v322: i64, v7: i32):
;;                                     v6 = ireduce.i32 v322
;;                                     v283 = iconst.i64 0x7000_0000
;;                                     v284 = iadd v322, v283  ; v283 = 0x7000_0000
;; @0010                               store little v7, v284+64
;;                                     v285 = iconst.i32 9997
;;                                     v286 = icmp ne v7, v285  ; v285 = 9997
;;                                     v288 = iconst.i32 2
;; @0017                               v11 = iadd v6, v287  ; v287 = 4
;;                                     v289 = iadd v7, v288  ; v288 = 2
;; @0028                               v320 = iconst.i32 9999
;; @0028                               v321 = icmp ne v289, v320  ; v320 = 9999
;;                                     v328 = uextend.i64 v11
;; @0028                               brif v321, block2(v328, v289), block4
;;
;;                                 block4:
;;                                     v290 = iadd.i32 v6, v287  ; v287 = 4
;; @0046                               v27 = iconst.i64 0x7000_0004
;; @003d                               v23 = iconst.i32 1
;;                                     v329 = uextend.i64 v290
;; @002b                               jump block5(v329, v289)
;;
;;                                 block5(v323: i64, v18: i32):
;;                                     v17 = ireduce.i32 v323
;;                                     v291 = iconst.i64 0x7000_0000
;;                                     v292 = iadd v323, v291  ; v291 = 0x7000_0000
;; @0031                               store little v18, v292+64
;;                                     v293 = iconst.i64 0x7000_0004
;; @0046                               v28 = load.i32 little v293  ; v293 = 0x7000_0004
;;                                     v294 = iconst.i32 1
;;                                     v295 = iadd v18, v294  ; v294 = 1
;; @0049                               v29 = icmp ult v295, v28
;; @0038                               v22 = iadd v17, v287  ; v287 = 4
;;                                     v330 = uextend.i64 v22
;; @004a                               brif v29, block5(v330, v295), block7
;;
;;                                 block7:
;; @004d                               jump block16
;;
;;                                 block16:
;;                                     v234 = iconst.i32 6
;;                                     v239 = iadd.i32 v18, v234  ; v234 = 6
;; @0053                               v107 = uextend.i64 v239
;; @0053                               v108 = iconst.i64 0x8000_0000
;; @0053                               v109 = bxor v107, v108  ; v108 = 0x8000_0000
;; @0053                               v110 = iconst.i64 0x0001_0000_0000
;; @0053                               v118 = icmp ult v109, v110  ; v110 = 0x0001_0000_0000
;; @0053                               v111 = isub v110, v109  ; v110 = 0x0001_0000_0000
;;                                     v296 = iconst.i64 4
;; @0053                               v113 = iadd v111, v296  ; v296 = 4
;;                                     v262 = iconst.i64 -3689348814741910323
;;                                     v263 = umulhi v113, v262  ; v262 = -3689348814741910323
;;                                     v297 = iconst.i64 2
;;                                     v264 = ushr v263, v297  ; v297 = 2
;;                                     v298 = iconst.i64 0
;; @0053                               v119 = select v118, v264, v298  ; v298 = 0
;;                                     v299 = iconst.i64 1
;;                                     v300 = iadd v119, v299  ; v299 = 1
;;                                     v301 = iconst.i64 12
;;                                     v302 = icmp ugt v300, v301  ; v301 = 12
;;                                     v303 = iadd.i32 v17, v287  ; v287 = 4
;;                                     v319 = iconst.i32 5
;;                                     v331 = uextend.i64 v303
;; @0053                               brif v302, block17, block8(v331, v295)
;;
;;                                 block17:
;;                                     v304 = iconst.i64 0x0100_0048
;; @0053                               v128 = load.i64 notrap aligned v304  ; v304 = 0x0100_0048
;;                                     v305 = iadd.i32 v17, v287  ; v287 = 4
;;                                     v306 = uextend.i64 v305
;;                                     v266 = ishl.i64 v119, v297  ; v297 = 2
;;                                     v307 = iconst.i64 68
;; @0053                               v132 = iadd v266, v307  ; v307 = 68
;; @0053                               v133 = iadd v306, v132
;; @0053                               v134 = icmp ule v133, v128
;;                                     v332 = uextend.i64 v305
;; @0053                               brif v134, block18, block8(v332, v295)
;;
;;                                 block18:
;; @0053                               v140 = splat.i32x4 v295
;; @0053                               v141 = vconst.i32x4 const1
;; @0053                               v142 = iadd v140, v141  ; v141 = const1
;;                                     v271 = vconst.i32x4 const4
;;                                     v312 = iconst.i64 32
;;                                     v206 = iconst.i64 3
;;                                     v268 = ushr.i64 v119, v206  ; v206 = 3
;;                                     v313 = iconst.i64 5
;;                                     v269 = ishl v268, v313  ; v313 = 5
;;                                     v273 = vconst.i32x4 const5
;; @0053                               jump block19(v298, v142)  ; v298 = 0
;;
;;                                 block19(v143: i64, v144: i32x4):
;; @0053                               v145 = ireduce.i32 v143
;;                                     v308 = iadd.i32 v17, v287  ; v287 = 4
;;                                     v309 = iadd v308, v145
;; @0053                               v147 = uextend.i64 v309
;;                                     v310 = iconst.i64 0x7000_0000
;;                                     v311 = iadd v147, v310  ; v310 = 0x7000_0000
;; @0053                               store little v144, v311+64
;; @0053                               v152 = iadd v144, v271  ; v271 = const4
;; @0053                               store little v152, v311+80
;; @0053                               v162 = iadd v143, v312  ; v312 = 32
;; @0053                               v163 = icmp ult v162, v269
;; @0053                               v160 = iadd v144, v273  ; v273 = const5
;; @0053                               brif v163, block19(v162, v160), block20
;;
;;                                 block20:
;; @0053                               v164 = ireduce.i32 v268
;;                                     v314 = iconst.i32 5
;;                                     v275 = ishl v164, v314  ; v314 = 5
;;                                     v315 = iadd.i32 v17, v287  ; v287 = 4
;;                                     v316 = iadd v315, v275
;; @0053                               v158 = iconst.i32 40
;; @0053                               v169 = imul v164, v158  ; v158 = 40
;; @0053                               v170 = iadd.i32 v295, v169
;;                                     v333 = uextend.i64 v316
;; @0053                               jump block8(v333, v170)
;;
;;                                 block8(v324: i64, v32: i32):
;;                                     v31 = ireduce.i32 v324
;;                                     v317 = iconst.i64 0x7000_0000
;;                                     v318 = iadd v324, v317  ; v317 = 0x7000_0000
;; @0053                               store little v32, v318+64
;; @005a                               v36 = iadd v31, v287  ; v287 = 4
;; @0061                               v38 = iadd v32, v319  ; v319 = 5
;;                                     v334 = uextend.i64 v36
;; @006d                               jump block8(v334, v38)
;; }
