;; A tail call leaves no frame, whether what it calls or what it is in is inlined or not.
(module
  (func $fail (param i32) (i32.div_s (i32.const 1) (local.get 0)) drop)
  (func $tail (param i32) (return_call $fail (local.get 0)))
  (func $tail_of_tail (param i32) (return_call $tail (local.get 0)))
  (func $recursive (param i32)
    (if (i32.eqz (local.get 0)) (then (return_call $tail_of_tail (local.get 0))))
    (return_call $recursive (i32.sub (local.get 0) (i32.const 1))))
  (func $caller (param i32)
    (call $tail (i32.const 1))
    (call $tail_of_tail (i32.const 1))
    (call $recursive (local.get 0)))
  (func (export "_start")
    (call $fail (i32.const 1))
    (call $caller (i32.const 1000000))))

;; ! wasm trap: integer divide by zero
;; !   0: fail           (inlined_tail_call.wat+0x0030)
;; !   1: caller         (inlined_tail_call.wat+0x0061)
;; !   2: <function 5>   (inlined_tail_call.wat+0x006e)
;; = 134
