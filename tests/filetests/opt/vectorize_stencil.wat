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
;; @0008                               v5 = iconst.i64 0x7000_0400
;; @0008                               v6 = load.f64 little v5  ; v5 = 0x7000_0400
;; @000d                               jump block5
;;
;;                                 block5:
;; @0015                               jump block6
;;
;;                                 block6:
;; @0015                               v22 = iconst.i64 0x0100_0048
;; @0015                               v23 = load.i64 notrap aligned v22  ; v22 = 0x0100_0048
;; @0015                               v24 = iconst.i64 8992
;;                                     v75 = icmp uge v23, v24  ; v24 = 8992
;;                                     v0 = iconst.i32 0
;;                                     v110 = iconst.i64 0x7000_0000
;;                                     v100 = iconst.i32 792
;; @0022                               v15 = iconst.i32 8
;;                                     v118 = iconst.i64 0
;; @0015                               brif v75, block7, block2(v118, v6)  ; v118 = 0
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
;; @0015                               v39 = bitcast.i8x16 little v31
;; @0015                               v32 = ireduce.i32 v30
;; @0015                               v34 = uextend.i64 v32
;;                                     v104 = iconst.i64 0x7000_0000
;;                                     v105 = iadd v34, v104  ; v104 = 0x7000_0000
;; @0015                               v37 = load.i8x16 little v105+1032
;; @0015                               v38 = bitcast.f64x2 little v37
;; @0015                               v40 = bitcast.i8x16 little v38
;; @0015                               v41 = shuffle v39, v40, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v42 = bitcast.f64x2 little v41
;; @0015                               v43 = fadd v42, v38
;; @001c                               store little v43, v105+8192
;; @0015                               v54 = load.i8x16 little v105+1048
;; @0015                               v55 = bitcast.f64x2 little v54
;; @0015                               v57 = bitcast.i8x16 little v55
;; @0015                               v58 = shuffle v40, v57, 0x17161514131211100f0e0d0c0b0a0908
;; @0015                               v59 = bitcast.f64x2 little v58
;; @0015                               v60 = fadd v59, v55
;; @001c                               store little v60, v105+8208
;;                                     v106 = iconst.i64 32
;;                                     v107 = iadd v30, v106  ; v106 = 32
;;                                     v108 = iconst.i64 768
;;                                     v109 = icmp ult v107, v108  ; v108 = 768
;; @001c                               brif v109, block8(v107, v55), block9
;;
;;                                 block9:
;;                                     v79 = iconst.i32 768
;; @001c                               v74 = extractlane.f64x2 v55, 1
;;                                     v119 = iconst.i64 768
;; @001c                               jump block2(v119, v74)  ; v119 = 768
;;
;;                                 block2(v117: i64, v8: f64):
;;                                     v7 = ireduce.i32 v117
;; @0015                               v10 = iadd v117, v110  ; v110 = 0x7000_0000
;; @0015                               v11 = load.f64 little v10+1032
;; @001b                               v12 = fadd v8, v11
;; @001c                               store little v12, v10+8192
;;                                     v111 = iconst.i32 792
;;                                     v112 = icmp ne v7, v111  ; v111 = 792
;;                                     v113 = iconst.i32 8
;;                                     v114 = iadd v7, v113  ; v113 = 8
;; @002b                               v115 = iconst.i32 800
;; @002b                               v116 = icmp ne v114, v115  ; v115 = 800
;;                                     v120 = uextend.i64 v114
;; @002b                               brif v116, block2(v120, v11), block4
;;
;;                                 block4:
;; @002e                               return
;; }
