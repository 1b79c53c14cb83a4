;;! stage = "clif"
;;! pass = "-inline"
;; Only calls that may throw have handlers, and they name tags by the numbers of the program.
(module
  (tag $number (param i32))
  (tag $vector (param v128 i64))
  (func $safe (param i32) (result i32) (local.get 0))
  (func $throws (param i32) (result i32) (throw $number (local.get 0)))
  (func $handles (param i32) (result i32)
    (block $h (result i32)
      (try_table (result i32) (catch $number $h)
        (i32.add (call $safe (local.get 0)) (call $throws (local.get 0))))))
  ;; A throw that the function catches itself is a jump.
  (func $local (param i32) (result i32)
    (block $h (result v128 i64)
      (try_table (catch $vector $h)
        (throw $vector (v128.const i64x2 1 2) (i64.const 3)))
      (unreachable))
    (drop)
    (i32x4.extract_lane 0))
  (func $references (result exnref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (drop (call $throws (i32.const 1))))
      (ref.null exn)))
  (func (export "_start")
    (drop (call $handles (i32.const 1)))
    (drop (call $local (i32.const 1)))
    (throw_ref (call $references))))

;; ;; exceptions.wat function 0 "safe"
;; function u0:4(i32) -> i32 system_v {
;;                                 block0(v0: i32):
;; @0003                               jump block1(v0)
;;
;;                                 block1(v1: i32):
;; @0003                               return v1
;; }
;;
;; ;; exceptions.wat function 1 "throws"
;; function u0:5(i32) -> i32 system_v {
;;     sig0 = () -> i64 system_v
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0(v0: i32):
;; @0003                               v2 = iconst.i64 0
;; @0003                               v3 = iconst.i64 0
;; @0003                               v4 = iconst.i64 0x0100_0040
;; @0003                               store notrap aligned v2, v4  ; v2 = 0, v4 = 0x0100_0040
;; @0003                               v5 = iconst.i64 0x0100_0048
;; @0003                               store notrap aligned v3, v5  ; v3 = 0, v5 = 0x0100_0048
;; @0003                               v6 = iconst.i64 0x0100_0050
;; @0003                               store notrap aligned v0, v6  ; v6 = 0x0100_0050
;; @0003                               v7 = call fn0()
;; @0003                               trap user1
;; }
;;
;; ;; exceptions.wat function 2 "handles"
;; function u0:6(i32) -> i32 system_v {
;;     sig0 = (i32) -> i32 system_v
;;     sig1 = (i32) -> i32 system_v
;;     fn0 = colocated u0:4 sig0
;;     fn1 = colocated u0:5 sig1
;;
;;                                 block0(v0: i32):
;; @000b                               v4 = call fn0(v0)
;; @000f                               try_call fn1(v0), sig1, block5(ret0), [ tag0: block3 ]
;;
;;                                 block5(v5: i32):
;; @0011                               v6 = iadd.i32 v4, v5
;; @0012                               jump block4(v6)
;;
;;                                 block3 cold:
;; @0012                               v7 = iconst.i64 0x0100_0050
;; @0012                               v8 = load.i32 notrap aligned v7  ; v7 = 0x0100_0050
;; @0012                               jump block2(v8)
;;
;;                                 block4(v3: i32):
;; @0013                               jump block2(v3)
;;
;;                                 block2(v2: i32):
;; @0014                               jump block1(v2)
;;
;;                                 block1(v1: i32):
;; @0014                               return v1
;; }
;;
;; ;; exceptions.wat function 3 "local"
;; function u0:7(i32) -> i32 system_v {
;;     const0 = 0x00000000000000020000000000000001
;;
;;                                 block0(v0: i32):
;; @0009                               v4 = vconst.i8x16 const0
;; @001b                               v5 = iconst.i64 3
;; @001d                               v6 = iconst.i64 1
;; @001d                               v7 = iconst.i64 0
;; @001d                               v8 = iconst.i64 0x0100_0040
;; @001d                               store notrap aligned v6, v8  ; v6 = 1, v8 = 0x0100_0040
;; @001d                               v9 = iconst.i64 0x0100_0048
;; @001d                               store notrap aligned v7, v9  ; v7 = 0, v9 = 0x0100_0048
;; @001d                               v10 = iconst.i64 0x0100_0050
;; @001d                               store notrap v4, v10  ; v4 = const0, v10 = 0x0100_0050
;; @001d                               v11 = iconst.i64 0x0100_0060
;; @001d                               store notrap aligned v5, v11  ; v5 = 3, v11 = 0x0100_0060
;; @001d                               jump block3
;;
;;                                 block3 cold:
;; @001f                               v12 = iconst.i64 0x0100_0050
;; @001f                               v13 = load.i8x16 notrap v12  ; v12 = 0x0100_0050
;; @001f                               v14 = iconst.i64 0x0100_0060
;; @001f                               v15 = load.i64 notrap aligned v14  ; v14 = 0x0100_0060
;; @001f                               jump block2(v13, v15)
;;
;;                                 block2(v2: i8x16, v3: i64):
;; @0023                               v16 = bitcast.i32x4 little v2
;; @0023                               v17 = extractlane v16, 0
;; @0026                               jump block1(v17)
;;
;;                                 block1(v1: i32):
;; @0026                               return v1
;; }
;;
;; ;; exceptions.wat function 4 "references"
;; function u0:8() -> i64 system_v {
;;     sig0 = (i32) -> i32 system_v
;;     sig1 = () -> i64 system_v
;;     fn0 = colocated u0:5 sig0
;;     fn1 = colocated u0:3 sig1
;;
;;                                 block0:
;; @0008                               v2 = iconst.i32 1
;; @000a                               try_call fn0(v2), sig0, block5(ret0), [ default: block3 ]  ; v2 = 1
;;
;;                                 block5(v3: i32):
;; @000d                               jump block4
;;
;;                                 block3 cold:
;; @000d                               v4 = call fn1()
;; @000d                               jump block2(v4)
;;
;;                                 block4:
;; @000e                               v5 = iconst.i64 0
;; @0010                               jump block2(v5)  ; v5 = 0
;;
;;                                 block2(v1: i64):
;; @0011                               jump block1(v1)
;;
;;                                 block1(v0: i64):
;; @0011                               return v0
;; }
;;
;; ;; exceptions.wat function 5 ""
;; function u0:9() system_v {
;;     sig0 = (i32) -> i32 system_v
;;     sig1 = (i32) -> i32 system_v
;;     sig2 = () -> i64 system_v
;;     sig3 = (i64) -> i64 system_v
;;     fn0 = colocated u0:6 sig0
;;     fn1 = colocated u0:7 sig1
;;     fn2 = colocated u0:8 sig2
;;     fn3 = colocated u0:2 sig3
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = call fn0(v0)  ; v0 = 1
;; @0006                               v2 = iconst.i32 1
;; @0008                               v3 = call fn1(v2)  ; v2 = 1
;; @000b                               v4 = call fn2()
;; @000d                               trapz v4, user11
;; @000d                               v5 = call fn3(v4)
;; @000d                               trap user1
;; }
