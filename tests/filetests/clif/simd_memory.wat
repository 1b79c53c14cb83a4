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
;;                                     v8 = iconst.i64 0x7000_0000
;;                                     v0 = vconst.i8x16 const0
;; @0003                               v1 = iconst.i32 0
;; @0005                               v2 = uextend.i64 v1  ; v1 = 0
;; @0005                               v3 = iconst.i64 0x0100_0048
;; @0005                               v4 = load.i64 notrap aligned v3  ; v3 = 0x0100_0048
;; @0005                               v5 = iconst.i64 16
;; @0005                               v6 = iadd v2, v5  ; v5 = 16
;; @0005                               v7 = icmp ugt v6, v4
;; @0005                               trapnz v7, heap_oob
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
;; @000d                               v18 = iadd v12, v8  ; v8 = 0x7000_0000
;; @000d                               v19 = sload8x8 little v18
;; @000d                               v20 = bitcast.i8x16 little v19
;; @0013                               v21 = iconst.i32 0
;; @0015                               v22 = uextend.i64 v21  ; v21 = 0
;; @0015                               v23 = iconst.i64 0x0100_0048
;; @0015                               v24 = load.i64 notrap aligned v23  ; v23 = 0x0100_0048
;; @0015                               v25 = iconst.i64 8
;; @0015                               v26 = iadd v22, v25  ; v25 = 8
;; @0015                               v27 = icmp ugt v26, v24
;; @0015                               trapnz v27, heap_oob
;; @0015                               v28 = iadd v22, v8  ; v8 = 0x7000_0000
;; @0015                               v29 = uload32x2 little v28
;; @0015                               v30 = bitcast.i8x16 little v29
;; @001b                               v31 = iconst.i32 0
;; @001d                               v32 = uextend.i64 v31  ; v31 = 0
;; @001d                               v33 = iconst.i64 0x0100_0048
;; @001d                               v34 = load.i64 notrap aligned v33  ; v33 = 0x0100_0048
;; @001d                               v35 = iconst.i64 2
;; @001d                               v36 = iadd v32, v35  ; v35 = 2
;; @001d                               v37 = icmp ugt v36, v34
;; @001d                               trapnz v37, heap_oob
;; @001d                               v38 = iadd v32, v8  ; v8 = 0x7000_0000
;; @001d                               v39 = load.i16 little v38
;; @001d                               v40 = splat.i16x8 v39
;; @001d                               v41 = bitcast.i8x16 little v40
;; @0023                               v42 = iconst.i32 0
;; @0025                               v43 = uextend.i64 v42  ; v42 = 0
;; @0025                               v44 = iconst.i64 0x0100_0048
;; @0025                               v45 = load.i64 notrap aligned v44  ; v44 = 0x0100_0048
;; @0025                               v46 = iconst.i64 4
;; @0025                               v47 = iadd v43, v46  ; v46 = 4
;; @0025                               v48 = icmp ugt v47, v45
;; @0025                               trapnz v48, heap_oob
;; @0025                               v49 = iadd v43, v8  ; v8 = 0x7000_0000
;; @0025                               v50 = load.i32 little v49
;; @0025                               v51 = scalar_to_vector.i32x4 v50
;; @0025                               v52 = bitcast.i8x16 little v51
;; @002b                               v53 = iconst.i32 0
;; @002f                               v54 = uextend.i64 v53  ; v53 = 0
;; @002f                               v55 = iconst.i64 0x0100_0048
;; @002f                               v56 = load.i64 notrap aligned v55  ; v55 = 0x0100_0048
;; @002f                               v57 = iconst.i64 1
;; @002f                               v58 = iadd v54, v57  ; v57 = 1
;; @002f                               v59 = icmp ugt v58, v56
;; @002f                               trapnz v59, heap_oob
;; @002f                               v60 = iadd v54, v8  ; v8 = 0x7000_0000
;; @002f                               v61 = load.i8 little v60
;; @002f                               v62 = insertlane v52, v61, 3
;; @0036                               v63 = iconst.i32 0
;; @003a                               v64 = bitcast.i64x2 little v62
;; @003a                               v65 = uextend.i64 v63  ; v63 = 0
;; @003a                               v66 = iconst.i64 0x0100_0048
;; @003a                               v67 = load.i64 notrap aligned v66  ; v66 = 0x0100_0048
;; @003a                               v68 = iconst.i64 8
;; @003a                               v69 = iadd v65, v68  ; v68 = 8
;; @003a                               v70 = icmp ugt v69, v67
;; @003a                               trapnz v70, heap_oob
;; @003a                               v71 = iadd v65, v8  ; v8 = 0x7000_0000
;; @003a                               v72 = extractlane v64, 1
;; @003a                               store little v72, v71
;; @003f                               v73 = iconst.i32 0
;; @0043                               v74 = uextend.i64 v73  ; v73 = 0
;; @0043                               v75 = iconst.i64 0x0100_0048
;; @0043                               v76 = load.i64 notrap aligned v75  ; v75 = 0x0100_0048
;; @0043                               v77 = iconst.i64 16
;; @0043                               v78 = iadd v74, v77  ; v77 = 16
;; @0043                               v79 = icmp ugt v78, v76
;; @0043                               trapnz v79, heap_oob
;; @0043                               v80 = iadd v74, v8  ; v8 = 0x7000_0000
;; @0043                               store little v62, v80
;; @0047                               jump block1
;;
;;                                 block1:
;; @0047                               return
;; }
