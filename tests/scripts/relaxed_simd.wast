;; The choices of the deterministic profile, exactly; the specification's own scripts accept others too.
(module
  (func (export "swizzle") (param v128 v128) (result v128)
    (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
  (func (export "trunc_f32x4_s") (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0)))
  (func (export "trunc_f32x4_u") (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_u (local.get 0)))
  (func (export "trunc_f64x2_s") (param v128) (result v128) (i32x4.relaxed_trunc_f64x2_s_zero (local.get 0)))
  (func (export "trunc_f64x2_u") (param v128) (result v128) (i32x4.relaxed_trunc_f64x2_u_zero (local.get 0)))
  (func (export "f32x4.madd") (param v128 v128 v128) (result v128)
    (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "f32x4.nmadd") (param v128 v128 v128) (result v128)
    (f32x4.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "f64x2.madd") (param v128 v128 v128) (result v128)
    (f64x2.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "f64x2.nmadd") (param v128 v128 v128) (result v128)
    (f64x2.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i8x16.laneselect") (param v128 v128 v128) (result v128)
    (i8x16.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (export "i64x2.laneselect") (param v128 v128 v128) (result v128)
    (i64x2.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (export "f32x4.min") (param v128 v128) (result v128) (f32x4.relaxed_min (local.get 0) (local.get 1)))
  (func (export "f32x4.max") (param v128 v128) (result v128) (f32x4.relaxed_max (local.get 0) (local.get 1)))
  (func (export "f64x2.min") (param v128 v128) (result v128) (f64x2.relaxed_min (local.get 0) (local.get 1)))
  (func (export "f64x2.max") (param v128 v128) (result v128) (f64x2.relaxed_max (local.get 0) (local.get 1)))
  (func (export "q15mulr") (param v128 v128) (result v128)
    (i16x8.relaxed_q15mulr_s (local.get 0) (local.get 1)))
  (func (export "dot") (param v128 v128) (result v128)
    (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1)))
  (func (export "dot_add") (param v128 v128 v128) (result v128)
    (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 2))))

;; An index outside gives 0.
(assert_return
  (invoke "swizzle" (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
                    (v128.const i8x16 0 15 16 17 31 32 63 64 127 128 129 143 144 240 254 255))
  (v128.const i8x16 1 16 0 0 0 0 0 0 0 0 0 0 0 0 0 0))

;; NaN gives 0; what is too large or small gives the largest or smallest.
(assert_return (invoke "trunc_f32x4_s" (v128.const f32x4 nan 3e9 -3e9 -1.9))
               (v128.const i32x4 0 0x7fffffff 0x80000000 -1))
(assert_return (invoke "trunc_f32x4_u" (v128.const f32x4 -nan 5e9 -1 3e9))
               (v128.const i32x4 0 0xffffffff 0 3000000000))
(assert_return (invoke "trunc_f64x2_s" (v128.const f64x2 nan -3e9)) (v128.const i32x4 0 0x80000000 0 0))
(assert_return (invoke "trunc_f64x2_s" (v128.const f64x2 inf 7.9)) (v128.const i32x4 0x7fffffff 7 0 0))
(assert_return (invoke "trunc_f64x2_u" (v128.const f64x2 nan -3e9)) (v128.const i32x4 0 0 0 0))
(assert_return (invoke "trunc_f64x2_u" (v128.const f64x2 inf 3e9)) (v128.const i32x4 0xffffffff 3000000000 0 0))

;; Not fused: the product overflows, or is rounded, before the sum.
(assert_return (invoke "f32x4.madd" (v128.const f32x4 0x1p127 0x1.000002p0 0x1.000002p0 0)
                                    (v128.const f32x4 2 0x1.000002p0 0x1.000002p0 1)
                                    (v128.const f32x4 -0x1p127 -0x1.000004p0 -1 5))
               (v128.const f32x4 inf 0 0x1p-22 5))
(assert_return (invoke "f32x4.nmadd" (v128.const f32x4 0x1p127 0x1.000002p0 -0x1.000002p0 0)
                                     (v128.const f32x4 2 0x1.000002p0 0x1.000002p0 1)
                                     (v128.const f32x4 0x1p127 0x1.000004p0 -1 5))
               (v128.const f32x4 -inf 0 0x1p-22 5))
(assert_return (invoke "f64x2.madd" (v128.const f64x2 0x1p1023 0x1.0000000000001p0)
                                    (v128.const f64x2 2 0x1.0000000000001p0)
                                    (v128.const f64x2 -0x1p1023 -0x1.0000000000002p0))
               (v128.const f64x2 inf 0))
(assert_return (invoke "f64x2.nmadd" (v128.const f64x2 0x1p1023 0x1.0000000000001p0)
                                     (v128.const f64x2 2 0x1.0000000000001p0)
                                     (v128.const f64x2 0x1p1023 0x1.0000000000002p0))
               (v128.const f64x2 -inf 0))

;; Every bit of the mask selects.
(assert_return
  (invoke "i8x16.laneselect" (v128.const i64x2 -1 -1) (v128.const i64x2 0 0)
                             (v128.const i64x2 0x80017f0f00ff55aa 0x1))
  (v128.const i64x2 0x80017f0f00ff55aa 0x1))
(assert_return
  (invoke "i64x2.laneselect" (v128.const i64x2 -1 -1) (v128.const i64x2 0 0)
                             (v128.const i64x2 0x8000000000000000 0x7fffffffffffffff))
  (v128.const i64x2 0x8000000000000000 0x7fffffffffffffff))

;; A NaN wins, and zeros have an order.
(assert_return (invoke "f32x4.min" (v128.const f32x4 nan 1 0 -0) (v128.const f32x4 1 nan -0 0))
               (v128.const f32x4 nan:canonical nan:canonical -0 -0))
(assert_return (invoke "f32x4.max" (v128.const f32x4 nan 1 0 -0) (v128.const f32x4 1 nan -0 0))
               (v128.const f32x4 nan:canonical nan:canonical 0 0))
(assert_return (invoke "f64x2.min" (v128.const f64x2 nan 0) (v128.const f64x2 1 -0))
               (v128.const f64x2 nan:canonical -0))
(assert_return (invoke "f64x2.max" (v128.const f64x2 1 -0) (v128.const f64x2 nan 0))
               (v128.const f64x2 nan:canonical 0))

;; The one product that does not fit saturates.
(assert_return (invoke "q15mulr" (v128.const i16x8 -32768 -32768 32767 16384 1 0 -1 2)
                                 (v128.const i16x8 -32768 32767 32767 16384 1 0 -32768 -2))
               (v128.const i16x8 32767 -32767 32766 8192 0 0 1 0))

;; Bytes of both operands are signed; the one sum that does not fit saturates.
(assert_return
  (invoke "dot" (v128.const i8x16 -128 -128 -128 -128 127 127 1 2 -1 -1 3 0 0 5 -128 0)
                (v128.const i8x16 -128 -128 -127 -127 -128 -128 3 4 -1 -1 -7 9 9 -7 -128 1))
  (v128.const i16x8 32767 32512 -32512 11 2 -21 -35 16384))
(assert_return
  (invoke "dot_add" (v128.const i8x16 -128 -128 -128 -128 127 127 1 2 -1 -1 3 0 0 5 -128 0)
                    (v128.const i8x16 -128 -128 -127 -127 -128 -128 3 4 -1 -1 -7 9 9 -7 -128 1)
                    (v128.const i32x4 0 0x7fffffff -1 1))
  (v128.const i32x4 65279 2147451146 -20 16350))
