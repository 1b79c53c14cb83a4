;;! stage = "clif"
;; Stores of every width: the same addresses and checks as loads.
(module
  (memory 1)
  (func (export "_start")
    (i32.store8 (i32.const 8) (i32.const 1))
    (i32.store16 offset=4 (i32.const 8) (i32.const 1))
    (i32.store offset=0x7ffffffc (i32.const 8) (i32.const 1))
    (i64.store8 (i32.const 8) (i64.const 1))
    (i64.store16 (i32.const 8) (i64.const 1))
    (i64.store32 (i32.const 8) (i64.const 1))
    (i64.store offset=0x7ffffff9 (i32.const 8) (i64.const 1))
    (f32.store (i32.const 8) (f32.const 1))
    (f64.store (i32.const 8) (f64.const 1))))

;; ;; store_guard.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = iconst.i32 1
;; @0005                               v2 = uextend.i64 v0  ; v0 = 8
;; @0005                               v3 = iconst.i64 0x7000_0000
;; @0005                               v4 = iadd v2, v3  ; v3 = 0x7000_0000
;; @0005                               istore8 little v1, v4  ; v1 = 1
;; @0008                               v5 = iconst.i32 8
;; @000a                               v6 = iconst.i32 1
;; @000c                               v7 = uextend.i64 v5  ; v5 = 8
;; @000c                               v8 = iconst.i64 0x7000_0000
;; @000c                               v9 = iadd v7, v8  ; v8 = 0x7000_0000
;; @000c                               istore16 little v6, v9+4  ; v6 = 1
;; @000f                               v10 = iconst.i32 8
;; @0011                               v11 = iconst.i32 1
;; @0013                               v12 = uextend.i64 v10  ; v10 = 8
;; @0013                               v13 = iconst.i64 0xefff_fffc
;; @0013                               v14 = iadd v12, v13  ; v13 = 0xefff_fffc
;; @0013                               store little v11, v14  ; v11 = 1
;; @001a                               v15 = iconst.i32 8
;; @001c                               v16 = iconst.i64 1
;; @001e                               v17 = uextend.i64 v15  ; v15 = 8
;; @001e                               v18 = iconst.i64 0x7000_0000
;; @001e                               v19 = iadd v17, v18  ; v18 = 0x7000_0000
;; @001e                               istore8 little v16, v19  ; v16 = 1
;; @0021                               v20 = iconst.i32 8
;; @0023                               v21 = iconst.i64 1
;; @0025                               v22 = uextend.i64 v20  ; v20 = 8
;; @0025                               v23 = iconst.i64 0x7000_0000
;; @0025                               v24 = iadd v22, v23  ; v23 = 0x7000_0000
;; @0025                               istore16 little v21, v24  ; v21 = 1
;; @0028                               v25 = iconst.i32 8
;; @002a                               v26 = iconst.i64 1
;; @002c                               v27 = uextend.i64 v25  ; v25 = 8
;; @002c                               v28 = iconst.i64 0x7000_0000
;; @002c                               v29 = iadd v27, v28  ; v28 = 0x7000_0000
;; @002c                               istore32 little v26, v29  ; v26 = 1
;; @002f                               v30 = iconst.i32 8
;; @0031                               v31 = iconst.i64 1
;; @0033                               v32 = uextend.i64 v30  ; v30 = 8
;; @0033                               v33 = iconst.i64 0x0100_0048
;; @0033                               v34 = load.i64 notrap aligned v33  ; v33 = 0x0100_0048
;; @0033                               v35 = iconst.i64 0x8000_0001
;; @0033                               v36 = iadd v32, v35  ; v35 = 0x8000_0001
;; @0033                               v37 = icmp ugt v36, v34
;; @0033                               trapnz v37, heap_oob
;; @0033                               v38 = iconst.i64 0xefff_fff9
;; @0033                               v39 = iadd v32, v38  ; v38 = 0xefff_fff9
;; @0033                               store little v31, v39  ; v31 = 1
;; @003a                               v40 = iconst.i32 8
;; @003c                               v41 = f32const 0x1.000000p0
;; @0041                               v42 = uextend.i64 v40  ; v40 = 8
;; @0041                               v43 = iconst.i64 0x7000_0000
;; @0041                               v44 = iadd v42, v43  ; v43 = 0x7000_0000
;; @0041                               store little v41, v44  ; v41 = 0x1.000000p0
;; @0044                               v45 = iconst.i32 8
;; @0046                               v46 = f64const 0x1.0000000000000p0
;; @004f                               v47 = uextend.i64 v45  ; v45 = 8
;; @004f                               v48 = iconst.i64 0x7000_0000
;; @004f                               v49 = iadd v47, v48  ; v48 = 0x7000_0000
;; @004f                               store little v46, v49  ; v46 = 0x1.0000000000000p0
;; @0052                               jump block1
;;
;;                                 block1:
;; @0052                               return
;; }
