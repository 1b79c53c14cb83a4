;;! stage = "asm"
;;! target = "x86_64-linux"
;;! pass = "-inline"
;; What a processor reads or jumps to ahead of a check is an entry too: there is a conditional move behind the check
;; of a table's index, and one in front of a jump through a table of labels.
(module
  (table $t 4 8 funcref)
  (type $f (func (result i32)))
  (elem (i32.const 1) $one)
  (func $one (type $f) (table.grow $t (ref.null func) (i32.const 1)))
  (func $call (param i32) (result i32) (call_indirect (type $f) (local.get 0)))
  (func $jump (param i32) (result i32)
    (block (block (block (block (br_table 0 1 2 3 (local.get 0))) (return (call $one)))
      (return (i32.const 20))) (return (i32.const 30)))
    (i32.const 40))
  (func (export "_start") (drop (call $call (call $jump (i32.const 2))))))

;; ;; table_mask.wat function 0 "one"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movl $0x1000040, %edi
;;   movl $0x1, %esi
;;   uninit  %rdx
;;   xorq %rdx, %rdx
;;   call    User(userextname0)
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; table_mask.wat function 1 "call"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movl $0x1000048, %eax
;;   movq (%rax), %rax
;;   movl %edi, %edi
;;   cmpq %rax, %rdi
;;   jnb #trap=user4
;;   movl $0x1000040, %ecx
;;   movq (%rcx), %rcx
;;   uninit  %rdx
;;   xorq %rdx, %rdx
;;   cmpq %rax, %rdi
;;   cmovaeq %rdx, %rdi
;;   movl 4(%rcx, %rdi, 8), %eax
;;   cmpl $0x1, %eax
;;   jnz     label2; j label1
;; block1:
;;   movl (%rcx, %rdi, 8), %eax
;;   call    *%rax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;; block2:
;;   testl %eax, %eax
;;   jz #trap=user5
;;   ud2
;;
;; ;; table_mask.wat function 2 "jump"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movl $0x3, %r8d
;;   movl %edi, %r9d
;;   cmpl %r8d, %r9d
;;   cmovbl %r9d, %r8d
;;   br_table %r8, %rcx, %rax
;; block1:
;;   movl $0x1e, %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;; block2:
;;   movl $0x14, %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;; block3:
;;   call    User(userextname0)
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;; block4:
;;   movl $0x28, %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; table_mask.wat function 3 ""
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movl $0x2, %edi
;;   call    User(userextname0)
;;   movq %rax, %rdi
;;   call    User(userextname1)
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
