;;! stage = "opt"
;; A handler that finds a local with a value of its own from each call: the jump in the place of an inlined throw
;; passes it.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (tag $odd)
  (memory 1)
  (func $check (param i32)
    (if (i32.and (local.get 0) (i32.const 1)) (then (throw $odd))))
  (func (export "_start") (local $seen i32)
    (block $h
      (try_table (catch $odd $h)
        (call $check (call $yield))
        (local.set $seen (i32.const 5))
        (call $check (call $yield))
        (local.set $seen (i32.const 6))))
    (i32.store (i32.const 16) (local.get $seen))))

;; ;; exceptions_inlined_locals.wat function 2 ""
;; function u0:3() system_v {
;;     sig0 = () -> i32 system_v
;;     sig1 = (i32) system_v
;;     sig2 = () -> i64 system_v
;;     sig3 = () -> i64 system_v
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:15 sig1
;;     fn2 = colocated u0:1 sig2
;;     fn3 = colocated u0:1 sig3
;;
;;                                 block0:
;; @000b                               v1 = call fn0()
;; @0028                               v11 = iconst.i32 1
;; @002a                               v12 = band v1, v11  ; v11 = 1
;; @002b                               brif v12, block9, block10
;;
;;                                 block9 cold:
;;                                     v29 = iconst.i64 0
;;                                     v30 = iconst.i64 0x0100_0068
;; @002d                               store notrap aligned v29, v30  ; v29 = 0, v30 = 0x0100_0068
;;                                     v31 = iconst.i64 0x0100_0070
;; @002d                               store notrap aligned v29, v31  ; v29 = 0, v31 = 0x0100_0070
;;                                     v0 = iconst.i32 0
;; @002d                               jump block3(v0)  ; v0 = 0
;;
;;                                 block10:
;; @0013                               v3 = call fn0()
;;                                     v27 = iconst.i32 1
;;                                     v28 = band v3, v27  ; v27 = 1
;; @0037                               brif v28, block15, block16
;;
;;                                 block15 cold:
;; @002d                               v13 = iconst.i64 0
;; @002d                               v15 = iconst.i64 0x0100_0068
;; @0039                               store notrap aligned v13, v15  ; v13 = 0, v15 = 0x0100_0068
;; @002d                               v16 = iconst.i64 0x0100_0070
;; @0039                               store notrap aligned v13, v16  ; v13 = 0, v16 = 0x0100_0070
;; @000f                               v2 = iconst.i32 5
;; @0039                               jump block3(v2)  ; v2 = 5
;;
;;                                 block16:
;; @0017                               v4 = iconst.i32 6
;; @001c                               jump block2(v4)  ; v4 = 6
;;
;;                                 block3(v7: i32) cold:
;; @001b                               jump block2(v7)
;;
;;                                 block2(v6: i32):
;; @0021                               v10 = iconst.i64 0x7000_0010
;; @0021                               store little v6, v10  ; v10 = 0x7000_0010
;; @0024                               return
;; }
