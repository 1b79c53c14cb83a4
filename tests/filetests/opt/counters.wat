;;! stage = "opt"
;; A loop compares its counter after the addition, as written, so that only that one is alive at its end.
(module
  (memory 1)
  (func (export "_start") (drop (call $length (i32.const 8))))
  (func $length (param $list i32) (result i32)
    (local $n i32)
    (loop $next
      (local.set $list (i32.load (local.get $list)))
      (br_if $next (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100))))
    (local.get $list)))

;; ;; counters.wat function 0 ""
;; function u0:1() tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:9 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 8
;;                                     v7 = iconst.i32 0
;;                                     v6 = iconst.i64 0x7000_0000
;;                                     v24 = iconst.i32 99
;; @0015                               v11 = iconst.i32 1
;;                                     v37 = iconst.i64 8
;; @000a                               jump block4(v37, v7)  ; v37 = 8, v7 = 0
;;
;;                                 block4(v36: i64, v4: i32):
;;                                     v3 = ireduce.i32 v36
;;                                     v28 = iconst.i64 0x7000_0000
;;                                     v29 = iadd v36, v28  ; v28 = 0x7000_0000
;; @000e                               v38 = uload32 little v29
;; @000e                               v10 = ireduce.i32 v38
;;                                     v30 = iconst.i32 99
;;                                     v31 = icmp ne v4, v30  ; v30 = 99
;;                                     v32 = iconst.i32 1
;;                                     v33 = iadd v4, v32  ; v32 = 1
;; @001e                               v34 = iconst.i32 100
;; @001e                               v35 = icmp ne v33, v34  ; v34 = 100
;; @001e                               brif v35, block4(v38, v33), block6
;;
;;                                 block6:
;; @0006                               return
;; }
