;;! stage = "clif"
;; A global that nothing writes is its value, even if it is declared mutable. One that is written is
;; read from and stored to a fixed address.
(module
  (global $immutable i32 (i32.const 1))
  (global $unwritten (mut f64) (f64.const 2))
  (global $written (mut i64) (i64.const 3))
  (func (export "_start")
    (drop (global.get $immutable))
    (drop (global.get $unwritten))
    (global.set $written (i64.add (global.get $written) (i64.const 4)))))

;; ;; global.wat function 0 ""
;; function u0:1() tail {
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0004                               v1 = f64const 0x1.0000000000000p1
;; @0007                               v2 = iconst.i64 0x0100_0040
;; @0007                               v3 = load.i64 notrap aligned v2  ; v2 = 0x0100_0040
;; @0009                               v4 = iconst.i64 4
;; @000b                               v5 = iadd v3, v4  ; v4 = 4
;; @000c                               v6 = iconst.i64 0x0100_0040
;; @000c                               store notrap aligned v5, v6  ; v6 = 0x0100_0040
;; @000e                               jump block1
;;
;;                                 block1:
;; @000e                               return
;; }
