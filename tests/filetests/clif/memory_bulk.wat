;;! stage = "clif"
;; Bulk operations check both ranges in 64 bits before anything is written. A passive segment has a
;; current length, which dropping sets to 0; one that instantiation has dropped has length 0.
(module
  (memory 1)
  (data $passive "passive")
  (data $active (i32.const 0) "active")
  (func (export "_start")
    (memory.copy (i32.const 1) (i32.const 2) (i32.const 3))
    (memory.fill (i32.const 1) (i32.const 2) (i32.const 3))
    (memory.init $passive (i32.const 1) (i32.const 2) (i32.const 3))
    (data.drop $passive)
    (memory.init $active (i32.const 1) (i32.const 2) (i32.const 3))
    (data.drop $active)))

;; ;; memory_bulk.wat instantiation
;; function u0:1() tail {
;;     sig0 = (i64, i64, i64) system_v
;;     fn0 = colocated u0:6 sig0
;;
;; block0:
;;     v0 = iconst.i64 0
;;     v1 = iconst.i64 0
;;     v2 = iconst.i64 6
;;     v3 = iadd v1, v2  ; v1 = 0, v2 = 6
;;     v4 = icmp ugt v3, v2  ; v2 = 6
;;     trapnz v4, heap_oob
;;     v5 = iconst.i64 0x0100_0048
;;     v6 = load.i64 notrap aligned v5  ; v5 = 0x0100_0048
;;     v7 = iadd v0, v2  ; v0 = 0, v2 = 6
;;     v8 = icmp ugt v7, v6
;;     trapnz v8, heap_oob
;;     v9 = iconst.i64 0x7000_0000
;;     v10 = iadd v0, v9  ; v0 = 0, v9 = 0x7000_0000
;;     v11 = iconst.i64 0x0700_0080
;;     v12 = iadd v1, v11  ; v1 = 0, v11 = 0x0700_0080
;;     call fn0(v10, v12, v2)  ; v2 = 6
;;     return
;; }
;;
;; ;; memory_bulk.wat function 0 ""
;; function u0:2() tail {
;;     sig0 = (i64, i64, i64) system_v
;;     sig1 = (i64, i32, i64) system_v
;;     fn0 = colocated u0:6 sig0
;;     fn1 = colocated u0:7 sig1
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = iconst.i32 2
;; @0005                               v2 = iconst.i32 3
;; @0007                               v3 = uextend.i64 v2  ; v2 = 3
;; @0007                               v4 = uextend.i64 v1  ; v1 = 2
;; @0007                               v5 = uextend.i64 v0  ; v0 = 1
;; @0007                               v6 = iconst.i64 0x0100_0048
;; @0007                               v7 = load.i64 notrap aligned v6  ; v6 = 0x0100_0048
;; @0007                               v8 = iadd v4, v3
;; @0007                               v9 = icmp ugt v8, v7
;; @0007                               trapnz v9, heap_oob
;; @0007                               v10 = iconst.i64 0x0100_0048
;; @0007                               v11 = load.i64 notrap aligned v10  ; v10 = 0x0100_0048
;; @0007                               v12 = iadd v5, v3
;; @0007                               v13 = icmp ugt v12, v11
;; @0007                               trapnz v13, heap_oob
;; @0007                               v14 = iconst.i64 0x7000_0000
;; @0007                               v15 = iadd v5, v14  ; v14 = 0x7000_0000
;; @0007                               v16 = iconst.i64 0x7000_0000
;; @0007                               v17 = iadd v4, v16  ; v16 = 0x7000_0000
;; @0007                               call fn0(v15, v17, v3)
;; @000b                               v18 = iconst.i32 1
;; @000d                               v19 = iconst.i32 2
;; @000f                               v20 = iconst.i32 3
;; @0011                               v21 = uextend.i64 v20  ; v20 = 3
;; @0011                               v22 = uextend.i64 v18  ; v18 = 1
;; @0011                               v23 = iconst.i64 0x0100_0048
;; @0011                               v24 = load.i64 notrap aligned v23  ; v23 = 0x0100_0048
;; @0011                               v25 = iadd v22, v21
;; @0011                               v26 = icmp ugt v25, v24
;; @0011                               trapnz v26, heap_oob
;; @0011                               v27 = iconst.i64 0x7000_0000
;; @0011                               v28 = iadd v22, v27  ; v27 = 0x7000_0000
;; @0011                               call fn1(v28, v19, v21)  ; v19 = 2
;; @0014                               v29 = iconst.i32 1
;; @0016                               v30 = iconst.i32 2
;; @0018                               v31 = iconst.i32 3
;; @001a                               v32 = uextend.i64 v31  ; v31 = 3
;; @001a                               v33 = uextend.i64 v30  ; v30 = 2
;; @001a                               v34 = uextend.i64 v29  ; v29 = 1
;; @001a                               v35 = iconst.i64 0x0100_0068
;; @001a                               v36 = load.i64 notrap aligned v35  ; v35 = 0x0100_0068
;; @001a                               v37 = iadd v33, v32
;; @001a                               v38 = icmp ugt v37, v36
;; @001a                               trapnz v38, heap_oob
;; @001a                               v39 = iconst.i64 0x0100_0048
;; @001a                               v40 = load.i64 notrap aligned v39  ; v39 = 0x0100_0048
;; @001a                               v41 = iadd v34, v32
;; @001a                               v42 = icmp ugt v41, v40
;; @001a                               trapnz v42, heap_oob
;; @001a                               v43 = iconst.i64 0x7000_0000
;; @001a                               v44 = iadd v34, v43  ; v43 = 0x7000_0000
;; @001a                               v45 = iconst.i64 0x0700_0070
;; @001a                               v46 = iadd v33, v45  ; v45 = 0x0700_0070
;; @001a                               call fn0(v44, v46, v32)
;; @001e                               v47 = iconst.i64 0
;; @001e                               v48 = iconst.i64 0x0100_0068
;; @001e                               store notrap aligned v47, v48  ; v47 = 0, v48 = 0x0100_0068
;; @0021                               v49 = iconst.i32 1
;; @0023                               v50 = iconst.i32 2
;; @0025                               v51 = iconst.i32 3
;; @0027                               v52 = uextend.i64 v51  ; v51 = 3
;; @0027                               v53 = uextend.i64 v50  ; v50 = 2
;; @0027                               v54 = uextend.i64 v49  ; v49 = 1
;; @0027                               v55 = iconst.i64 0
;; @0027                               v56 = iadd v53, v52
;; @0027                               v57 = icmp ugt v56, v55  ; v55 = 0
;; @0027                               trapnz v57, heap_oob
;; @0027                               v58 = iconst.i64 0x0100_0048
;; @0027                               v59 = load.i64 notrap aligned v58  ; v58 = 0x0100_0048
;; @0027                               v60 = iadd v54, v52
;; @0027                               v61 = icmp ugt v60, v59
;; @0027                               trapnz v61, heap_oob
;; @0027                               v62 = iconst.i64 0x7000_0000
;; @0027                               v63 = iadd v54, v62  ; v62 = 0x7000_0000
;; @0027                               v64 = iconst.i64 0x0700_0080
;; @0027                               v65 = iadd v53, v64  ; v64 = 0x0700_0080
;; @0027                               call fn0(v63, v65, v52)
;; @002e                               jump block1
;;
;;                                 block1:
;; @002e                               return
;; }
