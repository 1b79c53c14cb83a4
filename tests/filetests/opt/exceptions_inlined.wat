;;! stage = "opt"
;; In an inlined body, a throw of what the block catches is a jump. A throw of something else has no handlers, nor
;; has a call of what cannot throw.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (tag $number (param i32))
  (tag $other)
  (func $check (param i32)
    (drop (call $yield))
    (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $number (local.get 0))))
    (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $other))))
  (func $main (export "_start")
    (block $h (result i32)
      (try_table (catch $number $h)
        (call $check (call $yield)))
      (i32.const 7))
    (call $check)))

;; ;; exceptions_inlined.wat function 2 "main"
;; function u0:3() system_v {
;;     sig0 = () -> i32 system_v
;;     sig1 = (i32) system_v
;;     sig2 = () -> i32 system_v
;;     sig3 = () -> i64 system_v
;;     sig4 = () -> i32 system_v
;;     sig5 = () -> i64 system_v
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:15 sig1
;;     fn2 = colocated u0:2 sig2
;;     fn3 = colocated u0:1 sig3
;;     fn4 = colocated u0:2 sig4
;;     fn5 = colocated u0:1 sig5
;;
;;                                 block0:
;; @0009                               v1 = call fn0()
;; @0015                               v44 = call fn2()
;; @001a                               v6 = iconst.i32 1
;; @001c                               v7 = icmp eq v1, v6  ; v6 = 1
;; @001d                               brif v7, block8, block9
;;
;;                                 block8 cold:
;;                                     v46 = iconst.i64 0
;;                                     v47 = iconst.i64 0x0100_0040
;; @0021                               store notrap aligned v46, v47  ; v46 = 0, v47 = 0x0100_0040
;;                                     v48 = iconst.i64 0x0100_0048
;; @0021                               store notrap aligned v46, v48  ; v46 = 0, v48 = 0x0100_0048
;; @0021                               v13 = iconst.i64 0x0100_0050
;; @0021                               store.i32 notrap aligned v1, v13  ; v13 = 0x0100_0050
;; @000d                               jump block2(v1)
;;
;;                                 block9:
;; @0026                               v15 = iconst.i32 2
;; @0028                               v16 = icmp.i32 eq v1, v15  ; v15 = 2
;; @0029                               brif v16, block11, block12
;;
;;                                 block11 cold:
;; @002b                               v18 = iconst.i64 1
;; @0021                               v11 = iconst.i64 0x0100_0040
;; @002b                               store notrap aligned v18, v11  ; v18 = 1, v11 = 0x0100_0040
;; @0021                               v9 = iconst.i64 0
;; @0021                               v12 = iconst.i64 0x0100_0048
;; @002b                               store notrap aligned v9, v12  ; v9 = 0, v12 = 0x0100_0048
;; @002b                               v45 = call fn3()
;; @002b                               jump block16
;;
;;                                 block16:
;; @002b                               trap user1
;;
;;                                 block12:
;; @000e                               v4 = iconst.i32 7
;; @0010                               jump block2(v4)  ; v4 = 7
;;
;;                                 block2(v0: i32):
;; @0030                               v26 = call fn4()
;;                                     v49 = iconst.i32 1
;;                                     v50 = icmp eq v0, v49  ; v49 = 1
;; @0038                               brif v50, block19, block20
;;
;;                                 block19 cold:
;;                                     v56 = iconst.i64 0
;;                                     v57 = iconst.i64 0x0100_0040
;; @003c                               store notrap aligned v56, v57  ; v56 = 0, v57 = 0x0100_0040
;;                                     v58 = iconst.i64 0x0100_0048
;; @003c                               store notrap aligned v56, v58  ; v56 = 0, v58 = 0x0100_0048
;;                                     v59 = iconst.i64 0x0100_0050
;; @003c                               store.i32 notrap aligned v0, v59  ; v59 = 0x0100_0050
;; @003c                               v35 = call fn5()
;; @003c                               trap user1
;;
;;                                 block20:
;;                                     v51 = iconst.i32 2
;; @0043                               v37 = icmp.i32 eq v0, v51  ; v51 = 2
;; @0044                               brif v37, block22, block23
;;
;;                                 block22 cold:
;;                                     v52 = iconst.i64 1
;;                                     v53 = iconst.i64 0x0100_0040
;; @0046                               store notrap aligned v52, v53  ; v52 = 1, v53 = 0x0100_0040
;;                                     v54 = iconst.i64 0
;;                                     v55 = iconst.i64 0x0100_0048
;; @0046                               store notrap aligned v54, v55  ; v54 = 0, v55 = 0x0100_0048
;; @0046                               v43 = call fn5()
;; @0046                               trap user1
;;
;;                                 block23:
;; @0013                               return
;; }
