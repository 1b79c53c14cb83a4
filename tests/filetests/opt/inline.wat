;;! stage = "opt"
;; The body of a small function takes the place of each call; what is known of the arguments is known in it.
;; Nothing else calls `$add`, so it is not compiled by itself. The instructions of the second copy have
;; their locations behind those of the first.
(module
  (memory 1)
  (func $add (param i32 i32) (result i32)
    (i32.store (local.get 0) (local.get 1))
    (i32.add (local.get 0) (local.get 1)))
  (func $main (export "_start")
    (i32.store (i32.const 0) (call $add (i32.const 4) (i32.const 5)))
    (i32.store (i32.const 0) (call $add (i32.const 6) (i32.const 7)))))

;; ;; inline.wat function 1 "main"
;; function u0:1() tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0005                               v2 = iconst.i32 5
;;                                     v26 = iconst.i64 0x7000_0004
;; @001d                               store little v2, v26  ; v2 = 5, v26 = 0x7000_0004
;;                                     v32 = iconst.i32 9
;;                                     v5 = iconst.i64 0x7000_0000
;; @0009                               store little v32, v5  ; v32 = 9, v5 = 0x7000_0000
;; @0010                               v9 = iconst.i32 7
;;                                     v45 = iconst.i64 0x7000_0006
;; @002b                               store little v9, v45  ; v9 = 7, v45 = 0x7000_0006
;;                                     v51 = iconst.i32 13
;; @0014                               store little v51, v5  ; v51 = 13, v5 = 0x7000_0000
;; @0017                               return
;; }
