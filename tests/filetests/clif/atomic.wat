;;! stage = "clif"
;; An atomic access checks its alignment, but not its bounds in guard mode. Narrow operands are cut off and
;; narrow results extended.
(module
  (memory 1 1 shared)
  (func $f (param i32 i64) (result i64)
    (i64.atomic.store8 (local.get 0) (local.get 1))
    (drop (i64.atomic.rmw16.cmpxchg_u offset=6 (local.get 0) (local.get 1) (local.get 1)))
    (drop (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1)))
    (drop (memory.atomic.notify (local.get 0) (i32.const 1)))
    (atomic.fence)
    (i64.add (i64.atomic.load (local.get 0)) (i64.atomic.rmw.xchg (local.get 0) (local.get 1))))
  (func (export "_start") (drop (call $f (i32.const 0) (i64.const 0)))))

;; ;; atomic.wat function 0 "f"
;; function u0:11(i32, i64) -> i64 tail {
;;     sig0 = (i64) -> i64 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0(v0: i32, v1: i64):
;;                                     v38 -> v0
;;                                     v61 -> v1
;; @0005                               v3 = ireduce.i8 v1
;; @0005                               v4 = uextend.i64 v0
;; @0005                               v5 = iconst.i64 0x7000_0000
;; @0005                               v6 = iadd v4, v5  ; v5 = 0x7000_0000
;; @0005                               v7 = iconst.i64 0
;; @0005                               v8 = iadd v6, v7  ; v7 = 0
;; @0005                               atomic_store little v3, v8
;; @000f                               v9 = ireduce.i16 v1
;; @000f                               v10 = ireduce.i16 v1
;; @000f                               v11 = iconst.i32 0
;; @000f                               v12 = iadd v0, v11  ; v11 = 0
;; @000f                               v13 = iconst.i32 1
;; @000f                               v14 = band v12, v13  ; v13 = 1
;; @000f                               trapnz v14, user18
;; @000f                               v15 = uextend.i64 v0
;; @000f                               v16 = iconst.i64 0x7000_0000
;; @000f                               v17 = iadd v15, v16  ; v16 = 0x7000_0000
;; @000f                               v18 = iconst.i64 6
;; @000f                               v19 = iadd v17, v18  ; v18 = 6
;; @000f                               v20 = atomic_cas v19, v10, v9
;; @000f                               v21 = uextend.i64 v20
;; @0016                               v22 = iconst.i32 0
;; @001a                               v23 = iconst.i32 0
;; @001a                               v24 = iadd v0, v23  ; v23 = 0
;; @001a                               v25 = iconst.i32 3
;; @001a                               v26 = band v24, v25  ; v25 = 3
;; @001a                               trapnz v26, user18
;; @001a                               v27 = uextend.i64 v0
;; @001a                               v28 = iconst.i64 0x7000_0000
;; @001a                               v29 = iadd v27, v28  ; v28 = 0x7000_0000
;; @001a                               v30 = iconst.i64 0
;; @001a                               v31 = iadd v29, v30  ; v30 = 0
;; @001a                               v32 = atomic_load.i32 little v31
;; @001a                               v33 = icmp ne v32, v22  ; v22 = 0
;; @001a                               v35 = iconst.i64 1
;; @001a                               brif v33, block3(v35), block2  ; v35 = 1
;;
;;                                 block2:
;; @001a                               v36 = call fn0(v1)
;; @001a                               jump block3(v36)
;;
;;                                 block3(v34: i64):
;; @001a                               v37 = ireduce.i32 v34
;; @0021                               v39 = iconst.i32 1
;; @0023                               v40 = iconst.i32 0
;; @0023                               v41 = iadd.i32 v38, v40  ; v40 = 0
;; @0023                               v42 = iconst.i32 3
;; @0023                               v43 = band v41, v42  ; v42 = 3
;; @0023                               trapnz v43, user18
;; @0023                               v44 = uextend.i64 v38
;; @0023                               v45 = iconst.i64 0x7000_0000
;; @0023                               v46 = iadd v44, v45  ; v45 = 0x7000_0000
;; @0023                               v47 = iconst.i64 0
;; @0023                               v48 = iadd v46, v47  ; v47 = 0
;; @0023                               v49 = atomic_load.i32 little v48
;; @0023                               v50 = iconst.i32 0
;; @0028                               fence
;; @002d                               v51 = iconst.i32 0
;; @002d                               v52 = iadd.i32 v38, v51  ; v51 = 0
;; @002d                               v53 = iconst.i32 7
;; @002d                               v54 = band v52, v53  ; v53 = 7
;; @002d                               trapnz v54, user18
;; @002d                               v55 = uextend.i64 v38
;; @002d                               v56 = iconst.i64 0x7000_0000
;; @002d                               v57 = iadd v55, v56  ; v56 = 0x7000_0000
;; @002d                               v58 = iconst.i64 0
;; @002d                               v59 = iadd v57, v58  ; v58 = 0
;; @002d                               v60 = atomic_load.i64 little v59
;; @0035                               v62 = iconst.i32 0
;; @0035                               v63 = iadd.i32 v38, v62  ; v62 = 0
;; @0035                               v64 = iconst.i32 7
;; @0035                               v65 = band v63, v64  ; v64 = 7
;; @0035                               trapnz v65, user18
;; @0035                               v66 = uextend.i64 v38
;; @0035                               v67 = iconst.i64 0x7000_0000
;; @0035                               v68 = iadd v66, v67  ; v67 = 0x7000_0000
;; @0035                               v69 = iconst.i64 0
;; @0035                               v70 = iadd v68, v69  ; v69 = 0
;; @0035                               v71 = atomic_rmw.i64 xchg v70, v61
;; @0039                               v72 = iadd v60, v71
;; @003a                               jump block1(v72)
;;
;;                                 block1(v2: i64):
;; @003a                               return v2
;; }
;;
;; ;; atomic.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = (i32, i64) -> i64 tail
;;     fn0 = colocated u0:11 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 0
;; @0003                               v1 = iconst.i64 0
;; @0005                               v2 = call fn0(v0, v1)  ; v0 = 0, v1 = 0
;; @0008                               jump block1
;;
;;                                 block1:
;; @0008                               return
;; }
