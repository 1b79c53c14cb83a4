;;! pass = "-inline"
;;! stage = "opt"
;; A handler with a table of its own: what is copied is the way to the first table, not that to the second by way of
;; the first one. So the second one is there once.
(module
  (memory 1)
  (func (export "_start") (drop (call $run (i32.const 16) (i32.const 1))))
  (func $run (param $at i32) (param $number i32) (result i32)
    (loop $next
      (block $end
        (block $c
          (block $b
            (block $a
              (br_table $a $b $c $end (i32.load8_u (local.get $at))))
            (block $z
              (block $y
                (block $x
                  (br_table $x $y $z $end (i32.load8_u offset=1 (local.get $at))))
                (local.set $number (i32.shl (local.get $number) (i32.const 1)))
                (local.set $at (i32.add (local.get $at) (i32.const 2)))
                (br $next))
              (local.set $number (i32.shr_s (local.get $number) (i32.const 1)))
              (local.set $at (i32.add (local.get $at) (i32.const 3)))
              (br $next))
            (local.set $number (i32.clz (local.get $number)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br $next))
          (local.set $at (i32.load offset=4 (local.get $at)))
          (br $next))
        (local.set $number (i32.popcnt (local.get $number)))
        (local.set $at (i32.add (local.get $at) (local.get $number)))
        (br $next)))
    (local.get $number)))

;; ;; thread_nested.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 16
;; @0003                               v1 = iconst.i32 1
;; @0005                               v2 = call fn0(v0, v1)  ; v0 = 16, v1 = 1
;; @0008                               return
;; }
;;
;; ;; thread_nested.wat function 1 "run"
;; function u0:2(i32, i32) -> i32 tail {
;;                                 block0(v0: i32, v1: i32):
;;                                     v5 = iconst.i64 0x7000_0000
;; @0052                               v21 = iconst.i32 4
;; @0043                               v18 = iconst.i32 3
;; @002b                               v12 = iconst.i32 1
;; @0032                               v14 = iconst.i32 2
;;                                     v42 = uextend.i64 v0
;; @0001                               jump block2(v42, v1)
;;
;;                                 block2(v41: i64, v11: i32):
;;                                     v3 = ireduce.i32 v41
;;                                     v29 = iconst.i64 0x7000_0000
;;                                     v30 = iadd v41, v29  ; v29 = 0x7000_0000
;; @000d                               v7 = uload8.i32 little v30
;; @0010                               br_table v7, block4(v11), [block7(v11, v41), block6(v11, v41), block5(v11, v41)]
;;
;;                                 block7(v80: i32, v84: i64):
;;                                     v48 = iconst.i64 0x7000_0000
;;                                     v49 = iadd v84, v48  ; v48 = 0x7000_0000
;; @001f                               v10 = uload8.i32 little v49+1
;; @0022                               br_table v10, block4(v80), [block10, block9, block8]
;;
;;                                 block10:
;;                                     v50 = ireduce.i32 v84
;;                                     v37 = iconst.i32 2
;;                                     v38 = iadd v50, v37  ; v37 = 2
;;                                     v39 = iconst.i32 1
;;                                     v40 = ishl.i32 v80, v39  ; v39 = 1
;;                                     v43 = uextend.i64 v38
;; @0037                               jump block14(v43, v40)
;;
;;                                 block14(v74: i64, v75: i32):
;;                                     v76 = ireduce.i32 v74
;;                                     v77 = iconst.i64 0x7000_0000
;;                                     v78 = iadd v74, v77  ; v77 = 0x7000_0000
;; @000d                               v79 = uload8.i32 little v78
;; @0010                               br_table v79, block4(v75), [block7(v75, v74), block6(v75, v74), block5(v75, v74)]
;;
;;                                 block9:
;;                                     v51 = ireduce.i32 v84
;;                                     v33 = iconst.i32 3
;;                                     v34 = iadd v51, v33  ; v33 = 3
;;                                     v35 = iconst.i32 1
;;                                     v36 = sshr.i32 v80, v35  ; v35 = 1
;;                                     v44 = uextend.i64 v34
;; @0048                               jump block2(v44, v36)
;;
;;                                 block8:
;;                                     v52 = ireduce.i32 v84
;;                                     v31 = iconst.i32 4
;;                                     v32 = iadd v52, v31  ; v31 = 4
;; @004d                               v20 = clz.i32 v80
;;                                     v45 = uextend.i64 v32
;; @0057                               jump block13(v45, v20)
;;
;;                                 block13(v68: i64, v69: i32):
;;                                     v70 = ireduce.i32 v68
;;                                     v71 = iconst.i64 0x7000_0000
;;                                     v72 = iadd v68, v71  ; v71 = 0x7000_0000
;; @000d                               v73 = uload8.i32 little v72
;; @0010                               br_table v73, block4(v69), [block7(v69, v68), block6(v69, v68), block5(v69, v68)]
;;
;;                                 block6(v81: i32, v85: i64):
;;                                     v53 = iconst.i64 0x7000_0000
;;                                     v54 = iadd v85, v53  ; v53 = 0x7000_0000
;; @005c                               v46 = uload32 little v54+4
;; @005c                               v25 = ireduce.i32 v46
;; @0061                               jump block11(v46, v81)
;;
;;                                 block11(v56: i64, v57: i32):
;;                                     v58 = ireduce.i32 v56
;;                                     v59 = iconst.i64 0x7000_0000
;;                                     v60 = iadd v56, v59  ; v59 = 0x7000_0000
;; @000d                               v61 = uload8.i32 little v60
;; @0010                               br_table v61, block4(v57), [block7(v57, v56), block6(v57, v56), block5(v57, v56)]
;;
;;                                 block5(v82: i32, v86: i64):
;;                                     v55 = ireduce.i32 v86
;; @0066                               v26 = popcnt v82
;; @006d                               v27 = iadd v55, v26
;;                                     v47 = uextend.i64 v27
;; @0070                               jump block12(v47, v26)
;;
;;                                 block12(v62: i64, v63: i32):
;;                                     v64 = ireduce.i32 v62
;;                                     v65 = iconst.i64 0x7000_0000
;;                                     v66 = iadd v62, v65  ; v65 = 0x7000_0000
;; @000d                               v67 = uload8.i32 little v66
;; @0010                               br_table v67, block4(v63), [block7(v63, v62), block6(v63, v62), block5(v63, v62)]
;;
;;                                 block4(v83: i32):
;; @0076                               return v83
;; }
