;;! stage = "asm"
;;! pass = "-inline"
;; A load whose offset is below 256 MiB is one instruction: no base register, no bounds check.
(module
  (memory 1)
  (func (export "_start") (call $f (call $g (i32.const 8))))
  (func $f (param i32))
  (func $g (param i32) (result i32) (i32.load offset=1000 (local.get 0))))

;; ;; load.wat function 0 ""
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movl $0x8, %edi
;;   call    User(userextname0)
;;   movq %rax, %rdi
;;   call    User(userextname1)
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; load.wat function 1 "f"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; load.wat function 2 "g"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movl %edi, %esi
;;   movl 0x700003e8(%rsi), %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
