(module
  (func $divide (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "_start") (drop (call $divide (i32.const 1) (i32.const 0)))))

;; ! wasm trap: integer divide by zero
;; !   0: divide         (divide_by_zero.wat+0x002e)
;; !   1: <function 1>   (divide_by_zero.wat+0x0036)
;; = 134
