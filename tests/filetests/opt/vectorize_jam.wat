;;! stage = "opt"
;; A product of matrices, a row at a time: the inner loop is a vector loop itself, and four iterations of the outer one
;; share its loads and stores of the row that they add to, each in its turn.
(module
  (memory 1)
  (func (export "_start") (call $row (i32.const 0)))
  (func $row (param $a i32)
    (local $j i32) (local $k i32) (local $row i32) (local $factor f64)
    (local.set $row (i32.const 4096))
    (loop $rows
      (local.set $factor (f64.load (i32.add (local.get $a) (i32.shl (local.get $k) (i32.const 3)))))
      (local.set $j (i32.const 0))
      (loop $columns
        (f64.store offset=32768 (local.get $j)
          (f64.add
            (f64.load offset=32768 (local.get $j))
            (f64.mul (local.get $factor) (f64.load (i32.add (local.get $row) (local.get $j))))))
        (br_if $columns (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 8))) (i32.const 160))))
      (local.set $row (i32.add (local.get $row) (i32.const 160)))
      (br_if $rows (i32.ne (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 20))))))

;; ;; vectorize_jam.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0010                               jump block11
;;
;;                                 block11:
;; @0016                               v40 = iconst.i64 0x0100_0048
;; @0016                               v41 = load.i64 notrap aligned v40  ; v40 = 0x0100_0048
;; @0016                               v42 = iconst.i64 0x80a0
;;                                     v272 = icmp uge v41, v42  ; v42 = 0x80a0
;; @0016                               v44 = iconst.i64 160
;;                                     v274 = icmp uge v41, v44  ; v44 = 160
;; @0016                               v48 = band v272, v274
;; @0016                               v46 = iconst.i64 7296
;;                                     v276 = icmp uge v41, v46  ; v46 = 7296
;; @0016                               v49 = band v48, v276
;; @0001                               v0 = iconst.i32 0
;; @000b                               v7 = iconst.i32 4096
;;                                     v563 = iconst.i32 3
;;                                     v564 = iconst.i64 0x7000_0000
;; @0029                               v210 = iconst.i64 0x8000
;;                                     v574 = iconst.i64 0
;;                                     v504 = iconst.i32 128
;;                                     v354 = iconst.i32 19
;;                                     v586 = iconst.i32 1
;; @0016                               v54 = iconst.i32 160
;;                                     v595 = iconst.i64 4096
;; @0016                               brif v49, block12, block4(v0, v595)  ; v0 = 0, v595 = 4096
;;
;;                                 block12:
;; @0016                               v50 = iconst.i64 4
;;                                     v532 = iconst.i32 0
;;                                     v533 = iconst.i32 4096
;; @0016                               v66 = iconst.i32 3
;;                                     v4 = iconst.i64 0x7000_0000
;; @0016                               v53 = iconst.i32 1
;; @0016                               v63 = iconst.i32 2
;; @0016                               v114 = iconst.i64 0
;; @0016                               v185 = iconst.i64 -1
;; @0016                               v187 = iconst.i32 4
;;                                     v413 = iconst.i32 640
;; @0016                               jump block13(v50, v532, v533)  ; v50 = 4, v532 = 0, v533 = 4096
;;
;;                                 block13(v58: i64, v59: i32, v69: i32):
;;                                     v534 = iconst.i32 3
;;                                     v535 = ishl v59, v534  ; v534 = 3
;;                                     v83 = uextend.i64 v535
;;                                     v536 = iconst.i64 0x7000_0000
;;                                     v537 = iadd v83, v536  ; v536 = 0x7000_0000
;;                                     v85 = load.f64 little v537
;;                                     v538 = iconst.i32 1
;;                                     v539 = iadd v59, v538  ; v538 = 1
;;                                     v540 = ishl v539, v534  ; v534 = 3
;;                                     v89 = uextend.i64 v540
;;                                     v541 = iadd v89, v536  ; v536 = 0x7000_0000
;;                                     v91 = load.f64 little v541
;;                                     v542 = iconst.i32 2
;;                                     v543 = iadd v59, v542  ; v542 = 2
;;                                     v544 = ishl v543, v534  ; v534 = 3
;;                                     v94 = uextend.i64 v544
;;                                     v545 = iadd v94, v536  ; v536 = 0x7000_0000
;;                                     v96 = load.f64 little v545
;;                                     v546 = iadd v59, v534  ; v534 = 3
;;                                     v547 = ishl v546, v534  ; v534 = 3
;;                                     v99 = uextend.i64 v547
;;                                     v548 = iadd v99, v536  ; v536 = 0x7000_0000
;;                                     v101 = load.f64 little v548
;; @0016                               jump block14
;;
;;                                 block14:
;;                                     v549 = iconst.i64 0
;; @0016                               v104 = splat.f64x2 v85
;; @0016                               v106 = splat.f64x2 v91
;; @0016                               v108 = splat.f64x2 v96
;; @0016                               v110 = splat.f64x2 v101
;; @0016                               v163 = iconst.i64 16
;; @0016                               jump block15(v549)  ; v549 = 0
;;
;;                                 block15(v111: i64):
;; @0035                               v115 = ireduce.i32 v111
;; @0035                               v116 = iadd.i32 v69, v115
;; @0035                               v117 = uextend.i64 v116
;;                                     v550 = iconst.i64 0x7000_0000
;;                                     v551 = iadd v117, v550  ; v550 = 0x7000_0000
;; @0035                               v120 = load.i8x16 little v551
;; @0035                               v121 = bitcast.f64x2 little v120
;; @0035                               v122 = fmul.f64x2 v104, v121
;; @0029                               v125 = uextend.i64 v115
;;                                     v552 = iadd v125, v550  ; v550 = 0x7000_0000
;; @0029                               v128 = load.i8x16 little v552+0x8000
;; @0029                               v129 = bitcast.f64x2 little v128
;; @0029                               v130 = fadd v129, v122
;; @0035                               v136 = load.i8x16 little v551+160
;; @0035                               v137 = bitcast.f64x2 little v136
;; @0035                               v138 = fmul.f64x2 v106, v137
;; @0035                               v139 = fadd v130, v138
;; @0035                               v145 = load.i8x16 little v551+320
;; @0035                               v146 = bitcast.f64x2 little v145
;; @0035                               v147 = fmul.f64x2 v108, v146
;; @0035                               v148 = fadd v139, v147
;; @0035                               v154 = load.i8x16 little v551+480
;; @0035                               v155 = bitcast.f64x2 little v154
;; @0035                               v156 = fmul.f64x2 v110, v155
;; @0035                               v157 = fadd v148, v156
;; @003a                               store little v157, v552+0x8000
;;                                     v553 = iconst.i64 16
;;                                     v554 = iadd v111, v553  ; v553 = 16
;;                                     v555 = iconst.i64 160
;;                                     v556 = icmp ult v554, v555  ; v555 = 160
;; @0016                               brif v556, block15(v554), block17
;;
;;                                 block17:
;; @0016                               jump block18
;;
;;                                 block18:
;;                                     v557 = iconst.i64 -1
;;                                     v559 = iconst.i32 4
;;                                     v561 = iconst.i32 640
;;                                     v558 = iadd.i64 v58, v557  ; v557 = -1
;;                                     v560 = iadd.i32 v59, v559  ; v559 = 4
;;                                     v562 = iadd.i32 v69, v561  ; v561 = 640
;; @0016                               brif v558, block13(v558, v560, v562), block19
;;
;;                                 block19:
;;                                     v285 = iconst.i32 16
;;                                     v492 = iconst.i32 6656
;;                                     v596 = iconst.i64 6656
;; @0016                               jump block4(v285, v596)  ; v285 = 16, v596 = 6656
;;
;;                                 block4(v1: i32, v593: i64):
;;                                     v2 = ireduce.i32 v593
;; @0018                               v9 = ishl v1, v563  ; v563 = 3
;; @001a                               v11 = uextend.i64 v9
;; @001a                               v12 = iadd v11, v564  ; v564 = 0x7000_0000
;; @001a                               v13 = load.f64 little v12
;; @0023                               jump block20
;;
;;                                 block20:
;; @0029                               jump block21
;;
;;                                 block21:
;;                                     v565 = iconst.i64 0x0100_0048
;; @0029                               v201 = load.i64 notrap aligned v565  ; v565 = 0x0100_0048
;;                                     v566 = iconst.i64 0x80a0
;;                                     v567 = icmp uge v201, v566  ; v566 = 0x80a0
;;                                     v568 = iconst.i64 160
;;                                     v569 = iadd.i64 v593, v568  ; v568 = 160
;; @0029                               v207 = icmp ule v569, v201
;; @0029                               v215 = band v567, v207
;;                                     v570 = iconst.i64 0x8000
;;                                     v571 = icmp.i64 uge v593, v570  ; v570 = 0x8000
;;                                     v572 = icmp ule v569, v570  ; v570 = 0x8000
;; @0029                               v214 = bor v571, v572
;; @0029                               v216 = band v215, v214
;;                                     v573 = iconst.i32 0
;;                                     v526 = iconst.i32 152
;; @0041                               v26 = iconst.i32 8
;;                                     v597 = iconst.i64 0
;; @0029                               brif v216, block22, block6(v597)  ; v597 = 0
;;
;;                                 block22:
;; @0029                               v220 = splat.f64x2 v13
;; @003a                               v264 = iconst.i64 32
;; @0029                               v218 = iconst.i64 128
;; @0029                               jump block23(v574)  ; v574 = 0
;;
;;                                 block23(v221: i64):
;; @0035                               v222 = ireduce.i32 v221
;; @0035                               v223 = iadd.i32 v2, v222
;; @0035                               v224 = uextend.i64 v223
;; @0035                               v226 = iadd v224, v564  ; v564 = 0x7000_0000
;; @0035                               v227 = load.i8x16 little v226
;; @0035                               v228 = bitcast.f64x2 little v227
;; @0035                               v229 = fmul.f64x2 v220, v228
;; @0029                               v232 = uextend.i64 v222
;; @0029                               v234 = iadd v232, v564  ; v564 = 0x7000_0000
;; @0029                               v235 = load.i8x16 little v234+0x8000
;; @0029                               v236 = bitcast.f64x2 little v235
;; @0029                               v237 = fadd v236, v229
;; @003a                               store little v237, v234+0x8000
;; @0035                               v248 = load.i8x16 little v226+16
;; @0035                               v249 = bitcast.f64x2 little v248
;; @0035                               v250 = fmul.f64x2 v220, v249
;; @0029                               v256 = load.i8x16 little v234+0x8010
;; @0029                               v257 = bitcast.f64x2 little v256
;; @0029                               v258 = fadd v257, v250
;; @003a                               store little v258, v234+0x8010
;;                                     v575 = iconst.i64 32
;;                                     v576 = iadd v221, v575  ; v575 = 32
;;                                     v577 = iconst.i64 128
;;                                     v578 = icmp ult v576, v577  ; v577 = 128
;; @003a                               brif v578, block23(v576), block24
;;
;;                                 block24:
;;                                     v579 = iconst.i32 128
;;                                     v598 = iconst.i64 128
;; @003a                               jump block6(v598)  ; v598 = 128
;;
;;                                 block6(v594: i64):
;;                                     v3 = ireduce.i32 v594
;; @0029                               v16 = iadd v594, v564  ; v564 = 0x7000_0000
;; @0029                               v17 = load.f64 little v16+0x8000
;; @0034                               v18 = iadd.i32 v2, v3
;; @0035                               v19 = uextend.i64 v18
;; @0035                               v20 = iadd v19, v564  ; v564 = 0x7000_0000
;; @0035                               v21 = load.f64 little v20
;; @0038                               v22 = fmul.f64 v13, v21
;; @0039                               v23 = fadd v17, v22
;; @003a                               store little v23, v16+0x8000
;;                                     v580 = iconst.i32 152
;;                                     v581 = icmp ne v3, v580  ; v580 = 152
;;                                     v582 = iconst.i32 8
;;                                     v583 = iadd v3, v582  ; v582 = 8
;; @004a                               v589 = iconst.i32 160
;; @004a                               v590 = icmp ne v583, v589  ; v589 = 160
;;                                     v599 = uextend.i64 v583
;; @004a                               brif v590, block6(v599), block8
;;
;;                                 block8:
;;                                     v584 = iconst.i32 19
;;                                     v585 = icmp.i32 ne v1, v584  ; v584 = 19
;;                                     v587 = iconst.i32 160
;; @0059                               v34 = iadd.i32 v1, v586  ; v586 = 1
;;                                     v588 = iadd.i32 v2, v587  ; v587 = 160
;; @005f                               v591 = iconst.i32 20
;; @005f                               v592 = icmp ne v34, v591  ; v591 = 20
;;                                     v600 = uextend.i64 v588
;; @005f                               brif v592, block4(v34, v600), block9
;;
;;                                 block9:
;; @0005                               return
;; }
