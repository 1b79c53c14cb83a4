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
;;   movn x11, #0
;;   movz w10, #616
;;   movk w10, w10, #256, LSL #16
;;   str x11, [x10]
;;   movz x25, #8
;;   movk x25, x25, #1, LSL #32
;;   movn w11, #0
;;   movz w28, #7
;;   add w26, w11, #0
;;   atomic_cas_loop_32 addr=x25, expect=x26, replacement=x28, oldval=x27, scratch=x24
;;   mov w11, w27
;;   str x11, [x10]
;;   ldp x24, x25, [sp], #16
;;   ldp x26, x27, [sp], #16
;;   ldr x28, [sp], #16
;;   ldp fp, lr, [sp], #16
;;   ret
