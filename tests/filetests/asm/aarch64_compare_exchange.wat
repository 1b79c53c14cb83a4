;;! stage = "asm"
;;! target = "aarch64-linux"
;; Without `casal`, whole registers are compared: the expected value is extended with zeros, `add w…, #0x0`.
(module
  (memory 1 1 shared)
  (global $wide (mut i64) (i64.const 0))
  (func (export "_start") (global.set $wide (i64.const -1)) (call $word))
  (func $word
    (global.set $wide
      (i64.atomic.rmw32.cmpxchg_u (i32.const 8) (global.get $wide) (i64.const 7)))))

;; ;; aarch64_compare_exchange.wat function 0 ""
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;;   str x28, [sp, #-16]!
;;   stp x26, x27, [sp, #-16]!
;;   stp x24, x25, [sp, #-16]!
;; block0:
;;   movn x12, #0
;;   movz w13, #616
;;   movk w13, w13, #256, LSL #16
;;   str x12, [x13]
;;   b label1
;; block1:
;;   movz x25, #8
;;   movk x25, x25, #1, LSL #32
;;   movn w14, #0
;;   movz w28, #7
;;   add w26, w14, #0
;;   atomic_cas_loop_32 addr=x25, expect=x26, replacement=x28, oldval=x27, scratch=x24
;;   mov w13, w27
;;   movz w14, #616
;;   movk w14, w14, #256, LSL #16
;;   str x13, [x14]
;;   b label2
;; block2:
;;   b label3
;; block3:
;;   b label4
;; block4:
;;   ldp x24, x25, [sp], #16
;;   ldp x26, x27, [sp], #16
;;   ldr x28, [sp], #16
;;   ldp fp, lr, [sp], #16
;;   ret
