;;! stage = "opt"
;; Loops that stay as they are: an element depends on the one before, the order of a float sum matters, a
;; division can trap, and another function may do anything.
(module
  (memory 1)
  (func (export "_start")
    (call $before (i32.const 0))
    (drop (call $float_sum (i32.const 0)))
    (call $divide (i32.const 0) (i32.const 7))
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
;; @001c                               v8 = iconst.i64 0x7000_0000
;; @001f                               v11 = iconst.i32 1
;;                                     v85 = iconst.i32 796
;; @0027                               v16 = iconst.i32 4
;;                                     v163 = iconst.i64 0
;; @0016                               jump block4(v163)  ; v163 = 0
;;
;;                                 block4(v158: i64):
;;                                     v6 = ireduce.i32 v158
;;                                     v104 = iconst.i64 0x7000_0000
;;                                     v105 = iadd v158, v104  ; v104 = 0x7000_0000
;; @001c                               v10 = load.i32 little v105
;;                                     v106 = iconst.i32 1
;;                                     v107 = iadd v10, v106  ; v106 = 1
;; @0022                               store little v107, v105+4
;;                                     v108 = iconst.i32 796
;;                                     v109 = icmp ne v6, v108  ; v108 = 796
;;                                     v110 = iconst.i32 4
;;                                     v111 = iadd v6, v110  ; v110 = 4
;; @0030                               v148 = iconst.i32 800
;; @0030                               v149 = icmp ne v111, v148  ; v148 = 800
;;                                     v164 = uextend.i64 v111
;; @0030                               brif v149, block4(v164), block6
;;
;;                                 block6:
;;                                     v25 = f32const 0.0
;;                                     v112 = iconst.i32 0
;;                                     v165 = iconst.i64 0
;; @0037                               jump block10(v25, v165)  ; v25 = 0.0, v165 = 0
;;
;;                                 block10(v22: f32, v159: i64):
;;                                     v23 = ireduce.i32 v159
;;                                     v113 = iconst.i64 0x7000_0000
;;                                     v114 = iadd v159, v113  ; v113 = 0x7000_0000
;; @003d                               v29 = load.f32 little v114
;; @0040                               v30 = fadd v22, v29
;;                                     v115 = iconst.i32 796
;;                                     v116 = icmp ne v23, v115  ; v115 = 796
;;                                     v117 = iconst.i32 4
;;                                     v118 = iadd v23, v117  ; v117 = 4
;; @004e                               v150 = iconst.i32 800
;; @004e                               v151 = icmp ne v118, v150  ; v150 = 800
;;                                     v166 = uextend.i64 v118
;; @004e                               brif v151, block10(v30, v166), block12
;;
;;                                 block12:
;;                                     v119 = iconst.i32 0
;;                                     v91 = iconst.i32 0x2492_4925
;;                                     v96 = iconst.i32 2
;;                                     v167 = iconst.i64 0
;; @0055                               jump block16(v167)  ; v167 = 0
;;
;;                                 block16(v160: i64):
;;                                     v36 = ireduce.i32 v160
;;                                     v120 = iconst.i64 0x7000_0000
;;                                     v121 = iadd v160, v120  ; v120 = 0x7000_0000
;; @005b                               v40 = load.i32 little v121
;;                                     v122 = iconst.i32 0x2492_4925
;;                                     v123 = umulhi v40, v122  ; v122 = 0x2492_4925
;;                                     v93 = isub v40, v123
;;                                     v124 = iconst.i32 1
;;                                     v125 = ushr v93, v124  ; v124 = 1
;;                                     v95 = iadd v123, v125
;;                                     v126 = iconst.i32 2
;;                                     v127 = ushr v95, v126  ; v126 = 2
;; @0061                               store little v127, v121
;;                                     v128 = iconst.i32 796
;;                                     v129 = icmp ne v36, v128  ; v128 = 796
;;                                     v130 = iconst.i32 4
;;                                     v131 = iadd v36, v130  ; v130 = 4
;; @006f                               v152 = iconst.i32 800
;; @006f                               v153 = icmp ne v131, v152  ; v152 = 800
;;                                     v168 = uextend.i64 v131
;; @006f                               brif v153, block16(v168), block18
;;
;;                                 block18:
;;                                     v132 = iconst.i32 0
;;                                     v169 = iconst.i64 0
;; @0074                               jump block22(v169)  ; v169 = 0
;;
;;                                 block22(v161: i64):
;;                                     v50 = ireduce.i32 v161
;;                                     v133 = iconst.i32 0
;;                                     v134 = iconst.i64 0x7000_0000
;;                                     v135 = iadd v161, v134  ; v134 = 0x7000_0000
;; @007a                               store little v133, v135  ; v133 = 0
;; @0091                               jump block27(v161)
;;
;;                                 block27(v162: i64):
;;                                     v51 = ireduce.i32 v162
;;                                     v136 = iconst.i64 0x7000_0000
;;                                     v137 = iadd v162, v136  ; v136 = 0x7000_0000
;; @0097                               v59 = load.i32 little v137
;;                                     v138 = iconst.i32 1
;;                                     v139 = iadd v59, v138  ; v138 = 1
;; @009d                               store little v139, v137+4
;;                                     v140 = iconst.i32 796
;;                                     v141 = icmp ne v51, v140  ; v140 = 796
;;                                     v142 = iconst.i32 4
;;                                     v143 = iadd v51, v142  ; v142 = 4
;; @00ab                               v154 = iconst.i32 800
;; @00ab                               v155 = icmp ne v143, v154  ; v154 = 800
;;                                     v170 = uextend.i64 v143
;; @00ab                               brif v155, block27(v170), block29
;;
;;                                 block29:
;;                                     v144 = iconst.i32 796
;;                                     v145 = icmp.i32 ne v50, v144  ; v144 = 796
;;                                     v146 = iconst.i32 4
;;                                     v147 = iadd.i32 v50, v146  ; v146 = 4
;; @008c                               v156 = iconst.i32 800
;; @008c                               v157 = icmp ne v147, v156  ; v156 = 800
;;                                     v171 = uextend.i64 v147
;; @008c                               brif v157, block22(v171), block24
;;
;;                                 block24:
;; @0014                               return
;; }
