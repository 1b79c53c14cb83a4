;;! stage = "opt"
;; Loops that stay as they are: an element depends on the one before, the order of a float sum matters, a
;; division can trap, and another function may do anything.
(module
  (memory 1)
  (func (export "_start")
    (call $before (i32.const 0))
    (drop (call $float_sum (i32.const 0)))
    (call $divide (i32.const 0) (i32.load (i32.const 9000)))
    (call $calls (i32.const 0)))
  (func $before (param $a i32)
    (loop $next
      (i32.store offset=4 (local.get $a) (i32.add (i32.load (local.get $a)) (i32.const 1)))
      (br_if $next (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 4))) (i32.const 800)))))
  (func $float_sum (param $a i32) (result f32)
    (local $sum f32)
    (loop $next
      (local.set $sum (f32.add (local.get $sum) (f32.load (local.get $a))))
      (br_if $next (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 4))) (i32.const 800))))
    (local.get $sum))
  (func $divide (param $a i32) (param $by i32)
    (loop $next
      (i32.store (local.get $a) (i32.div_u (i32.load (local.get $a)) (local.get $by)))
      (br_if $next (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 4))) (i32.const 800)))))
  (func $calls (param $a i32)
    (loop $next
      (i32.store (local.get $a) (i32.const 0))
      (call $before (local.get $a))
      (br_if $next (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 4))) (i32.const 800))))))

;; ;; vectorize_not.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) tail
;;     sig1 = (i32) -> f32 tail
;;     sig2 = (i32, i32) tail
;;     sig3 = (i32) tail
;;     sig4 = (i32) tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;     fn2 = colocated u0:11 sig2
;;     fn3 = colocated u0:12 sig3
;;     fn4 = colocated u0:9 sig4
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 0
;;                                     v6 = iconst.i64 0x7000_0000
;; @0024                               v15 = iconst.i32 1
;;                                     v86 = iconst.i32 796
;; @002c                               v19 = iconst.i32 4
;;                                     v151 = iconst.i64 0
;; @001b                               jump block4(v151)  ; v151 = 0
;;
;;                                 block4(v146: i64):
;;                                     v10 = ireduce.i32 v146
;;                                     v98 = iconst.i64 0x7000_0000
;;                                     v99 = iadd v146, v98  ; v98 = 0x7000_0000
;; @0021                               v14 = load.i32 little v99
;;                                     v100 = iconst.i32 1
;;                                     v101 = iadd v14, v100  ; v100 = 1
;; @0027                               store little v101, v99+4
;;                                     v102 = iconst.i32 796
;;                                     v103 = icmp ne v10, v102  ; v102 = 796
;;                                     v104 = iconst.i32 4
;;                                     v105 = iadd v10, v104  ; v104 = 4
;; @0035                               v136 = iconst.i32 800
;; @0035                               v137 = icmp ne v105, v136  ; v136 = 800
;;                                     v152 = uextend.i64 v105
;; @0035                               brif v137, block4(v152), block6
;;
;;                                 block6:
;;                                     v29 = f32const 0.0
;;                                     v106 = iconst.i32 0
;;                                     v153 = iconst.i64 0
;; @003c                               jump block10(v29, v153)  ; v29 = 0.0, v153 = 0
;;
;;                                 block10(v25: f32, v147: i64):
;;                                     v26 = ireduce.i32 v147
;;                                     v107 = iconst.i64 0x7000_0000
;;                                     v108 = iadd v147, v107  ; v107 = 0x7000_0000
;; @0042                               v32 = load.f32 little v108
;; @0045                               v33 = fadd v25, v32
;;                                     v109 = iconst.i32 796
;;                                     v110 = icmp ne v26, v109  ; v109 = 796
;;                                     v111 = iconst.i32 4
;;                                     v112 = iadd v26, v111  ; v111 = 4
;; @0053                               v138 = iconst.i32 800
;; @0053                               v139 = icmp ne v112, v138  ; v138 = 800
;;                                     v154 = uextend.i64 v112
;; @0053                               brif v139, block10(v33, v154), block12
;;
;;                                 block12:
;; @0010                               v7 = iconst.i64 0x7000_2328
;; @0010                               v8 = load.i32 little v7  ; v7 = 0x7000_2328
;;                                     v113 = iconst.i32 0
;;                                     v155 = iconst.i64 0
;; @005a                               jump block16(v155)  ; v155 = 0
;;
;;                                 block16(v148: i64):
;;                                     v39 = ireduce.i32 v148
;;                                     v114 = iconst.i64 0x7000_0000
;;                                     v115 = iadd v148, v114  ; v114 = 0x7000_0000
;; @0060                               v43 = load.i32 little v115
;; @0065                               v44 = udiv v43, v8
;; @0066                               store little v44, v115
;;                                     v116 = iconst.i32 796
;;                                     v117 = icmp ne v39, v116  ; v116 = 796
;;                                     v118 = iconst.i32 4
;;                                     v119 = iadd v39, v118  ; v118 = 4
;; @0074                               v140 = iconst.i32 800
;; @0074                               v141 = icmp ne v119, v140  ; v140 = 800
;;                                     v156 = uextend.i64 v119
;; @0074                               brif v141, block16(v156), block18
;;
;;                                 block18:
;;                                     v120 = iconst.i32 0
;;                                     v157 = iconst.i64 0
;; @0079                               jump block22(v157)  ; v157 = 0
;;
;;                                 block22(v149: i64):
;;                                     v52 = ireduce.i32 v149
;;                                     v121 = iconst.i32 0
;;                                     v122 = iconst.i64 0x7000_0000
;;                                     v123 = iadd v149, v122  ; v122 = 0x7000_0000
;; @007f                               store little v121, v123  ; v121 = 0
;; @0096                               jump block27(v149)
;;
;;                                 block27(v150: i64):
;;                                     v53 = ireduce.i32 v150
;;                                     v124 = iconst.i64 0x7000_0000
;;                                     v125 = iadd v150, v124  ; v124 = 0x7000_0000
;; @009c                               v61 = load.i32 little v125
;;                                     v126 = iconst.i32 1
;;                                     v127 = iadd v61, v126  ; v126 = 1
;; @00a2                               store little v127, v125+4
;;                                     v128 = iconst.i32 796
;;                                     v129 = icmp ne v53, v128  ; v128 = 796
;;                                     v130 = iconst.i32 4
;;                                     v131 = iadd v53, v130  ; v130 = 4
;; @00b0                               v142 = iconst.i32 800
;; @00b0                               v143 = icmp ne v131, v142  ; v142 = 800
;;                                     v158 = uextend.i64 v131
;; @00b0                               brif v143, block27(v158), block29
;;
;;                                 block29:
;;                                     v132 = iconst.i32 796
;;                                     v133 = icmp.i32 ne v52, v132  ; v132 = 796
;;                                     v134 = iconst.i32 4
;;                                     v135 = iadd.i32 v52, v134  ; v134 = 4
;; @0091                               v144 = iconst.i32 800
;; @0091                               v145 = icmp ne v135, v144  ; v144 = 800
;;                                     v159 = uextend.i64 v135
;; @0091                               brif v145, block22(v159), block24
;;
;;                                 block24:
;; @0019                               return
;; }
