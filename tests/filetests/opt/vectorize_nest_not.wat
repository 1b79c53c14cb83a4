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
;; @000f                               v8 = iconst.i32 3
;;                                     v5 = iconst.i64 0x7000_0000
;; @001d                               v14 = iconst.i32 4096
;; @000b                               jump block4(v0)  ; v0 = 0
;;
;;                                 block4(v1: i32):
;;                                     v54 = iconst.i32 3
;;                                     v55 = ishl v1, v54  ; v54 = 3
;; @0012                               v10 = uextend.i64 v55
;;                                     v56 = iconst.i64 0x7000_0000
;;                                     v57 = iadd v10, v56  ; v56 = 0x7000_0000
;; @0012                               v12 = load.f64 little v57+0x7ff8
;;                                     v58 = iconst.i32 4096
;;                                     v59 = iadd v55, v58  ; v58 = 4096
;;                                     v60 = iconst.i32 0
;;                                     v48 = iconst.i32 19
;; @0036                               v22 = iconst.i32 160
;; @003e                               v24 = iconst.i32 1
;;                                     v78 = uextend.i64 v59
;; @0028                               jump block6(v12, v78, v60)  ; v60 = 0
;;
;;                                 block6(v2: f64, v77: i64, v4: i32):
;;                                     v3 = ireduce.i32 v77
;;                                     v61 = iconst.i64 0x7000_0000
;;                                     v62 = iadd v77, v61  ; v61 = 0x7000_0000
;; @002e                               v20 = load.f64 little v62
;; @0031                               v21 = fadd v2, v20
;;                                     v63 = iconst.i32 19
;;                                     v64 = icmp ne v4, v63  ; v63 = 19
;;                                     v65 = iconst.i32 160
;;                                     v67 = iconst.i32 1
;;                                     v66 = iadd v3, v65  ; v65 = 160
;;                                     v68 = iadd v4, v67  ; v67 = 1
;; @0046                               v73 = iconst.i32 20
;; @0046                               v74 = icmp ne v68, v73  ; v73 = 20
;;                                     v79 = uextend.i64 v66
;; @0046                               brif v74, block6(v21, v79, v68), block8
;;
;;                                 block8:
;; @0050                               store.f64 little v21, v57+0x8000
;;                                     v69 = iconst.i32 19
;;                                     v70 = icmp.i32 ne v1, v69  ; v69 = 19
;;                                     v71 = iconst.i32 1
;;                                     v72 = iadd.i32 v1, v71  ; v71 = 1
;; @005f                               v75 = iconst.i32 20
;; @005f                               v76 = icmp ne v72, v75  ; v75 = 20
;; @005f                               brif v76, block4(v72), block9
;;
;;                                 block9:
;; @0005                               return
;; }
