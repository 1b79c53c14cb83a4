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
;;                                     v78 = iconst.i64 0x7000_0400
;; @0008                               v6 = load.f64 little v78  ; v78 = 0x7000_0400
;; @000d                               jump block5
;;
;;                                 block5:
;; @0015                               jump block6
;;
;;                                 block6:
;; @0015                               v24 = iconst.i64 0x0100_0048
;; @0015                               v25 = load.i64 notrap aligned v24  ; v24 = 0x0100_0048
;; @0015                               v26 = iconst.i64 8992
;;                                     v84 = icmp uge v25, v26  ; v26 = 8992
;;                                     v0 = iconst.i32 0
;;                                     v119 = iconst.i64 0x7000_0000
;;                                     v109 = iconst.i32 792
;; @0022                               v17 = iconst.i32 8
;;                                     v127 = iconst.i64 0
;; @0015                               brif v84, block7, block2(v127, v6)  ; v127 = 0
;;
;;                                 block7:
;; @0015                               v30 = iconst.i64 0
;; @0015                               v31 = splat.f64x2 v6
;; @0008                               v4 = iconst.i64 0x7000_0000
;; @001c                               v68 = iconst.i64 32
;; @0015                               v29 = iconst.i64 768
;; @0015                               jump block8(v30, v31)  ; v30 = 0
;;
;;                                 block8(v32: i64, v33: f64x2):
;; @0015                               v34 = ireduce.i32 v32
;; @0015                               v36 = uextend.i64 v34
;;                                     v113 = iconst.i64 0x7000_0000
;;                                     v114 = iadd v36, v113  ; v113 = 0x7000_0000
;; @0015                               v39 = load.i8x16 little v114+1032
;; @0015                               v41 = bitcast.i8x16 little v33
;; @0015                               v40 = bitcast.f64x2 little v39
;; @0015                               v42 = bitcast.i8x16 little v40
;; @0015                               v43 = shuffle v41, v42, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v44 = bitcast.f64x2 little v43
;; @0015                               v45 = fadd v44, v40
;; @001c                               store little v45, v114+8192
;; @0015                               v56 = load.i8x16 little v114+1048
;; @0015                               v57 = bitcast.f64x2 little v56
;; @0015                               v59 = bitcast.i8x16 little v57
;; @0015                               v60 = shuffle v42, v59, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v61 = bitcast.f64x2 little v60
;; @0015                               v62 = fadd v61, v57
;; @001c                               store little v62, v114+8208
;;                                     v115 = iconst.i64 32
;;                                     v116 = iadd v32, v115  ; v115 = 32
;;                                     v117 = iconst.i64 768
;;                                     v118 = icmp ult v116, v117  ; v117 = 768
;; @001c                               brif v118, block8(v116, v57), block9
;;
;;                                 block9:
;;                                     v88 = iconst.i32 768
;; @001c                               v76 = extractlane.f64x2 v57, 1
;;                                     v128 = iconst.i64 768
;; @001c                               jump block2(v128, v76)  ; v128 = 768
;;
;;                                 block2(v126: i64, v8: f64):
;;                                     v7 = ireduce.i32 v126
;; @0015                               v11 = iadd v126, v119  ; v119 = 0x7000_0000
;; @0015                               v12 = load.f64 little v11+1032
;; @001b                               v13 = fadd v8, v12
;; @001c                               store little v13, v11+8192
;;                                     v120 = iconst.i32 792
;;                                     v121 = icmp ne v7, v120  ; v120 = 792
;;                                     v122 = iconst.i32 8
;;                                     v123 = iadd v7, v122  ; v122 = 8
;; @002b                               v124 = iconst.i32 800
;; @002b                               v125 = icmp ne v123, v124  ; v124 = 800
;;                                     v129 = uextend.i64 v123
;; @002b                               brif v125, block2(v129, v12), block4
;;
;;                                 block4:
;; @002e                               return
;; }
