;;! stage = "clif"
;; Float operators are one instruction each.
(module
  (func $f (param f32 f32 f64 f64)
    (drop (f32.add (local.get 0) (local.get 1)))
    (drop (f32.min (local.get 0) (local.get 1)))
    (drop (f32.copysign (local.get 0) (local.get 1)))
    (drop (f32.nearest (local.get 0)))
    (drop (f32.le (local.get 0) (local.get 1)))
    (drop (f64.sqrt (local.get 2)))
    (drop (f64.ceil (local.get 2)))
    (drop (f64.ne (local.get 2) (local.get 3))))
  (func (export "_start") (call $f (f32.const 1) (f32.const 2) (f64.const 3) (f64.const 4))))

;; ;; float.wat function 0 "f"
;; function u0:9(f32, f32, f64, f64) tail {
;;                                 block0(v0: f32, v1: f32, v2: f64, v3: f64):
;; @0005                               v4 = fadd v0, v1
;; @000b                               v5 = fmin v0, v1
;; @0011                               v6 = fcopysign v0, v1
;; @0015                               v7 = nearest v0
;; @001b                               v8 = fcmp le v0, v1
;; @001b                               v9 = uextend.i32 v8
;; @001f                               v10 = sqrt v2
;; @0023                               v11 = ceil v2
;; @0029                               v12 = fcmp ne v2, v3
;; @0029                               v13 = uextend.i32 v12
;; @002b                               jump block1
;;
;;                                 block1:
;; @002b                               return
;; }
;;
;; ;; float.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (f32, f32, f64, f64) tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0001                               v0 = f32const 0x1.000000p0
;; @0006                               v1 = f32const 0x1.000000p1
;; @000b                               v2 = f64const 0x1.8000000000000p1
;; @0014                               v3 = f64const 0x1.0000000000000p2
;; @001d                               call fn0(v0, v1, v2, v3)  ; v0 = 0x1.000000p0, v1 = 0x1.000000p1, v2 = 0x1.8000000000000p1, v3 = 0x1.0000000000000p2
;; @001f                               jump block1
;;
;;                                 block1:
;; @001f                               return
;; }
