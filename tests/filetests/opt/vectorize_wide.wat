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
;; @0011                               v36 = iconst.i64 0x0100_0048
;; @0011                               v37 = load.i64 notrap aligned v36  ; v36 = 0x0100_0048
;; @0011                               v38 = iconst.i64 4897
;;                                     v124 = icmp uge v37, v38  ; v38 = 4897
;; @0001                               v0 = iconst.i32 0
;;                                     v181 = iconst.i64 0x7000_0000
;;                                     v182 = iconst.i32 1
;;                                     v183 = iconst.i32 800
;;                                     v198 = iconst.i64 0
;; @0011                               brif v124, block16, block4(v198)  ; v198 = 0
;;
;;                                 block16:
;; @0011                               v42 = iconst.i64 0
;; @0011                               v47 = iconst.i64 0x7000_0000
;; @0016                               v57 = iconst.i32 1
;; @001d                               v69 = iconst.i64 8
;; @0011                               v41 = iconst.i64 800
;; @0011                               jump block17(v42)  ; v42 = 0
;;
;;                                 block17(v43: i64):
;; @0011                               v44 = ireduce.i32 v43
;; @0011                               v46 = uextend.i64 v44
;;                                     v173 = iconst.i64 0x7000_0000
;;                                     v174 = iadd v46, v173  ; v173 = 0x7000_0000
;; @0011                               v49 = uload8x8 little v174
;; @0016                               v55 = uload8x8 little v174+1
;; @0016                               v56 = iadd v49, v55
;;                                     v175 = iconst.i32 1
;;                                     v176 = ushr v56, v175  ; v175 = 1
;; @001d                               v64 = bitcast.i8x16 little v176
;; @001d                               v66 = shuffle v64, v64, 0x0e0c0a08060402000e0c0a0806040200
;; @001d                               v67 = bitcast.f64x2 little v66
;; @001d                               v68 = extractlane v67, 0
;; @001d                               store little v68, v174+4096
;;                                     v177 = iconst.i64 8
;;                                     v178 = iadd v43, v177  ; v177 = 8
;;                                     v179 = iconst.i64 800
;;                                     v180 = icmp ult v178, v179  ; v179 = 800
;; @001d                               brif v180, block17(v178), block18
;;
;;                                 block18:
;;                                     v128 = iconst.i32 800
;;                                     v199 = iconst.i64 800
;; @001d                               jump block4(v199)  ; v199 = 800
;;
;;                                 block4(v196: i64):
;;                                     v2 = ireduce.i32 v196
;; @0011                               v5 = iadd v196, v181  ; v181 = 0x7000_0000
;; @0011                               v6 = uload8.i32 little v5
;; @0016                               v10 = uload8.i32 little v5+1
;; @0019                               v11 = iadd v6, v10
;; @001c                               v13 = ushr v11, v182  ; v182 = 1
;; @001d                               istore8 little v13, v5+4096
;;                                     v150 = icmp ne v2, v183  ; v183 = 800
;; @0025                               v18 = iadd v2, v182  ; v182 = 1
;; @002c                               v192 = iconst.i32 801
;; @002c                               v193 = icmp ne v18, v192  ; v192 = 801
;;                                     v200 = uextend.i64 v18
;; @002c                               brif v193, block4(v200), block6
;;
;;                                 block6:
;; @0031                               jump block19
;;
;;                                 block19:
;; @0037                               jump block20
;;
;;                                 block20:
;;                                     v184 = iconst.i64 0x0100_0048
;; @0037                               v79 = load.i64 notrap aligned v184  ; v184 = 0x0100_0048
;; @0037                               v80 = iconst.i64 8996
;;                                     v152 = icmp uge v79, v80  ; v80 = 8996
;;                                     v185 = iconst.i32 0
;; @0040                               v30 = iconst.i32 4
;;                                     v201 = iconst.i64 0
;; @0037                               brif v152, block21, block10(v201)  ; v201 = 0
;;
;;                                 block21:
;;                                     v186 = iconst.i64 0
;;                                     v155 = vconst.i32x4 const0
;; @003a                               v116 = iconst.i64 32
;;                                     v189 = iconst.i64 800
;; @0037                               jump block22(v186)  ; v186 = 0
;;
;;                                 block22(v85: i64):
;; @0037                               v86 = ireduce.i32 v85
;; @0037                               v88 = uextend.i64 v86
;; @0037                               v90 = iadd v88, v181  ; v181 = 0x7000_0000
;; @0037                               v91 = load.i8x16 little v90+2
;; @0037                               v92 = bitcast.i32x4 little v91
;; @0037                               v95 = band v92, v155  ; v155 = const0
;; @003a                               store little v95, v90+8192
;; @0037                               v106 = load.i8x16 little v90+18
;; @0037                               v107 = bitcast.i32x4 little v106
;; @0037                               v110 = band v107, v155  ; v155 = const0
;; @003a                               store little v110, v90+8208
;;                                     v187 = iconst.i64 32
;;                                     v188 = iadd v85, v187  ; v187 = 32
;; @003a                               v118 = icmp ult v188, v189  ; v189 = 800
;; @003a                               brif v118, block22(v188), block23
;;
;;                                 block23:
;;                                     v202 = iconst.i64 800
;; @003a                               jump block10(v202)  ; v202 = 800
;;
;;                                 block10(v197: i64):
;;                                     v22 = ireduce.i32 v197
;; @0037                               v25 = iadd v197, v181  ; v181 = 0x7000_0000
;; @0037                               v26 = uload8.i32 little v25+2
;; @003a                               store little v26, v25+8192
;;                                     v171 = icmp ne v22, v183  ; v183 = 800
;;                                     v190 = iconst.i32 4
;;                                     v191 = iadd v22, v190  ; v190 = 4
;; @0049                               v194 = iconst.i32 804
;; @0049                               v195 = icmp ne v191, v194  ; v194 = 804
;;                                     v203 = uextend.i64 v191
;; @0049                               brif v195, block10(v203), block12
;;
;;                                 block12:
;; @0009                               return
;; }
