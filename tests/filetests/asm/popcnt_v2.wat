;;! stage = "asm"
;;! pass = "-inline"
;;! cpu = "v2"
;; CPUs since 2009 count bits, and round, in one instruction.
(module
  (func (export "_start") (drop (call $f (i32.const 8))) (drop (call $g (f32.const 1.5))))
  (func $f (param i32) (result i32) (i32.popcnt (local.get 0)))
  (func $g (param f32) (result f32) (f32.floor (local.get 0))))

;; ;; popcnt_v2.wat function 0 ""
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
;; ;; popcnt_v2.wat function 1 "f"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   popcntl %edi, %eax
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
;;
;; ;; popcnt_v2.wat function 2 "g"
;;   pushq %rbp
;;   movq %rsp, %rbp
;; block0:
;;   roundss $0x1, %xmm0, %xmm0
;;   movq %rbp, %rsp
;;   popq %rbp
;;   retq
