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
;;                                     v342 = icmp uge v81, v82  ; v82 = 320
;; @0013                               v84 = iconst.i64 5376
;;                                     v344 = icmp uge v81, v84  ; v84 = 5376
;; @0013                               v86 = band v342, v344
;;                                     v2 = iconst.i32 0
;;                                     v448 = iconst.i64 0x7000_0000
;;                                     v91 = f32const 0x1.000000p-1
;;                                     v451 = iconst.i32 2
;;                                     v372 = iconst.i32 319
;; @0028                               v13 = iconst.i32 1
;;                                     v534 = iconst.i64 0
;; @0013                               brif v86, block34, block4(v534)  ; v534 = 0
;;
;;                                 block34:
;; @0013                               v90 = iconst.i64 0
;;                                     v1 = iconst.i64 0x7000_0000
;;                                     v346 = vconst.f32x4 const0
;; @0022                               v107 = iconst.i32 2
;; @0022                               v132 = iconst.i64 8
;; @0013                               v89 = iconst.i64 312
;; @0013                               jump block35(v90)  ; v90 = 0
;;
;;                                 block35(v93: i64):
;; @0018                               v94 = ireduce.i32 v93
;; @0018                               v96 = uextend.i64 v94
;;                                     v439 = iconst.i64 0x7000_0000
;;                                     v440 = iadd v96, v439  ; v439 = 0x7000_0000
;; @0018                               v99 = load.i32 little v440
;; @0018                               v100 = scalar_to_vector.i32x4 v99
;; @0018                               v101 = bitcast.i8x16 little v100
;; @0018                               v102 = uwiden_low v101
;; @0018                               v103 = uwiden_low v102
;; @0018                               v104 = fcvt_from_sint.f32x4 v103
;; @0018                               v105 = fmul v104, v346  ; v346 = const0
;;                                     v441 = iconst.i32 2
;;                                     v442 = ishl v94, v441  ; v441 = 2
;; @0022                               v110 = uextend.i64 v442
;;                                     v443 = iadd v110, v439  ; v439 = 0x7000_0000
;; @0022                               store little v105, v443+4096
;; @0018                               v118 = load.i32 little v440+4
;; @0018                               v119 = scalar_to_vector.i32x4 v118
;; @0018                               v120 = bitcast.i8x16 little v119
;; @0018                               v121 = uwiden_low v120
;; @0018                               v122 = uwiden_low v121
;; @0018                               v123 = fcvt_from_sint.f32x4 v122
;; @0018                               v124 = fmul v123, v346  ; v346 = const0
;; @0022                               store little v124, v443+4112
;;                                     v444 = iconst.i64 8
;;                                     v445 = iadd v93, v444  ; v444 = 8
;;                                     v446 = iconst.i64 312
;;                                     v447 = icmp ult v445, v446  ; v446 = 312
;; @0022                               brif v447, block35(v445), block36
;;
;;                                 block36:
;;                                     v351 = iconst.i32 312
;;                                     v535 = iconst.i64 312
;; @0022                               jump block4(v535)  ; v535 = 312
;;
;;                                 block4(v529: i64):
;;                                     v0 = ireduce.i32 v529
;; @0018                               v6 = iadd v529, v448  ; v448 = 0x7000_0000
;; @0018                               v7 = uload8.i32 little v6
;; @001b                               v8 = fcvt_from_uint.f32 v7
;;                                     v449 = f32const 0x1.000000p-1
;;                                     v450 = fmul v8, v449  ; v449 = 0x1.000000p-1
;; @0015                               v4 = ishl v0, v451  ; v451 = 2
;; @0022                               v11 = uextend.i64 v4
;; @0022                               v12 = iadd v11, v448  ; v448 = 0x7000_0000
;; @0022                               store little v450, v12+4096
;;                                     v452 = iconst.i32 319
;;                                     v453 = icmp ne v0, v452  ; v452 = 319
;;                                     v454 = iconst.i32 1
;;                                     v455 = iadd v0, v454  ; v454 = 1
;; @0031                               v519 = iconst.i32 320
;; @0031                               v520 = icmp ne v455, v519  ; v519 = 320
;;                                     v536 = uextend.i64 v455
;; @0031                               brif v520, block4(v536), block6
;;
;;                                 block6:
;; @0038                               jump block37
;;
;;                                 block37:
;; @003e                               jump block38
;;
;;                                 block38:
;;                                     v456 = iconst.i64 0x0100_0048
;; @003e                               v142 = load.i64 notrap aligned v456  ; v456 = 0x0100_0048
;; @003e                               v143 = iconst.i64 4416
;;                                     v376 = icmp uge v142, v143  ; v143 = 4416
;;                                     v457 = iconst.i32 0
;;                                     v401 = iconst.i32 316
;; @0049                               v27 = iconst.i32 4
;;                                     v537 = iconst.i64 0
;; @003e                               brif v376, block39, block10(v537)  ; v537 = 0
;;
;;                                 block39:
;;                                     v458 = iconst.i64 0
;; @0043                               v175 = iconst.i64 32
;; @003e                               v146 = iconst.i64 288
;; @003e                               jump block40(v458)  ; v458 = 0
;;
;;                                 block40(v148: i64):
;; @003e                               v149 = ireduce.i32 v148
;; @003e                               v151 = uextend.i64 v149
;; @003e                               v153 = iadd v151, v448  ; v448 = 0x7000_0000
;; @003e                               v154 = load.i8x16 little v153
;; @003e                               v155 = bitcast.f32x4 little v154
;; @003e                               v156 = fcvt_to_sint_sat.i32x4 v155
;; @0043                               store little v156, v153+4096
;; @003e                               v167 = load.i8x16 little v153+16
;; @003e                               v168 = bitcast.f32x4 little v167
;; @003e                               v169 = fcvt_to_sint_sat.i32x4 v168
;; @0043                               store little v169, v153+4112
;;                                     v459 = iconst.i64 32
;;                                     v460 = iadd v148, v459  ; v459 = 32
;;                                     v461 = iconst.i64 288
;;                                     v462 = icmp ult v460, v461  ; v461 = 288
;; @0043                               brif v462, block40(v460), block41
;;
;;                                 block41:
;;                                     v380 = iconst.i32 288
;;                                     v538 = iconst.i64 288
;; @0043                               jump block10(v538)  ; v538 = 288
;;
;;                                 block10(v530: i64):
;;                                     v18 = ireduce.i32 v530
;; @003e                               v22 = iadd v530, v448  ; v448 = 0x7000_0000
;; @003e                               v23 = load.f32 little v22
;; @0041                               v24 = fcvt_to_sint_sat.i32 v23
;; @0043                               store little v24, v22+4096
;;                                     v463 = iconst.i32 316
;;                                     v464 = icmp ne v18, v463  ; v463 = 316
;;                                     v465 = iconst.i32 4
;;                                     v466 = iadd v18, v465  ; v465 = 4
;; @0052                               v521 = iconst.i32 320
;; @0052                               v522 = icmp ne v466, v521  ; v521 = 320
;;                                     v539 = uextend.i64 v466
;; @0052                               brif v522, block10(v539), block12
;;
;;                                 block12:
;; @0059                               jump block42
;;
;;                                 block42:
;; @005d                               jump block43
;;
;;                                 block43:
;;                                     v467 = iconst.i64 0x0100_0048
;; @005d                               v185 = load.i64 notrap aligned v467  ; v467 = 0x0100_0048
;;                                     v468 = iconst.i64 320
;;                                     v469 = icmp uge v185, v468  ; v468 = 320
;; @005d                               v188 = iconst.i64 4736
;;                                     v407 = icmp uge v185, v188  ; v188 = 4736
;; @005d                               v190 = band v469, v407
;;                                     v470 = iconst.i32 0
;;                                     v540 = iconst.i64 0
;; @005d                               brif v190, block44, block16(v540)  ; v540 = 0
;;
;;                                 block44:
;;                                     v471 = iconst.i64 0
;; @0066                               v228 = iconst.i64 16
;; @005d                               v193 = iconst.i64 304
;; @005d                               jump block45(v471)  ; v471 = 0
;;
;;                                 block45(v195: i64):
;; @0062                               v196 = ireduce.i32 v195
;; @0062                               v198 = uextend.i64 v196
;; @0062                               v200 = iadd v198, v448  ; v448 = 0x7000_0000
;; @0062                               v201 = load.f64 little v200
;; @0062                               v202 = scalar_to_vector.f64x2 v201
;; @0062                               v203 = bitcast.f32x4 little v202
;; @0062                               v204 = fvpromote_low v203
;;                                     v472 = iconst.i32 1
;;                                     v473 = ishl v196, v472  ; v472 = 1
;; @0066                               v209 = uextend.i64 v473
;; @0066                               v211 = iadd v209, v448  ; v448 = 0x7000_0000
;; @0066                               store little v204, v211+4096
;; @0062                               v217 = load.f64 little v200+8
;; @0062                               v218 = scalar_to_vector.f64x2 v217
;; @0062                               v219 = bitcast.f32x4 little v218
;; @0062                               v220 = fvpromote_low v219
;; @0066                               store little v220, v211+4112
;;                                     v474 = iconst.i64 16
;;                                     v475 = iadd v195, v474  ; v474 = 16
;;                                     v476 = iconst.i64 304
;;                                     v477 = icmp ult v475, v476  ; v476 = 304
;; @0066                               brif v477, block45(v475), block46
;;
;;                                 block46:
;;                                     v412 = iconst.i32 304
;;                                     v541 = iconst.i64 304
;; @0066                               jump block16(v541)  ; v541 = 304
;;
;;                                 block16(v531: i64):
;;                                     v32 = ireduce.i32 v531
;; @0062                               v38 = iadd v531, v448  ; v448 = 0x7000_0000
;; @0062                               v39 = load.f32 little v38
;; @0065                               v40 = fpromote.f64 v39
;;                                     v478 = iconst.i32 1
;;                                     v479 = ishl v32, v478  ; v478 = 1
;; @0066                               v41 = uextend.i64 v479
;; @0066                               v42 = iadd v41, v448  ; v448 = 0x7000_0000
;; @0066                               store little v40, v42+4096
;;                                     v480 = iconst.i32 316
;;                                     v481 = icmp ne v32, v480  ; v480 = 316
;;                                     v482 = iconst.i32 4
;;                                     v483 = iadd v32, v482  ; v482 = 4
;; @0075                               v523 = iconst.i32 320
;; @0075                               v524 = icmp ne v483, v523  ; v523 = 320
;;                                     v542 = uextend.i64 v483
;; @0075                               brif v524, block16(v542), block18
;;
;;                                 block18:
;; @007c                               jump block47
;;
;;                                 block47:
;; @0082                               jump block48
;;
;;                                 block48:
;;                                     v484 = iconst.i64 0x0100_0048
;; @0082                               v238 = load.i64 notrap aligned v484  ; v484 = 0x0100_0048
;;                                     v485 = iconst.i64 4416
;;                                     v486 = icmp uge v238, v485  ; v485 = 4416
;; @0082                               v241 = iconst.i64 640
;;                                     v428 = icmp uge v238, v241  ; v241 = 640
;; @0082                               v243 = band v486, v428
;;                                     v487 = iconst.i32 0
;;                                     v543 = iconst.i64 0
;; @0082                               brif v243, block49, block22(v543)  ; v543 = 0
;;
;;                                 block49:
;;                                     v488 = iconst.i64 0
;;                                     v491 = iconst.i64 16
;;                                     v492 = iconst.i64 304
;; @0082                               jump block50(v488)  ; v488 = 0
;;
;;                                 block50(v248: i64):
;; @0085                               v249 = ireduce.i32 v248
;;                                     v489 = iconst.i32 1
;;                                     v490 = ishl v249, v489  ; v489 = 1
;; @0085                               v253 = uextend.i64 v490
;; @0085                               v255 = iadd v253, v448  ; v448 = 0x7000_0000
;; @0085                               v256 = load.i8x16 little v255
;; @0085                               v257 = bitcast.f64x2 little v256
;; @0089                               v263 = fvdemote v257
;; @0089                               v264 = bitcast.f64x2 little v263
;; @0089                               v265 = extractlane v264, 0
;; @0089                               v260 = uextend.i64 v249
;; @0089                               v262 = iadd v260, v448  ; v448 = 0x7000_0000
;; @0089                               store little v265, v262+4096
;; @0085                               v273 = load.i8x16 little v255+16
;; @0085                               v274 = bitcast.f64x2 little v273
;; @0089                               v280 = fvdemote v274
;; @0089                               v281 = bitcast.f64x2 little v280
;; @0089                               v282 = extractlane v281, 0
;; @0089                               store little v282, v262+4104
;; @0089                               v284 = iadd v248, v491  ; v491 = 16
;; @0089                               v285 = icmp ult v284, v492  ; v492 = 304
;; @0089                               brif v285, block50(v284), block51
;;
;;                                 block51:
;;                                     v493 = iconst.i32 304
;;                                     v544 = iconst.i64 304
;; @0089                               jump block22(v544)  ; v544 = 304
;;
;;                                 block22(v532: i64):
;;                                     v48 = ireduce.i32 v532
;;                                     v494 = iconst.i32 1
;;                                     v495 = ishl v48, v494  ; v494 = 1
;; @0085                               v53 = uextend.i64 v495
;; @0085                               v54 = iadd v53, v448  ; v448 = 0x7000_0000
;; @0085                               v55 = load.f64 little v54
;; @0088                               v56 = fdemote.f32 v55
;; @0089                               v58 = iadd v532, v448  ; v448 = 0x7000_0000
;; @0089                               store little v56, v58+4096
;;                                     v496 = iconst.i32 316
;;                                     v497 = icmp ne v48, v496  ; v496 = 316
;;                                     v498 = iconst.i32 4
;;                                     v499 = iadd v48, v498  ; v498 = 4
;; @0098                               v525 = iconst.i32 320
;; @0098                               v526 = icmp ne v499, v525  ; v525 = 320
;;                                     v545 = uextend.i64 v499
;; @0098                               brif v526, block22(v545), block24
;;
;;                                 block24:
;; @009f                               jump block52
;;
;;                                 block52:
;; @00a5                               jump block53
;;
;;                                 block53:
;;                                     v500 = iconst.i64 0x0100_0048
;; @00a5                               v293 = load.i64 notrap aligned v500  ; v500 = 0x0100_0048
;;                                     v501 = iconst.i64 4416
;;                                     v502 = icmp uge v293, v501  ; v501 = 4416
;;                                     v503 = iconst.i32 0
;;                                     v514 = iconst.i32 7
;;                                     v546 = iconst.i64 0
;; @00a5                               brif v502, block54, block28(v546)  ; v546 = 0
;;
;;                                 block54:
;;                                     v504 = iconst.i64 0
;; @00a5                               v307 = iconst.i32 7
;; @00a5                               v309 = iconst.i32 25
;;                                     v511 = iconst.i64 32
;;                                     v512 = iconst.i64 288
;; @00a5                               jump block55(v504)  ; v504 = 0
;;
;;                                 block55(v299: i64):
;; @00a5                               v300 = ireduce.i32 v299
;; @00a5                               v302 = uextend.i64 v300
;; @00a5                               v304 = iadd v302, v448  ; v448 = 0x7000_0000
;; @00a5                               v305 = load.i8x16 little v304
;; @00a5                               v306 = bitcast.i32x4 little v305
;;                                     v505 = iconst.i32 7
;;                                     v506 = ishl v306, v505  ; v505 = 7
;;                                     v507 = iconst.i32 25
;;                                     v508 = ushr v306, v507  ; v507 = 25
;; @00a5                               v311 = bor v506, v508
;; @00ab                               store little v311, v304+4096
;; @00a5                               v322 = load.i8x16 little v304+16
;; @00a5                               v323 = bitcast.i32x4 little v322
;;                                     v509 = ishl v323, v505  ; v505 = 7
;;                                     v510 = ushr v323, v507  ; v507 = 25
;; @00a5                               v328 = bor v509, v510
;; @00ab                               store little v328, v304+4112
;; @00ab                               v335 = iadd v299, v511  ; v511 = 32
;; @00ab                               v336 = icmp ult v335, v512  ; v512 = 288
;; @00ab                               brif v336, block55(v335), block56
;;
;;                                 block56:
;;                                     v513 = iconst.i32 288
;;                                     v547 = iconst.i64 288
;; @00ab                               jump block28(v547)  ; v547 = 288
;;
;;                                 block28(v533: i64):
;;                                     v64 = ireduce.i32 v533
;; @00a5                               v68 = iadd v533, v448  ; v448 = 0x7000_0000
;; @00a5                               v69 = load.i32 little v68
;; @00aa                               v71 = rotl v69, v514  ; v514 = 7
;; @00ab                               store little v71, v68+4096
;;                                     v515 = iconst.i32 316
;;                                     v516 = icmp ne v64, v515  ; v515 = 316
;;                                     v517 = iconst.i32 4
;;                                     v518 = iadd v64, v517  ; v517 = 4
;; @00ba                               v527 = iconst.i32 320
;; @00ba                               v528 = icmp ne v518, v527  ; v527 = 320
;;                                     v548 = uextend.i64 v518
;; @00ba                               brif v528, block28(v548), block30
;;
;;                                 block30:
;; @000b                               return
;; }
