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
;;   movn x9, #0
;;   movz w8, #616
;;   movk w8, w8, #256, LSL #16
;;   str x9, [x8]
;;   movz x9, #8
;;   movk x9, x9, #1, LSL #32
;;   movn w7, #0
;;   movz w10, #7
;;   casal w7, w7, w10, [x9]
;;   mov w9, w7
;;   str x9, [x8]
;;   ldp fp, lr, [sp], #16
;;   ret
