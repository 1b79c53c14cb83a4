;;! stage = "clif"
;; The size is read from the memory's record; growing is a call through a shim, whose failure is -1.
(module
  (memory 1)
  (func (export "_start")
    (drop (memory.size))
    (drop (memory.grow (i32.const 2)))))

;; ;; memory_size.wat function 0 ""
;; function u0:2() tail {
;;     sig0 = (i64, i64, i64) -> i64 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i64 0x0100_0048
;; @0001                               v1 = load.i64 notrap aligned v0  ; v0 = 0x0100_0048
;; @0001                               v2 = iconst.i64 16
;; @0001                               v3 = ushr v1, v2  ; v2 = 16
;; @0001                               v4 = ireduce.i32 v3
;; @0004                               v5 = iconst.i32 2
;; @0006                               v6 = uextend.i64 v5  ; v5 = 2
;; @0006                               v7 = iconst.i64 0x0100_0040
;; @0006                               v8 = iconst.i64 0x0001_0000
;; @0006                               v9 = call fn0(v7, v6, v8)  ; v7 = 0x0100_0040, v8 = 0x0001_0000
;; @0006                               v10 = ireduce.i32 v9
;; @0009                               jump block1
;;
;;                                 block1:
;; @0009                               return
;; }
