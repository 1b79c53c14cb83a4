;;! stage = "opt"
;; Conversions and rotations: bytes to floats, floats to integers, floats to wider ones and back.
(module
  (memory 1)
  (func (export "_start") (call $bytes) (call $integers) (call $wide) (call $narrow) (call $rotated))
  ;; Bytes are numbers without a sign that the faster conversion takes as well.
  (func $bytes
    (local $i i32)
    (loop $next
      (f32.store offset=4096 (i32.shl (local.get $i) (i32.const 2))
        (f32.mul (f32.convert_i32_u (i32.load8_u (local.get $i))) (f32.const 0.5)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 320)))))
  (func $integers
    (local $i i32)
    (loop $next
      (i32.store offset=4096 (local.get $i) (i32.trunc_sat_f32_s (f32.load (local.get $i))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320)))))
  (func $wide
    (local $i i32)
    (loop $next
      (f64.store offset=4096 (i32.shl (local.get $i) (i32.const 1)) (f64.promote_f32 (f32.load (local.get $i))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320)))))
  (func $narrow
    (local $i i32)
    (loop $next
      (f32.store offset=4096 (local.get $i) (f32.demote_f64 (f64.load (i32.shl (local.get $i) (i32.const 1)))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320)))))
  (func $rotated
    (local $i i32)
    (loop $next
      (i32.store offset=4096 (local.get $i) (i32.rotl (i32.load (local.get $i)) (i32.const 7)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320))))))

;; ;; vectorize_convert.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = () tail
;;     sig1 = () tail
;;     sig2 = () tail
;;     sig3 = () tail
;;     sig4 = () tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;     fn2 = colocated u0:11 sig2
;;     fn3 = colocated u0:12 sig3
;;     fn4 = colocated u0:13 sig4
;;     const0 = 0x3f0000003f0000003f0000003f000000
;;
;;                                 block0:
;; @000f                               jump block32
;;
;;                                 block32:
;; @0013                               jump block33
;;
;;                                 block33:
;; @0013                               v80 = iconst.i64 0x0100_0048
;; @0013                               v81 = load.i64 notrap aligned v80  ; v80 = 0x0100_0048
;; @0013                               v82 = iconst.i64 320
;;                                     v335 = icmp uge v81, v82  ; v82 = 320
;; @0013                               v84 = iconst.i64 5376
;;                                     v337 = icmp uge v81, v84  ; v84 = 5376
;; @0013                               v86 = band v335, v337
;;                                     v2 = iconst.i32 0
;;                                     v441 = iconst.i64 0x7000_0000
;;                                     v91 = f32const 0x1.000000p-1
;;                                     v444 = iconst.i32 2
;;                                     v365 = iconst.i32 319
;; @0028                               v13 = iconst.i32 1
;;                                     v527 = iconst.i64 0
;; @0013                               brif v86, block34, block4(v527)  ; v527 = 0
;;
;;                                 block34:
;; @0013                               v90 = iconst.i64 0
;;                                     v1 = iconst.i64 0x7000_0000
;;                                     v339 = vconst.f32x4 const0
;; @0022                               v107 = iconst.i32 2
;; @0022                               v132 = iconst.i64 8
;; @0013                               v89 = iconst.i64 312
;; @0013                               jump block35(v90)  ; v90 = 0
;;
;;                                 block35(v93: i64):
;; @0018                               v94 = ireduce.i32 v93
;; @0018                               v96 = uextend.i64 v94
;;                                     v432 = iconst.i64 0x7000_0000
;;                                     v433 = iadd v96, v432  ; v432 = 0x7000_0000
;; @0018                               v99 = load.i32 little v433
;; @0018                               v100 = scalar_to_vector.i32x4 v99
;; @0018                               v101 = bitcast.i8x16 little v100
;; @0018                               v102 = uwiden_low v101
;; @0018                               v103 = uwiden_low v102
;; @0018                               v104 = fcvt_from_sint.f32x4 v103
;; @0018                               v105 = fmul v104, v339  ; v339 = const0
;;                                     v434 = iconst.i32 2
;;                                     v435 = ishl v94, v434  ; v434 = 2
;; @0022                               v110 = uextend.i64 v435
;;                                     v436 = iadd v110, v432  ; v432 = 0x7000_0000
;; @0022                               store little v105, v436+4096
;; @0018                               v118 = load.i32 little v433+4
;; @0018                               v119 = scalar_to_vector.i32x4 v118
;; @0018                               v120 = bitcast.i8x16 little v119
;; @0018                               v121 = uwiden_low v120
;; @0018                               v122 = uwiden_low v121
;; @0018                               v123 = fcvt_from_sint.f32x4 v122
;; @0018                               v124 = fmul v123, v339  ; v339 = const0
;; @0022                               store little v124, v436+4112
;;                                     v437 = iconst.i64 8
;;                                     v438 = iadd v93, v437  ; v437 = 8
;;                                     v439 = iconst.i64 312
;;                                     v440 = icmp ult v438, v439  ; v439 = 312
;; @0022                               brif v440, block35(v438), block36
;;
;;                                 block36:
;;                                     v344 = iconst.i32 312
;;                                     v528 = iconst.i64 312
;; @0022                               jump block4(v528)  ; v528 = 312
;;
;;                                 block4(v522: i64):
;;                                     v0 = ireduce.i32 v522
;; @0018                               v6 = iadd v522, v441  ; v441 = 0x7000_0000
;; @0018                               v7 = uload8.i32 little v6
;; @001b                               v8 = fcvt_from_uint.f32 v7
;;                                     v442 = f32const 0x1.000000p-1
;;                                     v443 = fmul v8, v442  ; v442 = 0x1.000000p-1
;; @0015                               v4 = ishl v0, v444  ; v444 = 2
;; @0022                               v11 = uextend.i64 v4
;; @0022                               v12 = iadd v11, v441  ; v441 = 0x7000_0000
;; @0022                               store little v443, v12+4096
;;                                     v445 = iconst.i32 319
;;                                     v446 = icmp ne v0, v445  ; v445 = 319
;;                                     v447 = iconst.i32 1
;;                                     v448 = iadd v0, v447  ; v447 = 1
;; @0031                               v512 = iconst.i32 320
;; @0031                               v513 = icmp ne v448, v512  ; v512 = 320
;;                                     v529 = uextend.i64 v448
;; @0031                               brif v513, block4(v529), block6
;;
;;                                 block6:
;; @0038                               jump block37
;;
;;                                 block37:
;; @003e                               jump block38
;;
;;                                 block38:
;;                                     v449 = iconst.i64 0x0100_0048
;; @003e                               v142 = load.i64 notrap aligned v449  ; v449 = 0x0100_0048
;; @003e                               v143 = iconst.i64 4416
;;                                     v369 = icmp uge v142, v143  ; v143 = 4416
;;                                     v450 = iconst.i32 0
;;                                     v394 = iconst.i32 316
;; @0049                               v27 = iconst.i32 4
;;                                     v530 = iconst.i64 0
;; @003e                               brif v369, block39, block10(v530)  ; v530 = 0
;;
;;                                 block39:
;;                                     v451 = iconst.i64 0
;; @0043                               v175 = iconst.i64 32
;; @003e                               v146 = iconst.i64 288
;; @003e                               jump block40(v451)  ; v451 = 0
;;
;;                                 block40(v148: i64):
;; @003e                               v149 = ireduce.i32 v148
;; @003e                               v151 = uextend.i64 v149
;; @003e                               v153 = iadd v151, v441  ; v441 = 0x7000_0000
;; @003e                               v154 = load.i8x16 little v153
;; @003e                               v155 = bitcast.f32x4 little v154
;; @003e                               v156 = fcvt_to_sint_sat.i32x4 v155
;; @0043                               store little v156, v153+4096
;; @003e                               v167 = load.i8x16 little v153+16
;; @003e                               v168 = bitcast.f32x4 little v167
;; @003e                               v169 = fcvt_to_sint_sat.i32x4 v168
;; @0043                               store little v169, v153+4112
;;                                     v452 = iconst.i64 32
;;                                     v453 = iadd v148, v452  ; v452 = 32
;;                                     v454 = iconst.i64 288
;;                                     v455 = icmp ult v453, v454  ; v454 = 288
;; @0043                               brif v455, block40(v453), block41
;;
;;                                 block41:
;;                                     v373 = iconst.i32 288
;;                                     v531 = iconst.i64 288
;; @0043                               jump block10(v531)  ; v531 = 288
;;
;;                                 block10(v523: i64):
;;                                     v18 = ireduce.i32 v523
;; @003e                               v22 = iadd v523, v441  ; v441 = 0x7000_0000
;; @003e                               v23 = load.f32 little v22
;; @0041                               v24 = fcvt_to_sint_sat.i32 v23
;; @0043                               store little v24, v22+4096
;;                                     v456 = iconst.i32 316
;;                                     v457 = icmp ne v18, v456  ; v456 = 316
;;                                     v458 = iconst.i32 4
;;                                     v459 = iadd v18, v458  ; v458 = 4
;; @0052                               v514 = iconst.i32 320
;; @0052                               v515 = icmp ne v459, v514  ; v514 = 320
;;                                     v532 = uextend.i64 v459
;; @0052                               brif v515, block10(v532), block12
;;
;;                                 block12:
;; @0059                               jump block42
;;
;;                                 block42:
;; @005d                               jump block43
;;
;;                                 block43:
;;                                     v460 = iconst.i64 0x0100_0048
;; @005d                               v185 = load.i64 notrap aligned v460  ; v460 = 0x0100_0048
;;                                     v461 = iconst.i64 320
;;                                     v462 = icmp uge v185, v461  ; v461 = 320
;; @005d                               v188 = iconst.i64 4736
;;                                     v400 = icmp uge v185, v188  ; v188 = 4736
;; @005d                               v190 = band v462, v400
;;                                     v463 = iconst.i32 0
;;                                     v533 = iconst.i64 0
;; @005d                               brif v190, block44, block16(v533)  ; v533 = 0
;;
;;                                 block44:
;;                                     v464 = iconst.i64 0
;; @0066                               v221 = iconst.i64 16
;; @005d                               v193 = iconst.i64 304
;; @005d                               jump block45(v464)  ; v464 = 0
;;
;;                                 block45(v195: i64):
;; @0062                               v196 = ireduce.i32 v195
;; @0062                               v198 = uextend.i64 v196
;; @0062                               v200 = iadd v198, v441  ; v441 = 0x7000_0000
;; @0062                               v201 = load.i8x16 little v200
;; @0062                               v202 = bitcast.f32x4 little v201
;; @0062                               v203 = fvpromote_low v202
;;                                     v465 = iconst.i32 1
;;                                     v466 = ishl v196, v465  ; v465 = 1
;; @0066                               v208 = uextend.i64 v466
;; @0066                               v210 = iadd v208, v441  ; v441 = 0x7000_0000
;; @0066                               store little v203, v210+4096
;; @0066                               v211 = shuffle v201, v201, 0x0f0e0d0c0b0a09080f0e0d0c0b0a0908
;; @0066                               v212 = bitcast.f32x4 little v211
;; @0066                               v213 = fvpromote_low v212
;; @0066                               store little v213, v210+4112
;;                                     v467 = iconst.i64 16
;;                                     v468 = iadd v195, v467  ; v467 = 16
;;                                     v469 = iconst.i64 304
;;                                     v470 = icmp ult v468, v469  ; v469 = 304
;; @0066                               brif v470, block45(v468), block46
;;
;;                                 block46:
;;                                     v405 = iconst.i32 304
;;                                     v534 = iconst.i64 304
;; @0066                               jump block16(v534)  ; v534 = 304
;;
;;                                 block16(v524: i64):
;;                                     v32 = ireduce.i32 v524
;; @0062                               v38 = iadd v524, v441  ; v441 = 0x7000_0000
;; @0062                               v39 = load.f32 little v38
;; @0065                               v40 = fpromote.f64 v39
;;                                     v471 = iconst.i32 1
;;                                     v472 = ishl v32, v471  ; v471 = 1
;; @0066                               v41 = uextend.i64 v472
;; @0066                               v42 = iadd v41, v441  ; v441 = 0x7000_0000
;; @0066                               store little v40, v42+4096
;;                                     v473 = iconst.i32 316
;;                                     v474 = icmp ne v32, v473  ; v473 = 316
;;                                     v475 = iconst.i32 4
;;                                     v476 = iadd v32, v475  ; v475 = 4
;; @0075                               v516 = iconst.i32 320
;; @0075                               v517 = icmp ne v476, v516  ; v516 = 320
;;                                     v535 = uextend.i64 v476
;; @0075                               brif v517, block16(v535), block18
;;
;;                                 block18:
;; @007c                               jump block47
;;
;;                                 block47:
;; @0082                               jump block48
;;
;;                                 block48:
;;                                     v477 = iconst.i64 0x0100_0048
;; @0082                               v231 = load.i64 notrap aligned v477  ; v477 = 0x0100_0048
;;                                     v478 = iconst.i64 4416
;;                                     v479 = icmp uge v231, v478  ; v478 = 4416
;; @0082                               v234 = iconst.i64 640
;;                                     v421 = icmp uge v231, v234  ; v234 = 640
;; @0082                               v236 = band v479, v421
;;                                     v480 = iconst.i32 0
;;                                     v536 = iconst.i64 0
;; @0082                               brif v236, block49, block22(v536)  ; v536 = 0
;;
;;                                 block49:
;;                                     v481 = iconst.i64 0
;;                                     v484 = iconst.i64 16
;;                                     v485 = iconst.i64 304
;; @0082                               jump block50(v481)  ; v481 = 0
;;
;;                                 block50(v241: i64):
;; @0085                               v242 = ireduce.i32 v241
;;                                     v482 = iconst.i32 1
;;                                     v483 = ishl v242, v482  ; v482 = 1
;; @0085                               v246 = uextend.i64 v483
;; @0085                               v248 = iadd v246, v441  ; v441 = 0x7000_0000
;; @0085                               v249 = load.i8x16 little v248
;; @0085                               v250 = bitcast.f64x2 little v249
;; @0085                               v251 = fvdemote v250
;; @0089                               v257 = bitcast.f64x2 little v251
;; @0089                               v258 = extractlane v257, 0
;; @0089                               v254 = uextend.i64 v242
;; @0089                               v256 = iadd v254, v441  ; v441 = 0x7000_0000
;; @0089                               store little v258, v256+4096
;; @0085                               v266 = load.i8x16 little v248+16
;; @0085                               v267 = bitcast.f64x2 little v266
;; @0085                               v268 = fvdemote v267
;; @0089                               v274 = bitcast.f64x2 little v268
;; @0089                               v275 = extractlane v274, 0
;; @0089                               store little v275, v256+4104
;; @0089                               v277 = iadd v241, v484  ; v484 = 16
;; @0089                               v278 = icmp ult v277, v485  ; v485 = 304
;; @0089                               brif v278, block50(v277), block51
;;
;;                                 block51:
;;                                     v486 = iconst.i32 304
;;                                     v537 = iconst.i64 304
;; @0089                               jump block22(v537)  ; v537 = 304
;;
;;                                 block22(v525: i64):
;;                                     v48 = ireduce.i32 v525
;;                                     v487 = iconst.i32 1
;;                                     v488 = ishl v48, v487  ; v487 = 1
;; @0085                               v53 = uextend.i64 v488
;; @0085                               v54 = iadd v53, v441  ; v441 = 0x7000_0000
;; @0085                               v55 = load.f64 little v54
;; @0088                               v56 = fdemote.f32 v55
;; @0089                               v58 = iadd v525, v441  ; v441 = 0x7000_0000
;; @0089                               store little v56, v58+4096
;;                                     v489 = iconst.i32 316
;;                                     v490 = icmp ne v48, v489  ; v489 = 316
;;                                     v491 = iconst.i32 4
;;                                     v492 = iadd v48, v491  ; v491 = 4
;; @0098                               v518 = iconst.i32 320
;; @0098                               v519 = icmp ne v492, v518  ; v518 = 320
;;                                     v538 = uextend.i64 v492
;; @0098                               brif v519, block22(v538), block24
;;
;;                                 block24:
;; @009f                               jump block52
;;
;;                                 block52:
;; @00a5                               jump block53
;;
;;                                 block53:
;;                                     v493 = iconst.i64 0x0100_0048
;; @00a5                               v286 = load.i64 notrap aligned v493  ; v493 = 0x0100_0048
;;                                     v494 = iconst.i64 4416
;;                                     v495 = icmp uge v286, v494  ; v494 = 4416
;;                                     v496 = iconst.i32 0
;;                                     v507 = iconst.i32 7
;;                                     v539 = iconst.i64 0
;; @00a5                               brif v495, block54, block28(v539)  ; v539 = 0
;;
;;                                 block54:
;;                                     v497 = iconst.i64 0
;; @00a5                               v300 = iconst.i32 7
;; @00a5                               v302 = iconst.i32 25
;;                                     v504 = iconst.i64 32
;;                                     v505 = iconst.i64 288
;; @00a5                               jump block55(v497)  ; v497 = 0
;;
;;                                 block55(v292: i64):
;; @00a5                               v293 = ireduce.i32 v292
;; @00a5                               v295 = uextend.i64 v293
;; @00a5                               v297 = iadd v295, v441  ; v441 = 0x7000_0000
;; @00a5                               v298 = load.i8x16 little v297
;; @00a5                               v299 = bitcast.i32x4 little v298
;;                                     v498 = iconst.i32 7
;;                                     v499 = ishl v299, v498  ; v498 = 7
;;                                     v500 = iconst.i32 25
;;                                     v501 = ushr v299, v500  ; v500 = 25
;; @00a5                               v304 = bor v499, v501
;; @00ab                               store little v304, v297+4096
;; @00a5                               v315 = load.i8x16 little v297+16
;; @00a5                               v316 = bitcast.i32x4 little v315
;;                                     v502 = ishl v316, v498  ; v498 = 7
;;                                     v503 = ushr v316, v500  ; v500 = 25
;; @00a5                               v321 = bor v502, v503
;; @00ab                               store little v321, v297+4112
;; @00ab                               v328 = iadd v292, v504  ; v504 = 32
;; @00ab                               v329 = icmp ult v328, v505  ; v505 = 288
;; @00ab                               brif v329, block55(v328), block56
;;
;;                                 block56:
;;                                     v506 = iconst.i32 288
;;                                     v540 = iconst.i64 288
;; @00ab                               jump block28(v540)  ; v540 = 288
;;
;;                                 block28(v526: i64):
;;                                     v64 = ireduce.i32 v526
;; @00a5                               v68 = iadd v526, v441  ; v441 = 0x7000_0000
;; @00a5                               v69 = load.i32 little v68
;; @00aa                               v71 = rotl v69, v507  ; v507 = 7
;; @00ab                               store little v71, v68+4096
;;                                     v508 = iconst.i32 316
;;                                     v509 = icmp ne v64, v508  ; v508 = 316
;;                                     v510 = iconst.i32 4
;;                                     v511 = iadd v64, v510  ; v510 = 4
;; @00ba                               v520 = iconst.i32 320
;; @00ba                               v521 = icmp ne v511, v520  ; v520 = 320
;;                                     v541 = uextend.i64 v511
;; @00ba                               brif v521, block28(v541), block30
;;
;;                                 block30:
;; @000b                               return
;; }
