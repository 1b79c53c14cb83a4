;;! stage = "opt"
;; Loops that are left before their end: a sum whose last element is added behind the branch out, and a loop that
;; compares before the first iteration. Both become blocks that end with the branch, and vectors.
(module
  (memory 1)
  (func (export "_start") (drop (call $sum)) (call $clear (i32.const 300)))
  (func $sum (result i32)
    (local $i i32) (local $sum i32)
    (block $done
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $i))))
        (br_if $done (i32.eq (local.get $i) (i32.const 3200)))
        (local.set $sum (i32.add (local.get $sum) (i32.load offset=4 (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (br $next)))
    (local.get $sum))
  (func $clear (param $n i32)
    (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
        (i32.store16 offset=1024 (i32.shl (local.get $i) (i32.const 1)) (i32.const 0))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))))

;; ;; vectorize_turned.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = () -> i32 tail
;;     sig1 = (i32) tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;; @000f                               jump block5
;;
;;                                 block5:
;;                                     v6 = iconst.i64 0x7000_0000
;; @0015                               v10 = load.i32 little v6  ; v6 = 0x7000_0000
;; @0021                               jump block20
;;
;;                                 block20:
;;                                     v60 = iconst.i32 8
;;                                     v212 = iconst.i32 3192
;;                                     jump block21
;;
;;                                 block21:
;;                                     v81 = iconst.i64 0x0100_0048
;;                                     v82 = load.i64 notrap aligned v81  ; v81 = 0x0100_0048
;;                                     v260 = iconst.i64 3204
;;                                     v271 = icmp uge v82, v260  ; v260 = 3204
;;                                     v7 = iconst.i32 0
;;                                     v447 = iconst.i64 0
;;                                     brif v271, block22, block16(v447, v10)  ; v447 = 0
;;
;;                                 block22:
;;                                     v69 = iconst.i64 0
;;                                     v283 = vconst.i32x4 const0
;;                                     v91 = iconst.i64 32
;;                                     v275 = iconst.i64 3168
;;                                     jump block23(v69, v283, v283)  ; v69 = 0, v283 = const0, v283 = const0
;;
;;                                 block23(v96: i64, v97: i32x4, v98: i32x4):
;;                                     v99 = ireduce.i32 v96
;;                                     v101 = uextend.i64 v99
;;                                     v413 = iconst.i64 0x7000_0000
;;                                     v414 = iadd v101, v413  ; v413 = 0x7000_0000
;;                                     v104 = load.i8x16 little v414+4
;;                                     v105 = bitcast.i32x4 little v104
;;                                     v106 = iadd v97, v105
;;                                     v112 = load.i8x16 little v414+20
;;                                     v113 = bitcast.i32x4 little v112
;;                                     v114 = iadd v98, v113
;;                                     v415 = iconst.i64 32
;;                                     v416 = iadd v96, v415  ; v415 = 32
;;                                     v417 = iconst.i64 3168
;;                                     v418 = icmp ult v416, v417  ; v417 = 3168
;;                                     brif v418, block23(v416, v106, v114), block24
;;
;;                                 block24:
;;                                     v287 = iconst.i32 3168
;;                                     v122 = iadd.i32x4 v106, v114
;;                                     v123 = bitcast.i8x16 little v122
;;                                     v125 = shuffle v123, v123, 0x07060504030201000f0e0d0c0b0a0908
;;                                     v126 = bitcast.i32x4 little v125
;;                                     v127 = iadd v122, v126
;;                                     v128 = bitcast.i8x16 little v127
;;                                     v130 = shuffle v128, v128, 0x030201000f0e0d0c0b0a090807060504
;;                                     v131 = bitcast.i32x4 little v130
;;                                     v132 = iadd v127, v131
;;                                     v133 = extractlane v132, 0
;;                                     v134 = iadd.i32 v10, v133
;;                                     v448 = iconst.i64 3168
;;                                     jump block16(v448, v134)  ; v448 = 3168
;;
;;                                 block16(v446: i64, v34: i32):
;;                                     v33 = ireduce.i32 v446
;;                                     v419 = iconst.i64 0x7000_0000
;;                                     v420 = iadd v446, v419  ; v419 = 0x7000_0000
;;                                     v37 = load.i32 little v420+4
;;                                     v421 = iconst.i32 8
;;                                     v422 = iadd v33, v421  ; v421 = 8
;;                                     v41 = uextend.i64 v422
;;                                     v423 = iadd v41, v419  ; v419 = 0x7000_0000
;;                                     v43 = load.i32 little v423
;;                                     v443 = iadd v37, v43
;;                                     v44 = iadd v34, v443
;;                                     v424 = iconst.i32 3192
;;                                     v425 = icmp eq v33, v424  ; v424 = 3192
;; @0021                               v444 = iconst.i32 3200
;; @0021                               v445 = icmp eq v422, v444  ; v444 = 3200
;;                                     v449 = uextend.i64 v422
;; @0021                               brif v445, block17, block16(v449, v44)
;;
;;                                 block17:
;;                                     jump block4
;;
;;                                 block4:
;; @0040                               jump block12
;;
;;                                 block12:
;; @0047                               jump block25
;;
;;                                 block25:
;;                                     v435 = iconst.i32 0
;;                                     v136 = iconst.i32 1
;; @0004                               v1 = iconst.i32 300
;;                                     jump block26
;;
;;                                 block26:
;;                                     v426 = iconst.i64 0x0100_0048
;;                                     v155 = load.i64 notrap aligned v426  ; v426 = 0x0100_0048
;;                                     v373 = iconst.i64 1624
;;                                     v384 = icmp uge v155, v373  ; v373 = 1624
;;                                     v427 = iconst.i32 0
;;                                     brif v384, block27, block18(v427)  ; v427 = 0
;;
;;                                 block27:
;;                                     v428 = iconst.i64 0
;;                                     v396 = vconst.i16x8 const0
;;                                     v166 = iconst.i64 16
;;                                     v388 = iconst.i64 592
;;                                     jump block28(v428)  ; v428 = 0
;;
;;                                 block28(v172: i64):
;;                                     v173 = ireduce.i32 v172
;;                                     v175 = uextend.i64 v173
;;                                     v429 = iconst.i64 0x7000_0000
;;                                     v430 = iadd v175, v429  ; v429 = 0x7000_0000
;;                                     store.i16x8 little v396, v430+1024  ; v396 = const0
;;                                     v431 = iconst.i64 16
;;                                     v432 = iadd v172, v431  ; v431 = 16
;;                                     v433 = iconst.i64 592
;;                                     v434 = icmp ult v432, v433  ; v433 = 592
;;                                     brif v434, block28(v432), block29
;;
;;                                 block29:
;;                                     v400 = iconst.i32 296
;;                                     jump block18(v400)  ; v400 = 296
;;
;;                                 block18(v48: i32):
;;                                     v436 = iconst.i32 1
;;                                     v437 = ishl v48, v436  ; v436 = 1
;;                                     v52 = uextend.i64 v437
;;                                     v438 = iconst.i64 0x7000_0000
;;                                     v439 = iadd v52, v438  ; v438 = 0x7000_0000
;;                                     istore16.i32 little v435, v439+1024  ; v435 = 0
;;                                     v440 = iadd v48, v436  ; v436 = 1
;;                                     v441 = iconst.i32 300
;;                                     v442 = icmp uge v440, v441  ; v441 = 300
;; @0047                               brif v442, block19, block18(v440)
;;
;;                                 block19:
;;                                     jump block11
;;
;;                                 block11:
;; @0009                               return
;; }
