;;! stage = "asm"
;;! pass = "-inline,-vectorize"
;; Entering and leaving a block that catches is no instruction: both loops are the same.
(module
  (memory 1)
  (tag $e (param i32))
  (func $plain (export "_start") (local $n i32) (local $sum i32)
    (call $catching)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $n))))
      (br_if $next (local.tee $n (i32.add (local.get $n) (i32.const 4)))))
    (i32.store (i32.const 0) (local.get $sum)))
  (func $catching (local $n i32) (local $sum i32)
    (block $caught
      (loop $next
        (try_table (catch_all $caught)
          (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $n)))))
        (br_if $next (local.tee $n (i32.add (local.get $n) (i32.const 4))))))
    (i32.store (i32.const 0) (local.get $sum))))

;; ;; exceptions_loop.wat function 0 "plain"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   call    User(userextname0)
;;   uninit  %rcx
;;   xorl %ecx, %ecx
;;   uninit  %rsi
;;   xorq %rsi, %rsi
;;   jmp     label1
;; block1:
;;   movl 0x70000000(%rsi), %r11d
;;   leal (%rcx, %r11), %ecx
;;   leal 4(%rsi), %esi
;;   testl %esi, %esi
;;   jnz     label2; j label3
;; block2:
;;   jmp     label1
;; block3:
;;   movl $0x70000000, %eax
;;   movl %ecx, (%rax)
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; exceptions_loop.wat function 1 "catching"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   uninit  %rax
;;   xorl %eax, %eax
;;   uninit  %rsi
;;   xorq %rsi, %rsi
;;   jmp     label1
;; block1:
;;   movl 0x70000000(%rsi), %r10d
;;   leal (%rax, %r10), %eax
;;   leal 4(%rsi), %esi
;;   testl %esi, %esi
;;   jnz     label2; j label3
;; block2:
;;   jmp     label1
;; block3:
;;   movl $0x70000000, %ecx
;;   movl %eax, (%rcx)
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
