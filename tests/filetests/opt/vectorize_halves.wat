;;! stage = "opt"
;; Numbers of 32 bits in loops about numbers of 64 are in half of a vector: integers become doubles, and doubles
;; integers; conditions of the ones choose the others, and are counted. Columns are loaded element by element, and
;; what is loaded from one of two places is chosen of what both have.
(module
  (memory 1)
  (func (export "_start") (call $doubles) (call $integers) (call $chosen) (drop (call $counted)) (call $column)
    (call $places))
  (func $doubles
    (local $i i32)
    (loop $next
      (f64.store offset=4096 (i32.shl (local.get $i) (i32.const 1))
        (f64.mul (f64.convert_i32_s (i32.load (local.get $i))) (f64.const 0.5)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320)))))
  (func $integers
    (local $i i32)
    (loop $next
      (i32.store offset=4096 (local.get $i) (i32.trunc_sat_f64_s (f64.load (i32.shl (local.get $i) (i32.const 1)))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320)))))
  (func $chosen
    (local $i i32)
    (loop $next
      (f64.store offset=8192 (i32.shl (local.get $i) (i32.const 1))
        (select (f64.load (i32.shl (local.get $i) (i32.const 1))) (f64.const 1)
          (i32.gt_s (i32.load offset=4096 (local.get $i)) (i32.const 7))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320)))))
  (func $counted (result i32)
    (local $i i32) (local $count i32)
    (loop $next
      (local.set $count (i32.add (local.get $count) (f64.lt (f64.load (local.get $i)) (f64.const 2))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 640))))
    (local.get $count))
  (func $column
    (local $i i32)
    (loop $next
      (f64.store offset=8192 (local.get $i)
        (f64.sub (f64.load offset=8192 (local.get $i))
          (f64.mul (f64.load (i32.mul (local.get $i) (i32.const 9))) (f64.const 3))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 640)))))
  (func $places
    (local $i i32)
    (loop $next
      (i32.store offset=8192 (local.get $i)
        (i32.load (i32.sub
          (i32.add (select (i32.const 1024) (i32.const 2048) (i32.load8_u (local.get $i))) (local.get $i))
          (i32.const 16))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 320))))))

;; ;; vectorize_halves.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = () tail
;;     sig1 = () tail
;;     sig2 = () tail
;;     sig3 = () -> i32 tail
;;     sig4 = () tail
;;     sig5 = () tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;     fn2 = colocated u0:11 sig2
;;     fn3 = colocated u0:12 sig3
;;     fn4 = colocated u0:13 sig4
;;     fn5 = colocated u0:14 sig5
;;     const0 = 0x00000000000000000000000000000000
;;     const1 = 0x3fe00000000000003fe0000000000000
;;     const2 = 0x00000007000000070000000700000007
;;     const3 = 0x3ff00000000000003ff0000000000000
;;     const4 = 0x40000000000000004000000000000000
;;     const5 = 0x40080000000000004008000000000000
;;     const6 = 0x000000ff000000ff000000ff000000ff
;;
;;                                 block0:
;; @0012                               jump block44
;;
;;                                 block44:
;; @0016                               jump block45
;;
;;                                 block45:
;; @0016                               v238 = iconst.i64 0x0100_0048
;; @0016                               v239 = load.i64 notrap aligned v238  ; v238 = 0x0100_0048
;; @0016                               v240 = iconst.i64 320
;;                                     v585 = icmp uge v239, v240  ; v240 = 320
;; @0016                               v242 = iconst.i64 4736
;;                                     v587 = icmp uge v239, v242  ; v242 = 4736
;; @0016                               v244 = band v585, v587
;;                                     v3 = iconst.i32 0
;;                                     v715 = iconst.i64 0x7000_0000
;;                                     v249 = f64const 0x1.0000000000000p-1
;;                                     v718 = iconst.i32 1
;;                                     v614 = iconst.i32 316
;; @002f                               v14 = iconst.i32 4
;;                                     v812 = iconst.i64 0
;; @0016                               brif v244, block46, block4(v812)  ; v812 = 0
;;
;;                                 block46:
;; @0016                               v248 = iconst.i64 0
;;                                     v2 = iconst.i64 0x7000_0000
;;                                     v589 = vconst.f64x2 const1
;; @0029                               v264 = iconst.i32 1
;; @0029                               v288 = iconst.i64 16
;; @0016                               v247 = iconst.i64 304
;; @0016                               jump block47(v248)  ; v248 = 0
;;
;;                                 block47(v251: i64):
;; @001b                               v252 = ireduce.i32 v251
;; @001b                               v254 = uextend.i64 v252
;;                                     v706 = iconst.i64 0x7000_0000
;;                                     v707 = iadd v254, v706  ; v706 = 0x7000_0000
;; @001b                               v257 = load.f64 little v707
;; @001b                               v258 = scalar_to_vector.f64x2 v257
;; @001b                               v259 = bitcast.i32x4 little v258
;; @001b                               v260 = swiden_low v259
;; @001b                               v261 = fcvt_from_sint.f64x2 v260
;; @001b                               v262 = fmul v261, v589  ; v589 = const1
;;                                     v708 = iconst.i32 1
;;                                     v709 = ishl v252, v708  ; v708 = 1
;; @0029                               v267 = uextend.i64 v709
;;                                     v710 = iadd v267, v706  ; v706 = 0x7000_0000
;; @0029                               store little v262, v710+4096
;; @001b                               v275 = load.f64 little v707+8
;; @001b                               v276 = scalar_to_vector.f64x2 v275
;; @001b                               v277 = bitcast.i32x4 little v276
;; @001b                               v278 = swiden_low v277
;; @001b                               v279 = fcvt_from_sint.f64x2 v278
;; @001b                               v280 = fmul v279, v589  ; v589 = const1
;; @0029                               store little v280, v710+4112
;;                                     v711 = iconst.i64 16
;;                                     v712 = iadd v251, v711  ; v711 = 16
;;                                     v713 = iconst.i64 304
;;                                     v714 = icmp ult v712, v713  ; v713 = 304
;; @0029                               brif v714, block47(v712), block48
;;
;;                                 block48:
;;                                     v594 = iconst.i32 304
;;                                     v813 = iconst.i64 304
;; @0029                               jump block4(v813)  ; v813 = 304
;;
;;                                 block4(v806: i64):
;;                                     v1 = ireduce.i32 v806
;; @001b                               v7 = iadd v806, v715  ; v715 = 0x7000_0000
;; @001b                               v8 = load.i32 little v7
;; @001e                               v9 = fcvt_from_sint.f64 v8
;;                                     v716 = f64const 0x1.0000000000000p-1
;;                                     v717 = fmul v9, v716  ; v716 = 0x1.0000000000000p-1
;; @0018                               v5 = ishl v1, v718  ; v718 = 1
;; @0029                               v12 = uextend.i64 v5
;; @0029                               v13 = iadd v12, v715  ; v715 = 0x7000_0000
;; @0029                               store little v717, v13+4096
;;                                     v719 = iconst.i32 316
;;                                     v720 = icmp ne v1, v719  ; v719 = 316
;;                                     v721 = iconst.i32 4
;;                                     v722 = iadd v1, v721  ; v721 = 4
;; @0038                               v794 = iconst.i32 320
;; @0038                               v795 = icmp ne v722, v794  ; v794 = 320
;;                                     v814 = uextend.i64 v722
;; @0038                               brif v795, block4(v814), block6
;;
;;                                 block6:
;; @003f                               jump block49
;;
;;                                 block49:
;; @0045                               jump block50
;;
;;                                 block50:
;;                                     v723 = iconst.i64 0x0100_0048
;; @0045                               v298 = load.i64 notrap aligned v723  ; v723 = 0x0100_0048
;; @0045                               v299 = iconst.i64 4416
;;                                     v618 = icmp uge v298, v299  ; v299 = 4416
;; @0045                               v301 = iconst.i64 640
;;                                     v620 = icmp uge v298, v301  ; v301 = 640
;; @0045                               v303 = band v618, v620
;;                                     v724 = iconst.i32 0
;;                                     v815 = iconst.i64 0
;; @0045                               brif v303, block51, block10(v815)  ; v815 = 0
;;
;;                                 block51:
;;                                     v725 = iconst.i64 0
;; @0048                               v319 = vconst.i64x2 const0
;;                                     v726 = iconst.i64 16
;;                                     v727 = iconst.i64 304
;; @0045                               jump block52(v725)  ; v725 = 0
;;
;;                                 block52(v308: i64):
;; @0048                               v309 = ireduce.i32 v308
;; @0048                               v311 = ishl v309, v718  ; v718 = 1
;; @0048                               v313 = uextend.i64 v311
;; @0048                               v315 = iadd v313, v715  ; v715 = 0x7000_0000
;; @0048                               v316 = load.i8x16 little v315
;; @0048                               v317 = bitcast.f64x2 little v316
;; @0048                               v318 = fcvt_to_sint_sat.i64x2 v317
;; @0048                               v320 = snarrow v318, v319  ; v319 = const0
;; @004d                               v326 = bitcast.f64x2 little v320
;; @004d                               v327 = extractlane v326, 0
;; @004d                               v323 = uextend.i64 v309
;; @004d                               v325 = iadd v323, v715  ; v715 = 0x7000_0000
;; @004d                               store little v327, v325+4096
;; @0048                               v335 = load.i8x16 little v315+16
;; @0048                               v336 = bitcast.f64x2 little v335
;; @0048                               v337 = fcvt_to_sint_sat.i64x2 v336
;; @0048                               v339 = snarrow v337, v319  ; v319 = const0
;; @004d                               v345 = bitcast.f64x2 little v339
;; @004d                               v346 = extractlane v345, 0
;; @004d                               store little v346, v325+4104
;; @004d                               v348 = iadd v308, v726  ; v726 = 16
;; @004d                               v349 = icmp ult v348, v727  ; v727 = 304
;; @004d                               brif v349, block52(v348), block53
;;
;;                                 block53:
;;                                     v728 = iconst.i32 304
;;                                     v816 = iconst.i64 304
;; @004d                               jump block10(v816)  ; v816 = 304
;;
;;                                 block10(v807: i64):
;;                                     v19 = ireduce.i32 v807
;; @0047                               v23 = ishl v19, v718  ; v718 = 1
;; @0048                               v24 = uextend.i64 v23
;; @0048                               v25 = iadd v24, v715  ; v715 = 0x7000_0000
;; @0048                               v26 = load.f64 little v25
;; @004b                               v27 = fcvt_to_sint_sat.i32 v26
;; @004d                               v29 = iadd v807, v715  ; v715 = 0x7000_0000
;; @004d                               store little v27, v29+4096
;;                                     v729 = iconst.i32 316
;;                                     v730 = icmp ne v19, v729  ; v729 = 316
;;                                     v731 = iconst.i32 4
;;                                     v732 = iadd v19, v731  ; v731 = 4
;; @005c                               v796 = iconst.i32 320
;; @005c                               v797 = icmp ne v732, v796  ; v796 = 320
;;                                     v817 = uextend.i64 v732
;; @005c                               brif v797, block10(v817), block12
;;
;;                                 block12:
;; @0063                               jump block54
;;
;;                                 block54:
;; @0067                               jump block55
;;
;;                                 block55:
;;                                     v733 = iconst.i64 0x0100_0048
;; @0067                               v357 = load.i64 notrap aligned v733  ; v733 = 0x0100_0048
;;                                     v734 = iconst.i64 4416
;;                                     v735 = icmp uge v357, v734  ; v734 = 4416
;; @0067                               v360 = iconst.i64 8832
;;                                     v628 = icmp uge v357, v360  ; v360 = 8832
;; @0067                               v362 = band v735, v628
;;                                     v736 = iconst.i32 0
;;                                     v367 = iconst.i32 7
;;                                     v369 = f64const 0x1.0000000000000p0
;;                                     v818 = iconst.i64 0
;; @0067                               brif v362, block56, block16(v818)  ; v818 = 0
;;
;;                                 block56:
;;                                     v737 = iconst.i64 0
;;                                     v630 = vconst.i32x4 const2
;;                                     v632 = vconst.f64x2 const3
;;                                     v738 = iconst.i64 16
;;                                     v739 = iconst.i64 304
;; @0067                               jump block57(v737)  ; v737 = 0
;;
;;                                 block57(v371: i64):
;; @007d                               v372 = ireduce.i32 v371
;; @007d                               v374 = uextend.i64 v372
;; @007d                               v376 = iadd v374, v715  ; v715 = 0x7000_0000
;; @007d                               v377 = load.f64 little v376+4096
;; @007d                               v378 = scalar_to_vector.f64x2 v377
;; @007d                               v379 = bitcast.i32x4 little v378
;; @006f                               v384 = ishl v372, v718  ; v718 = 1
;; @006f                               v386 = uextend.i64 v384
;; @006f                               v388 = iadd v386, v715  ; v715 = 0x7000_0000
;; @006f                               v389 = load.i8x16 little v388
;; @006f                               v390 = bitcast.f64x2 little v389
;; @007d                               v380 = icmp sgt v379, v630  ; v630 = const2
;; @007d                               v381 = swiden_low v380
;; @006f                               v391 = bitcast.f64x2 little v381
;; @006f                               v392 = bitselect v391, v390, v632  ; v632 = const3
;; @0085                               store little v392, v388+8192
;; @007d                               v405 = load.f64 little v376+4104
;; @007d                               v406 = scalar_to_vector.f64x2 v405
;; @007d                               v407 = bitcast.i32x4 little v406
;; @006f                               v417 = load.i8x16 little v388+16
;; @006f                               v418 = bitcast.f64x2 little v417
;; @007d                               v408 = icmp sgt v407, v630  ; v630 = const2
;; @007d                               v409 = swiden_low v408
;; @006f                               v419 = bitcast.f64x2 little v409
;; @006f                               v420 = bitselect v419, v418, v632  ; v632 = const3
;; @0085                               store little v420, v388+8208
;; @0085                               v429 = iadd v371, v738  ; v738 = 16
;; @0085                               v430 = icmp ult v429, v739  ; v739 = 304
;; @0085                               brif v430, block57(v429), block58
;;
;;                                 block58:
;;                                     v740 = iconst.i32 304
;;                                     v819 = iconst.i64 304
;; @0085                               jump block16(v819)  ; v819 = 304
;;
;;                                 block16(v808: i64):
;;                                     v35 = ireduce.i32 v808
;; @0069                               v39 = ishl v35, v718  ; v718 = 1
;; @006f                               v42 = uextend.i64 v39
;; @006f                               v43 = iadd v42, v715  ; v715 = 0x7000_0000
;; @006f                               v44 = load.f64 little v43
;; @007d                               v47 = iadd v808, v715  ; v715 = 0x7000_0000
;; @007d                               v48 = load.i32 little v47+4096
;;                                     v741 = iconst.i32 7
;;                                     v742 = icmp sgt v48, v741  ; v741 = 7
;;                                     v743 = f64const 0x1.0000000000000p0
;;                                     v744 = select v742, v44, v743  ; v743 = 0x1.0000000000000p0
;; @0085                               store little v744, v43+8192
;;                                     v745 = iconst.i32 316
;;                                     v746 = icmp ne v35, v745  ; v745 = 316
;;                                     v747 = iconst.i32 4
;;                                     v748 = iadd v35, v747  ; v747 = 4
;; @0094                               v798 = iconst.i32 320
;; @0094                               v799 = icmp ne v748, v798  ; v798 = 320
;;                                     v820 = uextend.i64 v748
;; @0094                               brif v799, block16(v820), block18
;;
;;                                 block18:
;; @009b                               jump block59
;;
;;                                 block59:
;; @00a1                               jump block60
;;
;;                                 block60:
;;                                     v749 = iconst.i64 0x0100_0048
;; @00a1                               v439 = load.i64 notrap aligned v749  ; v749 = 0x0100_0048
;;                                     v750 = iconst.i64 640
;;                                     v751 = icmp uge v439, v750  ; v750 = 640
;;                                     v752 = iconst.i32 0
;;                                     v673 = iconst.i32 632
;;                                     v445 = f64const 0x1.0000000000000p1
;; @00b3                               v73 = iconst.i32 8
;;                                     v821 = iconst.i64 0
;; @00a1                               brif v751, block61, block22(v752, v821)  ; v752 = 0, v821 = 0
;;
;;                                 block61:
;;                                     v753 = iconst.i64 0
;;                                     v644 = vconst.i32x4 const0
;; @00a1                               v480 = iconst.i64 32
;; @00a1                               v443 = iconst.i64 608
;;                                     v642 = vconst.f64x2 const4
;; @00a1                               jump block62(v753, v644, v644)  ; v753 = 0, v644 = const0, v644 = const0
;;
;;                                 block62(v449: i64, v450: i32x4, v451: i32x4):
;; @00a1                               v452 = ireduce.i32 v449
;; @00a1                               v454 = uextend.i64 v452
;; @00a1                               v456 = iadd v454, v715  ; v715 = 0x7000_0000
;; @00a1                               v457 = load.i8x16 little v456
;; @00a1                               v458 = bitcast.f64x2 little v457
;; @00a1                               v471 = load.i8x16 little v456+16
;; @00a1                               v472 = bitcast.f64x2 little v471
;;                                     v754 = iconst.i64 32
;;                                     v755 = iadd v449, v754  ; v754 = 32
;;                                     v756 = iconst.i64 608
;;                                     v757 = icmp ult v755, v756  ; v756 = 608
;; @00a1                               v459 = fcmp lt v458, v642  ; v642 = const4
;; @00a1                               v460 = bitcast.i8x16 little v459
;; @00a1                               v462 = shuffle v460, v460, 0x0b0a0908030201000b0a090803020100
;; @00a1                               v463 = bitcast.i32x4 little v462
;;                                     v647 = isub v450, v463
;; @00a1                               v473 = fcmp lt v472, v642  ; v642 = const4
;; @00a1                               v474 = bitcast.i8x16 little v473
;; @00a1                               v476 = shuffle v474, v474, 0x0b0a0908030201000b0a090803020100
;; @00a1                               v477 = bitcast.i32x4 little v476
;;                                     v649 = isub v451, v477
;; @00a1                               brif v757, block62(v755, v647, v649), block63
;;
;;                                 block63:
;; @00a1                               v485 = iadd.i32x4 v647, v649
;; @00a1                               v486 = bitcast.i8x16 little v485
;; @00a1                               v488 = shuffle v486, v486, 0x030201000f0e0d0c0b0a090807060504
;; @00a1                               v489 = bitcast.i32x4 little v488
;; @00a1                               v490 = iadd v485, v489
;; @00a1                               v491 = extractlane v490, 0
;;                                     v652 = iconst.i32 608
;;                                     v822 = iconst.i64 608
;; @00a1                               jump block22(v491, v822)  ; v822 = 608
;;
;;                                 block22(v61: i32, v809: i64):
;;                                     v62 = ireduce.i32 v809
;; @00a1                               v67 = iadd v809, v715  ; v715 = 0x7000_0000
;; @00a1                               v68 = load.f64 little v67
;;                                     v758 = iconst.i32 632
;;                                     v759 = icmp ne v62, v758  ; v758 = 632
;;                                     v760 = f64const 0x1.0000000000000p1
;;                                     v761 = fcmp lt v68, v760  ; v760 = 0x1.0000000000000p1
;; @00ad                               v71 = uextend.i32 v761
;; @00ae                               v72 = iadd v61, v71
;;                                     v762 = iconst.i32 8
;;                                     v763 = iadd v62, v762  ; v762 = 8
;; @00bc                               v800 = iconst.i32 640
;; @00bc                               v801 = icmp ne v763, v800  ; v800 = 640
;;                                     v823 = uextend.i64 v763
;; @00bc                               brif v801, block22(v72, v823), block24
;;
;;                                 block24:
;; @00c5                               jump block64
;;
;;                                 block64:
;; @00cb                               jump block65
;;
;;                                 block65:
;;                                     v764 = iconst.i64 8832
;;                                     v765 = icmp.i64 uge v439, v764  ; v764 = 8832
;; @00cb                               v501 = iconst.i64 5696
;;                                     v679 = icmp.i64 uge v439, v501  ; v501 = 5696
;; @00cb                               v503 = band v765, v679
;;                                     v766 = iconst.i32 0
;;                                     v773 = iconst.i32 9
;;                                     v508 = f64const 0x1.8000000000000p1
;;                                     v824 = iconst.i64 0
;; @00cb                               brif v503, block66, block28(v824)  ; v824 = 0
;;
;;                                 block66:
;;                                     v767 = iconst.i64 0
;; @00d4                               v512 = iconst.i32 9
;;                                     v681 = vconst.f64x2 const5
;;                                     v770 = iconst.i64 32
;;                                     v771 = iconst.i64 608
;; @00cb                               jump block67(v767)  ; v767 = 0
;;
;;                                 block67(v510: i64):
;; @00d4                               v511 = ireduce.i32 v510
;;                                     v768 = iconst.i32 9
;;                                     v769 = imul v511, v768  ; v768 = 9
;; @00d4                               v515 = uextend.i64 v769
;; @00d4                               v517 = iadd v515, v715  ; v715 = 0x7000_0000
;;                                     v518 = load.f64 little v517
;; @00d4                               v519 = scalar_to_vector.f64x2 v518
;;                                     v527 = load.f64 little v517+72
;; @00d4                               v528 = insertlane v519, v527, 1
;; @00d4                               v529 = fmul v528, v681  ; v681 = const5
;; @00cb                               v532 = uextend.i64 v511
;; @00cb                               v534 = iadd v532, v715  ; v715 = 0x7000_0000
;; @00cb                               v535 = load.i8x16 little v534+8192
;; @00cb                               v536 = bitcast.f64x2 little v535
;; @00cb                               v537 = fsub v536, v529
;; @00e2                               store little v537, v534+8192
;;                                     v550 = load.f64 little v517+144
;; @00d4                               v551 = scalar_to_vector.f64x2 v550
;;                                     v559 = load.f64 little v517+216
;; @00d4                               v560 = insertlane v551, v559, 1
;; @00d4                               v561 = fmul v560, v681  ; v681 = const5
;; @00cb                               v567 = load.i8x16 little v534+8208
;; @00cb                               v568 = bitcast.f64x2 little v567
;; @00cb                               v569 = fsub v568, v561
;; @00e2                               store little v569, v534+8208
;; @00e2                               v576 = iadd v510, v770  ; v770 = 32
;; @00e2                               v577 = icmp ult v576, v771  ; v771 = 608
;; @00e2                               brif v577, block67(v576), block68
;;
;;                                 block68:
;;                                     v772 = iconst.i32 608
;;                                     v825 = iconst.i64 608
;; @00e2                               jump block28(v825)  ; v825 = 608
;;
;;                                 block28(v810: i64):
;;                                     v78 = ireduce.i32 v810
;; @00cb                               v82 = iadd v810, v715  ; v715 = 0x7000_0000
;; @00cb                               v83 = load.f64 little v82+8192
;; @00d3                               v85 = imul v78, v773  ; v773 = 9
;; @00d4                               v86 = uextend.i64 v85
;; @00d4                               v87 = iadd v86, v715  ; v715 = 0x7000_0000
;; @00d4                               v88 = load.f64 little v87
;;                                     v774 = f64const 0x1.8000000000000p1
;;                                     v775 = fmul v88, v774  ; v774 = 0x1.8000000000000p1
;; @00e1                               v91 = fsub v83, v775
;; @00e2                               store little v91, v82+8192
;;                                     v776 = iconst.i32 632
;;                                     v777 = icmp ne v78, v776  ; v776 = 632
;;                                     v778 = iconst.i32 8
;;                                     v779 = iadd v78, v778  ; v778 = 8
;; @00f1                               v802 = iconst.i32 640
;; @00f1                               v803 = icmp ne v779, v802  ; v802 = 640
;;                                     v826 = uextend.i64 v779
;; @00f1                               brif v803, block28(v826), block30
;;
;;                                 block30:
;; @00f8                               jump block39
;;
;;                                 block39:
;; @00fc                               jump block40
;;
;;                                 block40:
;;                                     v780 = iconst.i64 0x0100_0048
;; @00fc                               v158 = load.i64 notrap aligned v780  ; v780 = 0x0100_0048
;; @00fc                               v159 = iconst.i64 8512
;;                                     v687 = icmp uge v158, v159  ; v159 = 8512
;;                                     v781 = iconst.i32 0
;; @00fc                               v102 = iconst.i32 1024
;; @00ff                               v103 = iconst.i32 2048
;;                                     v827 = iconst.i64 0
;; @00fc                               brif v687, block41, block34(v827)  ; v827 = 0
;;
;;                                 block41:
;;                                     v782 = iconst.i64 0
;;                                     v690 = vconst.i32x4 const6
;;                                     v783 = vconst.i32x4 const0
;;                                     v784 = iconst.i64 32
;; @00fc                               v162 = iconst.i64 288
;; @00fc                               jump block42(v782)  ; v782 = 0
;;
;;                                 block42(v166: i64):
;;                                     v167 = ireduce.i32 v166
;;                                     v169 = uextend.i64 v167
;;                                     v171 = iadd v169, v715  ; v715 = 0x7000_0000
;;                                     v172 = load.i8x16 little v171
;;                                     v173 = bitcast.i32x4 little v172
;;                                     v176 = band v173, v690  ; v690 = const6
;;                                     v183 = load.i8x16 little v171+2032
;;                                     v184 = bitcast.i32x4 little v183
;;                                     v190 = load.i8x16 little v171+1008
;;                                     v191 = bitcast.i32x4 little v190
;;                                     v177 = icmp eq v176, v783  ; v783 = const0
;;                                     v192 = bitselect v177, v184, v191
;;                                     store little v192, v171+8192
;;                                     v203 = load.i8x16 little v171+16
;;                                     v204 = bitcast.i32x4 little v203
;;                                     v207 = band v204, v690  ; v690 = const6
;;                                     v214 = load.i8x16 little v171+2048
;;                                     v215 = bitcast.i32x4 little v214
;;                                     v221 = load.i8x16 little v171+1024
;;                                     v222 = bitcast.i32x4 little v221
;;                                     v208 = icmp eq v207, v783  ; v783 = const0
;;                                     v223 = bitselect v208, v215, v222
;;                                     store little v223, v171+8208
;;                                     v230 = iadd v166, v784  ; v784 = 32
;;                                     v785 = iconst.i64 288
;;                                     v786 = icmp ult v230, v785  ; v785 = 288
;;                                     brif v786, block42(v230), block43
;;
;;                                 block43:
;;                                     v692 = iconst.i32 288
;;                                     v828 = iconst.i64 288
;;                                     jump block34(v828)  ; v828 = 288
;;
;;                                 block34(v811: i64):
;;                                     v99 = ireduce.i32 v811
;; @0104                               v105 = iadd v811, v715  ; v715 = 0x7000_0000
;; @0104                               v106 = uload8.i32 little v105
;;                                     v787 = iconst.i32 1024
;;                                     v788 = iconst.i32 2048
;;                                     v789 = select v106, v787, v788  ; v787 = 1024, v788 = 2048
;; @010a                               v108 = iadd v789, v99
;;                                     v583 = uextend.i64 v108
;;                                     v584 = iadd v583, v715  ; v715 = 0x7000_0000
;; @010e                               v113 = load.i32 little v584-16
;; @0111                               store little v113, v105+8192
;;                                     v790 = iconst.i32 316
;;                                     v791 = icmp ne v99, v790  ; v790 = 316
;;                                     v792 = iconst.i32 4
;;                                     v793 = iadd v99, v792  ; v792 = 4
;; @0120                               v804 = iconst.i32 320
;; @0120                               v805 = icmp ne v793, v804  ; v804 = 320
;;                                     v829 = uextend.i64 v793
;; @0120                               brif v805, block34(v829), block36
;;
;;                                 block36:
;; @000e                               return
;; }
