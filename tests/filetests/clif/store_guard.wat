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
;;                                     v34 = iconst.i64 0xefff_fff9
;;                                     v12 = iconst.i64 0xefff_fffc
;;                                     v3 = iconst.i64 0x7000_0000
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = iconst.i32 1
;; @0005                               v2 = uextend.i64 v0  ; v0 = 8
;; @0005                               v4 = iadd v2, v3  ; v3 = 0x7000_0000
;; @0005                               istore8 little v1, v4  ; v1 = 1
;; @0008                               v5 = iconst.i32 8
;; @000a                               v6 = iconst.i32 1
;; @000c                               v7 = uextend.i64 v5  ; v5 = 8
;; @000c                               v8 = iadd v7, v3  ; v3 = 0x7000_0000
;; @000c                               istore16 little v6, v8+4  ; v6 = 1
;; @000f                               v9 = iconst.i32 8
;; @0011                               v10 = iconst.i32 1
;; @0013                               v11 = uextend.i64 v9  ; v9 = 8
;; @0013                               v13 = iadd v11, v12  ; v12 = 0xefff_fffc
;; @0013                               store little v10, v13  ; v10 = 1
;; @001a                               v14 = iconst.i32 8
;; @001c                               v15 = iconst.i64 1
;; @001e                               v16 = uextend.i64 v14  ; v14 = 8
;; @001e                               v17 = iadd v16, v3  ; v3 = 0x7000_0000
;; @001e                               istore8 little v15, v17  ; v15 = 1
;; @0021                               v18 = iconst.i32 8
;; @0023                               v19 = iconst.i64 1
;; @0025                               v20 = uextend.i64 v18  ; v18 = 8
;; @0025                               v21 = iadd v20, v3  ; v3 = 0x7000_0000
;; @0025                               istore16 little v19, v21  ; v19 = 1
;; @0028                               v22 = iconst.i32 8
;; @002a                               v23 = iconst.i64 1
;; @002c                               v24 = uextend.i64 v22  ; v22 = 8
;; @002c                               v25 = iadd v24, v3  ; v3 = 0x7000_0000
;; @002c                               istore32 little v23, v25  ; v23 = 1
;; @002f                               v26 = iconst.i32 8
;; @0031                               v27 = iconst.i64 1
;; @0033                               v28 = uextend.i64 v26  ; v26 = 8
;; @0033                               v29 = iconst.i64 0x0100_0048
;; @0033                               v30 = load.i64 notrap aligned v29  ; v29 = 0x0100_0048
;; @0033                               v31 = iconst.i64 0x8000_0001
;; @0033                               v32 = iadd v28, v31  ; v31 = 0x8000_0001
;; @0033                               v33 = icmp ugt v32, v30
;; @0033                               trapnz v33, heap_oob
;; @0033                               v35 = iadd v28, v34  ; v34 = 0xefff_fff9
;; @0033                               store little v27, v35  ; v27 = 1
;; @003a                               v36 = iconst.i32 8
;; @003c                               v37 = f32const 0x1.000000p0
;; @0041                               v38 = uextend.i64 v36  ; v36 = 8
;; @0041                               v39 = iadd v38, v3  ; v3 = 0x7000_0000
;; @0041                               store little v37, v39  ; v37 = 0x1.000000p0
;; @0044                               v40 = iconst.i32 8
;; @0046                               v41 = f64const 0x1.0000000000000p0
;; @004f                               v42 = uextend.i64 v40  ; v40 = 8
;; @004f                               v43 = iadd v42, v3  ; v3 = 0x7000_0000
;; @004f                               store little v41, v43  ; v41 = 0x1.0000000000000p0
;; @0052                               jump block1
;;
;;                                 block1:
;; @0052                               return
;; }
