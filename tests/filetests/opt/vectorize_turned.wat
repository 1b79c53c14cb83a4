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
;;                                     v207 = iconst.i32 3192
;;                                     jump block21
;;
;;                                 block21:
;;                                     v76 = iconst.i64 0x0100_0048
;;                                     v77 = load.i64 notrap aligned v76  ; v76 = 0x0100_0048
;;                                     v238 = iconst.i64 3204
;;                                     v249 = icmp uge v77, v238  ; v238 = 3204
;;                                     v7 = iconst.i32 0
;;                                     v425 = iconst.i64 0
;;                                     brif v249, block22, block16(v425, v10)  ; v425 = 0
;;
;;                                 block22:
;;                                     v88 = iconst.i64 0
;;                                     v261 = vconst.i32x4 const0
;;                                     v86 = iconst.i64 32
;;                                     v253 = iconst.i64 3168
;;                                     jump block23(v88, v261, v261)  ; v88 = 0, v261 = const0, v261 = const0
;;
;;                                 block23(v91: i64, v92: i32x4, v93: i32x4):
;;                                     v94 = ireduce.i32 v91
;;                                     v96 = uextend.i64 v94
;;                                     v391 = iconst.i64 0x7000_0000
;;                                     v392 = iadd v96, v391  ; v391 = 0x7000_0000
;;                                     v99 = load.i8x16 little v392+4
;;                                     v100 = bitcast.i32x4 little v99
;;                                     v101 = iadd v92, v100
;;                                     v107 = load.i8x16 little v392+20
;;                                     v108 = bitcast.i32x4 little v107
;;                                     v109 = iadd v93, v108
;;                                     v393 = iconst.i64 32
;;                                     v394 = iadd v91, v393  ; v393 = 32
;;                                     v395 = iconst.i64 3168
;;                                     v396 = icmp ult v394, v395  ; v395 = 3168
;;                                     brif v396, block23(v394, v101, v109), block24
;;
;;                                 block24:
;;                                     v265 = iconst.i32 3168
;;                                     v117 = iadd.i32x4 v101, v109
;;                                     v118 = bitcast.i8x16 little v117
;;                                     v120 = shuffle v118, v118, 0x07060504030201000f0e0d0c0b0a0908
;;                                     v121 = bitcast.i32x4 little v120
;;                                     v122 = iadd v117, v121
;;                                     v123 = bitcast.i8x16 little v122
;;                                     v125 = shuffle v123, v123, 0x030201000f0e0d0c0b0a090807060504
;;                                     v126 = bitcast.i32x4 little v125
;;                                     v127 = iadd v122, v126
;;                                     v128 = extractlane v127, 0
;;                                     v129 = iadd.i32 v10, v128
;;                                     v426 = iconst.i64 3168
;;                                     jump block16(v426, v129)  ; v426 = 3168
;;
;;                                 block16(v424: i64, v34: i32):
;;                                     v33 = ireduce.i32 v424
;;                                     v397 = iconst.i64 0x7000_0000
;;                                     v398 = iadd v424, v397  ; v397 = 0x7000_0000
;;                                     v37 = load.i32 little v398+4
;;                                     v399 = iconst.i32 8
;;                                     v400 = iadd v33, v399  ; v399 = 8
;;                                     v41 = uextend.i64 v400
;;                                     v401 = iadd v41, v397  ; v397 = 0x7000_0000
;;                                     v43 = load.i32 little v401
;;                                     v421 = iadd v37, v43
;;                                     v44 = iadd v34, v421
;;                                     v402 = iconst.i32 3192
;;                                     v403 = icmp eq v33, v402  ; v402 = 3192
;; @0021                               v422 = iconst.i32 3200
;; @0021                               v423 = icmp eq v400, v422  ; v422 = 3200
;;                                     v427 = uextend.i64 v400
;; @0021                               brif v423, block17, block16(v427, v44)
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
;;                                     v413 = iconst.i32 0
;;                                     v131 = iconst.i32 1
;; @0004                               v1 = iconst.i32 300
;;                                     jump block26
;;
;;                                 block26:
;;                                     v404 = iconst.i64 0x0100_0048
;;                                     v150 = load.i64 notrap aligned v404  ; v404 = 0x0100_0048
;;                                     v351 = iconst.i64 1624
;;                                     v362 = icmp uge v150, v351  ; v351 = 1624
;;                                     v405 = iconst.i32 0
;;                                     brif v362, block27, block18(v405)  ; v405 = 0
;;
;;                                 block27:
;;                                     v406 = iconst.i64 0
;;                                     v374 = vconst.i16x8 const0
;;                                     v161 = iconst.i64 16
;;                                     v366 = iconst.i64 592
;;                                     jump block28(v406)  ; v406 = 0
;;
;;                                 block28(v167: i64):
;;                                     v168 = ireduce.i32 v167
;;                                     v170 = uextend.i64 v168
;;                                     v407 = iconst.i64 0x7000_0000
;;                                     v408 = iadd v170, v407  ; v407 = 0x7000_0000
;;                                     store.i16x8 little v374, v408+1024  ; v374 = const0
;;                                     v409 = iconst.i64 16
;;                                     v410 = iadd v167, v409  ; v409 = 16
;;                                     v411 = iconst.i64 592
;;                                     v412 = icmp ult v410, v411  ; v411 = 592
;;                                     brif v412, block28(v410), block29
;;
;;                                 block29:
;;                                     v378 = iconst.i32 296
;;                                     jump block18(v378)  ; v378 = 296
;;
;;                                 block18(v48: i32):
;;                                     v414 = iconst.i32 1
;;                                     v415 = ishl v48, v414  ; v414 = 1
;;                                     v52 = uextend.i64 v415
;;                                     v416 = iconst.i64 0x7000_0000
;;                                     v417 = iadd v52, v416  ; v416 = 0x7000_0000
;;                                     istore16.i32 little v413, v417+1024  ; v413 = 0
;;                                     v418 = iadd v48, v414  ; v414 = 1
;;                                     v419 = iconst.i32 300
;;                                     v420 = icmp uge v418, v419  ; v419 = 300
;; @0047                               brif v420, block19, block18(v418)
;;
;;                                 block19:
;;                                     jump block11
;;
;;                                 block11:
;; @0009                               return
;; }
