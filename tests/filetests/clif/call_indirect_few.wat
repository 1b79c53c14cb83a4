;;! stage = "clif"
;;! pass = "-specialize"
;; A call through a table that nothing writes, where two functions have the type: the index is compared with
;; their entries, and what calls them is direct. Everything else traps; why is found out on the cold path.
(module
  (type $unary (func (param i32) (result i32)))
  (table 5 funcref)
  (elem (i32.const 1) $f $other $g $f)
  (func $f (type $unary) (local.get 0))
  (func $g (type $unary) (i32.const 8))
  (func $other)
  (func (export "_start")
    (drop (call_indirect (type $unary) (i32.const 7) (i32.const 1)))
    (drop (call $tail (i32.const 1))))
  (func $tail (param i32) (result i32)
    (return_call_indirect (type $unary) (i32.const 7) (local.get 0))))

;; ;; call_indirect_few.wat function 0 "f"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0003                               jump block1(v0)
;;
;;                                 block1(v1: i32):
;; @0003                               return v1
;; }
;;
;; ;; call_indirect_few.wat function 1 "g"
;; function u0:2(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0001                               v2 = iconst.i32 8
;; @0003                               jump block1(v2)  ; v2 = 8
;;
;;                                 block1(v1: i32):
;; @0003                               return v1
;; }
;;
;; ;; call_indirect_few.wat function 2 "other"
;; function u0:3() tail {
;;                                 block0:
;; @0001                               jump block1
;;
;;                                 block1:
;; @0001                               return
;; }
;;
;; ;; call_indirect_few.wat function 3 ""
;; function u0:4() tail {
;;     sig0 = (i32) -> i32 tail
;;     sig1 = (i32) -> i32 tail
;;     sig2 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:2 sig1
;;     fn2 = colocated u0:12 sig2
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 7
;; @0003                               v1 = iconst.i32 1
;; @0005                               v2 = iconst.i32 1
;; @0005                               v3 = icmp eq v1, v2  ; v1 = 1, v2 = 1
;; @0005                               brif v3, block2, block3
;;
;;                                 block3:
;; @0005                               v4 = iconst.i32 4
;; @0005                               v5 = icmp.i32 eq v1, v4  ; v1 = 1, v4 = 4
;; @0005                               brif v5, block2, block4
;;
;;                                 block4:
;; @0005                               v6 = iconst.i32 3
;; @0005                               v7 = icmp.i32 eq v1, v6  ; v1 = 1, v6 = 3
;; @0005                               brif v7, block5, block6
;;
;;                                 block6 cold:
;; @0005                               v8 = uextend.i64 v1  ; v1 = 1
;; @0005                               v9 = iconst.i64 5
;; @0005                               v10 = icmp uge v8, v9  ; v9 = 5
;; @0005                               trapnz v10, user4
;; @0005                               v11 = iconst.i64 0
;; @0005                               v12 = select_spectre_guard v10, v11, v8  ; v11 = 0
;; @0005                               v13 = iconst.i64 0x0700_0040
;; @0005                               v14 = iconst.i64 3
;; @0005                               v15 = ishl v12, v14  ; v14 = 3
;; @0005                               v16 = iadd v13, v15  ; v13 = 0x0700_0040
;; @0005                               v17 = load.i32 notrap aligned readonly v16+4
;; @0005                               trapz v17, user5
;; @0005                               trap user6
;;
;;                                 block2:
;; @0005                               v19 = call fn0(v0)  ; v0 = 7
;; @0005                               jump block7(v19)
;;
;;                                 block5:
;; @0005                               v20 = call fn1(v0)  ; v0 = 7
;; @0005                               jump block7(v20)
;;
;;                                 block7(v18: i32):
;; @0009                               v21 = iconst.i32 1
;; @000b                               v22 = call fn2(v21)  ; v21 = 1
;; @000e                               jump block1
;;
;;                                 block1:
;; @000e                               return
;; }
;;
;; ;; call_indirect_few.wat function 4 "tail"
;; function u0:12(i32) -> i32 tail {
;;     sig0 = (i32) -> i32 tail
;;     sig1 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:2 sig1
;;
;;                                 block0(v0: i32):
;; @0001                               v2 = iconst.i32 7
;; @0005                               v3 = iconst.i32 1
;; @0005                               v4 = icmp eq v0, v3  ; v3 = 1
;; @0005                               brif v4, block2, block3
;;
;;                                 block3:
;; @0005                               v5 = iconst.i32 4
;; @0005                               v6 = icmp.i32 eq v0, v5  ; v5 = 4
;; @0005                               brif v6, block2, block4
;;
;;                                 block4:
;; @0005                               v7 = iconst.i32 3
;; @0005                               v8 = icmp.i32 eq v0, v7  ; v7 = 3
;; @0005                               brif v8, block5, block6
;;
;;                                 block6 cold:
;; @0005                               v9 = uextend.i64 v0
;; @0005                               v10 = iconst.i64 5
;; @0005                               v11 = icmp uge v9, v10  ; v10 = 5
;; @0005                               trapnz v11, user4
;; @0005                               v12 = iconst.i64 0
;; @0005                               v13 = select_spectre_guard v11, v12, v9  ; v12 = 0
;; @0005                               v14 = iconst.i64 0x0700_0040
;; @0005                               v15 = iconst.i64 3
;; @0005                               v16 = ishl v13, v15  ; v15 = 3
;; @0005                               v17 = iadd v14, v16  ; v14 = 0x0700_0040
;; @0005                               v18 = load.i32 notrap aligned readonly v17+4
;; @0005                               trapz v18, user5
;; @0005                               trap user6
;;
;;                                 block2:
;; @0005                               return_call fn0(v2)  ; v2 = 7
;;
;;                                 block5:
;; @0005                               return_call fn1(v2)  ; v2 = 7
;; }
