;;! stage = "opt"
;; Bytes are copied backwards, complex numbers multiplied, and pixels of three bytes made grey. What is loaded
;; together is loaded once.
(module
  (memory 1)
  (func (export "_start")
    (call $reverse (i32.const 0))
    (call $product (i32.const 0))
    (call $grey (i32.const 0) (i32.const 0)))
  (func $reverse (param $i i32)
    (loop $next
      (i32.store8 offset=4096 (i32.sub (i32.const 799) (local.get $i)) (i32.load8_u (local.get $i)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 800)))))
  (func $product (param $i i32)
    (loop $next
      (f32.store offset=8192 (local.get $i)
        (f32.sub
          (f32.mul (f32.load (local.get $i)) (f32.load offset=4096 (local.get $i)))
          (f32.mul (f32.load offset=4 (local.get $i)) (f32.load offset=4100 (local.get $i)))))
      (f32.store offset=8196 (local.get $i)
        (f32.add
          (f32.mul (f32.load (local.get $i)) (f32.load offset=4100 (local.get $i)))
          (f32.mul (f32.load offset=4 (local.get $i)) (f32.load offset=4096 (local.get $i)))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 800)))))
  (func $grey (param $from i32) (param $to i32)
    (loop $next
      (i32.store8 offset=4096 (local.get $to)
        (i32.shr_u
          (i32.add
            (i32.add
              (i32.mul (i32.load8_u (local.get $from)) (i32.const 77))
              (i32.mul (i32.load8_u offset=1 (local.get $from)) (i32.const 150)))
            (i32.mul (i32.load8_u offset=2 (local.get $from)) (i32.const 29)))
          (i32.const 8)))
      (local.set $from (i32.add (local.get $from) (i32.const 3)))
      (br_if $next (i32.ne (local.tee $to (i32.add (local.get $to) (i32.const 1))) (i32.const 800))))))

;; ;; vectorize_spaced.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) tail
;;     sig1 = (i32) tail
;;     sig2 = (i32, i32) tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;     fn2 = colocated u0:11 sig2
;;     const0 = 0x004d004d004d004d004d004d004d004d
;;     const1 = 0x00960096009600960096009600960096
;;     const2 = 0x001d001d001d001d001d001d001d001d
;;     const3 = 0x00ff00ff00ff00ff00ff00ff00ff00ff
;;
;;                                 block0:
;; @0011                               jump block20
;;
;;                                 block20:
;; @0013                               jump block21
;;
;;                                 block21:
;; @0013                               v91 = iconst.i64 0x0100_0048
;; @0013                               v92 = load.i64 notrap aligned v91  ; v91 = 0x0100_0048
;; @0013                               v93 = iconst.i64 800
;;                                     v288 = icmp uge v92, v93  ; v93 = 800
;; @0013                               v95 = iconst.i64 4896
;;                                     v290 = icmp uge v92, v95  ; v95 = 4896
;; @0013                               v97 = band v288, v290
;; @0001                               v0 = iconst.i32 0
;;                                     v423 = iconst.i64 0x7000_0000
;; @0013                               v99 = iconst.i32 799
;; @0024                               v13 = iconst.i32 1
;;                                     v477 = iconst.i64 0
;; @0013                               brif v97, block22, block4(v477)  ; v477 = 0
;;
;;                                 block22:
;; @0013                               v103 = iconst.i64 0
;;                                     v5 = iconst.i64 0x7000_0000
;;                                     v292 = iconst.i32 784
;; @001e                               v117 = iconst.i64 16
;; @0013                               v102 = iconst.i64 784
;; @0013                               jump block23(v103)  ; v103 = 0
;;
;;                                 block23(v104: i64):
;; @001b                               v105 = ireduce.i32 v104
;; @001b                               v107 = uextend.i64 v105
;;                                     v413 = iconst.i64 0x7000_0000
;;                                     v414 = iadd v107, v413  ; v413 = 0x7000_0000
;; @001b                               v110 = load.i8x16 little v414
;; @001e                               v116 = shuffle v110, v110, 0x000102030405060708090a0b0c0d0e0f
;;                                     v415 = iconst.i32 784
;;                                     v416 = isub v415, v105  ; v415 = 784
;; @001e                               v113 = uextend.i64 v416
;;                                     v417 = iadd v113, v413  ; v413 = 0x7000_0000
;; @001e                               store little v116, v417+4096
;;                                     v418 = iconst.i64 16
;;                                     v419 = iadd v104, v418  ; v418 = 16
;;                                     v420 = iconst.i64 784
;;                                     v421 = icmp ult v419, v420  ; v420 = 784
;; @001e                               brif v421, block23(v419), block24
;;
;;                                 block24:
;;                                     v422 = iconst.i32 784
;;                                     v478 = iconst.i64 784
;; @001e                               jump block4(v478)  ; v478 = 784
;;
;;                                 block4(v473: i64):
;;                                     v4 = ireduce.i32 v473
;; @001b                               v9 = iadd v473, v423  ; v423 = 0x7000_0000
;; @001b                               v10 = uload8.i32 little v9
;;                                     v424 = iconst.i32 799
;;                                     v425 = isub v424, v4  ; v424 = 799
;; @001e                               v11 = uextend.i64 v425
;; @001e                               v12 = iadd v11, v423  ; v423 = 0x7000_0000
;; @001e                               istore8 little v10, v12+4096
;;                                     v426 = icmp ne v4, v424  ; v424 = 799
;;                                     v427 = iconst.i32 1
;;                                     v428 = iadd v4, v427  ; v427 = 1
;; @002d                               v467 = iconst.i32 800
;; @002d                               v468 = icmp ne v428, v467  ; v467 = 800
;;                                     v479 = uextend.i64 v428
;; @002d                               brif v468, block4(v479), block6
;;
;;                                 block6:
;; @0032                               jump block25
;;
;;                                 block25:
;; @0038                               jump block26
;;
;;                                 block26:
;;                                     v429 = iconst.i64 0x0100_0048
;; @0038                               v127 = load.i64 notrap aligned v429  ; v429 = 0x0100_0048
;; @0038                               v128 = iconst.i64 8992
;;                                     v343 = icmp uge v127, v128  ; v128 = 8992
;;                                     v430 = iconst.i32 0
;;                                     v367 = iconst.i32 792
;; @0074                               v54 = iconst.i32 8
;;                                     v480 = iconst.i64 0
;; @0038                               brif v343, block27, block10(v480)  ; v480 = 0
;;
;;                                 block27:
;;                                     v431 = iconst.i64 0
;; @004f                               v196 = iconst.i64 32
;; @0038                               v131 = iconst.i64 768
;; @0038                               jump block28(v431)  ; v431 = 0
;;
;;                                 block28(v133: i64):
;; @0057                               v134 = ireduce.i32 v133
;; @0057                               v136 = uextend.i64 v134
;; @0057                               v138 = iadd v136, v423  ; v423 = 0x7000_0000
;; @0057                               v139 = load.i8x16 little v138
;; @0057                               v145 = load.i8x16 little v138+16
;; @0068                               v153 = load.i8x16 little v138+4096
;; @0068                               v159 = load.i8x16 little v138+4112
;; @0057                               v146 = shuffle v139, v145, 0x1b1a1918131211100b0a090803020100
;; @0057                               v147 = bitcast.f32x4 little v146
;; @0068                               v160 = shuffle v153, v159, 0x1b1a1918131211100b0a090803020100
;; @0068                               v161 = bitcast.f32x4 little v160
;; @0068                               v162 = fmul v147, v161
;; @0068                               v163 = shuffle v139, v145, 0x1f1e1d1c171615140f0e0d0c07060504
;; @0068                               v164 = bitcast.f32x4 little v163
;; @0068                               v165 = shuffle v153, v159, 0x1f1e1d1c171615140f0e0d0c07060504
;; @0068                               v166 = bitcast.f32x4 little v165
;; @0068                               v167 = fmul v164, v166
;; @0068                               v168 = fsub v162, v167
;; @0068                               v180 = bitcast.i8x16 little v168
;; @0068                               v169 = shuffle v139, v145, 0x1b1a1918131211100b0a090803020100
;; @0068                               v170 = bitcast.f32x4 little v169
;; @0068                               v171 = shuffle v153, v159, 0x1f1e1d1c171615140f0e0d0c07060504
;; @0068                               v172 = bitcast.f32x4 little v171
;; @0068                               v173 = fmul v170, v172
;; @0068                               v174 = shuffle v139, v145, 0x1f1e1d1c171615140f0e0d0c07060504
;; @0068                               v175 = bitcast.f32x4 little v174
;; @0068                               v176 = shuffle v153, v159, 0x1b1a1918131211100b0a090803020100
;; @0068                               v177 = bitcast.f32x4 little v176
;; @0068                               v178 = fmul v175, v177
;; @0068                               v179 = fadd v173, v178
;; @0068                               v181 = bitcast.i8x16 little v179
;; @0068                               v182 = shuffle v180, v181, 0x17161514070605041312111003020100
;; @004f                               store little v182, v138+8192
;; @004f                               v190 = shuffle v180, v181, 0x1f1e1d1c0f0e0d0c1b1a19180b0a0908
;; @004f                               store little v190, v138+8208
;;                                     v432 = iconst.i64 32
;;                                     v433 = iadd v133, v432  ; v432 = 32
;;                                     v434 = iconst.i64 768
;;                                     v435 = icmp ult v433, v434  ; v434 = 768
;; @004f                               brif v435, block28(v433), block29
;;
;;                                 block29:
;;                                     v346 = iconst.i32 768
;;                                     v481 = iconst.i64 768
;; @004f                               jump block10(v481)  ; v481 = 768
;;
;;                                 block10(v474: i64):
;;                                     v18 = ireduce.i32 v474
;; @0038                               v21 = iadd v474, v423  ; v423 = 0x7000_0000
;; @0038                               v22 = load.f32 little v21
;; @003d                               v25 = load.f32 little v21+4096
;; @0041                               v26 = fmul v22, v25
;; @0044                               v29 = load.f32 little v21+4
;; @0049                               v32 = load.f32 little v21+4100
;; @004d                               v33 = fmul v29, v32
;; @004e                               v34 = fsub v26, v33
;; @004f                               store little v34, v21+8192
;; @0057                               v39 = load.f32 little v21
;; @005c                               v42 = load.f32 little v21+4100
;; @0060                               v43 = fmul v39, v42
;; @0063                               v46 = load.f32 little v21+4
;; @0068                               v49 = load.f32 little v21+4096
;; @006c                               v50 = fmul v46, v49
;; @006d                               v51 = fadd v43, v50
;; @006e                               store little v51, v21+8196
;;                                     v436 = iconst.i32 792
;;                                     v437 = icmp ne v18, v436  ; v436 = 792
;;                                     v438 = iconst.i32 8
;;                                     v439 = iadd v18, v438  ; v438 = 8
;; @007d                               v469 = iconst.i32 800
;; @007d                               v470 = icmp ne v439, v469  ; v469 = 800
;;                                     v482 = uextend.i64 v439
;; @007d                               brif v470, block10(v482), block12
;;
;;                                 block12:
;; @0082                               jump block30
;;
;;                                 block30:
;; @0088                               jump block31
;;
;;                                 block31:
;;                                     v440 = iconst.i64 0x0100_0048
;; @0088                               v207 = load.i64 notrap aligned v440  ; v440 = 0x0100_0048
;;                                     v441 = iconst.i64 4896
;;                                     v442 = icmp uge v207, v441  ; v441 = 4896
;; @0088                               v210 = iconst.i64 2400
;;                                     v373 = icmp uge v207, v210  ; v210 = 2400
;; @0088                               v212 = band v442, v373
;;                                     v443 = iconst.i32 0
;;                                     v217 = iconst.i32 77
;;                                     v220 = iconst.i32 150
;;                                     v223 = iconst.i32 29
;;                                     v466 = iconst.i32 3
;;                                     v483 = iconst.i64 0
;; @0088                               brif v212, block32, block16(v483, v483)  ; v483 = 0, v483 = 0
;;
;;                                 block32:
;;                                     v444 = iconst.i64 0
;; @0088                               v228 = iconst.i32 3
;;                                     v385 = vconst.i16x8 const3
;;                                     v376 = vconst.i16x8 const0
;;                                     v379 = vconst.i16x8 const1
;;                                     v382 = vconst.i16x8 const2
;; @00a5                               v277 = iconst.i64 8
;; @0088                               v215 = iconst.i64 792
;; @0088                               jump block33(v444)  ; v444 = 0
;;
;;                                 block33(v226: i64):
;; @0088                               v227 = ireduce.i32 v226
;;                                     v445 = iconst.i32 3
;;                                     v446 = imul v227, v445  ; v445 = 3
;; @0088                               v231 = uextend.i64 v446
;; @0088                               v233 = iadd v231, v423  ; v423 = 0x7000_0000
;; @0088                               v234 = load.i8x16 little v233
;; @0088                               v242 = load.i64 little v233+16
;; @0088                               v243 = scalar_to_vector.i64x2 v242
;; @0088                               v244 = bitcast.i8x16 little v243
;; @0088                               v245 = shuffle v234, v244, 0x00150012000f000c0009000600030000
;; @0088                               v246 = bitcast.i16x8 little v245
;; @0088                               v249 = band v246, v385  ; v385 = const3
;; @0088                               v250 = imul v249, v376  ; v376 = const0
;; @0088                               v251 = shuffle v234, v244, 0x001600130010000d000a000700040001
;; @0088                               v252 = bitcast.i16x8 little v251
;; @0088                               v255 = band v252, v385  ; v385 = const3
;; @0088                               v256 = imul v255, v379  ; v379 = const1
;; @0088                               v257 = iadd v250, v256
;; @0088                               v258 = shuffle v234, v244, 0x001700140011000e000b000800050002
;; @0088                               v259 = bitcast.i16x8 little v258
;; @0088                               v262 = band v259, v385  ; v385 = const3
;; @0088                               v263 = imul v262, v382  ; v382 = const2
;; @0088                               v264 = iadd v257, v263
;;                                     v447 = iconst.i32 8
;;                                     v448 = ushr v264, v447  ; v447 = 8
;; @00a5                               v272 = bitcast.i8x16 little v448
;; @00a5                               v274 = shuffle v272, v272, 0x0e0c0a08060402000e0c0a0806040200
;; @00a5                               v275 = bitcast.f64x2 little v274
;; @00a5                               v276 = extractlane v275, 0
;; @00a5                               v269 = uextend.i64 v227
;; @00a5                               v271 = iadd v269, v423  ; v423 = 0x7000_0000
;; @00a5                               store little v276, v271+4096
;;                                     v449 = iconst.i64 8
;;                                     v450 = iadd v226, v449  ; v449 = 8
;;                                     v451 = iconst.i64 792
;;                                     v452 = icmp ult v450, v451  ; v451 = 792
;; @00a5                               brif v452, block33(v450), block34
;;
;;                                 block34:
;;                                     v453 = iconst.i32 792
;;                                     v400 = iconst.i32 2376
;;                                     v484 = iconst.i64 792
;;                                     v485 = iconst.i64 2376
;; @00a5                               jump block16(v484, v485)  ; v484 = 792, v485 = 2376
;;
;;                                 block16(v475: i64, v476: i64):
;;                                     v60 = ireduce.i32 v476
;;                                     v59 = ireduce.i32 v475
;; @0088                               v63 = iadd v476, v423  ; v423 = 0x7000_0000
;; @0088                               v64 = uload8.i32 little v63
;;                                     v454 = iconst.i32 77
;;                                     v455 = imul v64, v454  ; v454 = 77
;; @0091                               v69 = uload8.i32 little v63+1
;;                                     v456 = iconst.i32 150
;;                                     v457 = imul v69, v456  ; v456 = 150
;; @0098                               v72 = iadd v455, v457
;; @009b                               v75 = uload8.i32 little v63+2
;;                                     v458 = iconst.i32 29
;;                                     v459 = imul v75, v458  ; v458 = 29
;; @00a1                               v78 = iadd v72, v459
;;                                     v460 = iconst.i32 8
;;                                     v461 = ushr v78, v460  ; v460 = 8
;; @00a5                               v82 = iadd v475, v423  ; v423 = 0x7000_0000
;; @00a5                               istore8 little v461, v82+4096
;;                                     v462 = iconst.i32 799
;;                                     v463 = icmp ne v59, v462  ; v462 = 799
;;                                     v464 = iconst.i32 1
;;                                     v465 = iadd v59, v464  ; v464 = 1
;; @00ad                               v84 = iadd v60, v466  ; v466 = 3
;; @00bb                               v471 = iconst.i32 800
;; @00bb                               v472 = icmp ne v465, v471  ; v471 = 800
;;                                     v486 = uextend.i64 v465
;;                                     v487 = uextend.i64 v84
;; @00bb                               brif v472, block16(v486, v487), block18
;;
;;                                 block18:
;; @000f                               return
;; }
