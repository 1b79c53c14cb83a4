;;! stage = "asm"
;;! pass = "-inline"
;;! cpu = "baseline"
;; The oldest CPUs count bits, and round, in many steps.
(module
  (func (export "_start") (drop (call $f (i32.const 8))) (drop (call $g (f32.const 1.5))))
  (func $f (param i32) (result i32) (i32.popcnt (local.get 0)))
  (func $g (param f32) (result f32) (f32.floor (local.get 0))))

;; ;; popcnt_baseline.wat function 0 ""
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movl $0x8, %edi
;;   call    User(userextname0)
;;   movl $0x3fc00000, %esi
;;   movd %esi, %xmm0
;;   call    User(userextname1)
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; popcnt_baseline.wat function 1 "f"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   movq %rdi, %r10
;;   shrl $0x1, %r10d
;;   movl $0x77777777, %esi
;;   andl %esi, %r10d
;;   subl %r10d, %edi
;;   shrl $0x1, %r10d
;;   andl %esi, %r10d
;;   subl %r10d, %edi
;;   shrl $0x1, %r10d
;;   andl %esi, %r10d
;;   subl %r10d, %edi
;;   movq %rdi, %rax
;;   shrl $0x4, %eax
;;   addl %edi, %eax
;;   andl $0xf0f0f0f, %eax
;;   imull $0x1010101, %eax, %eax
;;   shrl $0x18, %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; popcnt_baseline.wat function 2 "g"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   load_ext_name %FloorF32+0, %rsi
;;   call    *%rsi
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
