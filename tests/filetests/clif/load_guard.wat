;;! stage = "clif"
;; With a guard of 2 GiB, a load is checked only if offset and width reach beyond it. Base and offset are
;; one displacement as long as they fit 31 bits together.
(module
  (memory 1)
  (func (export "_start")
    (drop (i32.load (i32.const 8)))
    (drop (i32.load offset=0x0fffffff (i32.const 8)))
    (drop (i32.load offset=0x10000000 (i32.const 8)))
    (drop (i32.load offset=0x7ffffffc (i32.const 8)))
    (drop (i32.load offset=0x7ffffffd (i32.const 8)))
    (drop (i32.load offset=0xffffffff (i32.const 8)))))

;; ;; load_guard.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = uextend.i64 v0  ; v0 = 8
;; @0003                               v2 = iconst.i64 0x7000_0000
;; @0003                               v3 = iadd v1, v2  ; v2 = 0x7000_0000
;; @0003                               v4 = load.i32 little v3
;; @0007                               v5 = iconst.i32 8
;; @0009                               v6 = uextend.i64 v5  ; v5 = 8
;; @0009                               v7 = iconst.i64 0x7000_0000
;; @0009                               v8 = iadd v6, v7  ; v7 = 0x7000_0000
;; @0009                               v9 = load.i32 little v8+0x0fff_ffff
;; @0010                               v10 = iconst.i32 8
;; @0012                               v11 = uextend.i64 v10  ; v10 = 8
;; @0012                               v12 = iconst.i64 0x8000_0000
;; @0012                               v13 = iadd v11, v12  ; v12 = 0x8000_0000
;; @0012                               v14 = load.i32 little v13
;; @001a                               v15 = iconst.i32 8
;; @001c                               v16 = uextend.i64 v15  ; v15 = 8
;; @001c                               v17 = iconst.i64 0xefff_fffc
;; @001c                               v18 = iadd v16, v17  ; v17 = 0xefff_fffc
;; @001c                               v19 = load.i32 little v18
;; @0024                               v20 = iconst.i32 8
;; @0026                               v21 = uextend.i64 v20  ; v20 = 8
;; @0026                               v22 = iconst.i64 0x0100_0048
;; @0026                               v23 = load.i64 notrap aligned v22  ; v22 = 0x0100_0048
;; @0026                               v24 = iconst.i64 0x8000_0001
;; @0026                               v25 = iadd v21, v24  ; v24 = 0x8000_0001
;; @0026                               v26 = icmp ugt v25, v23
;; @0026                               trapnz v26, heap_oob
;; @0026                               v27 = iconst.i64 0xefff_fffd
;; @0026                               v28 = iadd v21, v27  ; v27 = 0xefff_fffd
;; @0026                               v29 = load.i32 little v28
;; @002e                               v30 = iconst.i32 8
;; @0030                               v31 = uextend.i64 v30  ; v30 = 8
;; @0030                               v32 = iconst.i64 0x0100_0048
;; @0030                               v33 = load.i64 notrap aligned v32  ; v32 = 0x0100_0048
;; @0030                               v34 = iconst.i64 0x0001_0000_0003
;; @0030                               v35 = iadd v31, v34  ; v34 = 0x0001_0000_0003
;; @0030                               v36 = icmp ugt v35, v33
;; @0030                               trapnz v36, heap_oob
;; @0030                               v37 = iconst.i64 0x0001_6fff_ffff
;; @0030                               v38 = iadd v31, v37  ; v37 = 0x0001_6fff_ffff
;; @0030                               v39 = load.i32 little v38
;; @0038                               jump block1
;;
;;                                 block1:
;; @0038                               return
;; }
