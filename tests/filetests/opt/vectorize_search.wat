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
;;                                     v26 = iconst.i32 0
;;                                     v5 = iconst.i64 0x7000_0000
;;                                     v85 = iconst.i64 8
;; @0008                               jump block4(v85, v26)  ; v85 = 8, v26 = 0
;;
;;                                 block10:
;; @000c                               v12 = iconst.i32 1
;; @0015                               v10 = iadd.i32 v3, v12  ; v12 = 1
;;                                     v86 = uextend.i64 v10
;; @000c                               brif.i32 v25, block4(v86, v25), block11
;;
;;                                 block11:
;; @000c                               jump block12
;;
;;                                 block12:
;; @000c                               v14 = iconst.i64 0x0100_0048
;; @000c                               v15 = load.i64 notrap aligned v14  ; v14 = 0x0100_0048
;;                                     v69 = iadd.i32 v3, v12  ; v12 = 1
;;                                     v70 = uextend.i64 v69
;; @000c                               v16 = iconst.i64 1
;; @000c                               v17 = iadd v70, v16  ; v16 = 1
;; @000c                               v18 = icmp ule v17, v15
;; @000c                               v19 = isub v15, v17
;; @000c                               v21 = iadd v19, v16  ; v16 = 1
;; @000c                               v22 = iconst.i64 15
;; @000c                               v23 = icmp ugt v21, v22  ; v22 = 15
;; @000c                               v24 = band v18, v23
;; @000c                               brif v24, block13, block19
;;
;;                                 block19:
;;                                     v71 = iadd.i32 v3, v12  ; v12 = 1
;;                                     v72 = iconst.i32 1
;;                                     v87 = uextend.i64 v71
;;                                     jump block4(v87, v72)  ; v72 = 1
;;
;;                                 block13:
;; @000c                               v31 = iconst.i64 0
;;                                     v64 = vconst.i8x16 const0
;; @000c                               v27 = iconst.i64 16
;;                                     v59 = iconst.i64 -16
;;                                     v79 = iadd.i64 v19, v16  ; v16 = 1
;;                                     v80 = band v79, v59  ; v59 = -16
;; @000c                               jump block14(v31)  ; v31 = 0
;;
;;                                 block14(v35: i64):
;; @000c                               v36 = ireduce.i32 v35
;;                                     v73 = iadd.i32 v3, v12  ; v12 = 1
;;                                     v74 = iadd v73, v36
;; @000c                               v38 = uextend.i64 v74
;;                                     v75 = iconst.i64 0x7000_0000
;;                                     v76 = iadd v38, v75  ; v75 = 0x7000_0000
;; @000c                               v41 = load.i8x16 little v76
;; @000c                               v42 = icmp eq v41, v64  ; v64 = const0
;; @000c                               v43 = vhigh_bits.i32 v42
;; @000c                               brif v43, block15, block16
;;
;;                                 block15:
;; @000c                               v44 = ctz.i32 v43
;; @000c                               v45 = uextend.i64 v44
;; @000c                               v46 = iadd.i64 v35, v45
;; @000c                               jump block17(v46)
;;
;;                                 block16:
;;                                     v77 = iconst.i64 16
;;                                     v78 = iadd.i64 v35, v77  ; v77 = 16
;; @000c                               v49 = icmp ult v78, v80
;; @000c                               brif v49, block14(v78), block18
;;
;;                                 block18:
;; @000c                               jump block17(v78)
;;
;;                                 block17(v50: i64):
;; @000c                               v51 = ireduce.i32 v50
;;                                     v81 = iadd.i32 v3, v12  ; v12 = 1
;;                                     v82 = iadd v81, v51
;;                                     v83 = iconst.i32 1
;;                                     v88 = uextend.i64 v82
;; @000c                               jump block4(v88, v83)  ; v83 = 1
;;
;;                                 block4(v84: i64, v25: i32):
;;                                     v3 = ireduce.i32 v84
;;                                     v67 = iconst.i64 0x7000_0000
;;                                     v68 = iadd v84, v67  ; v67 = 0x7000_0000
;; @000c                               v8 = uload8.i32 little v68
;; @000f                               brif v8, block6, block7
;;
;;                                 block6:
;; @0018                               jump block10
;;
;;                                 block7:
;; @0006                               return
;; }
