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
;; @0011                               v49 = iconst.i64 0x0100_0048
;; @0011                               v50 = load.i64 notrap aligned v49  ; v49 = 0x0100_0048
;; @0011                               v51 = iconst.i64 164
;;                                     v102 = icmp uge v50, v51  ; v51 = 164
;; @0001                               v0 = iconst.i32 64
;; @0004                               v1 = iconst.i32 100
;;                                     v152 = iconst.i64 0x7000_0000
;;                                     v56 = iconst.i32 97
;;                                     v59 = iconst.i32 255
;;                                     v62 = iconst.i32 26
;;                                     v65 = iconst.i32 32
;; @0030                               v20 = iconst.i32 1
;;                                     v166 = iconst.i64 64
;; @0011                               brif v102, block14, block4(v166, v1)  ; v166 = 64, v1 = 100
;;
;;                                 block14:
;; @0011                               v55 = iconst.i64 0
;;                                     v4 = iconst.i64 0x7000_0000
;;                                     v105 = vconst.i8x16 const0
;;                                     v108 = vconst.i8x16 const1
;;                                     v111 = vconst.i8x16 const2
;;                                     v114 = vconst.i8x16 const3
;;                                     v91 = iconst.i64 16
;; @0011                               v54 = iconst.i64 96
;; @0011                               jump block15(v55)  ; v55 = 0
;;
;;                                 block15(v68: i64):
;;                                     v69 = ireduce.i32 v68
;;                                     v144 = iconst.i32 64
;;                                     v145 = iadd v69, v144  ; v144 = 64
;;                                     v71 = uextend.i64 v145
;;                                     v146 = iconst.i64 0x7000_0000
;;                                     v147 = iadd v71, v146  ; v146 = 0x7000_0000
;;                                     v74 = load.i8x16 little v147
;;                                     v75 = isub v74, v105  ; v105 = const0
;;                                     v76 = band v75, v108  ; v108 = const1
;;                                     v77 = icmp uge v76, v111  ; v111 = const2
;;                                     v84 = isub v74, v114  ; v114 = const3
;;                                     v85 = bitselect v77, v74, v84
;;                                     store little v85, v147
;;                                     v148 = iconst.i64 16
;;                                     v149 = iadd v68, v148  ; v148 = 16
;;                                     v150 = iconst.i64 96
;;                                     v151 = icmp ult v149, v150  ; v150 = 96
;;                                     brif v151, block15(v149), block16
;;
;;                                 block16:
;;                                     v127 = iconst.i32 160
;;                                     v120 = iconst.i32 4
;;                                     v167 = iconst.i64 160
;;                                     jump block4(v167, v120)  ; v167 = 160, v120 = 4
;;
;;                                 block4(v165: i64, v3: i32):
;;                                     v2 = ireduce.i32 v165
;; @0011                               v7 = iadd v165, v152  ; v152 = 0x7000_0000
;; @0011                               v8 = uload8.i32 little v7
;;                                     v153 = iconst.i32 97
;;                                     v154 = isub v8, v153  ; v153 = 97
;;                                     v155 = iconst.i32 255
;;                                     v156 = band v154, v155  ; v155 = 255
;;                                     v157 = iconst.i32 26
;;                                     v158 = icmp ult v156, v157  ; v157 = 26
;; @0021                               brif v158, block6, block7
;;
;;                                 block6:
;;                                     v159 = iconst.i32 32
;;                                     v160 = isub.i32 v8, v159  ; v159 = 32
;;                                     v161 = iadd.i64 v165, v152  ; v152 = 0x7000_0000
;; @002a                               istore8 little v160, v161
;; @002d                               jump block8
;;
;;                                 block7:
;; @002d                               jump block8
;;
;;                                 block8:
;;                                     v162 = iconst.i32 1
;;                                     v163 = isub.i32 v3, v162  ; v162 = 1
;;                                     v164 = iadd.i32 v2, v162  ; v162 = 1
;;                                     v168 = uextend.i64 v164
;; @003c                               brif v163, block4(v168, v163), block9
;;
;;                                 block9:
;; @0009                               return
;; }
