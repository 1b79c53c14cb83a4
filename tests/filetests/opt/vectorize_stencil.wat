;;! stage = "opt"
;; The number of iterations is known, so that only the bounds of the memory are checked. A value that is
;; carried to the next iteration becomes a shuffle.
(module
  (memory 1)
  (func (export "_start")
    (local $i i32)
    (local $left f64)
    (local.set $left (f64.load (i32.const 1024)))
    (loop $next
      (f64.store offset=8192 (local.get $i)
        (f64.add (local.get $left) (local.tee $left (f64.load offset=1032 (local.get $i)))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 800))))))

;; ;; vectorize_stencil.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;;                                     v105 = iconst.i64 0x7000_0400
;; @0008                               v6 = load.f64 little v105  ; v105 = 0x7000_0400
;; @000d                               jump block5
;;
;;                                 block5:
;; @0015                               v44 = iconst.i64 0x0100_0048
;; @0015                               v45 = load.i64 notrap aligned v44  ; v44 = 0x0100_0048
;;                                     v171 = iconst.i64 8992
;;                                     v182 = icmp uge v45, v171  ; v171 = 8992
;;                                     v0 = iconst.i32 0
;;                                     v235 = iconst.i64 0x7000_0000
;;                                     v127 = iconst.i32 792
;; @0015                               v24 = iconst.i32 8
;; @0015                               brif v182, block6, block2(v0, v6)  ; v0 = 0
;;
;;                                 block6:
;;                                     v130 = iconst.i64 0
;;                                     v32 -> v130
;; @0015                               v59 = splat.f64x2 v6
;; @0008                               v4 = iconst.i64 0x7000_0000
;; @0015                               v56 = iconst.i64 32
;;                                     v195 = iconst.i64 768
;; @0015                               jump block7(v130, v59)  ; v130 = 0
;;
;;                                 block7(v60: i64, v61: f64x2):
;; @0015                               v62 = ireduce.i32 v60
;; @0015                               v64 = uextend.i64 v62
;;                                     v229 = iconst.i64 0x7000_0000
;;                                     v230 = iadd v64, v229  ; v229 = 0x7000_0000
;; @0015                               v67 = load.i8x16 little v230+1032
;; @0015                               v69 = bitcast.i8x16 little v61
;; @0015                               v68 = bitcast.f64x2 little v67
;; @0015                               v70 = bitcast.i8x16 little v68
;; @0015                               v71 = shuffle v69, v70, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v72 = bitcast.f64x2 little v71
;; @0015                               v73 = fadd v72, v68
;; @001c                               store little v73, v230+8192
;; @0015                               v84 = load.i8x16 little v230+1048
;; @0015                               v85 = bitcast.f64x2 little v84
;; @0015                               v87 = bitcast.i8x16 little v85
;; @0015                               v88 = shuffle v70, v87, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v89 = bitcast.f64x2 little v88
;; @0015                               v90 = fadd v89, v85
;; @001c                               store little v90, v230+8208
;;                                     v231 = iconst.i64 32
;;                                     v232 = iadd v60, v231  ; v231 = 32
;;                                     v233 = iconst.i64 768
;;                                     v234 = icmp ult v232, v233  ; v233 = 768
;; @001c                               brif v234, block7(v232, v85), block8
;;
;;                                 block8:
;;                                     v205 = iconst.i32 768
;; @001c                               v103 = extractlane.f64x2 v85, 1
;; @001c                               jump block2(v205, v103)  ; v205 = 768
;;
;;                                 block2(v7: i32, v8: f64):
;; @0015                               v9 = uextend.i64 v7
;; @0015                               v11 = iadd v9, v235  ; v235 = 0x7000_0000
;; @0015                               v12 = load.f64 little v11+1032
;; @001b                               v13 = fadd v8, v12
;; @001c                               store little v13, v11+8192
;;                                     v236 = iconst.i32 792
;;                                     v237 = icmp ne v7, v236  ; v236 = 792
;;                                     v238 = iconst.i32 8
;;                                     v239 = iadd v7, v238  ; v238 = 8
;; @002b                               v240 = iconst.i32 800
;; @002b                               v241 = icmp ne v239, v240  ; v240 = 800
;; @002b                               brif v241, block2(v239, v12), block4
;;
;;                                 block4:
;; @002d                               jump block3
;;
;;                                 block3:
;; @002e                               jump block1
;;
;;                                 block1:
;; @002e                               return
;; }
