;;! stage = "clif"
;;! pass = "-inline"
;; The clauses of a `try` are known before its calls; `rethrow` makes what was caught pending again.
(module
  (tag $number (param i32))
  (func $throws (param i32) (throw $number (local.get 0)))
  (func $handles (export "_start")
    try
      try
        i32.const 1
        call $throws
      delegate 0
      try
        i32.const 2
        call $throws
      catch $number
        drop
      end
    catch_all
      rethrow 0
    end))

;; ;; exceptions_legacy.wat function 0 "throws"
;; function u0:2(i32) system_v {
;;     sig0 = () -> i64 system_v
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0(v0: i32):
;; @0003                               v1 = iconst.i64 0
;; @0003                               v2 = iconst.i64 0
;; @0003                               v3 = iconst.i64 0x0100_0040
;; @0003                               store notrap aligned v1, v3  ; v1 = 0, v3 = 0x0100_0040
;; @0003                               v4 = iconst.i64 0x0100_0048
;; @0003                               store notrap aligned v2, v4  ; v2 = 0, v4 = 0x0100_0048
;; @0003                               v5 = iconst.i64 0x0100_0050
;; @0003                               store notrap aligned v0, v5  ; v5 = 0x0100_0050
;; @0003                               v6 = call fn0()
;; @0003                               trap user1
;; }
;;
;; ;; exceptions_legacy.wat function 1 "handles"
;; function u0:3() system_v {
;;     sig0 = (i32) system_v
;;     sig1 = () -> i64 system_v
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:1 sig1
;;
;;                                 block0:
;; @0005                               v0 = iconst.i32 1
;; @0007                               try_call fn0(v0), sig0, block5, [ default: block2 ]  ; v0 = 1
;;
;;                                 block5:
;; @0009                               jump block4
;;
;;                                 block4:
;; @000d                               v1 = iconst.i32 2
;; @000f                               try_call fn0(v1), sig0, block8, [ tag0: block6, default: block2 ]  ; v1 = 2
;;
;;                                 block8:
;; @0011                               jump block7
;;
;;                                 block6 cold:
;; @0011                               v2 = iconst.i64 0x0100_0050
;; @0011                               v3 = load.i32 notrap aligned v2  ; v2 = 0x0100_0050
;; @0011                               v4 = iconst.i64 0x0100_0040
;; @0011                               v5 = load.i64 notrap aligned v4  ; v4 = 0x0100_0040
;; @0011                               v6 = iconst.i64 0x0100_0048
;; @0011                               v7 = load.i64 notrap aligned v6  ; v6 = 0x0100_0048
;; @0014                               jump block7
;;
;;                                 block7:
;; @0015                               jump block3
;;
;;                                 block2 cold:
;; @0015                               v8 = iconst.i64 0x0100_0050
;; @0015                               v9 = load.i64 notrap aligned v8  ; v8 = 0x0100_0050
;; @0015                               v10 = iconst.i64 0x0100_0040
;; @0015                               v11 = load.i64 notrap aligned v10  ; v10 = 0x0100_0040
;; @0015                               v12 = iconst.i64 0x0100_0048
;; @0015                               v13 = load.i64 notrap aligned v12  ; v12 = 0x0100_0048
;; @0016                               v14 = iconst.i64 0x0100_0040
;; @0016                               store notrap aligned v11, v14  ; v14 = 0x0100_0040
;; @0016                               v15 = iconst.i64 0x0100_0048
;; @0016                               store notrap aligned v13, v15  ; v15 = 0x0100_0048
;; @0016                               v16 = iconst.i64 0x0100_0050
;; @0016                               store notrap aligned v9, v16  ; v16 = 0x0100_0050
;; @0016                               v17 = call fn1()
;; @0016                               trap user1
;;
;;                                 block3:
;; @0019                               jump block1
;;
;;                                 block1:
;; @0019                               return
;; }
