;;! stage = "opt"
;; Each product is added before the next one is made, from the first on, which is added to a constant.
(module
  (memory 1)
  (func (export "_start")
    (f64.store offset=1024 (call $row (i32.const 0)) (f64.const 1)))
  (func $row (param $at i32) (result i32)
    (f64.store offset=512 (local.get $at)
      (f64.add
        (f64.add
          (f64.add (f64.const 0) (f64.mul (f64.load (local.get $at)) (f64.load offset=256 (local.get $at))))
          (f64.mul (f64.load offset=8 (local.get $at)) (f64.load offset=264 (local.get $at))))
        (f64.mul (f64.load offset=16 (local.get $at)) (f64.load offset=272 (local.get $at)))))
    (local.get $at)))

;; ;; early_chain.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;;                                     v4 = iconst.i64 0x7000_0000
;; @0021                               v12 = load.f64 little v4  ; v4 = 0x7000_0000
;; @0026                               v15 = load.f64 little v4+256  ; v4 = 0x7000_0000
;; @002a                               v16 = fmul v12, v15
;; @0016                               v9 = f64const 0.0
;; @002b                               v17 = fadd v9, v16  ; v9 = 0.0
;; @002e                               v20 = load.f64 little v4+8  ; v4 = 0x7000_0000
;; @0033                               v23 = load.f64 little v4+264  ; v4 = 0x7000_0000
;; @0037                               v24 = fmul v20, v23
;; @0038                               v25 = fadd v17, v24
;; @003b                               v28 = load.f64 little v4+16  ; v4 = 0x7000_0000
;; @0040                               v31 = load.f64 little v4+272  ; v4 = 0x7000_0000
;; @0044                               v32 = fmul v28, v31
;; @0045                               v33 = fadd v25, v32
;; @0046                               store little v33, v4+512  ; v4 = 0x7000_0000
;; @0005                               v2 = f64const 0x1.0000000000000p0
;; @000e                               store little v2, v4+1024  ; v2 = 0x1.0000000000000p0, v4 = 0x7000_0000
;; @0012                               return
;; }
