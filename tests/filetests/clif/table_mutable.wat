;;! stage = "clif"
;; A table that is written is reached through its record. Bulk operations check before they write.
(module
  (table $t 3 funcref)
  (table $u 3 funcref)
  (elem $passive func $f)
  (func $f)
  (func (export "_start")
    (table.set $t (i32.const 1) (table.get $t (i32.const 2)))
    (drop (table.size $t))
    (drop (table.grow $t (ref.null func) (i32.const 4)))
    (table.fill $t (i32.const 1) (ref.null func) (i32.const 2))
    (table.copy $t $u (i32.const 1) (i32.const 2) (i32.const 3))
    (table.init $t $passive (i32.const 1) (i32.const 0) (i32.const 1))
    (elem.drop $passive)))

;; ;; table_mutable.wat function 0 "f"
;; function u0:2() tail {
;;                                 block0:
;; @0001                               jump block1
;;
;;                                 block1:
;; @0001                               return
;; }
;;
;; ;; table_mutable.wat function 1 ""
;; function u0:3() tail {
;;     sig0 = (i64, i64, i64) -> i64 tail
;;     sig1 = (i64, i64, i64) system_v
;;     sig2 = (i64, i64, i64) system_v
;;     fn0 = colocated u0:1 sig0
;;     fn1 = colocated u0:6 sig1
;;     fn2 = colocated u0:7 sig2
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 1
;; @0003                               v1 = iconst.i32 2
;; @0005                               v2 = uextend.i64 v1  ; v1 = 2
;; @0005                               v3 = iconst.i64 0x0100_0048
;; @0005                               v4 = load.i64 notrap aligned v3  ; v3 = 0x0100_0048
;; @0005                               v5 = icmp uge v2, v4
;; @0005                               trapnz v5, user3
;; @0005                               v6 = iconst.i64 0x0100_0040
;; @0005                               v7 = load.i64 notrap aligned v6  ; v6 = 0x0100_0040
;; @0005                               v8 = iconst.i64 3
;; @0005                               v9 = ishl v2, v8  ; v8 = 3
;; @0005                               v10 = iadd v7, v9
;; @0005                               v11 = load.i64 notrap aligned v10
;; @0007                               v12 = uextend.i64 v0  ; v0 = 1
;; @0007                               v13 = iconst.i64 0x0100_0048
;; @0007                               v14 = load.i64 notrap aligned v13  ; v13 = 0x0100_0048
;; @0007                               v15 = icmp uge v12, v14
;; @0007                               trapnz v15, user3
;; @0007                               v16 = iconst.i64 0x0100_0040
;; @0007                               v17 = load.i64 notrap aligned v16  ; v16 = 0x0100_0040
;; @0007                               v18 = iconst.i64 3
;; @0007                               v19 = ishl v12, v18  ; v18 = 3
;; @0007                               v20 = iadd v17, v19
;; @0007                               store notrap aligned v11, v20
;; @0009                               v21 = iconst.i64 0x0100_0048
;; @0009                               v22 = load.i64 notrap aligned v21  ; v21 = 0x0100_0048
;; @0009                               v23 = ireduce.i32 v22
;; @000d                               v24 = iconst.i64 0
;; @000f                               v25 = iconst.i32 4
;; @0011                               v26 = uextend.i64 v25  ; v25 = 4
;; @0011                               v27 = iconst.i64 0x0100_0040
;; @0011                               v28 = call fn0(v27, v26, v24)  ; v27 = 0x0100_0040, v24 = 0
;; @0011                               v29 = ireduce.i32 v28
;; @0015                               v30 = iconst.i32 1
;; @0017                               v31 = iconst.i64 0
;; @0019                               v32 = iconst.i32 2
;; @001b                               v33 = uextend.i64 v32  ; v32 = 2
;; @001b                               v34 = uextend.i64 v30  ; v30 = 1
;; @001b                               v35 = iconst.i64 0x0100_0048
;; @001b                               v36 = load.i64 notrap aligned v35  ; v35 = 0x0100_0048
;; @001b                               v37 = iadd v34, v33
;; @001b                               v38 = icmp ugt v37, v36
;; @001b                               trapnz v38, user3
;; @001b                               v39 = iconst.i64 0x0100_0040
;; @001b                               v40 = load.i64 notrap aligned v39  ; v39 = 0x0100_0040
;; @001b                               v41 = iconst.i64 3
;; @001b                               v42 = ishl v34, v41  ; v41 = 3
;; @001b                               v43 = iadd v40, v42
;; @001b                               call fn1(v43, v31, v33)  ; v31 = 0
;; @001e                               v44 = iconst.i32 1
;; @0020                               v45 = iconst.i32 2
;; @0022                               v46 = iconst.i32 3
;; @0024                               v47 = uextend.i64 v46  ; v46 = 3
;; @0024                               v48 = uextend.i64 v45  ; v45 = 2
;; @0024                               v49 = uextend.i64 v44  ; v44 = 1
;; @0024                               v50 = iconst.i64 3
;; @0024                               v51 = iadd v48, v47
;; @0024                               v52 = icmp ugt v51, v50  ; v50 = 3
;; @0024                               trapnz v52, user3
;; @0024                               v53 = iconst.i64 0x0100_0048
;; @0024                               v54 = load.i64 notrap aligned v53  ; v53 = 0x0100_0048
;; @0024                               v55 = iadd v49, v47
;; @0024                               v56 = icmp ugt v55, v54
;; @0024                               trapnz v56, user3
;; @0024                               v57 = iconst.i64 0x0700_0080
;; @0024                               v58 = iconst.i64 3
;; @0024                               v59 = ishl v48, v58  ; v58 = 3
;; @0024                               v60 = iadd v57, v59  ; v57 = 0x0700_0080
;; @0024                               v61 = iconst.i64 0x0100_0040
;; @0024                               v62 = load.i64 notrap aligned v61  ; v61 = 0x0100_0040
;; @0024                               v63 = iconst.i64 3
;; @0024                               v64 = ishl v49, v63  ; v63 = 3
;; @0024                               v65 = iadd v62, v64
;; @0024                               v66 = iconst.i64 3
;; @0024                               v67 = ishl v47, v66  ; v66 = 3
;; @0024                               call fn2(v65, v60, v67)
;; @0028                               v68 = iconst.i32 1
;; @002a                               v69 = iconst.i32 0
;; @002c                               v70 = iconst.i32 1
;; @002e                               v71 = uextend.i64 v70  ; v70 = 1
;; @002e                               v72 = uextend.i64 v69  ; v69 = 0
;; @002e                               v73 = uextend.i64 v68  ; v68 = 1
;; @002e                               v74 = iconst.i64 0x0100_0060
;; @002e                               v75 = load.i64 notrap aligned v74  ; v74 = 0x0100_0060
;; @002e                               v76 = iadd v72, v71
;; @002e                               v77 = icmp ugt v76, v75
;; @002e                               trapnz v77, user3
;; @002e                               v78 = iconst.i64 0x0100_0048
;; @002e                               v79 = load.i64 notrap aligned v78  ; v78 = 0x0100_0048
;; @002e                               v80 = iadd v73, v71
;; @002e                               v81 = icmp ugt v80, v79
;; @002e                               trapnz v81, user3
;; @002e                               v82 = iconst.i64 0x0100_0040
;; @002e                               v83 = load.i64 notrap aligned v82  ; v82 = 0x0100_0040
;; @002e                               v84 = iconst.i64 3
;; @002e                               v85 = ishl v73, v84  ; v84 = 3
;; @002e                               v86 = iadd v83, v85
;; @002e                               v87 = iconst.i64 3
;; @002e                               v88 = ishl v72, v87  ; v87 = 3
;; @002e                               v89 = iconst.i64 0x0700_00a0
;; @002e                               v90 = iadd v88, v89  ; v89 = 0x0700_00a0
;; @002e                               v91 = iconst.i64 3
;; @002e                               v92 = ishl v71, v91  ; v91 = 3
;; @002e                               call fn2(v86, v90, v92)
;; @0032                               v93 = iconst.i64 0
;; @0032                               v94 = iconst.i64 0x0100_0060
;; @0032                               store notrap aligned v93, v94  ; v93 = 0, v94 = 0x0100_0060
;; @0035                               jump block1
;;
;;                                 block1:
;; @0035                               return
;; }
