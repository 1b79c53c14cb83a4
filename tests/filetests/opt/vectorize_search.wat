;;! stage = "opt"
;; From the second iteration on, a search looks at 16 bytes at a time, as long as they are inside the memory.
(module
  (memory 1)
  (func (export "_start") (drop (call $length (i32.const 8))))
  (func $length (param $at i32) (result i32)
    (loop $next
      (if (i32.load8_u (local.get $at))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (local.get $at)))

;; ;; vectorize_search.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 8
;;                                     v26 = iconst.i32 4
;;                                     v5 = iconst.i64 0x7000_0000
;;                                     v86 = iconst.i64 8
;; @0008                               jump block4(v86, v26)  ; v86 = 8, v26 = 4
;;
;;                                 block10:
;; @000c                               v27 = iconst.i32 -1
;; @000c                               v54 = iconst.i32 1
;; @0015                               v10 = iadd.i32 v3, v54  ; v54 = 1
;; @000c                               v28 = iadd.i32 v25, v27  ; v27 = -1
;;                                     v87 = uextend.i64 v10
;; @000c                               brif v28, block4(v87, v28), block11
;;
;;                                 block11:
;; @000c                               jump block12
;;
;;                                 block12:
;; @000c                               v14 = iconst.i64 0x0100_0048
;; @000c                               v15 = load.i64 notrap aligned v14  ; v14 = 0x0100_0048
;;                                     v71 = iadd.i32 v3, v54  ; v54 = 1
;;                                     v72 = uextend.i64 v71
;; @000c                               v16 = iconst.i64 1
;; @000c                               v17 = iadd v72, v16  ; v16 = 1
;; @000c                               v18 = icmp ule v17, v15
;; @000c                               v19 = isub v15, v17
;; @000c                               v21 = iadd v19, v16  ; v16 = 1
;; @000c                               v22 = iconst.i64 15
;; @000c                               v23 = icmp ugt v21, v22  ; v22 = 15
;; @000c                               v24 = band v18, v23
;; @000c                               brif v24, block13, block19
;;
;;                                 block19:
;;                                     v73 = iadd.i32 v3, v54  ; v54 = 1
;; @000c                               v12 = iconst.i32 0
;;                                     v88 = uextend.i64 v73
;;                                     jump block4(v88, v12)  ; v12 = 0
;;
;;                                 block13:
;; @000c                               v33 = iconst.i64 0
;;                                     v66 = vconst.i8x16 const0
;; @000c                               v29 = iconst.i64 16
;;                                     v61 = iconst.i64 -16
;;                                     v80 = iadd.i64 v19, v16  ; v16 = 1
;;                                     v81 = band v80, v61  ; v61 = -16
;; @000c                               jump block14(v33)  ; v33 = 0
;;
;;                                 block14(v37: i64):
;; @000c                               v38 = ireduce.i32 v37
;;                                     v74 = iadd.i32 v3, v54  ; v54 = 1
;;                                     v75 = iadd v74, v38
;; @000c                               v40 = uextend.i64 v75
;;                                     v76 = iconst.i64 0x7000_0000
;;                                     v77 = iadd v40, v76  ; v76 = 0x7000_0000
;; @000c                               v43 = load.i8x16 little v77
;; @000c                               v44 = icmp eq v43, v66  ; v66 = const0
;; @000c                               v45 = vhigh_bits.i32 v44
;; @000c                               brif v45, block15, block16
;;
;;                                 block15:
;; @000c                               v46 = ctz.i32 v45
;; @000c                               v47 = uextend.i64 v46
;; @000c                               v48 = iadd.i64 v37, v47
;; @000c                               jump block17(v48)
;;
;;                                 block16:
;;                                     v78 = iconst.i64 16
;;                                     v79 = iadd.i64 v37, v78  ; v78 = 16
;; @000c                               v51 = icmp ult v79, v81
;; @000c                               brif v51, block14(v79), block18
;;
;;                                 block18:
;; @000c                               jump block17(v79)
;;
;;                                 block17(v52: i64):
;; @000c                               v53 = ireduce.i32 v52
;;                                     v82 = iadd.i32 v3, v54  ; v54 = 1
;;                                     v83 = iadd v82, v53
;;                                     v84 = iconst.i32 0
;;                                     v89 = uextend.i64 v83
;; @000c                               jump block4(v89, v84)  ; v84 = 0
;;
;;                                 block4(v85: i64, v25: i32):
;;                                     v3 = ireduce.i32 v85
;;                                     v69 = iconst.i64 0x7000_0000
;;                                     v70 = iadd v85, v69  ; v69 = 0x7000_0000
;; @000c                               v8 = uload8.i32 little v70
;; @000f                               brif v8, block6, block7
;;
;;                                 block6:
;; @0018                               jump block10
;;
;;                                 block7:
;; @0006                               return
;; }
