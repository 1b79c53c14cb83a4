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
;;                                     v76 = iconst.i64 0x7000_0400
;; @0008                               v6 = load.f64 little v76  ; v76 = 0x7000_0400
;; @000d                               jump block5
;;
;;                                 block5:
;; @0015                               jump block6
;;
;;                                 block6:
;; @0015                               v22 = iconst.i64 0x0100_0048
;; @0015                               v23 = load.i64 notrap aligned v22  ; v22 = 0x0100_0048
;; @0015                               v24 = iconst.i64 8992
;;                                     v82 = icmp uge v23, v24  ; v24 = 8992
;;                                     v0 = iconst.i32 0
;;                                     v117 = iconst.i64 0x7000_0000
;;                                     v107 = iconst.i32 792
;; @0022                               v15 = iconst.i32 8
;;                                     v125 = iconst.i64 0
;; @0015                               brif v82, block7, block2(v125, v6)  ; v125 = 0
;;
;;                                 block7:
;; @0015                               v28 = iconst.i64 0
;; @0015                               v29 = splat.f64x2 v6
;;                                     v4 = iconst.i64 0x7000_0000
;; @001c                               v66 = iconst.i64 32
;; @0015                               v27 = iconst.i64 768
;; @0015                               jump block8(v28, v29)  ; v28 = 0
;;
;;                                 block8(v30: i64, v31: f64x2):
;; @0015                               v32 = ireduce.i32 v30
;; @0015                               v34 = uextend.i64 v32
;;                                     v111 = iconst.i64 0x7000_0000
;;                                     v112 = iadd v34, v111  ; v111 = 0x7000_0000
;; @0015                               v37 = load.i8x16 little v112+1032
;; @0015                               v39 = bitcast.i8x16 little v31
;; @0015                               v38 = bitcast.f64x2 little v37
;; @0015                               v40 = bitcast.i8x16 little v38
;; @0015                               v41 = shuffle v39, v40, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v42 = bitcast.f64x2 little v41
;; @0015                               v43 = fadd v42, v38
;; @001c                               store little v43, v112+8192
;; @0015                               v54 = load.i8x16 little v112+1048
;; @0015                               v55 = bitcast.f64x2 little v54
;; @0015                               v57 = bitcast.i8x16 little v55
;; @0015                               v58 = shuffle v40, v57, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v59 = bitcast.f64x2 little v58
;; @0015                               v60 = fadd v59, v55
;; @001c                               store little v60, v112+8208
;;                                     v113 = iconst.i64 32
;;                                     v114 = iadd v30, v113  ; v113 = 32
;;                                     v115 = iconst.i64 768
;;                                     v116 = icmp ult v114, v115  ; v115 = 768
;; @001c                               brif v116, block8(v114, v55), block9
;;
;;                                 block9:
;;                                     v86 = iconst.i32 768
;; @001c                               v74 = extractlane.f64x2 v55, 1
;;                                     v126 = iconst.i64 768
;; @001c                               jump block2(v126, v74)  ; v126 = 768
;;
;;                                 block2(v124: i64, v8: f64):
;;                                     v7 = ireduce.i32 v124
;; @0015                               v10 = iadd v124, v117  ; v117 = 0x7000_0000
;; @0015                               v11 = load.f64 little v10+1032
;; @001b                               v12 = fadd v8, v11
;; @001c                               store little v12, v10+8192
;;                                     v118 = iconst.i32 792
;;                                     v119 = icmp ne v7, v118  ; v118 = 792
;;                                     v120 = iconst.i32 8
;;                                     v121 = iadd v7, v120  ; v120 = 8
;; @002b                               v122 = iconst.i32 800
;; @002b                               v123 = icmp ne v121, v122  ; v122 = 800
;;                                     v127 = uextend.i64 v121
;; @002b                               brif v123, block2(v127, v11), block4
;;
;;                                 block4:
;; @002e                               return
;; }
