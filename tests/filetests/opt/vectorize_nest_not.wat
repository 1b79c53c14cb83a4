;;! stage = "opt"
;; Neighbours see each other's stores: each adds to what the one before has stored.
(module
  (memory 1)
  (func (export "_start") (call $row (i32.const 0)))
  (func $row (param $a i32)
    (local $j i32) (local $k i32) (local $column i32) (local $sum f64)
    (loop $columns
      (local.set $sum (f64.load offset=32760 (i32.shl (local.get $j) (i32.const 3))))
      (local.set $k (i32.const 0))
      (local.set $column (i32.add (i32.const 4096) (i32.shl (local.get $j) (i32.const 3))))
      (loop $rows
        (local.set $sum (f64.add (local.get $sum) (f64.load (local.get $column))))
        (local.set $column (i32.add (local.get $column) (i32.const 160)))
        (br_if $rows (i32.ne (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 20))))
      (f64.store offset=32768 (i32.shl (local.get $j) (i32.const 3)) (local.get $sum))
      (br_if $columns (i32.ne (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 20))))))

;; ;; vectorize_nest_not.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 0
;; @000f                               v7 = iconst.i32 3
;; @0012                               v10 = iconst.i64 0x7000_0000
;; @001d                               v14 = iconst.i32 4096
;; @000b                               jump block4(v0)  ; v0 = 0
;;
;;                                 block4(v1: i32):
;;                                     v56 = iconst.i32 3
;;                                     v57 = ishl v1, v56  ; v56 = 3
;; @0012                               v9 = uextend.i64 v57
;;                                     v58 = iconst.i64 0x7000_0000
;;                                     v59 = iadd v9, v58  ; v58 = 0x7000_0000
;; @0012                               v12 = load.f64 little v59+0x7ff8
;;                                     v60 = iconst.i32 4096
;;                                     v61 = iadd v57, v60  ; v60 = 4096
;;                                     v62 = iconst.i32 0
;;                                     v50 = iconst.i32 19
;; @0036                               v23 = iconst.i32 160
;; @003e                               v25 = iconst.i32 1
;;                                     v80 = uextend.i64 v61
;; @0028                               jump block6(v12, v80, v62)  ; v62 = 0
;;
;;                                 block6(v2: f64, v79: i64, v4: i32):
;;                                     v3 = ireduce.i32 v79
;;                                     v63 = iconst.i64 0x7000_0000
;;                                     v64 = iadd v79, v63  ; v63 = 0x7000_0000
;; @002e                               v21 = load.f64 little v64
;; @0031                               v22 = fadd v2, v21
;;                                     v65 = iconst.i32 19
;;                                     v66 = icmp ne v4, v65  ; v65 = 19
;;                                     v67 = iconst.i32 160
;;                                     v69 = iconst.i32 1
;;                                     v68 = iadd v3, v67  ; v67 = 160
;;                                     v70 = iadd v4, v69  ; v69 = 1
;; @0046                               v75 = iconst.i32 20
;; @0046                               v76 = icmp ne v70, v75  ; v75 = 20
;;                                     v81 = uextend.i64 v68
;; @0046                               brif v76, block6(v22, v81, v70), block8
;;
;;                                 block8:
;; @0050                               store.f64 little v22, v59+0x8000
;;                                     v71 = iconst.i32 19
;;                                     v72 = icmp.i32 ne v1, v71  ; v71 = 19
;;                                     v73 = iconst.i32 1
;;                                     v74 = iadd.i32 v1, v73  ; v73 = 1
;; @005f                               v77 = iconst.i32 20
;; @005f                               v78 = icmp ne v74, v77  ; v77 = 20
;; @005f                               brif v78, block4(v74), block9
;;
;;                                 block9:
;; @0005                               return
;; }
