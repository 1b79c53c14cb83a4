;;! pass = "-inline,-unify"
;;! stage = "opt"
;; Bytes in reverse become one instruction, whatever they were put together with; bytes of memory become one load,
;; unless something between the loads could tell.
(module
  (memory 1)
  (func (export "_start")
    (drop (call $reversed (i32.const 1)))
    (drop (call $reversed_low (i32.const 16)))
    (drop (call $big_endian (i32.const 16)))
    (drop (call $big_endian_short (i32.const 16)))
    (drop (call $little_endian (i32.const 16)))
    (drop (call $store_between (i32.const 16)))
    (drop (call $gap (i32.const 16))))
  (func $reversed (param $x i32) (result i32)
    (i32.or
      (i32.rotr (i32.and (local.get $x) (i32.const 0x00ff00ff)) (i32.const 8))
      (i32.and (i32.rotl (local.get $x) (i32.const 8)) (i32.const 0x00ff00ff))))
  (func $reversed_low (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.load16_u (local.get $p)))
    (i32.and
      (i32.const 0xffff)
      (i32.add (i32.shl (local.get $x) (i32.const 8)) (i32.shr_u (local.get $x) (i32.const 8)))))
  (func $big_endian (param $p i32) (result i32)
    (i32.or
      (i32.or
        (i32.shl (i32.load8_u offset=1 (local.get $p)) (i32.const 16))
        (i32.shl (i32.load8_u offset=2 (local.get $p)) (i32.const 8)))
      (i32.or
        (i32.shl (i32.load8_u (local.get $p)) (i32.const 24))
        (i32.load8_u offset=3 (local.get $p)))))
  (func $big_endian_short (param $p i32) (result i64)
    (i64.or
      (i64.shl (i64.load8_u offset=4 (local.get $p)) (i64.const 8))
      (i64.extend_i32_u (i32.load8_u offset=5 (local.get $p)))))
  (func $little_endian (param $p i32) (result i64)
    (i64.xor
      (i64.load32_u (local.get $p))
      (i64.shl (i64.load32_u offset=4 (local.get $p)) (i64.const 32))))
  (func $store_between (param $p i32) (result i32) (local $x i32)
    (local.set $x (i32.load8_u (local.get $p)))
    (i32.store8 offset=1 (local.get $p) (i32.const 0))
    (i32.or (i32.shl (local.get $x) (i32.const 8)) (i32.load8_u offset=1 (local.get $p))))
  (func $gap (param $p i32) (result i32)
    (i32.or
      (i32.shl (i32.load8_u (local.get $p)) (i32.const 8))
      (i32.load8_u offset=2 (local.get $p)))))

;; ;; bytes.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) -> i32 tail
;;     sig1 = (i32) -> i32 tail
;;     sig2 = (i32) -> i32 tail
;;     sig3 = (i32) -> i64 tail
;;     sig4 = (i32) -> i64 tail
;;     sig5 = (i32) -> i32 tail
;;     sig6 = (i32) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:3 sig1
;;     fn2 = colocated u0:4 sig2
;;     fn3 = colocated u0:5 sig3
;;     fn4 = colocated u0:6 sig4
;;     fn5 = colocated u0:7 sig5
;;     fn6 = colocated u0:8 sig6
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = call fn0(v0)  ; v0 = 1
;; @0006                               v2 = iconst.i32 16
;; @0008                               v3 = call fn1(v2)  ; v2 = 16
;; @000d                               v5 = call fn2(v2)  ; v2 = 16
;; @0012                               v7 = call fn3(v2)  ; v2 = 16
;; @0017                               v9 = call fn4(v2)  ; v2 = 16
;; @001c                               v11 = call fn5(v2)  ; v2 = 16
;; @0021                               v13 = call fn6(v2)  ; v2 = 16
;; @0024                               return
;; }
;;
;; ;; bytes.wat function 1 "reversed"
;; function u0:2(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0017                               v11 = bswap v0
;; @0018                               return v11
;; }
;;
;; ;; bytes.wat function 2 "reversed_low"
;; function u0:3(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0005                               v3 = uextend.i64 v0
;;                                     v4 = iconst.i64 0x7000_0000
;; @0005                               v5 = iadd v3, v4  ; v4 = 0x7000_0000
;; @0005                               v6 = uload16.i32 little v5
;; @0019                               v14 = bswap v6
;; @0019                               v15 = iconst.i32 16
;; @0019                               v16 = ushr v14, v15  ; v15 = 16
;; @001a                               return v16
;; }
;;
;; ;; bytes.wat function 3 "big_endian"
;; function u0:4(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               v2 = uextend.i64 v0
;;                                     v3 = iconst.i64 0x7000_0000
;; @0003                               v4 = iadd v2, v3  ; v3 = 0x7000_0000
;; @001c                               v24 = load.i32 little v4
;; @0020                               v25 = bswap v24
;; @0021                               return v25
;; }
;;
;; ;; bytes.wat function 4 "big_endian_short"
;; function u0:5(i32) -> i64 tail {
;;                                 block0(v0: i32):
;; @0003                               v2 = uextend.i64 v0
;;                                     v3 = iconst.i64 0x7000_0000
;; @0003                               v4 = iadd v2, v3  ; v3 = 0x7000_0000
;; @000b                               v13 = uload16.i32 little v4+4
;; @000f                               v14 = bswap v13
;; @000f                               v15 = iconst.i32 16
;; @000f                               v16 = ushr v14, v15  ; v15 = 16
;; @000f                               v17 = uextend.i64 v16
;; @0010                               return v17
;; }
;;
;; ;; bytes.wat function 5 "little_endian"
;; function u0:6(i32) -> i64 tail {
;;                                 block0(v0: i32):
;; @0003                               v2 = uextend.i64 v0
;;                                     v3 = iconst.i64 0x7000_0000
;; @0003                               v4 = iadd v2, v3  ; v3 = 0x7000_0000
;; @0008                               v12 = load.i64 little v4
;; @000f                               return v12
;; }
;;
;; ;; bytes.wat function 6 "store_between"
;; function u0:7(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0005                               v3 = uextend.i64 v0
;;                                     v4 = iconst.i64 0x7000_0000
;; @0005                               v5 = iadd v3, v4  ; v4 = 0x7000_0000
;; @0005                               v6 = uload8.i32 little v5
;; @0013                               v10 = iconst.i32 8
;; @0015                               v11 = ishl v6, v10  ; v10 = 8
;;                                     v2 = iconst.i32 0
;; @000e                               istore8 little v2, v5+1  ; v2 = 0
;; @0018                               v14 = uload8.i32 little v5+1
;; @001b                               v15 = bor v11, v14
;; @001c                               return v15
;; }
;;
;; ;; bytes.wat function 7 "gap"
;; function u0:8(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               v2 = uextend.i64 v0
;;                                     v3 = iconst.i64 0x7000_0000
;; @0003                               v4 = iadd v2, v3  ; v3 = 0x7000_0000
;; @0003                               v5 = uload8.i32 little v4
;; @0006                               v6 = iconst.i32 8
;; @0008                               v7 = ishl v5, v6  ; v6 = 8
;; @000b                               v10 = uload8.i32 little v4+2
;; @000e                               v11 = bor v7, v10
;; @000f                               return v11
;; }
