;;! stage = "clif"
;;! memory = "checked"
;; Each vector access is checked, and performed, in the width that its operator names.
(module
  (memory 1)
  (func (export "_start") (local $v v128)
    (local.set $v (v128.load (i32.const 0)))
    (local.set $v (v128.load8x8_s (i32.const 0)))
    (local.set $v (v128.load32x2_u (i32.const 0)))
    (local.set $v (v128.load16_splat (i32.const 0)))
    (local.set $v (v128.load32_zero (i32.const 0)))
    (local.set $v (v128.load8_lane 3 (i32.const 0) (local.get $v)))
    (v128.store64_lane 1 (i32.const 0) (local.get $v))
    (v128.store (i32.const 0) (local.get $v))))

;; ;; simd_memory.wat function 0 ""
;; function u0:1() tail {
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0:
;;                                     v0 = vconst.i8x16 const0
;; @0003                               v1 = iconst.i32 0
;; @0005                               v2 = uextend.i64 v1  ; v1 = 0
;; @0005                               v3 = iconst.i64 0x0100_0048
;; @0005                               v4 = load.i64 notrap aligned v3  ; v3 = 0x0100_0048
;; @0005                               v5 = iconst.i64 16
;; @0005                               v6 = iadd v2, v5  ; v5 = 16
;; @0005                               v7 = icmp ugt v6, v4
;; @0005                               trapnz v7, heap_oob
;; @0005                               v8 = iconst.i64 0x7000_0000
;; @0005                               v9 = iadd v2, v8  ; v8 = 0x7000_0000
;; @0005                               v10 = load.i8x16 little v9
;; @000b                               v11 = iconst.i32 0
;; @000d                               v12 = uextend.i64 v11  ; v11 = 0
;; @000d                               v13 = iconst.i64 0x0100_0048
;; @000d                               v14 = load.i64 notrap aligned v13  ; v13 = 0x0100_0048
;; @000d                               v15 = iconst.i64 8
;; @000d                               v16 = iadd v12, v15  ; v15 = 8
;; @000d                               v17 = icmp ugt v16, v14
;; @000d                               trapnz v17, heap_oob
;; @000d                               v18 = iconst.i64 0x7000_0000
;; @000d                               v19 = iadd v12, v18  ; v18 = 0x7000_0000
;; @000d                               v20 = sload8x8 little v19
;; @000d                               v21 = bitcast.i8x16 little v20
;; @0013                               v22 = iconst.i32 0
;; @0015                               v23 = uextend.i64 v22  ; v22 = 0
;; @0015                               v24 = iconst.i64 0x0100_0048
;; @0015                               v25 = load.i64 notrap aligned v24  ; v24 = 0x0100_0048
;; @0015                               v26 = iconst.i64 8
;; @0015                               v27 = iadd v23, v26  ; v26 = 8
;; @0015                               v28 = icmp ugt v27, v25
;; @0015                               trapnz v28, heap_oob
;; @0015                               v29 = iconst.i64 0x7000_0000
;; @0015                               v30 = iadd v23, v29  ; v29 = 0x7000_0000
;; @0015                               v31 = uload32x2 little v30
;; @0015                               v32 = bitcast.i8x16 little v31
;; @001b                               v33 = iconst.i32 0
;; @001d                               v34 = uextend.i64 v33  ; v33 = 0
;; @001d                               v35 = iconst.i64 0x0100_0048
;; @001d                               v36 = load.i64 notrap aligned v35  ; v35 = 0x0100_0048
;; @001d                               v37 = iconst.i64 2
;; @001d                               v38 = iadd v34, v37  ; v37 = 2
;; @001d                               v39 = icmp ugt v38, v36
;; @001d                               trapnz v39, heap_oob
;; @001d                               v40 = iconst.i64 0x7000_0000
;; @001d                               v41 = iadd v34, v40  ; v40 = 0x7000_0000
;; @001d                               v42 = load.i16 little v41
;; @001d                               v43 = splat.i16x8 v42
;; @001d                               v44 = bitcast.i8x16 little v43
;; @0023                               v45 = iconst.i32 0
;; @0025                               v46 = uextend.i64 v45  ; v45 = 0
;; @0025                               v47 = iconst.i64 0x0100_0048
;; @0025                               v48 = load.i64 notrap aligned v47  ; v47 = 0x0100_0048
;; @0025                               v49 = iconst.i64 4
;; @0025                               v50 = iadd v46, v49  ; v49 = 4
;; @0025                               v51 = icmp ugt v50, v48
;; @0025                               trapnz v51, heap_oob
;; @0025                               v52 = iconst.i64 0x7000_0000
;; @0025                               v53 = iadd v46, v52  ; v52 = 0x7000_0000
;; @0025                               v54 = load.i32 little v53
;; @0025                               v55 = scalar_to_vector.i32x4 v54
;; @0025                               v56 = bitcast.i8x16 little v55
;; @002b                               v57 = iconst.i32 0
;; @002f                               v58 = uextend.i64 v57  ; v57 = 0
;; @002f                               v59 = iconst.i64 0x0100_0048
;; @002f                               v60 = load.i64 notrap aligned v59  ; v59 = 0x0100_0048
;; @002f                               v61 = iconst.i64 1
;; @002f                               v62 = iadd v58, v61  ; v61 = 1
;; @002f                               v63 = icmp ugt v62, v60
;; @002f                               trapnz v63, heap_oob
;; @002f                               v64 = iconst.i64 0x7000_0000
;; @002f                               v65 = iadd v58, v64  ; v64 = 0x7000_0000
;; @002f                               v66 = load.i8 little v65
;; @002f                               v67 = insertlane v56, v66, 3
;; @0036                               v68 = iconst.i32 0
;; @003a                               v69 = bitcast.i64x2 little v67
;; @003a                               v70 = uextend.i64 v68  ; v68 = 0
;; @003a                               v71 = iconst.i64 0x0100_0048
;; @003a                               v72 = load.i64 notrap aligned v71  ; v71 = 0x0100_0048
;; @003a                               v73 = iconst.i64 8
;; @003a                               v74 = iadd v70, v73  ; v73 = 8
;; @003a                               v75 = icmp ugt v74, v72
;; @003a                               trapnz v75, heap_oob
;; @003a                               v76 = iconst.i64 0x7000_0000
;; @003a                               v77 = iadd v70, v76  ; v76 = 0x7000_0000
;; @003a                               v78 = extractlane v69, 1
;; @003a                               store little v78, v77
;; @003f                               v79 = iconst.i32 0
;; @0043                               v80 = uextend.i64 v79  ; v79 = 0
;; @0043                               v81 = iconst.i64 0x0100_0048
;; @0043                               v82 = load.i64 notrap aligned v81  ; v81 = 0x0100_0048
;; @0043                               v83 = iconst.i64 16
;; @0043                               v84 = iadd v80, v83  ; v83 = 16
;; @0043                               v85 = icmp ugt v84, v82
;; @0043                               trapnz v85, heap_oob
;; @0043                               v86 = iconst.i64 0x7000_0000
;; @0043                               v87 = iadd v80, v86  ; v86 = 0x7000_0000
;; @0043                               store little v67, v87
;; @0047                               jump block1
;;
;;                                 block1:
;; @0047                               return
;; }
