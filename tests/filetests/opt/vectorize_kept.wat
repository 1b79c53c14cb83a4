;;! stage = "opt"
;; A loop passes on what is only used behind it, a number of another width: vectors have nothing to do with that.
(module
  (memory 1)
  (func (export "_start") (f64.store (i32.const 0) (call $least (i32.const 64) (f64.load (i32.const 8)))))
  (func $least (param $a i32) (param $kept f64) (result f64)
    (local $end i32) (local $byte i32)
    (local.set $end (i32.add (local.get $a) (i32.const 96)))
    (loop $next
      (if (i32.gt_u (local.tee $byte (i32.load8_u (local.get $a))) (i32.const 9))
        (then (i32.store8 (local.get $a) (i32.const 9))))
      (br_if $next (i32.ne (local.tee $a (i32.add (local.get $a) (i32.const 1))) (local.get $end))))
    (local.get $kept)))

;; ;; vectorize_kept.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, f64) -> f64 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x09090909090909090909090909090909
;;
;;                                 block0:
;; @0008                               v5 = iconst.i64 0x7000_0008
;; @0008                               v6 = load.f64 little v5  ; v5 = 0x7000_0008
;; @001c                               jump block12
;;
;;                                 block12:
;; @0020                               jump block13
;;
;;                                 block13:
;; @0020                               v51 = iconst.i64 0x0100_0048
;; @0020                               v52 = load.i64 notrap aligned v51  ; v51 = 0x0100_0048
;; @0020                               v53 = iconst.i64 160
;;                                     v98 = icmp uge v52, v53  ; v53 = 160
;; @0003                               v1 = iconst.i32 64
;;                                     v142 = iconst.i64 0x7000_0000
;;                                     v58 = iconst.i32 9
;;                                     v130 = iconst.i32 159
;; @0034                               v27 = iconst.i32 1
;;                                     v154 = iconst.i64 64
;; @0020                               brif v98, block14, block4(v154)  ; v154 = 64
;;
;;                                 block14:
;; @0020                               v57 = iconst.i64 0
;;                                     v4 = iconst.i64 0x7000_0000
;;                                     v101 = vconst.i8x16 const0
;;                                     v84 = iconst.i64 16
;; @0020                               v56 = iconst.i64 80
;; @0020                               jump block15(v57)  ; v57 = 0
;;
;;                                 block15(v64: i64):
;;                                     v65 = ireduce.i32 v64
;;                                     v134 = iconst.i32 64
;;                                     v135 = iadd v65, v134  ; v134 = 64
;;                                     v67 = uextend.i64 v135
;;                                     v136 = iconst.i64 0x7000_0000
;;                                     v137 = iadd v67, v136  ; v136 = 0x7000_0000
;;                                     v70 = load.i8x16 little v137
;;                                     v105 = umin v70, v101  ; v101 = const0
;;                                     store little v105, v137
;;                                     v138 = iconst.i64 16
;;                                     v139 = iadd v64, v138  ; v138 = 16
;;                                     v140 = iconst.i64 80
;;                                     v141 = icmp ult v139, v140  ; v140 = 80
;;                                     brif v141, block15(v139), block16
;;
;;                                 block16:
;;                                     v116 = iconst.i32 144
;;                                     v155 = iconst.i64 144
;;                                     jump block4(v155)  ; v155 = 144
;;
;;                                 block4(v153: i64):
;;                                     v11 = ireduce.i32 v153
;; @0020                               v19 = iadd v153, v142  ; v142 = 0x7000_0000
;; @0020                               v20 = uload8.i32 little v19
;;                                     v143 = iconst.i32 9
;;                                     v144 = icmp ugt v20, v143  ; v143 = 9
;; @0028                               brif v144, block6, block7
;;
;;                                 block6:
;;                                     v145 = iconst.i32 9
;;                                     v146 = iadd.i64 v153, v142  ; v142 = 0x7000_0000
;; @002e                               istore8 little v145, v146  ; v145 = 9
;; @0031                               jump block8
;;
;;                                 block7:
;; @0031                               jump block8
;;
;;                                 block8:
;;                                     v147 = iconst.i32 159
;;                                     v148 = icmp.i32 ne v11, v147  ; v147 = 159
;;                                     v149 = iconst.i32 1
;;                                     v150 = iadd.i32 v11, v149  ; v149 = 1
;; @003c                               v151 = iconst.i32 160
;; @003c                               v152 = icmp ne v150, v151  ; v151 = 160
;;                                     v156 = uextend.i64 v150
;; @003c                               brif v152, block4(v156), block9
;;
;;                                 block9:
;; @000d                               store.f64 little v6, v142  ; v142 = 0x7000_0000
;; @0010                               return
;; }
