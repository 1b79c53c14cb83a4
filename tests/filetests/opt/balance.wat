;;! pass = "-inline,-vectorize"
;;! stage = "opt"
;; A round of a hash: what the round before computed last is added last, and what is loaded first.
(module
  (memory 1)
  (func (export "_start") (drop (call $hash (i32.const 16) (i32.const 1))))
  (func $hash (param $at i32) (param $hash i32) (result i32)
    (loop $next
      (local.set $hash
        (i32.add
          (i32.add
            (i32.add (i32.rotl (local.get $hash) (i32.const 5)) (i32.load8_u (local.get $at)))
            (i32.const 77))
          (i32.load8_u offset=1 (local.get $at))))
      (br_if $next (i32.ne (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 800))))
    (local.get $hash)))

;; ;; balance.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 16
;; @0003                               v1 = iconst.i32 1
;; @0005                               v2 = call fn0(v0, v1)  ; v0 = 16, v1 = 1
;; @0008                               return
;; }
;;
;; ;; balance.wat function 1 "hash"
;; function u0:2(i32, i32) -> i32 tail {
;;                                 block0(v0: i32, v1: i32):
;;                                     v8 = iconst.i64 0x7000_0000
;;                                     v31 = iconst.i32 796
;; @0005                               v4 = iconst.i32 5
;; @000e                               v12 = iconst.i32 77
;; @001c                               v18 = iconst.i32 4
;;                                     v50 = uextend.i64 v0
;; @0001                               jump block2(v1, v50)
;;
;;                                 block2(v3: i32, v49: i64):
;;                                     v6 = ireduce.i32 v49
;;                                     v35 = iconst.i64 0x7000_0000
;;                                     v36 = iadd v49, v35  ; v35 = 0x7000_0000
;; @000a                               v10 = uload8.i32 little v36
;;                                     v41 = iconst.i32 77
;;                                     v45 = iadd v10, v41  ; v41 = 77
;; @0014                               v16 = uload8.i32 little v36+1
;;                                     v46 = iadd v45, v16
;;                                     v37 = iconst.i32 796
;;                                     v38 = icmp ne v6, v37  ; v37 = 796
;;                                     v39 = iconst.i32 5
;;                                     v40 = rotl v3, v39  ; v39 = 5
;; @0017                               v17 = iadd v46, v40
;;                                     v43 = iconst.i32 4
;;                                     v44 = iadd v6, v43  ; v43 = 4
;; @0025                               v47 = iconst.i32 800
;; @0025                               v48 = icmp ne v44, v47  ; v47 = 800
;;                                     v51 = uextend.i64 v44
;; @0025                               brif v48, block2(v17, v51), block4
;;
;;                                 block4:
;; @002a                               return v17
;; }
