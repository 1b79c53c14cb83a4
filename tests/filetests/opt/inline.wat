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
;; @001d                               v17 = iconst.i64 0x7000_0004
;; @001d                               store little v2, v17  ; v2 = 5, v17 = 0x7000_0004
;;                                     v25 = iconst.i32 9
;;                                     v5 = iconst.i64 0x7000_0000
;; @0009                               store little v25, v5  ; v25 = 9, v5 = 0x7000_0000
;; @0010                               v9 = iconst.i32 7
;; @002b                               v23 = iconst.i64 0x7000_0006
;; @002b                               store little v9, v23  ; v9 = 7, v23 = 0x7000_0006
;;                                     v31 = iconst.i32 13
;; @0014                               store little v31, v5  ; v31 = 13, v5 = 0x7000_0000
;; @0017                               return
;; }
