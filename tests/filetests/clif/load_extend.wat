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
;;                                     v2 = iconst.i64 0x7000_0000
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = uextend.i64 v0  ; v0 = 0
;; @0003                               v3 = iadd v1, v2  ; v2 = 0x7000_0000
;; @0003                               v4 = sload8.i32 little v3
;; @0007                               v5 = iconst.i32 0
;; @0009                               v6 = uextend.i64 v5  ; v5 = 0
;; @0009                               v7 = iadd v6, v2  ; v2 = 0x7000_0000
;; @0009                               v8 = uload8.i32 little v7
;; @000d                               v9 = iconst.i32 0
;; @000f                               v10 = uextend.i64 v9  ; v9 = 0
;; @000f                               v11 = iadd v10, v2  ; v2 = 0x7000_0000
;; @000f                               v12 = sload16.i32 little v11
;; @0013                               v13 = iconst.i32 0
;; @0015                               v14 = uextend.i64 v13  ; v13 = 0
;; @0015                               v15 = iadd v14, v2  ; v2 = 0x7000_0000
;; @0015                               v16 = uload16.i32 little v15
;; @0019                               v17 = iconst.i32 0
;; @001b                               v18 = uextend.i64 v17  ; v17 = 0
;; @001b                               v19 = iadd v18, v2  ; v2 = 0x7000_0000
;; @001b                               v20 = sload8.i64 little v19
;; @001f                               v21 = iconst.i32 0
;; @0021                               v22 = uextend.i64 v21  ; v21 = 0
;; @0021                               v23 = iadd v22, v2  ; v2 = 0x7000_0000
;; @0021                               v24 = uload8.i64 little v23
;; @0025                               v25 = iconst.i32 0
;; @0027                               v26 = uextend.i64 v25  ; v25 = 0
;; @0027                               v27 = iadd v26, v2  ; v2 = 0x7000_0000
;; @0027                               v28 = sload16.i64 little v27
;; @002b                               v29 = iconst.i32 0
;; @002d                               v30 = uextend.i64 v29  ; v29 = 0
;; @002d                               v31 = iadd v30, v2  ; v2 = 0x7000_0000
;; @002d                               v32 = uload16.i64 little v31
;; @0031                               v33 = iconst.i32 0
;; @0033                               v34 = uextend.i64 v33  ; v33 = 0
;; @0033                               v35 = iadd v34, v2  ; v2 = 0x7000_0000
;; @0033                               v36 = sload32 little v35
;; @0037                               v37 = iconst.i32 0
;; @0039                               v38 = uextend.i64 v37  ; v37 = 0
;; @0039                               v39 = iadd v38, v2  ; v2 = 0x7000_0000
;; @0039                               v40 = uload32 little v39
;; @003d                               jump block1
;;
;;                                 block1:
;; @003d                               return
;; }
