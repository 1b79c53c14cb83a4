(module
  (func $truncate (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "_start")
    (drop (call $truncate (f64.const -2147483648.9)))
    (drop (call $truncate (f64.const 2147483648)))))

;; ! wasm trap: integer overflow
;; !   0: truncate       (truncation_overflow.wat+0x002b)
;; !   1: <function 1>   (truncation_overflow.wat+0x0044)
;; = 134
