(module
  (func $remainder (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
  (func (export "_start") (drop (call $remainder (i64.const 1) (i64.const 0)))))

;; ! wasm trap: integer divide by zero
;; !   0: remainder      (remainder_by_zero.wat+0x002e)
;; !   1: <function 1>   (remainder_by_zero.wat+0x0036)
;; = 134
