;;! stage = "clif"
;; A narrow load is one instruction that extends, as signed or unsigned, to the width of its result.
(module
  (memory 1)
  (func (export "_start")
    (drop (i32.load8_s (i32.const 0)))
    (drop (i32.load8_u (i32.const 0)))
    (drop (i32.load16_s (i32.const 0)))
    (drop (i32.load16_u (i32.const 0)))
    (drop (i64.load8_s (i32.const 0)))
    (drop (i64.load8_u (i32.const 0)))
    (drop (i64.load16_s (i32.const 0)))
    (drop (i64.load16_u (i32.const 0)))
    (drop (i64.load32_s (i32.const 0)))
    (drop (i64.load32_u (i32.const 0)))))

;; ;; load_extend.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = uextend.i64 v0  ; v0 = 0
;; @0003                               v2 = iconst.i64 0x7000_0000
;; @0003                               v3 = iadd v1, v2  ; v2 = 0x7000_0000
;; @0003                               v4 = sload8.i32 little v3
;; @0007                               v5 = iconst.i32 0
;; @0009                               v6 = uextend.i64 v5  ; v5 = 0
;; @0009                               v7 = iconst.i64 0x7000_0000
;; @0009                               v8 = iadd v6, v7  ; v7 = 0x7000_0000
;; @0009                               v9 = uload8.i32 little v8
;; @000d                               v10 = iconst.i32 0
;; @000f                               v11 = uextend.i64 v10  ; v10 = 0
;; @000f                               v12 = iconst.i64 0x7000_0000
;; @000f                               v13 = iadd v11, v12  ; v12 = 0x7000_0000
;; @000f                               v14 = sload16.i32 little v13
;; @0013                               v15 = iconst.i32 0
;; @0015                               v16 = uextend.i64 v15  ; v15 = 0
;; @0015                               v17 = iconst.i64 0x7000_0000
;; @0015                               v18 = iadd v16, v17  ; v17 = 0x7000_0000
;; @0015                               v19 = uload16.i32 little v18
;; @0019                               v20 = iconst.i32 0
;; @001b                               v21 = uextend.i64 v20  ; v20 = 0
;; @001b                               v22 = iconst.i64 0x7000_0000
;; @001b                               v23 = iadd v21, v22  ; v22 = 0x7000_0000
;; @001b                               v24 = sload8.i64 little v23
;; @001f                               v25 = iconst.i32 0
;; @0021                               v26 = uextend.i64 v25  ; v25 = 0
;; @0021                               v27 = iconst.i64 0x7000_0000
;; @0021                               v28 = iadd v26, v27  ; v27 = 0x7000_0000
;; @0021                               v29 = uload8.i64 little v28
;; @0025                               v30 = iconst.i32 0
;; @0027                               v31 = uextend.i64 v30  ; v30 = 0
;; @0027                               v32 = iconst.i64 0x7000_0000
;; @0027                               v33 = iadd v31, v32  ; v32 = 0x7000_0000
;; @0027                               v34 = sload16.i64 little v33
;; @002b                               v35 = iconst.i32 0
;; @002d                               v36 = uextend.i64 v35  ; v35 = 0
;; @002d                               v37 = iconst.i64 0x7000_0000
;; @002d                               v38 = iadd v36, v37  ; v37 = 0x7000_0000
;; @002d                               v39 = uload16.i64 little v38
;; @0031                               v40 = iconst.i32 0
;; @0033                               v41 = uextend.i64 v40  ; v40 = 0
;; @0033                               v42 = iconst.i64 0x7000_0000
;; @0033                               v43 = iadd v41, v42  ; v42 = 0x7000_0000
;; @0033                               v44 = sload32 little v43
;; @0037                               v45 = iconst.i32 0
;; @0039                               v46 = uextend.i64 v45  ; v45 = 0
;; @0039                               v47 = iconst.i64 0x7000_0000
;; @0039                               v48 = iadd v46, v47  ; v47 = 0x7000_0000
;; @0039                               v49 = uload32 little v48
;; @003d                               jump block1
;;
;;                                 block1:
;; @003d                               return
;; }
