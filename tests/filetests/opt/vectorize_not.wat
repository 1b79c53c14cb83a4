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
;;                                     v7 = iconst.i64 0x7000_0000
;; @001f                               v11 = iconst.i32 1
;;                                     v82 = iconst.i32 796
;; @0027                               v15 = iconst.i32 4
;;                                     v160 = iconst.i64 0
;; @0016                               jump block4(v160)  ; v160 = 0
;;
;;                                 block4(v155: i64):
;;                                     v6 = ireduce.i32 v155
;;                                     v101 = iconst.i64 0x7000_0000
;;                                     v102 = iadd v155, v101  ; v101 = 0x7000_0000
;; @001c                               v10 = load.i32 little v102
;;                                     v103 = iconst.i32 1
;;                                     v104 = iadd v10, v103  ; v103 = 1
;; @0022                               store little v104, v102+4
;;                                     v105 = iconst.i32 796
;;                                     v106 = icmp ne v6, v105  ; v105 = 796
;;                                     v107 = iconst.i32 4
;;                                     v108 = iadd v6, v107  ; v107 = 4
;; @0030                               v145 = iconst.i32 800
;; @0030                               v146 = icmp ne v108, v145  ; v145 = 800
;;                                     v161 = uextend.i64 v108
;; @0030                               brif v146, block4(v161), block6
;;
;;                                 block6:
;;                                     v25 = f32const 0.0
;;                                     v109 = iconst.i32 0
;;                                     v162 = iconst.i64 0
;; @0037                               jump block10(v25, v162)  ; v25 = 0.0, v162 = 0
;;
;;                                 block10(v21: f32, v156: i64):
;;                                     v22 = ireduce.i32 v156
;;                                     v110 = iconst.i64 0x7000_0000
;;                                     v111 = iadd v156, v110  ; v110 = 0x7000_0000
;; @003d                               v28 = load.f32 little v111
;; @0040                               v29 = fadd v21, v28
;;                                     v112 = iconst.i32 796
;;                                     v113 = icmp ne v22, v112  ; v112 = 796
;;                                     v114 = iconst.i32 4
;;                                     v115 = iadd v22, v114  ; v114 = 4
;; @004e                               v147 = iconst.i32 800
;; @004e                               v148 = icmp ne v115, v147  ; v147 = 800
;;                                     v163 = uextend.i64 v115
;; @004e                               brif v148, block10(v29, v163), block12
;;
;;                                 block12:
;;                                     v116 = iconst.i32 0
;;                                     v88 = iconst.i32 0x2492_4925
;;                                     v93 = iconst.i32 2
;;                                     v164 = iconst.i64 0
;; @0055                               jump block16(v164)  ; v164 = 0
;;
;;                                 block16(v157: i64):
;;                                     v35 = ireduce.i32 v157
;;                                     v117 = iconst.i64 0x7000_0000
;;                                     v118 = iadd v157, v117  ; v117 = 0x7000_0000
;; @005b                               v39 = load.i32 little v118
;;                                     v119 = iconst.i32 0x2492_4925
;;                                     v120 = umulhi v39, v119  ; v119 = 0x2492_4925
;;                                     v90 = isub v39, v120
;;                                     v121 = iconst.i32 1
;;                                     v122 = ushr v90, v121  ; v121 = 1
;;                                     v92 = iadd v120, v122
;;                                     v123 = iconst.i32 2
;;                                     v124 = ushr v92, v123  ; v123 = 2
;; @0061                               store little v124, v118
;;                                     v125 = iconst.i32 796
;;                                     v126 = icmp ne v35, v125  ; v125 = 796
;;                                     v127 = iconst.i32 4
;;                                     v128 = iadd v35, v127  ; v127 = 4
;; @006f                               v149 = iconst.i32 800
;; @006f                               v150 = icmp ne v128, v149  ; v149 = 800
;;                                     v165 = uextend.i64 v128
;; @006f                               brif v150, block16(v165), block18
;;
;;                                 block18:
;;                                     v129 = iconst.i32 0
;;                                     v166 = iconst.i64 0
;; @0074                               jump block22(v166)  ; v166 = 0
;;
;;                                 block22(v158: i64):
;;                                     v48 = ireduce.i32 v158
;;                                     v130 = iconst.i32 0
;;                                     v131 = iconst.i64 0x7000_0000
;;                                     v132 = iadd v158, v131  ; v131 = 0x7000_0000
;; @007a                               store little v130, v132  ; v130 = 0
;; @0091                               jump block27(v158)
;;
;;                                 block27(v159: i64):
;;                                     v49 = ireduce.i32 v159
;;                                     v133 = iconst.i64 0x7000_0000
;;                                     v134 = iadd v159, v133  ; v133 = 0x7000_0000
;; @0097                               v57 = load.i32 little v134
;;                                     v135 = iconst.i32 1
;;                                     v136 = iadd v57, v135  ; v135 = 1
;; @009d                               store little v136, v134+4
;;                                     v137 = iconst.i32 796
;;                                     v138 = icmp ne v49, v137  ; v137 = 796
;;                                     v139 = iconst.i32 4
;;                                     v140 = iadd v49, v139  ; v139 = 4
;; @00ab                               v151 = iconst.i32 800
;; @00ab                               v152 = icmp ne v140, v151  ; v151 = 800
;;                                     v167 = uextend.i64 v140
;; @00ab                               brif v152, block27(v167), block29
;;
;;                                 block29:
;;                                     v141 = iconst.i32 796
;;                                     v142 = icmp.i32 ne v48, v141  ; v141 = 796
;;                                     v143 = iconst.i32 4
;;                                     v144 = iadd.i32 v48, v143  ; v143 = 4
;; @008c                               v153 = iconst.i32 800
;; @008c                               v154 = icmp ne v144, v153  ; v153 = 800
;;                                     v168 = uextend.i64 v144
;; @008c                               brif v154, block22(v168), block24
;;
;;                                 block24:
;; @0014                               return
;; }
