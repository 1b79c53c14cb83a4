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
;;                                     v36 -> v0
;;                                     v57 -> v1
;;                                     v5 = iconst.i64 0x7000_0000
;; @0005                               v3 = ireduce.i8 v1
;; @0005                               v4 = uextend.i64 v0
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
;; @000f                               v16 = iadd v15, v5  ; v5 = 0x7000_0000
;; @000f                               v17 = iconst.i64 6
;; @000f                               v18 = iadd v16, v17  ; v17 = 6
;; @000f                               v19 = atomic_cas v18, v10, v9
;; @000f                               v20 = uextend.i64 v19
;; @0016                               v21 = iconst.i32 0
;; @001a                               v22 = iconst.i32 0
;; @001a                               v23 = iadd v0, v22  ; v22 = 0
;; @001a                               v24 = iconst.i32 3
;; @001a                               v25 = band v23, v24  ; v24 = 3
;; @001a                               trapnz v25, user18
;; @001a                               v26 = uextend.i64 v0
;; @001a                               v27 = iadd v26, v5  ; v5 = 0x7000_0000
;; @001a                               v28 = iconst.i64 0
;; @001a                               v29 = iadd v27, v28  ; v28 = 0
;; @001a                               v30 = atomic_load.i32 little v29
;; @001a                               v31 = icmp ne v30, v21  ; v21 = 0
;; @001a                               v33 = iconst.i64 1
;; @001a                               brif v31, block3(v33), block2  ; v33 = 1
;;
;;                                 block2:
;; @001a                               v34 = call fn0(v1)
;; @001a                               jump block3(v34)
;;
;;                                 block3(v32: i64):
;; @001a                               v35 = ireduce.i32 v32
;; @0021                               v37 = iconst.i32 1
;; @0023                               v38 = iconst.i32 0
;; @0023                               v39 = iadd.i32 v36, v38  ; v38 = 0
;; @0023                               v40 = iconst.i32 3
;; @0023                               v41 = band v39, v40  ; v40 = 3
;; @0023                               trapnz v41, user18
;; @0023                               v42 = uextend.i64 v36
;; @0023                               v43 = iadd v42, v5  ; v5 = 0x7000_0000
;; @0023                               v44 = iconst.i64 0
;; @0023                               v45 = iadd v43, v44  ; v44 = 0
;; @0023                               v46 = atomic_load.i32 little v45
;; @0023                               v47 = iconst.i32 0
;; @0028                               fence
;; @002d                               v48 = iconst.i32 0
;; @002d                               v49 = iadd.i32 v36, v48  ; v48 = 0
;; @002d                               v50 = iconst.i32 7
;; @002d                               v51 = band v49, v50  ; v50 = 7
;; @002d                               trapnz v51, user18
;; @002d                               v52 = uextend.i64 v36
;; @002d                               v53 = iadd v52, v5  ; v5 = 0x7000_0000
;; @002d                               v54 = iconst.i64 0
;; @002d                               v55 = iadd v53, v54  ; v54 = 0
;; @002d                               v56 = atomic_load.i64 little v55
;; @0035                               v58 = iconst.i32 0
;; @0035                               v59 = iadd.i32 v36, v58  ; v58 = 0
;; @0035                               v60 = iconst.i32 7
;; @0035                               v61 = band v59, v60  ; v60 = 7
;; @0035                               trapnz v61, user18
;; @0035                               v62 = uextend.i64 v36
;; @0035                               v63 = iadd v62, v5  ; v5 = 0x7000_0000
;; @0035                               v64 = iconst.i64 0
;; @0035                               v65 = iadd v63, v64  ; v64 = 0
;; @0035                               v66 = atomic_rmw.i64 xchg v65, v57
;; @0039                               v67 = iadd v56, v66
;; @003a                               jump block1(v67)
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
