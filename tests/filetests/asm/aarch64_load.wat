;;! stage = "asm"
;;! level = "0"
;;! target = "aarch64-linux"
;; The base is one instruction, and a load adds the index to it without a bounds check. Offsets up to 4095
;; are a part of the load, larger ones of the base.
(module
  (memory 1)
  (func (export "_start") (call $f (call $g (i32.const 8))))
  (func $f (param i64))
  (func $g (param $at i32) (result i64)
    (i64.load32_u (local.get $at))
    (i64.load8_s offset=1000 (local.get $at)) i64.add
    (i64.load offset=0x123456 (local.get $at)) i64.add))

;; ;; aarch64_load.wat function 0 ""
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;;   sub sp, sp, #16
;; block0:
;;   movz w2, #8
;;   bl 0
;;   str x2, [sp]
;;   ldr x2, [sp]
;;   bl 0
;;   b label1
;; block1:
;;   add sp, sp, #16
;;   ldp fp, lr, [sp], #16
;;   ret
;;
;; ;; aarch64_load.wat function 1 "f"
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;; block0:
;;   b label1
;; block1:
;;   ldp fp, lr, [sp], #16
;;   ret
;;
;; ;; aarch64_load.wat function 2 "g"
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;;   str x28, [sp, #-16]!
;;   stp x26, x27, [sp, #-16]!
;;   stp x24, x25, [sp, #-16]!
;;   stp x22, x23, [sp, #-16]!
;;   stp x20, x21, [sp, #-16]!
;;   sub sp, sp, #16
;; block0:
;;   mov x24, x2
;;   movz x25, #13398
;;   movk x25, x25, #18, LSL #16
;;   movk x25, x25, #1, LSL #32
;;   movz x20, #1, LSL #32
;;   ldr w23, [x20, w24, UXTW]
;;   add x21, x20, x24, UXTW
;;   ldrsb x22, [x21, #1000]
;;   add x27, x23, x22
;;   ldr x26, [x25, w24, UXTW]
;;   add x28, x27, x26
;;   str x28, [sp]
;;   b label1
;; block1:
;;   ldr x2, [sp]
;;   add sp, sp, #16
;;   ldp x20, x21, [sp], #16
;;   ldp x22, x23, [sp], #16
;;   ldp x24, x25, [sp], #16
;;   ldp x26, x27, [sp], #16
;;   ldr x28, [sp], #16
;;   ldp fp, lr, [sp], #16
;;   ret
