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
;; @0005                               v6 = iconst.i64 0
;; @0005                               v7 = select_spectre_guard v5, v6, v2  ; v6 = 0
;; @0005                               v8 = iconst.i64 0x0100_0040
;; @0005                               v9 = load.i64 notrap aligned v8  ; v8 = 0x0100_0040
;; @0005                               v10 = iconst.i64 3
;; @0005                               v11 = ishl v7, v10  ; v10 = 3
;; @0005                               v12 = iadd v9, v11
;; @0005                               v13 = load.i64 notrap aligned v12
;; @0007                               v14 = uextend.i64 v0  ; v0 = 1
;; @0007                               v15 = iconst.i64 0x0100_0048
;; @0007                               v16 = load.i64 notrap aligned v15  ; v15 = 0x0100_0048
;; @0007                               v17 = icmp uge v14, v16
;; @0007                               trapnz v17, user3
;; @0007                               v18 = iconst.i64 0
;; @0007                               v19 = select_spectre_guard v17, v18, v14  ; v18 = 0
;; @0007                               v20 = iconst.i64 0x0100_0040
;; @0007                               v21 = load.i64 notrap aligned v20  ; v20 = 0x0100_0040
;; @0007                               v22 = iconst.i64 3
;; @0007                               v23 = ishl v19, v22  ; v22 = 3
;; @0007                               v24 = iadd v21, v23
;; @0007                               store notrap aligned v13, v24
;; @0009                               v25 = iconst.i64 0x0100_0048
;; @0009                               v26 = load.i64 notrap aligned v25  ; v25 = 0x0100_0048
;; @0009                               v27 = ireduce.i32 v26
;; @000d                               v28 = iconst.i64 0
;; @000f                               v29 = iconst.i32 4
;; @0011                               v30 = uextend.i64 v29  ; v29 = 4
;; @0011                               v31 = iconst.i64 0x0100_0040
;; @0011                               v32 = call fn0(v31, v30, v28)  ; v31 = 0x0100_0040, v28 = 0
;; @0011                               v33 = ireduce.i32 v32
;; @0015                               v34 = iconst.i32 1
;; @0017                               v35 = iconst.i64 0
;; @0019                               v36 = iconst.i32 2
;; @001b                               v37 = uextend.i64 v36  ; v36 = 2
;; @001b                               v38 = uextend.i64 v34  ; v34 = 1
;; @001b                               v39 = iconst.i64 0x0100_0048
;; @001b                               v40 = load.i64 notrap aligned v39  ; v39 = 0x0100_0048
;; @001b                               v41 = iadd v38, v37
;; @001b                               v42 = icmp ugt v41, v40
;; @001b                               trapnz v42, user3
;; @001b                               v43 = iconst.i64 0x0100_0040
;; @001b                               v44 = load.i64 notrap aligned v43  ; v43 = 0x0100_0040
;; @001b                               v45 = iconst.i64 3
;; @001b                               v46 = ishl v38, v45  ; v45 = 3
;; @001b                               v47 = iadd v44, v46
;; @001b                               call fn1(v47, v35, v37)  ; v35 = 0
;; @001e                               v48 = iconst.i32 1
;; @0020                               v49 = iconst.i32 2
;; @0022                               v50 = iconst.i32 3
;; @0024                               v51 = uextend.i64 v50  ; v50 = 3
;; @0024                               v52 = uextend.i64 v49  ; v49 = 2
;; @0024                               v53 = uextend.i64 v48  ; v48 = 1
;; @0024                               v54 = iconst.i64 3
;; @0024                               v55 = iadd v52, v51
;; @0024                               v56 = icmp ugt v55, v54  ; v54 = 3
;; @0024                               trapnz v56, user3
;; @0024                               v57 = iconst.i64 0x0100_0048
;; @0024                               v58 = load.i64 notrap aligned v57  ; v57 = 0x0100_0048
;; @0024                               v59 = iadd v53, v51
;; @0024                               v60 = icmp ugt v59, v58
;; @0024                               trapnz v60, user3
;; @0024                               v61 = iconst.i64 0x0700_0080
;; @0024                               v62 = iconst.i64 3
;; @0024                               v63 = ishl v52, v62  ; v62 = 3
;; @0024                               v64 = iadd v61, v63  ; v61 = 0x0700_0080
;; @0024                               v65 = iconst.i64 0x0100_0040
;; @0024                               v66 = load.i64 notrap aligned v65  ; v65 = 0x0100_0040
;; @0024                               v67 = iconst.i64 3
;; @0024                               v68 = ishl v53, v67  ; v67 = 3
;; @0024                               v69 = iadd v66, v68
;; @0024                               v70 = iconst.i64 3
;; @0024                               v71 = ishl v51, v70  ; v70 = 3
;; @0024                               call fn2(v69, v64, v71)
;; @0028                               v72 = iconst.i32 1
;; @002a                               v73 = iconst.i32 0
;; @002c                               v74 = iconst.i32 1
;; @002e                               v75 = uextend.i64 v74  ; v74 = 1
;; @002e                               v76 = uextend.i64 v73  ; v73 = 0
;; @002e                               v77 = uextend.i64 v72  ; v72 = 1
;; @002e                               v78 = iconst.i64 0x0100_0060
;; @002e                               v79 = load.i64 notrap aligned v78  ; v78 = 0x0100_0060
;; @002e                               v80 = iadd v76, v75
;; @002e                               v81 = icmp ugt v80, v79
;; @002e                               trapnz v81, user3
;; @002e                               v82 = iconst.i64 0x0100_0048
;; @002e                               v83 = load.i64 notrap aligned v82  ; v82 = 0x0100_0048
;; @002e                               v84 = iadd v77, v75
;; @002e                               v85 = icmp ugt v84, v83
;; @002e                               trapnz v85, user3
;; @002e                               v86 = iconst.i64 0x0100_0040
;; @002e                               v87 = load.i64 notrap aligned v86  ; v86 = 0x0100_0040
;; @002e                               v88 = iconst.i64 3
;; @002e                               v89 = ishl v77, v88  ; v88 = 3
;; @002e                               v90 = iadd v87, v89
;; @002e                               v91 = iconst.i64 3
;; @002e                               v92 = ishl v76, v91  ; v91 = 3
;; @002e                               v93 = iconst.i64 0x0700_00a0
;; @002e                               v94 = iadd v92, v93  ; v93 = 0x0700_00a0
;; @002e                               v95 = iconst.i64 3
;; @002e                               v96 = ishl v75, v95  ; v95 = 3
;; @002e                               call fn2(v90, v94, v96)
;; @0032                               v97 = iconst.i64 0
;; @0032                               v98 = iconst.i64 0x0100_0060
;; @0032                               store notrap aligned v97, v98  ; v97 = 0, v98 = 0x0100_0060
;; @0035                               jump block1
;;
;;                                 block1:
;; @0035                               return
;; }
