;;! stage = "opt"
;; Two elements of a stencil in an iteration. The second one adds the same to each other in another order.
(module
  (memory 1)
  (func (export "_start") (local $i i32) (local $before f64) (local $middle f64)
    (loop $next
      (f64.store offset=32768 (local.get $i)
        (f64.mul (f64.const 0.5) (f64.add (f64.load (local.get $i)) (local.get $before))))
      (local.set $middle (f64.load offset=16 (local.get $i)))
      (f64.store offset=32776 (local.get $i)
        (f64.mul
          (f64.add (local.tee $middle (f64.load offset=16 (local.get $i))) (f64.load offset=8 (local.get $i)))
          (f64.const 0.5)))
      (local.set $before (f64.load offset=24 (local.get $i)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 16))) (i32.const 16000))))))

;; ;; vectorize_orders.wat function 0 ""
;; function u0:1() tail {
;;     const0 = 0x3fe00000000000003fe0000000000000
;;     const1 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;; @0005                               jump block5
;;
;;                                 block5:
;; @0009                               jump block6
;;
;;                                 block6:
;; @0009                               v37 = iconst.i64 0x0100_0048
;; @0009                               v38 = load.i64 notrap aligned v37  ; v37 = 0x0100_0048
;; @0009                               v39 = iconst.i64 0xbe80
;;                                     v108 = icmp uge v38, v39  ; v39 = 0xbe80
;;                                     v0 = iconst.i32 0
;;                                     v1 = f64const 0.0
;;                                     v147 = iconst.i64 0x7000_0000
;;                                     v44 = f64const 0x1.0000000000000p-1
;;                                     v137 = iconst.i32 0x3e70
;; @004e                               v30 = iconst.i32 16
;;                                     v158 = iconst.i64 0
;; @0009                               brif v108, block7, block2(v158, v1)  ; v158 = 0, v1 = 0.0
;;
;;                                 block7:
;; @0009                               v43 = iconst.i64 0
;;                                     v112 = vconst.f64x2 const1
;;                                     v5 = iconst.i64 0x7000_0000
;;                                     v110 = vconst.f64x2 const0
;; @001b                               v99 = iconst.i64 32
;; @0009                               v42 = iconst.i64 0x3e60
;; @0009                               jump block8(v43, v112)  ; v43 = 0, v112 = const1
;;
;;                                 block8(v47: i64, v48: f64x2):
;; @0014                               v63 = bitcast.i8x16 little v48
;; @002b                               v49 = ireduce.i32 v47
;; @002b                               v51 = uextend.i64 v49
;;                                     v141 = iconst.i64 0x7000_0000
;;                                     v142 = iadd v51, v141  ; v141 = 0x7000_0000
;; @002b                               v54 = load.i8x16 little v142+16
;; @002b                               v55 = bitcast.f64x2 little v54
;; @0014                               v64 = bitcast.i8x16 little v55
;; @0014                               v61 = load.i8x16 little v142
;; @0014                               v62 = bitcast.f64x2 little v61
;; @0014                               v65 = shuffle v63, v64, 0x17161514131211100f0e0d0c0b0a0908
;; @0014                               v66 = bitcast.f64x2 little v65
;; @0014                               v67 = fadd v62, v66
;; @0014                               v68 = fmul.f64x2 v110, v67  ; v110 = const0
;; @001b                               store little v68, v142+0x8000
;; @002b                               v79 = load.i8x16 little v142+32
;; @002b                               v80 = bitcast.f64x2 little v79
;; @0014                               v86 = load.i8x16 little v142+16
;; @0014                               v87 = bitcast.f64x2 little v86
;; @0014                               v89 = bitcast.i8x16 little v80
;; @0014                               v90 = shuffle v64, v89, 0x17161514131211100f0e0d0c0b0a0908
;; @0014                               v91 = bitcast.f64x2 little v90
;; @0014                               v92 = fadd v87, v91
;; @0014                               v93 = fmul.f64x2 v110, v92  ; v110 = const0
;; @001b                               store little v93, v142+0x8010
;;                                     v143 = iconst.i64 32
;;                                     v144 = iadd v47, v143  ; v143 = 32
;;                                     v145 = iconst.i64 0x3e60
;;                                     v146 = icmp ult v144, v145  ; v145 = 0x3e60
;; @001b                               brif v146, block8(v144, v80), block9
;;
;;                                 block9:
;;                                     v116 = iconst.i32 0x3e60
;; @001b                               v107 = extractlane.f64x2 v80, 1
;;                                     v159 = iconst.i64 0x3e60
;; @001b                               jump block2(v159, v107)  ; v159 = 0x3e60
;;
;;                                 block2(v157: i64, v8: f64):
;;                                     v2 = ireduce.i32 v157
;; @0014                               v6 = iadd v157, v147  ; v147 = 0x7000_0000
;; @0014                               v7 = load.f64 little v6
;; @0019                               v9 = fadd v7, v8
;;                                     v148 = f64const 0x1.0000000000000p-1
;;                                     v149 = fmul v148, v9  ; v148 = 0x1.0000000000000p-1
;; @001b                               store little v149, v6+0x8000
;; @0022                               v15 = load.f64 little v6+16
;; @0032                               v21 = load.f64 little v6+8
;; @0035                               v22 = fadd v15, v21
;;                                     v150 = fmul v22, v148  ; v148 = 0x1.0000000000000p-1
;; @0040                               store little v150, v6+0x8008
;; @0047                               v29 = load.f64 little v6+24
;;                                     v151 = iconst.i32 0x3e70
;;                                     v152 = icmp ne v2, v151  ; v151 = 0x3e70
;;                                     v153 = iconst.i32 16
;;                                     v154 = iadd v2, v153  ; v153 = 16
;; @0058                               v155 = iconst.i32 0x3e80
;; @0058                               v156 = icmp ne v154, v155  ; v155 = 0x3e80
;;                                     v160 = uextend.i64 v154
;; @0058                               brif v156, block2(v160, v29), block4
;;
;;                                 block4:
;; @005b                               return
;; }
