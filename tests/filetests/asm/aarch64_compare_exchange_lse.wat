;;! stage = "asm"
;;! cpu = "lse"
;;! target = "aarch64-linux"
;; From Armv8.1 on there is an instruction, which compares what it should.
(module
  (memory 1 1 shared)
  (global $wide (mut i64) (i64.const 0))
  (func (export "_start") (global.set $wide (i64.const -1)) (call $word))
  (func $word
    (global.set $wide
      (i64.atomic.rmw32.cmpxchg_u (i32.const 8) (global.get $wide) (i64.const 7)))))

;; ;; aarch64_compare_exchange_lse.wat function 0 ""
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;; block0:
;;   movn x10, #0
;;   movz w11, #616
;;   movk w11, w11, #256, LSL #16
;;   str x10, [x11]
;;   b label1
;; block1:
;;   movz x12, #8
;;   movk x12, x12, #1, LSL #32
;;   movn w10, #0
;;   movz w13, #7
;;   casal w10, w10, w13, [x12]
;;   mov w12, w10
;;   movz w13, #616
;;   movk w13, w13, #256, LSL #16
;;   str x12, [x13]
;;   b label2
;; block2:
;;   b label3
;; block3:
;;   b label4
;; block4:
;;   ldp fp, lr, [sp], #16
;;   ret
