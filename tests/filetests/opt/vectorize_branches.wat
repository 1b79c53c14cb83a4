;;! stage = "opt"
;; A loop that stores only some elements: vectors store what is there in place of the others, if all of them are in memory.
;; The loop itself stays as it is, with its branch.
(module
  (memory 1)
  (func (export "_start") (call $upper (i32.const 64) (i32.const 100)))
  (func $upper (param $a i32) (param $n i32)
    (local $letter i32)
    (loop $next
      (if (i32.lt_u (i32.and (i32.sub (local.tee $letter (i32.load8_u (local.get $a))) (i32.const 97)) (i32.const 255))
            (i32.const 26))
        (then (i32.store8 (local.get $a) (i32.sub (local.get $letter) (i32.const 32)))))
      (local.set $a (i32.add (local.get $a) (i32.const 1)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))

;; ;; vectorize_branches.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, i32) tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x61616161616161616161616161616161
;;     const1 = 0xffffffffffffffffffffffffffffffff
;;     const2 = 0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a
;;     const3 = 0x20202020202020202020202020202020
;;
;;                                 block0:
;; @000d                               jump block12
;;
;;                                 block12:
;; @0011                               jump block13
;;
;;                                 block13:
;; @0011                               v51 = iconst.i64 0x0100_0048
;; @0011                               v52 = load.i64 notrap aligned v51  ; v51 = 0x0100_0048
;; @0011                               v53 = iconst.i64 164
;;                                     v104 = icmp uge v52, v53  ; v53 = 164
;; @0001                               v0 = iconst.i32 64
;; @0004                               v1 = iconst.i32 100
;;                                     v154 = iconst.i64 0x7000_0000
;;                                     v58 = iconst.i32 97
;;                                     v61 = iconst.i32 255
;;                                     v64 = iconst.i32 26
;;                                     v67 = iconst.i32 32
;; @0030                               v20 = iconst.i32 1
;;                                     v168 = iconst.i64 64
;; @0011                               brif v104, block14, block4(v168, v1)  ; v168 = 64, v1 = 100
;;
;;                                 block14:
;; @0011                               v57 = iconst.i64 0
;;                                     v4 = iconst.i64 0x7000_0000
;;                                     v107 = vconst.i8x16 const0
;;                                     v110 = vconst.i8x16 const1
;;                                     v113 = vconst.i8x16 const2
;;                                     v116 = vconst.i8x16 const3
;;                                     v93 = iconst.i64 16
;; @0011                               v56 = iconst.i64 96
;; @0011                               jump block15(v57)  ; v57 = 0
;;
;;                                 block15(v70: i64):
;;                                     v71 = ireduce.i32 v70
;;                                     v146 = iconst.i32 64
;;                                     v147 = iadd v71, v146  ; v146 = 64
;;                                     v73 = uextend.i64 v147
;;                                     v148 = iconst.i64 0x7000_0000
;;                                     v149 = iadd v73, v148  ; v148 = 0x7000_0000
;;                                     v76 = load.i8x16 little v149
;;                                     v77 = isub v76, v107  ; v107 = const0
;;                                     v78 = band v77, v110  ; v110 = const1
;;                                     v79 = icmp uge v78, v113  ; v113 = const2
;;                                     v86 = isub v76, v116  ; v116 = const3
;;                                     v87 = bitselect v79, v76, v86
;;                                     store little v87, v149
;;                                     v150 = iconst.i64 16
;;                                     v151 = iadd v70, v150  ; v150 = 16
;;                                     v152 = iconst.i64 96
;;                                     v153 = icmp ult v151, v152  ; v152 = 96
;;                                     brif v153, block15(v151), block16
;;
;;                                 block16:
;;                                     v129 = iconst.i32 160
;;                                     v122 = iconst.i32 4
;;                                     v169 = iconst.i64 160
;;                                     jump block4(v169, v122)  ; v169 = 160, v122 = 4
;;
;;                                 block4(v167: i64, v3: i32):
;;                                     v2 = ireduce.i32 v167
;; @0011                               v7 = iadd v167, v154  ; v154 = 0x7000_0000
;; @0011                               v8 = uload8.i32 little v7
;;                                     v155 = iconst.i32 97
;;                                     v156 = isub v8, v155  ; v155 = 97
;;                                     v157 = iconst.i32 255
;;                                     v158 = band v156, v157  ; v157 = 255
;;                                     v159 = iconst.i32 26
;;                                     v160 = icmp ult v158, v159  ; v159 = 26
;; @0021                               brif v160, block6, block7
;;
;;                                 block6:
;;                                     v161 = iconst.i32 32
;;                                     v162 = isub.i32 v8, v161  ; v161 = 32
;;                                     v163 = iadd.i64 v167, v154  ; v154 = 0x7000_0000
;; @002a                               istore8 little v162, v163
;; @002d                               jump block8
;;
;;                                 block7:
;; @002d                               jump block8
;;
;;                                 block8:
;;                                     v164 = iconst.i32 1
;;                                     v165 = isub.i32 v3, v164  ; v164 = 1
;;                                     v166 = iadd.i32 v2, v164  ; v164 = 1
;;                                     v170 = uextend.i64 v166
;; @003c                               brif v165, block4(v170, v165), block9
;;
;;                                 block9:
;; @0009                               return
;; }
