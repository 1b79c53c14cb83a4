;;! stage = "opt"
;; Calls after which a function always traps or throws stay, and what they call is compiled: all of `$main`,
;; and the first two of `$check`. The third comes before a branch that may go elsewhere.
(module
  (memory 1)
  (tag $error (param i32))
  (func $note (param i32)
    (i32.store (i32.const 0) (local.get 0)))
  (func $main (export "_start")
    (call $note (i32.const 1))
    (call $check (i32.load (i32.const 4)))
    (call $check (i32.load (i32.const 8)))
    (call $note (i32.const 2))
    (unreachable))
  (func $check (param i32)
    (if (local.get 0)
      (then
        (call $note (i32.const 3))
        (block (call $note (i32.const 4)))
        (throw $error (i32.const 5))))
    (call $note (i32.const 6))
    (br_if 0 (i32.load (i32.const 12)))
    (unreachable)))

;; ;; inline_not_last.wat function 0 "note"
;; function u0:2(i32) tail {
;;                                 block0(v0: i32):
;;                                     v3 = iconst.i64 0x7000_0000
;; @0005                               store little v0, v3  ; v3 = 0x7000_0000
;; @0008                               return
;; }
;;
;; ;; inline_not_last.wat function 1 "main"
;; function u0:3() tail {
;;     sig0 = (i32) tail
;;     sig1 = (i32) tail
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:4 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               call fn0(v0)  ; v0 = 1
;; @0007                               v4 = iconst.i64 0x7000_0004
;; @0007                               v5 = load.i32 little v4  ; v4 = 0x7000_0004
;; @000a                               call fn1(v5)
;; @000e                               v8 = iconst.i64 0x7000_0008
;; @000e                               v9 = load.i32 little v8  ; v8 = 0x7000_0008
;; @0011                               call fn1(v9)
;; @0013                               v10 = iconst.i32 2
;; @0015                               call fn0(v10)  ; v10 = 2
;; @0017                               trap user1
;; }
;;
;; ;; inline_not_last.wat function 2 "check"
;; function u0:4(i32) tail {
;;     sig0 = (i32) tail
;;     sig1 = () -> i64 tail
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u0:1 sig1
;;
;;                                 block0(v0: i32):
;; @0003                               brif v0, block2, block3
;;
;;                                 block2:
;; @0005                               v1 = iconst.i32 3
;; @0007                               call fn0(v1)  ; v1 = 3
;; @000b                               v2 = iconst.i32 4
;; @000d                               call fn0(v2)  ; v2 = 4
;; @000f                               jump block5
;;
;;                                 block5 cold:
;; @0012                               v4 = iconst.i64 0
;; @0012                               v6 = iconst.i64 0x0100_0068
;; @0012                               store notrap aligned v4, v6  ; v4 = 0, v6 = 0x0100_0068
;; @0012                               v7 = iconst.i64 0x0100_0070
;; @0012                               store notrap aligned v4, v7  ; v4 = 0, v7 = 0x0100_0070
;; @0010                               v3 = iconst.i32 5
;; @0012                               v8 = iconst.i64 0x0100_0078
;; @0012                               store notrap aligned v3, v8  ; v3 = 5, v8 = 0x0100_0078
;; @0012                               v9 = call fn1()
;; @0012                               trap user1
;;
;;                                 block3:
;; @0015                               v10 = iconst.i32 6
;;                                     v13 = iconst.i64 0x7000_0000
;; @0027                               store little v10, v13  ; v10 = 6, v13 = 0x7000_0000
;; @001b                               v14 = iconst.i64 0x7000_000c
;; @001b                               v15 = load.i32 little v14  ; v14 = 0x7000_000c
;; @001e                               trapz v15, user1
;; @001e                               jump block1
;;
;;                                 block1:
;; @0021                               return
;; }
