;;! pass = "-inline"
;;! stage = "opt"
;; Each handler reads the next byte of the program and jumps by a table of its own. The longest one goes back to what is
;; left of the loop. Passed on is the place in the program, but not that place plus one.
(module
  (memory 1)
  (func (export "_start") (drop (call $run (i32.const 16) (i32.const 1))))
  (func $run (param $at i32) (param $number i32) (result i32)
    (local $byte i32)
    (loop $next
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (block $end
        (block $again
          (block $more
            (block $less
              (block $twice
                (br_table $more $less $twice $again $end (local.get $byte)))
              (local.set $number (i32.shl (local.get $number) (i32.const 1)))
              (br $next))
            (local.set $number (i32.sub (local.get $number) (local.get $byte)))
            (br $next))
          (local.set $number (i32.add (local.get $number) (i32.load8_u offset=1 (local.get $at))))
          (br $next))
        (br $next)))
    (local.get $number)))

;; ;; thread.wat function 0 ""
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
;; ;; thread.wat function 1 "run"
;; function u0:2(i32, i32) -> i32 tail {
;;                                 block0(v0: i32, v1: i32):
;;                                     v6 = iconst.i64 0x7000_0000
;; @000e                               v9 = iconst.i32 1
;;                                     v33 = uextend.i64 v0
;; @0003                               jump block2(v33, v1)
;;
;;                                 block2(v32: i64, v11: i32):
;;                                     v4 = ireduce.i32 v32
;;                                     v19 = iconst.i64 0x7000_0000
;;                                     v20 = iadd v32, v19  ; v19 = 0x7000_0000
;; @0007                               v8 = uload8.i32 little v20
;; @001f                               br_table v8, block4(v11), [block6(v11, v32), block7(v8, v11, v32), block8(v11, v32), block5(v11, v32)]
;;
;;                                 block8(v62: i32, v67: i64):
;;                                     v38 = ireduce.i32 v67
;;                                     v23 = iconst.i32 1
;;                                     v24 = iadd v38, v23  ; v23 = 1
;;                                     v25 = ishl v62, v23  ; v23 = 1
;;                                     v34 = uextend.i64 v24
;; @002e                               jump block10(v34, v25)
;;
;;                                 block10(v48: i64, v49: i32):
;;                                     v50 = ireduce.i32 v48
;;                                     v51 = iconst.i64 0x7000_0000
;;                                     v52 = iadd v48, v51  ; v51 = 0x7000_0000
;; @0007                               v53 = uload8.i32 little v52
;; @001f                               br_table v53, block4(v49), [block6(v49, v48), block7(v53, v49, v48), block8(v49, v48), block5(v49, v48)]
;;
;;                                 block7(v60: i32, v61: i32, v66: i64):
;;                                     v39 = ireduce.i32 v66
;;                                     v26 = iconst.i32 1
;;                                     v27 = iadd v39, v26  ; v26 = 1
;; @0035                               v14 = isub v61, v60
;;                                     v35 = uextend.i64 v27
;; @0038                               jump block11(v35, v14)
;;
;;                                 block11(v54: i64, v55: i32):
;;                                     v56 = ireduce.i32 v54
;;                                     v57 = iconst.i64 0x7000_0000
;;                                     v58 = iadd v54, v57  ; v57 = 0x7000_0000
;; @0007                               v59 = uload8.i32 little v58
;; @001f                               br_table v59, block4(v55), [block6(v55, v54), block7(v59, v55, v54), block8(v55, v54), block5(v55, v54)]
;;
;;                                 block6(v64: i32, v69: i64):
;;                                     v40 = ireduce.i32 v69
;;                                     v28 = iconst.i32 1
;;                                     v29 = iadd v40, v28  ; v28 = 1
;; @003f                               v15 = uextend.i64 v29
;;                                     v30 = iconst.i64 0x7000_0000
;;                                     v31 = iadd v15, v30  ; v30 = 0x7000_0000
;; @003f                               v17 = uload8.i32 little v31+1
;; @0042                               v18 = iadd v64, v17
;;                                     v36 = uextend.i64 v29
;; @0045                               jump block2(v36, v18)
;;
;;                                 block5(v63: i32, v68: i64):
;;                                     v41 = ireduce.i32 v68
;;                                     v21 = iconst.i32 1
;;                                     v22 = iadd v41, v21  ; v21 = 1
;;                                     v37 = uextend.i64 v22
;; @0048                               jump block9(v37, v63)
;;
;;                                 block9(v42: i64, v43: i32):
;;                                     v44 = ireduce.i32 v42
;;                                     v45 = iconst.i64 0x7000_0000
;;                                     v46 = iadd v42, v45  ; v45 = 0x7000_0000
;; @0007                               v47 = uload8.i32 little v46
;; @001f                               br_table v47, block4(v43), [block6(v43, v42), block7(v47, v43, v42), block8(v43, v42), block5(v43, v42)]
;;
;;                                 block4(v65: i32):
;; @004e                               return v65
;; }
