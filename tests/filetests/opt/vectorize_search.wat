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
;;                                     v23 = iconst.i32 4
;;                                     v5 = iconst.i64 0x7000_0000
;;                                     v86 = iconst.i64 8
;; @0008                               jump block4(v86, v23)  ; v86 = 8, v23 = 4
;;
;;                                 block10:
;; @000c                               v24 = iconst.i32 -1
;; @000c                               v51 = iconst.i32 1
;; @0015                               v10 = iadd.i32 v3, v51  ; v51 = 1
;; @000c                               v25 = iadd.i32 v22, v24  ; v24 = -1
;;                                     v87 = uextend.i64 v10
;; @000c                               brif v25, block4(v87, v25), block11
;;
;;                                 block11:
;; @000c                               jump block12
;;
;;                                 block12:
;; @000c                               v14 = iconst.i64 0x0100_0048
;; @000c                               v15 = load.i64 notrap aligned v14  ; v14 = 0x0100_0048
;;                                     v68 = iadd.i32 v3, v51  ; v51 = 1
;;                                     v69 = uextend.i64 v68
;; @000c                               v16 = iconst.i64 16
;; @000c                               v17 = iadd v69, v16  ; v16 = 16
;; @000c                               v18 = icmp ule v17, v15
;; @000c                               brif v18, block13, block19
;;
;;                                 block19:
;; @000c                               v12 = iconst.i64 0
;;                                     jump block17(v12)  ; v12 = 0
;;
;;                                 block13:
;;                                     v70 = iconst.i64 0
;;                                     v63 = vconst.i8x16 const0
;;                                     v77 = iadd.i64 v69, v16  ; v16 = 16
;;                                     v78 = isub.i64 v15, v77
;;                                     v79 = iconst.i64 16
;;                                     v80 = iadd v78, v79  ; v79 = 16
;;                                     v58 = iconst.i64 -16
;;                                     v59 = band v80, v58  ; v58 = -16
;; @000c                               jump block14(v70)  ; v70 = 0
;;
;;                                 block14(v34: i64):
;; @000c                               v35 = ireduce.i32 v34
;;                                     v71 = iadd.i32 v3, v51  ; v51 = 1
;;                                     v72 = iadd v71, v35
;; @000c                               v37 = uextend.i64 v72
;;                                     v73 = iconst.i64 0x7000_0000
;;                                     v74 = iadd v37, v73  ; v73 = 0x7000_0000
;; @000c                               v40 = load.i8x16 little v74
;; @000c                               v41 = icmp eq v40, v63  ; v63 = const0
;; @000c                               v42 = vhigh_bits.i32 v41
;; @000c                               brif v42, block15, block16
;;
;;                                 block15:
;; @000c                               v43 = ctz.i32 v42
;; @000c                               v44 = uextend.i64 v43
;; @000c                               v45 = iadd.i64 v34, v44
;; @000c                               jump block17(v45)
;;
;;                                 block16:
;;                                     v75 = iconst.i64 16
;;                                     v76 = iadd.i64 v34, v75  ; v75 = 16
;;                                     v81 = band.i64 v80, v58  ; v58 = -16
;;                                     v82 = icmp ult v76, v81
;; @000c                               brif v82, block14(v76), block18
;;
;;                                 block18:
;; @000c                               jump block17(v76)
;;
;;                                 block17(v49: i64):
;; @000c                               v50 = ireduce.i32 v49
;;                                     v83 = iadd.i32 v3, v51  ; v51 = 1
;;                                     v84 = iadd v83, v50
;; @000c                               v31 = iconst.i32 0
;;                                     v88 = uextend.i64 v84
;; @000c                               jump block4(v88, v31)  ; v31 = 0
;;
;;                                 block4(v85: i64, v22: i32):
;;                                     v3 = ireduce.i32 v85
;;                                     v66 = iconst.i64 0x7000_0000
;;                                     v67 = iadd v85, v66  ; v66 = 0x7000_0000
;; @000c                               v8 = uload8.i32 little v67
;; @000f                               brif v8, block6, block7
;;
;;                                 block6:
;; @0018                               jump block10
;;
;;                                 block7:
;; @0006                               return
;; }
