;;! pass = "-inline"
;;! stage = "opt"
;; A chain of pointers has no extensions: what is loaded is extended by the load, and the loop's
;; parameter has 64 bits. Its low half is there for what is not an address.
(module
  (memory 1)
  (func $last (param $list i32) (result i32)
    (local $next i32)
    (loop $more (result i32)
      (local.set $next (i32.load offset=4 (local.get $list)))
      (if (local.get $next)
        (then (local.set $list (local.get $next)) (br $more)))
      (local.get $list)))
  (global $any (mut i32) (i32.const 7))
  (func (export "_start")
    (global.set $any (i32.const 9))
    (drop (call $last (global.get $any)))))

;; ;; widen.wat function 0 "last"
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;;                                     v6 = iconst.i64 0x7000_0000
;;                                     v12 = uextend.i64 v0
;; @0003                               jump block2(v12)
;;
;;                                 block2(v11: i64):
;;                                     v4 = ireduce.i32 v11
;;                                     v9 = iconst.i64 0x7000_0000
;;                                     v10 = iadd v11, v9  ; v9 = 0x7000_0000
;; @0007                               v13 = uload32 little v10+4
;; @0007                               v8 = ireduce.i32 v13
;; @000e                               brif v8, block4, block5
;;
;;                                 block4:
;; @0014                               jump block2(v13)
;;
;;                                 block5:
;; @001a                               return v4
;; }
;;
;; ;; widen.wat function 1 ""
;; function u0:2() tail {
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:1 sig0
;;
;;                                 block0:
;; @0001                               v0 = iconst.i32 9
;; @0003                               v1 = iconst.i64 0x0100_0068
;; @0003                               store notrap aligned v0, v1  ; v0 = 9, v1 = 0x0100_0068
;; @0007                               v4 = call fn0(v0)  ; v0 = 9
;; @000a                               return
;; }
