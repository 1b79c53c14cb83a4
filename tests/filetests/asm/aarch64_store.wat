;;! stage = "asm"
;;! level = "0"
;;! target = "aarch64-linux"
;; Stores of every width, as loads in `aarch64_load.wat`; with an offset beyond the guard there is a check.
(module
  (memory 1)
  (func (export "_start") (call $f (i32.const 8) (i64.const 9) (v128.const i64x2 1 2)))
  (func $f (param $at i32) (param $value i64) (param $vector v128)
    (i64.store8 (local.get $at) (local.get $value))
    (i64.store16 offset=2 (local.get $at) (local.get $value))
    (i64.store32 offset=4095 (local.get $at) (local.get $value))
    (i64.store offset=0x10000 (local.get $at) (local.get $value))
    (v128.store offset=16 (local.get $at) (local.get $vector))
    (i64.store offset=0x80000000 (local.get $at) (local.get $value))))

;; ;; aarch64_store.wat function 0 ""
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;; block0:
;;   movz w2, #8
;;   movz x3, #9
;;   ldr q0, [const(0)]
;;   bl 0
;;   b label1
;; block1:
;;   ldp fp, lr, [sp], #16
;;   ret
;;
;; ;; aarch64_store.wat function 1 "f"
;;   stp fp, lr, [sp, #-16]!
;;   mov fp, sp
;;   stp x27, x28, [sp, #-16]!
;;   stp x25, x26, [sp, #-16]!
;;   stp x23, x24, [sp, #-16]!
;;   stp x21, x22, [sp, #-16]!
;;   stp x19, x20, [sp, #-16]!
;; block0:
;;   mov v31.16b, v0.16b
;;   mov x28, x3
;;   mov x26, x2
;;   orr x27, xzr, #6442450944
;;   movz x19, #1, LSL #16
;;   movk x19, x19, #1, LSL #32
;;   movz x20, #1, LSL #32
;;   strb w28, [x20, w26, UXTW]
;;   add x14, x20, x26, UXTW
;;   strh w28, [x14, #2]
;;   add x15, x20, #4095
;;   str w28, [x15, w26, UXTW]
;;   str x28, [x19, w26, UXTW]
;;   add x21, x20, x26, UXTW
;;   str q31, [x21, #16]
;;   movz w22, #584
;;   movk w22, w22, #256, LSL #16
;;   ldr x24, [x22]
;;   movz w23, #8
;;   movk w23, w23, #32768, LSL #16
;;   add x25, x23, x26, UXTW
;;   subs xzr, x25, x24
;;   b.hi #trap=heap_oob
;;   str x28, [x27, w26, UXTW]
;;   b label1
;; block1:
;;   ldp x19, x20, [sp], #16
;;   ldp x21, x22, [sp], #16
;;   ldp x23, x24, [sp], #16
;;   ldp x25, x26, [sp], #16
;;   ldp x27, x28, [sp], #16
;;   ldp fp, lr, [sp], #16
;;   ret
