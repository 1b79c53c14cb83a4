;;! stage = "clif"
;; Calls are direct: of functions with any number of results, and of the host.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (func $swap (param i32 f64) (result f64 i32) (local.get 1) (local.get 0))
  (func (export "_start")
    (call $swap (i32.const 1) (f64.const 2))
    drop
    drop
    (drop (call $yield))))

;; ;; call.wat function 1 "swap"
;; function u0:11(i32, f64) -> f64, i32 tail {
;;                                 block0(v0: i32, v1: f64):
;; @0005                               jump block1(v1, v0)
;;
;;                                 block1(v2: f64, v3: i32):
;; @0005                               return v2, v3
;; }
;;
;; ;; call.wat function 2 ""
;; function u0:2() tail {
;;     sig0 = (i32, f64) -> f64, i32 tail
;;     sig1 = () -> i32 tail
;;     fn0 = colocated u0:11 sig0
;;     fn1 = colocated u0:1 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = f64const 0x1.0000000000000p1
;; @000c                               v2, v3 = call fn0(v0, v1)  ; v0 = 1, v1 = 0x1.0000000000000p1
;; @0010                               v4 = call fn1()
;; @0013                               jump block1
;;
;;                                 block1:
;; @0013                               return
;; }
