;;! stage = "opt"
;; The function that compilers call for a product of 128 bits becomes that product, in place of its call.
(module
  (memory 1)
  (func (export "_start")
    (call $__multi3 (i32.const 16) (i64.load (i32.const 0)) (i64.const 0) (i64.load (i32.const 8)) (i64.const 0)))
  (func $__multi3 (param i32 i64 i64 i64 i64) (local i64)
    local.get 0
    local.get 4
    local.get 1
    i64.mul
    local.get 2
    local.get 3
    i64.mul
    i64.add
    local.get 3
    i64.const 32
    i64.shr_u
    local.tee 2
    local.get 1
    i64.const 32
    i64.shr_u
    local.tee 4
    i64.mul
    i64.add
    local.get 3
    i64.const 4294967295
    i64.and
    local.tee 3
    local.get 1
    i64.const 4294967295
    i64.and
    local.tee 1
    i64.mul
    local.tee 5
    i64.const 32
    i64.shr_u
    local.get 3
    local.get 4
    i64.mul
    i64.add
    local.tee 3
    i64.const 32
    i64.shr_u
    i64.add
    local.get 3
    i64.const 4294967295
    i64.and
    local.get 2
    local.get 1
    i64.mul
    i64.add
    local.tee 1
    i64.const 32
    i64.shr_u
    i64.add
    i64.store offset=8
    local.get 0
    local.get 1
    i64.const 32
    i64.shl
    local.get 5
    i64.const 4294967295
    i64.and
    i64.or
    i64.store))

;; ;; products.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, i64, i64, i64, i64) tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;;                                     v3 = iconst.i64 0x7000_0000
;; @0005                               v5 = load.i64 little v3  ; v3 = 0x7000_0000
;;                                     v51 = uextend.i128 v5
;; @000c                               v9 = iconst.i64 0x7000_0008
;; @000c                               v10 = load.i64 little v9  ; v9 = 0x7000_0008
;;                                     v52 = uextend.i128 v10
;;                                     v53 = imul v51, v52
;;                                     v54, v55 = isplit v53
;; @0071                               v43 = iconst.i64 0x7000_0010
;; @0071                               store little v55, v43+8  ; v43 = 0x7000_0010
;; @0085                               store little v54, v43  ; v43 = 0x7000_0010
;; @0013                               return
;; }
