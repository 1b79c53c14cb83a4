;;! stage = "clif"
;; Conversions: those that can fail trap by themselves, the saturating ones do not.
(module
  (func $f (param i32 i64 f32 f64)
    (drop (i32.wrap_i64 (local.get 1)))
    (drop (i64.extend_i32_u (local.get 0)))
    (drop (i32.trunc_f64_s (local.get 3)))
    (drop (i64.trunc_sat_f32_u (local.get 2)))
    (drop (f32.convert_i64_u (local.get 1)))
    (drop (f32.demote_f64 (local.get 3)))
    (drop (f64.promote_f32 (local.get 2)))
    (drop (i32.reinterpret_f32 (local.get 2))))
  (func (export "_start") (call $f (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4))))

;; ;; conversion.wat function 0 "f"
;; function u0:9(i32, i64, f32, f64) tail {
;;                                 block0(v0: i32, v1: i64, v2: f32, v3: f64):
;; @0003                               v4 = ireduce.i32 v1
;; @0007                               v5 = uextend.i64 v0
;; @000b                               v6 = fcvt_to_sint.i32 v3
;; @000f                               v7 = fcvt_to_uint_sat.i64 v2
;; @0014                               v8 = fcvt_from_uint.f32 v1
;; @0018                               v9 = fdemote.f32 v3
;; @001c                               v10 = fpromote.f64 v2
;; @0020                               v11 = bitcast.i32 v2
;; @0022                               jump block1
;;
;;                                 block1:
;; @0022                               return
;; }
;;
;; ;; conversion.wat function 1 ""
;; function u0:1() tail {
;;     sig0 = (i32, i64, f32, f64) tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = iconst.i64 2
;; @0005                               v2 = f32const 0x1.800000p1
;; @000a                               v3 = f64const 0x1.0000000000000p2
;; @0013                               call fn0(v0, v1, v2, v3)  ; v0 = 1, v1 = 2, v2 = 0x1.800000p1, v3 = 0x1.0000000000000p2
;; @0015                               jump block1
;;
;;                                 block1:
;; @0015                               return
;; }
