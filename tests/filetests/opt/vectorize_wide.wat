;;! stage = "opt"
;; A sum of bytes is shifted before it is stored as a byte: it fits lanes of 16 bits, which are narrowed. One
;; channel of pixels is loaded together with the other ones, which are masked.
(module
  (memory 1)
  (func (export "_start")
    (call $smooth (i32.const 0))
    (call $channel (i32.const 0)))
  (func $smooth (param $i i32)
    (loop $next
      (i32.store8 offset=4096 (local.get $i)
        (i32.shr_u (i32.add (i32.load8_u (local.get $i)) (i32.load8_u offset=1 (local.get $i))) (i32.const 1)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 801)))))
  (func $channel (param $i i32)
    (loop $next
      (i32.store offset=8192 (local.get $i) (i32.load8_u offset=2 (local.get $i)))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 804))))))

;; ;; vectorize_wide.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) tail
;;     sig1 = (i32) tail
;;     fn0 = colocated u0:9 sig0
;;     fn1 = colocated u0:10 sig1
;;     const0 = 0x000000ff000000ff000000ff000000ff
;;
;;                                 block0:
;; @000b                               jump block14
;;
;;                                 block14:
;; @0011                               jump block15
;;
;;                                 block15:
;; @0011                               v33 = iconst.i64 0x0100_0048
;; @0011                               v34 = load.i64 notrap aligned v33  ; v33 = 0x0100_0048
;; @0011                               v35 = iconst.i64 4897
;;                                     v121 = icmp uge v34, v35  ; v35 = 4897
;; @0001                               v0 = iconst.i32 0
;;                                     v178 = iconst.i64 0x7000_0000
;;                                     v179 = iconst.i32 1
;;                                     v180 = iconst.i32 800
;;                                     v195 = iconst.i64 0
;; @0011                               brif v121, block16, block4(v195)  ; v195 = 0
;;
;;                                 block16:
;; @0011                               v39 = iconst.i64 0
;;                                     v3 = iconst.i64 0x7000_0000
;; @0016                               v54 = iconst.i32 1
;; @001d                               v66 = iconst.i64 8
;; @0011                               v38 = iconst.i64 800
;; @0011                               jump block17(v39)  ; v39 = 0
;;
;;                                 block17(v40: i64):
;; @0011                               v41 = ireduce.i32 v40
;; @0011                               v43 = uextend.i64 v41
;;                                     v170 = iconst.i64 0x7000_0000
;;                                     v171 = iadd v43, v170  ; v170 = 0x7000_0000
;; @0011                               v46 = uload8x8 little v171
;; @0016                               v52 = uload8x8 little v171+1
;; @0016                               v53 = iadd v46, v52
;;                                     v172 = iconst.i32 1
;;                                     v173 = ushr v53, v172  ; v172 = 1
;; @001d                               v61 = bitcast.i8x16 little v173
;; @001d                               v63 = shuffle v61, v61, 0x0e0c0a08060402000e0c0a0806040200
;; @001d                               v64 = bitcast.f64x2 little v63
;; @001d                               v65 = extractlane v64, 0
;; @001d                               store little v65, v171+4096
;;                                     v174 = iconst.i64 8
;;                                     v175 = iadd v40, v174  ; v174 = 8
;;                                     v176 = iconst.i64 800
;;                                     v177 = icmp ult v175, v176  ; v176 = 800
;; @001d                               brif v177, block17(v175), block18
;;
;;                                 block18:
;;                                     v125 = iconst.i32 800
;;                                     v196 = iconst.i64 800
;; @001d                               jump block4(v196)  ; v196 = 800
;;
;;                                 block4(v193: i64):
;;                                     v2 = ireduce.i32 v193
;; @0011                               v5 = iadd v193, v178  ; v178 = 0x7000_0000
;; @0011                               v6 = uload8.i32 little v5
;; @0016                               v9 = uload8.i32 little v5+1
;; @0019                               v10 = iadd v6, v9
;; @001c                               v12 = ushr v10, v179  ; v179 = 1
;; @001d                               istore8 little v12, v5+4096
;;                                     v147 = icmp ne v2, v180  ; v180 = 800
;; @0025                               v16 = iadd v2, v179  ; v179 = 1
;; @002c                               v189 = iconst.i32 801
;; @002c                               v190 = icmp ne v16, v189  ; v189 = 801
;;                                     v197 = uextend.i64 v16
;; @002c                               brif v190, block4(v197), block6
;;
;;                                 block6:
;; @0031                               jump block19
;;
;;                                 block19:
;; @0037                               jump block20
;;
;;                                 block20:
;;                                     v181 = iconst.i64 0x0100_0048
;; @0037                               v76 = load.i64 notrap aligned v181  ; v181 = 0x0100_0048
;; @0037                               v77 = iconst.i64 8996
;;                                     v149 = icmp uge v76, v77  ; v77 = 8996
;;                                     v182 = iconst.i32 0
;; @0040                               v27 = iconst.i32 4
;;                                     v198 = iconst.i64 0
;; @0037                               brif v149, block21, block10(v198)  ; v198 = 0
;;
;;                                 block21:
;;                                     v183 = iconst.i64 0
;;                                     v152 = vconst.i32x4 const0
;; @003a                               v113 = iconst.i64 32
;;                                     v186 = iconst.i64 800
;; @0037                               jump block22(v183)  ; v183 = 0
;;
;;                                 block22(v82: i64):
;; @0037                               v83 = ireduce.i32 v82
;; @0037                               v85 = uextend.i64 v83
;; @0037                               v87 = iadd v85, v178  ; v178 = 0x7000_0000
;; @0037                               v88 = load.i8x16 little v87+2
;; @0037                               v89 = bitcast.i32x4 little v88
;; @0037                               v92 = band v89, v152  ; v152 = const0
;; @003a                               store little v92, v87+8192
;; @0037                               v103 = load.i8x16 little v87+18
;; @0037                               v104 = bitcast.i32x4 little v103
;; @0037                               v107 = band v104, v152  ; v152 = const0
;; @003a                               store little v107, v87+8208
;;                                     v184 = iconst.i64 32
;;                                     v185 = iadd v82, v184  ; v184 = 32
;; @003a                               v115 = icmp ult v185, v186  ; v186 = 800
;; @003a                               brif v115, block22(v185), block23
;;
;;                                 block23:
;;                                     v199 = iconst.i64 800
;; @003a                               jump block10(v199)  ; v199 = 800
;;
;;                                 block10(v194: i64):
;;                                     v20 = ireduce.i32 v194
;; @0037                               v23 = iadd v194, v178  ; v178 = 0x7000_0000
;; @0037                               v24 = uload8.i32 little v23+2
;; @003a                               store little v24, v23+8192
;;                                     v168 = icmp ne v20, v180  ; v180 = 800
;;                                     v187 = iconst.i32 4
;;                                     v188 = iadd v20, v187  ; v187 = 4
;; @0049                               v191 = iconst.i32 804
;; @0049                               v192 = icmp ne v188, v191  ; v191 = 804
;;                                     v200 = uextend.i64 v188
;; @0049                               brif v192, block10(v200), block12
;;
;;                                 block12:
;; @0009                               return
;; }
