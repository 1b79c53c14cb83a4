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
;;                                     v36 = iconst.i64 0x0001_6fff_ffff
;;                                     v26 = iconst.i64 0xefff_fffd
;;                                     v16 = iconst.i64 0xefff_fffc
;;                                     v11 = iconst.i64 0x8000_0000
;;                                     v2 = iconst.i64 0x7000_0000
;; @0001                               v0 = iconst.i32 8
;; @0003                               v1 = uextend.i64 v0  ; v0 = 8
;; @0003                               v3 = iadd v1, v2  ; v2 = 0x7000_0000
;; @0003                               v4 = load.i32 little v3
;; @0007                               v5 = iconst.i32 8
;; @0009                               v6 = uextend.i64 v5  ; v5 = 8
;; @0009                               v7 = iadd v6, v2  ; v2 = 0x7000_0000
;; @0009                               v8 = load.i32 little v7+0x0fff_ffff
;; @0010                               v9 = iconst.i32 8
;; @0012                               v10 = uextend.i64 v9  ; v9 = 8
;; @0012                               v12 = iadd v10, v11  ; v11 = 0x8000_0000
;; @0012                               v13 = load.i32 little v12
;; @001a                               v14 = iconst.i32 8
;; @001c                               v15 = uextend.i64 v14  ; v14 = 8
;; @001c                               v17 = iadd v15, v16  ; v16 = 0xefff_fffc
;; @001c                               v18 = load.i32 little v17
;; @0024                               v19 = iconst.i32 8
;; @0026                               v20 = uextend.i64 v19  ; v19 = 8
;; @0026                               v21 = iconst.i64 0x0100_0048
;; @0026                               v22 = load.i64 notrap aligned v21  ; v21 = 0x0100_0048
;; @0026                               v23 = iconst.i64 0x8000_0001
;; @0026                               v24 = iadd v20, v23  ; v23 = 0x8000_0001
;; @0026                               v25 = icmp ugt v24, v22
;; @0026                               trapnz v25, heap_oob
;; @0026                               v27 = iadd v20, v26  ; v26 = 0xefff_fffd
;; @0026                               v28 = load.i32 little v27
;; @002e                               v29 = iconst.i32 8
;; @0030                               v30 = uextend.i64 v29  ; v29 = 8
;; @0030                               v31 = iconst.i64 0x0100_0048
;; @0030                               v32 = load.i64 notrap aligned v31  ; v31 = 0x0100_0048
;; @0030                               v33 = iconst.i64 0x0001_0000_0003
;; @0030                               v34 = iadd v30, v33  ; v33 = 0x0001_0000_0003
;; @0030                               v35 = icmp ugt v34, v32
;; @0030                               trapnz v35, heap_oob
;; @0030                               v37 = iadd v30, v36  ; v36 = 0x0001_6fff_ffff
;; @0030                               v38 = load.i32 little v37
;; @0038                               jump block1
;;
;;                                 block1:
;; @0038                               return
;; }
