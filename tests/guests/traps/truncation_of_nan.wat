(module
  (func $truncate (param f32) (result i64) (i64.trunc_f32_u (local.get 0)))
  (func (export "_start") (drop (call $truncate (f32.const nan)))))

;; ! wasm trap: invalid conversion to integer
;; !   0: truncate       (truncation_of_nan.wat+0x002b)
;; !   1: <function 1>   (truncation_of_nan.wat+0x0034)
;; = 134
