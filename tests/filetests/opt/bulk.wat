;;! pass = "-inline"
;;! stage = "opt"
;; Copies and fills of few bytes load everything, then store; the last piece overlaps the one before. The
;; checks stay. Longer ones are calls.
(module
  (memory 1)
  (func $copy (param i32 i32)
    (memory.copy (local.get 0) (local.get 1) (i32.const 37)))
  (func $fill (param i32 i32)
    (memory.fill (local.get 0) (local.get 1) (i32.const 6))
    (memory.fill (local.get 0) (i32.const 0) (i32.const 16)))
  (func $long (param i32 i32)
    (memory.copy (local.get 0) (local.get 1) (i32.const 129)))
  (global $any (mut i32) (i32.const 7))
  (func (export "_start")
    (global.set $any (i32.const 9))
    (call $copy (global.get $any) (global.get $any))
    (call $fill (global.get $any) (global.get $any))
    (call $long (global.get $any) (global.get $any))))

;; ;; bulk.wat function 0 "copy"
;; function u0:1(i32, i32) tail {
;;     sig0 = (i64, i64, i64) system_v
;;     fn0 = colocated u0:8 sig0
;;
;;                                 block0(v0: i32, v1: i32):
;; @0007                               v6 = iconst.i64 0x0100_0048
;; @0007                               v7 = load.i64 notrap aligned v6  ; v6 = 0x0100_0048
;; @0007                               v4 = uextend.i64 v1
;; @0007                               v3 = iconst.i64 37
;; @0007                               v8 = iadd v4, v3  ; v3 = 37
;; @0007                               v9 = icmp ugt v8, v7
;; @0007                               trapnz v9, heap_oob
;; @0007                               v5 = uextend.i64 v0
;; @0007                               v12 = iadd v5, v3  ; v3 = 37
;; @0007                               v13 = icmp ugt v12, v7
;; @0007                               trapnz v13, heap_oob
;; @0007                               v14 = iconst.i64 0x7000_0000
;; @0007                               v17 = iadd v4, v14  ; v14 = 0x7000_0000
;; @0007                               v18 = load.i8x16 notrap little v17
;; @0007                               v19 = load.i8x16 notrap little v17+16
;; @0007                               v20 = load.i8x16 notrap little v17+21
;; @0007                               v15 = iadd v5, v14  ; v14 = 0x7000_0000
;; @0007                               store notrap little v18, v15
;; @0007                               store notrap little v19, v15+16
;; @0007                               store notrap little v20, v15+21
;; @000b                               return
;; }
;;
;; ;; bulk.wat function 1 "fill"
;; function u0:2(i32, i32) tail {
;;     sig0 = (i64, i32, i64) system_v
;;     fn0 = colocated u0:9 sig0
;;     const0 = 0x00000000000000000000000000000000
;;
;;                                 block0(v0: i32, v1: i32):
;; @0007                               v5 = iconst.i64 0x0100_0048
;; @0007                               v6 = load.i64 notrap aligned v5  ; v5 = 0x0100_0048
;; @0007                               v4 = uextend.i64 v0
;; @0007                               v3 = iconst.i64 6
;; @0007                               v7 = iadd v4, v3  ; v3 = 6
;; @0007                               v8 = icmp ugt v7, v6
;; @0007                               trapnz v8, heap_oob
;;                                     v31 = iconst.i32 255
;;                                     v32 = band v1, v31  ; v31 = 255
;;                                     v35 = iconst.i32 0x0101_0101
;;                                     v36 = imul v32, v35  ; v35 = 0x0101_0101
;; @0007                               v9 = iconst.i64 0x7000_0000
;; @0007                               v10 = iadd v4, v9  ; v9 = 0x7000_0000
;; @0007                               store notrap little v36, v10
;; @0007                               store notrap little v36, v10+2
;; @0010                               v16 = load.i64 notrap aligned v5  ; v5 = 0x0100_0048
;; @0010                               v13 = iconst.i64 16
;; @0010                               v17 = iadd v4, v13  ; v13 = 16
;; @0010                               v18 = icmp ugt v17, v16
;; @0010                               trapnz v18, heap_oob
;; @0010                               v27 = vconst.i8x16 const0
;; @0010                               store notrap little v27, v10  ; v27 = const0
;; @0013                               return
;; }
;;
;; ;; bulk.wat function 2 "long"
;; function u0:3(i32, i32) tail {
;;     sig0 = (i64, i64, i64) system_v
;;     fn0 = colocated u0:8 sig0
;;
;;                                 block0(v0: i32, v1: i32):
;; @0008                               v6 = iconst.i64 0x0100_0048
;; @0008                               v7 = load.i64 notrap aligned v6  ; v6 = 0x0100_0048
;; @0008                               v4 = uextend.i64 v1
;; @0008                               v3 = iconst.i64 129
;; @0008                               v8 = iadd v4, v3  ; v3 = 129
;; @0008                               v9 = icmp ugt v8, v7
;; @0008                               trapnz v9, heap_oob
;; @0008                               v5 = uextend.i64 v0
;; @0008                               v12 = iadd v5, v3  ; v3 = 129
;; @0008                               v13 = icmp ugt v12, v7
;; @0008                               trapnz v13, heap_oob
;; @0008                               v14 = iconst.i64 0x7000_0000
;; @0008                               v15 = iadd v5, v14  ; v14 = 0x7000_0000
;; @0008                               v17 = iadd v4, v14  ; v14 = 0x7000_0000
;; @0008                               call fn0(v15, v17, v3)  ; v3 = 129
;; @000c                               return
;; }
;;
;; ;; bulk.wat function 3 ""
;; function u0:4() tail {
;;     sig0 = (i32, i32) tail
;;     sig1 = (i32, i32) tail
;;     sig2 = (i32, i32) tail
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:2 sig1
;;     fn2 = colocated u0:3 sig2
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 9
;; @0003                               v1 = iconst.i64 0x0100_0068
;; @0003                               store notrap aligned v0, v1  ; v0 = 9, v1 = 0x0100_0068
;; @0009                               call fn0(v0, v0)  ; v0 = 9, v0 = 9
;; @000b                               v7 = load.i32 notrap aligned v1  ; v1 = 0x0100_0068
;; @000f                               call fn1(v7, v7)
;; @0011                               v11 = load.i32 notrap aligned v1  ; v1 = 0x0100_0068
;; @0015                               call fn2(v11, v11)
;; @0017                               return
;; }
