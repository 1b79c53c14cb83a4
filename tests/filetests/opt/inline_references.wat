;;! stage = "opt"
;; References to functions and direct calls keep their targets in a caller where these have other numbers;
;; a tail call in an inlined body becomes a call, unless the body takes the place of a tail call.
(module
  (table 1 funcref)
  (global $reference (mut funcref) (ref.null func))
  (elem declare func $far)
  (func $far (param i32)
    (loop (br_if 0 (i32.eqz (local.get 0))))
    (call $far (local.get 0)))
  (func $near (param i32)
    (global.set $reference (ref.func $far))
    (return_call $far (local.get 0)))
  (func $tail (param i32) (return_call $near (local.get 0)))
  (func $main (export "_start")
    (call $near (i32.const 1))
    (call $tail (i32.const 2))
    (table.set (i32.const 0) (ref.func $main))))

;; ;; inline_references.wat function 0 "far"
;; function u0:1(i32) tail {
;;     sig0 = (i32) tail
;;     sig1 = (i32) tail
;;     sig2 = (i32) tail
;;     sig3 = (i32) tail
;;     sig4 = (i32) tail
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:1 sig1
;;     fn2 = colocated u0:1 sig2
;;     fn3 = colocated u0:1 sig3
;;     fn4 = colocated u0:1 sig4
;;
;;                                 block0(v0: i32):
;; @0005                               v2 = iconst.i32 0
;; @0005                               v3 = icmp eq v0, v2  ; v2 = 0
;; @0001                               jump block2
;;
;;                                 block2:
;; @0006                               brif.i8 v3, block2, block4
;;
;;                                 block4:
;; @000f                               jump block7
;;
;;                                 block7:
;; @0014                               brif.i8 v3, block7, block9
;;
;;                                 block9:
;; @001d                               jump block12
;;
;;                                 block12:
;; @0022                               brif.i8 v3, block12, block14
;;
;;                                 block14:
;; @002b                               jump block17
;;
;;                                 block17:
;; @0030                               brif.i8 v3, block17, block19
;;
;;                                 block19:
;; @0039                               jump block22
;;
;;                                 block22:
;; @003e                               brif.i8 v3, block22, block24
;;
;;                                 block24:
;; @0043                               call fn4(v0)
;; @000d                               return
;; }
;;
;; ;; inline_references.wat function 3 "main"
;; function u0:2() tail {
;;     sig0 = (i32) tail
;;     sig1 = (i32) tail
;;     sig2 = () tail
;;     sig3 = (i32) tail
;;     sig4 = (i32) tail
;;     sig5 = (i32) tail
;;     sig6 = (i32) tail
;;     sig7 = (i32) tail
;;     fn0 = colocated u0:10 sig0
;;     fn1 = colocated u0:11 sig1
;;     fn2 = colocated u0:2 sig2
;;     fn3 = colocated u0:1 sig3
;;     fn4 = colocated u0:1 sig4
;;     fn5 = colocated u0:10 sig5
;;     fn6 = colocated u0:1 sig6
;;     fn7 = colocated u0:1 sig7
;;
;;                                 block0:
;; @0011                               v17 = func_addr.i64 fn3
;; @0011                               v18 = iconst.i64 0x0001_0000_0000
;; @0011                               v19 = bor v17, v18  ; v18 = 0x0001_0000_0000
;; @0013                               v20 = iconst.i64 0x0100_0060
;; @0013                               store notrap aligned v19, v20  ; v20 = 0x0100_0060
;; @001b                               jump block6
;;
;;                                 block6:
;; @0020                               jump block8
;;
;;                                 block8:
;; @0001                               v0 = iconst.i32 1
;; @0025                               call fn4(v0)  ; v0 = 1
;; @002f                               v24 = func_addr.i64 fn6
;;                                     v46 = iconst.i64 0x0001_0000_0000
;;                                     v47 = bor v24, v46  ; v46 = 0x0001_0000_0000
;;                                     v48 = iconst.i64 0x0100_0060
;; @0031                               store notrap aligned v47, v48  ; v48 = 0x0100_0060
;; @0039                               jump block16
;;
;;                                 block16:
;; @003e                               jump block18
;;
;;                                 block18:
;; @0005                               v1 = iconst.i32 2
;; @0043                               call fn7(v1)  ; v1 = 2
;; @000d                               v7 = iconst.i64 0x0100_0048
;; @000d                               v8 = load.i64 notrap aligned v7  ; v7 = 0x0100_0048
;; @000d                               v6 = iconst.i64 0
;;                                     v43 = icmp eq v8, v6  ; v6 = 0
;; @000d                               trapnz v43, user3
;; @000d                               v12 = iconst.i64 0x0100_0040
;; @000d                               v13 = load.i64 notrap aligned v12  ; v12 = 0x0100_0040
;; @000b                               v3 = func_addr.i64 fn2
;; @000b                               v4 = iconst.i64 0x0002_0000_0000
;; @000b                               v5 = bor v3, v4  ; v4 = 0x0002_0000_0000
;; @000d                               store notrap aligned v5, v13
;; @000f                               return
;; }
